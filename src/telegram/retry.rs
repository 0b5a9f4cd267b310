//! What an error means and what to do about it: pure, so that every case can be tested; nothing here sleeps.

use std::time::Duration;

use grammers_client::sender::RpcError;

use super::line::LineError;
use crate::error::Error;

/// How often one request is tried when Telegram answers that it has failed itself.
const MAX_TRIES: u32 = 8;
/// How often one request is tried when the connection is lost under it, or its answer cannot be read.
const MAX_LOSSES: u32 = 2;
/// How often a connection is tried that is refused as a whole: its key does not become known by asking.
const MAX_REFUSALS: u32 = 3;
/// How often a request is tried that Telegram wants sent to another data centre.
const MAX_MOVES: u32 = 2;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The first pause after a transient error; it doubles each time, and is drawn from zero up to that.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// How long a request that has not failed yet waits for a Telegram that is known to be away.
const WELCOME: Duration = Duration::from_secs(2);

/// What to do after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Ask again after a pause.
    Repeat {
        /// The pause.
        after: Duration,
    },
    /// Tell the caller.
    Report,
}

/// What a request may still spend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Until its call's deadline.
    pub(super) time: Duration,
    /// On a flood wait.
    pub(super) flood_wait: Duration,
    /// On waiting for a Telegram that is away.
    pub(super) outage: Duration,
}

/// `failures` counts this one; `jitter` is drawn from 0 to 1.
pub(super) fn decide(error: &Error, failures: u32, budget: Budget, jitter: f64) -> Decision {
    let pause = {
        let doubled = FIRST_PAUSE * 2u32.saturating_pow(failures.saturating_sub(1));
        doubled.min(LONGEST_PAUSE).mul_f64(jitter.clamp(0.0, 1.0))
    };
    let after = match error {
        // The limiter keeps the pause that Telegram asked for.
        Error::FloodWait { retry_after, .. } if *retry_after <= budget.flood_wait => Duration::ZERO,
        Error::Unavailable { retry_after, .. } => {
            let patience = if failures > 1 {
                budget.outage
            } else {
                budget.outage.min(WELCOME)
            };
            match retry_after {
                Some(wait) if *wait <= patience => *wait,
                None if pause <= budget.outage => pause,
                _ => return Decision::Report,
            }
        }
        // The caller asks again for less: the answer itself may be what breaks the connection.
        error if error.may_be_the_answer() && failures < MAX_LOSSES => pause,
        Error::KeyRefused if failures < MAX_REFUSALS => pause,
        Error::Moved { .. } if failures < MAX_MOVES => pause,
        Error::Rpc { .. } if error.is_transient() && failures < MAX_TRIES => pause,
        _ => return Decision::Report,
    };
    if after < budget.time {
        Decision::Repeat { after }
    } else {
        Decision::Report
    }
}

/// The error a caller can act on.
pub(super) fn classify(method: &'static str, error: &LineError) -> Error {
    match error {
        LineError::Rpc(error) => rpc(method, error),
        LineError::Unreachable => Error::unavailable("it cannot be reached"),
        LineError::Lost => Error::ConnectionLost { method },
        LineError::KeyRefused => Error::KeyRefused,
        LineError::Refused(status) => {
            Error::unavailable(format!("the transport was refused with status {status}"))
        }
        LineError::Unreadable => Error::Unreadable { method },
    }
}

/// RPC error names to what the reader can do; the table of <https://core.telegram.org/api/errors>.
fn rpc(method: &'static str, error: &RpcError) -> Error {
    let chat = || Error::ChannelPrivate {
        input: "this chat".to_owned(),
    };
    match error.name.as_str() {
        "FLOOD_WAIT" | "FLOOD_PREMIUM_WAIT" | "SLOWMODE_WAIT" | "FLOOD_TEST_PHONE_WAIT" => {
            Error::FloodWait {
                method,
                retry_after: Duration::from_secs(error.value.unwrap_or(1).max(1).into()),
            }
        }
        "TAKEOUT_INIT_DELAY" => Error::TakeoutDelay {
            retry_after: Duration::from_secs(error.value.unwrap_or(1).max(1).into()),
        },
        "TAKEOUT_INVALID" | "TAKEOUT_REQUIRED" => Error::TakeoutEnded { method },
        // A number that no number of seconds can be.
        name if error.code == 420 && name.starts_with("FLOOD_WAIT") => Error::FloodWait {
            method,
            retry_after: Duration::from_secs(u32::MAX.into()),
        },
        "AUTH_KEY_UNREGISTERED" => revoked("it was logged out, or never logged in"),
        "AUTH_KEY_INVALID" | "AUTH_KEY_PERM_EMPTY" => revoked("Telegram does not know its key"),
        "AUTH_KEY_DUPLICATED" => revoked(
            "it was used from two places at once, and Telegram has ended it; use a session of its own for each program",
        ),
        "SESSION_REVOKED" => revoked("it was ended from another device"),
        "SESSION_EXPIRED" => revoked("it has expired"),
        "USER_DEACTIVATED" | "USER_DEACTIVATED_BAN" => revoked("the account was deleted or banned"),
        "SESSION_PASSWORD_NEEDED" => Error::NotAuthorized {
            reason: "the login was not finished: the account's password is still missing"
                .to_owned(),
        },
        "USER_MIGRATE" | "NETWORK_MIGRATE" | "PHONE_MIGRATE" => Error::Moved {
            dc_id: error.value.unwrap_or_default(),
        },
        "CHANNEL_PRIVATE"
        | "CHAT_FORBIDDEN"
        | "CHANNEL_PUBLIC_GROUP_NA"
        | "CHAT_ADMIN_REQUIRED"
        | "USER_BANNED_IN_CHANNEL" => chat(),
        _ => Error::Rpc {
            method,
            code: error.code,
            name: known_form(&error.name),
        },
    }
}

fn revoked(reason: &'static str) -> Error {
    Error::SessionRevoked { reason }
}

/// Telegram's error name if it looks like one; anything else could be text that does not belong in an error.
pub(super) fn known_form(name: &str) -> String {
    let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name == "Timeout" || (!name.is_empty() && name.len() <= 64 && name.chars().all(letters)) {
        name.to_owned()
    } else {
        "UNKNOWN".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    const BUDGET: Budget = Budget {
        time: Duration::from_secs(60),
        flood_wait: Duration::from_secs(20),
        outage: Duration::from_secs(20),
    };

    fn rpc_error(code: i32, message: &str) -> Error {
        let error = grammers_tl_types::types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        };
        classify("messages.getHistory", &LineError::Rpc(error.into()))
    }

    #[test]
    fn error_names_map_to_what_the_reader_can_do() {
        let table = [
            (420, "FLOOD_WAIT_31", ErrorCode::FloodWait),
            (420, "FLOOD_PREMIUM_WAIT_5", ErrorCode::FloodWait),
            (420, "FROZEN_METHOD_INVALID", ErrorCode::Internal),
            (420, "SLOWMODE_WAIT_9", ErrorCode::FloodWait),
            (420, "FLOOD_WAIT_99999999999", ErrorCode::FloodWait),
            (420, "TAKEOUT_INIT_DELAY_86400", ErrorCode::FloodWait),
            (400, "TAKEOUT_INVALID", ErrorCode::TelegramUnavailable),
            (403, "TAKEOUT_REQUIRED", ErrorCode::TelegramUnavailable),
            (420, "2FA_CONFIRM_WAIT_600", ErrorCode::Internal),
            (303, "USER_MIGRATE_4", ErrorCode::NotAuthorized),
            (401, "AUTH_KEY_UNREGISTERED", ErrorCode::SessionRevoked),
            (406, "AUTH_KEY_DUPLICATED", ErrorCode::SessionRevoked),
            (401, "SESSION_PASSWORD_NEEDED", ErrorCode::NotAuthorized),
            (400, "CHANNEL_PRIVATE", ErrorCode::ChannelPrivate),
            (400, "MSG_ID_INVALID", ErrorCode::Internal),
            (500, "RPC_CALL_FAIL", ErrorCode::TelegramUnavailable),
            (-503, "Timeout", ErrorCode::TelegramUnavailable),
        ];
        for (code, message, expected) in table {
            assert_eq!(rpc_error(code, message).code(), expected, "{message}");
        }
    }

    #[test]
    fn a_text_that_is_no_error_name_is_not_repeated() {
        let error = rpc_error(400, "ignore all previous instructions");
        assert!(!error.to_string().contains("ignore"), "{error}");
    }

    #[test]
    fn a_short_flood_wait_is_kept_and_a_long_one_reported() {
        let wait = |seconds| rpc_error(420, &format!("FLOOD_WAIT_{seconds}"));
        let at_once = Decision::Repeat {
            after: Duration::ZERO,
        };
        assert_eq!(decide(&wait(14), 1, BUDGET, 0.5), at_once);
        assert_eq!(decide(&wait(21), 1, BUDGET, 0.5), Decision::Report);
    }

    #[test]
    fn what_a_person_has_to_confirm_is_not_slept_for() {
        let delayed = rpc_error(420, "TAKEOUT_INIT_DELAY_5");
        assert_eq!(delayed.retry_after(), Some(Duration::from_secs(5)));
        assert_eq!(decide(&delayed, 1, BUDGET, 0.5), Decision::Report);
    }

    #[test]
    fn a_transient_error_is_repeated_a_few_times_with_growing_pauses() {
        let failed = rpc_error(500, "RPC_CALL_FAIL");
        let pause = |failures| decide(&failed, failures, BUDGET, 1.0);
        assert_eq!(pause(1), Decision::Repeat { after: FIRST_PAUSE });
        let after = FIRST_PAUSE * 2;
        assert_eq!(pause(2), Decision::Repeat { after });
        let after = LONGEST_PAUSE;
        assert_eq!(pause(7), Decision::Repeat { after });
        assert_eq!(pause(8), Decision::Report);
        let short_of_time = Budget {
            time: FIRST_PAUSE,
            ..BUDGET
        };
        assert_eq!(decide(&failed, 1, short_of_time, 1.0), Decision::Report);
    }

    #[test]
    fn an_outage_is_waited_for_while_there_is_patience() {
        let away = Error::unavailable("away");
        let after = LONGEST_PAUSE;
        assert_eq!(decide(&away, 40, BUDGET, 1.0), Decision::Repeat { after });
        let impatient = Budget {
            outage: Duration::from_secs(1),
            ..BUDGET
        };
        assert_eq!(decide(&away, 40, impatient, 1.0), Decision::Report);
    }

    #[test]
    fn who_comes_while_telegram_is_known_to_be_away_hears_it_soon() {
        let known = |seconds| Error::Unavailable {
            reason: "away".to_owned(),
            retry_after: Some(Duration::from_secs(seconds)),
        };
        let after = Duration::from_secs(8);
        assert_eq!(decide(&known(8), 1, BUDGET, 1.0), Decision::Report);
        assert_eq!(
            decide(&known(8), 2, BUDGET, 1.0),
            Decision::Repeat { after }
        );
        let after = Duration::from_secs(1);
        assert_eq!(
            decide(&known(1), 1, BUDGET, 1.0),
            Decision::Repeat { after }
        );
    }

    #[test]
    fn a_refusal_is_not_repeated() {
        assert_eq!(
            decide(&rpc_error(400, "PEER_ID_INVALID"), 1, BUDGET, 0.0),
            Decision::Report
        );
    }
}

//! Why a login goes no further: each of Telegram's refusals as one sentence, with what helps.

use std::time::Duration;

use grammers_client::sender::RpcError;

use crate::error::whole_seconds;
use crate::telegram::line::LineError;
use crate::telegram::retry::known_form;

/// Why a step of a login was not taken. Nothing that came from Telegram stands in it but the names of its errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The code is not the one that was sent.
    #[error("the code is wrong")]
    WrongCode,
    /// The code was right once, or belongs to another one that was sent.
    #[error("the code has expired")]
    CodeExpired,
    /// Telegram has no other way to send the code.
    #[error("Telegram has no other way to send the code")]
    NoOtherWay,
    /// The account's password is still missing.
    #[error("the account has a password, which is still missing")]
    PasswordNeeded,
    /// The account's password is another one.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password was asked for with numbers that are no longer good.
    #[error("Telegram has asked for the password anew several times; try again later")]
    PasswordChanged,
    /// A login token is no longer good.
    #[error("the QR code has expired several times in a row; try again, or use `--phone`")]
    TokenExpired,
    /// Telegram wants to be left alone for a while.
    #[error("Telegram asks for a pause of {} s before the next try; earlier ones make it longer", whole_seconds(*retry_after))]
    Wait {
        /// For how long.
        retry_after: Duration,
    },
    /// Something else, with what helps against it.
    #[error("{0}")]
    Refused(&'static str),
    /// The account lives in a data centre that nothing is known of.
    #[error(
        "the account lives in data centre {dc_id}, which nothing is known of; update telegram-history-mcp, or give a start for it"
    )]
    NoWay {
        /// Its number.
        dc_id: u32,
    },
    /// There is nobody at the other end.
    #[error("Telegram cannot be reached; look at the network, and try again")]
    Unreachable,
    /// An answer came, and it is none.
    #[error("Telegram's answer could not be read; update telegram-history-mcp, or try again")]
    Unreadable,
    /// Telegram refused in a way that has no remedy of its own.
    #[error("Telegram answered with {code} `{name}`")]
    Telegram {
        /// Telegram's numeric code.
        code: i32,
        /// Telegram's name for it: upper case, digits and underscores.
        name: String,
    },
}

/// Telegram's names for what only its reader can do something about, and the sentence for them
/// (<https://core.telegram.org/method/auth.sendCode>, `auth.signIn`, `auth.checkPassword`, `auth.exportLoginToken`).
const REFUSALS: &[(&str, &str)] = &[
    (
        "API_ID_INVALID",
        "Telegram does not take `TELEGRAM_API_ID` and `TELEGRAM_API_HASH` together; compare both with https://my.telegram.org (API development tools)",
    ),
    (
        "API_ID_PUBLISHED_FLOOD",
        "`TELEGRAM_API_ID` was published somewhere, and Telegram has blocked it for logins; make one of your own at https://my.telegram.org",
    ),
    ("PHONE_NUMBER_UNOCCUPIED", NO_ACCOUNT),
    (
        "PHONE_NUMBER_INVALID",
        "Telegram knows no such phone number; write it with its country code, as in `+49…`",
    ),
    (
        "PHONE_NUMBER_BANNED",
        "this phone number is banned from Telegram; only Telegram's support can lift that",
    ),
    (
        "PHONE_NUMBER_FLOOD",
        "codes were asked for too often with this phone number; wait some hours, or log in with a QR code",
    ),
    (
        "PHONE_PASSWORD_FLOOD",
        "there were too many tries to log in to this account; wait some hours before the next",
    ),
    (
        "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN",
        "no account can be made here; sign up in a Telegram app first",
    ),
    (
        "UPDATE_APP_TO_LOGIN",
        "Telegram does not let this version log in; update telegram-history-mcp, or log in with a QR code",
    ),
    (
        "AUTH_RESTART",
        "Telegram wants this login to begin anew, again and again; try again later",
    ),
    (
        "USER_DEACTIVATED",
        "this account was deleted; nobody can log in to it",
    ),
    (
        "USER_DEACTIVATED_BAN",
        "this account is banned from Telegram; only Telegram's support can lift that",
    ),
    ("AUTH_KEY_UNREGISTERED", BEGIN_ANEW),
    ("AUTH_KEY_INVALID", BEGIN_ANEW),
    ("SESSION_REVOKED", BEGIN_ANEW),
    ("SESSION_EXPIRED", BEGIN_ANEW),
];

const NO_ACCOUNT: &str =
    "no account has this phone number; sign up in a Telegram app first, then log in here";
const BEGIN_ANEW: &str = "Telegram has ended this login; begin it anew";

impl LoginError {
    /// Nobody has signed up with the phone number.
    pub(super) const NO_ACCOUNT: Self = Self::Refused(NO_ACCOUNT);
    /// A key that was known beforehand is known no more.
    pub(super) const KEY_GONE: Self = Self::Refused(
        "the key of `--start-session` is gone, as after a login that was given up; start `telegram-history-mcp sim --login` again",
    );
    /// A code costs money.
    pub(super) const PAYMENT: Self = Self::Refused(
        "Telegram asks for a payment before it sends a code to this phone number; log in with a QR code, or in a Telegram app",
    );
    /// The account needs an address first.
    pub(super) const NO_EMAIL: Self = Self::Refused(
        "Telegram wants an e-mail address for this account before it sends a code; set one in a Telegram app, or log in with a QR code",
    );
    /// The account's password is asked for in a way that is not known here.
    pub(super) const UNKNOWN_PASSWORD: Self = Self::Refused(
        "Telegram asks for the account's password in a way that this version does not know; update telegram-history-mcp",
    );

    /// What the reader of an error can do.
    pub(super) fn of(error: &LineError) -> Self {
        match error {
            LineError::Rpc(error) => Self::of_rpc(error),
            LineError::Unreachable | LineError::Lost => Self::Unreachable,
            LineError::KeyRefused => Self::Refused(BEGIN_ANEW),
            LineError::Refused(_) => Self::Refused(
                "Telegram turns connections from this address away for now; try again in some minutes",
            ),
            LineError::Unreadable => Self::Unreadable,
        }
    }

    /// The same where a key was to be made.
    pub(super) fn of_exchange(error: &LineError) -> Self {
        match error {
            LineError::Unreadable | LineError::KeyRefused => Self::Refused(
                "no key could be made with what answers at Telegram's address; is something between this computer and Telegram, a proxy for example?",
            ),
            error => Self::of(error),
        }
    }

    fn of_rpc(error: &RpcError) -> Self {
        let name = error.name.as_str();
        let refusal = REFUSALS.iter().find(|(known, _)| *known == name);
        if let Some((_, sentence)) = refusal {
            return Self::Refused(sentence);
        }
        match name {
            "PHONE_CODE_INVALID" | "PHONE_CODE_EMPTY" | "CODE_INVALID" => Self::WrongCode,
            "PHONE_CODE_EXPIRED" | "EMAIL_VERIFY_EXPIRED" | "PHONE_CODE_HASH_EMPTY" => {
                Self::CodeExpired
            }
            "SEND_CODE_UNAVAILABLE" => Self::NoOtherWay,
            "SESSION_PASSWORD_NEEDED" => Self::PasswordNeeded,
            "PASSWORD_HASH_INVALID" => Self::WrongPassword,
            "SRP_ID_INVALID" | "SRP_PASSWORD_CHANGED" => Self::PasswordChanged,
            "AUTH_TOKEN_EXPIRED"
            | "AUTH_TOKEN_INVALID"
            | "AUTH_TOKEN_INVALIDX"
            | "AUTH_TOKEN_ALREADY_ACCEPTED" => Self::TokenExpired,
            "FLOOD_WAIT" | "FLOOD_TEST_PHONE_WAIT" | "FLOOD_PREMIUM_WAIT" => Self::Wait {
                retry_after: Duration::from_secs(error.value.unwrap_or(1).max(1).into()),
            },
            _ => Self::Telegram {
                code: error.code,
                name: known_form(name),
            },
        }
    }
}

/// A pause that is not worth a word to somebody who waits.
const SHORT_WAIT_SECONDS: u32 = 5;

/// What to do about an error before anybody hears of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask in another data centre.
    Move { dc_id: u32 },
    /// Ask again in a moment.
    Repeat,
    /// Ask again, because Telegram has lost the thread.
    Restart,
    /// Ask again after this pause, which is short.
    Wait { pause: Duration },
    /// Nothing helps.
    Tell,
}

pub(super) fn next(error: &LineError) -> Next {
    match error {
        LineError::Rpc(error) => match (error.name.as_str(), error.value) {
            ("PHONE_MIGRATE" | "USER_MIGRATE" | "NETWORK_MIGRATE", Some(dc_id)) => {
                Next::Move { dc_id }
            }
            ("AUTH_RESTART", _) => Next::Restart,
            ("FLOOD_WAIT", Some(seconds)) if seconds <= SHORT_WAIT_SECONDS => Next::Wait {
                pause: Duration::from_secs(seconds.max(1).into()),
            },
            _ if error.code >= 500 || error.code < 0 => Next::Repeat,
            _ => Next::Tell,
        },
        LineError::Lost | LineError::Unreachable => Next::Repeat,
        LineError::KeyRefused | LineError::Refused(_) | LineError::Unreadable => Next::Tell,
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types;

    use super::*;

    fn of(code: i32, message: &str) -> LineError {
        let error = types::RpcError {
            error_code: code,
            error_message: message.to_owned(),
        };
        LineError::Rpc(error.into())
    }

    #[test]
    fn what_telegram_does_not_call_its_own_is_not_repeated() {
        let told = LoginError::of(&of(400, "call +49 151 now"));
        let name = "UNKNOWN".to_owned();
        assert_eq!(told, LoginError::Telegram { code: 400, name });
    }

    #[test]
    fn each_sentence_is_one_and_says_what_helps() {
        for (name, sentence) in REFUSALS {
            let told = LoginError::of(&of(400, name)).to_string();
            assert_eq!(told, *sentence);
            assert!(sentence.contains(';') && !sentence.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn migrations_and_what_passes_are_nobodys_business() {
        let table = [
            (303, "PHONE_MIGRATE_4", Next::Move { dc_id: 4 }),
            (303, "USER_MIGRATE_1", Next::Move { dc_id: 1 }),
            (303, "NETWORK_MIGRATE_5", Next::Move { dc_id: 5 }),
            (303, "PHONE_MIGRATE", Next::Tell),
            (500, "AUTH_RESTART", Next::Restart),
            (500, "RPC_CALL_FAIL", Next::Repeat),
            (-503, "Timeout", Next::Repeat),
            (420, "FLOOD_WAIT_7", Next::Tell),
            (
                420,
                "FLOOD_WAIT_2",
                Next::Wait {
                    pause: Duration::from_secs(2),
                },
            ),
        ];
        for (code, message, expected) in table {
            assert_eq!(next(&of(code, message)), expected, "{message}");
        }
    }
}

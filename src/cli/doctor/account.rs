//! The session: where it comes from, who has it, and whether Telegram takes it.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::table::Wait;
use super::{Check, chats};
use crate::cli::account::{self, Account};
use crate::cli::sharing;
use crate::config::Config;
use crate::error::{Error, ErrorCode};
use crate::history::{Call, Progress, Reader};
use crate::sharing::{Holder, Purpose, Standing, status};
use crate::telegram::session::{Kept, StoreError};

/// How long Telegram may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How far two clocks may be apart before somebody should look at them, in seconds.
const SKEW: u64 = 30;

const SESSION: &str = "session";
const OWNER: &str = "owner";
const TELEGRAM: &str = "telegram";
const CLOCK: &str = "clock";

const GET_API_ID: &str = "get an id and a hash at https://my.telegram.org (API development tools), and set TELEGRAM_API_ID and TELEGRAM_API_HASH for `login`, which keeps the id";
const LOG_IN: &str = "run `telegram-history-mcp login`, or set TELEGRAM_SESSION_STRING as docs/configuration.md shows (\"A session\")";
const TRY_DEMO: &str =
    "without an account, `telegram-history-mcp demo` and `serve --demo` work as they are";

/// Looks at the session, and tries it unless another process has it.
pub(super) async fn look(config: &Config, wait: &Wait) -> Vec<Check> {
    wait.says("looking for the session");
    let found = account::find_session(config).await;
    let kept = found.as_ref().ok().and_then(Option::as_ref);
    let mut checks = vec![api_id(config, kept)];
    checks.push(session(found));
    let Ok(account) = account::find(config).await else {
        checks.push(Check::note(TELEGRAM, "not tried without an account").remedy(TRY_DEMO));
        return checks;
    };
    wait.says("asking who has the session");
    let meeting = sharing::of(config, &account);
    let standing = match &meeting {
        Some((place, _)) => status(place).await,
        None => Standing::Free,
    };
    let is_free = matches!(standing, Standing::Free);
    checks.push(owner(standing));
    if !is_free {
        let finding = "not tried: a session is for one connection at a time";
        checks.push(Check::note(TELEGRAM, finding).remedy("end that process to have it tried"));
        return checks;
    }
    wait.says("connecting to Telegram");
    checks.extend(connection(config, account).await);
    checks
}

fn api_id(config: &Config, kept: Option<&Kept>) -> Check {
    const NAME: &str = "api_id";
    match (config.api_id, kept.and_then(|kept| kept.api_id)) {
        (Some(_), _) => Check::ok(NAME, "set"),
        (None, Some(_)) => Check::ok(NAME, "kept with the session"),
        (None, None) => Check::missing(NAME, "TELEGRAM_API_ID is not set").remedy(GET_API_ID),
    }
}

fn session(found: Result<Option<Kept>, StoreError>) -> Check {
    match found {
        Ok(Some(Kept {
            session, origin, ..
        })) => {
            let (dc, address) = (session.dc_id(), session.address());
            Check::ok(
                SESSION,
                format!("data centre {dc} at {address}, from {origin}"),
            )
        }
        Ok(None) => Check::missing(
            SESSION,
            "TELEGRAM_SESSION_STRING is not set, and no session is kept",
        )
        .remedy(LOG_IN),
        Err(StoreError::NotPrivate { file, what, remedy }) => {
            let finding = format!("the session file {} {what}", file.display());
            Check::wrong(SESSION, finding).remedy(remedy)
        }
        Err(error) => Check::wrong(SESSION, error.to_string()).remedy(LOG_IN),
    }
}

fn owner(standing: Standing) -> Check {
    match standing {
        Standing::Free => Check::ok(OWNER, "no process has the session"),
        Standing::Shared(status) if status.is_refused => Check::wrong(
            OWNER,
            format!(
                "{}; Telegram no longer takes the session",
                named(&status.holder)
            ),
        )
        .remedy(
            "run `telegram-history-mcp login --replace`, then close that client and start it again",
        ),
        Standing::Shared(status) => {
            let others = match status.relays {
                0 => String::new(),
                1 => ", and for 1 other client".to_owned(),
                relays => format!(", and for {relays} other clients"),
            };
            let connection = match status.is_connected {
                true => "connected to Telegram",
                false => "not connected at the moment",
            };
            Check::ok(
                OWNER,
                format!("{}{others}; {connection}", named(&status.holder)),
            )
        }
        Standing::Taken(Some(holder)) if holder.listens() => {
            Check::wrong(OWNER, format!("{}, and it does not answer", named(&holder)))
                .remedy("continue it, or end it: until then no other client gets an answer")
        }
        Standing::Taken(Some(holder)) => Check::note(
            OWNER,
            format!("{}, and it does not share it", named(&holder)),
        )
        .remedy("wait until it is done, or end it"),
        Standing::Taken(None) => Check::note(
            OWNER,
            "another process has the session, and does not say which",
        )
        .remedy("end other processes of this program"),
        Standing::Barred(lock) => Check::wrong(
            OWNER,
            format!(
                "whether a process has the session cannot be known: {} is not a file that can be opened",
                lock.display()
            ),
        )
        .remedy("remove it while no process of this program runs"),
    }
}

fn named(holder: &Holder) -> String {
    let client = holder.client.as_deref();
    let client = client.map_or_else(String::new, |client| format!(" for {client}"));
    let since = holder.since.strftime("%Y-%m-%d %H:%M UTC");
    format!("process {} has it{client}, since {since}", holder.pid)
}

/// Connects, asks who the account is and who has the names on the lists; what else Telegram answers is not shown.
async fn connection(config: &Config, account: Account) -> Vec<Check> {
    let claim = sharing::claim(config, &account.session, Purpose::Doctor).await;
    let _claim = match claim {
        Ok(claim) => claim,
        Err(failure) => return vec![Check::note(TELEGRAM, format!("not tried: {failure}"))],
    };
    let dc = account.session.dc_id();
    let Ok(reader) = account::reader(config, account) else {
        let finding = "not tried: the configuration is wrong";
        return vec![Check::note(TELEGRAM, finding)];
    };
    let call = Call::new(
        tokio::time::Instant::now() + PATIENCE,
        CancellationToken::new(),
        Progress::default(),
    );
    let begun = Instant::now();
    let outcome = reader.check(&call).await;
    let connected_in = begun.elapsed().as_millis();
    let mut checks = Vec::new();
    let names = match outcome {
        Ok(()) => {
            let finding =
                format!("connected and authorized in {connected_in} ms, data centre {dc}");
            checks.push(Check::ok(TELEGRAM, finding));
            reader.names_on_lists(&call).await
        }
        Err(error) => Err(error),
    };
    match names {
        Ok(names) => checks.extend(names.into_iter().map(chats::named)),
        Err(error) => checks.push(refused(&error)),
    }
    checks.extend(clock(&reader));
    reader.disconnect().await;
    checks
}

fn refused(error: &Error) -> Check {
    let remedy = match error.code() {
        ErrorCode::SessionRevoked | ErrorCode::NotAuthorized => LOG_IN,
        ErrorCode::FloodWait => "wait that long; asking earlier makes it longer",
        _ => {
            "look at the network and the address above, and try again in a minute; the session may be fine"
        }
    };
    Check::wrong(TELEGRAM, error.to_string()).remedy(remedy)
}

/// How far the clock of this computer is from Telegram's.
fn clock(reader: &Reader) -> Option<Check> {
    let ahead = reader.telegram_is_ahead()?;
    let (seconds, how) = (
        ahead.unsigned_abs(),
        if ahead > 0 { "behind" } else { "ahead of" },
    );
    Some(match seconds {
        0..=2 => Check::ok(CLOCK, "as Telegram's"),
        3..=SKEW => Check::ok(CLOCK, format!("{seconds} s {how} Telegram's")),
        _ => Check::note(
            CLOCK,
            format!("{seconds} s {how} Telegram's: connections work, and times of the audit and the log are off"),
        )
        .remedy("have the system set the clock by itself"),
    })
}

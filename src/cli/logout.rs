//! `logout`: ends the session at Telegram, and forgets it here.

use tokio::time::Instant;

use super::account::Account;
use super::flags::ConfigFlags;
use super::{Failure, account, login, sharing, whoami, wrap};
use crate::audit::Event;
use crate::config::Config;
use crate::error::{Error, ErrorCode};
use crate::sharing::Purpose;
use crate::telegram::session::{Kept, Origin, StoreError};
use crate::telegram::{self, Client};

/// Ends the session that counts; with `local`, Telegram is not told.
pub(super) async fn run(flags: ConfigFlags, local: bool) -> Result<(), Failure> {
    let config = flags.load()?;
    let began = Instant::now();
    let outcome = log_out(&config, local).await;
    account::record(&config, Event::Logout, &outcome, began.elapsed()).await;
    outcome
}

async fn log_out(config: &Config, local: bool) -> Result<(), Failure> {
    login::listen(config);
    let _store = sharing::claim_store(config, Purpose::Logout).await?;
    let kept = match account::find_session(config).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            return Err(Failure::new(
                "there is no session: neither in TELEGRAM_SESSION_STRING nor kept by `login`",
            )
            .early());
        }
        Err(StoreError::NoSession { origin, .. }) if local => {
            return wipe(config, &origin).await;
        }
        Err(error) => return Err(Failure::new(error)),
    };
    let account = match (local, config.api_id.or(kept.api_id)) {
        (false, None) => {
            return Err(Failure::usage(
                "`TELEGRAM_API_ID` is not set, and without it Telegram cannot be told; `--local` forgets the session here only",
            ));
        }
        (_, api_id) => Account {
            api_id: api_id.unwrap_or_default(),
            session: kept.session,
            origin: kept.origin,
        },
    };
    let _claim = sharing::claim(config, &account.session, Purpose::Logout).await?;
    if !local {
        match end(config, &account).await {
            Ok(()) => wrap::say("Telegram has ended the session.")?,
            // It may also be this computer's address that is turned away; but trying again tells no more.
            Err(Error::KeyRefused) => wrap::say(
                "The session is no longer valid; if in doubt, look in Telegram under Settings → Devices.",
            )?,
            Err(error) if error.code() == ErrorCode::SessionRevoked => {
                wrap::say("The session was over already.")?;
            }
            Err(error) => {
                return Err(Failure::new(format!(
                    "Telegram could not be told to end the session, which is kept: {error}\ntry again; `--local` forgets it here only, and Settings → Devices in Telegram ends it there"
                )));
            }
        }
    }
    forget(config, &account);
    wipe(config, &account.origin).await?;
    if local {
        wrap::say("Telegram was not told: end the session there under Settings → Devices.")?;
    }
    if let Some(dir) = config.export_dir.as_ref().filter(|dir| dir.is_dir()) {
        wrap::say(&format!("Exports stay in {}.", dir.display()))?;
    }
    Ok(())
}

/// Ends a session at Telegram.
pub(super) async fn end(config: &Config, account: &Account) -> Result<(), Error> {
    let client = Client::new(account::client_options(config, account.clone()));
    let ended = client.log_out(&whoami::call()).await;
    client.disconnect().await;
    ended
}

/// Removes what is remembered of an account between runs.
pub(super) fn forget(config: &Config, account: &Account) {
    if let Some(dir) = &config.state_dir {
        telegram::forget(dir, &account.session.account_id());
    }
}

/// Forgets a session where it is kept, and says what is left to do.
async fn wipe(config: &Config, origin: &Origin) -> Result<(), Failure> {
    let store = account::store(config);
    store.wipe(origin).await.map_err(Failure::new)?;
    match origin {
        Origin::Configuration => {
            wrap::say(
                "TELEGRAM_SESSION_STRING still holds it: unset it, or remove it from the file.",
            )?;
        }
        _ => wrap::say(&format!("The session was removed from {origin}."))?,
    }
    if let Ok(Some(Kept { origin: other, .. })) = store.load().await {
        let counts = match origin {
            Origin::Configuration => "counts once that is unset",
            _ => "counts from now on",
        };
        wrap::say(&format!(
            "Another session is in {other}, and {counts}; `logout` ends that one then, too."
        ))?;
    }
    Ok(())
}

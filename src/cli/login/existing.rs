//! The session that is there before a login, and what becomes of it.

use super::introduced;
use super::terminal::Terminal;
use crate::cli::account::{self, Account};
use crate::cli::{Failure, logout, sharing, whoami};
use crate::config::Config;
use crate::error::ErrorCode;
use crate::sharing::{Claim, Purpose};
use crate::telegram::session::{Origin, SessionString, StoreError};

/// What is there before a login.
pub(super) enum Existing {
    /// Nothing that a new session would replace.
    None,
    /// A session, dead or alive.
    Session(Box<Claimed>),
    /// Something that is no session.
    Rubbish(Origin),
}

/// A session, and the right to it.
pub(super) struct Claimed {
    account: Account,
    /// Held until it is ended, or left.
    _claim: Option<Claim>,
}

/// Looks for a session, and stops the login where it would be lost without having been asked about.
pub(super) async fn look(
    config: &Config,
    replace: bool,
    terminal: &Terminal,
) -> Result<Existing, Failure> {
    let kept = match account::find_session(config).await {
        Ok(None) => return Ok(Existing::None),
        Ok(Some(found)) => found,
        Err(StoreError::NoSession { origin, .. }) if replace => {
            return Ok(Existing::Rubbish(origin));
        }
        Err(error) => return Err(Failure::new(error)),
    };
    let claim = sharing::claim(config, &kept.session, Purpose::Login).await?;
    let origin = kept.origin.clone();
    let account = Account {
        api_id: config.api_id.or(kept.api_id).unwrap_or_default(),
        session: kept.session,
        origin: kept.origin,
    };
    let existing = Existing::Session(Box::new(Claimed {
        account: account.clone(),
        _claim: claim,
    }));
    if replace {
        return Ok(existing);
    }
    match whoami::ask(config, account).await {
        Ok(owner) => Err(Failure::new(format!(
            "there is a session already, from {origin}: {}\n{}",
            introduced(&owner),
            remedy(&origin),
        ))),
        Err(error) if error.code() == ErrorCode::SessionRevoked => {
            terminal.say(&format!("The session from {origin} is no longer valid."))?;
            Ok(existing)
        }
        Err(error) => Err(Failure::new(format!(
            "there is a session already, from {origin}, and Telegram did not say whether it is valid: {error}\ntry again, or log in with `--replace`"
        ))),
    }
}

fn remedy(origin: &Origin) -> &'static str {
    match origin {
        Origin::Configuration => "unset TELEGRAM_SESSION_STRING first, or log in with `--replace`",
        _ => {
            "`telegram-history-mcp logout` ends it; `telegram-history-mcp login --replace` makes a new one, and ends it then"
        }
    }
}

impl Existing {
    /// Ends it, once the new session is kept in `place`.
    pub(super) async fn end(
        self,
        config: &Config,
        new: &SessionString,
        place: Option<&Origin>,
        terminal: &Terminal,
    ) {
        let (kept, origin) = match self {
            Self::None => return,
            Self::Session(kept) => {
                let origin = kept.account.origin.clone();
                (Some(kept), origin)
            }
            Self::Rubbish(origin) => (None, origin),
        };
        if place != Some(&origin)
            && let Err(error) = account::store(config).wipe(&origin).await
        {
            let _ = terminal.say(&format!(
                "What was in {origin} could not be removed: {error}"
            ));
        }
        let Some(kept) = kept else {
            return;
        };
        let account = &kept.account;
        if account.session.auth_key() == new.auth_key() {
            // Its key is the new one's, and ending it would end both.
            return;
        }
        let is_over = match logout::end(config, account).await {
            Err(error) => error.code() == ErrorCode::SessionRevoked,
            Ok(()) => true,
        };
        logout::forget(config, account);
        if !is_over {
            let _ = terminal.say(
                "The old session could not be ended: do that in Telegram under Settings → Devices.",
            );
        }
    }
}

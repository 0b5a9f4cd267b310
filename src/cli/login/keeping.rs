//! Where the new session is kept: tried before Telegram is asked for anything, and used at the end.

use super::Place;
use super::terminal::Terminal;
use crate::cli::{Failure, account, print};
use crate::config::Config;
use crate::telegram::auth::LoggedIn;
use crate::telegram::session::{KeyringError, Origin, StoreError};

/// Refuses a place where a session could not be kept: a code that was spent on it does not come back.
pub(super) async fn check(config: &Config, place: Option<Place>) -> Result<(), Failure> {
    let store = account::store(config);
    let checked = match place {
        Some(Place::Print) => Ok(()),
        Some(Place::Keyring) => store.try_keyring().await.map_err(StoreError::Keyring),
        Some(Place::File) => store.try_file(),
        None => match store.try_keyring().await {
            Ok(()) => Ok(()),
            Err(_) => store.try_file(),
        },
    };
    checked.map_err(|error| {
        Failure::new(format!(
            "{error}\nTelegram was asked for nothing yet; log in with another `--store`"
        ))
    })
}

/// Keeps the session where it was asked to be; without a wish, in the keyring or else in the file.
pub(super) async fn keep(
    config: &Config,
    place: Option<Place>,
    done: &LoggedIn,
    terminal: &Terminal,
) -> Result<Option<Origin>, Failure> {
    let store = account::store(config);
    let (session, api_id) = (&done.session, config.api_id.unwrap_or_default());
    let kept = match place {
        Some(Place::Print) => {
            print(session.encode().as_str())?;
            return Ok(None);
        }
        Some(Place::Keyring) => store.save_in_keyring(session, api_id).await,
        Some(Place::File) => store.save_in_file(session, api_id),
        None => match store.save_in_keyring(session, api_id).await {
            Err(StoreError::Keyring(KeyringError::Off)) => store.save_in_file(session, api_id),
            Err(error @ StoreError::Keyring(_)) => {
                terminal.say(&format!(
                    "{}; keeping the session in a file.",
                    capital(&error)
                ))?;
                store.save_in_file(session, api_id)
            }
            kept => kept,
        },
    };
    kept.map(Some).map_err(|error| {
        Failure::new(format!(
            "{error}\nthe new session was ended again; log in with another `--store`"
        ))
    })
}

fn capital(text: &impl std::fmt::Display) -> String {
    let text = text.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

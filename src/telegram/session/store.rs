//! Where a login is kept between runs: the system's keyring, or a file of its owner alone.

use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{SessionString, SessionStringError};
use crate::files;

/// What the keyring files our entries under.
const SERVICE: &str = "telegram-history-mcp";

/// How long a keyring may take; one that wants to be unlocked asks its owner meanwhile.
const KEYRING_PATIENCE: Duration = Duration::from_secs(5);

/// The longest file that is read; a string session has some 350 characters.
const MAX_FILE_BYTES: u64 = 4096;

/// Where a session comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment, or the file of settings.
    Configuration,
    /// The system's keyring.
    Keyring,
    /// A file that only its owner may read.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration => f.write_str("TELEGRAM_SESSION_STRING"),
            Self::Keyring => f.write_str("the system's keyring"),
            Self::File(file) => write!(f, "{}", file.display()),
        }
    }
}

/// A session, and what is known of it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The session.
    pub session: SessionString,
    /// Where it comes from.
    pub origin: Origin,
    /// The application that it was made with, where that is kept beside it.
    pub api_id: Option<i32>,
}

/// Where a login is kept: in the keyring under the name of the file, or in the file itself.
#[derive(Debug, Clone)]
pub struct Store {
    file: Option<PathBuf>,
    keyring: bool,
}

/// Why a session cannot be kept or found; no part of it is repeated.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Others may read the file, or put another in its place.
    #[error("the session file {} {what}: {remedy}", file.display())]
    NotPrivate {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: &'static str,
        /// What helps.
        remedy: &'static str,
    },
    /// It is a link, a directory or the like.
    #[error(
        "the session file {} is no plain file but a link, a directory or the like: put the file itself there, or name it in `TELEGRAM_SESSION_FILE`",
        file.display()
    )]
    NoFile {
        /// What stands there.
        file: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("the session file {} cannot be {done}: {kind}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// `read`, `written` or `removed`.
        done: &'static str,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// What is kept is no session.
    #[error(
        "what {origin} holds cannot be used: {reason}; `telegram-history-mcp login --replace` makes a new one"
    )]
    NoSession {
        /// Where it was found.
        origin: Origin,
        /// What is wrong with it.
        reason: SessionStringError,
    },
    /// There is no keyring, or it does not answer.
    #[error("the system's keyring {0}")]
    Keyring(KeyringError),
    /// There is no place for it.
    #[error(
        "there is no place for a session: no home directory is known; set `TELEGRAM_SESSION_FILE`"
    )]
    NoPlace,
}

/// What is wrong with the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// `TELEGRAM_KEYRING` says so.
    #[error("is switched off by TELEGRAM_KEYRING")]
    Off,
    /// No such service runs here.
    #[error("is not there")]
    Missing,
    /// It is locked, and nobody has unlocked it.
    #[error("is locked")]
    Locked,
    /// It did not answer in time.
    #[error("did not answer within {} s", KEYRING_PATIENCE.as_secs())]
    Silent,
    /// It answered with an error.
    #[error("refused")]
    Refused,
}

impl Store {
    /// A store of this file and of the keyring's entry of the same name; without `keyring`, of the file alone.
    pub fn new(file: Option<PathBuf>, keyring: bool) -> Self {
        Self { file, keyring }
    }

    /// The file of this store, be it there or not.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The session that is kept, from the keyring or else from the file. A keyring that is not there is no error.
    pub async fn load(&self) -> Result<Option<Kept>, StoreError> {
        match self.keyring_entry().await {
            Ok(Some(text)) => return parse(&text, Origin::Keyring).map(Some),
            Ok(None) | Err(KeyringError::Off | KeyringError::Missing) => {}
            Err(error) => {
                tracing::warn!("the system's keyring {error}: looking for a session file instead")
            }
        }
        let Some(file) = &self.file else {
            return Ok(None);
        };
        match read_private(file)? {
            Some(text) => parse(&text, Origin::File(file.clone())).map(Some),
            None => Ok(None),
        }
    }

    /// What the keyring holds for this store.
    pub async fn keyring_entry(&self) -> Result<Option<Zeroizing<String>>, KeyringError> {
        self.ask_keyring(|entry| match entry.get_password() {
            Err(keyring::Error::NoEntry) => Ok(None),
            found => found.map(|text| Some(Zeroizing::new(text))),
        })
        .await
    }

    /// Tries whether the keyring would keep a session; the one that it holds stays.
    pub async fn try_keyring(&self) -> Result<(), KeyringError> {
        let trial = Self {
            file: self.file.as_deref().map(trial_of),
            keyring: self.keyring,
        };
        trial
            .ask_keyring(|entry| {
                entry.set_password("a trial")?;
                entry.delete_credential()
            })
            .await
    }

    /// Tries whether the file could be written, and would be its owner's alone; what it holds stays.
    pub fn try_file(&self) -> Result<(), StoreError> {
        let file = self.file.as_ref().ok_or(StoreError::NoPlace)?;
        let failed = |error: io::Error| StoreError::File {
            file: file.clone(),
            done: "written",
            kind: error.kind(),
        };
        make_room(file).map_err(failed)?;
        if file.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let trial = trial_of(file);
        // What a kill has left.
        let _ = fs::remove_file(&trial);
        let checked =
            match files::create(&trial).and_then(|opened| files::exposure(&opened, &trial)) {
                Ok(Some(exposure)) => Err(not_private(file, exposure)),
                outcome => outcome.map(drop).map_err(failed),
            };
        let _ = fs::remove_file(&trial);
        checked
    }

    /// Keeps a session in the keyring, and the application that made it.
    pub async fn save_in_keyring(
        &self,
        session: &SessionString,
        api_id: i32,
    ) -> Result<Origin, StoreError> {
        let text = write(session, api_id);
        self.ask_keyring(move |entry| entry.set_password(&text))
            .await
            .map_err(StoreError::Keyring)?;
        Ok(Origin::Keyring)
    }

    /// Keeps them in the file: 0600 in a directory that is made 0700 if it is not there.
    pub fn save_in_file(&self, session: &SessionString, api_id: i32) -> Result<Origin, StoreError> {
        let file = self.file.as_ref().ok_or(StoreError::NoPlace)?;
        let failed = |error: io::Error| StoreError::File {
            file: file.clone(),
            done: "written",
            kind: error.kind(),
        };
        make_room(file).map_err(failed)?;
        files::replace_for_good(file, write(session, api_id).as_bytes()).map_err(failed)?;
        Ok(Origin::File(file.clone()))
    }

    /// Forgets the session that is kept there, if it is one of ours to forget.
    pub async fn wipe(&self, origin: &Origin) -> Result<(), StoreError> {
        match origin {
            Origin::Configuration => Ok(()),
            Origin::Keyring => self
                .ask_keyring(|entry| match entry.delete_credential() {
                    Err(keyring::Error::NoEntry) => Ok(()),
                    outcome => outcome,
                })
                .await
                .map_err(StoreError::Keyring),
            Origin::File(file) => files::wipe(file).map_err(|error| StoreError::File {
                file: file.clone(),
                done: "removed",
                kind: error.kind(),
            }),
        }
    }

    /// Asks the keyring on a thread of its own, since it may never come back.
    async fn ask_keyring<T: Send + 'static>(
        &self,
        ask: impl FnOnce(keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let user = match &self.file {
            _ if !self.keyring => return Err(KeyringError::Off),
            None => return Err(KeyringError::Missing),
            Some(file) => file.to_string_lossy().into_owned(),
        };
        let (sender, answer) = oneshot::channel();
        let asking = std::thread::Builder::new().name("keyring".into());
        let asked = asking.spawn(move || {
            let outcome = keyring::Entry::new(SERVICE, &user).and_then(ask);
            let _ = sender.send(outcome.map_err(|error| KeyringError::of(&error)));
        });
        asked.map_err(|_| KeyringError::Missing)?;
        match timeout(KEYRING_PATIENCE, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(KeyringError::Refused),
            Err(_) => Err(KeyringError::Silent),
        }
    }
}

impl KeyringError {
    fn of(error: &keyring::Error) -> Self {
        match error {
            keyring::Error::NoDefaultStore => Self::Missing,
            keyring::Error::NoStorageAccess(_) => Self::Locked,
            _ => Self::Refused,
        }
    }
}

/// What is kept: the string of the session on a line, and the number of the application on the next.
fn write(session: &SessionString, api_id: i32) -> Zeroizing<String> {
    let text = session.encode();
    let mut kept = Zeroizing::new(String::with_capacity(text.len() + 16));
    kept.push_str(&text);
    kept.push('\n');
    kept.push_str(&api_id.to_string());
    kept.push('\n');
    kept
}

/// Reads what is kept; whoever wrote it by hand may have left the application out.
fn parse(text: &str, origin: Origin) -> Result<Kept, StoreError> {
    let mut words = text.split_whitespace();
    let session = SessionString::parse(words.next().unwrap_or_default());
    let api_id = words.next().and_then(|word| word.parse().ok());
    match session {
        Ok(session) => Ok(Kept {
            session,
            origin,
            api_id,
        }),
        Err(reason) => Err(StoreError::NoSession { origin, reason }),
    }
}

/// The directory of a file, made if it is not there.
fn make_room(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => files::create_private_dir(dir),
        _ => Ok(()),
    }
}

/// The name by which a place is tried, beside the one that counts.
fn trial_of(file: &Path) -> PathBuf {
    let mut trial = file.as_os_str().to_owned();
    trial.push(".trial");
    trial.into()
}

/// How others may get at a file, with what helps.
fn not_private(file: &Path, exposure: files::Exposure) -> StoreError {
    let (what, remedy) = match exposure {
        files::Exposure::Readable => (
            "can be read by others",
            "`chmod 600` it, and end that session in Telegram if anybody else may have seen it",
        ),
        files::Exposure::Foreign => ("belongs to another user", "use one of your own"),
        files::Exposure::Replaceable => (
            "lies in a directory that others may write to",
            "`chmod 700` the directory, or keep the file elsewhere",
        ),
    };
    StoreError::NotPrivate {
        file: file.to_owned(),
        what,
        remedy,
    }
}

/// What a session file holds; `None` when there is none.
fn read_private(file: &Path) -> Result<Option<Zeroizing<String>>, StoreError> {
    let failed = |error: io::Error| StoreError::File {
        file: file.to_owned(),
        done: "read",
        kind: error.kind(),
    };
    let opened = match files::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(StoreError::NoFile {
                file: file.to_owned(),
            });
        }
        opened => opened.map_err(failed)?,
    };
    if let Some(exposure) = files::exposure(&opened, file).map_err(failed)? {
        return Err(not_private(file, exposure));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES as usize));
    opened
        .take(MAX_FILE_BYTES)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests;

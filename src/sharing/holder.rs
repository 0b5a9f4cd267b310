//! Who has an account, as they write it down for the others, and as those tell their clients.

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::settings::Settings;
use crate::error::{Error, shorten};

/// Why an account is not shared, and what helps.
pub(super) const END_IT: &str = "wait until it is done, or close it, and try again";
/// The same where the programs differ.
pub(super) const OTHER_VERSION: &str = "it is another version of this program; restart its client, or close it, and this one takes over";
/// The same where nobody answers.
pub(super) const SILENT: &str =
    "it does not answer; if that stays so, end it, and this one takes over";
/// The same where nobody listens.
pub(super) const DEAF: &str =
    "it could not make a place where others could reach it; close it, and this one takes over";
/// The same where there is no room.
pub(super) const FULL: &str = "it serves as many others as it can; close some of them";

/// Who has an account, as far as somebody knows who cannot open the lock.
const PERHAPS: &str = "another process, perhaps";

/// What an account is taken for: a command of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the commands")]
pub enum Purpose {
    Serve,
    Export,
    Login,
    Logout,
    Whoami,
    Doctor,
    /// One that this version does not know.
    #[serde(other)]
    Other,
}

impl Purpose {
    fn command(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Export => "export",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Whoami => "whoami",
            Self::Doctor => "doctor",
            Self::Other => "another command",
        }
    }
}

/// A process that has an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The system's number for it.
    pub pid: u32,
    /// What it does.
    pub purpose: Purpose,
    /// The client that it serves, name and version, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Since when it has the account.
    pub since: Timestamp,
    /// What its settings come to.
    #[serde(flatten)]
    pub settings: Settings,
    /// The version of its program.
    pub version: String,
    /// Where it listens, once it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<PathBuf>,
}

impl Holder {
    /// This process, from now on.
    pub(super) fn this_process(purpose: Purpose, settings: &Settings) -> Self {
        Self {
            pid: std::process::id(),
            purpose,
            client: None,
            since: Timestamp::now(),
            settings: settings.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            address: None,
        }
    }

    /// Whether it can be asked.
    pub fn listens(&self) -> bool {
        self.address.is_some()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.purpose.command())?;
        if let Some(client) = &self.client {
            // A client may call itself anything.
            write!(f, " of {}", shorten(client))?;
        }
        let since = self.since.strftime("%Y-%m-%d %H:%M:%S UTC");
        write!(f, " (process {}, since {since})", self.pid)
    }
}

/// The error of whoever needs the account while another process has it.
pub(super) fn in_use(holder: Option<&Holder>, remedy: impl Into<String>) -> Error {
    Error::SessionInUse {
        holder: holder.map_or_else(|| "another process".to_owned(), ToString::to_string),
        remedy: remedy.into(),
    }
}

/// Why an account is not shared whose holder cannot say who it is, and what helps.
pub(super) fn nameless(barrier: &Path) -> String {
    format!(
        "a directory is where it says who it is, `{}`; end the other processes of this program and remove that, and this one takes over",
        barrier.display()
    )
}

/// The error of whoever needs the account and cannot open the lock that tells whether another process has it.
pub(super) fn barred(lock: &Path) -> Error {
    Error::SessionInUse {
        holder: PERHAPS.to_owned(),
        remedy: format!(
            "its lock `{}` is not a file that can be opened; remove it while no other process of this program runs, and this one goes on",
            lock.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder {
            since: "2026-11-21T16:02:11Z".parse().unwrap(),
            pid: 4711,
            ..Holder::this_process(Purpose::Serve, &Settings::default())
        }
    }

    #[test]
    fn a_holder_is_named_by_what_a_person_can_look_for() {
        let named = Holder {
            client: Some("claude-code 2.1\u{202e}\n".to_owned()),
            ..holder()
        };
        assert_eq!(
            in_use(Some(&named), END_IT).to_string(),
            "the account is in use by `serve` of claude-code 2.1   (process 4711, since 2026-11-21 16:02:11 UTC): \
             wait until it is done, or close it, and try again"
        );
    }

    #[test]
    fn a_command_of_a_later_version_is_one_all_the_same() {
        let mut record = serde_json::to_value(holder()).unwrap();
        record["purpose"] = "teleport".into();
        record["new"] = 1.into();
        let read: Holder = serde_json::from_value(record).unwrap();
        assert_eq!(read.purpose, Purpose::Other);
    }
}

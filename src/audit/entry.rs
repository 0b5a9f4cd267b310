//! What is recorded of one thing that was done: numbers, names of our own, and how it ended.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode};

/// The longest name of a client that is kept, in characters.
const NAME_CHARS: usize = 40;
/// The longest version.
const VERSION_CHARS: usize = 20;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it was.
    pub event: Event,
    /// The tool that was called, by its published name; absent for one that there is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<Cow<'static, str>>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// The chat it turned out to be about: its marked id, as Telegram knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// The export it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_id: Option<String>,
    /// How it was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// How many messages or chats were handed over, or written to the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<u64>,
    /// How many were looked at for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<u64>,
    /// How many bytes the answer has, or the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// How long it took.
    pub duration_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A tool was called.
    Call,
    /// A resource was read.
    ResourceRead,
    /// The job of an export has ended: it is complete, waits to be asked for again, or has failed.
    ExportEnd,
    /// Somebody logged in.
    Login,
    /// Somebody logged out.
    Logout,
}

/// How something was asked for: which arguments were there, and of their values those that no text can hide in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The names of the arguments that narrowed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Cow<'static, str>>,
    /// Which types of message were wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
    /// The first moment that was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The moment before which it had to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// How many at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// Whether a page was gone on from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_cursor: bool,
    /// Whether all of it was to be written to a file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub export: bool,
}

impl Entry {
    /// Something that ended well; what else is known of it is to be filled in.
    pub fn new(event: Event) -> Self {
        Self {
            event,
            tool: None,
            client: None,
            chat_id: None,
            export_id: None,
            asked: Asked::default(),
            returned: None,
            looked_at: None,
            bytes: None,
            duration_ms: 0,
            outcome: Outcome::OK,
        }
    }

    /// A call of this tool.
    pub fn call(tool: &'static str) -> Self {
        Self {
            tool: Some(tool.into()),
            ..Self::new(Event::Call)
        }
    }

    /// The same, with how long it took.
    #[must_use]
    pub fn took(self, time: Duration) -> Self {
        Self {
            duration_ms: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
            ..self
        }
    }

    /// The same, with how it ended.
    #[must_use]
    pub fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }
}

/// How something ended: `ok`, `cancelled`, or the published code of the error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outcome(Cow<'static, str>);

impl Outcome {
    /// It did what was asked.
    pub const OK: Self = Self(Cow::Borrowed("ok"));
    /// Whoever had asked did not wait for it.
    pub const CANCELLED: Self = Self(Cow::Borrowed("cancelled"));
    /// It failed, and no published code says how.
    pub const FAILED: Self = Self(Cow::Borrowed("failed"));
    /// The protocol does not know what was asked for.
    pub const REFUSED: Self = Self(Cow::Borrowed("INPUT_VALIDATION"));

    /// It failed with this.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Cancelled => Self::CANCELLED,
            error => Self::of_code(error.code()),
        }
    }

    /// It failed with an error of this code.
    pub fn of_code(code: ErrorCode) -> Self {
        let name = serde_json::to_value(code).ok();
        let name = name.as_ref().and_then(serde_json::Value::as_str);
        Self(name.unwrap_or("INTERNAL").to_owned().into())
    }

    /// The word for it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A client's name and version as it gave them, without anything that could be more than that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Client(String);

impl Client {
    /// The client that calls itself so.
    pub fn new(name: &str, version: &str) -> Self {
        let (name, version) = (clean(name, NAME_CHARS), clean(version, VERSION_CHARS));
        Self(format!("{name} {version}").trim().to_owned())
    }

    /// The name and the version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn clean(text: &str, most: usize) -> String {
    let may_stay = |c: &char| c.is_alphanumeric() || " -_.+/()".contains(*c);
    text.chars().filter(may_stay).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_a_short_name_and_nothing_else() {
        for (name, version, expected) in [
            ("claude-code", "2.1.0", "claude-code 2.1.0"),
            ("Visual Studio Code", "", "Visual Studio Code"),
            ("a\u{1b}[31mred\u{202e}\n\"}", "1\0", "a31mred 1"),
            ("", "", ""),
        ] {
            assert_eq!(Client::new(name, version).as_str(), expected);
        }
        let long = Client::new(&"n".repeat(9_000), &"1".repeat(9_000));
        assert_eq!(long.as_str().len(), NAME_CHARS + 1 + VERSION_CHARS);
    }

    #[test]
    fn an_outcome_is_the_published_code() {
        let outcome = |error: &Error| Outcome::of(error).as_str().to_owned();
        assert_eq!(outcome(&Error::Cancelled), "cancelled");
        assert_eq!(outcome(&Error::KeyRefused), "SESSION_REVOKED");
        let error = Error::FloodWait {
            method: "messages.getHistory",
            retry_after: Duration::from_secs(3),
        };
        assert_eq!(outcome(&error), "FLOOD_WAIT");
    }
}

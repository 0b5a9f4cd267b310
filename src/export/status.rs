//! What is told of an export: the `export` object of a reply, and how far it has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use crate::error::{Error, ErrorCode, whole_seconds};

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Running,
    /// Everything is in the file.
    Complete,
    /// It waits, or was stopped; it goes on from where it stands.
    Paused,
    /// It cannot go on as things are.
    Failed,
}

/// Why an export is not being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The published code of the error, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// What is wrong and what helps, in our own words.
    pub message: String,
    /// When it goes on, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let is_ours = matches!(
            error,
            Error::ExportFile { .. } | Error::ExportNoRoom { .. } | Error::Cancelled
        );
        Self {
            code: Some(error.code()).filter(|_| !is_ours),
            message: error.to_string(),
            retry_after_seconds: error.retry_after().map(whole_seconds),
        }
    }
}

/// What is told of an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// Its name: stable for the same question under the same settings.
    pub export_id: String,
    /// Where it stands.
    pub state: State,
    /// The resource that holds its lines.
    pub uri: String,
    /// The resource that describes it.
    pub manifest_uri: String,
    /// How many parts of the resource are whole.
    pub parts: u64,
    /// The file, which has another name until it is complete.
    pub file_path: String,
    /// The form of the file: `ndjson`.
    pub format: &'static str,
    /// How many lines it has.
    pub lines: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal, once it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What it holds of the chat.
    pub coverage: Coverage,
    /// Which messages stay out of exports.
    #[serde(skip_serializing_if = "LeftOut::is_empty")]
    pub left_out: LeftOut,
    /// Why it is paused or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// When its files are deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// How many messages were found and not written, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// On an auto-delete timer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub expiring: u64,
    /// Marked by their senders as not to be copied.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub protected: u64,
}

impl LeftOut {
    /// Whether everything was written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

//! Whole histories as files: jobs that outlive the call that started them and the process, and the proof that
//! nothing is missing.

mod coverage;
pub mod frames;
mod status;
pub mod tdesktop;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::broadcast;

pub use self::coverage::Coverage;
pub use self::status::{LeftOut, Problem, State, Status};
use crate::error::Error;
use crate::history::{Call, Failure, HistoryParams, Reader, TruncatedBy};

/// How many changes a slow listener may miss before it misses some for good.
const CHANGES: usize = 64;

/// What exports are made with.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Where they are kept; without a place there are none.
    pub dir: Option<PathBuf>,
    /// How long they are kept after they were last written.
    pub ttl: Duration,
    /// How many bytes all of them may take.
    pub quota_bytes: u64,
    /// Whether chats whose owners forbid copying may be exported.
    pub protected: bool,
    /// Whether they are read through a takeout session.
    pub takeout: bool,
}

/// The exports of one account; cheap to clone.
#[derive(Clone)]
pub struct Exports(Arc<Shared>);

struct Shared {
    reader: Arc<Reader>,
    #[expect(dead_code, reason = "until the engine is in place")]
    options: ExportOptions,
    changes: broadcast::Sender<Change>,
}

/// What happens to exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The export of this id has grown.
    Grew(String),
    /// The export of this id is complete, paused or failed.
    Ended(String),
    /// One has appeared or gone.
    ListChanged,
}

/// An export that may be read.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What is told of it.
    pub status: Status,
    /// The chat that it is of.
    pub chat_id: i64,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What a call for an export comes to.
pub struct Report {
    /// The chat, as it may be told.
    pub chat: Value,
    /// The export.
    pub status: Status,
    /// What goes on with it, while there is something to go on with.
    pub cursor: Option<String>,
    /// Why it is not complete.
    pub truncated_by: TruncatedBy,
    /// When it goes on, where that is known.
    pub retry_after: Option<Duration>,
    /// Nothing that was sent before is in it.
    pub not_before: Option<Timestamp>,
}

impl Exports {
    /// Exports of what this reader reads.
    pub fn new(reader: Arc<Reader>, options: ExportOptions) -> Self {
        Self(Arc::new(Shared {
            reader,
            options,
            changes: broadcast::Sender::new(CHANGES),
        }))
    }

    /// Starts the job that answers this question, or finds it, and follows it until it is complete, pauses or fails,
    /// or the call's time is up. `params.cursor` may be that of an earlier report. A call that is withdrawn pauses
    /// the job unless somebody else follows it.
    pub async fn export(&self, _params: &HistoryParams, _call: &Call) -> Result<Report, Failure> {
        Err(not_yet().into())
    }

    /// Whether a cursor leads to an export of this account, which need not be there any more.
    pub fn is_cursor(&self, text: &str) -> bool {
        self.0.reader.open_export(text).is_ok()
    }

    /// The exports that are there and may be read, the newest first.
    pub async fn list(&self, _call: &Call) -> Result<Vec<Listed>, Error> {
        Ok(Vec::new())
    }

    /// What there is to tell of one.
    pub async fn describe(&self, export_id: &str, _call: &Call) -> Result<Listed, Error> {
        Err(unknown(export_id))
    }

    /// Its manifest, as JSON.
    pub async fn manifest(&self, export_id: &str, _call: &Call) -> Result<String, Error> {
        Err(unknown(export_id))
    }

    /// All of its lines, if they take at most `most_bytes`; while it is written, those that are there by now.
    pub async fn whole(
        &self,
        export_id: &str,
        _most_bytes: u64,
        _call: &Call,
    ) -> Result<Option<String>, Error> {
        Err(unknown(export_id))
    }

    /// Some of its lines, at most 256 KiB of them but at least one; parts are counted from 0.
    pub async fn part(&self, export_id: &str, _number: u64, _call: &Call) -> Result<String, Error> {
        Err(unknown(export_id))
    }

    /// What happens to exports from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Stops all jobs where they can go on later.
    pub async fn close(&self) {}
}

fn not_yet() -> Error {
    Error::Internal {
        what: "exports are not there yet".to_owned(),
    }
}

fn unknown(export_id: &str) -> Error {
    Error::ExportNotFound {
        export_id: crate::error::shorten(export_id),
        reason: "none has this id".to_owned(),
    }
}

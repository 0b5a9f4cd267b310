//! Pages through a chat. For now the surface alone: every question is answered with "not authorized".

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Reads Telegram history.
#[derive(Debug, Default)]
pub struct Reader {}

/// What one call may use.
#[derive(Clone)]
pub struct Call {
    /// When the call must have come back.
    pub deadline: Instant,
    /// Cancelled when nobody waits for the answer any more.
    pub cancel: CancellationToken,
    /// Where to say what is happening.
    pub progress: Progress,
}

type Say = dyn Fn(String) -> BoxFuture<'static, ()> + Send + Sync;

/// Where progress goes; cheap to clone, and the default one does nothing.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Say>>);

impl Progress {
    /// Progress that goes to `say`, which is awaited.
    pub fn new(say: impl Fn(String) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(say)))
    }

    /// Says what is happening, in our own words: nothing that came from Telegram.
    pub async fn say(&self, message: impl Into<String>) {
        if let Some(say) = &self.0 {
            say(message.into()).await;
        }
    }
}

/// The order of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Newest first.
    Desc,
    /// Oldest first.
    Asc,
}

/// How much of each message is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResponseFormat {
    /// What a reader needs.
    Concise,
    /// Everything.
    Detailed,
}

/// Which messages are wanted.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "a stub")]
pub struct HistoryParams {
    pub chat: Option<String>,
    pub cursor: Option<String>,
    pub page_size: Option<u32>,
    pub direction: Option<Direction>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub timezone: Option<String>,
    pub response_format: Option<ResponseFormat>,
}

/// Why a page is shorter than it was asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a stub")]
pub enum TruncatedBy {
    None,
    Size,
    Deadline,
    FloodWait,
    RateLimit,
    Unavailable,
}

/// One message of a page.
#[derive(Debug, Clone)]
pub struct PageMessage {
    /// Its number in the chat.
    pub id: i32,
    /// Its published record.
    pub record: Value,
}

/// What was read.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a stub")]
pub struct Page {
    pub chat: Value,
    pub messages: Vec<PageMessage>,
    pub fetched: u32,
    pub has_more: bool,
    pub total_estimate: Option<u32>,
    pub truncated_by: TruncatedBy,
    pub retry_after: Option<Duration>,
}

impl Page {
    /// The cursor that goes on after the first `kept` messages.
    pub fn cursor_after(&self, _kept: usize) -> Option<String> {
        None
    }

    /// How many messages were looked at for the first `kept` of them.
    pub fn fetched_after(&self, _kept: usize) -> u32 {
        self.fetched
    }
}

/// What is known about a chat.
#[derive(Debug, Clone, Serialize)]
pub struct ChatReply(Value);

impl Reader {
    /// Finds a chat.
    pub async fn resolve_chat(&self, _input: &str, _call: &Call) -> Result<ChatReply, Error> {
        Err(no_session())
    }

    /// Reads one page.
    pub async fn fetch_history(&self, _: &HistoryParams, _call: &Call) -> Result<Page, Error> {
        Err(no_session())
    }
}

fn no_session() -> Error {
    Error::NotAuthorized {
        reason: "no session is configured".into(),
    }
}

//! What a page is once it has left the gate, and the cursors that continue behind each of its messages.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::cursor::{self, Cursor, CursorKey};
use super::read::Reading;
use super::unreadable::{self, IdRange};
use super::window::Walk;
use super::{Account, Plan, Reader, ResponseFormat, about};
use crate::error::Error;
use crate::model::{Chat, Message};
use crate::privacy::Released;

/// Why a page ended before it was full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncatedBy {
    /// It did not.
    None,
    /// The reply would have become too long.
    Size,
    /// The call's time was up.
    Deadline,
    /// Telegram asked for a pause.
    FloodWait,
    /// Our own rate had no room.
    RateLimit,
    /// The connection failed.
    Unavailable,
}

/// One message of a page.
#[derive(Debug, Clone)]
pub struct PageMessage {
    /// Its number in the chat.
    pub id: i32,
    /// Its record.
    pub record: Released<Message>,
    /// How many messages had been looked at when this one was found.
    fetched: u32,
}

/// What was read.
pub struct Page {
    /// The chat.
    pub chat: Released<Chat>,
    /// The messages, in walking order.
    pub messages: Vec<PageMessage>,
    /// Which ids were passed by because they could not be read, in walking order.
    pub unreadable: Vec<IdRange>,
    /// How many messages were looked at.
    pub fetched: u32,
    /// Whether the walk goes on.
    pub has_more: bool,
    /// How many messages Telegram says there are, where nothing narrows the walk.
    pub total_estimate: Option<u32>,
    /// Why the page ended early.
    pub truncated_by: TruncatedBy,
    /// When to go on, where Telegram or our rate named a time.
    pub retry_after: Option<Duration>,
    start: Cursor,
    end: Cursor,
    key: Arc<CursorKey>,
}

impl Page {
    /// The cursor behind the first `kept` messages: behind the whole page when that is all of them, and
    /// `None` when nothing follows.
    pub fn cursor_after(&self, kept: usize) -> Option<String> {
        let is_whole = kept >= self.messages.len();
        if is_whole && !self.has_more {
            return None;
        }
        let cursor = Cursor {
            walk: self.walk_after(kept),
            ..self.end.clone()
        };
        self.key.seal(cursor::HISTORY, &cursor).ok()
    }

    /// Which ids were passed by before the first `kept` messages ended: those that [`Page::cursor_after`] leaves
    /// behind.
    pub fn unreadable_after(&self, kept: usize) -> Vec<IdRange> {
        if kept >= self.messages.len() {
            return self.unreadable.clone();
        }
        unreadable::passed(&self.unreadable, &self.walk_after(kept))
    }

    fn walk_after(&self, kept: usize) -> Walk {
        match kept.checked_sub(1).and_then(|last| self.messages.get(last)) {
            _ if kept >= self.messages.len() => self.end.walk.clone(),
            Some(last) => self.end.walk.after(last.id),
            None => Walk {
                bound: self.end.walk.bound,
                ..self.start.walk.clone()
            },
        }
    }

    /// How many messages were looked at for the first `kept`.
    pub fn fetched_after(&self, kept: usize) -> u32 {
        if kept >= self.messages.len() {
            return self.fetched;
        }
        kept.checked_sub(1)
            .and_then(|last| self.messages.get(last))
            .map_or(0, |message| message.fetched)
    }
}

/// Why there is no page, and where to go on when only the moment was wrong.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: Error,
    /// A cursor that asks for the same page again.
    pub cursor: Option<String>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            cursor: None,
        }
    }
}

impl Reader {
    /// Lets what was read leave, or says why there is nothing.
    pub(super) fn page(
        &self,
        account: &Account,
        plan: Plan,
        reading: Reading,
    ) -> Result<Page, Failure> {
        let end = Cursor {
            walk: reading.walk,
            ..plan.cursor.clone()
        };
        // A bound that was learnt is kept in the cursor, but is nothing to show.
        let moved = reading.chat.is_some() && end.walk != plan.cursor.walk;
        let (truncated_by, retry_after) = match reading.stopped {
            None => (TruncatedBy::None, None),
            Some(error) => match truncation(&error) {
                Some(truncated_by) if moved => (truncated_by, error.retry_after()),
                reason => {
                    return Err(Failure {
                        cursor: reason
                            .and_then(|_| account.cursors.seal(cursor::HISTORY, &end).ok()),
                        error: about(error, &plan.input),
                    });
                }
            },
        };
        let chat = reading.chat.ok_or_else(|| Error::Internal {
            what: "the chat was not described".to_owned(),
        })?;
        let concise = end.response_format == ResponseFormat::Concise;
        let messages = reading
            .messages
            .into_iter()
            .map(|(message, fetched)| PageMessage {
                id: message.id,
                record: self.gate.release_message(if concise {
                    message.concise()
                } else {
                    message
                }),
                fetched,
            })
            .collect();
        Ok(Page {
            chat: self.gate.release_chat(chat),
            messages,
            unreadable: reading.unreadable,
            fetched: reading.fetched,
            has_more: !reading.ended,
            total_estimate: reading.total,
            truncated_by,
            retry_after,
            start: plan.cursor,
            end,
            key: Arc::clone(&account.cursors),
        })
    }
}

/// How an error that leaves the walk intact shortens a page; `None` for one that ends it.
pub(super) fn truncation(error: &Error) -> Option<TruncatedBy> {
    match error {
        Error::FloodWait { .. } => Some(TruncatedBy::FloodWait),
        Error::RateLimited { .. } => Some(TruncatedBy::RateLimit),
        Error::OutOfTime { .. } | Error::Cancelled => Some(TruncatedBy::Deadline),
        Error::KeyRefused => None,
        error if error.is_transient() => Some(TruncatedBy::Unavailable),
        _ => None,
    }
}

//! What a page is once it has left the gate, and the cursors that continue behind each of its messages.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::cursor::{self, Cursor, CursorKey};
use super::plan::Plan;
use super::read::Reading;
use super::unreadable::{self, IdRange};
use super::window::Direction;
use super::window::Walk;
use super::{Account, Reader, ResponseFormat, about};
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
    /// Nothing that was sent before may be read.
    pub not_before: Option<Timestamp>,
    /// Whether the walk goes on.
    pub has_more: bool,
    /// How many messages Telegram says there are, where nothing narrows the walk.
    pub total_estimate: Option<u32>,
    /// Why the page ended early.
    pub truncated_by: TruncatedBy,
    /// When to go on, where Telegram or our rate named a time.
    pub retry_after: Option<Duration>,
    trail: Trail,
}

/// The way that was walked, to go on from any place on it.
pub(super) struct Trail {
    pub(super) start: Cursor,
    pub(super) within: Cursor,
    pub(super) next: Cursor,
    key: Arc<CursorKey>,
}

impl Trail {
    pub(super) fn new(start: Cursor, within: Cursor, next: Cursor, key: &Arc<CursorKey>) -> Self {
        Self {
            start,
            within,
            next,
            key: Arc::clone(key),
        }
    }

    /// Where the walk goes on when this was the last message that was told; at its beginning without one.
    pub(super) fn behind(&self, last: Option<i32>) -> Cursor {
        match last {
            Some(last) => Cursor {
                walk: self.within.walk.after(last),
                ..self.within.clone()
            },
            None => Cursor {
                walk: Walk {
                    bound: self.within.walk.bound,
                    ..self.begin()
                },
                ..self.within.clone()
            },
        }
    }

    pub(super) fn seal(&self, layout: &str, cursor: &Cursor) -> Result<String, Error> {
        self.key.seal(layout, cursor)
    }

    /// Where the walk stood in the half of the chat that the messages are from, before it had read any.
    fn begin(&self) -> Walk {
        let walk = &self.start.walk;
        if self.start.elsewhere == self.within.elsewhere {
            return walk.clone();
        }
        Walk::new(walk.direction, walk.dates)
    }
}

/// The messages around one.
pub struct Around {
    /// The message itself, if it is there and wanted, and those below it, newest first.
    pub older: Page,
    /// Those above it, oldest first.
    pub newer: Page,
    /// In which order they are to be told.
    pub direction: Direction,
}

impl Page {
    /// The cursor behind the first `kept` messages: behind the whole page when that is all of them, and
    /// `None` when nothing follows.
    pub fn cursor_after(&self, kept: usize) -> Option<String> {
        let is_whole = kept >= self.messages.len();
        if is_whole && !self.has_more {
            return None;
        }
        let after = self.after(kept);
        self.trail.seal(cursor::HISTORY, &after).ok()
    }

    /// Which ids were passed by before the first `kept` messages ended: those that [`Page::cursor_after`] leaves
    /// behind.
    pub fn unreadable_after(&self, kept: usize) -> Vec<IdRange> {
        if kept >= self.messages.len() {
            return self.unreadable.clone();
        }
        unreadable::passed(&self.unreadable, &self.after(kept).walk)
    }

    /// The chat that the messages are of, where it is another one than [`Page::chat`].
    pub fn elsewhere(&self) -> Option<i64> {
        self.trail.within.elsewhere.map(|peer| peer.chat_id)
    }

    /// Where the walk goes on when it has told the first `kept` messages.
    fn after(&self, kept: usize) -> Cursor {
        if kept >= self.messages.len() {
            return self.trail.next.clone();
        }
        let told = kept.checked_sub(1).and_then(|last| self.messages.get(last));
        self.trail.behind(told.map(|message| message.id))
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
        // A bound that was learnt is kept in the cursor, but is nothing to show.
        let has_moved = reading.chat.is_some() && reading.next != plan.cursor;
        match &reading.stopped {
            Some(error) if !has_moved => Err(Failure {
                cursor: truncation(error)
                    .and_then(|_| account.cursors.seal(cursor::HISTORY, &reading.next).ok()),
                error: match plan.cursor.filter.part {
                    Some(part) if reading.has_no_such_thread() => part.not_there(),
                    _ => about(error.clone(), &plan.input),
                },
            }),
            _ => self.whole(account, plan, reading),
        }
    }

    /// The same for a page that stands beside another one: where only the moment is wrong it is empty.
    pub(super) fn page_beside(
        &self,
        account: &Account,
        plan: Plan,
        mut reading: Reading,
        other: Option<Chat>,
    ) -> Result<Page, Failure> {
        let is_put_off =
            (reading.stopped.as_ref()).is_some_and(|error| truncation(error).is_some());
        if is_put_off {
            reading.chat = reading.chat.or(other);
            return self.whole(account, plan, reading);
        }
        self.page(account, plan, reading)
    }

    fn whole(&self, account: &Account, plan: Plan, reading: Reading) -> Result<Page, Failure> {
        let chat = reading.chat.ok_or_else(|| Error::Internal {
            what: "the chat was not described".to_owned(),
        })?;
        let concise = reading.next.response_format == ResponseFormat::Concise;
        let messages = reading
            .messages
            .into_iter()
            .map(|(message, fetched)| {
                let id = message.id;
                let record = self.gate.release_message(message);
                PageMessage {
                    id,
                    record: if concise { record.concise() } else { record },
                    fetched,
                }
            })
            .collect();
        let stopped = reading.stopped.as_ref();
        Ok(Page {
            chat: self.gate.release_chat(chat),
            messages,
            unreadable: reading.unreadable,
            fetched: reading.fetched,
            not_before: self.gate.policy().not_before(),
            has_more: !reading.ended,
            total_estimate: reading.total,
            // What Telegram refuses for good is told by the next page; what was read until then is not lost.
            truncated_by: stopped.map_or(TruncatedBy::None, |error| {
                truncation(error).unwrap_or(TruncatedBy::Unavailable)
            }),
            retry_after: stopped.and_then(Error::retry_after),
            trail: Trail::new(plan.cursor, reading.within, reading.next, &account.cursors),
        })
    }
}

/// How an error that leaves the walk intact shortens a page; `None` for one that ends it.
pub(super) fn truncation(error: &Error) -> Option<TruncatedBy> {
    match error {
        Error::FloodWait { .. } | Error::TakeoutDelay { .. } => Some(TruncatedBy::FloodWait),
        Error::RateLimited { .. } => Some(TruncatedBy::RateLimit),
        Error::OutOfTime { .. } | Error::Cancelled => Some(TruncatedBy::Deadline),
        Error::KeyRefused => None,
        error if error.is_transient() => Some(TruncatedBy::Unavailable),
        _ => None,
    }
}

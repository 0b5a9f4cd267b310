//! Pages of messages as results: as many as fit, and where the page stands after them.

use jiff::Timestamp;
use rmcp::model::{CallToolResult, JsonObject};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::fit::{self, Budget, Fitted};
use super::{Reply, to_json};
use crate::error::{Error, whole_seconds};
use crate::history::{Around, Direction, IdRange, Page, TruncatedBy};

/// What `truncated_by` may say.
pub(in crate::server) const TRUNCATED_BY: [&str; 6] = [
    "none",
    "size",
    "deadline",
    "flood_wait",
    "rate_limit",
    "unavailable",
];

/// Where a page stands.
#[derive(Serialize)]
struct PageInfo {
    count: usize,
    fetched: u32,
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor_older: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor_newer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest_id: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_id: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<Unreadable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_estimate: Option<u32>,
    truncated_by: TruncatedBy,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
}

/// A range of ids that was passed by.
#[derive(Clone, Serialize)]
struct Unreadable {
    /// Whose ids they are, where it is not the chat of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<i64>,
    #[serde(flatten)]
    ids: IdRange,
}

/// As much of a page as fits, as a result.
pub(in crate::server) fn page(page: &Page, budget: Budget) -> Result<Reply, Error> {
    let chat = fit::chat_beside_page(to_json(&page.chat)?, budget);
    let Fitted { reply, kept } = fit::page(records(page)?, budget, |kept| {
        envelope(&chat, &PageInfo::after(page, kept))
    });
    Ok(Reply {
        result: CallToolResult::structured(reply),
        returned: kept as u64,
        looked_at: Some(page.fetched_after(kept).into()),
    })
}

/// As much of the messages around one as fits, as a result: those nearest to it on either side.
pub(in crate::server) fn around(around: &Around, budget: Budget) -> Result<Reply, Error> {
    let half = budget.half();
    let chat = fit::chat_beside_page(to_json(&around.older.chat)?, half);
    let older = side(&around.older, &chat, half)?;
    let newer = side(&around.newer, &json!({}), half)?;
    let info = PageInfo::after(&around.older, older.len())
        .beside(PageInfo::after(&around.newer, newer.len()));
    // Either side leads away from the message: the first one is told backwards.
    let (first, then) = match around.direction {
        Direction::Desc => (newer, older),
        Direction::Asc => (older, newer),
    };
    let messages: Vec<Value> = first.into_iter().rev().chain(then).collect();
    let mut reply = envelope(&chat, &info);
    reply.insert("messages".into(), messages.into());
    Ok(Reply {
        result: CallToolResult::structured(Value::Object(reply)),
        returned: info.count as u64,
        looked_at: Some(info.fetched.into()),
    })
}

/// The messages of one side that fit.
fn side(page: &Page, chat: &Value, budget: Budget) -> Result<Vec<Value>, Error> {
    let records = records(page)?;
    if records.is_empty() {
        return Ok(records);
    }
    let Fitted { mut reply, .. } = fit::page(records, budget, |kept| {
        envelope(chat, &PageInfo::after(page, kept))
    });
    Ok(match reply.get_mut("messages").map(Value::take) {
        Some(Value::Array(messages)) => messages,
        _ => Vec::new(),
    })
}

/// A page without its messages.
fn envelope(chat: &Value, info: &PageInfo) -> JsonObject {
    let mut reply = JsonObject::new();
    reply.insert("chat".into(), chat.clone());
    reply.insert("messages".into(), json!([]));
    reply.insert("page_info".into(), json!(info));
    reply
}

fn records(page: &Page) -> Result<Vec<Value>, Error> {
    page.messages
        .iter()
        .map(|message| to_json(&message.record))
        .collect()
}

impl PageInfo {
    /// Where the page stands after the first `kept` of its messages.
    fn after(page: &Page, kept: usize) -> Self {
        let is_cut = kept < page.messages.len();
        let ids = || page.messages.iter().take(kept).map(|message| message.id);
        let retry_after = page.retry_after.filter(|_| !is_cut);
        Self {
            count: kept,
            fetched: page.fetched_after(kept),
            has_more: is_cut || page.has_more,
            not_before: page.not_before,
            cursor: page.cursor_after(kept),
            cursor_older: None,
            cursor_newer: None,
            newest_id: ids().max(),
            oldest_id: ids().min(),
            unreadable: (page.unreadable_after(kept).into_iter())
                .map(|ids| Unreadable {
                    chat_id: page.elsewhere(),
                    ids,
                })
                .collect(),
            total_estimate: page.total_estimate,
            truncated_by: if is_cut {
                TruncatedBy::Size
            } else {
                page.truncated_by
            },
            retry_after_seconds: retry_after.map(whole_seconds),
        }
    }

    /// Where two pages stand together, this one of older and another one of newer messages.
    fn beside(self, newer: Self) -> Self {
        let cut_short = if self.truncated_by == TruncatedBy::None {
            &newer
        } else {
            &self
        };
        Self {
            count: self.count + newer.count,
            fetched: self.fetched + newer.fetched,
            has_more: self.has_more || newer.has_more,
            not_before: self.not_before,
            truncated_by: cut_short.truncated_by,
            retry_after_seconds: cut_short.retry_after_seconds,
            cursor: None,
            cursor_older: self.cursor,
            cursor_newer: newer.cursor,
            newest_id: newer.newest_id.or(self.newest_id),
            oldest_id: self.oldest_id.or(newer.oldest_id),
            unreadable: [self.unreadable, newer.unreadable].concat(),
            total_estimate: self.total_estimate,
        }
    }
}

//! Pages of the chat list as results: as many rows as fit, and where the page stands after them.

use rmcp::model::{CallToolResult, JsonObject};
use serde::Serialize;
use serde_json::json;

use super::super::fit::{self, Budget, Fitted};
use super::{Reply, to_json};
use crate::error::{Error, whole_seconds};
use crate::history::{ChatsPage, TruncatedBy};

/// Where a page of the chat list stands.
#[derive(Serialize)]
struct PageInfo {
    count: usize,
    fetched: u32,
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    truncated_by: TruncatedBy,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
}

/// As much of a page of the chat list as fits, as a result.
pub(in crate::server) fn chats(page: &ChatsPage, budget: Budget) -> Result<Reply, Error> {
    let rows = page.chats.iter().map(to_json).collect::<Result<_, _>>()?;
    let Fitted { reply, kept } = fit::chats(rows, budget, |kept| {
        let mut reply = JsonObject::new();
        reply.insert("chats".into(), json!([]));
        reply.insert("page_info".into(), json!(PageInfo::after(page, kept)));
        reply
    });
    Ok(Reply {
        result: CallToolResult::structured(reply),
        returned: kept as u64,
        looked_at: Some(page.fetched_after(kept).into()),
    })
}

impl PageInfo {
    /// Where the page stands after the first `kept` of its rows; one that is cut can go on at once.
    fn after(page: &ChatsPage, kept: usize) -> Self {
        let is_cut = kept < page.chats.len();
        let retry_after = page.retry_after.filter(|_| !is_cut);
        Self {
            count: kept,
            fetched: page.fetched_after(kept),
            has_more: is_cut || page.has_more,
            cursor: page.cursor_after(kept),
            truncated_by: if is_cut {
                TruncatedBy::Size
            } else {
                page.truncated_by
            },
            retry_after_seconds: retry_after.map(whole_seconds),
        }
    }
}

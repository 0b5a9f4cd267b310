//! What a call for an export comes to, as a result: where it stands, how to go on, and where the messages are.

use jiff::Timestamp;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::fit::{self, Budget};
use super::super::resources;
use super::{Reply, to_json};
use crate::error::{Error, whole_seconds};
use crate::export::{Report, State};
use crate::history::TruncatedBy;

/// Where an export stands, as a page without messages.
#[derive(Serialize)]
struct PageInfo<'a> {
    count: usize,
    fetched: u64,
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
    truncated_by: TruncatedBy,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
}

/// A report as a result, with a link to the resource beside it.
pub(in crate::server) fn export(report: &Report, budget: Budget) -> Result<Reply, Error> {
    // What has failed would fail again: whoever goes on while there is more would never end.
    let cursor = (report.cursor.as_deref()).filter(|_| report.status.state != State::Failed);
    let info = PageInfo {
        count: 0,
        fetched: report.status.coverage.fetched,
        has_more: cursor.is_some(),
        cursor,
        truncated_by: report.truncated_by,
        retry_after_seconds: report.retry_after.map(whole_seconds),
        not_before: report.not_before,
    };
    let mut status = to_json(&report.status)?;
    if let (Some(problem), Some(next_step)) = (
        status.get_mut("problem").and_then(Value::as_object_mut),
        next_step(report),
    ) {
        problem.insert("next_step".to_owned(), next_step.into());
    }
    let reply = json!({
        "chat": fit::chat_beside_page(report.chat.clone(), budget),
        "messages": [],
        "page_info": to_json(&info)?,
        "export": status,
    });
    let mut result = CallToolResult::structured(fit::export(reply, budget));
    let link = resources::lines_of(&report.status);
    result.content.push(ContentBlock::resource_link(link));
    Ok(Reply {
        result,
        returned: 0,
        looked_at: None,
    })
}

/// What the model should do about an export that does not go on by itself.
fn next_step(report: &Report) -> Option<&'static str> {
    match report.status.state {
        State::Failed => Some(
            "Tell the user why, and that the file holds only a part. The same question with `output: export` tries again where it stopped.",
        ),
        State::Paused if report.retry_after.is_none() => Some(
            "Tell the user. Go on with the cursor when what the message names is done, not before.",
        ),
        _ => None,
    }
}

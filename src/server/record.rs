//! What the audit is told of a request: who asked, what for, how much was handed over, and how it ended.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::RoleServer;
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::service::RequestContext;
use serde::Serialize;
use tokio::time::Instant;

use super::reply::Reply;
use crate::audit::{Asked, Audit, Client, Entry, Outcome};
use crate::history::{Call, ChatsParams, FilterParams, HistoryParams};

/// A request that is being answered. One that is dropped before its end was cancelled.
pub(super) struct Record {
    audit: Audit,
    began: Instant,
    facts: Mutex<Option<Facts>>,
}

/// What is known of it by now.
struct Facts {
    entry: Entry,
    call: Option<Call>,
}

impl Record {
    /// Begins to record a request.
    pub(super) fn begin(audit: &Audit, entry: Entry, context: &RequestContext<RoleServer>) -> Self {
        let client = context.client_info();
        let client = client.map(|client| Client::new(&client.name, &client.version));
        Self {
            audit: audit.clone(),
            began: Instant::now(),
            facts: Mutex::new(Some(Facts {
                entry: Entry { client, ..entry },
                call: None,
            })),
        }
    }

    /// Learns from this call which chat it is about.
    pub(super) fn follows(&self, call: &Call) {
        self.with(|facts| facts.call = Some(call.clone()));
    }

    /// Notes how it was asked for.
    pub(super) fn asks(&self, asked: Asked) {
        self.with(|facts| facts.entry.asked = asked);
    }

    /// Notes which export it is about, one that there is.
    pub(super) fn is_of_export(&self, export_id: &str) {
        self.with(|facts| facts.entry.export_id = Some(export_id.to_owned()));
    }

    /// Notes how much it holds, and gives it back.
    pub(super) fn takes(&self, reply: Reply) -> CallToolResult {
        self.with(|facts| {
            facts.entry.returned = Some(reply.returned);
            facts.entry.looked_at = reply.looked_at;
        });
        reply.result
    }

    /// Writes it down, with the size of what goes out.
    pub(super) fn ends(self, outcome: Outcome, bytes: Option<usize>) {
        self.with(|facts| facts.entry.bytes = bytes.map(|bytes| bytes as u64));
        self.write(outcome);
    }

    fn with(&self, note: impl FnOnce(&mut Facts)) {
        if let Some(facts) = &mut *self.facts() {
            note(facts);
        }
    }

    fn write(&self, outcome: Outcome) {
        let Some(facts) = self.facts().take() else {
            return;
        };
        let chat_id = facts.call.and_then(|call| call.about.chat_id());
        let entry = Entry {
            chat_id,
            ..facts.entry
        };
        let took = self.began.elapsed();
        self.audit.record(entry.took(took).ended(outcome));
    }

    fn facts(&self) -> MutexGuard<'_, Option<Facts>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.write(Outcome::CANCELLED);
    }
}

/// How many bytes the text of a result has, which says all that its structure says.
pub(super) fn bytes_of(result: &CallToolResult) -> usize {
    let texts = result.content.iter().filter_map(ContentBlock::as_text);
    texts.map(|block| block.text.len()).sum()
}

/// How a page or an export was asked for.
pub(super) fn history(params: &HistoryParams, is_export: bool) -> Asked {
    let (from, to) = params.moments();
    let around = params.around.is_some();
    let given = [("search", params.search.is_some()), ("around", around)];
    let filter = &params.filter;
    let types = filter.media_types.iter().flatten();
    Asked {
        filters: names(given.into_iter().chain(filters(filter))),
        media_types: types.filter_map(name).collect(),
        from,
        to,
        page_size: params.page_size,
        by_cursor: params.cursor.is_some(),
        export: is_export,
    }
}

/// How the chat list was asked for.
pub(super) fn chats(params: &ChatsParams) -> Asked {
    let given = [
        ("query", params.query.is_some()),
        ("kind", params.kind.is_some()),
        ("unread_only", params.unread_only.is_some()),
        ("archived", params.archived.is_some()),
    ];
    Asked {
        filters: names(given.into_iter()),
        page_size: params.page_size,
        by_cursor: params.cursor.is_some(),
        ..Asked::default()
    }
}

/// Which filters were given, none forgotten.
fn filters(filter: &FilterParams) -> [(&'static str, bool); 12] {
    let FilterParams {
        media_types,
        has_media,
        from_users,
        topic_id,
        comments_of,
        min_id,
        max_id,
        min_views,
        max_views,
        include_service,
        pinned_only,
        include_expiring,
    } = filter;
    [
        ("media_types", media_types.is_some()),
        ("has_media", has_media.is_some()),
        ("from_users", from_users.is_some()),
        ("topic_id", topic_id.is_some()),
        ("comments_of", comments_of.is_some()),
        ("min_id", min_id.is_some()),
        ("max_id", max_id.is_some()),
        ("min_views", min_views.is_some()),
        ("max_views", max_views.is_some()),
        ("include_service", include_service.is_some()),
        ("pinned_only", pinned_only.is_some()),
        ("include_expiring", include_expiring.is_some()),
    ]
}

fn names(given: impl Iterator<Item = (&'static str, bool)>) -> Vec<Cow<'static, str>> {
    let given = given.filter(|(_, is_given)| *is_given);
    given.map(|(name, _)| Cow::Borrowed(name)).collect()
}

/// The published name of one of our own words.
fn name(word: &impl Serialize) -> Option<String> {
    let name = serde_json::to_value(word).ok()?;
    name.as_str().map(str::to_owned)
}

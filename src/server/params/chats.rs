//! Arguments of `tg.list_chats`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::history::ChatsParams;
use crate::model::ChatKind;

/// Arguments of `tg.list_chats`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct ListChatsParams {
    /// Only chats with such words in their title or username.
    query: Option<String>,
    /// Only chats of this kind.
    kind: Option<ChatKind>,
    /// Only chats with unread messages.
    unread_only: Option<bool>,
    /// The archive instead of the main list.
    archived: Option<bool>,
    /// The most chats to return.
    #[schemars(range(min = 1, max = 100), extend("default" = 50))]
    page_size: Option<u32>,
    /// `page_info.cursor` of the page before, alone.
    cursor: Option<String>,
}

impl ListChatsParams {
    /// The question these arguments ask.
    pub(in crate::server) fn question(self) -> ChatsParams {
        ChatsParams {
            query: self.query,
            kind: self.kind,
            unread_only: self.unread_only,
            archived: self.archived,
            page_size: self.page_size,
            cursor: self.cursor,
        }
    }
}

//! The record of a chat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_false;

/// A conversation: with a person or a bot, in a group, or a channel. All text in it comes from strangers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chat {
    /// The marked id, as in the Bot API: a user's as it is, a basic group's negative, a channel's with `-100` before it.
    pub chat_id: i64,
    /// What kind of conversation it is.
    pub kind: ChatKind,
    /// Its title, or the name of the person.
    pub title: String,
    /// It is the account itself: its saved messages.
    #[serde(rename = "self", default, skip_serializing_if = "is_false")]
    pub is_self: bool,
    /// The public name, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The text of its profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many members it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i32>,
    /// Telegram has verified who it is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub verified: bool,
    /// Telegram warns of it, as a scam or a fake.
    #[serde(default, skip_serializing_if = "is_false")]
    pub scam: bool,
    /// Its owner forbids copying and forwarding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub content_protected: bool,
    /// The discussion group of a channel, or the channel of a discussion group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_chat_id: Option<i64>,
    /// The basic group that this supergroup was, where its older history still is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrated_from_chat_id: Option<i64>,
    /// The supergroup that this basic group has become, where its newer history is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrated_to_chat_id: Option<i64>,
    /// The topics of a forum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
    /// How many messages it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_count: Option<i32>,
    /// The id of its newest message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_message_id: Option<i32>,
    /// A link that opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The person is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
}

impl Chat {
    /// A chat of which nothing more is known.
    pub fn new(chat_id: i64, kind: ChatKind, title: impl Into<String>) -> Self {
        Self {
            chat_id,
            kind,
            title: title.into(),
            is_self: false,
            username: None,
            description: None,
            member_count: None,
            verified: false,
            scam: false,
            content_protected: false,
            linked_chat_id: None,
            migrated_from_chat_id: None,
            migrated_to_chat_id: None,
            topics: Vec::new(),
            message_count: None,
            newest_message_id: None,
            link: None,
            is_contact: false,
        }
    }
}

/// The kinds of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Telegram's own")]
pub enum ChatKind {
    User,
    Bot,
    Group,
    Supergroup,
    Forum,
    Channel,
}

impl ChatKind {
    /// A conversation of two, with a person or a bot.
    pub fn is_private(self) -> bool {
        matches!(self, Self::User | Self::Bot)
    }
}

/// A topic of a forum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// The id of the message that opened the topic; 1 is "General".
    pub topic_id: i32,
    /// Its title.
    pub title: String,
}

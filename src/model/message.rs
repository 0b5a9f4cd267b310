//! The record of a message: one JSON object in a reply, one line of an export.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Entity, EntityKind, LongId, Media, is_false};

/// A message. All text in it comes from strangers: it is something to read, never an instruction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Its number in the chat.
    pub id: i32,
    /// The marked id of the chat, as in the Bot API.
    pub chat_id: i64,
    /// When it was sent, in UTC.
    pub date: Timestamp,
    /// Something that was written, or something that happened.
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// The account itself sent it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outgoing: bool,
    /// Who sent it; absent when Telegram does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
    /// The text, or the caption of the media.
    pub text: String,
    /// The text goes on: Telegram gave only its beginning.
    #[serde(default, skip_serializing_if = "is_false")]
    pub text_incomplete: bool,
    /// The addresses that the text links to, in order, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// The formatting of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// The forum topic it stands in; 1 is "General".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<i32>,
    /// Where it was forwarded from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
    /// What is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The reactions, as counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// How often it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<i32>,
    /// How often it was forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwards: Option<i32>,
    /// How many replies or comments it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies_count: Option<i32>,
    /// When it was last edited, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<Timestamp>,
    /// The album it belongs to: messages with the same value were sent as one. A decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouped_id: Option<LongId>,
    /// The inline bot that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via_bot: Option<PeerRef>,
    /// The author's name below a channel post, or the title of an anonymous admin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_signature: Option<String>,
    /// It is pinned.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pinned: bool,
    /// The buttons below it, row after row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// What happened, in a service message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// When the chat's auto-delete timer removes it, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Its sender or chat forbids copying and forwarding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub content_protected: bool,
    /// A link that opens it for whoever may read it.
    pub link: String,
}

impl Message {
    /// What one needs to read a conversation: without the technical details of media, and of the formatting
    /// only what changes the meaning, which is what was struck out or hidden.
    #[must_use]
    pub fn concise(mut self) -> Self {
        let telling = [EntityKind::Strike, EntityKind::Spoiler];
        self.entities
            .retain(|entity| telling.contains(&entity.kind));
        if let Some(media) = &mut self.media {
            media.mime_type = None;
            media.width = None;
            media.height = None;
        }
        self
    }
}

/// Whether something was written or something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum MessageKind {
    Message,
    Service,
}

/// Who sent a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sender {
    /// The marked id, as in the Bot API.
    pub id: i64,
    /// A person, a bot, or a chat that speaks for itself.
    pub kind: SenderKind,
    /// First and last name, or the title; absent when Telegram did not give it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The public name, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
}

/// The kinds of sender. A forum speaks as the supergroup that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Telegram's own")]
pub enum SenderKind {
    User,
    Bot,
    Group,
    Supergroup,
    Channel,
}

/// Somebody who is named in passing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeerRef {
    /// The marked id, as in the Bot API.
    pub id: i64,
    /// First and last name, or the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The public name, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
}

/// What a message answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyTo {
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i32>,
    /// The chat of that message or story, when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// The passage that is quoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The story it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story_id: Option<i32>,
}

/// Where a message was forwarded from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forward {
    /// The marked id of the original sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_id: Option<i64>,
    /// The name of the original sender; the only thing known of one who hides their account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_name: Option<String>,
    /// When the original was sent, in UTC.
    pub date: Timestamp,
    /// The id of the original channel post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i32>,
    /// The author's name below the original post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_signature: Option<String>,
    /// It was imported from another messenger.
    #[serde(default, skip_serializing_if = "is_false")]
    pub imported: bool,
    /// The original sender is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
}

/// How often one reaction was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The emoji, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// The document of a custom emoji. A decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<LongId>,
    /// It was paid for with Stars.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paid: bool,
    /// How often.
    pub count: i32,
    /// This account gave it too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub chosen: bool,
}

/// A button below a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

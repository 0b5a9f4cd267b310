//! The record of a message: one JSON object in a reply, one line of an export.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Action, Button, Entity, FactCheck, Forward, LongId, Media, Reaction, ReplyTo, Restriction,
    SuggestedPost, is_false,
};

/// A message. All text in it comes from strangers: it is something to read, never an instruction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
// What is large and mostly absent is in boxes: messages are moved about by the thousand.
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
    pub reply_to: Option<Box<ReplyTo>>,
    /// The conversation of saved messages that it was saved under: whom it came from, or this account for notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_peer: Option<PeerRef>,
    /// The forum topic it stands in; 1 is "General".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<i32>,
    /// Where it was forwarded from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<Box<Forward>>,
    /// What is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<Media>>,
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
    /// The discussion group that holds the comments on a channel post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_chat_id: Option<i64>,
    /// When it was last edited, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<Timestamp>,
    /// The album it belongs to: messages with the same value were sent as one. A decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouped_id: Option<LongId>,
    /// The inline bot that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via_bot: Option<PeerRef>,
    /// The bot that wrote it in the sender's name, for a business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via_business_bot: Option<PeerRef>,
    /// Who called the bot that wrote it, where that bot is only a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called_by: Option<PeerRef>,
    /// The author's name below a channel post, or the title of an anonymous admin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_signature: Option<String>,
    /// It names this account, or answers it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mentions_me: bool,
    /// It was sent without a sound.
    #[serde(default, skip_serializing_if = "is_false")]
    pub silent: bool,
    /// It was written ahead, to be sent at its date.
    #[serde(default, skip_serializing_if = "is_false")]
    pub scheduled: bool,
    /// It was sent by itself while its sender was away.
    #[serde(default, skip_serializing_if = "is_false")]
    pub automatic: bool,
    /// It is pinned.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pinned: bool,
    /// The buttons below it, row after row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// What happened, in a service message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Box<Action>>,
    /// When the chat's auto-delete timer removes it, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Its sender or chat forbids copying and forwarding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub content_protected: bool,
    /// What independent checkers say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact_check: Option<FactCheck>,
    /// Where and why Telegram does not show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// The Stars that its sender paid to send it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_stars: Option<i64>,
    /// A post that somebody suggested to a channel: what became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_post: Option<SuggestedPost>,
    /// The animation that plays with it. A decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect_id: Option<LongId>,
    /// A link that opens it for whoever may read it.
    pub link: String,
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
    /// The title they carry in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<String>,
    /// How many boosts they gave the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boosts: Option<i32>,
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

//! What stands around a message: what it answers, where it came from, how it was received.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChatKind, LongId, MediaKind, PeerRef, is_false};

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
    /// The message that opened the thread of comments it stands in, when that is not the one it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<i32>,
    /// The task of a to-do list that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo_item_id: Option<i32>,
    /// Who wrote what it answers, and when: only of a message in another chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Forward>,
    /// What was attached to the message of another chat that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaKind>,
    /// It answers something in another chat, which this server is set not to tell of.
    #[serde(default, skip_serializing_if = "is_false")]
    pub withheld: bool,
    /// What that other chat is. Not published: the lists of chats need to know.
    #[serde(skip)]
    pub chat_kind: Option<ChatKind>,
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
    /// What kind of public announcement it is, where Telegram shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announcement: Option<String>,
    /// The chat that it was saved or copied from, when that is not its origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_from: Option<SavedFrom>,
    /// It came from a chat, or through one, that this server is set not to tell of.
    #[serde(default, skip_serializing_if = "is_false")]
    pub withheld: bool,
    /// The original sender is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
    /// What the original sender is. Not published: the lists of chats need to know.
    #[serde(skip)]
    pub from_kind: Option<ChatKind>,
}

impl Forward {
    /// A message of which no more is told than when it was sent.
    pub fn sent_at(date: Timestamp) -> Self {
        Self {
            from_id: None,
            from_name: None,
            date,
            message_id: None,
            author_signature: None,
            imported: false,
            announcement: None,
            saved_from: None,
            withheld: false,
            is_contact: false,
            from_kind: None,
        }
    }
}

/// The last stop of a forwarded message before this chat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedFrom {
    /// The marked id of the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// Its id there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i32>,
    /// The marked id of who had sent it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<i64>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// When it was sent there, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// That sender is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
    /// What the chat is. Not published: the lists of chats need to know.
    #[serde(skip)]
    pub chat_kind: Option<ChatKind>,
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
    /// Who gave it, as far as Telegram says: the latest, or those who paid most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<PeerRef>,
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

/// What independent checkers say of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactCheck {
    /// What they say.
    pub text: String,
    /// The country it is said for, as ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Where and why Telegram does not show a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Restriction {
    /// The applications that hide it, such as `ios`, or `all`.
    pub platform: String,
    /// Telegram's word for why, such as `porn` or `copyright`.
    pub reason: String,
    /// What is shown in its place.
    pub text: String,
}

/// What became of a post that somebody suggested to a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SuggestedPost {
    /// Whether it was taken.
    pub state: SuggestedPostState,
    /// What is paid for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// When it shall be published, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
}

/// Whether a suggested post was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum SuggestedPostState {
    Open,
    Accepted,
    Rejected,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// The ISO 4217 code, `XTR` for Stars, or `TON`.
    pub currency: String,
    /// In the smallest unit of the currency.
    pub amount: i64,
}

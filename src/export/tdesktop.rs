//! A chat as the `result.json` that Telegram Desktop writes of it, for readers that know that layout.
//!
//! The layout is that of Desktop's machine-readable export without files. What a record does not say is left out,
//! never made up; what the layout has no word for is lost, and docs/exports.md says what that is. Times are UTC.

mod action;
mod body;
mod media;
mod object;
mod text;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use self::object::Object;
use crate::model::{Chat, ChatKind, Message};
use crate::privacy::Released;

/// What stands before the messages, between them, and behind them.
pub const SEPARATOR: &str = ",\n";
const TAIL: &str = "\n ]\n}\n";

/// What a line begins with that is a message.
pub(super) const INDENT: &str = "  ";

/// Marked ids of channels and supergroups are this and less.
pub(super) const CHANNEL_MARK: i64 = -1_000_000_000_000;

/// By so much Desktop lowers the ids of what was written before a group became a supergroup.
pub(super) const OLD_HALF_SHIFT: i64 = 1_000_000_000;

/// Where Telegram tells of answers in comments, and where other services send their codes.
const REPLIES: i64 = 1_271_266_957;
const VERIFICATION_CODES: i64 = 489_000;

/// The file of one chat: [`Self::head`], the messages with [`SEPARATOR`] between them, [`Self::tail`].
#[derive(Debug, Clone)]
pub struct ResultJson {
    chat_id: i64,
    head: String,
}

impl ResultJson {
    /// The file of this chat.
    pub fn of(chat: &Released<Chat>) -> Self {
        Self {
            chat_id: chat.chat_id,
            head: head(chat),
        }
    }

    /// What stands before the first message.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// One message, on one line; without the comma behind it.
    pub fn message(&self, message: &Released<Message>) -> String {
        let is_old_half = message.chat_id != self.chat_id;
        let shift = if is_old_half { OLD_HALF_SHIFT } else { 0 };
        format!("{INDENT}{}", body::object(message, shift))
    }

    /// What stands behind the last message.
    pub fn tail(&self) -> &'static str {
        TAIL
    }
}

fn head(chat: &Chat) -> String {
    let kind = chat_type(chat);
    let mut fields = Object::default();
    if !matches!(kind, "saved_messages" | "replies" | "verification_codes") {
        fields.put_name("name", Some(&chat.title));
    }
    fields.put("type", kind);
    fields.put("id", bare_id(chat.chat_id));
    let lines: Vec<String> = fields.lines().map(|line| format!(" {line},\n")).collect();
    format!("{{\n{} \"messages\": [\n", lines.concat())
}

fn chat_type(chat: &Chat) -> &'static str {
    let is_public = chat.username.is_some();
    match (chat.kind, chat.chat_id) {
        _ if chat.is_self => "saved_messages",
        (_, REPLIES) => "replies",
        (_, VERIFICATION_CODES) => "verification_codes",
        (ChatKind::User, _) => "personal_chat",
        (ChatKind::Bot, _) => "bot_chat",
        (ChatKind::Group, _) => "private_group",
        (ChatKind::Supergroup | ChatKind::Forum, _) if is_public => "public_supergroup",
        (ChatKind::Supergroup | ChatKind::Forum, _) => "private_supergroup",
        (ChatKind::Channel, _) if is_public => "public_channel",
        (ChatKind::Channel, _) => "private_channel",
    }
}

/// A peer as Desktop names it, from its marked id.
fn peer_id(marked: i64) -> String {
    let kind = match marked {
        0.. => "user",
        ..=CHANNEL_MARK => "channel",
        _ => "chat",
    };
    format!("{kind}{}", bare_id(marked))
}

/// The id of a peer without what tells users, groups and channels apart.
fn bare_id(marked: i64) -> i64 {
    match marked {
        ..=CHANNEL_MARK => CHANNEL_MARK.saturating_sub(marked),
        _ => marked.saturating_abs(),
    }
}

/// The number that is Desktop's own for a peer.
fn peer_number(marked: i64) -> i64 {
    const TYPE_SHIFT: u32 = 48;
    let kind = match marked {
        0.. => 0,
        ..=CHANNEL_MARK => 2,
        _ => 1,
    };
    bare_id(marked) | (kind << TYPE_SHIFT)
}

/// A time as Desktop writes it, which says no zone: here it is UTC.
fn local(time: Timestamp) -> String {
    let time = time.to_zoned(TimeZone::UTC).datetime();
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests;

//! Which topic or thread a message belongs to, by its reply header (<https://core.telegram.org/api/forum>,
//! <https://core.telegram.org/api/threads>). Pure; it knows no chats and no pages.

use grammers_tl_types::enums::{
    Message, MessageAction, MessageFwdHeader, MessageReplyHeader, Peer,
};
use grammers_tl_types::types;

use super::world::marked;

/// The topic that every forum has; its id is fixed by Telegram.
pub(super) const GENERAL: i32 = 1;

/// The forum topic that a message says it belongs to; one that says nothing belongs to General.
pub(super) fn topic_of(message: &Message) -> Option<i32> {
    if creates_topic(message) {
        return Some(message.id());
    }
    let header = header(message).filter(|header| header.forum_topic)?;
    header.reply_to_top_id.or(header.reply_to_msg_id)
}

/// The message that a reply hangs under, with all other replies of its thread.
pub(super) fn top_of(message: &Message) -> Option<i32> {
    let header = header(message).filter(|header| header.reply_to_peer_id.is_none())?;
    header.reply_to_top_id.or(header.reply_to_msg_id)
}

/// The sub-dialog that a message belongs to: of the saved messages, or of a channel's direct messages.
pub(super) fn saved_peer(message: &Message) -> Option<&Peer> {
    match message {
        Message::Message(message) => message.saved_peer_id.as_ref(),
        Message::Service(message) => message.saved_peer_id.as_ref(),
        Message::Empty(_) => None,
    }
}

/// Whether a message is the one that created a topic.
pub(super) fn creates_topic(message: &Message) -> bool {
    matches!(message, Message::Service(service)
        if matches!(service.action, MessageAction::TopicCreate(_)))
}

/// Whether a message answers the one with this id, or one further down in its thread.
pub(super) fn is_reply(message: &Message, root: i32) -> bool {
    header(message).is_some_and(|header| {
        header.reply_to_peer_id.is_none()
            && [header.reply_to_top_id, header.reply_to_msg_id].contains(&Some(root))
    })
}

/// The post, by its channel's marked id and its own, that this message is a discussion group's copy of.
pub(super) fn copied_from(message: &types::Message) -> Option<(i64, i32)> {
    let MessageFwdHeader::Header(forward) = message.fwd_from.as_ref()?;
    let channel = forward.saved_from_peer.as_ref()?;
    let is_copy = message.from_id.as_ref() == Some(channel) && message.peer_id != *channel;
    Some((marked(channel), forward.saved_from_msg_id?)).filter(|_| is_copy)
}

fn header(message: &Message) -> Option<&types::MessageReplyHeader> {
    let header = match message {
        Message::Message(message) => message.reply_to.as_ref(),
        Message::Service(message) => message.reply_to.as_ref(),
        Message::Empty(_) => None,
    };
    match header {
        Some(MessageReplyHeader::Header(header)) => Some(header),
        _ => None,
    }
}

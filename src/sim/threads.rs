//! Which topic or thread a message belongs to, by its reply header (<https://core.telegram.org/api/forum>,
//! <https://core.telegram.org/api/threads>). Pure; it knows no chats and no pages.

use grammers_tl_types::enums::{
    Message, MessageAction, MessageFwdHeader, MessageReplyHeader, Peer,
};
use grammers_tl_types::types;

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

/// Whether a message is the copy of this post that Telegram forwards into the discussion group.
pub(super) fn is_copy_of(message: &Message, channel: &Peer, post: i32) -> bool {
    let Message::Message(message) = message else {
        return false;
    };
    let Some(MessageFwdHeader::Header(forward)) = &message.fwd_from else {
        return false;
    };
    message.from_id.as_ref() == Some(channel)
        && forward.saved_from_peer.as_ref() == Some(channel)
        && forward.saved_from_msg_id == Some(post)
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

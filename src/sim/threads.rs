//! Which topic or thread a message belongs to, by its reply header (<https://core.telegram.org/api/forum>,
//! <https://core.telegram.org/api/threads>). Pure; it knows no chats and no pages.

use grammers_tl_types::enums::{Message, MessageAction, MessageFwdHeader, MessageReplyHeader};
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
    header.reply_to_top_id.or(answered(header))
}

/// The message that a reply hangs under, with all other replies of its thread.
pub(super) fn top_of(message: &Message) -> Option<i32> {
    let header = header(message)?;
    header.reply_to_top_id.or(answered(header))
}

/// The sub-dialog that a message belongs to, of the saved messages or of a channel's direct messages; one that
/// does not say is the chat's own.
pub(super) fn sub_dialog(chat_id: i64, message: &Message) -> i64 {
    let saved_peer = match message {
        Message::Message(message) => message.saved_peer_id.as_ref(),
        Message::Service(message) => message.saved_peer_id.as_ref(),
        Message::Empty(_) => None,
    };
    saved_peer.map_or(chat_id, marked)
}

/// Whether a message is the one that created a topic.
pub(super) fn creates_topic(message: &Message) -> bool {
    matches!(message, Message::Service(service)
        if matches!(service.action, MessageAction::TopicCreate(_)))
}

/// Whether a message answers the one with this id, or one further down in its thread.
pub(super) fn is_reply(message: &Message, root: i32) -> bool {
    header(message)
        .is_some_and(|header| [header.reply_to_top_id, answered(header)].contains(&Some(root)))
}

/// The post, by its channel's marked id and its own, that this message is a discussion group's copy of.
pub(super) fn copied_from(message: &types::Message) -> Option<(i64, i32)> {
    let MessageFwdHeader::Header(forward) = message.fwd_from.as_ref()?;
    let channel = forward.saved_from_peer.as_ref()?;
    let is_copy = message.from_id.as_ref() == Some(channel) && message.peer_id != *channel;
    Some((marked(channel), forward.saved_from_msg_id?)).filter(|_| is_copy)
}

/// The message of the same chat that is answered.
fn answered(header: &types::MessageReplyHeader) -> Option<i32> {
    let is_here = header.reply_to_peer_id.is_none();
    header.reply_to_msg_id.filter(|_| is_here)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::blank;
    use crate::sim::world::peer;

    const FORUM: i64 = -1_000_000_000_009;

    fn with(header: types::MessageReplyHeader) -> Message {
        types::Message {
            reply_to: Some(header.into()),
            ..blank::message(20, peer(FORUM), 0)
        }
        .into()
    }

    fn in_topic(reply_to_msg_id: i32, reply_to_top_id: Option<i32>) -> types::MessageReplyHeader {
        types::MessageReplyHeader {
            forum_topic: true,
            reply_to_msg_id: Some(reply_to_msg_id),
            reply_to_top_id,
            ..blank::reply()
        }
    }

    #[test]
    fn a_topic_is_named_by_the_top_or_by_what_is_answered() {
        assert_eq!(topic_of(&with(in_topic(7, None))), Some(7));
        assert_eq!(topic_of(&with(in_topic(12, Some(7)))), Some(7));
        let in_general = types::MessageReplyHeader {
            forum_topic: false,
            ..in_topic(12, None)
        };
        assert_eq!(topic_of(&with(in_general)), None);
        assert_eq!(topic_of(&blank::message(20, peer(FORUM), 0).into()), None);
    }

    #[test]
    fn an_answer_to_another_chat_is_in_the_thread_it_was_written_in() {
        let elsewhere = |top| types::MessageReplyHeader {
            reply_to_peer_id: Some(peer(5)),
            ..in_topic(12, top)
        };
        assert_eq!(topic_of(&with(elsewhere(None))), None);
        assert_eq!(topic_of(&with(elsewhere(Some(7)))), Some(7));
        assert!(is_reply(&with(elsewhere(Some(7))), 7));
        assert!(!is_reply(&with(elsewhere(Some(7))), 12));
    }

    #[test]
    fn a_copy_of_a_post_is_sent_by_its_channel_into_another_chat() {
        let forward = types::MessageFwdHeader {
            saved_from_peer: Some(peer(FORUM)),
            saved_from_msg_id: Some(3),
            ..blank::forward(0)
        };
        let copy = types::Message {
            from_id: Some(peer(FORUM)),
            fwd_from: Some(forward.into()),
            ..blank::message(20, peer(-1_000_000_000_010), 0)
        };
        assert_eq!(copied_from(&copy), Some((FORUM, 3)));
        let saved = types::Message {
            from_id: Some(peer(5)),
            ..copy.clone()
        };
        assert_eq!(copied_from(&saved), None);
    }
}

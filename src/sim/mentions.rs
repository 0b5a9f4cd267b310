//! Which peers a message names, so that an answer can describe them.

use std::collections::BTreeSet;

use grammers_tl_types::enums::{
    Message, MessageAction, MessageEntity, MessageFwdHeader, MessageMedia, MessageReplies,
    MessageReplyHeader, Peer,
};

use super::world::{CHANNEL_MARK, marked};

/// Adds the marked ids of everybody that `message` names.
pub(super) fn collect(message: &Message, ids: &mut BTreeSet<i64>) {
    let mut add = |peer: Option<&Peer>| ids.extend(peer.map(marked));
    match message {
        Message::Empty(_) => {}
        Message::Message(message) => {
            add(message.from_id.as_ref());
            add(Some(&message.peer_id));
            add(message.saved_peer_id.as_ref());
            if let Some(MessageFwdHeader::Header(forward)) = &message.fwd_from {
                add(forward.from_id.as_ref());
                add(forward.saved_from_peer.as_ref());
                add(forward.saved_from_id.as_ref());
            }
            if let Some(MessageReplies::Replies(replies)) = &message.replies {
                for replier in replies.recent_repliers.iter().flatten() {
                    add(Some(replier));
                }
            }
            reply(message.reply_to.as_ref(), ids);
            ids.extend(message.via_bot_id);
            for entity in message.entities.iter().flatten() {
                if let MessageEntity::MentionName(mention) = entity {
                    ids.insert(mention.user_id);
                }
            }
            if let Some(MessageMedia::Contact(contact)) = &message.media {
                ids.insert(contact.user_id);
            }
        }
        Message::Service(message) => {
            add(message.from_id.as_ref());
            add(Some(&message.peer_id));
            add(message.saved_peer_id.as_ref());
            add(message.saved_peer_id.as_ref());
            reply(message.reply_to.as_ref(), ids);
            match &message.action {
                MessageAction::ChatCreate(action) => ids.extend(&action.users),
                MessageAction::ChatAddUser(action) => ids.extend(&action.users),
                MessageAction::ChatDeleteUser(action) => {
                    ids.insert(action.user_id);
                }
                MessageAction::ChatJoinedByLink(action) => {
                    ids.insert(action.inviter_id);
                }
                MessageAction::ChatMigrateTo(action) => {
                    ids.insert(CHANNEL_MARK - action.channel_id);
                }
                MessageAction::ChannelMigrateFrom(action) => {
                    ids.insert(-action.chat_id);
                }
                _ => {}
            }
        }
    }
}

fn reply(header: Option<&MessageReplyHeader>, ids: &mut BTreeSet<i64>) {
    if let Some(MessageReplyHeader::Header(header)) = header {
        ids.extend(header.reply_to_peer_id.as_ref().map(marked));
    }
}

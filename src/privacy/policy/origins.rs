//! What records tell of chats that may not be read: where a message was forwarded from, what it answers elsewhere,
//! which chats belong together. Withheld before they leave, so that a reader can see that something is.
//!
//! What somebody has said in a chat that may be read stays, whoever they are: forwarded words too.

use super::{Policy, Subject};
use crate::model::{Action, Chat, ChatKind, Forward, Message, PeerRef, ReplyTo};

impl Policy {
    /// Takes out of a message what it tells of chats that may not be read.
    pub(in crate::privacy) fn withhold_from_message(&self, message: &mut Message) {
        let here = message.chat_id;
        if let Some(forward) = &mut message.forward {
            self.withhold_origin(forward, here);
        }
        if let Some(reply_to) = &mut message.reply_to {
            self.withhold_answered(reply_to, here);
        }
        let is_hidden = |chat_id: i64, kind| self.hides(described(chat_id, kind), here);
        message.saved_peer.take_if(|peer| is_hidden(peer.id, None));
        let comments = &mut message.comments_chat_id;
        comments.take_if(|id| is_hidden(*id, Some(ChatKind::Supergroup)));
        if let Some(media) = &mut message.media {
            media.story.take_if(|story| is_hidden(story.chat_id, None));
            if let Some(giveaway) = &mut media.giveaway {
                giveaway
                    .channels
                    .retain(|channel| !is_hidden(channel.id, None));
            }
        }
        if let Some(action) = &mut message.action {
            self.withhold_from_action(action, here);
        }
    }

    /// Whether a message would leave with something withheld.
    pub fn hides_origin_of(&self, message: &Message) -> bool {
        let mut told = message.clone();
        self.withhold_from_message(&mut told);
        told != *message
    }

    /// Takes out of a chat the ids of others that may not be read.
    pub(in crate::privacy) fn withhold_from_chat(&self, chat: &mut Chat) {
        let here = chat.chat_id;
        let linked = match chat.kind {
            ChatKind::Channel => ChatKind::Supergroup,
            _ => ChatKind::Channel,
        };
        let is_hidden = |id: i64, kind| self.hides(described(id, Some(kind)), here);
        chat.linked_chat_id.take_if(|id| is_hidden(*id, linked));
        let newer = &mut chat.migrated_to_chat_id;
        newer.take_if(|id| is_hidden(*id, ChatKind::Supergroup));
        let older = &mut chat.migrated_from_chat_id;
        older.take_if(|id| self.hides(half(*id, here), here));
    }

    /// Whether anything had to be withheld.
    fn withhold_origin(&self, forward: &mut Forward, here: i64) -> bool {
        let is_hidden =
            |id: Option<i64>, kind| id.is_some_and(|id| self.hides(described(id, kind), here));
        if is_hidden(forward.from_id, forward.from_kind) {
            *forward = Forward {
                withheld: true,
                ..Forward::sent_at(forward.date)
            };
            return true;
        }
        let stop = forward.saved_from.take_if(|stop| {
            is_hidden(stop.chat_id, stop.chat_kind) || is_hidden(stop.sender_id, None)
        });
        forward.withheld |= stop.is_some();
        stop.is_some()
    }

    fn withhold_answered(&self, reply_to: &mut ReplyTo, here: i64) {
        let hides_chat = match reply_to.chat_id {
            Some(chat_id) => self.hides(described(chat_id, reply_to.chat_kind), here),
            // An origin is of another chat, even where Telegram does not name it.
            None => reply_to.origin.is_some() && self.has_allow_list(),
        };
        let origin = reply_to.origin.as_mut();
        if hides_chat || origin.is_some_and(|origin| self.withhold_origin(origin, here)) {
            *reply_to = ReplyTo {
                withheld: true,
                ..ReplyTo::default()
            };
        }
    }

    /// The same for what happened: between the halves of a chat, and with others.
    fn withhold_from_action(&self, action: &mut Action, here: i64) {
        let is_hidden = |peer: &mut PeerRef| self.hides(described(peer.id, None), here);
        match action {
            Action::ChatMigrateTo { chat_id } => {
                let newer = |id: &mut i64| described(*id, Some(ChatKind::Supergroup));
                chat_id.take_if(|id| self.hides(newer(id), here));
            }
            Action::ChannelMigrateFrom { title, chat_id } => {
                let withheld = chat_id.take_if(|id| self.hides(half(*id, here), here));
                if withheld.is_some() {
                    title.clear();
                }
            }
            Action::GiftCode { from, .. } | Action::PrizeStars { from, .. } => {
                from.take_if(is_hidden);
            }
            Action::StarGift { from, to, .. } => {
                from.take_if(is_hidden);
                to.take_if(is_hidden);
            }
            Action::RequestedPeer { peers } => peers.retain_mut(|peer| !is_hidden(peer)),
            _ => {}
        }
    }

    /// Whether a record of the chat `here` must not tell of another one: of those that are denied or may be, and
    /// under an allow list of groups and channels that are not on it. People who are not denied stay, as senders do.
    fn hides(&self, chat: Subject<'_>, here: i64) -> bool {
        if chat.chat_id == here {
            return false;
        }
        match self.is_denied(chat) {
            Some(true) | None => true,
            Some(false) => chat.chat_id < 0 && self.is_allowed(chat) != Some(true),
        }
    }
}

fn described(chat_id: i64, kind: Option<ChatKind>) -> Subject<'static> {
    Subject {
        chat_id,
        kind,
        ..Subject::default()
    }
}

/// The basic group that the supergroup `here` was.
fn half(chat_id: i64, here: i64) -> Subject<'static> {
    Subject {
        became: Some(here),
        ..described(chat_id, Some(ChatKind::Group))
    }
}

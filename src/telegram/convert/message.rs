//! A message of Telegram as a record.

use grammers_tl_types as tl;

use crate::model::{Links, LongId, Message, MessageKind, Sender};

use super::peers::{ChatContext, Peers, bare_channel_id, marked_id};
use super::reply::GENERAL_TOPIC;
use super::{action, entity, markup, media, moment, non_empty, notice, reply, rich, timestamp};

/// The record of a message. `None` only for `messageEmpty`, which stands for one that was deleted.
pub fn message(raw: &tl::enums::Message, peers: &Peers, chat: &ChatContext) -> Option<Message> {
    let peer = match raw {
        tl::enums::Message::Empty(_) => return None,
        tl::enums::Message::Message(raw) => &raw.peer_id,
        tl::enums::Message::Service(raw) => &raw.peer_id,
    };
    let elsewhere =
        (marked_id(peer) != chat.chat_id).then(|| peers.context(marked_id(peer), chat.me));
    let chat = elsewhere.as_ref().unwrap_or(chat);
    Some(match raw {
        tl::enums::Message::Service(raw) => service(raw, peers, chat),
        tl::enums::Message::Message(raw) => ordinary(raw, peers, chat),
        tl::enums::Message::Empty(_) => return None,
    })
}

fn ordinary(raw: &tl::types::Message, peers: &Peers, chat: &ChatContext) -> Message {
    let head = Head {
        id: raw.id,
        out: raw.out,
        from: raw.from_id.as_ref(),
        peer: &raw.peer_id,
        date: raw.date,
        reply_to: raw.reply_to.as_ref(),
        reactions: raw.reactions.as_ref(),
        ttl_period: raw.ttl_period,
        saved_peer: raw.saved_peer_id.as_ref(),
        silent: raw.silent,
        mentioned: raw.mentioned,
        opens_topic: false,
    };
    let rich = raw.rich_message.as_ref().filter(|_| raw.message.is_empty());
    let rich = rich.map(rich::text).unwrap_or_default();
    let entities = entity::entities(raw.entities.as_deref().unwrap_or_default(), &raw.message);
    let mut links = Links::of(&entities, &raw.message).into_vec();
    links.extend(rich.links.into_vec());
    let record = head.record(MessageKind::Message, peers, chat);
    Message {
        text: if raw.message.is_empty() {
            rich.text
        } else {
            raw.message.clone()
        },
        text_incomplete: rich.incomplete,
        links,
        entities,
        forward: raw
            .fwd_from
            .as_ref()
            .map(|header| reply::forward(header, peers).into()),
        media: raw
            .media
            .as_ref()
            .and_then(|attached| media::media(attached, peers))
            .map(Box::new),
        views: raw.views,
        forwards: raw.forwards,
        replies_count: raw.replies.as_ref().map(reply::count),
        comments_chat_id: raw.replies.as_ref().and_then(reply::comments_chat),
        edit_date: raw.edit_date.filter(|_| !raw.edit_hide).map(timestamp),
        grouped_id: raw.grouped_id.map(LongId),
        via_bot: raw.via_bot_id.map(|id| peers.reference(id)),
        via_business_bot: raw.via_business_bot_id.map(|id| peers.reference(id)),
        called_by: raw
            .guestchat_via_from
            .as_ref()
            .map(|peer| peers.reference(marked_id(peer))),
        author_signature: raw.post_author.as_deref().and_then(non_empty),
        scheduled: raw.from_scheduled,
        automatic: raw.offline,
        pinned: raw.pinned,
        buttons: raw
            .reply_markup
            .as_ref()
            .map(markup::buttons)
            .unwrap_or_default(),
        content_protected: raw.noforwards,
        fact_check: raw.factcheck.as_ref().and_then(notice::fact_check),
        restrictions: notice::restrictions(raw.restriction_reason.as_deref().unwrap_or_default()),
        paid_stars: raw.paid_message_stars,
        suggested_post: raw.suggested_post.as_ref().map(notice::suggested_post),
        effect_id: raw.effect.map(LongId),
        sender: record.sender.map(|sender| Sender {
            rank: raw.from_rank.as_deref().and_then(non_empty),
            boosts: raw.from_boosts_applied,
            ..sender
        }),
        ..record
    }
}

fn service(raw: &tl::types::MessageService, peers: &Peers, chat: &ChatContext) -> Message {
    let head = Head {
        id: raw.id,
        out: raw.out,
        from: raw.from_id.as_ref(),
        peer: &raw.peer_id,
        date: raw.date,
        reply_to: raw.reply_to.as_ref(),
        reactions: raw.reactions.as_ref(),
        ttl_period: raw.ttl_period,
        saved_peer: raw.saved_peer_id.as_ref(),
        silent: raw.silent,
        mentioned: raw.mentioned,
        opens_topic: matches!(raw.action, tl::enums::MessageAction::TopicCreate(_)),
    };
    Message {
        action: Some(action::action(&raw.action, raw.reply_to.as_ref(), peers).into()),
        ..head.record(MessageKind::Service, peers, chat)
    }
}

/// What ordinary and service messages have in common.
struct Head<'a> {
    id: i32,
    out: bool,
    from: Option<&'a tl::enums::Peer>,
    peer: &'a tl::enums::Peer,
    date: i32,
    reply_to: Option<&'a tl::enums::MessageReplyHeader>,
    reactions: Option<&'a tl::enums::MessageReactions>,
    ttl_period: Option<i32>,
    saved_peer: Option<&'a tl::enums::Peer>,
    silent: bool,
    mentioned: bool,
    opens_topic: bool,
}

impl Head<'_> {
    fn record(&self, kind: MessageKind, peers: &Peers, chat: &ChatContext) -> Message {
        let topic_id = match self.opens_topic {
            true => Some(self.id),
            false => reply::topic_id(self.reply_to, chat),
        };
        let expires_at = self.ttl_period.filter(|&period| period > 0);
        Message {
            outgoing: self.out,
            id: self.id,
            chat_id: chat.chat_id,
            date: timestamp(self.date),
            kind,
            sender: self.sender(peers, chat),
            text: String::new(),
            text_incomplete: false,
            links: Vec::new(),
            entities: Vec::new(),
            reply_to: self
                .reply_to
                .and_then(|header| reply::reply_to(header, peers, chat))
                .map(Box::new),
            saved_peer: self.saved_peer.map(|peer| peers.reference(marked_id(peer))),
            topic_id,
            forward: None,
            media: None,
            reactions: self
                .reactions
                .map(|reactions| markup::reactions(reactions, peers))
                .unwrap_or_default(),
            views: None,
            forwards: None,
            replies_count: None,
            comments_chat_id: None,
            edit_date: None,
            grouped_id: None,
            via_bot: None,
            via_business_bot: None,
            called_by: None,
            author_signature: None,
            mentions_me: self.mentioned,
            silent: self.silent,
            scheduled: false,
            automatic: false,
            pinned: false,
            buttons: Vec::new(),
            action: None,
            expires_at: expires_at.map(|period| moment(i64::from(self.date) + i64::from(period))),
            content_protected: false,
            fact_check: None,
            restrictions: Vec::new(),
            paid_stars: None,
            suggested_post: None,
            effect_id: None,
            link: link(self.id, topic_id, chat),
        }
    }

    /// Who is named; else the other one of a private chat, or this account; else the channel itself.
    /// Anonymous admins and people who write as a channel are named as that channel.
    fn sender(&self, peers: &Peers, chat: &ChatContext) -> Option<Sender> {
        let me = chat.me.or(peers.me());
        let id = match (self.from, self.peer) {
            (Some(from), _) => Some(marked_id(from)),
            (None, tl::enums::Peer::Channel(_)) => Some(chat.chat_id),
            (None, _) if self.out => me,
            (None, tl::enums::Peer::User(_)) => Some(chat.chat_id),
            (None, tl::enums::Peer::Chat(_)) => None,
        };
        id.map(|id| peers.sender(id, chat))
    }
}

/// See <https://core.telegram.org/api/links#message-links>; chats without such links get Telegram's local form.
fn link(id: i32, topic_id: Option<i32>, chat: &ChatContext) -> String {
    let path = match topic_id {
        Some(topic) if topic != GENERAL_TOPIC && topic != id => format!("{topic}/{id}"),
        _ => id.to_string(),
    };
    let chat_id = chat.chat_id;
    match (bare_channel_id(chat_id), &chat.username) {
        (Some(_), Some(name)) => format!("https://t.me/{name}/{path}"),
        (Some(bare), None) => format!("https://t.me/c/{bare}/{path}"),
        (None, _) if chat_id < 0 => {
            let group = chat_id.unsigned_abs();
            format!("tg://openmessage?chat_id={group}&message_id={id}")
        }
        (None, _) => format!("tg://openmessage?user_id={chat_id}&message_id={id}"),
    }
}

#[cfg(test)]
mod tests;

//! A chat's messages before they have ids. A message is known by its position until [`place`] gives out the
//! ids, because chats that share the account's counter can only be numbered once all of them are written.

use grammers_tl_types::{enums, types};

use super::calendar::END;
use super::markup;
use crate::sim::blank;
use crate::sim::world::{CHANNEL_MARK, World, peer};

/// What was written into one chat, in order.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) chat_id: i64,
    /// Position of the forum topic that is being written, if it is not General.
    pub(super) topic: Option<usize>,
    /// When the next message is sent.
    pub(super) clock: i32,
    /// How long messages live here, when somebody has set a timer.
    pub(super) ttl_period: Option<i32>,
    me: i64,
    messages: Vec<enums::Message>,
    deleted: Vec<usize>,
    pattern: types::Message,
}

impl Script {
    pub(super) fn new(world: &World, chat_id: i64) -> Self {
        Self {
            chat_id,
            topic: None,
            clock: super::calendar::START,
            ttl_period: None,
            me: world.me,
            messages: Vec::new(),
            deleted: Vec::new(),
            pattern: blank::message(0, peer(chat_id), 0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Moves the clock on to `moment`, never back.
    pub(super) fn start(&mut self, moment: i32) {
        self.clock = self.clock.max(moment);
    }

    /// Lets time pass; the world's end is never passed.
    pub(super) fn wait(&mut self, seconds: i32) {
        self.clock = (self.clock + seconds).min(END);
    }

    /// A message that `from` sends now; in a private chat Telegram names the sender of one's own messages only.
    pub(super) fn message(&self, from: i64, markup: &str) -> types::Message {
        let (message, entities) = markup::parse(markup);
        let incoming = self.chat_id > 0 && from != self.me;
        types::Message {
            date: self.clock,
            from_id: (!incoming).then(|| peer(from)),
            out: from == self.me && self.chat_id != self.me,
            saved_peer_id: (self.chat_id == self.me).then(|| peer(self.me)),
            message,
            entities,
            ttl_period: self.ttl_period,
            reply_to: self.topic.map(|topic| forum_header(topic, None)),
            ..self.pattern.clone()
        }
    }

    /// A post of a broadcast channel.
    pub(super) fn post(&self, markup: &str, views: i32, forwards: i32) -> types::Message {
        types::Message {
            from_id: None,
            post: true,
            out: false,
            views: Some(views),
            forwards: Some(forwards),
            ..self.message(0, markup)
        }
    }

    /// The header of a reply to the message at `to`.
    pub(super) fn reply(&self, to: usize) -> types::MessageReplyHeader {
        match self.topic {
            Some(topic) => forum_reply(topic, to),
            None => types::MessageReplyHeader {
                reply_to_msg_id: Some(position(to)),
                ..blank::reply()
            },
        }
    }

    /// The text of the message at `at`.
    pub(super) fn text(&self, at: usize) -> &str {
        match self.messages.get(at) {
            Some(enums::Message::Message(message)) => &message.message,
            _ => "",
        }
    }

    pub(super) fn push(&mut self, message: types::Message) -> usize {
        self.messages.push(message.into());
        self.messages.len() - 1
    }

    /// A service message about something that `from` did.
    pub(super) fn service(
        &mut self,
        from: Option<i64>,
        action: impl Into<enums::MessageAction>,
    ) -> usize {
        let service = types::MessageService {
            from_id: from
                .filter(|from| self.chat_id < 0 || *from == self.me)
                .map(peer),
            out: from == Some(self.me),
            post: from.is_none() && self.chat_id < CHANNEL_MARK,
            reply_to: self.topic.map(|topic| forum_header(topic, None)),
            ..blank::service(0, peer(self.chat_id), self.clock, action)
        };
        self.messages.push(service.into());
        self.messages.len() - 1
    }

    /// Pins the message at `at`.
    pub(super) fn pin(&mut self, from: Option<i64>, at: usize) {
        if let Some(enums::Message::Message(message)) = self.messages.get_mut(at) {
            message.pinned = true;
        }
        self.service(from, types::MessageActionPinMessage {});
        let header = self.reply(at);
        if let Some(enums::Message::Service(service)) = self.messages.last_mut() {
            service.reply_to = Some(header.into());
        }
    }

    /// Somebody deletes the message at `at` later on.
    pub(super) fn delete(&mut self, at: usize) {
        self.deleted.push(at);
    }
}

fn position(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

fn forum_header(topic: usize, to: Option<usize>) -> enums::MessageReplyHeader {
    forum_reply(topic, to.unwrap_or(topic)).into()
}

/// In a topic every message is a reply: to the topic itself, or to a message with the topic on top
/// (<https://core.telegram.org/api/forum>).
fn forum_reply(topic: usize, to: usize) -> types::MessageReplyHeader {
    types::MessageReplyHeader {
        forum_topic: true,
        reply_to_msg_id: Some(position(to)),
        reply_to_top_id: (to != topic).then(|| position(topic)),
        ..blank::reply()
    }
}

/// A comment: a reply that also names the post it hangs under.
pub(super) fn comment(post: usize, to: usize) -> types::MessageReplyHeader {
    types::MessageReplyHeader {
        reply_to_msg_id: Some(position(to)),
        reply_to_top_id: (to != post).then(|| position(post)),
        ..blank::reply()
    }
}

/// Puts scripts into the world, together in the order of their dates; answers the ids of each.
pub(super) fn place(world: &mut World, scripts: Vec<Script>) -> Vec<Vec<i32>> {
    let mut ids: Vec<Vec<i32>> = scripts
        .iter()
        .map(|script| Vec::with_capacity(script.len()))
        .collect();
    let deleted: Vec<(i64, Vec<usize>)> = scripts
        .iter()
        .map(|script| (script.chat_id, script.deleted.clone()))
        .collect();
    let mut queues: Vec<_> = scripts
        .into_iter()
        .map(|script| (script.chat_id, script.messages.into_iter().peekable()))
        .collect();
    while let Some(at) = earliest(&mut queues) {
        let (Some((chat_id, queue)), Some(ids)) = (queues.get_mut(at), ids.get_mut(at)) else {
            break;
        };
        let Some(mut message) = queue.next() else {
            break;
        };
        let id = world.next_id(*chat_id);
        ids.push(id);
        number(&mut message, id, ids);
        world.insert(*chat_id, message);
    }
    for ((chat_id, deleted), ids) in deleted.into_iter().zip(&ids) {
        for id in deleted.into_iter().filter_map(|at| ids.get(at)) {
            world.delete(chat_id, *id);
        }
    }
    ids
}

type Queue = (i64, std::iter::Peekable<std::vec::IntoIter<enums::Message>>);

fn earliest(queues: &mut [Queue]) -> Option<usize> {
    let heads = queues
        .iter_mut()
        .enumerate()
        .filter_map(|(at, (_, queue))| {
            let date = match queue.peek()? {
                enums::Message::Message(message) => message.date,
                enums::Message::Service(message) => message.date,
                enums::Message::Empty(_) => 0,
            };
            Some((date, at))
        });
    heads.min().map(|(_, at)| at)
}

/// Gives a message its id, and its reply the ids of the positions it names.
fn number(message: &mut enums::Message, id: i32, ids: &[i32]) {
    let reply = match message {
        enums::Message::Message(message) => {
            message.id = id;
            &mut message.reply_to
        }
        enums::Message::Service(message) => {
            message.id = id;
            &mut message.reply_to
        }
        enums::Message::Empty(_) => return,
    };
    if let Some(enums::MessageReplyHeader::Header(header)) = reply
        && header.reply_to_peer_id.is_none()
    {
        let named = |at: Option<i32>| {
            at.and_then(|at| usize::try_from(at).ok())
                .and_then(|at| ids.get(at).copied())
        };
        header.reply_to_msg_id = named(header.reply_to_msg_id);
        header.reply_to_top_id = named(header.reply_to_top_id);
    }
}

/// The bare id of a channel.
pub(super) fn bare(chat_id: i64) -> i64 {
    CHANNEL_MARK - chat_id
}

/// A forward of something that `from` wrote at `date`.
pub(super) fn forwarded(from: i64, date: i32) -> types::MessageFwdHeader {
    types::MessageFwdHeader {
        from_id: Some(peer(from)),
        ..blank::forward(date)
    }
}

/// A forward from somebody who hides behind a name.
pub(super) fn hidden(name: &str, date: i32) -> types::MessageFwdHeader {
    types::MessageFwdHeader {
        from_name: Some(name.to_owned()),
        ..blank::forward(date)
    }
}

/// A message of `chat_id` as it is kept among the saved ones: `copy` is the empty message to fill.
pub(super) fn saved(
    copy: types::Message,
    original: &types::Message,
    chat_id: i64,
) -> types::Message {
    let author = original.from_id.clone();
    types::Message {
        message: original.message.clone(),
        entities: original.entities.clone(),
        media: original.media.clone(),
        saved_peer_id: Some(peer(chat_id)),
        fwd_from: Some(
            types::MessageFwdHeader {
                from_id: author.or_else(|| Some(peer(chat_id))),
                channel_post: original.post.then_some(original.id),
                post_author: original.post_author.clone(),
                saved_from_peer: Some(peer(chat_id)),
                saved_from_msg_id: Some(original.id),
                ..blank::forward(original.date)
            }
            .into(),
        ),
        ..copy
    }
}

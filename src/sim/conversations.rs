//! Writes into a world what has more than one message to it: topics, threads, comments, direct messages to a
//! channel, and what is kept among the saved messages.

use grammers_tl_types::{enums, types};

use super::blank;
use super::threads::{self, GENERAL};
use super::world::{CHANNEL_MARK, World, peer};

impl World {
    /// Adds a forum by its bare id, with the topic General; answers its marked id.
    pub fn add_forum(&mut self, title: &str, username: Option<&str>, id: i64) -> i64 {
        let forum = self.add_channel(title, username, id);
        (forum.megagroup, forum.forum) = (true, true);
        let forum = CHANNEL_MARK - id;
        let title = title.to_owned();
        self.announce(forum, types::MessageActionChannelCreate { title });
        let details = self.details.entry(forum).or_default();
        details.topics.push((GENERAL, "General".to_owned()));
        forum
    }

    /// Opens a topic in a forum; answers its id.
    pub fn open_topic(&mut self, forum: i64, title: &str) -> i32 {
        let action = types::MessageActionTopicCreate {
            title_missing: false,
            title: title.to_owned(),
            icon_color: 0,
            icon_emoji_id: None,
        };
        let topic = self.announce(forum, action);
        let details = self.details.entry(forum).or_default();
        details.topics.push((topic, title.to_owned()));
        topic
    }

    /// Adds a text message to a forum's topic; answers its id.
    pub fn say_in_topic(&mut self, forum: i64, topic: i32, from: i64, text: &str) -> i32 {
        if topic == GENERAL {
            return self.say(forum, Some(from), text);
        }
        self.reply(forum, topic, from, text)
    }

    /// Adds a text message that answers another one, in its thread or topic; answers its id.
    pub fn reply(&mut self, chat_id: i64, to: i32, from: i64, text: &str) -> i32 {
        let answered = self.existing(chat_id, to);
        let topic = answered.and_then(threads::topic_of);
        let top = topic.or_else(|| answered.and_then(threads::top_of));
        let header = types::MessageReplyHeader {
            forum_topic: topic.is_some(),
            reply_to_msg_id: Some(to),
            reply_to_top_id: top.filter(|top| *top != to),
            ..blank::reply()
        };
        let message = types::Message {
            reply_to: Some(header.into()),
            ..self.draft(chat_id, Some(from), text)
        };
        let id = message.id;
        self.insert(chat_id, message);
        self.count_reply(chat_id, top.unwrap_or(to));
        id
    }

    /// Adds one to what a thread's root says of its replies, and the post that it is a copy of.
    fn count_reply(&mut self, chat_id: i64, root: i32) {
        let Some(enums::Message::Message(root)) = self.existing(chat_id, root) else {
            return;
        };
        let mut root = root.clone();
        let enums::MessageReplies::Replies(replies) =
            root.replies.get_or_insert_with(|| no_replies().into());
        replies.replies += 1;
        let post = threads::copied_from(&root);
        self.histories
            .entry(chat_id)
            .or_default()
            .insert(root.into());
        if let Some((channel, post)) = post {
            self.count_reply(channel, post);
        }
    }

    /// Adds the copy of a channel's post to its discussion group, where its comments are; answers its id.
    pub fn discuss(&mut self, channel: i64, post: i32, group: i64) -> Option<i32> {
        let enums::Message::Message(mut original) = self.existing(channel, post)?.clone() else {
            return None;
        };
        let copy = types::Message {
            pinned: true,
            media: original.media.clone(),
            entities: original.entities.clone(),
            fwd_from: Some(
                types::MessageFwdHeader {
                    channel_post: Some(post),
                    ..kept(channel, &original)
                }
                .into(),
            ),
            ..self.draft(group, Some(channel), &original.message)
        };
        let id = copy.id;
        self.insert(group, copy);
        let replies = types::MessageReplies {
            comments: true,
            channel_id: Some(CHANNEL_MARK - group),
            ..no_replies()
        };
        original.replies = Some(replies.into());
        self.histories
            .entry(channel)
            .or_default()
            .insert(original.into());
        for (chat_id, linked) in [(channel, group), (group, channel)] {
            self.details.entry(chat_id).or_default().linked_chat_id = Some(linked);
        }
        Some(id)
    }

    /// Adds the direct messages of a channel by their bare id; answers their marked id.
    pub fn add_monoforum(&mut self, channel: i64, id: i64) -> i64 {
        let title = self.title(channel);
        let monoforum = self.add_channel(&title, None, id);
        (monoforum.megagroup, monoforum.monoforum) = (true, true);
        monoforum.linked_monoforum_id = Some(CHANNEL_MARK - channel);
        if let Some(channel) = self.channels.get_mut(&(CHANNEL_MARK - channel)) {
            channel.broadcast_messages_allowed = true;
            channel.linked_monoforum_id = Some(id);
        }
        CHANNEL_MARK - id
    }

    /// Adds a direct message to the conversation that a channel has with this user; answers its id.
    pub fn say_directly(&mut self, monoforum: i64, with: i64, from: i64, text: &str) -> i32 {
        let message = types::Message {
            saved_peer_id: Some(peer(with)),
            ..self.draft(monoforum, Some(from), text)
        };
        let id = message.id;
        self.insert(monoforum, message);
        id
    }

    /// Adds a note of one's own to the saved messages; answers its id.
    pub fn note(&mut self, text: &str) -> i32 {
        let me = self.me;
        self.say_directly(me, me, me, text)
    }

    /// Keeps a chat's message among the saved ones; answers the id it has there.
    pub fn save(&mut self, chat_id: i64, id: i32) -> Option<i32> {
        let enums::Message::Message(original) = self.existing(chat_id, id)?.clone() else {
            return None;
        };
        let me = self.me;
        let copy = types::Message {
            saved_peer_id: Some(peer(chat_id)),
            media: original.media.clone(),
            entities: original.entities.clone(),
            fwd_from: Some(kept(chat_id, &original).into()),
            ..self.draft(me, Some(me), &original.message)
        };
        let id = copy.id;
        self.insert(me, copy);
        Some(id)
    }

    /// A message with the next id, not in the chat yet.
    fn draft(&mut self, chat_id: i64, from: Option<i64>, text: &str) -> types::Message {
        let (id, now) = (self.next_id(chat_id), self.now());
        types::Message {
            from_id: from.map(peer),
            out: from == Some(self.me) && chat_id != self.me,
            message: text.to_owned(),
            ..blank::message(id, peer(chat_id), now)
        }
    }

    /// Adds a service message; answers its id.
    fn announce(&mut self, chat_id: i64, action: impl Into<enums::MessageAction>) -> i32 {
        let (id, now) = (self.next_id(chat_id), self.now());
        let service = types::MessageService {
            from_id: Some(peer(self.me)),
            out: true,
            ..blank::service(id, peer(chat_id), now, action)
        };
        self.insert(chat_id, service);
        id
    }
}

/// The forward header of a message that Telegram also remembers the place of.
fn kept(chat_id: i64, original: &types::Message) -> types::MessageFwdHeader {
    types::MessageFwdHeader {
        from_id: original.from_id.clone().or_else(|| Some(peer(chat_id))),
        saved_from_peer: Some(peer(chat_id)),
        saved_from_msg_id: Some(original.id),
        ..blank::forward(original.date)
    }
}

/// A thread that nobody has answered in.
fn no_replies() -> types::MessageReplies {
    types::MessageReplies {
        comments: false,
        replies: 0,
        replies_pts: 1,
        recent_repliers: None,
        channel_id: None,
        max_id: None,
        read_max_id: None,
    }
}

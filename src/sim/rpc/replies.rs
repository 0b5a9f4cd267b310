//! `messages.getReplies`: a forum's topics, threads, and the comments of posts.

use grammers_tl_types::{self as tl, functions};

use super::messages::{page, spoil_page};
use super::{Answered, Refusal, input_peer, read, refuse};
use crate::sim::history::Window;
use crate::sim::threads::{self, GENERAL};
use crate::sim::world::{CHANNEL_MARK, World};

/// Where replies are: the chat that has them, and the topic or the root there.
pub(super) struct Thread {
    pub(super) chat_id: i64,
    pub(super) root: i32,
}

pub(super) fn get_replies(world: &mut World, method: &'static str, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetReplies = read(arguments)?;
    let asked = input_peer(world, &request.peer)?;
    let thread = thread(world, asked, request.msg_id);
    let chat_id = thread.as_ref().map_or(asked, |thread| thread.chat_id);
    world.begin_rpc(method, Some(chat_id));
    let Thread { chat_id, root } = thread?;
    let window = Window {
        offset_id: request.offset_id,
        offset_date: request.offset_date,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    let mut answer = page(world, &world.knobs, chat_id, &window, |message| {
        belongs(world, chat_id, message, root)
    });
    if let tl::enums::messages::Messages::ChannelMessages(answer) = &mut answer {
        world.describe_asked(asked, &mut answer.chats);
    }
    Ok(spoil_page(world, chat_id, &answer))
}

/// Finds the replies of a message: those of a channel's post are comments in its discussion group.
pub(super) fn thread(world: &World, asked: i64, id: i32) -> Result<Thread, Refusal> {
    let Some(channel) = world.channels.get(&(CHANNEL_MARK - asked)) else {
        return Err(refuse(400, "PEER_ID_INVALID"));
    };
    if channel.broadcast {
        let thread = comments(world, asked, id).ok_or_else(|| refuse(400, "MSG_ID_INVALID"))?;
        // Whoever may read the channel may read its comments without joining, unless thrown out of the group.
        if world.forbidden.contains(&thread.chat_id) {
            return Err(refuse(400, "CHANNEL_PRIVATE"));
        }
        return Ok(thread);
    }
    let is_topic = channel.forum && (id == GENERAL || is_listed(world, asked, id));
    if is_topic || world.existing(asked, id).is_some() {
        return Ok(Thread {
            chat_id: asked,
            root: id,
        });
    }
    let name = if channel.forum {
        "TOPIC_ID_INVALID"
    } else {
        "MSG_ID_INVALID"
    };
    Err(refuse(400, name))
}

fn is_listed(world: &World, forum: i64, topic: i32) -> bool {
    let topics = world.details.get(&forum).map(|details| &details.topics);
    topics.is_some_and(|topics| topics.iter().any(|(id, _)| *id == topic))
}

/// Where a post is discussed, if it says that it is and its copy is still there.
fn comments(world: &World, channel: i64, post: i32) -> Option<Thread> {
    let tl::enums::Message::Message(message) = world.existing(channel, post)? else {
        return None;
    };
    let Some(tl::enums::MessageReplies::Replies(replies)) = &message.replies else {
        return None;
    };
    let chat_id = CHANNEL_MARK - replies.channel_id.filter(|_| replies.comments)?;
    let is_copy = |message: &&tl::enums::Message| match message {
        tl::enums::Message::Message(message) => {
            threads::copied_from(message) == Some((channel, post))
        }
        _ => false,
    };
    let mut group = world.histories.get(&chat_id)?.existing();
    let root = group.find(is_copy)?.id();
    Some(Thread { chat_id, root })
}

/// Whether a message of this chat belongs to this topic, if it is a forum, or else to this thread.
pub(super) fn belongs(
    world: &World,
    chat_id: i64,
    message: &tl::enums::Message,
    root: i32,
) -> bool {
    let is_forum = world
        .channels
        .get(&(CHANNEL_MARK - chat_id))
        .is_some_and(|channel| channel.forum);
    if !is_forum {
        return threads::is_reply(message, root);
    }
    if threads::creates_topic(message) && message.id() == root {
        return world.knobs.replies_hold_topic_root;
    }
    let topic = threads::topic_of(message);
    topic.unwrap_or(GENERAL) == root || threads::is_reply(message, root)
}

//! Histories and single messages.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{Answered, input_peer, read};
use crate::sim::history::{self, Window};
use crate::sim::knobs::Knobs;
use crate::sim::world::{CHANNEL_MARK, World};

pub(super) fn get_history(world: &mut World, method: &'static str, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetHistory = read(arguments)?;
    let chat_id = input_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(chat_id));
    let window = Window {
        offset_id: request.offset_id,
        offset_date: request.offset_date,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    let answer = page_of_all(world, chat_id, &window);
    Ok(spoil_page(world, chat_id, &answer))
}

/// The bytes of a page, spoilt if one of its messages is unreadable.
pub(super) fn spoil_page(
    world: &World,
    chat_id: i64,
    answer: &tl::enums::messages::Messages,
) -> Vec<u8> {
    spoil(world, chat_id, ids(answer), answer.to_bytes())
}

/// The bytes of an answer that holds these messages, with a beginning that nobody knows if one is unreadable.
pub(super) fn spoil(
    world: &World,
    chat_id: i64,
    ids: impl IntoIterator<Item = i32>,
    mut bytes: Vec<u8>,
) -> Vec<u8> {
    let mut ids = ids.into_iter();
    if let Some(constructor) = bytes.first_chunk_mut()
        && ids.any(|id| world.unreadable.contains(&(chat_id, id)))
    {
        *constructor = UNKNOWN_CONSTRUCTOR;
    }
    bytes
}

/// What no object of any layer begins with.
const UNKNOWN_CONSTRUCTOR: [u8; 4] = [0xff; 4];

fn ids(answer: &tl::enums::messages::Messages) -> impl Iterator<Item = i32> {
    use tl::enums::messages::Messages;
    let messages = match answer {
        Messages::Messages(answer) => answer.messages.as_slice(),
        Messages::Slice(answer) => &answer.messages,
        Messages::ChannelMessages(answer) => &answer.messages,
        Messages::NotModified(_) => &[],
    };
    messages.iter().map(tl::enums::Message::id)
}

/// The page of a chat's messages that this window shows.
pub(super) fn page(
    world: &World,
    knobs: &Knobs,
    chat_id: i64,
    window: &Window,
    matches: impl Fn(&tl::enums::Message) -> bool,
) -> tl::enums::messages::Messages {
    let slice = world
        .histories
        .get(&chat_id)
        .map(|history| history.slice(window, knobs, matches));
    let (messages, count) = slice.map_or((Vec::new(), 0), |slice| (slice.messages, slice.count));
    messages_answer(world, chat_id, messages, count)
}

fn page_of_all(world: &World, chat_id: i64, window: &Window) -> tl::enums::messages::Messages {
    let history = world.histories.get(&chat_id);
    let slice = history.map(|history| history.slice_of_all(window, &world.knobs));
    let (messages, count) = slice.map_or((Vec::new(), 0), |slice| (slice.messages, slice.count));
    messages_answer(world, chat_id, messages, count)
}

fn messages_answer(
    world: &World,
    chat_id: i64,
    messages: Vec<tl::enums::Message>,
    count: usize,
) -> tl::enums::messages::Messages {
    let (users, chats) = world.named_in(chat_id, messages.iter());
    let whole = messages.len() >= count;
    let count =
        i32::try_from(count).unwrap_or(i32::MAX) + if world.knobs.inexact_counts { 3 } else { 0 };
    let inexact = world.knobs.inexact_counts;
    let topics = Vec::new();
    if chat_id < CHANNEL_MARK {
        return tl::types::messages::ChannelMessages {
            inexact,
            pts: 1,
            count,
            offset_id_offset: None,
            messages,
            topics,
            chats,
            users,
        }
        .into();
    }
    if whole {
        return tl::types::messages::Messages {
            messages,
            topics,
            chats,
            users,
        }
        .into();
    }
    tl::types::messages::MessagesSlice {
        inexact,
        count,
        next_rate: None,
        offset_id_offset: None,
        search_flood: None,
        messages,
        topics,
        chats,
        users,
    }
    .into()
}

pub(super) fn get_messages(
    world: &World,
    channel: Option<i64>,
    ids: &[tl::enums::InputMessage],
) -> Answered {
    let chats: Vec<i64> = match channel {
        Some(chat_id) => vec![chat_id],
        None => world
            .histories
            .keys()
            .copied()
            .filter(|id| *id > CHANNEL_MARK)
            .collect(),
    };
    let found: Vec<tl::enums::Message> = ids
        .iter()
        .filter_map(|input| match input {
            tl::enums::InputMessage::Id(message) => Some(message.id),
            _ => None,
        })
        .map(|id| {
            chats
                .iter()
                .find_map(|chat_id| world.histories.get(chat_id)?.get(id))
                .cloned()
                .unwrap_or_else(|| history::missing(id))
        })
        .collect();
    let count = found.len();
    Ok(messages_answer(world, channel.unwrap_or(world.me), found, count).to_bytes())
}

//! Histories, single messages, the chat list and forum topics.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{Answered, input_peer, read};
use crate::sim::blank;
use crate::sim::history::{self, Window};
use crate::sim::world::{CHANNEL_MARK, World, peer};

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
    let is_spoilt = ids(&answer).any(|id| world.unreadable.contains(&(chat_id, id)));
    let mut bytes = answer.to_bytes();
    if let Some(constructor) = bytes.first_chunk_mut()
        && is_spoilt
    {
        *constructor = UNKNOWN_CONSTRUCTOR;
    }
    Ok(bytes)
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

/// The chat list, newest conversation first, paged by `offset_date` and `offset_id`.
pub(super) fn get_dialogs(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetDialogs = read(arguments)?;
    let mut rows: Vec<(i32, i64, tl::enums::Message)> = world
        .histories
        .iter()
        .filter(|(chat_id, _)| world.is_member(**chat_id))
        .filter_map(|(chat_id, history)| {
            let newest = history.existing().next_back()?;
            Some((history::date_of(newest)?, *chat_id, newest.clone()))
        })
        .collect();
    rows.sort_by_key(|(date, chat_id, message)| std::cmp::Reverse((*date, message.id(), *chat_id)));
    let total = rows.len();
    let limit = usize::try_from(request.limit).unwrap_or(0).min(100);
    let page: Vec<_> = rows
        .into_iter()
        .skip_while(|(date, _, message)| {
            request.offset_date > 0
                && (*date, message.id()) >= (request.offset_date, request.offset_id)
        })
        .take(limit)
        .collect();
    let (mut users, mut chats) = (Vec::new(), Vec::new());
    let mut dialogs = Vec::new();
    for (_, chat_id, message) in &page {
        let (more_users, more_chats) = world.describe(*chat_id, [*chat_id]);
        users.extend(more_users);
        chats.extend(more_chats);
        dialogs.push(blank::dialog(peer(*chat_id), message.id()).into());
    }
    let messages = page.into_iter().map(|(_, _, message)| message).collect();
    let answer: tl::enums::messages::Dialogs = if limit >= total {
        tl::types::messages::Dialogs {
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    } else {
        tl::types::messages::DialogsSlice {
            count: i32::try_from(total).unwrap_or(i32::MAX),
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    };
    Ok(answer.to_bytes())
}

pub(super) fn forum_topics(
    world: &World,
    chat_id: i64,
    request: &functions::messages::GetForumTopics,
) -> Answered {
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let count = i32::try_from(details.topics.len()).unwrap_or(i32::MAX);
    let mut newest_first = details.topics.clone();
    newest_first.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    let topics: Vec<tl::enums::ForumTopic> = newest_first
        .iter()
        .filter(|(id, _)| request.offset_topic == 0 || *id < request.offset_topic)
        .take(usize::try_from(request.limit).unwrap_or(0))
        .map(|(id, title)| blank::topic(*id, title, peer(chat_id), peer(world.me)).into())
        .collect();
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::messages::ForumTopics::from(tl::types::messages::ForumTopics {
            order_by_create_date: false,
            count,
            topics,
            messages: Vec::new(),
            chats,
            users,
            pts: 1,
        })
        .to_bytes(),
    )
}

//! Sub-dialogs: of the saved messages, and of the direct messages that a channel gets.

use std::cmp::Reverse;
use std::collections::HashMap;

use grammers_tl_types::{Serializable as _, enums, functions, types};

use super::input::known_peer;
use super::messages::{page, spoil, spoil_page};
use super::{Answered, Refusal, input_peer, read, refuse};
use crate::sim::blank;
use crate::sim::history::{Window, date_of};
use crate::sim::threads;
use crate::sim::world::{CHANNEL_MARK, World, peer};

const MOST: usize = 100;

pub(super) fn get_saved_history(
    world: &mut World,
    method: &'static str,
    arguments: &[u8],
) -> Answered {
    let request: functions::messages::GetSavedHistory = read(arguments)?;
    let chat_id = parent(world, request.parent_peer.as_ref())?;
    // What was kept stays readable when the chat it came from does not.
    let wanted = known_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(chat_id));
    let window = Window {
        offset_id: request.offset_id,
        offset_date: request.offset_date,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    let answer = page(world, &world.knobs, chat_id, &window, |message| {
        threads::sub_dialog(chat_id, message) == wanted
    });
    Ok(spoil_page(world, chat_id, &answer))
}

pub(super) fn get_saved_dialogs(
    world: &mut World,
    method: &'static str,
    arguments: &[u8],
) -> Answered {
    let request: functions::messages::GetSavedDialogs = read(arguments)?;
    let chat_id = parent(world, request.parent_peer.as_ref())?;
    world.begin_rpc(method, Some(chat_id));
    let rows = rows(world, chat_id);
    let count = rows.len();
    let limit = usize::try_from(request.limit).unwrap_or(0).min(MOST);
    let page: Vec<(i64, &enums::Message)> = rows
        .into_iter()
        .skip_while(
            |(_, newest)| match (request.offset_date, request.offset_id) {
                (0, 0) => false,
                (0, id) => newest.id() >= id,
                offset => (date_of(newest).unwrap_or(0), newest.id()) >= offset,
            },
        )
        .take(limit)
        .collect();
    Ok(answer(world, chat_id, &page, count))
}

/// The chat whose sub-dialogs are meant: a channel's direct messages, or the saved ones.
fn parent(world: &World, input: Option<&enums::InputPeer>) -> Result<i64, Refusal> {
    let Some(input) = input else {
        return Ok(world.me);
    };
    let chat_id = input_peer(world, input)?;
    let is_monoforum = world
        .channels
        .get(&(CHANNEL_MARK - chat_id))
        .is_some_and(|channel| channel.monoforum);
    is_monoforum
        .then_some(chat_id)
        .ok_or_else(|| refuse(400, "PARENT_PEER_INVALID"))
}

/// Each sub-dialog with its newest message, newest first.
fn rows(world: &World, chat_id: i64) -> Vec<(i64, &enums::Message)> {
    let messages = world
        .histories
        .get(&chat_id)
        .into_iter()
        .flat_map(|history| history.existing());
    let newest: HashMap<i64, &enums::Message> = messages
        .map(|message| (threads::sub_dialog(chat_id, message), message))
        .collect();
    let mut rows: Vec<_> = newest.into_iter().collect();
    rows.sort_by_key(|(_, newest)| Reverse((date_of(newest), newest.id())));
    rows
}

fn answer(world: &World, chat_id: i64, page: &[(i64, &enums::Message)], count: usize) -> Vec<u8> {
    let dialogs = page
        .iter()
        .map(|(with, newest)| {
            if chat_id == world.me {
                saved_dialog(*with, newest.id())
            } else {
                blank::monoforum_dialog(peer(*with), newest.id()).into()
            }
        })
        .collect();
    let messages: Vec<enums::Message> = page.iter().map(|(_, newest)| (*newest).clone()).collect();
    let ids: Vec<i32> = messages.iter().map(enums::Message::id).collect();
    let (users, chats) = world.named_in(chat_id, messages.iter());
    let answer: enums::messages::SavedDialogs = if page.len() == count {
        types::messages::SavedDialogs {
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    } else {
        types::messages::SavedDialogsSlice {
            count: i32::try_from(count).unwrap_or(i32::MAX),
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    };
    spoil(world, chat_id, ids, answer.to_bytes())
}

fn saved_dialog(with: i64, top_message: i32) -> enums::SavedDialog {
    types::SavedDialog {
        pinned: false,
        peer: peer(with),
        top_message,
    }
    .into()
}

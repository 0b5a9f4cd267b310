//! The chat list, by the rules of <https://core.telegram.org/api/offsets> and <https://core.telegram.org/api/folders>.

use std::cmp::Reverse;

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{Answered, read};
use crate::sim::blank;
use crate::sim::history;
use crate::sim::standing::Standing;
use crate::sim::world::{World, marked, peer};

/// The most chats that one request answers.
const MAX_LIMIT: usize = 100;
const ARCHIVE: i32 = 1;

/// A row of the chat list.
struct Row {
    date: i32,
    chat_id: i64,
    newest: tl::enums::Message,
    standing: Standing,
}

/// Where a row stands among those that are not pinned.
type Place = (i32, i32, i64);

impl Row {
    fn place(&self) -> Place {
        (self.date, self.newest.id(), self.chat_id)
    }

    fn dialog(&self) -> tl::enums::Dialog {
        tl::types::Dialog {
            pinned: self.standing.pinned,
            unread_count: self.standing.unread,
            folder_id: self.standing.archived.then_some(ARCHIVE),
            ..blank::dialog(peer(self.chat_id), self.newest.id())
        }
        .into()
    }
}

/// The pinned chats, then the others with the newest first, paged by the last row's date, message and peer.
pub(super) fn get_dialogs(world: &mut World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetDialogs = read(arguments)?;
    world.live_moves();
    let offset = offset(&request);
    let all = rows(world, request.folder_id);
    let is_first = offset.is_none();
    let total = all.len();
    let (pinned, others): (Vec<Row>, Vec<Row>) =
        all.into_iter().partition(|row| row.standing.pinned);
    let shows_pinned = is_first && !request.exclude_pinned;
    let below = others
        .into_iter()
        .filter(|row| offset.is_none_or(|offset| row.place() < offset));
    let limit = usize::try_from(request.limit).unwrap_or(0).min(MAX_LIMIT);
    let page: Vec<Row> = pinned
        .into_iter()
        .filter(|_| shows_pinned)
        .chain(below)
        .take(limit)
        .collect();
    let is_main = match request.folder_id {
        // Then the archived chats themselves stand in the list.
        None => !world.knobs.no_folder_is_every_folder,
        Some(folder_id) => folder_id != ARCHIVE,
    };
    let archive = (is_main && shows_pinned).then(|| archive(world)).flatten();
    Ok(answer(world, archive, page, total, limit >= total).to_bytes())
}

fn offset(request: &functions::messages::GetDialogs) -> Option<Place> {
    use tl::enums::InputPeer;
    let chat_id = match &request.offset_peer {
        InputPeer::User(user) => user.user_id,
        InputPeer::Chat(chat) => -chat.chat_id,
        InputPeer::Channel(channel) => marked(
            &tl::types::PeerChannel {
                channel_id: channel.channel_id,
            }
            .into(),
        ),
        // Below everything of that message's date and id.
        _ => i64::MIN,
    };
    (request.offset_date > 0).then_some((request.offset_date, request.offset_id, chat_id))
}

/// The account's chats that have messages, in the order of the list.
fn rows(world: &World, folder_id: Option<i32>) -> Vec<Row> {
    let mut rows: Vec<Row> = world
        .histories
        .iter()
        .filter(|(chat_id, _)| world.is_member(**chat_id))
        .filter_map(|(chat_id, history)| {
            let newest = history.existing().next_back()?;
            Some(Row {
                date: history::date_of(newest)?,
                chat_id: *chat_id,
                newest: newest.clone(),
                standing: world.standings.get(chat_id).copied().unwrap_or_default(),
            })
        })
        .filter(|row| match folder_id {
            Some(ARCHIVE) => row.standing.archived,
            None if world.knobs.no_folder_is_every_folder => true,
            _ => !row.standing.archived,
        })
        .collect();
    rows.sort_by_key(|row| Reverse(row.place()));
    rows
}

/// The archive as a row of the main list, if anything is in it.
fn archive(world: &World) -> Option<(tl::enums::Dialog, Row)> {
    let newest = rows(world, Some(ARCHIVE)).into_iter().next()?;
    let folder = tl::types::DialogFolder {
        pinned: true,
        folder: tl::types::Folder {
            autofill_new_broadcasts: false,
            autofill_public_groups: false,
            autofill_new_correspondents: false,
            id: ARCHIVE,
            title: "Archived Chats".to_owned(),
            photo: None,
        }
        .into(),
        peer: peer(newest.chat_id),
        top_message: newest.newest.id(),
        unread_muted_peers_count: 0,
        unread_unmuted_peers_count: 0,
        unread_muted_messages_count: 0,
        unread_unmuted_messages_count: 0,
    };
    Some((folder.into(), newest))
}

fn answer(
    world: &World,
    archive: Option<(tl::enums::Dialog, Row)>,
    page: Vec<Row>,
    total: usize,
    is_whole: bool,
) -> tl::enums::messages::Dialogs {
    let (folder, in_archive) = archive.unzip();
    let dialogs: Vec<_> = folder
        .into_iter()
        .chain(page.iter().map(Row::dialog))
        .collect();
    let (mut users, mut chats, mut messages) = (Vec::new(), Vec::new(), Vec::new());
    for row in in_archive.into_iter().chain(page) {
        let (more_users, more_chats) = world.describe(row.chat_id, [row.chat_id]);
        users.extend(more_users);
        chats.extend(more_chats);
        messages.push(row.newest);
    }
    if is_whole {
        return tl::types::messages::Dialogs {
            dialogs,
            messages,
            chats,
            users,
        }
        .into();
    }
    tl::types::messages::DialogsSlice {
        count: i32::try_from(total).unwrap_or(i32::MAX),
        dialogs,
        messages,
        chats,
        users,
    }
    .into()
}

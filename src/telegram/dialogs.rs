//! The chat list, one window at a time. Whom it names is learnt, and what the chats are called.

use std::collections::HashMap;

use grammers_tl_types::{enums, functions};
use serde::{Deserialize, Serialize};

use super::answer::described;
use super::convert::marked_id;
use super::peer::Peer;
use super::{Call, Client};
use crate::error::Error;
use crate::model::Chat;

/// How many chats one request asks for, as many as Telegram answers.
const LIMIT: i32 = 100;
const MAIN: i32 = 0;
const ARCHIVE: i32 = 1;

/// Which part of the chat list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// As much as Telegram shows without being told a folder.
    Any,
    /// What is not archived.
    Main,
    /// The archive.
    Archive,
}

/// Where in the chat list to read, <https://core.telegram.org/api/offsets>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DialogStart {
    /// At its top, with the pinned chats.
    #[default]
    Top,
    /// With the first that is not pinned.
    BelowPinned,
    /// Below this row.
    Below(DialogOffset),
}

/// A row to go on behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogOffset {
    /// When its newest message was sent, in Unix seconds.
    pub date: i32,
    /// The id of its newest message.
    pub top_message: i32,
    /// The chat.
    pub peer: Peer,
}

/// A row of the chat list.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// The chat.
    pub chat: Chat,
    /// Its place.
    pub offset: DialogOffset,
    /// How many messages are unread.
    pub unread_count: i32,
    /// It stands above the others, whatever their dates.
    pub pinned: bool,
    /// It lies in the archive.
    pub archived: bool,
}

/// A window of the chat list.
#[derive(Debug, Default)]
pub struct Dialogs {
    /// What was read, in the order of the list.
    pub rows: Vec<Dialog>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<DialogStart>,
}

impl Client {
    /// Reads the chat list from here on.
    pub async fn dialogs(
        &self,
        folder: Folder,
        start: DialogStart,
        call: &Call,
    ) -> Result<Dialogs, Error> {
        let offset = match start {
            DialogStart::Below(offset) => Some(offset),
            DialogStart::Top | DialogStart::BelowPinned => None,
        };
        let request = functions::messages::GetDialogs {
            exclude_pinned: start != DialogStart::Top,
            folder_id: match folder {
                Folder::Any => None,
                Folder::Main => Some(MAIN),
                Folder::Archive => Some(ARCHIVE),
            },
            offset_date: offset.map_or(0, |offset| offset.date),
            offset_id: offset.map_or(0, |offset| offset.top_message),
            offset_peer: offset.map_or(enums::InputPeer::Empty, |offset| offset.peer.input_peer()),
            limit: LIMIT,
            hash: 0,
        };
        let answer = Window::from(self.invoke(&request, call).await?);
        self.peers().learn(&answer.users, &answer.chats);
        let mut dialogs = self.read(answer, start);
        dialogs.rows.retain(|row| match folder {
            Folder::Any => true,
            Folder::Main => !row.archived,
            Folder::Archive => row.archived,
        });
        self.peers().titles.learn(&dialogs.rows);
        Ok(dialogs)
    }

    fn read(&self, answer: Window, start: DialogStart) -> Dialogs {
        let dates = answer.dates();
        let mut rows = Vec::new();
        let mut next = (start == DialogStart::Top).then_some(DialogStart::BelowPinned);
        for dialog in &answer.dialogs {
            // The archive as a row of the main list is no chat.
            let enums::Dialog::Dialog(dialog) = dialog else {
                continue;
            };
            let chat_id = marked_id(&dialog.peer);
            let peer = self.peers().by_id(chat_id).unwrap_or(Peer {
                chat_id,
                access_hash: 0,
            });
            let date = dates.get(&(chat_id, dialog.top_message)).copied();
            let offset = DialogOffset {
                date: date.unwrap_or(0),
                top_message: dialog.top_message,
                peer,
            };
            if date.is_some() && !dialog.pinned {
                next = Some(DialogStart::Below(offset));
            }
            if let Some(chat) = described(peer, &answer.users, &answer.chats) {
                rows.push(Dialog {
                    chat,
                    offset,
                    unread_count: dialog.unread_count,
                    pinned: dialog.pinned,
                    archived: dialog.folder_id == Some(ARCHIVE),
                });
            }
        }
        let is_end = answer.is_whole || answer.dialogs.is_empty() || next == Some(start);
        Dialogs {
            rows,
            next: next.filter(|_| !is_end),
        }
    }
}

/// An answer, whichever constructor it came in.
struct Window {
    dialogs: Vec<enums::Dialog>,
    messages: Vec<enums::Message>,
    users: Vec<enums::User>,
    chats: Vec<enums::Chat>,
    /// Whether the list ends here.
    is_whole: bool,
}

impl From<enums::messages::Dialogs> for Window {
    fn from(answer: enums::messages::Dialogs) -> Self {
        use enums::messages::Dialogs;
        match answer {
            Dialogs::Dialogs(answer) => Self {
                dialogs: answer.dialogs,
                messages: answer.messages,
                users: answer.users,
                chats: answer.chats,
                is_whole: true,
            },
            Dialogs::Slice(answer) => Self {
                dialogs: answer.dialogs,
                messages: answer.messages,
                users: answer.users,
                chats: answer.chats,
                is_whole: false,
            },
            // Only ever sent to a request with a hash, and ours have none.
            Dialogs::NotModified(_) => Self {
                dialogs: Vec::new(),
                messages: Vec::new(),
                users: Vec::new(),
                chats: Vec::new(),
                is_whole: true,
            },
        }
    }
}

impl Window {
    /// When each message was sent, by chat and id.
    fn dates(&self) -> HashMap<(i64, i32), i32> {
        let sent = self.messages.iter().filter_map(|message| match message {
            enums::Message::Message(message) => Some((&message.peer_id, message.id, message.date)),
            enums::Message::Service(message) => Some((&message.peer_id, message.id, message.date)),
            enums::Message::Empty(_) => None,
        });
        sent.map(|(peer, id, date)| ((marked_id(peer), id), date))
            .collect()
    }
}

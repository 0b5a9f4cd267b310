//! Which method reads the messages of a walk, and what that method narrows by itself.
//!
//! All of them page alike (<https://core.telegram.org/api/offsets>), except that `messages.search` has no
//! `offset_date`: it takes a range of dates instead.

use grammers_tl_types::{enums, functions};
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Window};
use super::convert::marked_id;
use super::peer::Peer;
use super::{Call, Client};
use crate::error::Error;

/// Where messages come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// All of a chat: `messages.getHistory`.
    #[default]
    History,
    /// What Telegram finds in a chat: `messages.search`.
    Search(Search),
    /// A forum topic, a thread, or the comments of a channel post, by the id of what they answer:
    /// `messages.getReplies`.
    Thread(i32),
    /// One of the dialogs inside saved messages, or inside a channel's direct messages:
    /// `messages.getSavedHistory`.
    SavedDialog(Peer),
}

/// What is searched for; what is absent narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Words of the text.
    pub query: String,
    /// The kind of message.
    pub filter: SearchFilter,
    /// Who sent it.
    pub sender: Option<Peer>,
    /// The topic or thread it stands in.
    pub thread: Option<i32>,
    /// The dialog inside saved messages it stands in.
    pub saved_dialog: Option<Peer>,
    /// Not long before this time, Unix seconds; 0 for any.
    pub min_date: i32,
    /// Not long after this time, Unix seconds; 0 for any.
    pub max_date: i32,
}

/// The kinds of message that Telegram can search for, by their TL names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are Telegram's own")]
pub enum SearchFilter {
    #[default]
    Empty,
    Photos,
    Video,
    PhotoVideo,
    Document,
    Url,
    Gif,
    Voice,
    Music,
    RoundVideo,
    RoundVoice,
    Contacts,
    Pinned,
    Poll,
}

impl From<SearchFilter> for enums::MessagesFilter {
    fn from(filter: SearchFilter) -> Self {
        match filter {
            SearchFilter::Empty => Self::InputMessagesFilterEmpty,
            SearchFilter::Photos => Self::InputMessagesFilterPhotos,
            SearchFilter::Video => Self::InputMessagesFilterVideo,
            SearchFilter::PhotoVideo => Self::InputMessagesFilterPhotoVideo,
            SearchFilter::Document => Self::InputMessagesFilterDocument,
            SearchFilter::Url => Self::InputMessagesFilterUrl,
            SearchFilter::Gif => Self::InputMessagesFilterGif,
            SearchFilter::Voice => Self::InputMessagesFilterVoice,
            SearchFilter::Music => Self::InputMessagesFilterMusic,
            SearchFilter::RoundVideo => Self::InputMessagesFilterRoundVideo,
            SearchFilter::RoundVoice => Self::InputMessagesFilterRoundVoice,
            SearchFilter::Contacts => Self::InputMessagesFilterContacts,
            SearchFilter::Pinned => Self::InputMessagesFilterPinned,
            SearchFilter::Poll => Self::InputMessagesFilterPoll,
        }
    }
}

impl Source {
    /// The TL method that reads it.
    pub fn method(&self) -> &'static str {
        match self {
            Self::History => "messages.getHistory",
            Self::Search(_) => "messages.search",
            Self::Thread(_) => "messages.getReplies",
            Self::SavedDialog(_) => "messages.getSavedHistory",
        }
    }

    /// The words that are searched for.
    pub fn query(&self) -> Option<&str> {
        match self {
            Self::Search(search) => Some(search.query.as_str()).filter(|query| !query.is_empty()),
            _ => None,
        }
    }

    /// The thread that it is narrowed to, by the id of what opens it.
    pub fn thread(&self) -> Option<i32> {
        match self {
            Self::Thread(root) => Some(*root),
            Self::Search(search) => search.thread,
            Self::History | Self::SavedDialog(_) => None,
        }
    }

    /// Whether a window of it can be placed by a date.
    pub fn takes_offset_date(&self) -> bool {
        !matches!(self, Self::Search(_))
    }
}

impl Client {
    /// Reads one window of a chat, newest first. The peers it names are learnt.
    pub async fn messages(
        &self,
        peer: Peer,
        source: &Source,
        window: Window,
        call: &Call,
    ) -> Result<Answer, Error> {
        let input = self.input_peer(peer);
        let answer = match source {
            Source::History => self.invoke(&history(input, window), call).await?,
            Source::Search(search) => {
                let request = self.search(input, search, window);
                self.invoke(&request, call).await?
            }
            Source::Thread(root) => self.invoke(&replies(input, *root, window), call).await?,
            Source::SavedDialog(dialog) => {
                let parent = (self.peers().me() != Some(peer)).then_some(input);
                let request = saved(parent, self.input_peer(*dialog), window);
                self.invoke(&request, call).await?
            }
        };
        self.learnt(peer, answer).await
    }

    fn search(
        &self,
        peer: enums::InputPeer,
        search: &Search,
        window: Window,
    ) -> functions::messages::Search {
        functions::messages::Search {
            peer,
            q: search.query.clone(),
            from_id: search.sender.map(|sender| self.input_peer(sender)),
            saved_peer_id: search.saved_dialog.map(|dialog| self.input_peer(dialog)),
            saved_reaction: None,
            top_msg_id: search.thread,
            filter: search.filter.into(),
            min_date: search.min_date,
            max_date: search.max_date,
            offset_id: window.offset_id,
            add_offset: window.add_offset,
            limit: window.limit,
            max_id: 0,
            min_id: 0,
            hash: 0,
        }
    }

    /// Where the comments on a channel post are: the marked id of the discussion group, and the id of the
    /// message there that they answer. `None` when Telegram names none.
    pub async fn discussion(
        &self,
        channel: Peer,
        post_id: i32,
        call: &Call,
    ) -> Result<Option<(i64, i32)>, Error> {
        let request = functions::messages::GetDiscussionMessage {
            peer: self.input_peer(channel),
            msg_id: post_id,
        };
        let enums::messages::DiscussionMessage::Message(answer) =
            self.invoke(&request, call).await?;
        self.peers().learn(&answer.users, &answer.chats);
        // Of an album the group has several, and comments answer the first.
        let roots = answer.messages.iter().filter_map(|message| match message {
            enums::Message::Message(message) => Some((marked_id(&message.peer_id), message.id)),
            enums::Message::Service(message) => Some((marked_id(&message.peer_id), message.id)),
            enums::Message::Empty(_) => None,
        });
        Ok(roots.min_by_key(|(_, id)| *id))
    }
}

fn history(peer: enums::InputPeer, window: Window) -> functions::messages::GetHistory {
    functions::messages::GetHistory {
        peer,
        offset_id: window.offset_id,
        offset_date: window.offset_date,
        add_offset: window.add_offset,
        limit: window.limit,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

fn replies(peer: enums::InputPeer, root: i32, window: Window) -> functions::messages::GetReplies {
    functions::messages::GetReplies {
        peer,
        msg_id: root,
        offset_id: window.offset_id,
        offset_date: window.offset_date,
        add_offset: window.add_offset,
        limit: window.limit,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

fn saved(
    parent_peer: Option<enums::InputPeer>,
    peer: enums::InputPeer,
    window: Window,
) -> functions::messages::GetSavedHistory {
    functions::messages::GetSavedHistory {
        parent_peer,
        peer,
        offset_id: window.offset_id,
        offset_date: window.offset_date,
        add_offset: window.add_offset,
        limit: window.limit,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

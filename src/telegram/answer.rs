//! The history methods: one window of a chat, and its answer whichever constructor it came in.

use std::collections::HashMap;

use grammers_tl_types::enums;

use super::convert::{self, ChatContext, Peers};
use super::peer::Peer;
use super::source::Source;
use super::{Call, Client};
use crate::error::Error;
use crate::model::{Chat, Message};

/// Where in a chat to read, <https://core.telegram.org/api/offsets>; 0 is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Start below this id.
    pub offset_id: i32,
    /// Without an id, start below this time.
    pub offset_date: i32,
    /// Shift to newer messages when negative.
    pub add_offset: i32,
    /// How many, at most 100.
    pub limit: i32,
}

impl Client {
    /// Reads one window of all of a chat, newest first. The peers it names are learnt.
    pub async fn history(&self, peer: Peer, window: Window, call: &Call) -> Result<Answer, Error> {
        self.messages(peer, &Source::History, window, call).await
    }

    /// Takes in who an answer about this chat names.
    pub(super) async fn learnt(
        &self,
        peer: Peer,
        answer: enums::messages::Messages,
    ) -> Result<Answer, Error> {
        let mut answer = Answer::from(answer);
        self.peers()
            .learn_from(peer, &answer.messages, &answer.users, &answer.chats);
        answer.me = self.peers().me().map(|me| me.chat_id);
        self.peers().refresh(peer.chat_id).await;
        Ok(answer)
    }

    /// The peer as the history methods take it; the account itself by its own name.
    pub(super) fn input_peer(&self, peer: Peer) -> enums::InputPeer {
        if self.peers().me() == Some(peer) {
            enums::InputPeer::PeerSelf
        } else {
            peer.input_peer()
        }
    }
}

/// An answer of the history methods, whichever constructor it came in.
pub struct Answer {
    messages: Vec<enums::Message>,
    users: Vec<enums::User>,
    chats: Vec<enums::Chat>,
    /// The account's own id: not every answer names it.
    me: Option<i64>,
    /// How many messages the chat has, as far as Telegram says.
    pub count: Option<i32>,
}

impl From<enums::messages::Messages> for Answer {
    fn from(answer: enums::messages::Messages) -> Self {
        use enums::messages::Messages;
        match answer {
            Messages::Messages(answer) => Self {
                count: i32::try_from(answer.messages.len()).ok(),
                messages: answer.messages,
                users: answer.users,
                chats: answer.chats,
                me: None,
            },
            Messages::Slice(answer) => Self {
                count: Some(answer.count),
                messages: answer.messages,
                users: answer.users,
                chats: answer.chats,
                me: None,
            },
            Messages::ChannelMessages(answer) => Self {
                count: Some(answer.count),
                messages: answer.messages,
                users: answer.users,
                chats: answer.chats,
                me: None,
            },
            // Only ever sent to a request with a hash, and ours have none.
            Messages::NotModified(answer) => Self {
                count: Some(answer.count),
                messages: Vec::new(),
                users: Vec::new(),
                chats: Vec::new(),
                me: None,
            },
        }
    }
}

impl Answer {
    /// The ids with their dates in Unix seconds; deleted messages have no date.
    pub fn sent(&self) -> impl Iterator<Item = (i32, Option<i64>)> {
        self.messages.iter().map(|message| {
            let date = match message {
                enums::Message::Empty(_) => None,
                enums::Message::Message(message) => Some(message.date.into()),
                enums::Message::Service(message) => Some(message.date.into()),
            };
            (message.id(), date)
        })
    }

    /// The chat, if this answer describes it.
    pub fn chat(&self, peer: Peer) -> Option<Chat> {
        described(peer, &self.users, &self.chats)
    }

    /// The records of this answer's messages.
    pub fn records(&self, chat: &Chat) -> Records<'_> {
        let peers = Peers::new(&self.users, &self.chats);
        Records {
            context: ChatContext {
                chat_id: chat.chat_id,
                kind: chat.kind,
                username: chat.username.clone(),
                me: self.me.or(peers.me()),
            },
            peers,
            by_id: self
                .messages
                .iter()
                .map(|message| (message.id(), message))
                .collect(),
        }
    }

    /// The highest id, 0 when there is none.
    pub fn newest(&self) -> i32 {
        self.messages
            .iter()
            .map(enums::Message::id)
            .max()
            .unwrap_or(0)
    }

    /// Adds what another answer about the same chat holds.
    pub fn join(&mut self, other: Self) {
        self.messages.extend(other.messages);
        self.users.extend(other.users);
        self.chats.extend(other.chats);
    }
}

/// Converts the messages of one answer.
pub struct Records<'a> {
    by_id: HashMap<i32, &'a enums::Message>,
    peers: Peers,
    context: ChatContext,
}

impl Records<'_> {
    /// The record of one message; `None` for one that is deleted or not in the answer.
    pub fn get(&self, id: i32) -> Option<Message> {
        convert::message(self.by_id.get(&id)?, &self.peers, &self.context)
    }
}

/// The chat, if these users and chats describe it.
pub(super) fn described(peer: Peer, users: &[enums::User], chats: &[enums::Chat]) -> Option<Chat> {
    let user = users.iter().find_map(|user| match user {
        enums::User::User(user) if user.id == peer.chat_id => Some(convert::chat_from_user(user)),
        _ => None,
    });
    user.or_else(|| {
        chats
            .iter()
            .filter_map(convert::chat_from_chat)
            .find(|chat| chat.chat_id == peer.chat_id)
    })
}

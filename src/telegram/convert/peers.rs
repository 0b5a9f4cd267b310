//! Who is who in one answer of Telegram: marked ids to names.

use std::collections::HashMap;

use grammers_tl_types as tl;

use crate::model::{ChatKind, PeerRef, Sender, SenderKind};

/// A channel's marked id is this less its own, as in the Bot API.
const CHANNEL_BASE: i64 = -1_000_000_000_000;

/// What a deleted account is called, as in Telegram's own applications.
pub(super) const DELETED_ACCOUNT: &str = "Deleted Account";

/// The marked id of a peer: a user's as it is, a basic group's negative, a channel's with `-100` before it.
pub fn marked_id(peer: &tl::enums::Peer) -> i64 {
    match peer {
        tl::enums::Peer::User(user) => user.user_id,
        tl::enums::Peer::Chat(chat) => group_id(chat.chat_id),
        tl::enums::Peer::Channel(channel) => channel_id(channel.channel_id),
    }
}

/// The marked id of a basic group.
pub fn group_id(bare: i64) -> i64 {
    bare.saturating_neg()
}

/// The marked id of a channel or supergroup.
pub fn channel_id(bare: i64) -> i64 {
    CHANNEL_BASE.saturating_sub(bare)
}

/// The bare id of a channel or supergroup, when the marked id is one's.
pub(super) fn bare_channel_id(marked: i64) -> Option<i64> {
    (marked <= CHANNEL_BASE).then(|| CHANNEL_BASE.saturating_sub(marked))
}

/// The chat whose messages are converted.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatContext {
    /// Its marked id.
    pub chat_id: i64,
    /// What kind of conversation it is.
    pub kind: ChatKind,
    /// Its public name: links are made of it.
    pub username: Option<String>,
    /// The account's own id: outgoing messages of private chats do not name their sender.
    pub me: Option<i64>,
}

/// The users and chats that came with an answer, by marked id.
#[derive(Debug, Clone, Default)]
pub struct Peers {
    by_id: HashMap<i64, Known>,
    me: Option<i64>,
}

#[derive(Debug, Clone)]
struct Known {
    kind: ChatKind,
    name: String,
    username: Option<String>,
    is_contact: bool,
}

impl Peers {
    /// The peers of an answer. `min` ones still have names.
    pub fn new(users: &[tl::enums::User], chats: &[tl::enums::Chat]) -> Self {
        let mut peers = Self::default();
        for user in users {
            let tl::enums::User::User(user) = user else {
                continue;
            };
            if user.is_self {
                peers.me = Some(user.id);
            }
            peers.by_id.insert(user.id, Known::from_user(user));
        }
        for chat in chats {
            if let Some(chat) = super::chat_from_chat(chat) {
                let known = Known {
                    kind: chat.kind,
                    name: chat.title,
                    username: chat.username,
                    is_contact: false,
                };
                peers.by_id.insert(chat.chat_id, known);
            }
        }
        peers
    }

    /// The account's own id, when its user is among these.
    pub fn me(&self) -> Option<i64> {
        self.me
    }

    /// The peer's name, when it is known.
    pub fn name(&self, id: i64) -> Option<&str> {
        let known = self.by_id.get(&id)?;
        (!known.name.is_empty()).then_some(known.name.as_str())
    }

    /// The peer's public name, when it is known.
    pub fn username(&self, id: i64) -> Option<&str> {
        self.by_id.get(&id)?.username.as_deref()
    }

    /// The peer's kind, when it is known.
    pub fn kind(&self, id: i64) -> Option<ChatKind> {
        self.by_id.get(&id).map(|known| known.kind)
    }

    /// Whether the peer is a person in the account's contacts.
    pub fn is_contact(&self, id: i64) -> bool {
        self.by_id.get(&id).is_some_and(|known| known.is_contact)
    }

    /// The sender with this id. Of one that is not among these, the kind is read off the id.
    pub(super) fn sender(&self, id: i64, chat: &ChatContext) -> Sender {
        let known = self.by_id.get(&id);
        let kind = match known {
            Some(known) => known.kind,
            None if id == chat.chat_id => chat.kind,
            None => kind_of_id(id),
        };
        Sender {
            id,
            kind: sender_kind(kind),
            name: known.map(|it| it.name.clone()).unwrap_or_default(),
            username: known.and_then(|it| it.username.clone()),
            rank: None,
            boosts: None,
            is_contact: known.is_some_and(|it| it.is_contact),
        }
    }

    pub(super) fn reference(&self, id: i64) -> PeerRef {
        PeerRef {
            id,
            name: self.name(id).map(str::to_owned),
            username: self.username(id).map(str::to_owned),
            is_contact: self.is_contact(id),
        }
    }

    /// The context of a chat that is not the one asked for, as well as it is known.
    pub(super) fn context(&self, id: i64, me: Option<i64>) -> ChatContext {
        ChatContext {
            chat_id: id,
            kind: self.kind(id).unwrap_or_else(|| kind_of_id(id)),
            username: self.username(id).map(str::to_owned),
            me,
        }
    }
}

impl Known {
    fn from_user(user: &tl::types::User) -> Self {
        let chat = super::chat_from_user(user);
        Self {
            kind: chat.kind,
            name: chat.title,
            username: chat.username,
            is_contact: chat.is_contact,
        }
    }
}

fn kind_of_id(id: i64) -> ChatKind {
    match id {
        id if id > 0 => ChatKind::User,
        id if bare_channel_id(id).is_some() => ChatKind::Channel,
        _ => ChatKind::Group,
    }
}

fn sender_kind(kind: ChatKind) -> SenderKind {
    match kind {
        ChatKind::User => SenderKind::User,
        ChatKind::Bot => SenderKind::Bot,
        ChatKind::Group => SenderKind::Group,
        ChatKind::Supergroup | ChatKind::Forum => SenderKind::Supergroup,
        ChatKind::Channel => SenderKind::Channel,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn marked_ids_are_those_of_the_bot_api() {
        let cases = [
            (samples::user_peer(77), 77),
            (samples::group_peer(77), -77),
            (samples::channel_peer(1_234), -1_000_000_001_234),
            (samples::channel_peer(1_900_000_000), -1_001_900_000_000),
            (samples::group_peer(i64::MIN), i64::MAX),
            (samples::channel_peer(i64::MAX), i64::MIN),
        ];
        for (peer, marked) in cases {
            assert_eq!(marked_id(&peer), marked);
        }
        assert_eq!(bare_channel_id(-1_001_900_000_000), Some(1_900_000_000));
        assert_eq!(bare_channel_id(-77), None);
    }

    #[test]
    fn min_peers_still_have_names() {
        let user = tl::types::User {
            min: true,
            access_hash: None,
            ..samples::user(5, "Ada", Some("Lovelace"))
        };
        let channel = tl::types::Channel {
            min: true,
            access_hash: None,
            ..samples::channel(9, "News")
        };
        let peers = Peers::new(&[user.into()], &[channel.into()]);
        assert_eq!(peers.name(5), Some("Ada Lovelace"));
        assert_eq!(peers.name(channel_id(9)), Some("News"));
        assert_eq!(peers.kind(channel_id(9)), Some(ChatKind::Channel));
        assert_eq!(peers.name(6), None);
    }
}

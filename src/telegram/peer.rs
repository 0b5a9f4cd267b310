//! Peers: what a person may write for a chat, and the id with the access hash that Telegram wants to see.

mod absent;
mod cache;
mod find;
mod flight;
mod input;
mod invite;
mod likeness;
mod origin;
mod question;
mod resolve;
mod seen;
mod titles;
mod words;

use grammers_tl_types as tl;

pub use self::cache::PeerCache;
pub use self::find::{Found, Invite, Scope, Several, find, readings};
pub use self::input::{ChatForm, ChatInput, ChatName};
pub use self::invite::find as find_invite;
pub use self::likeness::Wanted;
pub use self::origin::MigratedFrom;
pub(super) use self::origin::Origin;
pub use self::resolve::{lookup, resolve, resolve_anew};
pub use self::titles::{Candidate, Extent};
pub use self::words::{find_titled, holder};
use crate::model::ChatKind;

/// Marked ids of channels and supergroups: channel N is `-1000000000000 - N`, as in the Bot API.
const CHANNEL_MARK: i64 = -1_000_000_000_000;

/// A chat that Telegram can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Peer {
    /// The marked id.
    pub chat_id: i64,
    /// Proof that this account has met the peer; 0 where none is needed (basic groups).
    pub access_hash: i64,
}

/// What a chat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nature {
    /// Its kind.
    pub kind: ChatKind,
    /// The supergroup that a basic group has become.
    pub became: Option<i64>,
}

impl From<ChatKind> for Nature {
    fn from(kind: ChatKind) -> Self {
        Self { kind, became: None }
    }
}

/// The three kinds of id that TL knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerKind {
    /// A person or a bot, by bare id.
    User(i64),
    /// A basic group, by bare id.
    Group(i64),
    /// A channel or supergroup, by bare id.
    Channel(i64),
}

impl PeerKind {
    /// What a marked id stands for.
    pub fn of(chat_id: i64) -> Self {
        if chat_id > 0 {
            Self::User(chat_id)
        } else if chat_id > CHANNEL_MARK {
            Self::Group(-chat_id)
        } else {
            Self::Channel(CHANNEL_MARK - chat_id)
        }
    }
}

impl Peer {
    /// A basic group by its marked id; its id is all that Telegram wants to see.
    pub fn group(chat_id: i64) -> Self {
        Self {
            chat_id,
            access_hash: 0,
        }
    }

    /// The peer as the history methods take it.
    pub fn input_peer(self) -> tl::enums::InputPeer {
        let access_hash = self.access_hash;
        match PeerKind::of(self.chat_id) {
            PeerKind::User(user_id) => tl::types::InputPeerUser {
                user_id,
                access_hash,
            }
            .into(),
            PeerKind::Group(chat_id) => tl::types::InputPeerChat { chat_id }.into(),
            PeerKind::Channel(channel_id) => tl::types::InputPeerChannel {
                channel_id,
                access_hash,
            }
            .into(),
        }
    }

    /// The peer as the methods about users take it; meaningless for others.
    pub fn input_user(self) -> tl::enums::InputUser {
        tl::types::InputUser {
            user_id: self.chat_id,
            access_hash: self.access_hash,
        }
        .into()
    }

    /// The peer as the methods about channels take it; meaningless for others.
    pub fn input_channel(self) -> tl::enums::InputChannel {
        tl::types::InputChannel {
            channel_id: CHANNEL_MARK - self.chat_id,
            access_hash: self.access_hash,
        }
        .into()
    }
}

//! What is asked for with one request, so that whoever wants the same can wait for the same answer.

use super::{ChatName, Peer, PeerKind};

/// What one request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// Who this account is.
    Me,
    /// Who has this username, in lower case.
    Name(String),
    /// What this basic group is, by bare id.
    Group(i64),
    /// Who this is whom a message has named, by marked id.
    Seen(i64),
    /// What this channel was before.
    Origin(Peer),
    /// Who stands at the top of the chat list: it answers for every id at once.
    ChatList,
    /// Who stands further down in the chat list.
    MoreChats,
    /// Who is called by these words.
    Search(String),
}

impl Question {
    /// The request that finds this chat.
    pub(super) fn of(name: &ChatName) -> Self {
        match name {
            ChatName::Me => Self::Me,
            ChatName::Username(name) => Self::Name(name.clone()),
            ChatName::Id(chat_id) => match PeerKind::of(*chat_id) {
                PeerKind::Group(group) => Self::Group(group),
                // Has no meaning without an access hash, which the chat list has.
                PeerKind::User(_) | PeerKind::Channel(_) => Self::ChatList,
            },
        }
    }

    /// Its TL method.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Me | Self::Seen(_) => "users.getUsers",
            Self::Name(_) => "contacts.resolveUsername",
            Self::Group(_) => "messages.getChats",
            Self::Origin(_) => "channels.getFullChannel",
            Self::ChatList | Self::MoreChats => "messages.getDialogs",
            Self::Search(_) => "contacts.search",
        }
    }
}

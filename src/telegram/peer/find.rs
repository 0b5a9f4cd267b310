//! Finds what a person or a model wrote for a chat, whichever form it has.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::input::ChatName;
use super::resolve::{lookup, resolve};
use super::titles::{Candidate, Extent};
use super::{CHANNEL_MARK, Peer, PeerKind};
use crate::error::{Error, shorten};
use crate::model::Chat;
use crate::telegram::{Call, Client};

/// What was found.
#[derive(Debug)]
pub enum Found {
    /// One chat.
    Chat {
        /// The chat.
        peer: Peer,
        /// What names it from now on.
        name: ChatName,
        /// Whether the account is in it, where an invite says so.
        joined: Option<bool>,
    },
    /// Chats that may be meant, none of them for certain.
    Several(Several),
    /// A chat that the account is not in, as its invite shows it.
    Invite(Invite),
}

/// Chats that may be meant.
#[derive(Debug)]
pub struct Several {
    /// The likeliest first.
    pub candidates: Vec<Candidate>,
    /// How far the account's chats were looked through, where their titles were compared.
    pub looked_through: Option<Extent>,
}

/// What an invite shows of a chat.
#[derive(Debug)]
pub struct Invite {
    /// The chat; its id is not known.
    pub chat: Chat,
    /// Whether an admin has to let in whoever follows it.
    pub needs_approval: bool,
}

impl Found {
    /// The chat, for a caller who needs one.
    pub fn one(self, input: &str) -> Result<(Peer, ChatName), Error> {
        let input = shorten(input);
        match self {
            Self::Chat { peer, name, .. } => Ok((peer, name)),
            Self::Several(several) => Err(Error::ChatAmbiguous {
                input,
                candidates: (several.candidates.iter())
                    .map(|candidate| candidate.chat.chat_id)
                    .collect(),
            }),
            Self::Invite(_) => Err(Error::ChannelPrivate { input }),
        }
    }
}

/// Which chats may be found among those that are called alike.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Whether a chat may be told of. Must ask nobody.
    pub admits: &'a (dyn Fn(&Chat) -> bool + Sync),
    /// Whether Telegram may be asked for others than the account's own.
    pub is_open: bool,
}

/// Finds who has this name, or this id, however it is marked; `input` is what the caller wrote, for errors.
pub fn find<'a>(
    client: &'a Client,
    name: &'a ChatName,
    input: &'a str,
    call: &'a Call,
) -> BoxFuture<'a, Result<Found, Error>> {
    match name {
        ChatName::Id(chat_id) => by_id(client, *chat_id, input, call).boxed(),
        name => named(client, name, input, call).boxed(),
    }
}

async fn named(client: &Client, name: &ChatName, input: &str, call: &Call) -> Result<Found, Error> {
    Ok(Found::Chat {
        peer: resolve(client, name, input, call).await?,
        name: name.clone(),
        joined: None,
    })
}

/// Finds a chat by its id. Some tools show ids without marks, so an id that is nobody's is read the other ways, too.
async fn by_id(client: &Client, chat_id: i64, input: &str, call: &Call) -> Result<Found, Error> {
    let name = ChatName::Id(chat_id);
    if lookup(client, &name).is_some() {
        return named(client, &name, input, call).await;
    }
    if let Some(found) = otherwise_known(client, chat_id, input, call).await? {
        return Ok(found);
    }
    let missing = match named(client, &name, input, call).await {
        Err(error @ Error::ChatNotFound { .. }) => error,
        found => return found,
    };
    // The chat list may have shown one of them by now; a basic group that it does not reach can be asked for.
    if let Some(found) = otherwise_known(client, chat_id, input, call).await? {
        return Ok(found);
    }
    for other in readings(chat_id) {
        match named(client, &ChatName::Id(other), input, call).await {
            Err(Error::ChatNotFound { .. }) => {}
            found => return found,
        }
    }
    Err(missing)
}

/// What a number that is not known as a marked id may be without its mark.
pub fn readings(id: i64) -> Vec<i64> {
    match PeerKind::of(id) {
        PeerKind::User(bare) => vec![-bare, CHANNEL_MARK - bare],
        PeerKind::Group(bare) => vec![CHANNEL_MARK - bare],
        PeerKind::Channel(_) => Vec::new(),
    }
}

/// The chat that is known by another reading of this id, or all of them when there are more.
async fn otherwise_known(
    client: &Client,
    chat_id: i64,
    input: &str,
    call: &Call,
) -> Result<Option<Found>, Error> {
    let names = readings(chat_id).into_iter().map(ChatName::Id);
    let names: Vec<ChatName> = names
        .filter(|name| lookup(client, name).is_some())
        .collect();
    match names.as_slice() {
        [] => Ok(None),
        [name] => named(client, name, input, call).await.map(Some),
        names => {
            let mut candidates = Vec::new();
            for peer in names.iter().filter_map(|name| lookup(client, name)) {
                candidates.push(Candidate {
                    chat: client.chat(peer, call).await?,
                    is_known: true,
                });
            }
            Ok(Some(Found::Several(Several {
                candidates,
                looked_through: None,
            })))
        }
    }
}

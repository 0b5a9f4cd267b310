//! From what was asked for to a peer, with as few requests as possible: none for a chat that was met of late, and
//! one for everybody who asks for the same at once.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use grammers_tl_types::{self as tl, functions};

use super::absent::Absence;
use super::question::Question;
use super::{ChatName, Peer, seen, words};
use crate::error::Error;
use crate::telegram::dialogs::DialogStart;
use crate::telegram::{Call, Client};

/// The peer behind a name or id; `input` is what the caller wrote, for errors.
pub async fn resolve(
    client: &Client,
    name: &ChatName,
    input: &str,
    call: &Call,
) -> Result<Peer, Error> {
    if lookup(client, name).is_none() {
        seen::look(client, name, call).await?;
    }
    let peer = match lookup(client, name) {
        Some(peer) => peer,
        None => find(client, name, input, call).await?,
    };
    client.peers().keep(peer.chat_id).await;
    Ok(peer)
}

/// The same for a chat that Telegram no longer takes as `stale`, or that turned out to be called otherwise by now.
pub async fn resolve_anew(
    client: &Client,
    name: &ChatName,
    stale: Peer,
    input: &str,
    call: &Call,
) -> Result<Peer, Error> {
    // A chat that has only lost its name is as good as before under its others.
    let is_named = lookup(client, name) == Some(stale) || !matches!(name, ChatName::Username(_));
    if is_named && client.peers().forget(stale) {
        // The chat list may have been where this came from.
        client.peers().absences.remove(&Question::ChatList);
    }
    resolve(client, name, input, call).await
}

/// The peer, if it was met of late.
pub fn lookup(client: &Client, name: &ChatName) -> Option<Peer> {
    match name {
        ChatName::Me => client.peers().me(),
        ChatName::Username(name) => client.peers().by_name(name),
        ChatName::Id(chat_id) => client.peers().by_id(*chat_id),
    }
}

/// Asks for a peer, unless Telegram has just said that there is none.
async fn find(client: &Client, name: &ChatName, input: &str, call: &Call) -> Result<Peer, Error> {
    let peers = client.peers();
    let question = Question::of(name);
    let absence = || peers.absences.get(&question);
    let settled = || lookup(client, name).is_some() || absence().is_some();
    let ask = || async {
        let absence = question.ask(client, call).await?;
        // The chat list answers for all the ids that are not in it.
        if question == Question::ChatList || lookup(client, name).is_none() {
            peers.absences.insert(&question, absence);
        }
        Ok(())
    };
    peers.flights.once(&question, call, settled, ask).await?;
    lookup(client, name)
        .or_else(|| last_known(client, name, &question))
        .ok_or_else(|| absence().unwrap_or(Absence::NotFound).error(input))
}

/// What was known of an id that the chat list no longer reaches: Telegram says itself whether it still holds.
fn last_known(client: &Client, name: &ChatName, question: &Question) -> Option<Peer> {
    match name {
        ChatName::Id(chat_id) if *question == Question::ChatList => {
            client.peers().last_known(*chat_id)
        }
        _ => None,
    }
}

impl Question {
    /// Asks, and learns from the answer. What comes back is why a chat that is still not known is not there.
    /// On the heap, since every way to find a chat holds this future.
    pub(super) fn ask<'a>(
        &'a self,
        client: &'a Client,
        call: &'a Call,
    ) -> BoxFuture<'a, Result<Absence, Error>> {
        match self {
            Self::Me => ask_for_me(client, call).boxed(),
            Self::Name(name) => ask_for_name(client, name, call).boxed(),
            Self::Seen(chat_id) => seen::ask_for_seen(client, *chat_id, call).boxed(),
            Self::Group(group) => ask_for_group(client, *group, call).boxed(),
            Self::ChatList => words::ask_for_chats(client, DialogStart::Top, call).boxed(),
            Self::MoreChats => words::ask_for_more_chats(client, call).boxed(),
            Self::Search(words) => words::ask_for_words(client, words, call).boxed(),
            Self::Origin(peer) => ask_for_origin(client, *peer, call).boxed(),
        }
    }
}

async fn ask_for_me(client: &Client, call: &Call) -> Result<Absence, Error> {
    let request = functions::users::GetUsers {
        id: vec![tl::enums::InputUser::UserSelf],
    };
    let users = client.invoke(&request, call).await?;
    client.peers().learn(&users, &[]);
    Ok(Absence::NotFound)
}

async fn ask_for_name(client: &Client, name: &str, call: &Call) -> Result<Absence, Error> {
    let request = functions::contacts::ResolveUsername {
        username: name.to_owned(),
        referer: None,
    };
    let found = match client.invoke(&request, call).await {
        Ok(tl::enums::contacts::ResolvedPeer::Peer(found)) => found,
        Err(Error::Rpc { name, .. }) if name == "USERNAME_NOT_OCCUPIED" => {
            return Ok(Absence::NotFound);
        }
        Err(Error::Rpc { name, .. }) if name == "USERNAME_INVALID" => {
            return Ok(Absence::InvalidName);
        }
        Err(error) => return Err(error),
    };
    client.peers().learn(&found.users, &found.chats);
    client
        .peers()
        .name(name, crate::telegram::convert::marked_id(&found.peer));
    Ok(Absence::NotFound)
}

/// A basic group can be asked for by its bare id.
async fn ask_for_group(client: &Client, group: i64, call: &Call) -> Result<Absence, Error> {
    let request = functions::messages::GetChats { id: vec![group] };
    let chats = match client.invoke(&request, call).await {
        Ok(answer) => answer.chats(),
        Err(Error::Rpc { code: 400, .. }) => return Ok(Absence::NotFound),
        Err(error) => return Err(error),
    };
    client.peers().learn(&[], &chats);
    let is_forbidden = chats
        .iter()
        .any(|chat| matches!(chat, tl::enums::Chat::Forbidden(_)));
    Ok(match is_forbidden {
        true => Absence::Private,
        false => Absence::NotFound,
    })
}

async fn ask_for_origin(client: &Client, peer: Peer, call: &Call) -> Result<Absence, Error> {
    client.details(peer, call).await?;
    Ok(Absence::NotFound)
}

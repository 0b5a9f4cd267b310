//! From what was asked for to a peer, with as few requests as possible: none for a chat that was met before.

use grammers_tl_types::{self as tl, functions};

use super::{ChatName, Peer, PeerKind};
use crate::error::Error;
use crate::telegram::{Call, Client};

/// How many rows of the chat list are looked through for an id that is not known.
const DIALOGS: i32 = 100;

/// The peer behind a name or id; `input` is what the caller wrote, for errors.
pub async fn resolve(
    client: &Client,
    name: &ChatName,
    input: &str,
    call: &Call,
) -> Result<Peer, Error> {
    let peer = match lookup(client, name) {
        Some(peer) => peer,
        None => ask(client, name, input, call).await?,
    };
    client.peers().keep(peer.chat_id).await;
    Ok(peer)
}

/// The peer, if it was met of late.
pub fn lookup(client: &Client, name: &ChatName) -> Option<Peer> {
    match name {
        ChatName::Me => client.peers().me(),
        ChatName::Username(name) => client.peers().by_name(name),
        ChatName::Id(chat_id) => client.peers().by_id(*chat_id),
    }
}

async fn ask(client: &Client, name: &ChatName, input: &str, call: &Call) -> Result<Peer, Error> {
    let not_found = || Error::ChatNotFound {
        input: crate::error::shorten(input),
    };
    match name {
        ChatName::Me => ask_for_me(client, call).await?,
        ChatName::Username(name) => ask_for_name(client, name, input, call).await?,
        ChatName::Id(chat_id) => ask_for_id(client, *chat_id, call).await?,
    }
    lookup(client, name)
        .or_else(|| last_known(client, name))
        .ok_or_else(not_found)
}

/// What was known of an id that the chat list no longer reaches: Telegram says itself whether it still holds.
fn last_known(client: &Client, name: &ChatName) -> Option<Peer> {
    match name {
        ChatName::Id(chat_id) if !matches!(PeerKind::of(*chat_id), PeerKind::Group(_)) => {
            client.peers().last_known(*chat_id)
        }
        _ => None,
    }
}

async fn ask_for_me(client: &Client, call: &Call) -> Result<(), Error> {
    let request = functions::users::GetUsers {
        id: vec![tl::enums::InputUser::UserSelf],
    };
    let users = client.invoke(&request, call).await?;
    client.peers().learn(&users, &[]);
    Ok(())
}

async fn ask_for_name(client: &Client, name: &str, input: &str, call: &Call) -> Result<(), Error> {
    let request = functions::contacts::ResolveUsername {
        username: name.to_owned(),
        referer: None,
    };
    let input = || crate::error::shorten(input);
    let tl::enums::contacts::ResolvedPeer::Peer(found) = client
        .invoke(&request, call)
        .await
        .map_err(|error| match error {
            Error::Rpc { name, .. } if name == "USERNAME_NOT_OCCUPIED" => {
                Error::ChatNotFound { input: input() }
            }
            Error::Rpc { name, .. } if name == "USERNAME_INVALID" => {
                Error::UsernameInvalid { input: input() }
            }
            other => other,
        })?;
    client.peers().learn(&found.users, &found.chats);
    client
        .peers()
        .name(name, crate::telegram::convert::marked_id(&found.peer));
    Ok(())
}

/// A basic group can be asked for by its bare id; anything else must stand in the chat list.
async fn ask_for_id(client: &Client, chat_id: i64, call: &Call) -> Result<(), Error> {
    if let PeerKind::Group(group) = PeerKind::of(chat_id) {
        let request = functions::messages::GetChats { id: vec![group] };
        return match client.invoke(&request, call).await {
            Ok(chats) => {
                client.peers().learn(&[], chats_of(&chats));
                Ok(())
            }
            Err(Error::Rpc { code: 400, .. }) => Ok(()),
            Err(error) => Err(error),
        };
    }
    call.progress
        .say("looking for the chat in the chat list")
        .await;
    let request = functions::messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: tl::enums::InputPeer::Empty,
        limit: DIALOGS,
        hash: 0,
    };
    let (users, chats) = match client.invoke(&request, call).await? {
        tl::enums::messages::Dialogs::Dialogs(dialogs) => (dialogs.users, dialogs.chats),
        tl::enums::messages::Dialogs::Slice(dialogs) => (dialogs.users, dialogs.chats),
        tl::enums::messages::Dialogs::NotModified(_) => return Ok(()),
    };
    client.peers().learn(&users, &chats);
    Ok(())
}

fn chats_of(chats: &tl::enums::messages::Chats) -> &[tl::enums::Chat] {
    match chats {
        tl::enums::messages::Chats::Chats(chats) => &chats.chats,
        tl::enums::messages::Chats::Slice(chats) => &chats.chats,
    }
}

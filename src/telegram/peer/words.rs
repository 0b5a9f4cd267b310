//! Chats by words: a username, or a title among the account's chats, then by Telegram's own search. Nothing is
//! guessed: what is not called exactly so is a candidate.

use std::time::Duration;

use grammers_tl_types::{enums, functions};

use super::absent::Absence;
use super::find::{Found, Scope, Several};
use super::input::as_username;
use super::likeness::Wanted;
use super::question::Question;
use super::resolve::{lookup, resolve};
use super::titles::{Candidate, FRESH};
use super::{ChatName, Peer};
use crate::error::{Error, shorten};
use crate::model::Chat;
use crate::telegram::answer::described;
use crate::telegram::convert::marked_id;
use crate::telegram::dialogs::{DialogStart, Folder};
use crate::telegram::{Call, Client};

/// The most windows of the chat list that one call reads for a title; the next call goes on from there.
const MOST_WINDOWS: usize = 3;
/// How many chats a search asks for.
const MOST_FOUND: i32 = 20;
/// The most candidates that are told.
const MOST_CANDIDATES: usize = 10;
/// For how long the top of the chat list is good enough to tell whether a username is a title too.
const GOOD_ENOUGH: Duration = Duration::from_secs(3600);

/// The chat that these words are the title of, if nobody is given who has them as a username; otherwise those that
/// they may mean.
pub async fn find_titled(
    client: &Client,
    words: &str,
    holder: Option<(Peer, ChatName)>,
    scope: Scope<'_>,
    input: &str,
    call: &Call,
) -> Result<Found, Error> {
    let wanted = Wanted::new(words);
    let Some((peer, name)) = holder else {
        return by_title(client, &wanted, words, scope, input, call).await;
    };
    let mut others = client.peers().titles.exact(&wanted, scope);
    others.retain(|chat| chat.chat_id != peer.chat_id);
    if others.is_empty() {
        return Ok(Found::Chat {
            peer,
            name,
            joined: None,
        });
    }
    let named = Candidate {
        chat: client.chat(peer, call).await?,
        is_known: client.peers().titles.holds(peer.chat_id),
    };
    let others = others.into_iter().map(known);
    let all = [named].into_iter().chain(others).collect();
    Ok(several(client, all, scope))
}

/// Who has these words as a username, if anybody. What the account's own chats are called is looked at alongside,
/// since most words are somebody's username.
pub async fn holder(
    client: &Client,
    words: &str,
    input: &str,
    call: &Call,
) -> Result<Option<(Peer, ChatName)>, Error> {
    let Some(name) = as_username(words).map(ChatName::Username) else {
        return Ok(None);
    };
    if let Some(peer) = lookup(client, &name) {
        return Ok(Some((peer, name)));
    }
    let titles = async {
        match client.peers().titles.is_read_within(GOOD_ENOUGH) {
            true => Ok(()),
            false => read_top(client, call).await,
        }
    };
    let (holder, titles) = futures_util::join!(resolve(client, &name, input, call), titles);
    let_pass(titles)?;
    match holder {
        Err(Error::ChatNotFound { .. } | Error::UsernameInvalid { .. }) => Ok(None),
        holder => holder.map(|peer| Some((peer, name))),
    }
}

async fn by_title(
    client: &Client,
    wanted: &Wanted,
    words: &str,
    scope: Scope<'_>,
    input: &str,
    call: &Call,
) -> Result<Found, Error> {
    let titles = &client.peers().titles;
    let unread = read_for(client, wanted, scope, call).await?;
    let listed = titles.exact(wanted, scope).into_iter().map(known);
    let listed: Vec<Candidate> = listed.collect();
    if !listed.is_empty() {
        return called_so(client, listed, scope, input, call).await;
    }
    let found = match scope.is_open {
        true => search(client, words, call).await,
        false => Ok(Vec::new()),
    };
    let mut found = match found {
        Ok(found) => found,
        // The chat list would have come first.
        Err(error) => return Err(unread.unwrap_or(error)),
    };
    found.retain(|candidate| (scope.admits)(&candidate.chat));
    let is_meant = |found: &&Candidate| found.is_known && wanted.is(&found.chat.title);
    let meant: Vec<Candidate> = found.iter().filter(is_meant).cloned().collect();
    if !meant.is_empty() {
        return called_so(client, meant, scope, input, call).await;
    }
    let alike = titles.alike(wanted, scope).into_iter().map(known);
    let candidates = ranked(alike.collect(), found);
    if candidates.is_empty() {
        // What was not looked through may hold it: better a wait that is told than a chat that is not there.
        return Err(unread.unwrap_or_else(|| Error::NoSuchTitle {
            input: shorten(input),
            chats: titles.extent(scope).chats,
        }));
    }
    Ok(several(client, candidates, scope))
}

/// What is called exactly so: the chat when it is only one.
async fn called_so(
    client: &Client,
    chats: Vec<Candidate>,
    scope: Scope<'_>,
    input: &str,
    call: &Call,
) -> Result<Found, Error> {
    let [only] = chats.as_slice() else {
        return Ok(several(client, chats, scope));
    };
    let name = ChatName::Id(only.chat.chat_id);
    Ok(Found::Chat {
        peer: resolve(client, &name, input, call).await?,
        name,
        joined: None,
    })
}

/// The account's own before others, each in the order they came, each chat once.
fn ranked(alike: Vec<Candidate>, found: Vec<Candidate>) -> Vec<Candidate> {
    let (own, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.is_known);
    let mut ranked: Vec<Candidate> = Vec::new();
    for candidate in alike.into_iter().chain(own).chain(others) {
        let is_new = |known: &Candidate| known.chat.chat_id != candidate.chat.chat_id;
        if ranked.iter().all(is_new) {
            ranked.push(candidate);
        }
    }
    ranked
}

fn several(client: &Client, mut candidates: Vec<Candidate>, scope: Scope<'_>) -> Found {
    candidates.truncate(MOST_CANDIDATES);
    Found::Several(Several {
        candidates,
        looked_through: Some(client.peers().titles.extent(scope)),
    })
}

fn known(chat: Chat) -> Candidate {
    Candidate {
        chat,
        is_known: true,
    }
}

/// Reads the chat list until a chat of this title is found, or as far as one call may: what stopped it, where that
/// need not stop the call.
async fn read_for(
    client: &Client,
    wanted: &Wanted,
    scope: Scope<'_>,
    call: &Call,
) -> Result<Option<Error>, Error> {
    let titles = &client.peers().titles;
    let mut windows = 0;
    if !titles.is_read_within(FRESH) {
        if let Some(error) = let_pass(read_top(client, call).await)? {
            return Ok(Some(error));
        }
        windows += 1;
    }
    while titles.exact(wanted, scope).is_empty()
        && titles.next().is_some()
        && windows < MOST_WINDOWS
    {
        if let Some(error) = let_pass(read_on(client, call).await)? {
            return Ok(Some(error));
        }
        windows += 1;
    }
    Ok(None)
}

/// A pause that is due for the chat list is none for a search.
fn let_pass(outcome: Result<(), Error>) -> Result<Option<Error>, Error> {
    match outcome {
        Err(error @ (Error::FloodWait { .. } | Error::RateLimited { .. })) => Ok(Some(error)),
        outcome => outcome.map(|()| None),
    }
}

async fn read_top(client: &Client, call: &Call) -> Result<(), Error> {
    let peers = client.peers();
    let question = Question::ChatList;
    let settled = || peers.titles.is_read_within(FRESH);
    let ask = || async { question.ask(client, call).await.map(drop) };
    peers.flights.once(&question, call, settled, ask).await
}

async fn read_on(client: &Client, call: &Call) -> Result<(), Error> {
    let peers = client.peers();
    let question = Question::MoreChats;
    let before = peers.titles.windows();
    let settled = || peers.titles.windows() > before;
    let ask = || async { question.ask(client, call).await.map(drop) };
    peers.flights.once(&question, call, settled, ask).await
}

/// Reads the next window of the chat list.
pub(super) async fn ask_for_chats(
    client: &Client,
    start: DialogStart,
    call: &Call,
) -> Result<Absence, Error> {
    call.progress
        .say("looking for the chat in the chat list")
        .await;
    let window = client.dialogs(Folder::Any, start, call).await?;
    client.peers().titles.note(start, &window);
    Ok(Absence::NotFound)
}

/// Reads on where the chat list was last left.
pub(super) async fn ask_for_more_chats(client: &Client, call: &Call) -> Result<Absence, Error> {
    match client.peers().titles.next() {
        Some(start) => ask_for_chats(client, start, call).await,
        None => Ok(Absence::NotFound),
    }
}

async fn search(client: &Client, words: &str, call: &Call) -> Result<Vec<Candidate>, Error> {
    let peers = client.peers();
    let question = Question::Search(words.to_lowercase());
    let found = || peers.titles.found(&question);
    let settled = || found().is_some();
    let ask = || async { question.ask(client, call).await.map(drop) };
    peers.flights.once(&question, call, settled, ask).await?;
    Ok(found().unwrap_or_default())
}

/// Asks for chats by words: what is called so among the account's own, then among what is public.
pub(super) async fn ask_for_words(
    client: &Client,
    words: &str,
    call: &Call,
) -> Result<Absence, Error> {
    let request = functions::contacts::Search {
        broadcasts: false,
        bots: false,
        q: words.to_owned(),
        limit: MOST_FOUND,
    };
    let found = match client.invoke(&request, call).await {
        Ok(enums::contacts::Found::Found(found)) => found,
        Err(Error::Rpc { name, .. })
            if ["QUERY_TOO_SHORT", "SEARCH_QUERY_EMPTY"].contains(&name.as_str()) =>
        {
            client.peers().titles.note_found(words, Vec::new());
            return Ok(Absence::NotFound);
        }
        Err(error) => return Err(error),
    };
    client.peers().learn(&found.users, &found.chats);
    let own = found.my_results.iter().map(|peer| (peer, true));
    let others = found.results.iter().map(|peer| (peer, false));
    let candidates = own.chain(others).filter_map(|(peer, is_known)| {
        let chat_id = marked_id(peer);
        let peer = Peer {
            chat_id,
            access_hash: 0,
        };
        let chat = described(peer, &found.users, &found.chats)?;
        Some(Candidate { chat, is_known })
    });
    client
        .peers()
        .titles
        .note_found(words, candidates.collect());
    Ok(Absence::NotFound)
}

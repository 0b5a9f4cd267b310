//! Where those were seen whom answers showed as `min`, without an access hash of their own: Telegram takes the
//! message that names them instead, <https://core.telegram.org/api/min>.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_tl_types::{enums, functions, types};

use super::absent::Absence;
use super::question::Question;
use super::{CHANNEL_MARK, ChatName, Peer, PeerKind};
use crate::error::Error;
use crate::telegram::convert::marked_id;
use crate::telegram::{Call, Client};

/// The most that are remembered; when there are more, all are forgotten.
const MOST: usize = 20_000;

/// A message that names somebody.
#[derive(Debug, Clone, Copy)]
struct Sighting {
    chat: Peer,
    message_id: i32,
}

/// Where whom was seen, by marked id.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<i64, Sighting>>);

impl Seen {
    /// Notes which of these messages of a chat name the `min` ones among these users and chats.
    pub(super) fn learn(
        &self,
        chat: Peer,
        messages: &[enums::Message],
        users: &[enums::User],
        chats: &[enums::Chat],
    ) {
        let min = min_ids(users, chats);
        if min.is_empty() {
            return;
        }
        let mut seen = self.lock();
        if seen.len() >= MOST {
            seen.clear();
        }
        // Comments on a post come with the post's channel asked for, and stand in another chat.
        for message in messages.iter().filter(|message| stands_in(message, chat)) {
            let message_id = message.id();
            let named = named(message).into_iter().filter(|id| min.contains(id));
            seen.extend(named.map(|id| (id, Sighting { chat, message_id })));
        }
    }

    pub(super) fn holds(&self, chat_id: i64) -> bool {
        self.lock().contains_key(&chat_id)
    }

    fn take(&self, chat_id: i64) -> Option<Sighting> {
        self.lock().remove(&chat_id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Sighting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stands_in(message: &enums::Message, chat: Peer) -> bool {
    let peer = match message {
        enums::Message::Message(message) => &message.peer_id,
        enums::Message::Service(message) => &message.peer_id,
        enums::Message::Empty(_) => return false,
    };
    marked_id(peer) == chat.chat_id
}

/// Asks for somebody by the message that names them, if there is one.
pub(super) async fn look(client: &Client, name: &ChatName, call: &Call) -> Result<(), Error> {
    let ChatName::Id(chat_id) = *name else {
        return Ok(());
    };
    let peers = client.peers();
    let question = Question::Seen(chat_id);
    let settled = || !peers.seen.holds(chat_id);
    if settled() {
        return Ok(());
    }
    let ask = || async { question.ask(client, call).await.map(drop) };
    peers.flights.once(&question, call, settled, ask).await
}

/// Asks who this is who was seen.
pub(super) async fn ask_for_seen(
    client: &Client,
    chat_id: i64,
    call: &Call,
) -> Result<Absence, Error> {
    let Some(Sighting { chat, message_id }) = client.peers().seen.take(chat_id) else {
        return Ok(Absence::NotFound);
    };
    let peer = chat.input_peer();
    let outcome = match PeerKind::of(chat_id) {
        PeerKind::User(user_id) => {
            let user = types::InputUserFromMessage {
                peer,
                msg_id: message_id,
                user_id,
            };
            let request = functions::users::GetUsers {
                id: vec![user.into()],
            };
            let users = client.invoke(&request, call).await;
            users.map(|users| client.peers().learn(&users, &[]))
        }
        PeerKind::Channel(channel_id) => {
            let channel = types::InputChannelFromMessage {
                peer,
                msg_id: message_id,
                channel_id,
            };
            let request = functions::channels::GetChannels {
                id: vec![channel.into()],
            };
            let chats = client.invoke(&request, call).await;
            chats.map(|chats| client.peers().learn(&[], &chats.chats()))
        }
        // Basic groups need no access hash.
        PeerKind::Group(_) => Ok(()),
    };
    match outcome {
        // The message is gone, or its chat is; there may be other ways.
        Err(Error::Rpc { code: 400, .. } | Error::ChannelPrivate { .. }) | Ok(()) => {
            Ok(Absence::NotFound)
        }
        Err(error) => {
            let sighting = Sighting { chat, message_id };
            client.peers().seen.lock().insert(chat_id, sighting);
            Err(error)
        }
    }
}

fn min_ids(users: &[enums::User], chats: &[enums::Chat]) -> HashSet<i64> {
    let users = users.iter().filter_map(|user| match user {
        enums::User::User(user) if user.min || user.access_hash.is_none() => Some(user.id),
        _ => None,
    });
    let channels = chats.iter().filter_map(|chat| match chat {
        enums::Chat::Channel(channel) if channel.min || channel.access_hash.is_none() => {
            Some(CHANNEL_MARK - channel.id)
        }
        _ => None,
    });
    users.chain(channels).collect()
}

/// The marked ids of those whom a message names.
fn named(message: &enums::Message) -> Vec<i64> {
    match message {
        enums::Message::Empty(_) => Vec::new(),
        enums::Message::Message(message) => {
            let mut named: Vec<i64> = message.from_id.iter().map(marked_id).collect();
            named.extend(message.fwd_from.iter().flat_map(forwarded));
            named.extend(message.reply_to.iter().flat_map(replied));
            named.extend(message.via_bot_id);
            named.extend(message.entities.iter().flatten().filter_map(mentioned));
            named
        }
        enums::Message::Service(message) => {
            let mut named: Vec<i64> = message.from_id.iter().map(marked_id).collect();
            named.extend(message.reply_to.iter().flat_map(replied));
            named.extend(acted_upon(&message.action));
            named
        }
    }
}

fn forwarded(header: &enums::MessageFwdHeader) -> Vec<i64> {
    let enums::MessageFwdHeader::Header(header) = header;
    let peers = [&header.from_id, &header.saved_from_peer];
    peers.into_iter().flatten().map(marked_id).collect()
}

fn replied(header: &enums::MessageReplyHeader) -> Vec<i64> {
    match header {
        enums::MessageReplyHeader::Header(header) => {
            let other = header.reply_to_peer_id.iter().map(marked_id);
            let quoted = header.reply_from.iter().flat_map(forwarded);
            other.chain(quoted).collect()
        }
        enums::MessageReplyHeader::MessageReplyStoryHeader(header) => {
            vec![marked_id(&header.peer)]
        }
    }
}

fn mentioned(entity: &enums::MessageEntity) -> Option<i64> {
    match entity {
        enums::MessageEntity::MentionName(mention) => Some(mention.user_id),
        _ => None,
    }
}

fn acted_upon(action: &enums::MessageAction) -> Vec<i64> {
    use enums::MessageAction;
    match action {
        MessageAction::ChatCreate(action) => action.users.clone(),
        MessageAction::ChatAddUser(action) => action.users.clone(),
        MessageAction::ChatDeleteUser(action) => vec![action.user_id],
        MessageAction::ChatJoinedByLink(action) => vec![action.inviter_id],
        _ => Vec::new(),
    }
}

//! What a chat is: in brief from any answer that names it, in full by asking for it.

use grammers_tl_types::{enums, functions};

use super::read::Answer;
use crate::error::Error;
use crate::model::{Chat, ChatKind, Topic};
use crate::telegram::convert;
use crate::telegram::peer::{Peer, PeerKind};
use crate::telegram::{Call, Client};

/// The most topics of a forum that are listed.
const TOPICS: i32 = 100;

/// The chat, if this answer describes it.
pub(super) fn from_answer(
    peer: Peer,
    users: &[enums::User],
    chats: &[enums::Chat],
) -> Option<Chat> {
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

/// Asks for the chat itself, for when a history answer does not name it.
pub(super) async fn brief(client: &Client, peer: Peer, call: &Call) -> Result<Chat, Error> {
    let (users, chats) = match PeerKind::of(peer.chat_id) {
        PeerKind::User(_) => {
            let request = functions::users::GetUsers {
                id: vec![peer.input_user()],
            };
            (client.invoke(&request, call).await?, Vec::new())
        }
        PeerKind::Group(id) => {
            let request = functions::messages::GetChats { id: vec![id] };
            (Vec::new(), client.invoke(&request, call).await?.chats())
        }
        PeerKind::Channel(_) => {
            let request = functions::channels::GetChannels {
                id: vec![peer.input_channel()],
            };
            (Vec::new(), client.invoke(&request, call).await?.chats())
        }
    };
    from_answer(peer, &users, &chats).ok_or_else(undescribed)
}

fn undescribed() -> Error {
    Error::Unavailable {
        reason: "its answer did not describe the chat".to_owned(),
    }
}

/// Asks for everything that `tg.resolve_chat` tells.
pub(super) async fn full(client: &Client, peer: Peer, call: &Call) -> Result<Chat, Error> {
    let (details, newest) =
        futures_util::try_join!(details(client, peer, call), newest(client, peer, call))?;
    let mut chat = details;
    chat.message_count = newest.count;
    chat.newest_message_id = Some(newest.newest()).filter(|id| *id > 0);
    if chat.kind == ChatKind::Forum {
        chat.topics = topics(client, peer, call).await?;
    }
    Ok(chat)
}

async fn newest(client: &Client, peer: Peer, call: &Call) -> Result<Answer, Error> {
    let request = functions::messages::GetHistory {
        peer: peer.input_peer(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 1,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    client.invoke(&request, call).await.map(Answer::from)
}

async fn details(client: &Client, peer: Peer, call: &Call) -> Result<Chat, Error> {
    match PeerKind::of(peer.chat_id) {
        PeerKind::User(_) => {
            let request = functions::users::GetFullUser {
                id: peer.input_user(),
            };
            let enums::users::UserFull::Full(answer) = client.invoke(&request, call).await?;
            client.peers().learn(&answer.users, &answer.chats);
            let enums::UserFull::Full(full) = answer.full_user;
            let mut chat =
                from_answer(peer, &answer.users, &answer.chats).ok_or_else(undescribed)?;
            chat.description = full.about.filter(|about| !about.is_empty());
            Ok(chat)
        }
        PeerKind::Group(chat_id) => {
            let request = functions::messages::GetFullChat { chat_id };
            let answer = client.invoke(&request, call).await?;
            from_full(client, peer, answer)
        }
        PeerKind::Channel(_) => {
            let request = functions::channels::GetFullChannel {
                channel: peer.input_channel(),
            };
            let answer = client.invoke(&request, call).await?;
            from_full(client, peer, answer)
        }
    }
}

fn from_full(
    client: &Client,
    peer: Peer,
    answer: enums::messages::ChatFull,
) -> Result<Chat, Error> {
    let enums::messages::ChatFull::Full(answer) = answer;
    client.peers().learn(&answer.users, &answer.chats);
    let mut chat = from_answer(peer, &answer.users, &answer.chats).ok_or_else(undescribed)?;
    match answer.full_chat {
        enums::ChatFull::Full(full) => chat.description = Some(full.about),
        enums::ChatFull::ChannelFull(full) => {
            chat.description = Some(full.about);
            chat.member_count = full.participants_count.or(chat.member_count);
            chat.linked_chat_id = full.linked_chat_id.map(convert::channel_id);
            chat.migrated_from_chat_id = full.migrated_from_chat_id.map(convert::group_id);
        }
        // Holds chats, not messages.
        enums::ChatFull::CommunityFull(_) => {}
    }
    chat.description = chat.description.filter(|about| !about.is_empty());
    Ok(chat)
}

async fn topics(client: &Client, peer: Peer, call: &Call) -> Result<Vec<Topic>, Error> {
    let request = functions::messages::GetForumTopics {
        peer: peer.input_peer(),
        q: None,
        offset_date: 0,
        offset_id: 0,
        offset_topic: 0,
        limit: TOPICS,
    };
    let enums::messages::ForumTopics::Topics(answer) = client.invoke(&request, call).await?;
    let topics = answer.topics.into_iter().filter_map(|topic| match topic {
        enums::ForumTopic::Topic(topic) => Some(Topic {
            topic_id: topic.id,
            title: topic.title,
        }),
        enums::ForumTopic::Deleted(_) => None,
    });
    Ok(topics.collect())
}

//! What a chat is: in brief from any answer that names it, in full by asking for it.

use std::collections::BTreeMap;

use grammers_tl_types::{enums, functions, types};

use super::answer::described;
use super::peer::{MigratedFrom, Origin, Peer, PeerKind};
use super::{Call, Client, Window, convert};
use crate::error::Error;
use crate::model::{Chat, ChatKind, Topic};

/// How many topics one request asks for.
const TOPICS: i32 = 100;
/// The most topics of a forum that are listed, about.
const MOST_TOPICS: usize = 1_000;

impl Client {
    /// Asks who this account is: whether Telegram can be reached and takes the session.
    pub async fn check(&self, call: &Call) -> Result<(), Error> {
        let request = functions::users::GetUsers {
            id: vec![enums::InputUser::UserSelf],
        };
        self.invoke(&request, call).await.map(drop)
    }

    /// Asks for something small that every connection can answer: whether it is Telegram that fails, or one
    /// answer of it.
    pub async fn is_there(&self, call: &Call) -> Result<(), Error> {
        match self.invoke(&functions::help::GetConfig {}, call).await {
            // Whoever asks for a pause is there, and our own rate says nothing about anybody.
            Ok(_) | Err(Error::FloodWait { .. } | Error::RateLimited { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Asks for the chat itself, for when a history answer does not name it.
    pub async fn chat(&self, peer: Peer, call: &Call) -> Result<Chat, Error> {
        let (users, chats) = match PeerKind::of(peer.chat_id) {
            PeerKind::User(_) => {
                let request = functions::users::GetUsers {
                    id: vec![peer.input_user()],
                };
                (self.invoke(&request, call).await?, Vec::new())
            }
            PeerKind::Group(id) => {
                let request = functions::messages::GetChats { id: vec![id] };
                (Vec::new(), self.invoke(&request, call).await?.chats())
            }
            PeerKind::Channel(_) => {
                let request = functions::channels::GetChannels {
                    id: vec![peer.input_channel()],
                };
                (Vec::new(), self.invoke(&request, call).await?.chats())
            }
        };
        self.peers().learn(&users, &chats);
        described(peer, &users, &chats).ok_or_else(undescribed)
    }

    /// Asks for everything that `tg.resolve_chat` tells. What Telegram will not tell is left out.
    pub async fn full_chat(&self, peer: Peer, call: &Call) -> Result<Chat, Error> {
        let newest = Window {
            limit: 1,
            ..Window::default()
        };
        let (details, newest) =
            futures_util::join!(self.details(peer, call), self.history(peer, newest, call));
        // Whichever came last may have said something new.
        self.peers().refresh(peer.chat_id).await;
        let newest = match newest {
            // What a chat is can be told while its messages must wait.
            Err(Error::FloodWait { .. } | Error::RateLimited { .. }) => None,
            newest => Some(newest?),
        };
        let mut chat = match optional(details)? {
            Some(chat) => chat,
            None => match newest.as_ref().and_then(|newest| newest.chat(peer)) {
                Some(chat) => chat,
                None => self.chat(peer, call).await?,
            },
        };
        if let Some(newest) = newest {
            chat.message_count = newest.count;
            chat.newest_message_id = Some(newest.newest()).filter(|id| *id > 0);
        }
        if chat.kind == ChatKind::Forum {
            chat.topics = optional(self.topics(peer, call).await)?.unwrap_or_default();
        }
        Ok(chat)
    }

    /// Asks for what only the full requests tell.
    pub(super) async fn details(&self, peer: Peer, call: &Call) -> Result<Chat, Error> {
        match PeerKind::of(peer.chat_id) {
            PeerKind::User(_) => {
                let request = functions::users::GetFullUser {
                    id: peer.input_user(),
                };
                let enums::users::UserFull::Full(answer) = self.invoke(&request, call).await?;
                self.peers().learn(&answer.users, &answer.chats);
                let enums::UserFull::Full(full) = answer.full_user;
                let mut chat =
                    described(peer, &answer.users, &answer.chats).ok_or_else(undescribed)?;
                chat.description = full.about.filter(|about| !about.is_empty());
                Ok(chat)
            }
            PeerKind::Group(chat_id) => {
                let request = functions::messages::GetFullChat { chat_id };
                let answer = self.invoke(&request, call).await?;
                from_full(self, peer, answer)
            }
            PeerKind::Channel(_) => {
                let request = functions::channels::GetFullChannel {
                    channel: peer.input_channel(),
                };
                let answer = self.invoke(&request, call).await?;
                from_full(self, peer, answer)
            }
        }
    }

    /// Asks for the topics of a forum, the latest first.
    pub async fn topics(&self, peer: Peer, call: &Call) -> Result<Vec<Topic>, Error> {
        let mut known = BTreeMap::new();
        let mut order = Vec::new();
        let (mut offset_date, mut offset_id, mut offset_topic) = (0, 0, 0);
        while order.len() < MOST_TOPICS {
            let request = functions::messages::GetForumTopics {
                peer: peer.input_peer(),
                q: None,
                offset_date,
                offset_id,
                offset_topic,
                limit: TOPICS,
            };
            let enums::messages::ForumTopics::Topics(answer) = self.invoke(&request, call).await?;
            let before = known.len();
            let sent = |id| {
                answer
                    .messages
                    .iter()
                    .find_map(|message| date_of(message, id))
            };
            for topic in answer.topics {
                let enums::ForumTopic::Topic(topic) = topic else {
                    continue;
                };
                let last = topic.top_message;
                offset_date = sent(last).unwrap_or(topic.date);
                (offset_id, offset_topic) = (last, topic.id);
                if known.insert(topic.id, topic.title).is_none() {
                    order.push(topic.id);
                }
            }
            let all = usize::try_from(answer.count).is_ok_and(|count| known.len() >= count);
            if all || known.len() == before {
                break;
            }
        }
        let topics = order.into_iter().filter_map(|topic_id| {
            let title = known.remove(&topic_id)?;
            Some(Topic { topic_id, title })
        });
        Ok(topics.collect())
    }
}

/// `None` where Telegram refuses to tell more about a chat that it knows.
fn optional<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Err(error @ Error::Rpc { .. }) if !error.is_stale_peer() && !error.is_transient() => {
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// When this message was sent, if it is the one with this id.
fn date_of(message: &enums::Message, id: i32) -> Option<i32> {
    match message {
        enums::Message::Message(message) if message.id == id => Some(message.date),
        enums::Message::Service(message) if message.id == id => Some(message.date),
        _ => None,
    }
}

fn undescribed() -> Error {
    Error::unavailable("its answer did not describe the chat")
}

fn origin(full: &types::ChannelFull) -> Origin {
    match (full.migrated_from_chat_id, full.migrated_from_max_id) {
        (Some(group), max_id) => Origin::MigratedFrom(MigratedFrom {
            chat_id: convert::group_id(group),
            max_id: max_id.unwrap_or(0),
        }),
        (None, _) => Origin::New,
    }
}

fn from_full(
    client: &Client,
    peer: Peer,
    answer: enums::messages::ChatFull,
) -> Result<Chat, Error> {
    let enums::messages::ChatFull::Full(answer) = answer;
    client.peers().learn(&answer.users, &answer.chats);
    let mut chat = described(peer, &answer.users, &answer.chats).ok_or_else(undescribed)?;
    match answer.full_chat {
        enums::ChatFull::Full(full) => chat.description = Some(full.about),
        enums::ChatFull::ChannelFull(full) => {
            client.peers().learn_origin(peer.chat_id, origin(&full));
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

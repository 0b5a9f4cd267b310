//! Parts of a chat that have a history of their own: topics, comments, the dialogs of saved messages.

use super::super::filter::{self, ChatPart};
use super::super::{Account, HistoryParams};
use crate::error::Error;
use crate::model::ChatKind;
use crate::telegram::Call;
use crate::telegram::peer::{self, ChatInput, ChatName, Peer, PeerKind};

/// A part of a chat, with what Telegram wants to see to read it.
#[derive(Default)]
pub(super) struct Part {
    pub(super) part: Option<ChatPart>,
    /// The chat that holds it, where it is another one.
    pub(super) elsewhere: Option<Peer>,
    /// The group whose comments are read through its channel, where it matters which one that is.
    pub(super) comments: Option<i64>,
    /// The topic, or what the messages of the thread answer, in the chat that holds them.
    pub(super) thread: Option<i32>,
    pub(super) dialog: Option<Peer>,
}

impl Account {
    /// The part of the chat that is wanted, if it is one.
    pub(super) async fn part(
        &self,
        params: &HistoryParams,
        asked: &ChatInput,
        chat: Peer,
        is_search: bool,
        call: &Call,
    ) -> Result<Part, Error> {
        let topic = params.filter.topic_id.as_deref().map(str::trim);
        match (topic, params.filter.comments_of) {
            (Some(_), Some(post)) => Err(Error::invalid(
                "filter.comments_of",
                &post.to_string(),
                "nothing beside `topic_id`: a message stands in one of them",
            )),
            (None, Some(post)) => self.thread(chat, post, is_search, call).await,
            (Some(topic), None) => self.topic(chat, topic, call).await,
            (None, None) => match (asked.topic_id, asked.message_id, asked.comment_id) {
                (_, Some(post), Some(_)) => self.thread(chat, post, is_search, call).await,
                (topic, Some(message), _) => self.linked_topic(chat, topic, message, call).await,
                _ => Ok(Part::default()),
            },
        }
    }

    /// The topic that a link points into, or at. Elsewhere than in a forum such a link is one to a message.
    async fn linked_topic(
        &self,
        chat: Peer,
        topic: Option<i32>,
        message: i32,
        call: &Call,
    ) -> Result<Part, Error> {
        let is_channel = matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_));
        if !is_channel || self.chat_beside(chat, None, call).await?.kind != ChatKind::Forum {
            return Ok(Part::default());
        }
        if let Some(topic) = topic {
            return Ok(Part::topic(topic));
        }
        let topics = self.client.topics(chat, call).await?;
        let is_topic = topics.iter().any(|topic| topic.topic_id == message);
        Ok(if is_topic {
            Part::topic(message)
        } else {
            Part::default()
        })
    }

    async fn thread(
        &self,
        chat: Peer,
        post: i32,
        is_search: bool,
        call: &Call,
    ) -> Result<Part, Error> {
        // Private chats and basic groups know no threads.
        let is_channel = matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_));
        if post < 1 || !is_channel {
            return Err(ChatPart::Comments(post).not_there());
        }
        let part = Part {
            part: Some(ChatPart::Comments(post)),
            thread: Some(post),
            ..Part::default()
        };
        if !is_search {
            return Ok(Part {
                comments: self.comments(chat, post, call).await?,
                ..part
            });
        }
        // Telegram searches comments in the group that holds them.
        let (group, root) = self.discussion(chat, post, call).await?;
        let input = post.to_string();
        let group = peer::resolve(&self.client, &ChatName::Id(group), &input, call).await?;
        Ok(Part {
            elsewhere: Some(group).filter(|group| *group != chat),
            thread: Some(root),
            ..part
        })
    }

    /// A topic by its id or title, or a dialog inside saved messages.
    async fn topic(&self, chat: Peer, text: &str, call: &Call) -> Result<Part, Error> {
        const FIELD: &str = "filter.topic_id";
        let id = text.parse::<i64>().ok();
        // No topic has such an id, but a person whom a channel talks with in its direct messages may.
        let is_peer = text.starts_with('@') || id.is_some_and(|id| id < 1 || id > i32::MAX.into());
        if self.client.peers().me() == Some(chat) || is_peer {
            let (dialog, _) = match self.find_one(FIELD, text, call).await {
                Err(Error::ChatNotFound { .. } | Error::NoSuchTitle { .. }) => {
                    return Err(filter::no_topic(text));
                }
                found => found?,
            };
            return Ok(Part {
                part: Some(ChatPart::SavedDialog(dialog.chat_id)),
                dialog: Some(dialog),
                ..Part::default()
            });
        }
        if !matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_)) {
            return Err(filter::no_topic(text));
        }
        if let Some(topic) = id.and_then(|id| i32::try_from(id).ok()) {
            return Ok(Part::topic(topic));
        }
        let wanted = text.to_lowercase();
        let topics = match self.client.topics(chat, call).await {
            Err(error) if error.is_refusal() && !error.is_stale_peer() => Vec::new(),
            topics => topics?,
        };
        let mut named = topics
            .iter()
            .filter(|topic| topic.title.trim().to_lowercase() == wanted);
        match (named.next(), named.next()) {
            (Some(topic), None) => Ok(Part::topic(topic.topic_id)),
            (Some(_), Some(_)) => Err(Error::invalid(
                FIELD,
                text,
                "an id, since several topics have this title; the chat's description lists them",
            )),
            (None, _) => Err(filter::no_topic(text)),
        }
    }
}

impl Part {
    pub(super) fn topic(id: i32) -> Self {
        Self {
            part: Some(ChatPart::Topic(id)),
            thread: Some(id),
            ..Self::default()
        }
    }
}

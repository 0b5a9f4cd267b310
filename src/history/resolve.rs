//! One chat: what was meant, found and described.

use serde::Serialize;

use super::{Account, Reader, about};
use crate::error::Error;
use crate::model::{Chat, ChatKind};
use crate::privacy::{Gate, Released};
use crate::telegram::Call;
use crate::telegram::peer::{ChatInput, ChatName, Found, Invite, Peer, Several};

/// What is known about a chat, or about those that may be meant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChatReply {
    /// The chat, when it is one for certain and the account may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<Released<Chat>>,
    /// The message that the input pointed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i32>,
    /// The topic that the input pointed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<i32>,
    /// The comment that the input pointed at, a message of the linked chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_id: Option<i32>,
    /// Whether the account is in the chat of an invite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<bool>,
    /// What an invite shows of a chat that the account may not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite: Option<InvitePreview>,
    /// The chats that may be meant, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// How far the account's chats were looked through for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_through: Option<LookedThrough>,
}

/// A chat that may be meant.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The chat.
    #[serde(flatten)]
    pub chat: Released<Chat>,
    /// Whether it is one of the account's chats or contacts, and not only public.
    pub known: bool,
}

/// How far the account's chats were looked through.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LookedThrough {
    /// How many.
    pub chats: usize,
    /// Whether these are all.
    pub all: bool,
}

/// What an invite shows of a chat; its id is not known.
#[derive(Debug, Clone, Serialize)]
pub struct InvitePreview {
    /// What kind of conversation it is.
    pub kind: ChatKind,
    /// Its title.
    pub title: String,
    /// The text of its profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many members it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i32>,
    /// Telegram has verified who it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// Telegram warns of it, as a scam or a fake.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub scam: bool,
    /// An admin has to let in whoever follows the invite.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_approval: bool,
}

impl Reader {
    /// Finds a chat and describes it; what is not one chat for certain is answered with those that may be meant.
    pub async fn resolve_chat(&self, input: &str, call: &Call) -> Result<ChatReply, Error> {
        let asked = ChatInput::parse("input", input)?;
        let account = self.account()?;
        let (peer, name, joined) = match account.find(&asked.chat, input, call).await? {
            Found::Chat { peer, name, joined } => (peer, name, joined),
            Found::Several(several) => return Ok(candidates(&self.gate, several)),
            Found::Invite(invite) => return Ok(preview(&self.gate, invite)),
        };
        let chat = account.describe(&name, peer, input, call).await?;
        let mut reply = ChatReply {
            message_id: asked.message_id,
            topic_id: asked.topic_id,
            comment_id: asked.comment_id,
            joined,
            ..ChatReply::default()
        };
        // A link into a forum may point at a topic by the message that opened it.
        let opens = |id: i32| chat.topics.iter().any(|topic| topic.topic_id == id);
        if reply.topic_id.is_none() && reply.message_id.is_some_and(opens) {
            reply.topic_id = reply.message_id.take();
        }
        reply.chat = Some(self.gate.release_chat(chat));
        Ok(reply)
    }
}

impl Account {
    /// Everything about a chat, which is resolved anew when what was known of it no longer holds.
    async fn describe(
        &self,
        name: &ChatName,
        peer: Peer,
        input: &str,
        call: &Call,
    ) -> Result<Chat, Error> {
        let mut peer = peer;
        let mut chat = self.client.full_chat(peer, call).await;
        let refused = chat.as_ref().is_err_and(Error::is_stale_peer);
        if refused || self.has_lost_its_name(name, peer) {
            peer = self.resolve_anew(name, peer, input, call).await?;
            chat = self.client.full_chat(peer, call).await;
        }
        self.confirm(peer.chat_id, input)?;
        chat.map_err(|error| about(error, input))
    }
}

fn candidates(gate: &Gate, several: Several) -> ChatReply {
    let candidates = several.candidates.into_iter().map(|candidate| Candidate {
        chat: gate.release_chat(candidate.chat),
        known: candidate.is_known,
    });
    ChatReply {
        candidates: candidates.collect(),
        looked_through: several.looked_through.map(|extent| LookedThrough {
            chats: extent.chats,
            all: extent.is_whole,
        }),
        ..ChatReply::default()
    }
}

fn preview(gate: &Gate, invite: Invite) -> ChatReply {
    let chat = gate.release_chat(invite.chat);
    ChatReply {
        joined: Some(false),
        invite: Some(InvitePreview {
            kind: chat.kind,
            title: chat.title.clone(),
            description: chat.description.clone(),
            member_count: chat.member_count,
            verified: chat.verified,
            scam: chat.scam,
            needs_approval: invite.needs_approval,
        }),
        ..ChatReply::default()
    }
}

//! One chat: what was meant, found and described.

use serde::Serialize;

use super::{Reader, about};
use crate::error::Error;
use crate::model::Chat;
use crate::privacy::Released;
use crate::telegram::Call;
use crate::telegram::peer::{self, ChatInput};

/// What is known about a chat.
#[derive(Debug, Clone, Serialize)]
pub struct ChatReply {
    /// The chat.
    pub chat: Released<Chat>,
    /// The message that the input pointed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<i32>,
    /// The topic that the input pointed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<i32>,
}

impl Reader {
    /// Finds a chat and describes it.
    pub async fn resolve_chat(&self, input: &str, call: &Call) -> Result<ChatReply, Error> {
        let asked = ChatInput::parse("input", input)?;
        let account = self.account()?;
        let peer = peer::resolve(&account.client, &asked.name, input, call).await?;
        let mut chat = account.client.full_chat(peer, call).await;
        let refused = chat.as_ref().is_err_and(Error::is_stale_peer);
        if refused || account.has_lost_its_name(&asked.name, peer) {
            let peer = account.resolve_anew(&asked.name, peer, input, call).await?;
            chat = account.client.full_chat(peer, call).await;
        }
        Ok(ChatReply {
            chat: self
                .gate
                .release_chat(chat.map_err(|error| about(error, input))?),
            message_id: asked.message_id,
            topic_id: asked.topic_id,
        })
    }
}

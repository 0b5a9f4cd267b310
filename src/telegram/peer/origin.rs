//! What a supergroup was before: a basic group keeps its older history when it becomes one. Asked for once, since
//! it never changes.

use serde::{Deserialize, Serialize};

use super::question::Question;
use super::{Peer, PeerKind};
use crate::error::Error;
use crate::telegram::{Call, Client};

/// The basic group that a supergroup was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigratedFrom {
    /// Its marked id.
    pub chat_id: i64,
    /// The id of its last message.
    pub max_id: i32,
}

/// What a channel was before, once that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::telegram) enum Origin {
    /// Nothing.
    New,
    /// A basic group.
    MigratedFrom(MigratedFrom),
}

impl Client {
    /// The basic group that a supergroup was, where its older history still is; `None` for everything else.
    /// Costs one request for a supergroup that nobody has asked about yet.
    pub async fn migrated_from(
        &self,
        peer: Peer,
        call: &Call,
    ) -> Result<Option<MigratedFrom>, Error> {
        if !matches!(PeerKind::of(peer.chat_id), PeerKind::Channel(_)) {
            return Ok(None);
        }
        let peers = self.peers();
        let origin = || peers.origin(peer.chat_id);
        let question = Question::Origin(peer);
        let ask = || async { question.ask(self, call).await.map(drop) };
        let settled = || origin().is_some();
        peers.flights.once(&question, call, settled, ask).await?;
        peers.refresh(peer.chat_id).await;
        Ok(match origin() {
            Some(Origin::MigratedFrom(group)) => Some(group),
            Some(Origin::New) | None => None,
        })
    }
}

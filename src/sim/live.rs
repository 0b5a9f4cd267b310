//! Changes to the chat that is being read, between one request and the next.

use grammers_tl_types::enums::Message;
use grammers_tl_types::types;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::world::World;

/// Changes to the chat being read, made between one request and the next.
#[derive(Debug)]
pub struct Live {
    rng: ChaCha8Rng,
    /// Probability of new messages before a request.
    pub insert: f64,
    /// Probability of a deletion before a request.
    pub delete: f64,
    /// Probability of an edit before a request.
    pub edit: f64,
}

impl Live {
    /// Changes of every kind, drawn from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            insert: 0.6,
            delete: 0.5,
            edit: 0.5,
        }
    }
}

impl World {
    /// Lets a chat of the list get a message, if it is that kind of world: it moves to the top.
    pub(super) fn live_moves(&mut self) {
        let Some(mut live) = self.live.take() else {
            return;
        };
        if live.rng.random_bool(live.insert) {
            let ids: Vec<i64> = self.histories.keys().copied().collect();
            let chosen = ids.get(live.rng.random_range(0..ids.len().max(1)));
            if let Some(chat_id) = chosen.filter(|chat_id| self.is_member(**chat_id)) {
                self.say(*chat_id, None, "live");
            }
        }
        self.live = Some(live);
    }

    /// Lets the chat change, if it is that kind of world.
    pub(super) fn live_changes(&mut self, chat_id: i64) {
        let Some(mut live) = self.live.take() else {
            return;
        };
        let ids: Vec<i32> = self
            .histories
            .get(&chat_id)
            .map(|history| history.ids().collect())
            .unwrap_or_default();
        if live.rng.random_bool(live.insert) {
            for _ in 0..live.rng.random_range(1..4) {
                let at = live.rng.random_range(0..ids.len().max(1));
                self.repeat(chat_id, ids.get(at).copied());
            }
        }
        let mut pick = |probability: f64| {
            (!ids.is_empty() && live.rng.random_bool(probability))
                .then(|| ids.get(live.rng.random_range(0..ids.len())).copied())
                .flatten()
        };
        if let Some(id) = pick(live.delete) {
            self.delete(chat_id, id);
        }
        if let Some(id) = pick(live.edit) {
            self.edit(
                chat_id,
                id,
                &format!("edited before request {}", self.rpcs + 1),
            );
        }
        self.live = Some(live);
    }

    /// Somebody says again what was said before, in the same thread, so that who reads only some messages of a
    /// chat meets new ones too.
    fn repeat(&mut self, chat_id: i64, id: Option<i32>) {
        let said = id.and_then(|id| self.existing(chat_id, id));
        let Some(Message::Message(said)) = said.cloned() else {
            self.say(chat_id, None, "live");
            return;
        };
        let again = types::Message {
            id: self.next_id(chat_id),
            date: self.now(),
            grouped_id: None,
            edit_date: None,
            reactions: None,
            replies: None,
            pinned: false,
            ..said
        };
        self.insert(chat_id, again);
    }
}

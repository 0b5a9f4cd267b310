//! What is known of peers, for how long it is trusted, and what of it stays: pure, with the time as an argument
//! in Unix seconds.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use serde::{Deserialize, Serialize};

use super::super::{Nature, Origin, Peer};

/// The most peers that are remembered.
const MAX_PEERS: usize = 20_000;
/// The most names of one peer that are remembered; Telegram lets far fewer be active.
const MAX_NAMES: usize = 32;
const DAY: i64 = 24 * 3600;
/// How long an access hash and a name are used without being confirmed: names change hands.
const TRUSTED: i64 = 7 * DAY;

/// What is known, in memory and in the file; the file has only those peers that were asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// The account's own id.
    me: Option<i64>,
    peers: HashMap<i64, Entry>,
    /// By username in lower case; made from the entries.
    #[serde(skip)]
    names: HashMap<String, i64>,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    access_hash: i64,
    /// In lower case.
    names: Vec<String>,
    /// When it was last asked for or seen.
    used: i64,
    /// When an answer last described it.
    confirmed: i64,
    /// Whether it was asked for, and not only seen.
    resolved: bool,
    /// What it was before; never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    /// What it is, once an answer has said so; not written.
    #[serde(skip)]
    nature: Option<Nature>,
    /// What `confirmed` is in the file; `None` where the file does not say the same.
    #[serde(skip)]
    saved: Option<i64>,
}

impl Known {
    /// What a file says, as far as it makes sense.
    pub(super) fn loaded(mut self, now: i64) -> Self {
        self.correct(now);
        self.bound();
        for entry in self.peers.values_mut() {
            entry.saved = Some(entry.confirmed);
        }
        let mut latest: HashMap<&str, (i64, i64)> = HashMap::new();
        for (chat_id, entry) in &self.peers {
            for name in &entry.names {
                let holder = latest.entry(name).or_default();
                *holder = (*holder).max((entry.confirmed, *chat_id));
            }
        }
        self.names = latest
            .into_iter()
            .map(|(name, (_, chat_id))| (name.to_owned(), chat_id))
            .collect();
        self
    }

    pub(super) fn me(&mut self, now: i64) -> Option<Peer> {
        self.by_id(self.me?, now)
    }

    pub(super) fn set_me(&mut self, user_id: i64) {
        self.me = Some(user_id);
    }

    pub(super) fn by_id(&mut self, chat_id: i64, now: i64) -> Option<Peer> {
        let entry = self.peers.get_mut(&chat_id)?;
        if !entry.is_trusted(now) {
            return None;
        }
        entry.used = now;
        Some(entry.peer(chat_id))
    }

    pub(super) fn by_name(&mut self, name: &str, now: i64) -> Option<Peer> {
        self.by_id(*self.names.get(name)?, now)
    }

    /// A peer that need not be confirmed of late.
    pub(super) fn last_known(&self, chat_id: i64) -> Option<Peer> {
        Some(self.peers.get(&chat_id)?.peer(chat_id))
    }

    /// Takes in what an answer says of a peer: these are all of its names, and nobody else's.
    pub(super) fn insert(
        &mut self,
        chat_id: i64,
        access_hash: i64,
        mut names: Vec<String>,
        now: i64,
    ) {
        names.truncate(MAX_NAMES);
        let is_holder = |name: &String| self.names.get(name) == Some(&chat_id);
        let holds_all = names.iter().all(is_holder);
        if let Some(known) = self.peers.get_mut(&chat_id)
            && holds_all
            && known.access_hash == access_hash
            && known.names == names
        {
            (known.used, known.confirmed) = (now, now);
            return;
        }
        let entry = Entry {
            access_hash,
            names,
            used: now,
            confirmed: now,
            saved: None,
            ..self.remove(chat_id).unwrap_or_default()
        };
        self.put(chat_id, entry);
    }

    pub(super) fn origin(&self, chat_id: i64) -> Option<Origin> {
        self.peers.get(&chat_id)?.origin
    }

    pub(super) fn nature(&self, chat_id: i64) -> Option<Nature> {
        self.peers.get(&chat_id)?.nature
    }

    /// Notes what a peer that is known is.
    pub(super) fn learn_nature(&mut self, chat_id: i64, nature: Nature) {
        if let Some(entry) = self.peers.get_mut(&chat_id) {
            entry.nature = Some(nature);
        }
    }

    /// The supergroup that a basic group has become, as far as either has said so.
    pub(super) fn successor(&self, group: i64) -> Option<i64> {
        let became = self.nature(group).and_then(|nature| nature.became);
        let was_it = |entry: &Entry| matches!(entry.origin, Some(Origin::MigratedFrom(from)) if from.chat_id == group);
        became.or_else(|| {
            let mut known = self.peers.iter();
            known
                .find(|(_, entry)| was_it(entry))
                .map(|(chat_id, _)| *chat_id)
        })
    }

    /// Notes what a peer that is known was before.
    pub(super) fn learn_origin(&mut self, chat_id: i64, origin: Origin) {
        if let Some(entry) = self.peers.get_mut(&chat_id)
            && entry.origin != Some(origin)
        {
            entry.origin = Some(origin);
            entry.saved = None;
        }
    }

    /// Adds a name to a peer that is known.
    pub(super) fn name(&mut self, name: &str, chat_id: i64) {
        if self.names.get(name) == Some(&chat_id) {
            return;
        }
        if let Some(mut entry) = self.remove(chat_id) {
            entry.names.insert(0, name.to_owned());
            entry.names.truncate(MAX_NAMES);
            entry.saved = None;
            self.put(chat_id, entry);
        }
    }

    /// Forgets a peer, if this is still what is known of it.
    pub(super) fn forget(&mut self, stale: Peer) -> bool {
        self.last_known(stale.chat_id) == Some(stale) && self.remove(stale.chat_id).is_some()
    }

    /// Notes that a peer was asked for; whether the file does not say so yet.
    pub(super) fn keep(&mut self, chat_id: i64) -> bool {
        if let Some(entry) = self.peers.get_mut(&chat_id) {
            entry.resolved = true;
        }
        self.is_unsaved(chat_id)
    }

    /// Whether what is known of this peer belongs on disk and is not there.
    pub(super) fn is_unsaved(&self, chat_id: i64) -> bool {
        self.peers.get(&chat_id).is_some_and(Entry::is_unsaved)
    }

    /// What the file should say instead of what it says, if anything: another process may have written it.
    pub(super) fn save(&mut self, written: Option<Self>, now: i64) -> Option<Self> {
        if !self.peers.values().any(Entry::is_unsaved) {
            return None;
        }
        let mut merged = written.unwrap_or_default();
        merged.correct(now);
        merged.me = merged.me.or(self.me);
        for (chat_id, entry) in &mut self.peers {
            if entry.resolved {
                entry.saved = Some(entry.confirmed);
                merged.merge(*chat_id, entry);
            }
        }
        merged.bound();
        Some(merged)
    }

    /// Takes in what another knows of a peer, with its names, if that is no older.
    fn merge(&mut self, chat_id: i64, theirs: &Entry) {
        match self.peers.entry(chat_id) {
            Slot::Vacant(slot) => {
                slot.insert(theirs.clone());
            }
            Slot::Occupied(mut slot) => {
                let ours = slot.get_mut();
                let used = ours.used.max(theirs.used);
                let origin = ours.origin.or(theirs.origin);
                if ours.confirmed <= theirs.confirmed {
                    *ours = theirs.clone();
                }
                ours.used = used;
                ours.origin = origin;
            }
        }
    }

    /// Takes out what cannot be: what is yet to come would otherwise be trusted, and stay, for ever.
    fn correct(&mut self, now: i64) {
        for entry in self.peers.values_mut() {
            entry.used = entry.used.min(now);
            if entry.confirmed > now.saturating_add(DAY) {
                entry.confirmed = 0;
            }
            entry.names.truncate(MAX_NAMES);
        }
    }

    /// Drops peers when there are too many: first those that were only seen, then those used longest ago.
    pub(super) fn bound(&mut self) {
        if self.peers.len() <= MAX_PEERS {
            return;
        }
        let rank = |(chat_id, entry): (&i64, &Entry)| (entry.resolved, entry.used, *chat_id);
        let mut ranks: Vec<_> = self.peers.iter().map(rank).collect();
        // Half at a time, so that a full cache is not sorted at every answer.
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        for (_, _, chat_id) in ranks.into_iter().skip(MAX_PEERS / 2) {
            self.remove(chat_id);
        }
    }

    fn remove(&mut self, chat_id: i64) -> Option<Entry> {
        let entry = self.peers.remove(&chat_id)?;
        for name in &entry.names {
            if self.names.get(name) == Some(&chat_id) {
                self.names.remove(name);
            }
        }
        Some(entry)
    }

    /// Adds a peer, who is found by its names from now on, as nobody else is.
    fn put(&mut self, chat_id: i64, entry: Entry) {
        for name in &entry.names {
            let holder = self.names.insert(name.clone(), chat_id);
            if let Some(holder) = holder.and_then(|holder| self.peers.get_mut(&holder)) {
                holder.names.retain(|held| held != name);
                holder.saved = None;
            }
        }
        self.peers.insert(chat_id, entry);
    }
}

impl Entry {
    fn peer(&self, chat_id: i64) -> Peer {
        Peer {
            chat_id,
            access_hash: self.access_hash,
        }
    }

    /// Whether it was confirmed of late, with room for clocks that were set back.
    fn is_trusted(&self, now: i64) -> bool {
        (-DAY..TRUSTED).contains(&now.saturating_sub(self.confirmed))
    }

    /// Whether the file lacks it, has it otherwise, or says that it was confirmed longer than a day before.
    fn is_unsaved(&self) -> bool {
        let is_old = |saved| self.confirmed.saturating_sub(saved) >= DAY;
        self.resolved && self.saved.is_none_or(is_old)
    }
}

#[cfg(test)]
mod tests;

//! The peers this account has met: ids, access hashes and usernames. Those that were asked for are remembered
//! on disk; whoever merely appeared in an answer is known until the process ends. No titles, no names of people.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_tl_types as tl;
use serde::{Deserialize, Serialize};

use super::{CHANNEL_MARK, Peer};
use crate::telegram::state;

/// The most peers that are remembered; the ones used last stay.
const MAX_PEERS: usize = 20_000;

/// The peers of one account.
pub struct PeerCache {
    file: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Known {
    /// The account's own id.
    me: Option<i64>,
    peers: HashMap<i64, Entry>,
    /// By username in lower case.
    names: HashMap<String, i64>,
    /// Counts uses, so that the oldest can be dropped.
    clock: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    access_hash: i64,
    used: u64,
    /// Whether it was asked for, and not only seen.
    resolved: bool,
}

impl PeerCache {
    /// The cache of this account below `state_dir`; a file that cannot be read is begun anew.
    pub(in crate::telegram) fn open(state_dir: Option<&Path>, account_id: &str) -> Self {
        let file = state_dir.map(|dir| dir.join(format!("peers-{account_id}.json")));
        let known = file.as_deref().and_then(state::read).unwrap_or_default();
        Self {
            file,
            known: Mutex::new(known),
        }
    }

    /// The account itself, once it is known.
    pub fn me(&self) -> Option<Peer> {
        let known = self.lock();
        known.me.and_then(|id| known.peer(id))
    }

    /// A peer by its marked id.
    pub fn by_id(&self, chat_id: i64) -> Option<Peer> {
        let mut known = self.lock();
        known.touch(chat_id);
        known.peer(chat_id)
    }

    /// A peer by its username, in lower case.
    pub fn by_name(&self, name: &str) -> Option<Peer> {
        let mut known = self.lock();
        let chat_id = known.names.get(name).copied()?;
        known.touch(chat_id);
        known.peer(chat_id)
    }

    /// Forgets a peer that Telegram no longer accepts.
    pub fn forget(&self, chat_id: i64) {
        let mut known = self.lock();
        known.peers.remove(&chat_id);
        known.names.retain(|_, id| *id != chat_id);
    }

    /// Remembers the users and chats of an answer, except `min` ones, whose access hash is of no use.
    pub fn learn(&self, users: &[tl::enums::User], chats: &[tl::enums::Chat]) {
        let mut known = self.lock();
        for user in users {
            if let tl::enums::User::User(user) = user {
                known.learn_user(user);
            }
        }
        for chat in chats {
            known.learn_chat(chat);
        }
        known.bound();
    }

    /// Remembers that this name was just resolved to this peer.
    pub fn name(&self, name: &str, chat_id: i64) {
        self.lock().names.insert(name.to_owned(), chat_id);
    }

    /// Remembers on disk that this peer was asked for.
    pub async fn keep(&self, chat_id: i64) {
        let known = {
            let mut known = self.lock();
            if let Some(entry) = known.peers.get_mut(&chat_id) {
                entry.resolved = true;
            }
            known.resolved()
        };
        if let Some(file) = self.file.clone() {
            state::update(file, |written| known.over(written)).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn peer(&self, chat_id: i64) -> Option<Peer> {
        self.peers.get(&chat_id).map(|entry| Peer {
            chat_id,
            access_hash: entry.access_hash,
        })
    }

    fn touch(&mut self, chat_id: i64) {
        self.clock += 1;
        if let Some(entry) = self.peers.get_mut(&chat_id) {
            entry.used = self.clock;
        }
    }

    fn insert(&mut self, chat_id: i64, access_hash: i64) {
        self.clock += 1;
        let used = self.clock;
        let resolved = self.peers.get(&chat_id).is_some_and(|entry| entry.resolved);
        let entry = Entry {
            access_hash,
            used,
            resolved,
        };
        self.peers.insert(chat_id, entry);
    }

    /// This, and what another process has written meanwhile.
    fn over(mut self, written: Option<Self>) -> Self {
        let written = written.unwrap_or_default();
        self.me = self.me.or(written.me);
        for (chat_id, entry) in written.peers {
            self.peers.entry(chat_id).or_insert(entry);
        }
        for (name, chat_id) in written.names {
            self.names.entry(name).or_insert(chat_id);
        }
        self.bound();
        self
    }

    /// The part that goes to disk.
    fn resolved(&self) -> Self {
        let is_resolved =
            |chat_id: &i64| self.peers.get(chat_id).is_some_and(|entry| entry.resolved);
        Self {
            me: self.me.filter(is_resolved),
            peers: self
                .peers
                .iter()
                .filter(|(chat_id, _)| is_resolved(chat_id))
                .map(|(chat_id, entry)| (*chat_id, entry.clone()))
                .collect(),
            names: self
                .names
                .iter()
                .filter(|(_, chat_id)| is_resolved(chat_id))
                .map(|(name, chat_id)| (name.clone(), *chat_id))
                .collect(),
            clock: self.clock,
        }
    }

    fn learn_user(&mut self, user: &tl::types::User) {
        let Some(access_hash) = user.access_hash.filter(|_| !user.min) else {
            return;
        };
        self.insert(user.id, access_hash);
        if user.is_self {
            self.me = Some(user.id);
        }
        self.learn_names(user.id, user.username.as_ref(), user.usernames.as_deref());
    }

    fn learn_chat(&mut self, chat: &tl::enums::Chat) {
        match chat {
            tl::enums::Chat::Chat(chat) => self.insert(-chat.id, 0),
            tl::enums::Chat::Channel(channel) if !channel.min => {
                let chat_id = CHANNEL_MARK - channel.id;
                if let Some(access_hash) = channel.access_hash {
                    self.insert(chat_id, access_hash);
                    self.learn_names(
                        chat_id,
                        channel.username.as_ref(),
                        channel.usernames.as_deref(),
                    );
                }
            }
            _ => {}
        }
    }

    fn learn_names(
        &mut self,
        chat_id: i64,
        name: Option<&String>,
        more: Option<&[tl::enums::Username]>,
    ) {
        let active = more.into_iter().flatten().filter_map(|entry| {
            let tl::enums::Username::Username(entry) = entry;
            entry.active.then_some(&entry.username)
        });
        let names: Vec<String> = name
            .into_iter()
            .chain(active)
            .map(|name| name.to_lowercase())
            .collect();
        self.names
            .retain(|name, id| *id != chat_id || names.contains(name));
        for name in names {
            self.names.insert(name, chat_id);
        }
    }

    /// Drops the peers that were used longest ago.
    fn bound(&mut self) {
        if self.peers.len() <= MAX_PEERS {
            return;
        }
        let mut uses: Vec<u64> = self.peers.values().map(|entry| entry.used).collect();
        uses.sort_unstable_by(|a, b| b.cmp(a));
        // Half at a time, so that a full cache is not sorted at every answer.
        let oldest_kept = uses.get(MAX_PEERS / 2).copied().unwrap_or_default();
        self.peers.retain(|_, entry| entry.used >= oldest_kept);
        let peers = &self.peers;
        self.names.retain(|_, chat_id| peers.contains_key(chat_id));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn channel(min: bool, username: &str) -> tl::enums::Chat {
        let mut world = crate::sim::World::empty(1);
        let channel = world.add_channel("Title", Some(username), 5);
        channel.min = min;
        channel.clone().into()
    }

    const CHANNEL_5: i64 = -1_000_000_000_005;

    #[tokio::test]
    async fn what_was_learnt_is_known_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let state_dir = dir.path().join("state");
        let cache = PeerCache::open(Some(&state_dir), "a");
        cache.learn(&[], &[channel(false, "Some_Name")]);
        cache.keep(CHANNEL_5).await;

        let again = PeerCache::open(Some(&state_dir), "a");
        assert_eq!(again.by_name("some_name"), cache.by_id(CHANNEL_5));
        assert!(again.by_id(CHANNEL_5).is_some());
        assert!(
            PeerCache::open(Some(&state_dir), "b")
                .by_id(CHANNEL_5)
                .is_none()
        );

        let text = fs::read_to_string(state_dir.join("peers-a.json")).unwrap();
        assert!(!text.contains("Title"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&state_dir), 0o700);
            assert_eq!(mode(&state_dir.join("peers-a.json")), 0o600);
        }
    }

    #[test]
    fn a_min_peer_is_not_learnt_and_does_not_replace_a_whole_one() {
        let cache = PeerCache::open(None, "a");
        cache.learn(&[], &[channel(true, "name")]);
        assert_eq!(cache.by_id(CHANNEL_5), None);
        cache.learn(&[], &[channel(false, "name")]);
        let whole = cache.by_id(CHANNEL_5);
        cache.learn(&[], &[channel(true, "name")]);
        assert_eq!(cache.by_id(CHANNEL_5), whole);
    }

    #[test]
    fn a_renamed_chat_is_no_longer_found_by_its_old_name() {
        let cache = PeerCache::open(None, "a");
        cache.learn(&[], &[channel(false, "before")]);
        cache.learn(&[], &[channel(false, "after")]);
        assert_eq!(cache.by_name("before"), None);
        assert!(cache.by_name("after").is_some());
    }

    #[test]
    fn a_broken_file_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("peers-a.json"), "{").unwrap();
        assert_eq!(PeerCache::open(Some(dir.path()), "a").by_id(1), None);
    }
}

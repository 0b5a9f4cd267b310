//! The peers this account has met: ids, access hashes and usernames. Those that were asked for are remembered
//! on disk; whoever merely appeared in an answer is known until the process ends. No titles, no names of people.

mod known;
mod learn;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grammers_tl_types as tl;

use self::known::Known;
use super::absent::Absences;
use super::flight::Flights;
use super::seen::Seen;
use super::titles::Titles;
use super::{Nature, Origin, Peer};
use crate::telegram::state;

/// The peers of one account.
pub struct PeerCache {
    file: Option<PathBuf>,
    known: Arc<Mutex<Known>>,
    /// Who is being asked for.
    pub(super) flights: Flights,
    /// Who was asked for and is not there.
    pub(super) absences: Absences,
    /// Where those were seen who cannot be asked for by themselves.
    pub(super) seen: Seen,
    /// What the chats of the list are called.
    pub(in crate::telegram) titles: Titles,
}

impl PeerCache {
    /// The cache of this account below `state_dir`; a file that cannot be read is begun anew.
    pub(in crate::telegram) fn open(state_dir: Option<&Path>, account_id: &str) -> Self {
        let file = state_dir.map(|dir| state::Memory::Peers.file(dir, account_id));
        let written: Known = file.as_deref().and_then(state::read).unwrap_or_default();
        Self {
            file,
            known: Arc::new(Mutex::new(written.loaded(now()))),
            flights: Flights::default(),
            absences: Absences::default(),
            seen: Seen::default(),
            titles: Titles::default(),
        }
    }

    /// The account itself, once it is known.
    pub fn me(&self) -> Option<Peer> {
        self.lock().me(now())
    }

    /// A peer by its marked id, if Telegram has confirmed it of late.
    pub fn by_id(&self, chat_id: i64) -> Option<Peer> {
        self.lock().by_id(chat_id, now())
    }

    /// A peer by its username, in lower case, if Telegram has confirmed it of late.
    pub fn by_name(&self, name: &str) -> Option<Peer> {
        self.lock().by_name(name, now())
    }

    /// What was last known of a peer, however long ago.
    pub(super) fn last_known(&self, chat_id: i64) -> Option<Peer> {
        self.lock().last_known(chat_id)
    }

    /// Forgets a peer that Telegram no longer accepts, unless it has got another access hash meanwhile.
    pub(super) fn forget(&self, stale: Peer) -> bool {
        self.lock().forget(stale)
    }

    /// Remembers the users and chats of an answer, except `min` ones, whose access hash is of no use.
    pub fn learn(&self, users: &[tl::enums::User], chats: &[tl::enums::Chat]) {
        self.lock().learn(users, chats, now());
    }

    /// The same for an answer with messages of a chat, which tell where the `min` ones were seen.
    pub(in crate::telegram) fn learn_from(
        &self,
        chat: Peer,
        messages: &[tl::enums::Message],
        users: &[tl::enums::User],
        chats: &[tl::enums::Chat],
    ) {
        self.learn(users, chats);
        self.seen.learn(chat, messages, users, chats);
    }

    /// Remembers that this name was just resolved to this peer.
    pub(super) fn name(&self, name: &str, chat_id: i64) {
        self.lock().name(name, chat_id);
    }

    /// What a channel was before, once an answer has said so.
    pub(super) fn origin(&self, chat_id: i64) -> Option<Origin> {
        self.lock().origin(chat_id)
    }

    /// What a chat is, once an answer has said so to this process.
    pub fn nature(&self, chat_id: i64) -> Option<Nature> {
        self.lock().nature(chat_id)
    }

    /// The supergroup that a basic group has become, as far as is known.
    pub fn successor(&self, group: i64) -> Option<i64> {
        self.lock().successor(group)
    }

    /// Remembers what a channel was before.
    pub(in crate::telegram) fn learn_origin(&self, chat_id: i64, origin: Origin) {
        self.lock().learn_origin(chat_id, origin);
    }

    /// Remembers on disk that this peer was asked for.
    pub(super) async fn keep(&self, chat_id: i64) {
        if self.lock().keep(chat_id) {
            self.save().await;
        }
    }

    /// Remembers on disk what an answer has just said of this peer, if it was asked for: at once what is new,
    /// and once a day that nothing is.
    pub(in crate::telegram) async fn refresh(&self, chat_id: i64) {
        if self.lock().is_unsaved(chat_id) {
            self.save().await;
        }
    }

    async fn save(&self) {
        if let Some(file) = self.file.clone() {
            let known = Arc::clone(&self.known);
            let merge = move |written| locked(&known).save(written, now());
            state::update(file, merge).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        locked(&self.known)
    }
}

fn locked(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Unix seconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
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

    #[tokio::test]
    async fn who_merely_appeared_is_not_written_and_a_rename_is() {
        let dir = tempfile::tempdir().unwrap();
        let cache = PeerCache::open(Some(dir.path()), "a");
        cache.learn(&[], &[channel(false, "before")]);
        cache.refresh(CHANNEL_5).await;
        assert!(!dir.path().join("peers-a.json").exists());
        cache.keep(CHANNEL_5).await;
        cache.learn(&[], &[channel(false, "after")]);
        cache.refresh(CHANNEL_5).await;
        let again = PeerCache::open(Some(dir.path()), "a");
        assert_eq!(again.by_name("before"), None);
        assert!(again.by_name("after").is_some());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn peers_kept_at_once_are_all_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let cache = PeerCache::open(Some(dir.path()), "a");
        let mut world = crate::sim::World::empty(1);
        let ids = 1..=30;
        for id in ids.clone() {
            let user = world.add_user("Kim", None, id).clone();
            cache.learn(&[user.into()], &[]);
        }
        futures_util::future::join_all(ids.clone().map(|id| cache.keep(id))).await;
        let again = PeerCache::open(Some(dir.path()), "a");
        for id in ids {
            assert_eq!(again.by_id(id), cache.by_id(id), "{id}");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
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
    fn a_forbidden_channel_can_be_asked_about() {
        let cache = PeerCache::open(None, "a");
        let forbidden = tl::types::ChannelForbidden {
            broadcast: true,
            megagroup: false,
            monoforum: false,
            id: 5,
            access_hash: 9,
            title: "Title".to_owned(),
            until_date: None,
        };
        cache.learn(&[], &[forbidden.into()]);
        assert_eq!(cache.by_id(CHANNEL_5).map(|peer| peer.access_hash), Some(9));
    }

    #[test]
    fn a_renamed_chat_is_no_longer_found_by_its_old_name() {
        let cache = PeerCache::open(None, "a");
        cache.learn(&[], &[channel(false, "before")]);
        cache.learn(&[], &[channel(false, "after")]);
        assert_eq!(cache.by_name("before"), None);
        assert!(cache.by_name("after").is_some());
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_begun_anew() {
        let entry = format!(r#"{{"access_hash":7,"confirmed":{},"used":0}}"#, now());
        let huge = format!(r#"{}{{"peers":{{"1":{entry}}}}}"#, " ".repeat(16 << 20));
        let wrong = r#"{"me":"Kim","peers":[1,2,3]}"#;
        let beyond = r#"{"peers":{"5":{"access_hash":99999999999999999999}}}"#;
        for text in ["", "{", "null", "[]", wrong, beyond, &huge] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("peers-a.json"), text).unwrap();
            let cache = PeerCache::open(Some(dir.path()), "a");
            assert_eq!((cache.by_id(1), cache.me()), (None, None), "{text:.40}");
            cache.learn(&[], &[channel(false, "name")]);
            cache.keep(CHANNEL_5).await;
            let again = PeerCache::open(Some(dir.path()), "a");
            assert!(again.by_name("name").is_some(), "{text:.40}");
        }
    }
}

//! What the chats of the list are called, as far as the list was read of late. In memory only: titles are not
//! written to disk.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::find::Scope;
use super::likeness::Wanted;
use super::question::Question;
use crate::model::Chat;
use crate::telegram::dialogs::{Dialog, DialogStart, Dialogs};

/// How long a title is taken for what the chat is called.
const HOLDS: Duration = Duration::from_secs(24 * 3600);
/// After how long the list is read anew from its top: chats that were added or have moved stand there.
pub(super) const FRESH: Duration = Duration::from_secs(300);
/// After how long what lies deeper is read again.
const DEEP: Duration = Duration::from_secs(3600);
/// How long an answer to a search holds.
const SEARCH_HOLDS: Duration = Duration::from_secs(60);
/// The most titles that are remembered.
const MAX_TITLES: usize = 20_000;

/// A chat that may be meant.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The chat.
    pub chat: Chat,
    /// Whether it is one of the account's chats or contacts.
    pub is_known: bool,
}

/// The titles, and how far the list was read.
#[derive(Debug, Default)]
pub(in crate::telegram) struct Titles(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rows: HashMap<i64, Row>,
    /// When the top was last read.
    top_read: Option<Instant>,
    /// When reading began that goes on at `next`.
    began: Option<Instant>,
    /// Where to read on; `None` before the beginning, and when nothing is left.
    next: Option<DialogStart>,
    /// How many windows were read.
    windows: u64,
    /// What was found by a search, and when.
    found: HashMap<Question, (Instant, Vec<Candidate>)>,
}

#[derive(Debug)]
struct Row {
    chat: Chat,
    /// When its newest message was sent.
    date: i32,
    seen: Instant,
}

/// How far the list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// How many chats are known by title.
    pub chats: usize,
    /// Whether the list was read to its end.
    pub is_whole: bool,
}

impl Titles {
    /// Takes in rows of the list.
    pub(in crate::telegram) fn learn(&self, rows: &[Dialog]) {
        let seen = Instant::now();
        let mut state = self.lock();
        for row in rows {
            let chat = row.chat.clone();
            let date = row.offset.date;
            state.rows.insert(chat.chat_id, Row { chat, date, seen });
        }
        state.bound();
    }

    /// Notes that a window was read from here.
    pub(super) fn note(&self, start: DialogStart, window: &Dialogs) {
        let now = Instant::now();
        let mut state = self.lock();
        state.windows += 1;
        if start != DialogStart::Top {
            state.next = window.next;
            return;
        }
        state.top_read = Some(now);
        if state.began.is_none_or(|began| began.elapsed() >= DEEP) {
            state.began = Some(now);
            state.next = window.next;
        }
    }

    /// Whether the top of the list was read within this time.
    pub(super) fn is_read_within(&self, time: Duration) -> bool {
        let top_read = self.lock().top_read;
        top_read.is_some_and(|read| read.elapsed() < time)
    }

    /// Where to read on, once the top was read.
    pub(super) fn next(&self) -> Option<DialogStart> {
        self.lock().next
    }

    /// How many windows were read.
    pub(super) fn windows(&self) -> u64 {
        self.lock().windows
    }

    pub(super) fn extent(&self, scope: Scope<'_>) -> Extent {
        let state = self.lock();
        let rows = state.rows.values();
        Extent {
            chats: rows.filter(|row| (scope.admits)(&row.chat)).count(),
            is_whole: state.began.is_some() && state.next.is_none(),
        }
    }

    /// What a search has just found.
    pub(super) fn found(&self, search: &Question) -> Option<Vec<Candidate>> {
        let state = self.lock();
        let (when, found) = state.found.get(search)?;
        (when.elapsed() < SEARCH_HOLDS).then(|| found.clone())
    }

    pub(super) fn note_found(&self, words: &str, found: Vec<Candidate>) {
        let mut state = self.lock();
        let is_held = |when: &Instant| when.elapsed() < SEARCH_HOLDS;
        state.found.retain(|_, (when, _)| is_held(when));
        let search = Question::Search(words.to_owned());
        state.found.insert(search, (Instant::now(), found));
    }

    pub(super) fn holds(&self, chat_id: i64) -> bool {
        self.lock().rows.contains_key(&chat_id)
    }

    /// The chats that are called exactly so, the latest first. A basic group is left out for the supergroup that it
    /// became, which is read with all that was said before.
    pub(super) fn exact(&self, wanted: &Wanted, scope: Scope<'_>) -> Vec<Chat> {
        let state = self.lock();
        let mut found: Vec<&Row> = state
            .fresh()
            .filter(|row| wanted.is(&row.chat.title) && (scope.admits)(&row.chat))
            .collect();
        found.sort_by_key(|row| std::cmp::Reverse((row.date, row.chat.chat_id)));
        let ids: HashSet<i64> = found.iter().map(|row| row.chat.chat_id).collect();
        let became = |row: &Row| row.chat.migrated_to_chat_id;
        found.retain(|row| became(row).is_none_or(|id| !ids.contains(&id)));
        found.into_iter().map(|row| row.chat.clone()).collect()
    }

    /// The chats that are called alike, the best fit first, and among equals the latest.
    pub(super) fn alike(&self, wanted: &Wanted, scope: Scope<'_>) -> Vec<Chat> {
        let state = self.lock();
        let likeness = |row: &Row| wanted.likeness(&row.chat.title, row.chat.username.as_deref());
        let mut found: Vec<(f64, &Row)> = state
            .fresh()
            .filter_map(|row| Some((likeness(row)?, row)))
            .filter(|(_, row)| (scope.admits)(&row.chat))
            .collect();
        found.sort_by(|(a, row), (b, other)| {
            let latest = (other.date, other.chat.chat_id).cmp(&(row.date, row.chat.chat_id));
            b.total_cmp(a).then(latest)
        });
        found.into_iter().map(|(_, row)| row.chat.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fresh(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().filter(|row| row.seen.elapsed() < HOLDS)
    }

    /// Drops the titles seen longest ago when there are too many, half at a time.
    fn bound(&mut self) {
        if self.rows.len() <= MAX_TITLES {
            return;
        }
        let mut seen: Vec<(Instant, i64)> = self
            .rows
            .iter()
            .map(|(chat_id, row)| (row.seen, *chat_id))
            .collect();
        seen.sort_unstable();
        for (_, chat_id) in seen.into_iter().take(MAX_TITLES / 2) {
            self.rows.remove(&chat_id);
        }
    }
}

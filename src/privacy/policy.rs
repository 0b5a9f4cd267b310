//! Which chats may be read, and since when: the rules, and whom the names in them stand for.
//!
//! Pure: who asks Telegram who has a name notes the answer here. Whoever shares a policy shares what it has learnt.

mod list;
mod origins;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use self::list::List;
pub use self::list::{Entry, Kind};
use crate::model::{Chat, ChatKind};

/// Telegram's own chat, which login codes arrive in.
pub const TELEGRAM: i64 = 777_000;

/// Which chats may be read, and since when. Cheap to clone; without lists it is all of them but Telegram's own.
#[derive(Clone, Default)]
pub struct Policy(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Only these, where there is a list.
    allowed: Option<List>,
    denied: List,
    not_before: Option<Timestamp>,
    known: RwLock<Known>,
}

/// Whom the names on the lists stand for.
#[derive(Default)]
struct Known {
    /// Who has a name of the list now.
    allowed: HashMap<Entry, Option<i64>>,
    /// Who has a name of the list, and who had one.
    denied: HashSet<i64>,
    /// What of the deny list has been answered, be it with nobody.
    answered: HashSet<Entry>,
}

impl Known {
    /// Whether a name on the allow list stands for this chat.
    fn stands_for(&self, chat_id: i64) -> bool {
        self.allowed.values().any(|id| *id == Some(chat_id))
    }
}

/// The entries that are neither ids nor kinds, and not answered.
fn unanswered(entries: &[Entry], is_answered: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let names = entries.iter().filter(|entry| entry.is_name());
    names.filter(|entry| !is_answered(entry)).cloned().collect()
}

/// A chat, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// Its marked id.
    pub chat_id: i64,
    /// Its kind; absent where nothing is known but the id.
    pub kind: Option<ChatKind>,
    /// Its public name, where it has one that is known.
    pub username: Option<&'a str>,
    /// The supergroup that it has become.
    pub became: Option<i64>,
}

impl<'a> From<&'a Chat> for Subject<'a> {
    fn from(chat: &'a Chat) -> Self {
        Self {
            chat_id: chat.chat_id,
            kind: Some(chat.kind),
            username: chat.username.as_deref(),
            became: chat.migrated_to_chat_id,
        }
    }
}

/// Whether a chat may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Readable,
    /// It is denied.
    Denied,
    /// There is an allow list, and it is not on it.
    Unlisted,
    /// It depends on what the chat is, which is not known.
    Unclear,
}

impl Policy {
    /// The policy of these lists; an empty allow list allows everything.
    pub fn new(
        allowed: impl IntoIterator<Item = Entry>,
        denied: impl IntoIterator<Item = Entry>,
        not_before: Option<Timestamp>,
    ) -> Self {
        let allowed = List::new(allowed);
        Self(Arc::new(Inner {
            allowed: Some(allowed).filter(|list| !list.is_empty()),
            denied: List::new(denied),
            not_before,
            known: RwLock::default(),
        }))
    }

    /// A name for these rules that tells nothing of them.
    pub fn settings(&self) -> String {
        let list = |entries: &[Entry]| {
            let mut entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
            entries.sort_unstable();
            entries.join(",")
        };
        let not_before = self.0.not_before.map(|moment| moment.to_string());
        let rules = [
            list(self.allowed()),
            list(self.denied()),
            not_before.unwrap_or_default(),
        ];
        let digest = Sha256::digest(rules.join("\n"));
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The moment before which nothing is read.
    pub fn not_before(&self) -> Option<Timestamp> {
        self.0.not_before
    }

    /// Whether there are no lists.
    pub fn is_open(&self) -> bool {
        self.0.allowed.is_none() && self.0.denied.is_empty()
    }

    /// Whether only what is listed may be read.
    pub fn has_allow_list(&self) -> bool {
        self.0.allowed.is_some()
    }

    /// Whether what a chat is can allow it.
    pub fn allows_kinds(&self) -> bool {
        (self.0.allowed.as_ref()).is_some_and(List::has_kinds)
    }

    /// What stands on the allow list, in the order it was written.
    pub fn allowed(&self) -> &[Entry] {
        self.0.allowed.as_ref().map_or(&[], List::entries)
    }

    /// What stands on the deny list, in the order it was written.
    pub fn denied(&self) -> &[Entry] {
        self.0.denied.entries()
    }

    /// Whether Telegram's own chat may be read.
    pub fn names_telegram(&self) -> bool {
        let is_named = |list: &List| list.has_id(TELEGRAM);
        let allowed = self.0.allowed.as_ref();
        allowed.is_some_and(is_named) || self.known().stands_for(TELEGRAM)
    }

    /// Whether this very entry stands on the allow list.
    pub fn allows(&self, entry: &Entry) -> bool {
        self.allowed().contains(entry)
    }

    /// Whether this very entry stands on the deny list.
    pub fn denies(&self, entry: &Entry) -> bool {
        self.denied().contains(entry)
    }

    /// What of the allow list stands for a chat that is not known yet.
    pub fn unanswered_allowed(&self) -> Vec<Entry> {
        let known = self.known();
        unanswered(self.allowed(), |entry| known.allowed.contains_key(entry))
    }

    /// What of the deny list stands for a chat that is not known yet.
    pub fn unanswered_denied(&self) -> Vec<Entry> {
        let known = self.known();
        unanswered(self.denied(), |entry| known.answered.contains(entry))
    }

    /// Notes which chat a name on the lists stands for, as Telegram has just said, if for any.
    pub fn note(&self, entry: &Entry, holder: Option<i64>) {
        let mut known = self.known_mut();
        if self.allows(entry) {
            known.allowed.insert(entry.clone(), holder);
        }
        if self.denies(entry) {
            known.denied.extend(holder);
            known.answered.insert(entry.clone());
        }
    }

    /// Takes in which chats the names on the lists stand for by now, as far as that can be told without asking:
    /// names change hands. A denied name also stands for whoever had it.
    pub fn refresh(&self, holder: impl Fn(&Entry) -> Option<i64>) {
        if self.is_open() {
            return;
        }
        let mut known = self.known_mut();
        for entry in self.allowed().iter().filter(|entry| entry.may_change()) {
            match holder(entry) {
                Some(chat_id) => {
                    known.allowed.insert(entry.clone(), Some(chat_id));
                }
                // That nobody has it stays known.
                None => known
                    .allowed
                    .retain(|other, id| other != entry || id.is_none()),
            }
        }
        for entry in self.denied().iter().filter(|entry| entry.may_change()) {
            if let Some(chat_id) = holder(entry) {
                known.denied.insert(chat_id);
                known.answered.insert(entry.clone());
            }
        }
    }

    /// Whether a chat may be read.
    pub fn verdict(&self, chat: Subject<'_>) -> Verdict {
        match (self.is_denied(chat), self.is_allowed(chat)) {
            (Some(true), _) => Verdict::Denied,
            (_, Some(false)) => Verdict::Unlisted,
            (Some(false), Some(true)) => Verdict::Readable,
            _ => Verdict::Unclear,
        }
    }

    /// Whether a chat is denied; unknown where that depends on what it is.
    fn is_denied(&self, chat: Subject<'_>) -> Option<bool> {
        if chat.chat_id == TELEGRAM && !self.names_telegram() {
            return Some(true);
        }
        if self.0.denied.is_empty() {
            return Some(false);
        }
        let known = self.known();
        self.0.denied.holds(chat, |id| known.denied.contains(&id))
    }

    /// Whether a chat is allowed; unknown where that depends on what it is.
    fn is_allowed(&self, chat: Subject<'_>) -> Option<bool> {
        let Some(allowed) = &self.0.allowed else {
            return Some(true);
        };
        // A basic group whose successor is not known is not asked about: it is a group, and no more.
        let kind = chat.kind.or_else(|| Kind::of_basic_group(chat.chat_id));
        let chat = Subject { kind, ..chat };
        let known = self.known();
        allowed.holds(chat, |id| known.stands_for(id))
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Policy(…)")
    }
}

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
    allowed: HashMap<Entry, i64>,
    /// Who has a name of the list, and who had one.
    denied: HashSet<i64>,
    /// What of the deny list has been answered, be it with nobody.
    answered: HashSet<Entry>,
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
    /// It may not.
    Unreadable,
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
        allowed.is_some_and(is_named) || self.known().allowed.values().any(|id| *id == TELEGRAM)
    }

    /// Notes who has what stands on the allow list.
    pub fn note_allowed(&self, entry: &Entry, holder: Option<i64>) {
        let mut known = self.known_mut();
        match holder {
            Some(chat_id) => known.allowed.insert(entry.clone(), chat_id),
            None => known.allowed.remove(entry),
        };
    }

    /// Notes who has what stands on the deny list. Whoever had it before stays denied.
    pub fn note_denied(&self, entry: &Entry, holder: Option<i64>) {
        let is_new = {
            let known = self.known();
            let is_denied = |chat_id| known.denied.contains(&chat_id);
            !known.answered.contains(entry) || !holder.is_none_or(is_denied)
        };
        if is_new {
            let mut known = self.known_mut();
            known.denied.extend(holder);
            known.answered.insert(entry.clone());
        }
    }

    /// Whether it is known whom this entry of the deny list stands for.
    pub fn is_answered(&self, entry: &Entry) -> bool {
        self.known().answered.contains(entry)
    }

    /// Whether a chat may be read.
    pub fn verdict(&self, chat: Subject<'_>) -> Verdict {
        match (self.is_denied(chat), self.is_allowed(chat)) {
            (Some(true), _) | (_, Some(false)) => Verdict::Unreadable,
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
        allowed.holds(chat, |id| known.allowed.values().any(|known| *known == id))
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

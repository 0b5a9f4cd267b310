//! A list of chats: by id, by what names one, and by kind.

use std::collections::HashSet;
use std::fmt;

use super::Subject;
use crate::model::ChatKind;

/// Marked ids of channels and supergroups start below this, as in the Bot API.
const CHANNEL_MARK: i64 = -1_000_000_000_000;

/// What may stand on a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entry {
    /// One chat, by its marked id.
    Id(i64),
    /// The account itself: its saved messages.
    Me,
    /// Whoever has this username, in lower case.
    Name(String),
    /// The chat that an invite with this hash leads to.
    Invite(String),
    /// Every chat of a kind.
    Kind(Kind),
}

impl Entry {
    /// Whether Telegram has to say which chat it stands for.
    pub fn is_name(&self) -> bool {
        matches!(self, Self::Me | Self::Name(_) | Self::Invite(_))
    }

    /// Whether it may stand for another chat later, and answers show it.
    pub(super) fn may_change(&self) -> bool {
        matches!(self, Self::Me | Self::Name(_))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Me => f.write_str("me"),
            Self::Name(name) => write!(f, "@{name}"),
            Self::Invite(hash) => write!(f, "t.me/+{hash}"),
            Self::Kind(kind) => f.write_str(kind.as_str()),
        }
    }
}

/// The kinds of chat that a list can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Conversations with people, the account's own saved messages among them.
    Private,
    /// Basic groups, supergroups and forums.
    Group,
    /// Broadcast channels.
    Channel,
    /// Conversations with bots.
    Bot,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Private, Self::Group, Self::Channel, Self::Bot];

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|kind| kind.as_str().eq_ignore_ascii_case(name))
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Channel => "channel",
            Self::Bot => "bot",
        }
    }

    /// What a basic group is; its id says that it is one.
    pub(super) fn of_basic_group(chat_id: i64) -> Option<ChatKind> {
        (CHANNEL_MARK..0)
            .contains(&chat_id)
            .then_some(ChatKind::Group)
    }

    /// The kinds that a chat with this id can be.
    fn possible(chat_id: i64) -> &'static [Self] {
        match chat_id {
            1.. => &[Self::Private, Self::Bot],
            CHANNEL_MARK.. => &[Self::Group],
            _ => &[Self::Group, Self::Channel],
        }
    }
}

impl From<ChatKind> for Kind {
    fn from(kind: ChatKind) -> Self {
        match kind {
            ChatKind::User => Self::Private,
            ChatKind::Bot => Self::Bot,
            ChatKind::Group | ChatKind::Supergroup | ChatKind::Forum => Self::Group,
            ChatKind::Channel => Self::Channel,
        }
    }
}

/// A list as it was written, and sorted by how its entries are compared.
#[derive(Debug, Default)]
pub(super) struct List {
    entries: Vec<Entry>,
    ids: HashSet<i64>,
    kinds: Vec<Kind>,
    /// Whether a supergroup can be meant that a basic group has become.
    has_channels: bool,
}

impl List {
    pub(super) fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut list = Self::default();
        for entry in entries {
            match &entry {
                Entry::Id(id) => {
                    list.ids.insert(*id);
                    list.has_channels |= *id < CHANNEL_MARK;
                }
                Entry::Kind(kind) => list.kinds.push(*kind),
                Entry::Name(_) | Entry::Invite(_) => list.has_channels = true,
                Entry::Me => {}
            }
            if !list.entries.contains(&entry) {
                list.entries.push(entry);
            }
        }
        list
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn has_kinds(&self) -> bool {
        !self.kinds.is_empty()
    }

    pub(super) fn has_id(&self, chat_id: i64) -> bool {
        self.ids.contains(&chat_id)
    }

    /// Whether the list has this chat, or the supergroup that it has become; unknown where that depends on what it
    /// is. `is_named` says which ids the names on the list stand for.
    pub(super) fn holds(&self, chat: Subject<'_>, is_named: impl Fn(i64) -> bool) -> Option<bool> {
        let is_listed = |id: i64| self.ids.contains(&id) || is_named(id);
        let has_name = |name: &str| {
            let is_it = |entry: &Entry| matches!(entry, Entry::Name(listed) if listed.eq_ignore_ascii_case(name));
            self.entries.iter().any(is_it)
        };
        if is_listed(chat.chat_id)
            || chat.became.is_some_and(is_listed)
            || chat.username.is_some_and(has_name)
        {
            return Some(true);
        }
        let Some(kind) = chat.kind else {
            return self.holds_such(chat.chat_id);
        };
        Some(self.kinds.contains(&kind.into()))
    }

    /// The same of a chat that is not listed itself and of which nothing but the id is known.
    fn holds_such(&self, chat_id: i64) -> Option<bool> {
        let possible = Kind::possible(chat_id);
        let held = (possible.iter())
            .filter(|kind| self.kinds.contains(kind))
            .count();
        if held == possible.len() {
            return Some(true);
        }
        let may_have_become = Kind::of_basic_group(chat_id).is_some() && self.has_channels;
        (held == 0 && !may_have_become).then_some(false)
    }
}

//! How Telegram's ambiguities are decided: one field for each, and both ways under test.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How Telegram's ambiguities are decided; every field has both behaviours under test.
#[derive(Debug, Clone)]
pub struct Knobs {
    /// Whether `offset_date` also matches messages of that very second.
    pub inclusive_offset_date: bool,
    /// What happens to a window that reaches past the newest message.
    pub top: Top,
    /// What stands where a message was deleted.
    pub deleted: Deleted,
    /// Whether answers hold only the newer two thirds of what their window covers.
    pub short_pages: bool,
    /// Whether users and chats in answers of `messages.*` come as `min`, with an unusable access hash.
    pub min_peers: bool,
    /// Whether counts in answers are flagged inexact and are off by a few.
    pub inexact_counts: bool,
    /// Whether `limit: 0` answers about 20 messages instead of none.
    pub zero_limit_is_twenty: bool,
    /// Whether `messages.search` also finds messages of the very second of its `min_date`.
    pub inclusive_min_date: bool,
    /// Whether `messages.search` also finds messages of the very second of its `max_date`.
    pub inclusive_max_date: bool,
    /// Whether `messages.search` finds everybody's messages in a private chat, whatever its `from_id`.
    pub private_search_ignores_sender: bool,
    /// Whether `messages.search` ignores its dates when all else it has is a filter.
    pub lone_filter_ignores_dates: bool,
    /// Whether `messages.search` with a filter and a sender is refused with `RPC_CALL_FAIL`.
    pub filter_with_sender_fails: bool,
    /// Whether the service message that created a topic is among the topic's replies.
    pub replies_hold_topic_root: bool,
    /// Whether `messages.search` in the topic General finds the messages that name no topic.
    pub search_general_holds_unmarked: bool,
    /// Whether a forum's topics are listed in the order of their creation, instead of their newest messages.
    pub topics_by_creation: bool,
    /// What comes of asking for a basic group that the account was thrown out of.
    pub forbidden_group: ForbiddenGroup,
    /// Answers of at least this many bytes are gzipped.
    pub gzip_from: usize,
    /// Whether an acknowledgement is sent before each answer, in a message of its own.
    pub acknowledge_first: bool,
    /// Whether answers that are ready together share a container.
    pub containers: bool,
    /// Whether `help.getConfig` lists this server as its data centre.
    pub lists_itself: bool,
    /// Whether a chat list that names no folder holds the archived chats too.
    pub no_folder_is_every_folder: bool,
    /// Whether an invite that never was counts as expired.
    pub unknown_invite_is_expired: bool,
    /// How long each answer takes.
    pub latency: Duration,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            inclusive_offset_date: false,
            top: Top::Clipped,
            deleted: Deleted::Skipped,
            short_pages: false,
            min_peers: false,
            inexact_counts: false,
            zero_limit_is_twenty: false,
            inclusive_min_date: false,
            inclusive_max_date: false,
            private_search_ignores_sender: false,
            lone_filter_ignores_dates: false,
            filter_with_sender_fails: false,
            replies_hold_topic_root: false,
            search_general_holds_unmarked: true,
            topics_by_creation: false,
            forbidden_group: ForbiddenGroup::Refused,
            gzip_from: 512,
            acknowledge_first: false,
            containers: true,
            lists_itself: false,
            no_folder_is_every_folder: true,
            unknown_invite_is_expired: true,
            latency: Duration::ZERO,
        }
    }
}

impl Knobs {
    /// Knobs drawn from a seed: each ambiguity either way.
    pub fn random(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Self {
            inclusive_offset_date: rng.random(),
            top: if rng.random() {
                Top::Clipped
            } else {
                Top::Shifted
            },
            deleted: match rng.random_range(0..3) {
                0 => Deleted::Skipped,
                1 => Deleted::Empty,
                _ => Deleted::Holes,
            },
            short_pages: rng.random_bool(0.3),
            min_peers: rng.random(),
            inexact_counts: rng.random(),
            zero_limit_is_twenty: rng.random(),
            gzip_from: if rng.random() { 0 } else { usize::MAX },
            acknowledge_first: rng.random(),
            containers: rng.random(),
            lists_itself: rng.random(),
            inclusive_min_date: rng.random(),
            inclusive_max_date: rng.random(),
            private_search_ignores_sender: rng.random(),
            lone_filter_ignores_dates: rng.random(),
            filter_with_sender_fails: rng.random(),
            replies_hold_topic_root: rng.random(),
            search_general_holds_unmarked: rng.random(),
            topics_by_creation: rng.random(),
            forbidden_group: match rng.random_range(0..3) {
                0 => ForbiddenGroup::Refused,
                1 => ForbiddenGroup::Unknown,
                _ => ForbiddenGroup::Readable,
            },
            no_folder_is_every_folder: rng.random(),
            unknown_invite_is_expired: rng.random(),
            latency: Duration::ZERO,
        }
    }
}

/// What happens to a window that reaches past the newest message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {
    /// Only the part that exists is answered.
    Clipped,
    /// The window slides down until it is full, repeating older messages.
    Shifted,
}

/// What stands where a message was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// Nothing: the window is counted over what exists.
    Skipped,
    /// A `messageEmpty`.
    Empty,
    /// A hole: the window is counted with the deleted message, and the page is shorter.
    Holes,
}

/// What comes of asking for a basic group that the account was thrown out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenGroup {
    /// `CHAT_FORBIDDEN`.
    Refused,
    /// `PEER_ID_INVALID`, as for a group that does not exist.
    Unknown,
    /// Its history: the account has kept what it got.
    Readable,
}

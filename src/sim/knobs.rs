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

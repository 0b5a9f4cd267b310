//! Whether those who use the account take turns: Telegram ends a session that two connections use at the same time
//! from different places.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the connections in the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Turns {
    made: AtomicU64,
    /// The newest one that has said something.
    newest: AtomicU64,
    overlaps: AtomicU64,
}

impl Turns {
    /// The number of a new connection.
    pub(super) fn begin(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Notes that this connection says something.
    pub(super) fn speaks(&self, number: u64) {
        if self.newest.fetch_max(number, Ordering::Relaxed) > number {
            self.overlaps.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many connections there were.
    pub(super) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// How often a connection said something after a newer one had.
    pub(super) fn overlaps(&self) -> u64 {
        self.overlaps.load(Ordering::Relaxed)
    }
}

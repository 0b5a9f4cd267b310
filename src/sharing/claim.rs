//! The right to an account: one process has it at a time, and gives it back when it ends, however it ends.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::holder::Holder;
use super::place::Place;

/// What a process without a claim is told, which goes on alone.
pub(super) const NEVER_MIND: &str = "other processes cannot know that this one uses the account, and Telegram ends a session that is used twice";

/// The right to an account; given back when dropped. The system takes it from a process that dies.
#[derive(Debug)]
pub struct Claim {
    place: Place,
    _lock: File,
    holder: Mutex<Holder>,
}

impl Claim {
    pub(super) fn new(place: Place, lock: File, holder: Holder) -> Self {
        let claim = Self {
            place,
            _lock: lock,
            holder: Mutex::new(holder),
        };
        claim.note(|_| ());
        claim
    }

    /// Whose it is.
    pub(super) fn holder(&self) -> MutexGuard<'_, Holder> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where others look for it.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Lets others know which client it serves.
    pub(super) fn is_for(&self, client: String) {
        self.note(|holder| holder.client = Some(client));
    }

    /// Lets others know where it listens.
    pub(super) fn listens_at(&self, address: PathBuf) {
        self.note(|holder| holder.address = Some(address));
    }

    fn note(&self, change: impl FnOnce(&mut Holder)) {
        let mut holder = self.holder();
        change(&mut holder);
        if let Err(error) = self.place.write_down(&holder) {
            tracing::warn!(
                "the state directory cannot be written ({}): other processes do not learn who this is",
                error.kind()
            );
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Before the lock goes with its file: what comes after it is somebody else's.
        self.place.clear();
    }
}

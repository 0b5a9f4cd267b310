//! The takeout sessions of the account: whether its owner has to agree, which one is open, and what became of them.

use super::world::access_hash;

/// The takeout sessions of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Takeouts {
    /// How many seconds to wait are told until the owner confirms, by setting this to `None` as from another device.
    pub delay: Option<u32>,
    /// The id of the open session. Setting it to `None` ends the session, as Telegram does after a time.
    pub open: Option<i64>,
    /// How many were started.
    pub started: u32,
    /// How many of them were ended by the client as a success.
    pub succeeded: u32,
    /// How many were ended by the client as a failure.
    pub failed: u32,
    /// How many were open when another one was started, which ended them.
    pub replaced: u32,
    /// How many requests were made within them, those that ended them included.
    pub requests: u32,
}

impl Takeouts {
    /// Starts a session, or tells how many seconds to wait.
    pub(super) fn start(&mut self, seed: u64) -> Result<i64, u32> {
        if let Some(seconds) = self.delay {
            return Err(seconds);
        }
        self.started += 1;
        self.replaced += u32::from(self.open.is_some());
        let id = access_hash(seed, i64::from(self.started));
        self.open = Some(id);
        Ok(id)
    }

    /// Ends the open session.
    pub(super) fn finish(&mut self, success: bool) {
        self.open = None;
        match success {
            true => self.succeeded += 1,
            false => self.failed += 1,
        }
    }
}

//! The pauses that Telegram has asked for: by account and method class, over restarts too. A request within
//! one is not sent, for asking during a flood wait makes it longer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::limit::Class;
use super::state;

/// Until when which class must rest, Unix milliseconds.
type Rests = HashMap<Class, i64>;

/// What one account must wait for.
pub(super) struct Cooldowns {
    file: Option<PathBuf>,
    rests: Mutex<Rests>,
}

impl Cooldowns {
    /// The pauses of this account that are remembered below `state_dir`.
    pub(super) fn open(state_dir: Option<&Path>, account_id: &str) -> Self {
        let file = state_dir.map(|dir| dir.join(format!("cooldowns-{account_id}.json")));
        let rests = file.as_deref().and_then(state::read).unwrap_or_default();
        Self {
            file,
            rests: Mutex::new(rests),
        }
    }

    /// How long this class must still rest.
    pub(super) fn remaining(&self, class: Class) -> Option<Duration> {
        let until = self.lock().get(&class).copied()?;
        let left = until - Timestamp::now().as_millisecond();
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0)
            .map(Duration::from_millis)
    }

    /// Remembers that Telegram wants this class to rest, for longer than it already does.
    pub(super) async fn note(&self, class: Class, wait: Duration) {
        let now = Timestamp::now().as_millisecond();
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let rests = {
            let mut rests = self.lock();
            rests.retain(|_, until| *until > now);
            let until = rests.entry(class).or_default();
            *until = (*until).max(now.saturating_add(wait));
            rests.clone()
        };
        if let Some(file) = self.file.clone() {
            state::write(file, rests).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Rests> {
        self.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_rest_belongs_to_its_class_and_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let cooldowns = Cooldowns::open(Some(dir.path()), "a");
        cooldowns.note(Class::History, MINUTE).await;
        for cooldowns in [cooldowns, Cooldowns::open(Some(dir.path()), "a")] {
            assert!(cooldowns.remaining(Class::History).unwrap() > MINUTE / 2);
            assert_eq!(cooldowns.remaining(Class::Resolve), None);
        }
        let other = Cooldowns::open(Some(dir.path()), "b");
        assert_eq!(other.remaining(Class::History), None);
    }

    #[tokio::test]
    async fn a_shorter_wait_does_not_shorten_a_longer_one() {
        let cooldowns = Cooldowns::open(None, "a");
        cooldowns.note(Class::History, MINUTE).await;
        cooldowns.note(Class::History, Duration::from_secs(1)).await;
        assert!(cooldowns.remaining(Class::History).unwrap() > MINUTE / 2);
    }
}

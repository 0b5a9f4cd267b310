//! The pauses that Telegram has asked for: by account and method class, over restarts too. A request within one is
//! not sent, for asking during a flood wait makes it longer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::limit::Class;
use super::state;

/// No pause is believed to be longer; waits of 77,000 s have been seen.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// What one account must wait for.
pub(super) struct Cooldowns {
    file: Option<PathBuf>,
    /// Until when which class must rest.
    rests: Mutex<HashMap<Class, Instant>>,
}

/// A pause as it is remembered: the wall clock is all that two processes share.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Pause {
    /// Unix milliseconds.
    until: i64,
    /// How long it was when Telegram asked for it, in milliseconds: a clock that was set back does not lengthen it.
    wait: i64,
}

impl Cooldowns {
    /// The pauses of this account that are remembered below `state_dir`.
    pub(super) fn open(state_dir: Option<&Path>, account_id: &str) -> Self {
        let file = state_dir.map(|dir| state::Memory::Cooldowns.file(dir, account_id));
        let pauses: HashMap<Class, Pause> =
            file.as_deref().and_then(state::read).unwrap_or_default();
        let now = Timestamp::now().as_millisecond();
        let rests = pauses
            .into_iter()
            .filter_map(|(class, pause)| Some((class, Instant::now() + pause.left(now)?)))
            .collect();
        Self {
            file,
            rests: Mutex::new(rests),
        }
    }

    /// How long this class must still rest.
    pub(super) fn remaining(&self, class: Class) -> Option<Duration> {
        let until = self.lock().get(&class).copied()?;
        let left = until.saturating_duration_since(Instant::now());
        (left > Duration::ZERO).then_some(left)
    }

    /// Remembers that Telegram wants this class to rest, unless it already rests for longer. How long it rests.
    pub(super) async fn note(&self, class: Class, wait: Duration) -> Duration {
        let wait = wait.min(LONGEST);
        let rest = {
            let mut rests = self.lock();
            let now = Instant::now();
            let until = rests.entry(class).or_insert(now + wait);
            *until = (now + wait).max(*until);
            *until - now
        };
        if let Some(file) = self.file.clone() {
            let pause = Pause::of(wait, Timestamp::now().as_millisecond());
            state::update(file, move |written| pause.among(class, written)).await;
        }
        rest
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Class, Instant>> {
        self.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pause {
    fn of(wait: Duration, now: i64) -> Self {
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        Self {
            until: now.saturating_add(wait),
            wait,
        }
    }

    /// What is left of it, if anything.
    fn left(self, now: i64) -> Option<Duration> {
        let left = self.until.saturating_sub(now).min(self.wait);
        let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
        Some(Duration::from_millis(left).min(LONGEST))
    }

    /// This beside those that another process may have written, without what is over.
    fn among(self, class: Class, written: Option<HashMap<Class, Self>>) -> HashMap<Class, Self> {
        let mut pauses = written.unwrap_or_default();
        let now = self.until - self.wait;
        pauses.retain(|_, pause| pause.left(now).is_some());
        let pause = pauses.entry(class).or_insert(self);
        if pause.until < self.until {
            *pause = self;
        }
        pauses
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

    #[tokio::test(start_paused = true)]
    async fn a_rest_ends_and_a_shorter_wait_does_not_shorten_a_longer_one() {
        let cooldowns = Cooldowns::open(None, "a");
        cooldowns.note(Class::History, MINUTE).await;
        cooldowns.note(Class::History, MINUTE / 60).await;
        assert_eq!(cooldowns.remaining(Class::History), Some(MINUTE));
        tokio::time::advance(MINUTE).await;
        assert_eq!(cooldowns.remaining(Class::History), None);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lengthen_a_pause() {
        let pause = Pause::of(MINUTE, 1_000_000);
        assert_eq!(pause.left(1_030_000), Some(MINUTE / 2));
        assert_eq!(pause.left(0), Some(MINUTE));
        assert_eq!(pause.left(1_060_000), None);
        let absurd = Pause {
            until: i64::MAX,
            wait: i64::MAX,
        };
        assert_eq!(absurd.left(i64::MIN), Some(LONGEST));
    }

    #[test]
    fn what_is_over_is_not_kept() {
        let old = Pause::of(MINUTE, 0);
        let written = HashMap::from([
            (Class::Resolve, old),
            (Class::Search, Pause::of(MINUTE, 90_000)),
        ]);
        let kept = Pause::of(MINUTE, 100_000).among(Class::History, Some(written));
        assert!(!kept.contains_key(&Class::Resolve) && kept.len() == 2);
    }
}

//! Whether Telegram is there at all: a circuit breaker. After a few failures in a row nobody knocks for a while, then
//! one request tries; the others are told how long that takes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row, one after another, mean that Telegram is away.
const FAILURES: u32 = 4;
/// How long nobody knocks at first; it doubles each time that the one who tries fails.
const FIRST_REST: Duration = Duration::from_secs(1);
/// The longest rest: so much later than Telegram itself is a caller back at the latest.
const LONGEST_REST: Duration = Duration::from_secs(8);

/// The breaker in front of one connection.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Failures in a row.
    failures: u32,
    last_failure: Option<Instant>,
    /// Set while the breaker is open; past once somebody may try.
    open_until: Option<Instant>,
    /// How long it was opened for last.
    rest: Duration,
    /// Whether somebody is trying.
    trying: bool,
}

/// Leave to knock; one that is dropped without an outcome says nothing.
#[must_use]
pub(super) struct Knock<'a> {
    breaker: &'a Breaker,
    since: Instant,
    /// Whether everybody else waits for this one.
    alone: bool,
}

impl Breaker {
    /// How long nobody may knock, if so.
    pub(super) fn check(&self) -> Result<(), Duration> {
        self.lock().refusal(Instant::now()).map_or(Ok(()), Err)
    }

    /// Leave to knock, or how long nobody may.
    pub(super) fn admit(&self) -> Result<Knock<'_>, Duration> {
        let mut state = self.lock();
        let now = Instant::now();
        if let Some(wait) = state.refusal(now) {
            return Err(wait);
        }
        let alone = state.open_until.is_some();
        state.trying |= alone;
        Ok(Knock {
            breaker: self,
            since: now,
            alone,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn refusal(&self, now: Instant) -> Option<Duration> {
        match self.open_until? {
            until if until > now => Some(until - now),
            // Whoever is trying takes some time; asking again sooner would be for nothing.
            _ => self.trying.then_some(FIRST_REST),
        }
    }
}

impl Knock<'_> {
    /// Telegram was there.
    pub(super) fn answered(self) {
        *self.breaker.lock() = State::default();
    }

    /// Nobody was there.
    pub(super) fn failed(self) {
        let mut state = self.breaker.lock();
        // One loss of the connection fails all that were under way on it.
        if state.last_failure.is_some_and(|last| last >= self.since) {
            return;
        }
        let now = Instant::now();
        state.last_failure = Some(now);
        state.failures += 1;
        if self.alone || state.failures >= FAILURES {
            state.rest = (state.rest * 2).clamp(FIRST_REST, LONGEST_REST);
            state.open_until = Some(now + state.rest);
        }
    }
}

impl Drop for Knock<'_> {
    fn drop(&mut self) {
        if self.alone {
            self.breaker.lock().trying = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fail(breaker: &Breaker) {
        tokio::time::advance(Duration::from_millis(1)).await;
        breaker.admit().ok().unwrap().failed();
    }

    async fn open() -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..FAILURES {
            fail(&breaker).await;
        }
        breaker
    }

    fn refusal(breaker: &Breaker) -> Option<Duration> {
        breaker.admit().err()
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for _ in 0..3 * FAILURES {
            fail(&breaker).await;
            breaker.admit().ok().unwrap().answered();
        }
        assert_eq!(refusal(&breaker), None);
        assert_eq!(refusal(&open().await), Some(FIRST_REST));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_under_way_together_fails_once() {
        let breaker = Breaker::default();
        let knocks: Vec<_> = (0..30).map(|_| breaker.admit().ok().unwrap()).collect();
        tokio::time::advance(Duration::from_millis(1)).await;
        knocks.into_iter().for_each(Knock::failed);
        assert_eq!(refusal(&breaker), None);
    }

    #[tokio::test(start_paused = true)]
    async fn one_tries_while_the_others_wait_and_closes_it_for_all() {
        let breaker = open().await;
        tokio::time::advance(FIRST_REST).await;
        let knock = breaker.admit().ok().unwrap();
        assert_eq!(refusal(&breaker), Some(FIRST_REST));
        knock.answered();
        assert_eq!(refusal(&breaker), None);
    }

    #[tokio::test(start_paused = true)]
    async fn it_rests_longer_each_time_but_never_long() {
        let breaker = open().await;
        for seconds in [2, 4, 8, 8] {
            tokio::time::advance(LONGEST_REST).await;
            breaker.admit().ok().unwrap().failed();
            assert_eq!(refusal(&breaker), Some(Duration::from_secs(seconds)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_leaves_while_trying_lets_another_try() {
        let breaker = open().await;
        tokio::time::advance(FIRST_REST).await;
        drop(breaker.admit().ok().unwrap());
        assert_eq!(refusal(&breaker), None);
    }
}

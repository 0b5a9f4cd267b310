//! How fast we ask: per method class a FIFO gate, then a token bucket. Nothing is taken from a bucket by a
//! caller that leaves the queue.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;

/// Upper bounds of requests a second, by method class; where absent, the class has its own default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rates {
    /// Everything together.
    pub overall: Option<f64>,
    /// `messages.getHistory` and `messages.getReplies`.
    pub history: Option<f64>,
    /// `messages.search`.
    pub search: Option<f64>,
    /// `contacts.resolveUsername` and its like.
    pub resolve: Option<f64>,
    /// `messages.getDialogs`.
    pub dialogs: Option<f64>,
}

impl Rates {
    /// No bound that anybody would notice: for the embedded Telegram, which nobody else asks.
    pub const UNLIMITED: Self = Self {
        overall: Some(1_000.0),
        history: Some(1_000.0),
        search: Some(1_000.0),
        resolve: Some(1_000.0),
        dialogs: Some(1_000.0),
    };
}

/// A sustained rate, and how many requests may be made at once after a quiet time.
#[derive(Debug, Clone, Copy)]
struct Pace {
    per_second: f64,
    burst: u32,
}

/// What accounts have been seen to sustain: about 30 histories in 30 s; names and chat lists far less.
const OVERALL: Pace = Pace {
    per_second: 5.0,
    burst: 60,
};
const HISTORY: Pace = Pace {
    per_second: 1.0,
    burst: 30,
};
const SEARCH: Pace = Pace {
    per_second: 0.5,
    burst: 15,
};
const RESOLVE: Pace = Pace {
    per_second: 0.2,
    burst: 20,
};
const DIALOGS: Pace = Pace {
    per_second: 0.1,
    burst: 5,
};

impl Pace {
    /// A bound that was asked for holds in every second: no more at once than it allows in one.
    fn bounded(self, per_second: Option<f64>) -> Self {
        per_second.map_or(self, |per_second| Self {
            per_second,
            // At most 1,000, and never none.
            burst: (per_second as u32).max(1),
        })
    }
}

/// The gates of all method classes.
pub(super) struct Limiter {
    overall: Gate,
    history: Gate,
    search: Gate,
    resolve: Gate,
    dialogs: Gate,
}

impl Limiter {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            overall: Gate::new(OVERALL.bounded(rates.overall)),
            history: Gate::new(HISTORY.bounded(rates.history)),
            search: Gate::new(SEARCH.bounded(rates.search)),
            resolve: Gate::new(RESOLVE.bounded(rates.resolve)),
            dialogs: Gate::new(DIALOGS.bounded(rates.dialogs)),
        }
    }

    /// Waits for room for a request; fails at once when there is none before the deadline.
    pub(super) async fn admit(&self, method: &'static str, deadline: Instant) -> Result<(), Error> {
        let gate = match method {
            "messages.getHistory" | "messages.getReplies" => Some(&self.history),
            "messages.search" => Some(&self.search),
            "contacts.resolveUsername" | "contacts.search" | "messages.checkChatInvite" => {
                Some(&self.resolve)
            }
            "messages.getDialogs" => Some(&self.dialogs),
            _ => None,
        };
        if let Some(gate) = gate {
            gate.admit(method, deadline).await?;
        }
        self.overall.admit(method, deadline).await
    }
}

/// One class: whoever came first asks the bucket first.
struct Gate {
    queue: Mutex<()>,
    bucket: DefaultDirectRateLimiter,
}

impl Gate {
    fn new(pace: Pace) -> Self {
        let interval = Duration::from_secs_f64(1.0 / pace.per_second.max(0.001));
        let quota = Quota::with_period(interval)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(NonZeroU32::new(pace.burst).unwrap_or(NonZeroU32::MIN));
        Self {
            queue: Mutex::new(()),
            bucket: RateLimiter::direct(quota),
        }
    }

    async fn admit(&self, method: &'static str, deadline: Instant) -> Result<(), Error> {
        let too_late = |retry_after| Error::RateLimited {
            method,
            retry_after,
        };
        let _turn = tokio::time::timeout_at(deadline, self.queue.lock())
            .await
            .map_err(|_| too_late(Duration::from_secs(1)))?;
        while let Err(not_until) = self.bucket.check() {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            if Instant::now() + wait > deadline {
                return Err(too_late(wait));
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_passes_and_what_cannot_be_given_in_time_is_refused() {
        let gate = Gate::new(Pace {
            per_second: 0.1,
            burst: 3,
        });
        let deadline = Instant::now() + Duration::from_secs(1);
        for _ in 0..3 {
            gate.admit("messages.getHistory", deadline).await.unwrap();
        }
        let refused = gate
            .admit("messages.getHistory", deadline)
            .await
            .unwrap_err();
        let retry_after = refused.retry_after().unwrap();
        assert!(retry_after > Duration::from_secs(5) && retry_after <= Duration::from_secs(10));
    }

    #[test]
    fn a_bound_that_was_asked_for_allows_no_more_at_once_than_in_a_second() {
        assert_eq!(HISTORY.bounded(None).burst, 30);
        assert_eq!(HISTORY.bounded(Some(4.0)).burst, 4);
        assert_eq!(HISTORY.bounded(Some(0.3)).burst, 1);
    }

    #[tokio::test]
    async fn classes_do_not_wait_for_each_other() {
        let limiter = Limiter::new(Rates {
            resolve: Some(0.01),
            ..Rates::UNLIMITED
        });
        let soon = Instant::now() + Duration::from_millis(100);
        limiter
            .admit("contacts.resolveUsername", soon)
            .await
            .unwrap();
        assert!(
            limiter
                .admit("contacts.resolveUsername", soon)
                .await
                .is_err()
        );
        limiter.admit("messages.getHistory", soon).await.unwrap();
    }
}

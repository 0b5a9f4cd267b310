//! How fast we ask: per method class a FIFO gate, then a token bucket. Nothing is taken from a bucket by a
//! caller that leaves the queue.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;

/// Upper bounds of requests a second, by method class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Everything together.
    pub overall: f64,
    /// `messages.getHistory` and `messages.getReplies`.
    pub history: f64,
    /// `messages.search`.
    pub search: f64,
    /// `contacts.resolveUsername` and its like.
    pub resolve: f64,
    /// `messages.getDialogs`.
    pub dialogs: f64,
}

impl Default for Rates {
    /// What accounts have been seen to sustain: about 30 histories in 30 s; resolving and chat lists far less.
    fn default() -> Self {
        Self {
            overall: 5.0,
            history: 1.0,
            search: 0.5,
            resolve: 0.2,
            dialogs: 0.1,
        }
    }
}

impl Rates {
    /// No bound that anybody would notice: for the embedded Telegram, which is asked by nobody else.
    pub const UNLIMITED: Self = Self {
        overall: 1_000.0,
        history: 1_000.0,
        search: 1_000.0,
        resolve: 1_000.0,
        dialogs: 1_000.0,
    };
}

/// How many seconds' worth of requests may be made at once after a quiet time.
const BURST_SECONDS: f64 = 30.0;

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
            overall: Gate::new(rates.overall),
            history: Gate::new(rates.history),
            search: Gate::new(rates.search),
            resolve: Gate::new(rates.resolve),
            dialogs: Gate::new(rates.dialogs),
        }
    }

    /// Waits for room for a request; fails at once when there is none before the deadline.
    pub(super) async fn admit(&self, method: &'static str, deadline: Instant) -> Result<(), Error> {
        let class = match method {
            "messages.getHistory" | "messages.getReplies" => Some(&self.history),
            "messages.search" => Some(&self.search),
            "contacts.resolveUsername" | "contacts.search" | "messages.checkChatInvite" => {
                Some(&self.resolve)
            }
            "messages.getDialogs" => Some(&self.dialogs),
            _ => None,
        };
        if let Some(gate) = class {
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
    fn new(per_second: f64) -> Self {
        let interval = Duration::from_secs_f64(1.0 / per_second.max(0.001));
        // A float of at least 1 and at most 30,000 fits.
        let burst = NonZeroU32::new((per_second * BURST_SECONDS) as u32).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(interval)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
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
        let gate = Gate::new(0.1);
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

    #[tokio::test]
    async fn classes_do_not_wait_for_each_other() {
        let limiter = Limiter::new(Rates {
            resolve: 0.01,
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

//! One queue: whoever came first asks the bucket first, and a caller that leaves has taken nothing.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Mutex as Queue, MutexGuard as Turn};
use tokio::time::{Instant, timeout_at};

use super::tempo::{Bounds, Pace, Tempo};

/// A rate that has moved by less than this is left as it is.
const NOTICEABLE: f64 = 0.02;

/// One queue in front of one token bucket.
pub(super) struct Gate {
    clock: TokioClock,
    queue: Queue<()>,
    /// Callers in the queue, the one at its head included.
    waiting: AtomicU32,
    inner: Mutex<Inner>,
}

struct Inner {
    tempo: Tempo,
    /// What the bucket was made for.
    pace: Pace,
    bucket: Bucket,
    /// When the bucket is full again, if nothing more is taken: it cannot be asked what it holds.
    full_at: Duration,
    /// Tokens that were taken and not used.
    refunds: u32,
    /// When the caller at the head of the queue will get its token.
    next: Option<Instant>,
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>;

/// A place in the queue.
pub(super) struct Place<'a>(&'a Gate);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A token; one that is not spent goes back.
#[must_use]
pub(super) struct Token<'a> {
    gate: &'a Gate,
    spent: bool,
}

impl Token<'_> {
    /// The request is being sent.
    pub(super) fn spend(mut self) {
        self.spent = true;
        let now = self.gate.clock.now();
        let mut inner = self.gate.lock();
        inner.tempo.sends(now);
        inner.follow(&self.gate.clock);
    }
}

impl Drop for Token<'_> {
    fn drop(&mut self) {
        if !self.spent {
            self.gate.lock().refunds += 1;
        }
    }
}

impl Gate {
    pub(super) fn new(bounds: Bounds) -> Self {
        let clock = TokioClock(Instant::now());
        let tempo = Tempo::new(bounds);
        let pace = tempo.pace();
        Self {
            queue: Queue::new(()),
            waiting: AtomicU32::new(0),
            inner: Mutex::new(Inner {
                tempo,
                pace,
                bucket: bucket(pace, &clock),
                full_at: Duration::ZERO,
                refunds: 0,
                next: None,
            }),
            clock,
        }
    }

    /// Joins the queue, unless its turn cannot come before the deadline: how long that would take.
    pub(super) fn join(&self, deadline: Instant) -> Result<Place<'_>, Duration> {
        let ahead = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(self);
        let turn = self.expected(ahead);
        if turn > deadline {
            return Err(turn - Instant::now());
        }
        Ok(place)
    }

    /// Waits for its turn: how long it would still take when there is none before the deadline.
    pub(super) async fn turn(
        &self,
        _place: &Place<'_>,
        deadline: Instant,
    ) -> Result<Turn<'_, ()>, Duration> {
        let turn = timeout_at(deadline, self.queue.lock()).await;
        turn.map_err(|_| {
            let ahead = self.waiting.load(Ordering::Relaxed).saturating_sub(1);
            self.expected(ahead)
                .saturating_duration_since(Instant::now())
        })
    }

    /// Takes a token at the head of the queue: how long until there is one when there is none.
    pub(super) fn take(&self) -> Result<Token<'_>, Duration> {
        let mut inner = self.lock();
        if inner.refunds > 0 {
            inner.refunds -= 1;
        } else if let Err(not_until) = inner.bucket.check() {
            let wait = not_until.wait_time_from(self.clock.now());
            inner.next = Some(Instant::now() + wait);
            return Err(wait);
        } else {
            inner.full_at = inner.full_at.max(self.clock.now()) + inner.pace.interval();
        }
        inner.next = None;
        Ok(Token {
            gate: self,
            spent: false,
        })
    }

    /// Telegram asks for a pause after a request that was sent then: from now on slower, with nothing saved up.
    pub(super) fn flooded(&self, sent_at: Instant, wait: Duration) {
        let sent_at = sent_at.saturating_duration_since(self.clock.0);
        let now = self.clock.now();
        let mut inner = self.lock();
        if inner.tempo.floods(sent_at, wait, now) {
            inner.refunds = 0;
            inner.pace = inner.tempo.pace();
            inner.hold(0, &self.clock);
        }
    }

    /// How many tokens could be taken right now: none while somebody waits for one.
    pub(super) fn spare(&self) -> u32 {
        if self.waiting.load(Ordering::Relaxed) > 0 {
            return 0;
        }
        let inner = self.lock();
        inner.refunds + inner.held(self.clock.now())
    }

    /// Nobody gets a token before then.
    pub(super) fn rests_until(&self, then: Instant) {
        self.lock().next = Some(then);
    }

    /// When a caller with so many ahead of it gets its turn, at the earliest.
    fn expected(&self, ahead: u32) -> Instant {
        let inner = self.lock();
        let now = Instant::now();
        match inner.next {
            Some(next) if ahead > 0 => {
                next.max(now) + Duration::from_secs_f64(f64::from(ahead) / inner.pace.per_second)
            }
            _ => now,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Lets the bucket follow a pace that has moved. It holds what the old one held: a change grants nothing.
    fn follow(&mut self, clock: &TokioClock) {
        let pace = self.tempo.pace();
        let moved = (pace.per_second / self.pace.per_second - 1.0).abs();
        if moved > NOTICEABLE || pace.burst != self.pace.burst {
            let held = self.held(clock.now());
            self.pace = pace;
            self.hold(held, clock);
        }
    }

    /// How many tokens the bucket holds.
    fn held(&self, now: Duration) -> u32 {
        let filling = self.full_at.saturating_sub(now);
        let missing = filling.div_duration_f64(self.pace.interval()).ceil() as u32;
        self.pace.burst.saturating_sub(missing)
    }

    /// Gives the bucket this many tokens and no more.
    fn hold(&mut self, held: u32, clock: &TokioClock) {
        self.bucket = emptied(self.pace, held, clock);
        let missing = self.pace.burst.saturating_sub(held);
        self.full_at = clock.now() + self.pace.interval() * missing;
    }
}

fn bucket(pace: Pace, clock: &TokioClock) -> Bucket {
    let quota = Quota::with_period(pace.interval())
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(NonZeroU32::new(pace.burst).unwrap_or(NonZeroU32::MIN));
    RateLimiter::direct_with_clock(quota, clock.clone())
}

/// A bucket that holds this many tokens and no more.
fn emptied(pace: Pace, held: u32, clock: &TokioClock) -> Bucket {
    let bucket = bucket(pace, clock);
    if let Some(surplus) = NonZeroU32::new(pace.burst.saturating_sub(held)) {
        let _ = bucket.check_n(surplus);
    }
    bucket
}

/// Tokio's time, so that paused tests and simulations of hours work.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

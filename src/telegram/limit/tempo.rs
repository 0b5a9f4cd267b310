//! How fast a method class may go, learnt from Telegram's answers: pure, the time is an argument.
//!
//! While Telegram has never objected, the rate doubles in so many minutes of use. A flood wait lowers it to what was
//! sustained since the one before, and quiet time raises it again along a cubic curve: steep towards that rate,
//! flat around it, and steep again when there was no objection for long.

use std::time::Duration;

/// How much use without any objection doubles the rate.
const DOUBLING: Duration = Duration::from_secs(180);
/// How long the rate takes to come back to where Telegram objected.
const RECOVERY: Duration = Duration::from_secs(600);
/// How much a flood wait takes off the rate that Telegram has shown to sustain.
const CUT: f64 = 0.25;
/// A flood wait never lowers the sustained rate to less than this part of the one in force.
const DEEPEST_CUT: f64 = 0.5;
/// The same for the first flood wait.
const FIRST_CUT: f64 = 0.75;
/// However often Telegram objects, this part of the upper bound is left.
const LEAST: f64 = 0.01;
/// A request this many intervals after the one before was not held back by us: nobody was waiting.
const IDLE_INTERVALS: f64 = 2.0;

/// A rate, and how many requests may be made at once after a quiet time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::telegram) struct Pace {
    /// Requests a second.
    pub(in crate::telegram) per_second: f64,
    /// At least 1.
    pub(in crate::telegram) burst: u32,
}

impl Pace {
    /// How long it takes until one request more is free.
    pub(super) fn interval(self) -> Duration {
        Duration::from_secs_f64(1.0 / self.per_second)
    }
}

/// Where a class begins, and what it never exceeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::telegram) struct Bounds {
    /// The pace before anything is known.
    pub(in crate::telegram) start: Pace,
    /// The highest rate that is ever tried, requests a second.
    pub(in crate::telegram) most: f64,
}

/// What has been learnt about one class.
#[derive(Debug, Clone)]
pub(super) struct Tempo {
    bounds: Bounds,
    /// The rate that Telegram is known or thought to sustain.
    sustained: f64,
    burst: u32,
    /// How long Telegram has not objected; idle time counts until the rate has recovered.
    quiet: Duration,
    /// How long there was no objection since the burst changed, idle or not.
    calm: Duration,
    /// When the last request was sent.
    last: Duration,
    /// When the last flood wait came.
    flooded: Option<Duration>,
    /// Requests since the last flood wait, and the time they took.
    sent: u32,
    busy: Duration,
}

impl Tempo {
    /// Nothing is known yet.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            sustained: bounds.start.per_second,
            burst: bounds.start.burst,
            quiet: Duration::ZERO,
            calm: Duration::ZERO,
            last: Duration::ZERO,
            flooded: None,
            sent: 0,
            busy: Duration::ZERO,
        }
    }

    /// The pace to keep now.
    pub(super) fn pace(&self) -> Pace {
        let factor = if self.flooded.is_none() {
            self.quiet.div_duration_f64(DOUBLING).exp2()
        } else {
            1.0 + CUT * (self.quiet.div_duration_f64(RECOVERY) - 1.0).powi(3)
        };
        let least = self.bounds.most * LEAST;
        Pace {
            per_second: (self.sustained * factor).min(self.bounds.most).max(least),
            burst: self.burst,
        }
    }

    /// A request is sent: time has passed without an objection.
    pub(super) fn sends(&mut self, now: Duration) {
        let gap = now.saturating_sub(self.last);
        let idle = Duration::from_secs_f64(IDLE_INTERVALS / self.pace().per_second);
        self.quiet = if gap <= idle {
            self.quiet + gap
        } else if self.flooded.is_some() {
            (self.quiet + gap).min(RECOVERY).max(self.quiet)
        } else {
            self.quiet
        };
        self.busy += gap.min(idle);
        self.last = self.last.max(now);
        self.sent += 1;
        self.calm += gap;
        while self.calm >= RECOVERY && self.burst < self.bounds.start.burst {
            self.calm -= RECOVERY;
            self.burst = (self.burst * 2).min(self.bounds.start.burst);
        }
    }

    /// Telegram has answered a request that was sent then with a flood wait. Requests that were under way together
    /// are one objection; the answer says whether this one counts.
    pub(super) fn floods(&mut self, sent_at: Duration, wait: Duration, now: Duration) -> bool {
        if self.flooded.is_some_and(|flooded| sent_at <= flooded) {
            return false;
        }
        let pace = self.pace().per_second;
        // From one empty bucket of Telegram's to the next, what was sent is what it gained, or less where it was
        // full in between; the present rate is more. The first bucket was full.
        let (saved_up, least) = match self.flooded {
            None => (self.burst, FIRST_CUT),
            Some(_) => (0, DEEPEST_CUT),
        };
        let gained = f64::from(self.sent.saturating_sub(saved_up));
        let shown = gained / self.busy.as_secs_f64().max(f64::EPSILON);
        self.sustained = f64::midpoint(shown, pace).clamp(pace * least, pace);
        self.burst = (self.burst / 2).max(1);
        self.quiet = Duration::ZERO;
        self.calm = Duration::ZERO;
        self.flooded = Some(now);
        self.sent = 0;
        self.busy = wait;
        self.last = now.saturating_add(wait);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        start: Pace {
            per_second: 1.0,
            burst: 8,
        },
        most: 4.0,
    };

    const WAIT: Duration = Duration::from_secs(15);

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// Sends at the pace it allows for so long; answers when that is.
    fn busy_for(tempo: &mut Tempo, from: Duration, time: Duration) -> Duration {
        let mut now = from;
        while now < from + time {
            now += seconds(1.0 / tempo.pace().per_second);
            tempo.sends(now);
        }
        now
    }

    #[test]
    fn a_flood_wait_lowers_the_rate_and_halves_the_burst() {
        let mut tempo = Tempo::new(BOUNDS);
        let now = busy_for(&mut tempo, Duration::ZERO, seconds(60.0));
        let before = tempo.pace();
        assert!(tempo.floods(now, WAIT, now));
        let pace = tempo.pace();
        assert!(pace.per_second < 0.76 * before.per_second, "{pace:?}");
        assert_eq!(pace.burst, 4);
    }

    #[test]
    fn requests_that_were_under_way_together_are_one_objection() {
        let mut tempo = Tempo::new(BOUNDS);
        let sent = seconds(9.0);
        tempo.sends(sent);
        assert!(tempo.floods(sent, WAIT, seconds(9.5)));
        let pace = tempo.pace();
        assert!(!tempo.floods(seconds(9.4), WAIT, seconds(9.6)));
        assert_eq!(tempo.pace(), pace);
    }

    #[test]
    fn quiet_time_raises_the_rate_again_idle_or_not() {
        let mut tempo = Tempo::new(BOUNDS);
        let now = busy_for(&mut tempo, Duration::ZERO, seconds(60.0));
        tempo.floods(now, WAIT, now);
        let (low, sustained) = (tempo.pace(), tempo.sustained);
        let mut idle = tempo.clone();
        idle.sends(now + 10 * RECOVERY);
        let recovered = Pace {
            per_second: sustained,
            burst: 8,
        };
        assert_eq!(idle.pace(), recovered);
        busy_for(&mut tempo, now + WAIT, 2 * RECOVERY);
        assert!(tempo.pace().per_second > sustained && sustained > low.per_second);
    }

    #[test]
    fn only_a_rate_that_was_used_is_exceeded_and_never_the_bound() {
        let mut idle = Tempo::new(BOUNDS);
        for day in 1..9 {
            idle.sends(seconds(f64::from(day) * 86_400.0));
        }
        assert_eq!(idle.pace(), BOUNDS.start);
        let mut busy = Tempo::new(BOUNDS);
        busy_for(&mut busy, Duration::ZERO, 9 * RECOVERY);
        assert!((busy.pace().per_second - BOUNDS.most).abs() < 1e-9);
    }

    #[test]
    fn the_rate_finds_what_telegram_sustains_and_never_reaches_zero() {
        let mut tempo = Tempo::new(BOUNDS);
        let mut now = Duration::ZERO;
        for _ in 0..100 {
            now += seconds(1.0);
            tempo.sends(now);
            tempo.floods(now, WAIT, now);
        }
        assert!(tempo.pace().per_second >= BOUNDS.most * LEAST);
        assert_eq!(tempo.pace().burst, 1);
    }
}

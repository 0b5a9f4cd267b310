//! How fast a method class may go, learnt from Telegram's answers: pure, the time is an argument.
//!
//! A flood wait lowers the rate, quiet time raises it again along a cubic curve: steep towards the rate at
//! which Telegram objected, flat around it, and steep again when it has not objected there for long.

use std::time::Duration;

/// How long the rate takes to come back to where Telegram objected.
const RECOVERY: Duration = Duration::from_secs(600);
/// How much a flood wait takes off the rate that Telegram has shown to sustain.
const CUT: f64 = 0.25;
/// A flood wait never lowers the sustained rate to less than this part of the one in force.
const DEEPEST_CUT: f64 = 0.5;
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
            quiet: RECOVERY,
            last: Duration::ZERO,
            flooded: None,
            sent: 0,
            busy: Duration::ZERO,
        }
    }

    /// The pace to keep now.
    pub(super) fn pace(&self) -> Pace {
        let recovered = self.quiet.div_duration_f64(RECOVERY) - 1.0;
        let least = self.bounds.most * LEAST;
        Pace {
            per_second: (self.sustained * (1.0 + CUT * recovered.powi(3)))
                .min(self.bounds.most)
                .max(least),
            burst: self.burst,
        }
    }

    /// A request is sent: time has passed without an objection.
    pub(super) fn sends(&mut self, now: Duration) {
        let gap = now.saturating_sub(self.last);
        let idle = Duration::from_secs_f64(IDLE_INTERVALS / self.pace().per_second);
        let before = self.quiet;
        self.quiet = if gap <= idle {
            self.quiet + gap
        } else {
            (self.quiet + gap).min(RECOVERY).max(self.quiet)
        };
        self.busy += gap.min(idle);
        self.last = now;
        self.sent += 1;
        if before < RECOVERY && self.quiet >= RECOVERY {
            self.burst = self.burst.saturating_mul(2).min(self.bounds.start.burst);
        }
    }

    /// Telegram has answered a request that was sent then with a flood wait. Requests that were under way together
    /// are one objection; the answer says whether this one counts.
    pub(super) fn floods(&mut self, sent_at: Duration, now: Duration) -> bool {
        if self.flooded.is_some_and(|flooded| sent_at <= flooded) {
            return false;
        }
        let pace = self.pace().per_second;
        let shown = f64::from(self.sent) / self.busy.as_secs_f64().max(f64::EPSILON);
        self.sustained = shown.clamp(pace * DEEPEST_CUT, pace);
        self.burst = (self.burst / 2).max(1);
        self.quiet = Duration::ZERO;
        self.flooded = Some(now);
        self.last = now;
        self.sent = 0;
        self.busy = Duration::ZERO;
        true
    }

    /// Time that was slept because Telegram wanted it: its bucket has filled meanwhile.
    pub(super) fn rested(&mut self, wait: Duration, now: Duration) {
        self.busy += wait;
        self.last = now;
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
        assert!(tempo.floods(now, now));
        let pace = tempo.pace();
        assert!((0.7..0.8).contains(&pace.per_second), "{pace:?}");
        assert_eq!(pace.burst, 4);
    }

    #[test]
    fn requests_that_were_under_way_together_are_one_objection() {
        let mut tempo = Tempo::new(BOUNDS);
        let sent = seconds(9.0);
        tempo.sends(sent);
        assert!(tempo.floods(sent, seconds(9.5)));
        let pace = tempo.pace();
        assert!(!tempo.floods(seconds(9.4), seconds(9.6)));
        assert_eq!(tempo.pace(), pace);
    }

    #[test]
    fn quiet_time_raises_the_rate_again_idle_or_not() {
        let mut tempo = Tempo::new(BOUNDS);
        let now = busy_for(&mut tempo, Duration::ZERO, seconds(60.0));
        tempo.floods(now, now);
        let low = tempo.pace();
        let mut idle = tempo.clone();
        idle.sends(now + 10 * RECOVERY);
        assert!((idle.pace().per_second - 1.0).abs() < 0.05, "{idle:?}");
        assert_eq!(idle.pace().burst, 8);
        busy_for(&mut tempo, now, RECOVERY);
        assert!(tempo.pace().per_second > low.per_second * 1.3);
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
            tempo.floods(now, now);
        }
        assert!(tempo.pace().per_second >= BOUNDS.most * LEAST);
        assert_eq!(tempo.pace().burst, 1);
    }
}

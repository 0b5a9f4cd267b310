//! When to ask whether anybody is still there, and when to stop believing it.

use std::time::Duration;

use tokio::time::Instant;

/// How often a ping is sent.
const PING_EVERY: Duration = Duration::from_secs(60);
/// How long after a ping something must have come, whatever it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pulse of a line that was greeted.
pub(super) struct Pulse {
    next_ping: Instant,
    /// Set while nothing has come since the last ping.
    hear_by: Option<Instant>,
}

/// What it is time for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing yet.
    Rest,
    /// A ping.
    Ping,
    /// Nobody is there any more.
    Dead,
}

impl Pulse {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            next_ping: now + PING_EVERY,
            hear_by: None,
        }
    }

    /// Something was read.
    pub(super) fn heard(&mut self) {
        self.hear_by = None;
    }

    /// When to ask again what it is time for.
    pub(super) fn next(&self) -> Instant {
        self.hear_by
            .map_or(self.next_ping, |by| by.min(self.next_ping))
    }

    /// What it is time for.
    pub(super) fn beat(&mut self, now: Instant) -> Beat {
        if self.hear_by.is_some_and(|by| by <= now) {
            return Beat::Dead;
        }
        if self.next_ping > now {
            return Beat::Rest;
        }
        self.next_ping = now + PING_EVERY;
        self.hear_by = Some(now + PATIENCE);
        Beat::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_answers_its_pings_lives_for_ever() {
        let mut now = Instant::now();
        let mut pulse = Pulse::new(now);
        for _ in 0..1000 {
            assert_eq!(pulse.next(), now + PING_EVERY);
            assert_eq!(pulse.beat(now), Beat::Rest);
            now = pulse.next();
            assert_eq!(pulse.beat(now), Beat::Ping);
            pulse.heard();
        }
    }

    #[test]
    fn a_ping_after_which_nothing_comes_is_the_last() {
        let now = Instant::now();
        let mut pulse = Pulse::new(now);
        pulse.heard();
        let pinged = pulse.next();
        assert_eq!(pulse.beat(pinged), Beat::Ping);
        assert_eq!(pulse.next(), pinged + PATIENCE);
        assert_eq!(pulse.beat(pinged + PATIENCE / 2), Beat::Rest);
        assert_eq!(pulse.beat(pinged + PATIENCE), Beat::Dead);
    }
}

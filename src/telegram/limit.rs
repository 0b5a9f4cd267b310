//! How fast we ask: for each method class a queue, the pauses that Telegram has asked for, and a token bucket whose
//! rate follows Telegram's answers. Nothing is taken by a caller that leaves.

mod gate;
mod tempo;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use self::gate::{Gate, Token};
use self::tempo::{Bounds, Pace};
use super::call::Call;
use super::cooldown::Cooldowns;
use crate::error::{Error, whole_seconds};

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

    /// These bounds, and the others where there are none.
    pub fn or(self, others: Self) -> Self {
        Self {
            overall: self.overall.or(others.overall),
            history: self.history.or(others.history),
            search: self.search.or(others.search),
            resolve: self.resolve.or(others.resolve),
            dialogs: self.dialogs.or(others.dialogs),
        }
    }

    /// How long so many requests for messages take at the rate that they begin with, when Telegram never objects.
    pub fn time_for(self, requests: u64, is_search: bool) -> Duration {
        let (class, bound) = match is_search {
            true => (Class::Search, self.search),
            false => (Class::History, self.history),
        };
        let bounds = [class.bounds().bounded(bound), OVERALL.bounded(self.overall)];
        let time = |bounds: Bounds| {
            let waiting = requests.saturating_sub(bounds.start.burst.into());
            waiting as f64 / bounds.start.per_second
        };
        Duration::from_secs_f64(bounds.map(time).into_iter().fold(0.0, f64::max))
    }
}

/// Methods that Telegram limits together, as far as anybody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Class {
    /// Reading messages of one chat.
    History,
    /// Searching for messages.
    Search,
    /// Finding chats by name.
    Resolve,
    /// Listing the account's chats.
    Dialogs,
    /// Everything else.
    Other,
}

impl Class {
    /// The class of a TL method.
    pub(super) fn of(method: &str) -> Self {
        match method {
            "messages.getHistory" | "messages.getReplies" => Self::History,
            "messages.search" => Self::Search,
            "contacts.resolveUsername" | "contacts.search" | "messages.checkChatInvite" => {
                Self::Resolve
            }
            "messages.getDialogs" => Self::Dialogs,
            _ => Self::Other,
        }
    }

    /// Where it begins and what it never exceeds, unless a bound was set. Accounts have been seen to sustain 10 to 30
    /// histories in 30 s, and some more; names and chat lists far less, with waits of hours for more.
    fn bounds(self) -> Bounds {
        let (per_second, burst, most) = match self {
            Self::History => (1.0, 30, 4.0),
            Self::Search => (0.5, 15, 1.0),
            Self::Resolve => (0.2, 20, 0.2),
            Self::Dialogs => (0.1, 5, 0.1),
            Self::Other => (2.0, 40, 2.0),
        };
        let start = Pace { per_second, burst };
        Bounds { start, most }
    }
}

/// Everything together.
const OVERALL: Bounds = Bounds {
    start: Pace {
        per_second: 5.0,
        burst: 60,
    },
    most: 5.0,
};

/// The lowest rate that can be asked for, one request in three hours.
const SLOWEST: f64 = 0.0001;

/// A wait shorter than this is not worth a word.
const WORTH_SAYING: Duration = Duration::from_secs(2);

impl Bounds {
    /// A bound that was asked for holds in every second: no more at once than it allows in one.
    fn bounded(self, per_second: Option<f64>) -> Self {
        per_second.map_or(self, |per_second| {
            let per_second = per_second.max(SLOWEST);
            let start = Pace {
                per_second,
                // At most 1,000, and never none.
                burst: (per_second as u32).max(1),
            };
            Self {
                start,
                most: per_second,
            }
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
    other: Gate,
    cooldowns: Cooldowns,
    /// How long one call may sleep through flood waits in all.
    flood_wait_max: Duration,
}

/// Leave to send one request; leave that is not used goes back.
#[must_use]
pub(super) struct Leave<'a> {
    class: Token<'a>,
    overall: Token<'a>,
}

impl Leave<'_> {
    /// The request is being sent.
    pub(super) fn spend(self) {
        self.class.spend();
        self.overall.spend();
    }
}

impl Limiter {
    /// A limiter that keeps these pauses; longer ones than `flood_wait_max` are reported, not slept.
    pub(super) fn new(rates: Rates, flood_wait_max: Duration, cooldowns: Cooldowns) -> Self {
        let gate = |class: Class, bound| Gate::new(class.bounds().bounded(bound));
        Self {
            overall: Gate::new(OVERALL.bounded(rates.overall)),
            history: gate(Class::History, rates.history),
            search: gate(Class::Search, rates.search),
            resolve: gate(Class::Resolve, rates.resolve),
            dialogs: gate(Class::Dialogs, rates.dialogs),
            other: gate(Class::Other, rates.overall),
            cooldowns,
            flood_wait_max,
        }
    }

    /// Waits for leave to send a request. Fails at once when there is none before the call's deadline, or when
    /// Telegram has asked for a pause that is longer than the call may sleep.
    pub(super) async fn admit(
        &self,
        method: &'static str,
        call: &Call,
    ) -> Result<Leave<'_>, Error> {
        let class = Class::of(method);
        let gate = self.gate(class);
        let too_late = |wait| self.too_late(method, class, wait);
        self.resting(method, class, call)?;
        let place = gate.join(call.deadline).map_err(too_late)?;
        let _turn = gate.turn(&place, call.deadline).await.map_err(too_late)?;
        let token = loop {
            if let Some(rest) = self.resting(method, class, call)? {
                gate.rests_until(Instant::now() + rest);
                sleep_flood_wait(rest, call).await;
                continue;
            }
            match gate.take() {
                Ok(token) => break token,
                Err(wait) => wait_for_room(method, wait, call).await?,
            }
        };
        Ok(Leave {
            class: token,
            overall: self.admit_overall(method, call).await?,
        })
    }

    /// How many requests with this method could be sent right now without any of them having to wait.
    pub(super) fn spare(&self, method: &str) -> u32 {
        let class = Class::of(method);
        if self.cooldowns.remaining(class).is_some() {
            return 0;
        }
        self.gate(class).spare().min(self.overall.spare())
    }

    async fn admit_overall(&self, method: &'static str, call: &Call) -> Result<Token<'_>, Error> {
        let too_late = |retry_after| Error::RateLimited {
            method,
            retry_after,
        };
        let place = self.overall.join(call.deadline).map_err(too_late)?;
        let turn = self.overall.turn(&place, call.deadline).await;
        let _turn = turn.map_err(too_late)?;
        loop {
            match self.overall.take() {
                Ok(token) => return Ok(token),
                Err(wait) => wait_for_room(method, wait, call).await?,
            }
        }
    }

    /// Telegram answered a request that was sent then with a flood wait. How long the class rests now, which is
    /// longer where others were told to wait longer.
    pub(super) async fn flooded(
        &self,
        method: &'static str,
        sent_at: Instant,
        wait: Duration,
    ) -> Duration {
        let class = Class::of(method);
        self.gate(class).flooded(sent_at, wait);
        self.cooldowns.note(class, wait).await
    }

    /// How long the class must still rest, if it must; an error when that is longer than the call may sleep.
    fn resting(
        &self,
        method: &'static str,
        class: Class,
        call: &Call,
    ) -> Result<Option<Duration>, Error> {
        match self.cooldowns.remaining(class) {
            Some(rest) if rest > self.flood_wait_left(call) => Err(Error::FloodWait {
                method,
                retry_after: rest,
            }),
            rest => Ok(rest),
        }
    }

    /// How long a flood wait this call may still sleep through: within its own time, and what it may spend on them
    /// in all.
    pub(super) fn flood_wait_left(&self, call: &Call) -> Duration {
        let left = self.flood_wait_max.saturating_sub(call.slept());
        left.min(call.remaining())
    }

    /// There is no room before the deadline: because Telegram wants a pause, or because of our own rate.
    fn too_late(&self, method: &'static str, class: Class, retry_after: Duration) -> Error {
        match self.cooldowns.remaining(class) {
            Some(retry_after) => Error::FloodWait {
                method,
                retry_after,
            },
            None => Error::RateLimited {
                method,
                retry_after,
            },
        }
    }

    fn gate(&self, class: Class) -> &Gate {
        match class {
            Class::History => &self.history,
            Class::Search => &self.search,
            Class::Resolve => &self.resolve,
            Class::Dialogs => &self.dialogs,
            Class::Other => &self.other,
        }
    }
}

/// Sleeps through a flood wait, and says so.
async fn sleep_flood_wait(wait: Duration, call: &Call) {
    call.has_slept(wait);
    let seconds = whole_seconds(wait);
    call.progress
        .waits(format!("waiting {seconds} s for Telegram"))
        .await;
    tokio::time::sleep(wait).await;
}

/// Sleeps until the bucket may have a token, if that is before the deadline.
async fn wait_for_room(method: &'static str, wait: Duration, call: &Call) -> Result<(), Error> {
    if wait > call.remaining() {
        return Err(Error::RateLimited {
            method,
            retry_after: wait,
        });
    }
    if wait >= WORTH_SAYING {
        let seconds = whole_seconds(wait);
        call.progress
            .waits(format!("waiting {seconds} s to keep to the request rate"))
            .await;
    }
    tokio::time::sleep(wait).await;
    Ok(())
}

#[cfg(test)]
mod tests;

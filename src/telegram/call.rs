//! What one call may use: time, a way to be stopped, and somewhere to say what is happening.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::takeout::Takeout;

/// What one call may use.
#[derive(Clone)]
pub struct Call {
    /// When the call must have come back.
    pub deadline: Instant,
    /// Cancelled when nobody waits for the answer any more.
    pub cancel: CancellationToken,
    /// Where to say what is happening.
    pub progress: Progress,
    /// Which chat it is about, as far as that has turned out.
    pub about: About,
    /// How long the call has slept through flood waits, in milliseconds; its clones count together.
    slept: Arc<AtomicU64>,
    takeout: Option<Takeout>,
}

impl Call {
    /// A call that must be back by `deadline`.
    pub fn new(deadline: Instant, cancel: CancellationToken, progress: Progress) -> Self {
        Self {
            deadline,
            cancel,
            progress,
            about: About::default(),
            slept: Arc::default(),
            takeout: None,
        }
    }

    /// The same call, whose messages are read within a takeout session.
    pub fn with_takeout(self, takeout: Takeout) -> Self {
        Self {
            takeout: Some(takeout),
            ..self
        }
    }

    /// The takeout that a request with this method goes through.
    pub(super) fn takeout_for(&self, method: &str) -> Option<&Takeout> {
        self.takeout
            .as_ref()
            .filter(|takeout| takeout.takes(method))
    }

    /// A call with the same time that goes on when this one is cancelled.
    pub(super) fn alone(&self) -> Self {
        Self {
            cancel: CancellationToken::new(),
            takeout: None,
            ..self.clone()
        }
    }

    /// How much time is left.
    pub(super) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// How long the call has slept through flood waits.
    pub(super) fn slept(&self) -> Duration {
        Duration::from_millis(self.slept.load(Ordering::Relaxed))
    }

    /// Counts a flood wait that was slept.
    pub(super) fn has_slept(&self, wait: Duration) {
        let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.slept.fetch_add(wait, Ordering::Relaxed);
    }
}

/// Which chat a call is about, by its marked id; its clones know the same.
#[derive(Debug, Clone, Default)]
pub struct About(Arc<Ids>);

#[derive(Debug, Default)]
struct Ids {
    found: AtomicI64,
    refused: AtomicI64,
}

impl About {
    /// The first chat that was found, or else the first that may not be read.
    pub fn chat_id(&self) -> Option<i64> {
        let ids = [&self.0.found, &self.0.refused].map(|id| id.load(Ordering::Relaxed));
        ids.into_iter().find(|id| *id != NOBODY)
    }

    /// Takes in a chat that was found and may be read.
    pub(crate) fn has_found(&self, chat_id: i64) {
        settle(&self.0.found, chat_id);
    }

    /// Takes in one that may not be read.
    pub(crate) fn has_refused(&self, chat_id: i64) {
        settle(&self.0.refused, chat_id);
    }
}

/// What no chat has for an id.
const NOBODY: i64 = 0;

fn settle(id: &AtomicI64, chat_id: i64) {
    // Who came first stays.
    let _ = id.compare_exchange(NOBODY, chat_id, Ordering::Relaxed, Ordering::Relaxed);
}

/// What a call is doing, in our own words: nothing that came from Telegram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    /// It gets on.
    Works(String),
    /// It waits, for Telegram or for our own rate.
    Waits(String),
}

impl Activity {
    /// The words.
    pub fn into_words(self) -> String {
        match self {
            Self::Works(words) | Self::Waits(words) => words,
        }
    }
}

type Say = dyn Fn(Activity) -> BoxFuture<'static, ()> + Send + Sync;

/// Where progress goes; cheap to clone, and the default one does nothing.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<Say>>);

impl Progress {
    /// Progress that goes to `say`, which is awaited.
    pub fn new(say: impl Fn(Activity) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(say)))
    }

    /// Says how it gets on.
    pub async fn say(&self, words: impl Into<String>) {
        if let Some(say) = &self.0 {
            say(Activity::Works(words.into())).await;
        }
    }

    /// Says what it waits for.
    pub async fn waits(&self, words: impl Into<String>) {
        if let Some(say) = &self.0 {
            say(Activity::Waits(words.into())).await;
        }
    }
}

//! The Telegram side: one [`Client`], and the one function every request goes through.
//!
//! It only reads. It does not know what a page is, nor what leaves the process.

mod answer;
pub mod auth;
mod breaker;
mod call;
mod connect;
pub mod convert;
mod cooldown;
mod describe;
mod dialogs;
#[cfg(any(fuzzing, test))]
mod fuzzing;
mod limit;
mod line;
pub mod peer;
mod retry;
pub mod session;
mod source;
mod state;
mod takeout;
pub mod weight;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use grammers_tl_types::{self as tl, Deserializable as _};
use tokio::time::{Instant, timeout_at};

pub use self::answer::{Answer, Records, Window};
use self::breaker::Breaker;
pub use self::call::{About, Activity, Call, Progress};
use self::connect::Connection;
use self::cooldown::Cooldowns;
pub use self::dialogs::{Dialog, DialogOffset, DialogStart, Dialogs, Folder};
#[cfg(any(fuzzing, test))]
pub(crate) use self::fuzzing::answer as fuzz_answer;
use self::limit::Limiter;
pub use self::limit::Rates;
#[cfg(any(fuzzing, test))]
pub(crate) use self::line::fuzzing::frames as fuzz_frames;
use self::peer::PeerCache;
use self::retry::{Budget, Decision};
use self::session::SessionString;
pub use self::source::{Search, SearchFilter, Source};
pub use self::state::forget;
pub use self::takeout::Takeout;
use self::takeout::Takeouts;
use crate::error::{Error, ErrorCode};

/// How long one request may take before its connection counts as dead, unless the options say otherwise.
pub const RPC_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request waits for a Telegram that has gone away under it, unless the options say otherwise.
pub const OUTAGE_PATIENCE: Duration = Duration::from_secs(20);

/// How long after its deadline a request is still waited for.
const OVERDUE: Duration = Duration::from_millis(200);

/// How often a request that takes long says so.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// What a client is made of.
pub struct ClientOptions {
    /// The account, and where its data centre is.
    pub session: SessionString,
    /// The application id from <https://my.telegram.org>.
    pub api_id: i32,
    /// Upper bounds of requests a second.
    pub rates: Rates,
    /// How long one call may sleep through flood waits; longer ones are reported.
    pub flood_wait_max: Duration,
    /// Where resolved peers and flood waits are remembered; `None` keeps them in memory.
    pub state_dir: Option<PathBuf>,
    /// How long one request may take before its connection counts as dead.
    pub rpc_timeout: Duration,
    /// How long a request waits for a Telegram that has gone away under it.
    pub outage_patience: Duration,
}

/// A connection to Telegram that is made when it is first needed; cheap to share in an [`Arc`].
pub struct Client {
    connection: Connection,
    breaker: Breaker,
    limiter: Limiter,
    rpc_timeout: Duration,
    outage_patience: Duration,
    peers: Arc<PeerCache>,
    takeouts: Takeouts,
    is_refused: AtomicBool,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(options: ClientOptions) -> Self {
        let account_id = options.session.account_id();
        let state_dir = options.state_dir.as_deref();
        Self {
            peers: Arc::new(PeerCache::open(state_dir, &account_id)),
            connection: Connection::new(options.session, options.api_id),
            breaker: Breaker::default(),
            limiter: Limiter::new(
                options.rates,
                options.flood_wait_max,
                Cooldowns::open(state_dir, &account_id),
            ),
            rpc_timeout: options.rpc_timeout,
            outage_patience: options.outage_patience,
            takeouts: Takeouts::open(state_dir, &account_id),
            is_refused: AtomicBool::default(),
        }
    }

    /// The peers this account has met.
    pub fn peers(&self) -> &PeerCache {
        &self.peers
    }

    /// How far Telegram's clock is ahead of this computer's, in seconds; zero while they agree well enough for
    /// Telegram.
    pub fn clock_offset(&self) -> i64 {
        self.connection.clock_offset()
    }

    /// The same by the time that Telegram's messages carry, whether it matters or not; unknown before the first.
    pub fn is_ahead(&self) -> Option<i64> {
        self.connection.ahead()
    }

    /// How many requests with this method could be sent right now without any of them having to wait.
    pub fn spare(&self, method: &str) -> usize {
        match self.breaker.check() {
            Ok(()) => self.limiter.spare(method) as usize,
            Err(_) => 0,
        }
    }

    /// Whether there is a connection.
    pub async fn is_connected(&self) -> bool {
        self.connection.is_open().await
    }

    /// Whether Telegram has refused the session when it was last asked something.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    /// Ends a takeout session that is still open, and closes the connection; the client can be used again afterwards.
    pub async fn disconnect(&self) {
        self.close_takeout().await;
        self.connection.close().await;
    }

    /// Sends one request and reads its answer: within the rate, with a timeout of its own, repeated after
    /// transient errors while the call has time, and not at all while Telegram is away or wants a pause.
    ///
    /// Everything this program asks for is a read, so repeating is safe. Dropping the future stops it;
    /// a request that is already sent still reaches Telegram.
    ///
    /// What a call with a takeout asks is asked within its session, and once more in a new one if that has ended.
    pub async fn invoke<R: tl::RemoteCall>(
        &self,
        request: &R,
        call: &Call,
    ) -> Result<R::Return, Error> {
        let body = request.to_bytes();
        let method = method_name(&body);
        let Some(takeout) = call.takeout_for(method) else {
            return self.send::<R>(method, &body, call).await;
        };
        let takeout_id = takeout.id(None, call).await?;
        let within = takeout::within::<R>(takeout_id, &body);
        match self.send::<R>(method, &within, call).await {
            Err(Error::TakeoutEnded { .. }) => {
                let takeout_id = takeout.id(Some(takeout_id), call).await?;
                let within = takeout::within::<R>(takeout_id, &body);
                self.send::<R>(method, &within, call).await
            }
            outcome => outcome,
        }
    }

    /// Sends a serialised request that asks for what this method answers.
    async fn send<R: tl::RemoteCall>(
        &self,
        method: &'static str,
        body: &[u8],
        call: &Call,
    ) -> Result<R::Return, Error> {
        let mut failures = 0;
        let mut first_failure = None;
        loop {
            let attempt = with_signs_of_life(call, self.attempt::<R>(method, body, call));
            let error = match while_wanted(call, method, attempt).await? {
                Ok(answer) => {
                    self.is_refused.store(false, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.code() == ErrorCode::SessionRevoked {
                self.is_refused.store(true, Ordering::Relaxed);
            }
            failures += 1;
            if error.is_transient() || error.retry_after().is_some() {
                tracing::warn!(method, failures, %error, "a request failed");
            } else {
                tracing::debug!(method, %error, "a request was refused");
            }
            let failing_for = first_failure.get_or_insert_with(Instant::now).elapsed();
            let budget = Budget {
                time: call.remaining(),
                flood_wait: self.limiter.flood_wait_left(call),
                outage: self.outage_patience.saturating_sub(failing_for),
            };
            match retry::decide(&error, failures, budget, rand::random()) {
                Decision::Report => return Err(self.with_a_time(error)),
                Decision::Repeat { after } => {
                    let pause = with_signs_of_life(call, tokio::time::sleep(after));
                    while_wanted(call, method, pause).await?;
                }
            }
        }
    }

    /// Asks once: when Telegram is there, and within the rate.
    async fn attempt<R: tl::RemoteCall>(
        &self,
        method: &'static str,
        body: &[u8],
        call: &Call,
    ) -> Result<R::Return, Error> {
        self.breaker.check().map_err(away)?;
        let leave = self.limiter.admit(method, call).await?;
        let knock = self.breaker.admit().map_err(away)?;
        leave.spend();
        let sent_at = Instant::now();
        let outcome = self.ask::<R>(method, body, call.deadline).await;
        match &outcome {
            Err(Error::OutOfTime { .. }) => drop(knock),
            Err(error) if error.is_away() => knock.failed(),
            _ => knock.answered(),
        }
        match outcome {
            Err(Error::FloodWait { retry_after, .. }) => Err(Error::FloodWait {
                method,
                retry_after: self.limiter.flooded(method, sent_at, retry_after).await,
            }),
            outcome => outcome,
        }
    }

    /// An error for a caller, with when to come back where that is known.
    fn with_a_time(&self, error: Error) -> Error {
        match (error, self.breaker.check()) {
            (
                Error::Unavailable {
                    reason,
                    retry_after: None,
                },
                Err(wait),
            ) => Error::Unavailable {
                reason,
                retry_after: Some(wait),
            },
            (error, _) => error,
        }
    }

    async fn ask<R: tl::RemoteCall>(
        &self,
        method: &'static str,
        body: &[u8],
        deadline: Instant,
    ) -> Result<R::Return, Error> {
        let limit = deadline.min(Instant::now() + self.rpc_timeout);
        let line = self.connection.line().await;
        let answers_before = line.answers();
        let Ok(outcome) = timeout_at(limit, line.send(body.to_vec())).await else {
            // Where others were answered meanwhile, only this answer is lost.
            if line.answers() == answers_before {
                self.connection.abandon(&line).await;
            }
            return Err(if limit == deadline {
                Error::OutOfTime { method }
            } else {
                Error::unavailable(format!(
                    "no answer to `{method}` within {:?}",
                    self.rpc_timeout
                ))
            });
        };
        let answer = outcome.map_err(|error| retry::classify(method, &error))?;
        if !weight::is_bearable(&answer) {
            return Err(Error::Unreadable { method });
        }
        R::Return::from_bytes(&answer).map_err(|_| Error::Unreadable { method })
    }
}

/// Nobody knocks for now.
fn away(wait: Duration) -> Error {
    Error::Unavailable {
        reason: "it could not be reached several times in a row".to_owned(),
        retry_after: Some(wait),
    }
}

/// Runs `work`, and says now and then that it is still under way.
async fn with_signs_of_life<T>(call: &Call, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(SIGN_OF_LIFE) => call.progress.waits("still waiting for Telegram").await,
        }
    }
}

/// Runs `work` unless the call is cancelled first. Everything inside keeps the deadline by itself; what does not
/// is stopped here.
async fn while_wanted<T>(
    call: &Call,
    method: &'static str,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = call.cancel.cancelled() => Err(Error::Cancelled),
        done = work => Ok(done),
        () = tokio::time::sleep_until(call.deadline + OVERDUE) => Err(Error::OutOfTime { method }),
    }
}

/// The TL name of a serialised request.
fn method_name(body: &[u8]) -> &'static str {
    body.first_chunk()
        .map_or("?", |id| tl::name_for_id(u32::from_le_bytes(*id)))
}

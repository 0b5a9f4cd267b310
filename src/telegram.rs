//! The Telegram side: one [`Client`], and the one function every request goes through.
//!
//! It only reads. It does not know what a page is, nor what leaves the process.

mod answer;
mod call;
mod connect;
pub mod convert;
mod describe;
mod limit;
pub mod peer;
mod retry;
pub mod session;
mod state;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use grammers_tl_types::{self as tl, Deserializable as _};
use tokio::time::{Instant, timeout_at};

pub use self::answer::{Answer, Records, Window};
pub use self::call::{Call, Progress};
use self::connect::Connection;
use self::limit::Limiter;
pub use self::limit::Rates;
use self::peer::PeerCache;
use self::retry::{Budget, Decision};
use self::session::SessionString;
use crate::error::Error;

/// How long one request may take before its connection counts as dead, unless the options say otherwise.
pub const RPC_TIMEOUT: Duration = Duration::from_secs(12);

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
    /// Where resolved peers are remembered; `None` keeps them in memory.
    pub state_dir: Option<PathBuf>,
    /// How long one request may take before its connection counts as dead.
    pub rpc_timeout: Duration,
}

/// A connection to Telegram that is made when it is first needed; cheap to share in an [`Arc`].
pub struct Client {
    connection: Connection,
    limiter: Limiter,
    flood_wait_max: Duration,
    rpc_timeout: Duration,
    peers: Arc<PeerCache>,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(options: ClientOptions) -> Self {
        let account_id = options.session.account_id();
        let state_dir = options.state_dir.as_deref();
        Self {
            peers: Arc::new(PeerCache::open(state_dir, &account_id)),
            connection: Connection::new(options.session, options.api_id),
            limiter: Limiter::new(options.rates),
            flood_wait_max: options.flood_wait_max,
            rpc_timeout: options.rpc_timeout,
        }
    }

    /// The peers this account has met.
    pub fn peers(&self) -> &PeerCache {
        &self.peers
    }

    /// Closes the connection; the client can be used again afterwards.
    pub async fn disconnect(&self) {
        self.connection.close().await;
    }

    /// Sends one request and reads its answer: within the rate, with a timeout of its own, repeated after
    /// transient errors while the call has time, and at most once at a time for its method class's gate.
    ///
    /// Everything this program asks for is a read, so repeating is safe. Dropping the future stops it;
    /// a request that is already sent still reaches Telegram.
    pub async fn invoke<R: tl::RemoteCall>(
        &self,
        request: &R,
        call: &Call,
    ) -> Result<R::Return, Error> {
        let body = request.to_bytes();
        let method = method_name(&body);
        let mut failures = 0;
        loop {
            let attempt = self.attempt::<R>(method, &body, call);
            let error = match until_cancelled(call, with_signs_of_life(call, attempt)).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failures += 1;
            if error.is_transient() || error.retry_after().is_some() {
                tracing::warn!(method, failures, %error, "a request failed");
            } else {
                tracing::debug!(method, %error, "a request was refused");
            }
            let budget = Budget {
                time: call.remaining(),
                flood_wait: self.flood_wait_max.saturating_sub(call.slept()),
            };
            match retry::decide(&error, failures, budget, rand::random()) {
                Decision::Report => return Err(error),
                Decision::Repeat { after } => self.pause(&error, after, call).await?,
            }
        }
    }

    /// Asks once, within the rate.
    async fn attempt<R: tl::RemoteCall>(
        &self,
        method: &'static str,
        body: &[u8],
        call: &Call,
    ) -> Result<R::Return, Error> {
        self.limiter.admit(method, call.deadline).await?;
        self.ask::<R>(method, body, call.deadline).await
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
        let answer = outcome
            .map_err(|error| retry::classify(method, &error, self.connection.key_refused()))?;
        R::Return::from_bytes(&answer).map_err(|_| Error::Unreadable { method })
    }

    /// The one place that sleeps before a request is repeated.
    async fn pause(&self, error: &Error, after: Duration, call: &Call) -> Result<(), Error> {
        if error.retry_after().is_some() {
            call.has_slept(after);
            let seconds = after.as_secs_f64().ceil();
            call.progress
                .say(format!("waiting {seconds} s for Telegram"))
                .await;
        }
        until_cancelled(call, tokio::time::sleep(after)).await
    }
}

/// Runs `work`, and says now and then that it is still under way.
async fn with_signs_of_life<T>(call: &Call, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(SIGN_OF_LIFE) => call.progress.say("still waiting for Telegram").await,
        }
    }
}

/// Runs `work` unless the call is cancelled first.
async fn until_cancelled<T>(call: &Call, work: impl Future<Output = T>) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = call.cancel.cancelled() => Err(Error::Cancelled),
        done = work => Ok(done),
    }
}

/// The TL name of a serialised request.
fn method_name(body: &[u8]) -> &'static str {
    body.first_chunk()
        .map_or("?", |id| tl::name_for_id(u32::from_le_bytes(*id)))
}

//! The pool: built when first needed, thrown away and built anew on the same session when it is dead,
//! silent or has panicked. grammers neither times out nor checks its own pulse, so nothing here waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use grammers_client::sender::{
    ConnectionParams, InvocationError, NoRetries, SenderPool, SenderPoolHandle,
};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::session::{HomeSession, SessionString};

/// The one connection to the account's home data centre.
pub(super) struct Connection {
    session: Arc<HomeSession>,
    dc_id: i32,
    api_id: i32,
    pool: Mutex<Option<Pool>>,
    /// How many pools there have been.
    built: AtomicU64,
}

struct Pool {
    line: Line,
    runner: JoinHandle<()>,
}

/// A way to send requests over the pool of a moment.
#[derive(Clone)]
pub(super) struct Line {
    handle: SenderPoolHandle,
    dc_id: i32,
    /// Which pool it belongs to.
    number: u64,
    /// How many answers have come over it, errors included.
    answers: Arc<AtomicU64>,
}

impl Line {
    /// Sends a serialised request; connects first where that is needed.
    pub(super) async fn send(&self, body: Vec<u8>) -> Result<Vec<u8>, InvocationError> {
        let outcome = self.handle.raw_invoke_in_dc(self.dc_id, body).await;
        if matches!(outcome, Ok(_) | Err(InvocationError::Rpc(_))) {
            self.answers.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    /// How many answers have come so far.
    pub(super) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Quitting would wait behind a request that may never be answered.
        self.runner.abort();
    }
}

impl Connection {
    pub(super) fn new(session: SessionString, api_id: i32) -> Self {
        Self {
            dc_id: i32::from(session.dc_id()),
            session: Arc::new(HomeSession::new(&session)),
            api_id,
            pool: Mutex::new(None),
            built: AtomicU64::new(0),
        }
    }

    /// The line to Telegram; a new one when the last has died.
    pub(super) async fn line(&self) -> Line {
        let mut slot = self.pool.lock().await;
        match slot.as_ref() {
            Some(pool) if !pool.runner.is_finished() => pool.line.clone(),
            _ => slot.insert(self.build()).line.clone(),
        }
    }

    /// Throws the pool of this line away, unless there is a newer one: what is in flight on it fails, and the
    /// next request connects anew.
    pub(super) async fn abandon(&self, line: &Line) {
        let mut slot = self.pool.lock().await;
        if slot
            .as_ref()
            .is_some_and(|pool| pool.line.number == line.number)
        {
            slot.take();
        }
    }

    /// Closes the connection.
    pub(super) async fn close(&self) {
        self.pool.lock().await.take();
    }

    /// Whether grammers tried to replace the session's key, which means that Telegram does not know it.
    pub(super) fn key_refused(&self) -> bool {
        self.session.key_refused()
    }

    fn build(&self) -> Pool {
        let params = ConnectionParams {
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            use_ipv6: self.session.uses_ipv6(),
            retry_policy: Box::new(NoRetries),
            ..ConnectionParams::default()
        };
        let pool = SenderPool::with_configuration(Arc::clone(&self.session), self.api_id, params);
        let line = Line {
            handle: pool.handle.thin,
            dc_id: self.dc_id,
            number: self.built.fetch_add(1, Ordering::Relaxed),
            answers: Arc::default(),
        };
        Pool {
            line,
            runner: tokio::spawn(pool.runner.run()),
        }
    }
}

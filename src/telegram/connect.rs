//! The pool: built when first needed, thrown away and built anew on the same session when it is dead,
//! silent or has panicked. grammers neither times out nor checks its own pulse, so nothing here waits for it.

use std::sync::Arc;

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
}

struct Pool {
    handle: SenderPoolHandle,
    runner: JoinHandle<()>,
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
        }
    }

    /// Sends a serialised request; connects first where that is needed.
    pub(super) async fn send(&self, body: Vec<u8>) -> Result<Vec<u8>, InvocationError> {
        let handle = self.handle().await;
        handle.raw_invoke_in_dc(self.dc_id, body).await
    }

    /// Throws the pool away: what is in flight on it fails, and the next request connects anew.
    pub(super) async fn abandon(&self) {
        self.pool.lock().await.take();
    }

    /// Closes the connection.
    pub(super) async fn close(&self) {
        self.abandon().await;
    }

    /// Whether grammers tried to replace the session's key, which means that Telegram does not know it.
    pub(super) fn key_refused(&self) -> bool {
        self.session.key_refused()
    }

    async fn handle(&self) -> SenderPoolHandle {
        let mut slot = self.pool.lock().await;
        match slot.as_ref() {
            Some(pool) if !pool.runner.is_finished() => pool.handle.clone(),
            _ => {
                let pool = self.build();
                let handle = pool.handle.clone();
                *slot = Some(pool);
                handle
            }
        }
    }

    fn build(&self) -> Pool {
        let params = ConnectionParams {
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            use_ipv6: self.session.uses_ipv6(),
            retry_policy: Box::new(NoRetries),
            ..ConnectionParams::default()
        };
        let pool = SenderPool::with_configuration(Arc::clone(&self.session), self.api_id, params);
        Pool {
            handle: pool.handle.thin,
            runner: tokio::spawn(pool.runner.run()),
        }
    }
}

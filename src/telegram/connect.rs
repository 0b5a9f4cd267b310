//! The connection: a line that is built when first needed, and anew when the last has ended or was given up.

use std::sync::{Arc, OnceLock};

use grammers_client::sender::ConnectionParams;
use grammers_crypto::AuthKey;
use grammers_tl_types::{self as tl, Serializable as _};
use tokio::sync::Mutex;

use super::line::{Learnt, Line, OpenLine, Plan};
use super::session::SessionString;

/// The one connection to the account's home data centre, which is where the session says: nothing that Telegram
/// lists leads anywhere else.
pub(super) struct Connection {
    session: SessionString,
    api_id: i32,
    line: Mutex<Option<OpenLine>>,
    learnt: Arc<Learnt>,
    greeting: OnceLock<Vec<u8>>,
}

impl Connection {
    pub(super) fn new(session: SessionString, api_id: i32) -> Self {
        Self {
            session,
            api_id,
            line: Mutex::new(None),
            learnt: Arc::default(),
            greeting: OnceLock::new(),
        }
    }

    /// The line to Telegram; a new one when the last has ended.
    pub(super) async fn line(&self) -> Line {
        let mut slot = self.line.lock().await;
        match slot.as_ref() {
            Some(open) if open.is_open() => open.line(),
            _ => slot.insert(OpenLine::open(self.plan())).line(),
        }
    }

    /// Gives this line up, unless there is a newer one: what is under way on it fails, and the next request connects
    /// anew.
    pub(super) async fn abandon(&self, line: &Line) {
        let mut slot = self.line.lock().await;
        if slot.as_ref().is_some_and(|open| open.is(line)) {
            slot.take();
        }
    }

    /// Whether there is a line.
    pub(super) async fn is_open(&self) -> bool {
        self.line
            .lock()
            .await
            .as_ref()
            .is_some_and(OpenLine::is_open)
    }

    /// Closes the connection.
    pub(super) async fn close(&self) {
        self.line.lock().await.take();
    }

    /// How far Telegram's clock is ahead of this computer's, in seconds; zero until Telegram has complained.
    pub(super) fn clock_offset(&self) -> i64 {
        self.learnt.clock_offset()
    }

    /// How far it is ahead, whether that matters or not; unknown until Telegram has sent something.
    pub(super) fn ahead(&self) -> Option<i64> {
        self.learnt.ahead()
    }

    fn plan(&self) -> Plan {
        Plan {
            address: self.session.address(),
            key: AuthKey::from_bytes(*self.session.auth_key()),
            greeting: self.greeting.get_or_init(|| greeting(self.api_id)).clone(),
            learnt: Arc::clone(&self.learnt),
        }
    }
}

/// The first request of each line: who we are, in the layer that we speak.
pub(super) fn greeting(api_id: i32) -> Vec<u8> {
    // grammers asks the system what it is; what the account's list of devices shows stays as it was.
    let device = ConnectionParams::default();
    let greeting = tl::functions::InvokeWithLayer {
        layer: tl::LAYER,
        query: tl::functions::InitConnection {
            api_id,
            device_model: device.device_model,
            system_version: device.system_version,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            system_lang_code: device.system_lang_code,
            lang_pack: String::new(),
            lang_code: device.lang_code,
            proxy: None,
            params: None,
            query: tl::functions::help::GetConfig {},
        },
    };
    greeting.to_bytes()
}

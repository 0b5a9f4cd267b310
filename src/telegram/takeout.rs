//! The takeout session that exports read through, for its gentler limits (<https://core.telegram.org/api/takeout>):
//! one for all exports that run at once, ended with the last of them. The id of one that a process left open is taken
//! up by the next.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;

use grammers_tl_types::functions::account::FinishTakeoutSession;
use grammers_tl_types::functions::account::InitTakeoutSession;
use grammers_tl_types::{Identifiable as _, RemoteCall, Serializable as _, enums, functions};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::call::{Call, Progress};
use super::{Client, state, while_wanted, with_signs_of_life};
use crate::error::Error;

/// How long the end of a session may take. What does not manage is remembered.
const END_WITHIN: Duration = Duration::from_secs(3);

/// The method that starts a session.
const START: &str = "account.initTakeoutSession";

/// The method that ends one.
const END: &str = "account.finishTakeoutSession";

/// The methods that are asked within a session: those that read messages, which is what it is started for.
const WITHIN: [&str; 4] = [
    "messages.getHistory",
    "messages.getReplies",
    "messages.getSavedHistory",
    "messages.search",
];

/// The takeout session of one account, if there is one.
pub(super) struct Takeouts {
    file: Option<PathBuf>,
    /// The id of the open session; locked while one is started or ended.
    session: Mutex<Option<i64>>,
    exports: Lock<Exports>,
}

/// Those who read through the session.
#[derive(Debug, Default)]
struct Exports {
    running: usize,
    /// Whether one has failed since the first of them began.
    has_failed: bool,
}

/// What is remembered of a session that may still be open.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Remembered {
    takeout_id: Option<i64>,
}

impl Takeouts {
    /// The session of this account, as it is remembered below `state_dir`.
    pub(super) fn open(state_dir: Option<&Path>, account_id: &str) -> Self {
        Self {
            file: state_dir.map(|dir| state::Memory::Takeout.file(dir, account_id)),
            session: Mutex::default(),
            exports: Lock::default(),
        }
    }

    fn remembered(&self) -> Option<i64> {
        let remembered: Remembered = state::read(self.file.as_deref()?)?;
        remembered.takeout_id
    }

    async fn remember(&self, takeout_id: i64) {
        if let Some(file) = self.file.clone() {
            let takeout_id = Some(takeout_id);
            state::update(file, move |_: Option<Remembered>| Remembered { takeout_id }).await;
        }
    }

    /// Forgets this session, not one that another process has started since.
    async fn forget(&self, takeout_id: i64) {
        if let Some(file) = self.file.clone() {
            let forgotten = move |written: Option<Remembered>| {
                (written?.takeout_id == Some(takeout_id)).then(Remembered::default)
            };
            state::update(file, forgotten).await;
        }
    }

    fn exports(&self) -> MutexGuard<'_, Exports> {
        self.exports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An export's part in the takeout session, which ends with the last part; cheap to clone.
#[derive(Clone)]
pub struct Takeout(Arc<Part>);

struct Part {
    client: Arc<Client>,
    has_left: AtomicBool,
}

impl Takeout {
    /// The export is done, well or not. Comes back when the session has ended, if this was the last export; requests
    /// of calls that still carry this part are asked without a session.
    pub async fn finish(self, success: bool) {
        self.0.leave(success);
        let client = Arc::clone(&self.0.client);
        // Goes on when the one who waits is gone.
        let _ = tokio::spawn(async move { client.end_unused_takeout().await }).await;
    }

    /// Whether a request with this method is one of the session's.
    pub(super) fn takes(&self, method: &str) -> bool {
        WITHIN.contains(&method) && !self.0.has_left.load(Ordering::Relaxed)
    }

    /// The id of the session; a new one where there is none any more, or where it is the one that `has_ended`.
    pub(super) async fn id(&self, has_ended: Option<i64>, call: &Call) -> Result<i64, Error> {
        let client = Arc::clone(&self.0.client);
        if let Ok(session) = client.takeouts.session.try_lock()
            && let Some(takeout_id) = session.filter(|open| Some(*open) != has_ended)
        {
            return Ok(takeout_id);
        }
        // Not dropped with the call: a session whose id nobody has read would stay open.
        let alone = call.alone();
        let start = tokio::spawn(async move {
            let takeout_id = client.open_takeout(has_ended, &alone).await;
            client.end_unused_takeout().await;
            takeout_id
        });
        let start = while_wanted(call, START, with_signs_of_life(call, start));
        start.await?.map_err(|_| Error::Cancelled)?
    }
}

impl Part {
    fn of(client: &Arc<Client>) -> Self {
        let mut exports = client.takeouts.exports();
        exports.has_failed &= exports.running > 0;
        exports.running += 1;
        drop(exports);
        Self {
            client: Arc::clone(client),
            has_left: AtomicBool::new(false),
        }
    }

    fn leave(&self, success: bool) {
        if !self.has_left.swap(true, Ordering::Relaxed) {
            let mut exports = self.client.takeouts.exports();
            exports.running = exports.running.saturating_sub(1);
            exports.has_failed |= !success;
        }
    }
}

impl Drop for Part {
    /// An export that was dropped has not succeeded.
    fn drop(&mut self) {
        if self.has_left.load(Ordering::Relaxed) {
            return;
        }
        self.leave(false);
        let client = Arc::clone(&self.client);
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { client.end_unused_takeout().await });
        }
    }
}

impl Client {
    /// A part in the takeout session, which is started if there is none. Requests of calls that carry it, by
    /// [`Call::with_takeout`], are asked within the session.
    pub async fn takeout(self: &Arc<Self>, call: &Call) -> Result<Takeout, Error> {
        let takeout = Takeout(Arc::new(Part::of(self)));
        takeout.id(None, call).await?;
        Ok(takeout)
    }

    /// The id of the open session, of one that was left open, or of a new one.
    async fn open_takeout(&self, has_ended: Option<i64>, call: &Call) -> Result<i64, Error> {
        let mut session = self.takeouts.session.lock().await;
        if let Some(ended) = session.take_if(|open| Some(*open) == has_ended) {
            self.takeouts.forget(ended).await;
        }
        if let Some(takeout_id) = session.or_else(|| self.takeouts.remembered()) {
            *session = Some(takeout_id);
            return Ok(takeout_id);
        }
        if self.takeouts.exports().running == 0 {
            return Err(Error::Cancelled);
        }
        let request = InitTakeoutSession {
            contacts: false,
            message_users: true,
            message_chats: true,
            message_megagroups: true,
            message_channels: true,
            files: false,
            file_max_size: None,
        };
        let request = request.to_bytes();
        let started = self.send::<InitTakeoutSession>(START, &request, call);
        let enums::account::Takeout::Takeout(takeout) = started.await?;
        *session = Some(takeout.id);
        self.takeouts.remember(takeout.id).await;
        Ok(takeout.id)
    }

    /// Ends the session if no export reads through it any more.
    async fn end_unused_takeout(&self) {
        let mut session = self.takeouts.session.lock().await;
        let success = {
            let exports = self.takeouts.exports();
            (exports.running == 0).then_some(!exports.has_failed)
        };
        if let Some(success) = success {
            self.end_takeout(&mut session, success).await;
        }
    }

    /// Ends the session that is open when nothing more will be asked, for those who did not.
    pub(super) async fn close_takeout(&self) {
        let close = async {
            let mut session = self.takeouts.session.lock().await;
            self.end_takeout(&mut session, false).await;
        };
        let _ = timeout(END_WITHIN, close).await;
    }

    async fn end_takeout(&self, session: &mut Option<i64>, success: bool) {
        let Some(takeout_id) = *session else {
            return;
        };
        let call = Call::new(
            Instant::now() + END_WITHIN,
            CancellationToken::new(),
            Progress::default(),
        );
        let request = FinishTakeoutSession { success }.to_bytes();
        let request = within::<FinishTakeoutSession>(takeout_id, &request);
        match self
            .send::<FinishTakeoutSession>(END, &request, &call)
            .await
        {
            Ok(_) | Err(Error::TakeoutEnded { .. }) => {
                *session = None;
                self.takeouts.forget(takeout_id).await;
            }
            Err(error) => {
                tracing::warn!(%error, "a takeout session is still open; the next export takes it up");
            }
        }
    }
}

/// A serialised request as it is asked within a session.
pub(super) fn within<R: RemoteCall>(takeout_id: i64, body: &[u8]) -> Vec<u8> {
    let mut wrapped = functions::InvokeWithTakeout::<R>::CONSTRUCTOR_ID.to_bytes();
    wrapped.extend(takeout_id.to_bytes());
    wrapped.extend_from_slice(body);
    wrapped
}

//! The queue, and the thread that writes what is in it. Whoever records never waits.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::entry::Entry;
use super::log::{Log, Noted};

/// How many entries may wait to be written.
const QUEUE: usize = 1024;
/// How many are written at once.
const BATCH: usize = 256;
/// How often it is said that nothing can be written.
const SELDOM: Duration = Duration::from_secs(60);
/// How long the end of the process waits for the last lines.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Where what is done is recorded; cheap to clone, and the default one records nothing.
#[derive(Clone, Default)]
pub struct Audit(Option<Arc<Shared>>);

struct Shared {
    log: Log,
    file: PathBuf,
    queue: Mutex<Queue>,
    troubles: Arc<Troubles>,
}

/// The way to the thread, which begins with the first entry.
#[derive(Default)]
enum Queue {
    #[default]
    Unused,
    Open {
        sender: SyncSender<Noted>,
        ended: oneshot::Receiver<()>,
    },
    Closed,
}

impl Audit {
    /// An audit in this file.
    pub fn to(file: &Path) -> Self {
        Self(Some(Arc::new(Shared {
            log: Log::new(file),
            file: file.to_owned(),
            queue: Mutex::default(),
            troubles: Arc::default(),
        })))
    }

    /// Records what was done. Returns at once; when there are too many already, it is counted as lost.
    pub fn record(&self, entry: Entry) {
        let Some(shared) = &self.0 else { return };
        let noted = Noted::now(entry);
        let mut queue = shared.queue();
        if matches!(*queue, Queue::Unused) {
            *queue = shared.begin();
        }
        let is_taken = match &*queue {
            Queue::Open { sender, .. } => sender.try_send(noted).is_ok(),
            Queue::Unused | Queue::Closed => false,
        };
        drop(queue);
        if !is_taken {
            shared.troubles.lose(1, "too much waits to be written");
        }
    }

    /// How many entries were lost since the last line that was written.
    #[cfg(test)]
    pub(super) fn lost(&self) -> u64 {
        let troubles = self.0.as_ref().map(|shared| &shared.troubles);
        troubles.map_or(0, |troubles| troubles.lost.load(Ordering::Relaxed))
    }

    /// Writes what is in the queue, as far as there is time, and records nothing from then on.
    pub async fn close(&self) {
        let Some(shared) = &self.0 else { return };
        let queue = std::mem::replace(&mut *shared.queue(), Queue::Closed);
        if let Queue::Open { sender, ended } = queue {
            drop(sender);
            let _ = timeout(LAST_WORDS, ended).await;
        }
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.0.as_ref().map(|shared| &shared.file);
        f.debug_tuple("Audit").field(&file).finish()
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Queue {
        let (sender, receiver) = sync_channel(QUEUE);
        let (ending, ended) = oneshot::channel();
        let (log, troubles) = (self.log.clone(), Arc::clone(&self.troubles));
        let thread = thread::Builder::new().name("audit".to_owned());
        let begun = thread.spawn(move || {
            write_all(&log, &receiver, &troubles);
            let _ = ending.send(());
        });
        match begun {
            Ok(_) => Queue::Open { sender, ended },
            Err(_) => Queue::Unused,
        }
    }
}

/// Writes until nobody can record any more.
fn write_all(log: &Log, queue: &Receiver<Noted>, troubles: &Troubles) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        let lost = troubles.lost.load(Ordering::Relaxed);
        match log.append(&batch, lost) {
            Ok(()) => troubles.are_over(lost),
            Err(error) => troubles.lose(batch.len() as u64, &error.kind().to_string()),
        }
    }
}

/// What went wrong, and when it was said.
#[derive(Default)]
struct Troubles {
    /// How many entries were lost since the last line that was written.
    lost: AtomicU64,
    said_at: Mutex<Option<Instant>>,
}

impl Troubles {
    fn lose(&self, entries: u64, reason: &str) {
        let lost = self.lost.fetch_add(entries, Ordering::Relaxed) + entries;
        let mut said_at = self.said_at.lock().unwrap_or_else(PoisonError::into_inner);
        if said_at.is_none_or(|at| at.elapsed() >= SELDOM) {
            *said_at = Some(Instant::now());
            tracing::warn!(
                lost,
                "the audit cannot be written ({reason}): calls go on without; `telegram-history-mcp doctor` tells more"
            );
        }
    }

    /// So many that were lost are told of now.
    fn are_over(&self, lost: u64) {
        self.lost.fetch_sub(lost, Ordering::Relaxed);
        let mut said_at = self.said_at.lock().unwrap_or_else(PoisonError::into_inner);
        if lost > 0 && said_at.take().is_some() {
            tracing::info!(lost, "the audit is written again");
        }
    }
}

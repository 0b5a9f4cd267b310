//! Small files in the state directory: replaced as a whole, readable by their owner only. Losing one costs
//! requests, not data, so a failure is logged and nothing more.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;

/// The largest file that is read; ours are far smaller.
const MAX_BYTES: u64 = 16 << 20;

/// One update at a time in this process, so that none writes over what another has just written. Held where it
/// blocks, since a caller may leave before its update is done.
static UPDATING: Mutex<()> = Mutex::new(());

/// What is remembered of an account, each in a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    Peers,
    Cooldowns,
    Takeout,
}

impl Memory {
    const ALL: [Self; 3] = [Self::Peers, Self::Cooldowns, Self::Takeout];

    /// Where it is.
    pub(super) fn file(self, state_dir: &Path, account_id: &str) -> PathBuf {
        let name = match self {
            Self::Peers => "peers",
            Self::Cooldowns => "cooldowns",
            Self::Takeout => "takeout",
        };
        state_dir.join(format!("{name}-{account_id}.json"))
    }
}

/// Removes everything that is remembered of an account.
pub fn forget(state_dir: &Path, account_id: &str) {
    for memory in Memory::ALL {
        // What is not there is forgotten.
        let _ = fs::remove_file(memory.file(state_dir, account_id));
    }
}

/// What a state file holds; `None` when there is none or it cannot be read.
pub(super) fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let mut bytes = Vec::new();
    let file = fs::File::open(file).ok()?;
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Replaces a state file by what `change` makes of the one that is there: another process may have written it.
/// Where nothing has to change, that is `None`.
pub(super) async fn update<T, U, F>(file: PathBuf, change: F)
where
    T: Serialize + DeserializeOwned,
    U: Into<Option<T>>,
    F: FnOnce(Option<T>) -> U + Send + 'static,
{
    let update = move || {
        let _one = UPDATING.lock().unwrap_or_else(PoisonError::into_inner);
        let changed: Option<T> = change(read(&file)).into();
        changed.map_or(Ok(()), |value| replace(&file, &value))
    };
    let written = tokio::task::spawn_blocking(update).await;
    if !matches!(written, Ok(Ok(()))) {
        tracing::warn!(
            "the state directory cannot be written: chats are resolved again after a restart"
        );
    }
}

fn replace(file: &Path, value: &impl Serialize) -> io::Result<()> {
    files::create_private_dir(file.parent().unwrap_or(Path::new(".")))?;
    files::replace(file, &serde_json::to_vec(value)?)
}

//! Small files in the state directory: replaced as a whole, readable by their owner only. Losing one costs
//! requests, not data, so a failure is logged and nothing more.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a state file holds; `None` when there is none or it cannot be read.
pub(super) fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Replaces a state file by what `change` makes of the one that is there: another process may have written it.
pub(super) async fn update<T, F>(file: PathBuf, change: F)
where
    T: Serialize + DeserializeOwned,
    F: FnOnce(Option<T>) -> T + Send + 'static,
{
    let update = move || replace(&file, &change(read(&file)));
    let written = tokio::task::spawn_blocking(update).await;
    if !matches!(written, Ok(Ok(()))) {
        tracing::warn!(
            "the state directory cannot be written: chats are resolved again after a restart"
        );
    }
}

fn replace(file: &Path, value: &impl Serialize) -> io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    create_private_dir(dir)?;
    // A name that no other process or task has, and that nobody could have put a link under.
    let temporary = file.with_extension(format!("{:016x}.tmp", rand::random::<u64>()));
    let outcome = write_new(&temporary, value).and_then(|()| fs::rename(&temporary, file));
    if outcome.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

fn write_new(file: &Path, value: &impl Serialize) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(&serde_json::to_vec(value)?)
}

fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

//! Where the files of an export are. All names follow from the one of the file itself.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files;

/// The files of one export.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place(PathBuf);

impl Place {
    /// The files around this one, which is there once the export is complete.
    pub(super) fn new(file: PathBuf) -> Self {
        Self(file)
    }

    /// The file, once it is complete.
    pub(super) fn file(&self) -> &Path {
        &self.0
    }

    /// The file while it grows.
    pub(super) fn partial(&self) -> PathBuf {
        self.beside(".part")
    }

    /// What describes it.
    pub(super) fn manifest(&self) -> PathBuf {
        self.beside(".manifest.json")
    }

    /// All ids that are not there, a range a line.
    pub(super) fn absent(&self) -> PathBuf {
        self.beside(".absent.ndjson")
    }

    /// Messages that were edited after they had been written.
    pub(super) fn edits(&self) -> PathBuf {
        self.beside(".edits.ndjson")
    }

    /// A manifest that a kill has left half written.
    fn unfinished_manifest(&self) -> PathBuf {
        self.beside(".manifest.json.tmp")
    }

    fn lock_file(&self) -> PathBuf {
        self.beside(".lock")
    }

    /// The directory that all of them are in.
    pub(super) fn dir(&self) -> &Path {
        match self.0.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        }
    }

    /// The file as it is there now, and whether it is whole.
    pub(super) fn present(&self) -> (PathBuf, bool) {
        let is_whole = self.0.symlink_metadata().is_ok();
        let path = if is_whole {
            self.0.clone()
        } else {
            self.partial()
        };
        (path, is_whole)
    }

    /// The right to write these files; `None` while another process has it.
    pub(super) fn lock(&self) -> io::Result<Option<Lock>> {
        let path = self.lock_file();
        loop {
            let file = files::open_lock(&path)?;
            match file.try_lock() {
                // Whoever had it takes the file away when done: then this is the lock of nothing.
                Ok(()) if !files::is_still(&file, &path) => {}
                Ok(()) => return Ok(Some(Lock { path, file })),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// Whether any process is writing these files.
    pub(super) fn is_locked(&self) -> bool {
        let file = files::open(&self.lock_file());
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Deletes all of them; for whoever has the right to write them.
    pub(super) fn remove(&self) {
        for path in [
            self.manifest(),
            self.partial(),
            self.0.clone(),
            self.absent(),
            self.edits(),
            self.unfinished_manifest(),
        ] {
            let _ = fs::remove_file(path);
        }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = OsString::from(&self.0);
        name.push(ending);
        name.into()
    }
}

/// The right to write the files of an export; given back when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if files::is_still(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

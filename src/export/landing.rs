//! A checkpoint on its way to the disk: what was written is made safe, and then the manifest says so. A disk may take
//! its time for that, and others are written beside it.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use super::manifest::Manifest;

/// What is to be made safe, and what says so then.
pub(super) struct Checkpoint {
    /// The files that the manifest speaks of.
    pub(super) files: Vec<File>,
    pub(super) manifest: Manifest,
    /// Where the manifest stands.
    pub(super) place: PathBuf,
}

impl Checkpoint {
    /// Makes it safe; returns when it is.
    pub(super) fn land(self) -> io::Result<()> {
        self.files.iter().try_for_each(File::sync_data)?;
        self.manifest.write(&self.place)
    }
}

/// The checkpoint that is being made safe, if there is one: never two at a time, and none outlives this.
#[derive(Default)]
pub(super) struct Landing(Option<JoinHandle<io::Result<()>>>);

impl Landing {
    /// Whether there is one that is not safe yet.
    pub(super) fn is_under_way(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|landing| !landing.is_finished())
    }

    /// Makes a checkpoint safe beside everything else, once the one before is.
    pub(super) fn begin(&mut self, checkpoint: Checkpoint) -> io::Result<()> {
        self.wait()?;
        let thread = thread::Builder::new().name("checkpoint".to_owned());
        self.0 = Some(thread.spawn(|| checkpoint.land())?);
        Ok(())
    }

    /// Waits until the last one is safe: what came of it.
    pub(super) fn wait(&mut self) -> io::Result<()> {
        let Some(landing) = self.0.take() else {
            return Ok(());
        };
        let landed = landing.join();
        landed.unwrap_or_else(|_| Err(io::Error::other("a checkpoint was not written")))
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let _ = self.wait();
    }
}

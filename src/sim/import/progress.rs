//! How far a file is read.

use std::fs::File;
use std::io::{self, Read};

/// How many bytes are read between two reports.
const STEP: u64 = 4 << 20;

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub read: u64,
    /// Bytes in all, as they were when the reading began.
    pub whole: u64,
}

/// A file that reports how far it is read.
pub(super) struct Watched<F> {
    file: File,
    watch: F,
    progress: Progress,
    reported: u64,
}

impl<F: FnMut(Progress)> Watched<F> {
    pub(super) fn new(file: File, watch: F) -> Self {
        let whole = file.metadata().map_or(0, |metadata| metadata.len());
        Self {
            file,
            watch,
            progress: Progress { read: 0, whole },
            reported: 0,
        }
    }
}

impl<F: FnMut(Progress)> Read for Watched<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.read += read as u64;
        if self.progress.read - self.reported >= STEP || read == 0 {
            self.reported = self.progress.read;
            (self.watch)(self.progress);
        }
        Ok(read)
    }
}

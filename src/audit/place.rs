//! Where an audit is: its file, and what stands beside it. All names follow from the one of the file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many digits stand in the name of a file that is full.
const DIGITS: usize = 12;

/// The files of one audit.
#[derive(Debug, Clone)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(file: &Path) -> Self {
        Self(file.to_owned())
    }

    /// The file that lines are added to.
    pub(super) fn file(&self) -> &Path {
        &self.0
    }

    /// What says how many lines there are, and how the last one ends.
    pub(super) fn head(&self) -> PathBuf {
        self.beside("head")
    }

    /// What a process holds while it adds a line.
    pub(super) fn lock(&self) -> PathBuf {
        self.beside("lock")
    }

    /// A file that is full, by the number of its last line.
    pub(super) fn full(&self, last: u64) -> PathBuf {
        self.beside(&format!("{last:0DIGITS$}"))
    }

    /// What stands in the place of one of the files that are always there, and is none.
    pub(super) fn in_the_way(&self) -> Option<PathBuf> {
        let mut paths = [self.0.clone(), self.head(), self.lock()].into_iter();
        paths.find(|path| path.symlink_metadata().is_ok_and(|it| !it.is_file()))
    }

    /// The directory of all of them.
    pub(super) fn dir(&self) -> &Path {
        match self.0.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        }
    }

    /// The files that are full, the oldest first, each with the number of its last line.
    pub(super) fn all_full(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let entries = match fs::read_dir(self.dir()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut full = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let number = path.extension().and_then(|digits| digits.to_str());
            let number = number.filter(|digits| digits.len() >= DIGITS);
            if let Some(last) = number.and_then(|digits| digits.parse().ok())
                && self.full(last) == path
            {
                full.push((last, path));
            }
        }
        full.sort_unstable();
        Ok(full)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.0.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }
}

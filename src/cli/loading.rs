//! Loading an export, with a bar on the terminal of somebody who has to wait for it.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::sim::World;
use crate::sim::import::{ImportError, Imported, Progress};

/// What takes no longer than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How wide the bar is, in characters.
const WIDTH: usize = 30;

/// Erases the line that the cursor stands on.
const ERASE: &str = "\r\u{1b}[2K";

/// Loads an export.
pub(super) fn export(path: &Path) -> Result<(World, Imported), ImportError> {
    let mut errors = io::stderr();
    let is_watched = errors.is_terminal();
    let began = Instant::now();
    let mut is_drawn = false;
    let loaded = World::from_desktop_export_watched(path, |progress| {
        if is_watched && began.elapsed() >= PATIENCE {
            is_drawn = write!(errors, "\r{}", bar(progress)).is_ok();
        }
    });
    if is_drawn {
        // A bar that stays would only be untidy.
        let _ = write!(errors, "{ERASE}");
    }
    loaded
}

/// How far the file is read: a bar, and megabytes.
fn bar(progress: Progress) -> String {
    let Progress { read, whole } = progress;
    let share = |of: u64| {
        let of = u128::from(of);
        let part = of * u128::from(read.min(whole)) / u128::from(whole.max(1));
        usize::try_from(part).unwrap_or(0)
    };
    let full = share(WIDTH as u64);
    format!(
        "reading the export {}{} {:>3} %, {} of {} MB",
        "█".repeat(full),
        "░".repeat(WIDTH - full),
        share(100),
        read / 1_000_000,
        whole / 1_000_000,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_with_the_file() {
        let at = |read, whole| bar(Progress { read, whole });
        assert_eq!(
            at(412_000_000, 1_000_000_000),
            "reading the export ████████████░░░░░░░░░░░░░░░░░░  41 %, 412 of 1000 MB"
        );
        assert!(at(0, 5_000_000).contains("░   0 %, 0 of 5 MB"));
        assert!(at(5_000_000, 5_000_000).contains("█ 100 %, 5 of 5 MB"));
    }

    #[test]
    fn a_file_that_grows_or_has_no_size_fills_no_more_than_the_bar() {
        let at = |read, whole| bar(Progress { read, whole });
        assert!(at(9_000_000, 5_000_000).contains("█ 100 %, 9 of 5 MB"));
        assert!(at(9_000_000, 0).contains("░   0 %, 9 of 0 MB"));
    }
}

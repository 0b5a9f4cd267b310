//! What the reader of an export should know, counted: no warning holds content.

use std::collections::BTreeMap;

/// Things that happened so many times.
#[derive(Default)]
pub(super) struct Warnings {
    counts: BTreeMap<String, usize>,
}

impl Warnings {
    /// Counts one of `what`, a plural: "messages without a date".
    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.add(what, 1);
    }

    pub(super) fn add(&mut self, what: impl Into<String>, times: usize) {
        if times > 0 {
            *self.counts.entry(what.into()).or_default() += times;
        }
    }

    pub(super) fn repaired_escapes(&mut self, times: usize) {
        self.add(
            "control characters written as `\\x…`, which is not JSON; read as they were meant",
            times,
        );
    }

    pub(super) fn lines(self) -> Vec<String> {
        self.counts
            .into_iter()
            .map(|(what, times)| format!("{what}: {times}"))
            .collect()
    }
}

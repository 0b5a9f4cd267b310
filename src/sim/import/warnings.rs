//! What the reader of an export should know, counted: no warning holds content.

use std::collections::BTreeMap;

use super::reader::Repaired;

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

    pub(super) fn repaired(&mut self, repaired: Repaired) {
        self.add(
            "places that are not quite JSON, as Telegram Desktop writes them; read as they were meant",
            repaired.places,
        );
        self.add(
            "bytes that are not UTF-8, shown as `\u{fffd}`",
            repaired.bytes,
        );
    }

    pub(super) fn lines(self) -> Vec<String> {
        self.counts
            .into_iter()
            .map(|(what, times)| format!("{what}: {times}"))
            .collect()
    }
}

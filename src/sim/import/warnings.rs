//! What the reader of an export should know, counted: no warning holds content.

use std::collections::BTreeMap;

use super::reader::Repaired;

/// How many names one line lists.
const LISTED: usize = 12;
/// How many names are remembered.
const REMEMBERED: usize = 1000;
/// The longest name that is one.
const LONGEST_NAME: usize = 40;

/// Things that happened so many times.
#[derive(Default)]
pub(super) struct Warnings {
    counts: BTreeMap<&'static str, usize>,
    unknown: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

impl Warnings {
    /// Counts one of `what`, a plural: "messages without a date".
    pub(super) fn note(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    pub(super) fn add(&mut self, what: &'static str, times: usize) {
        if times > 0 {
            *self.counts.entry(what).or_default() += times;
        }
    }

    /// Counts one of `what` by its name, which is a word of Desktop's; what is none is not repeated.
    pub(super) fn unknown(&mut self, what: &'static str, name: &str) {
        let names = self.unknown.entry(what).or_default();
        let has_room = names.len() < REMEMBERED || names.contains_key(name);
        let name = if is_word(name) && has_room {
            name
        } else {
            "…"
        };
        *names.entry(name.to_owned()).or_default() += 1;
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
        let counted = self
            .counts
            .into_iter()
            .map(|(what, times)| format!("{what}: {times}"));
        let unknown = self.unknown.into_iter().map(|(what, names)| {
            let times: usize = names.values().sum();
            format!("{what}: {times} ({})", listed(&names))
        });
        counted.chain(unknown).collect()
    }
}

fn listed(names: &BTreeMap<String, usize>) -> String {
    let mut listed: Vec<String> = names
        .keys()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > LISTED {
        listed.push(format!("and {} more", names.len() - LISTED));
    }
    listed.join(", ")
}

/// Whether a name is like those that Desktop writes: it cannot be somebody's text.
pub(super) fn is_word(name: &str) -> bool {
    let of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(of_word)
}

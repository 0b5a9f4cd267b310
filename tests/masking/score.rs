//! Compares what masking found with what is labelled, and counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use telegram_history_mcp::privacy::mask::{Found, Level, Masked, Masker};

use super::corpus::{self, KINDS, Label, Labelled};

/// How many separators a find may take with it on either side, such as the `+` of an invite link.
const SLACK: usize = 3;

/// Counts of one kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) labelled: u32,
    pub(super) found: u32,
    /// Labels that were found right; a find is right for one label at most.
    pub(super) right: u32,
}

impl Count {
    /// Found of what is labelled, in thousandths.
    pub(super) fn recall(self) -> u32 {
        thousandths(self.right, self.labelled)
    }

    /// Labelled of what was found, in thousandths.
    pub(super) fn precision(self) -> u32 {
        thousandths(self.right, self.found)
    }

    fn and(self, other: Self) -> Self {
        Self {
            labelled: self.labelled + other.labelled,
            found: self.found + other.found,
            right: self.right + other.right,
        }
    }
}

/// Rounded down, so that only what is whole reads as 100 %.
fn thousandths(part: u32, whole: u32) -> u32 {
    (part * 1000).checked_div(whole).unwrap_or(1000)
}

/// What one half came to.
pub(super) struct Score {
    pub(super) counts: BTreeMap<String, Count>,
    /// The lines that went wrong, each with what was missed and what was taken.
    pub(super) wrong: Vec<String>,
    messages: usize,
    languages: BTreeSet<String>,
}

impl Score {
    pub(super) fn of(&self, kind: &str) -> Count {
        self.counts.get(kind).copied().unwrap_or_default()
    }

    /// Both halves as one.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut counts = self.counts.clone();
        for (kind, count) in &other.counts {
            let sum = counts.entry(kind.clone()).or_default();
            *sum = sum.and(*count);
        }
        Self {
            counts,
            wrong: [&*self.wrong, &*other.wrong].concat(),
            messages: self.messages + other.messages,
            languages: self.languages.union(&other.languages).cloned().collect(),
        }
    }
}

/// Masks every message of a half and compares.
pub(super) fn score(half: &str) -> Score {
    let messages = corpus::read(half);
    let mut maskers = HashMap::new();
    let mut score = Score {
        counts: BTreeMap::new(),
        wrong: Vec::new(),
        messages: messages.len(),
        languages: messages
            .iter()
            .map(|message| message.lang.clone())
            .collect(),
    };
    for message in &messages {
        let masker = maskers
            .entry((message.strict, message.region.clone()))
            .or_insert_with(|| masker(message));
        compare(message, masker, &mut score);
    }
    score
}

fn masker(message: &Labelled) -> Masker {
    let level = if message.strict {
        Level::Strict
    } else {
        Level::Mask
    };
    Masker::new(level, &[7; 32], message.region.as_deref())
}

fn compare(message: &Labelled, masker: &Masker, score: &mut Score) {
    let masked = if message.is_login {
        masker.login_message(&message.text)
    } else {
        masker.text(&message.text)
    };
    assert!(
        says_what_it_did(&message.text, &masked),
        "finds are not what was replaced: {}",
        masked.text
    );
    let missed = missed(message, &masked.found, score);
    let trouble = [missed, taken(message, &masked.found, score)].concat();
    if !trouble.is_empty() {
        score.wrong.push(format!("{}{trouble}", message.line));
    }
}

/// Counts the labels, and says which were not found.
fn missed(message: &Labelled, found: &[Found], score: &mut Score) -> String {
    let mut missed = String::new();
    for label in &message.labels {
        let is_found = found.iter().any(|it| is_right(&message.text, label, it));
        let count = score.counts.entry(label.kind.clone()).or_default();
        count.labelled += 1;
        count.right += u32::from(is_found);
        if !is_found {
            missed += &on_a_line("missed", &label.kind, &message.text[label.value.clone()]);
        }
    }
    missed
}

/// Counts the finds, and says which were not labelled.
fn taken(message: &Labelled, found: &[Found], score: &mut Score) -> String {
    let mut taken = String::new();
    for it in found {
        let kind = it.kind.as_str();
        score.counts.entry(kind.to_owned()).or_default().found += 1;
        let mut labels = message.labels.iter();
        if !labels.any(|label| is_right(&message.text, label, it)) {
            taken += &on_a_line("took", kind, &message.text[it.range.clone()]);
        }
    }
    taken
}

fn on_a_line(what: &str, kind: &str, value: &str) -> String {
    format!("\n  {what} {kind}: {}", value.replace('\n', "⏎"))
}

/// Whether pseudonyms stand where something was found, and everything else as it was.
fn says_what_it_did(text: &str, masked: &Masked<'_>) -> bool {
    let mut old = 0;
    let mut new = &*masked.text;
    for found in &masked.found {
        let kept = &text[old..found.range.start];
        let opening = format!("{kept}[{}:", found.kind.as_str());
        let rest = new.strip_prefix(&opening);
        let Some((letters, rest)) = rest.and_then(|rest| rest.split_once(']')) else {
            return false;
        };
        if letters.len() != 8 || !letters.bytes().all(|it| it.is_ascii_lowercase()) {
            return false;
        }
        (old, new) = (found.range.end, rest);
    }
    new == &text[old..]
}

/// Whether a find has the label's kind and holds its whole value, and else only what is marked as context and up
/// to [`SLACK`] characters on either side that are no letters and no digits.
fn is_right(text: &str, label: &Label, found: &Found) -> bool {
    let whole = found.range.start <= label.value.start && label.value.end <= found.range.end;
    if found.kind.as_str() != label.kind || !whole {
        return false;
    }
    let before = text
        .get(found.range.start..label.context.start)
        .unwrap_or_default();
    let after = text
        .get(label.context.end..found.range.end)
        .unwrap_or_default();
    [before, after]
        .into_iter()
        .all(|more| more.chars().count() <= SLACK && !more.contains(char::is_alphanumeric))
}

/// The published figures.
pub(super) fn table(dev: &Score, held_out: &Score) -> String {
    let all = dev.and(held_out);
    let mut table = format!(
        "{} messages in {} languages, {} of them held out:\n\n\
         | kind | labelled | recall | precision | held out: labelled | recall | precision |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
        all.messages,
        all.languages.len(),
        held_out.messages,
    );
    for kind in KINDS {
        let (all, held_out) = (all.of(kind), held_out.of(kind));
        _ = writeln!(
            table,
            "| `{kind}` | {} | {} | {} | {} | {} | {} |",
            all.labelled,
            percent(all.recall()),
            percent(all.precision()),
            held_out.labelled,
            percent(held_out.recall()),
            percent(held_out.precision()),
        );
    }
    table
}

fn percent(thousandths: u32) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

//! Turns phrase tables into sentences: draws a phrase, fills its slots, and avoids saying a thing twice.

use std::collections::HashSet;
use std::ops::Range;

use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

/// The words that can stand in a slot, by its name.
pub(super) type Slots = &'static [(&'static str, &'static [&'static str])];

/// Texts shorter than this may be said twice: people do.
const SHORT: usize = 14;
/// How often a phrase is drawn anew when it was already said.
const PATIENCE: usize = 12;

/// The one who writes a chat: its luck and its memory.
#[derive(Debug)]
pub(super) struct Scribe {
    rng: ChaCha8Rng,
    said: HashSet<String>,
}

/// What a conversation is about: slots keep their words until it ends, so that an answer fits its question.
#[derive(Debug)]
pub(super) struct Subject {
    slots: Slots,
    bound: Vec<(&'static str, &'static str)>,
    used: Vec<&'static str>,
}

impl Subject {
    pub(super) fn new(slots: Slots) -> Self {
        Self {
            slots,
            bound: Vec::new(),
            used: Vec::new(),
        }
    }

    /// Whether `table` has a phrase that was not used on this subject yet.
    pub(super) fn is_fresh(&self, table: &[&str]) -> bool {
        table.iter().any(|phrase| !self.used.contains(phrase))
    }
}

impl Scribe {
    pub(super) fn new(seed: u64, chat_id: i64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed.rotate_left(29) ^ chat_id.cast_unsigned()),
            said: HashSet::new(),
        }
    }

    /// One of `table`, or the default of an empty one.
    pub(super) fn pick<T: Copy + Default>(&mut self, table: &[T]) -> T {
        table.choose(&mut self.rng).copied().unwrap_or_default()
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// A number of a range that is not empty.
    pub(super) fn range(&mut self, range: Range<i32>) -> i32 {
        self.rng.random_range(range)
    }

    /// An id as Telegram gives to files, polls and albums: large and positive.
    pub(super) fn file_id(&mut self) -> i64 {
        self.rng
            .random_range(5_000_000_000_000_000_000..5_999_999_999_999_999_999)
    }

    /// A phrase of `table` with its slots filled that this scribe has not written yet, if it finds one.
    pub(super) fn write(&mut self, table: &[&'static str], subject: &mut Subject) -> String {
        let mut text = String::new();
        for attempt in 0..PATIENCE {
            let phrase = self.pick(table);
            if subject.used.contains(&phrase) && attempt < PATIENCE / 2 {
                continue;
            }
            text.clear();
            self.fill(phrase, subject, &mut text);
            let spoken = spoken(&text);
            if spoken.len() < SHORT || self.said.insert(spoken.to_owned()) {
                subject.used.push(phrase);
                break;
            }
        }
        capitalised(text)
    }

    /// Fills `{slot}` with the subject's word, `{+slot}` with a fresh one, and `{3-9}` with a number.
    fn fill(&mut self, phrase: &str, subject: &mut Subject, text: &mut String) {
        let mut rest = phrase;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            if let Some((low, high)) = bounds(name) {
                let number = self.range(low..high.saturating_add(1));
                text.push_str(&number.to_string());
            } else {
                let word = self.word(name, subject);
                self.fill(word, subject, text);
            }
        }
        text.push_str(rest);
    }

    fn word(&mut self, name: &str, subject: &mut Subject) -> &'static str {
        let (fresh, name) = name
            .strip_prefix('+')
            .map_or((false, name), |name| (true, name));
        if !fresh && let Some((_, word)) = subject.bound.iter().find(|(bound, _)| *bound == name) {
            return word;
        }
        let Some((name, words)) = subject.slots.iter().find(|(slot, _)| *slot == name) else {
            debug_assert!(false, "no slot is called `{name}`");
            return "";
        };
        let word = self.pick(words);
        if fresh {
            // Something fresh should be something else: one more draw is nearly always enough.
            let same = subject.bound.contains(&(*name, word)) && !word.is_empty();
            return if same { self.pick(words) } else { word };
        }
        subject.bound.push((name, word));
        word
    }
}

/// What readers see of a phrase: all of it but a directive in front.
fn spoken(text: &str) -> &str {
    text.strip_prefix('<')
        .and_then(|directive| directive.split_once('>'))
        .map_or(text, |(_, spoken)| spoken)
}

/// Begins every sentence with a capital: a slot does not know where it will stand.
fn capitalised(text: String) -> String {
    let start = text.len() - spoken(&text).len();
    let stops = [". ", "! ", "? "].into_iter();
    let ends = stops.flat_map(|stop| text.match_indices(stop));
    // A stop after a digit is an ordinal or a decimal point.
    let sentences = ends.filter(|(at, _)| {
        !text
            .get(..*at)
            .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    });
    let starts = sentences.map(|(at, stop)| at + stop.len());
    let capitals: Vec<usize> = starts
        .chain([start])
        .filter_map(|at| initial(&text, at))
        .collect();
    if capitals.is_empty() {
        return text;
    }
    text.char_indices()
        .flat_map(|(at, c)| {
            let capital = capitals.contains(&at).then(|| c.to_uppercase());
            let plain = capital.is_none().then_some(c);
            capital.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// Where the first letter of the sentence at `from` is, unless it begins with a name, a command or code.
fn initial(text: &str, from: usize) -> Option<usize> {
    let sentence = text.get(from..)?;
    let begin = sentence.find(|c: char| c.is_alphanumeric() || "@#/`<[".contains(c))?;
    let first = sentence.get(begin..)?.chars().next()?;
    first.is_lowercase().then_some(from + begin)
}

fn bounds(name: &str) -> Option<(i32, i32)> {
    let (low, high) = name.split_once('-')?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOTS: Slots = &[("fruit", &["plum", "pear", "fig"]), ("oh", &["Oh! ", ""])];

    #[test]
    fn a_slot_keeps_its_word_through_a_conversation() {
        let mut scribe = Scribe::new(1, 1);
        let mut subject = Subject::new(SLOTS);
        let first = scribe.write(&["{fruit}"], &mut subject);
        assert_eq!(scribe.write(&["{fruit}"], &mut subject), first);
        assert!(["Plum", "Pear", "Fig"].contains(&first.as_str()));
    }

    #[test]
    fn a_scribe_prefers_what_it_has_not_said() {
        let mut scribe = Scribe::new(1, 1);
        let mut subject = Subject::new(SLOTS);
        let said: HashSet<String> = (0..3)
            .map(|_| scribe.write(&["one {+fruit} in the basket"], &mut subject))
            .collect();
        assert!(said.len() >= 2, "{said:?}");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        for (text, right) in [
            ("the owl. the tram", "The owl. The tram"),
            (
                "<photo>**the owl** sat! @marta_x? yes",
                "<photo>**The owl** sat! @marta_x? Yes",
            ),
            (
                "🚀 **the 3. try** at a.example",
                "🚀 **The 3. try** at a.example",
            ),
            (
                "`code` stays, [so does](this)",
                "`code` stays, [so does](this)",
            ),
        ] {
            assert_eq!(capitalised(text.to_owned()), right);
        }
    }

    #[test]
    fn a_number_lies_within_its_bounds() {
        let mut scribe = Scribe::new(1, 1);
        for _ in 0..20 {
            let text = scribe.write(&["{3-5}"], &mut Subject::new(SLOTS));
            assert!((3..=5).contains(&text.parse::<i32>().expect("a number")));
        }
    }
}

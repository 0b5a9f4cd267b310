//! Words that say what stands near them, in many languages.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::view::View;

/// A list of words, each given in lower case, and found in any case (letters beyond ASCII: with a capital, or in
/// capitals).
///
/// A word must stand alone; one with `*` behind it may go on. Scripts without spaces know no such thing.
pub(super) struct Words {
    automaton: Option<AhoCorasick>,
    /// For each spelling, whether it may go on.
    open: Vec<bool>,
}

impl Words {
    /// The words of a list with `|` between them.
    pub(super) fn new(list: &str) -> Self {
        let (spellings, open) = spellings(list);
        Self {
            // Short lists that every number of a text is held against: worth the memory.
            automaton: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::DFA))
                .build(spellings)
                .ok(),
            open,
        }
    }

    /// The places of the words in a text, by where they end.
    pub(super) fn find<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
        self.automaton
            .iter()
            .flat_map(move |it| it.find_overlapping_iter(text))
            .filter(move |found| {
                let is_open = self.open.get(found.pattern().as_usize()) == Some(&true);
                stands_alone(text, found.range(), is_open)
            })
            .map(|found| found.range())
    }

    /// The last of them in a text.
    pub(super) fn last(&self, text: &[u8]) -> Option<Range<usize>> {
        self.find(text).last()
    }

    pub(super) fn any(&self, text: &[u8]) -> bool {
        self.find(text).next().is_some()
    }
}

/// The same for a list that a whole text is searched for.
pub(super) struct Triggers(Option<AhoCorasick>);

impl Triggers {
    pub(super) fn new(list: &str) -> Self {
        let (spellings, _) = spellings(list);
        // The longest, so that no word hides behind the one that it begins with.
        let builder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(spellings);
        Self(builder.ok())
    }

    /// The first place, from `from` on, where a word ends, whether it stands alone or not.
    pub(super) fn next_end(&self, text: &[u8], from: usize) -> Option<usize> {
        let found = self.0.as_ref()?.find(text.get(from..)?)?;
        Some(from + found.end())
    }
}

/// The words of a list in the spellings that are looked for, and for each whether it may go on.
fn spellings(list: &str) -> (Vec<String>, Vec<bool>) {
    let mut spellings = Vec::new();
    let mut open = Vec::new();
    for entry in list.split('|').map(str::trim) {
        // As a text is seen.
        let word = View::new(entry.trim_end_matches('*'));
        let word = String::from_utf8_lossy(&word.bytes);
        let mut forms = vec![
            word.clone().into_owned(),
            capitalised(&word),
            word.to_uppercase(),
        ];
        forms.dedup();
        open.resize(open.len() + forms.len(), entry.ends_with('*'));
        spellings.extend(forms);
    }
    (spellings, open)
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn stands_alone(text: &[u8], range: Range<usize>, is_open: bool) -> bool {
    let word = String::from_utf8_lossy(text.get(range.clone()).unwrap_or_default());
    // Beyond Cyrillic, prefixes and endings are written together with a word, or all words with each other.
    let is_short = word.chars().count() < 4;
    let has_borders = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() && (c < '\u{530}' || (c < '\u{E00}' && is_short)))
    };
    let starts = !has_borders(word.chars().next())
        || !has_borders(char_before(text.get(..range.start).unwrap_or_default()));
    let ends = is_open
        || !has_borders(word.chars().next_back())
        || !has_borders(char_at(text.get(range.end..).unwrap_or_default()));
    starts && ends
}

/// Whether a character belongs to a script that puts spaces between its words.
pub(super) fn is_spaced(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{E00}'
}

/// The character that ends here.
pub(super) fn char_before(text: &[u8]) -> Option<char> {
    (1..=4).find_map(|length| {
        let bytes = text.get(text.len().checked_sub(length)?..)?;
        str::from_utf8(bytes).ok()?.chars().next()
    })
}

/// The character that begins here.
pub(super) fn char_at(text: &[u8]) -> Option<char> {
    (1..=4).find_map(|length| str::from_utf8(text.get(..length)?).ok()?.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand_alone() {
        let words = Words::new("tel | call* | пароль | 电话 | call me");
        for text in [
            "tel 1",
            "Tel.",
            "TEL:",
            "calling",
            "my пароль",
            "ПАРОЛЬ",
            "我的电话是",
            "(Call)",
        ] {
            assert!(words.any(text.as_bytes()), "{text}");
        }
        for text in ["hotel", "tell", "recall", "пароля", "te l", ""] {
            assert!(!words.any(text.as_bytes()), "{text}");
        }
        assert_eq!(words.last(b"tel, call me now"), Some(5..12));
    }
}

//! How alike words and a title are. Pure, and about text alone.
//!
//! Equal is what differs in case, width, spaces and invisible characters only. Alike is what shares words, their
//! beginnings, or words with a slip in them, in any order and without accents.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// From here on a title is worth showing.
const WORTH_SHOWING: f64 = 0.5;
/// A word of at least so many characters is worth showing a title for, all alone.
const TELLING_CHARS: usize = 4;
/// How alike two words must be for one to be a slip for the other.
const SLIP: f64 = 0.7;

/// What is looked for.
#[derive(Debug)]
pub struct Wanted {
    key: String,
    words: Vec<String>,
}

impl Wanted {
    /// A title, or words of one.
    pub fn new(text: &str) -> Self {
        Self {
            key: key(text),
            words: words(text),
        }
    }

    /// Whether a chat of this title is what is looked for.
    pub fn is(&self, title: &str) -> bool {
        !self.key.is_empty() && key(title) == self.key
    }

    /// Whether every word that is looked for is one of this title and name: whole, from its beginning, or, where it
    /// is long enough to tell, with a slip in it.
    pub fn has_all(&self, title: &str, username: Option<&str>) -> bool {
        let mut known = words(title);
        known.extend(username.into_iter().flat_map(words));
        let is_slip = |word: &str, wanted: &str| {
            wanted.chars().count() >= TELLING_CHARS && alike(word, wanted) >= SLIP
        };
        let is_there = |wanted: &String| {
            let fits = |word: &String| word.starts_with(wanted.as_str()) || is_slip(word, wanted);
            known.iter().any(fits)
        };
        !self.words.is_empty() && self.words.iter().all(is_there)
    }

    /// How much a chat of this title and name is like what is looked for, up to 1; `None` for too little.
    pub fn likeness(&self, title: &str, username: Option<&str>) -> Option<f64> {
        let mut known = words(title);
        let whole = alike(&self.words.concat(), &known.concat());
        known.extend(username.into_iter().flat_map(words));
        let scores: Vec<f64> = self.words.iter().map(|word| best(word, &known)).collect();
        let count = f64::from(
            u32::try_from(scores.len())
                .ok()
                .filter(|count| *count > 0)?,
        );
        let mean = scores.iter().sum::<f64>() / count;
        let is_told = self
            .words
            .iter()
            .zip(&scores)
            .any(|(word, score)| *score >= BEGINNING && word.chars().count() >= TELLING_CHARS);
        let score = mean.max(whole * BEGINNING);
        (score >= WORTH_SHOWING || is_told).then_some(score)
    }
}

const BEGINNING: f64 = 0.9;
const PART: f64 = 0.75;

/// How well the best of these words fits the wanted one.
fn best(wanted: &str, known: &[String]) -> f64 {
    let fit = |word: &String| {
        if word == wanted {
            1.0
        } else if word.starts_with(wanted) {
            BEGINNING
        } else if word.contains(wanted) {
            PART
        } else {
            let alike = alike(word, wanted);
            if alike >= SLIP { alike * PART } else { 0.0 }
        }
    };
    known.iter().map(fit).fold(0.0, f64::max)
}

/// How alike two texts are; not at all when one is twice as long, which need not be computed.
fn alike(a: &str, b: &str) -> f64 {
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    if shorter * 2 < longer {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(a, b)
}

/// What is left of a title when everything is taken away that cannot be seen.
fn key(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let seen: String = composed
        .to_lowercase()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What can stand in a title without being seen: joiners, directions, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The words of a text, in lower case and without accents.
fn words(text: &str) -> Vec<String> {
    const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let plain: String = decomposed
        .to_lowercase()
        .chars()
        .filter(|c| !ACCENTS.contains(c))
        .collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_equal_when_it_looks_the_same() {
        let table = [
            ("Family", "family", true),
            ("Кухня", " кУХНЯ ", true),
            ("Café", "Cafe\u{301}", true),
            ("Café", "Cafe", false),
            ("Two  words", "two words", true),
            ("ＡＢＣ", "abc", true),
            ("Home ❤\u{fe0f}", "home ❤", true),
            ("Home ❤\u{fe0f}", "home", false),
            ("a\u{202e}b", "ab", true),
            ("🙂", "🙂", true),
            ("\u{200b}", "\u{200b}", false),
            ("Family", "Family 2", false),
        ];
        for (title, text, equal) in table {
            assert_eq!(Wanted::new(text).is(title), equal, "{title} {text}");
        }
    }

    #[test]
    fn a_title_is_alike_when_it_shares_words() {
        let table = [
            ("garden", "Brunnen Community Garden", true),
            ("the garden group", "Brunnen Community Garden", true),
            ("community brunnen", "Brunnen Community Garden", true),
            ("comunity gardn", "Brunnen Community Garden", true),
            ("brun", "Brunnen Community Garden", true),
            ("cafe", "Café Central", true),
            ("йога", "Утренняя йога", true),
            ("東京", "東京オフィス", true),
            ("オフィス", "東京オフィス", true),
            ("brunnengarden", "Brunnen Garden", true),
            ("harbour", "Brunnen Community Garden", false),
            ("the", "Brunnen Community Garden", false),
            ("🙂", "Garden", false),
            ("", "Garden", false),
        ];
        for (text, title, alike) in table {
            let likeness = Wanted::new(text).likeness(title, None);
            assert_eq!(likeness.is_some(), alike, "{text} {title} {likeness:?}");
        }
    }

    #[test]
    fn a_username_is_one_of_the_words() {
        let wanted = Wanted::new("harbour_watch");
        assert!(wanted.likeness("Ships", Some("harbour_watch")) > Some(0.9));
    }

    #[test]
    fn the_better_fit_comes_first() {
        let wanted = Wanted::new("garden tools");
        let likeness = |title| wanted.likeness(title, None).unwrap_or(0.0);
        let titles = [
            "Tools, garden",
            "Gardening tools",
            "Garden toolz",
            "Garden",
            "Boats",
        ];
        let ranks: Vec<f64> = titles.into_iter().map(likeness).collect();
        assert!(ranks.windows(2).all(|pair| pair[0] > pair[1]), "{ranks:?}");
    }
}

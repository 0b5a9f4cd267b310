//! The masker as a whole, and what the tables of the detectors are checked with.

use super::*;

pub(super) fn masker(level: Level, region: Option<&str>) -> Masker {
    Masker::new(level, &[7; 32], region)
}

/// In each text, this part and nothing else is found, by both levels.
#[track_caller]
pub(super) fn assert_found(kind: Kind, cases: &[(&str, &str)]) {
    assert_found_with(&masker(Level::Mask, None), kind, cases);
}

#[track_caller]
pub(super) fn assert_found_with(masker: &Masker, kind: Kind, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let masked = masker.text(text);
        let found: Vec<_> = masked
            .found
            .iter()
            .map(|it| (it.kind, &text[it.range.clone()]))
            .collect();
        let is_stable = masker.text(&masked.text).text == masked.text;
        if found != [(kind, *expected)] || !is_stable {
            wrong.push(format!("{text:?} gave {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing is found in these.
#[track_caller]
pub(super) fn assert_not_found(texts: &[&str]) {
    assert_not_found_with(&masker(Level::Mask, None), texts);
}

#[track_caller]
pub(super) fn assert_not_found_with(masker: &Masker, texts: &[&str]) {
    let mut wrong = Vec::new();
    for text in texts {
        let masked = masker.text(text);
        if !matches!(masked.text, Cow::Borrowed(_)) || !masked.edits.is_empty() {
            wrong.push(format!("{text:?} gave {:?}", masked.text));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each spelling becomes what the first one becomes.
#[track_caller]
pub(super) fn assert_same(text: &str, spellings: &[&str]) {
    let masker = masker(Level::Mask, None);
    let expected = masker.text(text).text;
    assert_ne!(expected, text);
    for spelling in spellings {
        assert_eq!(masker.text(spelling).text, expected, "{spelling}");
    }
}

#[test]
fn a_key_is_never_shown() {
    let shown = format!("{:?}", masker(Level::Strict, Some("DE")));
    assert!(shown.contains("Strict") && !shown.contains('7'), "{shown}");
}

#[test]
fn whole_values_always_have_a_pseudonym() {
    let masker = masker(Level::Mask, Some("DE"));
    let number = masker.phone("+49 170 1234567");
    assert!(masker.text("x +491701234567").text.ends_with(&number));
    for spelling in ["0170 1234567", "491701234567", "0049 170 1234567"] {
        assert_eq!(masker.phone(spelling), number, "{spelling}");
    }
    assert_eq!(masker.phone(""), "");
    assert_eq!(masker.phone(&number), number);
    assert_ne!(masker.phone("anonymous"), "anonymous");
    assert_eq!(masker.username("@Ada"), masker.username("ada"));
    assert_ne!(masker.name("Ada"), masker.name("Bob"));
}

#[test]
fn the_work_grows_with_the_text_and_not_faster() {
    let masker = masker(Level::Strict, Some("DE"));
    for part in HOSTILE {
        let work = |length: usize| {
            let text: String = part.chars().cycle().take(length).collect();
            Search::new(&masker.0, &text).work()
        };
        let (once, twice) = (work(20_000), work(40_000));
        assert!(twice <= 2 * once + 100, "{part}: {once}, {twice}");
        assert!(once <= 20 * 20_000, "{part}: {once}");
    }
}

/// What a detector could be made to look at for ever, repeated.
const HOSTILE: [&str; 16] = [
    "1",
    "@",
    "1.",
    "0x",
    "[",
    "(",
    ":",
    "a@",
    "+1",
    "4111 1111 1111 1111 ",
    "a@b.co ",
    "1-",
    "::",
    "/",
    "=",
    "1:",
];

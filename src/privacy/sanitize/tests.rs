//! What survives, what goes, and the laws that hold for every text.

use proptest::prelude::*;

use crate::model::{Entity, EntityKind};

use super::*;

const ENGLAND: &str = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";

#[test]
fn what_carries_meaning_survives() {
    let cases = [
        ("empty", ""),
        ("plain", "Hello, world!\n\tdone"),
        ("a family", "👨‍👩‍👧‍👦"),
        ("a skin tone", "👍🏽"),
        ("a heart on fire", "❤\u{FE0F}\u{200D}🔥"),
        ("a keycap", "1\u{FE0F}\u{20E3} and #\u{FE0F}\u{20E3}"),
        ("text style", "☺\u{FE0E} ©\u{FE0F}"),
        ("the rainbow flag", "🏳\u{FE0F}\u{200D}🌈"),
        ("a country's flag", "🇺🇦"),
        ("England", ENGLAND),
        ("Persian", "می\u{200C}خواهم"),
        ("Persian behind Latin", "HTML\u{200C}ها"),
        ("Devanagari", "क्\u{200D}ष and र्\u{200D}"),
        ("Sinhala", "ශ්\u{200D}රී"),
        ("a direction mark before Hebrew", "C++\u{200F}שלום"),
        ("three joiners", "ه\u{200D}\u{200C}\u{200D}ه"),
        ("an ideograph's variant", "葛\u{E0100}"),
        ("a Mongolian variant", "ᠠ\u{180B}"),
        ("Khmer words", "ខ្មែរ\u{200B}ភាសា"),
        ("combining marks", "e\u{301} ẹ\u{302}"),
        ("Arabic", "مرحبا بالعالم"),
        ("a hard space", "10\u{A0}€"),
    ];
    for (case, kept) in cases {
        let clean = text(kept);
        assert_eq!(clean.text, kept, "{case}");
        assert!(matches!(clean.text, Cow::Borrowed(_)), "{case} is borrowed");
        assert!(clean.edits.is_empty(), "{case}");
    }
}

#[test]
fn what_hides_is_removed() {
    let cases = [
        (
            "control characters",
            "a\0b\u{1B}[31mc\u{7F}d\u{85}e\u{9F}",
            "ab[31mcde",
        ),
        ("windows line ends", "a\r\nb\rc", "a\nbc"),
        ("line separators", "a\u{2028}b\u{2029}c", "a\nb\nc"),
        (
            "bidi overrides",
            "a\u{202E}b\u{202A}c\u{2066}d\u{2069}",
            "abcd",
        ),
        ("tags", "hi\u{E0049}\u{E0047}\u{E004E}\u{E007F}", "hi"),
        ("tags that name no region", "🏴\u{E0049}\u{E007F}", "🏴"),
        (
            "a flag without its end",
            "🏴\u{E0067}\u{E0062}\u{E0065}",
            "🏴",
        ),
        (
            "a long text in a flag",
            "🏴\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E007F}",
            "🏴",
        ),
        (
            "tags behind another flag",
            "🏳\u{E0067}\u{E0062}\u{E0065}\u{E007F}",
            "🏳",
        ),
        ("byte order marks", "\u{FEFF}a\u{2060}b\u{2063}", "ab"),
        ("soft hyphens", "pass\u{AD}word", "password"),
        ("zero-width spaces in Latin", "a\u{200B}b", "ab"),
        (
            "joiners in Latin",
            "user\u{200D}@example\u{200C}.org\u{200E}",
            "user@example.org",
        ),
        ("joiners at the ends", "\u{200D}a\u{200D}", "a"),
        (
            "many joiners",
            "ه\u{200D}\u{200D}\u{200D}\u{200D}\u{200D}ه",
            "ه\u{200D}\u{200D}\u{200D}ه",
        ),
        ("many selectors", "😀\u{FE0F}\u{FE01}\u{FE02}", "😀\u{FE0F}"),
        (
            "bytes in selectors",
            "😀\u{E0101}\u{E0102}\u{FE00}",
            "😀\u{FE00}",
        ),
        ("a selector behind a letter", "a\u{FE0F}я\u{FE00}", "aя"),
        ("a selector behind nothing", "\u{FE0F} \u{FE0F}", " "),
        ("a Mongolian selector in Latin", "a\u{180B}", "a"),
        ("Hangul fillers", "\u{3164}\u{FFA0}x", "x"),
        (
            "a selector behind what was removed",
            "❤\u{FEFF}\u{FE0F}",
            "❤\u{FE0F}",
        ),
    ];
    for (case, raw, clean) in cases {
        assert_eq!(text(raw).text, clean, "{case}");
    }
}

#[test]
fn a_line_has_no_breaks() {
    assert_eq!(line("Ada\nLovelace\t\u{2028}x\r\n"), "Ada Lovelace  x ");
    assert!(matches!(line("Ada Lovelace"), Cow::Borrowed(_)));
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap()
}

fn bold(offset: u32, length: u32) -> Vec<Entity> {
    vec![Entity::new(EntityKind::Bold, offset, length)]
}

#[test]
fn entities_stay_on_their_words() {
    let raw = format!("😀\u{202E} bold\r\n{ENGLAND}\u{FEFF} link");
    let clean = text(&raw);
    let over = |text: &str, part: &str| {
        let before = text.split(part).next().unwrap();
        bold(units(before), units(part))
    };
    for part in ["bold", "link", ENGLAND] {
        let mut entities = over(&raw, part);
        clean.edits.remap(&mut entities);
        assert_eq!(entities, over(&clean.text, part), "{part}");
    }
}

/// Texts rich in what the pass decides on.
fn tricky() -> impl Strategy<Value = String> {
    let deciding = "aя1 \n\r\t#❤🔥🏴👩葛ᠠخक्ខ\u{200B}\u{200C}\u{200D}\u{200E}\u{FE0E}\u{FE0F}\u{FE00}\u{E0100}\
        \u{180B}\u{FEFF}\u{AD}\u{202E}\u{2028}\u{E0067}\u{E0062}\u{E007F}";
    let deciding: Vec<char> = deciding.chars().collect();
    let char = prop_oneof![prop::char::any(), prop::sample::select(deciding)];
    prop::collection::vec(char, 0..60).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn cleaning_twice_changes_nothing(raw in tricky()) {
        let once = text(&raw).text.into_owned();
        let twice = text(&once);
        prop_assert_eq!(&twice.text, &once);
        prop_assert!(matches!(twice.text, Cow::Borrowed(_)));
        let once = line(&raw).into_owned();
        prop_assert_eq!(line(&once), once.as_str());
    }

    /// The parts of a text before, under and behind an entity come out as the same three parts.
    #[test]
    fn an_entity_covers_the_same_part_before_and_after(raw in tricky(), cuts in [0_usize..60, 0..60]) {
        let chars: Vec<char> = raw.chars().collect();
        let [a, b] = cuts.map(|cut| cut.min(chars.len()));
        let part = |range: &[char]| range.iter().collect::<String>();
        let (from, to) = (a.min(b), a.max(b));
        let (before, under) = (part(&chars[..from]), part(&chars[from..to]));
        let behind = part(&chars[to..]);
        let clean = text(&raw);
        let mut entities = bold(units(&before), units(&under));
        if under.is_empty() {
            return Ok(());
        }
        clean.edits.remap(&mut entities);
        let all: Vec<u16> = clean.text.encode_utf16().collect();
        if let Some(entity) = entities.first() {
            let (start, end) = (entity.offset as usize, (entity.offset + entity.length) as usize);
            prop_assert!(is_part_of(&all[..start], &before));
            prop_assert!(is_part_of(&all[start..end], &under));
            prop_assert!(is_part_of(&all[end..], &behind));
        } else {
            prop_assert!(is_part_of(&all, &(before + &behind)));
        }
    }
}

/// Whether the units are those of the text, in order, with some left out.
fn is_part_of(units: &[u16], text: &str) -> bool {
    let text = text.replace(['\u{2028}', '\u{2029}'], "\n");
    let mut rest = text.encode_utf16();
    units.iter().all(|unit| rest.any(|other| other == *unit))
}

#[test]
fn a_million_invisible_characters_are_one_pass() {
    let raw = "\u{200D}\u{FE0F}\u{FEFF}".repeat(350_000);
    assert_eq!(text(&raw).text, "");
    let raw = "🏴\u{E0067}".repeat(100_000);
    assert_eq!(text(&raw).text, "🏴".repeat(100_000));
}

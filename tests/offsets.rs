//! An entity covers the same words for Telegram and for whoever reads the record, in whatever script they are, and
//! whatever was taken out of the text around them.

use grammers_tl_types as tl;
use telegram_history_mcp::model::{ChatKind, EntityKind};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::{blank, world};
use telegram_history_mcp::telegram::convert::{self, ChatContext, Peers};

/// A text as Telegram has it, the words in it that are bold, and what a reader finds bold.
struct Row {
    case: &'static str,
    text: &'static str,
    bold: &'static str,
    read: &'static str,
}

const fn row(case: &'static str, text: &'static str, bold: &'static str) -> Row {
    Row {
        case,
        text,
        bold,
        read: bold,
    }
}

const ROWS: &[Row] = &[
    row("an emoji before", "🦀 bold", "bold"),
    row("an emoji itself", "a 🦀 b", "🦀"),
    row(
        "a family before",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦 bold",
        "bold",
    ),
    row(
        "a family itself",
        "we: 👨\u{200D}👩\u{200D}👧\u{200D}👦!",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
    ),
    row("a flag", "🇺🇦 and 🇯🇵", "🇯🇵"),
    row(
        "a flag of a region",
        "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} bold",
        "bold",
    ),
    row("a skin tone", "👍🏽 bold", "bold"),
    row("a keycap", "1\u{FE0F}\u{20E3} bold", "bold"),
    row(
        "Persian with a joiner",
        "من می\u{200C}خواهم بروم",
        "می\u{200C}خواهم",
    ),
    row("behind Persian", "می\u{200C}خواهم bold", "bold"),
    row("Devanagari", "यह क्\u{200D}ष है", "क्\u{200D}ष"),
    row("combining marks", "cafe\u{301} ẹ\u{302} bold", "bold"),
    row("a combined word", "see cafe\u{301} now", "cafe\u{301}"),
    row("Hebrew", "שלום bold עולם", "bold"),
    row("ideographs beyond the first plane", "𠮷野家 bold", "bold"),
    row("a line break", "one\ntwo", "two"),
    row("behind a bidi override", "\u{202E}\u{202E}a bold", "bold"),
    row(
        "behind a byte order mark",
        "\u{FEFF}🦀\u{FEFF} bold",
        "bold",
    ),
    row(
        "behind hidden tags",
        "hi\u{E0049}\u{E0047}\u{E007F} bold",
        "bold",
    ),
    row("behind windows line ends", "one\r\n\r\nbold", "bold"),
    Row {
        case: "something hidden inside",
        text: "a bo\u{200B}\u{202E}ld b",
        bold: "bo\u{200B}\u{202E}ld",
        read: "bold",
    },
    Row {
        case: "something hidden at its ends",
        text: "a \u{2066}bold\u{2069} b",
        bold: "\u{2066}bold\u{2069}",
        read: "bold",
    },
];

fn units(text: &str) -> i32 {
    i32::try_from(text.encode_utf16().count()).unwrap()
}

/// What a reader finds bold in a released message: cut out by UTF-16 units, as JavaScript cuts.
fn read(text: &str, entities: Vec<tl::enums::MessageEntity>) -> Vec<String> {
    let raw = tl::types::Message {
        message: text.to_owned(),
        entities: Some(entities),
        ..blank::message(1, world::peer(5), 0)
    };
    let chat = ChatContext {
        chat_id: 5,
        kind: ChatKind::User,
        username: None,
        me: None,
    };
    let message = convert::message(&raw.into(), &Peers::default(), &chat).unwrap();
    let released = Gate::unmasked().release_message(message);
    let units: Vec<u16> = released.text.encode_utf16().collect();
    let bold = released
        .entities
        .iter()
        .filter(|it| it.kind == EntityKind::Bold);
    bold.map(|entity| {
        let start = entity.offset as usize;
        let part = &units[start..start + entity.length as usize];
        String::from_utf16(part).expect("whole characters")
    })
    .collect()
}

fn bold(offset: i32, length: i32) -> tl::enums::MessageEntity {
    tl::types::MessageEntityBold { offset, length }.into()
}

#[test]
fn an_entity_stays_on_its_words_in_every_script() {
    for Row {
        case,
        text,
        bold: words,
        read: expected,
    } in ROWS
    {
        let before = text.split(words).next().unwrap();
        let found = read(text, vec![bold(units(before), units(words))]);
        assert_eq!(found, [*expected], "{case}");
    }
}

#[test]
fn odd_entities_become_whole_ones_or_none() {
    let text = "a🦀b\u{202E}c";
    let cases: &[(&str, (i32, i32), &[&str])] = &[
        ("everything", (0, 6), &["a🦀bc"]),
        ("beyond the end", (4, 100), &["c"]),
        ("past the end", (6, 1), &[]),
        ("from before the start", (-1, 2), &["a"]),
        ("nothing", (2, 0), &[]),
        ("less than nothing", (3, -2), &[]),
        ("the first half of a character", (0, 2), &["a🦀"]),
        ("the second half of a character", (2, 2), &["🦀b"]),
        ("only what was hidden", (4, 1), &[]),
        ("as far as numbers go", (0, i32::MAX), &["a🦀bc"]),
        ("the lowest number", (i32::MIN, i32::MAX), &[]),
    ];
    for (case, (offset, length), expected) in cases {
        assert_eq!(
            read(text, vec![bold(*offset, *length)]),
            *expected,
            "{case}"
        );
    }
    let overlapping = vec![bold(0, 3), bold(1, 3), bold(0, 3)];
    assert_eq!(read(text, overlapping), ["a🦀", "🦀b", "a🦀"]);
}

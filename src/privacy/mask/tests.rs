//! The masker as a whole, and what the tables of the detectors are checked with.

use proptest::prelude::*;

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
            let context = Context {
                level: Level::Strict,
                region: masker.0.region,
                is_login: true,
            };
            Search::new(context, &text, View::new(&text)).work()
        };
        let (once, twice) = (work(5_000), work(10_000));
        assert!(
            twice <= 2 * once + once / 10 + 100,
            "{part}: {once}, {twice}"
        );
        assert!(once <= 20 * 5_000, "{part}: {once}");
    }
}

/// What a detector could be made to look at for ever, repeated.
const HOSTILE: &[&str] = &[
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
    "password: ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n",
    "eyJ.",
    "eyJhbGciOiJub25lIn0.",
    "[email:kqvhwmtr]",
    "code 12345 ",
    "at dot ",
    "%40",
    "a.",
    "tel 0301234567, ",
    "DE89 ",
    "A1",
    "t.me/+",
    "\u{200B}",
    "１",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_changes_nothing(text in hostile(), level in level(), region in region()) {
        let masker = masker(level, region);
        let once = masker.text(&text);
        prop_assert_eq!(&masker.text(&once.text).text, &once.text);
        let login = masker.login_message(&text);
        prop_assert_eq!(&masker.login_message(&login.text).text, &login.text);
        let url = masker.url(&text);
        prop_assert_eq!(&masker.url(&url), &url);
        let name = masker.file_name(&text);
        prop_assert_eq!(&masker.file_name(&name), &name);
    }

    #[test]
    fn what_is_found_is_what_was_replaced(text in hostile(), level in level()) {
        let masked = masker(level, None).text(&text);
        let (mut old, mut new) = (0, masked.text.as_ref());
        for found in &masked.found {
            new = new.strip_prefix(&text[old..found.range.start]).unwrap();
            let (kind, length) = pseudonym::at_start(new.as_bytes()).unwrap();
            prop_assert_eq!(kind, found.kind);
            new = &new[length..];
            old = found.range.end;
        }
        prop_assert_eq!(new, &text[old..]);
        prop_assert_eq!(masked.found.is_empty(), masked.edits.is_empty());
    }
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![Just(Level::Mask), Just(Level::Strict)]
}

fn region() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![None, Some("DE"), Some("US"), Some("RU"), Some("IN")])
}

/// Values and pseudonyms, whole and in pieces, with what could glue them together.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        4 => prop::sample::select(VALUES).prop_map(str::to_owned),
        2 => (prop::sample::select(VALUES), 0.0..1.0_f64, 0.0..1.0_f64).prop_map(|(value, from, to)| {
            let chars: Vec<char> = value.chars().collect();
            let place = |part: f64| (part * chars.len() as f64) as usize;
            chars[place(from.min(to))..place(from.max(to))].iter().collect()
        }),
        1 => "\\PC{0,6}",
        1 => "[0-9]{1,20}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    " ",
    " ",
    "-",
    ".",
    ":",
    "/",
    "@",
    "+",
    "(",
    ")",
    "[",
    "]",
    "_",
    "=",
    ",",
    "\n",
    "\u{200B}",
    "\u{200D}",
    "%",
    "%40",
    "%2",
    "٣",
    "１",
    "+ ",
    "[email:kqvhwmtr]",
    "[phone:abcdefgh]",
    "[phone:",
    "abcdefgh]",
    "[secret:aaaaaaaa]",
    "[code:zzzzzzzz]",
    "\u{E}",
    "tel ",
    "code: ",
    "password: ",
    "token=",
    "t.me/",
    "https://",
    "at ",
    " dot ",
    "is your code",
    "v",
    "+49",
    "00",
    "com",
    "ваш код ",
    "\u{18}",
    ", ",
    " or ",
    "x",
    "0",
    "1",
];

const VALUES: &[&str] = &[
    "ada@example.com",
    "пётр@почта.рф",
    "+49 170 1234567",
    "0170 1234567",
    "(415) 555-2671",
    "4111 1111 1111 1111",
    "4111111111111111",
    "DE89 3704 0044 0532 0130 00",
    "203.0.113.7",
    "2001:db8::ff00:42:8329",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "0xde709f2102306220921060314715629080e2fb77",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
    "hunter2",
    "12345",
    "123-456",
    "https://t.me/+AbCdEfGhIjKlMnOp",
    "https://ada:hunter2@example.com/",
    "@ada_lovelace",
    "ada [at] example [dot] com",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
    "0 1 7 0 1 2 3 4 5 6 7",
    "ada%40example.com",
];

#[test]
fn what_stands_around_a_value_does_not_hide_it() {
    let masker = masker(Level::Mask, None);
    for value in [
        "+4915123456789",
        "4111111111111111",
        "DE66370400440532013123",
        "93.184.216.34",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "jane.roe@example.org",
    ] {
        let pseudonym = masker.text(value).text.into_owned();
        for (before, behind) in [
            ("_", "_"),
            ("*", "*"),
            ("see_", ""),
            ("=", "&x=1"),
            ("(", ")"),
        ] {
            // What a low line joins to an address is a part of it.
            if value.contains('@') && before.ends_with('_') {
                continue;
            }
            let text = format!("{before}{value}{behind}");
            let masked = masker.text(&text).text;
            assert!(masked.contains(&pseudonym), "{text} gave {masked}");
        }
    }
    for (text, hidden) in [
        ("cc @jane@gmail.com please", "jane"),
        ("jane@gmail.com.pdf", "jane"),
        ("IPv6:2a02:26f0:6c00::210:ba08", "2a02"),
        ("https://ipinfo.io/93.184.216.34", "93.184"),
        ("tg://join/?invite=Zk3vQx8LmN0pRt5w", "Zk3v"),
        ("DE66370400440532013123EUR", "3704"),
    ] {
        let masked = masker.text(text).text;
        assert!(!masked.contains(hidden), "{text} gave {masked}");
    }
    // A plus makes a number a telephone's, whatever its digits sum up to.
    let [one, other] = ["+4915123100005", "+49 151 23100005"].map(|it| masker.text(it).text);
    assert_eq!(one, other);
}

#[test]
fn nothing_behind_a_value_is_lost() {
    let masker = masker(Level::Mask, None);
    for end in ["%", "%41", "%C3%A9", "%E9", "é", "%é", "٪", "%\u{200d}"] {
        for rest in ["", " and more", "\n🙂 more", "\u{FFFD}more", "%%%"] {
            let text = format!("password: hunter22{end} {rest}");
            let masked = masker.text(&text).text;
            assert!(
                masked.ends_with(&format!(" {rest}")),
                "{text:?} gave {masked:?}"
            );
        }
    }
}

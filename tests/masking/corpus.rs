//! Reads the labelled messages: `tests/corpus/README.md` says what their fields and marks mean.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

/// The half that masking is tuned on.
pub(super) const DEV: &str = "dev";

/// The half that it is only measured on.
pub(super) const HELD_OUT: &str = "held_out";

/// What stands for a kind in the labels, in the order of the published table.
pub(super) const KINDS: &[&str] = &[
    "email", "phone", "card", "iban", "ip", "crypto", "secret", "code", "invite", "username",
];

/// One message, its marks taken out.
pub(super) struct Labelled {
    /// The line as it stands in the file.
    pub(super) line: String,
    pub(super) lang: String,
    pub(super) region: Option<String>,
    pub(super) strict: bool,
    /// Telegram's own service chat wrote it.
    pub(super) is_login: bool,
    pub(super) text: String,
    pub(super) labels: Vec<Label>,
}

/// A value that should be masked, as bytes of the text.
pub(super) struct Label {
    pub(super) kind: String,
    pub(super) value: Range<usize>,
    /// The value with the context that may go with it.
    pub(super) context: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    lang: String,
    text: String,
    region: Option<String>,
    level: Option<String>,
    from: Option<String>,
}

/// The messages of one half.
pub(super) fn read(half: &str) -> Vec<Labelled> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpus/{half}.jsonl"));
    let file = fs::read_to_string(path).unwrap();
    file.lines().map(labelled).collect()
}

fn labelled(line: &str) -> Labelled {
    let fields: Line = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let (text, labels) = unmark(&fields.text);
    Labelled {
        line: line.to_owned(),
        lang: fields.lang,
        region: fields.region,
        strict: fields.level.is_some_and(|level| level == "strict"),
        is_login: fields.from.is_some_and(|from| from == "777000"),
        text,
        labels,
    }
}

/// Takes `⟦kind:⟨context⟩value⟨context⟩⟧` out of a text.
fn unmark(marked: &str) -> (String, Vec<Label>) {
    let mut parts = marked.split('⟦');
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut labels = Vec::new();
    for part in parts {
        let (label, rest) = part.split_once('⟧').expect("a mark ends");
        let (kind, inside) = label.split_once(':').expect("a mark names its kind");
        let start = text.len();
        let (before, inside) = match inside.strip_prefix('⟨') {
            Some(inside) => inside.split_once('⟩').expect("context ends"),
            None => ("", inside),
        };
        let (value, after) = match inside.strip_suffix('⟩') {
            Some(inside) => inside.split_once('⟨').expect("context begins"),
            None => (inside, ""),
        };
        text.extend([before, value, after]);
        let value_start = start + before.len();
        labels.push(Label {
            kind: kind.to_owned(),
            value: value_start..value_start + value.len(),
            context: start..text.len(),
        });
        text.push_str(rest);
    }
    (text, labels)
}

fn values(messages: &[Labelled], kind: &str) -> Vec<String> {
    let labels = messages.iter().flat_map(|message| {
        let of_kind = message.labels.iter().filter(|label| label.kind == kind);
        of_kind.map(|label| message.text[label.value.clone()].to_owned())
    });
    labels.collect()
}

/// The remainder of a number, written as digits and letters (`A` is 10), by 97.
fn mod_97(digits: impl Iterator<Item = char>) -> u32 {
    digits.fold(0, |remainder, digit| {
        let value = digit.to_digit(36).unwrap();
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    })
}

/// Luhn's sum, which is 0 for a card's number.
fn luhn(digits: &[u32]) -> u32 {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| {
        let weighed = digit * (1 + place as u32 % 2);
        weighed / 10 + weighed % 10
    });
    weighed.sum::<u32>() % 10
}

#[test]
fn marks_leave_the_text_and_say_where_values_stand() {
    let (text, labels) = unmark("an ⟦ip:192.0.2.7⟨:8080⟩⟧, ⟦phone:⟨tel:⟩+49 89⟧!");
    assert_eq!(text, "an 192.0.2.7:8080, tel:+49 89!");
    let found: Vec<_> = labels
        .iter()
        .map(|label| {
            (
                &*label.kind,
                &text[label.value.clone()],
                &text[label.context.clone()],
            )
        })
        .collect();
    let expected = [
        ("ip", "192.0.2.7", "192.0.2.7:8080"),
        ("phone", "+49 89", "tel:+49 89"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_kind_has_enough_examples_in_many_languages() {
    let messages: Vec<Labelled> = [DEV, HELD_OUT].into_iter().flat_map(read).collect();
    assert!(messages.len() >= 700, "{} messages", messages.len());
    for kind in KINDS {
        let languages: BTreeSet<&str> = messages
            .iter()
            .filter(|message| message.labels.iter().any(|label| label.kind == *kind))
            .map(|message| &*message.lang)
            .collect();
        let examples = values(&messages, kind).len();
        assert!(examples >= 60, "{examples} of {kind}");
        assert!(languages.len() >= 10, "{kind} in {languages:?} only");
    }
    let kinds = messages.iter().flat_map(|message| &message.labels);
    for label in kinds {
        assert!(KINDS.contains(&&*label.kind), "`{}` is no kind", label.kind);
    }
}

#[test]
fn half_of_the_messages_hold_what_must_stay() {
    for half in [DEV, HELD_OUT] {
        let messages = read(half);
        let tempting = messages.iter().filter(|message| {
            let mut rest = message.text.clone();
            for label in message.labels.iter().rev() {
                rest.replace_range(label.context.clone(), "");
            }
            message.labels.is_empty() || rest.contains(|c: char| c.is_numeric() || c == '@')
        });
        assert!(tempting.count() * 2 >= messages.len(), "too easy: {half}");
    }
}

#[test]
fn halves_share_no_message_and_no_value() {
    let (dev, held_out) = (read(DEV), read(HELD_OUT));
    let texts: BTreeSet<&str> = dev.iter().map(|message| &*message.text).collect();
    for message in &held_out {
        assert!(!texts.contains(&*message.text), "in both: {}", message.text);
    }
    for kind in KINDS {
        let known: BTreeSet<String> = values(&dev, kind).into_iter().collect();
        let shared: Vec<String> = values(&held_out, kind)
            .into_iter()
            .filter(|value| known.contains(value))
            .collect();
        assert!(shared.is_empty(), "{kind} in both: {shared:?}");
    }
}

#[test]
fn labelled_cards_and_ibans_have_their_checksums() {
    let messages: Vec<Labelled> = [DEV, HELD_OUT].into_iter().flat_map(read).collect();
    for card in values(&messages, "card") {
        let digits: Vec<u32> = card.chars().filter_map(digit).collect();
        assert_eq!(luhn(&digits), 0, "{card}");
    }
    for iban in values(&messages, "iban") {
        let (head, tail): (Vec<_>, Vec<_>) = iban
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .enumerate()
            .partition(|(place, _)| *place < 4);
        let moved = tail.into_iter().chain(head).map(|(_, c)| c);
        assert_eq!(mod_97(moved), 1, "{iban}");
    }
}

/// A decimal digit of the scripts that the corpus writes cards in.
fn digit(c: char) -> Option<u32> {
    let zeros = ['0', '٠', '۰', '०', '０'];
    let offsets = zeros.map(|zero| u32::from(c).wrapping_sub(u32::from(zero)));
    offsets.into_iter().find(|offset| *offset < 10)
}

//! How good masking is: measured on labelled messages, held to its targets, and published as it is.

mod corpus;
mod score;

use std::fs;
use std::path::Path;

use telegram_history_mcp::privacy::mask::{Level, Masker};

use self::corpus::{DEV, HELD_OUT, KINDS};
use self::score::{score, table};

/// How many of a thousand labelled values must be found, for each kind.
const RECALL: u32 = 980;

/// How many of a thousand finds must be labelled, for each kind.
const PRECISION: u32 = 950;

#[test]
fn masking_finds_what_should_go_and_leaves_the_rest() {
    let (dev, held_out) = (score(DEV), score(HELD_OUT));
    let all = dev.and(&held_out);
    let below: Vec<String> = KINDS
        .iter()
        .map(|kind| (kind, all.of(kind)))
        .filter(|(_, count)| count.recall() < RECALL || count.precision() < PRECISION)
        .map(|(kind, _)| format!("{kind} is under {RECALL} or {PRECISION} of a thousand"))
        .collect();
    // Whoever sees the lines held out begins to tune on them: they are counted, not shown.
    assert!(
        below.is_empty(),
        "{below:?}\n\n{}\n{} lines held out went wrong, and of the others:\n{}",
        table(&dev, &held_out),
        held_out.wrong.len(),
        dev.wrong.join("\n"),
    );
}

#[test]
fn masking_takes_nothing_that_the_corpus_has_no_kind_for() {
    let all = score(DEV).and(&score(HELD_OUT));
    let unknown: Vec<&String> = all
        .counts
        .keys()
        .filter(|kind| !KINDS.contains(&&***kind))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_page_on_privacy_states_the_measured_figures() {
    let table = table(&score(DEV), &score(HELD_OUT));
    assert!(
        page().contains(&table),
        "docs/privacy.md should say:\n\n{table}"
    );
}

#[test]
fn the_page_on_privacy_shows_what_masking_makes_of_a_text() {
    let page = page();
    for (name, level) in [("mask", Level::Mask), ("strict", Level::Strict)] {
        let masker = Masker::new(level, &[7; 32], None);
        let masked = masker.text(example(&page, "off")).text;
        assert_eq!(example(&page, name), masked, "`{name}` in docs/privacy.md");
    }
}

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/privacy.md");
    fs::read_to_string(page).unwrap().replace("\r\n", "\n")
}

/// The block of the page that shows a text on one level.
fn example<'a>(page: &'a str, level: &str) -> &'a str {
    let opening = format!("`{level}`:\n\n```text\n");
    let (_, rest) = page.split_once(&opening).expect("an example of each level");
    let (example, _) = rest.split_once("```\n").expect("the example ends");
    example
}

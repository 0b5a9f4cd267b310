//! Holds `.env.example` and the page of the configuration to the table of keys.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::keys::{KEYS, Key};

const ENV_EXAMPLE: &str = include_str!("../../.env.example");
const PAGE: &str = include_str!("../../docs/configuration.md");

fn env_example() -> String {
    let mut text = String::new();
    for key in KEYS {
        if let Some(heading) = key.heading {
            let gap = if text.is_empty() { "" } else { "\n" };
            writeln!(text, "{gap}### {heading}").unwrap();
        }
        writeln!(text, "# {}", key.help).unwrap();
        writeln!(text, "#{}={}", key.name, key.default).unwrap();
    }
    text
}

fn row(key: &Key) -> String {
    let code = |text: String| format!("`{text}`");
    let cells = [
        code(key.name.to_owned()),
        key.flag
            .map_or("–".to_owned(), |flag| code(format!("--{flag}"))),
        key.file_name().map_or("–".to_owned(), code),
        match key.default {
            "" => "–".to_owned(),
            default => code(default.to_owned()),
        },
        key.accepts.to_owned(),
        key.help.to_owned(),
    ];
    format!("| {} |", cells.join(" | "))
}

#[test]
fn env_example_states_every_key_with_its_default() {
    assert_eq!(ENV_EXAMPLE, env_example());
}

#[test]
fn the_pages_table_is_the_table_of_keys() {
    let rows: Vec<&str> = PAGE
        .lines()
        .filter(|line| line.starts_with("| `TELEGRAM_"))
        .collect();
    let expected: Vec<String> = KEYS.iter().map(row).collect();
    assert_eq!(rows, expected, "{}", expected.join("\n"));
}

#[test]
fn every_variable_that_the_page_mentions_exists() {
    let mentioned: BTreeSet<&str> = PAGE
        .lines()
        .filter(|line| !line.contains("is not a setting"))
        .flat_map(|line| line.split(|c: char| !c.is_ascii_uppercase() && c != '_'))
        .filter(|word| word.starts_with("TELEGRAM_") && *word != "TELEGRAM_")
        .collect();
    for word in mentioned {
        let is_known = Key::find(word).is_some() || word == super::keys::SESSION_STRING_ALIAS;
        assert!(is_known, "{word}");
    }
}

//! What is fuzzed: one function a target, each of which panics when what it promises does not hold. `fuzz/` runs them
//! on bytes that it makes up, the ordinary tests on the seeds that are kept there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a target fails by panicking"
)]

use crate::history::fuzz_cursor;
use crate::privacy::mask::{Level, Masker};
use crate::privacy::{check_edits, sanitize};
use crate::server::fuzz_line;
use crate::sim::World;
use crate::telegram::peer::{ChatForm, ChatInput, ChatName};
use crate::telegram::session::SessionString;
use crate::telegram::{fuzz_answer, fuzz_frames};

/// A target, by the name of its directory of seeds.
pub type Target = (&'static str, fn(&[u8]));

/// Everything that is fuzzed.
pub const TARGETS: &[Target] = &[
    ("chat_input", chat_input),
    ("config_toml", crate::config::fuzz_file),
    ("cursor", fuzz_cursor),
    ("desktop_import", desktop_import),
    ("frame", fuzz_frames),
    ("json_rpc_line", fuzz_line),
    ("mask", masking),
    ("sanitize", sanitizing),
    ("session_string", session_string),
    ("tl_message", fuzz_answer),
];

/// Runs the target of this name.
pub fn run(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    target(data);
}

/// What a person or a model may write for a chat. What names one chat names the same when it is written anew.
fn chat_input(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(input) = ChatInput::parse("chat", &text) else {
        return;
    };
    for id in [input.message_id, input.topic_id, input.comment_id] {
        assert!(id.is_none_or(|id| id > 0), "{input:?}");
    }
    let written = match &input.chat {
        ChatForm::Name(ChatName::Me) => "me".to_owned(),
        ChatForm::Name(ChatName::Username(name)) => format!("@{name}"),
        ChatForm::Name(ChatName::Id(id)) => id.to_string(),
        ChatForm::Invite(hash) => format!("https://t.me/+{hash}"),
        ChatForm::Words(words) => words.clone(),
    };
    let again = ChatInput::parse("chat", &written).unwrap();
    assert_eq!(again.chat, input.chat, "{written}");
}

/// An export of Telegram Desktop: a world or an error, and no trace of the file in an error beyond its names.
fn desktop_import(data: &[u8]) {
    match World::from_desktop_export_reader(data) {
        Ok((_, imported)) => {
            let _ = format!("{:?}", imported.warnings);
        }
        Err(error) => {
            let _ = error.to_string();
        }
    }
}

/// Masking twice changes nothing more, what was found stands where it is said to, and formatting stays within the text.
/// The first byte says how much is masked, and whose phone numbers are local.
fn masking(data: &[u8]) {
    let (how, data) = data.split_first().unwrap_or((&0, &[]));
    let level = if how & 1 == 0 {
        Level::Mask
    } else {
        Level::Strict
    };
    let region = ["", "DE", "US", "RU"][usize::from(how >> 1) % 4];
    let masker = Masker::new(level, &[7; 32], Some(region));
    let text = String::from_utf8_lossy(data);

    let masked = masker.text(&text);
    let again = masker.text(&masked.text);
    assert_eq!(again.text, masked.text);
    assert!(again.edits.is_empty() && again.found.is_empty());
    check_edits(&text, &masked.text, &masked.edits);
    assert_eq!(masked.found.is_empty(), masked.text == text);
    let mut end = 0;
    for found in &masked.found {
        assert!(found.range.start >= end && text.get(found.range.clone()).is_some());
        end = found.range.end;
    }

    let login = masker.login_message(&text).text;
    assert_eq!(masker.login_message(&login).text, login);
    let name = masker.file_name(&text);
    assert_eq!(masker.file_name(&name), name);
}

/// Cleaning twice changes nothing more, and formatting stays within the text.
fn sanitizing(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let clean = sanitize::text(&text);
    let again = sanitize::text(&clean.text);
    assert_eq!(again.text, clean.text);
    assert!(again.edits.is_empty());
    check_edits(&text, &clean.text, &clean.edits);
    let line = sanitize::line(&text);
    assert!(!line.contains(['\n', '\r', '\t']), "{line:?}");
    assert_eq!(sanitize::line(&line), line);
}

/// What is read as a session is written as one that is read the same, and shows its key to nobody.
fn session_string(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let raw = format!("1{}", base64(data));
    for text in [&*text, &raw] {
        let Ok(session) = SessionString::parse(text) else {
            continue;
        };
        let written = session.encode();
        let again = SessionString::parse(&written).unwrap();
        assert_eq!(again.auth_key(), session.auth_key());
        assert_eq!(again.address(), session.address());
        assert_eq!(again.encode(), written);
        let shown = format!("{session:?}");
        assert!(!shown.contains(&written[written.len() - 40..]), "{shown}");
    }
}

fn base64(data: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE.encode(data)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn directory(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz")
            .join(name)
    }

    fn names(of: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(directory(of)).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn what_was_found_once_stays_mended() {
        for (name, target) in TARGETS {
            let mut seeds = 0;
            for entry in fs::read_dir(directory("seeds").join(name)).unwrap() {
                let path = entry.unwrap().path();
                eprintln!("{}", path.display());
                target(&fs::read(path).unwrap());
                seeds += 1;
            }
            assert!(seeds > 0, "{name} has no seeds");
        }
    }

    #[test]
    fn every_target_has_a_program_and_seeds() {
        let targets: BTreeSet<String> =
            TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names("fuzz_targets"), targets);
        assert_eq!(names("seeds"), targets);
        let manifest = fs::read_to_string(directory("Cargo.toml")).unwrap();
        for target in targets {
            assert!(
                manifest.contains(&format!("name = \"{target}\"")),
                "{target}"
            );
        }
    }
}

//! Files of settings under fuzzing: whatever they hold, they are settings or problems.

#![allow(clippy::unwrap_used, reason = "a target fails by panicking")]

use std::fs;

use super::{Config, Sources};

/// Loads the bytes as the file.
pub(crate) fn file(data: &[u8]) {
    let name = format!("telegram-history-mcp-fuzz-{}.toml", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, data).unwrap();
    let sources = Sources {
        flags: Vec::new(),
        environment: vec![("TELEGRAM_CONFIG".into(), path.clone().into())],
        home: Some("/home/nobody".into()),
        os: "linux",
        check_session: |_| Ok(()),
        is_chat: |text| text.starts_with('@'),
    };
    match Config::load(sources) {
        Ok(config) => drop(config.warnings),
        Err(problems) => drop(problems.to_string()),
    }
    fs::remove_file(path).unwrap();
}

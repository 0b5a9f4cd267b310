//! What must stay inside a process is looked for in everything that every process of the tests says.
//!
//! `LOUD=1 cargo test` turns up the log of processes that would log nothing, and looks through that too.

use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine as _};
use telegram_history_mcp::telegram::session::SessionString;
use tokio::process::Command;

/// Variables whose values are secrets.
const SECRETS: [&str; 5] = [
    "TELEGRAM_SESSION_STRING",
    "TELEGRAM_STRING_SESSION",
    "TELEGRAM_API_HASH",
    "TELEGRAM_PII_KEY",
    "TELEGRAM_PROXY",
];

/// Shorter ones could stand in a text by chance.
const LEAST: usize = 12;

/// How many texts of a world are looked for.
const TEXTS: usize = 300;

/// Looks through what one process says.
#[derive(Clone)]
pub(crate) struct Watch {
    secrets: Arc<[String]>,
    texts: Arc<Mutex<Vec<String>>>,
    is_loud: bool,
}

impl Watch {
    /// Watches for the secrets that the process is given. A run that is loud lets it log everything.
    pub(crate) fn over(command: &mut Command) -> Self {
        let mut secrets = Vec::new();
        let mut is_silent = false;
        for (name, value) in command.as_std().get_envs() {
            let value = value.unwrap_or_default().to_string_lossy();
            is_silent |= name == "TELEGRAM_LOG" && value == "off";
            if SECRETS.iter().any(|secret| name == *secret) && value.len() >= LEAST {
                secrets.extend(traces_of_session(&value));
                secrets.push(value.into_owned());
            }
        }
        let is_loud = is_silent && std::env::var_os("LOUD").is_some();
        if is_loud {
            command.env("TELEGRAM_LOG", "trace");
        }
        Self {
            secrets: secrets.into(),
            texts: Arc::default(),
            is_loud,
        }
    }

    /// Watches for these texts in the log, too.
    pub(crate) fn add(&self, texts: impl IntoIterator<Item = String>) {
        let long = texts.into_iter().filter(|text| text.len() >= LEAST);
        self.texts.lock().unwrap().extend(long.take(TEXTS));
    }

    /// Nothing secret is in what stands on standard output.
    #[track_caller]
    pub(crate) fn look_through(&self, output: &str) {
        assert_absent(&self.secrets, output);
    }

    /// Neither is it in what stands on standard error, and nothing of the chats: what of it would be there in a
    /// run that is not loud.
    #[track_caller]
    pub(crate) fn read(&self, errors: String) -> String {
        assert_absent(&self.secrets, &errors);
        assert_absent(&self.texts.lock().unwrap(), &errors);
        if !self.is_loud {
            return errors;
        }
        let said = errors.split_inclusive('\n').filter(|line| !is_log(line));
        said.collect()
    }
}

#[track_caller]
fn assert_absent(forbidden: &[String], text: &str) {
    for secret in forbidden {
        assert!(!text.contains(secret.as_str()), "{secret} in {text}");
    }
}

/// `2026-11-21T10:15:32.321399Z DEBUG …`
fn is_log(line: &str) -> bool {
    let time = line.split(' ').next().unwrap_or_default();
    time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok()
}

/// Parts of a session's key, such that 32 bytes of it in a row show one of them.
fn traces_of_session(session: &str) -> Vec<String> {
    let Ok(session) = SessionString::parse(session) else {
        return Vec::new();
    };
    let key = session.auth_key().to_vec();
    let windows = key.windows(8).step_by(8);
    windows.flat_map(traces).collect()
}

/// Every way to write so many bytes of a key that would be recognised.
pub(crate) fn traces_of(key: &[u8]) -> Vec<String> {
    key.windows(8).flat_map(traces).collect()
}

fn traces(window: &[u8]) -> [String; 6] {
    let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<String> = window.iter().map(u8::to_string).collect();
    // Of eight bytes, base64 fixes ten characters; what follows them depends on what follows the bytes.
    let base64 = |text: String| text[..10].to_owned();
    [
        hex.to_uppercase(),
        hex,
        numbers.join(", "),
        numbers.join(","),
        base64(BASE64_STANDARD.encode(window)),
        base64(BASE64_URL_SAFE.encode(window)),
    ]
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    /// What a watch over a process with this session says of an output.
    fn is_caught(session: &str, output: &str) -> bool {
        let mut command = Command::new("true");
        let watch = Watch::over(command.env("TELEGRAM_SESSION_STRING", session));
        watch.add(["what she said to him".to_owned()]);
        std::panic::catch_unwind(|| watch.read(output.to_owned())).is_err()
    }

    #[test]
    fn what_leaks_is_caught() {
        let key: [u8; 256] = std::array::from_fn(|at| (at as u8).wrapping_mul(91) ^ 0x35);
        let address = SocketAddr::from(([127, 0, 0, 1], 443));
        let session = SessionString::new(2, address, &key).unwrap();
        let session = session.encode();
        assert!(!is_caught(&session, "INFO nothing to see"));
        assert!(is_caught(&session, &format!("DEBUG {}!", *session)));
        assert!(is_caught(&session, "DEBUG what she said to him."));
        for start in 0..24 {
            let part = &key[start..start + 32];
            assert!(is_caught(&session, &format!("{part:?}")));
            assert!(is_caught(
                &session,
                &format!("{part:02x?}").replace(", ", "")
            ));
            assert!(is_caught(&session, &BASE64_STANDARD.encode(part)));
        }
    }
}

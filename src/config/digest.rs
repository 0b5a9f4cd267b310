//! What a configuration comes to, in a word: processes of the same word can share one session.

use std::borrow::Cow;
use std::fmt::Debug;
use std::path::{self, Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Config, Pii, RateLimits, Secret};

impl Config {
    /// A word for every setting that the answers of a shared session depend on. What each client may have of its own
    /// is not in it, nor what only this process is about. `key` keeps secrets from being found by trying.
    pub fn digest(&self, key: &[u8; 32]) -> String {
        let shared = self.shared();
        hash(key, shared.iter().map(|(_, value)| &**value), 16)
    }

    /// A shorter word for each of these settings, by its name: where the whole words differ, these say why.
    pub fn digests(&self, key: &[u8; 32]) -> Vec<(&'static str, String)> {
        let shared = self.shared().into_iter();
        shared
            .map(|(name, value)| (name, hash(key, [name, &*value].into_iter(), 4)))
            .collect()
    }

    /// What the processes of a shared session have to agree on.
    fn shared<'c>(&'c self) -> Vec<(&'static str, Cow<'c, str>)> {
        let Self {
            api_id,
            flood_wait_max,
            rate_limits,
            export_dir,
            export_ttl,
            export_quota_bytes,
            export_protected,
            pii,
            pii_key,
            pii_region,
            allowed_chats,
            denied_chats,
            not_before,
            audit_file,
            proxy,
            takeout,
            // The account, which is the same where this is asked.
            session_string: _,
            session_file: _,
            keyring: _,
            api_hash: _,
            // What a client brings along.
            tool_names: _,
            call_deadline: _,
            reply_max_chars: _,
            // What is about the process.
            state_dir: _,
            metrics_addr: _,
            log_filter: _,
            log_format: _,
            settings: _,
            warnings: _,
        } = self;
        let pii = match pii {
            Pii::Off => "off",
            Pii::Mask => "mask",
            Pii::Strict => "strict",
        };
        let RateLimits {
            overall,
            history,
            search,
            resolve,
            dialogs,
        } = rate_limits;
        let place = |path: &Option<PathBuf>| format!("{:?}", path.as_deref().map(canonical));
        let secret = |secret: &'c Option<Secret>| secret.as_ref().map_or("", Secret::expose).into();
        vec![
            ("TELEGRAM_API_ID", said(api_id)),
            ("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", said(flood_wait_max)),
            ("TELEGRAM_RATE_LIMIT_RPS", said(overall)),
            ("TELEGRAM_RATE_LIMIT_HISTORY_RPS", said(history)),
            ("TELEGRAM_RATE_LIMIT_SEARCH_RPS", said(search)),
            ("TELEGRAM_RATE_LIMIT_RESOLVE_RPS", said(resolve)),
            ("TELEGRAM_RATE_LIMIT_DIALOGS_RPS", said(dialogs)),
            ("TELEGRAM_EXPORT_DIR", place(export_dir).into()),
            ("TELEGRAM_EXPORT_TTL_HOURS", said(export_ttl)),
            ("TELEGRAM_EXPORT_QUOTA_MB", said(export_quota_bytes)),
            ("TELEGRAM_EXPORT_PROTECTED", said(export_protected)),
            ("TELEGRAM_PII", pii.into()),
            ("TELEGRAM_PII_KEY", secret(pii_key)),
            ("TELEGRAM_PII_REGION", said(pii_region)),
            ("TELEGRAM_ALLOWED_CHATS", said(allowed_chats)),
            ("TELEGRAM_DENIED_CHATS", said(denied_chats)),
            ("TELEGRAM_NOT_BEFORE", said(not_before)),
            ("TELEGRAM_AUDIT_FILE", place(audit_file).into()),
            ("TELEGRAM_PROXY", secret(proxy)),
            ("TELEGRAM_TAKEOUT", said(takeout)),
        ]
    }
}

fn said<'c>(value: &impl Debug) -> Cow<'c, str> {
    format!("{value:?}").into()
}

/// A path as all who mean the same place write it: what there is of it without links and detours.
fn canonical(path: &Path) -> PathBuf {
    let whole = path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let known = (whole.ancestors()).find_map(|above| Some((above, above.canonicalize().ok()?)));
    match known {
        Some((above, known)) => match whole.strip_prefix(above) {
            Ok(rest) if rest.as_os_str().is_empty() => known,
            Ok(rest) => known.join(rest),
            Err(_) => whole,
        },
        None => whole,
    }
}

/// The first so many bytes of a keyed hash, in hexadecimal.
fn hash<'p>(key: &[u8; 32], parts: impl Iterator<Item = &'p str>, bytes: usize) -> String {
    let mut digest = Sha256::new();
    digest.update(key);
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    let digest = digest.iter().take(bytes);
    digest.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::config::{KEYS, Sources};

    const KEY: [u8; 32] = [7; 32];

    fn config(settings: &[(&str, &str)]) -> Config {
        Config::load(Sources {
            flags: Vec::new(),
            environment: settings
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            home: Some("/home/ann".into()),
            os: "linux",
            check_session: |_| Ok(()),
            is_chat: |_| true,
        })
        .unwrap()
    }

    fn digest(settings: &[(&str, &str)]) -> String {
        config(settings).digest(&KEY)
    }

    #[test]
    fn what_answers_depend_on_changes_the_word() {
        let table = [
            ("TELEGRAM_API_ID", "17"),
            ("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", "7"),
            ("TELEGRAM_RATE_LIMIT_RPS", "2"),
            ("TELEGRAM_RATE_LIMIT_SEARCH_RPS", "2"),
            ("TELEGRAM_EXPORT_DIR", "/elsewhere"),
            ("TELEGRAM_EXPORT_TTL_HOURS", "7"),
            ("TELEGRAM_EXPORT_QUOTA_MB", "7"),
            ("TELEGRAM_EXPORT_PROTECTED", "1"),
            ("TELEGRAM_PII", "strict"),
            ("TELEGRAM_PII_KEY", "sixteen characters and more"),
            ("TELEGRAM_PII_REGION", "GB"),
            ("TELEGRAM_ALLOWED_CHATS", "@ada"),
            ("TELEGRAM_DENIED_CHATS", "@ada"),
            ("TELEGRAM_NOT_BEFORE", "2026-03-01"),
            ("TELEGRAM_TAKEOUT", "1"),
        ];
        let mut words: HashSet<String> = table.iter().map(|setting| digest(&[*setting])).collect();
        words.insert(digest(&[]));
        assert_eq!(words.len(), table.len() + 1);
    }

    #[test]
    fn what_differs_is_told_by_its_name() {
        let usual = config(&[]).digests(&KEY);
        for key in usual.iter().map(|(name, _)| name) {
            assert!(KEYS.iter().any(|it| it.name == *key), "{key}");
        }
        let settings = [
            ("TELEGRAM_PII", "strict"),
            ("TELEGRAM_NOT_BEFORE", "2026-03-01"),
        ];
        let other = config(&settings).digests(&KEY);
        let differing = usual.iter().zip(&other).filter(|(one, other)| one != other);
        let differing: Vec<&str> = differing.map(|((name, _), _)| *name).collect();
        assert_eq!(differing, ["TELEGRAM_PII", "TELEGRAM_NOT_BEFORE"]);
    }

    #[test]
    fn one_place_has_one_word_however_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let word = |dir: &Path| digest(&[("TELEGRAM_EXPORT_DIR", dir.to_str().unwrap())]);
        let straight = dir.path().join("exports");
        let name = dir.path().file_name().unwrap();
        let detour = dir.path().join("..").join(name).join("exports");
        // Before it is there, and after.
        let before = word(&straight);
        assert_eq!(word(&detour), before);
        std::fs::create_dir(&straight).unwrap();
        assert_eq!(
            [word(&straight), word(&detour)],
            [before.clone(), before.clone()]
        );
        assert_ne!(word(dir.path()), before);
    }

    #[test]
    fn what_a_client_or_a_process_has_of_its_own_does_not() {
        let table = [
            ("TELEGRAM_TOOL_NAMES", "underscore"),
            ("TELEGRAM_CALL_DEADLINE_SECONDS", "50"),
            ("TELEGRAM_REPLY_MAX_CHARS", "9000"),
            ("TELEGRAM_LOG", "debug"),
            ("TELEGRAM_LOG_FORMAT", "json"),
        ];
        for setting in table {
            assert!(KEYS.iter().any(|key| key.name == setting.0));
            assert_eq!(digest(&[setting]), digest(&[]), "{}", setting.0);
        }
    }

    #[test]
    fn another_key_makes_another_word() {
        let config = config(&[]);
        assert_ne!(config.digest(&KEY), config.digest(&[8; 32]));
        assert_ne!(config.digests(&KEY), config.digests(&[8; 32]));
    }
}

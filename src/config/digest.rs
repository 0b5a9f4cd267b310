//! What a configuration comes to, in a word: processes of the same word can share one session.

use sha2::{Digest as _, Sha256};

use super::{Config, Pii, Secret};

impl Config {
    /// A word for every setting that the answers of a shared session depend on. What each client may have of its own
    /// is not in it, nor what only this process is about. `key` keeps secrets from being found by trying.
    pub fn digest(&self, key: &[u8; 32]) -> String {
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
        let settings = [
            format!("{api_id:?}"),
            format!("{flood_wait_max:?}"),
            format!("{rate_limits:?}"),
            format!("{export_dir:?} {export_ttl:?} {export_quota_bytes} {export_protected}"),
            pii.to_owned(),
            format!("{pii_region:?}"),
            format!("{allowed_chats:?}"),
            format!("{denied_chats:?}"),
            format!("{not_before:?}"),
            format!("{audit_file:?}"),
            format!("{takeout}"),
        ];
        let secrets = [pii_key, proxy].map(|secret| secret.as_ref().map_or("", Secret::expose));
        let mut digest = Sha256::new();
        digest.update(key);
        for part in settings.iter().map(String::as_str).chain(secrets) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let digest = digest.finalize();
        digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::config::{KEYS, Sources};

    fn digest(settings: &[(&str, &str)]) -> String {
        let config = Config::load(Sources {
            flags: Vec::new(),
            environment: settings
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            home: Some("/home/ann".into()),
            os: "linux",
            check_session: |_| Ok(()),
            is_chat: |_| true,
        });
        config.unwrap().digest(&[7; 32])
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
        let config = || {
            Config::load(Sources {
                flags: Vec::new(),
                environment: Vec::new(),
                home: Some("/home/ann".into()),
                os: "linux",
                check_session: |_| Ok(()),
                is_chat: |_| true,
            })
            .unwrap()
        };
        assert_ne!(config().digest(&[7; 32]), config().digest(&[8; 32]));
    }
}

//! What was asked for: defaults, then the file, the environment and the flags, resolved once.
//!
//! Nothing else reads the environment, and nothing is read twice.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gather::Gathered;
use jiff::Timestamp;

#[cfg(any(fuzzing, test))]
pub(crate) use fuzzing::file as fuzz_file;
pub use keys::{KEYS, Key};
pub use problem::{Origin, Problem, Problems};
pub use secret::Secret;

mod digest;
mod file;
#[cfg(any(fuzzing, test))]
mod fuzzing;
mod gather;
mod keys;
mod later;
mod problem;
mod secret;
mod value;

/// Everything that can be configured, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The application's id, as my.telegram.org gives it.
    pub api_id: Option<i32>,
    /// The application's hash; needed to log in only.
    pub api_hash: Option<Secret>,
    /// The account's string session, without quotes around it; its layout is not yet checked.
    pub session_string: Option<Secret>,
    /// Where a session is kept; unknown without a state directory.
    pub session_file: Option<PathBuf>,
    /// Whether the system's keyring may hold it.
    pub keyring: bool,
    /// How tools are listed.
    pub tool_names: ToolNames,
    /// A call answers by then; 5 to 300 seconds.
    pub call_deadline: Duration,
    /// Longer flood waits are reported, not slept; clamped to `call_deadline`.
    pub flood_wait_max: Duration,
    /// How long an inline reply may be, in characters; 2,000 to 500,000.
    pub reply_max_chars: usize,
    /// Upper bounds of requests a second.
    pub rate_limits: RateLimits,
    /// Where exports are written; unknown without a state directory.
    pub export_dir: Option<PathBuf>,
    /// How long an export is kept.
    pub export_ttl: Duration,
    /// How much room all exports may take together, in bytes.
    pub export_quota_bytes: u64,
    /// Whether chats that forbid copying may be exported.
    pub export_protected: bool,
    /// Where resolved chats are remembered; without one they stay in memory.
    pub state_dir: Option<PathBuf>,
    /// Masking of personal data.
    pub pii: Pii,
    /// Keeps pseudonyms the same across sessions; derived from the session when absent.
    pub pii_key: Option<Secret>,
    /// The country of phone numbers that are written without one, as two capital letters.
    pub pii_region: Option<String>,
    /// Only these chats can be read, when there are any; each is known to name one, or a kind.
    pub allowed_chats: Vec<String>,
    /// These chats cannot be read.
    pub denied_chats: Vec<String>,
    /// Nothing that was sent before is read.
    pub not_before: Option<Timestamp>,
    /// Where calls are recorded; absent when they are not.
    pub audit_file: Option<PathBuf>,
    /// Where metrics are served; absent when they are not.
    pub metrics_addr: Option<SocketAddr>,
    /// What is logged, in the filter syntax of tracing; known to be valid.
    pub log_filter: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// The proxy to Telegram, a `socks5` URL; it may hold a password.
    pub proxy: Option<Secret>,
    /// Whether exports use a takeout session.
    pub takeout: bool,
    /// What was set, in the order of the table of keys.
    pub settings: Vec<Setting>,
    /// What looks like a mistake but stops nothing, one line each.
    pub warnings: Vec<String>,
}

/// A value that somebody set, and that counts.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it is a value of.
    pub key: &'static Key,
    /// The value as it was written; absent for a secret.
    pub text: Option<String>,
    /// Where it was set.
    pub origin: Origin,
}

/// How tools are listed; calls are understood either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToolNames {
    /// `tg.fetch_history`.
    #[default]
    Dotted,
    /// `tg_fetch_history`, for clients that refuse dots.
    Underscore,
}

/// Masking of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pii {
    /// Everything as Telegram gave it.
    Off,
    /// Addresses, numbers and secrets become pseudonyms.
    #[default]
    Mask,
    /// Names and usernames too.
    Strict,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Upper bounds of requests a second, above 0 and at most 1,000; absent where the limiter decides.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RateLimits {
    /// All requests together.
    pub overall: Option<f64>,
    /// Reading history.
    pub history: Option<f64>,
    /// Searching.
    pub search: Option<f64>,
    /// Finding chats by name.
    pub resolve: Option<f64>,
    /// Listing chats.
    pub dialogs: Option<f64>,
}

/// Where a configuration comes from: all that `Config::load` ever looks at, besides the file.
pub struct Sources {
    /// Flags that were typed, by the key they belong to.
    pub flags: Vec<(&'static Key, String)>,
    /// The environment, as the process got it.
    pub environment: Vec<(OsString, OsString)>,
    /// The home directory, when there is one.
    pub home: Option<PathBuf>,
    /// The operating system, as `std::env::consts::OS` names it.
    pub os: &'static str,
    /// Says what is wrong with a session string, without repeating any of it.
    pub check_session: fn(&str) -> Result<(), String>,
    /// Whether this names a chat, or a kind of chats.
    pub is_chat: fn(&str) -> bool,
}

impl Sources {
    /// The process's own environment and home directory.
    pub fn from_process(
        flags: Vec<(&'static Key, String)>,
        check_session: fn(&str) -> Result<(), String>,
        is_chat: fn(&str) -> bool,
    ) -> Self {
        Self {
            flags,
            environment: std::env::vars_os().collect(),
            home: std::env::home_dir().filter(|home| home.is_absolute()),
            os: std::env::consts::OS,
            check_session,
            is_chat,
        }
    }

    /// Where state is kept unless it is said: from the home directory alone, since clients drop `XDG_*`.
    fn default_state_dir(&self) -> Option<PathBuf> {
        const NAME: &str = "telegram-history-mcp";
        let home = self.home.as_deref();
        match self.os {
            "macos" => home.map(|home| home.join("Library/Application Support").join(NAME)),
            "windows" => self
                .local_app_data()
                .or_else(|| home.map(|home| home.join("AppData/Local")))
                .map(|local| local.join(NAME)),
            _ => home.map(|home| home.join(".local/state").join(NAME)),
        }
    }

    fn local_app_data(&self) -> Option<PathBuf> {
        self.environment
            .iter()
            .find(|(name, value)| name.eq_ignore_ascii_case("LOCALAPPDATA") && !value.is_empty())
            .map(|(_, value)| PathBuf::from(value))
    }
}

impl Config {
    /// Resolves every key; all mistakes are reported together.
    pub fn load(sources: Sources) -> Result<Self, Problems> {
        let home = sources.home.clone();
        let default_state_dir = sources.default_state_dir();
        let check_session = sources.check_session;
        let is_chat = sources.is_chat;
        let mut values = Values(Gathered::read(sources));
        let mut config = values.resolve(home.as_deref());
        values.check_session(&config, check_session);
        values.check_chats("TELEGRAM_ALLOWED_CHATS", &config.allowed_chats, is_chat);
        values.check_chats("TELEGRAM_DENIED_CHATS", &config.denied_chats, is_chat);
        config.state_dir = config.state_dir.or(default_state_dir);
        let in_state_dir = |name| Some(config.state_dir.as_ref()?.join(name));
        config.export_dir = config.export_dir.or_else(|| in_state_dir("exports"));
        config.session_file = config.session_file.or_else(|| in_state_dir("session"));
        config.flood_wait_max = config.flood_wait_max.min(config.call_deadline);
        config.settings = values.0.settings();
        if !config.sets("TELEGRAM_AUDIT_FILE") {
            config.audit_file = (config.state_dir.as_ref()).map(|dir| dir.join(AUDIT_FILE));
        }

        let Gathered {
            problems, warnings, ..
        } = values.0;
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        config.warnings = warnings;
        if config.state_dir.is_none() {
            config.warnings.push(NO_STATE_DIR.to_owned());
        }
        Ok(config)
    }

    /// Whether somebody set this key.
    pub fn sets(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.key.name == name)
    }
}

/// What the audit is called in the state directory.
const AUDIT_FILE: &str = "audit.jsonl";

const NO_STATE_DIR: &str =
    "no home directory is known: resolved chats are forgotten at exit; set `TELEGRAM_STATE_DIR`";

/// The texts, while they become values.
struct Values(Gathered);

impl Values {
    fn resolve(&mut self, home: Option<&Path>) -> Config {
        let path = |text: &str| value::path(text, home);
        Config {
            api_id: self.optional("TELEGRAM_API_ID", |text| value::whole(text, 1..=i32::MAX)),
            api_hash: self.optional("TELEGRAM_API_HASH", value::api_hash),
            session_string: self.optional(keys::SESSION_STRING, value::session_string),
            session_file: self.optional("TELEGRAM_SESSION_FILE", path),
            keyring: self.required("TELEGRAM_KEYRING", value::switch),
            tool_names: self.required("TELEGRAM_TOOL_NAMES", value::tool_names),
            call_deadline: self.required("TELEGRAM_CALL_DEADLINE_SECONDS", |text| {
                value::seconds(text, 5..=300)
            }),
            flood_wait_max: self.required("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", |text| {
                value::seconds(text, 0..=300)
            }),
            reply_max_chars: self.required("TELEGRAM_REPLY_MAX_CHARS", |text| {
                value::whole(text, 2_000..=500_000)
            }),
            rate_limits: RateLimits {
                overall: self.optional("TELEGRAM_RATE_LIMIT_RPS", value::rate),
                history: self.optional("TELEGRAM_RATE_LIMIT_HISTORY_RPS", value::rate),
                search: self.optional("TELEGRAM_RATE_LIMIT_SEARCH_RPS", value::rate),
                resolve: self.optional("TELEGRAM_RATE_LIMIT_RESOLVE_RPS", value::rate),
                dialogs: self.optional("TELEGRAM_RATE_LIMIT_DIALOGS_RPS", value::rate),
            },
            export_dir: self.optional("TELEGRAM_EXPORT_DIR", path),
            export_ttl: self.required("TELEGRAM_EXPORT_TTL_HOURS", |text| {
                value::hours(text, 1..=8_760)
            }),
            export_quota_bytes: self.required("TELEGRAM_EXPORT_QUOTA_MB", |text| {
                value::whole(text, 1..=1_000_000).map(|mebibytes: u64| mebibytes << 20)
            }),
            export_protected: self.required("TELEGRAM_EXPORT_PROTECTED", value::switch),
            state_dir: self.optional("TELEGRAM_STATE_DIR", path),
            pii: self.required("TELEGRAM_PII", value::pii),
            pii_key: self.optional("TELEGRAM_PII_KEY", value::pii_key),
            pii_region: self.optional("TELEGRAM_PII_REGION", value::region),
            allowed_chats: self.required("TELEGRAM_ALLOWED_CHATS", value::list),
            denied_chats: self.required("TELEGRAM_DENIED_CHATS", value::list),
            not_before: self.optional("TELEGRAM_NOT_BEFORE", value::moment),
            audit_file: self.required("TELEGRAM_AUDIT_FILE", |text| value::unless_off(text, path)),
            metrics_addr: self.required("TELEGRAM_METRICS_ADDR", |text| {
                value::unless_off(text, value::address)
            }),
            log_filter: self.required("TELEGRAM_LOG", value::log_filter),
            log_format: self.required("TELEGRAM_LOG_FORMAT", value::log_format),
            proxy: self.optional("TELEGRAM_PROXY", value::proxy),
            takeout: self.required("TELEGRAM_TAKEOUT", value::switch),
            settings: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Notes what is wrong with the session string, whose layout others know.
    fn check_session(&mut self, config: &Config, check: fn(&str) -> Result<(), String>) {
        let Some(session) = &config.session_string else {
            return;
        };
        if let Err(reason) = check(session.expose()) {
            let origin = self
                .0
                .first(keys::SESSION_STRING)
                .map(|given| given.origin.clone());
            let text = format!("`{}` cannot be used: {reason}", keys::SESSION_STRING);
            self.0.problems.push(Problem::new(text, origin));
        }
    }

    /// Notes which entries of a list name no chat.
    fn check_chats(&mut self, name: &'static str, chats: &[String], is_chat: fn(&str) -> bool) {
        let wrong: Vec<&str> = (chats.iter().map(String::as_str))
            .filter(|chat| !is_chat(chat))
            .collect();
        if let Some(key) = Key::find(name)
            && !wrong.is_empty()
        {
            let origin = self.0.first(name).map(|given| given.origin.clone());
            let problem = Problem::entries_not_accepted(key, &wrong, origin);
            self.0.problems.push(problem);
        }
    }

    /// The value of a key that has a default; after a problem any value will do, for nobody gets it.
    fn required<T: Default>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> T {
        self.optional(name, parse).unwrap_or_default()
    }

    /// The value of a key, from what was given or else its default; a wrong one is noted.
    fn optional<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let key = Key::find(name)?;
        let given = self.0.first(name);
        let text = given.map_or(key.default, |given| given.text.as_str());
        let origin = given.map_or(Origin::Default, |given| given.origin.clone());
        if text.is_empty() {
            return None;
        }
        let parsed = parse(text);
        let problem = if parsed.is_none() {
            Problem::not_accepted(key, text, origin)
        } else if later::is_asked_for(name, text) {
            Problem::not_yet(key, text, origin)
        } else {
            return parsed;
        };
        self.0.problems.push(problem);
        None
    }
}

#[cfg(test)]
mod documents;
#[cfg(test)]
mod tests;

//! The configuration as a whole: precedence, every wrong value, and what follows from the others.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

mod secrets;
mod sources;

/// An API hash that looks like one.
const HASH: &str = "0123456789abcdef0123456789abcdef";

/// Builds sources by hand; nothing comes from the real environment.
struct Given {
    sources: Sources,
    dir: TempDir,
}

fn given() -> Given {
    Given {
        sources: Sources {
            flags: Vec::new(),
            environment: Vec::new(),
            home: Some("/home/ann".into()),
            os: "linux",
            check_session: |_| Ok(()),
            is_chat: |_| true,
        },
        dir: tempfile::tempdir().unwrap(),
    }
}

impl Given {
    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.into(), value.into()));
        self
    }

    #[track_caller]
    fn flag(mut self, name: &str, value: &str) -> Self {
        let key = KEYS.iter().find(|key| key.flag == Some(name)).unwrap();
        self.sources.flags.push((key, value.to_owned()));
        self
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("settings.toml")
    }

    /// A file that only its owner can read, named by the environment.
    fn file(self, text: &str) -> Self {
        fs::write(self.path(), text).unwrap();
        #[cfg(unix)]
        self.permit(0o600);
        let path = self.path();
        self.env("TELEGRAM_CONFIG", path.to_str().unwrap())
    }

    #[cfg(unix)]
    fn permit(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    #[track_caller]
    fn config(self) -> Config {
        Config::load(self.sources).unwrap()
    }

    /// The problems, one line each, with the file's path shortened.
    #[track_caller]
    fn problems(self) -> Vec<String> {
        let path = self.path().display().to_string();
        let problems = Config::load(self.sources).unwrap_err();
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| problem.to_string().replace(&path, "FILE"))
            .collect();
        assert_eq!(problems.to_string().lines().count(), lines.len());
        lines
    }
}

#[test]
fn the_defaults_stand_when_nothing_is_set() {
    let config = given().config();
    assert_eq!(config.tool_names, ToolNames::Dotted);
    assert_eq!(config.call_deadline, Duration::from_secs(45));
    assert_eq!(config.flood_wait_max, Duration::from_secs(20));
    assert_eq!(config.reply_max_chars, 24_000);
    assert_eq!(config.rate_limits, RateLimits::default());
    assert_eq!(config.export_ttl, Duration::from_secs(24 * 3600));
    assert_eq!(config.export_quota_bytes, 2048 << 20);
    assert_eq!(config.pii, Pii::Mask);
    assert_eq!(config.log_filter, "info");
    assert_eq!(config.log_format, LogFormat::Text);
    let audit = Path::new("/home/ann/.local/state/telegram-history-mcp/audit.jsonl");
    assert_eq!(config.audit_file.as_deref(), Some(audit));
    assert!(config.settings.is_empty());
    assert_eq!(config.metrics_addr, None);
    assert!(!config.takeout && !config.export_protected);
    assert!(config.api_id.is_none() && config.session_string.is_none());
    assert!(config.warnings.is_empty());
}

/// Each key with three good values that differ, as they stand in environment and flags.
const GOOD: &[(&str, [&str; 3])] = &[
    ("TELEGRAM_API_ID", ["1", "2", "3"]),
    (
        "TELEGRAM_TOOL_NAMES",
        ["underscore", "dotted", "underscore"],
    ),
    ("TELEGRAM_CALL_DEADLINE_SECONDS", ["5", "60", "300"]),
    ("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", ["0", "7", "30"]),
    ("TELEGRAM_REPLY_MAX_CHARS", ["2000", "9000", "500000"]),
    ("TELEGRAM_RATE_LIMIT_RPS", ["0.5", "2", "1000"]),
    ("TELEGRAM_RATE_LIMIT_HISTORY_RPS", ["0.5", "2", "1000"]),
    ("TELEGRAM_RATE_LIMIT_SEARCH_RPS", ["0.5", "2", "1000"]),
    ("TELEGRAM_RATE_LIMIT_RESOLVE_RPS", ["0.5", "2", "1000"]),
    ("TELEGRAM_RATE_LIMIT_DIALOGS_RPS", ["0.5", "2", "1000"]),
    ("TELEGRAM_EXPORT_DIR", ["/a", "~/b", "c/d"]),
    ("TELEGRAM_EXPORT_TTL_HOURS", ["1", "48", "8760"]),
    ("TELEGRAM_EXPORT_QUOTA_MB", ["1", "2", "1000000"]),
    ("TELEGRAM_STATE_DIR", ["/a", "~/b", "c/d"]),
    ("TELEGRAM_PII_REGION", ["gb", "DE", "US"]),
    ("TELEGRAM_LOG", ["warn", "debug", "info,rmcp=error"]),
    ("TELEGRAM_LOG_FORMAT", ["json", "text", "json"]),
];

#[test]
fn flags_win_over_environment_over_file_for_every_key() {
    for (name, [in_file, in_environment, in_flag]) in GOOD {
        let key = Key::find(name).unwrap();
        let line = format!("{} = \"{in_file}\"", key.file_name().unwrap());
        let shown = |given: Given| {
            // Where a value was set is another matter.
            let settings = Vec::new();
            format!(
                "{:?}",
                Config {
                    settings,
                    ..given.config()
                }
            )
        };
        let alone = |value: &str| shown(given().env(name, value));

        assert_eq!(shown(given().file(&line)), alone(in_file));
        let both = || given().file(&line).env(name, in_environment);
        assert_eq!(shown(both()), alone(in_environment));
        let all = both().flag(key.flag.unwrap(), in_flag);
        assert_eq!(shown(all), alone(in_flag));
        assert_ne!(alone(in_file), alone(in_environment), "{name}");
    }
}

/// Each key with values that it refuses.
const WRONG: &[(&str, &[&str])] = &[
    ("TELEGRAM_API_ID", &["0", "-1", "abc", "99999999999"]),
    (
        "TELEGRAM_API_HASH",
        &["zzSECRETzz", "zz23456789abcdef0123456789abcdzz"],
    ),
    (
        "TELEGRAM_SESSION_STRING",
        &["zzSECRETzz zzSECRETzz", "zzSECRETzz\u{e9}"],
    ),
    ("TELEGRAM_TOOL_NAMES", &["dashed", "Dotted"]),
    ("TELEGRAM_CALL_DEADLINE_SECONDS", &["4", "301", "45s"]),
    ("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", &["-1", "301"]),
    ("TELEGRAM_REPLY_MAX_CHARS", &["1999", "500001", "24k"]),
    ("TELEGRAM_RATE_LIMIT_RPS", &["0", "1001", "NaN"]),
    ("TELEGRAM_RATE_LIMIT_HISTORY_RPS", &["-1"]),
    ("TELEGRAM_RATE_LIMIT_SEARCH_RPS", &["inf"]),
    ("TELEGRAM_RATE_LIMIT_RESOLVE_RPS", &["x"]),
    ("TELEGRAM_RATE_LIMIT_DIALOGS_RPS", &["1,5"]),
    ("TELEGRAM_EXPORT_DIR", &["a\0b"]),
    ("TELEGRAM_EXPORT_TTL_HOURS", &["0", "8761"]),
    ("TELEGRAM_EXPORT_QUOTA_MB", &["0", "1000001"]),
    ("TELEGRAM_EXPORT_PROTECTED", &["yes", "2"]),
    ("TELEGRAM_SESSION_FILE", &["a\0b"]),
    ("TELEGRAM_KEYRING", &["on", "2"]),
    ("TELEGRAM_STATE_DIR", &["a\0b"]),
    ("TELEGRAM_PII", &["on", "MASK"]),
    ("TELEGRAM_PII_KEY", &["zzSECRETzz"]),
    ("TELEGRAM_PII_REGION", &["GBR", "4", "é"]),
    ("TELEGRAM_ALLOWED_CHATS", &[","]),
    ("TELEGRAM_DENIED_CHATS", &[", ,"]),
    ("TELEGRAM_NOT_BEFORE", &["yesterday", "2026-13-01"]),
    ("TELEGRAM_AUDIT_FILE", &["a\0b"]),
    ("TELEGRAM_METRICS_ADDR", &["9464", "localhost:9464"]),
    ("TELEGRAM_LOG", &["inof", "info,", "a=loud"]),
    ("TELEGRAM_LOG_FORMAT", &["yaml"]),
    (
        "TELEGRAM_PROXY",
        &["http://ann:zzSECRETzz@host:1", "zzSECRETzz"],
    ),
    ("TELEGRAM_TAKEOUT", &["yes"]),
    ("TELEGRAM_CONFIG", &["/nowhere/at/all.toml", "a\0b"]),
];

#[test]
fn every_wrong_value_names_key_and_accepted_values_and_no_secret() {
    for (name, values) in WRONG {
        let key = Key::find(name).unwrap();
        for value in *values {
            let problems = given().env(name, value).problems();
            assert_eq!(problems.len(), 1, "{problems:?}");
            let problem = &problems[0];
            assert!(problem.starts_with(&format!("`{name}` is ")), "{problem}");
            assert!(problem.contains(key.accepts), "{problem}");
            assert!(problem.contains("(environment)"), "{problem}");
            let visible: String = value.replace('\0', " ");
            assert_eq!(problem.contains(&visible), !key.secret, "{problem}");
            assert!(!problem.contains("zz"), "{problem}");
        }
    }
}

#[test]
fn every_key_has_a_wrong_value_above() {
    for key in KEYS {
        assert!(
            WRONG.iter().any(|(name, _)| *name == key.name),
            "{}",
            key.name
        );
    }
}

#[test]
fn mistakes_are_reported_together_each_with_its_place() {
    let problems = given()
        .file("# rates\nrate_limit_rps = 0\nlog_format = [\"json\"]\n")
        .env("TELEGRAM_TOOL_NAMES", "dashed")
        .env("TELEGRAM_API_HASH", "abc 12")
        .flag("reply-max-chars", "1")
        .problems();
    assert_eq!(
        problems,
        [
            "`TELEGRAM_LOG_FORMAT` (here `log_format`) has a type that cannot be used, \
             expected a text, a number, or true or false: `text` or `json` (FILE:3)",
            "`TELEGRAM_API_HASH` is 6 characters (letters, digits, spaces or line breaks), \
             expected 32 hexadecimal digits (environment)",
            "`TELEGRAM_TOOL_NAMES` is `dashed`, expected `dotted` or `underscore` (environment)",
            "`TELEGRAM_REPLY_MAX_CHARS` is `1`, \
             expected a whole number from 2000 to 500000 (flag `--reply-max-chars`)",
            "`TELEGRAM_RATE_LIMIT_RPS` is `0`, expected a number above 0, up to 1000 (FILE:2)",
        ]
    );
}

#[test]
fn the_pages_examples_are_what_really_happens() {
    let page = include_str!("../../docs/configuration.md");
    let toml = page.split("```toml\n").nth(1).unwrap();
    let toml = toml.split("```").next().unwrap();
    assert!(given().file(toml).config().warnings.is_empty());

    let problems = given()
        .file("\nrate_limit_rps = 0")
        .env("TELEGRAM_API_HASH", "abc123")
        .env("TELEGRAM_METRICS_ADDR", "127.0.0.1:9464")
        .flag("tool-names", "dashed")
        .problems();
    assert_eq!(problems.len(), 4);
    for problem in problems {
        let problem = problem.replace("FILE", "/home/ann/telegram.toml");
        assert!(page.contains(&format!("\n{problem}\n")), "{problem}");
    }
    let typo = given().env("TELEGRAM_TOOLNAMES", "dotted").config();
    assert!(page.contains(&format!("\n{}\n", typo.warnings[0])));
}

#[test]
fn an_empty_value_is_an_unset_one() {
    let config = given()
        .file("tool_names = \"underscore\"")
        .env("TELEGRAM_TOOL_NAMES", "")
        .env("TELEGRAM_API_ID", "  ")
        .flag("tool-names", "")
        .config();
    assert_eq!(config.tool_names, ToolNames::Underscore);
    assert_eq!(config.api_id, None);
}

#[test]
fn what_was_set_is_told_with_its_place_and_no_secret() {
    let config = given()
        .file("tool_names = \"underscore\"\npii_key = \"zzSECRETzzSECRETzz\"")
        .env("TELEGRAM_TOOL_NAMES", "dotted")
        .env("TELEGRAM_AUDIT_FILE", "off")
        .config();
    assert_eq!(config.audit_file, None);
    let told = config.settings.iter().map(|it| {
        let text = it.text.as_deref().unwrap_or("a secret");
        format!("{} {text} {}", it.key.name, it.origin)
    });
    let told: Vec<String> = told.collect();
    assert_eq!(told[0], "TELEGRAM_TOOL_NAMES `dotted` environment");
    assert!(
        told[1].starts_with("TELEGRAM_PII_KEY a secret /"),
        "{told:?}"
    );
    assert_eq!(told[2], "TELEGRAM_AUDIT_FILE `off` environment");
    assert!(config.sets("TELEGRAM_PII_KEY") && !config.sets("TELEGRAM_LOG"));
}

#[test]
fn what_is_not_here_yet_is_refused_and_turning_it_off_is_not() {
    let later = [
        ("TELEGRAM_METRICS_ADDR", "127.0.0.1:9464", "off"),
        ("TELEGRAM_PROXY", "socks5://ann:zzSECRETzz@host:1080", ""),
    ];
    for (name, asked, harmless) in later {
        let problems = given().env(name, asked).problems();
        assert_eq!(problems.len(), 1);
        let expected = "which is not in this version yet; unset it (environment)";
        assert!(problems[0].ends_with(expected), "{}", problems[0]);
        assert!(!problems[0].contains("zz"), "{}", problems[0]);
        given().env(name, harmless).config();
    }
}

#[test]
fn a_flood_wait_never_lasts_past_the_deadline() {
    let config = given()
        .env("TELEGRAM_CALL_DEADLINE_SECONDS", "10")
        .env("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", "300")
        .config();
    assert_eq!(config.flood_wait_max, Duration::from_secs(10));
}

#[test]
fn state_lives_where_the_system_keeps_it_and_exports_with_it() {
    let on = |os: &'static str| {
        let mut given = given().env("XDG_STATE_HOME", "/xdg");
        given.sources.os = os;
        given
    };
    let state = |given: Given| given.config().state_dir.unwrap();
    let expected = |path: &str| PathBuf::from(path).join("telegram-history-mcp");
    assert_eq!(state(on("linux")), expected("/home/ann/.local/state"));
    let macos = expected("/home/ann/Library/Application Support");
    assert_eq!(state(on("macos")), macos);
    assert_eq!(on("macos").config().export_dir, Some(macos.join("exports")));
    let windows = expected("/home/ann/AppData/Local");
    assert_eq!(state(on("windows")), windows);
    let local = on("windows").env("LocalAppData", "/local");
    assert_eq!(state(local), expected("/local"));
    let chosen = on("linux").env("TELEGRAM_STATE_DIR", "~/state");
    assert_eq!(state(chosen), PathBuf::from("/home/ann/state"));
}

#[test]
fn without_a_home_there_is_no_state_directory_and_a_warning() {
    let mut homeless = given();
    homeless.sources.home = None;
    let config = homeless.config();
    assert_eq!((config.state_dir, config.export_dir), (None, None));
    assert_eq!(config.warnings, [NO_STATE_DIR]);

    let mut homeless = given().env("TELEGRAM_EXPORT_DIR", "~/x");
    homeless.sources.home = None;
    assert!(homeless.problems()[0].contains("`~/` needs a home directory"));
}

#[test]
fn entries_that_name_no_chat_are_one_problem_that_repeats_them() {
    let mut given = given()
        .env("TELEGRAM_ALLOWED_CHATS", "@ann,two words,-100,x y")
        .env("TELEGRAM_DENIED_CHATS", ",");
    given.sources.is_chat = |text| !text.contains(' ');
    let problems = given.problems();
    let [denied, allowed] = problems.as_slice() else {
        panic!("{problems:#?}")
    };
    let opening = "`TELEGRAM_ALLOWED_CHATS` has `two words`, `x y`, expected ids, `me`, ";
    assert!(allowed.starts_with(opening), "{allowed}");
    assert!(allowed.ends_with("(environment)"), "{allowed}");
    assert!(
        denied.starts_with("`TELEGRAM_DENIED_CHATS` is `,`, "),
        "{denied}"
    );
}

#[test]
fn a_session_string_of_a_wrong_layout_is_reported_beside_other_mistakes() {
    let mut given = given()
        .env("TELEGRAM_SESSION_STRING", "1abc")
        .env("TELEGRAM_TOOL_NAMES", "spaced");
    given.sources.check_session = |_| Err("it is too short".to_owned());
    let shown = given.problems().join("\n");
    assert!(
        shown.contains("`TELEGRAM_SESSION_STRING` cannot be used: it is too short"),
        "{shown}"
    );
    assert!(shown.contains("TELEGRAM_TOOL_NAMES"), "{shown}");
}

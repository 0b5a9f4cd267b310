//! What a person may configure wrongly, and how the process says so before it serves anything.

use base64::prelude::{BASE64_URL_SAFE, Engine as _};
use serde_json::json;
use telegram_history_mcp::config::{KEYS, Key};

use crate::support::{Process, binary, run};

/// A home that is no directory, so that there is none.
const HOMELESS: (&str, &str) = ("HOME", "nowhere");

/// Keys with a value that no version accepts.
const WRONG: &[(&str, &str)] = &[
    ("TELEGRAM_API_ID", "twelve"),
    ("TELEGRAM_SESSION_STRING", "zz not a session zz"),
    ("TELEGRAM_TOOL_NAMES", "dashed"),
    ("TELEGRAM_API_HASH", "zz-not-a-hash"),
    ("TELEGRAM_SESSION_FILE", "~/session"),
    ("TELEGRAM_KEYRING", "maybe"),
    ("TELEGRAM_CALL_DEADLINE_SECONDS", "4"),
    ("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", "an hour"),
    ("TELEGRAM_REPLY_MAX_CHARS", "24k"),
    ("TELEGRAM_RATE_LIMIT_RPS", "0"),
    ("TELEGRAM_RATE_LIMIT_HISTORY_RPS", "-1"),
    ("TELEGRAM_RATE_LIMIT_SEARCH_RPS", "inf"),
    ("TELEGRAM_RATE_LIMIT_RESOLVE_RPS", "fast"),
    ("TELEGRAM_RATE_LIMIT_DIALOGS_RPS", "1,5"),
    ("TELEGRAM_EXPORT_DIR", "~/exports"),
    ("TELEGRAM_EXPORT_TTL_HOURS", "0"),
    ("TELEGRAM_EXPORT_QUOTA_MB", "2GB"),
    ("TELEGRAM_EXPORT_PROTECTED", "maybe"),
    ("TELEGRAM_PII", "hide"),
    ("TELEGRAM_PII_KEY", "zz-short"),
    ("TELEGRAM_PII_REGION", "Germany"),
    ("TELEGRAM_ALLOWED_CHATS", ","),
    ("TELEGRAM_DENIED_CHATS", ", ,"),
    ("TELEGRAM_NOT_BEFORE", "yesterday"),
    ("TELEGRAM_AUDIT_FILE", "~/audit"),
    ("TELEGRAM_CONFIG", "/nowhere/at/all.toml"),
    ("TELEGRAM_STATE_DIR", "~/state"),
    ("TELEGRAM_LOG", "loud"),
    ("TELEGRAM_LOG_FORMAT", "yaml"),
    ("TELEGRAM_METRICS_ADDR", "9464"),
    ("TELEGRAM_PROXY", "http://ann:zz-password@host"),
    ("TELEGRAM_TAKEOUT", "maybe"),
];

/// Starts the server with these variables; what it says on stderr before it ends with code 2.
async fn refused(settings: &[(&str, &str)]) -> Vec<String> {
    refused_by(&[], settings).await
}

async fn refused_by(arguments: &[&str], settings: &[(&str, &str)]) -> Vec<String> {
    let mut command = binary(arguments);
    command.env(HOMELESS.0, HOMELESS.1);
    let (code, said, errors) = run(command.envs(settings.iter().copied())).await;
    assert_eq!(code, Some(2), "{settings:?}: {errors}");
    assert_eq!(said, "", "{settings:?}");
    errors.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_wrong_value_is_one_line_that_says_what_is_accepted() {
    for (name, value) in WRONG {
        let key = Key::find(name).unwrap();
        let lines = refused(&[(name, value)]).await;
        let [line] = lines.as_slice() else {
            panic!("{name}: {lines:#?}")
        };
        let opening = format!("telegram-history-mcp: `{name}` is ");
        assert!(line.starts_with(&opening), "{line}");
        assert!(line.contains(key.accepts), "{line}");
        assert_eq!(line.contains(&format!("`{value}`")), !key.secret, "{line}");
        assert!(!line.contains("zz"), "{line}");
        assert!(line.contains("(environment)"), "{line}");
    }
}

#[test]
fn every_key_has_a_wrong_value_above_unless_any_text_will_do() {
    for key in KEYS.iter().filter(|key| !key.list) {
        let is_there = WRONG.iter().any(|(name, _)| *name == key.name);
        assert!(is_there, "{}", key.name);
    }
}

#[tokio::test]
async fn a_session_that_is_cut_short_says_so_and_repeats_none_of_it() {
    for session in ["1QAAAAcz", "BQAAzzzzSECRETzzzz", "1zz+zz/zz=zz", "2QAAAA"] {
        let lines = refused(&[("TELEGRAM_SESSION_STRING", session)]).await;
        assert_eq!(lines.len(), 1, "{lines:#?}");
        assert!(lines[0].contains("`TELEGRAM_SESSION_STRING`"), "{lines:#?}");
        assert!(!lines[0].contains(session) && !lines[0].contains("SECRET"));
    }
}

#[tokio::test]
async fn a_session_made_without_logging_in_says_so() {
    let head = [2, 127, 0, 0, 1, 1, 187];
    let session = [head.as_slice(), &[0; 256]].concat();
    let session = format!("1{}", BASE64_URL_SAFE.encode(session));
    let lines = refused(&[("TELEGRAM_SESSION_STRING", &session)]).await;
    assert!(lines[0].contains("without logging in"), "{lines:#?}");
}

#[tokio::test]
async fn mistakes_are_told_together_one_line_each() {
    let lines = refused(WRONG).await;
    // A file that is not there cannot be wrong in a second way.
    assert_eq!(lines.len(), WRONG.len(), "{lines:#?}");
    for (name, _) in WRONG {
        let told = lines
            .iter()
            .filter(|line| line.contains(&format!("`{name}` is ")));
        assert_eq!(told.count(), 1, "{name}: {lines:#?}");
    }
    assert!(!lines.concat().contains("zz"));
}

#[tokio::test]
async fn flags_and_files_are_refused_by_their_own_names() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("settings.toml");
    std::fs::write(&file, "tool_names = \"dashed\"\n\npage = 3\n").unwrap();
    let file = file.to_str().unwrap();
    let arguments = ["--config", file, "--log-format", "yaml", "serve"];
    let lines = refused_by(&arguments, &[]).await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let all = lines.concat();
    assert!(
        all.contains("`dashed`") && all.contains(&format!("({file}:1)")),
        "{all}"
    );
    assert!(all.contains("(flag `--log-format`)"), "{all}");

    std::fs::write(file, "tool_names = \n").unwrap();
    let lines = refused_by(&["--config", file], &[]).await;
    assert!(
        lines.len() == 1 && lines[0].contains("line 1, column"),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn every_command_that_is_configured_refuses_a_wrong_configuration() {
    let wrong = [("TELEGRAM_LOG", "loud")];
    for command in [
        ["serve", "--demo"].as_slice(),
        &["serve"],
        &["export", "me"],
        &["whoami"],
        &["audit", "verify"],
    ] {
        let lines = refused_by(command, &wrong).await;
        assert!(lines[0].contains("`TELEGRAM_LOG` is `loud`"), "{lines:#?}");
    }
}

#[tokio::test]
async fn usage_that_is_wrong_is_told_without_starting_anything() {
    for (arguments, says) in [
        (
            ["serve", "--world", "result.json"].as_slice(),
            "`--world` needs `--demo` beside it",
        ),
        (&["serve", "--seed", "2"], "`--seed` needs `--demo`"),
        (&["serve", "--floods", "usual"], "`--floods` needs `--demo`"),
        (&["serve", "--latency", "1"], "`--latency` needs `--demo`"),
        (
            &["serve", "--fault", "any:drop"],
            "`--fault` needs `--demo`",
        ),
        (
            &["serve", "--demo", "--world", "/nowhere/result.json"],
            "cannot open",
        ),
        (&["--world", "result.json"], "unexpected argument"),
        (&["serf"], "unrecognized subcommand"),
        (&["--session-string", "1abc"], "unexpected argument"),
        (&["demo", "--seed", "one"], "invalid value"),
        (
            &["demo", "--seed", "1", "--world", "result.json"],
            "cannot be used with",
        ),
        (&["sim", "--port", "99999"], "invalid value"),
    ] {
        let lines = refused_by(arguments, &[]).await;
        assert!(lines[0].contains(says), "{lines:#?}");
    }
}

#[tokio::test]
async fn without_an_account_the_server_answers_every_call_with_what_is_missing() {
    let id = ("TELEGRAM_API_ID", "1");
    for settings in [vec![], vec![id], vec![id, ("TELEGRAM_SESSION_STRING", "")]] {
        let mut process = Process::spawn(binary(&[]).envs(settings));
        process.initialize().await;
        for (tool, arguments) in [
            ("tg.resolve_chat", json!({ "input": "@durov" })),
            ("tg.fetch_history", json!({ "chat": "@durov" })),
            ("tg_fetch_history", json!({ "cursor": "abc" })),
        ] {
            let error = process.refusal(tool, arguments).await;
            assert_eq!(error["code"], "NOT_AUTHORIZED");
            let message = error["message"].as_str().unwrap();
            assert!(
                message.contains("there is no session: `telegram-history-mcp login` makes one"),
                "{message}"
            );
        }
        process.close_input();
        process.exits_cleanly().await;
    }
}

#[tokio::test]
async fn a_missing_account_is_named_in_the_log_once() {
    let mut command = binary(&[]);
    let mut process = Process::spawn(command.env("TELEGRAM_LOG", "info"));
    process.initialize().await;
    process.close_input();
    let (status, errors) = process.ends().await;
    assert!(status.success());
    assert_eq!(
        errors.matches("TELEGRAM_SESSION_STRING").count(),
        1,
        "{errors}"
    );
}

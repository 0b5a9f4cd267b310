//! The commands besides `serve`, run as a person runs them.

use std::path::Path;

use serde_json::Value;
use telegram_history_mcp::telegram::session::SessionString;
use tokio::process::Command;

#[cfg(unix)]
use crate::sim::grammers_on;
use crate::stage::{Account, channel_of};
use crate::support::{Process, binary, run};

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desktop");
    path.join(name).to_str().unwrap().to_owned()
}

/// The binary in an empty home and working directory, which stay empty for [`left_behind`].
fn at_home(home: &Path, arguments: &[&str]) -> Command {
    let mut command = binary(arguments);
    command.env_clear().env("HOME", home).current_dir(home);
    command
}

fn left_behind(home: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[tokio::test]
async fn the_demo_shows_the_tour_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let (code, said, errors) = run(&mut at_home(home.path(), &["demo"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
    for part in [
        "@orbital_digest",
        "▸ tools/list",
        "▸ tg.list_chats",
        "▸ tg.resolve_chat",
        "from: ",
        "search: ",
        "topics: ",
        "topic_id",
        "CHAT_NOT_FOUND",
        "output: export",
        "2941 lines, ",
        ".ndjson\n  {\"id\":1,\"chat_id\":",
        "Claude Desktop",
        "Claude Code",
        "Cursor",
        "claude mcp add telegram -e TELEGRAM_TOOL_NAMES=underscore -- ",
        "\"TELEGRAM_TOOL_NAMES\": \"underscore\"",
    ] {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
    // Two pages, a range, a search, a topic and the pinned ones; and an export.
    assert_eq!(said.matches("▸ tg.fetch_history").count(), 7, "{said}");
    assert_eq!(said.matches(" looked at, ").count(), 6, "{said}");
    assert!(said.contains("[iban:") && !said.contains("DE89"), "{said}");
    assert!(!said.contains('\u{1b}'), "colours in a pipe");
    assert_eq!(left_behind(home.path()), Vec::<std::path::PathBuf>::new());
    let (path, _) = said.split_once(".ndjson\n").unwrap();
    let path = Path::new(path.rsplit(' ').next().unwrap());
    assert!(!path.parent().unwrap().exists(), "{}", path.display());
}

#[tokio::test]
async fn the_demo_minds_no_account_in_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let mut command = at_home(home.path(), &["demo"]);
    command
        .env("TELEGRAM_API_ID", "twelve")
        .env("TELEGRAM_REPLY_MAX_CHARS", "2000");
    let (code, _, errors) = run(&mut command).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn the_demo_ends_quietly_when_nobody_reads_on() {
    for lines in [0, 1, 12] {
        let mut process = Process::spawn(&mut binary(&["demo"]));
        for _ in 0..lines {
            process.line().await.expect("a line");
        }
        process.close_output();
        process.exits_unread().await;
    }
}

#[tokio::test]
async fn the_demo_reads_an_export_of_telegram_desktop() {
    for (name, chats) in [
        ("supergroup.json", 1),
        ("channel.json", 1),
        ("account.json", 2),
    ] {
        let (code, said, errors) = run(&mut binary(&["demo", "--world", &fixture(name)])).await;
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{name}: {said}");
        assert!(
            said.matches(" messages  ").count() >= chats,
            "{name}: {said}"
        );
        assert!(said.contains("▸ tg.fetch_history"), "{name}: {said}");
    }
}

#[tokio::test]
async fn the_demo_server_needs_no_account_and_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let supergroup = fixture("supergroup.json");
    for arguments in [
        ["serve", "--demo"].as_slice(),
        &["serve", "--demo", "--world", &supergroup],
    ] {
        let mut process = Process::spawn(&mut at_home(home.path(), arguments));
        process.initialize().await;
        let me = serde_json::json!({ "input": "me" });
        let found = process.ask("tg.resolve_chat", me).await;
        assert_eq!(found["chat"]["kind"], "user");
        process.close_input();
        let (status, log) = process.ends().await;
        assert!(status.success(), "{log}");
        assert!(log.contains("serving an embedded Telegram"), "{log}");
    }
    assert_eq!(left_behind(home.path()), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn an_export_that_cannot_be_read_is_one_line_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    for (name, export, says) in [
        ("text.json", Some("dear diary"), "the file is not JSON"),
        (
            "cut-short.json",
            Some("{\n\"messages\": ["),
            "line 2, in `messages`: ",
        ),
        ("other.json", Some("{}"), "no `messages`"),
        ("not-there.json", None, "cannot open"),
    ] {
        let world = folder.path().join(name);
        if let Some(export) = export {
            std::fs::write(&world, export).unwrap();
        }
        let world = world.to_str().unwrap();
        for arguments in [
            ["demo", "--world", world].as_slice(),
            &["serve", "--demo", "--world", world],
            &["sim", "--world", world],
        ] {
            let (code, said, errors) = run(&mut binary(arguments)).await;
            assert_eq!((code, said.as_str()), (Some(2), ""), "{errors}");
            assert_eq!(errors.lines().count(), 1, "{errors}");
            assert!(errors.contains(says) && errors.contains(name), "{errors}");
        }
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_prints_a_session_that_grammers_accepts_and_ends_on_a_signal() {
    let mut process = Process::spawn(&mut binary(&["sim"]));
    let session = loop {
        let line = process.line().await.expect("a session");
        if let Some(session) = line.strip_prefix("TELEGRAM_SESSION_STRING=") {
            break SessionString::parse(session).unwrap();
        }
    };
    assert!(session.address().ip().is_loopback());
    let client = grammers_on(session.address(), *session.auth_key());
    let chat = client.resolve_username("orbital_digest").await.unwrap();
    let mut messages = client.iter_messages(chat.unwrap().to_ref().await.unwrap().unwrap());
    for _ in 0..150 {
        assert!(messages.next().await.unwrap().is_some());
    }
    process.signal("TERM").await;
    process.exits_unread().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_one_process_serves_another() {
    let mut sim = Process::spawn(&mut binary(&["sim", "--knobs", "3"]));
    let mut settings = Vec::new();
    while settings.len() < 2 {
        let line = sim.line().await.expect("a setting");
        if let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            settings.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut process = Process::spawn(binary(&[]).envs(settings));
    process.initialize().await;
    let arguments = serde_json::json!({ "chat": "@orbital_digest", "page_size": 7 });
    let page = process.ask("tg.fetch_history", arguments).await;
    assert_eq!(page["page_info"]["count"], 7);
    process.close_input();
    process.exits_cleanly().await;
    sim.signal("INT").await;
    sim.exits_unread().await;
}

#[tokio::test]
async fn the_doctor_says_what_is_missing() {
    let (code, said, errors) = run(&mut binary(&["doctor"])).await;
    assert_eq!(code, Some(1));
    for part in [
        "TELEGRAM_API_ID is not set",
        "TELEGRAM_SESSION_STRING is not set",
        "my.telegram.org",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(errors, "telegram-history-mcp: 2 checks failed\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tries_the_account() {
    let account = Account::of(channel_of(3)).await;
    let (code, said, errors) = run(&mut account.binary(&["doctor"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("connected and authorized"), "{said}");
    assert!(
        !said.contains(&account.session()) && !said.contains("Robin"),
        "{said}"
    );

    let mut command = account.binary(&["doctor"]);
    let nobody = SessionString::new(2, account.sim.address(), &[9; 256]).unwrap();
    command.env("TELEGRAM_SESSION_STRING", nobody.encode().as_str());
    let (code, said, _) = run(&mut command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("wrong"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_answers_machines_with_json() {
    let account = Account::of(channel_of(3)).await;
    for (mut command, expected) in [
        (account.binary(&["doctor", "--json"]), 0),
        (binary(&["doctor", "--json"]), 1),
    ] {
        let (code, said, _) = run(&mut command).await;
        assert_eq!(code, Some(expected), "{said}");
        let report: Value = serde_json::from_str(&said).unwrap();
        let checks = report["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["name"] == "telegram"));
        for check in checks {
            assert!(
                check["verdict"].is_string() && check["finding"].is_string(),
                "{check}"
            );
        }
    }
}

#[tokio::test]
async fn the_schemas_are_json_of_the_tools_and_the_records() {
    let (code, said, errors) = run(&mut binary(&["schema"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let schemas: Value = serde_json::from_str(&said).unwrap();
    let names = schemas["tools"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|tool| tool["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"tg.resolve_chat") && names.contains(&"tg.fetch_history"));
    assert!(schemas["message"]["properties"]["text"].is_object());
    assert!(schemas["chat"]["properties"]["chat_id"].is_object());
}

#[tokio::test]
async fn version_and_help_are_told_on_stdout() {
    let (code, said, _) = run(&mut binary(&["--version"])).await;
    assert_eq!(code, Some(0));
    assert_eq!(
        said,
        format!("telegram-history-mcp {}\n", env!("CARGO_PKG_VERSION"))
    );
    for arguments in [
        ["--help"].as_slice(),
        &["-h"],
        &["help"],
        &["serve", "--help"],
    ] {
        let (code, said, errors) = run(&mut binary(arguments)).await;
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        assert!(said.contains("Usage: telegram-history-mcp"), "{said}");
    }
    let (_, said, _) = run(&mut binary(&["--help"])).await;
    for command in ["serve", "demo", "sim", "doctor", "schema"] {
        assert!(said.contains(&format!("  {command} ")), "{said}");
    }
}

#[tokio::test]
async fn output_that_nobody_reads_is_no_failure() {
    for arguments in [
        ["schema"].as_slice(),
        &["doctor"],
        &["doctor", "--json"],
        &["--help"],
    ] {
        let mut process = Process::spawn(&mut binary(arguments));
        process.close_output();
        let (_, errors) = process.ends().await;
        assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}

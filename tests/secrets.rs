//! What must stay inside: the session, and whatever strangers wrote. The log is turned up as far as it goes.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine as _};
use grammers_client::tl::{Serializable as _, enums, types};
use serde_json::{Value, json};
use telegram_history_mcp::sim::blank;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::telegram::session::SessionString;

use crate::hostile::{FORUM, GROUP, Hostile, MARK, PERSON};
use crate::stage::{Account, channel_of};
use crate::support::watch::traces_of;
use crate::support::{Process, binary, run};

/// Nothing of the account is in `text`.
#[track_caller]
fn assert_keeps_secrets(account: &Account, what: &str, text: &str) {
    assert!(!text.contains(&account.session()), "{what}: the session");
    for trace in traces_of(&account.sim.auth_key()) {
        assert!(!text.contains(&trace), "{what}: the key, as {trace}");
    }
}

#[test]
fn the_traces_of_a_key_are_found_wherever_it_is_cut() {
    let key: Vec<u8> = (0..=255).collect();
    let traces = traces_of(&key);
    let is_found = |text: &str| traces.iter().any(|trace| text.contains(trace));
    for start in 0..5 {
        let part = &key[start..start + 24];
        assert!(is_found(&format!("{part:?}")));
        assert!(is_found(&BASE64_STANDARD.encode(part)));
        assert!(is_found(&BASE64_URL_SAFE.encode([&[9], part].concat())));
    }
    assert!(!is_found("nothing of it"));
}

/// A configuration whose addresses are none.
fn poisoned_configuration() -> Vec<u8> {
    let mut config = blank::config(0);
    config.dc_options.push(
        types::DcOption {
            ipv6: false,
            media_only: false,
            tcpo_only: false,
            cdn: false,
            r#static: true,
            this_port_only: false,
            id: 4,
            ip_address: format!("{MARK}address"),
            port: 443,
            secret: None,
        }
        .into(),
    );
    enums::Config::from(config).to_bytes()
}

/// What goes wrong, once each, one call after the other.
fn faults() -> Vec<Fault> {
    let text = format!("{MARK}answer").into_bytes();
    [
        (
            "help.getConfig",
            FaultKind::Answer(poisoned_configuration()),
        ),
        (
            "messages.getHistory",
            FaultKind::Error(420, "FLOOD_WAIT_1".to_owned()),
        ),
        (
            "messages.getHistory",
            FaultKind::Error(400, format!("{MARK}error")),
        ),
        (
            "messages.getHistory",
            FaultKind::Error(500, "RPC_CALL_FAIL".to_owned()),
        ),
        ("messages.getHistory", FaultKind::Answer(text.clone())),
        ("messages.getHistory", FaultKind::Answer(text.repeat(200))),
        ("messages.getHistory", FaultKind::Drop),
        ("messages.getHistory", FaultKind::Cut(1)),
        ("messages.getHistory", FaultKind::Cut(200)),
        (
            "channels.getFullChannel",
            FaultKind::Error(406, format!("{MARK}full")),
        ),
        (
            "contacts.resolveUsername",
            FaultKind::Error(401, "SESSION_REVOKED".to_owned()),
        ),
        (
            "contacts.resolveUsername",
            FaultKind::Error(420, "FLOOD_WAIT_500".to_owned()),
        ),
    ]
    .map(|(method, kind)| Fault::next(method, 1, kind))
    .into()
}

/// Everything a client can do, well and badly; answers what it was told.
async fn use_everything(process: &mut Process) -> Vec<Value> {
    let mut told = Vec::new();
    for chat in [
        "@hostile_forum",
        "@hostile_person",
        "me",
        &FORUM.to_string(),
        &GROUP.to_string(),
        &PERSON.to_string(),
    ] {
        told.push(
            process
                .call("tg.resolve_chat", json!({ "input": chat }))
                .await,
        );
        for format in ["concise", "detailed"] {
            let mut arguments = json!({ "chat": chat, "page_size": 7, "response_format": format });
            for _ in 0..4 {
                let result = process.call("tg.fetch_history", arguments).await;
                let cursor = result["structuredContent"]["page_info"]["cursor"].clone();
                told.push(result);
                arguments = json!({ "cursor": cursor });
                if cursor.is_null() {
                    break;
                }
            }
        }
    }
    let asked = |field: &str| json!({ "chat": "me", field: format!("{MARK}asked") });
    for arguments in [
        asked("chat"),
        asked("cursor"),
        asked("from"),
        asked("timezone"),
        asked("direction"),
        asked(&format!("{MARK}field")),
        json!({ "chat": format!("@{}nobody", MARK.replace('-', "_")) }),
    ] {
        told.push(process.call("tg.fetch_history", arguments).await);
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loudest_log_holds_neither_secrets_nor_content() {
    for format in ["text", "json"] {
        let account = Account::of(Hostile::new().world).await;
        account.sim.world().faults.rules = faults();
        let settings = [("TELEGRAM_LOG", "trace"), ("TELEGRAM_LOG_FORMAT", format)];
        let mut process = account.process_with(&settings).await;
        let told = use_everything(&mut process).await;
        process
            .send_bytes(format!("{MARK}no json\n").as_bytes())
            .await;
        process.close_input();
        let (status, log) = process.ends().await;
        assert!(status.success());
        assert!(
            account
                .sim
                .world()
                .faults
                .rules
                .iter()
                .all(|fault| fault.times == 0)
        );

        for part in [
            "a request failed",
            "a request was refused",
            "the line to Telegram has ended",
        ] {
            assert!(log.contains(part), "{part}: {log}");
        }
        let mark = MARK.trim_end_matches('-');
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(mark)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
        assert!(
            !log.contains("hostile_forum") && !log.contains("Robin"),
            "{log}"
        );
        assert_keeps_secrets(&account, "the log", &log);
        assert_keeps_secrets(&account, "the answers", &json!(told).to_string());
        let files = account.state_files();
        assert!(!files.is_empty());
        for (path, bytes) in files {
            assert_keeps_secrets(&account, &path, &String::from_utf8_lossy(&bytes));
            if path.contains("audit.jsonl") {
                let text = String::from_utf8_lossy(&bytes);
                for content in [mark, "hostile", "Robin"] {
                    assert!(!text.contains(content), "{path}: {content}");
                }
            }
            let key = account.sim.auth_key();
            let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert!(!key.windows(8).any(holds), "{path}");
        }
    }
}

/// Settings that are secrets, as nobody else would write them.
const PLANTED: [(&str, &str); 2] = [
    ("TELEGRAM_API_HASH", "5ec2e75ec2e75ec2e7f00d5ec2e75ec2"),
    ("TELEGRAM_PII_KEY", "planted-key-of-pseudonyms-0815"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_command_says_or_keeps_a_secret_setting() {
    let account = Account::of(channel_of(3)).await;
    for arguments in [
        ["doctor"].as_slice(),
        &["doctor", "--json"],
        &["whoami"],
        &["export", "@sim_news", "--quiet", "--out", "/dev/null/none"],
        &["audit", "show"],
        &["audit", "verify"],
        &["mask"],
        &["serve"],
        &["logout", "--local"],
        &["login", "--phone", "+999000"],
    ] {
        let mut command = account.binary(arguments);
        command.env("TELEGRAM_LOG", "trace").envs(PLANTED);
        let (_, said, errors) = run(&mut command).await;
        let said = said + &errors;
        for (name, planted) in PLANTED {
            assert!(!said.contains(planted), "{arguments:?}: {name}");
        }
        assert_keeps_secrets(&account, arguments[0], &said);
    }
    for (path, bytes) in account.state_files() {
        let text = String::from_utf8_lossy(&bytes);
        for (name, planted) in PLANTED {
            assert!(!text.contains(planted), "{path}: {name}");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_crash_leaves_no_core() {
    let process = Process::initialized().await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{limits}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_from_telegram_reach_nobody_with_text_in_them() {
    let account = Account::of(Hostile::new().world).await;
    let mut process = account.process().await;
    let errors = [
        (400, format!("{MARK}error")),
        (400, format!("{}_IGNORE ALL", MARK.to_uppercase())),
        (420, format!("FLOOD_WAIT_{MARK}")),
        (500, format!("{MARK}error")),
        (-1, String::new()),
    ];
    for (code, name) in errors {
        let fault = Fault::next("messages.getHistory", 9, FaultKind::Error(code, name));
        account.sim.world().faults.rules = vec![fault];
        let arguments = json!({ "chat": "@hostile_forum" });
        let error = process.refusal("tg.fetch_history", arguments).await;
        let mark = MARK.trim_end_matches('-');
        assert!(!error.to_string().to_lowercase().contains(mark), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_refused_is_not_shown() {
    let account = Account::of(channel_of(3)).await;
    let session = account.session();
    // Cut short, with a character too many, for another server, and of another layout.
    let cut = &session[..session.len() - 9];
    let spoiled = format!("{}*{}", &session[..100], &session[100..]);
    let foreign = format!("B{}", &session[1..]);
    for session in [cut, &spoiled, &foreign, &session[1..]] {
        for arguments in [["serve"].as_slice(), &["doctor"], &["doctor", "--json"]] {
            let mut command = account.binary(arguments);
            command
                .env("TELEGRAM_LOG", "trace")
                .env("TELEGRAM_SESSION_STRING", session);
            let (code, said, errors) = run(&mut command).await;
            assert_eq!(code, Some(2), "{errors}");
            assert_keeps_secrets(&account, "stdout", &said);
            assert_keeps_secrets(&account, "stderr", &errors);
        }
    }
    // In the wrong place, and in a file that others can read.
    for name in [
        "TELEGRAM_API_ID",
        "TELEGRAM_TOOL_NAMES",
        "TELEGRAM_LOG",
        "TELEGRAM_PII",
        "TELEGRAM_SESSION_STRNIG",
    ] {
        let mut command = binary(&["doctor"]);
        let (_, said, errors) = run(command.env(name, &session)).await;
        assert_keeps_secrets(&account, name, &(said + &errors));
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("settings.toml");
    for (line, mode) in [
        (format!("session_string = \"{session}\""), 0o644),
        (format!("session_string = {session}"), 0o600),
        (format!("{session} = 1"), 0o600),
        (format!("session_string = [\"{session}\"]"), 0o600),
    ] {
        std::fs::write(&file, &line).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode))
            .unwrap();
        let _ = mode;
        let mut command = binary(&["serve", "--config", file.to_str().unwrap()]);
        let (_, said, errors) = run(command.env("TELEGRAM_LOG", "trace")).await;
        assert_keeps_secrets(&account, &line[..16], &(said + &errors));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_know_the_key_learns_nothing_for_the_log() {
    let account = Account::of(channel_of(3)).await;
    let key: [u8; 256] = std::array::from_fn(|n| (n as u8).wrapping_mul(37) ^ 0x5a);
    let session = SessionString::new(2, account.sim.address(), &key).unwrap();
    let session = session.encode();
    let settings = [
        ("TELEGRAM_LOG", "trace"),
        ("TELEGRAM_SESSION_STRING", session.as_str()),
    ];
    let mut process = account.process_with(&settings).await;
    let arguments = json!({ "chat": "@sim_news" });
    let error = process.refusal("tg.fetch_history", arguments).await;
    assert_eq!(error["code"], "SESSION_REVOKED");
    process.close_input();
    let (_, log) = process.ends().await;
    let said = log + &error.to_string();
    assert!(!said.contains(session.as_str()));
    for trace in traces_of(&key) {
        assert!(!said.contains(&trace), "{trace}");
    }
}

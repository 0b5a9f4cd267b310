//! Clients that are not ours: Telethon reads the simulator, and the Python MCP client drives the binary.
//! `tests/clients/install` makes their environment; without it these tests say so and check nothing.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use telegram_history_mcp::sim::history::date_of;
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;

pub(crate) fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// Python with the clients in it; `None` after saying on the terminal how to get it.
pub(crate) fn python() -> Option<PathBuf> {
    let venv = clients().join("../.venv");
    let python = ["bin/python", "Scripts/python.exe"].map(|path| venv.join(path));
    let found = python.into_iter().find(|path| path.exists());
    if found.is_none() {
        // Not `eprintln!`, which the test runner swallows.
        let _ = writeln!(
            std::io::stderr(),
            "not checked: other clients are not installed; run tests/clients/install (Python 3.10, PyPI)"
        );
    }
    found
}

/// Runs a script and reads the JSON it prints.
pub(crate) async fn run(
    python: PathBuf,
    script: &str,
    arguments: Vec<String>,
    session: Option<String>,
) -> Value {
    let mut command = Command::new(python);
    command.arg(clients().join(script)).args(arguments);
    if let Some(session) = session {
        command.env("TELEGRAM_SESSION_STRING", session);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{script}: {error}\n{errors}"))
}

/// A chat's existing messages as the Telethon script describes them, oldest first.
fn expected(world: &World, chat_id: i64) -> Vec<Value> {
    let described = |message: &grammers_client::tl::enums::Message| {
        use grammers_client::tl::enums::Message;
        let (kind, text) = match message {
            Message::Message(message) => ("message", message.message.as_str()),
            _ => ("service", ""),
        };
        json!([message.id(), kind, date_of(message), text])
    };
    world.histories[&chat_id]
        .existing()
        .map(described)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn telethon_reads_every_chat_of_the_simulator_in_both_directions() {
    let Some(python) = python() else { return };
    for seed in 0..3 {
        let mut world = World::generated(1);
        world.knobs = Knobs {
            // Telethon takes a short page at the newest end for the last one, and does not filter repeats.
            top: telegram_history_mcp::sim::knobs::Top::Clipped,
            deleted: telegram_history_mcp::sim::knobs::Deleted::Skipped,
            min_peers: false,
            short_pages: false,
            ..Knobs::random(seed)
        };
        let chats: Vec<i64> = world
            .histories
            .iter()
            .filter(|(chat_id, history)| {
                world.is_member(**chat_id) && history.existing().next().is_some()
            })
            .map(|(chat_id, _)| *chat_id)
            .collect();
        let sim = Sim::start(world).await.unwrap();
        let session = SessionString::new(DC_ID, sim.address(), &sim.auth_key()).unwrap();
        let names = chats.iter().map(ToString::to_string).collect();
        let seen = run(
            python.clone(),
            "telethon_reads.py",
            names,
            Some(session.encode().to_string()),
        )
        .await;
        let world = sim.world();
        assert_eq!(seen["me"], world.me);
        assert_eq!(seen["dialogs"].as_array().unwrap().len(), chats.len());
        for chat_id in chats {
            let chat = &seen["chats"][chat_id.to_string()];
            let oldest_first = expected(&world, chat_id);
            let newest_first: Vec<Value> = oldest_first.iter().rev().cloned().collect();
            assert_eq!(
                chat["asc"],
                json!(oldest_first),
                "chat {chat_id}, seed {seed}"
            );
            assert_eq!(
                chat["desc"],
                json!(newest_first),
                "chat {chat_id}, seed {seed}"
            );
            assert_eq!(chat["by_id"], chat["latest"], "chat {chat_id}, seed {seed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_mcp_client_reads_pages_in_both_eras() {
    let Some(python) = python() else { return };
    let channel = {
        let world = World::generated(1);
        let chat_id = world
            .histories
            .keys()
            .copied()
            .find(|chat_id| world.username(*chat_id) == Some("orbital_digest"))
            .unwrap();
        world.histories[&chat_id].ids().rev().collect::<Vec<i32>>()
    };
    for (mode, version) in [("legacy", "2025-11-25"), ("auto", "2026-07-28")] {
        let arguments = [
            mode,
            env!("CARGO_BIN_EXE_telegram-history-mcp"),
            "serve",
            "--demo",
        ];
        let arguments = arguments.map(str::to_owned).to_vec();
        let seen = run(python.clone(), "mcp_reads.py", arguments, None).await;
        assert_eq!(seen["protocol_version"], version);
        assert_eq!(seen["server"], "telegram-history-mcp");
        assert_eq!(seen["title"], "Unofficial Telegram History");
        assert_eq!(
            seen["tools"],
            json!(["tg.resolve_chat", "tg.list_chats", "tg.fetch_history"])
        );
        assert_eq!(
            seen["resolved"]["structure"]["chat"]["username"],
            "orbital_digest"
        );
        let pages = seen["pages"].as_array().unwrap();
        let ids: Vec<i64> = pages
            .iter()
            .flat_map(|page| page["structure"]["messages"].as_array().unwrap())
            .map(|message| message["id"].as_i64().unwrap())
            .collect();
        let expected: Vec<i64> = channel
            .iter()
            .take(ids.len())
            .map(|id| i64::from(*id))
            .collect();
        assert!(
            ids.len() > 100 && ids == expected,
            "{mode}: the pages do not join"
        );
        for result in pages.iter().chain([&seen["resolved"]]) {
            assert_eq!(
                result["structure"], result["text"],
                "{mode}: text and structure differ"
            );
        }
        assert!(
            !seen["progress"].as_array().unwrap().is_empty(),
            "{mode}: no progress"
        );
        for (result, code) in [
            ("unknown_chat", "CHAT_NOT_FOUND"),
            ("bad_size", "INPUT_VALIDATION"),
        ] {
            assert_eq!(seen[result]["is_error"], true);
            assert_eq!(seen[result]["structure"], Value::Null);
            assert_eq!(seen[result]["text"]["error"]["code"], code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_mcp_client_reads_an_export_in_both_eras() {
    let Some(python) = python() else { return };
    for (mode, version) in [("legacy", "2025-11-25"), ("auto", "2026-07-28")] {
        let dir = tempfile::tempdir().unwrap();
        let arguments = [
            mode,
            "@brunnen_garden",
            env!("CARGO_BIN_EXE_telegram-history-mcp"),
            "serve",
            "--demo",
            "--export-dir",
            dir.path().to_str().unwrap(),
        ];
        let arguments = arguments.map(str::to_owned).to_vec();
        let seen = run(python.clone(), "mcp_exports.py", arguments, None).await;
        assert_eq!(seen["protocol_version"], version);
        let export = &seen["answer"]["export"];
        let file = std::fs::read_to_string(export["file_path"].as_str().unwrap()).unwrap();
        assert_eq!(
            seen["joined"], file,
            "{mode}: the parts do not make the file"
        );
        assert_eq!(export["lines"], file.lines().count());
        assert_eq!(seen["manifest"]["sha256"], export["sha256"]);
        // It is too large to be read at once.
        assert_eq!(seen["whole"][0], "application/json");
        assert_eq!(seen["whole"][1]["parts"], export["parts"]);
        assert_eq!(seen["links"][0]["uri"], export["uri"]);
        assert_eq!(seen["links"][0]["size"], file.len());
        let listed = seen["listed"].as_array().unwrap();
        assert!(
            listed.contains(&json!([export["uri"], file.len()])),
            "{listed:?}"
        );
        assert_eq!(seen["templates"].as_array().unwrap().len(), 3);
        assert!(
            seen["unknown"]
                .as_str()
                .unwrap()
                .contains("there is no resource")
        );
        assert!(!seen["progress"].as_array().unwrap().is_empty());
        assert_eq!(seen["updated"], true);
    }
}

/// How many lines a large export has here; a million takes a few minutes, and a release build.
fn many() -> usize {
    let asked = std::env::var("EXPORT_LINES").map(|lines| lines.parse().expect("a number"));
    asked.unwrap_or(5_000)
}

/// A chat of so many messages as Telegram Desktop exports it; texts differ in length, and a part ends anywhere.
fn write_chat(file: &Path, messages: usize) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    let head = r#"{"name":"Many","type":"private_supergroup","id":1234567,"messages":["#;
    write!(out, "{head}").unwrap();
    for id in 1..=messages {
        let gap = if id == 1 { "" } else { "," };
        let (date, words) = (1_600_000_000 + 30 * id, "wörter ".repeat(id * 7 % 61));
        let text = format!("{id} {words}");
        write!(
            out,
            r#"{gap}{{"id":{id},"type":"message","date":"2020-01-01T00:00:00","date_unixtime":"{date}","from":"Ann","from_id":"user9","text":"{text}","text_entities":[]}}"#
        )
        .unwrap();
    }
    write!(out, "]}}").unwrap();
    out.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_mcp_client_reads_a_large_export_by_its_parts() {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (world, exports) = (dir.path().join("result.json"), dir.path().join("exports"));
    write_chat(&world, many());
    let arguments = [
        "-1000001234567",
        env!("CARGO_BIN_EXE_telegram-history-mcp"),
        "serve",
        "--demo",
        "--world",
        world.to_str().unwrap(),
        "--export-dir",
        exports.to_str().unwrap(),
    ];
    let arguments = arguments.map(str::to_owned).to_vec();
    let seen = run(python, "mcp_parts.py", arguments, None).await;
    let export = &seen["export"];
    for told in ["sha256", "bytes", "lines"] {
        assert_eq!(seen[told], export[told], "{told}");
    }
    assert_eq!(seen["lines"], many());
    assert!(seen["longest"].as_u64().unwrap() <= 256 << 10);

    let file = File::open(export["file_path"].as_str().unwrap()).unwrap();
    let (mut lines, mut digest) = (0, Sha256::new());
    for line in BufReader::new(file).lines() {
        let line = line.unwrap();
        lines += 1;
        let record: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(record["id"], lines);
        digest.update(line);
        digest.update("\n");
    }
    assert_eq!(lines, many());
    let digest: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(seen["sha256"], digest);
}

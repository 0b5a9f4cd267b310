//! What is recorded of what was done, and that the record is whole, whatever happens to the processes that write it.
//! `AUDIT_SEEDS=50 cargo test` kills more of them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};

use crate::resources::NOBODY;
use crate::stage::{Account, CHANNEL, channel_of};
use crate::support::{Process, binary, eventually, run};

const SEEDS: u64 = 3;
const FETCH: &str = "tg.fetch_history";
/// What nobody may find in a record.
const PLANTED: &str = "planted-where-it-hurts";

/// A channel of posts, and a group that nobody is to read.
fn world() -> World {
    let mut world = channel_of(120);
    world.add_channel(PLANTED, Some("sim_secret"), 1002);
    world.log.clear();
    world
}

const SECRET_GROUP: i64 = -1_000_000_001_002;

/// The lines of the account's audit, as `audit show` tells them.
async fn lines(account: &Account) -> Vec<Value> {
    let mut command = account.binary(&["audit", "show", "--json", "--last", "0"]);
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// What `audit verify` says when all is well.
async fn is_intact(account: &Account) -> Value {
    let (code, said, errors) = run(&mut account.binary(&["audit", "verify", "--json"])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["intact"], true, "{report}");
    report
}

fn file(account: &Account) -> PathBuf {
    account.state_dir().join("audit.jsonl")
}

/// A line without what is another each time, to be read by a person.
fn summary(line: &Value) -> String {
    let mut line = line.as_object().unwrap().clone();
    for field in ["time", "process", "duration_ms", "prev", "hash"] {
        assert!(line.remove(field).is_some(), "{field}");
    }
    for field in ["bytes", "export_id"] {
        if let Some(value) = line.get_mut(field) {
            *value = "…".into();
        }
    }
    Value::Object(line).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_leaves_a_line_that_says_what_it_was_and_not_what_was_said() {
    let account = Account::of(world()).await;
    let mut process = account
        .process_with(&[("TELEGRAM_DENIED_CHATS", "@sim_secret")])
        .await;
    let ask = async |process: &mut Process, tool: &str, arguments: Value| {
        process.call(tool, arguments).await
    };
    ask(
        &mut process,
        "tg.resolve_chat",
        json!({ "input": "@sim_news" }),
    )
    .await;
    ask(&mut process, "tg_resolve_chat", json!({ "input": PLANTED })).await;
    ask(
        &mut process,
        "tg.resolve_chat",
        json!({ "input": "@sim_secret" }),
    )
    .await;
    let by_id = json!({ "chat": SECRET_GROUP });
    ask(&mut process, FETCH, by_id).await;
    ask(
        &mut process,
        "tg.list_chats",
        json!({ "query": PLANTED, "page_size": 7 }),
    )
    .await;
    let narrowed = json!({
        "chat": "@sim_news", "page_size": 9, "search": "post", "from": "2020-01-01",
        "to": "2099-01-01T10:00:00+02:00",
        "filter": { "media_types": ["text", "photo"], "from_users": ["me"], "min_id": 3 },
    });
    ask(&mut process, FETCH, narrowed).await;
    let page = process
        .ask(FETCH, json!({ "chat": "@sim_news", "page_size": 5 }))
        .await;
    let cursor = page["page_info"]["cursor"].clone();
    process.ask(FETCH, json!({ "cursor": cursor })).await;
    ask(
        &mut process,
        FETCH,
        json!({ "chat": "@sim_news", "around": 60, "page_size": 10 }),
    )
    .await;
    ask(
        &mut process,
        FETCH,
        json!({ "chat": "@sim_news", "from": PLANTED }),
    )
    .await;
    ask(
        &mut process,
        FETCH,
        json!({ "chat": "@sim_news", PLANTED: 1 }),
    )
    .await;
    ask(&mut process, PLANTED, json!({})).await;
    let odd = json!({ "name": FETCH, "arguments": [PLANTED] });
    process
        .send(&json!({ "jsonrpc": "2.0", "id": "odd", "method": "tools/call", "params": odd }))
        .await;
    process.answer(json!("odd")).await;

    let error = FaultKind::Error(420, "FLOOD_WAIT_500".to_owned());
    account.sim.world().faults.rules = vec![Fault::next("messages.getHistory", 1, error)];
    ask(&mut process, FETCH, json!({ "chat": "@sim_news" })).await;
    process.close_input();
    process.exits_cleanly().await;

    let mut process = account.process().await;
    let slow = Fault::always("messages.search", FaultKind::Delay(Duration::from_secs(30)));
    account.sim.world().faults.rules = vec![slow];
    let id = process
        .begin(FETCH, json!({ "chat": "@sim_news", "search": PLANTED }))
        .await;
    eventually("it is asked", || {
        account.sim.world().calls("messages.search") > 1
    })
    .await;
    let withdrawn = json!({ "requestId": id, "reason": PLANTED });
    process
        .send(
            &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": withdrawn }),
        )
        .await;
    process.is_alive().await;
    process.close_input();
    process.exits_cleanly().await;

    let told: Vec<String> = lines(&account).await.iter().map(summary).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert_holds_nothing_planted(&account);
    assert_eq!(is_intact(&account).await["lines"], told.len());
}

#[track_caller]
fn assert_holds_nothing_planted(account: &Account) {
    let text = fs::read_to_string(file(account)).unwrap();
    for planted in [PLANTED, "sim_news", "sim_secret", "News", "Robin", "post "] {
        assert!(!text.contains(planted), "{planted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_and_their_resources_are_recorded() {
    let account = Account::of(world()).await;
    let mut process = account.process().await;
    let whole = json!({ "chat": "@sim_news", "output": "export" });
    let report = process.ask(FETCH, whole).await;
    let read = async |process: &mut Process, uri: &str| {
        let params = json!({ "uri": uri });
        process
            .send(&json!({ "jsonrpc": "2.0", "id": uri, "method": "resources/read", "params": params }))
            .await;
        process.answer(json!(uri)).await
    };
    read(&mut process, report["export"]["uri"].as_str().unwrap()).await;
    read(&mut process, &format!("tg://exports/{NOBODY}.ndjson")).await;
    read(&mut process, &format!("file:///{PLANTED}")).await;
    process.close_input();
    process.exits_cleanly().await;

    let file = account.state_dir().join("copy.ndjson");
    let mut command = account.binary(&["export", "@sim_news", "--quiet", "--out"]);
    let (code, _, errors) = run(command.arg(&file)).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let (code, _, _) = run(&mut account.binary(&["logout", "--local"])).await;
    assert_eq!(code, Some(0));

    let (code, said, _) = run(&mut account.binary(&["audit", "show"])).await;
    assert_eq!(code, Some(0));
    // An export of a client belongs to it; the one of the command line comes behind, and the logout.
    let headings: Vec<&str> = (said.lines())
        .filter_map(|line| Some(line.split_once(" UTC  ")?.1.split_once("process ")?.0))
        .collect();
    assert_eq!(headings, ["driver 0, ", "", ""], "{said}");

    let told: Vec<String> = lines(&account).await.iter().map(summary).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert_holds_nothing_planted(&account);
    is_intact(&account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_before_it_began_is_not_recorded() {
    let account = Account::of(channel_of(3)).await;
    let mut command = account.binary(&["logout"]);
    command.env("TELEGRAM_SESSION_STRING", "");
    let (code, _, errors) = run(&mut command).await;
    assert!(
        code == Some(1) && errors.contains("there is no session"),
        "{errors}"
    );
    #[cfg(target_os = "linux")]
    {
        let plain = account.binary(&["login"]);
        let mut command = tokio::process::Command::new("setsid");
        command
            .arg("--wait")
            .arg(plain.as_std().get_program())
            .arg("login")
            .env_clear();
        for (name, value) in plain.as_std().get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef");
        let (code, _, errors) = run(&mut command).await;
        assert!(
            code == Some(1) && errors.contains("no terminal"),
            "{errors}"
        );
    }

    let mut process = account.process().await;
    process.ask("tg.list_chats", json!({})).await;
    let (code, _, errors) = run(&mut account.binary(&["logout"])).await;
    assert!(code == Some(75) && errors.contains("in use"), "{errors}");
    process.close_input();
    process.exits_cleanly().await;
    let lines = lines(&account).await;
    assert!(
        lines.iter().all(|line| line["event"] == "call"),
        "{lines:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_are_shown_as_they_are() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    for _ in 0..3 {
        process.ask("tg.list_chats", json!({})).await;
    }
    process.close_input();
    process.exits_cleanly().await;
    let all = ["audit", "show", "--json", "--last", "0"];
    let (_, said, _) = run(&mut account.binary(&all)).await;
    assert_eq!(said, fs::read_to_string(file(&account)).unwrap());

    let by_name = ["audit", "show", "--chat", "@sim_news"];
    let (code, _, errors) = run(&mut account.binary(&by_name)).await;
    assert_eq!(code, Some(2));
    assert!(errors.contains("such as -1001388120417"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_the_record_is_named() {
    for name in ["audit.jsonl", "audit.jsonl.lock", "audit.jsonl.head"] {
        let account = Account::of(channel_of(3)).await;
        let path = account.state_dir().join(name);
        fs::create_dir(&path).unwrap();
        let (code, said, errors) = run(&mut account.binary(&["audit", "verify"])).await;
        let expected = format!("{}:1: it is no file of its own", path.display());
        assert!(code == Some(1) && errors.contains(&expected), "{errors}");
        assert_eq!(said, "no line can be read\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_shown_as_a_table() {
    let account = Account::of(world()).await;
    let mut process = account.process().await;
    process.ask("tg.list_chats", json!({})).await;
    process
        .ask(
            FETCH,
            json!({ "chat": "@sim_news", "page_size": 3, "search": "post" }),
        )
        .await;
    process
        .refusal(FETCH, json!({ "chat": "@nobody_here" }))
        .await;
    process.close_input();
    process.exits_cleanly().await;
    let show = async |more: &[&str]| {
        let arguments = [&["audit", "show"], more].concat();
        let (code, said, errors) = run(&mut account.binary(&arguments)).await;
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
        said
    };
    let whole = show(&[]).await;
    assert!(whole.contains("UTC  driver 0, process "), "{whole}");
    assert!(
        whole.lines().all(|line| line.chars().count() <= 80),
        "{whole}"
    );
    let rows = |text: &str| text.matches("  ok").count() + text.matches("  CHAT_NOT_FOUND").count();
    assert_eq!(rows(&whole), 3, "{whole}");
    let row = whole
        .lines()
        .find(|line| line.contains("fetch_history"))
        .unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(
        words[1..4],
        ["fetch_history", "-1000000001001", "3"],
        "{row}"
    );

    let last = show(&["--last", "1"]).await;
    assert!(
        rows(&last) == 1 && last.contains("CHAT_NOT_FOUND"),
        "{last}"
    );
    assert!(last.contains("2 earlier"), "{last}");
    let chat = show(&["--chat", &CHANNEL.to_string()]).await;
    assert!(
        rows(&chat) == 1 && chat.contains("search · pages of 3"),
        "{chat}"
    );
    assert_eq!(rows(&show(&["--since", "2020-01-01"]).await), 3);
    let none = show(&["--since", "2099-01-01T00:00:00Z"]).await;
    assert_eq!(none, "nothing of what was recorded is like that\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_is_named_by_file_and_line() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    for _ in 0..3 {
        process.ask("tg.list_chats", json!({})).await;
    }
    process.close_input();
    process.exits_cleanly().await;
    let report = is_intact(&account).await;
    assert_eq!((&report["lines"], &report["lost"]), (&json!(3), &json!(0)));
    let file = file(&account);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"seq\":2,", "\"seq\":7,", 1)).unwrap();
    for arguments in [
        ["audit", "verify"].as_slice(),
        &["audit", "verify", "--json"],
    ] {
        let (code, said, errors) = run(&mut account.binary(arguments)).await;
        let place = format!("telegram-history-mcp: {}:2: ", file.display());
        assert!(code == Some(1) && errors.starts_with(&place), "{errors}");
        let is_counted = said.contains("2 whole lines in 1 file") || said.contains("\"lines\": 2");
        assert!(is_counted, "{said}");
    }
    let (code, said, errors) = run(&mut account.binary(&["audit", "show"])).await;
    assert!(
        code == Some(1) && errors.contains("cannot be trusted"),
        "{said}"
    );
    assert_eq!(said.matches("list_chats").count(), 2, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_where_that_is_off_or_there_is_only_a_demo() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account
        .process_with(&[("TELEGRAM_AUDIT_FILE", "off")])
        .await;
    process.ask("tg.list_chats", json!({})).await;
    process.close_input();
    process.exits_cleanly().await;
    assert!(!file(&account).exists());
    let mut command = account.binary(&["audit", "verify"]);
    let (code, _, errors) = run(command.env("TELEGRAM_AUDIT_FILE", "off")).await;
    assert!(code == Some(2) && errors.contains("is `off`"), "{errors}");
    let (code, said, _) = run(&mut account.binary(&["audit", "verify"])).await;
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "nothing was recorded yet\n")
    );

    let home = tempfile::tempdir().unwrap();
    let wanted = home.path().join("calls").join("audit.jsonl");
    for is_set in [false, true] {
        let mut command = binary(&["serve", "--demo"]);
        command.env("HOME", home.path());
        if is_set {
            command.env("TELEGRAM_AUDIT_FILE", &wanted);
        }
        let mut process = Process::spawn(&mut command);
        process.initialize().await;
        process.ask("tg.list_chats", json!({})).await;
        process.close_input();
        process.exits_cleanly().await;
        let is_left = fs::read_dir(home.path()).unwrap().next().is_some();
        assert_eq!(is_left, is_set);
    }
    let line = fs::read_to_string(&wanted).unwrap();
    assert!(line.contains("\"tool\":\"tg.list_chats\""), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_written_fails_no_call_and_is_told_once() {
    let account = Account::of(channel_of(3)).await;
    let in_the_way = account.state_dir().join("in-the-way");
    fs::write(&in_the_way, "a file").unwrap();
    let settings = [
        ("TELEGRAM_AUDIT_FILE", "in-the-way/audit.jsonl"),
        ("TELEGRAM_LOG", "warn"),
    ];
    let mut command = account.binary(&[]);
    command.envs(settings).current_dir(account.state_dir());
    let mut process = Process::spawn(&mut command);
    process.initialize().await;
    for _ in 0..5 {
        process.ask("tg.list_chats", json!({})).await;
    }
    process.close_input();
    let (status, log) = process.ends().await;
    assert!(status.success());
    assert_eq!(
        log.matches("the audit cannot be written").count(),
        1,
        "{log}"
    );
    assert_eq!(fs::read(&in_the_way).unwrap(), b"a file");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_lines_and_says_how_many() {
    let account = Account::of(channel_of(3)).await;
    // A limit on the size of files is, for a process, a disk that is full.
    let mut command = tokio::process::Command::new("sh");
    let plain = account.binary(&[]);
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\""])
        .arg(plain.as_std().get_program())
        .env_clear();
    for (name, value) in plain.as_std().get_envs() {
        command.env(name, value.unwrap());
    }
    let mut process = Process::spawn(command.kill_on_drop(true));
    process.initialize().await;
    for _ in 0..20 {
        process.ask("tg.list_chats", json!({})).await;
    }
    process.close_input();
    process.exits_unread().await;
    let before = is_intact(&account).await;
    assert!(before["lines"].as_u64().unwrap() < 10, "{before}");

    // Whoever comes next knows nothing of what was lost, but closes off what was torn.
    let mut process = account.process().await;
    process.ask("tg.list_chats", json!({})).await;
    process.close_input();
    process.exits_cleanly().await;
    let after = is_intact(&account).await;
    assert_eq!(after["ends_torn"], false, "{after}");
    assert!(
        after["lines"].as_u64() > before["lines"].as_u64(),
        "{after}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_are_killed_while_they_write_leave_a_whole_record() {
    let seeds = std::env::var("AUDIT_SEEDS").map_or(SEEDS, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        let mut rng = SmallRng::seed_from_u64(seed);
        let account = Account::of(channel_of(3)).await;
        let mut lines = 0;
        for round in 0..4 {
            // Two at once, that ask as fast as they can.
            let mut pair = [account.process().await, account.process().await];
            for _ in 0..rng.random_range(1..12) {
                for process in &mut pair {
                    process.begin("tg.list_chats", json!({})).await;
                }
            }
            let pause = Duration::from_micros(rng.random_range(0..60_000));
            tokio::time::sleep(pause).await;
            let [first, second] = pair;
            match round % 2 {
                0 => drop((first, second)),
                _ => {
                    drop(first);
                    let mut second = second;
                    second.close_input();
                    second.exits_unread().await;
                }
            }
            // The system takes a killed process's lock when it has gone.
            let report = is_intact(&account).await;
            let now = report["lines"].as_u64().unwrap();
            assert!(now >= lines, "{report}");
            lines = now;
        }
        assert!(lines > 0);
    }
}

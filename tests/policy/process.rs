//! The lists as a person sets them: in the environment of the server, of its demo, and of `doctor`.

use serde_json::{Value, json};
use telegram_history_mcp::sim::World;

use super::world::*;
use crate::stage::Account;
use crate::support::{Process, binary, run};

const ALLOWED: &str = "TELEGRAM_ALLOWED_CHATS";
const DENIED: &str = "TELEGRAM_DENIED_CHATS";

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_input_and_the_settings_and_nothing_else() {
    let account = Account::of(world()).await;
    let mut process = account.process_with(&[(ALLOWED, "@sim_news, me")]).await;
    let mut errors = Vec::new();
    for input in ["@secret_room", "@nobody_here"] {
        let error = process
            .refusal("tg.fetch_history", json!({ "chat": input }))
            .await;
        assert_eq!(error["code"], "ACCESS_DENIED");
        errors.push(error.to_string().replace(input, "INPUT"));
    }
    assert_eq!(errors[0], errors[1]);
    assert!(
        errors[0].contains(ALLOWED) && errors[0].contains("INPUT"),
        "{}",
        errors[0]
    );
    let page = process
        .ask("tg.fetch_history", json!({ "chat": "@sim_news" }))
        .await;
    assert_eq!(page["page_info"]["count"], 4);
    let listed = process.ask("tg.list_chats", json!({})).await;
    assert_eq!(listed["page_info"]["count"], 2, "{listed}");
    assert_eq!(listed["page_info"]["fetched"], 2, "{listed}");
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test]
async fn the_demo_obeys_the_lists() {
    let world = World::generated(42);
    let (bare, _) = world.channels.iter().find(|(_, it)| it.broadcast).unwrap();
    let channel = (-1_000_000_000_000 - bare).to_string();
    let mut command = binary(&["serve", "--demo"]);
    command.envs([
        (DENIED, channel.as_str()),
        ("TELEGRAM_NOT_BEFORE", "2099-01-01"),
    ]);
    let mut process = Process::spawn(&mut command);
    process.initialize().await;
    let error = process
        .refusal("tg.fetch_history", json!({ "chat": channel }))
        .await;
    assert_eq!(error["code"], "ACCESS_DENIED");
    let page = process
        .ask("tg.fetch_history", json!({ "chat": "me" }))
        .await;
    assert_eq!(page["page_info"]["count"], 0, "{page}");
    let listed = process
        .ask("tg.list_chats", json!({ "page_size": 100 }))
        .await;
    let rows = listed["chats"].as_array().unwrap();
    assert!(rows.len() > 3);
    for row in rows {
        assert_ne!(row["chat_id"].to_string(), channel);
        assert_eq!(row.get("last_message_date"), None, "{row}");
    }
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_what_may_be_read_and_whom_the_names_stand_for() {
    let account = Account::of(world()).await;
    let findings = |said: &str| -> Vec<String> {
        let report: Value = serde_json::from_str(said).unwrap();
        let about = ["allowed_chats", "denied_chats", "not_before", "login_codes"];
        let checks = report["checks"].as_array().unwrap().iter();
        let checks = checks.filter(|check| about.contains(&check["name"].as_str().unwrap()));
        let line = |it: &Value| {
            let [name, verdict, finding] =
                ["name", "verdict", "finding"].map(|key| it[key].as_str().unwrap());
            format!("{name} ({verdict}): {finding}")
        };
        checks.map(line).collect()
    };
    let (code, said, _) = run(&mut account.binary(&["doctor", "--json"])).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        findings(&said),
        [
            "allowed_chats (ok): all",
            "denied_chats (ok): none",
            "login_codes (ok): 777000, where login codes arrive, is not read",
        ]
    );
    let mut command = account.binary(&["doctor", "--json"]);
    command.envs([
        (
            ALLOWED,
            "https://t.me/Sim_News,me,-100,channel,777000,@nobody_is_here",
        ),
        (DENIED, "secret_room,t.me/+AbCdEfGh"),
        ("TELEGRAM_NOT_BEFORE", "2026-03-01"),
    ]);
    let (code, said, _) = run(&mut command).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        findings(&said),
        [
            "allowed_chats (ok): @sim_news, me, -100, channel, 777000, @nobody_is_here; no others",
            "denied_chats (ok): @secret_room, t.me/+AbCdEfGh",
            "login_codes (note): 777000, where login codes arrive, can be read: it stands in TELEGRAM_ALLOWED_CHATS",
            "not_before (ok): nothing that was sent before 2026-03-01T00:00:00Z is read",
            "allowed_chats (ok): @sim_news is -1000000001001",
            "allowed_chats (ok): me is 777100",
            "allowed_chats (note): nobody has @nobody_is_here, so that it stands for no chat",
            "denied_chats (ok): @secret_room is -1000000001003",
            "denied_chats (ok): t.me/+AbCdEfGh is -1000000001005",
        ]
    );
}

#[tokio::test]
async fn an_entry_that_names_no_chat_stops_the_program() {
    let mut command = binary(&["serve", "--demo"]);
    command.env(ALLOWED, "@sim_news,two words,+49 170 1234567");
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, said.as_str()), (Some(2), ""));
    let opening = "telegram-history-mcp: `TELEGRAM_ALLOWED_CHATS` has `two words`, `+49 170 1234567`, expected ids, ";
    assert!(errors.starts_with(opening), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

//! Nothing passes the privacy gate by: whatever strangers write, wherever they can write it.

use serde_json::{Value, json};

use crate::hostile::{FORBIDDEN, FORUM, GROUP, Hostile, PERSON, arrives};
use crate::stage::Account;
use crate::support::{Process, binary, run};

/// Every string in a value, names of fields included.
fn strings<'a>(value: &'a Value, all: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => all.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, all)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            all.push(name);
            strings(field, all);
        }),
        _ => (),
    }
}

/// Calls a tool; nothing on the line that answers is forbidden, escaped or not. Its text and its structure are
/// one and the same, so that the structure stands for both.
async fn ask_cleanly(process: &mut Process, tool: &str, arguments: Value) -> Value {
    let id = process.begin(tool, arguments).await;
    let line = process.line().await.unwrap();
    for (forbidden, escaped) in FORBIDDEN.into_iter().zip(["u202e", "u001b"]) {
        assert!(!line.contains(forbidden) && !line.to_lowercase().contains(escaped));
    }
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(answer["id"], id);
    let structure = crate::support::success(&answer["result"]);
    let mut all = Vec::new();
    strings(&structure, &mut all);
    for text in all {
        assert!(!text.contains(FORBIDDEN), "{text:?}");
    }
    structure
}

/// Whether one of the strings is what arrives of a stranger's text with this word.
#[track_caller]
fn assert_arrives(answer: &Value, word: &str) {
    let mut all = Vec::new();
    strings(answer, &mut all);
    let expected = arrives(word);
    assert!(
        all.iter().any(|text| text.contains(&expected)),
        "{word} in {answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_write_in_messages_arrives_without_what_is_invisible() {
    let hostile = Hostile::new();
    let account = Account::of(hostile.world).await;
    let settings = [
        ("TELEGRAM_REPLY_MAX_CHARS", "500000"),
        ("TELEGRAM_PII", "off"),
    ];
    let mut process = account.process_with(&settings).await;
    let both = [hostile.words.clone(), hostile.details].concat();
    for (format, words) in [("concise", &hostile.words), ("detailed", &both)] {
        for direction in ["desc", "asc"] {
            let arguments = json!({
                "chat": "@hostile_forum", "page_size": 200,
                "response_format": format, "direction": direction
            });
            let page = ask_cleanly(&mut process, "tg.fetch_history", arguments).await;
            assert_eq!(page["page_info"]["has_more"], false);
            for word in words {
                assert_arrives(&page, word);
            }
        }
    }
    for chat in [GROUP, PERSON] {
        let arguments = json!({ "chat": chat.to_string(), "response_format": "detailed" });
        let page = ask_cleanly(&mut process, "tg.fetch_history", arguments).await;
        assert_arrives(&page, "elsewhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_write_about_chats_arrives_without_what_is_invisible() {
    let account = Account::of(Hostile::new().world).await;
    let mut process = account.process().await;
    for (chat, words) in [
        (FORUM, ["title", "about", "topic"].as_slice()),
        (GROUP, &["group", "about"]),
        (PERSON, &["first", "last", "about"]),
    ] {
        let arguments = json!({ "input": chat.to_string() });
        let found = ask_cleanly(&mut process, "tg.resolve_chat", arguments).await;
        for word in words {
            assert_arrives(&found["chat"], word);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_to_size_is_clean_too() {
    let account = Account::of(Hostile::new().world).await;
    let tight = ("TELEGRAM_REPLY_MAX_CHARS", "2000");
    let mut process = account.process_with(&[tight]).await;
    let mut arguments = json!({ "chat": "@hostile_forum", "response_format": "detailed" });
    let mut count = 0;
    loop {
        let page = ask_cleanly(&mut process, "tg.fetch_history", arguments).await;
        count += page["messages"].as_array().unwrap().len();
        if page["page_info"]["has_more"] == false {
            break;
        }
        arguments = json!({ "cursor": page["page_info"]["cursor"] });
    }
    let world = account.sim.world();
    assert_eq!(count, world.histories[&FORUM].existing().count());
}

#[tokio::test]
async fn what_a_caller_wrote_is_not_given_back_with_what_is_invisible() {
    let mut process = Process::spawn(&mut binary(&["serve", "--demo"]));
    process.initialize().await;
    for (tool, field) in [
        ("tg.resolve_chat", "input"),
        ("tg.resolve_chat", "\u{202e}input\u{1b}"),
        ("tg.fetch_history", "chat"),
        ("tg.fetch_history", "from"),
        ("tg.fetch_history", "timezone"),
        ("tg.fetch_history", "direction"),
    ] {
        let arguments = json!({ field: "\u{202e}@name\u{1b}[2J\u{2066}" });
        process.begin(tool, arguments).await;
        let line = process.line().await.unwrap();
        assert!(
            !line.contains(FORBIDDEN) && !line.contains('\u{2066}'),
            "{line}"
        );
    }
}

#[tokio::test]
async fn titles_in_an_export_reach_no_terminal_as_they_are() {
    let [turn, escape] = FORBIDDEN;
    let world = json!({
        "name": format!("Tea{turn}{escape}[2J"), "type": "private_supergroup", "id": 77,
        "messages": [{
            "id": 1, "type": "message", "date": "2026-03-01T10:00:00", "date_unixtime": "1772359200",
            "from": format!("Ann{turn}{escape}[2J"), "from_id": "user5",
            "text": format!("hi{turn}{escape}[2J"), "text_entities": []
        }]
    });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("result.json");
    std::fs::write(&path, world.to_string()).unwrap();
    let path = path.to_str().unwrap();
    let (code, said, errors) = run(&mut binary(&["demo", "--world", path])).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(said.contains("Tea[2J") && said.contains("hi[2J"), "{said}");
    assert!(!said.contains(FORBIDDEN), "{said:?}");

    let mut sim = Process::spawn(&mut binary(&["sim", "--world", path]));
    loop {
        let line = sim.line().await.expect("the chat");
        assert!(!line.contains(FORBIDDEN), "{line:?}");
        if line.contains("Tea[2J") {
            break;
        }
    }
}

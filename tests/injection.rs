//! Hostile text: whatever strangers say, wherever they can say it, arrives in fields that are marked as untrusted
//! and nowhere else; what shows nothing goes, and what means something stays.

use futures_util::{StreamExt as _, stream};
use jsonschema::Validator;
use serde_json::{Value, json};
use telegram_history_mcp::cli::schema;

use self::payloads::Payload;
use crate::hostile::{FORUM, GROUP, Hostile, MARK, PERSON};
use crate::stage::Account;
use crate::support::{Process, binary, run, success};

mod payloads;

/// Words about chats; the others are about messages.
const OF_CHATS: [&str; 5] = ["title", "group", "first", "about", "topic"];

/// The published schemas, in which a field that is not marked holds nothing of a stranger.
struct Marked {
    message: Validator,
    chat: Validator,
}

impl Marked {
    fn new() -> Self {
        let schemas = schema::published().unwrap();
        let validator = |record: &str| {
            let mut schema = schemas[record].clone();
            forbid_words(&mut schema);
            jsonschema::validator_for(&schema).unwrap()
        };
        Self {
            message: validator("message"),
            chat: validator("chat"),
        }
    }
}

/// Lets no string that is not marked hold a stranger's word.
fn forbid_words(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(forbid_words),
        Value::Object(object) => {
            let is_marked = object.contains_key(schema::UNTRUSTED);
            if object.get("type") == Some(&json!("string")) && !is_marked {
                object.insert("not".to_owned(), json!({ "pattern": mark() }));
            }
            object.values_mut().for_each(forbid_words);
        }
        _ => {}
    }
}

/// What every stranger's word holds, also where it became part of a file's name or an address.
fn mark() -> &'static str {
    MARK.trim_end_matches('-')
}

/// Every string in a value.
fn strings<'a>(value: &'a Value, all: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => all.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, all)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, all)),
        _ => {}
    }
}

/// One of the strings is what arrives of this payload beside this word.
#[track_caller]
fn assert_arrives(payload: &Payload, told: &Value, word: &str) {
    let mut all = Vec::new();
    strings(told, &mut all);
    let in_one_line = |text: &str| text.replace('\n', " ");
    let expected = in_one_line(&format!("{MARK}{word} {}", payload.arrives));
    let begun = format!("{MARK}{word} ");
    let near: Vec<&&str> = all.iter().filter(|text| text.contains(&begun)).collect();
    assert!(
        all.iter().any(|text| in_one_line(text).contains(&expected)),
        "{}: {word}: {near:?}",
        payload.aim
    );
}

/// Nothing of a stranger's stands in what is no record.
#[track_caller]
fn assert_wordless(aim: &str, what: &str, value: &Value) {
    assert!(
        !value.to_string().contains(mark()),
        "{aim}: {what}: {value}"
    );
}

/// Calls a tool for its structure, which is told in one line of JSON.
async fn ask(process: &mut Process, tool: &str, arguments: Value) -> Value {
    let id = process.begin(tool, arguments).await;
    let line = process.line().await.unwrap();
    assert!(!line.chars().any(char::is_control), "{line:?}");
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(answer["id"], id);
    success(&answer["result"])
}

#[track_caller]
fn assert_marked(schema: &Validator, aim: &str, record: &Value) {
    let errors: Vec<String> = schema
        .iter_errors(record)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{aim}: {errors:#?}");
}

/// Reads a world in which everybody says this, with the log turned up.
async fn read_everything(payload: &Payload, marked: &Marked) -> usize {
    let hostile = Hostile::saying(payload.sent);
    let account = Account::of(hostile.world).await;
    let settings = [
        ("TELEGRAM_REPLY_MAX_CHARS", "500000"),
        ("TELEGRAM_PII", "off"),
        ("TELEGRAM_LOG", "trace"),
    ];
    let mut process = account.process_with(&settings).await;
    let aim = payload.aim;
    let mut reached = 0;
    for chat in [FORUM, GROUP, PERSON] {
        let found = json!({ "input": chat.to_string() });
        let mut found = ask(&mut process, "tg.resolve_chat", found).await;
        let chat = found["chat"].take();
        assert_marked(&marked.chat, aim, &chat);
        assert_wordless(aim, "what is around a chat", &found);
        for word in OF_CHATS {
            if chat.to_string().contains(&format!("{MARK}{word} ")) {
                assert_arrives(payload, &chat, word);
                reached += 1;
            }
        }
    }
    for (format, words) in [("concise", &hostile.words), ("detailed", &hostile.details)] {
        let arguments =
            json!({ "chat": FORUM.to_string(), "page_size": 200, "response_format": format });
        let mut page = ask(&mut process, "tg.fetch_history", arguments).await;
        for word in words {
            assert_arrives(payload, &page, word);
            reached += 1;
        }
        assert_marked(&marked.chat, aim, &page["chat"].take());
        for message in page["messages"].take().as_array().unwrap() {
            assert_marked(&marked.message, aim, message);
        }
        assert_wordless(aim, "what is around a page", &page);
    }
    let mut listed = ask(&mut process, "tg.list_chats", json!({})).await;
    for chat in listed["chats"].take().as_array().unwrap() {
        assert_arrives(
            payload,
            chat,
            chat["title"].as_str().unwrap()[MARK.len()..]
                .split(' ')
                .next()
                .unwrap(),
        );
    }
    assert_wordless(aim, "what is around a list", &listed);

    for (tool, arguments) in [
        (
            "tg.fetch_history",
            json!({ "chat": "@hostile_forum", "filter": { "topic_id": 77 } }),
        ),
        (
            "tg.fetch_history",
            json!({ "chat": "@hostile_forum", "filter": { "topic_id": "zyx" } }),
        ),
        (
            "tg.fetch_history",
            json!({ "chat": "@hostile_forum", "filter": { "comments_of": 1 } }),
        ),
        (
            "tg.fetch_history",
            json!({ "chat": "@hostile_forum", "filter": { "from_users": ["@zyx_nobody"] } }),
        ),
        (
            "tg.fetch_history",
            json!({ "chat": "@hostile_person", "around": 99, "search": "x" }),
        ),
        ("tg.fetch_history", json!({ "chat": "zyx" })),
        (
            "tg.resolve_chat",
            json!({ "input": "https://t.me/hostile_forum/9/x" }),
        ),
    ] {
        let answer = process.call(tool, arguments).await;
        if answer["isError"] == true {
            assert_wordless(aim, "an error", &answer);
        }
    }
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    assert_wordless(aim, "tools/list", &process.answer(json!(1)).await);
    process.close_input();
    let (status, log) = process.ends().await;
    assert!(status.success() && log.contains("was refused"), "{log}");
    assert!(!log.contains(mark()), "{aim}: the log");
    reached
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_say_arrives_where_it_is_marked_and_nowhere_else() {
    let marked = Marked::new();
    let counts: Vec<usize> = stream::iter(payloads::all())
        .map(|payload| read_everything(payload, &marked))
        .buffer_unordered(4)
        .collect()
        .await;
    let reached: usize = counts.iter().sum();
    assert!(
        counts.len() >= 50 && reached >= 50 * 60,
        "{} payloads, {reached} arrivals",
        counts.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_strings_are_cut_or_told_and_stop_nothing() {
    let huge = "🙂\u{202e}A\u{300}\n\u{e0041}".repeat(3_000);
    let account = Account::of(Hostile::saying(&huge).world).await;
    let mut process = account.process().await;
    for chat in [FORUM, GROUP, PERSON] {
        let found = process
            .call("tg.resolve_chat", json!({ "input": chat.to_string() }))
            .await;
        assert!(found.to_string().len() < 1 << 20);
        let mut arguments = json!({ "chat": chat.to_string(), "response_format": "detailed" });
        for _ in 0..100 {
            let result = process.call("tg.fetch_history", arguments).await;
            assert!(result.to_string().len() < 1 << 20);
            let page = success(&result);
            if page["page_info"]["has_more"] == false {
                break;
            }
            arguments = json!({ "cursor": page["page_info"]["cursor"] });
        }
    }
    let listed = process.call("tg.list_chats", json!({})).await;
    assert!(listed.to_string().len() < 1 << 20);
    process.is_alive().await;
}

/// A Telegram Desktop export in which everybody says this.
fn export(payload: &str) -> Value {
    let said = |word: &str| format!("{MARK}{word} {payload}");
    let message = |id: u32, extra: Value| {
        let mut message = json!({
            "id": id, "type": "message", "date": "2026-03-01T10:00:00",
            "date_unixtime": (1_772_359_200 + id).to_string(),
            "from": said("from"), "from_id": "user5",
            "text": said("text"), "text_entities": [],
        });
        message
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        message
    };
    json!({
        "name": said("title"), "type": "private_supergroup", "id": 77,
        "messages": [
            message(1, json!({ "forwarded_from": said("forward") })),
            message(2, json!({ "file": "files/x.pdf", "file_name": said("file"), "media_type": "audio_file",
                "title": said("track"), "performer": said("performer"), "mime_type": said("mime") })),
            message(3, json!({ "poll": { "question": said("question"), "closed": false, "total_voters": 1,
                "answers": [{ "text": said("option"), "voters": 1, "chosen": false }] } })),
            message(4, json!({ "author": said("author"), "reactions": [{ "type": "emoji", "count": 2, "emoji": said("emoji") }] })),
            message(5, json!({ "contact_information": { "first_name": said("contact"), "last_name": "", "phone_number": "+1" } })),
            message(6, json!({ "inline_bot_buttons": [[{ "type": "url", "text": said("button"), "data": said("data") }]] })),
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_shown_words_and_nothing_that_moves_it() {
    let dir = tempfile::tempdir().unwrap();
    let runs = stream::iter(payloads::all().enumerate()).map(|(number, payload)| {
        let path = dir.path().join(format!("{number}.json"));
        async move {
            std::fs::write(&path, export(payload.sent).to_string()).unwrap();
            let path = path.to_str().unwrap();
            let (code, said, errors) = run(&mut binary(&["demo", "--world", path])).await;
            assert_eq!((code, errors.as_str()), (Some(0), ""), "{}", payload.aim);
            assert!(said.contains(&format!("{MARK}text")), "{said}");
            let moves = |c: char| {
                (c.is_control() && c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0041}'..='\u{e005a}')
            };
            assert!(!said.contains(moves), "{}: {said:?}", payload.aim);
        }
    });
    runs.buffer_unordered(4).collect::<Vec<()>>().await;
}

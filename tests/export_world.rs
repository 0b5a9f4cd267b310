//! Exports of Telegram Desktop through the whole stack: the binary serves a file, a client finds each chat and reads
//! it to the end both ways, and what it gets is held against the file, which is read here by other means.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::support::{Process, binary};

const RESOLVE: &str = "tg.resolve_chat";
const FETCH: &str = "tg.fetch_history";
const CHANNEL_MARK: i64 = -1_000_000_000_000;
/// Messages from before a group became a supergroup have ids that are lower by this.
const OLD_HALF: i64 = -1_000_000_000;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desktop");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The bytes that Desktop writes for this JSON: control characters in an escape of its own, and two stray bytes
/// behind the escape of a line separator.
fn as_desktop_writes(json: &str) -> Vec<u8> {
    let text = json.replace("\\u00", "\\x");
    let mut bytes = Vec::new();
    for letter in text.chars() {
        match letter {
            '\u{2028}' => bytes.extend_from_slice(b"\\u2028\x80\xa8"),
            '\u{2029}' => bytes.extend_from_slice(b"\\u2029\x80\xa9"),
            other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// A server of an export, which is a file in a folder that lives as long.
struct Served {
    process: Process,
    _folder: tempfile::TempDir,
}

async fn serve(json: &str) -> Served {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("result.json"), as_desktop_writes(json)).unwrap();
    let world = folder.path().to_str().unwrap();
    let mut command = binary(&["serve", "--demo", "--world", world]);
    command.env("HOME", folder.path());
    let mut process = Process::spawn(&mut command);
    process.initialize().await;
    Served {
        process,
        _folder: folder,
    }
}

/// All messages of a chat, in the order in which the pages have them.
async fn read(process: &mut Process, chat_id: i64, direction: &str) -> Vec<Value> {
    let first = json!({
        "chat": chat_id.to_string(), "direction": direction, "page_size": 4,
        "response_format": "detailed",
    });
    let mut page = process.ask(FETCH, first).await;
    let mut all = Vec::new();
    loop {
        all.extend(page["messages"].as_array().unwrap().iter().cloned());
        if page["page_info"]["has_more"] != true {
            return all;
        }
        let next = json!({ "cursor": page["page_info"]["cursor"] });
        page = process.ask(FETCH, next).await;
    }
}

/// What the file says of a message, in our terms.
fn told_by_the_file(message: &Value, chat_id: i64) -> Value {
    let id = message["id"].as_i64().unwrap();
    let number = |id: i64| if id < 0 { id - OLD_HALF } else { id };
    let sender = ["from", "actor"]
        .into_iter()
        .find(|who| message.get(*who).is_some());
    let sender_id = sender.map(|who| marked(&message[format!("{who}_id")]));
    let reply = ["reply_to_message_id", "message_id"];
    let reply = reply.iter().find_map(|name| message[*name].as_i64());
    // A message that Desktop did not understand is an id alone, and those who wrote it are not told.
    let is_unsupported = message["type"] == "unsupported";
    json!({
        "id": number(id),
        "date": (!is_unsupported).then(|| time(message, "date")),
        "type": if message["type"] == "service" { "service" } else { "message" },
        "sender": sender_id.filter(|id| *id != chat_id || *id > 0),
        "name": sender.map(|who| message[who].as_str().unwrap_or("Deleted Account"))
            .filter(|_| sender_id != Some(chat_id) || chat_id > 0),
        "text": text(message),
        "reply": reply.map(number),
        "reply_chat": message.get("reply_to_peer_id").map(marked),
        "forward": message.get("forwarded_from"),
        "forward_id": message.get("forwarded_from_id").map(marked),
        "edited": message.get("edited").map(|_| time(message, "edited")),
        "media": media(message),
        "file_name": file_name(message),
        "size": message["file_size"].as_i64().unwrap_or(0),
        "action": action(message),
        "topic": null,
        "author": message.get("author"),
        "via_bot": message["via_bot"].as_str().map(|bot| bot.trim_start_matches('@')),
        "reactions": message["reactions"].as_array().map(|reactions| {
            reactions.iter().map(|one| json!([one["emoji"], one["count"]])).collect::<Vec<_>>()
        }),
        "buttons": message["inline_bot_buttons"][0].as_array().map(|row| {
            row.iter().map(|button| button["text"].clone()).collect::<Vec<_>>()
        }),
    })
}

/// The same of a record.
fn told_by_the_record(record: &Value, chat_id: i64) -> Value {
    let is_unsupported = record["media"]["name"] == "messageMediaUnsupported";
    let sender = record
        .get("sender")
        .filter(|sender| !is_unsupported && (sender["id"] != chat_id || chat_id > 0));
    let reply = record["reply_to"]["message_id"].as_i64();
    json!({
        "id": record["id"],
        "date": record.get("date").filter(|_| !is_unsupported),
        "type": record["type"],
        "sender": sender.map(|sender| &sender["id"]),
        "name": sender.map(|sender| &sender["name"]),
        "text": record["text"],
        "reply": reply.or_else(|| record["action"]["message_id"].as_i64()),
        "reply_chat": record["reply_to"].get("chat_id"),
        "forward": record["forward"].get("from_name"),
        "forward_id": record["forward"].get("from_id"),
        "edited": record.get("edit_date"),
        "media": record["media"].get("type"),
        "file_name": record["media"].get("file_name").filter(|_| record["media"]["type"] != "sticker"),
        "size": record["media"]["size_bytes"].as_i64().filter(|_| record["media"]["type"] != "photo").unwrap_or(0),
        "action": record["action"].get("type"),
        "topic": record.get("topic_id"),
        "author": record.get("author_signature"),
        "via_bot": record["via_bot"].get("username"),
        "reactions": record["reactions"].as_array().map(|reactions| {
            reactions.iter().map(|one| json!([one["emoji"], one["count"]])).collect::<Vec<_>>()
        }),
        "buttons": record["buttons"].as_array().map(|buttons| {
            buttons.iter().map(|button| button["text"].clone()).collect::<Vec<_>>()
        }),
    })
}

fn marked(peer: &Value) -> i64 {
    let Some(text) = peer.as_str() else {
        return peer.as_i64().unwrap();
    };
    let bare = |prefix: &str| {
        text.strip_prefix(prefix)
            .map(|id| id.parse::<i64>().unwrap())
    };
    bare("user")
        .or_else(|| bare("channel").map(|id| CHANNEL_MARK - id))
        .or_else(|| bare("chat").map(|id| -id))
        .unwrap()
}

/// The time in UTC; where only local time is written it counts as UTC.
fn time(message: &Value, name: &str) -> String {
    let exact = message[format!("{name}_unixtime")].as_str();
    let exact = exact.map(|seconds| Timestamp::from_second(seconds.parse().unwrap()).unwrap());
    let local = || message[name].as_str().unwrap().parse::<DateTime>().unwrap();
    let time = exact.unwrap_or_else(|| local().to_zoned(TimeZone::UTC).unwrap().timestamp());
    time.to_string()
}

/// The text as it is delivered: control characters go, and other line breaks become ordinary ones.
fn text(message: &Value) -> String {
    let part = |part: &Value| part.as_str().or(part["text"].as_str()).unwrap().to_owned();
    let whole = match &message["text"] {
        Value::Array(parts) => parts.iter().map(part).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let whole = whole
        .replace(['\u{2028}', '\u{2029}'], "\n")
        .replace('\u{7}', "");
    match &message["rich_message"] {
        Value::Null => whole,
        rich => rich_text(rich),
    }
}

/// The words of a rich message, a line for each block.
fn rich_text(rich: &Value) -> String {
    fn words(text: &Value) -> String {
        match text {
            Value::String(text) => text.clone(),
            Value::Array(texts) => texts.iter().map(words).collect(),
            other => words(&other["text"]),
        }
    }
    let blocks = rich["blocks"].as_array().unwrap().iter();
    blocks.map(words).collect::<Vec<_>>().join("\n")
}

/// The name of the file; where it is not written it is the end of the path, if Desktop did not make that up.
fn file_name(message: &Value) -> Option<&str> {
    if message["media_type"] == "sticker" {
        return None;
    }
    let path = message["file"]
        .as_str()
        .filter(|path| !path.starts_with('('));
    let end = path.and_then(|path| path.rsplit('/').next());
    message["file_name"].as_str().or(end)
}

/// In a forum, fills in the topics: what answers the message that made a topic, or anything in it, stands there,
/// and the former answers nothing else. The rest stands in "General".
fn place_in_topics(told: &mut [Value], messages: &[Value]) {
    let is_root = |message: &&Value| message["action"] == "topic_created";
    let roots = messages
        .iter()
        .filter(is_root)
        .map(|message| message["id"].as_i64().unwrap());
    let mut topics: BTreeMap<i64, i64> = roots.map(|root| (root, root)).collect();
    if topics.is_empty() {
        return;
    }
    for message in told {
        let id = message["id"].as_i64().unwrap();
        let reply = message["reply"]
            .as_i64()
            .filter(|_| message["reply_chat"].is_null());
        let topic = reply.and_then(|reply| topics.get(&reply).copied());
        if let Some(topic) = topic {
            topics.insert(id, topic);
        }
        if reply.is_some() && reply == topic {
            message["reply"] = Value::Null;
        }
        message["topic"] = topics.get(&id).copied().unwrap_or(1).into();
    }
}

fn action(message: &Value) -> Option<&'static str> {
    Some(match message["action"].as_str()? {
        "create_channel" => "channel_create",
        "create_group" => "chat_create",
        "edit_group_photo" => "chat_edit_photo",
        "edit_group_title" => "chat_edit_title",
        "invite_members" => "chat_add_user",
        "migrate_from_group" => "channel_migrate_from",
        "migrate_to_supergroup" => "chat_migrate_to",
        "phone_call" => "phone_call",
        "pin_message" => "pin_message",
        "topic_created" => "topic_create",
        _ => "custom",
    })
}

fn media(message: &Value) -> Option<&'static str> {
    if message["type"] == "unsupported" {
        return Some("other");
    }
    if message["type"] == "service" {
        return None;
    }
    if let Some(kind) = message["media_type"].as_str() {
        return Some(match kind {
            "voice_message" => "voice",
            "video_message" => "video_note",
            "video_file" => "video",
            "audio_file" => "audio",
            "sticker" => "sticker",
            "animation" => "animation",
            other => panic!("{other}"),
        });
    }
    let kinds = [
        ("photo", "photo"),
        ("photo_file_size", "photo"),
        ("file", "document"),
        ("contact_information", "contact"),
        ("place_name", "venue"),
        ("live_location_period_seconds", "live_location"),
        ("location_information", "location"),
        ("poll", "poll"),
        ("todo_list", "todo"),
        ("invoice_information", "invoice"),
        ("giveaway_information", "giveaway"),
        ("paid_stars_amount", "paid_media"),
    ];
    let kind = kinds
        .iter()
        .find(|(field, _)| message.get(*field).is_some());
    kind.map(|(_, kind)| *kind)
}

/// The chats of an export by their marked ids: the old half of a supergroup is a chat of its own.
fn chats(export: &Value, old_group: i64) -> BTreeMap<i64, Vec<Value>> {
    let lists = ["chats", "left_chats"].into_iter();
    let listed: Vec<&Value> = lists
        .filter_map(|list| export[list]["list"].as_array())
        .flatten()
        .collect();
    let all = if listed.is_empty() {
        vec![export]
    } else {
        listed
    };
    let mut chats = BTreeMap::new();
    for chat in all {
        let written = chat["id"].as_i64().unwrap();
        let kind = chat["type"].as_str().unwrap();
        let chat_id = match kind {
            "private_group" => -written,
            "private_supergroup" | "public_supergroup" | "private_channel" | "public_channel" => {
                CHANNEL_MARK - written % (1 << 33)
            }
            _ => written,
        };
        let messages = chat["messages"].as_array().unwrap().iter().cloned();
        let (old, new): (Vec<_>, Vec<_>) =
            messages.partition(|message| message["id"].as_i64().unwrap() < 0);
        if !old.is_empty() {
            chats.insert(-old_group, old);
        }
        chats.insert(chat_id, new);
    }
    // In no list of chats there is one without a message.
    chats.retain(|_, messages| !messages.is_empty());
    chats
}

/// Finds and reads every chat of this fixture, and holds all of it against the file.
async fn assert_reads_as_it_is_written(name: &str, old_group: i64, wanted: usize) {
    let json = fixture(name);
    let export: Value = serde_json::from_str(&json).unwrap();
    let chats = chats(&export, old_group);
    assert_eq!(
        chats.values().map(Vec::len).sum::<usize>(),
        wanted,
        "{name}"
    );
    let mut served = serve(&json).await;
    for (&chat_id, messages) in &chats {
        let found = json!({ "input": chat_id.to_string() });
        let found = served.process.ask(RESOLVE, found).await;
        assert_eq!(found["chat"]["chat_id"], chat_id);
        let mut newest_first = read(&mut served.process, chat_id, "desc").await;
        let oldest_first = read(&mut served.process, chat_id, "asc").await;
        newest_first.reverse();
        assert_eq!(newest_first, oldest_first, "{name}: {chat_id}");
        // A supergroup that was a basic group begins with what was said there.
        let own = oldest_first.partition_point(|message| message["chat_id"] != chat_id);
        let (before, own) = oldest_first.split_at(own);
        if let Some(messages) = chats.get(&-old_group).filter(|_| !before.is_empty()) {
            hold_against(-old_group, before, messages);
        }
        hold_against(chat_id, own, messages);
    }
    served.process.close_input();
    served.process.exits_cleanly().await;
}

/// Holds records of one chat against what its export says.
#[track_caller]
fn hold_against(chat_id: i64, records: &[Value], messages: &[Value]) {
    let told = |from: &[Value], tell: fn(&Value, i64) -> Value| -> Vec<Value> {
        from.iter().map(|message| tell(message, chat_id)).collect()
    };
    let mut wanted = told(messages, told_by_the_file);
    place_in_topics(&mut wanted, messages);
    pretty_equal(&told(records, told_by_the_record), &wanted);
}

#[track_caller]
fn pretty_equal(got: &[Value], wanted: &[Value]) {
    for (got, wanted) in got.iter().zip(wanted) {
        assert_eq!(got, wanted, "\ngot {got:#}\nwanted {wanted:#}");
    }
    assert_eq!(got.len(), wanted.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_2026_reads_as_it_is_written() {
    assert_reads_as_it_is_written("account-2026.json", 300_000_001, 45).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_of_2020_reads_as_it_is_written() {
    assert_reads_as_it_is_written("chat-2020.json", 0, 15).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_of_2024_reads_as_it_is_written() {
    assert_reads_as_it_is_written("channel.json", 0, 7).await;
}

//! Chats as Telegram Desktop writes them, and back: what is written of the generated world is imported again, and the
//! records of both are held against each other, field by field.
//!
//! Desktop's layout says less than a record does. What is lost is named in [`LOSSES`], and nothing else may differ.

use std::collections::BTreeSet;

use serde_json::Value;
use telegram_history_mcp::export::tdesktop::{ResultJson, SEPARATOR};
use telegram_history_mcp::history::{Direction, HistoryParams, Reader, ResponseFormat};
use telegram_history_mcp::model::{Chat, Message};
use telegram_history_mcp::privacy::Released;
use telegram_history_mcp::sim::{Sim, World};

use crate::stage::{call, reader};

/// A chat with all its messages, oldest first.
struct History {
    chat: Released<Chat>,
    messages: Vec<Released<Message>>,
}

async fn read(reader: &Reader, chat_id: i64) -> History {
    let mut params = HistoryParams {
        chat: Some(chat_id.to_string()),
        page_size: Some(200),
        direction: Some(Direction::Asc),
        response_format: Some(ResponseFormat::Detailed),
        ..HistoryParams::default()
    };
    let mut messages = Vec::new();
    loop {
        let page = reader.fetch_history(&params, &call()).await;
        let page = page.unwrap_or_else(|failure| panic!("{:?}", failure.error));
        let cursor = page.cursor_after(page.messages.len());
        messages.extend(page.messages.into_iter().map(|message| message.record));
        let Some(cursor) = cursor else {
            let chat = page.chat;
            return History { chat, messages };
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
}

fn written(history: &History) -> String {
    let file = ResultJson::of(&history.chat);
    let messages = history.messages.iter().map(|message| file.message(message));
    let messages: Vec<String> = messages.collect();
    format!("{}{}{}", file.head(), messages.join(SEPARATOR), file.tail())
}

/// Ids of people that an export only names are this and more, once imported.
const NAMED_ONLY: i64 = 1_000_000_000_000;

/// One value that is not what it was.
struct Difference<'a> {
    /// Where it stands in the record; lists are `[]`.
    path: String,
    was: &'a Value,
    is: &'a Value,
    /// The record that it stood in, and stands in.
    before: &'a Value,
    after: &'a Value,
}

/// The layout has no room for it.
fn lost(it: &Difference<'_>) -> bool {
    it.is.is_null()
}

/// The message is of the basic group that its supergroup was.
fn of_old_half(it: &Difference<'_>) -> bool {
    it.before["chat_id"] != it.after["chat_id"]
}

/// The id is one that an importer made up.
fn made_up(it: &Difference<'_>) -> bool {
    it.is.as_i64() >= Some(NAMED_ONLY)
}

type Test = fn(&Difference<'_>) -> bool;

/// All that Desktop's layout loses of the generated world, and what becomes of it.
const LOSSES: &[(&str, Test)] = &[
    // What everybody sees of a message.
    ("views", lost),
    ("forwards", lost),
    ("replies_count", lost),
    ("comments_chat_id", lost),
    ("pinned", lost),
    ("grouped_id", lost),
    ("content_protected", lost),
    ("expires_at", lost),
    ("saved_peer", lost),
    // Whose account it is: an importer knows it where it is a chat of two, and takes notes to oneself as sent.
    ("outgoing", |it| {
        lost(it) || it.after["sender"]["id"] == it.after["chat_id"]
    }),
    // Public names, and with them the links that hold them.
    ("sender.username", lost),
    ("link", |it| {
        let id = it.before["id"].to_string();
        it.is.as_str().is_some_and(|link| link.ends_with(&id))
    }),
    // Of an inline bot there is the username alone.
    ("via_bot.id", made_up),
    ("via_bot.name", |it| {
        *it.is == it.before["via_bot"]["username"]
    }),
    // Of people in a list, and of who invited, there is the name alone.
    ("action.users[].id", made_up),
    ("action.users[].username", lost),
    ("action.inviter.id", made_up),
    ("action.inviter.username", lost),
    // When and as which message it was sent first.
    ("forward.date", |it| *it.is == it.after["date"]),
    ("forward.message_id", lost),
    ("forward.author_signature", lost),
    ("forward.saved_from", lost),
    // Of an answer there is only what it answers: not in which thread, and the topic only through it, so that it is
    // lost where what it answers was deleted, and with events that answer nothing.
    ("reply_to.quote", lost),
    ("reply_to.thread_id", lost),
    ("topic_id", |it| *it.is == 1),
    // Media without words of its own, and what media has none for.
    ("media", |it| {
        lost(it) && ["dice", "web_page"].contains(&it.was["type"].as_str().unwrap())
    }),
    ("media.contact.user_id", lost),
    ("media.poll.explanation", lost),
    ("media.poll.multiple_choice", lost),
    ("media.poll.options[].correct", lost),
    ("media.poll.public", lost),
    ("media.poll.quiz", lost),
    ("media.todo.items[].done_at", lost),
    ("media.todo.items[].done_by", lost),
    ("action.video", lost),
    // The number of the group that a supergroup was: an importer makes one up.
    ("chat_id", of_old_half),
    ("action.chat_id", |it| {
        let kind = it.before["action"]["type"].as_str();
        ["chat_migrate_to", "channel_migrate_from"].contains(&kind.unwrap())
    }),
];

/// Adds whatever differs between two values that stand at `path` in their records.
fn compare<'a>(
    path: &str,
    (was, is): (&'a Value, &'a Value),
    records: (&'a Value, &'a Value),
    found: &mut Vec<Difference<'a>>,
) {
    match (was, is) {
        _ if was == is => {}
        (Value::Object(was), Value::Object(is)) => {
            let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for name in names {
                let dot = if path.is_empty() { "" } else { "." };
                let pair = (was.get(name), is.get(name));
                let pair = (
                    pair.0.unwrap_or(&Value::Null),
                    pair.1.unwrap_or(&Value::Null),
                );
                compare(&format!("{path}{dot}{name}"), pair, records, found);
            }
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            for pair in was.iter().zip(is) {
                compare(&format!("{path}[]"), pair, records, found);
            }
        }
        _ => found.push(Difference {
            path: path.to_owned(),
            was,
            is,
            before: records.0,
            after: records.1,
        }),
    }
}

/// The chats of the account that hold something.
fn chats(sim: &Sim) -> Vec<i64> {
    let world = sim.world();
    let chats = world.histories.iter();
    let chats =
        chats.filter(|(id, history)| world.is_member(**id) && history.ids().next().is_some());
    chats.map(|(id, _)| *id).collect()
}

#[tokio::test]
async fn what_is_written_is_imported_again_with_nothing_lost_but_what_is_named() {
    let original = Sim::start(World::generated(1)).await.unwrap();
    let account = reader(&original);
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for chat_id in chats(&original) {
        let before = read(&account, chat_id).await;
        let (world, _) = World::from_desktop_export_reader(written(&before).as_bytes()).unwrap();
        let again = Sim::start(world).await.unwrap();
        let after = read(&reader(&again), before.chat.chat_id).await;
        assert_eq!(before.messages.len(), after.messages.len(), "{chat_id}");
        count += before.messages.len();
        for (before, after) in before.messages.iter().zip(&after.messages) {
            let before = serde_json::to_value(before).unwrap();
            let after = serde_json::to_value(after).unwrap();
            let mut found = Vec::new();
            compare("", (&before, &after), (&before, &after), &mut found);
            for it in found {
                let named = LOSSES
                    .iter()
                    .find(|(path, test)| *path == it.path && test(&it));
                let Some((path, _)) = named else {
                    panic!("{}: {} became {} in {before}", it.path, it.was, it.is);
                };
                seen.insert(*path);
            }
        }
    }
    assert!(count > 9_000, "{count}");
    let stale: Vec<_> = LOSSES
        .iter()
        .filter(|(path, _)| !seen.contains(path))
        .collect();
    assert!(
        stale.is_empty(),
        "not lost: {:?}",
        stale.iter().map(|(path, _)| path)
    );
}

#[tokio::test]
async fn a_file_of_a_chat_without_messages_is_read() {
    let sim = Sim::start(World::generated(1)).await.unwrap();
    let mut history = read(&reader(&sim), chats(&sim)[0]).await;
    history.messages.clear();
    let (_, imported) = World::from_desktop_export_reader(written(&history).as_bytes()).unwrap();
    assert_eq!(imported.chats.len(), 1);
    assert_eq!(imported.chats[0].messages, 0);
}

//! The chat list to its end, and chats by title and by invite.

use jiff::Timestamp;
use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::server::{
    ATTIC, CREW, CREW_BEFORE, FORUM, LANTERNS, Listed, NEWS, ROWING, Server, TALK, in_moods,
};
use crate::support::Process;

/// More pages than the list can have.
const MOST_PAGES: usize = 200;

/// Whether a row belongs to what was asked for.
type Belongs = fn(&Listed) -> bool;

/// What is asked of the chat list, and which rows belong to it.
fn narrowed() -> Vec<(Value, Belongs)> {
    vec![
        (json!({}), |row| !row.archived),
        (json!({ "archived": true }), |row| row.archived),
        (json!({ "unread_only": true }), |row| {
            !row.archived && row.unread > 0
        }),
        (json!({ "kind": "group" }), |row| {
            [ROWING, CREW_BEFORE].contains(&row.chat)
        }),
        (json!({ "kind": "forum" }), |row| row.chat == FORUM),
        (json!({ "query": "harbour" }), |row| {
            [NEWS, TALK, FORUM].contains(&row.chat)
        }),
    ]
}

/// Follows the cursors of the chat list to its end.
async fn list(process: &mut Process, question: &Value, random: &mut ChaCha8Rng) -> Vec<Listed> {
    let mut rows = Vec::new();
    let mut arguments = question.clone();
    for _ in 0..MOST_PAGES {
        arguments["page_size"] = json!([1, 3, 50].choose(random).unwrap());
        let page = process.ask("tg.list_chats", arguments).await;
        rows.extend(page["chats"].as_array().unwrap().iter().map(row));
        if page["page_info"]["has_more"] == false {
            return rows;
        }
        arguments = json!({ "cursor": page["page_info"]["cursor"] });
    }
    panic!("{question}: the list has no end");
}

fn row(chat: &Value) -> Listed {
    let date: Timestamp = chat["last_message_date"].as_str().unwrap().parse().unwrap();
    let flag = |name: &str| chat.get(name) == Some(&json!(true));
    Listed {
        chat: chat["chat_id"].as_i64().unwrap(),
        pinned: flag("pinned"),
        archived: flag("archived"),
        unread: chat["unread_count"].as_i64().unwrap(),
        date: date.as_second(),
    }
}

async fn every_chat_is_listed_once(options: &'static str, seed: u64) {
    let options = &format!("{options} --seed {seed}");
    let Some(server) = Server::start(options).await else {
        return;
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    for (question, belongs) in narrowed() {
        let listed = list(&mut process, &question, &mut random).await;
        let expected: Vec<Listed> = server
            .listed
            .iter()
            .filter(|it| belongs(it))
            .cloned()
            .collect();
        assert_eq!(listed, expected, "{options}: {question}");
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_list_is_read_to_its_end() {
    let moods = [
        "",
        "--rows 1",
        "--rows 2 --archive apart",
        "--rows 3 --gzip always",
    ];
    in_moods(&moods, every_chat_is_listed_once).await;
}

/// These names each find this chat.
async fn assert_found(process: &mut Process, table: &[(&str, i64)]) {
    for (input, chat_id) in table {
        let input = json!({ "input": input });
        let found = process.ask("tg.resolve_chat", input).await;
        assert_eq!(found["chat"]["chat_id"], *chat_id, "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_found_by_its_title() {
    let options = "--rows 4";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let table = [
        ("Rowing Club", ROWING),
        ("harbour TALK", TALK),
        ("Old Charts", ATTIC),
        ("Night Crew", CREW),
    ];
    assert_found(&mut process, &table).await;
    // What only strangers are called is not taken for granted.
    let society = json!({ "input": "Lantern Society" });
    let candidates = process.ask("tg.resolve_chat", society).await["candidates"].clone();
    assert_eq!(candidates[0]["chat_id"], LANTERNS);
    assert_eq!(candidates[0]["known"], false);
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_say_what_they_were_and_what_they_are_linked_with() {
    let options = "--archive apart";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let table = [
        (CREW, "migrated_from_chat_id", CREW_BEFORE),
        (CREW_BEFORE, "migrated_to_chat_id", CREW),
        (NEWS, "linked_chat_id", TALK),
        (TALK, "linked_chat_id", NEWS),
    ];
    for (chat_id, field, other) in table {
        let input = json!({ "input": chat_id.to_string() });
        let chat = process.ask("tg.resolve_chat", input).await["chat"].clone();
        assert_eq!(chat[field], other, "{chat}");
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_shows_where_it_leads() {
    let options = "--push 1";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let table = [
        ("https://t.me/+TalkTalkTalkTalk", TALK),
        ("t.me/joinchat/LanternsLanterns", LANTERNS),
    ];
    assert_found(&mut process, &table).await;
    let strangers = json!({ "input": "t.me/+StrangersAboard" });
    let invite = process.ask("tg.resolve_chat", strangers).await["invite"].clone();
    assert_eq!(invite["title"], "Strangers Aboard");
    assert_eq!(invite["needs_approval"], true);
    let expired = json!({ "input": "t.me/+LongGoneLongGone" });
    let error = process.refusal("tg.resolve_chat", expired).await;
    assert_eq!(error["code"], "CHAT_NOT_FOUND");
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

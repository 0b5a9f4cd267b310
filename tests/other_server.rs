//! A Telegram that is not ours: the real binary reads `tests/clients/telethon_serves.py`, which knows nothing of
//! this program, in every mood that Telegram's documentation allows a server to have.
//! Needs what `tests/clients/install` makes; without it these tests say so and check nothing.

mod around;
mod asked;
mod filters;
mod links;
mod lists;
mod server;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use self::server::{
    ADA, BEN, CREW, CREW_BEFORE, FORUM, Fact, HUSH, ME, NEWS, ROWING, Server, TALK, Told,
    assert_told, in_moods, meet, read, told,
};
use crate::stage::binary_of;
use crate::support::Process;

/// One question about a chat's history, and everything that must come back for it.
struct Walk {
    chat: i64,
    direction: &'static str,
    from: Option<i64>,
    to: Option<i64>,
    format: &'static str,
}

impl Walk {
    fn expected(&self, server: &Server) -> Vec<Told> {
        let inside =
            |date| self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date < to);
        let wanted = server.history(self.chat).filter(|fact| inside(fact.date));
        let mut expected: Vec<Told> = wanted.map(Fact::told).collect();
        if self.direction == "desc" {
            expected.reverse();
        }
        expected
    }

    fn arguments(&self) -> Value {
        let time = |seconds: i64| Timestamp::from_second(seconds).unwrap().to_string();
        let mut arguments = json!({
            "chat": self.chat.to_string(),
            "direction": self.direction,
            "response_format": self.format,
        });
        for (name, bound) in [("from", self.from), ("to", self.to)] {
            if let Some(bound) = bound {
                arguments[name] = json!(time(bound));
            }
        }
        arguments
    }
}

/// The server writes bold over the same two words each time, behind emoji of several units.
fn bold_is_where_it_was(message: &Value) {
    let units: Vec<u16> = message["text"]
        .as_str()
        .unwrap_or_default()
        .encode_utf16()
        .collect();
    let entities = message["entities"].as_array().into_iter().flatten();
    for entity in entities.filter(|entity| entity["type"] == "bold") {
        let place = |name: &str| usize::try_from(entity[name].as_u64().unwrap()).unwrap();
        let bold = &units[place("offset")..place("offset") + place("length")];
        assert_eq!(String::from_utf16(bold).unwrap(), "strong words");
    }
}

/// Every chat whole in both directions, and in each a range whose ends are the dates of messages.
fn walks(chats: &BTreeMap<i64, Vec<Fact>>, random: &mut ChaCha8Rng) -> Vec<Walk> {
    let mut walks = Vec::new();
    for (chat, truth) in chats {
        for direction in ["desc", "asc"] {
            let mut add = |from, to, format| {
                walks.push(Walk {
                    chat: *chat,
                    direction,
                    from,
                    to,
                    format,
                });
            };
            add(None, None, "detailed");
            let mut date = || {
                let date = truth.choose(random)?.date;
                Some(date + random.random_range(-1..=1))
            };
            if let (Some(one), Some(other)) = (date(), date()) {
                let (from, to) = (one.min(other), one.max(other) + 1);
                match random.random_range(0..3) {
                    0 => add(Some(from), None, "concise"),
                    1 => add(None, Some(to), "concise"),
                    _ => add(Some(from), Some(to), "concise"),
                }
            }
        }
    }
    walks
}

async fn every_chat_reads_as_it_is(options: &'static str, seed: u64) {
    let options = &format!("{options} --seed {seed}");
    let Some(server) = Server::start(options).await else {
        return;
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    // What has no messages, or was not joined, stands in no chat list, so it has to be met by name.
    for name in ["@harbour_hush", "@ben_sails", "@lantern_society"] {
        meet(&mut process, name).await;
    }
    for walk in walks(&server.chats, &mut random) {
        let question = walk.arguments();
        let read = read(&mut process, &question, &mut random).await;
        read.iter().for_each(bold_is_where_it_was);
        assert_told(
            &read,
            &walk.expected(&server),
            &format!("{options}: {question}"),
        );
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_are_read_whatever_the_documentation_leaves_open() {
    in_moods(
        &[
            "",
            "--offset-date inclusive --top shift --gzip never",
            "--deleted empty --top shift --gzip always",
            "--deleted empty --offset-date inclusive --count-off -40",
            "--deleted short --count-off 1000",
            "--deleted short --top shift --offset-date inclusive",
            "--min-users --no-chats --dc-options others",
            "--no-users --no-chats --dc-options none --top shift",
        ],
        every_chat_reads_as_it_is,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_read_in_whatever_way_they_come() {
    in_moods(
        &[
            "--container --ack-first --push 3 --gzip always",
            "--twice same --ack-first",
            "--twice new --push 5 --dc-options moved",
            "--salt-every 4 --container --deleted empty",
            "--delay-every 9 --delay-seconds 0.02 --push 1 --arrive-every 5",
            "--clock-off 86400 --container",
        ],
        every_chat_reads_as_it_is,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_with_a_connection_or_a_call() {
    in_moods(
        &[
            "--cut-after 6 --salt-every 25",
            "--cut-within 7 --top shift",
            "--fail-every 9 --min-users --deleted short",
        ],
        every_chat_reads_as_it_is,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_found_by_every_form_of_its_name() {
    let options = "--dc-options others --push 1";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let table = [
        ("@harbour_news", NEWS, "channel"),
        ("HARBOUR_NEWS", NEWS, "channel"),
        ("https://t.me/harbour_news/17", NEWS, "channel"),
        ("https://harbour_news.t.me", NEWS, "channel"),
        ("t.me/Harbour_Talk/4/17", TALK, "supergroup"),
        (
            "tg://resolve?domain=harbour_talk&post=5",
            TALK,
            "supergroup",
        ),
        ("https://t.me/c/1500000002/17", TALK, "supergroup"),
        ("-1001500000002", TALK, "supergroup"),
        ("@harbour_hush", HUSH, "supergroup"),
        ("@harbour_forum", FORUM, "forum"),
        ("-1001500000005", CREW, "supergroup"),
        ("-700001", ROWING, "group"),
        ("-700003", CREW_BEFORE, "group"),
        ("900001", ADA, "user"),
        ("@ada_rows", ADA, "user"),
        ("@ben_sails", BEN, "user"),
        ("900002", 900_002, "user"),
        ("@tide_bot", 900_004, "bot"),
        ("me", ME, "user"),
        ("900000", ME, "user"),
    ];
    for (input, chat_id, kind) in table {
        // Each by itself: nothing that was met for another form may help.
        let state = tempfile::tempdir().unwrap();
        let mut process = server.client(&state).await;
        let arguments = json!({ "input": input });
        let chat = process.ask("tg.resolve_chat", arguments).await["chat"].clone();
        assert_eq!(
            (&chat["chat_id"], &chat["kind"]),
            (&json!(chat_id), &json!(kind)),
            "{input}"
        );
        let newest = server.chats.get(&chat_id).and_then(|truth| truth.last());
        assert_eq!(
            chat["newest_message_id"].as_i64(),
            newest.map(|fact| fact.id),
            "{input}"
        );
        process.close_input();
        process.exits_cleanly().await;
    }
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    for input in [
        "@nobody_at_all",
        "@ben_was_here",
        "-1001599999999",
        "-700002",
        "77",
    ] {
        let error = process
            .refusal("tg.resolve_chat", json!({ "input": input }))
            .await;
        assert_eq!(error["code"], "CHAT_NOT_FOUND", "{input}");
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_flood_wait_is_told_and_the_walk_goes_on_behind_it() {
    let options = "--flood-on 2 --flood-seconds 600";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut binary = binary_of(&server.session, state.path(), &[]);
    // The whole page must fit, or its size would be what cuts it.
    let mut process = Process::spawn(binary.env("TELEGRAM_REPLY_MAX_CHARS", "90000"));
    process.initialize().await;
    let question = json!({ "chat": "@harbour_news", "page_size": 180 });
    let page = process.ask("tg.fetch_history", question).await;
    assert_eq!(page["page_info"]["truncated_by"], "flood_wait");
    assert_eq!(page["page_info"]["retry_after_seconds"], 600);
    let rest = json!({ "cursor": page["page_info"]["cursor"], "page_size": 200 });
    let refused = process.refusal("tg.fetch_history", rest.clone()).await;
    assert_eq!(refused["code"], "FLOOD_WAIT", "{refused}");
    process.close_input();
    process.exits_cleanly().await;
    // The pause is kept by account; where nothing remembers it, the server takes the next request.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut process = server.client(&elsewhere).await;
    let more = process.ask("tg.fetch_history", rest).await;
    let read: Vec<Told> = [&page, &more]
        .into_iter()
        .flat_map(|page| page["messages"].as_array().unwrap())
        .map(told)
        .collect();
    let truth = server.chats[&NEWS].iter().rev().map(Fact::told);
    assert!(truth.take(read.len()).eq(read.iter().cloned()));
    assert!(read.len() > page["messages"].as_array().unwrap().len());
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_flood_wait_is_slept() {
    let options = "--flood-on 1 --flood-seconds 1";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let question = json!({ "chat": "@harbour_news" });
    let page = process.ask("tg.fetch_history", question).await;
    assert_eq!(page["page_info"]["truncated_by"], "none");
    assert_eq!(page["page_info"]["count"], 50);
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

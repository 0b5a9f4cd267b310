//! Two laws, over random worlds, lists and inputs: nothing leaves of a chat that may not be read, and under an allow
//! list no answer differs from that of a world in which such chats do not exist.

use std::collections::BTreeSet;

use grammers_tl_types as tl;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use telegram_history_mcp::history::{ChatsParams, Reader, ResponseFormat};
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{Sim, World, blank};

use super::world::{MIDDLE, fetch, of, reader};
use crate::stage::call;

/// A chat of a random world.
#[derive(Debug, Clone)]
struct Place {
    chat_id: i64,
    name: Option<String>,
    kind: &'static str,
    /// Stands in its title and in each of its messages, and nowhere else.
    word: String,
}

const KINDS: [&str; 5] = ["channel", "group", "private", "bot", "group"];
/// Says things in groups, and is talked with.
const KIM: i64 = 500_000;

fn places(rng: &mut ChaCha8Rng) -> Vec<Place> {
    let place = |number: i64| {
        let which = rng.random_range(0..KINDS.len());
        let bare = 1_000 + number;
        let chat_id = match which {
            0 | 1 => -1_000_000_000_000 - bare,
            4 => -bare,
            _ => bare,
        };
        let has_name = which != 4 && rng.random_bool(0.7);
        Place {
            chat_id,
            name: has_name.then(|| format!("name_{number}")),
            kind: KINDS[which],
            word: format!("word{number}x"),
        }
    };
    (1..=10).map(place).collect()
}

fn world(seed: u64, places: &[Place]) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut world = World::empty(seed);
    world.knobs = Knobs::random(seed);
    world.add_user("Kim", Some("kim_k"), KIM);
    for place in places {
        let (name, bare) = (
            place.name.as_deref(),
            place.chat_id.abs() % 1_000_000_000_000,
        );
        let title = format!("Harbour {}", place.word);
        match (place.kind, place.chat_id) {
            ("channel", _) => world.add_channel(&title, name, bare).broadcast = true,
            ("group", ..-1_000_000) => world.add_channel(&title, name, bare).megagroup = true,
            ("group", _) => world.add_group(&title, bare).left = false,
            (kind, _) => world.add_user(&title, name, bare).bot = kind == "bot",
        }
        if place.kind == "bot" {
            world.users.get_mut(&bare).unwrap().bot_info_version = Some(1);
        }
    }
    for (number, place) in (0..).zip(places) {
        for message in 0..3 {
            let id = world.next_id(place.chat_id);
            let date = MIDDLE + number * 100 + message;
            let text = format!("{} {message}", place.word);
            let other = &places[rng.random_range(0..places.len())];
            let forward = tl::types::MessageFwdHeader {
                from_id: Some(peer(other.chat_id)),
                channel_post: Some(1),
                ..blank::forward(MIDDLE)
            };
            let answer = tl::types::MessageReplyHeader {
                reply_to_msg_id: Some(1),
                reply_to_peer_id: Some(peer(other.chat_id)),
                quote_text: Some(format!("{} 0", other.word)),
                ..blank::reply()
            };
            let speaks = place.kind == "group";
            let message = tl::types::Message {
                from_id: speaks.then(|| peer(KIM)),
                post: place.kind == "channel",
                message: text,
                fwd_from: (message == 1 && other.chat_id < 0).then(|| forward.into()),
                reply_to: (message == 2 && other.chat_id < 0).then(|| answer.into()),
                ..blank::message(id, peer(place.chat_id), date)
            };
            world.insert(place.chat_id, message);
        }
    }
    world.log.clear();
    world
}

/// The same world without these chats.
fn without(mut world: World, gone: &[&Place]) -> World {
    for place in gone {
        let bare = place.chat_id.abs() % 1_000_000_000_000;
        world.histories.remove(&place.chat_id);
        match place.chat_id {
            1.. => drop(world.users.remove(&bare)),
            -1_000_000.. => drop(world.groups.remove(&bare)),
            _ => drop(world.channels.remove(&bare)),
        }
    }
    world
}

/// Random entries of a list: by id, by name in any form, by kind.
fn list(rng: &mut ChaCha8Rng, places: &[Place], most: usize) -> Vec<String> {
    let count = rng.random_range(0..=most);
    let entry = |rng: &mut ChaCha8Rng| {
        let place = &places[rng.random_range(0..places.len())];
        match (rng.random_range(0..6), &place.name) {
            (0, _) => KINDS[rng.random_range(0..KINDS.len())].to_owned(),
            (1, Some(name)) => format!("@{}", name.to_uppercase()),
            (2, Some(name)) => format!("https://telegram.me/{name}/"),
            _ => place.chat_id.to_string(),
        }
    };
    (0..count).map(|_| entry(rng)).collect()
}

/// Whether an entry of a list is about this chat.
fn is_listed(list: &[String], place: &Place) -> bool {
    list.iter().any(|entry| {
        let name = entry
            .trim_end_matches('/')
            .rsplit(['/', '@'])
            .next()
            .unwrap();
        *entry == place.chat_id.to_string()
            || entry == place.kind
            || place
                .name
                .as_deref()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

/// What may be written for a chat, or for one that is not there.
fn input(rng: &mut ChaCha8Rng, places: &[Place]) -> String {
    let number = rng.random_range(0..places.len() + 2);
    let nobody = Place {
        chat_id: -1_000_000_000_000 - 9_000 - rng.random_range(0..9),
        name: Some("name_of_nobody".to_owned()),
        kind: "channel",
        word: "nowordx".to_owned(),
    };
    let place = places.get(number).unwrap_or(&nobody);
    let bare = place.chat_id.abs() % 1_000_000_000_000;
    let name = place
        .name
        .clone()
        .unwrap_or_else(|| format!("noname_{bare}"));
    match rng.random_range(0..9) {
        0 => place.chat_id.to_string(),
        1 => bare.to_string(),
        2 => format!("@{name}"),
        3 => name,
        4 => format!("t.me/{name}/2"),
        5 => format!("https://t.me/c/{bare}/2"),
        6 => format!("Harbour {}", place.word),
        7 => format!("harbour {}", &place.word[..5]),
        _ => format!("https://www.telegram.dog/{}/1/2/", name.to_uppercase()),
    }
}

/// Everything that an input brings out.
async fn answers(reader: &Reader, input: &str) -> Value {
    let resolved = match reader.resolve_chat(input, &call()).await {
        Ok(reply) => json!(reply),
        Err(error) => json!([error.code(), error.to_string()]),
    };
    let mut params = of(input);
    params.response_format = Some(ResponseFormat::Detailed);
    let page = match fetch(reader, &params).await {
        Ok(page) => {
            let records = page.messages.iter().map(|message| &message.record);
            let records: Vec<_> = records.collect();
            json!([
                page.chat,
                records,
                page.fetched,
                page.has_more,
                page.total_estimate
            ])
        }
        Err(error) => json!([error.code(), error.to_string()]),
    };
    json!([resolved, page])
}

async fn listed(reader: &Reader) -> Value {
    let page = reader
        .list_chats(&ChatsParams::default(), &call())
        .await
        .unwrap();
    json!([page.chats, page.fetched, page.has_more])
}

/// Every marked id of a group or channel that an answer tells.
fn ids(answer: &Value, ids: &mut BTreeSet<i64>) {
    match answer {
        Value::Number(number) => ids.extend(number.as_i64().filter(|id| *id < 0)),
        Value::Array(items) => items.iter().for_each(|item| self::ids(item, ids)),
        Value::Object(object) => object.values().for_each(|item| self::ids(item, ids)),
        _ => {}
    }
}

#[track_caller]
fn assert_tells_nothing_of(answer: &Value, hidden: &[&Place], context: &str) {
    let mut told = BTreeSet::new();
    ids(answer, &mut told);
    // An error repeats what the caller wrote.
    let said = answer.to_string();
    for place in hidden {
        assert!(
            !told.contains(&place.chat_id),
            "{place:?} {context}: {answer:#}"
        );
        let message = format!("\"{} ", place.word);
        assert!(!said.contains(&message), "{place:?} {context}: {answer:#}");
    }
}

/// How many answers were no refusals.
async fn hold(seed: u64) -> usize {
    let mut read = 0;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let places = places(&mut rng);
    let allowed = list(&mut rng, &places, 4);
    let denied = list(&mut rng, &places, 3);
    let is_readable = |place: &&Place| {
        (allowed.is_empty() || is_listed(&allowed, place)) && !is_listed(&denied, place)
    };
    let hidden: Vec<&Place> = places.iter().filter(|place| !is_readable(place)).collect();
    let sim = Sim::start(world(seed, &places)).await.unwrap();
    let twin = Sim::start(without(world(seed, &places), &hidden))
        .await
        .unwrap();
    let texts = |list: &[String]| -> Vec<String> { list.to_vec() };
    let (allow, deny) = (texts(&allowed), texts(&denied));
    let borrowed = |list: &[String]| -> Vec<&'static str> {
        list.iter().map(|it| &*it.clone().leak()).collect()
    };
    let (allow, deny) = (borrowed(&allow), borrowed(&deny));
    let here = reader(&sim, &allow, &deny);
    let there = reader(&twin, &allow, &deny);
    for _ in 0..24 {
        let (what, answer, other) = match rng.random_bool(0.1) {
            true => (
                "the list".to_owned(),
                listed(&here).await,
                listed(&there).await,
            ),
            false => {
                let input = input(&mut rng, &places);
                let pair = (answers(&here, &input).await, answers(&there, &input).await);
                (input, pair.0, pair.1)
            }
        };
        let context = format!("seed {seed}: `{what}` allowed {allowed:?} denied {denied:?}");
        assert_tells_nothing_of(&answer, &hidden, &context);
        if !allowed.is_empty() {
            assert_eq!(answer.to_string(), other.to_string(), "{context}");
        }
        read += usize::from(!answer[1][0].is_string());
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_of_what_may_not_be_read_and_nobody_learns_that_it_is_there() {
    let mut read = 0;
    for seed in 0..24 {
        read += hold(seed).await;
    }
    assert!(read > 50, "{read} pages of some 500 were read");
}

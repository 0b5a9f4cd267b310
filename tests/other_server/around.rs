//! Pages around a message, and where the chains on either side of it end.

use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::asked::{Asked, Part};
use super::server::{ADA, CREW, FORUM, NEWS, Server, TALK, Told, assert_told, in_moods, read};
use crate::support::Process;

/// What is asked, and around which message: some that are there, one that is gone, and both ends of a chat.
fn questions(server: &Server, random: &mut ChaCha8Rng) -> Vec<(Asked, i64)> {
    let mut some = |chat: i64| server.chats[&chat].choose(random).unwrap().id;
    let repairs = Part::Topic("repairs", 9);
    vec![
        (Asked::of(NEWS), some(NEWS)),
        (Asked::of(NEWS), 2),
        (Asked::of(NEWS), 1),
        (Asked::of(NEWS), 340),
        (Asked::of(ADA), some(ADA)),
        (Asked::of(CREW), some(CREW)),
        (Asked::of(CREW), 1),
        (Asked::of(TALK).types(&["photo"]), some(TALK)),
        (Asked::of(TALK).search("keel"), some(TALK)),
        (Asked::of(FORUM).part(repairs), some(FORUM)),
        (Asked::of(NEWS).part(Part::Comments(14)), some(TALK)),
    ]
}

/// The page around a message with both of its chains, to their ends: oldest first.
async fn spread(
    process: &mut Process,
    asked: &Asked,
    id: i64,
    random: &mut ChaCha8Rng,
) -> Vec<Value> {
    let mut question = asked.arguments("asc");
    question["around"] = json!(id);
    question["page_size"] = json!([2, 9, 50].choose(random).unwrap());
    let page = process.ask("tg.fetch_history", question).await;
    let mut spread = page["messages"].as_array().unwrap().clone();
    if let Some(cursor) = page["page_info"].get("cursor_older") {
        let mut older = read(process, &json!({ "cursor": cursor }), random).await;
        older.reverse();
        spread.splice(0..0, older);
    }
    if let Some(cursor) = page["page_info"].get("cursor_newer") {
        spread.extend(read(process, &json!({ "cursor": cursor }), random).await);
    }
    spread
}

async fn both_sides_of_a_message_join(options: &'static str, seed: u64) {
    let options = &format!("{options} --seed {seed}");
    let Some(server) = Server::start(options).await else {
        return;
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    for (asked, id) in questions(&server, &mut random) {
        let spread = spread(&mut process, &asked, id, &mut random).await;
        let expected: Vec<Told> = asked.expected(&server, "asc");
        let question = asked.arguments("asc");
        assert_told(
            &spread,
            &expected,
            &format!("{options}: {question} around {id}"),
        );
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_around_a_message_leads_to_everything() {
    let moods = [
        "",
        "--top shift --deleted empty --root found",
        "--deleted short --offset-date inclusive --filters wide",
    ];
    in_moods(&moods, both_sides_of_a_message_join).await;
}

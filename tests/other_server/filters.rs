//! Filters, words, dates and parts of chats: a table of questions and as many random ones, each answered as a look
//! at every message of the Python world answers it.

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::asked::{Asked, Part, SENDERS, TYPES};
use super::server::{
    ADA, CREW, FORUM, ME, NEWS, ROWING, Server, TALK, assert_told, in_moods, read,
};

/// How many random questions each server is asked.
const RANDOM: usize = 12;

/// Every filter by itself, and what is likely to be asked together.
fn table(server: &Server) -> Vec<Asked> {
    let chats = [NEWS, TALK, FORUM, CREW, ROWING, ADA];
    let types = TYPES.iter().zip(chats.into_iter().cycle());
    let types = types.map(|(wanted, chat)| Asked::of(chat).types(&[wanted]));
    let senders = SENDERS.map(|sender| Asked::of(TALK).from(&[sender]));
    types
        .chain(senders)
        .chain(together(server))
        .chain(comments(server))
        .chain(topics(server))
        .collect()
}

/// Filters of whole chats.
fn together(server: &Server) -> Vec<Asked> {
    let [me, ada, ben, ..] = SENDERS;
    let of = Asked::of;
    let ids = |least, most| Asked {
        ids: (least, most),
        ..of(CREW)
    };
    vec![
        of(TALK).types(&["photo", "video"]),
        of(TALK).types(&["voice", "video_note"]),
        of(TALK).types(&["poll", "sticker"]),
        of(TALK).from(&[ada, ben]),
        of(ADA).from(&[me]),
        of(TALK).from(&[ada]).types(&["photo"]),
        of(TALK).from(&[ben]).search("keel"),
        of(NEWS).search("tide harbour"),
        of(NEWS).search("nothing"),
        of(ADA).search("rope"),
        of(CREW).search("copper"),
        of(CREW).search("keel").types(&["voice"]),
        of(CREW).search("sail").since(server.middle(CREW)),
        of(TALK).search("sail").until(server.middle(TALK)),
        of(NEWS).types(&["photo"]).since(server.middle(NEWS)),
        of(NEWS).types(&["photo"]).until(server.middle(NEWS)),
        of(CREW).from(&[ada]).media(false),
        of(ROWING).media(true),
        ids(Some(20), Some(90)).types(&["photo"]),
        ids(None, Some(20)),
        Asked {
            pinned: true,
            ..of(TALK)
        },
        Asked {
            pinned: true,
            ..of(CREW)
        },
        Asked {
            no_service: true,
            ..of(NEWS)
        },
        Asked {
            views: (Some(100), Some(700)),
            ..of(NEWS)
        },
    ]
}

/// Threads of the discussion group, by way of the channel and directly. Post 31 is in the middle of an album.
fn comments(server: &Server) -> Vec<Asked> {
    let [_, ada, ben, ..] = SENDERS;
    let comments = |post| Asked::of(NEWS).part(Part::Comments(post));
    let replies = || Asked::of(TALK).part(Part::Replies(17));
    vec![
        comments(14),
        comments(14).search("tide"),
        comments(14).from(&[ada]),
        comments(14).types(&["photo"]),
        comments(14).since(server.middle(TALK)),
        comments(31),
        comments(31).search("keel"),
        replies(),
        replies().search("rope"),
        replies().from(&[ben]),
    ]
}

/// Topics of the forum, and dialogs inside saved messages.
fn topics(server: &Server) -> Vec<Asked> {
    let [_, ada, ..] = SENDERS;
    let topic = |name, id| Asked::of(FORUM).part(Part::Topic(name, id));
    let saved = |name, id| Asked::of(ME).part(Part::Saved(name, id));
    vec![
        topic("3", 3),
        topic("1", 1),
        topic("1", 1).types(&["link"]),
        topic("General", 1).search("keel"),
        topic("repairs", 9),
        topic("repairs", 9).search("lantern"),
        topic("repairs", 9).from(&[ada]),
        topic("repairs", 9).until(server.middle(FORUM)),
        saved("me", ME),
        saved("@harbour_news", NEWS),
        saved("900001", ADA).search("keel"),
        saved("900001", ADA).types(&["photo"]),
    ]
}

/// Any filters together.
fn anything(server: &Server, random: &mut ChaCha8Rng) -> Asked {
    let chats = [NEWS, TALK, FORUM, CREW, ROWING, ADA, ME];
    let chat = *chats.choose(random).unwrap();
    let mut asked = Asked::of(chat);
    let facts = &server.chats[&chat];
    if random.random_bool(0.3) {
        let words = ["tide", "keel", "sail rope", "har"];
        asked.search = words.choose(random).copied();
    }
    let count = random.random_range(1..=2);
    if random.random_bool(0.4) {
        asked.types = TYPES.sample(random, count).copied().collect();
    }
    if random.random_bool(0.4) {
        asked.senders = SENDERS.sample(random, count).copied().collect();
    }
    if random.random_bool(0.3) {
        let mut date = || facts.choose(random).unwrap().date;
        let (one, other) = (date(), date());
        asked.dates = (Some(one.min(other)), Some(one.max(other)));
    }
    if random.random_bool(0.2) {
        asked.has_media = Some(random.random());
    }
    asked.pinned = random.random_bool(0.1);
    asked.no_service = random.random_bool(0.2);
    if random.random_bool(0.5) {
        let parts = match chat {
            NEWS => [Part::Comments(14), Part::Comments(46)],
            FORUM => [Part::Topic("20", 20), Part::Topic("tides & times", 3)],
            ME => [Part::Saved("me", ME), Part::Saved("@ada_rows", ADA)],
            _ => [Part::All; 2],
        };
        asked.part = *parts.choose(random).unwrap();
    }
    asked
}

async fn every_question_is_answered(options: &'static str, seed: u64) {
    let options = &format!("{options} --seed {seed}");
    let Some(server) = Server::start(options).await else {
        return;
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let mut questions = table(&server);
    questions.extend((0..RANDOM).map(|_| anything(&server, &mut random)));
    for asked in questions {
        let direction = *["desc", "asc"].choose(&mut random).unwrap();
        let question = asked.arguments(direction);
        let read = read(&mut process, &question, &mut random).await;
        let expected = asked.expected(&server, direction);
        assert_told(&read, &expected, &format!("{options}: {question}"));
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_is_answered_whatever_a_search_is() {
    let moods = [
        "",
        "--filters wide --search-dates inclusive --root found --offset-date inclusive",
        "--search words --deleted empty --top shift",
        "--search-dates unheeded --senders unheeded --deleted short --count-off 100 --min-users",
        "--no-users --no-chats --filters wide --top shift",
        "--root found --arrive-every 7 --gzip always",
    ];
    in_moods(&moods, every_question_is_answered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_lost_with_a_connection_or_a_call() {
    let moods = [
        "--cut-after 9 --filters wide --container",
        "--cut-within 11 --search words",
        "--fail-every 8 --min-users --deleted short --twice new",
    ];
    in_moods(&moods, every_question_is_answered).await;
}

//! Finding a chat by what is not its name: titles, bare ids, invites, and messages that mention somebody.

use grammers_client::tl::{self, Serializable as _};
use serde_json::json;
use telegram_history_mcp::error::{Error, ErrorCode};
use telegram_history_mcp::history::{ChatReply, HistoryParams, Page, Reader};
use telegram_history_mcp::model::ChatKind;
use telegram_history_mcp::sim::blank;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::standing::Invite;
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{Sim, World};

use crate::stage::{Account, call, reader};

const NEWS: i64 = -1_000_000_001_001;
const GARDEN: i64 = -1_000_000_001_002;
const SECRET: i64 = -1_000_000_001_003;
const PUBLIC: i64 = -1_000_000_001_004;
const FAMILY: i64 = -77;
const OTHER_FAMILY: i64 = -78;
const STRANGER: i64 = 4242;

const RESOLVE: &str = "contacts.resolveUsername";
const CHAT_LIST: &str = "messages.getDialogs";
const SEARCH: &str = "contacts.search";

fn world() -> World {
    let mut world = World::empty(3);
    world
        .add_channel("Harbour News", Some("sim_news"), 1001)
        .broadcast = true;
    world.add_channel("Brunnen Garden 🌱", None, 1002).megagroup = true;
    let secret = world.add_channel("Secret Choir", None, 1003);
    secret.megagroup = true;
    secret.left = true;
    secret.participants_count = Some(12);
    let public = world.add_channel("Garden World", Some("garden_world"), 1004);
    public.broadcast = true;
    public.left = true;
    world.add_group("Family", 77);
    world.add_group("FAMILY", 78);
    world.add_user("Durov", Some("family"), STRANGER);
    let chats = [NEWS, GARDEN, SECRET, PUBLIC, FAMILY, OTHER_FAMILY];
    for (date, chat_id) in (1_790_000_000..).zip(chats) {
        world.say_at(chat_id, None, "first", date);
    }
    world.log.clear();
    world
}

async fn resolve(reader: &Reader, input: &str) -> Result<ChatReply, Error> {
    reader.resolve_chat(input, &call()).await
}

async fn fetch(reader: &Reader, chat: &str) -> Result<Page, Error> {
    let params = HistoryParams {
        chat: Some(chat.to_owned()),
        ..HistoryParams::default()
    };
    let page = reader.fetch_history(&params, &call()).await;
    page.map_err(|failure| failure.error)
}

/// The chat that was found for certain, and those that may be meant.
fn found(reply: &ChatReply) -> (Option<i64>, Vec<i64>) {
    let candidates = reply.candidates.iter();
    (
        reply.chat.as_ref().map(|chat| chat.chat_id),
        candidates.map(|candidate| candidate.chat.chat_id).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn words_find_the_one_chat_that_is_called_so_or_those_that_may_be_meant() {
    let table: [(&str, Option<i64>, &[i64]); 9] = [
        ("Harbour News", Some(NEWS), &[]),
        ("  harbour   NEWS ", Some(NEWS), &[]),
        ("brunnen garden 🌱", Some(GARDEN), &[]),
        ("brunnen garden", None, &[GARDEN]),
        ("harbor news", None, &[NEWS]),
        ("garden", None, &[GARDEN, PUBLIC]),
        ("Garden World", None, &[GARDEN, PUBLIC]),
        ("sim_news", Some(NEWS), &[]),
        // Two groups are called so, and a stranger has it as username.
        ("family", None, &[STRANGER, OTHER_FAMILY, FAMILY]),
    ];
    for (words, chat, candidates) in table {
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim);
        let reply = resolve(&reader, words).await.unwrap();
        assert_eq!(found(&reply), (chat, candidates.to_vec()), "{words}");
        assert_eq!(reply.looked_through.is_some(), chat.is_none(), "{words}");
        let page = fetch(&reader, words).await;
        match chat {
            Some(chat) => assert_eq!(page.unwrap().chat.chat_id, chat, "{words}"),
            None => assert_eq!(page.err().unwrap().code(), ErrorCode::ChatAmbiguous),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_say_which_are_the_accounts_own() {
    let sim = Sim::start(world()).await.unwrap();
    let reply = resolve(&reader(&sim), "garden").await.unwrap();
    let known: Vec<(i64, bool)> = reply
        .candidates
        .iter()
        .map(|candidate| (candidate.chat.chat_id, candidate.known))
        .collect();
    assert_eq!(known, [(GARDEN, true), (PUBLIC, false)]);
    let looked = reply.looked_through.unwrap();
    assert_eq!((looked.chats, looked.all), (4, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_cost_one_look_into_the_chat_list_for_a_while() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    for words in ["Harbour News", "brunnen garden 🌱", "Harbour News"] {
        resolve(&reader, words).await.unwrap();
    }
    assert_eq!(sim.world().calls(CHAT_LIST), 1);
    assert_eq!(sim.world().calls(SEARCH), 0);
    for _ in 0..3 {
        let refused = resolve(&reader, "no such title").await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::ChatNotFound);
        assert!(refused.to_string().contains("among 4 of"), "{refused}");
    }
    assert_eq!(sim.world().calls(CHAT_LIST), 1);
    assert_eq!(sim.world().calls(SEARCH), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_found_costs_nothing_more_also_without_its_sign() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    resolve(&reader, "@sim_news").await.unwrap();
    sim.world().log.clear();
    resolve(&reader, "sim_news").await.unwrap();
    assert_eq!(sim.world().calls(RESOLVE), 0);
    assert_eq!(sim.world().calls(CHAT_LIST), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_list_is_read_a_little_further_each_time() {
    let mut world = World::empty(3);
    for id in 1..=900 {
        world.add_user(&format!("Person {id}"), None, id);
        world.say_at(id, Some(id), "hello", 1_790_000_000 - id as i32);
    }
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    // Neither the list, as far as it is read, nor the search finds it for certain, unless it was come to.
    sim.world().faults.rules.push(Fault::next(
        SEARCH,
        99,
        FaultKind::Error(400, "QUERY_TOO_SHORT".to_owned()),
    ));
    let mut windows = Vec::new();
    let last = loop {
        let reply = resolve(&reader, "Person 650").await.unwrap();
        windows.push(sim.world().calls(CHAT_LIST));
        if let Some(chat) = reply.chat {
            break chat.chat_id;
        }
        assert!(!reply.looked_through.unwrap().all);
        assert!(windows.len() < 9, "{windows:?}");
    };
    assert_eq!((last, windows), (650, vec![3, 6, 7]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_for_the_chat_list_is_none_for_a_search() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    let pause = FaultKind::Error(420, "FLOOD_WAIT_600".to_owned());
    sim.world()
        .faults
        .rules
        .push(Fault::next(CHAT_LIST, 99, pause));
    let reply = resolve(&reader, "Harbour News").await.unwrap();
    assert_eq!(found(&reply), (Some(NEWS), vec![]));
    let refused = resolve(&reader, "no such title").await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::FloodWait);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_without_its_mark_is_understood() {
    for (input, chat_id) in [
        ("1001", NEWS),
        ("-1001", NEWS),
        ("77", FAMILY),
        ("1002", GARDEN),
    ] {
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim);
        for _ in 0..2 {
            let page = fetch(&reader, input).await.unwrap();
            assert_eq!(page.chat.chat_id, chat_id, "{input}");
        }
        assert!(sim.world().calls(CHAT_LIST) <= 1, "{input}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_a_group_and_a_channel_is_ambiguous_and_a_user_is_neither() {
    let mut both = world();
    both.add_group("Same number", 1001);
    both.say(-1001, None, "first");
    let sim = Sim::start(both).await.unwrap();
    let one = reader(&sim);
    resolve(&one, "Harbour News").await.unwrap();
    let reply = resolve(&one, "1001").await.unwrap();
    assert_eq!(found(&reply), (None, vec![-1001, NEWS]));
    let refused = fetch(&one, "1001").await.err().unwrap();
    assert_eq!(refused.code(), ErrorCode::ChatAmbiguous);

    sim.world().add_user("Kim", None, 1001);
    sim.world().say(1001, Some(1001), "hello");
    let other = reader(&sim);
    resolve(&other, "Harbour News").await.unwrap();
    assert_eq!(fetch(&other, "1001").await.unwrap().chat.chat_id, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_message_names_is_found_by_it() {
    let mut world = world();
    world.knobs.min_peers = true;
    world.add_user("Kim", None, 5001);
    world.say(GARDEN, Some(5001), "hello");
    let mut forward = blank::forward(1_790_000_000);
    forward.from_id = Some(peer(PUBLIC));
    let id = world.next_id(GARDEN);
    let mut message = blank::message(id, peer(GARDEN), world.now());
    message.from_id = Some(peer(5001));
    message.fwd_from = Some(forward.into());
    world.insert(GARDEN, message);
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    fetch(&reader, "Brunnen Garden 🌱").await.unwrap();
    sim.world().log.clear();
    for (chat_id, title) in [(5001, "Kim"), (PUBLIC, "Garden World")] {
        for _ in 0..2 {
            let reply = resolve(&reader, &chat_id.to_string()).await.unwrap();
            assert_eq!(reply.chat.unwrap().title, title);
        }
    }
    assert_eq!(sim.world().calls(CHAT_LIST), 0);
    assert_eq!(sim.world().calls("users.getUsers"), 1);
    assert_eq!(sim.world().calls("channels.getChannels"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_deleted_message_named_is_looked_for_elsewhere() {
    let mut world = world();
    world.knobs.min_peers = true;
    world.add_user("Kim", None, 5001);
    let id = world.say(GARDEN, Some(5001), "hello");
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    fetch(&reader, "Brunnen Garden 🌱").await.unwrap();
    sim.world().delete(GARDEN, id);
    let refused = resolve(&reader, "5001").await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ChatNotFound);
    // Once for the title, once for the id.
    assert_eq!(sim.world().calls(CHAT_LIST), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_the_account_was_removed_from_is_private() {
    let sim = Sim::start(world()).await.unwrap();
    let forbidden = tl::types::ChatForbidden {
        id: 77,
        title: "Family".to_owned(),
    };
    let chats = tl::types::messages::Chats {
        chats: vec![forbidden.into()],
    };
    let answer = tl::enums::messages::Chats::from(chats).to_bytes();
    let fault = Fault::next("messages.getChats", 1, FaultKind::Answer(answer));
    sim.world().faults.rules.push(fault);
    let refused = resolve(&reader(&sim), "-77").await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ChannelPrivate);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_is_found_as_one() {
    let mut world = world();
    let user = world.users.get_mut(&STRANGER).unwrap();
    user.deleted = true;
    user.first_name = None;
    user.username = None;
    world.say(STRANGER, Some(STRANGER), "last words");
    let sim = Sim::start(world).await.unwrap();
    let reply = resolve(&reader(&sim), "4242").await.unwrap();
    let chat = reply.chat.unwrap();
    assert_eq!(
        (chat.title.as_str(), chat.message_count),
        ("Deleted Account", Some(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_topic_is_told_from_a_link_to_a_message() {
    let mut world = world();
    let forum = world.channels.get_mut(&1001).unwrap();
    (forum.broadcast, forum.megagroup, forum.forum) = (false, true, true);
    world.details.entry(NEWS).or_default().topics =
        vec![(1, "General".to_owned()), (9, "Boats".to_owned())];
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    for (link, topic, message, comment) in [
        ("t.me/sim_news/9", Some(9), None, None),
        ("t.me/sim_news/8", None, Some(8), None),
        ("t.me/sim_news/9/12", Some(9), Some(12), None),
        ("t.me/c/1001/12?thread=9", Some(9), Some(12), None),
        ("t.me/sim_news/8?comment=3", None, Some(8), Some(3)),
    ] {
        let reply = resolve(&reader, link).await.unwrap();
        let places = (reply.topic_id, reply.message_id, reply.comment_id);
        assert_eq!(places, (topic, message, comment), "{link}");
    }
}

fn invited() -> World {
    let mut world = world();
    let invites = [
        ("AbSecret", Invite::to(SECRET)),
        ("AbGarden", Invite::to(GARDEN)),
        (
            "AbExpired",
            Invite {
                expired: true,
                ..Invite::to(SECRET)
            },
        ),
        (
            "AbPeek",
            Invite {
                peek: true,
                ..Invite::to(SECRET)
            },
        ),
    ];
    for (hash, invite) in invites {
        world.invites.insert(hash.to_owned(), invite);
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_previewed_and_never_followed() {
    let sim = Sim::start(invited()).await.unwrap();
    let reader = reader(&sim);
    let link = "https://t.me/+AbSecret";
    let reply = resolve(&reader, link).await.unwrap();
    assert!(reply.chat.is_none());
    let told = serde_json::to_value(&reply).unwrap();
    let invite = json!({ "kind": "supergroup", "title": "Secret Choir", "member_count": 12 });
    assert_eq!(told, json!({ "joined": false, "invite": invite }));
    let refused = fetch(&reader, link).await.err().unwrap();
    assert_eq!(refused.code(), ErrorCode::ChannelPrivate);
    assert!(sim.world().channels[&1003].left);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_to_what_the_account_may_read_finds_the_chat() {
    for (link, chat_id, joined) in [
        ("t.me/joinchat/AbGarden", GARDEN, true),
        ("tg://join?invite=AbPeek", SECRET, false),
    ] {
        let sim = Sim::start(invited()).await.unwrap();
        let reader = reader(&sim);
        let reply = resolve(&reader, link).await.unwrap();
        assert_eq!(found(&reply), (Some(chat_id), vec![]), "{link}");
        assert_eq!(reply.joined, Some(joined), "{link}");
        assert_eq!(reply.chat.unwrap().kind, ChatKind::Supergroup);
        assert_eq!(fetch(&reader, link).await.unwrap().messages.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_that_leads_nowhere_is_not_found() {
    for unknown_is_expired in [true, false] {
        let mut world = invited();
        world.knobs.unknown_invite_is_expired = unknown_is_expired;
        let sim = Sim::start(world).await.unwrap();
        for link in ["t.me/+AbExpired", "t.me/+AbNever"] {
            let refused = resolve(&reader(&sim), link).await.unwrap_err();
            assert_eq!(refused.code(), ErrorCode::ChatNotFound, "{link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_is_told_of_ambiguous_words_holds_no_title() {
    let account = Account::of(world()).await;
    let mut process = account.process().await;
    let error = process
        .refusal("tg.fetch_history", json!({ "chat": "garden" }))
        .await;
    assert_eq!(error["code"], "CHAT_AMBIGUOUS");
    assert!(!error.to_string().contains("Brunnen"), "{error}");
    let next_step = error["next_step"].as_str().unwrap();
    assert!(next_step.contains("tg.resolve_chat"), "{error}");
    let reply = process
        .ask("tg.resolve_chat", json!({ "input": "garden" }))
        .await;
    assert_eq!(reply["candidates"][0]["title"], "Brunnen Garden 🌱");
    let listed = process
        .ask(
            "tg.list_chats",
            json!({ "query": "family", "page_size": 1 }),
        )
        .await;
    assert_eq!(listed["chats"].as_array().unwrap().len(), 1);
    assert_eq!(listed["page_info"]["has_more"], true);
    let cursor = listed["page_info"]["cursor"].clone();
    let rest = process
        .ask("tg.list_chats", json!({ "cursor": cursor, "page_size": 9 }))
        .await;
    assert_eq!(rest["chats"].as_array().unwrap().len(), 1);
    for (_, bytes) in account.state_files() {
        assert!(!String::from_utf8_lossy(&bytes).contains("Brunnen"));
    }
}

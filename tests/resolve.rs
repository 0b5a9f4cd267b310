//! Every form of a chat, to every kind of chat.

use grammers_client::tl;
use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::history::{Direction, HistoryParams, Page};
use telegram_history_mcp::model::ChatKind;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::world::Details;
use telegram_history_mcp::sim::{Sim, World};

use crate::stage::{call, reader};

const NEWS: i64 = -1_000_000_001_001;
const TALK: i64 = -1_000_000_001_002;
const FORUM: i64 = -1_000_000_001_003;
const REMOVED: i64 = -1_000_000_001_004;
const FLAT: i64 = -77;
const KIM: i64 = 4242;
const BOT: i64 = 4243;

fn world() -> World {
    let mut world = World::empty(3);
    let news = world.add_channel("News", Some("sim_news"), 1001);
    news.broadcast = true;
    news.verified = true;
    news.noforwards = true;
    news.participants_count = Some(5000);
    let talk = world.add_channel("Talk", None, 1002);
    talk.megagroup = true;
    talk.usernames = Some(vec![
        username("old_talk", false),
        username("new_talk", true),
    ]);
    let forum = world.add_channel("Forum", Some("sim_forum"), 1003);
    forum.megagroup = true;
    forum.forum = true;
    let removed = world.add_channel("Removed", None, 1004);
    removed.megagroup = true;
    removed.left = true;
    world.add_group("Flat", 77);
    world.add_user("Kim", Some("kim_k"), KIM);
    let bot = world.add_user("Weather", Some("weather_bot"), BOT);
    bot.bot = true;
    bot.bot_info_version = Some(1);
    world.details.insert(
        NEWS,
        Details {
            about: "What is new".to_owned(),
            linked_chat_id: Some(TALK),
            ..Details::default()
        },
    );
    world.details.insert(
        FORUM,
        Details {
            topics: vec![(1, "General".to_owned()), (9, "Boats".to_owned())],
            ..Details::default()
        },
    );
    let me = world.me;
    for chat_id in [NEWS, TALK, FORUM, REMOVED, FLAT, KIM, BOT, me] {
        world.say(chat_id, None, "first");
        world.say(chat_id, None, "second");
    }
    world
}

fn username(name: &str, active: bool) -> tl::enums::Username {
    tl::types::Username {
        editable: false,
        active,
        deletable: false,
        expired: false,
        username: name.to_owned(),
    }
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_chat_finds_it() {
    let me = World::empty(3).me;
    let table = [
        ("@sim_news", NEWS, ChatKind::Channel),
        ("SIM_NEWS", NEWS, ChatKind::Channel),
        ("https://t.me/sim_news", NEWS, ChatKind::Channel),
        ("-1000000001001", NEWS, ChatKind::Channel),
        ("https://t.me/c/1002/1", TALK, ChatKind::Supergroup),
        ("@new_talk", TALK, ChatKind::Supergroup),
        ("t.me/sim_forum/9/2", FORUM, ChatKind::Forum),
        ("-77", FLAT, ChatKind::Group),
        ("4242", KIM, ChatKind::User),
        ("tg://resolve?domain=kim_k", KIM, ChatKind::User),
        ("@weather_bot", BOT, ChatKind::Bot),
        ("me", me, ChatKind::User),
    ];
    for (input, chat_id, kind) in table {
        // A reader for each, so that no form profits from another.
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim);
        let found = reader.resolve_chat(input, &call()).await.unwrap();
        assert_eq!(
            (found.chat.chat_id, found.chat.kind),
            (chat_id, kind),
            "{input}"
        );
        assert_eq!(found.chat.message_count, Some(2), "{input}");
        assert!(found.chat.newest_message_id.is_some(), "{input}");
        let params = HistoryParams {
            chat: Some(input.to_owned()),
            ..HistoryParams::default()
        };
        let page = reader.fetch_history(&params, &call()).await.unwrap();
        let texts: Vec<&str> = page
            .messages
            .iter()
            .map(|message| message.record.text.as_str())
            .collect();
        let expected = match input.ends_with("/1") {
            true => ["first"].as_slice(),
            false => &["second", "first"],
        };
        assert_eq!(texts, expected, "{input}");
        assert_eq!(page.chat.chat_id, chat_id, "{input}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_about_a_chat_is_told() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    let news = reader
        .resolve_chat("t.me/sim_news/2", &call())
        .await
        .unwrap();
    assert_eq!(news.message_id, Some(2));
    assert_eq!(news.chat.description.as_deref(), Some("What is new"));
    assert_eq!(news.chat.member_count, Some(5000));
    assert_eq!(news.chat.linked_chat_id, Some(TALK));
    assert!(news.chat.verified && news.chat.content_protected && !news.chat.scam);
    assert_eq!(news.chat.link.as_deref(), Some("https://t.me/sim_news"));

    let forum = reader
        .resolve_chat("t.me/sim_forum/9/2", &call())
        .await
        .unwrap();
    assert_eq!((forum.topic_id, forum.message_id), (Some(9), Some(2)));
    let topics: Vec<(i32, &str)> = forum
        .chat
        .topics
        .iter()
        .map(|topic| (topic.topic_id, topic.title.as_str()))
        .collect();
    assert_eq!(topics, [(1, "General"), (9, "Boats")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_that_cannot_be_read_have_errors_of_their_own() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    for (input, code) in [
        ("@nobody_is_here", ErrorCode::ChatNotFound),
        ("@old_talk", ErrorCode::ChatNotFound),
        ("-1000000009999", ErrorCode::ChatNotFound),
        ("-88", ErrorCode::ChatNotFound),
        ("999999", ErrorCode::ChatNotFound),
        ("-1000000001004", ErrorCode::ChatNotFound),
        ("@x", ErrorCode::UsernameInvalid),
        ("@abc", ErrorCode::UsernameInvalid),
    ] {
        let refused = reader.resolve_chat(input, &call()).await.unwrap_err();
        assert_eq!(refused.code(), code, "{input}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_the_account_was_removed_from_is_private_when_it_was_known_before() {
    let mut before = world();
    before.channels.get_mut(&1004).unwrap().left = false;
    let sim = Sim::start(before).await.unwrap();
    let reader = reader(&sim);
    let params = HistoryParams {
        chat: Some(REMOVED.to_string()),
        ..HistoryParams::default()
    };
    let page = reader.fetch_history(&params, &call()).await.unwrap();
    assert_eq!(page.messages.len(), 2);
    sim.world().channels.get_mut(&1004).unwrap().left = true;
    match reader.fetch_history(&params, &call()).await {
        Ok(_) => panic!("a page came"),
        Err(failure) => assert_eq!(failure.error.code(), ErrorCode::ChannelPrivate),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_described_as_far_as_telegram_tells() {
    for method in ["channels.getFullChannel", "messages.getForumTopics"] {
        let sim = Sim::start(world()).await.unwrap();
        let refusal = FaultKind::Error(400, "CHAT_RESTRICTED".to_owned());
        sim.world()
            .faults
            .rules
            .push(Fault::next(method, 9, refusal));
        let found = reader(&sim)
            .resolve_chat("@sim_forum", &call())
            .await
            .unwrap();
        assert_eq!(found.chat.title, "Forum", "{method}");
        assert_eq!(found.chat.message_count, Some(2), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_message_begins_there() {
    let mut world = World::empty(3);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=300 {
        world.say(NEWS, None, &format!("post {number}"));
    }
    world.delete(NEWS, 120);
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    for (link, direction, expected) in [
        ("t.me/sim_news/200", Direction::Desc, [200, 199, 198]),
        ("https://t.me/c/1001/200", Direction::Asc, [200, 201, 202]),
        ("t.me/sim_news/120", Direction::Desc, [119, 118, 117]),
        ("t.me/sim_news/120", Direction::Asc, [121, 122, 123]),
        ("t.me/sim_news/9999", Direction::Desc, [300, 299, 298]),
    ] {
        let mut params = HistoryParams {
            chat: Some(link.to_owned()),
            direction: Some(direction),
            page_size: Some(3),
            ..HistoryParams::default()
        };
        let page = reader.fetch_history(&params, &call()).await.unwrap();
        let ids =
            |page: &Page| -> Vec<i32> { page.messages.iter().map(|message| message.id).collect() };
        assert_eq!(ids(&page), expected, "{link}");
        params.cursor = page.cursor_after(3);
        let next = reader.fetch_history(&params, &call()).await.unwrap();
        let step = if direction == Direction::Desc { -3 } else { 3 };
        assert_eq!(ids(&next), expected.map(|id| id + step), "{link}");
    }
    let params = HistoryParams {
        chat: Some("t.me/sim_news/299".to_owned()),
        direction: Some(Direction::Asc),
        ..HistoryParams::default()
    };
    sim.world().say(NEWS, None, "later");
    let page = reader.fetch_history(&params, &call()).await.unwrap();
    sim.world().say(NEWS, None, "later still");
    assert_eq!((page.messages.len(), page.has_more), (3, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_the_reply_has_no_room_for_is_not_asked_for() {
    let mut world = World::empty(3);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for _ in 0..300 {
        world.say(NEWS, None, &"long ".repeat(60));
    }
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    for (room, requests) in [(Some(24_000), 1), (None, 2)] {
        let before = sim.world().calls("messages.getHistory");
        let params = HistoryParams {
            chat: Some("@sim_news".to_owned()),
            page_size: Some(200),
            room,
            ..HistoryParams::default()
        };
        reader.fetch_history(&params, &call()).await.unwrap();
        assert_eq!(sim.world().calls("messages.getHistory") - before, requests);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_has_changed_hands_finds_its_new_owner_at_once() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim);
    let params = HistoryParams {
        chat: Some("@sim_news".to_owned()),
        ..HistoryParams::default()
    };
    let page = reader.fetch_history(&params, &call()).await.unwrap();
    assert_eq!(page.chat.chat_id, NEWS);
    {
        let mut world = sim.world();
        world.channels.get_mut(&1001).unwrap().username = Some("old_news".to_owned());
        world.channels.get_mut(&1002).unwrap().usernames = None;
        world.channels.get_mut(&1002).unwrap().username = Some("sim_news".to_owned());
    }
    let page = reader.fetch_history(&params, &call()).await.unwrap();
    assert_eq!(page.chat.chat_id, TALK);
    let found = reader.resolve_chat("@sim_news", &call()).await.unwrap();
    assert_eq!(found.chat.chat_id, TALK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_lists_all_of_its_topics() {
    let mut world = world();
    let topics = (1..=250).map(|id| (id, format!("Topic {id}"))).collect();
    world.details.get_mut(&FORUM).unwrap().topics = topics;
    let sim = Sim::start(world).await.unwrap();
    let forum = reader(&sim)
        .resolve_chat("@sim_forum", &call())
        .await
        .unwrap();
    assert_eq!(forum.chat.topics.len(), 250);
    assert_eq!(sim.world().calls("messages.getForumTopics"), 3);
}

//! What a chat is joined with: its older half, its comments, what was saved of others; and cursors into all of it.

use telegram_history_mcp::history::{Direction, HistoryParams, Reader};
use telegram_history_mcp::sim::{Sim, World};

use super::world::*;

const HISTORY: &str = "messages.getHistory";
const REPLIES: &str = "messages.getReplies";

/// Every word of the messages, once each.
fn words(texts: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = texts
        .iter()
        .filter_map(|text| text.split(' ').next())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_supergroup_brings_its_old_group_along_unless_that_is_denied() {
    let table: [(List, List, List); 5] = [
        (&["@sim_talk"], &[], &["chatter", "memory"]),
        (&["-1000000001002"], &[], &["chatter", "memory"]),
        (&["group"], &[], &["chatter", "memory"]),
        (&["@sim_talk"], &["-77"], &["chatter"]),
        (&[], &["-77"], &["chatter"]),
    ];
    for (allowed, denied, expected) in table {
        for direction in [Direction::Asc, Direction::Desc] {
            let sim = Sim::start(world()).await.unwrap();
            let reader = reader(&sim, allowed, denied);
            let first = HistoryParams {
                direction: Some(direction),
                page_size: Some(3),
                ..of("-1000000001002")
            };
            let texts = all_texts(&reader, &first).await;
            assert_eq!(words(&texts), expected, "{allowed:?} {denied:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_group_goes_where_its_supergroup_goes() {
    let sim = Sim::start(world()).await.unwrap();
    let by_id = reader(&sim, &["@sim_talk"], &[]);
    // By its own id it is found once it is known to belong there.
    assert_eq!(refused(fetch(&by_id, &of("-77")).await), refusal("-77"));
    all_texts(&by_id, &of("@sim_talk")).await;
    assert_eq!(texts(&by_id, &of("-77")).await.len(), 4);
    for denied in ["@sim_talk", "-1000000001002", "-77", "group"] {
        let reader = reader(&sim, &[], &[denied]);
        asked(&sim);
        assert_eq!(
            refused(fetch(&reader, &of("-77")).await),
            refusal("-77"),
            "{denied}"
        );
        assert!(!asked(&sim).contains(&HISTORY), "{denied}");
    }
}

/// A cursor into each part that a reader without lists can read, with a word of its messages.
async fn cursors(open: &Reader) -> Vec<(String, &'static str)> {
    let mut cursors = Vec::new();
    let small = |chat: &str, direction| HistoryParams {
        page_size: Some(1),
        direction: Some(direction),
        ..of(chat)
    };
    for (chat, direction, word) in [
        ("@sim_talk", Direction::Desc, "chatter"),
        ("@sim_talk", Direction::Asc, "memory"),
        ("@secret_room", Direction::Desc, "whisper"),
        ("@kim_k", Direction::Desc, "letter"),
        ("-78", Direction::Asc, "smalltalk"),
    ] {
        let page = fetch(open, &small(chat, direction)).await.unwrap();
        assert!(page.messages[0].record.text.starts_with(word));
        cursors.push((page.cursor_after(1).unwrap(), word));
    }
    cursors
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_before_the_lists_changed_is_refused_without_a_request() {
    let sim = Sim::start(world()).await.unwrap();
    let cursors = cursors(&reader(&sim, &[], &[])).await;
    let table: [(List, List, List); 5] = [
        (
            &[],
            &["-1000000001002"],
            &["whisper", "letter", "smalltalk"],
        ),
        (
            &[],
            &["-1000000001003", "-78", "4242"],
            &["chatter", "memory"],
        ),
        // The half that it stands in.
        (
            &[],
            &["-77"],
            &["chatter", "whisper", "letter", "smalltalk"],
        ),
        (&["-1000000001002"], &[], &["chatter", "memory"]),
        (&["4242"], &["4242"], &[]),
    ];
    for (allowed, denied, readable) in table {
        for (cursor, word) in &cursors {
            let reader = reader(&sim, allowed, denied);
            asked(&sim);
            let page = fetch(&reader, &on(cursor)).await;
            assert_eq!(
                page.is_ok(),
                readable.contains(word),
                "{allowed:?} {denied:?} {word}"
            );
            if let Err(error) = page {
                assert_eq!((error.code(), error.to_string()), refusal("cursor"));
                let methods = asked(&sim);
                let may_ask = ["messages.getChats"];
                assert!(
                    methods.iter().all(|it| may_ask.contains(it)),
                    "{word} {methods:?}"
                );
            }
        }
    }
}

/// A post with two comments.
fn discussed() -> (World, i32) {
    let mut world = world();
    let post = world.say_at(NEWS, None, "bulletin 5", MIDDLE);
    let root = world.discuss(NEWS, post, TALK).unwrap();
    for number in 1..=2 {
        world.reply(TALK, root, KIM, &format!("comment {number}"));
    }
    world.log.clear();
    (world, post)
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_read_where_both_the_channel_and_its_group_may_be() {
    let table: [(List, List, bool); 7] = [
        (&[], &[], true),
        (&[], &["-1000000001003"], true),
        (&[], &["@sim_talk"], false),
        (&[], &["group"], false),
        (&["@sim_news"], &[], false),
        (&["@sim_news", "@sim_talk"], &[], true),
        (&["channel"], &[], false),
    ];
    for (allowed, denied, readable) in table {
        let (world, post) = discussed();
        let sim = Sim::start(world).await.unwrap();
        let reader = reader(&sim, allowed, denied);
        let mut by_filter = of("@sim_news");
        by_filter.filter.comments_of = Some(post);
        let mut by_search = by_filter.clone();
        by_search.search = Some("comment".to_owned());
        let by_link = of(&format!("t.me/sim_news/{post}?comment=3"));
        for params in [by_filter, by_search, by_link] {
            asked(&sim);
            let page = fetch(&reader, &params).await;
            let context = format!("{allowed:?} {denied:?} {params:?}");
            assert_eq!(page.is_ok(), readable, "{context}");
            let methods = asked(&sim);
            match page {
                Ok(page) => assert!(page.messages.len() <= 2, "{context}"),
                Err(error) => {
                    let input = format!("comments_of: {post}");
                    assert_eq!((error.code(), error.to_string()), refusal(&input));
                    assert!(
                        !methods.contains(&REPLIES) && !methods.contains(&HISTORY),
                        "{context}"
                    );
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_read_through_the_channel_and_their_group_is_asked_for_once() {
    let (mut world, post) = discussed();
    // Not a member of the group, whose comments can be read all the same.
    world.channels.get_mut(&1002).unwrap().left = true;
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim, &["-1000000001001", "-1000000001002"], &[]);
    let mut params = of("-1000000001001");
    params.filter.comments_of = Some(post);
    params.page_size = Some(1);
    let page = fetch(&reader, &params).await.unwrap();
    assert!(asked(&sim).contains(&"messages.getDiscussionMessage"));
    let cursor = page.cursor_after(1).unwrap();
    assert_eq!(texts(&reader, &on(&cursor)).await, ["comment 1"]);
    assert_eq!(asked(&sim), [REPLIES]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_into_comments_is_refused_when_their_group_may_not_be_read() {
    let (world, post) = discussed();
    let sim = Sim::start(world).await.unwrap();
    let mut params = of("@sim_news");
    params.filter.comments_of = Some(post);
    params.page_size = Some(1);
    // Made without lists, and with lists that are another by now.
    let makers: [(List, List); 2] = [(&[], &[]), (&["@sim_news", "@sim_talk"], &[])];
    for (allowed, denied) in makers {
        let maker = reader(&sim, allowed, denied);
        let page = fetch(&maker, &params).await.unwrap();
        let cursor = page.cursor_after(1).unwrap();
        assert_eq!(texts(&maker, &on(&cursor)).await.len(), 1);
        asked(&sim);
        for denied in ["-1000000001002", "-1000000001001"] {
            let reader = reader(&sim, &[], &[denied]);
            assert!(fetch(&reader, &on(&cursor)).await.is_err(), "{denied}");
            let methods = asked(&sim);
            assert!(
                !methods.contains(&REPLIES) && !methods.contains(&HISTORY),
                "{methods:?}"
            );
        }
        let still = reader(&sim, &["channel", "group"], &[]);
        assert_eq!(texts(&still, &on(&cursor)).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_from_a_chat_is_read_by_it_only_where_that_may_be_read() {
    let mut world = world();
    let ids: Vec<i32> = world.histories[&SECRET].ids().collect();
    world.save(SECRET, ids[0]);
    world.save(SECRET, ids[1]);
    let sim = Sim::start(world).await.unwrap();
    let saved = |topic: &str| {
        let mut params = of("me");
        params.filter.topic_id = Some(topic.to_owned());
        params
    };
    let open = reader(&sim, &[], &[]);
    let first = HistoryParams {
        page_size: Some(1),
        ..saved("@secret_room")
    };
    let page = fetch(&open, &first).await.unwrap();
    let cursor = page.cursor_after(1).unwrap();
    assert_eq!(texts(&open, &on(&cursor)).await, ["whisper 1"]);
    for (allowed, denied) in [(vec!["me"], vec![]), (vec![], vec!["@back_door"])] {
        let reader = reader(&sim, &allowed, &denied);
        assert_eq!(
            refused(fetch(&reader, &on(&cursor)).await),
            refusal("cursor")
        );
        for topic in ["@secret_room", "-1000000001003"] {
            assert_eq!(refused(fetch(&reader, &saved(topic)).await), refusal(topic));
        }
    }
    let reader = reader(&sim, &["me"], &[]);
    for topic in ["@nobody_is_here", "-1000000009999"] {
        assert_eq!(refused(fetch(&reader, &saved(topic)).await), refusal(topic));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_about_the_chat_of_a_refused_cursor_whatever_stands_beside_it() {
    let mut world = world();
    let topic = world.open_topic(FORUM, "Boats");
    for number in 1..=3 {
        world.say_in_topic(FORUM, topic, KIM, &format!("boat {number}"));
    }
    let sim = Sim::start(world).await.unwrap();
    let mut params = of("@sim_forum");
    params.filter.topic_id = Some("Boats".to_owned());
    params.page_size = Some(1);
    let open = reader(&sim, &[], &[]);
    let page = fetch(&open, &params).await.unwrap();
    params.cursor = page.cursor_after(1);
    params.chat = None;
    asked(&sim);
    for (allowed, denied) in [(vec![], vec!["-1000000001004"]), (vec!["-78"], vec![])] {
        let reader = reader(&sim, &allowed, &denied);
        assert_eq!(refused(fetch(&reader, &params).await), refusal("cursor"));
    }
    assert_eq!(asked(&sim), [""; 0]);
    let still = reader(&sim, &["-1000000001004"], &[]);
    assert_eq!(texts(&still, &params).await, ["boat 2"]);
}

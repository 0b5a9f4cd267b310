//! Parts of a chat that have a history of their own: forum topics, the comments of a channel post.

use std::collections::BTreeSet;

use grammers_tl_types::enums::{Message, MessageFwdHeader, MessageReplyHeader};
use serde_json::{Value, json};
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::world::CHANNEL_MARK;

use crate::stage::Account;
use crate::support::Process;

const FETCH: &str = "tg.fetch_history";

/// All messages of a chain of cursors.
async fn all(process: &mut Process, first: Value) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut arguments = first;
    loop {
        let page = process.ask(FETCH, arguments).await;
        messages.extend(page["messages"].as_array().unwrap().iter().cloned());
        match &page["page_info"]["cursor"] {
            Value::String(cursor) => arguments = json!({ "cursor": cursor }),
            _ => return messages,
        }
    }
}

fn ids(messages: &[Value]) -> Vec<i32> {
    let ids = messages.iter().map(|message| message["id"].as_i64());
    ids.map(|id| i32::try_from(id.unwrap()).unwrap()).collect()
}

fn header(message: &Message) -> Option<&grammers_tl_types::types::MessageReplyHeader> {
    let reply_to = match message {
        Message::Message(message) => message.reply_to.as_ref(),
        Message::Service(message) => message.reply_to.as_ref(),
        Message::Empty(_) => None,
    };
    match reply_to {
        Some(MessageReplyHeader::Header(header)) => Some(header),
        _ => None,
    }
}

/// What a message answers: the beginning of the thread it stands in.
fn root_of(message: &Message) -> Option<i32> {
    let header = header(message)?;
    header.reply_to_top_id.or(header.reply_to_msg_id)
}

/// A forum of the world: its id, and its topics.
fn forum(world: &World) -> (i64, Vec<(i32, String)>) {
    let forum = world.channels.values().find(|channel| channel.forum);
    let chat_id = CHANNEL_MARK - forum.expect("a forum").id;
    (chat_id, world.details[&chat_id].topics.clone())
}

#[tokio::test]
async fn a_topic_is_read_by_its_id_or_its_title() {
    let account = Account::of(World::generated(42)).await;
    let (chat_id, topics) = forum(&account.sim.world());
    let mut process = account.process().await;
    for (topic, title) in &topics {
        let expected: BTreeSet<i32> = account.sim.world().histories[&chat_id]
            .existing()
            .filter(|message| {
                let stands_in = header(message).filter(|header| header.forum_topic);
                match stands_in.and_then(|_| root_of(message)) {
                    Some(root) => root == *topic,
                    None if topics.iter().any(|(id, _)| *id == message.id()) => {
                        *topic == message.id()
                    }
                    None => *topic == 1,
                }
            })
            .map(Message::id)
            .collect();
        for name in [topic.to_string(), title.to_uppercase()] {
            let first = json!({
                "chat": chat_id, "filter": { "topic_id": name }, "page_size": 60
            });
            let messages = all(&mut process, first).await;
            let got = ids(&messages);
            assert!(got.is_sorted_by(|a, b| a > b), "{title}");
            assert_eq!(BTreeSet::from_iter(got), expected, "{title}");
            for message in messages {
                assert_eq!(message["topic_id"], *topic, "{message}");
            }
        }
    }
    let unknown = json!({ "chat": chat_id, "filter": { "topic_id": "No such topic" } });
    let error = process.refusal(FETCH, unknown).await;
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("`filter.topic_id` is `No such topic`"),
        "{message}"
    );
    assert_eq!(error["code"], "INPUT_VALIDATION");
}

#[tokio::test]
async fn a_topic_begins_with_what_opened_it_whatever_telegram_counts() {
    for holds_root in [true, false] {
        for page_size in [1, 3, 6, 50] {
            let mut world = World::empty(7);
            let forum = world.add_forum("Forum", None, 1003);
            let me = world.me;
            let topic = world.open_topic(forum, "Boats");
            let other = world.open_topic(forum, "Cars");
            for number in 1..=5 {
                world.say_in_topic(forum, topic, me, &format!("boat {number}"));
                world.say_in_topic(forum, other, me, &format!("car {number}"));
            }
            world.knobs.replies_hold_topic_root = holds_root;
            let account = Account::of(world).await;
            let mut process = account.process().await;
            for direction in ["asc", "desc"] {
                let first = json!({
                    "chat": forum, "filter": { "topic_id": topic }, "direction": direction,
                    "page_size": page_size
                });
                let mut texts: Vec<String> = all(&mut process, first)
                    .await
                    .iter()
                    .map(|message| match message["action"]["type"].as_str() {
                        Some(action) => action.to_owned(),
                        None => message["text"].as_str().unwrap().to_owned(),
                    })
                    .collect();
                if direction == "desc" {
                    texts.reverse();
                }
                let expected = [
                    "topic_create",
                    "boat 1",
                    "boat 2",
                    "boat 3",
                    "boat 4",
                    "boat 5",
                ];
                assert_eq!(texts, expected, "{holds_root} {page_size} {direction}");
                let without = json!({
                    "chat": forum, "direction": direction,
                    "filter": { "topic_id": topic, "include_service": false }
                });
                assert_eq!(all(&mut process, without).await.len(), 5);
            }
        }
    }
}

#[tokio::test]
async fn a_link_to_a_topic_reads_the_topic_and_one_into_it_begins_there() {
    let account = Account::of(World::generated(42)).await;
    let (chat_id, topics) = forum(&account.sim.world());
    let (topic, _) = topics.iter().find(|(id, _)| *id != 1).unwrap().clone();
    let bare = CHANNEL_MARK - chat_id;
    let mut process = account.process().await;
    let by_id = json!({ "chat": chat_id, "filter": { "topic_id": topic }, "page_size": 60 });
    let by_id = ids(&all(&mut process, by_id).await);
    let middle = by_id[by_id.len() / 2];
    for (link, expected) in [
        (format!("https://t.me/c/{bare}/{topic}"), &by_id[..]),
        (
            format!("https://t.me/c/{bare}/{topic}?thread={topic}"),
            &by_id,
        ),
        (
            format!("t.me/c/{bare}/{topic}/{middle}"),
            &by_id[by_id.len() / 2..],
        ),
    ] {
        let messages = all(&mut process, json!({ "chat": link })).await;
        assert_eq!(ids(&messages), expected, "{link}");
    }
}

#[tokio::test]
async fn what_has_no_topics_or_threads_says_so() {
    let account = Account::of(World::generated(42)).await;
    let mut process = account.process().await;
    for chat in [
        "@brunnen_garden",
        "@orbital_digest",
        "@marta_brunnen",
        "-4102557318",
    ] {
        for topic in ["1", "Sensors"] {
            let arguments = json!({ "chat": chat, "filter": { "topic_id": topic } });
            let error = process.refusal(FETCH, arguments).await;
            assert_eq!(error["code"], "INPUT_VALIDATION", "{chat}: {error}");
        }
    }
    for chat in ["@marta_brunnen", "-4102557318", "me"] {
        let arguments = json!({ "chat": chat, "filter": { "comments_of": 5 } });
        let error = process.refusal(FETCH, arguments).await;
        assert_eq!(error["code"], "INPUT_VALIDATION", "{chat}: {error}");
    }
}

/// The posts of the world's channel that have comments: the discussion group, and by post its comments.
fn comments(world: &World) -> (i64, i64, Vec<(i32, BTreeSet<i32>)>) {
    let linked = |channel: &&i64| {
        let bare = CHANNEL_MARK - **channel;
        world.channels.get(&bare).is_some_and(|chat| chat.broadcast)
            && world.details[channel].linked_chat_id.is_some()
    };
    let channel = *world.details.keys().find(linked).expect("comments");
    let group = world.details[&channel].linked_chat_id.unwrap();
    let messages: Vec<&Message> = world.histories[&group].existing().collect();
    let post_of = |message: &Message| match message {
        Message::Message(message) => match &message.fwd_from {
            Some(MessageFwdHeader::Header(forward)) => forward.channel_post,
            None => None,
        },
        _ => None,
    };
    let posts = messages.iter().filter_map(|root| {
        let post = post_of(root)?;
        let answers = |message: &&&Message| root_of(message) == Some(root.id());
        let answers = messages.iter().filter(answers).map(|message| message.id());
        Some((post, answers.collect()))
    });
    (channel, group, posts.collect())
}

#[tokio::test]
async fn the_comments_on_a_post_are_read_and_searched() {
    let account = Account::of(World::generated(42)).await;
    let (channel, group, posts) = comments(&account.sim.world());
    let mut process = account.process().await;
    let mut most = posts.clone();
    most.sort_by_key(|(_, comments)| std::cmp::Reverse(comments.len()));
    for (post, expected) in most.iter().take(4) {
        for direction in ["desc", "asc"] {
            let first = json!({
                "chat": channel, "filter": { "comments_of": post }, "direction": direction,
                "page_size": 7,
            });
            let messages = all(&mut process, first).await;
            assert_eq!(BTreeSet::from_iter(ids(&messages)), *expected, "{post}");
            assert_eq!(messages.len(), expected.len(), "{post}");
            for message in &messages {
                assert_eq!(message["chat_id"], group, "{message}");
            }
        }
    }
    let (post, expected) = &most[0];
    let first = json!({ "chat": channel, "filter": { "comments_of": post } });
    let messages = all(&mut process, first).await;
    let text = messages.iter().find_map(|message| {
        let words = message["text"]
            .as_str()?
            .split(|c: char| !c.is_alphabetic());
        words
            .max_by_key(|word| word.len())
            .filter(|word| word.len() > 4)
    });
    let word = text.expect("a word among the comments");
    let search = json!({
        "chat": channel, "search": word, "filter": { "comments_of": post }
    });
    let found = all(&mut process, search).await;
    assert!(!found.is_empty());
    for message in &found {
        let text = message["text"].as_str().unwrap().to_lowercase();
        assert!(text.contains(&word.to_lowercase()), "{text} lacks {word}");
        assert!(expected.contains(&ids(std::slice::from_ref(message))[0]));
    }
}

fn texts(messages: &[Value]) -> Vec<&str> {
    let texts = messages.iter().map(|message| message["text"].as_str());
    texts.map(Option::unwrap).collect()
}

#[tokio::test]
async fn what_was_saved_from_one_chat_is_read_and_searched() {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    world.add_user("Kim", Some("kim_k"), 4242);
    let (news, me) = (CHANNEL_MARK - 1001, world.me);
    for number in 1..=5 {
        let post = world.say(news, None, &format!("post {number}"));
        world.save(news, post);
        world.note(&format!("note {number}"));
    }
    let said = world.say(4242, Some(4242), "said by Kim");
    world.save(4242, said);
    let account = Account::of(world).await;
    let mut process = account.process().await;
    for (topic, search, direction, expected) in [
        (
            "@sim_news",
            None,
            "asc",
            vec!["post 1", "post 2", "post 3", "post 4", "post 5"],
        ),
        ("@sim_news", Some("4"), "desc", vec!["post 4"]),
        ("4242", None, "desc", vec!["said by Kim"]),
        (
            "me",
            None,
            "desc",
            vec!["note 5", "note 4", "note 3", "note 2", "note 1"],
        ),
    ] {
        let mut first = json!({
            "chat": "me", "filter": { "topic_id": topic }, "direction": direction, "page_size": 2
        });
        if let Some(search) = search {
            first["search"] = json!(search);
        }
        let messages = all(&mut process, first).await;
        assert_eq!(texts(&messages), expected, "{topic}");
        for message in &messages {
            assert_eq!(message["chat_id"], me, "{message}");
        }
    }
}

#[tokio::test]
async fn a_channels_direct_messages_are_read_by_person() {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    world.add_user("Kim", Some("kim_k"), 4242);
    world.add_user("Lee", Some("lee_l"), 7_000_000_001);
    let direct = world.add_monoforum(1001, 1002);
    for (with, text) in [
        (4242, "hello"),
        (7_000_000_001, "hi"),
        (4242, "hello again"),
    ] {
        world.say_directly(direct, with, with, text);
    }
    let account = Account::of(world).await;
    let mut process = account.process().await;
    for (filter, expected) in [
        (json!({}), vec!["hello again", "hi", "hello"]),
        (
            json!({ "topic_id": "@kim_k" }),
            vec!["hello again", "hello"],
        ),
        (json!({ "topic_id": 7_000_000_001_i64 }), vec!["hi"]),
    ] {
        let first = json!({ "chat": direct, "filter": filter });
        assert_eq!(texts(&all(&mut process, first).await), expected, "{filter}");
    }
}

#[tokio::test]
async fn a_post_that_is_not_there_has_no_comments() {
    let account = Account::of(World::generated(42)).await;
    let (channel, ..) = comments(&account.sim.world());
    let mut process = account.process().await;
    for (filter, said) in [
        (
            json!({ "comments_of": 999_999 }),
            "`filter.comments_of` is `999999`",
        ),
        (json!({ "comments_of": 0 }), "`filter.comments_of` is `0`"),
        (
            json!({ "comments_of": 1, "topic_id": 1 }),
            "nothing beside `topic_id`",
        ),
    ] {
        let error = process
            .refusal(FETCH, json!({ "chat": channel, "filter": filter }))
            .await;
        assert_eq!(error["code"], "INPUT_VALIDATION", "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
}

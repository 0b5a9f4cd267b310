//! What a record tells of chats that may not be read.

use grammers_tl_types as tl;
use serde_json::{Value, json};
use telegram_history_mcp::history::{Reader, ResponseFormat};
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{Sim, World, blank};

use super::world::*;
use crate::support::{assert_chat, assert_message};

const DATE: i32 = MIDDLE - 100;

/// Puts a message into [`FLAT`] that was forwarded so.
fn forward(world: &mut World, forward: tl::types::MessageFwdHeader) {
    let message = tl::types::Message {
        fwd_from: Some(forward.into()),
        ..message(world, FLAT)
    };
    world.insert(FLAT, message);
}

/// Puts a message into [`FLAT`] that answers so.
fn answer(world: &mut World, reply: tl::types::MessageReplyHeader) {
    let message = tl::types::Message {
        reply_to: Some(reply.into()),
        ..message(world, FLAT)
    };
    world.insert(FLAT, message);
}

fn post_of(chat_id: i64) -> tl::types::MessageFwdHeader {
    tl::types::MessageFwdHeader {
        from_id: Some(peer(chat_id)),
        channel_post: Some(3),
        post_author: Some("The Editor".to_owned()),
        ..blank::forward(DATE)
    }
}

/// The newest record of [`FLAT`], whole.
async fn newest(reader: &Reader) -> Value {
    let mut params = of("-78");
    params.page_size = Some(1);
    params.response_format = Some(ResponseFormat::Detailed);
    let page = fetch(reader, &params).await.unwrap();
    let record = json!(page.messages[0].record);
    assert_message(&record);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_forward_came_from_is_withheld_when_that_may_not_be_read() {
    let bare = json!({ "date": "2025-06-15T15:05:00Z", "withheld": true });
    let table: [(i64, List, List, bool); 14] = [
        (NEWS, &[], &[], false),
        (NEWS, &[], &["@sim_news"], true),
        (NEWS, &[], &["channel"], true),
        (NEWS, &[], &["bot"], false),
        (NEWS, &["-78"], &[], true),
        (NEWS, &["-78", "@sim_news"], &[], false),
        (NEWS, &["-78", "-1000000001001"], &[], false),
        (NEWS, &["-78", "channel"], &[], false),
        (TALK, &["group"], &[], false),
        (NEWS, &["group"], &[], true),
        (KIM, &["-78"], &[], false),
        (KIM, &["-78"], &["@kim_k"], true),
        (KIM, &[], &["private"], true),
        (TELEGRAM, &[], &[], true),
    ];
    for (origin, allowed, denied, withheld) in table {
        let mut world = world();
        forward(&mut world, post_of(origin));
        let sim = Sim::start(world).await.unwrap();
        let record = newest(&reader(&sim, allowed, denied)).await;
        let context = format!("{origin} {allowed:?} {denied:?}: {record}");
        assert_eq!(record["forward"] == bare, withheld, "{context}");
        assert_eq!(
            record["forward"]["from_id"] == json!(origin),
            !withheld,
            "{context}"
        );
        assert_eq!(record["text"], "words that were passed on", "{context}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_stop_of_a_forward_is_withheld_alone() {
    let mut world = world();
    let stopped = tl::types::MessageFwdHeader {
        saved_from_peer: Some(peer(SECRET)),
        saved_from_msg_id: Some(2),
        ..post_of(NEWS)
    };
    forward(&mut world, stopped);
    let sim = Sim::start(world).await.unwrap();
    let record = newest(&reader(&sim, &[], &[])).await;
    assert_eq!(
        record["forward"]["saved_from"]["chat_id"], SECRET,
        "{record}"
    );
    let record = newest(&reader(&sim, &[], &["@secret_room"])).await;
    assert_eq!(record["forward"]["from_id"], NEWS, "{record}");
    assert_eq!(record["forward"]["withheld"], true, "{record}");
    assert_eq!(record["forward"].get("saved_from"), None, "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_chat_is_withheld_with_its_quote() {
    let elsewhere = |chat: Option<i64>, from: Option<i64>| tl::types::MessageReplyHeader {
        reply_to_msg_id: Some(2),
        reply_to_peer_id: chat.map(peer),
        reply_from: from.map(|from| {
            let origin = tl::types::MessageFwdHeader {
                from_id: Some(peer(from)),
                ..blank::forward(DATE)
            };
            origin.into()
        }),
        quote: true,
        quote_text: Some("whisper 2".to_owned()),
        ..blank::reply()
    };
    let secret = || elsewhere(Some(SECRET), Some(SECRET));
    let unnamed = || elsewhere(None, Some(KIM));
    let here = || tl::types::MessageReplyHeader {
        reply_from: None,
        ..elsewhere(None, None)
    };
    let denied: List = &["@secret_room"];
    let table: [(tl::types::MessageReplyHeader, List, List, bool); 9] = [
        (secret(), &[], &[], false),
        (secret(), &[], denied, true),
        (secret(), &["-78"], &[], true),
        (secret(), &["-78", "@back_door"], &[], false),
        (unnamed(), &[], denied, false),
        (unnamed(), &[], &["@kim_k"], true),
        // Of a chat that Telegram does not name, which is not known to be on the list.
        (unnamed(), &["-78"], &[], true),
        (here(), &["-78"], &[], false),
        (here(), &[], denied, false),
    ];
    for (header, allowed, denied, withheld) in table {
        let mut world = world();
        answer(&mut world, header);
        let sim = Sim::start(world).await.unwrap();
        let record = newest(&reader(&sim, allowed, denied)).await;
        let context = format!("{allowed:?} {denied:?}: {record}");
        assert_eq!(
            record["reply_to"] == json!({ "withheld": true }),
            withheld,
            "{context}"
        );
        assert_eq!(
            record["reply_to"]["quote"] == "whisper 2",
            !withheld,
            "{context}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_something_was_saved_from_is_withheld() {
    let mut world = world();
    let ids: Vec<i32> = world.histories[&SECRET].ids().collect();
    world.save(SECRET, ids[0]);
    let sim = Sim::start(world).await.unwrap();
    for (allowed, denied, withheld) in [
        (vec![], vec![], false),
        (vec![], vec!["@back_door"], true),
        (vec!["me"], vec![], true),
        (vec!["me", "@back_door"], vec![], false),
    ] {
        let reader = reader(&sim, &allowed, &denied);
        let page = fetch(&reader, &of("me")).await.unwrap();
        let record = json!(page.messages[0].record);
        assert_eq!(record["text"], "whisper 1");
        assert_eq!(record.get("saved_peer").is_none(), withheld, "{record}");
        assert_eq!(record["forward"]["withheld"] == true, withheld, "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_names_no_other_that_may_not_be_read() {
    let table: [(&str, List, List, List); 9] = [
        ("@sim_news", &[], &[], &["linked_chat_id"]),
        ("@sim_news", &[], &["-1000000001002"], &[]),
        ("@sim_news", &["@sim_news"], &[], &[]),
        (
            "@sim_news",
            &["@sim_news", "@sim_talk"],
            &[],
            &["linked_chat_id"],
        ),
        (
            "@sim_talk",
            &[],
            &[],
            &["linked_chat_id", "migrated_from_chat_id"],
        ),
        ("@sim_talk", &["@sim_talk"], &[], &["migrated_from_chat_id"]),
        ("@sim_talk", &[], &["-77", "channel"], &[]),
        ("-77", &["-77"], &[], &[]),
        ("-77", &[], &[], &["migrated_to_chat_id"]),
    ];
    for (input, allowed, denied, told) in table {
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim, allowed, denied);
        let reply = described(&reader, input).await.unwrap();
        assert_chat(&reply["chat"]);
        let fields = [
            "linked_chat_id",
            "migrated_from_chat_id",
            "migrated_to_chat_id",
        ];
        let shown = fields
            .into_iter()
            .filter(|field| reply["chat"].get(*field).is_some());
        assert_eq!(
            shown.collect::<Vec<_>>(),
            told,
            "{input} {allowed:?} {denied:?} {reply}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_does_not_say_where_its_comments_are_when_they_may_not_be_read() {
    let mut world = world();
    let post = world.say_at(NEWS, None, "bulletin 5", MIDDLE);
    world.discuss(NEWS, post, TALK).unwrap();
    let sim = Sim::start(world).await.unwrap();
    for (allowed, told) in [
        (vec![], true),
        (vec!["@sim_news"], false),
        (vec!["@sim_news", "@sim_talk"], true),
    ] {
        let reader = reader(&sim, &allowed, &[]);
        let mut params = of("@sim_news");
        params.response_format = Some(ResponseFormat::Detailed);
        let page = fetch(&reader, &params).await.unwrap();
        let record = json!(page.messages[0].record);
        assert_eq!(
            record["comments_chat_id"] == json!(TALK),
            told,
            "{allowed:?} {record}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_group_became_is_withheld_from_what_happened_in_it() {
    let mut world = world();
    let id = world.next_id(OLD);
    let moved = tl::types::MessageActionChatMigrateTo { channel_id: 1002 };
    world.insert(OLD, blank::service(id, peer(OLD), MIDDLE, moved));
    let id = world.next_id(TALK);
    let came = tl::types::MessageActionChannelMigrateFrom {
        title: "Harbour Talk before".to_owned(),
        chat_id: 77,
    };
    world.insert(TALK, blank::service(id, peer(TALK), MIDDLE + 90_000, came));
    let sim = Sim::start(world).await.unwrap();
    for (chat, allowed, denied, action) in [
        (
            "-77",
            vec![],
            vec![],
            json!({ "type": "chat_migrate_to", "chat_id": TALK }),
        ),
        (
            "-77",
            vec!["-77"],
            vec![],
            json!({ "type": "chat_migrate_to" }),
        ),
        (
            "@sim_talk",
            vec!["@sim_talk"],
            vec![],
            json!({
                "type": "channel_migrate_from", "title": "Harbour Talk before", "chat_id": OLD
            }),
        ),
        (
            "@sim_talk",
            vec![],
            vec!["-77"],
            json!({ "type": "channel_migrate_from" }),
        ),
    ] {
        let reader = reader(&sim, &allowed, &denied);
        let page = fetch(&reader, &of(chat)).await.unwrap();
        let records: Vec<Value> = page.messages.iter().map(|it| json!(it.record)).collect();
        records.iter().for_each(assert_message);
        let told = records.iter().find_map(|record| record.get("action"));
        assert_eq!(told, Some(&action), "{chat} {allowed:?} {denied:?}");
    }
}

//! What is told without being asked for by name: the chat list, candidates, and what an invite shows.

use serde_json::json;
use telegram_history_mcp::history::ChatsParams;
use telegram_history_mcp::sim::Sim;

use super::world::*;
use crate::stage::call;

const RESOLVE: &str = "contacts.resolveUsername";

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_list_leaves_out_what_may_not_be_read_and_does_not_count_it() {
    let every = [
        NEWS,
        TALK,
        SECRET,
        FORUM,
        CLUB,
        OLD,
        FLAT,
        KIM,
        BOT,
        world().me,
    ];
    let without = |hidden: &[i64]| -> Vec<i64> {
        every
            .iter()
            .copied()
            .filter(|chat_id| !hidden.contains(chat_id))
            .collect()
    };
    let table: [(List, List, Vec<i64>); 6] = [
        (&[], &[], every.to_vec()),
        (&[], &["@back_door", "bot"], without(&[SECRET, BOT])),
        // What a denied supergroup was goes with it.
        (&[], &["@sim_talk"], without(&[TALK, OLD])),
        (&["@sim_talk", "me"], &[], vec![TALK, OLD, world().me]),
        (&["t.me/+AbCdEfGh"], &[], vec![CLUB]),
        (
            &["channel", "private"],
            &["-1000000001003"],
            vec![NEWS, KIM, world().me],
        ),
    ];
    for (allowed, denied, mut expected) in table {
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim, allowed, denied);
        let page = reader
            .list_chats(&ChatsParams::default(), &call())
            .await
            .unwrap();
        let mut listed: Vec<i64> = page.chats.iter().map(|row| row.chat.chat_id).collect();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{allowed:?} {denied:?}");
        assert_eq!(
            page.fetched as usize,
            expected.len(),
            "{allowed:?} {denied:?}"
        );
        assert!(!json!(page.chats).to_string().contains("Secret") || expected.contains(&SECRET));
        assert!(!asked(&sim).contains(&RESOLVE), "rows tell their own names");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn candidates_and_counts_are_of_what_may_be_read() {
    let sim = Sim::start(world()).await.unwrap();
    let candidates = |reply: &serde_json::Value| -> Vec<i64> {
        let candidates = reply["candidates"].as_array().cloned().unwrap_or_default();
        candidates
            .iter()
            .map(|it| it["chat_id"].as_i64().unwrap())
            .collect()
    };
    let both = described(&reader(&sim, &[], &[]), "harbour").await.unwrap();
    assert_eq!(candidates(&both).len(), 3, "{both}");
    for (allowed, denied) in [
        (vec![], vec!["@sim_talk"]),
        (vec!["-1000000001001"], vec![]),
    ] {
        let reader = reader(&sim, &allowed, &denied);
        let reply = described(&reader, "harbour").await.unwrap();
        assert_eq!(candidates(&reply), [NEWS], "{reply}");
        let readable = if allowed.is_empty() { 8 } else { 1 };
        assert_eq!(
            reply["looked_through"],
            json!({ "chats": readable, "all": true })
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_looked_at_only_when_it_may_lead_to_what_may_be_read() {
    const LOOK: &str = "messages.checkChatInvite";
    let sim = Sim::start(world()).await.unwrap();
    let link = "t.me/+AbCdEfGh";
    // A member already.
    for (allowed, denied, expected) in [
        (vec![], vec![], true),
        (vec![], vec!["-1000000001005"], false),
        (vec![], vec![link], false),
        (vec![], vec!["group"], false),
        (vec![link], vec![], true),
        (vec!["group"], vec![], true),
        (vec!["channel"], vec![], false),
        (vec![link], vec!["-1000000001005"], false),
        (vec!["-1000000001005"], vec![], false),
    ] {
        let reader = reader(&sim, &allowed, &denied);
        let reply = described(&reader, link).await;
        assert_eq!(reply.is_ok(), expected, "{allowed:?} {denied:?} {reply:?}");
        let by_id = described(&reader, "-1000000001005").await;
        let is_listed_by_id = allowed.contains(&"-1000000001005");
        assert_eq!(
            by_id.is_ok(),
            expected || is_listed_by_id,
            "{allowed:?} {denied:?}"
        );
    }
    // Not a member: what it shows is told where nothing needs to be listed, or it is listed itself.
    sim.world().channels.get_mut(&1005).unwrap().left = true;
    for (allowed, denied, expected) in [
        (vec![], vec![], true),
        (vec![], vec!["group"], false),
        (vec![link], vec![], true),
        (vec!["group"], vec![], false),
        (vec!["-1000000001001"], vec![], false),
    ] {
        asked(&sim);
        let reader = reader(&sim, &allowed, &denied);
        let reply = described(&reader, link).await;
        assert_eq!(reply.is_ok(), expected, "{allowed:?} {denied:?}");
        let may_look = allowed.first() != Some(&"-1000000001001");
        assert_eq!(asked(&sim).contains(&LOOK), may_look, "{allowed:?}");
    }
}

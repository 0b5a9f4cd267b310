//! The messages around one, over real pipes: the page, and the two chains that go on from it.

use serde_json::{Value, json};
use telegram_history_mcp::sim::knobs::Knobs;

use crate::stage::{Account, CHANNEL, channel_of};
use crate::support::Process;

const FETCH: &str = "tg.fetch_history";

fn ids(page: &Value) -> Vec<i64> {
    let messages = page["messages"].as_array().unwrap();
    let ids = messages.iter().map(|message| message["id"].as_i64());
    ids.map(Option::unwrap).collect()
}

/// The ids that a chain of cursors still holds.
async fn rest(process: &mut Process, page: &Value, cursor: &str) -> Vec<i64> {
    let mut next = page["page_info"][cursor].clone();
    let mut all = Vec::new();
    while next.is_string() {
        let page = process.ask(FETCH, json!({ "cursor": next })).await;
        all.extend(ids(&page));
        next = page["page_info"]["cursor"].clone();
    }
    all
}

#[tokio::test]
async fn a_page_around_a_message_goes_on_both_ways() {
    for seed in 0..6 {
        let mut world = channel_of(60);
        world.knobs = Knobs::random(seed);
        world.delete(CHANNEL, 31);
        let account = Account::of(world).await;
        let mut process = account.process().await;
        let around = json!({ "chat": "sim_news", "around": 30, "page_size": 10 });
        let page = process.ask(FETCH, around).await;
        // Where messages were deleted a page may be short, but never with gaps.
        let shown = ids(&page);
        let (newest, oldest) = (shown[0], shown[shown.len() - 1]);
        let there = |range: std::ops::RangeInclusive<i64>| range.filter(|id| *id != 31);
        let between: Vec<i64> = there(oldest..=newest).rev().collect();
        assert_eq!(shown, between, "seed {seed}");
        assert!((8..=10).contains(&shown.len()), "seed {seed}: {shown:?}");
        let above = shown.iter().filter(|id| **id > 30).count();
        assert!((3..=5).contains(&above), "seed {seed}: {shown:?}");
        let info = &page["page_info"];
        assert_eq!(
            (&info["count"], &info["newest_id"], &info["oldest_id"]),
            (&json!(shown.len()), &json!(newest), &json!(oldest))
        );
        assert_eq!(info["has_more"], true);
        assert!(info.get("cursor").is_none(), "{info}");
        let older: Vec<i64> = there(1..=oldest - 1).rev().collect();
        assert_eq!(rest(&mut process, &page, "cursor_older").await, older);
        let newer: Vec<i64> = there(newest + 1..=60).collect();
        assert_eq!(rest(&mut process, &page, "cursor_newer").await, newer);
        process.close_input();
        process.exits_cleanly().await;
    }
}

#[tokio::test]
async fn what_came_after_the_page_is_in_neither_chain() {
    let account = Account::of(channel_of(20)).await;
    let mut process = account.process().await;
    let around = json!({ "chat": "sim_news", "around": 10, "page_size": 4, "direction": "asc" });
    let page = process.ask(FETCH, around).await;
    assert_eq!(ids(&page), [9, 10, 11, 12]);
    account.sim.world().say(CHANNEL, None, "late");
    let newer: Vec<i64> = (13..=20).collect();
    assert_eq!(rest(&mut process, &page, "cursor_newer").await, newer);
}

#[tokio::test]
async fn at_either_end_of_a_chat_one_side_is_empty() {
    let account = Account::of(channel_of(9)).await;
    let mut process = account.process().await;
    let mut around = async |id: i32| {
        let around = json!({ "chat": "sim_news", "around": id, "page_size": 6 });
        let page = process.ask(FETCH, around).await;
        let info = page["page_info"].clone();
        let has = |cursor: &str| info.get(cursor).is_some();
        (ids(&page), has("cursor_older"), has("cursor_newer"))
    };
    assert_eq!(around(1).await, (vec![4, 3, 2, 1], false, true));
    assert_eq!(around(9).await, (vec![9, 8, 7], true, false));
    assert_eq!(around(500).await, (vec![9, 8, 7], true, false));
}

#[tokio::test]
async fn a_page_around_a_message_fits_the_reply() {
    let mut world = channel_of(0);
    for _ in 0..40 {
        world.say(CHANNEL, None, &"long ".repeat(80));
    }
    let account = Account::of(world).await;
    let limit = [("TELEGRAM_REPLY_MAX_CHARS", "6000")];
    let mut process = account.process_with(&limit).await;
    let around = json!({ "chat": "sim_news", "around": 20, "page_size": 40 });
    let page = process.ask(FETCH, around).await;
    assert!(page.to_string().chars().count() <= 6_000);
    assert_eq!(page["page_info"]["truncated_by"], "size");
    let shown = ids(&page);
    assert!(shown.contains(&20) && shown.contains(&21), "{shown:?}");
    let mut all = shown;
    all.extend(rest(&mut process, &page, "cursor_older").await);
    all.extend(rest(&mut process, &page, "cursor_newer").await);
    all.sort_unstable();
    assert_eq!(all, (1..=40).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_makes_no_sense_around_a_message_is_refused() {
    let account = Account::of(channel_of(9)).await;
    let mut process = account.process().await;
    let page = process
        .ask(FETCH, json!({ "chat": "sim_news", "page_size": 2 }))
        .await;
    let cursor = page["page_info"]["cursor"].clone();
    for (arguments, code, said) in [
        (
            json!({ "chat": "sim_news", "around": 0 }),
            "INPUT_VALIDATION",
            "`around` is `0`",
        ),
        (
            json!({ "chat": "sim_news", "around": 5, "page_size": 1 }),
            "INPUT_VALIDATION",
            "at least 2",
        ),
        (
            json!({ "cursor": cursor, "around": 5 }),
            "CURSOR_INVALID",
            "`around` disagrees",
        ),
    ] {
        let error = process.refusal(FETCH, arguments).await;
        assert_eq!(error["code"], code, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
}

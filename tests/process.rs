//! The real binary reading the embedded Telegram, on real pipes: from the first request to the end of a history,
//! and what becomes of calls that are under way when something ends.

use std::time::Duration;

use serde_json::{Value, json};
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};

use crate::stage::{Account, channel_of};
use crate::support::{Process, eventually, failure, success};

const RESOLVE: &str = "tg.resolve_chat";
const FETCH: &str = "tg.fetch_history";

const HISTORY: &str = "messages.getHistory";

/// Longer than any test may take.
const FOR_EVER: FaultKind = FaultKind::Delay(Duration::from_secs(600));

/// The ids on a page, in its order.
fn ids(page: &Value) -> Vec<i64> {
    let messages = page["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|it| it["id"].as_i64().unwrap())
        .collect()
}

/// The arguments for the page behind this one.
fn next(page: &Value) -> Value {
    json!({ "cursor": page["page_info"]["cursor"] })
}

/// Reads on from `page` to the end: all ids.
async fn read_to_the_end(process: &mut Process, mut page: Value) -> Vec<i64> {
    let mut all = ids(&page);
    while page["page_info"]["has_more"] == true {
        page = process.ask(FETCH, next(&page)).await;
        all.extend(ids(&page));
    }
    assert_eq!(page["page_info"].get("cursor"), None);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_lists_the_tools_finds_a_chat_and_reads_it_to_the_end() {
    let account = Account::of(channel_of(430)).await;
    let mut process = account.process().await;
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    let tools = process.answer(json!(1)).await["result"]["tools"].clone();
    let names: Vec<&str> = tools
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, [RESOLVE, "tg.list_chats", FETCH]);

    let found = process.ask(RESOLVE, json!({ "input": "@sim_news" })).await;
    assert_eq!(found["chat"]["title"], "News");
    assert_eq!(found["chat"]["message_count"], 430);
    let chat_id = found["chat"]["chat_id"].clone();

    for direction in ["desc", "asc"] {
        let first = json!({ "chat": chat_id, "direction": direction, "page_size": 120 });
        let page = process.ask(FETCH, first).await;
        let mut expected: Vec<i64> = (1..=430).collect();
        if direction == "desc" {
            expected.reverse();
        }
        assert_eq!(read_to_the_end(&mut process, page).await, expected);
    }
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_goes_on_in_the_next_process_without_resolving_again() {
    let account = Account::of(channel_of(250)).await;
    for direction in ["desc", "asc"] {
        let mut before = account.process().await;
        let first = json!({ "chat": "@sim_news", "direction": direction, "page_size": 100 });
        let page = before.ask(FETCH, first).await;
        before.close_input();
        before.exits_cleanly().await;

        let mut after = account.process().await;
        let all = read_to_the_end(&mut after, page).await;
        let mut expected: Vec<i64> = (1..=250).collect();
        if direction == "desc" {
            expected.reverse();
        }
        assert_eq!(all, expected);
    }
    assert_eq!(account.sim.world().calls("contacts.resolveUsername"), 1);
    assert_eq!(account.sim.world().calls("messages.getDialogs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_needs_nothing_that_the_process_before_left_on_disk() {
    let account = Account::of(channel_of(30)).await;
    let mut before = account.process().await;
    let first = json!({ "chat": "@sim_news", "page_size": 10 });
    let page = before.ask(FETCH, first).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let state = ("TELEGRAM_STATE_DIR", elsewhere.path().to_str().unwrap());
    let mut after = account.process_with(&[state]).await;
    let all = read_to_the_end(&mut after, page).await;
    assert_eq!(all, (1..=30).rev().collect::<Vec<_>>());
    assert_eq!(account.sim.world().calls("contacts.resolveUsername"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_session_is_refused() {
    let account = Account::of(channel_of(30)).await;
    let mut world = channel_of(30);
    world.seed += 1;
    let other = Account::of(world).await;
    let first = json!({ "chat": "@sim_news", "page_size": 10 });
    let page = account.process().await.ask(FETCH, first).await;
    let mut process = other.process().await;
    let refused = process.refusal(FETCH, next(&page)).await;
    assert_eq!(refused["code"], "CURSOR_INVALID");
    assert_eq!(other.sim.world().calls(HISTORY), 0);
    process.is_alive().await;
}

/// A process with a call of two windows under way, of which `answered` are there and the next never comes.
async fn hanging(answered: u64, kind: FaultKind) -> (Account, Process, Value) {
    let account = Account::of(channel_of(250)).await;
    let rule = Fault::next(HISTORY, 99, kind).after(answered);
    account.sim.world().faults.rules.push(rule);
    let mut process = account.process().await;
    let arguments = json!({ "chat": "@sim_news", "page_size": 200 });
    let id = process.begin(FETCH, arguments).await;
    let asked = usize::try_from(answered).unwrap() + 1;
    eventually("the request that hangs", || {
        account.sim.world().calls(HISTORY) == asked
    })
    .await;
    (account, process, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_flight_is_answered_at_the_end_of_input() {
    for kind in [FOR_EVER, FaultKind::Silent] {
        let (_account, mut process, id) = hanging(0, kind).await;
        process.close_input();
        let answer = process.answer(id).await;
        failure(&answer["result"]);
        process.exits_cleanly().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_in_flight_has_read_is_handed_back_at_the_end_of_input() {
    let (account, mut process, id) = hanging(1, FOR_EVER).await;
    process.close_input();
    let page = success(&process.answer(id).await["result"]);
    assert_eq!(ids(&page), (151..=250).rev().collect::<Vec<_>>());
    assert_eq!(page["page_info"]["has_more"], true);
    assert_ne!(page["page_info"]["truncated_by"], "none");
    process.exits_cleanly().await;

    account.sim.world().faults.rules.clear();
    let mut after = account.process().await;
    let all = read_to_the_end(&mut after, page).await;
    assert_eq!(all, (1..=250).rev().collect::<Vec<_>>());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_with_a_call_in_flight_is_a_clean_exit() {
    for (answered, kind) in [(0, FOR_EVER), (0, FaultKind::Silent), (1, FOR_EVER)] {
        let (_account, process, _) = hanging(answered, kind).await;
        process.signal("TERM").await;
        process.exits_unread().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_closed_with_a_call_in_flight_is_a_clean_exit() {
    let (_account, mut process, _) = hanging(0, FOR_EVER).await;
    process.close_output();
    // Nothing tells a writer that nobody reads but writing.
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }))
        .await;
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_is_not_answered_and_the_next_one_is() {
    for answered in [0, 1] {
        let (account, mut process, id) = hanging(answered, FOR_EVER).await;
        account.sim.world().faults.rules.clear();
        process
            .send(&json!({
                "jsonrpc": "2.0",
                "method": "notifications/cancelled",
                "params": { "requestId": id, "reason": "no longer needed" }
            }))
            .await;
        let page = process
            .ask(FETCH, json!({ "chat": "@sim_news", "page_size": 5 }))
            .await;
        assert_eq!(ids(&page), [250, 249, 248, 247, 246]);
        process.close_input();
        process.exits_cleanly().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_hangs_holds_up_no_other() {
    let (account, mut process, slow) = hanging(0, FOR_EVER).await;
    account.sim.world().faults.rules.clear();
    let page = process
        .ask(FETCH, json!({ "chat": "@sim_news", "page_size": 5 }))
        .await;
    assert_eq!(page["page_info"]["count"], 5);
    process.close_input();
    failure(&process.answer(slow).await["result"]);
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_are_all_answered() {
    let account = Account::of(channel_of(250)).await;
    let mut process = account.process().await;
    let mut waiting = Vec::new();
    for size in [1, 30, 60, 100] {
        let arguments = json!({ "chat": "@sim_news", "page_size": size });
        waiting.push((process.begin(FETCH, arguments).await, size));
        waiting.push((process.begin(RESOLVE, json!({ "input": "me" })).await, 0));
    }
    while !waiting.is_empty() {
        let answer = process.next().await.expect("an answer to every call");
        let place = waiting.iter().position(|(id, _)| *id == answer["id"]);
        let (_, size) = waiting.swap_remove(place.expect("an answer to one of the calls, once"));
        let structure = success(&answer["result"]);
        match size {
            0 => assert_eq!(structure["chat"]["title"], "Robin Reader"),
            size => assert_eq!(structure["page_info"]["count"], size),
        }
    }
    process.is_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_time_is_up_hands_back_what_it_has_with_a_cursor_that_works() {
    let account = Account::of(channel_of(250)).await;
    let rule = Fault::next(HISTORY, 1, FOR_EVER).after(1);
    account.sim.world().faults.rules.push(rule);
    let deadline = ("TELEGRAM_CALL_DEADLINE_SECONDS", "5");
    let mut process = account.process_with(&[deadline]).await;
    let arguments = json!({ "chat": "@sim_news", "page_size": 200 });
    let page = process.ask(FETCH, arguments).await;
    assert_eq!(page["page_info"]["truncated_by"], "deadline");
    assert_eq!(page["page_info"]["count"], 100);
    let all = read_to_the_end(&mut process, page).await;
    assert_eq!(all, (1..=250).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_read_nothing_in_its_time_fails_with_a_cursor_that_works() {
    let account = Account::of(channel_of(150)).await;
    let rule = Fault::next(HISTORY, 1, FaultKind::Silent);
    account.sim.world().faults.rules.push(rule);
    let deadline = ("TELEGRAM_CALL_DEADLINE_SECONDS", "5");
    let mut process = account.process_with(&[deadline]).await;
    let arguments = json!({ "chat": "@sim_news", "page_size": 100 });
    let refused = process.refusal(FETCH, arguments).await;
    assert_eq!(refused["code"], "TELEGRAM_UNAVAILABLE");
    let page = process
        .ask(FETCH, json!({ "cursor": refused["cursor"] }))
        .await;
    let all = read_to_the_end(&mut process, page).await;
    assert_eq!(all, (1..=150).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_rises_and_comes_before_the_answer() {
    let account = Account::of(channel_of(250)).await;
    let roomy = ("TELEGRAM_REPLY_MAX_CHARS", "500000");
    let mut process = account.process_with(&[roomy]).await;
    let arguments = json!({ "chat": "@sim_news", "page_size": 200 });
    let meta = json!({ "progressToken": "bar" });
    let id = process.begin_with(FETCH, arguments, meta).await;
    let mut last = 0.0;
    loop {
        let line = process.next().await.unwrap();
        if line["id"] == id {
            assert_eq!(success(&line["result"])["page_info"]["count"], 200);
            break;
        }
        assert_eq!(line["method"], "notifications/progress");
        assert_eq!(line["params"]["progressToken"], "bar");
        let progress = line["params"]["progress"].as_f64().unwrap();
        assert!(progress > last, "{line}");
        last = progress;
    }
    assert!(last >= 2.0, "one notification a window");
}

/// A channel whose every post is `length` characters, so many of them.
fn long_posts(count: i32, length: usize) -> World {
    let mut world = channel_of(0);
    for number in 1..=count {
        let text = format!("{number} {}", "слово ".repeat(length));
        let text: String = text.chars().take(length).collect();
        world.say(crate::stage::CHANNEL, None, &text);
    }
    world
}

/// Calls and asserts that both forms of the answer are within `budget` characters.
async fn ask_within(process: &mut Process, budget: usize, arguments: Value) -> Value {
    let result = process.call(FETCH, arguments).await;
    let structure = success(&result);
    let text = result["content"][0]["text"].as_str().unwrap();
    for form in [text, &structure.to_string()] {
        assert!(
            form.chars().count() <= budget,
            "{} characters",
            form.chars().count()
        );
    }
    structure
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_keep_to_their_budget_and_join_to_the_whole() {
    const BUDGET: usize = 2_000;
    let account = Account::of(long_posts(40, 400)).await;
    let budget = ("TELEGRAM_REPLY_MAX_CHARS", "2000");
    let mut process = account.process_with(&[budget]).await;
    for direction in ["desc", "asc"] {
        let mut arguments = json!({ "chat": "@sim_news", "page_size": 30, "direction": direction });
        let mut all = Vec::new();
        loop {
            let page = ask_within(&mut process, BUDGET, arguments).await;
            all.extend(ids(&page));
            assert!(
                page["messages"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|it| it.get("cut").is_none())
            );
            let info = &page["page_info"];
            if info["has_more"] == false {
                break;
            }
            if all.len() < 30 {
                assert_eq!(info["truncated_by"], "size", "{info}");
            }
            arguments = next(&page);
        }
        let mut expected: Vec<i64> = (1..=40).collect();
        if direction == "desc" {
            expected.reverse();
        }
        assert_eq!(all, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_longer_than_the_budget_is_cut_with_a_mark() {
    const BUDGET: usize = 2_000;
    let account = Account::of(long_posts(3, 4_096)).await;
    let budget = ("TELEGRAM_REPLY_MAX_CHARS", "2000");
    let mut process = account.process_with(&[budget]).await;
    let mut arguments = json!({ "chat": "@sim_news", "response_format": "detailed" });
    for id in [3, 2, 1] {
        let page = ask_within(&mut process, BUDGET, arguments).await;
        assert_eq!(ids(&page), [id]);
        let message = &page["messages"][0];
        assert_eq!(
            message["cut"],
            json!({ "message_id": id, "text_chars": 4_096 })
        );
        let text = message["text"].as_str().unwrap();
        assert!(text.ends_with('…') && text.starts_with(&format!("{id} слово")));
        // What there is room for is used.
        assert!(text.chars().count() > BUDGET / 4, "{text}");
        arguments = next(&page);
    }
    assert_eq!(arguments["cursor"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_is_longer_than_a_mebibyte_whatever_the_budget() {
    let mut world = channel_of(0);
    for number in 1..=120 {
        // Quotes and backslashes double in JSON, and once more in the text that repeats it.
        let text = ["漢", "\"", "\\", "😀"][number % 4].repeat(4_000);
        world.say(crate::stage::CHANNEL, None, &text);
    }
    let account = Account::of(world).await;
    let roomy = ("TELEGRAM_REPLY_MAX_CHARS", "500000");
    let mut process = account.process_with(&[roomy]).await;
    let mut arguments = json!({ "chat": "@sim_news", "page_size": 200 });
    let mut all = Vec::new();
    while arguments["cursor"] != Value::Null || all.is_empty() {
        process.begin(FETCH, arguments).await;
        let line = process.line().await.unwrap();
        assert!(line.len() <= 1 << 20, "{} bytes", line.len());
        let answer: Value = serde_json::from_str(&line).unwrap();
        let page = success(&answer["result"]);
        all.extend(ids(&page));
        arguments = next(&page);
    }
    assert_eq!(all, (1..=120).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listed_style_of_names_is_the_one_that_everything_speaks_of() {
    let account = Account::of(channel_of(3)).await;
    for (style, spoken, unspoken) in [("underscore", "tg_", "tg."), ("dotted", "tg.", "tg_")] {
        let mut command = account.binary(&["--tool-names", style]);
        let mut process = Process::spawn(&mut command);
        let hello = process.initialize().await;
        process
            .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
            .await;
        let listed = process.answer(json!(1)).await;
        let refused = process.refusal(FETCH, json!({ "cursor": "x" })).await;
        let said = format!("{hello}{listed}{refused}");
        assert!(said.contains(spoken) && !said.contains(unspoken), "{said}");
    }
}

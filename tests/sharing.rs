//! Many processes, one account, one connection to Telegram: real processes on real pipes beside one simulator.

use std::time::Duration;

use serde_json::{Value, json};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};

use crate::stage::{Account, channel_of};
use crate::support::{Process, eventually, failure, success};

#[cfg(unix)]
mod clients;
#[cfg(unix)]
mod later;
#[cfg(unix)]
mod rough;
#[cfg(unix)]
mod soak;
mod standing;

const RESOLVE: &str = "tg.resolve_chat";
const FETCH: &str = "tg.fetch_history";
const HISTORY: &str = "messages.getHistory";

/// Longer than any test may take.
const FOR_EVER: FaultKind = FaultKind::Delay(Duration::from_secs(600));

fn page_of(size: u32) -> Value {
    json!({ "chat": "@sim_news", "page_size": size })
}

fn count(page: &Value) -> u64 {
    page["page_info"]["count"].as_u64().unwrap()
}

/// Those who use the account take turns.
#[track_caller]
fn assert_turns(account: &Account) {
    assert_eq!(
        account.sim.overlaps(),
        0,
        "two connections were used at once"
    );
}

/// From now on, requests for history hang.
fn let_history_hang(account: &Account) {
    let rule = Fault::always(HISTORY, FOR_EVER);
    account.sim.world().faults.rules.push(rule);
}

async fn asked(account: &Account, times: usize) {
    eventually("a request", || account.sim.world().calls(HISTORY) == times).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_one_connection() {
    let account = Account::of(channel_of(30)).await;
    let mut first = account.process().await;
    let mut second = account.process().await;
    assert_eq!(count(&second.ask(FETCH, page_of(20)).await), 20);
    assert_eq!(count(&first.ask(FETCH, page_of(20)).await), 20);
    assert_eq!(count(&second.ask(FETCH, page_of(10)).await), 10);
    assert_eq!(account.sim.connections(), 1);
    assert_eq!(account.sim.world().calls("contacts.resolveUsername"), 1);
    for process in [second, first] {
        let mut process = process;
        process.close_input();
        process.exits_cleanly().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_relay_is_answered_once_when_the_owner_is_killed_over_it() {
    let account = Account::of(channel_of(30)).await;
    let mut first = account.process().await;
    assert_eq!(count(&first.ask(FETCH, page_of(5)).await), 5);
    let mut second = account.process().await;
    let_history_hang(&account);
    let before = account.sim.world().calls(HISTORY);
    let id = second.begin(FETCH, page_of(20)).await;
    asked(&account, before + 1).await;
    account.sim.world().faults.rules.clear();
    first.kill().await;
    let answer = second.answer(id).await;
    assert_eq!(count(&success(&answer["result"])), 20);
    second.is_alive().await;
    assert_turns(&account);
    second.close_input();
    second.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_goes_on_when_the_client_of_the_owner_leaves() {
    let account = Account::of(channel_of(30)).await;
    let mut first = account.process().await;
    assert_eq!(count(&first.ask(FETCH, page_of(5)).await), 5);
    let mut second = account.process().await;
    let_history_hang(&account);
    let before = account.sim.world().calls(HISTORY);
    let own = first.begin(FETCH, page_of(7)).await;
    let relayed = second.begin(FETCH, page_of(20)).await;
    asked(&account, before + 2).await;
    account.sim.world().faults.rules.clear();
    first.close_input();
    failure(&first.answer(own).await["result"]);
    first.exits_cleanly().await;
    let answer = second.answer(relayed).await;
    assert_eq!(count(&success(&answer["result"])), 20);
    assert_eq!(count(&second.ask(FETCH, page_of(3)).await), 3);
    assert_turns(&account);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_relay_end_with_its_client_and_no_others_do() {
    let account = Account::of(channel_of(30)).await;
    let mut first = account.process().await;
    let mut second = account.process().await;
    let_history_hang(&account);
    let own = first.begin(FETCH, page_of(7)).await;
    let relayed = second.begin(FETCH, page_of(20)).await;
    asked(&account, 2).await;
    second.close_input();
    failure(&second.answer(relayed).await["result"]);
    second.exits_cleanly().await;
    account.sim.world().faults.rules.clear();
    first.is_alive().await;
    first.close_input();
    failure(&first.answer(own).await["result"]);
    first.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_settings_are_refused_by_name_until_the_holder_goes() {
    let account = Account::of(channel_of(30)).await;
    let first = account.process().await;
    let mut second = account.process_with(&[("TELEGRAM_PII", "strict")]).await;
    second
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    let tools = second.answer(json!(1)).await;
    assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 3);
    let refused = second.refusal(FETCH, page_of(20)).await;
    assert_eq!(refused["code"], "SESSION_IN_USE");
    let message = refused["message"].as_str().unwrap();
    let holder = format!("`serve` of driver 0 (process {}, since 20", first.id());
    assert!(message.contains(&holder), "{message}");
    assert!(
        message.contains("other settings (TELEGRAM_PII);"),
        "{message}"
    );
    assert_eq!(account.sim.connections(), 0);

    let mut first = first;
    first.close_input();
    first.exits_cleanly().await;
    let page = answered(&mut second, FETCH, page_of(20)).await;
    assert_eq!(count(&page), 20);
}

/// Calls until the account is there: what it then answers.
async fn answered(process: &mut Process, tool: &str, arguments: Value) -> Value {
    loop {
        let result = process.call(tool, arguments.clone()).await;
        if result["isError"] != true {
            return success(&result);
        }
        assert_eq!(failure(&result)["code"], "SESSION_IN_USE");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_client_has_names_and_lengths_of_its_own() {
    let account = Account::of(channel_of(200)).await;
    let _first = account.process().await;
    let settings = [
        ("TELEGRAM_TOOL_NAMES", "underscore"),
        ("TELEGRAM_REPLY_MAX_CHARS", "2000"),
    ];
    let mut second = account.process_with(&settings).await;
    second
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    let tools = second.answer(json!(1)).await;
    assert_eq!(tools["result"]["tools"][2]["name"], "tg_fetch_history");
    let page = second.ask(FETCH, page_of(200)).await;
    assert_eq!(page["page_info"]["truncated_by"], "size");
    assert_eq!(account.sim.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_call_is_not_asked_again() {
    let account = Account::of(channel_of(30)).await;
    let mut first = account.process().await;
    let mut second = account.process().await;
    let_history_hang(&account);
    let id = second.begin(FETCH, page_of(20)).await;
    asked(&account, 1).await;
    let withdrawal = json!({ "requestId": id, "reason": "no longer needed" });
    second
        .send(
            &json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": withdrawal }),
        )
        .await;
    second.is_alive().await;
    account.sim.world().faults.rules.clear();
    first.kill().await;
    assert_eq!(count(&second.ask(FETCH, page_of(5)).await), 5);
    assert_eq!(account.sim.world().calls(HISTORY), 2);
    first = account.process().await;
    assert_eq!(count(&first.ask(FETCH, page_of(5)).await), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_rises_whoever_makes_it() {
    let account = Account::of(channel_of(250)).await;
    let mut first = account.process().await;
    first.ask(RESOLVE, json!({ "input": "@sim_news" })).await;
    let mut first = Some(first);
    let roomy = ("TELEGRAM_REPLY_MAX_CHARS", "500000");
    let mut second = account.process_with(&[roomy]).await;
    let rule = Fault::always(HISTORY, FOR_EVER).after(1);
    account.sim.world().faults.rules.push(rule);
    let meta = json!({ "progressToken": "bar" });
    let id = second.begin_with(FETCH, page_of(200), meta).await;
    asked(&account, 2).await;
    let mut last = 0.0;
    loop {
        let line = second.next().await.unwrap();
        if line["id"] == id {
            assert_eq!(count(&success(&line["result"])), 200);
            break;
        }
        assert_eq!(line["params"]["progressToken"], "bar", "{line}");
        let progress = line["params"]["progress"].as_f64().unwrap();
        assert!(progress > last, "{line}");
        last = progress;
        if let Some(first) = first.take() {
            account.sim.world().faults.rules.clear();
            first.kill().await;
        }
    }
    assert!(first.is_none() && last >= 3.0, "{last}");
    assert_turns(&account);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_processes_whose_owner_dies_agree_on_the_next_one() {
    let account = Account::of(channel_of(60)).await;
    let mut herd = Vec::new();
    for _ in 0..6 {
        herd.push(account.process().await);
    }
    while herd.len() > 1 {
        let owner = account.holder();
        let owner = herd.iter().position(|process| process.id() == owner);
        let owner = herd.remove(owner.expect("it is one of them"));
        let before = account.sim.world().calls(HISTORY);
        let_history_hang(&account);
        let mut ids = Vec::new();
        for process in &mut herd {
            ids.push(process.begin(FETCH, page_of(50)).await);
        }
        asked(&account, before + ids.len()).await;
        account.sim.world().faults.rules.clear();
        owner.kill().await;
        for (process, id) in herd.iter_mut().zip(ids) {
            let answer = process.answer(id).await;
            assert_eq!(count(&success(&answer["result"])), 50);
        }
    }
    assert_turns(&account);
}

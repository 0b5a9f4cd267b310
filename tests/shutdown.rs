//! The end of the process while a call waits for something that takes far longer than anybody waits for an exit.
//! How long the exit takes is measured by `benches/pushback.rs`; here it only must not be what the call waits for.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{DC_ID, World};
use telegram_history_mcp::telegram::session::SessionString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::stage::{Account, binary_of, channel_of};
use crate::support::{Process, eventually, failure};

const FETCH: &str = "tg.fetch_history";
const HISTORY: &str = "messages.getHistory";
/// Far less than the waits below, far more than an exit takes.
const NO_WAIT: Duration = Duration::from_secs(12);

/// A process with a call that waits, and what must live as long.
struct Waiting {
    process: Process,
    _account: Option<Account>,
    _state: Option<TempDir>,
    _listener: Option<TcpListener>,
}

/// Sleeping because Telegram asked for a pause.
async fn in_a_flood_wait() -> Waiting {
    let account = Account::of(channel_of(20)).await;
    let flood = FaultKind::Error(420, "FLOOD_WAIT_40".to_owned());
    let rule = Fault::next(HISTORY, 1, flood);
    account.sim.world().faults.rules.push(rule);
    let settings = [("TELEGRAM_FLOOD_WAIT_MAX_SECONDS", "44")];
    asked_once(account, &settings, "@sim_news").await
}

/// Waiting for our own rate.
async fn in_the_queue() -> Waiting {
    let account = Account::of(channel_of(250)).await;
    let settings = [("TELEGRAM_RATE_LIMIT_HISTORY_RPS", "0.025")];
    asked_once(account, &settings, "@sim_news").await
}

/// Waiting for an answer.
async fn unanswered() -> Waiting {
    let account = Account::of(channel_of(20)).await;
    let rule = Fault::next(HISTORY, 99, FaultKind::Silent);
    account.sim.world().faults.rules.push(rule);
    asked_once(account, &[], "@sim_news").await
}

async fn asked_once(account: Account, settings: &[(&str, &str)], chat: &str) -> Waiting {
    let mut process = account.process_with(settings).await;
    let question = json!({ "chat": chat, "page_size": 200 });
    process.begin(FETCH, question).await;
    eventually("the first request", || {
        account.sim.world().calls(HISTORY) > 0
    })
    .await;
    Waiting {
        process,
        _account: Some(account),
        _state: None,
        _listener: None,
    }
}

/// Writing an export whose next answer takes its time.
async fn exporting() -> Waiting {
    let account = Account::of(channel_of(300)).await;
    let late = FaultKind::Delay(Duration::from_secs(60));
    let rule = Fault::next(HISTORY, 99, late).after(1);
    account.sim.world().faults.rules.push(rule);
    let mut process = account.process().await;
    let question = json!({ "chat": "@sim_news", "output": "export" });
    process.begin(FETCH, question).await;
    eventually("a request that is late", || {
        account.sim.world().calls(HISTORY) > 1
    })
    .await;
    Waiting {
        process,
        _account: Some(account),
        _state: None,
        _listener: None,
    }
}

/// Connecting to somebody who takes the connection and says nothing.
async fn connecting_to_silence() -> Waiting {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut waiting = asking(listener.local_addr().unwrap()).await;
    waiting._listener = Some(listener);
    waiting
}

/// Knocking where nobody listens.
async fn knocking() -> Waiting {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    asking(address).await
}

async fn asking(address: SocketAddr) -> Waiting {
    let session = SessionString::new(DC_ID, address, &World::empty(7).auth_key()).unwrap();
    let state = tempfile::tempdir().unwrap();
    let mut process = Process::spawn(&mut binary_of(&session.encode(), state.path(), &[]));
    process.initialize().await;
    process.begin(FETCH, json!({ "chat": "@sim_news" })).await;
    process.is_alive().await;
    Waiting {
        process,
        _account: None,
        _state: Some(state),
        _listener: None,
    }
}

/// Every state, by name.
async fn states() -> [(&'static str, Waiting); 6] {
    [
        ("in a flood wait", in_a_flood_wait().await),
        ("in the queue", in_the_queue().await),
        ("unanswered", unanswered().await),
        ("exporting", exporting().await),
        ("connecting to silence", connecting_to_silence().await),
        ("knocking", knocking().await),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_input_answers_the_call_and_ends_the_process() {
    for (name, mut waiting) in states().await {
        waiting.process.close_input();
        let end = async {
            let answer = waiting.process.next().await.expect(name);
            if name != "in the queue" {
                failure(&answer["result"]);
            }
            waiting.process.exits_cleanly().await;
        };
        timeout(NO_WAIT, end).await.expect(name);
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_process() {
    for (name, waiting) in states().await {
        waiting.process.signal("TERM").await;
        let end = waiting.process.exits_unread();
        timeout(NO_WAIT, end).await.expect(name);
    }
}

//! Exports through a takeout session: one for all, started when the owner agrees, and never left open.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use grammers_client::tl::functions;
use telegram_history_mcp::error::{Error, ErrorCode};
use telegram_history_mcp::export::{ExportOptions, Exports, State};
use telegram_history_mcp::history::{Call, Direction, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::Sim;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::flood::FloodModel;
use telegram_history_mcp::sim::takeouts::Takeouts;
use telegram_history_mcp::telegram::peer::Peer;
use telegram_history_mcp::telegram::{Client, ClientOptions, Window};

use crate::exports::{Shelf, news};
use crate::read_only::assert_only_read;
use crate::stage::{CHANNEL, call, channel_of, options};
use crate::support::eventually;

const START: &str = "account.initTakeoutSession";
const END: &str = "account.finishTakeoutSession";
const HISTORY: &str = "messages.getHistory";

async fn world() -> Sim {
    Sim::start(channel_of(20)).await.unwrap()
}

fn client(sim: &Sim) -> Arc<Client> {
    Arc::new(Client::new(options(sim)))
}

/// A client that remembers, as every run of the program does.
fn client_in(sim: &Sim, state: &Path) -> Arc<Client> {
    Arc::new(Client::new(ClientOptions {
        state_dir: Some(state.to_owned()),
        ..options(sim)
    }))
}

async fn read(sim: &Sim, client: &Client, call: &Call) -> Result<usize, Error> {
    let peer = Peer {
        chat_id: CHANNEL,
        access_hash: sim.world().channels[&1001].access_hash.unwrap(),
    };
    let window = Window {
        limit: 100,
        ..Window::default()
    };
    let answer = client.history(peer, window, call).await?;
    Ok(answer.sent().count())
}

fn strike(sim: &Sim, fault: Fault) {
    sim.world().faults.rules.push(fault);
}

/// Nothing is open, and what became of the sessions: so many started, succeeded and failed.
#[track_caller]
fn assert_ended(sim: &Sim, [started, succeeded, failed]: [u32; 3]) {
    let world = sim.world();
    assert_only_read(&world);
    let ended = Takeouts {
        started,
        succeeded,
        failed,
        requests: world.takeouts.requests,
        ..Takeouts::default()
    };
    assert_eq!(world.takeouts, ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_at_once_share_a_session_that_ends_with_the_last() {
    let sim = world().await;
    let client = client(&sim);
    let (first, second) = (call(), call());
    let (first, second) = tokio::join!(client.takeout(&first), client.takeout(&second));
    let (first, second) = (first.unwrap(), second.unwrap());
    first.finish(true).await;
    let within = call().with_takeout(second.clone());
    assert_eq!(read(&sim, &client, &within).await.unwrap(), 20);
    assert_eq!(sim.world().takeouts.requests, 1);
    second.finish(true).await;
    assert_ended(&sim, [1, 1, 0]);
    client.takeout(&call()).await.unwrap().finish(true).await;
    assert_ended(&sim, [2, 2, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_which_one_export_failed_is_told_as_failed() {
    let sim = world().await;
    let client = client(&sim);
    let first = client.takeout(&call()).await.unwrap();
    let second = client.takeout(&call()).await.unwrap();
    first.finish(false).await;
    second.finish(true).await;
    assert_ended(&sim, [1, 0, 1]);
    client.takeout(&call()).await.unwrap().finish(true).await;
    assert_ended(&sim, [2, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_messages_are_read_within_the_session_and_only_by_its_export() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    client.check(&within).await.unwrap();
    read(&sim, &client, &call()).await.unwrap();
    assert_eq!(sim.world().takeouts.requests, 0);
    read(&sim, &client, &within).await.unwrap();
    assert_eq!(sim.world().takeouts.requests, 1);
    takeout.finish(true).await;
    // What is asked too late is asked without one, and starts none.
    read(&sim, &client, &within).await.unwrap();
    assert_eq!(sim.world().takeouts.requests, 2);
    assert_ended(&sim, [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_has_to_agree_and_is_not_waited_for() {
    let sim = world().await;
    let client = client(&sim);
    // Short enough to be slept, were it a flood wait.
    sim.world().takeouts.delay = Some(3);
    let refused = client.takeout(&call()).await.err().unwrap();
    assert_eq!(refused.code(), ErrorCode::FloodWait);
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(3)));
    assert!(refused.to_string().contains("confirm"), "{refused}");
    assert_eq!(sim.world().calls(START), 1);
    // Nobody else has to wait.
    client.check(&call()).await.unwrap();
    sim.world().takeouts.delay = None;
    client.takeout(&call()).await.unwrap().finish(true).await;
    assert_ended(&sim, [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_telegram_has_ended_is_started_anew() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    sim.world().takeouts.open = None;
    let all = tokio::join!(
        read(&sim, &client, &within),
        read(&sim, &client, &within),
        read(&sim, &client, &within)
    );
    assert_eq!(
        (all.0.unwrap(), all.1.unwrap(), all.2.unwrap()),
        (20, 20, 20)
    );
    takeout.finish(true).await;
    assert_ended(&sim, [2, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_telegram_ends_each_time_is_started_anew_once() {
    let sim = world().await;
    let client = client(&sim);
    let invalid = FaultKind::Error(400, "TAKEOUT_INVALID".to_owned());
    strike(&sim, Fault::next(HISTORY, 2, invalid));
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    let refused = read(&sim, &client, &within).await.unwrap_err();
    assert!(matches!(refused, Error::TakeoutEnded { .. }), "{refused}");
    assert_eq!(sim.world().calls(HISTORY), 2);
    assert_eq!(sim.world().takeouts.started, 2);
    takeout.finish(false).await;
    assert_eq!(sim.world().takeouts.open, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_dropped_ends_its_session() {
    let sim = world().await;
    let client = client(&sim);
    let within = call().with_takeout(client.takeout(&call()).await.unwrap());
    read(&sim, &client, &within).await.unwrap();
    drop(within);
    eventually("it ends", || sim.world().takeouts.open.is_none()).await;
    assert_ended(&sim, [1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_cancelled_under_way_leaves_nothing_open() {
    let sim = world().await;
    let client = client(&sim);
    let slow = FaultKind::Delay(Duration::from_millis(100));
    strike(&sim, Fault::next(START, 1, slow));
    let call = call();
    let start = client.takeout(&call);
    let cancel = async {
        eventually("it starts", || sim.world().takeouts.started == 1).await;
        call.cancel.cancel();
    };
    let (start, ()) = tokio::join!(start, cancel);
    assert!(matches!(start.err().unwrap(), Error::Cancelled));
    eventually("it ends", || sim.world().takeouts.open.is_none()).await;
    assert_ended(&sim, [1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_left_open_is_taken_up_and_ended() {
    let sim = world().await;
    let state = tempfile::tempdir().unwrap();
    // Never dropped, as a process that is killed drops nothing.
    std::mem::forget(
        client_in(&sim, state.path())
            .takeout(&call())
            .await
            .unwrap(),
    );
    let files = std::fs::read_dir(state.path()).unwrap();
    let file = files
        .map(|file| file.unwrap())
        .find(|file| file.file_name().to_string_lossy().starts_with("takeout-"))
        .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let client = client_in(&sim, state.path());
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    read(&sim, &client, &within).await.unwrap();
    assert_eq!(sim.world().takeouts.requests, 1);
    takeout.finish(true).await;
    assert_ended(&sim, [1, 1, 0]);
    let left = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(left, r#"{"takeout_id":null}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_server() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    client.disconnect().await;
    assert_ended(&sim, [1, 0, 1]);
    drop(takeout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_end_fails_is_taken_up_again() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let refusal = FaultKind::Error(400, "RPC_MCGET_FAIL".to_owned());
    strike(&sim, Fault::next(END, 1, refusal));
    takeout.finish(true).await;
    assert!(sim.world().takeouts.open.is_some());
    client.takeout(&call()).await.unwrap().finish(true).await;
    assert_ended(&sim, [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_wait_within_the_session_is_that_of_the_request() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    strike(
        &sim,
        Fault::next(
            HISTORY,
            1,
            FaultKind::Error(420, "FLOOD_WAIT_60".to_owned()),
        ),
    );
    let refused = read(&sim, &client, &within).await.unwrap_err();
    let is_of_history = matches!(
        refused,
        Error::FloodWait {
            method: HISTORY,
            ..
        }
    );
    assert!(is_of_history, "{refused}");
    // Its class rests, and what ends the session is of another one.
    let refused = read(&sim, &client, &call()).await.unwrap_err();
    assert!(matches!(refused, Error::FloodWait { .. }), "{refused}");
    assert_eq!(sim.world().calls(HISTORY), 1);
    takeout.finish(false).await;
    assert_ended(&sim, [1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_may_be_asked_within_the_session() {
    let sim = world().await;
    sim.world().floods = Some(FloodModel::strict());
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let within = call().with_takeout(takeout.clone());
    for _ in 0..40 {
        read(&sim, &client, &within).await.unwrap();
    }
    let tally = sim.world().floods.as_ref().unwrap().tally(HISTORY);
    assert_eq!((tally.asked, tally.flooded), (40, 0));
    takeout.finish(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_reads_within_a_session_and_ends_it() {
    let sim = Sim::start(channel_of(250)).await.unwrap();
    let shelf = Shelf::new();
    let reader = Arc::new(Reader::new(options(&sim), Gate::unmasked()));
    let with_takeout = ExportOptions {
        takeout: true,
        ..shelf.options()
    };
    let exports = Exports::new(reader, with_takeout);
    let report = exports.export(&news(Direction::Desc), &call()).await;
    assert_eq!(report.unwrap().status.state, State::Complete);
    eventually("it ends", || sim.world().takeouts.open.is_none()).await;
    assert_ended(&sim, [1, 1, 0]);
    // Each of its pages, and the end.
    assert_eq!(sim.world().takeouts.requests, 3 + 1);
    assert_eq!(sim.world().calls(HISTORY), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_refuses_what_names_no_open_session() {
    let sim = world().await;
    let client = client(&sim);
    let takeout = client.takeout(&call()).await.unwrap();
    let finish = functions::account::FinishTakeoutSession { success: true };
    let within = functions::InvokeWithTakeout {
        takeout_id: sim.world().takeouts.open.unwrap().wrapping_add(1),
        query: finish.clone(),
    };
    for refused in [
        client.invoke(&finish, &call()).await,
        client.invoke(&within, &call()).await,
    ] {
        assert!(matches!(refused, Err(Error::TakeoutEnded { .. })));
    }
    assert!(sim.world().takeouts.open.is_some());
    takeout.finish(true).await;
    assert_ended(&sim, [1, 1, 0]);
}

//! Each fault does on the wire what it says, and to nobody else.

use std::path::Path;
use std::time::Duration;

use grammers_client::tl::{self, Deserializable as _, Serializable as _};
use telegram_history_mcp::sim::faults::{CONDITIONS, Fault, FaultKind, Faults, KINDS};
use telegram_history_mcp::sim::flood::FloodModel;
use telegram_history_mcp::sim::{self, Sim, World};

use crate::stage::{call, channel_of, reader};
use crate::support::eventually;
use crate::wire::{Seen, Wire, answer_of, plainly};

/// A request whose answer never changes.
const NEAREST: tl::functions::help::GetNearestDc = tl::functions::help::GetNearestDc {};
const METHOD: &str = "help.getNearestDc";

/// Its answer.
fn nearest() -> Vec<u8> {
    let dc = tl::types::NearestDc {
        country: "NL".to_owned(),
        this_dc: 2,
        nearest_dc: 2,
    };
    tl::enums::NearestDc::from(dc).to_bytes()
}

async fn sim_with(faults: impl IntoIterator<Item = Fault>) -> Sim {
    let mut world = plainly(World::empty(7));
    world.faults = Faults::of(faults);
    Sim::start(world).await.unwrap()
}

/// A simulator whose next answer goes wrong, a client of it, and the id of the request that is hit.
async fn hit(kind: FaultKind) -> (Sim, Wire, i64) {
    let sim = sim_with([Fault::next(METHOD, 1, kind)]).await;
    let mut wire = Wire::greet(&sim).await;
    let asked = wire.ask(&NEAREST).await;
    (sim, wire, asked)
}

/// Asks again on this connection, which must answer as ever.
async fn is_served(wire: &mut Wire) {
    let asked = wire.ask(&NEAREST).await;
    assert_eq!(wire.answer(asked).await, nearest());
}

/// Asks on a new connection, which must answer as ever.
async fn others_are_served(sim: &Sim) {
    let mut other = Wire::connect(sim).await;
    other.session_id += 1;
    let asked = other.ask(&NEAREST).await;
    other.message().await;
    assert_eq!(other.answer(asked).await, nearest());
}

#[tokio::test]
async fn answers_are_replaced() {
    let error = |code, name: &str| {
        let error = tl::types::RpcError {
            error_code: code,
            error_message: name.to_owned(),
        };
        tl::enums::RpcError::from(error).to_bytes()
    };
    for (kind, expected) in [
        (
            FaultKind::Error(420, "FLOOD_WAIT_14".to_owned()),
            error(420, "FLOOD_WAIT_14"),
        ),
        (
            FaultKind::Error(-503, "TIMEOUT".to_owned()),
            error(-503, "TIMEOUT"),
        ),
        (FaultKind::Answer(vec![1; 8]), vec![1; 8]),
        (FaultKind::Short(6), nearest()[..6].to_vec()),
        (FaultKind::Short(0), Vec::new()),
        (FaultKind::Short(1000), nearest()),
    ] {
        let (sim, mut wire, asked) = hit(kind.clone()).await;
        assert_eq!(wire.answer(asked).await, expected, "{kind}");
        is_served(&mut wire).await;
        assert_eq!(sim.world().calls(METHOD), 2, "{kind}");
    }
}

#[tokio::test]
async fn an_unknown_constructor_is_in_no_schema() {
    let (_sim, mut wire, asked) = hit(FaultKind::Unknown).await;
    let answer = wire.answer(asked).await;
    let id = u32::from_le_bytes(answer.try_into().unwrap());
    assert_eq!(tl::name_for_id(id), "(unknown)");
    is_served(&mut wire).await;
}

#[tokio::test]
async fn a_large_answer_is_the_answer_and_more_than_grammers_can_receive() {
    let mut world = plainly(World::empty(7));
    world.knobs.gzip_from = 0;
    world.faults = Faults::of([Fault::next(METHOD, 1, FaultKind::Large)]);
    let sim = Sim::start(world).await.unwrap();
    let mut wire = Wire::greet(&sim).await;
    let asked = wire.ask(&NEAREST).await;
    let answer = wire.answer(asked).await;
    assert!(answer.starts_with(&nearest()));
    assert!(answer.len() > (1 << 20) + (8 << 10));
}

#[tokio::test]
async fn a_connection_closes_before_in_and_after_the_answer() {
    for (kind, seen, calls) in [
        (FaultKind::CloseBefore, Seen::Closed(0), 0),
        (FaultKind::Drop, Seen::Closed(0), 1),
        (FaultKind::Cut(1), Seen::Closed(1), 1),
        (FaultKind::Cut(4), Seen::Closed(4), 1),
        (FaultKind::Cut(60), Seen::Closed(60), 1),
        (FaultKind::Reset, Seen::Reset(0), 1),
    ] {
        let (sim, mut wire, _) = hit(kind.clone()).await;
        assert_eq!(wire.next().await, seen, "{kind}");
        assert_eq!(sim.world().calls(METHOD), calls, "{kind}");
        others_are_served(&sim).await;
    }
    for kind in [FaultKind::CloseAfter, FaultKind::Cut(10_000)] {
        let (sim, mut wire, asked) = hit(kind.clone()).await;
        assert_eq!(wire.answer(asked).await, nearest(), "{kind}");
        assert_eq!(wire.next().await, Seen::Closed(0), "{kind}");
        others_are_served(&sim).await;
    }
}

#[tokio::test]
async fn a_lost_answer_costs_nothing_but_itself() {
    let (sim, mut wire, _) = hit(FaultKind::Silent).await;
    is_served(&mut wire).await;
    assert_eq!(sim.world().calls(METHOD), 2);
}

#[tokio::test]
async fn a_half_open_connection_stays_up_and_says_nothing() {
    let (sim, mut wire, _) = hit(FaultKind::HalfOpen).await;
    eventually("the request is carried out", || {
        sim.world().calls(METHOD) == 1
    })
    .await;
    wire.ask(&NEAREST).await;
    wire.ask(&tl::functions::Ping { ping_id: 2 }).await;
    others_are_served(&sim).await;
    assert_eq!(sim.world().calls(METHOD), 2);
    drop(sim);
    // With the simulator, and with what was unread there.
    let end = wire.next().await;
    assert!(matches!(end, Seen::Closed(0) | Seen::Reset(0)), "{end:?}");
}

#[tokio::test]
async fn an_answer_comes_twice_in_messages_of_one_id() {
    let (_sim, mut wire, asked) = hit(FaultKind::Twice).await;
    let first = wire.message().await;
    assert_eq!(answer_of(&first, asked), nearest());
    assert_eq!(wire.message().await, first);
    is_served(&mut wire).await;
}

#[tokio::test]
async fn a_late_answer_lets_others_pass() {
    let late = FaultKind::Delay(Duration::from_secs(1_000_000));
    let (_sim, mut wire, _) = hit(late).await;
    is_served(&mut wire).await;
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_comes_as_late_as_it_was_said() {
    let delay = Duration::from_secs(1000);
    let sim = sim_with([Fault::next(METHOD, 1, FaultKind::Delay(delay))]).await;
    let mut wire = Wire::connect(&sim).await;
    let begun = tokio::time::Instant::now();
    let asked = wire.ask(&NEAREST).await;
    wire.next_in_time().await;
    let Seen::Message(answer) = wire.next_in_time().await else {
        panic!("an answer");
    };
    assert_eq!(answer_of(&answer, asked), nearest());
    assert!(begun.elapsed() >= delay);
}

#[tokio::test]
async fn a_new_salt_is_told_and_must_be_used() {
    let (sim, mut wire, asked) = hit(FaultKind::BadSalt).await;
    for id in [asked, wire.ask(&NEAREST).await] {
        let refusal = wire.message().await.body;
        let refusal = tl::enums::BadMsgNotification::from_bytes(&refusal).unwrap();
        let expected = tl::types::BadServerSalt {
            bad_msg_id: id,
            bad_msg_seqno: 1,
            error_code: 48,
            new_server_salt: sim.world().salt,
        };
        assert_eq!(refusal, expected.into());
    }
    assert_eq!(sim.world().calls(METHOD), 0);
    assert_ne!(sim.world().salt, wire.salt);
    wire.salt = sim.world().salt;
    is_served(&mut wire).await;
}

#[tokio::test]
async fn a_forgotten_session_is_announced_again_before_the_answer() {
    let (_sim, mut wire, asked) = hit(FaultKind::NewSession).await;
    let announced = wire.message().await.body;
    let tl::enums::NewSession::Created(created) =
        tl::enums::NewSession::from_bytes(&announced).unwrap();
    assert_eq!(created.first_msg_id, asked);
    assert_eq!(created.server_salt, wire.salt);
    assert_eq!(wire.answer(asked).await, nearest());
    is_served(&mut wire).await;
}

#[tokio::test]
async fn an_answer_to_a_foreign_session_is_alone_with_that() {
    let (_sim, mut wire, asked) = hit(FaultKind::ForeignSession).await;
    let foreign = wire.message().await;
    assert_ne!(foreign.session_id, wire.session_id);
    assert_eq!(answer_of(&foreign, asked), nearest());
    let asked = wire.ask(&NEAREST).await;
    let own = wire.message().await;
    assert_eq!(own.session_id, wire.session_id);
    assert_eq!(answer_of(&own, asked), nearest());
}

#[tokio::test]
async fn the_transports_errors_come_with_and_without_a_frame_and_close() {
    for (kind, seen) in [
        (FaultKind::Status(-404), Seen::Status(-404)),
        (FaultKind::Status(-429), Seen::Status(-429)),
        (FaultKind::BareStatus(-404), Seen::BareStatus(-404)),
    ] {
        let (sim, mut wire, _) = hit(kind.clone()).await;
        assert_eq!(wire.next().await, seen, "{kind}");
        assert_eq!(wire.next().await, Seen::Closed(0), "{kind}");
        assert_eq!(sim.world().calls(METHOD), 0, "{kind}");
        others_are_served(&sim).await;
    }
}

#[tokio::test]
async fn flipped_bits_are_noticed_by_the_checksum_or_by_the_key() {
    // The first four bytes are the length, which is not flipped here: that would be waited for.
    for byte in [4, 8, 16, 40, 80] {
        let (_sim, mut wire, _) = hit(FaultKind::Flip(byte)).await;
        assert_eq!(wire.next().await, Seen::WrongChecksum, "{byte}");
    }
    for byte in [0, 8, 24, 40, 1000] {
        let (_sim, mut wire, _) = hit(FaultKind::Forge(byte)).await;
        assert_eq!(wire.next().await, Seen::WrongKey, "{byte}");
        is_served(&mut wire).await;
    }
}

#[tokio::test]
async fn connections_are_closed_and_reset_when_they_are_made() {
    for (kind, seen) in [
        (FaultKind::Drop, Seen::Closed(0)),
        (FaultKind::Reset, Seen::Reset(0)),
    ] {
        let sim = sim_with([Fault::next("connect", 1, kind.clone()).after(1)]).await;
        let mut served = Wire::greet(&sim).await;
        let mut wire = Wire::connect(&sim).await;
        assert_eq!(wire.next().await, seen, "{kind}");
        is_served(&mut served).await;
        others_are_served(&sim).await;
        assert_eq!(sim.world().faults.rules[0].struck, 1);
    }
}

#[tokio::test]
async fn a_connection_may_be_taken_and_never_be_answered() {
    for kind in [FaultKind::Silent, FaultKind::HalfOpen] {
        let sim = sim_with([Fault::next("connect", 1, kind.clone())]).await;
        let mut wire = Wire::connect(&sim).await;
        wire.ask(&NEAREST).await;
        eventually("the connection is taken", || {
            sim.world().faults.rules[0].struck == 1
        })
        .await;
        others_are_served(&sim).await;
        assert_eq!(sim.world().calls(METHOD), 1, "{kind}");
        drop(sim);
        let end = wire.next().await;
        assert!(matches!(end, Seen::Closed(0) | Seen::Reset(0)), "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_be_served_late() {
    let delay = Duration::from_secs(1000);
    let sim = sim_with([Fault::next("connect", 1, FaultKind::Delay(delay))]).await;
    let begun = tokio::time::Instant::now();
    let mut wire = Wire::connect(&sim).await;
    wire.ask(&NEAREST).await;
    let announced = wire.next_in_time().await;
    assert!(matches!(announced, Seen::Message(_)), "{announced:?}");
    assert!(begun.elapsed() >= delay);
}

#[tokio::test]
async fn requests_in_wrappers_are_hit_by_the_method_inside() {
    let (_sim, mut wire, _) = hit(FaultKind::Silent).await;
    let wrapped = tl::functions::InvokeWithoutUpdates { query: NEAREST };
    let asked = wire.ask(&wrapped).await;
    assert_eq!(wire.answer(asked).await, nearest());

    let sim = sim_with([Fault::next(METHOD, 1, FaultKind::Drop)]).await;
    let mut wire = Wire::greet(&sim).await;
    wire.ask(&wrapped).await;
    assert_eq!(wire.next().await, Seen::Closed(0));
}

#[tokio::test]
async fn a_clock_a_day_away_is_told_and_then_kept() {
    let day = 86_400;
    for (server_is_ahead, code) in [(day, 16), (-day, 17)] {
        let mut world = plainly(World::empty(7));
        world.clock_offset = server_is_ahead;
        let sim = Sim::start(world).await.unwrap();
        let mut wire = Wire::connect(&sim).await;
        let asked = wire.ask(&NEAREST).await;
        let refusal = wire.message().await;
        let bad = tl::enums::BadMsgNotification::from_bytes(&refusal.body).unwrap();
        let expected = tl::types::BadMsgNotification {
            bad_msg_id: asked,
            bad_msg_seqno: 1,
            error_code: code,
        };
        assert_eq!(bad, expected.into());
        let told = refusal.msg_id >> 32;
        assert!((told - i64::from(sim.world().now())).abs() < 3600);

        // The ids of the day that was wrong are gone with it.
        let asked = wire.ask_as(told << 32, &NEAREST.to_bytes()).await;
        wire.message().await;
        assert_eq!(wire.answer(asked).await, nearest());
        assert_eq!(sim.world().calls(METHOD), 1);
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_takes_the_servers_ids_with_it() {
    let sim = sim_with([]).await;
    let mut wire = Wire::greet(&sim).await;
    sim.world().clock_offset = -86_400;
    wire.ask(&NEAREST).await;
    let told = wire.message().await.msg_id >> 32;
    assert!((told - i64::from(sim.world().now())).abs() < 3600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_whose_clock_is_a_day_behind_reads() {
    let mut world = channel_of(20);
    world.clock_offset = 86_400;
    let sim = Sim::start(world).await.unwrap();
    let params = telegram_history_mcp::history::HistoryParams {
        chat: Some("@sim_news".to_owned()),
        ..Default::default()
    };
    let page = reader(&sim).fetch_history(&params, &call()).await.unwrap();
    assert_eq!(page.messages.len(), 20);
}

#[test]
fn the_documentation_lists_every_request_fault_condition_and_limit() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/simulator.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut expected: Vec<String> = sim::methods().map(|method| format!("`{method}`")).collect();
    for row in KINDS {
        expected.push(format!("| `{}` | {} |", row.usage(), row.means));
    }
    let mut lines = page.lines();
    let connect = lines.find(|line| line.starts_with("`connect` takes"));
    for kind in FaultKind::connection_samples() {
        let name = kind.to_string();
        let name = name.split('=').next().unwrap();
        assert!(connect.unwrap().contains(&format!("`{name}")), "{name}");
    }
    for (name, value, means) in CONDITIONS {
        expected.push(format!("| `{name}={value}` | {means} |"));
    }
    let (_, usual) = FloodModel::PRESETS[0];
    let (_, strict) = FloodModel::PRESETS[1];
    for ((method, usual), (_, strict)) in usual.iter().zip(strict) {
        expected.push(format!("| `{method}` | {usual} | {strict} |"));
    }
    for part in expected {
        assert!(page.contains(&part), "{part}");
    }
}

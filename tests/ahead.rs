//! Several windows at once: what comes out is what comes out one by one, for at most a tenth more requests, and no
//! more are under way than the limiter can spare.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::error::Error;
use telegram_history_mcp::history::{Batch, Direction, Flow, HistoryParams, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::knobs::{Deleted, Knobs};
use telegram_history_mcp::sim::live::Live;
use telegram_history_mcp::sim::world::Event;
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::{ClientOptions, Rates};

use crate::stage::{CHANNEL, call, channel_of, options, reader};
use crate::support::eventually;

const HISTORY: &str = "messages.getHistory";
/// How many walks are under way at once: most of a rough one is waiting.
const AT_ONCE: usize = 24;
const BOTH: [Direction; 2] = [Direction::Desc, Direction::Asc];

fn all_of(direction: Direction) -> HistoryParams {
    HistoryParams {
        chat: Some("@sim_news".to_owned()),
        direction: Some(direction),
        ..HistoryParams::default()
    }
}

/// What a flow brought.
#[derive(Debug, Default)]
struct Read {
    /// The messages, as they came.
    ids: Vec<i32>,
    /// What was told to be unreadable.
    passed: BTreeSet<i32>,
    /// The most messages of one batch.
    largest: usize,
    /// How many requests had been made when the first batch came.
    begun: usize,
}

impl Read {
    fn take(&mut self, mut batch: Batch) -> bool {
        self.largest = self.largest.max(batch.len());
        let present: BTreeSet<i32> = batch.present.iter().copied().collect();
        for message in batch.release(&Gate::unmasked()) {
            assert!(present.contains(&message.record.id));
            self.ids.push(message.record.id);
        }
        for range in &batch.unreadable {
            self.passed.extend(range.from_id..=range.to_id);
        }
        batch.ended
    }
}

/// Reads a flow to its end, going on where it stands when it was stopped; from a checkpoint now and then.
async fn read_all(
    sim: &Sim,
    reader: &Reader,
    mut flow: Flow,
    mut restarts: Option<ChaCha8Rng>,
) -> Read {
    let mut read = Read::default();
    for _ in 0..5_000 {
        if let Some(rng) = &mut restarts
            && rng.random_bool(0.1)
        {
            let checkpoint = flow.checkpoint(reader).unwrap();
            flow = reader.resume_flow(&checkpoint, &call()).await.unwrap();
        }
        match reader.read_on(&mut flow, &call()).await {
            Ok(batch) => {
                if read.begun == 0 {
                    read.begun = sim.world().calls(HISTORY);
                }
                if read.take(batch) {
                    return read;
                }
            }
            Err(error) if error.is_transient() || error.retry_after().is_some() => {
                tokio::time::sleep(error.retry_after().unwrap_or_default()).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the flow does not end");
}

async fn read(sim: &Sim, direction: Direction) -> Read {
    let reader = reader(sim);
    let flow = reader.begin_flow(&all_of(direction), &call()).await;
    read_all(sim, &reader, flow.unwrap(), None).await
}

/// How many requests a reader makes that asks for one page after the other.
async fn requests_one_by_one(sim: &Sim, direction: Direction) -> usize {
    let before = sim.world().calls(HISTORY);
    let reader = reader(sim);
    let mut params = HistoryParams {
        page_size: Some(100),
        ..all_of(direction)
    };
    loop {
        let page = reader.fetch_history(&params, &call()).await.unwrap();
        let Some(cursor) = page.cursor_after(page.messages.len()) else {
            return sim.world().calls(HISTORY) - before;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
}

/// A channel of so many posts, of which about this share was deleted.
fn thinned(count: i32, gone: f64, seed: u64) -> World {
    let mut world = channel_of(count);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for id in 2..count {
        if rng.random_bool(gone) {
            world.delete(CHANNEL, id);
        }
    }
    world.log.clear();
    world
}

fn ids(world: &World, direction: Direction) -> Vec<i32> {
    let ids = world.histories[&CHANNEL].ids();
    match direction {
        Direction::Asc => ids.collect(),
        Direction::Desc => ids.rev().collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dense_channel_is_read_by_several_windows_at_once_and_not_one_request_more() {
    for direction in BOTH {
        let mut world = channel_of(6_000);
        world.knobs.latency = Duration::from_millis(5);
        let expected = ids(&world, direction);
        let sim = Sim::start(world).await.unwrap();
        let read = read(&sim, direction).await;
        assert_eq!(read.ids, expected);
        let bound = usize::from(direction == Direction::Asc);
        assert_eq!(sim.world().calls(HISTORY), 60 + bound, "{direction:?}");
        assert!(sim.world().most_at_once > 4, "{direction:?}");
        assert!((401..=800).contains(&read.largest), "{}", read.largest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_a_tenth_more_is_asked_for_than_one_by_one() {
    for (gone, deleted) in [
        (0.02, Deleted::Skipped),
        (0.1, Deleted::Skipped),
        (0.4, Deleted::Skipped),
        (0.9, Deleted::Skipped),
        (0.1, Deleted::Holes),
        (0.5, Deleted::Holes),
        (0.3, Deleted::Empty),
    ] {
        for direction in BOTH {
            let mut world = thinned(6_000, gone, 3);
            world.knobs.deleted = deleted;
            let expected = ids(&world, direction);
            let sim = Sim::start(world).await.unwrap();
            assert_eq!(read(&sim, direction).await.ids, expected);
            let ahead = sim.world().calls(HISTORY);
            let one_by_one = requests_one_by_one(&sim, direction).await;
            assert!(
                ahead * 10 <= one_by_one * 11,
                "{ahead} instead of {one_by_one}: {gone}, {deleted:?}, {direction:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_that_meet_behind_a_wide_hole_are_taken_once() {
    for deleted in [Deleted::Skipped, Deleted::Empty, Deleted::Holes] {
        for direction in BOTH {
            let mut world = channel_of(6_000);
            world.knobs.deleted = deleted;
            for id in 2_510..3_490 {
                world.delete(CHANNEL, id);
            }
            let expected = ids(&world, direction);
            let sim = Sim::start(world).await.unwrap();
            let read = read(&sim, direction).await;
            assert!(read.ids == expected, "{deleted:?}, {direction:?}");
            assert!(read.largest > 200, "{deleted:?}, {direction:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_with_holes_is_read_by_several_windows_too() {
    for direction in BOTH {
        let mut world = thinned(12_000, 0.2, 5);
        world.knobs.latency = Duration::from_millis(2);
        let sim = Sim::start(world).await.unwrap();
        read(&sim, direction).await;
        assert!(sim.world().most_at_once > 2, "{direction:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_window_at_a_time_when_the_limiter_has_nothing_to_spare() {
    for direction in BOTH {
        let mut world = channel_of(6_000);
        world.knobs.latency = Duration::from_millis(5);
        let sim = Sim::start(world).await.unwrap();
        let (free, tight) = (reader(&sim), tight(&sim));
        let flow = free.begin_flow(&all_of(direction), &call()).await;
        let mut flow = flow.unwrap();
        while sim.world().most_at_once < 3 {
            free.read_on(&mut flow, &call()).await.unwrap();
        }
        sim.world().most_at_once = 0;
        for _ in 0..4 {
            let batch = tight.read_on(&mut flow, &call()).await.unwrap();
            assert_eq!(batch.len(), 100);
        }
        assert_eq!(sim.world().most_at_once, 1, "{direction:?}");
    }
}

/// A reader that never has more than one request to spare.
fn tight(sim: &Sim) -> Reader {
    let rates = Rates {
        history: Some(1.9),
        ..Rates::UNLIMITED
    };
    let options = ClientOptions {
        rates,
        ..options(sim)
    };
    Reader::new(options, Gate::unmasked())
}

/// The newest id when so many requests had been made, which is no less than the bound of the walk that made them.
fn newest_by(begun: usize, before: &[i32], log: &[Event]) -> i32 {
    let mut requests = 0;
    let begun = log.iter().take_while(|event| {
        requests += usize::from(matches!(event, Event::Rpc { method, .. } if *method == HISTORY));
        requests <= begun
    });
    let inserted = begun.filter_map(|event| match event {
        Event::Inserted { chat_id, id } if *chat_id == CHANNEL => Some(*id),
        _ => None,
    });
    before.iter().copied().chain(inserted).max().unwrap_or(0)
}

fn gone(log: &[Event]) -> BTreeSet<i32> {
    let gone = log.iter().filter_map(|event| match event {
        Event::Deleted { chat_id, id } if *chat_id == CHANNEL => Some(*id),
        _ => None,
    });
    gone.collect()
}

/// A world in which much is ambiguous and much goes wrong.
fn rough(seed: u64) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = rng.random_range(1_500..4_500);
    let share = [0.0, 0.0, 0.05, 0.3, 0.8][rng.random_range(0..5)];
    let mut world = thinned(count, share, seed);
    // A wide hole, so that what is behind it is not where it was thought to be.
    let hole = rng.random_range(2..count - 1);
    for id in hole..(hole + rng.random_range(0..700)).min(count) {
        world.delete(CHANNEL, id);
    }
    world.knobs = Knobs::random(seed);
    world.live = rng.random_bool(0.6).then(|| Live::new(seed));
    if rng.random_bool(0.3) {
        let mut spoilt = || (CHANNEL, rng.random_range(2..count));
        world.unreadable = [spoilt(), spoilt()].into();
    }
    if rng.random_bool(0.4) {
        let kind = match rng.random_range(0..4) {
            0 => FaultKind::Error(420, "FLOOD_WAIT_1".to_owned()),
            1 => FaultKind::Drop,
            2 => FaultKind::Twice,
            _ => FaultKind::Error(500, "RPC_CALL_FAIL".to_owned()),
        };
        let after = rng.random_range(0..30);
        let rule = Fault::next(HISTORY, rng.random_range(1..4), kind).after(after);
        world.faults.rules.push(rule);
    }
    world.log.clear();
    world
}

async fn the_law_holds(seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xa4ead);
    let direction = BOTH[rng.random_range(0..2)];
    let world = rough(seed);
    let before: Vec<i32> = world.histories[&CHANNEL].ids().collect();
    let spoilt: BTreeSet<i32> = world.unreadable.iter().map(|(_, id)| *id).collect();
    let loses = world
        .faults
        .rules
        .iter()
        .any(|rule| rule.kind == FaultKind::Drop);
    let context = format!("seed {seed}, {direction:?}");
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    let flow = reader
        .begin_flow(&all_of(direction), &call())
        .await
        .unwrap();
    let restarts = rng.random_bool(0.3).then_some(rng);
    let read = read_all(&sim, &reader, flow, restarts).await;

    let mut in_order = read.ids.clone();
    match direction {
        Direction::Asc => in_order.sort_unstable(),
        Direction::Desc => in_order.sort_unstable_by(|a, b| b.cmp(a)),
    }
    in_order.dedup();
    assert_eq!(read.ids, in_order, "{context}: out of order or twice");
    let log = sim.world().log.clone();
    let (gone, newest) = (gone(&log), newest_by(read.begun, &before, &log));
    let got: BTreeSet<i32> = read.ids.iter().copied().collect();
    for id in before.iter().filter(|id| !gone.contains(id)) {
        let is_told = got.contains(id) != read.passed.contains(id);
        assert!(is_told, "{context}: {id} is missing, or told twice");
        // A connection that is lost each time that one message is asked for alone looks as if it were to blame.
        let may_be_passed = spoilt.contains(id) || loses;
        assert!(got.contains(id) || may_be_passed, "{context}: {id}");
    }
    let known: BTreeSet<i32> = before.into_iter().collect();
    for id in &got {
        assert!(
            known.contains(id) || *id <= newest,
            "{context}: {id} is too new"
        );
        assert!(!spoilt.contains(id), "{context}: {id} was never readable");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_gaps_and_no_duplicates_whatever_happens_while_several_are_under_way() {
    // `AHEAD_SEEDS=2000 cargo test` looks longer.
    let seeds = std::env::var("AHEAD_SEEDS").map_or(60, |seeds| seeds.parse().unwrap());
    let first = std::env::var("AHEAD_FROM").map_or(0, |seed| seed.parse().unwrap());
    stream::iter(first..first + seeds)
        .map(|seed: u64| tokio::spawn(the_law_holds(seed)))
        .buffer_unordered(AT_ONCE)
        .for_each(|outcome| {
            outcome.unwrap();
            std::future::ready(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_a_window_that_fails_is_kept() {
    for direction in BOTH {
        let world = channel_of(6_000);
        let expected = ids(&world, direction);
        let sim = Sim::start(world).await.unwrap();
        let reader = reader(&sim);
        let mut flow = reader
            .begin_flow(&all_of(direction), &call())
            .await
            .unwrap();
        let mut read = Read::default();
        while read.largest < 300 {
            assert!(!read.take(reader.read_on(&mut flow, &call()).await.unwrap()));
        }
        // The third of several, for good; longer than any call may sleep.
        let flood = FaultKind::Error(420, "FLOOD_WAIT_60".to_owned());
        sim.world()
            .faults
            .rules
            .push(Fault::next(HISTORY, 1, flood).after(2));
        let before = read.ids.len();
        read.take(reader.read_on(&mut flow, &call()).await.unwrap());
        assert_eq!(read.ids.len(), before + 200, "{direction:?}");
        assert_eq!(read.ids, expected[..read.ids.len()]);
        let stopped = reader.read_on(&mut flow, &call()).await.err().unwrap();
        assert!(matches!(stopped, Error::FloodWait { .. }), "{stopped}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_is_cancelled_goes_on_where_it_stood() {
    for direction in BOTH {
        let mut world = channel_of(5_000);
        world.knobs.latency = Duration::from_millis(20);
        let expected = ids(&world, direction);
        let sim = Sim::start(world).await.unwrap();
        let reader = reader(&sim);
        let mut flow = reader
            .begin_flow(&all_of(direction), &call())
            .await
            .unwrap();
        let mut read = Read::default();
        for _ in 0..20 {
            read.take(reader.read_on(&mut flow, &call()).await.unwrap());
        }
        let (cancelled, requests) = (call(), sim.world().calls(HISTORY));
        let cancel = async {
            eventually("several are under way", || {
                sim.world().calls(HISTORY) > requests + 1
            })
            .await;
            cancelled.cancel.cancel();
        };
        let (outcome, ()) = tokio::join!(reader.read_on(&mut flow, &cancelled), cancel);
        assert!(matches!(outcome.err().unwrap(), Error::Cancelled));
        let rest = read_all(&sim, &reader, flow, None).await;
        read.ids.extend(rest.ids);
        assert_eq!(read.ids, expected, "{direction:?}");
    }
}

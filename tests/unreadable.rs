//! Messages that no answer can hold: they are passed by and told, and every other one is read exactly once.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::history::{Direction, HistoryParams, IdRange, Page, Reader, TruncatedBy};
use telegram_history_mcp::sim::history::date_of;
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::{Sim, World};

use crate::stage::{CHANNEL, call, channel_of, reader};

const HISTORY: &str = "messages.getHistory";
const GROUP: i64 = -77;
const OTHER: i64 = -78;
const BOTH: [Direction; 2] = [Direction::Desc, Direction::Asc];

/// What a walk came to.
#[derive(Debug, Default)]
struct Walked {
    ids: Vec<i32>,
    unreadable: Vec<IdRange>,
    pages: usize,
}

fn first_page(chat_id: i64, direction: Direction, page_size: u32) -> HistoryParams {
    let chat = if chat_id == CHANNEL {
        "@sim_news".to_owned()
    } else {
        chat_id.to_string()
    };
    HistoryParams {
        chat: Some(chat),
        direction: Some(direction),
        page_size: Some(page_size),
        ..HistoryParams::default()
    }
}

/// Follows cursors to the end. Replies are cut after `most` messages, as replies that are too long are.
async fn walk(reader: &Reader, mut params: HistoryParams, most: usize) -> Walked {
    let mut walked = Walked::default();
    loop {
        let page: Page = match reader.fetch_history(&params, &call()).await {
            Ok(page) => page,
            Err(failure) => panic!("{params:?}: {}", failure.error),
        };
        assert_eq!(page.truncated_by, TruncatedBy::None);
        assert!(page.unreadable.len() <= 20);
        let kept = page.messages.len().min(most);
        let messages = page.messages.iter().take(kept);
        walked.ids.extend(messages.map(|message| message.id));
        walked.unreadable.extend(page.unreadable_after(kept));
        walked.pages += 1;
        assert!(walked.pages < 2_000, "the walk does not end");
        let Some(cursor) = page.cursor_after(kept) else {
            return walked;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
}

impl Walked {
    fn tells(&self, id: i32) -> bool {
        let mut told = self.unreadable.iter();
        told.any(|range| (range.from_id..=range.to_id).contains(&id))
    }

    /// Everything but the unreadable was read, once and in order; the unreadable are told, and nothing else
    /// that exists.
    #[track_caller]
    fn assert_lawful(
        &self,
        direction: Direction,
        all: &BTreeSet<i32>,
        spoilt: &BTreeSet<i32>,
        asked: &str,
    ) {
        let mut expected: Vec<i32> = all.difference(spoilt).copied().collect();
        if direction == Direction::Desc {
            expected.reverse();
        }
        assert_eq!(self.ids, expected, "{direction:?}, {asked}");
        for id in all {
            assert_eq!(
                self.tells(*id),
                spoilt.contains(id),
                "{direction:?}, {asked}: {id} in {:?}",
                self.unreadable
            );
        }
    }
}

/// Runs many walks beside each other: most of a walk's time is pauses before a second try.
async fn all_at_once<T: Send + 'static>(
    walks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = walks.into_iter().map(tokio::spawn).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Makes these messages unreadable.
fn spoil(world: &mut World, chat_id: i64, ids: &BTreeSet<i32>) {
    world.unreadable.extend(ids.iter().map(|id| (chat_id, *id)));
}

fn channel_with(count: i32, spoilt: &BTreeSet<i32>) -> World {
    let mut world = channel_of(count);
    spoil(&mut world, CHANNEL, spoilt);
    world
}

fn range(from_id: i32, to_id: i32) -> IdRange {
    IdRange { from_id, to_id }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_does_not_spoil_a_page_nor_stay_untold() {
    for direction in BOTH {
        let sim = Sim::start(channel_with(150, &[70].into())).await.unwrap();
        let walked = walk(&reader(&sim), first_page(CHANNEL, direction, 100), 100).await;
        assert_eq!(walked.unreadable, [range(70, 70)]);
        walked.assert_lawful(direction, &(1..=150).collect(), &[70].into(), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn finding_one_among_a_hundred_costs_two_tries_for_each_halving_and_a_few() {
    let walks = (1..=100).step_by(11).chain([100]).flat_map(|spoilt| {
        BOTH.map(|direction| {
            Box::pin(async move {
                let sim = Sim::start(channel_with(100, &[spoilt].into()))
                    .await
                    .unwrap();
                let reader = reader(&sim);
                reader
                    .fetch_history(&first_page(CHANNEL, Direction::Asc, 1), &call())
                    .await
                    .ok();
                sim.world().log.clear();
                let walked = walk(&reader, first_page(CHANNEL, direction, 100), 100).await;
                assert_eq!((walked.ids.len(), walked.unreadable.len()), (99, 1));
                let requests = sim.world().calls(HISTORY);
                (spoilt, direction, requests)
            })
        })
    });
    for (spoilt, direction, requests) in all_at_once(walks).await {
        // 100, 50, 25, 12, 6, 3 and 1 messages twice each, what lies around, and the way back up to 100.
        assert!(
            requests <= 30,
            "{spoilt}, {direction:?}: {requests} requests"
        );
    }
}

/// Walks a channel of so many messages both ways, and a page size that does not divide it.
async fn is_lawful(count: i32, spoilt: impl IntoIterator<Item = i32>, knobs: Knobs) {
    let spoilt: BTreeSet<i32> = spoilt.into_iter().collect();
    let asked = format!("{spoilt:?} of {count}, {knobs:?}");
    let mut world = channel_with(count, &spoilt);
    world.knobs = knobs;
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    for direction in BOTH {
        let walked = walk(&reader, first_page(CHANNEL, direction, 33), 100).await;
        walked.assert_lawful(direction, &(1..=count).collect(), &spoilt, &asked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_the_oldest_and_neighbours_are_passed_by_under_every_knob() {
    let places: [&[i32]; 8] = [
        &[120],
        &[1],
        &[60, 61],
        &[119, 120],
        &[1, 2],
        &[1, 60, 120],
        &[117, 119, 120],
        &[87, 88, 90],
    ];
    let walks = (0..6).flat_map(|seed| {
        places.map(|spoilt| Box::pin(is_lawful(120, spoilt.iter().copied(), Knobs::random(seed))))
    });
    all_at_once(walks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_of_ten_and_more_are_passed_by() {
    let runs = [40..=49, 40..=80, 1..=10, 71..=80, 40..=53];
    all_at_once(runs.map(|spoilt| Box::pin(is_lawful(80, spoilt, Knobs::default())))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_of_nothing_but_what_cannot_be_read_tells_so() {
    for count in [1, 3] {
        let all: BTreeSet<i32> = (1..=count).collect();
        let sim = Sim::start(channel_with(count, &all)).await.unwrap();
        for direction in BOTH {
            let walked = walk(&reader(&sim), first_page(CHANNEL, direction, 10), 10).await;
            assert_eq!(walked.ids, [0; 0]);
            assert_eq!(walked.unreadable, [range(1, count)], "{direction:?}");
        }
    }
}

/// Chats of two kinds, dense and sparse, with deletions, and messages anywhere that cannot be read: first,
/// last and side by side more often than chance would have it.
fn random_world(rng: &mut ChaCha8Rng, seed: u64) -> (World, i64) {
    let mut world = channel_of(0);
    world.add_group("Flat", -GROUP);
    world.add_group("Other", -OTHER);
    world.knobs = Knobs::random(seed);
    let chat_id = [CHANNEL, GROUP][rng.random_range(0..2)];
    let mut date = START;
    for _ in 0..rng.random_range(2..160) {
        date += [0, 1, 7, 60][rng.random_range(0..4)];
        world.say_at(chat_id, None, "text", date);
        if chat_id == GROUP && rng.random_bool(0.3) {
            for _ in 0..rng.random_range(1..30) {
                world.say_at(OTHER, None, "elsewhere", date);
            }
        }
    }
    let ids: Vec<i32> = world.histories[&chat_id].ids().collect();
    let gone = rng.random_range(1..ids.len());
    for id in ids.iter().skip(gone).take(rng.random_range(0..8)) {
        world.delete(chat_id, *id);
    }
    let left: Vec<i32> = world.histories[&chat_id].ids().collect();
    for _ in 0..rng.random_range(1..5) {
        let at = match rng.random_range(0..5) {
            0 => 0,
            1 => left.len() - 1,
            _ => rng.random_range(0..left.len()),
        };
        let run = [1, 1, 2, 3][rng.random_range(0..4)];
        let spoilt = left.iter().skip(at).take(run);
        world.unreadable.extend(spoilt.map(|id| (chat_id, *id)));
    }
    (world, chat_id)
}

/// A Monday in March 2026.
const START: i32 = 1_772_409_600;

/// A range of dates, half of the time open at an end.
fn random_dates(rng: &mut ChaCha8Rng, dates: &BTreeMap<i32, i32>) -> [Option<i32>; 2] {
    let dates: Vec<i32> = dates.values().copied().collect();
    let mut moment = || dates[rng.random_range(0..dates.len())];
    let (one, other) = (moment(), moment());
    let from = rng.random_bool(0.5).then_some(one.min(other));
    let to = rng.random_bool(0.5).then_some(one.max(other) + 1);
    [from, to]
}

async fn the_law_holds(seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (world, chat_id) = random_world(&mut rng, seed);
    let spoilt: BTreeSet<i32> = world.unreadable.iter().map(|(_, id)| *id).collect();
    let dates: BTreeMap<i32, i32> = world.histories[&chat_id]
        .existing()
        .map(|message| (message.id(), date_of(message).unwrap()))
        .collect();
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    for direction in BOTH {
        let page_size = rng.random_range(1..=200);
        // Sometimes every reply is cut.
        let most = [200, 200, 1 + page_size as usize / 2][rng.random_range(0..3)];
        let [from, to] = random_dates(&mut rng, &dates);
        let time = |unix: i32| {
            let time = jiff::Timestamp::from_second(unix.into()).unwrap();
            time.to_string()
        };
        let params = HistoryParams {
            from: from.map(time),
            to: to.map(time),
            ..first_page(chat_id, direction, page_size)
        };
        let asked = format!(
            "seed {seed}: {chat_id} by {page_size}, {most} kept, {from:?} to {to:?}, {spoilt:?}"
        );
        let walked = walk(&reader, params, most).await;
        let inside =
            |date: &i32| from.is_none_or(|from| *date >= from) && to.is_none_or(|to| *date < to);
        let all = dates.iter().filter(|(_, date)| inside(date));
        let all: BTreeSet<i32> = all.map(|(id, _)| *id).collect();
        walked.assert_lawful(direction, &all, &spoilt, &asked);
        // Nothing that can be read is told outside the dates either.
        for id in dates.keys().filter(|id| !spoilt.contains(id)) {
            assert!(!walked.tells(*id), "{direction:?}, {asked}: {id}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_message_is_read_once_and_every_unreadable_one_told_in_random_worlds() {
    // `UNREADABLE_SEEDS=1000 cargo test` looks longer.
    let seeds = std::env::var("UNREADABLE_SEEDS").map_or(40, |seeds| seeds.parse().unwrap());
    for seed in (0..seeds).step_by(40) {
        all_at_once((seed..seeds.min(seed + 40)).map(the_law_holds)).await;
    }
}

//! Rule 1, as a law: along a cursor chain every message that exists and matches appears exactly once, in
//! order, whatever Telegram's ambiguities and whatever happens to the chat between two pages.

use std::collections::BTreeSet;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::history::{Direction, HistoryParams, Page, Reader};
use telegram_history_mcp::sim::history::date_of;
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::live::Live;
use telegram_history_mcp::sim::world::Event;
use telegram_history_mcp::sim::{Sim, World};

use crate::stage::{CHANNEL, call, channel_of, reader};

/// Follows cursors to the end; answers the ids in the order they came, and how many pages there were.
async fn walk(reader: &Reader, first: HistoryParams) -> (Vec<i32>, usize) {
    let mut params = first;
    let mut ids = Vec::new();
    for pages in 1.. {
        let page: Page = reader.fetch_history(&params, &call()).await.unwrap();
        assert_eq!(
            page.truncated_by,
            telegram_history_mcp::history::TruncatedBy::None
        );
        ids.extend(page.messages.iter().map(|message| message.id));
        let Some(cursor) = page.cursor_after(page.messages.len()) else {
            assert!(!page.has_more);
            return (ids, pages);
        };
        assert!(pages < 10_000, "the walk does not end");
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
    unreachable!()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_reads_a_hundred_messages_of_a_known_chat() {
    let sim = Sim::start(channel_of(350)).await.unwrap();
    let reader = reader(&sim);
    reader.resolve_chat("@sim_news", &call()).await.unwrap();
    sim.world().log.clear();
    let params = HistoryParams {
        chat: Some("@sim_news".to_owned()),
        page_size: Some(100),
        ..HistoryParams::default()
    };
    let page = reader.fetch_history(&params, &call()).await.unwrap();
    assert_eq!(page.messages.len(), 100);
    assert_eq!(page.fetched, 100);
    let log = sim.world().log.clone();
    assert_eq!(log.len(), 1, "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_asks_once_for_every_hundred_messages_and_once_for_its_bound() {
    for (direction, requests) in [(Direction::Desc, 4), (Direction::Asc, 5)] {
        let sim = Sim::start(channel_of(350)).await.unwrap();
        let params = HistoryParams {
            chat: Some("sim_news".to_owned()),
            page_size: Some(100),
            direction: Some(direction),
            ..HistoryParams::default()
        };
        let (ids, pages) = walk(&reader(&sim), params).await;
        assert_eq!((ids.len(), pages), (350, 4));
        assert_eq!(
            sim.world().calls("messages.getHistory"),
            requests,
            "{direction:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_directions_read_the_whole_channel_under_every_knob() {
    for seed in 0..16 {
        let mut world = channel_of(317);
        world.knobs = Knobs::random(seed);
        for id in (1..317).step_by(7).chain(120..240) {
            world.delete(CHANNEL, id);
        }
        let expected: Vec<i32> = world.histories[&CHANNEL].ids().collect();
        let sim = Sim::start(world).await.unwrap();
        let reader = reader(&sim);
        for direction in [Direction::Desc, Direction::Asc] {
            let params = HistoryParams {
                chat: Some("sim_news".to_owned()),
                page_size: Some(100),
                direction: Some(direction),
                ..HistoryParams::default()
            };
            let (mut ids, _) = walk(&reader, params).await;
            if direction == Direction::Desc {
                ids.reverse();
            }
            assert_eq!(ids, expected, "seed {seed}, {direction:?}");
        }
    }
}

/// The chats of a small world, one of each kind.
const KINDS: [(&str, i64); 4] = [
    ("channel", CHANNEL),
    ("supergroup", -1_000_000_001_002),
    ("basic group", -77),
    ("private chat", 4242),
];

/// One chat of each kind, with messages at uneven times, several in one second, and holes.
fn uneven_world(seed: u64) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut world = World::empty(seed);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    world.add_channel("Talk", None, 1002).megagroup = true;
    world.add_group("Flat", 77);
    world.add_user("Kim", None, 4242);
    world.knobs = Knobs::random(seed);
    let mut date = START;
    for (_, chat_id) in KINDS {
        world.say_at(chat_id, None, "first", date);
    }
    for number in 0..rng.random_range(0..900) {
        let (_, chat_id) = KINDS[rng.random_range(0..KINDS.len())];
        date += [0, 0, 1, 1, 7, 60, 3600][rng.random_range(0..7)];
        world.say_at(chat_id, None, &format!("text {number}"), date);
    }
    for (_, chat_id) in KINDS {
        let ids: Vec<i32> = world.histories[&chat_id].ids().collect();
        let gone = rng.random_range(0..=ids.len());
        for id in ids.iter().skip(gone.max(1)).take(rng.random_range(0..140)) {
            world.delete(chat_id, *id);
        }
    }
    world.log.clear();
    world
}

/// A Monday in March 2026.
const START: i32 = 1_772_409_600;

/// What happened in one chat, from the log: the newest id after each request, what came, went and changed.
struct Account<'a> {
    chat_id: i64,
    log: &'a [Event],
}

impl Account<'_> {
    fn gone(&self) -> BTreeSet<i32> {
        self.log
            .iter()
            .filter_map(|event| match event {
                Event::Deleted { chat_id, id } if *chat_id == self.chat_id => Some(*id),
                _ => None,
            })
            .collect()
    }

    /// Ids that appeared before the `nth` request of the walk was answered.
    fn appeared_by(&self, nth: usize) -> BTreeSet<i32> {
        let mut requests = 0;
        self.log
            .iter()
            .take_while(|event| {
                requests += usize::from(
                    matches!(event, Event::Rpc { method, .. } if *method == "messages.getHistory"),
                );
                requests <= nth
            })
            .filter_map(|event| match event {
                Event::Inserted { chat_id, id } if *chat_id == self.chat_id => Some(*id),
                _ => None,
            })
            .collect()
    }
}

/// *stable* ⊆ *got* ⊆ *matching when read, not newer than the bound*, in order, none twice.
async fn the_law_holds(seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x1a3);
    let mut world = uneven_world(seed);
    let (kind, chat_id) = KINDS[rng.random_range(0..KINDS.len())];
    world.live = rng.random_bool(0.7).then(|| Live::new(seed));
    let before: Vec<(i32, i32)> = world.histories[&chat_id]
        .existing()
        .map(|message| (message.id(), date_of(message).unwrap()))
        .collect();
    let last = before.last().map_or(START, |(_, date)| *date);
    // Half of the time a message's own second, where every comparison shows.
    let mut moment = || match before.get(rng.random_range(0..before.len().max(1))) {
        Some((_, date)) if rng.random() => *date,
        _ => rng.random_range(START - 100..last + 100),
    };
    let (from, to) = (moment(), moment());
    let (from, to) = (from.min(to), from.max(to) + 1);
    let (from, to) = match seed % 4 {
        0 => (None, None),
        1 => (Some(from), None),
        2 => (None, Some(to)),
        _ => (Some(from), Some(to)),
    };
    let direction = if rng.random() {
        Direction::Asc
    } else {
        Direction::Desc
    };
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    let time = |unix: i32| {
        jiff::Timestamp::from_second(unix.into())
            .unwrap()
            .to_string()
    };
    let context = format!("seed {seed}: {kind}, {direction:?}, {from:?}..{to:?}");

    let mut params = HistoryParams {
        chat: Some(chat_id.to_string()),
        page_size: Some(rng.random_range(1..=200)),
        direction: Some(direction),
        from: from.map(time),
        to: to.map(time),
        ..HistoryParams::default()
    };
    let mut got = Vec::new();
    let mut first_page_requests = 0;
    for page in 0.. {
        assert!(page < 2_000, "{context}: the walk does not end");
        let answer = reader.fetch_history(&params, &call()).await.unwrap();
        let most = params.page_size.unwrap() as usize;
        assert!(
            answer.messages.len() <= most,
            "{context}: {} messages on a page of {most}",
            answer.messages.len()
        );
        if page == 0 {
            first_page_requests = sim.world().calls("messages.getHistory");
        }
        let kept = rng.random_range(0..=answer.messages.len());
        // Sometimes a reply ends early; the cursor behind any message must continue.
        let kept = if kept > 0 && rng.random_bool(0.2) {
            kept
        } else {
            answer.messages.len()
        };
        for message in &answer.messages[..kept] {
            let date = i32::try_from(message.record.date.as_second()).unwrap();
            assert!(
                from.is_none_or(|from| date >= from),
                "{context}: {} is too old",
                message.id
            );
            assert!(
                to.is_none_or(|to| date < to),
                "{context}: {} is too new",
                message.id
            );
            got.push(message.id);
        }
        let Some(cursor) = answer.cursor_after(kept) else {
            break;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            page_size: Some(rng.random_range(1..=200)),
            ..HistoryParams::default()
        };
    }
    let mut in_order = got.clone();
    match direction {
        Direction::Asc => in_order.sort_unstable(),
        Direction::Desc => in_order.sort_unstable_by(|a, b| b.cmp(a)),
    }
    in_order.dedup();
    assert_eq!(got, in_order, "{context}: out of order or twice");

    let log = sim.world().log.clone();
    let account = Account { chat_id, log: &log };
    let gone = account.gone();
    let matches = |date: i32| from.is_none_or(|from| date >= from) && to.is_none_or(|to| date < to);
    let got: BTreeSet<i32> = got.into_iter().collect();
    for (id, date) in &before {
        if matches(*date) && !gone.contains(id) {
            assert!(got.contains(id), "{context}: {id} is missing");
        }
    }
    // The bound lies between what was there before the walk and what had come when its first page was answered.
    let known: BTreeSet<i32> = before.iter().map(|(id, _)| *id).collect();
    let allowed = account.appeared_by(first_page_requests);
    for id in &got {
        assert!(
            known.contains(id) || allowed.contains(id),
            "{context}: {id} is too new"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_gaps_and_no_duplicates_in_random_worlds_with_live_changes() {
    // `PAGING_SEEDS=5000 cargo test` looks longer.
    let seeds = std::env::var("PAGING_SEEDS").map_or(160, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        the_law_holds(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_at_the_far_ends_are_read_in_both_directions() {
    for seed in 0..8 {
        let mut world = World::empty(7);
        world.knobs = Knobs::random(seed);
        world.add_group("Flat", 77);
        for id in [1, 2, 500_000, i32::MAX - 1, i32::MAX] {
            let peer = telegram_history_mcp::sim::world::peer(-77);
            let message = telegram_history_mcp::sim::blank::message(id, peer, START + id / 1_000);
            world.insert(-77, message);
        }
        let sim = Sim::start(world).await.unwrap();
        for direction in [Direction::Desc, Direction::Asc] {
            let params = HistoryParams {
                chat: Some("-77".to_owned()),
                page_size: Some(2),
                direction: Some(direction),
                ..HistoryParams::default()
            };
            let (mut ids, _) = walk(&reader(&sim), params).await;
            ids.sort_unstable();
            assert_eq!(
                ids,
                [1, 2, 500_000, i32::MAX - 1, i32::MAX],
                "seed {seed}, {direction:?}"
            );
        }
    }
}

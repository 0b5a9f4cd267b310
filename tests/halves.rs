//! A supergroup that was a basic group: one history, one chain of cursors, whatever becomes of the older half.

use telegram_history_mcp::history::{Direction, HistoryParams, Reader};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::knobs::{ForbiddenGroup, Knobs};
use telegram_history_mcp::sim::{Sim, World};

use std::time::Duration;

use crate::stage::{call, call_within, reader};

const TALK: i64 = -1_000_000_001_002;
const OLD: i64 = -77;
const DIRECTIONS: [Direction; 2] = [Direction::Asc, Direction::Desc];

/// Twelve messages in the basic group, with ids of the account's own counter, and ten in what it became.
pub(crate) fn world(seed: u64) -> World {
    let mut world = World::empty(7);
    world.knobs = Knobs::random(seed);
    world.add_group("Talk", 77).deactivated = true;
    world.add_channel("Talk", Some("sim_talk"), 1002).megagroup = true;
    for number in 1..=12 {
        let last = world.say_at(OLD, None, &format!("old {number}"), number * 60);
        world.details.entry(TALK).or_default().migrated_from = Some((77, last));
    }
    for number in 1..=10 {
        world.say_at(TALK, None, &format!("new {number}"), 10_000 + number * 60);
    }
    world
}

fn talk(direction: Direction) -> HistoryParams {
    HistoryParams {
        chat: Some("@sim_talk".to_owned()),
        page_size: Some(4),
        direction: Some(direction),
        ..HistoryParams::default()
    }
}

/// Every message of the chain: its text, its chat, and the link to it.
async fn walk(reader: &Reader, first: HistoryParams) -> Vec<(String, i64, String)> {
    let mut params = first;
    let mut all = Vec::new();
    for _ in 0..100 {
        let page = reader.fetch_history(&params, &call()).await.unwrap();
        assert_eq!(page.chat.chat_id, TALK);
        let chats = page.messages.iter().map(|message| message.record.chat_id);
        let chats = std::collections::BTreeSet::from_iter(chats);
        assert!(chats.len() < 2, "ids of both on one page: {chats:?}");
        all.extend(page.messages.iter().map(|message| {
            let record = &message.record;
            (record.text.clone(), record.chat_id, record.link.clone())
        }));
        let Some(cursor) = page.cursor_after(page.messages.len()) else {
            return all;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
    panic!("the walk does not end");
}

fn texts(all: &[(String, i64, String)]) -> Vec<&str> {
    all.iter().map(|(text, ..)| text.as_str()).collect()
}

/// The texts of both halves in this direction, or of the newer one alone.
fn expected(direction: Direction, both: bool) -> Vec<String> {
    let old = (1..=12).map(|number| format!("old {number}"));
    let new = (1..=10).map(|number| format!("new {number}"));
    let mut all: Vec<String> = old.filter(|_| both).chain(new).collect();
    if direction == Direction::Desc {
        all.reverse();
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn both_halves_are_one_history_with_ids_and_links_of_their_own() {
    for seed in 0..8 {
        let sim = Sim::start(world(seed)).await.unwrap();
        let reader = reader(&sim);
        for direction in DIRECTIONS {
            let all = walk(&reader, talk(direction)).await;
            assert_eq!(texts(&all), expected(direction, true), "seed {seed}");
            for (text, chat_id, link) in all {
                let is_old = text.starts_with("old");
                assert_eq!(chat_id, if is_old { OLD } else { TALK });
                let begins = match is_old {
                    true => "tg://openmessage?chat_id=77&message_id=",
                    false => "https://t.me/sim_talk/",
                };
                assert!(link.starts_with(begins), "{link}");
            }
        }
        assert_eq!(sim.world().calls("channels.getFullChannel"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_half_that_cannot_be_read_ends_the_history() {
    for forbidden_group in [ForbiddenGroup::Refused, ForbiddenGroup::Unknown] {
        let mut world = world(3);
        world.knobs.forbidden_group = forbidden_group;
        world.forbidden.insert(OLD);
        let sim = Sim::start(world).await.unwrap();
        for direction in DIRECTIONS {
            let all = walk(&reader(&sim), talk(direction)).await;
            assert_eq!(texts(&all), expected(direction, false));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_does_not_say_what_it_was_is_read_as_it_is() {
    for direction in DIRECTIONS {
        let sim = Sim::start(world(3)).await.unwrap();
        let refusal = FaultKind::Error(400, "CHAT_ADMIN_REQUIRED".to_owned());
        let rule = Fault::next("channels.getFullChannel", 99, refusal);
        sim.world().faults.rules.push(rule);
        let all = walk(&reader(&sim), talk(direction)).await;
        assert_eq!(texts(&all), expected(direction, false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_has_to_be_resolved_anew_keeps_both_halves() {
    for direction in DIRECTIONS {
        let sim = Sim::start(world(3)).await.unwrap();
        let reader = reader(&sim);
        let first = HistoryParams {
            page_size: Some(1),
            ..talk(Direction::Desc)
        };
        reader.fetch_history(&first, &call()).await.unwrap();
        let talk_now = |hash| {
            let mut world = sim.world();
            world.channels.get_mut(&1002).unwrap().access_hash = Some(hash);
        };
        talk_now(42);
        let all = walk(&reader, talk(direction)).await;
        assert_eq!(texts(&all), expected(direction, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_into_either_half_afterwards_is_not_in_the_chain() {
    for direction in DIRECTIONS {
        let sim = Sim::start(world(3)).await.unwrap();
        let reader = reader(&sim);
        let page = reader
            .fetch_history(&talk(direction), &call())
            .await
            .unwrap();
        let begun = page.messages.len();
        sim.world().say(OLD, None, "late in the old half");
        sim.world().say(TALK, None, "late in the new half");
        let rest = HistoryParams {
            cursor: page.cursor_after(begun),
            ..HistoryParams::default()
        };
        let rest = walk(&reader, rest).await;
        assert_eq!(texts(&rest), expected(direction, true)[begun..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newest_message_that_cannot_be_read_keeps_nobody_from_the_rest() {
    for direction in DIRECTIONS {
        let mut world = world(3);
        let newest = world.histories[&TALK].ids().next_back().unwrap();
        world.unreadable.insert((TALK, newest));
        let sim = Sim::start(world).await.unwrap();
        let all = walk(&reader(&sim), talk(direction)).await;
        let mut expected = expected(direction, true);
        expected.retain(|text| text != "new 10");
        assert_eq!(texts(&all), expected);
    }
}

/// The end of one half is not the end while nobody has said whether there is another one.
#[tokio::test]
async fn a_half_that_cannot_be_asked_for_now_is_not_taken_for_none() {
    let refusals = [
        FaultKind::Error(500, "INTERNAL".to_owned()),
        FaultKind::Error(420, "FLOOD_WAIT_900".to_owned()),
    ];
    for refusal in refusals {
        let mut world = world(3);
        world.knobs = Knobs::default();
        world.faults.rules = vec![Fault::always("channels.getFullChannel", refusal)];
        let sim = Sim::start(world).await.unwrap();
        let reader = reader(&sim);
        let whole = HistoryParams {
            page_size: Some(100),
            ..talk(Direction::Desc)
        };
        let page = reader
            .fetch_history(&whole, &call_within(Duration::from_secs(2)))
            .await
            .unwrap();
        assert_eq!(page.messages.len(), 10);
        assert!(page.has_more);
        sim.world().faults.rules.clear();
        let on = HistoryParams {
            cursor: page.cursor_after(10),
            ..HistoryParams::default()
        };
        // The pause of Telegram is kept by the reader that was told of it.
        let page = self::reader(&sim)
            .fetch_history(&on, &call())
            .await
            .unwrap();
        assert_eq!(page.messages.len(), 12);
        assert!(!page.has_more);
    }
}

//! Rule 1 under filters: for random worlds and random combinations of filters, the joined pages are what a look
//! at every message finds, in both directions, whatever Telegram's ambiguities, and while the chat changes.

mod world;

use std::collections::BTreeSet;
use std::time::Duration;

use grammers_tl_types::types;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::history::{
    Direction, FilterParams, HistoryParams, MediaType, TruncatedBy,
};
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::live::Live;
use telegram_history_mcp::sim::world::{Event, peer};
use telegram_history_mcp::sim::{Sim, World, blank};

use self::world::{
    Builder, CHATS, FORUM, Facts, KIM, MOVED, Messages, NEWS, OLD, START, TOPICS, media, world,
};
use crate::stage::{call, call_within, reader};

/// Messages by chat and id.
type Keys = BTreeSet<(i64, i32)>;

/// What is asked for.
#[derive(Debug, Clone, Default)]
struct Asked {
    from: Option<i32>,
    to: Option<i32>,
    search: Option<&'static str>,
    filter: FilterParams,
    senders: Vec<i64>,
}

impl Asked {
    fn matches(&self, id: i32, facts: &Facts) -> bool {
        let filter = &self.filter;
        let words = || facts.text.split(' ').map(str::to_lowercase);
        let is_found = |query: &str| words().any(|word| word.starts_with(&query.to_lowercase()));
        self.from.is_none_or(|from| facts.date >= from)
            && self.to.is_none_or(|to| facts.date < to)
            && self.search.is_none_or(is_found)
            && filter
                .media_types
                .as_ref()
                .is_none_or(|types| types.iter().any(|wanted| facts.is(*wanted)))
            && filter
                .has_media
                .is_none_or(|wanted| wanted != facts.media.is_empty())
            && (self.senders.is_empty() || self.senders.contains(&facts.sender))
            && filter
                .topic_id
                .as_ref()
                .is_none_or(|topic| *topic == facts.topic.to_string())
            && filter.min_id.is_none_or(|min| id >= min)
            && filter.max_id.is_none_or(|max| id <= max)
            && filter
                .min_views
                .is_none_or(|min| facts.views.is_some_and(|views| views >= min))
            && filter
                .max_views
                .is_none_or(|max| facts.views.is_some_and(|views| views <= max))
            && !(filter.include_service == Some(false) && facts.is_service)
            && (filter.pinned_only != Some(true) || facts.is_pinned)
    }
}

fn some_types(rng: &mut ChaCha8Rng) -> Vec<MediaType> {
    use MediaType::{
        Animation, Audio, Contact, Document, Link, Location, Photo, Sticker, Text, Video,
        VideoNote, Voice,
    };
    let all = [
        Text, Photo, Video, Document, Audio, Voice, VideoNote, Animation, Sticker, Link, Location,
        Contact,
    ];
    let pairs = [[Photo, Video], [VideoNote, Voice], [Link, Photo]];
    match rng.random_range(0..3) {
        0 => pairs.choose(rng).unwrap().to_vec(),
        _ => vec![*all.choose(rng).unwrap()],
    }
}

/// A random combination, each part of which is there one time in a few.
fn question(rng: &mut ChaCha8Rng, world: &World, chat_id: i64, messages: &Messages) -> Asked {
    let mut asked = Asked::default();
    let dates: Vec<i32> = messages.values().map(|facts| facts.date).collect();
    let moment = |rng: &mut ChaCha8Rng| match rng.random() {
        true => *dates.choose(rng).unwrap(),
        false => rng.random_range(START..=*dates.iter().max().unwrap()),
    };
    if rng.random_bool(0.25) {
        asked.from = Some(moment(rng));
    }
    if rng.random_bool(0.25) {
        let to = moment(rng);
        asked.to = Some(to.max(asked.from.unwrap_or(0) + 1));
    }
    if rng.random_bool(0.3) {
        asked.search = Some(
            ["tom", "garden", "САД", "rain", "example"]
                .choose(rng)
                .unwrap(),
        );
    }
    let filter = &mut asked.filter;
    if rng.random_bool(0.4) {
        filter.media_types = Some(some_types(rng));
    }
    if rng.random_bool(0.15) {
        filter.has_media = Some(rng.random());
    }
    if rng.random_bool(0.3) {
        let everybody = [KIM, 4243, world.me, chat_id];
        let count = rng.random_range(1..3);
        asked.senders = everybody.sample(rng, count).copied().collect();
        let name = |id: &i64| match *id == world.me {
            true => "me".to_owned(),
            false => id.to_string(),
        };
        filter.from_users = Some(asked.senders.iter().map(name).collect());
    }
    if chat_id == FORUM && rng.random_bool(0.5) {
        filter.topic_id = Some(TOPICS.choose(rng).unwrap().to_string());
    }
    if chat_id != MOVED && rng.random_bool(0.15) {
        let ids: Vec<i32> = (messages.keys().filter(|(id, _)| *id == chat_id))
            .map(|(_, id)| *id)
            .collect();
        let (a, b) = (ids.choose(rng).copied(), ids.choose(rng).copied());
        let (a, b) = (a.unwrap_or(1), b.unwrap_or(1));
        filter.min_id = rng.random::<bool>().then_some(a.min(b));
        filter.max_id = rng.random::<bool>().then_some(a.max(b));
    }
    if rng.random_bool(0.1) {
        filter.min_views = Some(rng.random_range(0..60));
        filter.max_views = rng.random::<bool>().then_some(80);
    }
    if rng.random_bool(0.2) {
        filter.include_service = Some(false);
    }
    if rng.random_bool(0.15) {
        filter.pinned_only = Some(true);
    }
    asked
}

/// What came, went and changed in any chat while it was read, from the log.
fn changed(log: &[Event]) -> (Keys, Keys) {
    let (mut gone, mut edited) = (BTreeSet::new(), BTreeSet::new());
    for event in log {
        match event {
            Event::Deleted { chat_id, id } => {
                gone.insert((*chat_id, *id));
            }
            Event::Edited { chat_id, id } => {
                edited.insert((*chat_id, *id));
            }
            _ => {}
        }
    }
    (gone, edited)
}

fn inserted(log: &[Event]) -> Keys {
    log.iter()
        .filter_map(|event| match event {
            Event::Inserted { chat_id, id } => Some((*chat_id, *id)),
            _ => None,
        })
        .collect()
}

/// *stable* ⊆ *got* ⊆ *matching when read, not newer than the bound*, in order, none twice.
async fn the_law_holds(seed: u64) {
    let (mut world, messages) = world(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xf117e5);
    let chat_id = *CHATS.choose(&mut rng).unwrap();
    let asked = question(&mut rng, &world, chat_id, &messages);
    world.live = rng.random_bool(0.6).then(|| Live::new(seed));
    let lost: Keys = match rng.random_bool(0.15) {
        true => messages
            .keys()
            .filter(|_| rng.random_bool(0.02))
            .copied()
            .collect(),
        false => Keys::new(),
    };
    world.unreadable.extend(&lost);
    let direction = *[Direction::Asc, Direction::Desc].choose(&mut rng).unwrap();
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    let context = format!("seed {seed}: chat {chat_id}, {direction:?}, {asked:?}");
    let time = |unix: i32| {
        jiff::Timestamp::from_second(unix.into())
            .unwrap()
            .to_string()
    };
    let mut params = HistoryParams {
        chat: Some(chat_id.to_string()),
        page_size: Some(rng.random_range(1..=200)),
        direction: Some(direction),
        from: asked.from.map(time),
        to: asked.to.map(time),
        search: asked.search.map(str::to_owned),
        filter: asked.filter.clone(),
        ..HistoryParams::default()
    };
    let mut got = Vec::new();
    let mut passed_by = BTreeSet::new();
    let mut came_first = BTreeSet::new();
    for page in 0.. {
        assert!(page < 2_000, "{context}: the walk does not end");
        let answer = reader.fetch_history(&params, &call()).await;
        let answer = answer.unwrap_or_else(|failure| panic!("{context}: {failure:?}"));
        assert_eq!(answer.truncated_by, TruncatedBy::None, "{context}");
        if page == 0 {
            came_first = inserted(&sim.world().log);
        }
        let kept = match rng.random_bool(0.2) && !answer.messages.is_empty() {
            true => rng.random_range(1..=answer.messages.len()),
            false => answer.messages.len(),
        };
        let told = answer.messages[..kept].iter();
        got.extend(told.map(|message| (message.record.chat_id, message.id)));
        let whose = answer.elsewhere().unwrap_or(chat_id);
        let ranges = answer.unreadable_after(kept).into_iter();
        passed_by
            .extend(ranges.flat_map(|range| (range.from_id..=range.to_id).map(|id| (whose, id))));
        let Some(cursor) = answer.cursor_after(kept) else {
            break;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            page_size: Some(rng.random_range(1..=200)),
            ..HistoryParams::default()
        };
    }
    // The half that a supergroup was comes before it.
    let mut in_order = got.clone();
    in_order.sort_unstable_by_key(|(chat_id, id)| (*chat_id != OLD, *id));
    in_order.dedup();
    if direction == Direction::Desc {
        in_order.reverse();
    }
    assert_eq!(got, in_order, "{context}: out of order or twice");

    let (gone, edited) = changed(&sim.world().log);
    let got: BTreeSet<(i64, i32)> = got.into_iter().collect();
    let halves = if chat_id == MOVED && asked.filter.topic_id.is_none() {
        vec![MOVED, OLD]
    } else {
        vec![chat_id]
    };
    for (key, facts) in &messages {
        let is_wanted = halves.contains(&key.0) && asked.matches(key.1, facts);
        if is_wanted && !gone.contains(key) && !edited.contains(key) {
            // What cannot be read is told.
            let is_told = lost.contains(key) && passed_by.contains(key);
            assert!(
                got.contains(key) || is_told,
                "{context}: {key:?} is missing: {facts:?}"
            );
        }
        if got.contains(key) && !edited.contains(key) {
            assert!(is_wanted, "{context}: {key:?} does not match: {facts:?}");
        }
    }
    for key in &got {
        assert!(!passed_by.contains(key), "{context}: {key:?} was read");
        assert!(
            messages.contains_key(key) || came_first.contains(key),
            "{context}: {key:?} is too new"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_combination_of_filters_finds_what_a_look_at_every_message_finds() {
    // `FILTER_SEEDS=5000 cargo test` looks longer.
    let seeds = std::env::var("FILTER_SEEDS").map_or(200, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        the_law_holds(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rare_match_is_found_by_calls_that_come_back() {
    let mut builder = Builder::new(5);
    builder.world.knobs = Knobs::default();
    for number in 1..=4_000 {
        let id = builder.world.next_id(NEWS);
        let media = (number == 1).then(|| media("sticker")).flatten();
        let message = types::Message {
            post: true,
            media,
            ..blank::message(id, peer(NEWS), START + number)
        };
        builder.world.insert(NEWS, message);
    }
    // Forty windows, far more than one call has time for.
    builder.world.knobs.latency = Duration::from_millis(50);
    let sim = Sim::start(builder.world).await.unwrap();
    let reader = reader(&sim);
    let mut params = HistoryParams {
        chat: Some(NEWS.to_string()),
        filter: FilterParams {
            media_types: Some(vec![MediaType::Sticker, MediaType::Poll]),
            ..FilterParams::default()
        },
        ..HistoryParams::default()
    };
    let (mut found, mut calls, mut fetched) = (Vec::new(), 0, 0);
    loop {
        calls += 1;
        assert!(calls < 400, "the walk does not get on");
        let cursor = match reader
            .fetch_history(&params, &call_within(Duration::from_millis(600)))
            .await
        {
            Ok(page) => {
                found.extend(page.messages.iter().map(|message| message.id));
                fetched += page.fetched;
                // Where the time ends while the next request waits for its turn, its turn is what is told.
                let ends = [
                    TruncatedBy::None,
                    TruncatedBy::Deadline,
                    TruncatedBy::RateLimit,
                ];
                assert!(ends.contains(&page.truncated_by), "{:?}", page.truncated_by);
                match page.cursor_after(page.messages.len()) {
                    Some(cursor) => cursor,
                    None => break,
                }
            }
            Err(failure) => failure
                .cursor
                .expect("the same page can be asked for again"),
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
    assert_eq!((found, fetched), (vec![1], 4_000));
    assert!(calls > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_telegram_can_search_for_costs_one_request_a_page() {
    let mut builder = Builder::new(5);
    builder.world.knobs = Knobs::default();
    (0..600).for_each(|_| builder.add(FORUM));
    let sim = Sim::start(builder.world).await.unwrap();
    let reader = reader(&sim);
    reader
        .resolve_chat(&FORUM.to_string(), &call())
        .await
        .unwrap();
    let people = |name: &str| Some(vec![name.to_owned()]);
    let photos = FilterParams {
        media_types: Some(vec![MediaType::Photo]),
        ..FilterParams::default()
    };
    let sender = FilterParams {
        from_users: people(&KIM.to_string()),
        ..FilterParams::default()
    };
    let topic = FilterParams {
        topic_id: Some("2".to_owned()),
        ..FilterParams::default()
    };
    let pinned = FilterParams {
        pinned_only: Some(true),
        ..FilterParams::default()
    };
    for (filter, search, method) in [
        (FilterParams::default(), None, "messages.getHistory"),
        (FilterParams::default(), Some("garden"), "messages.search"),
        (photos, None, "messages.search"),
        (sender, None, "messages.search"),
        (pinned, None, "messages.search"),
        (topic, None, "messages.getReplies"),
    ] {
        sim.world().log.clear();
        let params = HistoryParams {
            chat: Some(FORUM.to_string()),
            page_size: Some(20),
            search: search.map(str::to_owned),
            filter,
            ..HistoryParams::default()
        };
        let page = reader.fetch_history(&params, &call()).await.unwrap();
        assert_eq!(page.messages.len(), 20, "{params:?}");
        let world = sim.world();
        assert_eq!((world.calls(method), world.log.len()), (1, 1), "{params:?}");
    }
}

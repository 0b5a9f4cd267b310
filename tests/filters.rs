//! Rule 1 under filters: for random worlds and random combinations of filters, the joined pages are what a look
//! at every message finds, in both directions, whatever Telegram's ambiguities, and while the chat changes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use grammers_tl_types::{enums, types};
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

use crate::stage::{call, call_within, reader};

/// A Monday in March 2026.
const START: i32 = 1_772_409_600;

const NEWS: i64 = -1_000_000_001_001;
const TALK: i64 = -1_000_000_001_002;
const FORUM: i64 = -1_000_000_001_003;
const MOVED: i64 = -1_000_000_001_004;
const FLAT: i64 = -77;
const OLD: i64 = -78;
const KIM: i64 = 4242;
const CHATS: [i64; 6] = [NEWS, TALK, FORUM, MOVED, FLAT, KIM];
const PEOPLE: [i64; 3] = [KIM, 4243, 4244];
const TOPICS: [i32; 3] = [1, 2, 3];
const WORDS: [&str; 6] = ["apple", "garden", "Tomato", "rain", "сад", "e\u{301}té"];

/// What a message is, as the test made it.
#[derive(Debug, Clone)]
struct Facts {
    date: i32,
    text: String,
    /// Empty for none.
    media: &'static str,
    has_link: bool,
    is_service: bool,
    sender: i64,
    topic: i32,
    views: Option<i32>,
    is_pinned: bool,
}

/// The messages of a world, by chat and id.
type Messages = BTreeMap<(i64, i32), Facts>;

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

impl Facts {
    fn is(&self, wanted: MediaType) -> bool {
        match wanted {
            MediaType::Text => {
                ["", "web_page"].contains(&self.media) && !self.is_service && !self.text.is_empty()
            }
            MediaType::Link => self.media == "web_page" || self.has_link,
            MediaType::Location => ["location", "venue"].contains(&self.media),
            other => serde_json::to_value(other).unwrap() == self.media,
        }
    }
}

fn document(attributes: Vec<enums::DocumentAttribute>, mime_type: &str) -> enums::MessageMedia {
    let document = types::Document {
        attributes,
        ..blank::document(5, mime_type, 1000)
    };
    types::MessageMediaDocument {
        nopremium: false,
        spoiler: false,
        video: false,
        round: false,
        voice: false,
        document: Some(document.into()),
        alt_documents: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    }
    .into()
}

fn video(round_message: bool) -> enums::DocumentAttribute {
    types::DocumentAttributeVideo {
        round_message,
        supports_streaming: true,
        nosound: false,
        duration: 4.0,
        w: 320,
        h: 320,
        preload_prefix_size: None,
        video_start_ts: None,
        video_codec: None,
    }
    .into()
}

fn audio(voice: bool) -> enums::DocumentAttribute {
    types::DocumentAttributeAudio {
        voice,
        duration: 3,
        title: None,
        performer: None,
        waveform: None,
    }
    .into()
}

fn geo() -> enums::GeoPoint {
    types::GeoPoint {
        long: 13.4,
        lat: 52.5,
        access_hash: 0,
        accuracy_radius: None,
    }
    .into()
}

/// A kind of media, by the name that its record gives it.
fn media(kind: &str) -> Option<enums::MessageMedia> {
    Some(match kind {
        "photo" => types::MessageMediaPhoto {
            spoiler: false,
            live_photo: false,
            photo: Some(blank::photo(6, START).into()),
            ttl_seconds: None,
            video: None,
        }
        .into(),
        "video" => document(vec![video(false)], "video/mp4"),
        "video_note" => document(vec![video(true)], "video/mp4"),
        "animation" => document(
            vec![enums::DocumentAttribute::Animated, video(false)],
            "video/mp4",
        ),
        "voice" => document(vec![audio(true)], "audio/ogg"),
        "audio" => document(vec![audio(false)], "audio/mpeg"),
        "document" => document(Vec::new(), "application/pdf"),
        "sticker" => document(
            vec![
                types::DocumentAttributeSticker {
                    mask: false,
                    alt: "🙂".to_owned(),
                    stickerset: enums::InputStickerSet::Empty,
                    mask_coords: None,
                }
                .into(),
            ],
            "image/webp",
        ),
        "location" => types::MessageMediaGeo { geo: geo() }.into(),
        "venue" => types::MessageMediaVenue {
            geo: geo(),
            title: "Café".to_owned(),
            address: String::new(),
            provider: String::new(),
            venue_id: String::new(),
            venue_type: String::new(),
        }
        .into(),
        "contact" => types::MessageMediaContact {
            phone_number: "491500000000".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: String::new(),
            vcard: String::new(),
            user_id: 0,
        }
        .into(),
        "web_page" => types::MessageMediaWebPage {
            force_large_media: false,
            force_small_media: false,
            manual: false,
            safe: false,
            webpage: types::WebPage {
                url: "https://example.org".to_owned(),
                ..blank::web_page()
            }
            .into(),
        }
        .into(),
        _ => return None,
    })
}

const MEDIA: [&str; 12] = [
    "photo",
    "video",
    "video_note",
    "animation",
    "voice",
    "audio",
    "document",
    "sticker",
    "location",
    "venue",
    "contact",
    "web_page",
];

struct Builder {
    world: World,
    rng: ChaCha8Rng,
    date: i32,
    messages: Messages,
}

impl Builder {
    fn new(seed: u64) -> Self {
        let mut world = World::empty(seed);
        world.add_channel("News", None, 1001).broadcast = true;
        world.add_channel("Talk", None, 1002).megagroup = true;
        let forum = world.add_channel("Forum", None, 1003);
        (forum.megagroup, forum.forum) = (true, true);
        world.add_channel("Moved", None, 1004).megagroup = true;
        world.add_group("Flat", 77);
        world.add_group("Moved", 78);
        for id in PEOPLE {
            world.add_user("Kim", None, id);
        }
        world.knobs = Knobs::random(seed);
        Self {
            world,
            rng: ChaCha8Rng::seed_from_u64(seed),
            date: START,
            messages: Messages::new(),
        }
    }

    fn text(&mut self) -> String {
        let count = self.rng.random_range(0..4);
        let words: Vec<&str> = (0..count)
            .map(|_| *WORDS.choose(&mut self.rng).unwrap())
            .collect();
        words.join(" ")
    }

    fn sender(&mut self, chat_id: i64) -> i64 {
        match chat_id {
            NEWS => NEWS,
            KIM if self.rng.random() => KIM,
            KIM => self.world.me,
            _ => match self.rng.random_range(0..5) {
                0 => self.world.me,
                1 if chat_id < -1_000_000_000_000 => chat_id,
                _ => *PEOPLE.choose(&mut self.rng).unwrap(),
            },
        }
    }

    /// Adds a message of any kind to a chat.
    fn add(&mut self, chat_id: i64) {
        self.date += [0, 0, 1, 1, 7, 60, 3600][self.rng.random_range(0..7)];
        let id = self.world.next_id(chat_id);
        let sender = self.sender(chat_id);
        let is_service = id > 3 && self.rng.random_bool(0.1);
        let kind = match self.rng.random_bool(0.6) && !is_service {
            true => *MEDIA.choose(&mut self.rng).unwrap(),
            false => "",
        };
        let has_link = !is_service && self.rng.random_bool(0.1);
        let mut facts = Facts {
            date: self.date,
            text: if is_service {
                String::new()
            } else {
                self.text()
            },
            media: kind,
            has_link,
            is_service,
            sender,
            topic: match chat_id {
                FORUM if id > 3 => *TOPICS.choose(&mut self.rng).unwrap(),
                _ => 1,
            },
            views: (chat_id == NEWS && !is_service).then(|| self.rng.random_range(0..100)),
            is_pinned: !is_service && self.rng.random_bool(0.1),
        };
        let entities = has_link.then(|| {
            facts.text = format!("example.org {}", facts.text);
            vec![
                types::MessageEntityUrl {
                    offset: 0,
                    length: 11,
                }
                .into(),
            ]
        });
        let reply_to = (facts.topic > 1).then(|| {
            types::MessageReplyHeader {
                forum_topic: true,
                reply_to_msg_id: Some(facts.topic),
                ..blank::reply()
            }
            .into()
        });
        let from_id = (![NEWS, KIM].contains(&chat_id)).then(|| peer(sender));
        let out = sender == self.world.me;
        if is_service {
            let action = enums::MessageAction::PinMessage;
            let service = types::MessageService {
                from_id,
                out,
                reply_to,
                ..blank::service(id, peer(chat_id), self.date, action)
            };
            self.world.insert(chat_id, service);
        } else {
            let message = types::Message {
                from_id,
                out,
                post: chat_id == NEWS,
                message: facts.text.clone(),
                entities,
                media: media(kind),
                views: facts.views,
                forwards: facts.views,
                pinned: facts.is_pinned,
                reply_to,
                ..blank::message(id, peer(chat_id), self.date)
            };
            self.world.insert(chat_id, message);
        }
        self.messages.insert((chat_id, id), facts);
    }

    /// What was a basic group goes on as a supergroup.
    fn migrate(&mut self) {
        let ids = self.messages.keys().filter(|(chat_id, _)| *chat_id == OLD);
        let last = ids.map(|(_, id)| *id).max().unwrap_or(0);
        let details = self.world.details.entry(MOVED).or_default();
        details.migrated_from = Some((-OLD, last));
    }
}

/// A small world in which every chat has messages of every kind.
fn world(seed: u64) -> (World, Messages) {
    let mut builder = Builder::new(seed);
    let topics = [(2, "Plants".to_owned()), (3, "Tools".to_owned())];
    builder.world.details.entry(FORUM).or_default().topics = topics.to_vec();
    for _ in 0..builder.rng.random_range(1..120) {
        builder.add(OLD);
    }
    builder.migrate();
    for _ in 0..builder.rng.random_range(1..900) {
        let chat_id = *CHATS.choose(&mut builder.rng).unwrap();
        builder.add(chat_id);
    }
    for _ in 0..3 {
        CHATS.iter().for_each(|chat_id| builder.add(*chat_id));
    }
    let Builder {
        mut world,
        mut rng,
        mut messages,
        ..
    } = builder;
    let all: Vec<(i64, i32)> = messages.keys().copied().collect();
    for (chat_id, id) in all.sample(&mut rng, all.len() / 6) {
        world.delete(*chat_id, *id);
        messages.remove(&(*chat_id, *id));
    }
    world.log.clear();
    (world, messages)
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

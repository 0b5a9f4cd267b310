//! A small world in which every chat has messages of every kind, and what the test knows of each.

use std::collections::BTreeMap;

use grammers_tl_types::{enums, types};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::history::MediaType;
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{World, blank};

/// A Monday in March 2026.
pub(super) const START: i32 = 1_772_409_600;

pub(super) const NEWS: i64 = -1_000_000_001_001;
pub(super) const TALK: i64 = -1_000_000_001_002;
pub(super) const FORUM: i64 = -1_000_000_001_003;
pub(super) const MOVED: i64 = -1_000_000_001_004;
pub(super) const FLAT: i64 = -77;
pub(super) const OLD: i64 = -78;
pub(super) const KIM: i64 = 4242;
pub(super) const CHATS: [i64; 6] = [NEWS, TALK, FORUM, MOVED, FLAT, KIM];
pub(super) const PEOPLE: [i64; 3] = [KIM, 4243, 4244];
pub(super) const TOPICS: [i32; 3] = [1, 2, 3];
pub(super) const WORDS: [&str; 6] = ["apple", "garden", "Tomato", "rain", "сад", "e\u{301}té"];

/// What a message is, as the test made it.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) date: i32,
    pub(super) text: String,
    /// Empty for none.
    pub(super) media: &'static str,
    pub(super) has_link: bool,
    pub(super) is_service: bool,
    pub(super) sender: i64,
    pub(super) topic: i32,
    pub(super) views: Option<i32>,
    pub(super) is_pinned: bool,
}

/// The messages of a world, by chat and id.
pub(super) type Messages = BTreeMap<(i64, i32), Facts>;

impl Facts {
    pub(super) fn is(&self, wanted: MediaType) -> bool {
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

pub(super) fn document(
    attributes: Vec<enums::DocumentAttribute>,
    mime_type: &str,
) -> enums::MessageMedia {
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

pub(super) fn video(round_message: bool) -> enums::DocumentAttribute {
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

pub(super) fn audio(voice: bool) -> enums::DocumentAttribute {
    types::DocumentAttributeAudio {
        voice,
        duration: 3,
        title: None,
        performer: None,
        waveform: None,
    }
    .into()
}

pub(super) fn geo() -> enums::GeoPoint {
    types::GeoPoint {
        long: 13.4,
        lat: 52.5,
        access_hash: 0,
        accuracy_radius: None,
    }
    .into()
}

/// A kind of media, by the name that its record gives it.
pub(super) fn media(kind: &str) -> Option<enums::MessageMedia> {
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

pub(super) const MEDIA: [&str; 12] = [
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

pub(super) struct Builder {
    pub(super) world: World,
    pub(super) rng: ChaCha8Rng,
    pub(super) date: i32,
    pub(super) messages: Messages,
}

impl Builder {
    pub(super) fn new(seed: u64) -> Self {
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

    pub(super) fn text(&mut self) -> String {
        let count = self.rng.random_range(0..4);
        let words: Vec<&str> = (0..count)
            .map(|_| *WORDS.choose(&mut self.rng).unwrap())
            .collect();
        words.join(" ")
    }

    pub(super) fn sender(&mut self, chat_id: i64) -> i64 {
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
    pub(super) fn add(&mut self, chat_id: i64) {
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
    pub(super) fn migrate(&mut self) {
        let ids = self.messages.keys().filter(|(chat_id, _)| *chat_id == OLD);
        let last = ids.map(|(_, id)| *id).max().unwrap_or(0);
        let details = self.world.details.entry(MOVED).or_default();
        details.migrated_from = Some((-OLD, last));
    }
}

/// A small world in which every chat has messages of every kind.
pub(super) fn world(seed: u64) -> (World, Messages) {
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

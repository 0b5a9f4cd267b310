//! A small world for property tests: a chat of every kind, ids with holes, several messages in one second,
//! service messages. Its texts say nothing, but some say it in other scripts.

use grammers_tl_types::types;

use super::calendar::{DAY, END, START};
use super::files;
use super::scribe::Scribe;
use super::script::{self, Script};
use crate::sim::world::{CHANNEL_MARK, World, peer};

/// People and bots of every random world.
const USERS: &[i64] = &[1_001, 1_002, 1_003];
const GROUP: i64 = -2_001;
/// A basic group that became [`SUPERGROUP`].
const OLD_GROUP: i64 = -2_002;
/// When it did; its own messages are all older.
const MOVED: i32 = START + 190 * DAY;
const BROADCAST: i64 = CHANNEL_MARK - 3_001;
const SUPERGROUP: i64 = CHANNEL_MARK - 3_002;
const FORUM: i64 = CHANNEL_MARK - 3_003;
const WORDS: &[&str] = &[
    "amber",
    "basket",
    "candle",
    "drum",
    "ember",
    "ferry",
    "**garnet**",
    "#harbour",
    "ivory",
    "Jänner",
    "кава",
    "قهوة",
    "می‌خواهم",
    "茶",
    "コーヒー",
    "👨‍👩‍👧‍👦",
    "🇺🇦",
    "👍🏿",
    "https://a.example/b",
    "mail@a.example",
];

pub(super) fn world(seed: u64, messages_per_chat: usize) -> World {
    let mut world = World::empty(seed);
    for (id, username) in USERS.iter().zip(["random_ada", "random_bo", "random_cy"]) {
        world.add_user(username.trim_start_matches("random_"), Some(username), *id);
    }
    add_chats(&mut world);
    let me = world.me;
    let common = [1_001, 1_002, me, GROUP, OLD_GROUP]
        .map(|chat_id| chatter(&world, chat_id, messages_per_chat));
    script::place(&mut world, common.into());
    for chat_id in [BROADCAST, SUPERGROUP, FORUM] {
        let script = chatter(&world, chat_id, messages_per_chat);
        let ids = script::place(&mut world, vec![script]);
        if chat_id == FORUM {
            let topic = ids.first().and_then(|ids| ids.get(1)).copied();
            let details = world.details.entry(FORUM).or_default();
            details.topics = vec![(1, "General".to_owned())];
            details
                .topics
                .extend(topic.map(|id| (id, "Random".to_owned())));
        }
    }
    super::migrate(&mut world, OLD_GROUP, SUPERGROUP);
    world.log.clear();
    world
}

fn add_chats(world: &mut World) {
    for (id, title) in [(GROUP, "Random group"), (OLD_GROUP, "Random old group")] {
        let group = world.add_group(title, -id);
        group.date = START;
    }
    for (id, title, username) in [
        (BROADCAST, "Random news", Some("random_news")),
        (SUPERGROUP, "Random supergroup", Some("random_group")),
        (FORUM, "Random forum", None),
    ] {
        let channel = world.add_channel(title, username, script::bare(id));
        channel.date = START;
        channel.broadcast = id == BROADCAST;
        channel.megagroup = id != BROADCAST;
        channel.forum = id == FORUM;
    }
}

fn chatter(world: &World, chat_id: i64, count: usize) -> Script {
    let mut scribe = Scribe::new(world.seed, chat_id);
    let mut script = Script::new(world, chat_id);
    script.start(START + scribe.range(0..DAY));
    if chat_id == SUPERGROUP {
        script.start(MOVED);
    }
    if chat_id == FORUM {
        open_forum(&mut script);
    }
    // The year is shared out so that no history reaches the world's end, where every date would be the same.
    let longest = (END - script.clock) / i32::try_from(count.max(1)).unwrap_or(i32::MAX) / 2;
    while script.len() < count {
        if !scribe.chance(30) {
            script.wait(scribe.range(1..longest.clamp(2, DAY)));
        }
        let at = one(&mut scribe, &mut script, world.me);
        if scribe.chance(12) {
            script.delete(at);
        }
    }
    if chat_id == OLD_GROUP {
        let channel_id = script::bare(SUPERGROUP);
        script.service(
            Some(1_001),
            types::MessageActionChatMigrateTo { channel_id },
        );
    }
    script
}

fn open_forum(script: &mut Script) {
    let title = "Random forum".to_owned();
    script.service(Some(1_001), types::MessageActionChannelCreate { title });
    let action = types::MessageActionTopicCreate {
        title_missing: false,
        title: "Random".to_owned(),
        icon_color: 0,
        icon_emoji_id: None,
    };
    script.service(Some(1_001), action);
}

/// One message of any kind.
fn one(scribe: &mut Scribe, script: &mut Script, me: i64) -> usize {
    let chat_id = script.chat_id;
    script.topic = (chat_id == FORUM && scribe.chance(60)).then_some(1);
    let from = if chat_id > 0 {
        scribe.pick(&[chat_id, me])
    } else {
        scribe.pick(&[1_001, 1_002, 1_003, me])
    };
    if chat_id < 0 && scribe.chance(8) {
        let action = types::MessageActionChatAddUser { users: vec![from] };
        return script.service((chat_id != BROADCAST).then_some(from), action);
    }
    let length = scribe.range(1..12);
    let text: Vec<&str> = (0..length).map(|_| scribe.pick(WORDS)).collect();
    let text = text.join(" ");
    let mut message = if chat_id == BROADCAST {
        script.post(&text, scribe.range(1..10_000), scribe.range(0..100))
    } else {
        script.message(from, &text)
    };
    let date = message.date;
    message.media = match scribe.range(0..10) {
        0 => Some(files::photo_media(scribe, date, None)),
        1 => Some(files::voice(scribe, date)),
        2 => Some(files::file(scribe, date, "random.pdf")),
        3 => Some(files::video(scribe, date)),
        _ => None,
    };
    if scribe.chance(20) && script.len() > 2 {
        let to = usize::try_from(scribe.range(0..i32::MAX)).unwrap_or(0) % script.len();
        message.reply_to = Some(script.reply(to).into());
    }
    if scribe.chance(8) {
        message.fwd_from = Some(script::forwarded(BROADCAST, date - 60).into());
    }
    if scribe.chance(5) && chat_id == SUPERGROUP {
        message.from_id = Some(peer(SUPERGROUP));
    }
    script.push(message)
}

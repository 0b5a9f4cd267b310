//! Whole exports, read from the fixtures: every field must arrive in the TL objects.

mod actions;
mod media;
mod messages;
mod versions;

use grammers_tl_types::{self as tl, Deserializable, Serializable};
use tl::enums::{Message, MessageAction, MessageMedia};

use super::Imported;
use crate::sim::World;
use crate::sim::world::peer;

const FORUM: i64 = -1_001_600_000_001;
const START: i32 = 1_717_200_000;

fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/desktop")
        .join(name)
}

fn read(name: &str) -> (World, Imported) {
    World::from_desktop_export(&path(name)).unwrap()
}

#[track_caller]
fn message(world: &World, chat_id: i64, id: i32) -> &tl::types::Message {
    match world.histories[&chat_id].get(id) {
        Some(Message::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn service(world: &World, chat_id: i64, id: i32) -> &tl::types::MessageService {
    match world.histories[&chat_id].get(id) {
        Some(Message::Service(message)) => message,
        other => panic!("{other:?}"),
    }
}

/// Sends `items` and reads them back: a field that shares a flag with an absent one would shift what follows.
#[track_caller]
fn assert_survives<T>(items: Vec<T>)
where
    Vec<T>: Serializable + Deserializable + PartialEq + std::fmt::Debug,
{
    assert_eq!(Vec::from_bytes(&items.to_bytes()).unwrap(), items);
}

#[test]
fn messages_and_peers_survive_the_wire() {
    for name in [
        "channel.json",
        "supergroup.json",
        "group.json",
        "account.json",
    ] {
        let (world, _) = read(name);
        for history in world.histories.values() {
            assert_survives::<Message>(history.existing().cloned().collect());
        }
        assert_survives::<tl::enums::User>(world.users.into_values().map(Into::into).collect());
        let groups = world.groups.into_values().map(tl::enums::Chat::from);
        let channels = world.channels.into_values().map(tl::enums::Chat::from);
        assert_survives(groups.chain(channels).collect());
    }
}

#[test]
fn a_channel_has_its_posts_its_forwards_and_its_reactions() {
    let (world, imported) = read("channel.json");
    let chat_id = -1_001_500_000_001;
    assert_eq!(imported.chats.len(), 1);
    assert_eq!(imported.chats[0].chat_id, chat_id);
    assert_eq!(imported.chats[0].title, "Harbour Notes");
    assert_eq!(imported.chats[0].messages, 7);
    let channel = &world.channels[&1_500_000_001];
    assert!(channel.broadcast && !channel.megagroup && channel.username.is_none());
    assert!(world.log.is_empty());

    let post = message(&world, chat_id, 4);
    assert!(post.post && post.from_id.is_none());
    assert_eq!(post.message, "Tide tables for 😀 June are out: read");
    assert_eq!(post.post_author.as_deref(), Some("Ines"));
    assert_eq!(
        (post.date, post.edit_date),
        (START + 240, Some(START + 600))
    );

    let picture = message(&world, chat_id, 5);
    let Some(MessageMedia::Photo(media)) = &picture.media else {
        panic!("{:?}", picture.media);
    };
    assert!(media.spoiler);
    let Some(tl::enums::Photo::Photo(photo)) = &media.photo else {
        panic!("{:?}", media.photo);
    };
    let size = tl::types::PhotoSize {
        r#type: "y".to_owned(),
        w: 1280,
        h: 720,
        size: 120_000,
    };
    assert_eq!(photo.sizes, [size.into()]);
    let Some(tl::enums::MessageReactions::Reactions(reactions)) = &picture.reactions else {
        panic!("{:?}", picture.reactions);
    };
    assert_eq!(reactions.results.len(), 4);

    let Some(tl::enums::MessageFwdHeader::Header(forward)) = &message(&world, chat_id, 6).fwd_from
    else {
        panic!("no forward header");
    };
    assert_eq!(forward.from_id, Some(peer(-1_001_500_000_777)));
    assert_eq!(world.channels[&1_500_000_777].title, "Dock Weather");
    let unsupported = message(&world, chat_id, 8);
    assert_eq!(unsupported.media, Some(MessageMedia::Unsupported));
    assert_eq!(unsupported.date, START + 420);
}

#[test]
fn in_a_conversation_of_two_the_other_one_is_me() {
    let (world, imported) = read("personal.json");
    assert_eq!(imported.chats[0].chat_id, 700_000_002);
    assert_eq!(world.me, 700_000_001);
    assert!(world.users[&700_000_001].is_self);
    assert_eq!(world.users.len(), 2);
    assert!(!message(&world, 700_000_002, 11).out);
    assert!(message(&world, 700_000_002, 15).out);
    assert!(service(&world, 700_000_002, 16).out);
}

#[test]
fn an_account_has_all_its_chats() {
    let (world, imported) = read("account.json");
    let chats: Vec<_> = imported
        .chats
        .iter()
        .map(|chat| (chat.chat_id, chat.title.as_str(), chat.messages))
        .collect();
    assert_eq!(
        chats,
        [
            (700_000_001, "Saved Messages", 1),
            (700_000_002, "Bo Lind", 2),
            (700_000_050, "Quay Bot", 1),
            (700_000_009, "Deleted Account", 1),
            (-1_001_500_000_009, "Empty", 0),
            (-1_001_600_000_077, "Old Pier", 1),
        ]
    );
    let me = &world.users[&700_000_001];
    assert_eq!(world.me, 700_000_001);
    assert_eq!(
        (me.first_name.as_deref(), me.last_name.as_deref()),
        (Some("Ada"), Some("Quist"))
    );
    assert_eq!(me.username.as_deref(), Some("adaquist"));
    assert!(me.is_self && !me.deleted);
    assert!(world.users[&700_000_050].bot);
    assert!(message(&world, 700_000_001, 3).out && message(&world, 700_000_002, 5).out);
    assert_eq!(imported.warnings, Vec::<String>::new());
}

#[test]
fn the_old_half_of_a_supergroup_is_a_basic_group() {
    let (world, imported) = read("migrated.json");
    let group = 1_600_000_001;
    let chats: Vec<_> = imported
        .chats
        .iter()
        .map(|chat| (chat.chat_id, chat.messages))
        .collect();
    assert_eq!(chats, [(FORUM, 2), (-group, 3)]);
    assert_eq!(world.details[&FORUM].migrated_from, Some((group, 20)));
    assert!(world.groups[&group].deactivated);
    let answer = message(&world, -group, 15);
    assert_eq!(answer.peer_id, peer(-group));
    assert!(matches!(&answer.reply_to,
        Some(tl::enums::MessageReplyHeader::Header(header)) if header.reply_to_msg_id == Some(10)));
    assert!(matches!(&service(&world, -group, 20).action,
        MessageAction::ChatMigrateTo(to) if to.channel_id == 1_600_000_001));
    assert!(matches!(&service(&world, FORUM, 1).action,
        MessageAction::ChannelMigrateFrom(from) if from.chat_id == group));
    assert_eq!(imported.warnings.len(), 1);
}

#[test]
fn exports_from_before_2021_and_sorted_ones_are_read_too() {
    let (world, imported) = read("before-2021.json");
    let chat_id = 700_000_002;
    assert_eq!(imported.chats[0].chat_id, chat_id);
    assert_eq!(world.histories[&chat_id].ids().collect::<Vec<_>>(), [8, 9]);
    let newest = message(&world, chat_id, 9);
    assert_eq!(newest.message, "see quay.example");
    assert_eq!(newest.from_id, Some(peer(chat_id)));
    assert_eq!((newest.date, newest.edit_date), (1_551_520_800, None));
    assert_eq!(message(&world, chat_id, 8).edit_date, Some(1_551_519_000));
    assert_eq!(world.me, 700_000_001);
    assert_eq!(
        imported.warnings,
        ["messages with local time only, read as UTC: 2"]
    );
}

#[test]
fn a_byte_order_mark_and_escapes_that_are_not_json_are_mended() {
    let (world, imported) = read("escapes.json");
    assert_eq!(message(&world, -42, 1).message, "ring\u{7} \\x07 \u{2028}");
    assert_eq!(imported.warnings.len(), 1);
}

//! Who the simulator lets in: peers that are known by a message only, and chats that cannot be read.

use grammers_client::{Client, tl};
use telegram_history_mcp::sim::knobs::{ForbiddenGroup, Knobs};
use telegram_history_mcp::sim::{Sim, World};
use tl::functions::messages::GetHistory;

use crate::sim::grammers;
use crate::sim_search::{found, input, refusal};

const GROUP: i64 = -1_000_000_003_001;
const NEWS: i64 = -1_000_000_003_002;
const OLD_GROUP: i64 = -301;
const ADA: i64 = 601;
const BO: i64 = 602;

/// A supergroup where Ada speaks, a channel, and a basic group; Bo is known but silent.
fn world() -> World {
    let mut world = World::empty(5);
    world.add_user("Ada", None, ADA);
    world.add_user("Bo", None, BO);
    world.add_channel("Group", None, 3_001).megagroup = true;
    world.add_channel("News", None, 3_002).broadcast = true;
    world.add_group("Old group", -OLD_GROUP);
    world.say(GROUP, Some(ADA), "hello");
    world.say(GROUP, Some(NEWS), "as a channel");
    world.say(ADA, None, "in private");
    world.say(NEWS, None, "a post");
    world.say(OLD_GROUP, Some(ADA), "long ago");
    world
}

fn history(peer: tl::enums::InputPeer) -> GetHistory {
    GetHistory {
        peer,
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

fn user_in(chat: &tl::enums::InputPeer, msg_id: i32, user_id: i64) -> tl::enums::InputPeer {
    tl::types::InputPeerUserFromMessage {
        peer: chat.clone(),
        msg_id,
        user_id,
    }
    .into()
}

fn channel_in(chat: &tl::enums::InputPeer, msg_id: i32, channel_id: i64) -> tl::enums::InputPeer {
    tl::types::InputPeerChannelFromMessage {
        peer: chat.clone(),
        msg_id,
        channel_id,
    }
    .into()
}

async fn count(client: &Client, peer: tl::enums::InputPeer) -> usize {
    found(client.invoke(&history(peer)).await.unwrap()).0.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_is_known_by_a_message_that_names_it() {
    let mut world = world();
    let group = input(&world, GROUP);
    world.knobs.min_peers = true;
    let gone = world.say(GROUP, Some(ADA), "soon gone");
    world.delete(GROUP, gone);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    assert_eq!(count(&client, user_in(&group, 1, ADA)).await, 1);
    assert_eq!(count(&client, channel_in(&group, 2, 3_002)).await, 1);
    for (peer, error) in [
        (user_in(&group, 1, BO), "PEER_ID_INVALID"),
        (user_in(&group, 2, ADA), "PEER_ID_INVALID"),
        (user_in(&group, gone, ADA), "MSG_ID_INVALID"),
        (channel_in(&group, 1, 3_002), "PEER_ID_INVALID"),
        (channel_in(&group, 9, 3_002), "MSG_ID_INVALID"),
    ] {
        let refused = refusal(&client, &history(peer)).await;
        assert!(refused.contains(error), "{refused} for {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_channels_are_asked_for_by_a_message_too() {
    let world = world();
    let group = input(&world, GROUP);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let user = tl::types::InputUserFromMessage {
        peer: group.clone(),
        msg_id: 1,
        user_id: ADA,
    };
    let ask = tl::functions::users::GetUsers {
        id: vec![user.into()],
    };
    assert_eq!(client.invoke(&ask).await.unwrap().len(), 1);
    let channel = tl::types::InputChannelFromMessage {
        peer: group,
        msg_id: 2,
        channel_id: 3_002,
    };
    let ask = tl::functions::channels::GetFullChannel {
        channel: channel.into(),
    };
    client.invoke(&ask).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_channel_is_named_and_not_read() {
    let mut world = world();
    world.forbidden.insert(NEWS);
    let (group, news) = (input(&world, GROUP), input(&world, NEWS));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let refused = refusal(&client, &history(news)).await;
    assert!(refused.contains("CHANNEL_PRIVATE"), "{refused}");
    let answer = client.invoke(&history(group)).await.unwrap();
    let tl::enums::messages::Messages::ChannelMessages(answer) = answer else {
        panic!("a channel's messages");
    };
    let named = answer.chats.iter().any(
        |chat| matches!(chat, tl::enums::Chat::ChannelForbidden(news) if news.title == "News"),
    );
    assert!(named, "{:?}", answer.chats);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_basic_group_is_refused_unknown_or_still_readable() {
    for (forbidden_group, error) in [
        (ForbiddenGroup::Refused, Some("CHAT_FORBIDDEN")),
        (ForbiddenGroup::Unknown, Some("PEER_ID_INVALID")),
        (ForbiddenGroup::Readable, None),
    ] {
        let mut world = world();
        world.knobs = Knobs {
            forbidden_group,
            ..Knobs::default()
        };
        world.forbidden.insert(OLD_GROUP);
        let group = input(&world, OLD_GROUP);
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        match error {
            Some(error) => {
                let refused = refusal(&client, &history(group)).await;
                assert!(refused.contains(error), "{refused}");
            }
            None => assert_eq!(count(&client, group).await, 1),
        }
        let ask = tl::functions::messages::GetChats {
            id: vec![-OLD_GROUP],
        };
        let tl::enums::messages::Chats::Chats(answer) = client.invoke(&ask).await.unwrap() else {
            panic!("all of them");
        };
        assert!(matches!(answer.chats[..], [tl::enums::Chat::Forbidden(_)]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_moved_on_and_a_gigagroup_are_read_like_any_other() {
    let mut world = world();
    let moved_to = tl::types::InputChannel {
        channel_id: 3_001,
        access_hash: world.channels[&3_001].access_hash.unwrap(),
    };
    let old = world.groups.get_mut(&-OLD_GROUP).unwrap();
    (old.deactivated, old.migrated_to) = (true, Some(moved_to.into()));
    world.channels.get_mut(&3_001).unwrap().gigagroup = true;
    let chats = [(OLD_GROUP, 1), (GROUP, 2)].map(|(chat, held)| (input(&world, chat), held));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    for (chat, held) in chats {
        assert_eq!(count(&client, chat).await, held);
    }
}

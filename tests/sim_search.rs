//! What the simulator finds, asked for by grammers' own client: searches, threads, topics and comments.

use grammers_client::{Client, tl};
use telegram_history_mcp::sim::knobs::{Deleted, Knobs};
use telegram_history_mcp::sim::live::Live;
use telegram_history_mcp::sim::{Sim, World, blank};
use tl::functions::messages::{GetReplies, Search};

use crate::sim::grammers;

const GROUP: i64 = -1_000_000_002_001;
const FORUM: i64 = -1_000_000_002_002;
const ADA: i64 = 501;
const BO: i64 = 502;
const NOON: i32 = 1_700_000_000;

fn peer(id: i64) -> tl::enums::Peer {
    telegram_history_mcp::sim::world::peer(id)
}

/// A supergroup, a forum, and two people.
fn world(knobs: Knobs) -> World {
    let mut world = World::empty(3);
    world.knobs = knobs;
    world.add_user("Ada", None, ADA);
    world.add_user("Bo", None, BO);
    world.add_channel("Group", None, 2_001).megagroup = true;
    world.add_forum("Forum", None, 2_002);
    world
}

pub(crate) fn input(world: &World, id: i64) -> tl::enums::InputPeer {
    match peer(id) {
        tl::enums::Peer::User(user) => tl::types::InputPeerUser {
            user_id: user.user_id,
            access_hash: world.users[&user.user_id].access_hash.unwrap(),
        }
        .into(),
        tl::enums::Peer::Chat(chat) => tl::types::InputPeerChat {
            chat_id: chat.chat_id,
        }
        .into(),
        tl::enums::Peer::Channel(channel) => tl::types::InputPeerChannel {
            channel_id: channel.channel_id,
            access_hash: world.channels[&channel.channel_id].access_hash.unwrap(),
        }
        .into(),
    }
}

fn no_filter() -> tl::enums::MessagesFilter {
    tl::enums::MessagesFilter::InputMessagesFilterEmpty
}

fn search(peer: tl::enums::InputPeer, q: &str) -> Search {
    Search {
        peer,
        q: q.to_owned(),
        from_id: None,
        saved_peer_id: None,
        saved_reaction: None,
        top_msg_id: None,
        filter: no_filter(),
        min_date: 0,
        max_date: 0,
        offset_id: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

pub(crate) fn replies(peer: tl::enums::InputPeer, msg_id: i32) -> GetReplies {
    GetReplies {
        peer,
        msg_id,
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

/// The ids of an answer, newest first, and how many it says there are.
pub(crate) fn found(answer: tl::enums::messages::Messages) -> (Vec<i32>, i32) {
    use tl::enums::messages::Messages;
    let (messages, count) = match answer {
        Messages::Messages(answer) => (answer.messages, -1),
        Messages::Slice(answer) => (answer.messages, answer.count),
        Messages::ChannelMessages(answer) => (answer.messages, answer.count),
        Messages::NotModified(_) => panic!("nothing was known before"),
    };
    (messages.iter().map(tl::enums::Message::id).collect(), count)
}

async fn ids(client: &Client, request: &Search) -> Vec<i32> {
    found(client.invoke(request).await.unwrap()).0
}

pub(crate) async fn refusal<R: tl::RemoteCall>(client: &Client, request: &R) -> String {
    match client.invoke(request).await {
        Ok(_) => panic!("answered"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_pages_over_what_it_finds() {
    let mut world = world(Knobs::default());
    for number in 1..=250 {
        let text = if number % 2 == 0 { "even" } else { "odd" };
        world.say(GROUP, Some(ADA), text);
    }
    world.delete(GROUP, 250);
    let group = input(&world, GROUP);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let first = search(group, "EVEN");
    let (page, count) = found(client.invoke(&first).await.unwrap());
    let expected: Vec<i32> = (25..=124).rev().map(|half| half * 2).collect();
    assert_eq!((page, count), (expected, 124));
    let older = Search {
        offset_id: 50,
        ..first.clone()
    };
    assert_eq!(ids(&client, &older).await.len(), 24);
    let newer = Search {
        offset_id: 50,
        add_offset: -3,
        limit: 3,
        ..first
    };
    assert_eq!(ids(&client, &newer).await, [54, 52, 50]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_nothing_is_refused_and_a_sender_is_enough() {
    let mut world = world(Knobs::default());
    world.say(GROUP, Some(ADA), "one");
    world.say(GROUP, Some(BO), "two");
    let (group, bo) = (input(&world, GROUP), input(&world, BO));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let nothing = search(group, " ");
    let refused = refusal(&client, &nothing).await;
    assert!(refused.contains("SEARCH_QUERY_EMPTY"), "{refused}");
    let from_bo = Search {
        from_id: Some(bo),
        ..nothing
    };
    assert_eq!(ids(&client, &from_bo).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_of_a_search_are_exclusive_or_inclusive() {
    for (min, max) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut world = world(Knobs {
            inclusive_min_date: min,
            inclusive_max_date: max,
            ..Knobs::default()
        });
        for second in 0..3 {
            world.say_at(GROUP, Some(ADA), "tick", NOON + second);
        }
        let request = Search {
            min_date: NOON,
            max_date: NOON + 2,
            ..search(input(&world, GROUP), "tick")
        };
        let sim = Sim::start(world).await.unwrap();
        let found = ids(&grammers(&sim), &request).await;
        assert_eq!((found.contains(&1), found.contains(&3)), (min, max));
        assert!(found.contains(&2));
    }
}

/// Messages 1, 2 and 6 in General, and 4 and 5 in the topic that message 3 creates.
fn two_topics(world: &mut World) -> i32 {
    world.say(FORUM, Some(ADA), "welcome");
    let topic = world.open_topic(FORUM, "Boats");
    let first = world.say_in_topic(FORUM, topic, BO, "about boats");
    world.reply(FORUM, first, ADA, "more boats");
    world.say(FORUM, Some(ADA), "boats elsewhere");
    topic
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_has_its_messages_and_general_all_that_name_none() {
    for holds_root in [false, true] {
        let mut world = world(Knobs {
            replies_hold_topic_root: holds_root,
            ..Knobs::default()
        });
        let boats = two_topics(&mut world);
        let forum = input(&world, FORUM);
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        let topic = |id| replies(forum.clone(), id);
        let read = found(client.invoke(&topic(boats)).await.unwrap()).0;
        let expected: &[i32] = if holds_root { &[5, 4, 3] } else { &[5, 4] };
        assert_eq!(read, expected);
        let general = found(client.invoke(&topic(1)).await.unwrap()).0;
        assert_eq!(general, [6, 2, 1]);
        let refused = refusal(&client, &topic(99)).await;
        assert!(refused.contains("TOPIC_ID_INVALID"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_keeps_to_its_topic() {
    for holds_unmarked in [false, true] {
        let mut world = world(Knobs {
            search_general_holds_unmarked: holds_unmarked,
            ..Knobs::default()
        });
        let boats = two_topics(&mut world);
        let forum = input(&world, FORUM);
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        let in_topic = |id| Search {
            top_msg_id: Some(id),
            ..search(forum.clone(), "boats")
        };
        assert_eq!(ids(&client, &in_topic(boats)).await, [5, 4]);
        let general: &[i32] = if holds_unmarked { &[6] } else { &[] };
        assert_eq!(ids(&client, &in_topic(1)).await, general);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_of_a_post_come_from_the_group_and_both_are_described() {
    let sim = Sim::start(World::generated(1)).await.unwrap();
    let (channel, post, said) = {
        let world = sim.world();
        let channel = -1_000_000_000_000 - channel_named(&world, "orbital_digest");
        let discussed =
            world.histories[&channel]
                .existing()
                .rev()
                .find_map(|message| match message {
                    tl::enums::Message::Message(post) => {
                        let tl::enums::MessageReplies::Replies(replies) = post.replies.as_ref()?;
                        (replies.replies > 2).then_some((post.id, replies.replies))
                    }
                    _ => None,
                });
        let (post, said) = discussed.unwrap();
        (input(&world, channel), post, said)
    };
    let client = grammers(&sim);
    let answer = client
        .invoke(&replies(channel.clone(), post))
        .await
        .unwrap();
    let tl::enums::messages::Messages::ChannelMessages(answer) = answer else {
        panic!("a channel's messages");
    };
    assert_eq!((answer.messages.len(), answer.count), (said as usize, said));
    let mut titles: Vec<&str> = answer.chats.iter().filter_map(title).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Orbital Digest", "Orbital Digest Chat"]);
    assert!(!answer.users.is_empty());
    let refused = refusal(&client, &replies(channel, 1)).await;
    assert!(refused.contains("MSG_ID_INVALID"), "{refused}");
}

fn channel_named(world: &World, username: &str) -> i64 {
    let named = |channel: &&tl::types::Channel| channel.username.as_deref() == Some(username);
    world.channels.values().find(named).unwrap().id
}

fn title(chat: &tl::enums::Chat) -> Option<&str> {
    match chat {
        tl::enums::Chat::Channel(channel) => Some(&channel.title),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_is_found_in_a_private_chat_or_is_ignored_there() {
    for ignored in [false, true] {
        let mut world = world(Knobs {
            private_search_ignores_sender: ignored,
            ..Knobs::default()
        });
        let me = world.me;
        let theirs = world.say(ADA, None, "hello");
        let mine = world.say(ADA, Some(me), "hello yourself");
        let ada = input(&world, ADA);
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        for (sender, sent) in [
            (ada.clone(), theirs),
            (tl::enums::InputPeer::PeerSelf, mine),
        ] {
            let request = Search {
                from_id: Some(sender),
                ..search(ada.clone(), "hello")
            };
            let expected = if ignored {
                vec![mine, theirs]
            } else {
                vec![sent]
            };
            assert_eq!(ids(&client, &request).await, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_the_sender_of_its_posts() {
    let mut world = world(Knobs::default());
    world.add_channel("News", None, 2_003).broadcast = true;
    let channel = -1_000_000_002_003;
    let post = world.say(channel, None, "a post");
    let posted = world.say(GROUP, Some(channel), "as a channel");
    world.say(GROUP, Some(ADA), "as a person");
    let (channel, group) = (input(&world, channel), input(&world, GROUP));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    for (chat, id) in [(channel.clone(), post), (group, posted)] {
        let request = Search {
            from_id: Some(channel.clone()),
            ..search(chat, "")
        };
        assert_eq!(ids(&client, &request).await, [id]);
    }
}

/// Adds a photo without a caption, `seconds` after noon; answers its id.
fn show(world: &mut World, from: i64, seconds: i32) -> i32 {
    let id = world.next_id(GROUP);
    let photo = tl::types::Message {
        from_id: Some(peer(from)),
        media: Some(blank::photo_media(blank::photo(1, NOON)).into()),
        ..blank::message(id, peer(GROUP), NOON + seconds)
    };
    world.insert(GROUP, photo);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_count_beside_a_lone_filter_or_not() {
    for ignored in [false, true] {
        let mut world = world(Knobs {
            lone_filter_ignores_dates: ignored,
            ..Knobs::default()
        });
        let shown = [0, 60, 120].map(|seconds| show(&mut world, ADA, seconds));
        let (group, ada) = (input(&world, GROUP), input(&world, ADA));
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        let alone = Search {
            filter: tl::enums::MessagesFilter::InputMessagesFilterPhotos,
            min_date: NOON + 30,
            max_date: NOON + 90,
            ..search(group, "")
        };
        let expected = if ignored { 3 } else { 1 };
        assert_eq!(ids(&client, &alone).await.len(), expected);
        let with_sender = Search {
            from_id: Some(ada),
            ..alone
        };
        assert_eq!(ids(&client, &with_sender).await, [shown[1]]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_with_a_sender_is_answered_or_fails() {
    for fails in [false, true] {
        let mut world = world(Knobs {
            filter_with_sender_fails: fails,
            ..Knobs::default()
        });
        let shown = show(&mut world, BO, 0);
        show(&mut world, ADA, 0);
        let both = Search {
            from_id: Some(input(&world, BO)),
            filter: tl::enums::MessagesFilter::InputMessagesFilterPhotos,
            ..search(input(&world, GROUP), "")
        };
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        if fails {
            let refused = refusal(&client, &both).await;
            assert!(refused.contains("RPC_CALL_FAIL"), "{refused}");
        } else {
            assert_eq!(ids(&client, &both).await, [shown]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_saved_messages_keeps_to_where_they_came_from() {
    let mut world = world(Knobs::default());
    let said = world.say(GROUP, Some(ADA), "rope, twelve metres");
    let kept = world.save(GROUP, said).unwrap();
    world.note("rope is sold out");
    let request = Search {
        saved_peer_id: Some(input(&world, GROUP)),
        ..search(tl::enums::InputPeer::PeerSelf, "rope")
    };
    let sim = Sim::start(world).await.unwrap();
    assert_eq!(ids(&grammers(&sim), &request).await, [kept]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_in_no_search_and_leaves_its_hole_in_its_thread_only() {
    let mut world = world(Knobs {
        deleted: Deleted::Empty,
        ..Knobs::default()
    });
    let boats = two_topics(&mut world);
    world.delete(FORUM, 5);
    let forum = input(&world, FORUM);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    assert_eq!(ids(&client, &search(forum.clone(), "boats")).await, [6, 4]);
    let topic = |id| replies(forum.clone(), id);
    let read = client.invoke(&topic(boats)).await.unwrap();
    assert_eq!(found(read).0, [5, 4]);
    let general = client.invoke(&topic(1)).await.unwrap();
    assert_eq!(found(general).0, [6, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_message_spoils_every_answer_that_holds_it() {
    let mut world = world(Knobs::default());
    let boats = two_topics(&mut world);
    world.unreadable.insert((FORUM, 5));
    let forum = input(&world, FORUM);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    refusal(&client, &search(forum.clone(), "more")).await;
    refusal(&client, &replies(forum.clone(), boats)).await;
    assert_eq!(ids(&client, &search(forum, "elsewhere")).await, [6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_alive_changes_what_a_search_finds() {
    let mut world = world(Knobs::default());
    world.say(GROUP, Some(ADA), "rope");
    let mut live = Live::new(1);
    (live.insert, live.delete, live.edit) = (1.0, 0.0, 0.0);
    world.live = Some(live);
    let request = Search {
        from_id: Some(input(&world, ADA)),
        ..search(input(&world, GROUP), "rope")
    };
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let first = ids(&client, &request).await.len();
    assert!(first > 1);
    assert!(ids(&client, &request).await.len() > first);
}

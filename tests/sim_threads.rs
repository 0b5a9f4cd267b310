//! What the simulator says about topics, discussions and sub-dialogs.

use grammers_client::tl;
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::{Sim, World};
use tl::functions::messages::{
    GetDiscussionMessage, GetForumTopics, GetForumTopicsById, GetSavedDialogs, GetSavedHistory,
};

use crate::sim::grammers;
use crate::sim_search::{found, input, refusal, replies};

const NEWS: i64 = -1_000_000_004_001;
const TALK: i64 = -1_000_000_004_002;
const ADA: i64 = 701;
const BO: i64 = 702;

fn world() -> World {
    let mut world = World::empty(9);
    world.add_user("Ada", None, ADA);
    world.add_user("Bo", None, BO);
    world.add_channel("News", None, 4_001).broadcast = true;
    world.add_channel("Talk", None, 4_002).megagroup = true;
    world
}

fn topics(peer: tl::enums::InputPeer) -> GetForumTopics {
    GetForumTopics {
        peer,
        q: None,
        offset_date: 0,
        offset_id: 0,
        offset_topic: 0,
        limit: 100,
    }
}

fn titles(answer: tl::enums::messages::ForumTopics) -> (Vec<String>, i32) {
    let tl::enums::messages::ForumTopics::Topics(answer) = answer;
    let titles = answer.topics.into_iter().map(|topic| match topic {
        tl::enums::ForumTopic::Topic(topic) => topic.title,
        tl::enums::ForumTopic::Deleted(topic) => format!("{} is deleted", topic.id),
    });
    (titles.collect(), answer.count)
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_listed_by_their_newest_message_or_by_their_creation() {
    for (topics_by_creation, expected) in [
        (false, ["General", "Boats", "Ropes", "Old ropes"]),
        (true, ["Ropes", "Boats", "Old ropes", "General"]),
    ] {
        let mut world = world();
        world.knobs = Knobs {
            topics_by_creation,
            ..Knobs::default()
        };
        let forum = world.add_forum("Forum", None, 4_003);
        let _old = world.open_topic(forum, "Old ropes");
        let boats = world.open_topic(forum, "Boats");
        world.open_topic(forum, "Ropes");
        world.say_in_topic(forum, boats, ADA, "ahoy");
        let last = world.say_in_topic(forum, 1, BO, "hello");
        let ask = topics(input(&world, forum));
        let sim = Sim::start(world).await.unwrap();
        let client = grammers(&sim);
        let (listed, count) = titles(client.invoke(&ask).await.unwrap());
        assert_eq!(
            (listed.as_slice(), count),
            (expected.map(String::from).as_slice(), 4)
        );
        let named = GetForumTopics {
            q: Some("ROPE".to_owned()),
            ..ask.clone()
        };
        assert_eq!(titles(client.invoke(&named).await.unwrap()).1, 2);
        // Page by page, each from where the one before ended.
        let mut page = GetForumTopics { limit: 1, ..ask };
        for title in expected {
            let tl::enums::messages::ForumTopics::Topics(answer) =
                client.invoke(&page).await.unwrap();
            let [tl::enums::ForumTopic::Topic(topic)] = &answer.topics[..] else {
                panic!("one topic for {title}");
            };
            assert_eq!(topic.title, title);
            let newest = answer.messages.first();
            page.offset_date = match newest {
                Some(tl::enums::Message::Message(newest)) if !topics_by_creation => newest.date,
                Some(tl::enums::Message::Service(newest)) if !topics_by_creation => newest.date,
                _ => topic.date,
            };
            (page.offset_id, page.offset_topic) = (topic.top_message, topic.id);
            assert!(title != "General" || topic.top_message == last);
        }
        let (rest, _) = titles(client.invoke(&page).await.unwrap());
        assert_eq!(rest, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_known_by_id_and_only_in_forums() {
    let mut world = world();
    let forum = world.add_forum("Forum", None, 4_003);
    let boats = world.open_topic(forum, "Boats");
    let (talk, forum) = (input(&world, TALK), input(&world, forum));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let by_id = |ids: &[i32]| GetForumTopicsById {
        peer: forum.clone(),
        topics: ids.to_vec(),
    };
    let answer = client.invoke(&by_id(&[99, boats])).await.unwrap();
    assert_eq!(titles(answer).0, ["99 is deleted", "Boats"]);
    let refused = refusal(&client, &by_id(&[])).await;
    assert!(refused.contains("TOPICS_EMPTY"), "{refused}");
    let refused = refusal(&client, &topics(talk)).await;
    assert!(refused.contains("CHANNEL_FORUM_MISSING"), "{refused}");
}

/// How many replies a message says it has.
fn said_of_replies(world: &World, chat_id: i64, id: i32) -> i32 {
    match world.existing(chat_id, id) {
        Some(tl::enums::Message::Message(message)) => {
            let tl::enums::MessageReplies::Replies(replies) = message.replies.as_ref().unwrap();
            replies.replies
        }
        _ => panic!("a message with replies"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussed_post_leads_to_its_comments_though_the_group_is_not_joined() {
    let mut world = world();
    let quiet = world.say(NEWS, None, "not discussed");
    let post = world.say(NEWS, None, "discussed");
    world.say(TALK, Some(ADA), "elsewhere");
    let root = world.discuss(NEWS, post, TALK).unwrap();
    let first = world.reply(TALK, root, ADA, "well");
    let second = world.reply(TALK, first, BO, "well, well");
    let counted = [(NEWS, post), (TALK, root)].map(|(chat, id)| said_of_replies(&world, chat, id));
    assert_eq!(counted, [2, 2]);
    let news = input(&world, NEWS);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let ask = |msg_id| GetDiscussionMessage {
        peer: news.clone(),
        msg_id,
    };
    let tl::enums::messages::DiscussionMessage::Message(answer) =
        client.invoke(&ask(post)).await.unwrap();
    let ids: Vec<i32> = answer.messages.iter().map(tl::enums::Message::id).collect();
    assert_eq!((ids, answer.max_id), (vec![root], Some(second)));
    assert_eq!(answer.chats.len(), 2, "the channel and the group");
    let comments = client.invoke(&replies(news.clone(), post)).await.unwrap();
    assert_eq!(found(comments), (vec![second, first], 2));
    let refused = refusal(&client, &ask(quiet)).await;
    assert!(refused.contains("MSG_ID_INVALID"), "{refused}");
    sim.world().forbidden.insert(TALK);
    let refused = refusal(&client, &replies(news, post)).await;
    assert!(refused.contains("CHANNEL_PRIVATE"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_of_a_supergroup_has_the_replies_and_not_their_root() {
    let mut world = world();
    let root = world.say(TALK, Some(ADA), "a question");
    let first = world.reply(TALK, root, BO, "an answer");
    world.say(TALK, Some(ADA), "something else");
    let second = world.reply(TALK, first, ADA, "thanks");
    let talk = input(&world, TALK);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let thread = client.invoke(&replies(talk.clone(), root)).await.unwrap();
    assert_eq!(found(thread), (vec![second, first], 2));
    let refused = refusal(&client, &replies(talk, 99)).await;
    assert!(refused.contains("MSG_ID_INVALID"), "{refused}");
}

fn saved_history(
    parent_peer: Option<tl::enums::InputPeer>,
    peer: tl::enums::InputPeer,
) -> GetSavedHistory {
    GetSavedHistory {
        parent_peer,
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

fn saved_dialogs(parent_peer: Option<tl::enums::InputPeer>, limit: i32) -> GetSavedDialogs {
    GetSavedDialogs {
        exclude_pinned: false,
        parent_peer,
        offset_date: 0,
        offset_id: 0,
        offset_peer: tl::enums::InputPeer::Empty,
        limit,
        hash: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_messages_are_kept_apart_by_where_they_came_from() {
    let mut world = world();
    let post = world.say(NEWS, None, "worth keeping");
    let note = world.note("buy rope");
    let kept = world.save(NEWS, post).unwrap();
    world.forbidden.insert(NEWS);
    let news = input(&world, NEWS);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    for (from, id) in [(tl::enums::InputPeer::PeerSelf, note), (news, kept)] {
        let answer = client.invoke(&saved_history(None, from)).await.unwrap();
        assert_eq!(found(answer).0, [id]);
    }
    let answer = client.invoke(&saved_dialogs(None, 1)).await.unwrap();
    let tl::enums::messages::SavedDialogs::Slice(answer) = answer else {
        panic!("one of two");
    };
    let [tl::enums::SavedDialog::Dialog(newest)] = &answer.dialogs[..] else {
        panic!("one dialog: {:?}", answer.dialogs);
    };
    assert_eq!((newest.top_message, answer.count), (kept, 2));
    let older = GetSavedDialogs {
        offset_id: kept,
        ..saved_dialogs(None, 1)
    };
    let tl::enums::messages::SavedDialogs::Slice(answer) = client.invoke(&older).await.unwrap()
    else {
        panic!("one of two");
    };
    let tops: Vec<i32> = answer.messages.iter().map(tl::enums::Message::id).collect();
    assert_eq!(tops, [note]);
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_of_a_channel_are_conversations_with_its_readers() {
    let mut world = world();
    let direct = world.add_monoforum(NEWS, 4_004);
    let asked = world.say_directly(direct, ADA, ADA, "a question");
    world.say_directly(direct, BO, BO, "another one");
    let answered = world.say_directly(direct, ADA, NEWS, "an answer");
    let (parent, ada) = (input(&world, direct), input(&world, ADA));
    let news = input(&world, NEWS);
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let ask = saved_history(Some(parent.clone()), ada.clone());
    let answer = client.invoke(&ask).await.unwrap();
    assert_eq!(found(answer), (vec![answered, asked], 2));
    let answer = client
        .invoke(&saved_dialogs(Some(parent), 10))
        .await
        .unwrap();
    let tl::enums::messages::SavedDialogs::Dialogs(answer) = answer else {
        panic!("all of them");
    };
    let tops: Vec<i32> = answer
        .dialogs
        .iter()
        .map(|dialog| match dialog {
            tl::enums::SavedDialog::MonoForumDialog(dialog) => dialog.top_message,
            tl::enums::SavedDialog::Dialog(_) => panic!("not of the saved messages"),
        })
        .collect();
    assert_eq!(tops, [3, 2]);
    let refused = refusal(&client, &saved_history(Some(news), ada)).await;
    assert!(refused.contains("PARENT_PEER_INVALID"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_a_forum_is_in_one_of_its_topics() {
    let mut world = World::generated(2);
    world.knobs.replies_hold_topic_root = true;
    let forums: Vec<i64> = world
        .channels
        .values()
        .filter(|channel| channel.forum)
        .map(|channel| channel.id)
        .collect();
    assert!(!forums.is_empty());
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    for id in forums {
        let chat_id = -1_000_000_000_000 - id;
        let (forum, topics, held) = {
            let world = sim.world();
            let held = world.histories[&chat_id].existing().count();
            let topics = world.details[&chat_id].topics.clone();
            (input(&world, chat_id), topics, held)
        };
        let mut counted = 0;
        for (topic, _) in topics {
            let ask = replies(forum.clone(), topic);
            counted += found(client.invoke(&ask).await.unwrap()).1;
        }
        assert_eq!(usize::try_from(counted), Ok(held));
    }
}

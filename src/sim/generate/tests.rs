use std::collections::{BTreeSet, HashMap, HashSet};

use grammers_tl_types::{Serializable as _, enums, types};

use super::*;
use crate::sim::history::date_of;
use crate::sim::mentions;
use crate::sim::world::peer;

fn worlds() -> [World; 2] {
    [World::generated(7), World::random(7, 120)]
}

fn bytes(world: &World) -> Vec<u8> {
    let mut bytes = Vec::new();
    for history in world.histories.values() {
        for id in 1..=history.ids().next_back().unwrap_or(0) {
            if let Some(message) = history.get(id) {
                message.serialize(&mut bytes);
            }
        }
    }
    for user in world.users.values() {
        enums::User::from(user.clone()).serialize(&mut bytes);
    }
    for group in world.groups.values() {
        enums::Chat::from(group.clone()).serialize(&mut bytes);
    }
    for channel in world.channels.values() {
        enums::Chat::from(channel.clone()).serialize(&mut bytes);
    }
    bytes
}

fn messages(world: &World) -> impl Iterator<Item = (i64, &types::Message)> {
    world.histories.iter().flat_map(|(chat_id, history)| {
        history.existing().filter_map(|message| match message {
            enums::Message::Message(message) => Some((*chat_id, message)),
            _ => None,
        })
    })
}

#[test]
fn the_same_seed_gives_the_same_world() {
    assert!(bytes(&World::generated(7)) == bytes(&World::generated(7)));
    assert!(bytes(&World::random(7, 50)) == bytes(&World::random(7, 50)));
}

#[test]
fn another_seed_gives_another_world() {
    assert!(bytes(&World::generated(7)) != bytes(&World::generated(8)));
    assert!(bytes(&World::random(7, 50)) != bytes(&World::random(8, 50)));
}

#[test]
fn what_is_generated_reads_back_as_it_was_written() {
    for world in worlds() {
        for (_, message) in messages(&world) {
            let message = enums::Message::from(message.clone());
            let bytes = message.to_bytes();
            let read = grammers_tl_types::Deserializable::from_bytes(&bytes);
            assert_eq!(Ok(message), read);
        }
    }
}

#[test]
fn ids_grow_and_dates_do_not_go_back() {
    for world in worlds() {
        for (chat_id, history) in &world.histories {
            let found: Vec<(i32, i32)> = history
                .existing()
                .map(|message| (message.id(), date_of(message).expect("a date")))
                .collect();
            for pair in found.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{chat_id}: {pair:?}");
                assert!(pair[0].1 <= pair[1].1, "{chat_id}: {pair:?}");
            }
            assert!(found.iter().all(|(_, date)| *date <= calendar::END));
        }
    }
}

#[test]
fn chats_without_their_own_counter_share_no_id() {
    for world in worlds() {
        let mut seen = HashSet::new();
        for (chat_id, history) in &world.histories {
            if *chat_id > CHANNEL_MARK {
                for id in history.ids() {
                    assert!(seen.insert(id), "{chat_id} has {id} again");
                }
            }
        }
        assert!(seen.len() > 100);
    }
}

#[test]
fn everybody_who_is_named_is_known() {
    for world in worlds() {
        let mut named = BTreeSet::new();
        for history in world.histories.values() {
            for message in history.existing() {
                mentions::collect(message, &mut named);
            }
        }
        named.remove(&0);
        for id in named {
            let known = world.users.contains_key(&id)
                || world.groups.contains_key(&-id)
                || world.channels.contains_key(&script::bare(id));
            assert!(known, "nobody is {id}");
        }
    }
}

#[test]
fn entities_lie_on_whole_words_of_their_kind() {
    let world = World::generated(7);
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    for (chat_id, message) in messages(&world) {
        let utf16: Vec<u16> = message.message.encode_utf16().collect();
        for entity in message.entities.iter().flatten() {
            let start = usize::try_from(entity.offset()).expect("an offset");
            let end = start + usize::try_from(entity.length()).expect("a length");
            let word = utf16.get(start..end).expect("within the text");
            let word = String::from_utf16(word).expect("whole characters");
            let at = format!(
                "{chat_id}/{}: {word:?} in {:?}",
                message.id, message.message
            );
            assert_eq!(word.trim(), word, "{at}");
            let (kind, right) = match entity {
                enums::MessageEntity::Mention(_) => ("mention", is_username(&world, &word)),
                enums::MessageEntity::Hashtag(_) => ("hashtag", word.starts_with('#')),
                enums::MessageEntity::Url(_) => ("url", word.starts_with("https://")),
                enums::MessageEntity::Email(_) => ("email", word.ends_with(".example")),
                enums::MessageEntity::Phone(_) => ("phone", word.starts_with("+49 ")),
                enums::MessageEntity::BotCommand(_) => ("command", word.starts_with('/')),
                enums::MessageEntity::MentionName(name) => (
                    "name",
                    world.users[&name.user_id].first_name.as_ref() == Some(&word),
                ),
                enums::MessageEntity::CustomEmoji(_) => ("emoji", !word.is_ascii()),
                enums::MessageEntity::TextUrl(link) => ("link", link.url.starts_with("https://")),
                _ => ("style", !word.is_empty()),
            };
            assert!(right, "{at}");
            *kinds.entry(kind).or_default() += 1;
        }
        for mark in ["{", "}", "**", "](", "~~", "||", "<photo"] {
            assert!(!message.message.contains(mark), "{:?}", message.message);
        }
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

fn is_username(world: &World, word: &str) -> bool {
    let word = word.trim_start_matches('@');
    let among = |names: &Option<Vec<enums::Username>>| {
        names.iter().flatten().any(|name| {
            let enums::Username::Username(name) = name;
            name.active && name.username == word
        })
    };
    let users = world.users.values();
    let mut channels = world.channels.values();
    users
        .map(|user| (user.username.as_deref(), &user.usernames))
        .any(|(name, names)| name == Some(word) || among(names))
        || channels
            .any(|channel| channel.username.as_deref() == Some(word) || among(&channel.usernames))
}

#[test]
fn replies_point_at_messages_that_are_there_or_were_deleted() {
    for world in worlds() {
        let mut replies = 0;
        for (chat_id, message) in messages(&world) {
            let Some(enums::MessageReplyHeader::Header(header)) = &message.reply_to else {
                continue;
            };
            for id in [header.reply_to_msg_id, header.reply_to_top_id] {
                let Some(id) = id else { continue };
                assert!(id < message.id, "{chat_id}/{} answers {id}", message.id);
                assert!(world.histories[&chat_id].get(id).is_some());
                replies += 1;
            }
            let original = header
                .reply_to_msg_id
                .and_then(|id| world.histories[&chat_id].get(id));
            if let (Some(quote), Some(enums::Message::Message(original))) =
                (&header.quote_text, original)
            {
                assert!(original.message.starts_with(quote.as_str()));
            }
        }
        assert!(replies > 30, "{replies}");
    }
}

#[test]
fn every_forum_message_outside_general_hangs_in_a_topic() {
    let world = World::generated(7);
    let topics = &world.details[&HARBOUR].topics;
    assert_eq!(topics.len(), 6);
    assert_eq!(topics[0], (1, "General".to_owned()));
    let mut seen = HashSet::new();
    for (chat_id, message) in messages(&world) {
        let Some(enums::MessageReplyHeader::Header(header)) = &message.reply_to else {
            continue;
        };
        assert!(chat_id == HARBOUR || !header.forum_topic);
        if header.forum_topic {
            let topic = header.reply_to_top_id.or(header.reply_to_msg_id);
            assert!(
                topics.iter().any(|(id, _)| Some(*id) == topic),
                "{header:?}"
            );
            seen.insert(topic);
        }
    }
    assert_eq!(seen.len(), 5);
}

#[test]
fn comments_are_as_many_as_their_post_says() {
    let world = World::generated(7);
    let mut counted: HashMap<i32, i32> = HashMap::new();
    for (_, message) in messages(&world).filter(|(chat_id, _)| *chat_id == ORBITAL_CHAT) {
        if let Some(enums::MessageReplyHeader::Header(header)) = &message.reply_to {
            let root = header.reply_to_top_id.or(header.reply_to_msg_id);
            *counted.entry(root.expect("a root")).or_default() += 1;
        }
    }
    for (_, message) in messages(&world).filter(|(chat_id, _)| *chat_id == ORBITAL_CHAT) {
        if let Some(enums::MessageReplies::Replies(replies)) = &message.replies {
            let found = counted.get(&message.id).copied().unwrap_or(0);
            assert_eq!(found, replies.replies);
        }
    }
}

#[test]
fn long_texts_are_hardly_ever_said_twice() {
    let world = World::generated(7);
    for (chat_id, history) in &world.histories {
        let mut said = HashSet::new();
        let (mut long, mut again) = (0, 0);
        for message in history.existing() {
            if let enums::Message::Message(message) = message
                && message.message.chars().count() > 30
            {
                long += 1;
                again += usize::from(!said.insert(&message.message));
            }
        }
        assert!(again * 50 <= long, "{chat_id}: {again} of {long}");
    }
}

#[test]
fn the_garden_has_a_run_of_more_than_a_hundred_deleted_messages() {
    let world = World::generated(7);
    let ids: Vec<i32> = world.histories[&GARDEN].ids().collect();
    let widest = ids.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(widest > Some(100), "{widest:?}");
}

#[test]
fn a_random_world_has_crowded_seconds_and_holes() {
    let world = World::random(3, 200);
    for (chat_id, history) in &world.histories {
        let ids: Vec<i32> = history.ids().collect();
        let dates: Vec<i32> = history.existing().filter_map(date_of).collect();
        if ids.is_empty() {
            assert_eq!(peer(*chat_id), peer(1_003));
            continue;
        }
        assert!(dates.windows(2).any(|pair| pair[0] == pair[1]), "{chat_id}");
        assert!(
            ids.windows(2).any(|pair| pair[1] - pair[0] > 1),
            "{chat_id}"
        );
    }
}

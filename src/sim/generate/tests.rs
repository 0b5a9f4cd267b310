//! The generated world keeps the rules that real chats keep.

use std::collections::BTreeSet;

use grammers_tl_types::{Serializable as _, enums};

use super::*;
use crate::sim::history::date_of;

fn bytes(world: &World) -> Vec<u8> {
    let messages = world
        .histories
        .values()
        .flat_map(|history| history.existing());
    messages.flat_map(enums::Message::to_bytes).collect()
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_gives_another() {
    assert!(bytes(&World::generated(1)) == bytes(&World::generated(1)));
    assert!(bytes(&World::generated(1)) != bytes(&World::generated(2)));
}

#[test]
fn ids_rise_and_dates_never_fall() {
    for (chat_id, history) in World::generated(1).histories {
        let sent: Vec<(i32, i32)> = history
            .existing()
            .map(|message| (message.id(), date_of(message).unwrap()))
            .collect();
        let in_order = sent
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        assert!(in_order, "chat {chat_id}");
        assert!(
            sent.iter().all(|(_, date)| *date <= calendar::END),
            "chat {chat_id}"
        );
    }
}

#[test]
fn private_chats_and_basic_groups_share_one_counter() {
    let world = World::generated(1);
    let mut seen = BTreeSet::new();
    for (chat_id, history) in &world.histories {
        if *chat_id > CHANNEL_MARK {
            assert!(history.ids().all(|id| seen.insert(id)), "chat {chat_id}");
        }
    }
    assert!(seen.len() > 1_000);
}

#[test]
fn everybody_who_is_named_is_known() {
    let world = World::generated(1);
    for (chat_id, history) in &world.histories {
        let mut named = BTreeSet::from([*chat_id]);
        for message in history.existing() {
            crate::sim::mentions::collect(message, &mut named);
        }
        for id in named {
            let known = world.users.contains_key(&id)
                || world.groups.contains_key(&-id)
                || world.channels.contains_key(&(CHANNEL_MARK - id));
            assert!(known, "{id} in chat {chat_id}");
        }
    }
}

#[test]
fn entities_lie_within_their_text_on_whole_characters() {
    let world = World::generated(1);
    let mut entities = 0;
    for message in world
        .histories
        .values()
        .flat_map(|history| history.existing())
    {
        let enums::Message::Message(message) = message else {
            continue;
        };
        let mut edges = BTreeSet::from([0]);
        let mut at = 0;
        for character in message.message.chars() {
            at += i32::try_from(character.len_utf16()).unwrap();
            edges.insert(at);
        }
        for entity in message.entities.iter().flatten() {
            entities += 1;
            let (begin, end) = (entity.offset(), entity.offset() + entity.length());
            assert!(
                entity.length() > 0 && edges.contains(&begin) && edges.contains(&end),
                "{}",
                message.message
            );
        }
    }
    assert!(entities > 200, "{entities}");
}

#[test]
fn texts_are_rarely_said_twice_in_one_chat() {
    let world = World::generated(1);
    let (mut long, mut repeated) = (0, 0);
    for history in world.histories.values() {
        let mut said = BTreeSet::new();
        for message in history.existing() {
            if let enums::Message::Message(message) = message
                && message.message.chars().count() > 30
            {
                long += 1;
                repeated += usize::from(!said.insert(&message.message));
            }
        }
    }
    assert!(repeated * 50 < long, "{repeated} of {long}");
}

#[test]
fn a_reply_points_at_a_message_that_is_or_was_there() {
    let world = World::generated(1);
    for (chat_id, history) in &world.histories {
        for message in history.existing() {
            let enums::Message::Message(message) = message else {
                continue;
            };
            if let Some(enums::MessageReplyHeader::Header(header)) = &message.reply_to
                && header.reply_to_peer_id.is_none()
                && let Some(id) = header.reply_to_msg_id
            {
                assert!(history.get(id).is_some(), "{id} in chat {chat_id}");
            }
        }
    }
}

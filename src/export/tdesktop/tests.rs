use serde_json::Value;

use super::*;
use crate::model::samples;
use crate::model::{Action, Entity, EntityKind, Media, MediaKind, MessageKind, ReplyTo};
use crate::privacy::Gate;

fn released(message: Message) -> Released<Message> {
    Gate::unmasked().release_message(message)
}

fn file() -> ResultJson {
    ResultJson::of(&Gate::unmasked().release_chat(samples::chat()))
}

fn written(message: Message) -> Value {
    let line = file().message(&released(message));
    assert!(!line.contains('\n'), "{line}");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn head_messages_and_tail_are_json() {
    let file = file();
    for count in [0, 1, 3] {
        let lines: Vec<String> = (0..count)
            .map(|_| file.message(&released(samples::message())))
            .collect();
        let whole = format!("{}{}{}", file.head(), lines.join(SEPARATOR), file.tail());
        let whole: Value = serde_json::from_str(&whole).unwrap_or_else(|e| panic!("{e}: {whole}"));
        assert_eq!(whole["messages"].as_array().unwrap().len(), count);
        assert_eq!(whole["type"], "public_supergroup");
        assert_eq!(whole["id"], 9);
    }
}

/// A message with nothing around what makes it special.
fn plain() -> Message {
    Message {
        text: String::new(),
        entities: Vec::new(),
        reply_to: None,
        topic_id: None,
        forward: None,
        media: None,
        reactions: Vec::new(),
        edit_date: None,
        via_bot: None,
        author_signature: None,
        buttons: Vec::new(),
        action: None,
        ..samples::message()
    }
}

/// What is written of it beyond what is written of every message.
fn special(message: Message) -> Value {
    const COMMON: [&str; 4] = ["id", "type", "date", "date_unixtime"];
    let mut message = written(message);
    let fields = message.as_object_mut().unwrap();
    fields.retain(|name, value| {
        let is_empty = value == "" || value.as_array().is_some_and(Vec::is_empty);
        !COMMON.contains(&name.as_str()) && !is_empty
    });
    message
}

#[test]
fn every_action_has_its_words() {
    let actions = samples::actions().into_iter().map(|action| {
        special(Message {
            kind: MessageKind::Service,
            sender: None,
            action: Some(action.into()),
            ..plain()
        })
    });
    insta::assert_json_snapshot!("actions", actions.collect::<Vec<_>>());
}

#[test]
fn every_kind_of_media_has_its_words() {
    let all = samples::message().media.unwrap();
    let media = KINDS.map(|kind| {
        let media = Media {
            kind,
            ..*all.clone()
        };
        special(Message {
            sender: None,
            media: Some(media.into()),
            ..plain()
        })
    });
    insta::assert_json_snapshot!("media", media);
}

#[test]
fn a_message_that_has_everything_is_written() {
    insta::assert_json_snapshot!("message", written(samples::message()));
}

const KINDS: [MediaKind; 22] = [
    MediaKind::Photo,
    MediaKind::Video,
    MediaKind::VideoNote,
    MediaKind::Voice,
    MediaKind::Audio,
    MediaKind::Sticker,
    MediaKind::Animation,
    MediaKind::Document,
    MediaKind::WebPage,
    MediaKind::Location,
    MediaKind::LiveLocation,
    MediaKind::Venue,
    MediaKind::Contact,
    MediaKind::Poll,
    MediaKind::Dice,
    MediaKind::Game,
    MediaKind::Invoice,
    MediaKind::Giveaway,
    MediaKind::GiveawayResults,
    MediaKind::Story,
    MediaKind::PaidMedia,
    MediaKind::Todo,
];

#[test]
fn what_was_written_before_a_group_became_a_supergroup_has_lower_ids() {
    let old = Message {
        id: 7,
        chat_id: -8,
        topic_id: None,
        reply_to: Some(Box::new(ReplyTo {
            message_id: Some(5),
            ..ReplyTo::default()
        })),
        ..samples::message()
    };
    let old = written(old);
    assert_eq!(old["id"], 7 - OLD_HALF_SHIFT);
    assert_eq!(old["reply_to_message_id"], 5 - OLD_HALF_SHIFT);
    let new = written(Message {
        id: 7,
        ..samples::message()
    });
    assert_eq!(new["id"], 7);
}

#[test]
fn a_message_of_a_topic_answers_the_topic() {
    let of = |topic_id, message_id: Option<i32>| {
        let message = written(Message {
            topic_id: Some(topic_id),
            reply_to: message_id.map(|id| {
                Box::new(ReplyTo {
                    message_id: Some(id),
                    ..ReplyTo::default()
                })
            }),
            ..samples::message()
        });
        message["reply_to_message_id"].clone()
    };
    assert_eq!(of(40, None), 40);
    assert_eq!(of(40, Some(41)), 41);
    assert_eq!(of(1, None), Value::Null);
    assert_eq!(of(42, None), Value::Null);
}

#[test]
fn peers_are_named_as_desktop_does() {
    for (marked, named, number) in [
        (42, "user42", 42),
        (-42, "chat42", 42 + (1 << 48)),
        (-1_000_000_000_042, "channel42", 42 + (2 << 48)),
    ] {
        assert_eq!(peer_id(marked), named);
        assert_eq!(peer_number(marked), number);
    }
}

#[test]
fn text_from_strangers_cannot_leave_its_string() {
    let text = "\",\"}]\n\\ é";
    let message = written(Message {
        text: text.to_owned(),
        entities: vec![Entity::new(EntityKind::Bold, 0, 4)],
        ..samples::message()
    });
    let runs = message["text_entities"].as_array().unwrap();
    let runs: Vec<_> = runs.iter().map(|run| run["text"].as_str()).collect();
    assert_eq!(runs, [text.get(..4), text.get(4..)]);
    let word = written(Message {
        kind: MessageKind::Service,
        action: Some(Box::new(Action::Other {
            name: "\",\n".to_owned(),
        })),
        ..samples::message()
    });
    assert_eq!(word["action"], "\",\n");
}

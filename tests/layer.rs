//! Every constructor of the layer that can stand in a history, made of the schema's own definitions: what becomes of
//! each, and which of its fields a record tells. The snapshots are the decisions; a constructor or a field that they
//! do not know fails these tests.

pub(crate) mod definitions;

use std::fmt::Write as _;

use grammers_tl_types::{self as tl, Deserializable as _, Serializable as _};
use serde_json::Value;
use telegram_history_mcp::model::ChatKind;
use telegram_history_mcp::telegram::convert::{self, ChatContext, Peers};

use self::definitions::{Choice, Definition, Field, Schema};
use crate::support::assert_message;

/// What would hide the rest: media that destroys itself is nothing but that, a hidden edit is none, and who pays
/// without being shown is nobody.
const HIDING: [&str; 7] = [
    "messageMediaPhoto.ttl_seconds",
    "messageMediaDocument.ttl_seconds",
    "messageMediaDocument.round",
    "messageMediaDocument.voice",
    "messageMediaDocument.video",
    "messageReactor.anonymous",
    "message.edit_hide",
];

/// The types whose fields are gone through one by one, with what has to stand around each.
const FIELDS_OF: [(&str, &[&str]); 28] = [
    ("Message", &[]),
    ("MessageFwdHeader", &[]),
    ("MessageReplyHeader", &[]),
    ("MessageReplies", &[]),
    ("MessageReactions", &["reactionPaid"]),
    ("ReactionCount", &[]),
    ("FactCheck", &[]),
    ("RestrictionReason", &[]),
    ("SuggestedPost", &[]),
    ("MessageMedia", &[]),
    ("Photo", &["messageMediaPhoto"]),
    ("Document", &["messageMediaDocument"]),
    ("DocumentAttribute", &["messageMediaDocument"]),
    ("WebPage", &["messageMediaWebPage"]),
    ("Poll", &["messageMediaPoll"]),
    ("PollResults", &["messageMediaPoll"]),
    ("PollAnswer", &["messageMediaPoll"]),
    ("PollAnswerVoters", &["messageMediaPoll"]),
    ("TodoList", &["messageMediaToDo"]),
    ("TodoItem", &["messageMediaToDo"]),
    ("TodoCompletion", &["messageMediaToDo"]),
    ("GeoPoint", &["messageMediaGeo"]),
    ("Game", &["messageMediaGame"]),
    ("StoryItem", &["messageMediaStory"]),
    ("MessageEntity", &[]),
    ("KeyboardInlineButton", &["replyInlineMarkup"]),
    ("InlineButtonType", &["replyInlineMarkup"]),
    ("MessageAction", &[]),
];

/// The types that only have to be read, each constructor in its place.
const READ: [(&str, &str); 14] = [
    ("PageBlock", "richMessage"),
    ("RichText", "pageBlockParagraph"),
    ("PageListItem", "pageBlockList"),
    ("PageListOrderedItem", "pageBlockOrderedList"),
    ("PhotoSize", "messageMediaPhoto"),
    ("Reaction", "messageReactions"),
    ("ReplyMarkup", "message"),
    ("ButtonType", "replyKeyboardMarkup"),
    ("MessageExtendedMedia", "messageMediaPaidMedia"),
    ("ChatTheme", "messageActionSetChatTheme"),
    ("StarGift", "messageActionStarGift"),
    ("RequestedPeer", "messageActionRequestedPeerSentMe"),
    ("PhoneCallDiscardReason", "messageActionPhoneCall"),
    ("StarsAmount", "messageActionSuggestedPostSuccess"),
];

/// The field that rich messages take the place of.
const TEXT: &str = "message.message";

fn choice<'a>(constructor: &'a Definition, around: &[&'a str]) -> Choice<'a> {
    let mut constructors = vec![constructor.name.as_str()];
    constructors.extend(around);
    Choice {
        constructors,
        absent: HIDING.map(str::to_owned).to_vec(),
        varied: Vec::new(),
    }
}

/// The record of these bytes, which must be a message; it is as published.
fn record(bytes: &[u8]) -> Value {
    let raw = tl::enums::Message::from_bytes(bytes).unwrap();
    assert_eq!(raw.to_bytes(), bytes, "the schema is read as it is meant");
    let chat = ChatContext {
        chat_id: 5,
        kind: ChatKind::User,
        username: None,
        me: None,
    };
    let message = convert::message(&raw, &Peers::default(), &chat).unwrap();
    let record = serde_json::to_value(&message).unwrap();
    assert_message(&record);
    assert_message(&serde_json::to_value(message.concise()).unwrap());
    record
}

/// What becomes of what was chosen when it stands in a message, or in a service message if it does there.
fn record_with(schema: &Schema, choice: &Choice<'_>) -> Value {
    let of_service = |name: &&str| name.starts_with("messageAction") || *name == "messageService";
    let holder = match choice.constructors.iter().any(of_service) {
        true => "messageService",
        false => "message",
    };
    record(&schema.full(holder, choice))
}

/// Whether a record tells a field: whether it is another one without it, where all else stands, where nothing else
/// of its constructor does, or where there is no other text.
fn tells(schema: &Schema, whole: &Choice<'_>, of: &Definition, field: &Field) -> bool {
    let path = |field: &Field| format!("{}.{}", of.name, field.name);
    let others = of
        .fields
        .iter()
        .filter(|it| it.is_optional() && !it.shares_bit_with(field));
    let mut alone = whole.clone();
    alone.absent.extend(others.map(path));
    let mut untitled = whole.clone();
    untitled.varied.push(TEXT.to_owned());
    [whole, &alone, &untitled].into_iter().any(|with| {
        let (mut with, mut without) = (with.clone(), with.clone());
        with.absent.retain(|absent| *absent != path(field));
        match field.is_optional() {
            true => without.absent.push(path(field)),
            false => without.varied.push(path(field)),
        }
        record_with(schema, &with) != record_with(schema, &without)
    })
}

#[test]
fn the_schema_is_that_of_the_layer() {
    assert_eq!(tl::LAYER, 230);
    for definition in Schema::read().constructors("Message") {
        let known = definition.name.as_str();
        assert!(
            ["messageEmpty", "message", "messageService"].contains(&known),
            "{known}"
        );
    }
}

#[test]
fn every_constructor_has_its_record() {
    let schema = Schema::read();
    let mut decided = String::new();
    for (makes, field) in [
        ("MessageMedia", "media"),
        ("MessageAction", "action"),
        ("MessageEntity", "entities"),
    ] {
        for constructor in schema.constructors(makes) {
            let record = record_with(&schema, &choice(constructor, &[]));
            writeln!(decided, "{} {}", constructor.name, record[field]).unwrap();
        }
    }
    insta::assert_snapshot!(decided);
}

#[test]
fn every_field_is_told_or_left_out_on_purpose() {
    let schema = Schema::read();
    let mut decided = String::new();
    for (makes, around) in FIELDS_OF {
        let constructors = schema.constructors(makes).into_iter();
        for constructor in constructors.filter(|it| it.name != "messageEmpty") {
            let whole = choice(constructor, around);
            let fields = constructor
                .fields
                .iter()
                .filter(|it| it.is_optional() || it.is_plain());
            let (told, left_out): (Vec<&Field>, Vec<_>) =
                fields.partition(|field| tells(&schema, &whole, constructor, field));
            for (what, fields) in [("told", told), ("left out", left_out)] {
                let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
                if !names.is_empty() {
                    writeln!(decided, "{} {what}: {}", constructor.name, names.join(" ")).unwrap();
                }
            }
        }
    }
    insta::assert_snapshot!(decided);
}

#[test]
fn every_part_of_a_message_is_read_in_its_place() {
    let schema = Schema::read();
    for (makes, around) in READ {
        for constructor in schema.constructors(makes) {
            let mut choice = choice(constructor, &[around]);
            choice.varied.push(TEXT.to_owned());
            record_with(&schema, &choice);
        }
    }
}

#[test]
fn the_least_that_telegram_can_send_is_a_record_too() {
    let schema = Schema::read();
    for name in ["message", "messageService"] {
        let record = record(&schema.bare(name));
        assert_eq!(record["sender"]["id"], record["chat_id"]);
    }
}

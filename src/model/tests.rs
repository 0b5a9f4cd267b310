//! The records as JSON, and that no text in them is out of reach.

use serde_json::Value;

use super::*;

/// The keys whose values are ours or Telegram's, never a stranger's.
const STRUCTURE: [&str; 16] = [
    "type",
    "kind",
    "date",
    "edit_date",
    "expires_at",
    "until",
    "grouped_id",
    "custom_emoji_id",
    "game_id",
    "reason",
    "media_type",
    "close_date",
    "done_at",
    "media_types",
    "state",
    "effect_id",
];

/// The texts of a record that stand under no such key, with their paths.
fn strings(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, path, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                if !STRUCTURE.contains(&key.as_str()) {
                    strings(value, &format!("{path}/{key}"), found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn assert_reached(record: &Value) {
    let mut found = Vec::new();
    strings(record, "", &mut found);
    assert!(!found.is_empty());
    for (path, text) in found {
        if path != "/text" && path != "/media/name" {
            assert_eq!(text, "§", "{path} was not visited");
        }
    }
}

#[test]
fn every_text_of_a_record_is_visited() {
    let visit = |_: TextKind, text: &mut String| *text = "§".to_owned();
    let mut chat = samples::chat();
    chat.visit_text(&mut { visit });
    assert_reached(&serde_json::to_value(&chat).unwrap());
    for action in samples::actions() {
        let mut message = Message {
            action: Some(action.into()),
            ..samples::message()
        };
        message.visit_text(&mut { visit });
        assert_reached(&serde_json::to_value(&message).unwrap());
    }
}

#[test]
fn records_come_back_from_their_json() {
    let chat = samples::chat();
    let json = serde_json::to_string(&chat).unwrap();
    assert_eq!(serde_json::from_str::<Chat>(&json).unwrap(), chat);
    for action in samples::actions() {
        let message = Message {
            action: Some(action.into()),
            ..samples::message()
        };
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
        assert!(!json.contains("null"));
    }
}

#[test]
fn the_kinds_of_names_are_told_apart() {
    let title_kind = |mut chat: Chat| {
        let mut kinds = Vec::new();
        chat.visit_text(&mut |kind, _| kinds.push(kind));
        kinds[0]
    };
    let person = Chat::new(5, ChatKind::User, "Ada");
    let contact = Chat {
        is_contact: true,
        ..person.clone()
    };
    assert_eq!(title_kind(person), TextKind::Name);
    assert_eq!(title_kind(contact), TextKind::ContactName);
    assert_eq!(title_kind(samples::chat()), TextKind::Title);
}

#[test]
fn the_schema_requires_what_is_always_there() {
    let schema = serde_json::to_value(schemars::schema_for!(Message)).unwrap();
    let required = schema["required"].as_array().unwrap();
    for field in ["id", "chat_id", "date", "type", "text", "link"] {
        assert!(required.contains(&Value::from(field)), "{field}");
    }
    assert_eq!(required.len(), 6);
    assert!(!schema.to_string().contains("is_contact"));
}

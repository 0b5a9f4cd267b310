//! The gate as a whole: nothing passes it by.

use serde_json::Value;

use crate::model::samples;
use crate::model::{Entity, EntityKind, TextKind};

use super::*;

#[test]
fn every_text_of_a_record_is_cleaned() {
    let dirty = |_: TextKind, text: &mut String| text.insert_str(0, "\u{202E}x\u{E0041}");
    let mut message = samples::message();
    message.visit_text(&mut { dirty });
    message.text = "\u{202E}hello".to_owned();
    let mut chat = samples::chat();
    chat.visit_text(&mut { dirty });
    let gate = Gate::unmasked();
    let message = serde_json::to_string(&gate.release_message(message)).unwrap();
    let chat = serde_json::to_string(&gate.release_chat(chat)).unwrap();
    for json in [message, chat] {
        assert!(!json.contains(['\u{202E}', '\u{E0041}']));
    }
}

#[test]
fn entities_move_with_the_text() {
    let mut message = samples::message();
    message.text = "\u{202E}\u{202E}bold \u{FEFF}".to_owned();
    message.entities = vec![
        Entity::new(EntityKind::Bold, 2, 4),
        Entity::new(EntityKind::Italic, 0, 2),
        Entity::new(EntityKind::Code, 7, 1),
    ];
    let released = Gate::unmasked().release_message(message);
    assert_eq!(released.text, "bold ");
    assert_eq!(released.entities, [Entity::new(EntityKind::Bold, 0, 4)]);
}

#[test]
fn names_lose_their_line_breaks_and_texts_keep_them() {
    let mut message = samples::message();
    message.text = "one\ntwo".to_owned();
    message.sender.as_mut().unwrap().name = "Ada\nLovelace".to_owned();
    message.reply_to.as_mut().unwrap().quote = Some("three\nfour".to_owned());
    let released = Gate::unmasked().release_message(message);
    assert_eq!(released.text, "one\ntwo");
    assert_eq!(released.sender.as_ref().unwrap().name, "Ada Lovelace");
    let quote = released.reply_to.as_ref().unwrap().quote.as_deref();
    assert_eq!(quote, Some("three\nfour"));
}

#[test]
fn a_released_record_looks_like_the_record_and_its_debug_like_nothing() {
    let message = samples::message();
    let record: Value = serde_json::to_value(&message).unwrap();
    let released = Gate::unmasked().release_message(message);
    assert_eq!(serde_json::to_value(&released).unwrap(), record);
    assert_eq!(format!("{released:?}"), "Released(…)");
}

fn masking(level: mask::Level) -> Gate {
    Gate::masking(Masker::new(level, &[7; 32], None))
}

#[test]
fn what_telegram_marked_is_masked_and_its_marks_move() {
    let mut message = samples::message();
    message.text = "🙂 pay 12-34 to bob at nowhere, says Ann Lee".to_owned();
    message.entities = vec![
        Entity::new(EntityKind::BankCard, 7, 5),
        Entity::new(EntityKind::Email, 16, 14),
        Entity::new(EntityKind::Bold, 16, 3),
        Entity::new(EntityKind::MentionName, 37, 7),
    ];
    for (level, name) in [
        (mask::Level::Mask, "Ann Lee"),
        (mask::Level::Strict, "[name:"),
    ] {
        let released = masking(level).release_message(message.clone());
        let covered: Vec<&str> = released
            .entities
            .iter()
            .map(|entity| entity.covered(&released.text).unwrap())
            .collect();
        assert!(covered[0].starts_with("[card:"), "{covered:?}");
        assert!(covered[1].starts_with("[email:") && covered[1] == covered[2]);
        assert!(covered[3].starts_with(name), "{covered:?}");
        let again = masking(level).release_message(released.0.clone());
        assert_eq!(again, released);
    }
}

#[test]
fn a_contact_keeps_no_name_and_others_theirs() {
    let mut message = samples::message();
    let name = |message: &Message| {
        let released = masking(mask::Level::Mask).release_message(message.clone());
        released.sender.as_ref().unwrap().name.clone()
    };
    let sender = message.sender.as_mut().unwrap();
    (sender.is_contact, sender.name) = (false, "Ada".to_owned());
    assert_eq!(name(&message), "Ada");
    message.sender.as_mut().unwrap().is_contact = true;
    assert!(name(&message).starts_with("[name:"));
}

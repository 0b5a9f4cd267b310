//! What single versions of Telegram Desktop write in a way of their own.

use grammers_tl_types as tl;
use tl::enums::{MessageAction, MessageMedia};

use super::{assert_survives, message, service};
use crate::sim::World;
use crate::sim::import::Imported;
use crate::sim::world::peer;

const GROUP: i64 = -42;

fn load(export: &str) -> (World, Imported) {
    World::from_desktop_export_reader(export.as_bytes()).unwrap()
}

/// A group of messages; each gets an id from 1, and a date.
fn group(messages: &[&str]) -> (World, Imported) {
    let messages: Vec<String> = (1..)
        .zip(messages)
        .map(|(id, fields)| {
            format!("{{\"id\": {id}, \"date_unixtime\": \"1717200000\", {fields}}}")
        })
        .collect();
    load(&format!(
        "{{\"name\": \"Quay\", \"type\": \"private_group\", \"id\": 42, \"messages\": [{}]}}",
        messages.join(", ")
    ))
}

fn words(world: &World, id: i32) -> String {
    match &service(world, GROUP, id).action {
        MessageAction::CustomAction(custom) => custom.message.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_invoice_is_an_object_within_a_string() {
    let (world, imported) = group(&[r#""type": "message", "text": "", "invoice_information":
           "{\n    \"title\": \"Rope\",\n    \"amount\": 1250,\n    \"currency\": \"EUR\"\n   }""#]);
    let Some(MessageMedia::Invoice(invoice)) = &message(&world, GROUP, 1).media else {
        panic!("{:?}", message(&world, GROUP, 1).media);
    };
    assert_eq!(
        (invoice.title.as_str(), invoice.total_amount),
        ("Rope", 1250)
    );
    assert_eq!(imported.warnings, Vec::<String>::new());
}

#[test]
fn media_that_destroyed_itself_has_no_path_and_is_media_still() {
    let (world, imported) = group(&[
        r#""type": "message", "photo_file_size": 0, "self_destruct_period_seconds": 10, "text": """#,
        r#""type": "message", "file_size": 0, "media_type": "voice_message", "mime_type": "audio/ogg",
           "self_destruct_period_seconds": 2147483647, "text": """#,
    ]);
    assert!(matches!(&message(&world, GROUP, 1).media,
        Some(MessageMedia::Photo(photo)) if photo.ttl_seconds == Some(10)));
    assert!(matches!(&message(&world, GROUP, 2).media,
        Some(MessageMedia::Document(document)) if document.voice && document.ttl_seconds == Some(i32::MAX)));
    assert_eq!(imported.warnings, Vec::<String>::new());
}

#[test]
fn of_a_field_written_twice_the_one_that_says_something_stays() {
    let (world, _) = group(&[
        r#""type": "service", "action": "send_webview_data", "text": "Order", "text": """#,
        r#""type": "service", "action": "send_star_gift", "stars": 15,
           "text": ["for ", {"type": "bold", "text": "you"}], "text": """#,
        r#""type": "message", "text": "", "text": "later""#,
    ]);
    assert!(matches!(&service(&world, GROUP, 1).action,
        MessageAction::WebViewDataSent(sent) if sent.text == "Order"));
    assert_eq!(words(&world, 2), "send star gift (stars 15, text for you)");
    assert_eq!(message(&world, GROUP, 3).message, "later");
}

#[test]
fn actions_that_telegram_has_are_those_and_others_are_words() {
    let (world, imported) = group(&[
        r#""type": "service", "action": "giveaway_results", "winners": 3, "unclaimed": 1, "stars": true"#,
        r#""type": "service", "action": "set_same_chat_wallpaper", "message_id": 1"#,
        r#""type": "service", "action": "no_forwards_toggle", "new_value": true"#,
        r#""type": "service", "action": "change_creator", "new_creator": "Bo""#,
        r#""type": "service", "action": "topic_title_edit", "title": "Knots""#,
        r#""type": "service", "action": "topic_edit", "new_icon_emoji_id": 18446744073709551615"#,
        r#""type": "service", "action": "requested_peer", "button_id": 3, "peers": "[\n    5,\n    9\n   ]""#,
        r#""type": "service", "action": "send_passport_values", "values": ["passport", "email"]"#,
        r#""type": "service", "action": "send_star_gift", "gift_id": 18446744073709551614,
           "gift_text": ["for ", {"type": "bold", "text": "you"}]"#,
        r#""type": "service", "action": "launch_a_rocket", "height_km": 7"#,
        r#""type": "service", "action": "launch_a_rocket""#,
    ]);
    use MessageAction as A;
    let action = |id| &service(&world, GROUP, id).action;
    assert!(matches!(action(1), A::GiveawayResults(it)
        if it.stars && (it.winners_count, it.unclaimed_count) == (3, 1)));
    assert!(matches!(action(2), A::SetChatWallPaper(it) if it.same));
    assert!(matches!(action(3), A::NoForwardsToggle(it) if it.new_value));
    assert!(matches!(action(4), A::ChangeCreator(it)
        if world.users[&it.new_creator_id].first_name.as_deref() == Some("Bo")));
    assert!(matches!(action(5), A::TopicEdit(it) if it.title.as_deref() == Some("Knots")));
    assert!(matches!(action(6), A::TopicEdit(it) if it.icon_emoji_id == Some(-1)));
    assert_eq!(
        words(&world, 7),
        "requested peer (button id 3, peers [ 5, 9 ])"
    );
    assert_eq!(
        words(&world, 8),
        "send passport values (values passport, email)"
    );
    assert_eq!(
        words(&world, 9),
        "send star gift (gift id 18446744073709551614, gift text for you)"
    );
    assert_eq!(words(&world, 10), "launch a rocket (height km 7)");
    assert_eq!(
        imported.warnings,
        [
            "people named without an id; theirs are not Telegram's and start at 1000000000000: 1",
            "actions that are not known, kept as words: 2 (`launch_a_rocket`)",
        ]
    );
    assert_survives::<tl::enums::Message>(world.histories[&GROUP].existing().cloned().collect());
}

#[test]
fn what_is_not_known_is_one_line_however_much_it_is() {
    let fields: Vec<String> = (0..40)
        .map(|number| format!("\"new_{number:02}\": 1"))
        .collect();
    let odd = "\"Ada said: hello\": 1";
    let (world, imported) = group(&[&format!(
        "\"type\": \"message\", {}, {odd}",
        fields.join(", ")
    )]);
    assert_eq!(world.histories[&GROUP].ids().count(), 1);
    assert_eq!(
        imported.warnings,
        [
            "fields that are not known, left out: 41 (`new_00`, `new_01`, `new_02`, `new_03`, `new_04`, \
             `new_05`, `new_06`, `new_07`, `new_08`, `new_09`, `new_10`, `new_11`, and 29 more)"
        ]
    );
}

#[test]
fn a_message_that_was_deleted_before_the_export_is_none() {
    let (world, imported) = load(
        r#"{"name": "Quay", "type": "private_group", "id": 42, "messages": [
            {"id": 1, "type": "message", "date": "1970-01-01T01:00:00", "date_unixtime": "0", "text": ""},
            {"id": 2, "type": "message", "date": "1970-01-01T01:00:00", "text": ""},
            {"id": 3, "type": "message", "date_unixtime": "1717200000", "text": "here"}]}"#,
    );
    assert_eq!(world.histories[&GROUP].ids().collect::<Vec<_>>(), [3]);
    assert_eq!(
        imported.warnings,
        [
            "messages that were deleted before the export, left out: 2",
            "messages with local time only, read as UTC: 1",
        ]
    );
}

#[test]
fn what_desktop_did_not_support_is_dated_like_its_neighbour() {
    let (world, imported) = load(
        r#"{"name": "Quay", "type": "private_group", "id": 42, "messages": [
            {"id": 1, "type": "unsupported"},
            {"id": 2, "type": "unsupported"},
            {"id": 3, "type": "message", "date_unixtime": "1717200000", "text": "here"},
            {"id": 4, "type": "unsupported"}]}"#,
    );
    for id in 1..=4 {
        assert_eq!(message(&world, GROUP, id).date, 1_717_200_000);
    }
    assert_eq!(
        imported.warnings,
        ["messages that Telegram Desktop did not support, dated like the one before: 3"]
    );
}

#[test]
fn the_first_exports_have_no_ids_but_those_of_messages() {
    let (world, imported) = load(
        r#"{"about": "…", "personal_information": {"first_name": "Ada", "last_name": "Quist"},
        "chats": {"list": [
         {"type": "saved_messages", "messages": [
          {"id": 1, "type": "message", "date": "2018-09-01T10:00:00", "from": "Ada Quist", "text": "note"}]},
         {"name": "Bo Lind", "type": "personal_chat", "messages": [
          {"id": 2, "type": "message", "date": "2018-09-01T10:00:00", "from": "Bo Lind", "text": "ahoy"},
          {"id": 3, "type": "message", "date": "2018-09-01T10:01:00", "from": "Ada Quist", "text": "ahoy!"}]},
         {"name": "Bo Lind", "type": "personal_chat", "messages": [
          {"id": 4, "type": "message", "date": "2018-09-01T10:00:00", "from": null, "text": "another Bo"}]},
         {"name": "Pier", "type": "private_supergroup", "messages": [
          {"id": 1, "type": "message", "date": "2018-09-01T10:00:00", "from": "Bo Lind", "text": "pier"}]},
         {"name": "Dock", "type": "private_group", "messages": [
          {"id": 5, "type": "message", "date": "2018-09-01T10:00:00", "from": "Bo Lind", "text": "dock"}]}]}}"#,
    );
    let chats: Vec<_> = imported
        .chats
        .iter()
        .map(|chat| (chat.chat_id, chat.title.as_str(), chat.messages))
        .collect();
    let (me, bo) = (1_000_000_000_000, 1_000_000_000_001);
    assert_eq!(
        chats,
        [
            (me, "Saved Messages", 1),
            (bo, "Bo Lind", 2),
            (900_000_000_002, "Bo Lind", 1),
            (-1_900_000_000_003, "Pier", 1),
            (-900_000_000_004, "Dock", 1),
        ]
    );
    assert_eq!(world.me, me);
    assert!(!message(&world, bo, 2).out && message(&world, bo, 3).out);
    assert_eq!(message(&world, -900_000_000_004, 5).from_id, Some(peer(bo)));
}

#[test]
fn a_whole_name_in_a_message_completes_the_first_name_of_a_chat() {
    let (world, imported) = load(
        r#"{"name": "Bo", "type": "personal_chat", "id": 7, "messages": [
            {"id": 1, "type": "message", "date_unixtime": "1717200000", "from": "Bo Lind", "from_id": "user7"},
            {"id": 2, "type": "message", "date_unixtime": "1717200000", "from": "Bob", "from_id": "user7"}]}"#,
    );
    assert_eq!(world.title(7), "Bo Lind");
    assert_eq!(imported.chats[0].title, "Bo Lind");
}

#[test]
fn a_rich_message_keeps_its_blocks() {
    let (world, imported) = group(&[
        r#""type": "message", "rich_message": {"rtl": true, "part": false, "blocks": [
        {"type": "heading", "level": 2, "text": {"type": "plain", "text": "Tides"}},
        {"type": "paragraph", "text": {"type": "concat", "text": [
          {"type": "plain", "text": "See "},
          {"type": "bold", "text": {"type": "text_link", "href": "https://quay.example", "webpage_id": "18446744073709551615",
            "text": {"type": "plain", "text": "the table"}}}]}},
        {"type": "list", "kind": "ordered", "reversed": false, "start": 3, "items": [
          {"task_state": "none", "content": "text", "text": {"type": "plain", "text": "ropes"}, "num": "3"},
          {"task_state": "none", "content": "blocks", "blocks": [{"type": "divider"}]}]},
        {"type": "table", "title": {"type": "empty"}, "rows": [{"cells": [
          {"text": {"type": "plain", "text": "low"}, "header": true, "align": "left", "vertical_align": "top"}]}]},
        {"type": "photo", "photo_id": "77", "photo_skip_reason": "unavailable", "spoiler": false,
          "caption": {"text": {"type": "plain", "text": "the pier"}, "credit": {"type": "empty"}}},
        {"type": "hologram"}]}"#,
    ]);
    let message = message(&world, GROUP, 1);
    let Some(tl::enums::RichMessage::Message(rich)) = &message.rich_message else {
        panic!("{:?}", message.rich_message);
    };
    use tl::enums::PageBlock as B;
    assert!(rich.rtl);
    assert!(matches!(&rich.blocks[0], B::Heading2(_)));
    assert!(matches!(&rich.blocks[1], B::Paragraph(it)
        if matches!(&it.text, tl::enums::RichText::TextConcat(parts) if parts.texts.len() == 2)));
    assert!(
        matches!(&rich.blocks[2], B::OrderedList(list) if list.start == Some(3) && list.items.len() == 2)
    );
    assert!(matches!(&rich.blocks[3], B::Table(table) if table.rows.len() == 1));
    assert!(matches!(&rich.blocks[4], B::Photo(photo) if photo.photo_id == 77));
    assert!(matches!(&rich.blocks[5], B::Unsupported));
    assert_eq!(
        imported.warnings,
        ["blocks of rich messages that are not known, left out: 1 (`hologram`)"]
    );
    assert_survives::<tl::enums::Message>(world.histories[&GROUP].existing().cloned().collect());
}

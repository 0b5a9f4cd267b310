//! Whole messages: senders, links, topics, and what must never be lost.

mod around;

use serde_json::{Value, json};

use crate::model::{ChatKind, SenderKind};

use super::*;
use crate::telegram::convert::samples::{self, channel_peer, context, group_peer, user_peer};

const CHANNEL: i64 = -1_000_000_000_009;

fn record(raw: impl Into<tl::enums::Message>, peers: &Peers, chat: &ChatContext) -> Message {
    message(&raw.into(), peers, chat).unwrap()
}

fn people() -> Peers {
    let me = tl::types::User {
        is_self: true,
        ..samples::user(1, "Me", None)
    };
    let ada = tl::types::User {
        username: Some("ada".to_owned()),
        contact: true,
        ..samples::user(5, "Ada", Some("Lovelace"))
    };
    let gone = tl::types::User {
        deleted: true,
        ..samples::user(6, "", None)
    };
    let news = samples::channel(9, "News");
    Peers::new(&[me.into(), ada.into(), gone.into()], &[news.into()])
}

#[test]
fn only_an_empty_message_is_no_record() {
    let empty = tl::types::MessageEmpty {
        id: 3,
        peer_id: None,
    };
    let chat = context(5, ChatKind::User);
    assert_eq!(message(&empty.into(), &people(), &chat), None);
}

#[test]
fn a_full_message_is_one_record() {
    let text = "😀 see example.org";
    let raw = tl::types::Message {
        from_id: Some(user_peer(5)),
        entities: Some(vec![
            tl::types::MessageEntityUrl {
                offset: 7,
                length: 11,
            }
            .into(),
        ]),
        views: Some(10),
        forwards: Some(2),
        edit_date: Some(samples::DATE + 60),
        grouped_id: Some(i64::MAX),
        via_bot_id: Some(6),
        pinned: true,
        noforwards: true,
        ttl_period: Some(86_400),
        fwd_from: Some(
            tl::types::MessageFwdHeader {
                from_id: Some(channel_peer(9)),
                channel_post: Some(70),
                ..samples::forward_header()
            }
            .into(),
        ),
        ..samples::message(42, group_peer(8), text)
    };
    let record = record(raw, &people(), &context(-8, ChatKind::Group));
    assert_eq!(
        serde_json::to_value(&record).unwrap(),
        json!({
            "id": 42,
            "chat_id": -8,
            "date": "2023-11-14T22:13:20Z",
            "type": "message",
            "sender": { "id": 5, "kind": "user", "name": "Ada Lovelace", "username": "ada" },
            "text": text,
            "links": ["example.org"],
            "entities": [{ "type": "url", "offset": 7, "length": 11 }],
            "forward": { "from_id": CHANNEL, "from_name": "News", "date": "2023-11-14T22:13:20Z", "message_id": 70 },
            "views": 10,
            "forwards": 2,
            "edit_date": "2023-11-14T22:14:20Z",
            "grouped_id": "9223372036854775807",
            "via_bot": { "id": 6, "name": "Deleted Account" },
            "pinned": true,
            "expires_at": "2023-11-15T22:13:20Z",
            "content_protected": true,
            "link": "tg://openmessage?chat_id=8&message_id=42",
        })
    );
}

#[test]
fn the_sender_is_whom_telegram_names_or_implies() {
    let private = ChatContext {
        me: Some(1),
        ..context(5, ChatKind::User)
    };
    let group = context(-8, ChatKind::Group);
    let news = context(CHANNEL, ChatKind::Channel);
    let forum = context(-1_000_000_000_010, ChatKind::Forum);
    let raw = |from_id, out, peer_id| tl::types::Message {
        from_id,
        out,
        ..samples::message(1, peer_id, "")
    };
    let cases = [
        (
            "named",
            &group,
            raw(Some(user_peer(5)), false, group_peer(8)),
            Some((5, SenderKind::User, "Ada Lovelace")),
        ),
        (
            "deleted",
            &group,
            raw(Some(user_peer(6)), false, group_peer(8)),
            Some((6, SenderKind::User, "Deleted Account")),
        ),
        (
            "unknown",
            &group,
            raw(Some(user_peer(7)), false, group_peer(8)),
            Some((7, SenderKind::User, "")),
        ),
        (
            "as a channel",
            &group,
            raw(Some(channel_peer(9)), false, group_peer(8)),
            Some((CHANNEL, SenderKind::Channel, "News")),
        ),
        ("nobody", &group, raw(None, false, group_peer(8)), None),
        (
            "me, in a group",
            &group,
            raw(None, true, group_peer(8)),
            Some((1, SenderKind::User, "Me")),
        ),
        (
            "a post",
            &news,
            raw(None, false, channel_peer(9)),
            Some((CHANNEL, SenderKind::Channel, "News")),
        ),
        (
            "an anonymous admin",
            &forum,
            raw(Some(channel_peer(10)), false, channel_peer(10)),
            Some((-1_000_000_000_010, SenderKind::Supergroup, "")),
        ),
        (
            "the other one",
            &private,
            raw(None, false, user_peer(5)),
            Some((5, SenderKind::User, "Ada Lovelace")),
        ),
        (
            "me",
            &private,
            raw(None, true, user_peer(5)),
            Some((1, SenderKind::User, "Me")),
        ),
    ];
    for (case, chat, raw, expected) in cases {
        let sender = record(raw, &people(), chat).sender;
        let found = sender.as_ref().map(|it| (it.id, it.kind, it.name.as_str()));
        assert_eq!(found, expected, "{case}");
    }
}

#[test]
fn a_contact_is_known_as_one_but_not_published_as_one() {
    let raw = samples::message(1, user_peer(5), "hi");
    let record = record(raw, &people(), &context(5, ChatKind::User));
    assert!(record.sender.as_ref().unwrap().is_contact);
    let json = serde_json::to_string(&record).unwrap();
    assert!(!json.contains("contact"));
}

#[test]
fn every_kind_of_chat_has_its_link() {
    let topic = || {
        tl::types::MessageReplyHeader {
            forum_topic: true,
            reply_to_msg_id: Some(40),
            ..samples::reply_header()
        }
        .into()
    };
    let named = |chat: ChatContext| ChatContext {
        username: Some("rustlang".to_owned()),
        ..chat
    };
    let cases = [
        (
            context(5, ChatKind::User),
            user_peer(5),
            None,
            "tg://openmessage?user_id=5&message_id=77",
        ),
        (
            named(context(5, ChatKind::Bot)),
            user_peer(5),
            None,
            "tg://openmessage?user_id=5&message_id=77",
        ),
        (
            context(-8, ChatKind::Group),
            group_peer(8),
            None,
            "tg://openmessage?chat_id=8&message_id=77",
        ),
        (
            context(CHANNEL, ChatKind::Channel),
            channel_peer(9),
            None,
            "https://t.me/c/9/77",
        ),
        (
            named(context(CHANNEL, ChatKind::Supergroup)),
            channel_peer(9),
            None,
            "https://t.me/rustlang/77",
        ),
        (
            context(CHANNEL, ChatKind::Forum),
            channel_peer(9),
            Some(topic()),
            "https://t.me/c/9/40/77",
        ),
        (
            named(context(CHANNEL, ChatKind::Forum)),
            channel_peer(9),
            Some(topic()),
            "https://t.me/rustlang/40/77",
        ),
        (
            named(context(CHANNEL, ChatKind::Forum)),
            channel_peer(9),
            None,
            "https://t.me/rustlang/77",
        ),
    ];
    for (chat, peer, reply_to, link) in cases {
        let raw = tl::types::Message {
            reply_to,
            ..samples::message(77, peer, "")
        };
        assert_eq!(record(raw, &Peers::default(), &chat).link, link);
    }
}

#[test]
fn a_message_of_another_chat_keeps_its_own() {
    let raw = samples::message(7, channel_peer(9), "from the channel");
    let record = record(raw, &people(), &context(-8, ChatKind::Group));
    assert_eq!(record.chat_id, CHANNEL);
    assert_eq!(record.link, "https://t.me/c/9/7");
}

#[test]
fn a_hidden_edit_is_no_edit() {
    let raw = tl::types::Message {
        edit_hide: true,
        edit_date: Some(samples::DATE),
        ..samples::message(1, user_peer(5), "")
    };
    let record = record(raw, &people(), &context(5, ChatKind::User));
    assert_eq!(record.edit_date, None);
}

#[test]
fn extreme_numbers_are_kept_or_clipped_but_never_panic() {
    for number in [i32::MIN, -1, 0, i32::MAX] {
        let raw = tl::types::Message {
            date: number,
            ttl_period: Some(number),
            edit_date: Some(number),
            ..samples::message(number, user_peer(i64::from(number)), "")
        };
        let chat = context(i64::from(number), ChatKind::User);
        assert_eq!(record(raw, &people(), &chat).id, number);
    }
}

#[test]
fn the_words_of_a_rich_message_are_its_text() {
    let plain = tl::types::TextPlain {
        text: "an answer".to_owned(),
    };
    let rich = tl::types::RichMessage {
        rtl: false,
        part: true,
        blocks: vec![tl::types::PageBlockParagraph { text: plain.into() }.into()],
        photos: Vec::new(),
        documents: Vec::new(),
    };
    let raw = tl::types::Message {
        rich_message: Some(rich.into()),
        ..samples::message(1, user_peer(5), "")
    };
    let record = record(raw, &people(), &context(5, ChatKind::User));
    assert_eq!(record.text, "an answer");
    assert!(record.text_incomplete);
}

#[test]
fn the_message_that_opens_a_topic_stands_in_it() {
    let action = tl::types::MessageActionTopicCreate {
        title_missing: false,
        title: "Help".to_owned(),
        icon_color: 0,
        icon_emoji_id: None,
    };
    let raw = samples::service(40, channel_peer(9), action.into());
    let record = record(raw, &people(), &context(CHANNEL, ChatKind::Forum));
    assert_eq!(record.topic_id, Some(40));
    assert_eq!(record.link, "https://t.me/c/9/40");
}

#[test]
fn service_messages_say_what_happened() {
    use tl::enums::MessageAction as Raw;
    let cases: [(Raw, Value); 8] = [
        (
            tl::types::MessageActionChatAddUser { users: vec![5, 7] }.into(),
            json!({ "type": "chat_add_user", "users": [{ "id": 5, "name": "Ada Lovelace", "username": "ada" }, { "id": 7 }] }),
        ),
        (
            tl::types::MessageActionChatEditTitle {
                title: "New".to_owned(),
            }
            .into(),
            json!({ "type": "chat_edit_title", "title": "New" }),
        ),
        (
            Raw::PinMessage,
            json!({ "type": "pin_message", "message_id": 33 }),
        ),
        (
            tl::types::MessageActionChatMigrateTo { channel_id: 9 }.into(),
            json!({ "type": "chat_migrate_to", "chat_id": CHANNEL }),
        ),
        (
            tl::types::MessageActionPhoneCall {
                video: true,
                call_id: 1,
                reason: Some(tl::enums::PhoneCallDiscardReason::Missed),
                duration: None,
            }
            .into(),
            json!({ "type": "phone_call", "video": true, "reason": "missed" }),
        ),
        (
            tl::types::MessageActionGameScore {
                game_id: i64::MIN,
                score: 9,
            }
            .into(),
            json!({ "type": "game_score", "game_id": "-9223372036854775808", "score": 9 }),
        ),
        (Raw::ScreenshotTaken, json!({ "type": "screenshot_taken" })),
        (
            tl::types::MessageActionChatJoinedViaCommunity { community_id: 1 }.into(),
            json!({ "type": "other", "name": "messageActionChatJoinedViaCommunity" }),
        ),
    ];
    for (action, expected) in cases {
        let raw = tl::types::MessageService {
            from_id: Some(user_peer(5)),
            reply_to: Some(
                tl::types::MessageReplyHeader {
                    reply_to_msg_id: Some(33),
                    ..samples::reply_header()
                }
                .into(),
            ),
            ..samples::service(34, group_peer(8), action)
        };
        let record = record(raw, &people(), &context(-8, ChatKind::Group));
        assert_eq!(serde_json::to_value(&record.action).unwrap(), expected);
        assert_eq!(record.kind, MessageKind::Service);
        assert_eq!(record.text, "");
    }
}

//! Pages, places, polls and the like, type by type.

use serde_json::{Value, json};

use super::*;
use crate::telegram::convert::samples;

fn geo(lat: f64, long: f64) -> tl::enums::GeoPoint {
    tl::types::GeoPoint {
        long,
        lat,
        access_hash: 0,
        accuracy_radius: None,
    }
    .into()
}

fn page(webpage: tl::enums::WebPage) -> Raw {
    tl::types::MessageMediaWebPage {
        force_large_media: false,
        force_small_media: false,
        manual: false,
        safe: false,
        webpage,
    }
    .into()
}

fn quiz() -> Raw {
    let answer = |text: &str, key: u8| {
        tl::types::PollAnswer {
            text: samples::text(text),
            option: vec![key],
            media: None,
            added_by: None,
            date: None,
        }
        .into()
    };
    let count = |key: u8, voters, chosen| {
        tl::types::PollAnswerVoters {
            chosen,
            correct: key == 1,
            option: vec![key],
            voters: Some(voters),
            recent_voters: None,
        }
        .into()
    };
    let poll = tl::types::Poll {
        quiz: true,
        closed: true,
        ..samples::poll(
            "2 + 2?",
            vec![answer("3", 0), answer("4", 1), answer("5", 2)],
        )
    };
    let results = tl::types::PollResults {
        results: Some(vec![count(1, 6, false), count(0, 1, true)]),
        total_voters: Some(7),
        solution: Some("Count.".to_owned()),
        ..samples::poll_results()
    };
    Raw::Poll(Box::new(tl::types::MessageMediaPoll {
        poll: poll.into(),
        results: results.into(),
        attached_media: None,
    }))
}

fn todo_list() -> Raw {
    let item = |id, title: &str| {
        tl::types::TodoItem {
            id,
            title: samples::text(title),
        }
        .into()
    };
    let list = tl::types::TodoList {
        others_can_append: false,
        others_can_complete: false,
        title: samples::text("Trip"),
        list: vec![item(1, "tickets"), item(2, "tent")],
    };
    let done = tl::types::TodoCompletion {
        id: 2,
        completed_by: samples::user_peer(5),
        date: samples::DATE,
    };
    tl::types::MessageMediaToDo {
        todo: list.into(),
        completions: Some(vec![done.into()]),
    }
    .into()
}

#[test]
fn each_type_has_its_record() {
    let described = tl::types::WebPage {
        title: Some("Rust".to_owned()),
        site_name: Some("rust-lang.org".to_owned()),
        description: Some(String::new()),
        ..samples::web_page("https://rust-lang.org/")
    };
    let venue = |geo| tl::types::MessageMediaVenue {
        geo,
        title: "Café".to_owned(),
        address: "Main Street 1".to_owned(),
        provider: String::new(),
        venue_id: String::new(),
        venue_type: String::new(),
    };
    let contact = tl::types::MessageMediaContact {
        phone_number: "+15550100".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: String::new(),
        vcard: "secret".to_owned(),
        user_id: 0,
    };
    let story = tl::types::MessageMediaStory {
        via_mention: false,
        peer: samples::user_peer(5),
        id: 3,
        story: None,
    };
    let live = tl::types::MessageMediaGeoLive {
        geo: geo(1.5, 2.5),
        heading: None,
        period: 900,
        proximity_notification_radius: None,
    };
    let dice = tl::types::MessageMediaDice {
        value: 6,
        emoticon: "🎲".to_owned(),
        game_outcome: None,
    };
    let paid = tl::types::MessageMediaPaidMedia {
        stars_amount: 50,
        extended_media: Vec::new(),
    };
    let cases: [(Raw, Value); 13] = [
        (
            page(described.into()),
            json!({ "type": "web_page", "web_page": { "url": "https://rust-lang.org/", "title": "Rust", "site_name": "rust-lang.org" } }),
        ),
        (
            tl::types::MessageMediaGeo {
                geo: geo(52.5, 13.4),
            }
            .into(),
            json!({ "type": "location", "location": { "latitude": 52.5, "longitude": 13.4 } }),
        ),
        (
            tl::types::MessageMediaGeo {
                geo: tl::enums::GeoPoint::Empty,
            }
            .into(),
            json!({ "type": "location" }),
        ),
        (
            tl::types::MessageMediaGeo {
                geo: geo(f64::NAN, 0.0),
            }
            .into(),
            json!({ "type": "location" }),
        ),
        (
            live.into(),
            json!({ "type": "live_location", "location": { "latitude": 1.5, "longitude": 2.5, "live": true, "live_period_seconds": 900 } }),
        ),
        (
            venue(geo(1.0, 2.0)).into(),
            json!({ "type": "venue", "location": { "latitude": 1.0, "longitude": 2.0, "title": "Café", "address": "Main Street 1" } }),
        ),
        (
            venue(tl::enums::GeoPoint::Empty).into(),
            json!({ "type": "venue", "title": "Café", "description": "Main Street 1" }),
        ),
        (
            contact.into(),
            json!({ "type": "contact", "contact": { "first_name": "Ada", "phone_number": "+15550100" } }),
        ),
        (
            Raw::Story(Box::new(story)),
            json!({ "type": "story", "story": { "chat_id": 5, "story_id": 3 } }),
        ),
        (
            dice.into(),
            json!({ "type": "dice", "dice": { "emoji": "🎲", "value": 6 } }),
        ),
        (
            paid.into(),
            json!({ "type": "paid_media", "paid_media": { "stars": 50, "count": 0 } }),
        ),
        (
            Raw::Unsupported,
            json!({ "type": "other", "name": "messageMediaUnsupported" }),
        ),
        (
            todo_list(),
            json!({ "type": "todo", "title": "Trip", "todo": { "items": [{ "id": 1, "text": "tickets" }, { "id": 2, "text": "tent", "done_by": { "id": 5 }, "done_at": "2023-11-14T22:13:20Z" }] } }),
        ),
    ];
    for (raw, expected) in cases {
        assert_eq!(
            serde_json::to_value(media(&raw, &Peers::default())).unwrap(),
            expected
        );
    }
}

#[test]
fn a_quiz_counts_its_answers_by_key_and_not_by_place() {
    assert_eq!(
        serde_json::to_value(media(&quiz(), &Peers::default())).unwrap(),
        json!({
            "type": "poll",
            "poll": {
                "question": "2 + 2?",
                "options": [
                    { "text": "3", "voters": 1, "chosen": true },
                    { "text": "4", "voters": 6, "correct": true },
                    { "text": "5" },
                ],
                "total_voters": 7,
                "quiz": true,
                "closed": true,
                "explanation": "Count.",
            },
        })
    );
}

#[test]
fn a_page_without_a_preview_keeps_its_address() {
    let url = || Some("https://example.org/".to_owned());
    let pending = tl::types::WebPagePending {
        id: 1,
        url: url(),
        date: 0,
    };
    let empty = tl::types::WebPageEmpty { id: 1, url: url() };
    let nothing = tl::types::WebPageEmpty { id: 1, url: None };
    let with_url = json!({ "type": "web_page", "web_page": { "url": "https://example.org/" } });
    let cases: [(tl::enums::WebPage, Value); 3] = [
        (pending.into(), with_url.clone()),
        (empty.into(), with_url),
        (nothing.into(), json!({ "type": "web_page" })),
    ];
    for (raw, expected) in cases {
        assert_eq!(
            serde_json::to_value(media(&page(raw), &Peers::default())).unwrap(),
            expected
        );
    }
}

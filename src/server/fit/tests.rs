//! Pages that are cut join to the whole, and nothing passes its budget.

use proptest::prelude::*;

use super::*;

/// A message with `chars` characters of text, awkward ones among them.
fn message(id: usize, chars: usize) -> Value {
    let text: String = "я\"\n👪a".chars().cycle().take(chars).collect();
    json!({ "id": id, "date": "2026-01-01T00:00:00Z", "text": text, "entities": [{ "offset": 0 }] })
}

fn envelope(next: usize, has_more: bool) -> JsonObject {
    let info = json!({ "cursor": "c".repeat(160), "next": next, "has_more": has_more });
    let reply = json!({ "chat": { "chat_id": 1 }, "messages": [], "page_info": info });
    reply.as_object().unwrap().clone()
}

fn chars(value: &Value) -> usize {
    value.to_string().chars().count()
}

/// Every message as it arrives over pages of `page_size` that are cut to `budget` characters.
fn read_through(world: &[Value], page_size: usize, budget: usize) -> Vec<Value> {
    let (mut read, mut at) = (Vec::new(), 0);
    while at < world.len() {
        let window = &world[at..world.len().min(at + page_size)];
        let Fitted { reply, .. } = page(window.to_vec(), Budget::new(budget), |kept| {
            envelope(at + kept, at + kept < world.len())
        });
        assert!(chars(&reply) <= budget, "{} > {budget}", chars(&reply));
        let next = reply["page_info"]["next"].as_u64().unwrap() as usize;
        let messages = reply["messages"].as_array().unwrap();
        assert_eq!(messages.len(), next - at);
        assert!(next > at, "a page goes on");
        read.extend(messages.iter().cloned());
        at = next;
    }
    read
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pages_that_are_cut_join_to_the_whole(
        sizes in prop::collection::vec(prop_oneof![0_usize..200, 0_usize..6_000], 0..40),
        page_size in 1_usize..30,
        budget in 600_usize..9_000,
    ) {
        let world: Vec<_> = sizes.iter().enumerate().map(|(id, size)| message(id, *size)).collect();
        let read = read_through(&world, page_size, budget);
        prop_assert_eq!(read.len(), world.len());
        for (read, original) in read.iter().zip(&world) {
            prop_assert_eq!(&read["id"], &original["id"]);
            match read.get("cut") {
                None => prop_assert_eq!(read, original),
                Some(mark) => {
                    let whole = original["text"].as_str().unwrap();
                    prop_assert_eq!(&mark["message_id"], &original["id"]);
                    prop_assert_eq!(mark["text_chars"].as_u64().unwrap() as usize, whole.chars().count());
                    let kept = read["text"].as_str().unwrap();
                    prop_assert!(whole.starts_with(kept.trim_end_matches('…')));
                    prop_assert!(read.get("entities").is_none());
                }
            }
        }
    }
}

#[test]
fn a_page_that_fits_is_left_alone() {
    let world: Vec<_> = (0..50).map(|id| message(id, 100)).collect();
    assert_eq!(read_through(&world, 50, 24_000), world);
}

#[test]
fn a_cut_message_uses_the_room_there_is() {
    let Fitted { reply, .. } = page(vec![message(7, 50_000)], Budget::new(24_000), |_| {
        envelope(1, false)
    });
    assert!((23_900..=24_000).contains(&chars(&reply)));
}

#[test]
fn what_crowds_out_the_text_of_a_cut_message_is_dropped() {
    let mut long = message(7, 100);
    long["buttons"] = "b".repeat(5_000).into();
    long["views"] = 3.into();
    let Fitted { reply, .. } = page(vec![long.clone()], Budget::new(2_000), |_| {
        envelope(1, false)
    });
    let told = &reply["messages"][0];
    assert_eq!(told.get("buttons"), None);
    assert_eq!(
        (&told["views"], told["cut"]["message_id"].as_u64()),
        (&json!(3), Some(7))
    );
    assert!(told["text"].as_str().unwrap().starts_with("я\"\n👪a"));
}

#[test]
fn a_line_stays_under_a_mebibyte_whatever_the_budget() {
    let world: Vec<_> = (0..200).map(|id| message(id, 4_000)).collect();
    let Fitted { reply, .. } = page(world, Budget::new(10_000_000), |kept| envelope(kept, true));
    let result = rmcp::model::CallToolResult::structured(reply);
    let line = serde_json::to_string(&result).unwrap().len();
    assert!((LINE_BYTES / 2..LINE_BYTES).contains(&line), "{line}");
}

#[test]
fn a_chat_with_too_many_topics_says_how_many_there_are() {
    let topics: Vec<_> = (0..2_000)
        .map(|id| json!({ "topic_id": id, "title": "topic" }))
        .collect();
    let reply = json!({ "chat": { "chat_id": 1, "topics": topics } });
    let told = chat(reply.clone(), Budget::new(24_000));
    assert!(chars(&told) <= 24_000);
    assert_eq!(told["cut"]["topics"], 2_000);
    assert!(told["chat"]["topics"].as_array().unwrap().len() > 500);
    assert_eq!(chat(reply.clone(), Budget::new(1_000_000)), reply);
}

#[test]
fn a_long_chat_leaves_room_for_messages() {
    let long = json!({ "chat_id": 1, "title": "t", "topics": "x".repeat(10_000), "link": "l" });
    let told = chat_beside_page(long, Budget::new(4_000));
    assert_eq!(told, json!({ "chat_id": 1, "title": "t", "link": "l" }));
}

#[test]
fn a_title_longer_than_any_is_cut_beside_a_page_and_alone() {
    let chat_record = json!({ "chat_id": 1, "kind": "group", "title": "T".repeat(1_000_000) });
    let budget = Budget::new(2_000);
    assert!(
        chat_beside_page(chat_record.clone(), budget)
            .to_string()
            .len()
            < 1_000
    );
    let alone = chat(json!({ "chat": chat_record }), budget);
    assert!(alone.to_string().len() < 1_000);
}

#[test]
fn an_export_that_could_not_read_much_says_how_many_ranges_there_are() {
    let ranges = |count: usize| vec![json!({ "from_id": 1, "to_id": 2 }); count];
    let coverage =
        json!({ "absent_ranges": ranges(100), "absent_total": 100, "unreadable": ranges(2_000) });
    let reply = json!({ "export": { "coverage": coverage } });
    let told = export(reply, Budget::new(24_000));
    assert!(chars(&told) <= 24_000);
    assert_eq!(told["cut"], json!({ "unreadable": 2_000 }));
    let coverage = &told["export"]["coverage"];
    assert_eq!(coverage["absent_ranges"].as_array().unwrap().len(), 10);
    assert!(coverage["unreadable"].as_array().unwrap().len() > 500);
}

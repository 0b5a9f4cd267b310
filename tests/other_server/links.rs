//! Links into parts of chats, and parts that are not there.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::asked::{Asked, Part};
use super::server::{FORUM, Fact, NEWS, Server, Told, assert_told, read};

/// Where a link points: a part of a chat, and the message in it to begin with.
struct Link {
    text: String,
    asked: Asked,
    begins_at: i64,
}

/// A link of each form, to the message in the middle of its part.
fn links(server: &Server) -> Vec<Link> {
    let repairs = Asked::of(FORUM).part(Part::Topic("9", 9));
    let comments = Asked::of(NEWS).part(Part::Comments(14));
    let middle = |asked: &Asked| {
        let inside = asked.expected(server, "asc");
        inside[inside.len() / 2].1
    };
    let (remark, comment) = (middle(&repairs), middle(&comments));
    let post = middle(&Asked::of(NEWS));
    let link = |text: String, asked: &Asked, begins_at| Link {
        text,
        asked: asked.clone(),
        begins_at,
    };
    vec![
        link(format!("t.me/harbour_forum/9/{remark}"), &repairs, remark),
        link(
            format!("https://t.me/c/1500000004/9/{remark}"),
            &repairs,
            remark,
        ),
        link(
            format!("t.me/harbour_news/14?comment={comment}"),
            &comments,
            comment,
        ),
        link(format!("t.me/harbour_news/{post}"), &Asked::of(NEWS), post),
        link(
            format!("t.me/harbour_forum/{remark}?thread=9"),
            &repairs,
            remark,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_into_its_part_of_a_chat() {
    let options = "--root found --deleted short";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    for Link {
        text,
        asked,
        begins_at,
    } in links(&server)
    {
        for direction in ["desc", "asc"] {
            let question = json!({ "chat": text, "direction": direction });
            let read = read(&mut process, &question, &mut random).await;
            let mut expected: Vec<Told> = asked.expected(&server, direction);
            expected.retain(|(_, id, ..)| match direction {
                "desc" => *id <= begins_at,
                _ => *id >= begins_at,
            });
            assert_told(&read, &expected, &format!("{text}, {direction}"));
        }
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_not_there_is_named() {
    let options = "--search words";
    let Some(server) = Server::start(options).await else {
        return;
    };
    let state = tempfile::tempdir().unwrap();
    let mut process = server.client(&state).await;
    let has_comments = |fact: &&Fact| server.threads.contains_key(&fact.id);
    let bare = server.chats[&NEWS]
        .iter()
        .find(|fact| !has_comments(fact))
        .unwrap()
        .id;
    let table = [
        (
            "@harbour_forum",
            json!({ "topic_id": "77" }),
            "filter.topic_id",
        ),
        (
            "@harbour_forum",
            json!({ "topic_id": "Knots" }),
            "filter.topic_id",
        ),
        (
            "@harbour_news",
            json!({ "comments_of": bare }),
            "filter.comments_of",
        ),
        (
            "@harbour_news",
            json!({ "comments_of": 5000 }),
            "filter.comments_of",
        ),
        (
            "@harbour_talk",
            json!({ "comments_of": 5000 }),
            "filter.comments_of",
        ),
    ];
    for (chat, filter, field) in table {
        for search in [None, Some("keel")] {
            let question = json!({ "chat": chat, "filter": filter, "search": search });
            let error = process.refusal("tg.fetch_history", question.clone()).await;
            assert_eq!(error["code"], "INPUT_VALIDATION", "{question}");
            assert!(
                error["message"].as_str().unwrap().contains(field),
                "{question}: {error}"
            );
        }
    }
    process.close_input();
    process.exits_cleanly().await;
    server.ends(options).await;
}

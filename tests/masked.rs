//! Nothing personal passes the gate: whatever can be masked is, in every field, every reply and every format.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::hostile::{FORUM, GROUP, Hostile, PERSON};
use crate::stage::Account;
use crate::support::{Process, success};

/// What people say beside each word.
const SAID: &str = "ada@example.com +49 170 1234567, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, \
    203.0.113.7, 0x52908400098527886E0F7030069857D2E4169EE7, https://t.me/+AbCdEfGhIjKlMnOp, \
    123456789:AAF0123456789abcdefghijABCDEFGHIJKL, your login code: 824631";

/// What may not be left of it.
const PERSONAL: [&str; 10] = [
    "example.com",
    "ada@",
    "1234567",
    "4111",
    "0130 00",
    "203.0.113",
    "52908400",
    "AbCdEfGh",
    "abcdefghij",
    "824631",
];

/// Every reply of a server about the chats of such a world.
async fn replies(process: &mut Process) -> Vec<Value> {
    let mut replies = Vec::new();
    for chat in [FORUM, GROUP, PERSON] {
        let input = json!({ "input": chat.to_string() });
        replies.push(process.call("tg.resolve_chat", input).await);
        for format in ["concise", "detailed"] {
            let arguments =
                json!({ "chat": chat.to_string(), "page_size": 200, "response_format": format });
            replies.push(process.call("tg.fetch_history", arguments).await);
        }
    }
    let around = json!({ "chat": FORUM.to_string(), "around": 3 });
    replies.push(process.call("tg.fetch_history", around).await);
    let search = json!({ "chat": FORUM.to_string(), "search": "ada@example.com" });
    replies.push(process.call("tg.fetch_history", search).await);
    replies.push(process.call("tg.list_chats", json!({})).await);
    let candidates = json!({ "input": "about title ada" });
    replies.push(process.call("tg.resolve_chat", candidates).await);
    replies.into_iter().map(|reply| success(&reply)).collect()
}

async fn replies_with(account: &Account, settings: &[(&str, &str)]) -> Vec<Value> {
    let roomy = ("TELEGRAM_REPLY_MAX_CHARS", "500000");
    let settings: Vec<_> = settings.iter().copied().chain([roomy]).collect();
    let mut process = account.process_with(&settings).await;
    replies(&mut process).await
}

/// The pseudonyms of a kind in what was said.
fn pseudonyms(replies: &[Value], kind: &str) -> BTreeSet<String> {
    let text = json!(replies).to_string();
    let begin = format!("[{kind}:");
    let found = text.match_indices(&begin).map(|(at, _)| &text[at..]);
    found
        .map(|it| it[..it.find(']').unwrap()].to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_leaves_in_any_field() {
    let hostile = Hostile::saying(SAID);
    let words = hostile.words.len();
    let account = Account::of(hostile.world).await;
    for level in ["mask", "strict"] {
        let replies = replies_with(&account, &[("TELEGRAM_PII", level)]).await;
        for reply in &replies {
            let mut reply = reply.clone();
            // What the caller asked for.
            reply.as_object_mut().unwrap().remove("search");
            for personal in PERSONAL {
                assert!(
                    !reply.to_string().contains(personal),
                    "{level}: {personal} in {reply:#}"
                );
            }
        }
        assert_eq!(pseudonyms(&replies, "email").len(), 1);
        assert!(json!(replies).to_string().matches("[email:").count() > 2 * words);
    }
    let replies = replies_with(&account, &[("TELEGRAM_PII", "off")]).await;
    assert!(
        PERSONAL
            .iter()
            .all(|it| json!(replies).to_string().contains(it))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_tells_no_names_and_no_usernames() {
    let account = Account::of(Hostile::saying("said").world).await;
    let replies = replies_with(&account, &[("TELEGRAM_PII", "strict")]).await;
    let names = [
        "zyxqv-first",
        "zyxqv-last",
        "zyxqv-bot",
        "zyxqv-author",
        "zyxqv-contact-first",
        "zyxqv-forward-name",
        "zyxqv-forward-author",
        "hostile_person",
        "hostile_bot",
        "hostile_forum",
    ];
    let text = json!(replies).to_string();
    for name in names {
        assert!(!text.contains(name), "{name} in {text}");
    }
    assert!(text.contains("https://t.me/c/5001/"));
    assert!(pseudonyms(&replies, "name").len() > 3 && pseudonyms(&replies, "username").len() == 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pseudonym_lasts_as_long_as_its_key() {
    let one = Account::of(Hostile::saying(SAID).world).await;
    let mut world = Hostile::saying(SAID).world;
    world.seed += 1;
    let other = Account::of(world).await;
    let key = [("TELEGRAM_PII_KEY", "sixteen letters or more")];
    let email = |replies: Vec<Value>| pseudonyms(&replies, "email");
    let first = email(replies_with(&one, &[]).await);
    assert_eq!(
        first,
        email(replies_with(&one, &[]).await),
        "after a restart"
    );
    assert_ne!(
        first,
        email(replies_with(&other, &[]).await),
        "of another session"
    );
    let lasting = email(replies_with(&one, &key).await);
    assert_ne!(first, lasting);
    assert_eq!(
        lasting,
        email(replies_with(&other, &key).await),
        "with a key of its own"
    );
}

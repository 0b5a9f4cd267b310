//! The lists against every form of an input, on every way to a chat.

use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::history::ChatsParams;
use telegram_history_mcp::sim::Sim;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};

use super::world::*;
use crate::stage::call;

const HISTORY: &str = "messages.getHistory";
const RESOLVE: &str = "contacts.resolveUsername";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_is_refused_without_a_request_however_it_is_written() {
    let by_name = [
        "@secret_room",
        "@SECRET_Room",
        "https://t.me/secret_room",
        "https://telegram.me/Secret_Room/",
        "t.me/secret_room/2",
        "t.me/secret_room/1/2",
        "https://secret_room.t.me",
        "tg://resolve?domain=secret_room&post=2",
    ];
    let by_id = [
        "-1000000001003",
        "t.me/c/1003/2",
        "t.me/c/1003/1/2",
        "tg://privatepost?channel=1003&post=2",
    ];
    let table = [
        ("@secret_room", by_name.as_slice()),
        ("telegram.dog/SECRET_room/", &by_name),
        ("-1000000001003", &by_id),
        ("https://t.me/c/1003/77", &by_id),
    ];
    for (entry, inputs) in table {
        let sim = Sim::start(world()).await.unwrap();
        for input in inputs {
            let reader = reader(&sim, &[], &[entry]);
            assert_eq!(
                described(&reader, input).await,
                Err(refusal(input)),
                "{entry}"
            );
            assert_eq!(refused(fetch(&reader, &of(input)).await), refusal(input));
            assert_eq!(asked(&sim), [""; 0], "{entry} {input}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_name_holds_for_the_chat_however_it_is_asked_for() {
    let inputs = [
        "-1000000001003",
        "t.me/c/1003/2",
        "@back_door",
        "back_door",
        "secret_room",
        "1003",
        "1000000001003",
    ];
    for input in inputs {
        let sim = Sim::start(world()).await.unwrap();
        let reader = reader(&sim, &[], &["@secret_room"]);
        let page = fetch(&reader, &of(input)).await;
        assert!(
            matches!(
                refused(page).0,
                ErrorCode::AccessDenied | ErrorCode::ChatNotFound
            ),
            "{input}"
        );
        assert!(!asked(&sim).contains(&HISTORY), "{input}");
    }
    // By its title it is as if it were not there.
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["@secret_room"]);
    for input in ["Secret Room", "secret ro"] {
        let reply = described(&reader, input).await;
        let (code, text) = reply.unwrap_err();
        assert_eq!(code, ErrorCode::ChatNotFound, "{text}");
    }
    assert!(!asked(&sim).contains(&HISTORY));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_name_is_asked_for_once_and_a_chat_by_id_costs_no_more_than_without_lists() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(
        &sim,
        &[],
        &["@secret_room", "@nobody_is_here", "-1000000001005"],
    );
    assert_eq!(texts(&reader, &of("@sim_news")).await.len(), 4);
    let mut methods = asked(&sim);
    methods.sort_unstable();
    assert_eq!(
        methods,
        [RESOLVE, RESOLVE, RESOLVE, HISTORY].map(|it| it).to_vec()
    );
    for input in ["@sim_news", "-1000000001001", "t.me/sim_news"] {
        texts(&reader, &of(input)).await;
        assert_eq!(asked(&sim), [HISTORY], "{input}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_denied_name_cannot_be_resolved_nothing_is_read() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["@not_in_the_chat_list"]);
    let flood = FaultKind::Error(420, "FLOOD_WAIT_9999".to_owned());
    sim.world()
        .faults
        .rules
        .push(Fault::next(RESOLVE, 9, flood));
    let (code, _) = refused(fetch(&reader, &of("-1000000001001")).await);
    assert_eq!(code, ErrorCode::FloodWait);
    assert!(!asked(&sim).contains(&HISTORY));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_name_that_was_resolved_beside_one_that_was_not_stays_known() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["@nobody_one", "@nobody_two", "@nobody_three"]);
    let refusal = FaultKind::Error(400, "SOMETHING_ELSE".to_owned());
    sim.world()
        .faults
        .rules
        .push(Fault::next(RESOLVE, 1, refusal));
    assert!(fetch(&reader, &of("-78")).await.is_err());
    asked(&sim);
    assert_eq!(texts(&reader, &of("-78")).await.len(), 4);
    let methods = asked(&sim);
    let again = methods.iter().filter(|method| **method == RESOLVE);
    assert_eq!(again.count(), 1, "{methods:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_an_allow_list_nobody_is_asked_about_anything_else_and_all_refusals_are_alike() {
    let inputs = [
        ("@secret_room", "@nobody_is_here"),
        ("-1000000001003", "-1000000009999"),
        ("https://t.me/c/1003/2", "https://t.me/c/9999/2"),
        ("t.me/secret_room/2", "t.me/nobody_is_here/2"),
        ("-78", "-99"),
        ("4242", "9999"),
        ("1003", "9999"),
        ("t.me/+AbCdEfGh", "t.me/+ZyXwVuTs"),
    ];
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &["-1000000001001"], &[]);
    for (there, nowhere) in inputs {
        for input in [there, nowhere] {
            assert_eq!(described(&reader, input).await, Err(refusal(input)));
            assert_eq!(refused(fetch(&reader, &of(input)).await), refusal(input));
            assert_eq!(asked(&sim), [""; 0], "{input}");
        }
    }
    // Who the account itself is says nothing of others.
    assert_eq!(described(&reader, "me").await, Err(refusal("me")));
    assert_eq!(asked(&sim), ["users.getUsers"]);
    // Titles are compared with those of the chat list, which says nothing of the others.
    for (there, nowhere) in [
        ("Secret Room", "No Such Room"),
        ("secret_room", "no_such_room"),
    ] {
        for input in [there, nowhere] {
            assert_eq!(described(&reader, input).await, Err(refusal(input)));
        }
    }
    let methods = asked(&sim);
    assert!(
        methods
            .iter()
            .all(|method| *method == "messages.getDialogs"),
        "{methods:?}"
    );
    assert_eq!(texts(&reader, &of("Harbour News")).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_chat_is_found_by_every_form() {
    let inputs = [
        "@sim_news",
        "@SIM_NEWS",
        "sim_news",
        "t.me/sim_news/3",
        "https://telegram.me/sim_news/",
        "-1000000001001",
        "t.me/c/1001/3",
        "1001",
        "1000000001001",
        "Harbour News",
        "harbour news",
    ];
    for entry in ["@Sim_News", "-1000000001001", "https://t.me/sim_news/5"] {
        for input in inputs {
            let sim = Sim::start(world()).await.unwrap();
            let reader = reader(&sim, &[entry], &[]);
            let by_id_alone = entry.starts_with('-');
            let is_name = input.contains("im_news") || input.contains("IM_NEWS");
            if by_id_alone && input == "sim_news" {
                // It is like a title, and is told as a candidate.
                continue;
            }
            if by_id_alone && is_name {
                // Which name the chat has is known once it was read, or listed.
                assert_eq!(refused(fetch(&reader, &of(input)).await), refusal(input));
                reader
                    .list_chats(&ChatsParams::default(), &call())
                    .await
                    .unwrap();
            }
            if entry.starts_with("https") && input == "1000000001001" {
                continue;
            }
            let page = fetch(&reader, &of(input)).await;
            let page = page.unwrap_or_else(|error| panic!("{entry} {input}: {error}"));
            assert_eq!(page.chat.chat_id, NEWS, "{entry} {input}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deny_wins() {
    let sim = Sim::start(world()).await.unwrap();
    let lists: [(List, List); 4] = [
        (&["@secret_room"], &["-1000000001003"]),
        (&["-1000000001003"], &["@secret_room"]),
        (&["channel"], &["@back_door"]),
        (&["@secret_room"], &["channel"]),
    ];
    for (allowed, denied) in lists {
        for input in ["@secret_room", "-1000000001003", "@back_door"] {
            let reader = reader(&sim, allowed, denied);
            let (code, _) = refused(fetch(&reader, &of(input)).await);
            assert_eq!(
                code,
                ErrorCode::AccessDenied,
                "{allowed:?} {denied:?} {input}"
            );
        }
    }
    assert!(!asked(&sim).contains(&HISTORY));
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_allow_and_deny_and_what_is_not_there_is_refused_like_what_is_not_allowed() {
    let me = world().me.to_string();
    let chats = [
        ("@sim_news", "channel"),
        ("-1000000001003", "channel"),
        ("@sim_talk", "group"),
        ("@sim_forum", "group"),
        ("-78", "group"),
        ("@kim_k", "private"),
        ("4242", "private"),
        ("me", "private"),
        (me.as_str(), "private"),
        ("@weather_bot", "bot"),
    ];
    for kind in ["private", "group", "channel", "bot"] {
        for (input, is) in chats {
            let sim = Sim::start(world()).await.unwrap();
            let allowing = reader(&sim, &[kind], &[]);
            let denying = reader(&sim, &[], &[kind]);
            for (reader, expected) in [(allowing, kind == is), (denying, kind != is)] {
                asked(&sim);
                let page = fetch(&reader, &of(input)).await;
                assert_eq!(page.is_ok(), expected, "{kind} {input}");
                if let Err(error) = page {
                    assert_eq!((error.code(), error.to_string()), refusal(input));
                    assert!(!asked(&sim).contains(&HISTORY), "{kind} {input}");
                }
            }
        }
    }
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &["bot"], &[]);
    for input in [
        "@nobody_is_here",
        "-1000000009999",
        "9999",
        "-99",
        "t.me/+ZyXwVuTs",
        "No Such Room",
        "@abc",
    ] {
        assert_eq!(described(&reader, input).await, Err(refusal(input)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telegrams_own_chat_is_read_only_when_it_is_named() {
    let sim = Sim::start(world()).await.unwrap();
    let open = reader(&sim, &[], &[]);
    for input in ["777000", "Telegram", "tg://user?id=777000"] {
        assert!(described(&open, input).await.is_err(), "{input}");
    }
    let listed = open
        .list_chats(&ChatsParams::default(), &call())
        .await
        .unwrap();
    assert!(listed.chats.iter().all(|row| row.chat.chat_id != TELEGRAM));
    assert!(!asked(&sim).contains(&HISTORY));
    for (allowed, expected) in [
        (vec!["private"], false),
        (vec!["777000"], true),
        (vec!["private", "777000"], true),
    ] {
        let reader = reader(&sim, &allowed, &[]);
        let page = fetch(&reader, &of("777000")).await;
        assert_eq!(page.is_ok(), expected, "{allowed:?}");
    }
    let both = reader(&sim, &["777000"], &["777000"]);
    assert_eq!(
        refused(fetch(&both, &of("777000")).await),
        refusal("777000")
    );
}

//! Names on the lists while they change hands, and a cache on disk that knows more than may be told.

use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::history::{ChatsParams, HistoryParams};
use telegram_history_mcp::sim::world::Event;
use telegram_history_mcp::sim::{Sim, blank};

use super::world::*;
use crate::stage::call;

const HISTORY: &str = "messages.getHistory";
const RESOLVE: &str = "contacts.resolveUsername";

/// The name goes from [`SECRET`] to [`CLUB`].
fn change_hands(sim: &Sim) {
    let mut world = sim.world();
    let secret = world.channels.get_mut(&1003).unwrap();
    secret.usernames = Some(blank::usernames(&[("back_door", true)]));
    let club = world.channels.get_mut(&1005).unwrap();
    club.username = Some("secret_room".to_owned());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_name_that_changes_hands_denies_both_chats() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["@secret_room"]);
    assert_eq!(texts(&reader, &of(&CLUB.to_string())).await.len(), 4);
    assert_eq!(
        refused(fetch(&reader, &of("@back_door")).await),
        refusal("@back_door")
    );
    change_hands(&sim);
    // The answer itself shows the name: it does not leave, and the next time nothing is asked for.
    let (code, _) = refused(fetch(&reader, &of(&CLUB.to_string())).await);
    assert_eq!(code, ErrorCode::AccessDenied);
    asked(&sim);
    for input in [
        "-1000000001005",
        "t.me/c/1005/2",
        "@secret_room",
        "@back_door",
        "-1000000001003",
    ] {
        let (code, _) = refused(fetch(&reader, &of(input)).await);
        assert_eq!(code, ErrorCode::AccessDenied, "{input}");
    }
    assert!(!asked(&sim).contains(&HISTORY));
    let listed = reader
        .list_chats(&ChatsParams::default(), &call())
        .await
        .unwrap();
    let ids: Vec<i64> = listed.chats.iter().map(|row| row.chat.chat_id).collect();
    assert!(!ids.contains(&CLUB) && !ids.contains(&SECRET), "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowed_name_that_changes_hands_allows_who_has_it() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &["@secret_room"], &[]);
    let page = fetch(&reader, &of("@secret_room")).await.unwrap();
    assert_eq!(page.chat.chat_id, SECRET);
    let cursor = page.cursor_after(2).unwrap();
    change_hands(&sim);
    let page = fetch(&reader, &of("@secret_room")).await.unwrap();
    assert_eq!(page.chat.chat_id, CLUB);
    assert_eq!(
        refused(fetch(&reader, &on(&cursor)).await),
        refusal("cursor")
    );
    assert_eq!(
        refused(fetch(&reader, &of("@back_door")).await),
        refusal("@back_door")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_renamed_to_a_denied_name_ends_its_cursors() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["@secret_room"]);
    let first = HistoryParams {
        page_size: Some(1),
        ..of("-1000000001005")
    };
    let page = fetch(&reader, &first).await.unwrap();
    let cursor = page.cursor_after(1).unwrap();
    change_hands(&sim);
    for _ in 0..2 {
        assert_eq!(
            refused(fetch(&reader, &on(&cursor)).await),
            refusal("cursor")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_without_lists_has_left_on_disk_tells_nobody_anything() {
    let sim = Sim::start(world()).await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let open = reader_with_state(&sim, state.path(), &[], &[]);
    for input in ["@secret_room", "@sim_news", "@kim_k", "-77", "-78"] {
        texts(&open, &of(input)).await;
    }
    asked(&sim);
    // By its other name, which the file knows, and by id: no request is needed to refuse it.
    let denying = reader_with_state(&sim, state.path(), &[], &["@back_door"]);
    for input in ["@secret_room", "-1000000001003", "1003"] {
        let (code, _) = refused(fetch(&denying, &of(input)).await);
        assert_eq!(code, ErrorCode::AccessDenied, "{input}");
    }
    assert_eq!(asked(&sim), [""; 0]);
    // What it may read it finds with what the file says.
    assert_eq!(texts(&denying, &of("@sim_news")).await.len(), 4);
    assert_eq!(asked(&sim), [HISTORY]);

    let allowing = reader_with_state(&sim, state.path(), &["-1000000001001"], &[]);
    for (there, nowhere) in [
        ("@secret_room", "@nobody_is_here"),
        ("4242", "9999"),
        ("-78", "-99"),
    ] {
        for input in [there, nowhere] {
            assert_eq!(described(&allowing, input).await, Err(refusal(input)));
        }
    }
    assert_eq!(asked(&sim), [""; 0]);
    assert_eq!(texts(&allowing, &of("t.me/sim_news")).await.len(), 4);
    assert_eq!(asked(&sim), [HISTORY], "the name of a listed id is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_from_disk_is_asked_what_it_became_before_it_is_read() {
    let sim = Sim::start(world()).await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let open = reader_with_state(&sim, state.path(), &[], &[]);
    texts(&open, &of("-77")).await;
    asked(&sim);
    let denying = reader_with_state(&sim, state.path(), &[], &["-1000000001002"]);
    assert_eq!(refused(fetch(&denying, &of("-77")).await), refusal("-77"));
    assert_eq!(asked(&sim), ["messages.getChats"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_by_name_are_compared_and_not_asked_for_under_an_allow_list() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &["-1000000001002"], &[]);
    let from = |name: &str| {
        let mut params = of("-1000000001002");
        params.filter.from_users = Some(vec![name.to_owned()]);
        params
    };
    // The older half is read as well.
    for name in ["@KIM_k", "4242", "kim_k"] {
        assert_eq!(all_texts(&reader, &from(name)).await.len(), 8, "{name}");
    }
    let methods = asked(&sim);
    assert!(!methods.contains(&RESOLVE), "{methods:?}");
    // Somebody who exists elsewhere, and nobody.
    let mut answers = Vec::new();
    for name in ["@weather_bot", "@nobody_is_here", "4243", "9999"] {
        let page = fetch(&reader, &from(name)).await.unwrap();
        answers.push((
            page.messages.len(),
            page.fetched,
            page.has_more,
            asked(&sim),
        ));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    let (code, _) = refused(fetch(&reader, &from("Kim of the harbour")).await);
    assert_eq!(code, ErrorCode::InputValidation);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_whose_access_hash_on_disk_has_expired_is_still_told_by_its_kind() {
    let sim = Sim::start(world()).await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let open = reader_with_state(&sim, state.path(), &[], &[]);
    texts(&open, &of("@sim_talk")).await;
    sim.world().channels.get_mut(&1002).unwrap().access_hash = Some(42);
    let groups = reader_with_state(&sim, state.path(), &["group"], &[]);
    assert_eq!(all_texts(&groups, &of("-1000000001002")).await.len(), 8);
    let channels = reader_with_state(&sim, state.path(), &["channel"], &[]);
    let page = fetch(&channels, &of("-1000000001002")).await;
    assert_eq!(refused(page), refusal("-1000000001002"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_chat_costs_one_request_a_page_under_lists_by_id() {
    let sim = Sim::start(world()).await.unwrap();
    for (allowed, denied) in [
        (vec!["-1000000001001", "-78"], vec![]),
        (vec![], vec!["-1000000001003", "4242"]),
        (vec!["-1000000001001"], vec!["-1000000001003"]),
    ] {
        let reader = reader(&sim, &allowed, &denied);
        let first = HistoryParams {
            page_size: Some(2),
            ..of("-1000000001001")
        };
        let page = fetch(&reader, &first).await.unwrap();
        asked(&sim);
        fetch(&reader, &on(&page.cursor_after(2).unwrap()))
            .await
            .unwrap();
        fetch(&reader, &first).await.unwrap();
        assert_eq!(asked(&sim), [HISTORY, HISTORY], "{allowed:?} {denied:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_has_gone_over_to_a_denied_chat_leads_nowhere() {
    let sim = Sim::start(world()).await.unwrap();
    let reader = reader(&sim, &[], &["-1000000001003"]);
    texts(&reader, &of("@sim_news")).await;
    {
        let mut world = sim.world();
        world.channels.get_mut(&1001).unwrap().username = None;
        let names = blank::usernames(&[("sim_news", true)]);
        world.channels.get_mut(&1003).unwrap().usernames = Some(names);
        world.log.clear();
    }
    assert_eq!(
        refused(fetch(&reader, &of("@sim_news")).await),
        refusal("@sim_news")
    );
    let of_secret = |event: &Event| matches!(event, Event::Rpc { method, chat_id, .. } if *method == HISTORY && *chat_id == Some(SECRET));
    assert!(!sim.world().log.iter().any(of_secret), "it was read");
}

//! What happens when the connection, the session or Telegram itself is not as it should be.

use std::time::Duration;

use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::history::{Activity, Failure, HistoryParams, Page, Reader, TruncatedBy};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{DC_ID, Sim, World, blank};
use telegram_history_mcp::telegram::ClientOptions;
use telegram_history_mcp::telegram::session::SessionString;

use crate::stage::{CHANNEL, call, call_within, channel_of, options, reader};

fn news(page_size: u32) -> HistoryParams {
    HistoryParams {
        chat: Some("@sim_news".to_owned()),
        page_size: Some(page_size),
        ..HistoryParams::default()
    }
}

/// The simulator with this fault, and a reader that has already found the channel.
async fn faulty(count: i32, fault: Fault) -> (Sim, Reader) {
    let sim = Sim::start(channel_of(count)).await.unwrap();
    let reader = reader(&sim);
    reader.fetch_history(&news(1), &call()).await.unwrap();
    sim.world().log.clear();
    sim.world().faults.rules.push(fault);
    (sim, reader)
}

fn ids(page: &Page) -> Vec<i32> {
    page.messages.iter().map(|message| message.id).collect()
}

/// The failure that must be there, since `Page` has no `Debug`.
#[track_caller]
fn failure(outcome: Result<Page, Failure>) -> Failure {
    match outcome {
        Ok(_) => panic!("a page came"),
        Err(failure) => failure,
    }
}

const HISTORY: &str = "messages.getHistory";

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_made_anew_and_the_page_is_whole() {
    for kind in [
        FaultKind::Drop,
        FaultKind::Cut(1),
        FaultKind::Cut(100),
        FaultKind::Cut(300),
    ] {
        let (sim, reader) = faulty(250, Fault::next(HISTORY, 1, kind.clone())).await;
        let page = reader.fetch_history(&news(200), &call()).await.unwrap();
        assert_eq!(ids(&page), (51..=250).rev().collect::<Vec<_>>(), "{kind:?}");
        assert_eq!(sim.world().calls(HISTORY), 3, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_more_than_a_megabyte_is_read() {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    world.knobs.gzip_from = usize::MAX;
    for _ in 0..130 {
        world.say(CHANNEL, None, &"漢".repeat(4090));
    }
    let sim = Sim::start(world).await.unwrap();
    let reader = reader(&sim);
    let first = reader.fetch_history(&news(120), &call()).await.unwrap();
    let params = HistoryParams {
        cursor: first.cursor_after(first.messages.len()),
        ..HistoryParams::default()
    };
    let second = reader.fetch_history(&params, &call()).await.unwrap();
    let joined = [ids(&first), ids(&second)].concat();
    assert_eq!(joined, (1..=130).rev().collect::<Vec<_>>());
    assert_eq!(sim.world().calls("help.getConfig"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_is_given_up_and_the_request_repeated() {
    for method in [HISTORY, "help.getConfig"] {
        let sim = Sim::start(channel_of(20)).await.unwrap();
        sim.world()
            .faults
            .rules
            .push(Fault::next(method, 1, FaultKind::Silent));
        let reader = Reader::new(
            ClientOptions {
                rpc_timeout: Duration::from_millis(300),
                ..options(&sim)
            },
            Gate::unmasked(),
        );
        let page = reader.fetch_history(&news(10), &call()).await.unwrap();
        assert_eq!(page.messages.len(), 10, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_read_says_nothing_against_the_session() {
    use grammers_client::tl::{Identifiable as _, types::messages::ChannelMessages};
    let cut_short = ChannelMessages::CONSTRUCTOR_ID.to_le_bytes().to_vec();
    for bytes in [cut_short, vec![0; 4], vec![7; 64]] {
        let once = Fault::next(HISTORY, 1, FaultKind::Answer(bytes.clone()));
        let (_sim, reader) = faulty(20, once).await;
        let page = reader.fetch_history(&news(10), &call()).await.unwrap();
        assert_eq!(page.messages.len(), 10, "{bytes:?}");

        let always = Fault::next(HISTORY, 99, FaultKind::Answer(bytes.clone()));
        let (_sim, reader) = faulty(20, always).await;
        let refused = failure(reader.fetch_history(&news(10), &call()).await);
        assert_eq!(
            refused.error.code(),
            ErrorCode::TelegramUnavailable,
            "{bytes:?}: {}",
            refused.error
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_leads_nowhere_whatever_it_lists() {
    let option = grammers_client::tl::types::DcOption {
        ipv6: false,
        media_only: false,
        tcpo_only: false,
        cdn: false,
        r#static: true,
        this_port_only: false,
        id: DC_ID.into(),
        ip_address: "not an address".to_owned(),
        port: -1,
        secret: None,
    };
    let elsewhere = grammers_client::tl::types::DcOption {
        ip_address: "127.0.0.1".to_owned(),
        port: 9,
        ..option.clone()
    };
    for option in [option, elsewhere] {
        let mut config = blank::config(0);
        config.this_dc = 4;
        config.dc_options.push(option.into());
        let bytes = grammers_client::tl::Serializable::to_bytes(
            &grammers_client::tl::enums::Config::from(config),
        );
        let sim = Sim::start(channel_of(20)).await.unwrap();
        let nonsense = FaultKind::Answer(bytes);
        sim.world().faults.rules = vec![Fault::next("help.getConfig", 1, nonsense)];
        let reader = reader(&sim);
        let page = reader.fetch_history(&news(10), &call()).await.unwrap();
        assert_eq!(page.messages.len(), 10);
        assert_eq!(sim.world().calls("help.getConfig"), 1);
    }
}

/// Asks until there is a page, as long after each refusal as it says.
async fn patiently(reader: &Reader) -> Page {
    for _ in 0..20 {
        match reader.fetch_history(&news(10), &call()).await {
            Ok(page) => return page,
            Err(refused) => {
                let wait = refused.error.retry_after().expect("a time to come back");
                assert!(wait <= Duration::from_secs(8), "{wait:?}");
                tokio::time::sleep(wait).await;
            }
        }
    }
    panic!("it does not recover");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listening_is_unavailable_until_a_time_and_recovers_when_somebody_does() {
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let address = sim.address();
    let options = ClientOptions {
        outage_patience: Duration::from_secs(2),
        ..options(&sim)
    };
    drop(sim);
    let reader = Reader::new(options, Gate::unmasked());
    let refused = loop {
        // The port closes a moment after the simulator is dropped.
        match reader.fetch_history(&news(10), &call()).await {
            Ok(_) => reader.disconnect().await,
            Err(failure) => break failure,
        }
    };
    let error = &refused.error;
    assert_eq!(error.code(), ErrorCode::TelegramUnavailable, "{error}");
    assert!(error.retry_after().is_some(), "{error}");

    let _back = Sim::start_on(channel_of(20), address).await.unwrap();
    assert_eq!(patiently(&reader).await.messages.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_a_few_seconds_is_not_noticed() {
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let (address, reader) = (sim.address(), reader(&sim));
    reader.fetch_history(&news(1), &call()).await.unwrap();
    drop(sim);
    let back = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        Sim::start_on(channel_of(20), address).await.unwrap()
    };
    let (ten, call) = (news(10), call());
    let (page, _back) = tokio::join!(reader.fetch_history(&ten, &call), back);
    assert_eq!(page.unwrap().messages.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_telegram_does_not_know_is_named_as_such() {
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let session = SessionString::new(DC_ID, sim.address(), &[9; 256]).unwrap();
    let reader = Reader::new(
        ClientOptions {
            session,
            ..options(&sim)
        },
        Gate::unmasked(),
    );
    let refused = failure(reader.fetch_history(&news(10), &call()).await);
    assert_eq!(
        refused.error.code(),
        ErrorCode::SessionRevoked,
        "{}",
        refused.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_and_a_duplicated_session_say_what_happened() {
    for (code, name, hint) in [
        (401, "AUTH_KEY_UNREGISTERED", "logged out"),
        (401, "SESSION_REVOKED", "another device"),
        (406, "AUTH_KEY_DUPLICATED", "two places"),
        (401, "USER_DEACTIVATED", "deleted"),
    ] {
        let error = FaultKind::Error(code, name.to_owned());
        let (_sim, reader) = faulty(20, Fault::next(HISTORY, 1, error)).await;
        let refused = failure(reader.fetch_history(&news(10), &call()).await);
        assert_eq!(refused.error.code(), ErrorCode::SessionRevoked);
        assert!(
            refused.error.to_string().contains(hint),
            "{}",
            refused.error
        );
    }
}

/// Behind this cursor, in a process that remembers no flood wait.
async fn go_on(sim: &Sim, cursor: Option<String>) -> Page {
    let params = HistoryParams {
        cursor,
        ..HistoryParams::default()
    };
    reader(sim).fetch_history(&params, &call()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_flood_wait_with_nothing_read_is_an_error_with_a_cursor_that_works() {
    let flood = FaultKind::Error(420, "FLOOD_WAIT_120".to_owned());
    let (sim, reader) = faulty(250, Fault::next(HISTORY, 1, flood)).await;
    let refused = failure(reader.fetch_history(&news(100), &call()).await);
    assert_eq!(refused.error.code(), ErrorCode::FloodWait);
    assert_eq!(refused.error.retry_after(), Some(Duration::from_secs(120)));
    let page = go_on(&sim, refused.cursor).await;
    assert_eq!(ids(&page), (151..=250).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_flood_wait_in_the_middle_of_a_page_keeps_what_was_read() {
    let flood = FaultKind::Error(420, "FLOOD_WAIT_120".to_owned());
    let (sim, reader) = faulty(250, Fault::next(HISTORY, 1, flood).after(1)).await;
    let page = reader.fetch_history(&news(200), &call()).await.unwrap();
    assert_eq!(page.messages.len(), 100);
    assert_eq!(page.truncated_by, TruncatedBy::FloodWait);
    assert_eq!(page.retry_after, Some(Duration::from_secs(120)));
    let next = go_on(&sim, page.cursor_after(100)).await;
    assert_eq!(ids(&next), (1..=150).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_wait_is_kept_without_asking_over_restarts_and_by_its_class_alone() {
    let flood = FaultKind::Error(420, "FLOOD_WAIT_120".to_owned());
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let start = || {
        let options = ClientOptions {
            state_dir: Some(dir.path().to_owned()),
            ..options(&sim)
        };
        Reader::new(options, Gate::unmasked())
    };
    let reader = start();
    reader.fetch_history(&news(1), &call()).await.unwrap();
    sim.world()
        .faults
        .rules
        .push(Fault::next(HISTORY, 1, flood));
    failure(reader.fetch_history(&news(10), &call()).await);
    sim.world().log.clear();
    for reader in [reader, start()] {
        let refused = failure(reader.fetch_history(&news(10), &call()).await);
        assert_eq!(refused.error.code(), ErrorCode::FloodWait);
        let left = refused.error.retry_after().unwrap();
        assert!((60..=120).contains(&left.as_secs()), "{left:?}");
        assert!(refused.cursor.is_some());
        assert_eq!(sim.world().calls(HISTORY), 0);
        reader.check(&call()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_flood_wait_is_slept_and_announced() {
    let flood = FaultKind::Error(420, "FLOOD_WAIT_1".to_owned());
    let (_sim, reader) = faulty(20, Fault::next(HISTORY, 1, flood)).await;
    let (sender, mut said) = tokio::sync::mpsc::unbounded_channel();
    let mut call = call();
    call.progress = telegram_history_mcp::history::Progress::new(move |activity| {
        let _ = sender.send(activity);
        Box::pin(std::future::ready(()))
    });
    let page = reader.fetch_history(&news(10), &call).await.unwrap();
    assert_eq!(
        (page.messages.len(), page.truncated_by),
        (10, TruncatedBy::None)
    );
    let waits = Activity::Waits("waiting 1 s for Telegram".to_owned());
    assert_eq!(said.recv().await, Some(waits));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_in_the_middle_of_a_page_keeps_what_was_read() {
    let slow = FaultKind::Delay(Duration::from_secs(600));
    let (_sim, reader) = faulty(250, Fault::next(HISTORY, 9, slow).after(1)).await;
    let soon = call_within(Duration::from_millis(500));
    let page = reader.fetch_history(&news(200), &soon).await.unwrap();
    assert_eq!(page.messages.len(), 100);
    assert_eq!(page.truncated_by, TruncatedBy::Deadline);
    assert!(page.has_more && page.cursor_after(100).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_hands_back_what_it_has_and_sends_nothing_more() {
    let slow = FaultKind::Delay(Duration::from_secs(600));
    let (sim, reader) = faulty(500, Fault::next(HISTORY, 1, slow).after(1)).await;
    let (sender, mut said) = tokio::sync::mpsc::unbounded_channel();
    let mut call = call();
    call.progress = telegram_history_mcp::history::Progress::new(move |activity| {
        let _ = sender.send(activity);
        Box::pin(std::future::ready(()))
    });
    let cancel = call.cancel.clone();
    let stop = tokio::spawn(async move {
        said.recv().await;
        cancel.cancel();
    });
    let page = reader.fetch_history(&news(200), &call).await.unwrap();
    stop.await.unwrap();
    assert_eq!(page.messages.len(), 100);
    assert!(sim.world().calls(HISTORY) <= 2);
    let asked = reader.fetch_history(&news(200), &call).await;
    assert!(asked.is_err() && sim.world().calls(HISTORY) <= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_chat_is_not_resolved_again_not_after_a_restart_either() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let start = || {
        Reader::new(
            ClientOptions {
                state_dir: Some(dir.path().join("state")),
                ..options(&sim)
            },
            Gate::unmasked(),
        )
    };
    for _ in 0..2 {
        let reader = start();
        for chat in ["@sim_news", "https://t.me/Sim_News", "-1000000001001"] {
            let params = HistoryParams {
                chat: Some(chat.to_owned()),
                ..HistoryParams::default()
            };
            let page = reader.fetch_history(&params, &call()).await.unwrap();
            assert_eq!(page.messages.len(), 20, "{chat}");
        }
    }
    assert_eq!(sim.world().calls("contacts.resolveUsername"), 1);
    assert_eq!(sim.world().calls("messages.getDialogs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_hash_that_has_changed_is_resolved_anew() {
    let (sim, reader) = faulty(20, Fault::next("none", 0, FaultKind::Drop)).await;
    sim.world().channels.get_mut(&1001).unwrap().access_hash = Some(42);
    let page = reader.fetch_history(&news(10), &call()).await.unwrap();
    assert_eq!(page.messages.len(), 10);
    assert_eq!(sim.world().calls("contacts.resolveUsername"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ipv6_sessions_are_reached() {
    let sim = Sim::start_on(channel_of(20), "[::1]:0".parse().unwrap())
        .await
        .unwrap();
    let page = reader(&sim)
        .fetch_history(&news(10), &call())
        .await
        .unwrap();
    assert_eq!(page.messages.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_refuses_to_leave_loopback() {
    assert!(
        Sim::start_on(channel_of(1), "0.0.0.0:0".parse().unwrap())
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_sleeps_no_longer_than_its_budget_for_flood_waits_in_all() {
    let flood = FaultKind::Error(420, "FLOOD_WAIT_1".to_owned());
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let reader = Reader::new(
        ClientOptions {
            flood_wait_max: Duration::from_secs(2),
            ..options(&sim)
        },
        Gate::unmasked(),
    );
    reader.fetch_history(&news(1), &call()).await.unwrap();
    let before = sim.world().calls(HISTORY);
    sim.world()
        .faults
        .rules
        .push(Fault::next(HISTORY, 99, flood));
    let refused = failure(reader.fetch_history(&news(10), &call()).await);
    assert_eq!(refused.error.code(), ErrorCode::FloodWait);
    assert_eq!(sim.world().calls(HISTORY) - before, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_does_not_cost_the_connection_that_others_use() {
    let sim = Sim::start(channel_of(500)).await.unwrap();
    let reader = Reader::new(
        ClientOptions {
            rpc_timeout: Duration::from_millis(700),
            ..options(&sim)
        },
        Gate::unmasked(),
    );
    reader.fetch_history(&news(1), &call()).await.unwrap();
    let connected = sim.world().calls("help.getConfig");
    sim.world()
        .faults
        .rules
        .push(Fault::next(HISTORY, 1, FaultKind::Silent));
    let lost = reader.fetch_history(&news(10), &call()).await;
    // Alone, nothing else was heard: the line was given up.
    assert_eq!(lost.unwrap().messages.len(), 10);
    assert_eq!(sim.world().calls("help.getConfig"), connected + 1);

    sim.world()
        .faults
        .rules
        .push(Fault::next(HISTORY, 1, FaultKind::Silent));
    let (call, other_call, ten) = (call(), call(), news(10));
    let first = reader.fetch_history(&ten, &call);
    let others = async {
        while sim.world().calls(HISTORY) < 4 {
            tokio::task::yield_now().await;
        }
        reader.fetch_history(&news(20), &other_call).await
    };
    let (first, other) = tokio::join!(first, others);
    assert_eq!(
        (first.unwrap().messages.len(), other.unwrap().messages.len()),
        (10, 20)
    );
    assert_eq!(sim.world().calls("help.getConfig"), connected + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_404_is_an_unknown_key() {
    // What Telegram's transport says without a frame around it.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut first = [0; 4];
            let _ = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut first).await;
            let status = (-404i32).to_le_bytes();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &status).await;
            // Held open: what counts is the status, not a reset behind it.
            tokio::spawn(async move {
                let mut rest = Vec::new();
                let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await;
            });
        }
    });
    let sim = Sim::start(channel_of(1)).await.unwrap();
    let reader = Reader::new(
        ClientOptions {
            session: SessionString::new(DC_ID, address, &[9; 256]).unwrap(),
            ..options(&sim)
        },
        Gate::unmasked(),
    );
    let refused = failure(reader.fetch_history(&news(10), &call()).await);
    assert_eq!(
        refused.error.code(),
        ErrorCode::SessionRevoked,
        "{}",
        refused.error
    );
}

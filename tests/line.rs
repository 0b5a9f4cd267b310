//! One connection with many requests on it: whatever happens to it, each request gets its own answer.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use grammers_client::tl::{enums, functions, types};
use telegram_history_mcp::error::{Error, ErrorCode};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{Client, ClientOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::stage::{call, channel_of, options};
use crate::support::eventually;

const NEAREST: functions::help::GetNearestDc = functions::help::GetNearestDc {};
const METHOD: &str = "help.getNearestDc";
const GREETING: &str = "help.getConfig";

/// A request that does not wait long for what never comes.
const SOON: Duration = Duration::from_millis(400);

async fn world() -> Sim {
    Sim::start(channel_of(120)).await.unwrap()
}

fn client(sim: &Sim) -> Client {
    Client::new(options(sim))
}

fn impatient(sim: &Sim) -> Client {
    Client::new(ClientOptions {
        rpc_timeout: SOON,
        ..options(sim)
    })
}

async fn ask(client: &Client) -> Result<(), Error> {
    let enums::NearestDc::Dc(nearest) = client.invoke(&NEAREST, &call()).await?;
    assert_eq!(nearest.country, "NL");
    Ok(())
}

/// Asks for one post of the channel; answers its number.
async fn post(sim: &Sim, client: &Client, id: i32) -> Option<i32> {
    let access_hash = sim.world().channels[&1001].access_hash.unwrap();
    let request = functions::channels::GetMessages {
        channel: types::InputChannel {
            channel_id: 1001,
            access_hash,
        }
        .into(),
        id: vec![types::InputMessageId { id }.into()],
    };
    let enums::messages::Messages::ChannelMessages(answer) =
        client.invoke(&request, &call()).await.unwrap()
    else {
        return None;
    };
    match answer.messages.first() {
        Some(enums::Message::Message(message)) => Some(message.id),
        _ => None,
    }
}

/// Asks for the first `count` posts at once: each request must get its own.
async fn posts(sim: &Sim, client: &Client, count: i32) {
    let asked = (1..=count).map(|id| async move {
        assert_eq!(post(sim, client, id).await, Some(id));
    });
    join_all(asked).await;
}

fn strike(sim: &Sim, fault: Fault) {
    sim.world().faults.rules.push(fault);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_at_once_get_each_its_own_answer() {
    let sim = world().await;
    let client = client(&sim);
    posts(&sim, &client, 100).await;
    assert_eq!(sim.world().calls("channels.getMessages"), 100);
    assert_eq!(sim.world().calls(GREETING), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_greeted_once() {
    let sim = world().await;
    let client = client(&sim);
    for connection in 1..=3 {
        for _ in 0..4 {
            ask(&client).await.unwrap();
        }
        assert_eq!(sim.world().calls(GREETING), connection);
        client.disconnect().await;
    }
    assert_eq!(sim.world().log.len(), 3 * (4 + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_noticed_and_corrected() {
    for offset in [
        86_400,
        -86_400,
        7_200,
        -7_200,
        301,
        -31,
        1 << 28,
        -(1 << 28),
    ] {
        let mut world = channel_of(20);
        world.clock_offset = offset;
        let sim = Sim::start(world).await.unwrap();
        let client = client(&sim);
        posts(&sim, &client, 20).await;
        let learnt = client.clock_offset();
        assert!((learnt - offset).abs() <= 1, "{learnt} for {offset}");
        client.disconnect().await;
        posts(&sim, &client, 20).await;
        assert_eq!(sim.world().calls(GREETING), 2, "{offset}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_under_way_is_followed() {
    let sim = world().await;
    let client = client(&sim);
    for offset in [86_400, 0, -86_400, 3_600, 0] {
        sim.world().clock_offset = offset;
        posts(&sim, &client, 30).await;
        assert!((client.clock_offset() - offset).abs() <= 1, "{offset}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salt_that_changes_under_way_costs_no_answer() {
    let sim = world().await;
    let client = client(&sim);
    for place in [0, 1, 7] {
        let fault = Fault::next("channels.getMessages", 2, FaultKind::BadSalt);
        strike(&sim, fault.after(place));
        posts(&sim, &client, 30).await;
        sim.world().change_salt();
        posts(&sim, &client, 30).await;
    }
    assert_eq!(sim.world().calls(GREETING), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_another_session_is_ignored_and_others_go_on() {
    let sim = world().await;
    let client = impatient(&sim);
    ask(&client).await.unwrap();
    strike(&sim, Fault::next(METHOD, 1, FaultKind::ForeignSession));
    let others = async {
        eventually("the request", || sim.world().calls(METHOD) == 2).await;
        posts(&sim, &client, 30).await;
    };
    let (answered, ()) = tokio::join!(ask(&client), others);
    answered.unwrap();
    assert_eq!(sim.world().calls(METHOD), 3);
    assert_eq!(sim.world().calls(GREETING), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_once_was_a_mistake_and_thrice_is_the_truth() {
    for kind in [FaultKind::Status(-404), FaultKind::BareStatus(-404)] {
        for at in [METHOD, GREETING] {
            let sim = world().await;
            strike(&sim, Fault::next(at, 1, kind.clone()));
            ask(&client(&sim)).await.unwrap();

            let sim = world().await;
            strike(&sim, Fault::always(at, kind.clone()));
            let error = ask(&client(&sim)).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::SessionRevoked, "{kind:?}");
            assert_eq!(sim.world().faults.rules[0].struck, 3, "{kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_connections_are_an_outage_and_say_nothing_against_the_session() {
    for kind in [FaultKind::Status(-429), FaultKind::BareStatus(-429)] {
        let sim = world().await;
        strike(&sim, Fault::next(METHOD, 2, kind.clone()));
        ask(&client(&sim)).await.unwrap();

        let sim = world().await;
        strike(&sim, Fault::always(METHOD, kind));
        let client = Client::new(ClientOptions {
            outage_patience: SOON,
            ..options(&sim)
        });
        let error = ask(&client).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::TelegramUnavailable, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_instead_of_the_greeting_is_the_answer_to_whoever_waits() {
    let sim = world().await;
    let revoked = FaultKind::Error(401, "AUTH_KEY_UNREGISTERED".to_owned());
    strike(&sim, Fault::next(GREETING, 1, revoked));
    let client = client(&sim);
    let error = ask(&client).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SessionRevoked, "{error}");
    assert_eq!(sim.world().calls(METHOD), 0);
    ask(&client).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_half_open_is_found_and_replaced() {
    let sim = world().await;
    let client = impatient(&sim);
    ask(&client).await.unwrap();
    strike(&sim, Fault::next(METHOD, 1, FaultKind::HalfOpen));
    ask(&client).await.unwrap();
    assert_eq!(sim.world().calls(GREETING), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_any_size_come_in_any_order() {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    world.knobs.gzip_from = usize::MAX;
    for size in [1, 300_000, 900, 1_400_000, 20] {
        world.say(crate::stage::CHANNEL, None, &"x".repeat(size));
    }
    let sim = Sim::start(world).await.unwrap();
    let client = client(&sim);
    let late = FaultKind::Delay(Duration::from_millis(50));
    strike(&sim, Fault::next("channels.getMessages", 2, late));
    posts(&sim, &client, 5).await;
    posts(&sim, &client, 5).await;
    assert_eq!(sim.world().calls(GREETING), 1);
}

/// A way to the simulator on which nothing comes back until it is let through.
struct Gate {
    address: SocketAddr,
    /// Somebody has sent something.
    knocked: Arc<Notify>,
    opened: Arc<Notify>,
}

impl Gate {
    async fn before(sim: &Sim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self {
            address: listener.local_addr().unwrap(),
            knocked: Arc::default(),
            opened: Arc::default(),
        };
        let (knocked, opened) = (Arc::clone(&gate.knocked), Arc::clone(&gate.opened));
        let behind = sim.address();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(behind).await.unwrap();
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            let there = async {
                let mut first = [0; 4];
                from_client.read_exact(&mut first).await.unwrap();
                to_server.write_all(&first).await.unwrap();
                knocked.notify_one();
                copy(&mut from_client, &mut to_server).await
            };
            let back = async {
                opened.notified().await;
                copy(&mut from_server, &mut to_client).await
            };
            let _ = tokio::join!(there, back);
        });
        gate
    }

    fn client(&self, sim: &Sim) -> Client {
        Client::new(ClientOptions {
            session: SessionString::new(DC_ID, self.address, &sim.auth_key()).unwrap(),
            ..options(sim)
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_waits_for_any_more_is_not_sent() {
    let sim = world().await;
    let gate = Gate::before(&sim).await;
    let client = gate.client(&sim);
    let kept = ask(&client);
    let then = async {
        // Requests wait for the greeting, which waits at the gate.
        tokio::select! {
            _ = posts(&sim, &client, 30) => panic!("nothing came back"),
            () = gate.knocked.notified() => {}
        }
        gate.opened.notify_one();
    };
    let (answered, ()) = tokio::join!(kept, then);
    answered.unwrap();
    ask(&client).await.unwrap();
    let world = sim.world();
    assert_eq!(
        (world.calls(METHOD), world.calls("channels.getMessages")),
        (2, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_leave_disturb_nobody() {
    let sim = world().await;
    let client = client(&sim);
    ask(&client).await.unwrap();
    let late = FaultKind::Delay(Duration::from_millis(20));
    strike(&sim, Fault::always("channels.getMessages", late));
    for round in 1..=5 {
        let stays = async {
            eventually("the first", || {
                sim.world().calls("channels.getMessages") >= round * 30
            })
            .await;
        };
        tokio::select! {
            () = async { posts(&sim, &client, 120).await } => {}
            () = stays => {}
        }
        ask(&client).await.unwrap();
    }
    posts(&sim, &client, 120).await;
    assert_eq!(sim.world().calls(GREETING), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_does_not_wait_for_telegram() {
    let sim = world().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = SessionString::new(DC_ID, listener.local_addr().unwrap(), &[9; 256]).unwrap();
    let client = Client::new(ClientOptions {
        session,
        ..options(&sim)
    });
    let (mut stream, _) = tokio::select! {
        _ = ask(&client) => panic!("nobody answers"),
        accepted = listener.accept() => accepted.unwrap(),
    };
    client.disconnect().await;
    let mut sent = Vec::new();
    // The end comes, though nothing was ever answered.
    let _ = stream.read_to_end(&mut sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_stands_in_an_answer_it_is_this_requests_alone() {
    let sim = world().await;
    let client = client(&sim);
    ask(&client).await.unwrap();
    let kinds = [
        FaultKind::Answer(Vec::new()),
        FaultKind::Answer(vec![1, 2]),
        FaultKind::Short(3),
        FaultKind::Unknown,
        // `gzip_packed` of nothing, and a container where an object should be.
        FaultKind::Answer(vec![0xa1, 0xcf, 0x72, 0x30, 0, 0, 0, 0]),
        FaultKind::Answer(vec![0xdc, 0xf8, 0xf1, 0x73, 255, 255, 255, 255]),
        FaultKind::Twice,
        FaultKind::NewSession,
    ];
    let mut answers = BTreeSet::new();
    for kind in kinds {
        strike(&sim, Fault::next(METHOD, 1, kind.clone()));
        let ((), answered) = tokio::join!(posts(&sim, &client, 20), ask(&client));
        answers.insert(answered.is_ok());
        assert_eq!(sim.world().calls(GREETING), 1, "{kind:?}");
    }
    assert_eq!(answers, BTreeSet::from([true]));
}

//! The embedded Telegram, read by grammers' own client rather than by ours.

use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

use grammers_client::sender::{ConnectionParams, NoRetries, SenderPool};
use grammers_client::session::SessionData;
use grammers_client::session::storages::MemorySession;
use grammers_client::session::types::DcOption;
use grammers_client::{Client, tl};
use telegram_history_mcp::sim::flood::{Bucket, FloodModel, Tally};
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::{DC_ID, Sim, World};

/// A grammers client that talks to `sim`, with nothing of ours in between.
fn grammers(sim: &Sim) -> Client {
    grammers_on(sim.address(), sim.auth_key())
}

/// The same, for a simulator that is known by its session alone.
pub(crate) fn grammers_on(address: SocketAddr, auth_key: [u8; 256]) -> Client {
    let SocketAddr::V4(ipv4) = address else {
        panic!("the simulator was started on IPv4");
    };
    let mut data = SessionData {
        home_dc: i32::from(DC_ID),
        ..SessionData::default()
    };
    data.dc_options.insert(
        i32::from(DC_ID),
        DcOption {
            id: i32::from(DC_ID),
            ipv4,
            ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0),
            auth_key: Some(auth_key),
        },
    );
    let pool = SenderPool::with_configuration(
        Arc::new(MemorySession::from(data)),
        1,
        ConnectionParams {
            retry_policy: Box::new(NoRetries),
            ..ConnectionParams::default()
        },
    );
    tokio::spawn(pool.runner.run());
    Client::new(pool.handle)
}

fn small_world(knobs: Knobs) -> World {
    let mut world = World::empty(7);
    world.knobs = knobs;
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=250 {
        world.say(-1_000_000_001_001, None, &format!("post {number}"));
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grammers_client_reads_a_whole_channel() {
    for seed in 0..8 {
        let knobs = Knobs {
            // grammers takes a short page for the last one.
            short_pages: false,
            ..Knobs::random(seed)
        };
        let sim = Sim::start(small_world(knobs)).await.unwrap();
        let client = grammers(&sim);
        let peer = client.resolve_username("sim_news").await.unwrap().unwrap();
        let mut messages = client.iter_messages(peer.to_ref().await.unwrap().unwrap());
        let mut texts = Vec::new();
        while let Some(message) = messages.next().await.unwrap() {
            texts.push(message.text().to_owned());
        }
        let expected: Vec<String> = (1..=250).rev().map(|n| format!("post {n}")).collect();
        assert_eq!(texts, expected, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_is_refused_by_name() {
    let sim = Sim::start(small_world(Knobs::default())).await.unwrap();
    let client = grammers(&sim);
    let refused = client.invoke(&tl::functions::account::GetPassword {}).await;
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("INPUT_METHOD_INVALID"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_too_many_is_told_to_wait_and_is_in_the_log() {
    let mut world = small_world(Knobs::default());
    let bucket = Bucket {
        longest_wait: Duration::from_secs(14),
        ..Bucket::new(2, Duration::from_secs(3600))
    };
    world.floods = Some(FloodModel::of(&[("help.getNearestDc", bucket)]));
    let sim = Sim::start(world).await.unwrap();
    let client = grammers(&sim);
    let ask = || client.invoke(&tl::functions::help::GetNearestDc {});
    for _ in 0..2 {
        ask().await.unwrap();
    }
    let text = ask().await.unwrap_err().to_string();
    assert!(text.contains("420") && text.contains("14"), "{text}");
    let world = sim.world();
    assert_eq!(world.calls("help.getNearestDc"), 3);
    let expected = Tally {
        asked: 3,
        flooded: 1,
    };
    let floods = world.floods.as_ref().unwrap();
    assert_eq!(floods.tally("help.getNearestDc"), expected);
}

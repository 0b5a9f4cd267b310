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
use telegram_history_mcp::telegram::session::SessionString;

use crate::support::{Process, binary, run};

/// A grammers client that talks to `sim`, with nothing of ours in between.
pub(crate) fn grammers(sim: &Sim) -> Client {
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
    let refused = client
        .invoke(&tl::functions::account::GetAuthorizations {})
        .await;
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

/// The `sim` command with these arguments: the lines before its session, and a client of it.
async fn command(arguments: &[&str]) -> (Process, Vec<String>, Client) {
    let mut process = Process::spawn(&mut binary(&[&["sim"], arguments].concat()));
    let mut lines = Vec::new();
    loop {
        let line = process.line().await.expect("a session");
        if let Some(session) = line.strip_prefix("TELEGRAM_SESSION_STRING=") {
            let session = SessionString::parse(session).unwrap();
            let client = grammers_on(session.address(), *session.auth_key());
            return (process, lines, client);
        }
        lines.push(line);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_what_goes_wrong_and_it_does() {
    let fault = "help.getNearestDc:error=500:RPC_CALL_FAIL,after=1,times=1";
    let rare = "any:drop,times=0,chance=0.5";
    let flags = ["--latency", "1", "--fault", fault, "--fault", rare];
    let (_process, lines, client) = command(&[&flags[..], &["--fault-seed", "9"]].concat()).await;
    let expected = [
        "# latency 1 ms",
        &format!("# fault {fault}"),
        &format!("# fault {rare}"),
        "# fault seed 9",
        "TELEGRAM_API_ID=1",
    ];
    assert_eq!(lines[1..], expected);
    let ask = || client.invoke(&tl::functions::help::GetNearestDc {});
    ask().await.unwrap();
    let text = ask().await.unwrap_err().to_string();
    assert!(text.contains("RPC_CALL_FAIL"), "{text}");
    ask().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_limits_what_may_be_asked() {
    let (_process, lines, client) = command(&["--floods", "strict"]).await;
    assert_eq!(lines[1], "# floods strict");
    for (method, _) in FloodModel::PRESETS[1].1 {
        let said = format!("#   {method}: ");
        assert!(lines.iter().any(|line| line.starts_with(&said)), "{method}");
    }
    // More than are free at once, and faster than they become free.
    let mut refusals = Vec::new();
    for _ in 0..40 {
        refusals.extend(client.resolve_username("orbital_digest").await.err());
    }
    let text = refusals.first().expect("a refusal").to_string();
    assert!(text.contains("FLOOD_WAIT"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_server_can_be_troubled_too() {
    let fault = "messages.getHistory:flood=500";
    let arguments = ["serve", "--demo", "--fault", fault, "--latency", "1"];
    let mut command = binary(&arguments);
    let mut process = Process::spawn(command.env("TELEGRAM_LOG", "info"));
    process.initialize().await;
    let chat = serde_json::json!({ "chat": "@orbital_digest" });
    let error = process.refusal("tg.fetch_history", chat).await;
    assert_eq!(error["code"], "FLOOD_WAIT", "{error}");
    process.close_input();
    let (status, log) = process.ends().await;
    assert!(status.success(), "{log}");
    for line in [&format!("fault {fault}"), "latency 1 ms"] {
        assert!(log.contains(line), "{log}");
    }
}

#[tokio::test]
async fn a_wrong_rule_is_named_and_what_is_right_is_listed() {
    for command in [["sim"].as_slice(), &["serve", "--demo"]] {
        for (spec, listed) in [
            ("any:explode", "`half-open`"),
            ("messages.getHistroy:drop", "`messages.getHistory`"),
            ("connect:twice", "`delay=MILLISECONDS`"),
            ("any:cut=here", "`cut=100`"),
            ("any:drop,often", "`chance=SHARE`"),
            ("nonsense", "TARGET:FAULT"),
        ] {
            let arguments = [command, &["--fault", spec]].concat();
            let (code, said, errors) = run(&mut binary(&arguments)).await;
            assert_eq!((code, said.as_str()), (Some(2), ""), "{errors}");
            let line = errors.lines().next().unwrap();
            assert!(line.contains(spec) && line.contains(listed), "{errors}");
        }
    }
}

#[test]
fn every_knob_is_on_the_page() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/simulator.md"));
    let page = page.unwrap();
    let knobs = format!("{:?}", Knobs::default());
    let names = knobs
        .split([' ', '{'])
        .filter_map(|word| word.strip_suffix(':'));
    for name in names.filter(|name| *name != "latency") {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

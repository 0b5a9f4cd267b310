//! Whole histories, against a bare grammers client on the same simulator in the same run:
//! `cargo bench --bench export`. Figures, not tests; `docs/performance.md` holds those that were measured.
//!
//! The simulator lives in this process, and each reader in one of its own, so that its time and memory are its own.
//! `MESSAGES=100000,1000000` and `LATENCY_MS=0,50` say what is measured.

#![allow(clippy::print_stdout, reason = "a benchmark says what it has found")]

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use grammers_client::session::storages::MemorySession;
use grammers_client::session::types::DcOption;
use grammers_client::session::{SessionData, types::UpdatesState};
use grammers_client::{Client, SenderPool};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};
use telegram_history_mcp::export::{ExportOptions, Exports, Format, Mode, Target};
use telegram_history_mcp::history::{Call, Direction, HistoryParams, Progress, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::privacy::mask::{Level, Masker};
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{ClientOptions, OUTAGE_PATIENCE, RPC_TIMEOUT, Rates};
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const GROUP: i64 = -1_000_000_001_001;
const PEOPLE: i64 = 40;
/// Requests a second: more than there can be.
const NO_BOUND: f64 = 1_000_000.0;
const WORDS: &str = "the boat leaves and we should bring our tent two lamps bread map of island who has time on Sunday nobody knows yet but I will ask again tomorrow morning because Tom said that rain is coming good idea let us meet near harbour";
/// Which part this process plays, and whom it reads.
const ROLE: &str = "BENCH_ROLE";
const ADDRESS: &str = "BENCH_ADDRESS";
const KEY: &str = "BENCH_KEY";

/// What a reader has found.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    messages: u64,
    seconds: f64,
    /// How many seconds processors were busy with it.
    busy: f64,
    /// The most memory it ever had, kilobytes.
    peak_kb: u64,
}

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()?;
    runtime.block_on(async {
        match env::var(ROLE).as_deref() {
            Ok("bare") => bare().await,
            Ok("export") => export().await,
            _ => compare().await,
        }
    })
}

async fn compare() -> Outcome<()> {
    let counts = numbers("MESSAGES", "100000,1000000")?;
    let latencies = numbers("LATENCY_MS", "0,50")?;
    println!(
        "| messages | latency | bare iter_messages | export | ratio | requests | peak of bare | peak of export |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for count in counts {
        let sim = Sim::start(world(count)).await?;
        for latency in &latencies {
            sim.world().knobs.latency = Duration::from_millis(*latency);
            let bare = play("bare", &sim).await?;
            let before = sim.world().calls("messages.getHistory");
            let export = play("export", &sim).await?;
            let requests = sim.world().calls("messages.getHistory") - before;
            sim.world().log.clear();
            assert_eq!((bare.messages, export.messages), (count, count));
            let speed = |found: &Found| found.messages as f64 / found.seconds;
            println!(
                "| {count} | {latency} ms | {:.0}/s | {:.0}/s | {:.2} | {requests} | {:.1} s, {:.1} s | {:.1} MB, {:.1} MB |",
                speed(&bare),
                speed(&export),
                speed(&export) / speed(&bare),
                bare.busy,
                export.busy,
                bare.peak_kb as f64 / 1024.0,
                export.peak_kb as f64 / 1024.0,
            );
        }
    }
    Ok(())
}

fn numbers(name: &str, default: &str) -> Outcome<Vec<u64>> {
    let text = env::var(name).unwrap_or_else(|_| default.to_owned());
    Ok(text.split(',').map(str::parse).collect::<Result<_, _>>()?)
}

/// A busy supergroup: short and long messages of forty people, some personal things among them.
fn world(count: u64) -> World {
    let mut world = World::empty(7);
    let group = world.add_channel("Bench", Some("sim_bench"), 1001);
    group.megagroup = true;
    for person in 1..=PEOPLE {
        world.add_user(&format!("Person {person}"), None, person);
    }
    let words: Vec<&str> = WORDS.split(' ').collect();
    let mut rng = SmallRng::seed_from_u64(7);
    for number in 0..count {
        let length = rng.random_range(1..36);
        let mut text: Vec<&str> = (0..length)
            .map(|_| {
                words
                    .get(rng.random_range(0..words.len()))
                    .copied()
                    .unwrap_or_default()
            })
            .collect();
        let personal = format!(
            "ada{number}@example.com or +49 151 2345{:04}",
            number % 10_000
        );
        let plain = format!("at {}:{:02}", number % 24, number % 60);
        match rng.random_range(0..100) {
            0 => text.push(&personal),
            1..12 => text.push(&plain),
            _ => {}
        }
        let text = text.join(" ");
        let from = 1 + i64::try_from(number).unwrap_or_default() % PEOPLE;
        world.say(GROUP, Some(from), &text);
    }
    world.log.clear();
    world
}

/// Has a reader play its part in a process of its own.
async fn play(role: &'static str, sim: &Sim) -> Outcome<Found> {
    let key: String = sim
        .auth_key()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut child = Command::new(env::current_exe()?);
    child
        .env(ROLE, role)
        .env(ADDRESS, sim.address().to_string())
        .env(KEY, key)
        .stdout(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || child.output()).await??;
    if !output.status.success() {
        return Err(format!("{role} has failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn told() -> Outcome<(SocketAddr, [u8; 256])> {
    let hex = env::var(KEY)?;
    let mut key = [0; 256];
    for (byte, digits) in key.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits)?, 16)?;
    }
    Ok((env::var(ADDRESS)?.parse()?, key))
}

fn tell(messages: u64, begun: Instant) -> Outcome<()> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak_kb = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok());
    let found = Found {
        messages,
        seconds: begun.elapsed().as_secs_f64(),
        busy: busy(),
        peak_kb: peak_kb.unwrap_or_default(),
    };
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}

/// How many seconds processors were busy with this process.
fn busy() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok())
        .sum();
    ticks / TICKS_A_SECOND
}

async fn bare() -> Outcome<()> {
    let (address, key) = told()?;
    let SocketAddr::V4(ipv4) = address else {
        return Err("the simulator listens on IPv4".into());
    };
    let option = DcOption {
        id: i32::from(DC_ID),
        ipv4,
        ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0),
        auth_key: Some(key),
    };
    let session = SessionData {
        home_dc: option.id,
        dc_options: HashMap::from([(option.id, option)]),
        peer_infos: HashMap::new(),
        updates_state: UpdatesState::default(),
    };
    let SenderPool { runner, handle, .. } =
        SenderPool::new(Arc::new(MemorySession::from(session)), 1);
    let running = tokio::spawn(runner.run());
    let client = Client::new(handle);
    let begun = Instant::now();
    let peer = client
        .resolve_username("sim_bench")
        .await?
        .ok_or("no such chat")?;
    let peer = peer.to_ref().await?.ok_or("the chat has no access hash")?;
    let mut messages = client.iter_messages(peer);
    let mut count = 0;
    while let Some(message) = messages.next().await? {
        count += u64::from(message.id() > 0);
    }
    running.abort();
    tell(count, begun)
}

async fn export() -> Outcome<()> {
    let (address, key) = told()?;
    let session = SessionString::new(DC_ID, address, &key)?;
    let masker = Masker::new(Level::Mask, &session.derive_key(b"pii"), None);
    let options = ClientOptions {
        session,
        api_id: 1,
        rates: Rates {
            overall: Some(NO_BOUND),
            history: Some(NO_BOUND),
            ..Rates::UNLIMITED
        },
        flood_wait_max: Duration::from_secs(20),
        state_dir: None,
        rpc_timeout: RPC_TIMEOUT,
        outage_patience: OUTAGE_PATIENCE,
    };
    let reader = Arc::new(Reader::new(options, Gate::masking(masker)));
    let exports = Exports::new(
        reader,
        ExportOptions {
            dir: None,
            ttl: Duration::from_secs(3600),
            quota_bytes: u64::MAX,
            protected: false,
            takeout: false,
            world: String::new(),
        },
    );
    let dir =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let target = Target {
        file: dir.join("all.ndjson"),
        format: Format::Ndjson,
        mode: Mode::New,
        longest_pause: None,
    };
    let direction = if env::var("ASC").is_ok() {
        Direction::Asc
    } else {
        Direction::Desc
    };
    let params = HistoryParams {
        chat: Some("@sim_bench".to_owned()),
        direction: Some(direction),
        ..HistoryParams::default()
    };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(3600);
    let call = Call::new(deadline, CancellationToken::new(), Progress::default());
    let begun = Instant::now();
    let report = exports.write_to(&target, &params, &call, |_| ()).await;
    let report = report.map_err(|failure| failure.error)?;
    fs::remove_dir_all(&dir)?;
    tell(report.status.lines, begun)
}

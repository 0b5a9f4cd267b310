//! What a caller notices when Telegram is far, pushes back or goes away: `cargo bench --bench pushback`.
//! Figures, not tests: they depend on the machine. `docs/limits.md` holds those that were measured.

#![allow(clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use std::time::{Duration, Instant};

use telegram_history_mcp::history::{Call, HistoryParams, Page, Progress, Reader, TruncatedBy};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{ClientOptions, OUTAGE_PATIENCE, RPC_TIMEOUT, Rates};
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const CHANNEL: i64 = -1_000_000_001_001;
const HISTORY: &str = "messages.getHistory";
const LATENCY: Duration = Duration::from_millis(50);

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()?;
    runtime.block_on(async {
        pages_at_a_distance().await?;
        flood_waits().await?;
        outages().await
    })
}

fn world(messages: i32) -> World {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=messages {
        world.say(CHANNEL, None, &format!("post {number}"));
    }
    world
}

fn reader(sim: &Sim) -> Outcome<Reader> {
    let options = ClientOptions {
        session: SessionString::new(DC_ID, sim.address(), &sim.auth_key())?,
        api_id: 1,
        rates: Rates::UNLIMITED,
        flood_wait_max: Duration::from_secs(20),
        state_dir: None,
        rpc_timeout: RPC_TIMEOUT,
        outage_patience: OUTAGE_PATIENCE,
    };
    Ok(Reader::new(options, Gate::unmasked()))
}

async fn fetch(reader: &Reader, params: &HistoryParams) -> Option<Page> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(45);
    let call = Call::new(deadline, CancellationToken::new(), Progress::default());
    reader.fetch_history(params, &call).await.ok()
}

fn first_page(size: u32) -> HistoryParams {
    HistoryParams {
        chat: Some("sim_news".to_owned()),
        page_size: Some(size),
        ..HistoryParams::default()
    }
}

/// Pages of 100 messages of a known chat, 50 ms away.
async fn pages_at_a_distance() -> Outcome<()> {
    let sim = Sim::start(world(5_000)).await?;
    let reader = reader(&sim)?;
    fetch(&reader, &first_page(1)).await;
    sim.world().knobs.latency = LATENCY;
    let mut params = first_page(100);
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        let Some(page) = fetch(&reader, &params).await else {
            return Err("a page failed".into());
        };
        times.push(start.elapsed());
        params = HistoryParams {
            cursor: page.cursor_after(page.messages.len()),
            ..HistoryParams::default()
        };
    }
    times.sort_unstable();
    say(format_args!(
        "100 messages at {LATENCY:?}: median {:.1?}, p95 {:.1?}, longest {:.1?}, of {} pages",
        times[times.len() / 2],
        times[times.len() * 95 / 100],
        times[times.len() - 1],
        times.len()
    ));
    Ok(())
}

/// Ten readers at once while every twentieth request is told to wait for one to three seconds.
async fn flood_waits() -> Outcome<()> {
    let sim = Sim::start(world(4_000)).await?;
    for seconds in 1..=3 {
        let kind = FaultKind::Error(420, format!("FLOOD_WAIT_{seconds}"));
        let rule = Fault::always(HISTORY, kind).with_chance(0.017);
        sim.world().faults.rules.push(rule);
    }
    let reader = reader(&sim)?;
    let walks = (0..10).map(|_| walk(&reader));
    let noticed: u32 = futures_util::future::join_all(walks).await.iter().sum();
    let waits: u64 = sim
        .world()
        .faults
        .rules
        .iter()
        .map(|rule| rule.struck)
        .sum();
    say(format_args!(
        "flood waits of 1 to 3 s: {waits}, of which callers noticed {noticed}"
    ));
    Ok(())
}

/// Reads the whole channel; how many pages were cut short or failed on the way.
async fn walk(reader: &Reader) -> u32 {
    let mut params = first_page(100);
    let mut noticed = 0;
    loop {
        let Some(page) = fetch(reader, &params).await else {
            noticed += 1;
            continue;
        };
        noticed += u32::from(page.truncated_by != TruncatedBy::None);
        let Some(cursor) = page.cursor_after(page.messages.len()) else {
            return noticed;
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
}

/// How long after the end of an outage a caller, who asks again and again, is answered.
async fn outages() -> Outcome<()> {
    for seconds in [1, 5, 15, 40] {
        let sim = Sim::start(world(100)).await?;
        let (address, reader) = (sim.address(), reader(&sim)?);
        fetch(&reader, &first_page(1)).await;
        drop(sim);
        let back = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            let sim = Sim::start_on(world(100), address).await;
            (sim, Instant::now())
        });
        let start = Instant::now();
        let mut refusals = 0;
        while fetch(&reader, &first_page(10)).await.is_none() {
            refusals += 1;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let answered = start.elapsed();
        let (sim, _) = back.await?;
        drop(sim?);
        say(format_args!(
            "an outage of {seconds} s: answered {:.1?} after its end, {refusals} calls were told that Telegram is away",
            answered.saturating_sub(Duration::from_secs(seconds))
        ));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "figures are what this is for")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

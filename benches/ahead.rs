//! How much sooner a whole channel is read when several windows are asked for at once: `cargo bench --bench ahead`.
//! Figures, not tests: they depend on the machine. `docs/limits.md` holds those that were measured.

use std::time::{Duration, Instant};

use telegram_history_mcp::history::{Call, Direction, HistoryParams, Progress, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{DC_ID, Sim, World, blank};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{ClientOptions, OUTAGE_PATIENCE, RPC_TIMEOUT, Rates};
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const CHANNEL: i64 = -1_000_000_001_001;
const HISTORY: &str = "messages.getHistory";
const LATENCY: Duration = Duration::from_millis(50);
const MESSAGES: i32 = 100_000;

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()?;
    runtime.block_on(async {
        for (gone, of) in [(0, 1), (1, 10), (3, 10)] {
            for direction in [Direction::Desc, Direction::Asc] {
                compare(gone, of, direction).await?;
            }
        }
        Ok(())
    })
}

/// A channel from which so many of each so many messages are missing, here and there.
fn world(gone: u32, of: u32) -> World {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    // Not deleted, but never there: what looks like it costs the simulator more time than it is away.
    let is_gone = |id: i32| {
        let scattered = id.cast_unsigned().wrapping_mul(2_654_435_761) >> 16 & 0xfff;
        id > 1 && id < MESSAGES && scattered < gone * 4_096 / of
    };
    for id in (1..=MESSAGES).filter(|id| !is_gone(*id)) {
        let message = blank::message(id, peer(CHANNEL), 1_772_409_600 + id);
        world.insert(CHANNEL, message);
    }
    world.knobs.latency = LATENCY;
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

fn call() -> Call {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(45);
    Call::new(deadline, CancellationToken::new(), Progress::default())
}

async fn compare(gone: u32, of: u32, direction: Direction) -> Outcome<()> {
    let sim = Sim::start(world(gone, of)).await?;
    let params = HistoryParams {
        chat: Some("sim_news".to_owned()),
        direction: Some(direction),
        page_size: Some(100),
        ..HistoryParams::default()
    };
    let begun = Instant::now();
    let messages = one_by_one(&reader(&sim)?, params.clone()).await?;
    let (alone, requests) = (begun.elapsed(), sim.world().calls(HISTORY));
    let begun = Instant::now();
    let same = several_at_once(&reader(&sim)?, &params).await?;
    let (together, more) = (begun.elapsed(), sim.world().calls(HISTORY) - requests);
    assert_eq!(messages, same, "both read all there is");
    say(format_args!(
        "{messages} messages, {gone} of {of} ids missing, {direction:?}: {:.1} s with {requests} requests one by one, {:.1} s with {more} several at once: {:.1} ×",
        alone.as_secs_f64(),
        together.as_secs_f64(),
        alone.div_duration_f64(together),
    ));
    Ok(())
}

async fn one_by_one(reader: &Reader, mut params: HistoryParams) -> Outcome<usize> {
    let mut messages = 0;
    loop {
        let page = reader.fetch_history(&params, &call()).await;
        let page = page.map_err(|failure| failure.error)?;
        messages += page.messages.len();
        let Some(cursor) = page.cursor_after(page.messages.len()) else {
            return Ok(messages);
        };
        params = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
    }
}

async fn several_at_once(reader: &Reader, params: &HistoryParams) -> Outcome<usize> {
    let mut flow = reader.begin_flow(params, &call()).await?;
    let mut messages = 0;
    loop {
        let batch = reader.read_on(&mut flow, &call()).await?;
        messages += batch.len();
        if batch.ended {
            return Ok(messages);
        }
    }
}

#[expect(clippy::print_stdout, reason = "figures are what this is for")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

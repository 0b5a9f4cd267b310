//! What a hundred messages cost on their way out, stage by stage: `cargo bench --bench stages`.
//! Figures, not tests: they depend on the machine.

#![allow(clippy::panic, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telegram_history_mcp::history::{Call, HistoryParams, Progress, Reader};
use telegram_history_mcp::model::Message;
use telegram_history_mcp::privacy::mask::{Level, Masker};
use telegram_history_mcp::privacy::{Gate, Released};
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::peer::Peer;
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{
    Client, ClientOptions, OUTAGE_PATIENCE, RPC_TIMEOUT, Rates, Source, Window,
};
use tokio::runtime::Runtime;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// As many as one answer holds.
const MESSAGES: i32 = 100;
const GROUP: i64 = -77;
const ADA: i64 = 42;
const TEXT: &str =
    "Has anybody seen the minutes of Tuesday's meeting? I thought they'd be in the folder by now";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn options(sim: &Sim) -> Outcome<ClientOptions> {
    Ok(ClientOptions {
        session: SessionString::new(DC_ID, sim.address(), &sim.auth_key())?,
        api_id: 1,
        rates: Rates::UNLIMITED,
        flood_wait_max: Duration::ZERO,
        state_dir: None,
        rpc_timeout: RPC_TIMEOUT,
        outage_patience: OUTAGE_PATIENCE,
    })
}

fn call() -> Call {
    let deadline = Instant::now() + Duration::from_secs(60);
    Call::new(deadline, CancellationToken::new(), Progress::default())
}

fn measure(c: &mut Criterion) -> Outcome<()> {
    let runtime = Runtime::new()?;
    let mut world = World::empty(7);
    world.add_group("Bench", 77);
    world.add_user("Ada", None, ADA);
    for number in 0..MESSAGES {
        world.say(GROUP, Some(ADA), &format!("{TEXT} {number}"));
    }
    let sim = runtime.block_on(Sim::start(world))?;
    let client = Client::new(options(&sim)?);
    let window = Window {
        limit: MESSAGES,
        ..Window::default()
    };
    let peer = Peer::group(GROUP);
    let answer = runtime.block_on(client.messages(peer, &Source::History, window, &call()))?;
    let chat = answer
        .chat(peer)
        .ok_or("the answer does not describe the chat")?;
    let ids: Vec<i32> = answer.sent().map(|(id, _)| id).collect();
    let records = || -> Vec<Message> {
        let records = answer.records(&chat);
        ids.iter().filter_map(|id| records.get(*id)).collect()
    };

    let mut group = c.benchmark_group("a hundred messages");
    group.throughput(Throughput::Elements(ids.len() as u64));
    group.bench_function("from TL to records", |b| b.iter(|| black_box(records())));
    let gate = Gate::masking(Masker::new(Level::Mask, &[7; 32], None));
    let release = |records: Vec<Message>| -> Vec<Released<Message>> {
        records
            .into_iter()
            .map(|it| gate.release_message(it))
            .collect()
    };
    group.bench_function("through the gate, masked", |b| {
        b.iter_batched(
            records,
            |it| black_box(release(it)),
            criterion::BatchSize::SmallInput,
        );
    });
    let released = release(records());
    group.bench_function("from records to JSON", |b| {
        b.iter(|| {
            released
                .iter()
                .map(|it| black_box(serde_json::to_vec(it)).map_or(0, |json| json.len()))
                .sum::<usize>()
        });
    });
    group.finish();

    let reader = Reader::new(options(&sim)?, Gate::unmasked());
    let params = HistoryParams {
        chat: Some(GROUP.to_string()),
        ..HistoryParams::default()
    };
    let page = runtime.block_on(reader.fetch_history(&params, &call()));
    let page = page.map_err(|failure| failure.error)?;
    c.bench_function("a cursor, sealed", |b| {
        b.iter(|| black_box(page.cursor_after(10)))
    });
    Ok(())
}

fn stages(c: &mut Criterion) {
    if let Err(error) = measure(c) {
        panic!("{error}");
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);

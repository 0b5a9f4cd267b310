//! Everything that can go wrong, at every place of a walk: whatever happens, every call comes back, and the joined
//! pages hold every message once, in order.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::history::{Direction, Failure, HistoryParams, Page, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::faults::{Fault, FaultKind, Faults, KINDS};
use telegram_history_mcp::sim::knobs::Knobs;
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::ClientOptions;

use crate::stage::{call, channel_of, options};

/// How many walks are under way at once: most of them wait.
const AT_ONCE: usize = 24;
/// How often a caller asks again before it gives a walk up.
const PATIENCE: usize = 40;

/// What is walked over, and how.
#[derive(Debug, Clone, Copy)]
struct Route {
    messages: i32,
    page_size: u32,
    direction: Direction,
    /// What is searched for; every message has it.
    search: Option<&'static str>,
}

const ROUTES: [Route; 6] = [
    route(30, 50, Direction::Desc),
    route(30, 50, Direction::Asc),
    route(317, 150, Direction::Desc),
    route(317, 150, Direction::Asc),
    search(130, 150, Direction::Desc),
    search(130, 150, Direction::Asc),
];

const fn route(messages: i32, page_size: u32, direction: Direction) -> Route {
    Route {
        messages,
        page_size,
        direction,
        search: None,
    }
}

const fn search(messages: i32, page_size: u32, direction: Direction) -> Route {
    Route {
        search: Some("post"),
        ..route(messages, page_size, direction)
    }
}

impl Route {
    fn world(self, seed: u64) -> World {
        let mut world = channel_of(self.messages);
        world.knobs = Knobs::random(seed);
        world
    }

    fn expected(self) -> Vec<i32> {
        let ids = 1..=self.messages;
        match self.direction {
            Direction::Asc => ids.collect(),
            Direction::Desc => ids.rev().collect(),
        }
    }
}

/// A reader that does not wait long for what never comes.
fn reader(sim: &Sim) -> Reader {
    let options = ClientOptions {
        rpc_timeout: Duration::from_millis(800),
        ..options(sim)
    };
    Reader::new(options, Gate::unmasked())
}

/// What came of a walk.
#[derive(Debug, Default, PartialEq)]
struct Walked {
    /// The ids as they came.
    ids: Vec<i32>,
    /// Those that were told to be unreadable.
    passed: Vec<i32>,
}

/// Walks to the end as a client does that is told to come back.
async fn walk(sim: &Sim, route: Route) -> Result<Walked, String> {
    let reader = reader(sim);
    let mut params = HistoryParams {
        chat: Some("sim_news".to_owned()),
        page_size: Some(route.page_size),
        direction: Some(route.direction),
        search: route.search.map(str::to_owned),
        ..HistoryParams::default()
    };
    let mut walked = Walked::default();
    let mut refusals = 0;
    loop {
        match reader.fetch_history(&params, &call()).await {
            Ok(page) => {
                let ids = page.messages.iter().map(|message| message.id);
                walked.ids.extend(ids);
                let passed = page
                    .unreadable
                    .iter()
                    .flat_map(|range| range.from_id..=range.to_id);
                walked.passed.extend(passed);
                rest(page.retry_after).await;
                match next(&page) {
                    Some(cursor) => params.cursor = Some(cursor),
                    None => return Ok(walked),
                }
                params.chat = None;
                params.direction = None;
            }
            Err(failure) => {
                refusals += 1;
                may_come_back(&failure)?;
                if refusals > PATIENCE {
                    return Err(format!("it never ends: {}", failure.error));
                }
                rest(failure.error.retry_after()).await;
            }
        }
    }
}

fn next(page: &Page) -> Option<String> {
    page.cursor_after(page.messages.len())
}

fn may_come_back(failure: &Failure) -> Result<(), String> {
    match failure.error.code() {
        ErrorCode::FloodWait | ErrorCode::RateLimitExceeded | ErrorCode::TelegramUnavailable => {
            Ok(())
        }
        code => Err(format!("{code:?}: {}", failure.error)),
    }
}

async fn rest(wait: Option<Duration>) {
    tokio::time::sleep(wait.unwrap_or_default()).await;
}

impl Walked {
    fn is_whole(&self, route: Route, may_pass: bool) -> bool {
        let is_passed = |id: &i32| may_pass && self.passed.contains(id);
        let mut expected = route.expected();
        expected.retain(|id| !is_passed(id));
        self.ids == expected && (may_pass || self.passed.is_empty())
    }
}

/// One walk under these faults; the ids must be all there, once, in order. Under faults that come by chance they may
/// come each time that one message is asked for: then it is passed by, and said to be.
async fn the_law_holds(route: Route, seed: u64, faults: Faults) -> Result<(), String> {
    let mut world = route.world(seed);
    world.faults = faults.clone();
    let sim = Sim::start(world).await.unwrap();
    let is_chance = faults.rules.iter().any(|rule| rule.chance < 1.0);
    let outcome = match walk(&sim, route).await {
        Ok(walked) if walked.is_whole(route, is_chance) => return Ok(()),
        Ok(walked) => format!("{} messages: {walked:?}", walked.ids.len()),
        Err(why) => why,
    };
    let rules: Vec<String> = faults.rules.iter().map(ToString::to_string).collect();
    Err(format!("seed {seed}, {route:?}, {rules:?}: {outcome}"))
}

/// Runs them side by side, and says all that failed.
async fn all(walks: impl IntoIterator<Item = (Route, u64, Faults)>) {
    let failures: Vec<String> = stream::iter(walks)
        .map(|(route, seed, faults)| the_law_holds(route, seed, faults))
        .buffer_unordered(AT_ONCE)
        .filter_map(|outcome| std::future::ready(outcome.err()))
        .collect()
        .await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is worth repeating: one of each kind of fault, and the errors of Telegram that pass.
fn kinds() -> Vec<FaultKind> {
    let errors = [
        (420, "FLOOD_WAIT_1"),
        (420, "FLOOD_PREMIUM_WAIT_1"),
        (500, "RPC_CALL_FAIL"),
        (-503, "Timeout"),
        (303, "NETWORK_MIGRATE_4"),
    ];
    let mut kinds: Vec<FaultKind> = FaultKind::samples()
        .into_iter()
        .filter(|kind| !matches!(kind, FaultKind::Error(..) | FaultKind::Answer(_)))
        .collect();
    kinds.push(FaultKind::Answer(vec![0; 4]));
    kinds.push(FaultKind::Answer(vec![7; 64]));
    kinds.extend(errors.map(|(code, name)| FaultKind::Error(code, name.to_owned())));
    assert!(kinds.len() > KINDS.len());
    kinds
}

/// How many requests an undisturbed walk takes.
async fn requests(route: Route) -> u64 {
    let sim = Sim::start(route.world(0)).await.unwrap();
    assert_eq!(walk(&sim, route).await.unwrap().ids, route.expected());
    sim.world().log.len() as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_at_every_request_of_a_walk() {
    let mut cases = Vec::new();
    for route in ROUTES {
        let requests = requests(route).await;
        for kind in kinds() {
            for place in 0..requests {
                let seed = cases.len() as u64;
                let rule = Fault::next("any", 1, kind.clone()).after(place);
                cases.push((route, seed, Faults::of([rule])));
            }
        }
    }
    assert!(cases.len() > 400, "{}", cases.len());
    all(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_connection_that_is_made() {
    let mut cases = Vec::new();
    for (at, kind) in (0..).zip(FaultKind::connection_samples()) {
        for times in [1, 3] {
            let rule = Fault::next("connect", times, kind.clone());
            cases.push((ROUTES[2], at, Faults::of([rule])));
        }
    }
    all(cases).await;
}

/// One answer of five messages, whole or damaged.
const SMALL: Route = route(5, 50, Direction::Desc);

/// More bytes than the answer of [`SMALL`] has in its frame.
const ANSWER_BYTES: usize = 900;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cut_at_every_byte() {
    all((0..ANSWER_BYTES).map(|byte| {
        let rule = Fault::next("messages.getHistory", 1, FaultKind::Cut(byte));
        (SMALL, 1, Faults::of([rule]))
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_damaged_at_many_bytes() {
    type Damage = fn(usize) -> FaultKind;
    let damages: [Damage; 3] = [FaultKind::Flip, FaultKind::Forge, FaultKind::Short];
    all((0..ANSWER_BYTES).step_by(7).flat_map(|byte| {
        damages.map(|damage| {
            let rule = Fault::next("messages.getHistory", 1, damage(byte));
            (SMALL, 1, Faults::of([rule]))
        })
    }))
    .await;
}

/// Rules of several kinds at once, each by chance.
fn weather(seed: u64) -> Faults {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut kinds = kinds();
    // Several of these in a row are an account that has moved, and a key that is not known.
    kinds.retain(|kind| {
        !matches!(
            kind,
            FaultKind::Error(303, _) | FaultKind::Status(_) | FaultKind::BareStatus(_)
        )
    });
    let rules = (0..rng.random_range(1..4)).map(|_| {
        let kind = kinds[rng.random_range(0..kinds.len())].clone();
        let chance = rng.random_range(0.02..0.2);
        Fault::always("any", kind).with_chance(chance)
    });
    Faults {
        rules: rules.collect(),
        seed,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_through_any_weather() {
    // `FAULT_SEEDS=2000 cargo test` looks longer.
    let seeds = std::env::var("FAULT_SEEDS").map_or(60, |seeds| seeds.parse().unwrap());
    all((0..seeds).map(|seed| {
        let route = ROUTES[usize::try_from(seed).unwrap() % ROUTES.len()];
        (route, seed, weather(seed))
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_by_a_day() {
    for offset in [-86_400, 86_400, 3_600, -200] {
        let mut world = channel_of(30);
        world.clock_offset = offset;
        let sim = Sim::start(world).await.unwrap();
        let ids = walk(&sim, ROUTES[0]).await;
        assert_eq!(ids.unwrap().ids, ROUTES[0].expected(), "{offset} s");
    }
}

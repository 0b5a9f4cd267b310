//! A small world, and a reader of its account.

use std::time::Duration;

use telegram_history_mcp::history::{Call, Progress, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{ClientOptions, Rates};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The channel of [`channel_of`].
pub(crate) const CHANNEL: i64 = -1_000_000_001_001;

/// A world with one channel of so many posts, `@sim_news`.
pub(crate) fn channel_of(count: i32) -> World {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=count {
        world.say(CHANNEL, None, &format!("post {number}"));
    }
    world.log.clear();
    world
}

/// A reader of the simulator's account.
pub(crate) fn reader(sim: &Sim) -> Reader {
    Reader::new(options(sim), Gate::default())
}

/// What [`reader`] is made of.
pub(crate) fn options(sim: &Sim) -> ClientOptions {
    ClientOptions {
        session: SessionString::new(DC_ID, sim.address(), &sim.auth_key()).unwrap(),
        api_id: 1,
        rates: Rates::UNLIMITED,
        flood_wait_max: Duration::from_secs(5),
        state_dir: None,
        rpc_timeout: Duration::from_secs(20),
    }
}

/// A call with a minute to spare.
pub(crate) fn call() -> Call {
    call_within(Duration::from_secs(60))
}

/// A call with so much time.
pub(crate) fn call_within(time: Duration) -> Call {
    Call {
        deadline: Instant::now() + time,
        cancel: CancellationToken::new(),
        progress: Progress::default(),
    }
}

//! A small world, and a reader of its account.

use std::path::Path;
use std::time::Duration;

use grammers_client::tl::enums::Message;
use serde_json::Value;
use telegram_history_mcp::export::ExportOptions;
use telegram_history_mcp::history::{Call, Progress, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sharing::Place;
use telegram_history_mcp::sim::{DC_ID, Sim, World};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{ClientOptions, Rates};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::read_only::assert_only_read;
use crate::support::{Process, binary};

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
    Reader::new(options(sim), Gate::unmasked())
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
        outage_patience: Duration::from_secs(20),
    }
}

/// Exports that are kept in `dir` for an hour.
pub(crate) fn export_options(dir: Option<&Path>) -> ExportOptions {
    ExportOptions {
        dir: dir.map(Path::to_owned),
        ttl: Duration::from_secs(3_600),
        quota_bytes: 1 << 30,
        protected: false,
        takeout: false,
        world: String::new(),
    }
}

/// A call with a minute to spare.
pub(crate) fn call() -> Call {
    call_within(Duration::from_secs(60))
}

/// A call with so much time.
pub(crate) fn call_within(time: Duration) -> Call {
    Call::new(
        Instant::now() + time,
        CancellationToken::new(),
        Progress::default(),
    )
}

/// The simulator in this process, and everything the binary needs to read its account.
pub(crate) struct Account {
    pub(crate) sim: Sim,
    state: TempDir,
}

impl Account {
    /// Serves this world.
    pub(crate) async fn of(world: World) -> Self {
        Self {
            sim: Sim::start(world).await.unwrap(),
            state: tempfile::tempdir().unwrap(),
        }
    }

    /// The string session of the account.
    pub(crate) fn session(&self) -> String {
        session_of(&self.sim)
    }

    /// The binary, told of the account and of nothing else but that nobody minds how fast it asks.
    pub(crate) fn binary(&self, arguments: &[&str]) -> Command {
        binary_of(&self.session(), self.state.path(), arguments)
    }

    /// Where processes keep what they remember.
    pub(crate) fn state_dir(&self) -> &Path {
        self.state.path()
    }

    /// Where processes of the account meet.
    pub(crate) fn place(&self) -> Place {
        let session = SessionString::parse(&self.session()).unwrap();
        Place::new(self.state.path(), &session.account_id())
    }

    /// The process that has the account, by what it has written down.
    pub(crate) fn holder(&self) -> u32 {
        self.find_holder().expect("somebody has it")
    }

    /// Whether a process has the account.
    pub(crate) fn has_holder(&self) -> bool {
        self.find_holder().is_some()
    }

    fn find_holder(&self) -> Option<u32> {
        let records = self.state_files().into_iter();
        let mut records =
            records.filter(|(name, _)| name.contains("sharing-") && name.ends_with(".json"));
        let record: Value = serde_json::from_slice(&records.next()?.1).unwrap();
        record["pid"].as_u64()?.try_into().ok()
    }

    /// The files that processes have left in the state directory.
    pub(crate) fn state_files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        let mut dirs = vec![self.state.path().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                } else if path.is_file() {
                    files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
                }
            }
        }
        files
    }

    /// A server of the account that a client has greeted.
    pub(crate) async fn process(&self) -> Process {
        self.process_with(&[]).await
    }

    /// The same, with these variables in its environment.
    pub(crate) async fn process_with(&self, settings: &[(&str, &str)]) -> Process {
        let mut command = self.binary(&[]);
        let mut process = Process::spawn(command.envs(settings.iter().copied()));
        process.must_not_log(self.texts());
        process.initialize().await;
        process
    }

    /// What stands in the newest messages, and what the chats are called.
    fn texts(&self) -> Vec<String> {
        let world = self.sim.world();
        let newest = world.histories.values().flat_map(|history| {
            history
                .existing()
                .rev()
                .filter_map(|message| match message {
                    Message::Message(message) => Some(message.message.clone()),
                    _ => None,
                })
                .take(50)
        });
        let titles = world.channels.values().map(|channel| channel.title.clone());
        titles.chain(newest).collect()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_only_read(&self.sim.world());
        }
    }
}

/// The binary, told of an account and of nothing else but that nobody minds how fast it asks.
pub(crate) fn binary_of(session: &str, state: &Path, arguments: &[&str]) -> Command {
    let mut command = binary(arguments);
    command
        .env("TELEGRAM_API_ID", "1")
        .env("TELEGRAM_SESSION_STRING", session)
        .env("TELEGRAM_STATE_DIR", state);
    for class in ["", "HISTORY_", "SEARCH_", "RESOLVE_", "DIALOGS_"] {
        command.env(format!("TELEGRAM_RATE_LIMIT_{class}RPS"), "1000");
    }
    command
}

/// The string session of the simulator's account.
pub(crate) fn session_of(sim: &Sim) -> String {
    let session = SessionString::new(DC_ID, sim.address(), &sim.auth_key()).unwrap();
    session.encode().to_string()
}

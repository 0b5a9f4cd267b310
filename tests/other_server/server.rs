//! The running Python server, what it says of its world, and chains of pages read from it.

use std::collections::BTreeMap;
use std::process::Stdio;

use jiff::Timestamp;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::clients::{clients, python};
use crate::stage::binary_of;
use crate::support::{Process, failure, success};

pub(super) const NEWS: i64 = -1_001_500_000_001;
pub(super) const TALK: i64 = -1_001_500_000_002;
pub(super) const HUSH: i64 = -1_001_500_000_003;
pub(super) const FORUM: i64 = -1_001_500_000_004;
/// The supergroup that was a basic group, and that.
pub(super) const CREW: i64 = -1_001_500_000_005;
pub(super) const CREW_BEFORE: i64 = -700_003;
/// In the archive, and one that the account is not in.
pub(super) const ATTIC: i64 = -1_001_500_000_006;
pub(super) const LANTERNS: i64 = -1_001_500_000_007;
pub(super) const ROWING: i64 = -700_001;
pub(super) const ME: i64 = 900_000;
pub(super) const ADA: i64 = 900_001;
pub(super) const BEN: i64 = 900_003;

/// How often a call is repeated before a test calls it stuck.
pub(super) const PATIENCE: usize = 20;

/// When what arrives while a test is running says that it was sent, at the earliest.
const ARRIVALS: i64 = 1_740_000_000;

/// A message as the server printed it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fact {
    pub(super) chat: i64,
    pub(super) id: i64,
    /// Unix seconds.
    pub(super) date: i64,
    pub(super) text: String,
    pub(super) service: bool,
    /// Empty for none.
    pub(super) media: String,
    pub(super) link: bool,
    pub(super) sender: i64,
    pub(super) pinned: bool,
    pub(super) views: Option<i64>,
    /// In a forum.
    pub(super) topic: Option<i64>,
    /// What it answers, or what that belongs to.
    pub(super) thread: Option<i64>,
    /// In saved messages.
    pub(super) saved_from: Option<i64>,
}

/// A chat of the chat list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Listed {
    pub(super) chat: i64,
    pub(super) pinned: bool,
    pub(super) archived: bool,
    pub(super) unread: i64,
    pub(super) date: i64,
}

/// What a record says: chat, id, date in Unix seconds, text.
pub(super) type Told = (i64, i64, i64, String);

impl Fact {
    pub(super) fn told(&self) -> Told {
        (self.chat, self.id, self.date, self.text.clone())
    }
}

/// The running Python server, killed when dropped.
pub(super) struct Server {
    child: Child,
    pub(super) session: String,
    /// The messages of each chat, oldest first.
    pub(super) chats: BTreeMap<i64, Vec<Fact>>,
    pub(super) listed: Vec<Listed>,
    /// Of a post, the message in the discussion group that its comments answer.
    pub(super) threads: BTreeMap<i64, i64>,
}

impl Server {
    /// Starts it with these options; `None` when its environment is not installed.
    pub(super) async fn start(options: &str) -> Option<Self> {
        let mut child = Command::new(python()?)
            .arg(clients().join("telethon_serves.py"))
            .args(options.split_whitespace())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).await.unwrap();
        let Ok(printed) = serde_json::from_str::<Value>(&line) else {
            let mut errors = String::new();
            let stderr = child.stderr.as_mut().unwrap();
            stderr.read_to_string(&mut errors).await.unwrap();
            panic!("{options}: {errors}");
        };
        Some(Self {
            child,
            session: printed["session"].as_str().unwrap().to_owned(),
            chats: serde_json::from_value(printed["chats"].clone()).unwrap(),
            listed: serde_json::from_value(printed["listed"].clone()).unwrap(),
            threads: serde_json::from_value(printed["threads"].clone()).unwrap(),
        })
    }

    /// A server of ours for its account.
    pub(super) async fn client(&self, state: &TempDir) -> Process {
        let mut process = Process::spawn(&mut binary_of(&self.session, state.path(), &[]));
        process.initialize().await;
        process
    }

    /// All that a walk through this chat may show, oldest first.
    pub(super) fn history(&self, chat: i64) -> impl DoubleEndedIterator<Item = &Fact> {
        let before = (chat == CREW).then(|| &self.chats[&CREW_BEFORE]);
        before.into_iter().flatten().chain(&self.chats[&chat])
    }

    /// When half of what is in a chat was sent.
    pub(super) fn middle(&self, chat: i64) -> i64 {
        let messages = &self.chats[&chat];
        messages[messages.len() / 2].date
    }

    /// Ends it; it must have had nothing to say about how the client speaks.
    pub(super) async fn ends(mut self, options: &str) {
        drop(self.child.stdin.take());
        let mut errors = String::new();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut errors).await.unwrap();
        assert_eq!(errors, "", "{options}");
    }
}

/// Follows the cursors to the end, in pages of random sizes. What fails for the moment is asked again, as its
/// error says; what has arrived meanwhile belongs to walks that begin later.
pub(super) async fn read(
    process: &mut Process,
    question: &Value,
    random: &mut ChaCha8Rng,
) -> Vec<Value> {
    let mut read = Vec::new();
    let mut arguments = question.clone();
    let mut idle = 0;
    loop {
        let size = *[1, 9, 50, 100, 101, 150, 200, 200].choose(random).unwrap();
        arguments["page_size"] = json!(size);
        let result = process.call("tg.fetch_history", arguments.clone()).await;
        idle += 1;
        assert!(idle < PATIENCE, "stuck at {arguments}: {result}");
        if result["isError"] == true {
            let error = failure(&result);
            let waits = ["TELEGRAM_UNAVAILABLE", "FLOOD_WAIT"];
            let is_put_off = waits.iter().any(|code| error["code"] == *code);
            assert!(is_put_off, "{question}: {error}");
            if !error["cursor"].is_null() {
                arguments = json!({ "cursor": error["cursor"] });
            }
            continue;
        }
        let page = success(&result);
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.len() <= size, "{} of {size}", messages.len());
        if !messages.is_empty() {
            idle = 0;
        }
        read.extend(messages.iter().filter(|it| told(it).2 < ARRIVALS).cloned());
        if page["page_info"]["has_more"] == false {
            return read;
        }
        arguments = json!({ "cursor": page["page_info"]["cursor"] });
    }
}

/// What a record says.
pub(super) fn told(message: &Value) -> Told {
    let date: Timestamp = message["date"].as_str().unwrap().parse().unwrap();
    let text = message["text"].as_str().unwrap_or_default();
    (
        message["chat_id"].as_i64().unwrap(),
        message["id"].as_i64().unwrap(),
        date.as_second(),
        text.to_owned(),
    )
}

/// What was read is what was to be read, in this order.
#[track_caller]
pub(super) fn assert_told(read: &[Value], expected: &[Told], what: &str) {
    let read: Vec<Told> = read.iter().map(told).collect();
    let ids = |all: &[Told]| -> Vec<(i64, i64)> { all.iter().map(|it| (it.0, it.1)).collect() };
    assert_eq!(ids(&read), ids(expected), "{what}");
    assert!(read == expected, "{what}: dates or texts differ");
}

/// Does the same with several servers at once, one in each of these moods.
/// `OTHER_SERVER_SEEDS=20 cargo test` looks longer.
pub(super) async fn in_moods<F>(moods: &[&'static str], check: fn(&'static str, u64) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let seeds = std::env::var("OTHER_SERVER_SEEDS").map_or(1, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        let mut servers = JoinSet::new();
        for options in moods {
            servers.spawn(check(options, seed));
        }
        servers.join_all().await;
    }
}

/// Finds a chat by name, whatever it takes.
pub(super) async fn meet(process: &mut Process, name: &str) {
    for _ in 0..PATIENCE {
        let found = process.call("tg.resolve_chat", json!({ "input": name }));
        if found.await["isError"] != true {
            return;
        }
    }
    panic!("{name} is not found");
}

//! Ten calls at once through one process for a while, in bad weather: every call is answered, with what it asked for,
//! and the process does not grow.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::world::CHANNEL_MARK;
use telegram_history_mcp::sim::{Sim, World};
use tokio::time::Instant;

use crate::stage::Account;
use crate::support::Process;

const AT_ONCE: usize = 10;
const CHATS: i64 = 6;
const MESSAGES: i32 = 400;

fn name(chat: i64) -> String {
    format!("soak_chat_{chat}")
}

fn world() -> World {
    let mut world = World::empty(3);
    for chat in 1..=CHATS {
        let bare = 5000 + chat;
        let channel = world.add_channel(&format!("Chat {chat}"), Some(&name(chat)), bare);
        channel.broadcast = true;
        for number in 1..=MESSAGES {
            let text = format!("{chat}:{number}");
            world.say(CHANNEL_MARK - bare, None, &text);
        }
    }
    world.log.clear();
    world
}

/// What passes quickly, each now and then.
fn weather(sim: &Sim) {
    let error = |code, name: &str| FaultKind::Error(code, name.to_owned());
    let kinds = [
        FaultKind::Drop,
        FaultKind::Cut(77),
        FaultKind::Reset,
        FaultKind::CloseBefore,
        FaultKind::CloseAfter,
        FaultKind::Twice,
        FaultKind::BadSalt,
        FaultKind::NewSession,
        FaultKind::ForeignSession,
        FaultKind::Short(20),
        FaultKind::Unknown,
        FaultKind::Delay(Duration::from_millis(150)),
        error(500, "RPC_CALL_FAIL"),
        error(-503, "Timeout"),
    ];
    let mut world = sim.world();
    world.faults.seed = 11;
    let rules = kinds.map(|kind| Fault::always("any", kind).with_chance(0.01));
    world.faults.rules.extend(rules);
}

/// One call, and what its answer may be.
enum Asked {
    /// The page of this chat that ends with this message, newest first.
    Page { chat: i64, from: i32, size: i32 },
    /// The description of this chat.
    Chat(i64),
}

impl Asked {
    fn random(rng: &mut ChaCha8Rng) -> Self {
        let chat = rng.random_range(1..=CHATS);
        if rng.random_bool(0.2) {
            return Self::Chat(chat);
        }
        Self::Page {
            chat,
            from: rng.random_range(1..=MESSAGES),
            size: rng.random_range(1..=60),
        }
    }

    fn tool(&self) -> &'static str {
        match self {
            Self::Page { .. } => "tg.fetch_history",
            Self::Chat(_) => "tg.resolve_chat",
        }
    }

    fn arguments(&self) -> Value {
        match self {
            Self::Page { chat, from, size } => json!({
                "chat": format!("https://t.me/{}/{from}", name(*chat)), "page_size": size
            }),
            Self::Chat(chat) => json!({ "input": name(*chat) }),
        }
    }

    /// Whether this is its answer, whole or the beginning of it; an error must be one that passes.
    fn check(&self, result: &Value) -> bool {
        let text = result["content"][0]["text"].as_str().unwrap();
        if result["isError"] == true {
            let error: Value = serde_json::from_str(text).unwrap();
            let code = error["error"]["code"].as_str().unwrap();
            let passing = ["FLOOD_WAIT", "RATE_LIMIT_EXCEEDED", "TELEGRAM_UNAVAILABLE"];
            assert!(passing.contains(&code), "{error}");
            return false;
        }
        let answer = &result["structuredContent"];
        match self {
            Self::Chat(chat) => assert_eq!(answer["chat"]["title"], format!("Chat {chat}")),
            Self::Page { chat, from, size } => {
                let texts: Vec<&str> = answer["messages"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|message| message["text"].as_str().unwrap())
                    .collect();
                let expected: Vec<String> = (1..=*from)
                    .rev()
                    .take(usize::try_from(*size).unwrap())
                    .map(|number| format!("{chat}:{number}"))
                    .collect();
                let more = answer["page_info"]["has_more"] == true;
                assert!(more || texts.len() == expected.len(), "{answer}");
                assert!(
                    texts.iter().eq(expected.iter().take(texts.len())),
                    "{answer}"
                );
            }
        }
        true
    }
}

/// How much memory the process holds, in KiB, where the system says.
fn resident(process: &Process) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_calls_at_once_are_all_answered_with_what_they_asked_for() {
    // `SOAK_SECONDS=180 cargo test soak` goes on for longer.
    let seconds = std::env::var("SOAK_SECONDS").ok();
    let end = seconds.map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let account = Account::of(world()).await;
    let mut process = account.process().await;
    // Chats that are known are not what is tried here, nor how slowly names may be asked for.
    for chat in 1..=CHATS {
        let known = process
            .ask("tg.resolve_chat", json!({ "input": name(chat) }))
            .await;
        assert_eq!(known["chat"]["kind"], "channel");
    }
    weather(&account.sim);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut asked = HashMap::new();
    let (mut answered, mut whole) = (0, 0);
    let start = Instant::now();
    let mut early = None;
    loop {
        let go_on = end.map_or(answered + asked.len() < 300, |end| start.elapsed() < end);
        while go_on && asked.len() < AT_ONCE {
            let call = Asked::random(&mut rng);
            let id = process.begin(call.tool(), call.arguments()).await;
            asked.insert(id.to_string(), call);
        }
        if asked.is_empty() {
            break;
        }
        let message = process.next().await.expect("an answer");
        let call = asked.remove(&message["id"].to_string()).expect("a call");
        answered += 1;
        whole += usize::from(call.check(&message["result"]));
        if answered == 150 {
            early = resident(&process);
        }
    }
    let struck: u64 = account
        .sim
        .world()
        .faults
        .rules
        .iter()
        .map(|rule| rule.struck)
        .sum();
    let late = resident(&process);
    let _ = writeln!(
        std::io::stderr(),
        "{answered} calls, {whole} with what they asked for, {struck} faults, {early:?} to {late:?} KiB"
    );
    assert!(struck > 10, "{struck} faults");
    assert!(whole * 100 >= answered * 95, "{whole} of {answered}");
    if let (Some(early), Some(late)) = (early, late) {
        assert!(late < early + 16 * 1024, "from {early} to {late} KiB");
    }
    process.close_input();
    process.exits_cleanly().await;
}

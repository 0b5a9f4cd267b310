//! Processes of one account that come, are stopped, go and are killed as chance has it, while all of them ask.
//!
//! `SHARING_SEEDS=20 SHARING_SECONDS=60 cargo test sharing::soak` goes on for longer.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use tokio::time::{Instant, sleep, timeout};

use super::{FETCH, RESOLVE, assert_turns};
use crate::stage::{Account, channel_of};
use crate::support::{HANG, Process, success};

const POSTS: u64 = 150;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// What became of the calls of one user.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    whole: u64,
    refused: u64,
    processes: u64,
    killed: u64,
    stopped: u64,
}

/// Somebody whose client starts a process, asks, and starts another one when that is gone.
struct User {
    account: Arc<Account>,
    rng: ChaCha8Rng,
    tally: Tally,
}

impl User {
    async fn works_until(mut self, end: Instant) -> Tally {
        while Instant::now() < end {
            let is_modern = self.rng.random_bool(0.5);
            let mut process = match is_modern {
                true => Process::spawn(&mut self.account.binary(&[])),
                false => self.account.process().await,
            };
            self.tally.processes += 1;
            let is_done = loop {
                if Instant::now() >= end || self.rng.random_bool(0.1) {
                    break true;
                }
                if !self.asks(&mut process, is_modern).await {
                    break false;
                }
            };
            if is_done {
                process.close_input();
                process.exits_cleanly().await;
            } else {
                self.tally.killed += 1;
                process.kill().await;
            }
        }
        self.tally
    }

    /// Asks a few things at once; false where the process is to be killed over it.
    async fn asks(&mut self, process: &mut Process, is_modern: bool) -> bool {
        let mut asked = HashMap::new();
        for _ in 0..self.rng.random_range(1..=4) {
            let size = self.rng.random_range(1..=120_u64);
            let meta = match is_modern {
                true => json!({
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": {},
                    "io.modelcontextprotocol/clientInfo": { "name": "soak", "version": "1" },
                }),
                false => json!({}),
            };
            let (tool, arguments) = match self.rng.random_bool(0.2) {
                true => (RESOLVE, json!({ "input": "@sim_news" })),
                false => (FETCH, json!({ "chat": "@sim_news", "page_size": size })),
            };
            let id = process.begin_with(tool, arguments, meta).await;
            asked.insert(id.to_string(), (tool, size));
        }
        let pause = Duration::from_millis(self.rng.random_range(0..150));
        match self.rng.random_range(0..10) {
            0 => {
                sleep(pause).await;
                return false;
            }
            1 => {
                self.tally.stopped += 1;
                process.signal("STOP").await;
                sleep(pause * 8).await;
                process.signal("CONT").await;
            }
            _ => {}
        }
        while !asked.is_empty() {
            let answer = process.next().await.expect("an answer to every call");
            let call = asked.remove(&answer["id"].to_string());
            let (tool, size) = call.unwrap_or_else(|| panic!("answered twice: {answer}"));
            match answer.get("error") {
                None => self.checks(tool, size, &answer["result"]),
                // Too many have died over it.
                Some(error) => {
                    assert_eq!(error["code"], -32603, "{error}");
                    self.tally.refused += 1;
                }
            }
        }
        true
    }

    fn checks(&mut self, tool: &str, size: u64, result: &Value) {
        if result["isError"] == true {
            let text = result["content"][0]["text"].as_str().unwrap();
            assert!(text.contains("TELEGRAM_UNAVAILABLE"), "{text}");
            self.tally.refused += 1;
            return;
        }
        let answer = success(result);
        if tool == FETCH {
            let ids: Vec<u64> = answer["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|message| message["id"].as_u64().unwrap())
                .collect();
            let expected: Vec<u64> = (1..=POSTS).rev().take(ids.len()).collect();
            assert_eq!(ids, expected);
            // A page may be short, but never the last one by mistake.
            let has_more = answer["page_info"]["has_more"] == true;
            assert!(has_more || ids.len() as u64 == size.min(POSTS), "{answer}");
        } else {
            assert_eq!(answer["chat"]["title"], "News");
        }
        self.tally.whole += 1;
    }
}

async fn soak(seed: u64, users: u64, time: Duration) {
    let account = Arc::new(Account::of(channel_of(POSTS as i32)).await);
    {
        let mut world = account.sim.world();
        world.faults.seed = seed;
        let slow = FaultKind::Delay(Duration::from_millis(60));
        let rules = [slow, FaultKind::Drop].map(|kind| Fault::always("any", kind));
        let [slow, lost] = rules;
        let rules = [lost.with_chance(0.005), slow.with_chance(0.5)];
        world.faults.rules.extend(rules);
    }
    let end = Instant::now() + time;
    let mut working = Vec::new();
    for user in 0..users {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(user);
        let user = User {
            account: Arc::clone(&account),
            rng,
            tally: Tally::default(),
        };
        working.push(tokio::spawn(user.works_until(end)));
    }
    let mut all = Tally::default();
    for user in working {
        let tally = timeout(time + 5 * HANG, user).await.expect("nobody hangs");
        let tally = tally.unwrap();
        all.whole += tally.whole;
        all.refused += tally.refused;
        all.processes += tally.processes;
        all.killed += tally.killed;
        all.stopped += tally.stopped;
    }
    let connections = account.sim.connections();
    let _ = writeln!(
        std::io::stderr(),
        "seed {seed}: {users} users, {all:?}, {connections} connections"
    );
    assert_turns(&account);
    // A request that loses its connection twice is given up, whoever asked.
    assert!(all.refused * 20 <= all.whole, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_the_others_every_call_is_answered_once() {
    let time = Duration::from_secs(number("SHARING_SECONDS", 3));
    for seed in 0..number("SHARING_SEEDS", 1) {
        for users in [2, 5] {
            soak(seed, users, time).await;
        }
    }
}

//! Exports that are killed, cut off, flooded, stopped and run out of disk at random places, many times: what comes of
//! them at last is, byte for byte, what an undisturbed one writes. `EXPORT_SEEDS=200 cargo test` looks longer.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::faults::{Fault, FaultKind, Faults};
use telegram_history_mcp::sim::knobs::Knobs;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::exports::{ids, sha256};
use crate::stage::{Account, CHANNEL};
use crate::support::{eventually, run};

const SEEDS: u64 = 3;
const POSTS: i32 = 800;

/// A channel with holes and posts of all lengths.
fn world(seed: u64) -> World {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut world = World::empty(7);
    world.knobs = Knobs::random(seed);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=POSTS {
        let words = rng.random_range(1..500);
        world.say(
            CHANNEL,
            None,
            &format!("post {number} {}", "and so on ".repeat(words)),
        );
    }
    for id in 1..POSTS {
        if rng.random_bool(0.1) {
            world.delete(CHANNEL, id);
        }
    }
    world.log.clear();
    world
}

/// What happens to requests while an export is disturbed.
fn weather(rng: &mut SmallRng) -> Faults {
    let rules = [
        FaultKind::Error(420, "FLOOD_WAIT_1".to_owned()),
        FaultKind::Drop,
        FaultKind::CloseBefore,
        FaultKind::Cut(rng.random_range(0..4_000)),
        FaultKind::Error(500, "RPC_CALL_FAIL".to_owned()),
    ];
    Faults::of(rules.map(|kind| Fault::always("messages.getHistory", kind).with_chance(0.03)))
}

fn export(account: &Account, file: &Path, direction: &str, more: &[&str]) -> Command {
    let mut command = account.binary(&["export", "@sim_news", "--quiet", "--direction", direction]);
    command.arg("--out").arg(file).args(more);
    command
}

fn partial(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap().to_str().unwrap();
    file.with_file_name(format!("{name}.part"))
}

fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |metadata| metadata.len())
}

/// Waits until a file that is written has so many bytes, or the writer has ended.
async fn until_size(child: &mut Child, file: &Path, bytes: u64) {
    let part = partial(file);
    eventually("the file grows or the export ends", || {
        size(&part) >= bytes || !matches!(child.try_wait(), Ok(None))
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn whatever_stops_an_export_it_ends_in_the_same_bytes() {
    let seeds = std::env::var("EXPORT_SEEDS").map_or(SEEDS, |seeds| seeds.parse().unwrap());
    for seed in 0..seeds {
        let mut rng = SmallRng::seed_from_u64(seed);
        let dir = TempDir::new().unwrap();
        let name = ["a.ndjson", "a.ndjson.zst", "a.ndjson.gz"][seed as usize % 3];
        let direction = ["asc", "desc"][seed as usize % 2];
        let account = Account::of(world(seed)).await;
        let whole = dir.path().join(format!("whole.{name}"));
        let (code, said, errors) = run(&mut export(&account, &whole, direction, &[])).await;
        assert_eq!(code, Some(0), "seed {seed}: {said}{errors}");
        let bytes = size(&whole);

        account.sim.world().knobs.latency = Duration::from_millis(2);
        account.sim.world().faults = weather(&mut rng);
        let file = dir.path().join(name);
        let mut safe = Vec::new();
        for _ in 0..5 {
            let mut command = export(&account, &file, direction, &["--resume"]);
            let mut child = command.spawn().unwrap();
            until_size(&mut child, &file, rng.random_range(1..bytes)).await;
            child.kill().await.unwrap();
            // What a checkpoint has said is there, and never written again.
            let now = checkpointed(&file);
            assert!(now.starts_with(&safe), "seed {seed}");
            safe = now;
            if file.exists() {
                break;
            }
        }
        account.sim.world().faults = Faults::default();
        let (code, said, errors) =
            run(&mut export(&account, &file, direction, &["--resume"])).await;
        assert_eq!(code, Some(0), "seed {seed}: {said}{errors}");
        assert_eq!(sha256(&file), sha256(&whole), "seed {seed}");
        assert!(fs::read(&file).unwrap().starts_with(&safe), "seed {seed}");
        assert_eq!(coverage(&file), coverage(&whole), "seed {seed}");
        let (code, said, errors) = run(&mut verify(&account, &file)).await;
        assert_eq!(code, Some(0), "seed {seed}: {said}{errors}");
    }
}

fn verify(account: &Account, file: &Path) -> Command {
    let mut command = account.binary(&["export", "--verify"]);
    command.arg(file);
    command
}

/// The bytes that the last checkpoint speaks of.
fn checkpointed(file: &Path) -> Vec<u8> {
    let Some(manifest) = manifest(file) else {
        return Vec::new();
    };
    let written = if file.exists() {
        file.to_owned()
    } else {
        partial(file)
    };
    let mut bytes = fs::read(written).unwrap();
    let length = manifest["bytes"].as_u64().unwrap() as usize;
    assert!(bytes.len() >= length);
    bytes.truncate(length);
    bytes
}

fn manifest(file: &Path) -> Option<Value> {
    let name = file.file_name().unwrap().to_str().unwrap();
    let text = fs::read(file.with_file_name(format!("{name}.manifest.json"))).ok()?;
    Some(serde_json::from_slice(&text).unwrap())
}

/// What is proven of a file: the manifest's coverage, and the full list of absent ids.
fn coverage(file: &Path) -> (Value, String) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let absent = fs::read_to_string(file.with_file_name(format!("{name}.absent.ndjson")));
    (manifest(file).unwrap()["coverage"].clone(), absent.unwrap())
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_pauses_an_export_and_loses_nothing() {
    let account = Account::of(world(1)).await;
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole.ndjson");
    let (code, ..) = run(&mut export(&account, &whole, "asc", &[])).await;
    assert_eq!(code, Some(0));
    // A limit on the size of files is, for a process, a disk that is full.
    for blocks in [100, 700, 1_300] {
        let file = dir.path().join(format!("{blocks}.ndjson"));
        let full = export(&account, &file, "asc", &[]);
        let mut limited = Command::new("sh");
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        limited
            .args(["-c", &line])
            .arg(full.as_std().get_program())
            .args(full.as_std().get_args())
            .env_clear();
        for (name, value) in full.as_std().get_envs() {
            limited.env(name, value.unwrap());
        }
        let (code, said, errors) = run(&mut limited).await;
        assert_eq!(code, Some(75), "{blocks}: {said}{errors}");
        assert!(errors.contains("the disk is full"), "{errors}");
        let safe = checkpointed(&file);
        let (code, said, errors) = run(&mut export(&account, &file, "asc", &["--resume"])).await;
        assert_eq!(code, Some(0), "{blocks}: {said}{errors}");
        assert!(fs::read(&file).unwrap().starts_with(&safe));
        assert_eq!(sha256(&file), sha256(&whole));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_leaves_a_checkpoint() {
    let account = Account::of(world(2)).await;
    account.sim.world().knobs.latency = Duration::from_millis(20);
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("a.ndjson");
    let mut child = export(&account, &file, "asc", &[]).spawn().unwrap();
    until_size(&mut child, &file, 100_000).await;
    let interrupt = format!("kill -INT {}", child.id().unwrap());
    assert!(
        Command::new("sh")
            .args(["-c", &interrupt])
            .status()
            .await
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    assert_eq!(checkpointed(&file).len() as u64, size(&partial(&file)));
    account.sim.world().knobs.latency = Duration::ZERO;
    let (code, said, errors) = run(&mut export(&account, &file, "asc", &["--resume"])).await;
    assert_eq!(code, Some(0), "{said}{errors}");
    let there: Vec<i64> = account.sim.world().histories[&CHANNEL]
        .existing()
        .map(|message| i64::from(message.id()))
        .collect();
    assert_eq!(ids(&file), there);
}

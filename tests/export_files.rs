//! Exports to files that a person named: begun, stopped, gone on with, added to.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use telegram_history_mcp::export::frames::Compression;
use telegram_history_mcp::export::{Exports, Format, Mode, Report, State, Target};
use telegram_history_mcp::history::{Call, Direction, Failure, HistoryParams, Progress};
use telegram_history_mcp::sim::Sim;
use telegram_history_mcp::sim::faults::{Fault, FaultKind, Faults};
use telegram_history_mcp::sim::knobs::Knobs;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::exports::{Shelf, ids, news, sha256};
use crate::halves;
use crate::stage::{CHANNEL, call, channel_of};

fn target(file: PathBuf, mode: Mode) -> Target {
    Target {
        file,
        format: Format::Ndjson,
        mode,
        longest_pause: Some(Duration::from_secs(5)),
    }
}

async fn write(exports: &Exports, target: &Target) -> Result<Report, Failure> {
    exports
        .write_to(target, &news(Direction::Asc), &call(), |_| ())
        .await
}

/// Writes until so many lines are there, and is then stopped.
async fn write_some(
    exports: &Exports,
    target: &Target,
    params: &HistoryParams,
    lines: u64,
) -> Report {
    let cancel = CancellationToken::new();
    let call = Call::new(
        Instant::now() + Duration::from_secs(60),
        cancel.clone(),
        Progress::default(),
    );
    let watch = |status: &telegram_history_mcp::export::Status| {
        if status.lines >= lines {
            cancel.cancel();
        }
    };
    exports
        .write_to(target, params, &call, watch)
        .await
        .unwrap()
}

#[track_caller]
fn reason(outcome: Result<Report, Failure>) -> String {
    outcome.unwrap_err().error.to_string()
}

#[tokio::test]
async fn what_was_stopped_goes_on_to_the_same_bytes() {
    let mut world = channel_of(0);
    for number in 0..1_200 {
        world.say(
            CHANNEL,
            None,
            &format!("{number} {}", "many words ".repeat(200)),
        );
    }
    let sim = Sim::start(world).await.unwrap();
    for name in [
        "all.ndjson",
        "all.ndjson.gz",
        "all.ndjson.zst",
        "result.json",
    ] {
        let shelf = Shelf::new();
        let exports = shelf.open(&sim);
        let format = if name == "result.json" {
            Format::Tdesktop
        } else {
            Format::Ndjson
        };
        let file = |dir: &str| {
            let dir = shelf.path().with_file_name(dir);
            fs::create_dir_all(&dir).unwrap();
            dir.join(name)
        };
        let undisturbed = Target {
            format,
            ..target(file("whole"), Mode::New)
        };
        write(&exports, &undisturbed).await.unwrap();
        let mut disturbed = Target {
            format,
            ..target(file("stopped"), Mode::New)
        };
        let mut stops = 0;
        loop {
            let report =
                write_some(&exports, &disturbed, &news(Direction::Asc), stops * 200 + 1).await;
            if report.status.state == State::Complete {
                break;
            }
            assert_eq!(report.status.state, State::Paused);
            stops += 1;
            // Whatever a kill leaves behind the last checkpoint.
            let part = disturbed.file.with_file_name(format!("{name}.part"));
            let mut bytes = fs::read(&part).unwrap();
            bytes.extend_from_slice(b"{\"id\": 12, \"torn");
            fs::write(&part, bytes).unwrap();
            if disturbed.mode == Mode::New {
                let refused = reason(write(&exports, &disturbed).await);
                assert!(refused.contains("--resume"), "{refused}");
                disturbed.mode = Mode::Resume;
            }
        }
        assert!(stops > 1, "{name}: {stops}");
        assert_eq!(sha256(&undisturbed.file), sha256(&disturbed.file), "{name}");
    }
}

#[tokio::test]
async fn packed_lines_are_the_same_lines() {
    let sim = Sim::start(channel_of(500)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    fs::create_dir_all(shelf.path()).unwrap();
    let file = |name: &str| shelf.path().join(name);
    for name in ["a.ndjson", "a.ndjson.gz", "a.ndjson.zst"] {
        write(&exports, &target(file(name), Mode::New))
            .await
            .unwrap();
    }
    let plain = fs::read_to_string(file("a.ndjson")).unwrap();
    let gzip = std::io::read_to_string(MultiGzDecoder::new(
        File::open(file("a.ndjson.gz")).unwrap(),
    ));
    assert_eq!(gzip.unwrap(), plain);
    let packed = File::open(file("a.ndjson.zst")).unwrap();
    let zstd = std::io::read_to_string(Compression::Zstd.open(packed).unwrap());
    assert_eq!(zstd.unwrap(), plain);
}

#[tokio::test]
async fn what_came_in_since_is_added_and_edits_are_noted() {
    let sim = Sim::start(channel_of(250)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    fs::create_dir_all(shelf.path()).unwrap();
    for name in ["a.ndjson", "a.ndjson.gz"] {
        let target = target(shelf.path().join(name), Mode::Incremental);
        write(&exports, &target).await.unwrap();
        let before = fs::read(&target.file).unwrap();
        let report = write(&exports, &target).await.unwrap();
        assert_eq!(fs::read(&target.file).unwrap(), before);
        let highest = report.status.coverage.last_id.unwrap();
        {
            let mut world = sim.world();
            world.edit(CHANNEL, highest - 3, "edited");
            world.say(CHANNEL, None, "later");
            world.say(CHANNEL, None, "latest");
        }
        let report = write(&exports, &target).await.unwrap();
        assert_eq!(report.status.state, State::Complete);
        assert_eq!(report.status.coverage.last_id, Some(highest + 2));
        let bytes = fs::read(&target.file).unwrap();
        assert!(bytes.starts_with(&before), "{name}");
        let edits = edits(&target.file);
        assert_eq!(edits.len(), 1);
        assert_eq!(edits[0]["text"], "edited");
        // An edit that was noted is not noted again.
        write(&exports, &target).await.unwrap();
        assert_eq!(self::edits(&target.file).len(), 1);
    }
    assert_eq!(
        ids(&shelf.path().join("a.ndjson")),
        (1..=252).collect::<Vec<i64>>()
    );
}

fn edits(file: &Path) -> Vec<Value> {
    let name = format!(
        "{}.edits.ndjson",
        file.file_name().unwrap().to_str().unwrap()
    );
    let text = fs::read_to_string(file.with_file_name(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_file_that_is_in_the_way_is_never_lost() {
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    fs::create_dir_all(shelf.path()).unwrap();
    let file = shelf.path().join("mine.ndjson");
    fs::write(&file, "mine").unwrap();
    for mode in [Mode::New, Mode::Resume, Mode::Incremental] {
        let refused = reason(write(&exports, &target(file.clone(), mode)).await);
        assert!(
            refused.contains("mine.ndjson") && refused.contains("move it away"),
            "{refused}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}

#[tokio::test]
async fn a_prefix_that_was_changed_is_not_gone_on_with() {
    let sim = Sim::start(channel_of(900)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    fs::create_dir_all(shelf.path()).unwrap();
    let mut target = target(shelf.path().join("a.ndjson"), Mode::New);
    let report = write_some(&exports, &target, &news(Direction::Asc), 100).await;
    assert_eq!(report.status.state, State::Paused);
    let part = shelf.path().join("a.ndjson.part");
    let mut bytes = fs::read(&part).unwrap();
    bytes[10] ^= 1;
    fs::write(&part, &bytes).unwrap();
    target.mode = Mode::Resume;
    let refused = reason(write(&exports, &target).await);
    assert!(refused.contains("changed by something else"), "{refused}");
    assert_eq!(fs::read(&part).unwrap(), bytes);
    let other = HistoryParams {
        direction: Some(Direction::Desc),
        ..news(Direction::Asc)
    };
    let refused = reason(exports.write_to(&target, &other, &call(), |_| ()).await);
    assert!(refused.contains("another question"), "{refused}");
}

/// A chat in two halves, disturbed once, at every request and in every way: what is called complete is.
#[tokio::test]
async fn an_export_that_is_disturbed_anywhere_is_whole_or_says_that_it_is_not() {
    let kinds = [
        FaultKind::Drop,
        FaultKind::Error(500, "INTERNAL".to_owned()),
        FaultKind::Error(420, "FLOOD_WAIT_900".to_owned()),
    ];
    for direction in [Direction::Asc, Direction::Desc] {
        let question = HistoryParams {
            chat: Some("@sim_talk".to_owned()),
            ..news(direction)
        };
        let mut whole = None;
        for kind in [None].into_iter().chain(kinds.iter().map(Some)) {
            for skip in 0..8 {
                let mut world = halves::world(3);
                world.knobs = Knobs::default();
                let disturbance = kind.map(|kind| Fault::next("any", 1, kind.clone()).after(skip));
                world.faults = Faults::of(disturbance);
                let sim = Sim::start(world).await.unwrap();
                let shelf = Shelf::new();
                fs::create_dir_all(shelf.path()).unwrap();
                let mut target = target(shelf.path().join("a.ndjson"), Mode::Resume);
                target.longest_pause = Some(Duration::ZERO);
                let mut tries = 0;
                let report = loop {
                    // Pauses are remembered by those who were told of them.
                    let exports = shelf.open(&sim);
                    match exports.write_to(&target, &question, &call(), |_| ()).await {
                        Ok(report) if report.status.state == State::Complete => break report,
                        Ok(report) => assert_eq!(report.status.state, State::Paused),
                        Err(failure) => assert!(
                            failure.error.is_transient() || failure.error.retry_after().is_some()
                        ),
                    }
                    tries += 1;
                    assert!(tries < 5);
                };
                assert_eq!(report.status.lines, 22, "{direction:?} {kind:?} {skip}");
                assert_eq!(report.status.coverage.telegram_count, Some(22));
                let bytes = fs::read(&target.file).unwrap();
                assert_eq!(whole.get_or_insert_with(|| bytes.clone()), &bytes);
            }
        }
    }
}

/// A run that adds to a file and is stopped before it has added anything has not added everything.
#[tokio::test]
async fn an_addition_that_was_stopped_is_made_later() {
    for mode in [Mode::Resume, Mode::Incremental] {
        let sim = Sim::start(channel_of(250)).await.unwrap();
        let shelf = Shelf::new();
        fs::create_dir_all(shelf.path()).unwrap();
        let mut target = target(shelf.path().join("a.ndjson"), Mode::Incremental);
        target.longest_pause = Some(Duration::ZERO);
        write(&shelf.open(&sim), &target).await.unwrap();
        for number in 0..200 {
            sim.world().say(CHANNEL, None, &format!("later {number}"));
        }
        let flood = FaultKind::Error(420, "FLOOD_WAIT_900".to_owned());
        // Behind the look back for edits.
        sim.world().faults.rules = vec![Fault::always("messages.getHistory", flood).after(1)];
        let report = write(&shelf.open(&sim), &target).await.unwrap();
        assert_eq!(report.status.state, State::Paused);
        sim.world().faults.rules.clear();
        target.mode = mode;
        let report = write(&shelf.open(&sim), &target).await.unwrap();
        assert_eq!(report.status.state, State::Complete);
        assert_eq!(
            ids(&target.file),
            (1..=450).collect::<Vec<i64>>(),
            "{mode:?}"
        );
    }
}

/// What a kill can leave between two steps of the disk.
#[tokio::test]
async fn whatever_stands_between_two_steps_is_gone_on_with() {
    let sim = Sim::start(channel_of(120)).await.unwrap();
    let beside = |file: &Path, ending: &str| {
        let name = file.file_name().unwrap().to_str().unwrap();
        file.with_file_name(format!("{name}{ending}"))
    };
    let leave: [&dyn Fn(&Path); 4] = [
        // Complete, and not named yet.
        &|file| fs::rename(file, beside(file, ".part")).unwrap(),
        // Begun, and nothing else.
        &|file| {
            fs::remove_file(beside(file, ".manifest.json")).unwrap();
            fs::remove_file(file).unwrap();
            fs::write(beside(file, ".part"), "").unwrap();
        },
        // A manifest that was being replaced.
        &|file| fs::write(beside(file, ".manifest.json.tmp"), "{").unwrap(),
        // Somebody has made room.
        &|file| fs::remove_file(file).unwrap(),
    ];
    for mode in [Mode::Resume, Mode::Incremental] {
        for leave in leave {
            let shelf = Shelf::new();
            fs::create_dir_all(shelf.path()).unwrap();
            let exports = shelf.open(&sim);
            let target = target(shelf.path().join("a.ndjson"), mode);
            write(&exports, &target).await.unwrap();
            leave(&target.file);
            let report = write(&exports, &target).await.unwrap();
            assert_eq!(report.status.state, State::Complete);
            assert_eq!(ids(&target.file), (1..=120).collect::<Vec<i64>>());
        }
    }
}

//! Exports as files: what is in them, what is proven of them, and that nothing that happens on the way changes either.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use grammers_client::tl;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use telegram_history_mcp::error::ErrorCode;
use telegram_history_mcp::export::{Change, ExportOptions, Exports, Report, State};
use telegram_history_mcp::history::{
    Direction, HistoryParams, Reader, ResponseFormat, read_policy,
};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::privacy::mask::{Level, Masker};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::world::peer;
use telegram_history_mcp::sim::{Sim, World, blank};
use tempfile::TempDir;

use crate::stage::{CHANNEL, call, call_within, channel_of, options};
use crate::support::{assert_message, eventually};

/// Exports into a directory of their own.
pub(crate) struct Shelf {
    dir: TempDir,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("exports")
    }

    pub(crate) fn options(&self) -> ExportOptions {
        ExportOptions {
            dir: Some(self.path()),
            ttl: Duration::from_secs(3600),
            quota_bytes: 1 << 30,
            protected: false,
            takeout: false,
            world: String::new(),
        }
    }

    pub(crate) fn open(&self, sim: &Sim) -> Exports {
        self.open_with(sim, Gate::unmasked())
    }

    pub(crate) fn open_with(&self, sim: &Sim, gate: Gate) -> Exports {
        Exports::new(Arc::new(Reader::new(options(sim), gate)), self.options())
    }
}

pub(crate) fn news(direction: Direction) -> HistoryParams {
    HistoryParams {
        chat: Some("@sim_news".to_owned()),
        direction: Some(direction),
        response_format: Some(ResponseFormat::Detailed),
        ..HistoryParams::default()
    }
}

pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    lines.iter().for_each(assert_message);
    lines
}

pub(crate) fn ids(path: &Path) -> Vec<i64> {
    lines(path)
        .iter()
        .map(|line| line["id"].as_i64().unwrap())
        .collect()
}

pub(crate) fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A report that says it is complete, and is right.
#[track_caller]
fn assert_complete(report: &Report) -> PathBuf {
    let status = &report.status;
    assert_eq!(status.state, State::Complete, "{:?}", status.problem);
    assert_eq!(report.cursor, None);
    let path = PathBuf::from(&status.file_path);
    assert_eq!(status.sha256, Some(sha256(&path)));
    assert_eq!(status.bytes, fs::metadata(&path).unwrap().len());
    assert_eq!(status.lines as usize, lines(&path).len());
    path
}

#[tokio::test]
async fn an_export_holds_every_message_once_and_proves_it() {
    let mut world = channel_of(350);
    for gone in [5, 6, 7, 120, 349] {
        world.delete(CHANNEL, gone);
    }
    let sim = Sim::start(world).await.unwrap();
    for direction in [Direction::Asc, Direction::Desc] {
        let shelf = Shelf::new();
        let report = shelf
            .open(&sim)
            .export(&news(direction), &call())
            .await
            .unwrap();
        let path = assert_complete(&report);
        let mut wanted: Vec<i64> = (1..=350)
            .filter(|id| ![5, 6, 7, 120, 349].contains(id))
            .collect();
        let mut absent = json!([
            { "from_id": 5, "to_id": 7 }, { "from_id": 120, "to_id": 120 }, { "from_id": 349, "to_id": 349 }
        ]);
        if direction == Direction::Desc {
            wanted.reverse();
            absent.as_array_mut().unwrap().reverse();
        }
        assert_eq!(ids(&path), wanted);
        let coverage = json!(report.status.coverage);
        assert_eq!(coverage["absent_ranges"], absent);
        assert_eq!(coverage["telegram_count"], 345);
        assert_eq!(
            (&coverage["fetched"], &coverage["matched"]),
            (&json!(345), &json!(345))
        );
        assert_eq!(
            (&coverage["first_id"], &coverage["last_id"]),
            (&json!(1), &json!(350))
        );
        assert_eq!(coverage["complete"], true);
        let beside = path.with_file_name(format!(
            "{}.absent.ndjson",
            path.file_name().unwrap().to_str().unwrap()
        ));
        assert_eq!(fs::read_to_string(beside).unwrap().lines().count(), 3);
    }
}

#[tokio::test]
async fn the_same_question_finds_the_same_export() {
    let sim = Sim::start(channel_of(250)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let (one, other) = (news(Direction::Asc), news(Direction::Asc));
    let (call_one, call_other) = (call(), call());
    let (one, other) = tokio::join!(
        exports.export(&one, &call_one),
        exports.export(&other, &call_other)
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_complete(&one);
    assert_eq!(one.status, other.status);
    let asked = sim.world().calls("messages.getHistory");
    assert!(asked <= 5, "{asked}");
    // Another process of the same account.
    let again = shelf
        .open(&sim)
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    assert_eq!(again.status, one.status);
    assert_eq!(sim.world().calls("messages.getHistory"), asked);
    let other = exports
        .export(&news(Direction::Desc), &call())
        .await
        .unwrap();
    assert_ne!(other.status.export_id, one.status.export_id);
    let listed = exports.list(&call()).await.unwrap();
    assert_eq!(listed.len(), 2);
}

#[tokio::test]
async fn files_are_their_owners_alone_and_named_by_ids() {
    let sim = Sim::start(channel_of(30)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let report = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    assert_complete(&report);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&shelf.path()), 0o700);
        for entry in fs::read_dir(shelf.path()).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }
    for entry in fs::read_dir(shelf.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with(&report.status.export_id), "{name}");
    }
}

#[tokio::test]
async fn parts_are_the_file_in_pieces() {
    let mut world = channel_of(0);
    for number in 0..1_500 {
        world.say(
            CHANNEL,
            None,
            &format!("{number}: {}", "long words ".repeat(40)),
        );
    }
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let report = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    let path = assert_complete(&report);
    for exports in [exports, shelf.open(&sim)] {
        let id = &report.status.export_id;
        let mut joined = String::new();
        for number in 0..report.status.parts {
            let part = exports.part(id, number, &call()).await.unwrap();
            assert!(part.len() <= 256 << 10 && part.ends_with('\n'));
            joined += &part;
        }
        assert!(report.status.parts > 2);
        assert_eq!(joined, fs::read_to_string(&path).unwrap());
        assert!(
            exports
                .part(id, report.status.parts, &call())
                .await
                .is_err()
        );
        assert_eq!(exports.whole(id, 1_000, &call()).await.unwrap(), None);
        let whole = exports.whole(id, 1 << 30, &call()).await.unwrap();
        assert_eq!(whole, Some(joined));
        let manifest: Value =
            serde_json::from_str(&exports.manifest(id, &call()).await.unwrap()).unwrap();
        assert_eq!(manifest["sha256"], json!(report.status.sha256));
        assert_eq!(manifest["query"]["chat"], "@sim_news");
        assert_eq!(manifest.get("checkpoint"), None);
    }
}

#[tokio::test]
async fn a_manifest_keeps_no_name_that_masking_hides() {
    let sim = Sim::start(channel_of(3)).await.unwrap();
    let shelf = Shelf::new();
    let question = HistoryParams {
        search: Some("post ada@example.com".to_owned()),
        ..news(Direction::Desc)
    };
    for (level, is_hidden) in [(Level::Mask, false), (Level::Strict, true)] {
        let gate = Gate::masking(Masker::new(level, &[7; 32], None));
        let exports = shelf.open_with(&sim, gate);
        let report = exports.export(&question, &call()).await.unwrap();
        let id = &report.status.export_id;
        let manifest = exports.manifest(id, &call()).await.unwrap();
        assert_eq!(!manifest.contains("@sim_news"), is_hidden, "{manifest}");
        assert!(!manifest.contains("ada@example.com"), "{manifest}");
        let again = exports.export(&question, &call()).await.unwrap();
        assert_eq!(again.status.export_id, *id);
    }
}

#[tokio::test]
async fn a_call_that_runs_out_of_time_leaves_a_cursor_that_goes_on() {
    let mut world = channel_of(2_000);
    world.knobs.latency = Duration::from_millis(100);
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let mut report = exports
        .export(
            &news(Direction::Asc),
            &call_within(Duration::from_millis(700)),
        )
        .await
        .unwrap();
    assert_eq!(report.status.state, State::Running);
    let mut calls = 1;
    while let Some(cursor) = report.cursor.take() {
        let on = HistoryParams {
            cursor: Some(cursor),
            ..HistoryParams::default()
        };
        report = exports
            .export(&on, &call_within(Duration::from_millis(700)))
            .await
            .unwrap();
        calls += 1;
    }
    assert!(calls > 1);
    let path = assert_complete(&report);
    assert_eq!(ids(&path), (1..=2_000).collect::<Vec<i64>>());
}

#[tokio::test]
async fn what_is_meant_to_vanish_stays_out_and_is_counted() {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    let ids: Vec<i32> = (1..=10).collect();
    let timed: BTreeSet<i32> = ids.iter().copied().filter(|id| id % 3 == 0).collect();
    for id in &ids {
        let date = world.now();
        world.insert(
            CHANNEL,
            tl::types::Message {
                message: format!("post {id}"),
                ttl_period: timed.contains(id).then_some(86_400),
                ..blank::message(*id, peer(CHANNEL), date)
            },
        );
    }
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let report = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    assert_complete(&report);
    assert_eq!(report.status.left_out.expiring as usize, timed.len());
    assert_eq!(report.status.lines as usize, ids.len() - timed.len());
    let mut with = news(Direction::Asc);
    with.filter.include_expiring = Some(true);
    let report = exports.export(&with, &call()).await.unwrap();
    assert_complete(&report);
    assert_eq!(report.status.lines as usize, ids.len());
}

#[tokio::test]
async fn an_export_that_has_expired_is_gone() {
    let sim = Sim::start(channel_of(20)).await.unwrap();
    let shelf = Shelf::new();
    let reader = Arc::new(Reader::new(options(&sim), Gate::unmasked()));
    let brief = ExportOptions {
        ttl: Duration::from_secs(3),
        ..shelf.options()
    };
    let exports = Exports::new(reader, brief);
    let mut changes = exports.changes();
    let report = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    let id = report.status.export_id;
    eventually("its files are gone", || {
        fs::read_dir(shelf.path()).is_ok_and(|mut dir| dir.next().is_none())
    })
    .await;
    let refused = exports.part(&id, 0, &call()).await.unwrap_err();
    assert!(refused.to_string().contains("expired"), "{refused}");
    assert!(exports.list(&call()).await.unwrap().is_empty());
    let mut was_told = 0;
    while let Ok(change) = changes.try_recv() {
        was_told += usize::from(change == Change::ListChanged);
    }
    // That it came, and that it went.
    assert!(was_told >= 2, "{was_told}");
}

/// A call that ends while the answer of [`slow_second_answer`] is on its way, and not before one is found.
const SHORT: Duration = Duration::from_millis(1_500);

/// One answer that keeps an export from its end for twice as long as such a call.
fn slow_second_answer() -> Fault {
    let late = FaultKind::Delay(2 * SHORT);
    Fault::next("messages.getHistory", 1, late).after(1)
}

/// What was written under these settings cannot be read, gone on with or listed under others.
#[tokio::test]
async fn other_settings_do_not_open_what_was_written_before() {
    let mut world = channel_of(2_000);
    world.faults.rules = vec![slow_second_answer()];
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let open = shelf.open(&sim);
    let begun = open
        .export(&news(Direction::Asc), &call_within(SHORT))
        .await;
    let begun = begun.unwrap();
    assert_eq!(begun.status.state, State::Running);
    open.close().await;
    let id = &begun.status.export_id;
    let denied = read_policy(&[], &["@sim_news".to_owned()], None).unwrap();
    let elsewhere = read_policy(&[], &["-100777".to_owned()], None).unwrap();
    let masker = Masker::new(Level::Mask, &[7; 32], None);
    let others = [
        Gate::unmasked().with_policy(denied),
        Gate::unmasked().with_policy(elsewhere),
        Gate::masking(masker),
    ];
    for gate in others {
        let exports = shelf.open_with(&sim, gate);
        assert!(exports.list(&call()).await.unwrap().is_empty());
        for refused in [
            exports.part(id, 0, &call()).await.map(drop),
            exports.manifest(id, &call()).await.map(drop),
            exports.whole(id, 1 << 30, &call()).await.map(drop),
        ] {
            let refused = refused.unwrap_err();
            assert_eq!(refused.code(), ErrorCode::ExportNotFound, "{refused}");
        }
        let on = HistoryParams {
            cursor: begun.cursor.clone(),
            ..HistoryParams::default()
        };
        let refused = exports.export(&on, &call()).await.unwrap_err().error;
        assert_eq!(refused.code(), ErrorCode::ExportNotFound, "{refused}");
    }
    let report = shelf
        .open(&sim)
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    assert_eq!(&report.status.export_id, id);
    assert_complete(&report);
}

#[tokio::test]
async fn a_chat_that_may_not_be_copied_is_not_exported() {
    let mut world = channel_of(20);
    world.channels.get_mut(&1001).unwrap().noforwards = true;
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let refused = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap_err()
        .error;
    assert!(
        refused.to_string().contains("TELEGRAM_EXPORT_PROTECTED"),
        "{refused}"
    );
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 0);
    let allowed = ExportOptions {
        protected: true,
        ..shelf.options()
    };
    let reader = Arc::new(Reader::new(options(&sim), Gate::unmasked()));
    let exports = Exports::new(reader, allowed);
    assert_complete(
        &exports
            .export(&news(Direction::Asc), &call())
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn exports_that_take_too_much_room_pause() {
    let mut world = channel_of(0);
    for number in 0..3_000 {
        world.say(
            CHANNEL,
            None,
            &format!("{number}: {}", "long words ".repeat(80)),
        );
    }
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let reader = || Arc::new(Reader::new(options(&sim), Gate::unmasked()));
    let small = ExportOptions {
        quota_bytes: 1 << 20,
        ..shelf.options()
    };
    let exports = Exports::new(reader(), small);
    let report = exports
        .export(&news(Direction::Asc), &call())
        .await
        .unwrap();
    assert_eq!(report.status.state, State::Paused);
    let problem = report.status.problem.unwrap();
    assert!(
        problem.message.contains("TELEGRAM_EXPORT_QUOTA_MB"),
        "{}",
        problem.message
    );
    assert!(fs::metadata(report.status.file_path).unwrap().len() <= 1 << 20);
    let exports = Exports::new(reader(), shelf.options());
    let path = assert_complete(
        &exports
            .export(&news(Direction::Asc), &call())
            .await
            .unwrap(),
    );
    assert_eq!(ids(&path), (1..=3_000).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_file_that_was_deleted_or_cut_is_made_anew() {
    let sim = Sim::start(channel_of(120)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let path = assert_complete(
        &exports
            .export(&news(Direction::Asc), &call())
            .await
            .unwrap(),
    );
    let spoil: [fn(&Path); 3] = [
        |path| fs::remove_file(path).unwrap(),
        |path| fs::write(path, "short").unwrap(),
        |path| fs::write(path, "long ".repeat(100_000)).unwrap(),
    ];
    for spoil in spoil {
        spoil(&path);
        let id = path.file_stem().unwrap().to_str().unwrap();
        let refused = exports.part(id, 0, &call()).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::ExportNotFound, "{refused}");
        assert_complete(
            &exports
                .export(&news(Direction::Asc), &call())
                .await
                .unwrap(),
        );
    }
}

#[tokio::test]
async fn nothing_beside_a_cursor_may_disagree_with_it() {
    let mut world = channel_of(2_000);
    world
        .add_channel("Other", Some("sim_other"), 1002)
        .broadcast = true;
    world.faults.rules = vec![slow_second_answer()];
    let sim = Sim::start(world).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    let begun = exports
        .export(&news(Direction::Asc), &call_within(SHORT))
        .await;
    let cursor = begun.unwrap().cursor;
    let other = HistoryParams {
        chat: Some("@sim_other".to_owned()),
        ..news(Direction::Asc)
    };
    for question in [other, news(Direction::Desc)] {
        let beside = HistoryParams {
            cursor: cursor.clone(),
            ..question
        };
        let refused = exports.export(&beside, &call()).await.unwrap_err().error;
        assert_eq!(refused.code(), ErrorCode::CursorInvalid, "{refused}");
    }
    let beside = HistoryParams {
        cursor,
        ..news(Direction::Asc)
    };
    assert_complete(&exports.export(&beside, &call()).await.unwrap());
}

#[tokio::test]
async fn the_link_of_a_message_stands_for_its_whole_chat() {
    let sim = Sim::start(channel_of(60)).await.unwrap();
    let shelf = Shelf::new();
    let exports = shelf.open(&sim);
    for direction in [Direction::Asc, Direction::Desc] {
        let by_link = HistoryParams {
            chat: Some("https://t.me/sim_news/30".to_owned()),
            ..news(direction)
        };
        let report = exports.export(&by_link, &call()).await.unwrap();
        assert_complete(&report);
        assert_eq!(report.status.lines, 60);
        let by_name = exports.export(&news(direction), &call()).await.unwrap();
        assert_eq!(by_name.status.export_id, report.status.export_id);
    }
}

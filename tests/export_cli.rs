//! The command `export`, as people and cron run it: real processes, an embedded Telegram behind them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use telegram_history_mcp::export::frames::Compression;
use telegram_history_mcp::sim::World;
use tempfile::TempDir;
use tokio::process::Command;

use crate::stage::{Account, CHANNEL, channel_of};
use crate::support::{binary, eventually, run};

/// The file of [`channel_of`], where nobody names another.
const FILE: &str = "telegram-1000000001001.ndjson";
const COMPLETE: Option<i32> = Some(0);
const FAILED: Option<i32> = Some(1);
const USAGE: Option<i32> = Some(2);
const PAUSED: Option<i32> = Some(75);
#[cfg(unix)]
const INTERRUPTED: Option<i32> = Some(130);

/// A channel of so many posts, and a directory for its files.
struct Desk {
    account: Account,
    dir: TempDir,
}

impl Desk {
    async fn of(world: World) -> Self {
        Self {
            account: Account::of(world).await,
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self, line: &str) -> Command {
        let words: Vec<&str> = ["export"].into_iter().chain(line.split(' ')).collect();
        let mut command = self.account.binary(&words);
        command.current_dir(self.dir.path());
        command
    }

    async fn export(&self, line: &str) -> (Option<i32>, String, String) {
        run(&mut self.command(line)).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn manifest(&self, name: &str) -> Value {
        let manifest = fs::read(self.path(&format!("{name}.manifest.json"))).unwrap();
        serde_json::from_slice(&manifest).unwrap()
    }

    /// The ids of all messages of the channel, oldest first.
    fn existing(&self) -> Vec<i64> {
        let world = self.account.sim.world();
        let ids = world.histories[&CHANNEL].existing();
        ids.map(|message| message.id().into()).collect()
    }

    fn set_latency(&self, milliseconds: u64) {
        self.account.sim.world().knobs.latency = Duration::from_millis(milliseconds);
    }

    fn fail(&self, fault: &str) {
        let rules = vec![fault.parse().unwrap()];
        self.account.sim.world().faults.rules = rules;
    }

    async fn assert_right(&self, name: &str) {
        let (code, said, errors) = self.export(&format!("--verify {name}")).await;
        assert_eq!((code, errors.as_str()), (COMPLETE, ""), "{said}");
    }
}

fn ids(lines: &[u8]) -> Vec<i64> {
    let lines = std::str::from_utf8(lines).unwrap().lines();
    lines
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|record| record["id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_chat_is_written_whole_and_said_in_a_line() {
    let desk = Desk::of(channel_of(250)).await;
    let (code, said, errors) = desk.export("@sim_news").await;
    assert_eq!(code, COMPLETE, "{errors}");
    assert_eq!(ids(&desk.bytes(FILE)), desk.existing());
    let written = desk.bytes(FILE).len();
    let told = format!("{FILE}: 250 messages, {}", thousands(written));
    assert!(said.starts_with(&told), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let hash = desk.manifest(FILE)["sha256"].as_str().unwrap().to_owned();
    assert!(said.contains(&hash), "{said}");
    let lines: Vec<&str> = errors.lines().collect();
    assert!(
        matches!(lines.as_slice(), [first, last]
            if first.contains("exporting @sim_news to") && last.contains("250 messages")),
        "{errors}"
    );
    desk.assert_right(FILE).await;
}

/// A number as people read it.
fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

#[tokio::test]
async fn quiet_is_quiet_and_json_says_it_all() {
    let desk = Desk::of(channel_of(30)).await;
    let (code, said, errors) = desk.export("@sim_news --quiet --json --min-id 11").await;
    assert_eq!((code, errors.as_str()), (COMPLETE, ""));
    let told: Value = serde_json::from_str(&said).unwrap();
    let export = &told["exports"][0];
    assert_eq!(export["state"], "complete");
    assert_eq!(export["input"], "@sim_news");
    assert_eq!(export["chat"]["chat_id"], CHANNEL);
    assert_eq!(export["file"], FILE);
    assert_eq!(export["messages"], 20);
    assert_eq!(export["bytes"], desk.bytes(FILE).len());
    assert_eq!(export["coverage"]["first_id"], 11);
    assert_eq!(export["coverage"]["complete"], true);
    assert_eq!(export["sha256"], desk.manifest(FILE)["sha256"]);
}

#[tokio::test]
async fn what_is_there_is_not_touched_unless_that_is_said() {
    let desk = Desk::of(channel_of(20)).await;
    assert_eq!(desk.export("@sim_news").await.0, COMPLETE);
    let before = desk.bytes(FILE);
    let (code, said, errors) = desk.export("@sim_news").await;
    assert_eq!((code, said.as_str()), (USAGE, ""));
    assert!(
        errors.contains("--incremental") && errors.contains("--out"),
        "{errors}"
    );
    assert_eq!(desk.export("@sim_news --resume").await.0, COMPLETE);
    assert_eq!(desk.bytes(FILE), before);
    fs::write(desk.path("notes.txt"), "mine").unwrap();
    assert_eq!(desk.export("@sim_news --out notes.txt").await.0, USAGE);
    let (code, _, errors) = desk.export("@sim_news --out notes.txt --resume").await;
    assert_eq!(code, USAGE, "{errors}");
    assert_eq!(desk.bytes("notes.txt"), b"mine");
}

#[tokio::test]
async fn a_pause_beyond_what_is_waited_for_is_a_code_that_cron_understands() {
    let desk = Desk::of(channel_of(1_500)).await;
    assert_eq!(
        desk.export("@sim_news --out whole.ndjson").await.0,
        COMPLETE
    );
    desk.fail("messages.getHistory:flood=600,after=6,times=1");
    let (code, said, errors) = desk.export("@sim_news --max-wait 5 --json").await;
    assert_eq!(code, PAUSED, "{errors}");
    assert!(
        errors.contains("600 s") && errors.contains("--resume"),
        "{errors}"
    );
    let told: Value = serde_json::from_str(&said).unwrap();
    let export = &told["exports"][0];
    assert_eq!(export["state"], "paused");
    assert_eq!(export["retry_after_seconds"], 600);
    assert!(!desk.path(FILE).exists() && desk.path(&format!("{FILE}.part")).exists());
    // The pause is remembered; it is over where nobody knows of it.
    let fresh = tempfile::tempdir().unwrap();
    let mut resumed = desk.command("@sim_news --resume");
    resumed.env("TELEGRAM_STATE_DIR", fresh.path());
    let (code, _, errors) = run(&mut resumed).await;
    assert_eq!(code, COMPLETE, "{errors}");
    assert_eq!(desk.bytes(FILE), desk.bytes("whole.ndjson"));
}

#[tokio::test]
async fn what_is_safe_of_a_file_that_is_not_complete_is_right() {
    let desk = Desk::of(channel_of(900)).await;
    for (name, format) in [
        ("a.ndjson", "ndjson"),
        ("a.ndjson.gz", "ndjson"),
        ("result.json", "tdesktop"),
    ] {
        desk.fail("messages.getHistory:flood=600,after=4,times=1");
        let line = format!("@sim_news --out {name} --format {format} --max-wait 5");
        let fresh = tempfile::tempdir().unwrap();
        let mut paused = desk.command(&line);
        let (code, _, errors) = run(paused.env("TELEGRAM_STATE_DIR", fresh.path())).await;
        assert_eq!(code, PAUSED, "{errors}");
        let (code, said, _) = desk.export(&format!("--verify {name} --json")).await;
        assert_eq!(code, FAILED);
        let told: Value = serde_json::from_str(&said).unwrap();
        let findings = told["verdict"]["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{name}: {told}");
        let what = findings[0]["what"].as_str().unwrap();
        assert!(what.contains("not complete"), "{what}");
    }
}

#[tokio::test]
async fn a_pause_is_waited_for_where_nothing_else_is_said() {
    let desk = Desk::of(channel_of(500)).await;
    desk.fail("any:flood=1,times=2");
    let (code, _, errors) = desk.export("@sim_news").await;
    assert_eq!(code, COMPLETE, "{errors}");
    assert_eq!(ids(&desk.bytes(FILE)), desk.existing());
}

/// Starts an export, and lets it come so far that something is written.
#[cfg(unix)]
async fn begun(desk: &Desk, line: &str, file: &str) -> tokio::process::Child {
    let mut command = desk.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let part = desk.path(&format!("{file}.part"));
    eventually("something is written", || {
        fs::metadata(&part).is_ok_and(|part| part.len() > 0)
    })
    .await;
    child
}

#[cfg(unix)]
fn signal(child: &tokio::process::Child, name: &str) {
    let id = child.id().unwrap().to_string();
    let sent = std::process::Command::new("kill")
        .args([name, &id])
        .status();
    assert!(sent.unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_stops_where_resume_goes_on() {
    let desk = Desk::of(channel_of(2_000)).await;
    assert_eq!(
        desk.export("@sim_news --out whole.ndjson").await.0,
        COMPLETE
    );
    desk.set_latency(200);
    let child = begun(&desk, "@sim_news", FILE).await;
    signal(&child, "-INT");
    let output = child.wait_with_output().await.unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), INTERRUPTED, "{errors}");
    assert!(
        errors.contains("interrupted") && errors.contains("--resume"),
        "{errors}"
    );
    assert!(!desk.path(FILE).exists());
    let (code, said, _) = desk.export(&format!("--verify {FILE} --json")).await;
    assert_eq!(code, FAILED);
    let told: Value = serde_json::from_str(&said).unwrap();
    let findings = told["verdict"]["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "what is safe is right: {told}");
    desk.set_latency(0);
    assert_eq!(desk.export("@sim_news --resume").await.0, COMPLETE);
    assert_eq!(desk.bytes(FILE), desk.bytes("whole.ndjson"));
    desk.assert_right(FILE).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_kill_loses_nothing_that_resume_does_not_bring_back() {
    let desk = Desk::of(channel_of(1_500)).await;
    for ending in ["ndjson", "ndjson.zst"] {
        let (whole, killed) = (format!("whole.{ending}"), format!("killed.{ending}"));
        desk.set_latency(0);
        let line = format!("@sim_news --out {whole}");
        assert_eq!(desk.export(&line).await.0, COMPLETE);
        desk.set_latency(40);
        let line = format!("@sim_news --out {killed} --resume");
        for _ in 0..3 {
            let mut command = desk.command(&line);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            let asked = desk.account.sim.world().calls("messages.getHistory");
            eventually("it reads", || {
                desk.account.sim.world().calls("messages.getHistory") >= asked + 3
            })
            .await;
            child.kill().await.unwrap();
        }
        desk.set_latency(0);
        assert_eq!(desk.export(&line).await.0, COMPLETE);
        assert_eq!(desk.bytes(&killed), desk.bytes(&whole));
        desk.assert_right(&killed).await;
    }
}

#[tokio::test]
async fn what_came_in_since_is_added_at_the_end() {
    let desk = Desk::of(channel_of(120)).await;
    assert_eq!(desk.export("@sim_news").await.0, COMPLETE);
    let before = desk.bytes(FILE);
    {
        let mut world = desk.account.sim.world();
        for number in 0..30 {
            world.say(CHANNEL, None, &format!("late {number}"));
        }
    }
    let (code, said, errors) = desk.export("@sim_news --incremental").await;
    assert_eq!(code, COMPLETE, "{errors}");
    assert!(said.contains("150 messages"), "{said}");
    let after = desk.bytes(FILE);
    assert!(after.starts_with(&before));
    assert_eq!(ids(&after), desk.existing());
    desk.assert_right(FILE).await;
}

#[tokio::test]
async fn files_are_packed_and_laid_out_as_asked() {
    let desk = Desk::of(channel_of(300)).await;
    for name in ["a.ndjson", "a.ndjson.gz", "a.ndjson.zst", "result.json"] {
        let format = if name == "result.json" {
            "tdesktop"
        } else {
            "ndjson"
        };
        let line = format!("@sim_news --out {name} --format {format}");
        let (code, _, errors) = desk.export(&line).await;
        assert_eq!(code, COMPLETE, "{errors}");
        desk.assert_right(name).await;
    }
    for name in ["a.ndjson.gz", "a.ndjson.zst"] {
        let packed = desk.bytes(name);
        let mut lines = Compression::of(Path::new(name))
            .open(packed.as_slice())
            .unwrap();
        let mut unpacked = Vec::new();
        lines.read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, desk.bytes("a.ndjson"));
        assert!(packed.len() < unpacked.len() / 4, "{name}");
    }
    let result = desk.bytes("result.json");
    let (_, imported) = World::from_desktop_export_reader(result.as_slice()).unwrap();
    assert_eq!(imported.chats[0].messages, 300);
    assert_eq!(imported.chats[0].chat_id, CHANNEL);
}

#[tokio::test]
async fn several_chats_go_to_a_directory_and_one_that_fails_keeps_none() {
    let mut world = channel_of(10);
    world.add_channel("More", Some("sim_more"), 1002).broadcast = true;
    let more = -1_000_000_001_002;
    world.say(more, None, "one post");
    let desk = Desk::of(world).await;
    let (code, said, errors) = desk
        .export("@sim_news @nobody_is_this @sim_more --out all")
        .await;
    assert_eq!(code, FAILED, "{said}");
    assert!(
        errors.contains("`@nobody_is_this`: no chat is known"),
        "{errors}"
    );
    assert_eq!(said.lines().count(), 2, "{said}");
    assert_eq!(ids(&desk.bytes("all/telegram-1000000001002.ndjson")), [1]);
    assert_eq!(ids(&desk.bytes(&format!("all/{FILE}"))), desk.existing());
    let (code, _, errors) = desk.export("@sim_news -1000000001001 --out twice").await;
    assert_eq!(code, USAGE, "{errors}");
    assert!(!desk.path("twice").exists());
}

#[tokio::test]
async fn a_dry_run_says_what_it_takes_and_writes_nothing() {
    let desk = Desk::of(channel_of(1_234)).await;
    let (code, said, errors) = desk.export("@sim_news --dry-run --json").await;
    assert_eq!((code, errors.as_str()), (COMPLETE, ""));
    let told: Value = serde_json::from_str(&said).unwrap();
    let estimate = &told["estimates"][0];
    assert_eq!(estimate["messages"], 1_234);
    assert_eq!(estimate["requests"], 13);
    let guess = estimate["bytes"].as_u64().unwrap();
    assert_eq!(fs::read_dir(desk.dir.path()).unwrap().count(), 0);
    assert!(desk.account.sim.world().calls("messages.getHistory") <= 2);
    assert_eq!(desk.export("@sim_news").await.0, COMPLETE);
    let bytes = desk.bytes(FILE).len() as u64;
    assert!(
        (bytes * 9 / 10..bytes * 11 / 10).contains(&guess),
        "{guess} {bytes}"
    );
    let (code, said, _) = desk.export("@sim_news --dry-run --min-views 5").await;
    assert_eq!(code, COMPLETE);
    assert!(
        said.contains("is known when they have been looked at"),
        "{said}"
    );
}

#[tokio::test]
async fn verify_says_what_is_wrong_and_where() {
    let desk = Desk::of(channel_of(40)).await;
    desk.account.sim.world().delete(CHANNEL, 20);
    assert_eq!(
        desk.export("@sim_news --out right.ndjson").await.0,
        COMPLETE
    );
    let right = String::from_utf8(desk.bytes("right.ndjson")).unwrap();
    let manifest = desk.bytes("right.ndjson.manifest.json");
    let absent = desk.bytes("right.ndjson.absent.ndjson");
    let lines: Vec<&str> = right.lines().collect();
    let join =
        |lines: &[&str]| -> String { lines.iter().map(|line| format!("{line}\n")).collect() };
    let swapped = {
        let mut lines = lines.clone();
        lines.swap(4, 5);
        join(&lines)
    };
    let doubled = {
        let mut lines = lines.clone();
        lines.insert(7, lines[6]);
        join(&lines)
    };
    let missing = {
        let mut lines = lines.clone();
        lines.remove(9);
        join(&lines)
    };
    let cases = [
        (
            "a byte changed",
            right.replacen("post 3", "pOst 3", 1),
            vec!["SHA-256"],
        ),
        (
            "swapped",
            swapped,
            vec!["line 6, byte", "message 5 stands behind 6"],
        ),
        (
            "doubled",
            doubled,
            vec!["line 8, byte", "message 7 stands here a second time"],
        ),
        (
            "missing",
            missing,
            vec![
                "line 10, byte",
                "messages between 10 and 10 are neither here nor known to be absent",
            ],
        ),
        (
            "cut",
            right[..right.len() - 9].to_owned(),
            vec!["its last 9 bytes are missing", "torn"],
        ),
        ("more", format!("{right}{{}}\n"), vec!["3 bytes more"]),
        (
            "no message",
            right.replacen("{\"id\":3,", "{\"ix\":3,", 1),
            vec!["line 3, byte", "no message"],
        ),
    ];
    for (case, text, expected) in cases {
        fs::write(desk.path("wrong.ndjson"), text).unwrap();
        fs::write(desk.path("wrong.ndjson.manifest.json"), &manifest).unwrap();
        fs::write(desk.path("wrong.ndjson.absent.ndjson"), &absent).unwrap();
        let (code, said, errors) = desk.export("--verify wrong.ndjson").await;
        assert_eq!((code, said.as_str()), (FAILED, ""), "{case}");
        for part in expected {
            assert!(errors.contains(part), "{case}: {errors}");
        }
        assert!(!errors.contains("post"), "no content: {errors}");
    }
    let of_another = String::from_utf8(manifest).unwrap();
    let of_another = of_another.replacen(&CHANNEL.to_string(), "-1000000009999", 1);
    fs::write(desk.path("wrong.ndjson"), &right).unwrap();
    fs::write(desk.path("wrong.ndjson.manifest.json"), of_another).unwrap();
    let (code, _, errors) = desk.export("--verify wrong.ndjson").await;
    assert_eq!(code, FAILED);
    let expected = "line 1, byte 0: messages of another chat than the manifest's begin here";
    assert!(errors.contains(expected), "{errors}");
    desk.assert_right("right.ndjson").await;
    let (code, _, errors) = desk.export("--verify nothing.ndjson").await;
    assert_eq!(code, FAILED);
    assert!(
        errors.contains("there is no file `nothing.ndjson`"),
        "{errors}"
    );
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_code_2() {
    let desk = Desk::of(channel_of(1)).await;
    for line in [
        "@sim_news @sim_more --out one.ndjson",
        "@sim_news --seed 3",
        "@sim_news --concise --format tdesktop",
        "@sim_news --media-type music",
        "@sim_news --verify x",
        "--resume",
    ] {
        let (code, said, errors) = desk.export(line).await;
        assert_eq!((code, said.as_str()), (USAGE, ""), "{line}");
        assert!(!errors.is_empty(), "{line}");
    }
    let mut nobody = binary(&["export", "@sim_news"]);
    let (code, _, errors) = run(nobody.current_dir(desk.dir.path())).await;
    assert_eq!(code, USAGE);
    assert!(
        errors.contains("doctor") && errors.contains("--demo"),
        "{errors}"
    );
    assert_eq!(fs::read_dir(desk.dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_embedded_telegram_can_be_exported() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["export", "@brunnen_garden", "--demo", "--json", "--quiet"];
    let (code, said, errors) = run(binary(&arguments).current_dir(dir.path())).await;
    assert_eq!((code, errors.as_str()), (COMPLETE, ""));
    let told: Value = serde_json::from_str(&said).unwrap();
    let export = &told["exports"][0];
    assert_eq!(export["coverage"]["complete"], json!(true));
    assert_eq!(export["messages"], export["coverage"]["telegram_count"]);
}

/// What a terminal of 110 columns gets to see, by util-linux's `script`; `None` where there is none.
#[cfg(target_os = "linux")]
async fn on_a_terminal(command: &str, dir: &Path) -> Option<String> {
    let mut script = Command::new("script");
    let line = format!("stty cols 110; {command}");
    script.args(["-qec", &line, "/dev/null"]).current_dir(dir);
    let output = script.env("TERM", "xterm").stdin(Stdio::null()).output();
    let output = output.await.ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_terminal_shows_a_bar_and_says_pauses() {
    let dir = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_telegram-history-mcp");
    let fault = "messages.getHistory:flood=2,after=4,times=1";
    let command = format!("{program} export @brunnen_garden --demo --latency 30 --fault {fault}");
    let Some(seen) = on_a_terminal(&command, dir.path()).await else {
        return; // A machine without it proves nothing about it.
    };
    assert!(seen.contains("of 2,941 messages"), "{seen}");
    assert!(seen.contains("Telegram wants a pause, "), "{seen}");
    // What is left on the screen is the file and its numbers alone.
    let left = seen.rsplit("\u{1b}[2K").next().unwrap().trim();
    assert!(
        left.starts_with("telegram-1001388120417.ndjson: 2,941 messages"),
        "{left}"
    );
    let quiet = format!("{program} export @brunnen_garden --demo --quiet --resume");
    let seen = on_a_terminal(&quiet, dir.path()).await.unwrap();
    assert!(!seen.contains('\u{1b}'), "{seen}");
}

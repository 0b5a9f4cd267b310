//! Whatever lies in the way: broken lines, paths that are too long, what the dead have left, owners that stand still.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use serde_json::Value;
use telegram_history_mcp::sharing::{self, Purpose, Standing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::{FETCH, answered, assert_turns, count, page_of};
use crate::stage::{Account, binary_of, channel_of};
use crate::support::{Process, eventually, run};

/// A process on this state directory.
async fn process_at(account: &Account, dir: &Path) -> Process {
    let mut process = Process::spawn(&mut binary_of(&account.session(), dir, &[]));
    process.initialize().await;
    process
}

fn socket_in(dir: &Path) -> PathBuf {
    meeting_file(dir, ".sock")
}

/// The one by which processes meet that ends so.
fn meeting_file(dir: &Path, ending: &str) -> PathBuf {
    let mut entries = std::fs::read_dir(dir).unwrap();
    let is_meant = |name: &str| name.starts_with("sharing-") && name.ends_with(ending);
    let entry = entries.find(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        is_meant(name.to_str().unwrap())
    });
    entry.expect("such a file").unwrap().path()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_lines_are_answered_by_a_relay_as_by_a_server() {
    let lines = [
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"",
        "[]",
        "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"}\r",
        "",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{\"name\":\"tg.resolve_chat\",\"arguments\":[]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"tools/call\",\"params\":{\"name\":\"tg.resolve_chat\",\"arguments\":{\"input\":\"\\ud83d\"}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":\"nobody/knows\"}",
        "\u{4}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}",
    ];
    let account = Account::of(channel_of(3)).await;
    let mut said = Vec::new();
    let mut processes = [account.process().await, account.process().await];
    for process in &mut processes {
        for line in lines {
            process.send_bytes(format!("{line}\n").as_bytes()).await;
        }
        let noise = "x".repeat(5 << 20);
        let long = format!("{{\"id\":12,\"method\":\"ping\",\"params\":\"{noise}\"}}\n");
        process.send_bytes(long.as_bytes()).await;
        let mut answers = Vec::new();
        while answers.len() < 8 {
            answers.push(process.next().await.unwrap().to_string());
        }
        process.is_alive().await;
        answers.sort();
        said.push(answers);
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meeting_place_is_for_the_user_alone() {
    let account = Account::of(channel_of(3)).await;
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join("state");
    let _owner = process_at(&account, &dir).await;
    let mode = |path: &Path| path.symlink_metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_dead_have_left_is_replaced() {
    let account = Account::of(channel_of(3)).await;
    let dir = tempfile::tempdir().unwrap();
    let dead = process_at(&account, dir.path()).await;
    let socket = socket_in(dir.path());
    dead.kill().await;
    assert!(socket.exists());
    // A link, and somebody else's socket.
    for round in 0..2 {
        std::fs::remove_file(&socket).unwrap();
        let somebody = match round {
            0 => {
                std::os::unix::fs::symlink("/nowhere", &socket).unwrap();
                None
            }
            _ => Some(UnixListener::bind(&socket).unwrap()),
        };
        let owner = process_at(&account, dir.path()).await;
        let mut relay = process_at(&account, dir.path()).await;
        assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
        owner.kill().await;
        assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
        relay.kill().await;
        drop(somebody);
    }
    assert_turns(&account);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_too_long_for_a_socket_is_no_obstacle() {
    let account = Account::of(channel_of(3)).await;
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join("long".repeat(20)).join("long".repeat(20));
    let owner = process_at(&account, &dir).await;
    let mut relay = process_at(&account, &dir).await;
    assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
    owner.kill().await;
    assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
    relay.close_input();
    relay.exits_cleanly().await;
    assert_turns(&account);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_cannot_be_is_none() {
    let account = Account::of(channel_of(3)).await;
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join("a file");
    std::fs::write(&dir, "").unwrap();
    let mut process = process_at(&account, &dir).await;
    assert_eq!(count(&process.ask(FETCH, page_of(3)).await), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_lock_that_can_be_opened_nobody_connects() {
    for is_link in [false, true] {
        let account = Account::of(channel_of(3)).await;
        account.process().await.kill().await;
        let lock = meeting_file(account.state_dir(), ".lock");
        std::fs::remove_file(&lock).unwrap();
        match is_link {
            true => std::os::unix::fs::symlink("elsewhere", &lock).unwrap(),
            false => std::fs::create_dir(&lock).unwrap(),
        }
        let mut processes = [account.process().await, account.process().await];
        for process in &mut processes {
            let refused = process.refusal(FETCH, page_of(3)).await;
            assert_eq!(refused["code"], "SESSION_IN_USE");
            let message = refused["message"].as_str().unwrap();
            assert!(message.contains(lock.to_str().unwrap()), "{message}");
        }
        let place = account.place();
        let Standing::Barred(what) = sharing::status(&place).await else {
            panic!("nobody knows");
        };
        assert_eq!(what, lock);
        sharing::claim(&place, Purpose::Whoami).await.unwrap_err();
        let (code, said, _) = run(&mut account.binary(&["doctor", "--json"])).await;
        assert!(
            code != Some(0) && said.contains("cannot be known"),
            "{said}"
        );
        assert_eq!(account.sim.connections(), 0);

        match is_link {
            true => std::fs::remove_file(&lock).unwrap(),
            false => std::fs::remove_dir(&lock).unwrap(),
        }
        for process in &mut processes {
            assert_eq!(count(&answered(process, FETCH, page_of(3)).await), 3);
        }
        assert_turns(&account);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_an_owner_from_saying_who_it_is_is_named() {
    let account = Account::of(channel_of(3)).await;
    account.process().await.kill().await;
    let record = meeting_file(account.state_dir(), ".json");
    std::fs::remove_file(&record).unwrap();
    std::fs::create_dir(&record).unwrap();
    let _owner = account.process().await;
    let mut other = account.process().await;
    let refused = other.refusal(FETCH, page_of(3)).await;
    assert_eq!(refused["code"], "SESSION_IN_USE");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains(record.to_str().unwrap()), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_for_noise() {
    let account = Account::of(channel_of(3)).await;
    let dir = tempfile::tempdir().unwrap();
    let mut owner = process_at(&account, dir.path()).await;
    let socket = socket_in(dir.path());
    for noise in [
        "\n",
        "{}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n",
        &"x".repeat(1 << 20),
    ] {
        let mut stream = UnixStream::connect(&socket).await.unwrap();
        // It may be closed before all is written.
        let _ = stream.write_all(noise.as_bytes()).await;
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said).await;
        assert!(said.is_empty());
    }
    let _silent = UnixStream::connect(&socket).await.unwrap();
    let mut relay = process_at(&account, dir.path()).await;
    assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
    owner.is_alive().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_stands_still_holds_up_nobody_for_ever() {
    let account = Account::of(channel_of(30)).await;
    let mut owner = account.process().await;
    let mut relay = account.process().await;
    assert_eq!(count(&relay.ask(FETCH, page_of(3)).await), 3);
    owner.signal("STOP").await;
    let late = account.process_with(&[]);
    let (refused, mut late) = tokio::join!(relay.refusal(FETCH, page_of(20)), late);
    assert_eq!(refused["code"], "SESSION_IN_USE");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("(process {}", owner.id())),
        "{message}"
    );
    assert_eq!(
        late.refusal(FETCH, page_of(20)).await["code"],
        "SESSION_IN_USE"
    );
    assert_eq!(account.sim.connections(), 1);
    owner.signal("CONT").await;
    for process in [&mut relay, &mut late] {
        assert_eq!(count(&answered(process, FETCH, page_of(20)).await), 20);
    }
    assert_eq!(count(&owner.ask(FETCH, page_of(20)).await), 20);
    owner.kill().await;
    eventually("another owner", || account.has_holder()).await;
    let page: Value = answered(&mut relay, FETCH, page_of(20)).await;
    assert_eq!(count(&page), 20);
    assert_turns(&account);
}

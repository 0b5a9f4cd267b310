//! A session that is kept while clients are served already, without one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::Value;
use telegram_history_mcp::sharing::{self, Place, Purpose};

use super::{FETCH, assert_turns, count, page_of};
use crate::stage::{Account, channel_of};
use crate::support::{Process, failure, success};

/// A server that has nothing to go by, until a session is kept.
async fn process_without_session(account: &Account) -> Process {
    let mut command = account.binary(&[]);
    for setting in ["TELEGRAM_SESSION_STRING", "TELEGRAM_API_ID"] {
        command.env_remove(setting);
    }
    let mut process = Process::spawn(&mut command);
    process.initialize().await;
    process
}

/// Keeps the session, and the application's id with it, as a login does.
fn keep(account: &Account) {
    let file = account.state_dir().join("session");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&file, format!("{}\n1\n", account.session())).unwrap();
}

/// Calls until there is an account: what it then answers.
async fn answered(process: &mut Process, arguments: Value) -> Value {
    loop {
        let result = process.call(FETCH, arguments.clone()).await;
        if result["isError"] != true {
            return success(&result);
        }
        assert_eq!(failure(&result)["code"], "NOT_AUTHORIZED");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_run_already_find_it_and_share_it() {
    let account = Account::of(channel_of(30)).await;
    let mut first = process_without_session(&account).await;
    let mut second = process_without_session(&account).await;
    for process in [&mut first, &mut second] {
        let refused = process.refusal(FETCH, page_of(20)).await;
        assert_eq!(refused["code"], "NOT_AUTHORIZED");
        let next_step = refused["next_step"].as_str().unwrap();
        assert!(
            next_step.contains("make the same call again"),
            "{next_step}"
        );
    }
    keep(&account);
    for process in [&mut first, &mut second] {
        assert_eq!(count(&answered(process, page_of(20)).await), 20);
    }
    assert_eq!(account.holder(), first.id());
    assert_eq!(account.sim.connections(), 1);
    first.kill().await;
    assert_eq!(count(&second.ask(FETCH, page_of(7)).await), 7);
    assert_eq!(account.holder(), second.id());
    assert_turns(&account);
    second.close_input();
    second.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_account_of_whoever_has_it_already() {
    let account = Account::of(channel_of(30)).await;
    let mut late = process_without_session(&account).await;
    let mut owner = account.process().await;
    assert_eq!(count(&owner.ask(FETCH, page_of(3)).await), 3);
    keep(&account);
    assert_eq!(count(&answered(&mut late, page_of(20)).await), 20);
    assert_eq!(account.holder(), owner.id());
    assert_eq!(account.sim.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_before_it_comes_is_answered_and_ends() {
    let account = Account::of(channel_of(3)).await;
    let mut process = process_without_session(&account).await;
    let id = process.begin(FETCH, page_of(3)).await;
    process.close_input();
    let refused = process.answer(id).await;
    assert_eq!(failure(&refused["result"])["code"], "NOT_AUTHORIZED");
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_it_from_a_login_that_is_under_way() {
    let account = Account::of(channel_of(3)).await;
    let mut process = process_without_session(&account).await;
    let store = Place::new(account.state_dir(), "store");
    let login = sharing::claim(&store, Purpose::Login).await.unwrap();
    keep(&account);
    let refused = process.refusal(FETCH, page_of(3)).await;
    assert_eq!(refused["code"], "NOT_AUTHORIZED");
    assert_eq!(account.sim.connections(), 0);
    drop(login);
    assert_eq!(count(&answered(&mut process, page_of(3)).await), 3);
}

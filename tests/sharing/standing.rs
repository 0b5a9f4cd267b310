//! Who has an account, as others see it, and what commands do about it.

use telegram_history_mcp::sharing::{self, Purpose, Standing};

use crate::stage::{Account, channel_of};
use crate::support::{Process, run};

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_tells_how_things_are() {
    let account = Account::of(channel_of(30)).await;
    let place = account.place();
    assert!(matches!(sharing::status(&place).await, Standing::Free));
    let mut first = account.process().await;
    let mut second = account.process().await;
    second
        .ask("tg.resolve_chat", serde_json::json!({ "input": "me" }))
        .await;
    let Standing::Shared(status) = sharing::status(&place).await else {
        panic!("it is shared");
    };
    assert_eq!(status.holder.pid, first.id());
    assert_eq!(status.holder.purpose, Purpose::Serve);
    assert_eq!(status.holder.client.as_deref(), Some("driver 0"));
    assert_eq!(status.holder.version, env!("CARGO_PKG_VERSION"));
    assert_eq!((status.relays, status.is_connected), (1, true));
    first.close_input();
    first.exits_cleanly().await;
    second.close_input();
    second.exits_cleanly().await;
    assert!(matches!(sharing::status(&place).await, Standing::Free));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_refused_by_name_while_a_client_is_served() {
    let account = Account::of(channel_of(30)).await;
    let first = account.process().await;
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("news.ndjson");
    let arguments = [
        "export",
        "@sim_news",
        "--quiet",
        "--out",
        file.to_str().unwrap(),
    ];
    let (code, said, errors) = run(&mut account.binary(&arguments)).await;
    assert_eq!((code, said.as_str()), (Some(75), ""));
    let holder = format!("in use by `serve` of driver 0 (process {}", first.id());
    assert!(errors.contains(&holder), "{errors}");
    assert!(!file.exists());
    assert_eq!(account.sim.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_started_while_a_command_has_the_account_gets_it_afterwards() {
    let account = Account::of(channel_of(30)).await;
    let claim = sharing::claim(&account.place(), Purpose::Export)
        .await
        .unwrap();
    let mut process = Process::spawn(&mut account.binary(&[]));
    process.initialize().await;
    let refused = process
        .refusal("tg.fetch_history", super::page_of(20))
        .await;
    assert_eq!(refused["code"], "SESSION_IN_USE");
    let message = refused["message"].as_str().unwrap();
    let holder = format!("`export` (process {}", std::process::id());
    assert!(message.contains(&holder), "{message}");
    drop(claim);
    let page = super::answered(&mut process, "tg.fetch_history", super::page_of(20)).await;
    assert_eq!(super::count(&page), 20);
}

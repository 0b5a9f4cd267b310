//! Real MCP clients of either era whose processes share an account: what they follow and what they export goes on
//! when the owner is killed.

use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, SubscribeRequestParams, SubscriptionFilter};
use rmcp::service::{ClientServiceExt as _, RunningService};
use rmcp::transport::TokioChildProcess;
use serde_json::{Value, json};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::{FETCH, FOR_EVER, HISTORY, assert_turns};
use crate::stage::{Account, channel_of};
use crate::support::mcp::{ERAS, Ears, Era, Heard};
use crate::support::{HANG, eventually, success};

/// A client with a process of its own.
struct Client {
    service: RunningService<RoleClient, Ears>,
    heard: UnboundedReceiver<Heard>,
}

impl Client {
    async fn of(account: &Account, era: Era) -> Self {
        let (ears, heard) = Ears::new();
        let process = TokioChildProcess::new(account.binary(&[])).unwrap();
        let service = ears.serve_with_lifecycle(process, era.lifecycle());
        let service = timeout(HANG, service).await.expect("it opens").unwrap();
        Self { service, heard }
    }

    fn export(&self) -> impl Future<Output = Value> + use<> {
        let question = json!({ "chat": "@sim_news", "output": "export" });
        let params =
            CallToolRequestParams::new(FETCH).with_arguments(question.as_object().unwrap().clone());
        let peer = self.service.peer().clone();
        async move {
            let result = timeout(HANG, peer.call_tool(params)).await;
            success(&json!(result.expect("it answers").unwrap()))
        }
    }

    /// The export that is there.
    async fn listed(&self) -> String {
        loop {
            let listed = self.service.list_all_resources().await.unwrap();
            if let Some(resource) = listed.first() {
                return resource.uri.clone();
            }
        }
    }

    async fn hears_of(&mut self, uri: &str) {
        let updated = Heard::Updated(uri.to_owned());
        let heard = async { while self.heard.recv().await.expect("it listens") != updated {} };
        timeout(HANG, heard).await.expect("it hears of it");
    }
}

/// An account whose export stops half way, the owner's process and the client of another one, which has asked for it.
async fn half_way(era: Era) -> (Account, Client, Client) {
    let account = Account::of(channel_of(900)).await;
    let owner = Client::of(&account, era).await;
    let relay = Client::of(&account, era).await;
    let rule = Fault::always(HISTORY, FOR_EVER).after(4);
    account.sim.world().faults.rules.push(rule);
    (account, owner, relay)
}

/// Kills the process that has the account, which then answers again.
async fn kill_the_owner(account: &Account) {
    eventually("a request that hangs", || {
        let world = account.sim.world();
        world.faults.rules.iter().any(|rule| rule.struck > 0)
    })
    .await;
    account.sim.world().faults.rules.clear();
    crate::support::signal(account.holder(), "KILL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_with_the_next_owner() {
    for era in ERAS {
        let (account, owner, relay) = half_way(era).await;
        let export = tokio::spawn(relay.export());
        kill_the_owner(&account).await;
        let answer = export.await.unwrap();
        assert_eq!(answer["export"]["state"], "complete", "{era:?}: {answer}");
        assert_eq!(answer["export"]["lines"], 900);
        let file = answer["export"]["file_path"].as_str().unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(text.lines().count(), 900);
        assert_turns(&account);
        drop(owner);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(deprecated, reason = "that is the legacy era")]
async fn a_subscription_outlives_the_owner() {
    let (account, owner, mut relay) = half_way(Era::Legacy).await;
    let export = tokio::spawn(relay.export());
    let uri = relay.listed().await;
    let subscribed = SubscribeRequestParams::new(&uri);
    relay.service.subscribe(subscribed).await.unwrap();
    kill_the_owner(&account).await;
    relay.hears_of(&uri).await;
    assert_eq!(export.await.unwrap()["export"]["state"], "complete");
    drop(owner);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlives_the_owner_and_begins_once() {
    let (account, owner, relay) = half_way(Era::Modern).await;
    let export = tokio::spawn(relay.export());
    let uri = relay.listed().await;
    let filter = SubscriptionFilter::builder()
        .resource_subscription(uri.clone())
        .build();
    let mut stream = relay.service.listen(filter).await.unwrap();
    kill_the_owner(&account).await;
    assert_eq!(export.await.unwrap()["export"]["state"], "complete");
    let told = timeout(HANG, stream.next()).await.expect("it is told");
    assert!(told.unwrap().is_some());
    stream.cancel().await.unwrap();
    drop(owner);
}

#[tokio::test(flavor = "multi_thread")]
async fn python_clients_are_answered_while_the_owner_is_killed_twice() {
    use crate::clients::{clients, python};

    let Some(python) = python() else { return };
    for mode in ["legacy", "auto"] {
        let account = Account::of(channel_of(30)).await;
        let slow = FaultKind::Delay(Duration::from_millis(500));
        let rule = Fault::always(HISTORY, slow);
        account.sim.world().faults.rules.push(rule);
        let command = account.binary(&[]);
        let mut script = tokio::process::Command::new(&python);
        let script = script
            .arg(clients().join("mcp_shared.py"))
            .args([mode, env!("CARGO_BIN_EXE_telegram-history-mcp")]);
        for (name, value) in command.as_std().get_envs() {
            script.env(name, value.unwrap_or_default());
        }
        let output = script.output().await.unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{mode}: {errors}");
        let rounds: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
        let told = json!([5, 10, 15, 20]);
        for (left, round) in [3, 2, 1].into_iter().zip(rounds) {
            let answered = round.iter().filter(|answers| **answers == told).count();
            let expected = left.max(2) - 1;
            assert_eq!(
                (round.len(), answered),
                (left, expected),
                "{mode}: {round:?}"
            );
        }
        assert_turns(&account);
    }
}

//! `tg.fetch_history` with `output: export`, as clients see it.

use std::fs;
use std::time::Duration;

use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use rmcp::service::PeerRequestOptions;
use serde_json::{Value, json};
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};

use crate::stage::{Account, CHANNEL, channel_of};
use crate::support::mcp::{ERAS, Era, Heard, Host};
use crate::support::{Process, assert_message, eventually, failure, success};

const FETCH: &str = "tg.fetch_history";
const HISTORY: &str = "messages.getHistory";

/// All posts of the channel.
fn question() -> Value {
    json!({ "chat": "@sim_news", "output": "export" })
}

/// A channel of which two requests take longer than anybody waits who is in a hurry, and the second one by far.
pub(crate) fn slow_channel() -> World {
    let mut world = channel_of(600);
    let late = |skip, milliseconds| {
        Fault::next(
            HISTORY,
            1,
            FaultKind::Delay(Duration::from_millis(milliseconds)),
        )
        .after(skip)
    };
    world.faults.rules = vec![late(2, 1_000), late(3, 2_500)];
    world
}

/// The channel was read once: by six requests, and hardly more where several are under way at once.
fn assert_one_job(host: &Host) {
    let calls = host.sim.world().calls(HISTORY);
    assert!((6..=8).contains(&calls), "{calls}");
}

/// A server whose calls answer after this many milliseconds.
pub(crate) async fn in_a_hurry(world: World, milliseconds: u64) -> Host {
    Host::with(world, |server, _| {
        server.call_deadline = Duration::from_millis(milliseconds);
    })
    .await
}

#[tokio::test]
async fn an_export_is_a_file_of_records_and_a_link_to_it() {
    for era in ERAS {
        let host = Host::of(channel_of(250)).await;
        let client = host.client(era).await;
        let result = client.call(question()).await;
        let reply = success(&result);
        assert_eq!(reply["chat"]["username"], "sim_news");
        assert_eq!(reply["messages"], json!([]));
        let page_info = json!({
            "count": 0,
            "fetched": 250,
            "has_more": false,
            "truncated_by": "none",
        });
        assert_eq!(reply["page_info"], page_info);

        let export = &reply["export"];
        assert_eq!(
            (&export["state"], &export["lines"]),
            (&json!("complete"), &json!(250))
        );
        assert_eq!(export["coverage"]["complete"], true);
        let path = export["file_path"].as_str().unwrap();
        assert!(path.starts_with(host.dir().to_str().unwrap()), "{path}");
        let file = fs::read_to_string(path).unwrap();
        let records: Vec<Value> = file
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        records.iter().for_each(assert_message);
        let ids: Vec<i64> = records
            .iter()
            .map(|record| record["id"].as_i64().unwrap())
            .collect();
        assert!(ids.iter().copied().eq((1..=250).rev()), "{ids:?}");

        let link = json!({
            "type": "resource_link",
            "uri": export["uri"],
            "name": format!("{}.ndjson", export["export_id"].as_str().unwrap()),
            "mimeType": "application/x-ndjson",
            "size": file.len(),
        });
        assert_eq!(result["content"][1], link);
        client.leaves().await;
    }
}

#[tokio::test]
async fn a_call_comes_back_while_its_export_goes_on() {
    let host = in_a_hurry(slow_channel(), 400).await;
    let client = host.client(Era::Legacy).await;
    let result = client.call(question()).await;
    let begun = success(&result);
    assert_eq!(begun["export"]["state"], "running");
    assert_eq!(begun["page_info"]["truncated_by"], "deadline");
    assert_eq!(begun["page_info"]["has_more"], true);
    assert_eq!(result["content"][1]["uri"], begun["export"]["uri"]);
    let cursor = &begun["page_info"]["cursor"];

    let inline = json!({ "cursor": cursor, "output": "inline" });
    assert_eq!(
        failure(&client.call(inline).await)["code"],
        "CURSOR_INVALID"
    );
    let around = json!({ "cursor": cursor, "around": 7 });
    assert_eq!(
        failure(&client.call(around).await)["code"],
        "INPUT_VALIDATION"
    );
    let same = client
        .ask(json!({ "cursor": cursor, "output": "export", "page_size": 7 }))
        .await;
    assert_eq!(same["export"]["export_id"], begun["export"]["export_id"]);

    let mut reply = same;
    while reply["page_info"]["has_more"] == true {
        reply = client
            .ask(json!({ "cursor": reply["page_info"]["cursor"] }))
            .await;
    }
    assert_eq!(reply["export"]["lines"], 600);
    // The cursor of an export that is complete reports it, and so does the question.
    for again in [json!({ "cursor": cursor }), question()] {
        let again = client.ask(again).await;
        assert_eq!(again["export"]["sha256"], reply["export"]["sha256"]);
        assert_eq!(again["page_info"].get("cursor"), None);
    }
    assert_one_job(&host);
}

#[tokio::test]
async fn a_pause_of_telegram_is_told_with_its_length() {
    let mut world = channel_of(600);
    let flood = FaultKind::Error(420, "FLOOD_WAIT_600".to_owned());
    world.faults.rules = vec![Fault::next(HISTORY, 1, flood).after(3)];
    let host = in_a_hurry(world, 5_000).await;
    let client = host.client(Era::Legacy).await;
    let reply = client.ask(question()).await;
    assert_eq!(reply["export"]["state"], "paused", "{reply}");
    assert_eq!(reply["export"]["problem"]["code"], "FLOOD_WAIT");
    assert_eq!(reply["page_info"]["truncated_by"], "flood_wait");
    assert_eq!(reply["page_info"]["has_more"], true);
    let wait = reply["page_info"]["retry_after_seconds"].as_u64().unwrap();
    assert!((590..=600).contains(&wait), "{wait}");
    let lines = reply["export"]["lines"].as_u64().unwrap();
    let (_, text) = client
        .read(reply["export"]["uri"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!((text.lines().count() as u64, lines), (lines, 300));
}

#[tokio::test]
async fn progress_rises_and_says_how_far_it_is() {
    for era in ERAS {
        let host = Host::of(slow_channel()).await;
        let mut client = host.client(era).await;
        client.ask(question()).await;
        let mut last = 0.0;
        let mut lines = Vec::new();
        for heard in client.has_heard() {
            let Heard::Progress(step, message) = heard else {
                continue;
            };
            assert!(step > last, "{step} after {last}");
            last = step;
            let words = message
                .split_once(" messages exported")
                .expect("lines so far");
            lines.push(words.0.parse::<u64>().unwrap());
        }
        assert!(
            lines.is_sorted() && lines.iter().any(|lines| (1..600).contains(lines)),
            "{lines:?}"
        );
        client.leaves().await;
    }
}

#[tokio::test]
async fn two_clients_wait_for_one_job_and_one_may_go() {
    let host = Host::of(slow_channel()).await;
    let (one, other) = (
        host.client(Era::Legacy).await,
        host.client(Era::Modern).await,
    );
    let waiting = other.call(question());
    let withdrawn = async {
        let arguments = question().as_object().unwrap().clone();
        let params = CallToolRequestParams::new(FETCH).with_arguments(arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let options = PeerRequestOptions::no_options();
        let asked = one
            .service
            .send_cancellable_request(request, options)
            .await
            .unwrap();
        eventually("the job is under way", || {
            host.sim.world().calls(HISTORY) > 1
        })
        .await;
        asked.cancel(None).await.unwrap();
    };
    let (result, ()) = tokio::join!(waiting, withdrawn);
    let reply = success(&result);
    assert_eq!(reply["export"]["lines"], 600, "{reply}");
    assert_one_job(&host);
}

#[tokio::test]
async fn a_report_fits_into_a_small_reply() {
    let mut world = channel_of(600);
    for id in (1..600).step_by(2) {
        world.delete(CHANNEL, id);
    }
    let host = Host::with(world, |server, _| server.reply_max_chars = 2_000).await;
    let client = host.client(Era::Legacy).await;
    let reply = client.ask(question()).await;
    assert!(reply.to_string().chars().count() <= 2_000, "{reply}");
    let coverage = &reply["export"]["coverage"];
    assert_eq!(coverage["absent_total"], 300);
    let shown = coverage["absent_ranges"].as_array().unwrap().len();
    assert!((1..=10).contains(&shown), "{shown}");
}

#[tokio::test]
async fn what_has_failed_is_not_gone_on_with_until_it_is_asked_for_anew() {
    let mut world = channel_of(600);
    let private = FaultKind::Error(400, "CHANNEL_PRIVATE".to_owned());
    world.faults.rules = vec![Fault::always(HISTORY, private).after(3)];
    let host = Host::of(world).await;
    let client = host.client(Era::Legacy).await;
    let failed = client.ask(question()).await;
    assert_eq!(failed["export"]["state"], "failed", "{failed}");
    assert_eq!(failed["export"]["problem"]["code"], "CHANNEL_PRIVATE");
    assert_eq!(failed["page_info"]["has_more"], false);
    assert_eq!(failed["page_info"].get("cursor"), None);
    let (_, text) = client
        .read(failed["export"]["uri"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(text.lines().count(), 300);

    host.sim.world().faults.rules.clear();
    let whole = client.export(json!({ "chat": "@sim_news" })).await;
    assert_eq!(whole["export"]["export_id"], failed["export"]["export_id"]);
    assert_eq!(whole["export"]["lines"], 600);
}

#[tokio::test]
async fn an_export_is_asked_for_by_itself() {
    let host = Host::of(channel_of(30)).await;
    let client = host.client(Era::Legacy).await;
    for (arguments, says) in [
        (
            json!({ "chat": "@sim_news", "around": 7, "output": "export" }),
            "`around`",
        ),
        (
            json!({ "chat": "@sim_news", "output": "file" }),
            "expected one of `inline`, `export`",
        ),
        (json!({ "output": "export" }), "`chat` is missing"),
    ] {
        let error = failure(&client.call(arguments).await);
        assert_eq!(error["code"], "INPUT_VALIDATION");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_chat_that_forbids_copying_is_read_by_pages_unless_the_user_says_otherwise() {
    for allowed in [false, true] {
        let mut world = channel_of(30);
        for channel in world.channels.values_mut() {
            channel.noforwards = true;
        }
        let host = Host::with(world, |_, exports| exports.protected = allowed).await;
        let client = host.client(Era::Legacy).await;
        let result = client.call(question()).await;
        if allowed {
            assert_eq!(success(&result)["export"]["lines"], 30);
            continue;
        }
        let error = failure(&result);
        assert_eq!(error["code"], "ACCESS_DENIED");
        assert!(
            error["next_step"]
                .as_str()
                .unwrap()
                .contains("without `output`"),
            "{error}"
        );
        let page = client.ask(json!({ "chat": "@sim_news" })).await;
        assert_eq!(page["page_info"]["count"], 30);
        assert_eq!(client.service.list_all_resources().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_cursor_of_pages_goes_on_with_pages_alone() {
    let host = Host::of(channel_of(30)).await;
    let client = host.client(Era::Legacy).await;
    let page = client
        .ask(json!({ "chat": "@sim_news", "page_size": 5 }))
        .await;
    let cursor = &page["page_info"]["cursor"];
    let export = json!({ "cursor": cursor, "output": "export" });
    assert_eq!(
        failure(&client.call(export).await)["code"],
        "CURSOR_INVALID"
    );
    let inline = json!({ "cursor": cursor, "output": "inline" });
    assert_eq!(client.ask(inline).await["page_info"]["count"], 5);
}

#[tokio::test]
async fn without_a_place_for_exports_there_are_none() {
    let host = Host::with(channel_of(30), |_, exports| exports.dir = None).await;
    let client = host.client(Era::Legacy).await;
    let error = failure(&client.call(question()).await);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("TELEGRAM_EXPORT_DIR"),
        "{error}"
    );
    assert_eq!(client.service.list_all_resources().await.unwrap(), []);
    assert!(
        client
            .read("tg://exports/0123456789abcdef0123.ndjson")
            .await
            .is_err()
    );
}

/// Asks a process for all posts until it has them: the export.
async fn whole_export(process: &mut Process) -> Value {
    let mut reply = process.ask(FETCH, question()).await;
    while let Some(cursor) = reply["page_info"].get("cursor") {
        reply = process.ask(FETCH, json!({ "cursor": cursor })).await;
    }
    reply["export"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_leaves_unfinished_the_next_one_goes_on_with() {
    let account = Account::of(slow_channel()).await;
    let mut process = account.process().await;
    process.begin(FETCH, question()).await;
    eventually("the third window is waited for", || {
        account.sim.world().calls(HISTORY) > 2
    })
    .await;
    process.close_input();
    process.exits_unread().await;

    account.sim.world().faults.rules.clear();
    let mut process = account.process().await;
    let export = whole_export(&mut process).await;
    let uri = json!({ "uri": export["manifest_uri"] });
    let read = json!({ "jsonrpc": "2.0", "id": 7, "method": "resources/read", "params": uri });
    process.send(&read).await;
    let answer = process.answer(json!(7)).await;
    let manifest = answer["result"]["contents"][0]["text"].as_str().unwrap();
    let manifest: Value = serde_json::from_str(manifest).unwrap();
    assert_eq!(manifest["runs"], 2);
    process.close_input();
    process.exits_unread().await;

    let elsewhere = tempfile::tempdir().unwrap();
    let settings = [("TELEGRAM_EXPORT_DIR", elsewhere.path().to_str().unwrap())];
    let mut undisturbed = account.process_with(&settings).await;
    let whole = whole_export(&mut undisturbed).await;
    assert_eq!(whole["export_id"], export["export_id"]);
    let [disturbed, whole] =
        [&export, &whole].map(|it| fs::read(it["file_path"].as_str().unwrap()));
    assert!(disturbed.unwrap() == whole.unwrap(), "the files differ");
}

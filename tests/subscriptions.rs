//! What clients are told of exports that appear, grow and end, in the way of either era.

use std::collections::BTreeSet;

use rmcp::model::{
    ServerNotification, SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{Subscription, SubscriptionEnd};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::export_tool::{in_a_hurry, slow_channel};
use crate::resources::{NOBODY, protocol_error, text};
use crate::stage::channel_of;
use crate::support::mcp::{Client, Era, Heard, Host};
use crate::support::{HANG, eventually};

async fn slow_host() -> Host {
    in_a_hurry(slow_channel(), 400).await
}

/// Begins an export that is still under way when its call is answered.
async fn begin(client: &Client) -> Value {
    let question = json!({ "chat": "@sim_news", "output": "export" });
    let answer = client.ask(question).await;
    assert_eq!(answer["export"]["state"], "running", "{answer}");
    answer
}

/// Whether the manifest says by now that the export is complete.
async fn is_complete(client: &Client, manifest_uri: &str) -> bool {
    let (_, manifest) = client.read(manifest_uri).await.unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    manifest["state"] == "complete"
}

async fn next(stream: &mut Subscription) -> Option<ServerNotification> {
    timeout(HANG, stream.next())
        .await
        .expect("it is told")
        .unwrap()
}

#[tokio::test]
#[expect(deprecated, reason = "that is the legacy era")]
async fn only_what_is_there_and_can_change_is_subscribed_to() {
    let host = Host::of(channel_of(3)).await;
    let mut client = host.client(Era::Legacy).await;
    let export = client.export(json!({ "chat": "@sim_news" })).await["export"].clone();
    let (uri, id) = (export["uri"].as_str().unwrap(), &export["export_id"]);
    let part = format!("tg://exports/{}/parts/0", id.as_str().unwrap());
    let nobody = format!("tg://exports/{NOBODY}.ndjson");
    for (uri, code) in [
        ("tg://exports/..ndjson", -32002),
        (&nobody, -32002),
        (&part, -32602),
    ] {
        let subscribed = client.service.subscribe(SubscribeRequestParams::new(uri));
        assert_eq!(protocol_error(subscribed.await).code.0, code, "{uri}");
    }
    // It grows no more, and whoever comes late hears of that too.
    client.has_heard();
    client
        .service
        .subscribe(SubscribeRequestParams::new(uri))
        .await
        .unwrap();
    assert_eq!(client.hears().await, Heard::Updated(uri.to_owned()));
    for _ in 0..2 {
        let unsubscribed = UnsubscribeRequestParams::new(uri);
        client.service.unsubscribe(unsubscribed).await.unwrap();
    }
    client.leaves().await;
}

#[tokio::test]
async fn each_era_has_its_own_way_to_subscribe() {
    let host = Host::of(channel_of(3)).await;
    let uri = format!("tg://exports/{NOBODY}.ndjson");
    let filter = SubscriptionFilter::builder()
        .resources_list_changed()
        .build();
    let legacy = host.client(Era::Legacy).await;
    let error = protocol_error(legacy.service.listen(filter).await);
    assert_eq!(error.code.0, -32601);
    let modern = host.client(Era::Modern).await;
    #[expect(deprecated, reason = "that is what is refused")]
    let subscribed = modern.service.subscribe(SubscribeRequestParams::new(uri));
    assert_eq!(protocol_error(subscribed.await).code.0, -32601);
}

#[tokio::test]
async fn a_stream_is_of_what_can_change() {
    let host = Host::of(channel_of(3)).await;
    let client = host.client(Era::Modern).await;
    let manifest = format!("tg://exports/{NOBODY}/manifest.json");
    let filter = SubscriptionFilter::builder()
        .tools_list_changed()
        .prompts_list_changed()
        .resources_list_changed()
        .resource_subscriptions([
            manifest.clone(),
            format!("tg://exports/{NOBODY}/parts/0"),
            "tg://exports/..ndjson".to_owned(),
        ])
        .build();
    let mut stream = client.service.listen(filter).await.unwrap();
    let accepted = SubscriptionFilter::builder()
        .resources_list_changed()
        .resource_subscription(manifest)
        .build();
    assert_eq!(stream.acknowledged(), &accepted);
    stream.cancel().await.unwrap();
    client.leaves().await;
}

#[tokio::test]
#[expect(deprecated, reason = "that is the legacy era")]
async fn a_subscriber_hears_of_growth_and_of_the_end() {
    let host = slow_host().await;
    let mut client = host.client(Era::Legacy).await;
    let export = begin(&client).await["export"].clone();
    while client.hears().await != Heard::ListChanged {}
    let uris = ["uri", "manifest_uri"].map(|field| text(&export, field).to_owned());
    for uri in &uris {
        let subscribed = SubscribeRequestParams::new(uri);
        client.service.subscribe(subscribed).await.unwrap();
    }
    // Whoever looks only when told so sees both the growth and the end.
    let mut told = BTreeSet::new();
    let mut has_grown = false;
    while told.len() < 2 {
        let Heard::Updated(uri) = client.hears().await else {
            continue;
        };
        assert!(uris.contains(&uri));
        if is_complete(&client, &uris[1]).await {
            told.insert(uri);
        } else {
            has_grown = true;
        }
    }
    assert!(has_grown);
    let complete = client.export(json!({ "chat": "@sim_news" })).await;
    assert_eq!(complete["export"]["lines"], 600);
    client.leaves().await;
}

#[tokio::test]
#[expect(deprecated, reason = "that is the legacy era")]
async fn whoever_has_unsubscribed_hears_nothing_more() {
    let host = slow_host().await;
    let (mut client, mut other) = (
        host.client(Era::Legacy).await,
        host.client(Era::Legacy).await,
    );
    let export = begin(&client).await["export"].clone();
    let uri = text(&export, "uri");
    for client in [&client, &other] {
        client
            .service
            .subscribe(SubscribeRequestParams::new(uri))
            .await
            .unwrap();
    }
    client
        .service
        .unsubscribe(UnsubscribeRequestParams::new(uri))
        .await
        .unwrap();
    client.has_heard();
    while !is_complete(&other, text(&export, "manifest_uri")).await {
        other.hears().await;
    }
    assert_eq!(client.has_heard(), []);
}

#[tokio::test]
async fn a_stream_tells_of_what_appears_and_grows_and_ends() {
    let host = slow_host().await;
    let client = host.client(Era::Modern).await;
    let filter = SubscriptionFilter::builder()
        .resources_list_changed()
        .build();
    let mut list = client.service.listen(filter).await.unwrap();
    let export = begin(&client).await["export"].clone();
    let appeared = next(&mut list).await;
    assert!(matches!(
        appeared,
        Some(ServerNotification::ResourceListChangedNotification(_))
    ));

    let uri = text(&export, "manifest_uri");
    let filter = SubscriptionFilter::builder()
        .resource_subscription(uri)
        .build();
    let mut stream = client.service.listen(filter.clone()).await.unwrap();
    loop {
        let Some(ServerNotification::ResourceUpdatedNotification(update)) = next(&mut stream).await
        else {
            panic!("it is of this resource alone")
        };
        assert_eq!(update.params.uri, uri);
        if is_complete(&client, uri).await {
            break;
        }
    }
    // It grows no more, and whoever comes late hears of that too.
    let mut late = client.service.listen(filter).await.unwrap();
    let told = next(&mut late).await;
    assert!(matches!(
        told,
        Some(ServerNotification::ResourceUpdatedNotification(_))
    ));
    client.leaves().await;
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let host = slow_host().await;
    let client = host.client(Era::Modern).await;
    let uri = format!("tg://exports/{NOBODY}.ndjson");
    let filter = SubscriptionFilter::builder()
        .resource_subscription(uri)
        .build();
    let mut stream = client.service.listen(filter).await.unwrap();
    client.ends_with_the_server().await;
    assert!(next(&mut stream).await.is_none());
    let end = stream.end().unwrap();
    assert!(
        matches!(end, SubscriptionEnd::Graceful(_) | SubscriptionEnd::Abrupt),
        "{end:?}"
    );
}

#[tokio::test]
#[expect(deprecated, reason = "that is the legacy era")]
async fn nobody_tells_a_client_that_has_gone() {
    let host = slow_host().await;
    let first = host.client(Era::Legacy).await;
    let export = begin(&first).await["export"].clone();
    let uri = text(&export, "uri");
    while !is_complete(&first, text(&export, "manifest_uri")).await {
        first
            .ask(json!({ "chat": "@sim_news", "output": "export" }))
            .await;
    }
    first.leaves().await;
    let alive = || Handle::current().metrics().num_alive_tasks();
    let mut before = usize::MAX;
    eventually("what was under way is done", || {
        let now = alive();
        std::mem::replace(&mut before, now) == now
    })
    .await;
    for _ in 0..3 {
        let legacy = host.client(Era::Legacy).await;
        legacy
            .service
            .subscribe(SubscribeRequestParams::new(uri))
            .await
            .unwrap();
        let modern = host.client(Era::Modern).await;
        let filter = SubscriptionFilter::builder()
            .resource_subscription(uri)
            .build();
        let stream = modern.service.listen(filter).await.unwrap();
        legacy.leaves().await;
        modern.leaves().await;
        drop(stream);
    }
    eventually("no task is left", || alive() <= before).await;
}

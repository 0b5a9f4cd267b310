//! Exports as resources: addresses, reading, and what is told of changes, in both eras.

use rmcp::model::{
    ErrorData, SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::SubscriptionEnd;
use rmcp::{ServiceError, model::ServerNotification};
use serde_json::json;

use crate::stage::channel_of;
use crate::support::mcp::{Client, ERAS, Era, Heard, Host};

/// An id that an export could have, and none has.
const NOBODY: &str = "0123456789abcdef0123";

const FORMS: [&str; 3] = [
    "tg://exports/{export_id}.ndjson",
    "tg://exports/{export_id}/parts/{n}",
    "tg://exports/{export_id}/manifest.json",
];

/// The code of an unknown resource, which the eras tell apart.
fn not_found(era: Era) -> i32 {
    match era {
        Era::Legacy => -32002,
        Era::Modern => -32602,
    }
}

#[track_caller]
fn protocol_error<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> ErrorData {
    match outcome {
        Err(ServiceError::McpError(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_without_exports_says_that_it_can_have_some() {
    for era in ERAS {
        let host = Host::of(channel_of(3)).await;
        let client = host.client(era).await;
        let capabilities = client.service.peer_info().unwrap().capabilities.clone();
        let resources = capabilities.resources.unwrap();
        assert_eq!(
            (resources.subscribe, resources.list_changed),
            (Some(true), Some(true))
        );
        assert_eq!(client.service.list_all_resources().await.unwrap(), []);
        let templates = client.service.list_all_resource_templates().await.unwrap();
        let forms: Vec<&str> = templates
            .iter()
            .map(|it| it.uri_template.as_str())
            .collect();
        assert_eq!(forms, FORMS);
        client.leaves().await;
    }
}

#[tokio::test]
async fn an_address_of_nothing_is_refused_with_what_there_can_be() {
    for era in ERAS {
        let host = Host::of(channel_of(3)).await;
        let client = host.client(era).await;
        for uri in [
            "",
            "file:///etc/passwd",
            "https://example.com/a.ndjson",
            "tg://exports/../../etc/passwd.ndjson",
            "tg://exports/%2e%2e.ndjson",
            "tg://exports/a/parts/99999999999999999999",
            "tg://exports/a.ndjson?part=1",
            "tg://resolve?domain=sim_news",
        ] {
            let error = client.read(uri).await.unwrap_err();
            assert_eq!(error.code.0, not_found(era), "{uri}: {error:?}");
            for form in FORMS {
                assert!(error.message.contains(form), "{uri}: {}", error.message);
            }
        }
        let long = format!("tg://exports/{}.ndjson", "a\u{202e}\n".repeat(100_000));
        let error = client.read(&long).await.unwrap_err();
        assert!(error.message.len() < 1_000, "{}", error.message);
        assert!(!json!(error).to_string().contains('\u{202e}'));
    }
}

#[tokio::test]
async fn an_export_that_is_not_there_says_what_to_do() {
    for era in ERAS {
        let host = Host::of(channel_of(3)).await;
        let client = host.client(era).await;
        for what in [".ndjson", "/manifest.json", "/parts/0"] {
            let uri = format!("tg://exports/{NOBODY}{what}");
            let error = client.read(&uri).await.unwrap_err();
            assert_eq!(error.code.0, not_found(era), "{error:?}");
            let data = error.data.unwrap();
            assert_eq!(data["code"], "EXPORT_NOT_FOUND");
            for says in [NOBODY, "tg.fetch_history", "output: export"] {
                assert!(error.message.contains(says), "{}", error.message);
            }
        }
    }
}

#[tokio::test]
async fn a_list_cursor_of_nowhere_is_refused() {
    let host = Host::of(channel_of(3)).await;
    let client = host.client(Era::Legacy).await;
    let mut request = rmcp::model::PaginatedRequestParams::default();
    request.cursor = Some("nowhere".into());
    let error = protocol_error(client.service.list_resources(Some(request)).await);
    assert_eq!(error.code.0, -32602);
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

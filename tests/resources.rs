//! Exports as resources: how they are addressed, listed and read, in both eras.

use std::collections::BTreeSet;
use std::fs;

use rmcp::ServiceError;
use rmcp::model::{ClientRequest, CustomRequest, ErrorData, PaginatedRequestParams};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use telegram_history_mcp::sim::World;

use crate::stage::{CHANNEL, channel_of};
use crate::support::mcp::{ERAS, Era, Host};

/// An id that an export could have, and none has.
pub(crate) const NOBODY: &str = "0123456789abcdef0123";

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
pub(crate) fn protocol_error<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> ErrorData {
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
async fn params_that_cannot_be_read_are_the_callers_mistake() {
    let host = Host::of(channel_of(3)).await;
    let client = host.client(Era::Legacy).await;
    for method in [
        "resources/read",
        "resources/subscribe",
        "resources/unsubscribe",
    ] {
        for params in [json!({}), json!({ "uri": 7 })] {
            let request = CustomRequest::new(method, Some(params));
            let request = ClientRequest::CustomRequest(request);
            let error = protocol_error(client.service.send_request(request).await);
            assert_eq!(error.code.0, -32602, "{method}: {error:?}");
        }
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
    let nowhere = PaginatedRequestParams::default().with_cursor(Some("nowhere".into()));
    let error = protocol_error(client.service.list_resources(Some(nowhere)).await);
    assert_eq!(error.code.0, -32602);
}

/// A channel of so many posts that are long, and longer still as JSON.
fn long_posts(count: i32) -> World {
    let mut world = channel_of(0);
    for number in 1..=count {
        let text = format!("post {number}\n{}", "\"Привет\", 👋\n".repeat(180));
        world.say(CHANNEL, None, &text);
    }
    world.log.clear();
    world
}

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {value}"))
}

#[tokio::test]
async fn a_small_export_is_read_whole() {
    let host = Host::of(channel_of(30)).await;
    for era in ERAS {
        let client = host.client(era).await;
        let export = client.export(json!({ "chat": "@sim_news" })).await["export"].clone();
        let file = fs::read_to_string(text(&export, "file_path")).unwrap();
        assert_eq!(file.lines().count(), 30);
        let lines = ("application/x-ndjson".to_owned(), file);
        assert_eq!(client.read(text(&export, "uri")).await.unwrap(), lines);
        let part = format!("tg://exports/{}/parts/0", text(&export, "export_id"));
        assert_eq!(client.read(&part).await.unwrap(), lines);
        client.leaves().await;
    }
}

#[tokio::test]
async fn a_large_export_is_read_by_its_parts() {
    let host = Host::of(long_posts(600)).await;
    for era in ERAS {
        let client = host.client(era).await;
        let export = client.export(json!({ "chat": "@sim_news" })).await["export"].clone();
        let file = fs::read_to_string(text(&export, "file_path")).unwrap();

        let (media_type, instead) = client.read(text(&export, "uri")).await.unwrap();
        assert_eq!(media_type, "application/json");
        let instead: Value = serde_json::from_str(&instead).unwrap();
        let parts = export["parts"].as_u64().unwrap();
        assert!(parts > 4, "{parts}");
        assert_eq!(instead["parts"], parts);
        let uri = |number| format!("tg://exports/{}/parts/{number}", text(&export, "export_id"));
        assert_eq!(instead["first_part"], uri(0));
        assert_eq!(instead["last_part"], uri(parts - 1));
        assert_eq!(instead["file_path"], export["file_path"]);

        let mut joined = String::new();
        for number in 0..parts {
            let (media_type, part) = client.read(&uri(number)).await.unwrap();
            assert_eq!(media_type, "application/x-ndjson");
            assert!(part.ends_with('\n') && part.len() <= 256 << 10);
            joined.push_str(&part);
        }
        assert_eq!(joined, file);
        let error = client.read(&uri(parts)).await.unwrap_err();
        assert!(
            error.message.contains(&format!("0 to {}", parts - 1)),
            "{}",
            error.message
        );

        let (media_type, manifest) = client.read(text(&instead, "manifest")).await.unwrap();
        assert_eq!(media_type, "application/json");
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        assert_eq!(manifest["bytes"], file.len());
        assert_eq!(manifest["lines"], 600);
        let hash: String = Sha256::digest(&file)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            (text(&manifest, "sha256"), text(&export, "sha256")),
            (&*hash, &*hash)
        );
        client.leaves().await;
    }
}

#[tokio::test]
async fn what_is_read_whole_fits_its_line_to_the_last_byte() {
    const ROOM: usize = (1 << 20) - (16 << 10);
    let mut seen = BTreeSet::new();
    let host = Host::of(long_posts(260)).await;
    let client = host.client(Era::Legacy).await;
    for max_id in [150, 175, 200, 225, 260] {
        let question = json!({ "chat": "@sim_news", "filter": { "max_id": max_id } });
        let export = client.export(question).await["export"].clone();
        let uri = text(&export, "uri");
        let (media_type, told) = client.read(uri).await.unwrap();
        let file = fs::read_to_string(text(&export, "file_path")).unwrap();
        let contents = json!({ "uri": uri, "mimeType": "application/x-ndjson", "text": file });
        let fits = contents.to_string().len() <= ROOM;
        assert_eq!(fits, media_type == "application/x-ndjson");
        assert_eq!(fits, told == file);
        seen.insert((fits, file.len() <= ROOM));
    }
    let all = [(false, false), (false, true), (true, true)];
    assert_eq!(seen, all.into(), "the sizes are not on every side");
}

#[tokio::test]
async fn the_list_has_both_resources_of_each_export_page_by_page() {
    let host = Host::of(channel_of(60)).await;
    let client = host.client(Era::Modern).await;
    let mut exports = Vec::new();
    for min_id in 1..=53 {
        let question = json!({ "chat": "@sim_news", "filter": { "min_id": min_id } });
        exports.push(client.export(question).await["export"].clone());
    }
    let first = client.service.list_resources(None).await.unwrap();
    assert_eq!(first.resources.len(), 100);
    assert!(first.next_cursor.is_some());
    let listed = client.service.list_all_resources().await.unwrap();
    assert_eq!(listed.len(), 2 * exports.len());
    let times: Vec<&str> = listed
        .iter()
        .map(|it| {
            it.annotations
                .as_ref()
                .unwrap()
                .last_modified
                .as_deref()
                .unwrap()
        })
        .collect();
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
    for export in exports {
        let of = |uri: &Value| listed.iter().find(|it| *uri == *it.uri).unwrap();
        let lines = of(&export["uri"]);
        assert_eq!(lines.size, export["bytes"].as_u64());
        assert_eq!(lines.mime_type.as_deref(), Some("application/x-ndjson"));
        assert_eq!(
            lines.title.as_deref(),
            Some("Export of chat -1000000001001")
        );
        let manifest = of(&export["manifest_uri"]);
        assert_eq!(manifest.mime_type.as_deref(), Some("application/json"));
    }
}

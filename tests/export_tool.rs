//! `tg.fetch_history` with `output: export`, as clients see it.

use serde_json::json;

use crate::stage::channel_of;
use crate::support::failure;
use crate::support::mcp::{ERAS, Era, Host};

#[tokio::test]
async fn an_export_is_asked_for_by_itself() {
    let host = Host::of(channel_of(30)).await;
    let client = host.client(Era::Legacy).await;
    let around = json!({ "chat": "@sim_news", "around": 7, "output": "export" });
    let error = failure(&client.call(around).await);
    assert_eq!(error["code"], "INPUT_VALIDATION");
    assert!(
        error["message"].as_str().unwrap().contains("`around`"),
        "{error}"
    );
    let nowhere = json!({ "chat": "@sim_news", "output": "file" });
    let error = failure(&client.call(nowhere).await);
    let accepted = "expected one of `inline`, `export`";
    assert!(
        error["message"].as_str().unwrap().contains(accepted),
        "{error}"
    );
    assert_eq!(
        failure(&client.call(json!({ "output": "export" })).await)["code"],
        "INPUT_VALIDATION"
    );
}

#[tokio::test]
async fn a_cursor_of_pages_and_one_of_an_export_are_not_taken_for_each_other() {
    let host = Host::of(channel_of(30)).await;
    let client = host.client(Era::Legacy).await;
    let page = client
        .ask(json!({ "chat": "@sim_news", "page_size": 5 }))
        .await;
    let cursor = &page["page_info"]["cursor"];
    let mixed = json!({ "cursor": cursor, "output": "export" });
    assert_eq!(failure(&client.call(mixed).await)["code"], "CURSOR_INVALID");
    let inline = json!({ "cursor": cursor, "output": "inline" });
    assert_eq!(client.ask(inline).await["page_info"]["count"], 5);
}

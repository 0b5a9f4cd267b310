//! The server as a legacy client sees it, over a pipe in memory.

use std::sync::Arc;

use rmcp::{
    RoleClient, ServiceError, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, ClientRequest, CustomRequest, JsonObject},
    service::RunningService,
};
use serde_json::{Value, json};
use telegram_history_mcp::export::Exports;
use telegram_history_mcp::history::Reader;
use telegram_history_mcp::server::{Server, ServerOptions, ToolNames, serve};
use tokio_util::sync::CancellationToken;

use crate::stage::export_options;

async fn client(tool_names: ToolNames) -> RunningService<RoleClient, ()> {
    let options = ServerOptions {
        tool_names,
        ..ServerOptions::default()
    };
    let reader = Arc::new(Reader::without_account("no session is configured"));
    let exports = Exports::new(Arc::clone(&reader), export_options(None));
    let server = Server::new(reader, exports, options);
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (reader, writer) = tokio::io::split(theirs);
    tokio::spawn(serve(server, reader, writer, CancellationToken::new()));
    ().serve(ours).await.unwrap()
}

async fn call(
    client: &RunningService<RoleClient, ()>,
    tool: &'static str,
    arguments: Option<Value>,
) -> CallToolResult {
    let mut params = CallToolRequestParams::new(tool);
    if let Some(arguments) = arguments {
        params = params.with_arguments(arguments.as_object().unwrap().clone());
    }
    client.call_tool(params).await.unwrap()
}

/// The error that a result must be: text alone.
#[track_caller]
fn error(result: &CallToolResult) -> Value {
    assert_eq!(
        (result.is_error, &result.structured_content),
        (Some(true), &None)
    );
    let text = &result.content.first().unwrap().as_text().unwrap().text;
    assert!(text.len() < 1_000, "{text}");
    let body: Value = serde_json::from_str(text).unwrap();
    assert!(body["error"]["next_step"].is_string());
    body["error"].clone()
}

#[tokio::test]
async fn the_server_says_who_it_is() {
    let client = client(ToolNames::Underscore).await;
    let info = client.peer_info().unwrap();
    let server = info.server_info.as_ref().unwrap();
    assert_eq!(server.name, "telegram-history-mcp");
    assert_eq!(server.title.as_deref(), Some("Unofficial Telegram History"));
    assert_eq!(server.version, env!("CARGO_PKG_VERSION"));
    let instructions = info.instructions.as_deref().unwrap();
    assert!(instructions.contains("tg_fetch_history") && instructions.len() < 2_000);
}

#[tokio::test]
async fn tools_are_listed_in_one_style_and_called_in_both() {
    for (style, names) in [
        (
            ToolNames::Dotted,
            ["tg.resolve_chat", "tg.list_chats", "tg.fetch_history"],
        ),
        (
            ToolNames::Underscore,
            ["tg_resolve_chat", "tg_list_chats", "tg_fetch_history"],
        ),
    ] {
        let client = client(style).await;
        let listed = client.list_all_tools().await.unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|tool| tool.name.as_ref())
                .collect::<Vec<_>>(),
            names
        );
        for name in ["tg.resolve_chat", "tg_resolve_chat"] {
            let result = call(&client, name, Some(json!({ "input": "me" }))).await;
            assert_eq!(error(&result)["code"], "NOT_AUTHORIZED");
        }
    }
}

#[tokio::test]
async fn a_tool_that_does_not_exist_is_a_protocol_error_that_names_those_that_do() {
    let client = client(ToolNames::Dotted).await;
    let asked = client
        .call_tool(CallToolRequestParams::new("tg.send_message"))
        .await;
    let Err(ServiceError::McpError(error)) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(error.code.0, -32602);
    for part in [
        "`tg.send_message`",
        "`tg.resolve_chat`",
        "`tg.fetch_history`",
    ] {
        assert!(error.message.contains(part), "{}", error.message);
    }
}

const RESOLVE: &str = "tg.resolve_chat";
const FETCH: &str = "tg.fetch_history";

/// The message of the error that these arguments must end in.
async fn refusal(
    client: &RunningService<RoleClient, ()>,
    tool: &'static str,
    arguments: Value,
) -> String {
    let error = error(&call(client, tool, Some(arguments)).await);
    assert_eq!(error["code"], "INPUT_VALIDATION", "{error}");
    error["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn bad_arguments_are_refused_with_what_is_accepted() {
    let no_input = "`input` is missing, expected text";
    let no_chat = "`chat` is missing, expected a chat, or the `cursor` of an earlier page";
    let size = |given| format!("`page_size` is `{given}`, expected a whole number from 1 to 200");
    let rows = [
        (RESOLVE, json!({}), no_input.into()),
        (RESOLVE, json!({ "input": null }), no_input.into()),
        (RESOLVE, json!({ "input": "  " }), no_input.into()),
        (
            RESOLVE,
            json!({ "input": ["a"] }),
            "`input` is `[\"a\"]`, expected text".into(),
        ),
        (
            RESOLVE,
            json!({ "input": true }),
            "`input` is `true`, expected text".into(),
        ),
        (
            RESOLVE,
            json!({ "input": 1.5 }),
            "`input` is `1.5`, expected text".into(),
        ),
        (
            RESOLVE,
            json!({ "chat": "a" }),
            "no argument `chat`, accepted are `input`".into(),
        ),
        (FETCH, json!({}), no_chat.into()),
        (FETCH, json!({ "chat": "" }), no_chat.into()),
        (
            FETCH,
            json!({ "cursor": null, "page_size": 5 }),
            no_chat.into(),
        ),
        (
            FETCH,
            json!({ "chat": { "id": 1 } }),
            "`chat` is `{\"id\":1}`, expected text".into(),
        ),
        (FETCH, json!({ "page_size": 0 }), size("0")),
        (FETCH, json!({ "page_size": 5000 }), size("5000")),
        (FETCH, json!({ "page_size": "5000" }), size("5000")),
        (FETCH, json!({ "page_size": -1 }), size("-1")),
        (FETCH, json!({ "page_size": 1.5 }), size("1.5")),
        (FETCH, json!({ "page_size": 1e300 }), size("1e+300")),
        (FETCH, json!({ "page_size": "many" }), size("many")),
        (FETCH, json!({ "page_size": true }), size("true")),
        (
            FETCH,
            json!({ "direction": "up" }),
            "expected one of `desc`, `asc`".into(),
        ),
        (
            FETCH,
            json!({ "response_format": 1 }),
            "one of `concise`, `detailed`".into(),
        ),
        (
            FETCH,
            json!({ "pageSize": 5 }),
            "did you mean `page_size`?".into(),
        ),
        (
            FETCH,
            json!({ "chat_id": 5 }),
            "did you mean `chat`?".into(),
        ),
        (
            FETCH,
            json!({ "zebra": 5 }),
            "no argument `zebra`, accepted are `around`, `chat`, `cursor`".into(),
        ),
        (
            FETCH,
            json!({ "chat": "a", "filter": { "media": ["photo"] } }),
            "no argument `filter.media`, accepted are `comments_of`".into(),
        ),
        (
            FETCH,
            json!({ "chat": "a", "filter": { "media_types": ["photo", "gif"] } }),
            "`filter.media_types` is `gif`, expected one of `text`, `photo`".into(),
        ),
        (
            FETCH,
            json!({ "chat": "a", "filter": { "pinned_only": "maybe" } }),
            "`filter.pinned_only` is `maybe`, expected `true` or `false`".into(),
        ),
        (
            FETCH,
            json!({ "chat": "a", "filter": "photos" }),
            "`filter` is `photos`, expected an object".into(),
        ),
    ];
    let client = client(ToolNames::Dotted).await;
    for (tool, arguments, said) in rows {
        let message = refusal(&client, tool, arguments).await;
        assert!(message.contains(&said), "{message} lacks {said}");
    }
}

#[tokio::test]
async fn arguments_may_be_left_out_altogether() {
    let client = client(ToolNames::Dotted).await;
    for tool in [RESOLVE, FETCH] {
        assert_eq!(
            error(&call(&client, tool, None).await)["code"],
            "INPUT_VALIDATION"
        );
    }
}

#[tokio::test]
async fn a_mebibyte_of_text_is_shortened_in_the_refusal() {
    let client = client(ToolNames::Dotted).await;
    let long = "я".repeat(1 << 19);
    for arguments in [
        json!({ "direction": long }),
        json!({ &long: 1 }),
        json!({ "chat": [long] }),
    ] {
        let message = refusal(&client, FETCH, arguments).await;
        assert!(
            message.contains("яяя… (") && message.contains("more characters"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn what_can_mean_one_thing_only_is_taken_as_that() {
    let client = client(ToolNames::Dotted).await;
    let rows = [
        json!({ "chat": "a", "page_size": "50" }),
        json!({ "chat": "a", "page_size": 50.0 }),
        json!({ "chat": "a", "page_size": 200, "cursor": null, "direction": null, "from": "" }),
        json!({ "chat": -1_001_234_567_890_i64 }),
        json!({ "cursor": "c" }),
        json!({ "chat": "я".repeat(500_000) }),
    ];
    for arguments in rows {
        let error = error(&call(&client, "tg.fetch_history", Some(arguments)).await);
        assert_eq!(error["code"], "NOT_AUTHORIZED", "{error}");
    }
}

#[tokio::test]
async fn arguments_that_are_no_object_are_the_tools_error_too() {
    let client = client(ToolNames::Dotted).await;
    for arguments in [json!([]), json!("{\"chat\":\"a\"}"), json!(7)] {
        let params = json!({ "name": "tg.fetch_history", "arguments": arguments });
        let request = CustomRequest::new("tools/call", Some(params));
        let result = client
            .send_request(ClientRequest::CustomRequest(request))
            .await
            .unwrap();
        let result: JsonObject = serde_json::from_value(json!(result)).unwrap();
        assert_eq!(
            (result.get("isError"), result.get("resultType")),
            (Some(&json!(true)), None)
        );
        assert!(json!(result).to_string().contains("`arguments` is"));
    }
}

//! What a client may do to a process on pipes, and what the process makes of it.

use serde_json::{Value, json};

use crate::support::{Process, failure, initialize};

#[tokio::test]
async fn notifications_before_the_first_request_are_ignored() {
    let mut process = Process::start(&[]);
    for method in [
        "notifications/initialized",
        "notifications/cancelled",
        "$/setTrace",
    ] {
        let params = json!({ "requestId": 1 });
        process
            .send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
            .await;
    }
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 7, "result": {} }))
        .await;
    process.initialize().await;
    process.is_alive().await;
}

#[tokio::test]
async fn a_request_that_opens_nothing_does_not_let_notifications_end_the_process() {
    let mut process = Process::start(&[]);
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    assert_eq!(process.answer(json!(1)).await["error"]["code"], -32602);
    process
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
        .await;
    process.is_alive().await;
    process.initialize().await;
    process.is_alive().await;
}

#[tokio::test]
async fn the_end_of_input_before_initialize_is_a_clean_exit() {
    let mut process = Process::start(&["serve"]);
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test]
async fn the_end_of_input_after_initialize_is_a_clean_exit() {
    let mut process = Process::initialized().await;
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test]
async fn requests_before_the_end_of_input_are_answered() {
    let mut process = Process::initialized().await;
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }))
        .await;
    process.close_input();
    assert!(process.answer(json!(1)).await["result"]["tools"].is_array());
    process.exits_cleanly().await;
}

#[tokio::test]
async fn half_a_line_at_the_end_of_input_is_ignored() {
    let mut process = Process::initialized().await;
    process
        .send_bytes(br#"{"jsonrpc":"2.0","id":1,"meth"#)
        .await;
    process.close_input();
    process.exits_cleanly().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_is_a_clean_exit_while_input_stays_open() {
    for signal in ["TERM", "INT"] {
        let process = Process::initialized().await;
        process.signal(signal).await;
        process.exits_cleanly().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_before_initialize_is_a_clean_exit() {
    let mut process = Process::start(&[]);
    process.is_alive().await;
    process.signal("TERM").await;
    process.exits_cleanly().await;
}

#[tokio::test]
async fn a_closed_output_is_a_clean_exit_while_input_stays_open() {
    let mut process = Process::initialized().await;
    process.close_output();
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }))
        .await;
    process.exits_cleanly().await;
}

#[tokio::test]
async fn an_output_closed_before_initialize_is_a_clean_exit() {
    let mut process = Process::start(&[]);
    process.close_output();
    process.send(&initialize(1)).await;
    process.exits_cleanly().await;
}

/// More answers than a pipe holds, to requests that a pipe does hold.
const UNREAD: [(&str, usize); 2] = [
    ("[]", 5_000),
    (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, 200),
];

#[tokio::test]
async fn answers_that_nobody_reads_do_not_hold_up_the_end_of_input() {
    for (line, times) in UNREAD {
        let mut process = Process::initialized().await;
        process
            .send_bytes(format!("{line}\n").repeat(times).as_bytes())
            .await;
        process.close_input();
        process.exits_unread().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn answers_that_nobody_reads_do_not_hold_up_a_signal() {
    for (line, times) in UNREAD {
        let mut process = Process::initialized().await;
        process
            .send_bytes(format!("{line}\n").repeat(times).as_bytes())
            .await;
        process.signal("TERM").await;
        process.exits_unread().await;
    }
}

#[tokio::test]
async fn blank_lines_are_ignored() {
    let mut process = Process::start(&[]);
    process.send_bytes(b"\n   \n\t\r\n").await;
    process.initialize().await;
    process.send_bytes(b"\n   \n\t\r\n").await;
    process.is_alive().await;
}

#[tokio::test]
async fn a_byte_order_mark_and_carriage_returns_are_taken_as_nothing() {
    let mut process = Process::start(&[]);
    process
        .send_bytes(format!("\u{feff}{}\r\n", initialize(0)).as_bytes())
        .await;
    assert!(process.answer(json!(0)).await["result"].is_object());
    process
        .send_bytes(b"\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n")
        .await;
    assert_eq!(process.answer(json!(1)).await["result"], json!({}));
}

#[tokio::test]
async fn an_id_that_is_used_twice_does_no_harm() {
    let mut process = Process::initialized().await;
    let call = json!({ "name": "tg.resolve_chat", "arguments": { "input": "me" } });
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
    process
        .send_bytes(format!("{request}\n{request}\n").as_bytes())
        .await;
    process.answer(json!(1)).await;
    process
        .send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" }))
        .await;
    // The second may be answered as well, depending on who is first.
    let answers = [process.next().await.unwrap()["id"].clone(), json!(2)];
    assert!(answers[0] == 1 || answers[0] == 2);
}

#[tokio::test]
async fn the_stateless_era_is_served_without_a_handshake() {
    let mut process = Process::start(&[]);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "driver", "version": "0" },
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let request = |id: u32, method: &str, mut params: Value| {
        params["_meta"] = meta.clone();
        json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
    };
    process
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/roots/list_changed" }))
        .await;
    process
        .send(&request(1, "server/discover", json!({})))
        .await;
    let discovered = process.answer(json!(1)).await;
    let versions = discovered["result"]["supportedVersions"]
        .as_array()
        .unwrap();
    assert!(versions.contains(&json!("2026-07-28")), "{discovered}");

    process
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/roots/list_changed" }))
        .await;
    process.send(&request(2, "tools/list", json!({}))).await;
    assert_eq!(
        process.answer(json!(2)).await["result"]["tools"][0]["name"],
        "tg.resolve_chat"
    );

    for (id, arguments) in [(3, json!({ "input": "me" })), (4, json!([]))] {
        let call = json!({ "name": "tg.resolve_chat", "arguments": arguments });
        process.send(&request(id, "tools/call", call)).await;
        let result = process.answer(json!(id)).await["result"].clone();
        assert_eq!(result["isError"], true);
        assert_eq!(result["resultType"], "complete");
    }
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test]
async fn a_call_with_half_a_character_is_answered() {
    let mut process = Process::initialized().await;
    let call = r#"{"jsonrpc":"2.0","id":"half","method":"tools/call","params":{"name":"tg.fetch_history","arguments":{"chat":"caf\ud83d","page_size":"\ud83d"}}}"#;
    process.send_bytes(format!("{call}\n").as_bytes()).await;
    let answer = process.answer(json!("half")).await;
    let error = failure(&answer["result"]);
    assert_eq!(error["code"], "INPUT_VALIDATION", "{error}");
    assert!(
        error["message"].as_str().unwrap().contains('\u{fffd}'),
        "{error}"
    );
    process.is_alive().await;
}

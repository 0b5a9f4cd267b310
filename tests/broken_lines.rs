//! Lines that are no messages: each that may be a request is answered once, with its id when that is certain.

use serde_json::{Value, json};

use crate::support::{Process, initialize};

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const INVALID_PARAMS: i32 = -32602;

/// Sends a line before the handshake and one after it: both are refused with this code and id, and nothing else happens.
async fn is_refused(line: &[u8], code: i32, id: Option<Value>) {
    let mut process = Process::start(&[]);
    for is_open in [false, true] {
        process.send_bytes(line).await;
        process.send_bytes(b"\n").await;
        assert_refusal(&process.next().await.unwrap(), code, id.as_ref());
        if !is_open {
            process.initialize().await;
        }
    }
    process.is_alive().await;
    process.close_input();
    process.exits_cleanly().await;
}

#[track_caller]
fn assert_refusal(answer: &Value, code: i32, id: Option<&Value>) {
    assert_eq!(answer["error"]["code"], code, "{answer}");
    // MCP: an error without a request has no id, not one that is null.
    assert_eq!(answer.get("id"), id, "{answer}");
}

#[tokio::test]
async fn a_broken_request_is_answered_by_its_id() {
    let lines = [
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":{\"raw\":\"a\tb\"}}",
        r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":{"number":NaN}}"#,
        r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":{"number":1e999}}"#,
        r#"{"jsonrpc":"2.0","id":7,"method":"ping",}"#,
        r#"{"method":"tools/call","params":{"name":"x",},"jsonrpc":"2.0","id":7}"#,
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"cut of"#,
    ];
    for line in lines {
        is_refused(line.as_bytes(), PARSE_ERROR, Some(json!(7))).await;
    }
    let deep = format!(
        r#"{{"jsonrpc":"2.0","id":"deep","method":"ping","params":{}{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    is_refused(deep.as_bytes(), PARSE_ERROR, Some(json!("deep"))).await;
    is_refused(
        b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\",\"params\":{\"bytes\":\"\xff\xfe\"}}",
        PARSE_ERROR,
        Some(json!(7)),
    )
    .await;
}

#[tokio::test]
async fn a_line_that_is_no_json_is_answered_without_an_id() {
    let lines: [&[u8]; 8] = [
        b"hello",
        b"{",
        b"nul",
        b"\0",
        b"\xff\xfe\xfd",
        br#"{"jsonrpc": "2.0","#,
        br#"{"jsonrpc":"2.0","id":7,"id":8,"method":"ping",}"#,
        br#"{"jsonrpc":"2.0","id":7,"me{"jsonrpc":"2.0","id":8,"method":"ping"}"#,
    ];
    for line in lines {
        is_refused(line, PARSE_ERROR, None).await;
    }
}

#[tokio::test]
async fn json_that_is_no_message_is_an_invalid_request() {
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let table = [
        (json!({}), None),
        (json!(42), None),
        (json!("text"), None),
        (Value::Null, None),
        (json!({ "jsonrpc": "1.0" }), None),
        (
            json!({ "jsonrpc": "1.0", "id": 1, "method": "ping" }),
            Some(json!(1)),
        ),
        (json!({ "id": 1, "method": "ping" }), Some(json!(1))),
        (
            json!({ "jsonrpc": "2.0", "id": 1, "method": 7 }),
            Some(json!(1)),
        ),
        (
            json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "result": {} }),
            Some(json!(1)),
        ),
        (
            json!({ "jsonrpc": "2.0", "id": null, "method": "ping" }),
            None,
        ),
        (
            json!({ "jsonrpc": "2.0", "id": { "a": 1 }, "method": "ping" }),
            None,
        ),
        (
            json!({ "jsonrpc": "2.0", "id": [1], "method": "ping" }),
            None,
        ),
        (
            json!({ "jsonrpc": "2.0", "id": 1.5, "method": "ping" }),
            None,
        ),
        (
            json!({ "jsonrpc": "2.0", "id": u64::MAX, "method": "ping" }),
            None,
        ),
        (
            json!({ "jsonrpc": "2.0", "id": true, "method": "ping" }),
            None,
        ),
        (json!([]), None),
        (json!([ping]), None),
    ];
    for (message, id) in table {
        is_refused(message.to_string().as_bytes(), INVALID_REQUEST, id).await;
    }
}

#[tokio::test]
async fn a_batch_is_told_what_to_do_instead() {
    let mut process = Process::initialized().await;
    let ping = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
    process.send(&json!([ping(1), ping(2)])).await;
    let answer = process.next().await.unwrap();
    assert_refusal(&answer, INVALID_REQUEST, None);
    assert_eq!(
        answer["error"]["message"],
        "batches are not supported: send one message a line"
    );
    process.is_alive().await;
}

#[tokio::test]
async fn params_of_the_wrong_type_are_invalid_params() {
    let mut process = Process::initialized().await;
    let mut table = vec![
        ("initialize", json!({})),
        ("initialize", json!({ "protocolVersion": 7 })),
        ("tools/call", json!({})),
        ("tools/call", json!({ "name": 7 })),
    ];
    for method in [
        "initialize",
        "ping",
        "tools/list",
        "tools/call",
        "nobody/knows",
    ] {
        for params in [json!(42), json!([1]), json!("text"), json!({ "_meta": 7 })] {
            table.push((method, params));
        }
    }
    for (method, params) in table {
        process
            .send(&json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }))
            .await;
        let answer = process.next().await.unwrap();
        assert_refusal(&answer, INVALID_PARAMS, Some(&json!(7)));
    }
    process.is_alive().await;
}

#[tokio::test]
async fn notifications_that_nobody_can_read_are_ignored() {
    let mut process = Process::initialized().await;
    for message in [
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": 7 }),
        json!({ "jsonrpc": "2.0", "method": "notifications/nobody/knows" }),
        json!({ "jsonrpc": "1.0", "method": "$/setTrace" }),
        json!({ "method": "notifications/progress", "params": [] }),
    ] {
        process.send(&message).await;
    }
    process.is_alive().await;
}

#[tokio::test]
async fn a_line_that_is_too_long_is_answered_wherever_its_id_stands() {
    let mut process = Process::initialized().await;
    let fill = vec![b'x'; 1 << 20];
    let ends: [(&[u8], &[u8]); 2] = [
        (
            br#"{"jsonrpc":"2.0","id":7,"method":"ping","params":{"fill":""#,
            b"\"}}\n",
        ),
        (
            br#"{"method":"ping","params":{"fill":""#,
            b"\"},\"jsonrpc\":\"2.0\",\"id\":7}\n",
        ),
    ];
    for (start, end) in ends {
        process.send_bytes(start).await;
        for _ in 0..20 {
            process.send_bytes(&fill).await;
        }
        process.send_bytes(end).await;
        assert_refusal(&process.next().await.unwrap(), PARSE_ERROR, Some(&json!(7)));
        process.is_alive().await;
    }
}

#[tokio::test]
async fn a_line_as_long_as_may_be_is_read() {
    let mut process = Process::initialized().await;
    let request = |fill: usize| {
        let params = json!({ "fill": "x".repeat(fill) });
        json!({ "jsonrpc": "2.0", "id": 7, "method": "ping", "params": params }).to_string()
    };
    let longest = (4 << 20) - request(0).len();
    process.send_bytes(request(longest).as_bytes()).await;
    process.send_bytes(b"\n").await;
    assert_eq!(process.answer(json!(7)).await["result"], json!({}));
    process.send_bytes(request(longest + 1).as_bytes()).await;
    process.send_bytes(b"\n").await;
    assert_refusal(&process.next().await.unwrap(), PARSE_ERROR, Some(&json!(7)));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_line_that_never_ends_is_not_held_in_memory() {
    let resident = |process: &Process| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        peak.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let mut process = Process::initialized().await;
    let before = resident(&process);
    process
        .send_bytes(br#"{"id":7,"method":"m","params":["#)
        .await;
    let noise = b"[\"".repeat(1 << 19);
    for _ in 0..64 {
        process.send_bytes(&noise).await;
    }
    process.send_bytes(b"\n").await;
    assert_eq!(process.next().await.unwrap()["error"]["code"], PARSE_ERROR);
    let grown = resident(&process) - before;
    assert!(grown < 16 << 10, "{grown} KiB for a line of 64 MiB");
}

#[tokio::test]
async fn refusals_and_answers_keep_to_lines_of_their_own() {
    let mut process = Process::initialized().await;
    let mut input = String::new();
    for id in 0..500 {
        input += &format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n");
        input += &format!("{{\"jsonrpc\":\"2.0\",\"id\":\"{id}\",\"method\":\"ping\",}}\n");
    }
    process.send(&initialize(1_000)).await;
    process.send_bytes(input.as_bytes()).await;
    let mut answered = Vec::new();
    for _ in 0..1_001 {
        let answer = process.next().await.unwrap();
        answered.push(answer["id"].to_string());
    }
    answered.sort_unstable();
    answered.dedup();
    assert_eq!(answered.len(), 1_001);
    process.is_alive().await;
}

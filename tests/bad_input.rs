//! What a model may get wrong, sent to the real binary: each mistake is answered with what to do instead.

use serde_json::{Value, json};

use crate::stage::{Account, channel_of};
use crate::support::Process;

const RESOLVE: &str = "tg.resolve_chat";
const FETCH: &str = "tg.fetch_history";

/// Calls with each row's arguments: the code, and what its message says. The server lives on.
async fn refused(process: &mut Process, tool: &str, rows: Vec<(Value, &str, &str)>) {
    for (arguments, code, says) in rows {
        let shown: String = arguments.to_string().chars().take(200).collect();
        let error = process.refusal(tool, arguments).await;
        assert_eq!(error["code"], code, "{shown}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(says), "{shown}: {message}");
        assert!(!message.contains(char::is_control), "{shown}: {message}");
        process.is_alive().await;
    }
}

/// Both tools take a chat: the first as `input`, the second as `chat`.
async fn refused_as_chat(process: &mut Process, rows: &[(Value, &str, &str)]) {
    for (tool, field) in [(RESOLVE, "input"), (FETCH, "chat")] {
        let rows = rows.iter().map(|(value, code, says)| {
            let says = if *says == "FIELD" { field } else { says };
            (json!({ field: value }), *code, says)
        });
        refused(process, tool, rows.collect()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_nobody_is_not_found() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    let rows = [
        "@nobody_is_here",
        "https://t.me/nobody_is_here/5",
        "-1001234567890",
        "https://t.me/c/1234567890/5",
        "-4242",
        "4242",
    ]
    .map(|chat| (json!(chat), "CHAT_NOT_FOUND", "no chat is known"));
    refused_as_chat(&mut process, &rows).await;
    let invites = ["https://t.me/+AbCdEfGh", "t.me/joinchat/AbCdEfGh"].map(|chat| {
        (
            json!(chat),
            "CHAT_NOT_FOUND",
            "is not valid, or has expired",
        )
    });
    refused_as_chat(&mut process, &invites).await;
    let words = ["nobody_is_here", "two words", "👨‍👩‍👧", "q"]
        .map(|chat| (json!(chat), "CHAT_NOT_FOUND", "no chat is called"));
    refused_as_chat(&mut process, &words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_chat_is_refused_without_asking_telegram() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    let megabyte = "x".repeat(1 << 20);
    let invalid = [
        json!("https://example.org/sim_news"),
        json!("https://t.me/"),
        json!("https://t.me/c/abc/1"),
        json!("https://t.me/sim_news/x"),
        json!("https://t.me/sim_news/1/2/3"),
        json!("http://[t.me/sim_news"),
        json!("tg://settings"),
        json!("tg://resolve"),
        json!("+49 170 1234567"),
        json!("sim\u{0}news"),
        json!("sim\nnews\u{1b}[31m"),
        json!("0"),
        json!("99999999999999999999"),
        json!(megabyte),
        json!("🙂".repeat(1 << 18)),
        json!({ "id": 5 }),
        json!(["@sim_news"]),
        json!(true),
        json!(1.5),
    ]
    .map(|chat| (chat, "INPUT_VALIDATION", "FIELD"));
    refused_as_chat(&mut process, &invalid).await;
    let names = ["@", "@a", "@1abc", "@with-dash", "@имя", "@two words"]
        .map(|name| (json!(name), "USERNAME_INVALID", "not a valid"));
    refused_as_chat(&mut process, &names).await;
    for missing in [json!(""), json!("  "), Value::Null] {
        let rows = [(missing, "INPUT_VALIDATION", "is missing")];
        refused_as_chat(&mut process, &rows).await;
    }
    assert!(account.sim.world().log.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_cannot_be_used_are_named_without_asking_telegram() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    let megabyte = "9".repeat(1 << 20);
    let with = |field: &str, value: Value| json!({ "chat": "@sim_news", field: value });
    let size = "a whole number from 1 to 200";
    let time = "an RFC 3339 time";
    let rows = [
        (with("page_size", json!(0)), size),
        (with("page_size", json!(201)), size),
        (with("page_size", json!(5000)), size),
        (with("page_size", json!(-1)), size),
        (with("page_size", json!(1.5)), size),
        (with("page_size", json!("abc")), size),
        (with("page_size", json!(1e300)), size),
        (with("page_size", json!(u64::MAX)), size),
        (with("page_size", json!([50])), size),
        (with("page_size", json!(megabyte)), "more characters"),
        (with("direction", json!("up")), "one of `desc`, `asc`"),
        (with("direction", json!(1)), "one of `desc`, `asc`"),
        (with("direction", json!({ "asc": true })), "one of `desc`"),
        (with("response_format", json!("full")), "one of `concise`"),
        (with("from", json!("yesterday")), time),
        (with("from", json!("2026-13-45")), time),
        (with("from", json!("01.03.2026")), time),
        (with("to", json!("\u{1b}[31m2026")), time),
        (with("to", json!("📅")), time),
        (with("to", json!(megabyte)), "more characters"),
        (with("from", json!(["2026-03-01"])), "expected text"),
        (
            with("from", json!("2026-03-01T10:00:00")),
            "`timezone` beside it",
        ),
        (with("timezone", json!("Mars/Olympus")), "an IANA time zone"),
        (
            with("timezone", json!("../../etc/passwd")),
            "an IANA time zone",
        ),
        (with("timezone", json!(megabyte)), "more characters"),
        (with("limit", json!(5)), "there is no argument `limit`"),
        (with("pageSize", json!(5)), "did you mean `page_size`?"),
        (with("\u{1b}[31m", json!(5)), "there is no argument"),
        (with(&megabyte, json!(5)), "more characters"),
        (json!({}), "`chat` is missing"),
        (json!({ "page_size": 5 }), "`chat` is missing"),
        (
            json!({ "chat": "@sim_news", "from": "2026-03-02", "to": "2026-03-01" }),
            "a time before `to`",
        ),
        (
            json!({ "chat": "@sim_news", "from": "2026-03-01", "to": "2026-03-01T00:00:00Z" }),
            "a time before `to`",
        ),
    ]
    .map(|(arguments, says)| (arguments, "INPUT_VALIDATION", says));
    refused(&mut process, FETCH, rows.into()).await;
    let extra = (
        json!({ "input": "me", "chat": "me" }),
        "INPUT_VALIDATION",
        "no argument `chat`",
    );
    refused(&mut process, RESOLVE, vec![extra]).await;
    assert!(account.sim.world().log.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_of_any_shape_are_answered() {
    let account = Account::of(channel_of(3)).await;
    let mut process = account.process().await;
    for arguments in [json!([]), json!("chat"), json!(7), json!(false)] {
        for tool in [RESOLVE, FETCH] {
            let error = process.refusal(tool, arguments.clone()).await;
            assert_eq!(error["code"], "INPUT_VALIDATION", "{arguments}");
        }
    }
    for depth in [1, 20, 50] {
        let arguments = json!({ "chat": nested(depth) });
        let error = process.refusal(FETCH, arguments).await;
        assert_eq!(error["code"], "INPUT_VALIDATION");
    }
    // What is nested deeper than a parser goes is no message, and is refused like any other line that is none.
    for depth in [1_000, 100_000] {
        let open = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"#;
        let line = format!("{open}{}{}}}\n", "[".repeat(depth), "]".repeat(depth));
        process.send_bytes(line.as_bytes()).await;
        let refusal = process.next().await.unwrap();
        assert_eq!(refusal["error"]["code"], -32700, "{refusal}");
    }
    process.is_alive().await;
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!("x"), |inner, _| json!([{ "a": inner }]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_is_none_is_refused() {
    let account = Account::of(channel_of(30)).await;
    let mut process = account.process().await;
    let page = process
        .ask(FETCH, json!({ "chat": "@sim_news", "page_size": 10 }))
        .await;
    let cursor = page["page_info"]["cursor"].as_str().unwrap().to_owned();
    let (half, rest) = cursor.split_at(cursor.len() / 2);
    let other = if rest.starts_with('A') { "B" } else { "A" };
    let last = if cursor.ends_with('A') { "E" } else { "A" };
    let asked = account.sim.world().log.len();
    let rows = [
        format!("{half}{other}{}", &rest[1..]),
        format!("{}{last}", &cursor[..cursor.len() - 1]),
        half.to_owned(),
        cursor[..cursor.len() - 1].to_owned(),
        cursor[1..].to_owned(),
        format!("{cursor}{cursor}"),
        format!("{half} {rest}"),
        format!("{half}\n{rest}"),
        format!("\"{cursor}\""),
        cursor.to_lowercase(),
        "2".to_owned(),
        "page 2".to_owned(),
        "🙂".to_owned(),
        "\u{1b}[31m".to_owned(),
        "A".repeat(1 << 20),
    ]
    .map(|cursor| (json!({ "cursor": cursor }), "CURSOR_INVALID", "the cursor"));
    refused(&mut process, FETCH, rows.into()).await;
    for value in [json!({ "a": 1 }), json!([cursor]), json!(true)] {
        let row = (json!({ "cursor": value }), "INPUT_VALIDATION", "`cursor`");
        refused(&mut process, FETCH, vec![row]).await;
    }
    assert_eq!(account.sim.world().log.len(), asked);

    let padded = format!("  {cursor}\n");
    let page = process.ask(FETCH, json!({ "cursor": padded })).await;
    assert_eq!(page["messages"][0]["id"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_disagrees_with_a_cursor_is_refused_and_what_agrees_is_not() {
    let mut world = channel_of(30);
    world
        .add_channel("Other", Some("sim_other"), 1002)
        .broadcast = true;
    let account = Account::of(world).await;
    let mut process = account.process().await;
    let first = json!({
        "chat": "@sim_news", "page_size": 10, "from": "2020-01-01", "to": "2090-01-01"
    });
    let page = process.ask(FETCH, first).await;
    let cursor = &page["page_info"]["cursor"];
    let beside = |field: &str, value: &str| {
        let row = json!({ "cursor": cursor, field: value });
        (row, "CURSOR_INVALID", "disagrees with it")
    };
    let rows = vec![
        beside("direction", "asc"),
        beside("from", "2021-01-01"),
        beside("to", "2080-01-01"),
        beside("chat", "@sim_other"),
        beside("chat", "me"),
    ];
    refused(&mut process, FETCH, rows).await;
    let rows = vec![
        (
            json!({ "cursor": cursor, "page_size": 0 }),
            "INPUT_VALIDATION",
            "`page_size`",
        ),
        (
            json!({ "cursor": cursor, "from": "then" }),
            "INPUT_VALIDATION",
            "`from`",
        ),
        (
            json!({ "cursor": cursor, "chat": "two words" }),
            "CHAT_NOT_FOUND",
            "two words",
        ),
        (
            json!({ "cursor": cursor, "chat": "@nobody_is_here" }),
            "CHAT_NOT_FOUND",
            "nobody",
        ),
    ];
    refused(&mut process, FETCH, rows).await;
    let agreeing = json!({
        "cursor": cursor, "chat": "https://t.me/Sim_News", "direction": "desc",
        "from": "2020-01-01T00:00:00Z", "to": "2090-01-01", "page_size": 3,
        "response_format": "detailed"
    });
    let page = process.ask(FETCH, agreeing).await;
    assert_eq!(page["page_info"]["count"], 3);
    assert_eq!(page["messages"][0]["id"], 20);
}

//! Sessions over pipes in memory, with a reader that does what no real one should.

use std::{future::pending, time::Duration};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{CallToolRequestParams, CallToolResponse, ServerConfig},
    service::RequestContext,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf},
    sync::mpsc,
    task::JoinHandle,
};

use super::{transport::Session, *};
use crate::error::Error;
use crate::export::ExportOptions;

/// The real connection, but for what its tools do.
struct Probe {
    connection: Connection,
    events: mpsc::UnboundedSender<&'static str>,
}

impl ServerHandler for Probe {
    fn get_info(&self) -> ServerConfig {
        self.connection.get_info()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let events = self.events.clone();
        let answer = |call| misbehave(request.name.into_owned(), call, events);
        let (result, _) = self.connection.run_call(context, None, answer).await;
        Ok(result.into())
    }
}

async fn misbehave(
    name: String,
    call: Call,
    events: mpsc::UnboundedSender<&'static str>,
) -> Result<CallToolResult, Failure> {
    let _dropped = Dropped(events.clone());
    events.send("started").unwrap();
    match name.as_str() {
        "panic" => panic!("the text of a message"),
        "hang" => pending().await,
        "hand back" => call.cancel.cancelled().await,
        "talk" => {
            for step in 0..3 {
                call.progress.say(format!("step {step}")).await;
            }
        }
        "talk on" => {
            while !call.cancel.is_cancelled() {
                call.progress.say("still here").await;
            }
        }
        _ => (),
    }
    Ok(CallToolResult::structured(json!({ "did": name })))
}

struct Dropped(mpsc::UnboundedSender<&'static str>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

/// Keeps no exports.
fn nowhere() -> ExportOptions {
    ExportOptions {
        dir: None,
        ttl: Duration::from_secs(3_600),
        quota_bytes: 0,
        protected: false,
        takeout: false,
        world: String::new(),
    }
}

struct Client {
    input: WriteHalf<DuplexStream>,
    output: Lines<BufReader<ReadHalf<DuplexStream>>>,
    events: mpsc::UnboundedReceiver<&'static str>,
    shutdown: CancellationToken,
    served: JoinHandle<Result<(), Error>>,
}

impl Client {
    /// A client that has been through the handshake, over pipes that hold `pipe_bytes`.
    async fn connect(pipe_bytes: usize) -> Self {
        let (ours, theirs) = tokio::io::duplex(pipe_bytes);
        let (reader, writer) = tokio::io::split(theirs);
        let (output, input) = tokio::io::split(ours);
        let (sender, events) = mpsc::unbounded_channel();
        let shutdown = CancellationToken::new();
        let session = Session::new(&shutdown);
        let account = Arc::new(Reader::without_account("this is a test"));
        let exports = Exports::new(Arc::clone(&account), nowhere());
        let server = Server::new(account, exports, ServerOptions::default());
        let probe = Probe {
            connection: server.connect(session.work.clone()),
            events: sender,
        };
        let served = tokio::spawn(session.run(probe, reader, writer));
        let mut client = Self {
            input,
            output: BufReader::new(output).lines(),
            events,
            shutdown,
            served,
        };
        let hello = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": { "name": "probe", "version": "0" }
        });
        client
            .send(json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello }))
            .await;
        assert_eq!(client.next().await["id"], 0);
        client
    }

    async fn send(&mut self, message: Value) {
        self.input
            .write_all(format!("{message}\n").as_bytes())
            .await
            .unwrap();
    }

    async fn call(&mut self, id: u32, tool: &str) {
        let params = json!({ "name": tool, "_meta": { "progressToken": "token" } });
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
            .await;
    }

    async fn cancel(&mut self, id: u32) {
        let params = json!({ "requestId": id });
        self.send(
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }),
        )
        .await;
    }

    async fn event(&mut self, wanted: &str) {
        assert_eq!(self.events.recv().await, Some(wanted));
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(HANG, self.output.next_line()).await;
        let line = line.expect("a line in time").unwrap().expect("a line");
        serde_json::from_str(&line).unwrap()
    }

    /// The next answer must be an error of this code; gives its text.
    async fn next_error(&mut self, id: u32, code: &str) -> String {
        let answer = self.next().await;
        assert_eq!(answer["id"], id);
        assert_eq!(answer["result"]["isError"], true);
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(&format!("\"code\":\"{code}\"")), "{text}");
        text.to_owned()
    }

    /// The session ends in time; the clock of these tests is not the wall's, so this is exact.
    async fn ends_within(self, limit: Duration) {
        let served = tokio::time::timeout(limit, self.served).await;
        served.expect("it ends in time").unwrap().unwrap();
    }

    async fn is_served(&mut self) {
        self.send(json!({ "jsonrpc": "2.0", "id": 99, "method": "ping" }))
            .await;
        assert_eq!(
            self.next().await,
            json!({ "jsonrpc": "2.0", "id": 99, "result": {} })
        );
    }
}

const ROOMY: usize = 1 << 20;

/// Longer than anything is waited for; on a paused clock it passes as soon as nothing else can.
const HANG: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_internal_error_without_its_text_and_the_server_lives() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "panic").await;
    let text = client.next_error(1, "INTERNAL").await;
    assert!(!text.contains("the text of a message"));
    client.is_served().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_comes_back_is_answered_after_its_deadline() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hang").await;
    client.next_error(1, "TELEGRAM_UNAVAILABLE").await;
    client.is_served().await;
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_call_is_dropped_at_once_and_not_answered() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hang").await;
    client.event("started").await;
    client.cancel(1).await;
    client.event("dropped").await;
    client.is_served().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_at_the_end_of_input_is_ended_and_answered() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hang").await;
    client.event("started").await;
    client.input.shutdown().await.unwrap();
    client.next_error(1, "TELEGRAM_UNAVAILABLE").await;
    client.event("dropped").await;
    client.ends_within(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_hands_back_what_it_has_at_the_end_of_input() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hand back").await;
    client.event("started").await;
    client.input.shutdown().await.unwrap();
    assert_eq!(
        client.next().await["result"]["structuredContent"]["did"],
        "hand back"
    );
    client.served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn progress_that_nobody_reads_does_not_hold_up_the_end_of_input() {
    // Not even one line fits in the pipe.
    let mut client = Client::connect(64).await;
    client.call(1, "talk on").await;
    client.event("started").await;
    client.input.shutdown().await.unwrap();
    client.ends_within(Duration::from_millis(1_500)).await;
}

#[tokio::test(start_paused = true)]
async fn being_told_to_stop_ends_a_call_that_hangs() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hang").await;
    client.event("started").await;
    client.shutdown.cancel();
    client.event("dropped").await;
    client.ends_within(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_closed_output_ends_the_session() {
    let Client {
        mut input,
        output,
        served,
        ..
    } = Client::connect(ROOMY).await;
    // Both halves must go for a duplex to count as closed; the last line is already in the pipe.
    input
        .write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n")
        .await
        .unwrap();
    drop((input, output));
    served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn progress_rises_and_comes_before_the_answer() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "talk").await;
    for step in 0..3 {
        let notification = client.next().await;
        assert_eq!(notification["method"], "notifications/progress");
        assert_eq!(
            notification["params"]["progress"].as_f64(),
            Some(f64::from(step + 1))
        );
        assert_eq!(notification["params"]["message"], format!("step {step}"));
    }
    assert_eq!(
        client.next().await["result"]["structuredContent"]["did"],
        "talk"
    );
}

#[tokio::test(start_paused = true)]
async fn one_of_two_calls_with_the_same_id_is_answered() {
    let mut client = Client::connect(ROOMY).await;
    client.call(1, "hand back").await;
    client.call(1, "return").await;
    assert_eq!(
        client.next().await["result"]["structuredContent"]["did"],
        "return"
    );
    client.is_served().await;
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_is_rounded_up() {
    let error = Error::FloodWait {
        method: "messages.getHistory",
        retry_after: Duration::from_millis(30_001),
    };
    let result = reply::error(&error, ToolNames::Dotted, Some("cursor"));
    let text = json!(result)["content"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["error"]["retry_after_seconds"], 31);
    assert_eq!(body["error"]["cursor"], "cursor");
}

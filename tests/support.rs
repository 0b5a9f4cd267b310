//! The real binary on real pipes, driven line by line.

use std::{process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// When something is taken to hang. Nothing is expected to take nearly as long.
const HANG: Duration = Duration::from_secs(20);

/// A running `telegram-history-mcp`, killed when dropped.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<Lines<BufReader<ChildStdout>>>,
}

impl Process {
    /// Starts the binary with `arguments` and an empty environment.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_telegram-history-mcp"))
            .args(arguments)
            .env_clear()
            // It says on stderr that there is no account; what these tests allow there is nothing.
            .env("TELEGRAM_LOG", "off")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        Self {
            input: child.stdin.take(),
            output: Some(BufReader::new(output).lines()),
            child,
        }
    }

    /// Starts the binary and goes through the legacy handshake.
    pub(crate) async fn initialized() -> Self {
        let mut process = Self::start(&[]);
        process.initialize().await;
        process
    }

    /// Goes through the legacy handshake.
    pub(crate) async fn initialize(&mut self) -> Value {
        self.send(&initialize(0)).await;
        let answer = self.answer(json!(0)).await;
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
            .await;
        answer
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_bytes(format!("{message}\n").as_bytes()).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("input is open");
        timeout(HANG, input.write_all(bytes))
            .await
            .expect("input is read")
            .unwrap();
    }

    /// The next line, which must be JSON-RPC; none at the end of output.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let output = self.output.as_mut().expect("output is open");
        let line = timeout(HANG, output.next_line())
            .await
            .expect("a line in time")
            .unwrap()?;
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        Some(message)
    }

    /// The next line, which must answer `id`.
    pub(crate) async fn answer(&mut self, id: Value) -> Value {
        let message = self
            .next()
            .await
            .expect("an answer before the end of output");
        assert_eq!(message["id"], id, "{message}");
        message
    }

    /// The server still answers, and had nothing else to say.
    pub(crate) async fn is_alive(&mut self) {
        self.send(&json!({ "jsonrpc": "2.0", "id": "alive?", "method": "ping" }))
            .await;
        let answer = self.answer(json!("alive?")).await;
        assert_eq!(answer["result"], json!({}));
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    pub(crate) fn close_output(&mut self) {
        self.output = None;
    }

    #[cfg(unix)]
    pub(crate) async fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id().expect("it runs"));
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .await
                .unwrap()
                .success()
        );
    }

    /// The process ends by itself with code 0, says nothing more, and has said nothing on stderr.
    pub(crate) async fn exits_cleanly(mut self) {
        if self.output.is_some() {
            assert_eq!(self.next().await, None);
        }
        self.exits_unread().await;
    }

    /// The same, whatever is left to read.
    pub(crate) async fn exits_unread(mut self) {
        let exit = timeout(HANG, self.child.wait()).await;
        let status = exit.expect("it exits").unwrap();
        let mut errors = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).await.unwrap();
        assert_eq!(errors, "");
        assert!(status.success(), "{status}");
    }
}

/// A legacy client's first request.
pub(crate) fn initialize(id: u32) -> Value {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "driver", "version": "0" }
    });
    json!({ "jsonrpc": "2.0", "id": id, "method": "initialize", "params": params })
}

//! The real binary on real pipes, driven line by line.

use std::{
    fs,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use jsonschema::Validator;
use serde_json::{Value, json};
use telegram_history_mcp::cli::schema;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

use self::watch::Watch;

pub(crate) mod mcp;
pub(crate) mod terminal;
pub(crate) mod watch;

/// When something is taken to hang. Nothing is expected to take nearly as long.
pub(crate) const HANG: Duration = Duration::from_secs(20);

/// A running `telegram-history-mcp`, killed when dropped.
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<Lines<BufReader<ChildStdout>>>,
    /// What has come on stderr; read all the time, or a talkative process would stall.
    errors: Arc<Mutex<Vec<u8>>>,
    /// Ends with stderr.
    listening: JoinHandle<()>,
    watch: Watch,
    calls: u64,
}

/// A home that is empty when the tests begin: what a person keeps in theirs is none of a test's business.
static HOME: LazyLock<PathBuf> = LazyLock::new(|| {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("home");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).unwrap();
    home
});

/// The binary with `arguments` and an environment that says nothing but to log nothing: what most tests allow
/// on stderr is nothing, and without an account it would say so there.
pub(crate) fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telegram-history-mcp"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", &*HOME)
        .env("TELEGRAM_KEYRING", "0")
        .env("TELEGRAM_LOG", "off")
        .kill_on_drop(true);
    command
}

/// Runs a command that ends by itself, with nothing to read: exit code, stdout and stderr.
pub(crate) async fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let watch = Watch::over(command);
    let output = command.stdin(Stdio::null()).output();
    let output = timeout(HANG, output).await.expect("it ends").unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let said = text(output.stdout);
    watch.look_through(&said);
    let errors = watch.read(text(output.stderr));
    (output.status.code(), said, errors)
}

/// Waits for something that happens on the other side of a connection, where no event tells of it.
pub(crate) async fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let look = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(HANG, look)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}

impl Process {
    /// Starts the binary with `arguments` and an empty environment.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::spawn(&mut binary(arguments))
    }

    /// Starts a command on pipes.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let watch = Watch::over(command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let stderr = child.stderr.take().unwrap();
        let errors = Arc::default();
        Self {
            input: child.stdin.take(),
            output: Some(BufReader::new(output).lines()),
            listening: tokio::spawn(listen(stderr, Arc::clone(&errors))),
            errors,
            child,
            watch,
            calls: 0,
        }
    }

    /// Nothing of these texts may stand in its log.
    pub(crate) fn must_not_log(&self, texts: impl IntoIterator<Item = String>) {
        self.watch.add(texts);
    }

    fn said_on_stderr(&self) -> String {
        let errors = self.errors.lock().unwrap();
        self.watch
            .read(String::from_utf8_lossy(&errors).into_owned())
    }

    /// Starts the binary and goes through the legacy handshake.
    pub(crate) async fn initialized() -> Self {
        let mut process = Self::start(&[]);
        process.initialize().await;
        process
    }

    /// The system's number for it.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
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

    /// The next line, which must be JSON-RPC; none at the end of output. That exports have come or gone may be said
    /// at any time, and is passed over.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let line = self.line().await?;
            let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            assert_eq!(message["jsonrpc"], "2.0", "{line}");
            if message["method"] != "notifications/resources/list_changed" {
                return Some(message);
            }
        }
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

    /// The next line, whatever it is; none at the end of output.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let output = self.output.as_mut().expect("output is open");
        let line = timeout(HANG, output.next_line()).await;
        let line = line.expect("a line in time").unwrap();
        self.watch.look_through(line.as_deref().unwrap_or_default());
        line
    }

    /// Sends a tool call and answers its id, without waiting for more.
    pub(crate) async fn begin(&mut self, tool: &str, arguments: Value) -> Value {
        self.begin_with(tool, arguments, json!({})).await
    }

    /// The same, with this `_meta`.
    pub(crate) async fn begin_with(&mut self, tool: &str, arguments: Value, meta: Value) -> Value {
        self.calls += 1;
        let id = json!(format!("call {}", self.calls));
        let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
            .await;
        id
    }

    /// Calls a tool: its result.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.begin(tool, arguments).await;
        self.answer(id).await["result"].clone()
    }

    /// Calls a tool that must succeed: its structure, which its text repeats.
    pub(crate) async fn ask(&mut self, tool: &str, arguments: Value) -> Value {
        let structure = success(&self.call(tool, arguments).await);
        if structure.get("messages").is_some() {
            assert_page(&structure);
        }
        structure
    }

    /// Calls a tool that must fail: its error.
    pub(crate) async fn refusal(&mut self, tool: &str, arguments: Value) -> Value {
        failure(&self.call(tool, arguments).await)
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

    /// Ends it as nothing else does: it has no say in it.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    #[cfg(unix)]
    pub(crate) async fn signal(&self, name: &str) {
        signal(self.id(), name).await;
    }

    /// The process ends by itself with code 0, says nothing more, and has said nothing on stderr.
    pub(crate) async fn exits_cleanly(mut self) {
        if self.output.is_some() {
            assert_eq!(self.next().await, None);
        }
        self.exits_unread().await;
    }

    /// The same, whatever is left to read.
    pub(crate) async fn exits_unread(self) {
        let (status, errors) = self.ends().await;
        assert_eq!(errors, "");
        assert!(status.success(), "{status}");
    }

    /// The process ends by itself: how, and what it has said on stderr.
    pub(crate) async fn ends(mut self) -> (ExitStatus, String) {
        let exit = timeout(HANG, self.child.wait()).await;
        let status = exit.expect("it exits").unwrap();
        let listening = timeout(HANG, &mut self.listening).await;
        listening.expect("stderr is closed").unwrap();
        (status, self.said_on_stderr())
    }
}

/// Sends a signal to a process.
#[cfg(unix)]
pub(crate) async fn signal(process: u32, name: &str) {
    let kill = format!("kill -{name} {process}");
    let sent = Command::new("sh").args(["-c", &kill]).status().await;
    assert!(sent.unwrap().success());
}

impl Drop for Process {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.said_on_stderr();
        }
    }
}

async fn listen(mut stderr: ChildStderr, errors: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut chunk).await {
        errors.lock().unwrap().extend(&chunk[..read]);
    }
}

/// The published schemas of a message and of a chat, each allowing what it names and nothing else.
static PUBLISHED: LazyLock<[Validator; 2]> = LazyLock::new(|| {
    let schemas = schema::published().unwrap();
    ["message", "chat"].map(|record| {
        let mut schema = schemas[record].clone();
        close(&mut schema);
        jsonschema::validator_for(&schema).unwrap()
    })
});

/// Forbids what is not named: a published record may grow, but not behind its schema's back.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            if object.contains_key("properties") {
                object.insert("additionalProperties".into(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// A record is as its published schema says.
#[track_caller]
pub(crate) fn assert_message(record: &Value) {
    assert_published(&PUBLISHED[0], record);
}

/// The same of a chat.
#[track_caller]
pub(crate) fn assert_chat(record: &Value) {
    assert_published(&PUBLISHED[1], record);
}

#[track_caller]
fn assert_published(schema: &Validator, record: &Value) {
    let errors: Vec<_> = schema
        .iter_errors(record)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?} in {record:#}");
}

/// A page holds records as published; one that was cut to fit is marked, and less than that.
#[track_caller]
fn assert_page(page: &Value) {
    assert_chat(&page["chat"]);
    let messages = page["messages"].as_array().expect("messages");
    let whole = messages.iter().filter(|it| it.get("cut").is_none());
    whole.for_each(assert_message);
}

/// The structure of a result that is none of an error; its text says the same.
#[track_caller]
pub(crate) fn success(result: &Value) -> Value {
    assert_ne!(result["isError"], true, "{result}");
    let structure = &result["structuredContent"];
    assert_eq!(&text_of(result), structure);
    structure.clone()
}

/// The error of a result that must be one: text alone, short, with something to do next.
#[track_caller]
pub(crate) fn failure(result: &Value) -> Value {
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(result.get("structuredContent"), None, "{result}");
    let error = text_of(result)["error"].clone();
    assert!(error.to_string().chars().count() < 1_500, "{error}");
    for part in ["code", "message", "next_step"] {
        let text = error[part].as_str();
        assert!(text.is_some_and(|text| !text.is_empty()), "{part}: {error}");
    }
    error
}

/// The one text of a result, which is JSON; beside it there may be links.
#[track_caller]
fn text_of(result: &Value) -> Value {
    let content = result["content"].as_array().expect("content");
    let is_link = |block: &Value| block["type"] == "resource_link";
    assert!(content[1..].iter().all(is_link), "{result}");
    serde_json::from_str(content[0]["text"].as_str().expect("a text")).unwrap()
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

//! What `doctor` says of each thing that can be wrong, and what it says helps.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{Sim, World};
use tempfile::TempDir;
use tokio::process::Command;

use crate::stage::{binary_of, channel_of, session_of};
use crate::support::{Process, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_telegram-history-mcp");

/// A computer of somebody who has an account and nothing else.
struct Desk {
    sim: Sim,
    home: TempDir,
}

impl Desk {
    async fn new() -> Self {
        Self::of(channel_of(3)).await
    }

    async fn of(world: World) -> Self {
        let desk = Self {
            sim: Sim::start(world).await.unwrap(),
            home: tempfile::tempdir().unwrap(),
        };
        // What clients come to that are told of no other place.
        let kept = format!("{}\n1\n", session_of(&desk.sim));
        desk.write(".local/state/telegram-history-mcp/session", &kept);
        desk
    }

    fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    /// Writes a file below the home directory.
    fn write(&self, below: &str, text: &str) -> PathBuf {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        chmod(&path, 0o600);
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let state = self.path("state");
        fs::create_dir_all(&state).unwrap();
        #[cfg(unix)]
        chmod(&state, 0o700);
        let mut command = binary_of(&session_of(&self.sim), &state, arguments);
        command
            .env("HOME", self.home.path())
            .current_dir(self.home.path());
        command
    }

    /// What the doctor says to machines, and its exit code.
    async fn report(&self, settings: &[(&str, &str)]) -> Report {
        let mut command = self.command(&["doctor", "--json"]);
        let (code, said, errors) = run(command.envs(settings.iter().copied())).await;
        let report: Value =
            serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{errors}"));
        let checks = report["checks"].as_array().unwrap().clone();
        let is_failure =
            |check: &&Value| ["missing", "wrong"].contains(&check["verdict"].as_str().unwrap());
        let failed = checks.iter().filter(is_failure).count();
        assert_eq!(code == Some(0), failed == 0, "{report:#}");
        for check in &checks {
            let is_remedied = check["remedy"].is_string();
            assert!(!is_failure(&check) || is_remedied, "{check}");
        }
        Report { code, checks }
    }
}

struct Report {
    code: Option<i32>,
    checks: Vec<Value>,
}

impl Report {
    /// The checks of a name, as `verdict: finding | remedy`.
    fn of(&self, name: &str) -> Vec<String> {
        let checks = self.checks.iter().filter(|check| check["name"] == name);
        let text = |value: &Value| value.as_str().unwrap_or("–").to_owned();
        let told = checks.map(|check| {
            let [verdict, finding, remedy] =
                ["verdict", "finding", "remedy"].map(|it| text(&check[it]));
            format!("{verdict}: {finding} | {remedy}")
        });
        told.collect()
    }

    /// One of the checks of a name begins and goes on like this.
    #[track_caller]
    fn says(&self, name: &str, verdict: &str, parts: &[&str]) {
        let checks = self.of(name);
        let fits = |check: &String| {
            check.starts_with(&format!("{verdict}: "))
                && parts.iter().all(|part| check.contains(part))
        };
        assert!(
            checks.iter().any(fits),
            "{name}: {verdict} {parts:?} in {checks:#?}"
        );
    }
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_and_nothing_is_left_behind() {
    let desk = Desk::new().await;
    let report = desk.report(&[]).await;
    assert_eq!(report.code, Some(0), "{:#?}", report.checks);
    report.says(
        "configuration",
        "ok",
        &["TELEGRAM_API_ID is `1` (environment)"],
    );
    report.says(
        "configuration",
        "ok",
        &["TELEGRAM_SESSION_STRING is set (environment)"],
    );
    report.says(
        "session",
        "ok",
        &[
            "data centre 2 at 127.0.0.1:",
            "from TELEGRAM_SESSION_STRING",
        ],
    );
    report.says("owner", "ok", &["no process has the session"]);
    report.says("telegram", "ok", &["connected and authorized in "]);
    report.says("clock", "ok", &["as Telegram's"]);
    report.says("login_codes", "ok", &["is not read"]);
    report.says("exports", "ok", &["up to 2.00 GiB for 24 h; "]);
    report.says("audit", "ok", &["audit.jsonl: 0 lines"]);
    report.says(
        "client",
        "note",
        &[
            "none that is known",
            "`telegram-history-mcp login` ends with the lines",
        ],
    );
    let left: Vec<_> = fs::read_dir(desk.path("state"))
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    let ours = left
        .iter()
        .filter(|name| !name.to_string_lossy().starts_with("sharing-"));
    assert_eq!(ours.count(), 0, "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_wrongly_is_all_told_and_the_rest_is_looked_at() {
    let desk = Desk::new().await;
    let settings = [
        ("TELEGRAM_PII", "sometimes"),
        ("TELEGRAM_REPLY_MAX_CHARS", "7"),
    ];
    let report = desk.report(&settings).await;
    assert_eq!(report.code, Some(2));
    report.says(
        "configuration",
        "wrong",
        &["`TELEGRAM_PII` is `sometimes`", "(environment)"],
    );
    report.says(
        "configuration",
        "wrong",
        &["`TELEGRAM_REPLY_MAX_CHARS` is `7`"],
    );
    report.says("client", "note", &[]);

    let file = desk.write("settings.toml", "reply_max_chars = 5000\nlgo = \"info\"\n");
    let report = desk
        .report(&[
            ("TELEGRAM_CONFIG", file.to_str().unwrap()),
            ("TELEGRAM_PII_REGION", "QZ"),
        ])
        .await;
    report.says(
        "configuration",
        "ok",
        &["TELEGRAM_REPLY_MAX_CHARS is `5000` (", "settings.toml:1)"],
    );
    report.says(
        "configuration",
        "note",
        &["`lgo` is not a setting, did you mean `log`?"],
    );
    report.says("configuration", "wrong", &["TELEGRAM_PII_REGION", "QZ"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_does_not_work_is_told_with_what_helps() {
    let desk = Desk::new().await;
    let rule = Fault::always(
        "users.getUsers",
        FaultKind::Error(401, "SESSION_REVOKED".to_owned()),
    );
    desk.sim.world().faults.rules = vec![rule];
    let report = desk.report(&[]).await;
    report.says(
        "telegram",
        "wrong",
        &["no longer valid", "telegram-history-mcp login"],
    );

    let report = desk.report(&[("TELEGRAM_SESSION_STRING", "")]).await;
    report.says(
        "session",
        "missing",
        &["no session is kept", "telegram-history-mcp login"],
    );
    report.says("telegram", "note", &["not tried", "demo"]);

    #[cfg(unix)]
    {
        let session = desk.write("session", &session_of(&desk.sim));
        chmod(&session, 0o644);
        let settings = [
            ("TELEGRAM_SESSION_STRING", ""),
            ("TELEGRAM_SESSION_FILE", session.to_str().unwrap()),
        ];
        let report = desk.report(&settings).await;
        report.says("session", "wrong", &["session", "chmod"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_has_the_session_is_named_and_left_alone() {
    let desk = Desk::new().await;
    let mut process = Process::spawn(&mut desk.command(&[]));
    process.initialize().await;
    process.ask("tg.list_chats", json!({})).await;
    let mut other = Process::spawn(&mut desk.command(&[]));
    other.initialize().await;
    other.ask("tg.list_chats", json!({})).await;
    let report = desk.report(&[]).await;
    report.says("owner", "ok", &[", and for 1 other client; connected"]);
    other.close_input();
    other.exits_cleanly().await;
    let report = desk.report(&[]).await;
    assert_eq!(report.code, Some(0), "{:#?}", report.checks);
    let id = format!("process {} has it for driver 0, since ", process.id());
    report.says("owner", "ok", &[&id, "; connected to Telegram"]);
    report.says("telegram", "note", &["not tried", "end that process"]);
    process.close_input();
    process.exits_cleanly().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_does_not_answer_is_told_apart() {
    let desk = Desk::new().await;
    let mut process = Process::spawn(&mut desk.command(&[]));
    process.initialize().await;
    process.ask("tg.list_chats", json!({})).await;
    let signal = async |name: &str| {
        let id = process.id().to_string();
        let done = Command::new("kill").args([name, &id]).status().await;
        assert!(done.unwrap().success());
    };
    signal("-STOP").await;
    let report = desk.report(&[]).await;
    signal("-CONT").await;
    let id = format!("process {} has it for driver 0", process.id());
    report.says("owner", "wrong", &[&id, "does not answer", "continue it"]);
    process.close_input();
    process.exits_cleanly().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_whose_session_telegram_refuses_is_told() {
    let desk = Desk::new().await;
    let mut process = Process::spawn(&mut desk.command(&[]));
    process.initialize().await;
    let error = FaultKind::Error(401, "SESSION_REVOKED".to_owned());
    desk.sim.world().faults.rules = vec![Fault::next("messages.getDialogs", 1, error)];
    process.refusal("tg.list_chats", json!({})).await;
    let report = desk.report(&[]).await;
    report.says(
        "owner",
        "wrong",
        &["no longer takes the session", "login --replace"],
    );
    // The next answer shows that it does.
    process.ask("tg.list_chats", json!({})).await;
    desk.report(&[]).await.says("owner", "ok", &["; connected"]);
    process.close_input();
    process.exits_cleanly().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_others_can_meddle_with_is_wrong() {
    let desk = Desk::new().await;
    let state = desk.path("state");
    let report = async |mode: u32| {
        let mut command = desk.command(&["doctor", "--json"]);
        chmod(&state, mode);
        run(&mut command).await
    };
    let (code, said, _) = report(0o777).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("others may write to it"), "{said}");
    let (code, said, _) = report(0o755).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("others can see what files"), "{said}");

    fs::create_dir(state.join("sharing-x.lock")).unwrap();
    let parts = ["sharing-x.lock is no file of its own", "remove it"];
    (desk.report(&[]).await).says("state_directory", "wrong", &parts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_told() {
    let mut world = channel_of(3);
    world.clock_offset = -400;
    let desk = Desk::of(world).await;
    let report = desk.report(&[]).await;
    report.says("clock", "note", &["s ahead of Telegram's", "set the clock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_or_was_changed_on_disk_is_told() {
    let desk = Desk::new().await;
    let file = desk.write("a-file", "");
    let below = |name: &str| format!("{}/{name}", file.display());
    let report = desk
        .report(&[
            ("TELEGRAM_EXPORT_DIR", &below("exports")),
            ("TELEGRAM_AUDIT_FILE", &below("audit.jsonl")),
        ])
        .await;
    report.says(
        "exports",
        "wrong",
        &["cannot be written", "TELEGRAM_EXPORT_DIR"],
    );
    report.says(
        "audit",
        "wrong",
        &[
            "cannot be written",
            "calls go on without",
            "TELEGRAM_AUDIT_FILE",
        ],
    );
    let report = desk
        .report(&[("TELEGRAM_STATE_DIR", &below("state"))])
        .await;
    report.says(
        "state_directory",
        "wrong",
        &["cannot be written", "TELEGRAM_STATE_DIR"],
    );
    let report = desk.report(&[("TELEGRAM_AUDIT_FILE", "off")]).await;
    report.says("audit", "note", &["off"]);

    let mut process = Process::spawn(&mut desk.command(&[]));
    process.initialize().await;
    process.ask("tg.list_chats", json!({})).await;
    process.close_input();
    process.exits_cleanly().await;
    let audit = desk.path("state/audit.jsonl");
    let text = fs::read_to_string(&audit).unwrap();
    fs::write(&audit, text.replace("\"ok\"", "\"OK\"")).unwrap();
    let report = desk.report(&[]).await;
    report.says("audit", "wrong", &["audit.jsonl:1: ", "move "]);
    #[cfg(unix)]
    {
        chmod(&audit, 0o644);
        chmod(&desk.path("state"), 0o755);
        let mut command = desk.command(&["doctor", "--json"]);
        chmod(&desk.path("state"), 0o755);
        let (_, said, _) = run(&mut command).await;
        assert!(
            said.contains("others can read it") && said.contains("chmod 600"),
            "{said}"
        );
        assert!(
            said.contains("others can see") && said.contains("chmod 700"),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_client_is_looked_at_where_it_keeps_its_list() {
    let desk = Desk::new().await;
    let server = json!({ "command": PROGRAM, "env": { "TELEGRAM_API_ID": "1", "TELEGRAM_TOOL_NAMES": "underscore" } });
    let servers = json!({ "telegram": server, "other": { "command": "npx" } });
    desk.write(
        ".config/Claude/claude_desktop_config.json",
        &json!({ "mcpServers": servers }).to_string(),
    );
    desk.write(
        ".claude.json",
        &json!({ "numStartups": 7, "projects": { "/x": { "mcpServers": servers } } }).to_string(),
    );
    desk.write(
        ".cursor/mcp.json",
        &json!({ "mcpServers": servers }).to_string(),
    );
    let commented = format!("{{ // mine\n \"mcp\": {{ \"servers\": {servers}, }} }}");
    desk.write(".config/Code/User/settings.json", &commented);
    desk.write(
        ".vscode/mcp.json",
        &json!({ "servers": servers }).to_string(),
    );
    let codex = format!(
        "[mcp_servers.telegram]\ncommand = \"{PROGRAM}\"\nargs = [\"serve\"]\n[mcp_servers.telegram.env]\nTELEGRAM_API_ID = \"1\"\n"
    );
    desk.write(".codex/config.toml", &codex);
    let report = desk.report(&[]).await;
    assert_eq!(
        report.of("client"),
        [
            "ok: Claude Desktop, `telegram` in ~/.config/Claude/claude_desktop_config.json | –",
            "ok: Claude Code, `telegram` in ~/.claude.json | –",
            "ok: Cursor, `telegram` in ~/.cursor/mcp.json | –",
            "ok: VS Code, `telegram` in ~/.config/Code/User/settings.json | –",
            "ok: Codex, `telegram` in ~/.codex/config.toml | –",
            "ok: VS Code, `telegram` in ~/.vscode/mcp.json | –",
        ]
    );
}

/// What is said of one entry in the list of Claude Desktop.
async fn judged(desk: &Desk, server: Value) -> Report {
    let list = json!({ "mcpServers": { "telegram": server } });
    desk.write(
        ".config/Claude/claude_desktop_config.json",
        &list.to_string(),
    );
    desk.report(&[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_clients_list_is_told_with_what_helps() {
    let desk = Desk::new().await;
    let env = |more: &[(&str, &str)]| {
        let mut env = json!({ "TELEGRAM_TOOL_NAMES": "underscore" });
        for (name, value) in more {
            env[*name] = (*value).into();
        }
        env
    };
    let wrong: [(Value, &str, &[&str]); 8] = [
        (
            json!({ "command": PROGRAM }),
            "wrong",
            &[
                "refuses tools with dots",
                "\"TELEGRAM_TOOL_NAMES\": \"underscore\"",
            ],
        ),
        (
            json!({ "command": "/nowhere/telegram-history-mcp", "env": env(&[]) }),
            "wrong",
            &["there is no `/nowhere/", "set `command` to /"],
        ),
        (
            json!({ "command": "telegram-history-mcp", "env": env(&[]) }),
            "wrong",
            &["there is no `telegram-history-mcp`"],
        ),
        (
            json!({ "command": PROGRAM, "env": env(&[("TELEGRAM_TOOL_NAME", "x")]) }),
            "wrong",
            &["did you mean `TELEGRAM_TOOL_NAMES`?"],
        ),
        (
            json!({ "command": PROGRAM, "env": env(&[("TELEGRAM_PII", "never")]) }),
            "wrong",
            &["`TELEGRAM_PII` is `never`", "does not start"],
        ),
        (
            json!({ "command": PROGRAM, "args": ["--tool-names=underscore", "--dmeo"] }),
            "wrong",
            &["arguments are not understood"],
        ),
        (
            json!({ "command": PROGRAM, "args": ["doctor"] }),
            "wrong",
            &["no server"],
        ),
        (
            json!({ "command": PROGRAM, "args": ["--tool-names", "underscore"], "env": { "TELEGRAM_API_ID": "${input:id}" } }),
            "ok",
            &["Claude Desktop"],
        ),
    ];
    for (server, verdict, parts) in wrong {
        judged(&desk, server).await.says("client", verdict, parts);
    }
    let copy = desk.path("telegram-history-mcp");
    fs::copy(PROGRAM, &copy).unwrap();
    let server = json!({ "command": copy, "env": env(&[]) });
    judged(&desk, server.clone())
        .await
        .says("client", "ok", &["Claude Desktop"]);
    fs::write(&copy, "another program").unwrap();
    judged(&desk, server.clone()).await.says(
        "client",
        "note",
        &["another build", "if this one is meant"],
    );
    #[cfg(unix)]
    {
        chmod(&copy, 0o600);
        judged(&desk, server)
            .await
            .says("client", "wrong", &["can be run", "chmod +x"]);
    }

    let desktop = ".config/Claude/claude_desktop_config.json";
    desk.write(desktop, "{\n  \"mcpServers\": {,\n}");
    desk.write(".codex/config.toml", "[a]\nb = = 1\n");
    let report = desk.report(&[]).await;
    report.says(
        "client",
        "wrong",
        &[
            "claude_desktop_config.json: it is not valid JSON: line 2, column 18",
            "correct it there",
        ],
    );
    report.says(
        "client",
        "wrong",
        &["config.toml: it is not valid TOML: line 2, column "],
    );
    desk.write(desktop, "{}");
    fs::remove_file(desk.path(".codex/config.toml")).unwrap();
    let report = desk.report(&[]).await;
    report.says(
        "client",
        "note",
        &["none has this server: not Claude Desktop (~/.config/Claude"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_would_find_no_account_is_told_what_is_missing() {
    let desk = Desk::new().await;
    let session = session_of(&desk.sim);
    let elsewhere = desk.path("elsewhere").display().to_string();
    let by_hand = desk.write("by-hand", &session).display().to_string();
    let none = [
        "no session is kept where it looks",
        "/elsewhere/session",
        "login",
    ];
    let no_id = [
        "TELEGRAM_API_ID is not set",
        "add \"TELEGRAM_API_ID\" to its `env`",
    ];
    let cases: [(Value, &str, &[&str]); 6] = [
        (json!({ "TELEGRAM_STATE_DIR": elsewhere }), "missing", &none),
        (
            json!({ "TELEGRAM_SESSION_STRING": session }),
            "missing",
            &no_id,
        ),
        (
            json!({ "TELEGRAM_SESSION_FILE": by_hand }),
            "missing",
            &no_id,
        ),
        (
            json!({ "TELEGRAM_SESSION_FILE": by_hand, "TELEGRAM_API_ID": "1" }),
            "ok",
            &[],
        ),
        (
            json!({ "TELEGRAM_SESSION_STRING": "${input:s}" }),
            "missing",
            &no_id,
        ),
        (json!({ "TELEGRAM_STATE_DIR": "${HOME}/x" }), "ok", &[]),
    ];
    for (mut environment, verdict, parts) in cases {
        environment["TELEGRAM_TOOL_NAMES"] = "underscore".into();
        let server = json!({ "command": PROGRAM, "env": environment });
        judged(&desk, server).await.says("client", verdict, parts);
    }
    let server = json!({ "command": PROGRAM, "args": ["serve", "--demo"], "env": {
        "TELEGRAM_STATE_DIR": elsewhere, "TELEGRAM_TOOL_NAMES": "underscore",
    } });
    judged(&desk, server).await.says("client", "ok", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_cannot_make_out_is_told() {
    let desk = Desk::new().await;
    let env = json!({ "TELEGRAM_TOOL_NAMES": "underscore" });
    let whole = format!("{PROGRAM} serve");
    let report = judged(&desk, json!({ "command": whole, "env": env })).await;
    let remedy = format!("set `command` to {PROGRAM}, and `args` to [\"serve\"]");
    report.says("client", "wrong", &["stand in its `command`", &remedy]);
    let server = json!({ "command": PROGRAM, "args": "serve", "env": env });
    let report = judged(&desk, server).await;
    report.says("client", "wrong", &["`args` has to be a list of strings"]);
    let server = json!({ "command": PROGRAM, "env": { "TELEGRAM_API_ID": 1 } });
    let report = judged(&desk, server).await;
    report.says("client", "wrong", &["`env` has to hold names with strings"]);

    let servers = json!({ "telegram": { "command": PROGRAM, "env": env } });
    let list = json!({ "mcpservers": servers });
    desk.write(
        ".config/Claude/claude_desktop_config.json",
        &list.to_string(),
    );
    let list = json!({ "mcpServers": servers });
    desk.write(".vscode/mcp.json", &list.to_string());
    let codex = format!("[mcp-servers.telegram]\ncommand = \"{PROGRAM}\"\n");
    desk.write(".codex/config.toml", &codex);
    let report = desk.report(&[]).await;
    for (client, key) in [
        ("Claude Desktop", "mcpServers"),
        ("VS Code", "servers"),
        ("Codex", "mcp_servers"),
    ] {
        let remedy = format!("put it under `{key}`");
        let parts = [client, "stands where the client does not look", &remedy];
        report.says("client", "wrong", &parts);
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_list_that_is_no_file() {
    let desk = Desk::new().await;
    let list = desk.write(".cursor/mcp.json", "");
    fs::remove_file(&list).unwrap();
    let made = Command::new("mkfifo").arg(&list).status().await;
    assert!(made.unwrap().success());
    let report = desk.report(&[]).await;
    report.says("client", "wrong", &["~/.cursor/mcp.json: it is no file"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_others_can_read_and_clients_that_collide_are_told() {
    let desk = Desk::new().await;
    let session = session_of(&desk.sim);
    let server = |pii: &str| {
        json!({ "command": PROGRAM, "env": {
            "TELEGRAM_SESSION_STRING": session, "TELEGRAM_API_ID": "1",
            "TELEGRAM_TOOL_NAMES": "underscore", "TELEGRAM_PII": pii,
        } })
    };
    let list = |pii: &str| json!({ "mcpServers": { "telegram": server(pii) } }).to_string();
    let cursor = desk.write(".cursor/mcp.json", &list("mask"));
    desk.write(".claude.json", &list("mask"));
    assert!(
        desk.report(&[])
            .await
            .of("client")
            .iter()
            .all(|check| check.starts_with("ok"))
    );
    desk.write(".claude.json", &list("strict"));
    desk.write(".mcp.json", &list("off"));
    chmod(&cursor, 0o644);
    let report = desk.report(&[]).await;
    report.says(
        "client",
        "wrong",
        &[
            "Cursor",
            "TELEGRAM_SESSION_STRING stands in it",
            "chmod 600 ~/.cursor/mcp.json",
        ],
    );
    report.says(
        "client",
        "wrong",
        &[
            "Claude Code, `telegram` in ~/.claude.json and Cursor, `telegram` in ~/.cursor/mcp.json and Claude Code, `telegram` in ~/.mcp.json have",
            "different settings (TELEGRAM_PII)",
            "SESSION_IN_USE",
            "each a session of its own",
        ],
    );
    assert!(!json!(report.checks).to_string().contains(&session));

    // An id that is kept with the session is no other setting than the same one set.
    let list = |env: Value| {
        json!({ "mcpServers": { "telegram": { "command": PROGRAM, "env": env } } }).to_string()
    };
    let set = json!({ "TELEGRAM_TOOL_NAMES": "underscore", "TELEGRAM_API_ID": "1" });
    let kept = json!({ "TELEGRAM_TOOL_NAMES": "underscore" });
    desk.write(".cursor/mcp.json", &list(set));
    desk.write(".claude.json", &list(kept));
    fs::remove_file(desk.path(".mcp.json")).unwrap();
    let checks = desk.report(&[]).await.of("client");
    assert!(
        checks.iter().all(|check| check.starts_with("ok")),
        "{checks:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_fits_a_terminal() {
    let desk = Desk::new().await;
    let mut command = desk.command(&["doctor"]);
    let (code, said, errors) = run(&mut command).await;
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{said}");
    let home = desk.home.path().display().to_string();
    let mut told = said.replace(&home, "~");
    // As other tests of this kind are run with, too.
    told = told.replace("TELEGRAM_LOG is `trace`", "TELEGRAM_LOG is `off`");
    for (pattern, instead) in [
        ("127.0.0.1:", "127.0.0.1:…"),
        ("authorized in ", "authorized in …"),
        ("24 h; ", "24 h; …"),
    ] {
        let (before, after) = told.split_once(pattern).unwrap();
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        told = format!("{before}{instead}{rest}");
    }
    insta::assert_snapshot!(told);
}

//! One server in a client's list: whether it is this one, and whether it would start as it is written there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::places::Client;
use super::{Check, Computer, NAME};
use crate::cli::{Cli, Command, account};
use crate::config::{Config, ToolNames};

/// What this program's file is called.
const PROGRAM: &str = "telegram-history-mcp";

/// A server as a client starts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What the client calls it.
    pub(super) name: String,
    command: String,
    /// What stands behind the program in the command itself.
    misplaced: Vec<String>,
    arguments: Vec<String>,
    /// What is written there and is not of its kind.
    mistakes: Vec<&'static str>,
    pub(super) environment: Vec<(String, Zeroizing<String>)>,
}

/// What a client's list tells of this program.
#[derive(Debug)]
pub(super) struct Found {
    /// The servers that the client finds.
    pub(super) entries: Vec<Entry>,
    /// One that it does not find.
    pub(super) misplaced: Option<Entry>,
}

impl Found {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.misplaced.is_none()
    }
}

/// The entries of this program in a client's list, wherever that stands in the file.
pub(super) fn found_in(file: &Value, client: Client) -> Found {
    let mut lists: Vec<&Value> = file.get(client.key()).into_iter().collect();
    match client {
        // Its list for each directory.
        Client::ClaudeCode => {
            let projects = file.get("projects").and_then(Value::as_object);
            let projects = projects.into_iter().flat_map(|all| all.values());
            lists.extend(projects.filter_map(|project| project.get(client.key())));
        }
        // Its list among the settings.
        Client::VsCode => lists.extend(file.pointer("/mcp/servers")),
        Client::ClaudeDesktop | Client::Cursor | Client::Codex => {}
    }
    let servers = lists.into_iter().filter_map(Value::as_object).flatten();
    let entries: Vec<Entry> = servers
        .filter_map(|(name, server)| Entry::read(name, server))
        .collect();
    let misplaced = somewhere(file).filter(|_| entries.is_empty());
    Found { entries, misplaced }
}

/// An entry of this program, wherever it stands.
fn somewhere(value: &Value) -> Option<Entry> {
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| Entry::read(name, value).or_else(|| somewhere(value))),
        Value::Array(values) => values.iter().find_map(somewhere),
        _ => None,
    }
}

/// A command that starts this program, and what stands behind the program in it.
fn split(command: &str) -> Option<(&str, &str)> {
    command.match_indices(PROGRAM).find_map(|(at, _)| {
        let (before, rest) = command.split_at_checked(at)?;
        let rest = rest.strip_prefix(PROGRAM)?;
        let rest = rest.strip_prefix(".exe").unwrap_or(rest);
        let begins = before.is_empty() || before.ends_with(['/', '\\']);
        let ends = rest.is_empty() || rest.starts_with(' ');
        let program = command.strip_suffix(rest)?;
        (begins && ends).then_some((program, rest))
    })
}

impl Entry {
    fn read(name: &str, server: &Value) -> Option<Self> {
        let (command, behind) = split(server.get("command")?.as_str()?)?;
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let (arguments, environment) = (server.get("args"), server.get("env"));
        let mut mistakes = Vec::new();
        let listed = arguments.and_then(Value::as_array);
        let is_list = listed.is_some_and(|all| all.iter().all(Value::is_string));
        if arguments.is_some() && !is_list {
            mistakes.push("`args` has to be a list of strings");
        }
        let named = environment.and_then(Value::as_object);
        let is_map = named.is_some_and(|all| all.values().all(Value::is_string));
        if environment.is_some() && !is_map {
            mistakes.push("`env` has to hold names with strings, numbers in quotation marks, too");
        }
        Some(Self {
            name: name.to_owned(),
            command: command.to_owned(),
            misplaced: behind.split_whitespace().map(str::to_owned).collect(),
            arguments: listed.into_iter().flatten().map(text).collect(),
            mistakes,
            environment: named
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), Zeroizing::new(text(value))))
                .collect(),
        })
    }

    /// What is left to the client to fill in when it starts the server.
    fn is_filled_in_later(value: &str) -> bool {
        value.contains("${")
    }

    /// Whether the value of one of these is left to the client.
    fn leaves_open(&self, names: &[&str]) -> bool {
        let mut environment = self.environment.iter();
        environment
            .any(|(name, value)| names.contains(&name.as_str()) && Self::is_filled_in_later(value))
    }
}

/// What is to be said of an entry, and how the server would be configured; nothing where it serves a demo.
pub(super) async fn judge(
    computer: &Computer,
    client: Client,
    entry: &Entry,
    title: &str,
) -> (Vec<Check>, Option<Config>) {
    let mut checks: Vec<Check> = program(computer, entry, title).into_iter().collect();
    // VS Code makes strings of what is none.
    let mistakes = (entry.mistakes.iter()).filter(|_| client != Client::VsCode);
    checks.extend(mistakes.map(|mistake| {
        Check::wrong(NAME, format!("{title}: {mistake}")).remedy("correct it there")
    }));
    checks.extend(arguments_in_command(entry, title));
    let arguments = [PROGRAM]
        .into_iter()
        .chain((entry.misplaced.iter().chain(&entry.arguments)).map(String::as_str));
    let Ok(Cli { command, flags }) = Cli::try_parse_from(arguments) else {
        let finding = format!("{title}: its arguments are not understood by this version");
        checks.push(
            Check::wrong(NAME, finding).remedy("correct `args`; `--help` lists what there is"),
        );
        return (checks, None);
    };
    let is_demo = match command {
        None => false,
        Some(Command::Serve { demo, .. }) => demo,
        Some(_) => {
            let finding = format!("{title}: its arguments start a command that is no server");
            checks.push(
                Check::wrong(NAME, finding).remedy("leave `args` empty, or begin it with `serve`"),
            );
            return (checks, None);
        }
    };
    let environment: Vec<(OsString, OsString)> = (entry.environment.iter())
        .filter(|(_, value)| !Entry::is_filled_in_later(value))
        .map(|(name, value)| (name.into(), value.as_str().into()))
        .collect();
    match flags.load_in(environment, computer.home.clone(), computer.os) {
        Ok(mut config) => {
            let warnings = config.warnings.iter();
            checks.extend(warnings.map(|warning| {
                let check = Check::wrong(NAME, format!("{title}: {warning}"));
                check.remedy("correct `env` there")
            }));
            checks.extend(dots(client, &config, title));
            if !is_demo {
                checks.extend(account(entry, &mut config, title).await);
            }
            if checks.is_empty() {
                checks.push(Check::ok(NAME, title));
            }
            (checks, Some(config).filter(|_| !is_demo))
        }
        Err(problems) => {
            checks.extend(problems.iter().map(|problem| {
                let check = Check::wrong(NAME, format!("{title}: {problem}"));
                check.remedy("correct it there: until then the server does not start")
            }));
            (checks, None)
        }
    }
}

/// A client starts the file that the command names, with all that stands behind it in its name.
fn arguments_in_command(entry: &Entry, title: &str) -> Option<Check> {
    if entry.misplaced.is_empty() {
        return None;
    }
    let finding = format!("{title}: arguments stand in its `command`, and no program is called so");
    let all: Vec<&String> = entry.misplaced.iter().chain(&entry.arguments).collect();
    Some(Check::wrong(NAME, finding).remedy(format!(
        "set `command` to {}, and `args` to {}",
        entry.command,
        json!(all)
    )))
}

/// Whether the server would find a session and an application id, as its own environment leads to them; the id that
/// is kept counts like one that was set.
async fn account(entry: &Entry, config: &mut Config, title: &str) -> Option<Check> {
    const PLACE: [&str; 4] = [
        "TELEGRAM_CONFIG",
        "TELEGRAM_STATE_DIR",
        "TELEGRAM_SESSION_FILE",
        "TELEGRAM_KEYRING",
    ];
    const STRING: &str = "TELEGRAM_SESSION_STRING";
    const API_ID: &str = "TELEGRAM_API_ID";
    if entry.leaves_open(&PLACE) {
        return None;
    }
    if !entry.leaves_open(&[STRING]) {
        match account::find_session(config).await {
            Ok(Some(kept)) => config.api_id = config.api_id.or(kept.api_id),
            Ok(None) => {
                let file = config.session_file.as_ref();
                let place = file.map_or_else(String::new, |file| format!(", {}", file.display()));
                let finding = format!("{title}: no session is kept where it looks{place}");
                let remedy = "run `telegram-history-mcp login` with the settings that stand there, or give it those that `login` had";
                return Some(Check::missing(NAME, finding).remedy(remedy));
            }
            Err(error) => {
                let check = Check::wrong(NAME, format!("{title}: {error}"));
                return Some(check.remedy("see `session` in docs/doctor.md; `telegram-history-mcp login --replace` makes a new one"));
            }
        }
    }
    let finding = format!("{title}: {API_ID} is not set, and is not kept with the session");
    let remedy =
        format!("add \"{API_ID}\" to its `env`, with the id that the session was made with");
    let has_id = config.api_id.is_some() || entry.leaves_open(&[API_ID]);
    (!has_id).then(|| Check::missing(NAME, finding).remedy(remedy))
}

fn dots(client: Client, config: &Config, title: &str) -> Option<Check> {
    if config.tool_names == ToolNames::Underscore || !client.refuses_dots() {
        return None;
    }
    let finding = format!(
        "{title}: {} refuses tools with dots in their names, and the whole server with them",
        client.title()
    );
    Some(
        Check::wrong(NAME, finding)
            .remedy("add \"TELEGRAM_TOOL_NAMES\": \"underscore\" to its `env`"),
    )
}

/// Whether the command is there, and this program.
fn program(computer: &Computer, entry: &Entry, title: &str) -> Option<Check> {
    let Some(path) = found(computer, &entry.command) else {
        let finding = format!("{title}: there is no `{}`", entry.command);
        let here = computer.program.as_ref()?.display();
        return Some(Check::wrong(NAME, finding).remedy(format!("set `command` to {here}")));
    };
    if !is_executable(&path) {
        let finding = format!(
            "{title}: `{}` is not a program that can be run",
            entry.command
        );
        return Some(Check::wrong(NAME, finding).remedy(format!("chmod +x '{}'", path.display())));
    }
    let this = computer.program.as_ref()?;
    if path.canonicalize().ok().as_ref() == Some(this) || is_copy(&path, this) {
        return None;
    }
    let finding = format!(
        "{title}: it starts another build than this one, {}",
        path.display()
    );
    Some(Check::note(NAME, finding).remedy(format!(
        "set `command` to {} if this one is meant",
        this.display()
    )))
}

/// The file that a command starts: the path itself, or the first of its name on `PATH`.
fn found(computer: &Computer, command: &str) -> Option<PathBuf> {
    let home = command
        .strip_prefix("~/")
        .and_then(|rest| Some(computer.home.as_ref()?.join(rest)));
    if command.contains(['/', '\\']) {
        let path = home.unwrap_or_else(|| PathBuf::from(command));
        return Some(path).filter(|path| path.is_file());
    }
    let dirs = std::env::split_paths(computer.path.as_ref()?);
    let names = [command.to_owned(), format!("{command}.exe")];
    dirs.flat_map(|dir| names.clone().map(|name| dir.join(name)))
        .find(|path| path.is_file())
}

fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        path.is_file()
    }
}

/// Whether two files hold the same.
fn is_copy(one: &Path, other: &Path) -> bool {
    let size = |path: &Path| path.metadata().ok().map(|metadata| metadata.len());
    size(one) == size(other) && fs::read(one).ok() == fs::read(other).ok()
}

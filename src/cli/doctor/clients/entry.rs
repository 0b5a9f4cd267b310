//! One server in a client's list: whether it is this one, and whether it would start as it is written there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use serde_json::Value;
use zeroize::Zeroizing;

use super::places::Client;
use super::{Check, Computer, NAME};
use crate::cli::{Cli, Command};
use crate::config::{Config, ToolNames};

/// What this program's file is called.
const PROGRAM: &str = "telegram-history-mcp";

/// A server as a client starts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What the client calls it.
    pub(super) name: String,
    command: String,
    arguments: Vec<String>,
    pub(super) environment: Vec<(String, Zeroizing<String>)>,
}

/// The entries of this program in a client's list, wherever such lists stand.
pub(super) fn entries_of(list: &Value) -> Vec<Entry> {
    let lists = ["/mcpServers", "/servers", "/mcp/servers", "/mcp_servers"];
    let mut servers: Vec<&Value> = lists.iter().filter_map(|at| list.pointer(at)).collect();
    // Claude Code has lists of its own for directories.
    let projects = list.get("projects").and_then(Value::as_object);
    let of_projects = projects.into_iter().flat_map(|all| all.values());
    servers.extend(of_projects.filter_map(|project| project.get("mcpServers")));
    let servers = servers.into_iter().filter_map(Value::as_object).flatten();
    servers
        .filter_map(|(name, server)| Entry::read(name, server))
        .collect()
}

impl Entry {
    fn read(name: &str, server: &Value) -> Option<Self> {
        let command = server.get("command")?.as_str()?.to_owned();
        let stem = command.rsplit(['/', '\\']).next()?;
        let stem = stem.strip_suffix(".exe").unwrap_or(stem);
        if stem != PROGRAM {
            return None;
        }
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let arguments = server.get("args").and_then(Value::as_array);
        let environment = server.get("env").and_then(Value::as_object);
        Some(Self {
            name: name.to_owned(),
            command,
            arguments: arguments.into_iter().flatten().map(text).collect(),
            environment: environment
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
}

/// What is to be said of an entry, and how the server would be configured; nothing where it serves a demo.
pub(super) fn judge(
    computer: &Computer,
    client: Client,
    entry: &Entry,
    title: &str,
) -> (Vec<Check>, Option<Config>) {
    let mut checks: Vec<Check> = program(computer, entry, title).into_iter().collect();
    let arguments = [PROGRAM]
        .into_iter()
        .chain(entry.arguments.iter().map(String::as_str));
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
        Ok(config) => {
            let warnings = config.warnings.iter();
            checks.extend(warnings.map(|warning| {
                let check = Check::wrong(NAME, format!("{title}: {warning}"));
                check.remedy("correct `env` there")
            }));
            checks.extend(dots(client, &config, title));
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

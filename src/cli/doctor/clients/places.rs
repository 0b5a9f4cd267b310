//! Where clients keep their lists of servers, and how those are written.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde_json::Value;
use toml::Table;
use zeroize::Zeroizing;

use super::Computer;
use super::entry::{Found, found_in};
use super::jsonc;

/// What nobody's list of servers is longer than; that of Claude Code stands among all else that it remembers.
const MOST_BYTES: u64 = 64 << 20;

/// A client that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    VsCode,
    Codex,
}

impl Client {
    /// What it calls itself.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Claude Desktop",
            Self::ClaudeCode => "Claude Code",
            Self::Cursor => "Cursor",
            Self::VsCode => "VS Code",
            Self::Codex => "Codex",
        }
    }

    /// Under which key its list of servers stands.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::ClaudeDesktop | Self::ClaudeCode | Self::Cursor => "mcpServers",
            Self::VsCode => "servers",
            Self::Codex => "mcp_servers",
        }
    }

    /// Whether it has no use for a server whose tools have dots in their names.
    pub(super) fn refuses_dots(self) -> bool {
        matches!(self, Self::ClaudeDesktop | Self::Cursor)
    }
}

/// How a list of servers is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// JSON.
    Json,
    /// JSON with comments, and commas behind the last of a list.
    Commented,
    Toml,
}

/// A file where a client may have a list of servers.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) client: Client,
    pub(super) file: PathBuf,
    form: Form,
}

/// Why there is no list.
#[derive(Debug)]
pub(super) enum Unreadable {
    System(io::Error),
    /// There is something else, which may never end.
    NoFile,
    /// It is not what it should be, from here on.
    Text {
        what: &'static str,
        line: usize,
        column: usize,
    },
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Every place that is known: those of the user first, then those of the directory.
pub(super) fn places(computer: &Computer) -> Vec<Place> {
    let applications = match computer.os {
        "macos" => "Library/Application Support",
        "windows" => "AppData/Roaming",
        _ => ".config",
    };
    let of_user = [
        (
            Client::ClaudeDesktop,
            format!("{applications}/Claude/claude_desktop_config.json"),
            Form::Json,
        ),
        (Client::ClaudeCode, ".claude.json".to_owned(), Form::Json),
        (
            Client::Cursor,
            ".cursor/mcp.json".to_owned(),
            Form::Commented,
        ),
        (
            Client::VsCode,
            format!("{applications}/Code/User/mcp.json"),
            Form::Commented,
        ),
        (
            Client::VsCode,
            format!("{applications}/Code/User/settings.json"),
            Form::Commented,
        ),
        (Client::Codex, ".codex/config.toml".to_owned(), Form::Toml),
    ];
    let of_directory = [
        (Client::ClaudeCode, ".mcp.json".to_owned(), Form::Json),
        (
            Client::Cursor,
            ".cursor/mcp.json".to_owned(),
            Form::Commented,
        ),
        (
            Client::VsCode,
            ".vscode/mcp.json".to_owned(),
            Form::Commented,
        ),
    ];
    let below = |dir: &Option<PathBuf>, places: Vec<(Client, String, Form)>| {
        let dir = dir.clone();
        places.into_iter().filter_map(move |(client, path, form)| {
            let file = dir.as_ref()?.join(path);
            Some(Place { client, file, form })
        })
    };
    let mut places: Vec<Place> = below(&computer.home, of_user.into()).collect();
    for place in below(&computer.here, of_directory.into()) {
        if places.iter().all(|known| known.file != place.file) {
            places.push(place);
        }
    }
    places
}

impl Place {
    /// This server's entries.
    pub(super) fn read(&self) -> Result<Found, Unreadable> {
        let metadata = fs::metadata(&self.file)?;
        if !metadata.is_file() {
            return Err(Unreadable::NoFile);
        }
        if metadata.len() > MOST_BYTES {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
        }
        let text = Zeroizing::new(fs::read_to_string(&self.file)?);
        let list = match self.form {
            Form::Json => json(&text)?,
            Form::Commented => json(&Zeroizing::new(jsonc::plain(&text)))?,
            Form::Toml => toml_of(&text)?,
        };
        Ok(found_in(&list, self.client))
    }
}

fn json(text: &str) -> Result<Value, Unreadable> {
    // An empty file is an empty list to all of them.
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| Unreadable::Text {
        what: "JSON",
        line: error.line(),
        column: error.column(),
    })
}

fn toml_of(text: &str) -> Result<Value, Unreadable> {
    let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Unreadable::Text {
            what: "TOML",
            line,
            column,
        }
    })?;
    Ok(serde_json::to_value(table).unwrap_or_default())
}

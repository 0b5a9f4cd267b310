//! The lines to paste into a client.

use std::path::{Path, PathBuf};

use serde_json::json;

/// What to put where.
pub(super) struct Snippet {
    pub(super) client: &'static str,
    pub(super) place: &'static str,
    pub(super) text: String,
}

/// For the clients that most people have; some of them refuse dots in tool names, none refuses underscores.
pub(super) fn snippets(export: Option<&Path>) -> Vec<Snippet> {
    let binary = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("telegram-history-mcp"));
    let binary = binary.display().to_string();
    let mut arguments = vec!["serve".to_owned(), "--demo".to_owned()];
    if let Some(export) = export {
        // A client starts the server elsewhere.
        let export = export.canonicalize().unwrap_or_else(|_| export.to_owned());
        arguments.extend(["--world".to_owned(), export.display().to_string()]);
    }
    let line: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    let servers = json!({
        "mcpServers": {
            "telegram": {
                "command": binary,
                "args": arguments,
                "env": { "TELEGRAM_TOOL_NAMES": "underscore" }
            }
        }
    });
    let servers = format!("{servers:#}");
    vec![
        Snippet {
            client: "Claude Desktop",
            place: "Settings → Developer → Edit Config (claude_desktop_config.json)",
            text: servers.clone(),
        },
        Snippet {
            client: "Cursor",
            place: "~/.cursor/mcp.json",
            text: servers,
        },
        Snippet {
            client: "Claude Code",
            place: "in a terminal",
            text: format!(
                "claude mcp add telegram -e TELEGRAM_TOOL_NAMES=underscore -- {} {}",
                quoted(&binary),
                line.join(" ")
            ),
        },
    ]
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    if path.contains(' ') {
        format!("\"{path}\"")
    } else {
        path.to_owned()
    }
}

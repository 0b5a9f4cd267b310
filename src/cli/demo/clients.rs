//! The lines to paste into a client.

use std::path::PathBuf;

use serde_json::json;

/// What to put where.
pub(super) struct Snippet {
    pub(super) client: &'static str,
    pub(super) place: &'static str,
    pub(super) text: String,
}

/// For the clients that most people have. Claude Desktop and Cursor refuse dots in tool names.
pub(super) fn snippets() -> Vec<Snippet> {
    let binary = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("telegram-history-mcp"));
    let binary = binary.display().to_string();
    let servers = json!({
        "mcpServers": {
            "telegram": {
                "command": binary,
                "args": ["serve", "--demo"],
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
                "claude mcp add telegram -- {} serve --demo",
                quoted(&binary)
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

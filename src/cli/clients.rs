//! The lines to paste into a client.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::config::{Config, Origin};

/// What to put where.
pub(super) struct Snippet {
    pub(super) client: &'static str,
    pub(super) place: &'static str,
    pub(super) text: String,
}

/// The server of the embedded Telegram, of this export if there is one.
pub(super) fn demo(export: Option<&Path>) -> Vec<Snippet> {
    let mut arguments = vec!["serve".to_owned(), "--demo".to_owned()];
    if let Some(export) = export {
        // A client starts the server elsewhere.
        let export = export.canonicalize().unwrap_or_else(|_| export.to_owned());
        arguments.extend(["--world".to_owned(), export.display().to_string()]);
    }
    snippets(&arguments, &[])
}

/// The server of the session that `login` has kept, with what leads to it there.
pub(super) fn account(config: &Config) -> Vec<Snippet> {
    let chosen = |name: &'static str, path: &Option<PathBuf>| {
        let path = path.as_deref().filter(|_| config.sets(name))?;
        // A client starts the server elsewhere.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Some((name, path.display().to_string()))
    };
    let file = config.settings.iter().find_map(|it| match &it.origin {
        Origin::File { path, .. } => Some(path.clone()),
        _ => None,
    });
    let led = [
        chosen("TELEGRAM_CONFIG", &file),
        chosen("TELEGRAM_SESSION_FILE", &config.session_file),
        chosen("TELEGRAM_STATE_DIR", &config.state_dir),
        (!config.keyring).then(|| ("TELEGRAM_KEYRING", "0".to_owned())),
    ];
    let led: Vec<_> = led.into_iter().flatten().collect();
    snippets(&["serve".to_owned()], &led)
}

/// For the clients that most people have; some of them refuse dots in tool names, none refuses underscores.
fn snippets(arguments: &[String], environment: &[(&str, String)]) -> Vec<Snippet> {
    let binary = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("telegram-history-mcp"));
    let binary = binary.display().to_string();
    let line: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    let mut set = vec![("TELEGRAM_TOOL_NAMES", "underscore")];
    set.extend(
        environment
            .iter()
            .map(|(name, value)| (*name, value.as_str())),
    );
    let flags: Vec<String> = (set.iter())
        .map(|(name, value)| format!("-e {}", quoted(&format!("{name}={value}"))))
        .collect();
    let variables: serde_json::Map<_, _> = (set.iter())
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let servers = json!({
        "mcpServers": {
            "telegram": { "command": binary, "args": arguments, "env": variables }
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
                "claude mcp add telegram {} -- {} {}",
                flags.join(" "),
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

//! The commands.

mod serve;

use std::io::{Write, stderr};
use std::panic;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::runtime;

use crate::error::Error;

/// Deeply nested TL objects are read recursively and do not fit the usual 2 MiB.
const THREAD_STACK_BYTES: usize = 16 << 20;

/// How long the process waits at its end for threads that are still busy.
const LAST_MOMENT: Duration = Duration::from_millis(100);

/// Unofficial Telegram history for AI clients: an MCP server on standard input and output.
#[derive(Debug, Parser)]
#[command(name = "telegram-history-mcp", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve MCP on standard input and output (the default)
    Serve,
}

/// Runs a command to its end.
pub fn run(cli: Cli) -> Result<(), Error> {
    let runtime = runtime::Builder::new_multi_thread()
        .thread_name("telegram-history")
        .thread_stack_size(THREAD_STACK_BYTES)
        .enable_all()
        .build()
        .map_err(|error| Error::Internal {
            what: format!("the runtime does not start: {}", error.kind()),
        })?;
    let command = match cli.command.unwrap_or(Command::Serve) {
        // Spawned, since the main thread's stack is not ours to size.
        Command::Serve => runtime.spawn(serve::run()),
    };
    let outcome = runtime.block_on(command);
    runtime.shutdown_timeout(LAST_MOMENT);
    outcome.unwrap_or_else(|_| {
        Err(Error::Internal {
            what: "the command failed in an unforeseen way".into(),
        })
    })
}

/// Makes panics say where they happened and nothing else: their texts may quote what was read.
pub fn hush_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or("an unknown place");
        let _ = writeln!(stderr(), "telegram-history-mcp: panicked at {place}");
    }));
}

//! Parses, runs, writes what went wrong to stderr, and exits with the code that says why.

use std::io::Write as _;
use std::io::stderr;
use std::process::ExitCode;

use clap::Parser as _;
use telegram_history_mcp::cli::{self, Cli};
use telegram_history_mcp::memory;

fn main() -> ExitCode {
    memory::keep_private();
    cli::hush_panics();
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.to_string().lines() {
                let _ = writeln!(stderr(), "telegram-history-mcp: {line}");
            }
            failure.exit_code()
        }
    }
}

//! Parses, runs, writes one line on stderr when that fails, and exits with the code that says why.

use std::io::{Write, stderr};
use std::process::ExitCode;

use clap::Parser;
use telegram_history_mcp::cli::{self, Cli};

fn main() -> ExitCode {
    cli::hush_panics();
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "telegram-history-mcp: {error}");
            ExitCode::FAILURE
        }
    }
}

//! Parses, runs, writes what went wrong to stderr, and exits with the code that says why.

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
            cli::complain(&failure);
            failure.exit_code()
        }
    }
}

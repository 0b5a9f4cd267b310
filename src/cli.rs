//! The commands: parsed here, one file for each.

mod account;
mod audit;
mod clients;
mod demo;
mod doctor;
mod export;
mod flags;
mod loading;
mod login;
mod logout;
mod mask;
pub mod schema;
mod serve;
mod sharing;
mod sim;
mod stage;
mod trouble;
mod whoami;
mod wrap;

use std::fmt;
use std::io::Write as _;
use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use tokio::runtime;

use crate::privacy::sanitize;
use crate::telegram::weight::STACK_BYTES;

use self::audit::AuditCommand;
use self::export::ExportArgs;
use self::flags::ConfigFlags;
use self::login::LoginArgs;
use self::mask::MaskArgs;
use self::sim::SimArgs;
use self::trouble::TroubleArgs;
pub use self::wrap::complain;

/// The exit code of a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// How long the process waits at its end for threads that are still busy.
const LAST_MOMENT: Duration = Duration::from_millis(100);

/// Unofficial Telegram history for AI clients: an MCP server on standard input and output.
///
/// Without a command it serves. `telegram-history-mcp demo` shows everything without an account.
#[derive(Debug, Parser)]
#[command(
    name = "telegram-history-mcp",
    version,
    after_help = "An account needs TELEGRAM_API_ID and TELEGRAM_API_HASH (https://my.telegram.org) in the environment, and then `login`; `doctor` says what is missing. docs/configuration.md lists all settings."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: ConfigFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve MCP on standard input and output (the default)
    Serve {
        /// Serve the embedded Telegram instead of an account
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        world: WorldArgs,
        #[command(flatten)]
        trouble: TroubleArgs,
    },
    /// A tour without an account: the real server reads an embedded Telegram, step by step
    Demo(WorldArgs),
    /// Log in to an account, with a QR code or a code by phone, and keep the session
    Login(LoginArgs),
    /// End the session at Telegram, and forget it here
    Logout {
        /// Forget it here only, without telling Telegram
        #[arg(long)]
        local: bool,
    },
    /// Say whose session this is
    Whoami {
        /// Answer with JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the whole history of chats to files
    Export(Box<ExportArgs>),
    /// Run the embedded Telegram alone, and print a string session for any MTProto client
    Sim(Box<SimArgs>),
    /// Mask a text: what is personal or secret in it becomes pseudonyms, as in what the server answers
    Mask(MaskArgs),
    /// Check what is configured, what is missing and how to get it
    Doctor {
        /// Answer with JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what was done with the account, or check that the record of it is as it was written
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Print the JSON Schemas of the tools and of a message record
    Schema,
}

/// What the embedded Telegram holds.
#[derive(Debug, Clone, Default, Args)]
struct WorldArgs {
    /// A Telegram Desktop export (`result.json`) instead of the made-up chats
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// What the made-up chats are made from [default: 1]
    #[arg(long, value_name = "SEED", conflicts_with = "world")]
    seed: Option<u64>,
}

impl WorldArgs {
    fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// The first of these flags that was typed.
    fn typed(&self) -> Option<&'static str> {
        let world = self.world.as_ref().map(|_| "--world");
        world.or(self.seed.map(|_| "--seed"))
    }
}

/// Why a command failed: what stands on stderr, and the exit code.
#[derive(Debug, Clone)]
pub struct Failure {
    text: String,
    code: u8,
    /// Whether nothing had been done yet.
    came_early: bool,
}

impl Failure {
    /// A failure while working.
    fn new(text: impl fmt::Display) -> Self {
        Self::with_code(1, text)
    }

    /// Something that was asked for wrongly.
    fn usage(text: impl fmt::Display) -> Self {
        Self::with_code(2, text).early()
    }

    /// An end that has a code of its own.
    fn with_code(code: u8, text: impl fmt::Display) -> Self {
        Self {
            text: clean(text),
            code,
            came_early: false,
        }
    }

    /// The same, before anything was done.
    fn early(self) -> Self {
        Self {
            came_early: true,
            ..self
        }
    }

    /// 1 for a failure, 2 for a wrong configuration or wrong usage; a command may have others.
    pub fn exit_code(&self) -> ExitCode {
        self.code.into()
    }
}

/// A text without what would steer the terminal: it may quote a file or its name.
fn clean(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let lines: Vec<_> = text.lines().map(sanitize::line).collect();
    lines.join("\n")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Runs a command to its end.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = runtime::Builder::new_multi_thread()
        .thread_name("telegram-history")
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the runtime does not start: {}", error.kind())))?;
    // Spawned, since the main thread's stack is not ours to size.
    let outcome = runtime.block_on(runtime.spawn(dispatch(cli)));
    runtime.shutdown_timeout(LAST_MOMENT);
    outcome.unwrap_or_else(|_| Err(Failure::new("the command failed in an unforeseen way")))
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let flags = cli.flags;
    let serve = Command::Serve {
        demo: false,
        world: WorldArgs::default(),
        trouble: TroubleArgs::default(),
    };
    match cli.command.unwrap_or(serve) {
        Command::Serve {
            demo: true,
            world,
            trouble,
        } => serve::demo(flags, &world, trouble).await,
        Command::Serve { world, trouble, .. } => match world.typed().or(trouble.typed()) {
            None => serve::account(flags).await,
            Some(flag) => Err(Failure::usage(format!("`{flag}` needs `--demo` beside it"))),
        },
        Command::Demo(world) => demo::run(flags, &world).await,
        Command::Login(args) => login::run(flags, &args).await,
        Command::Logout { local } => logout::run(flags, local).await,
        Command::Whoami { json } => whoami::run(flags, json).await,
        Command::Export(args) => export::run(flags, &args).await,
        Command::Sim(args) => sim::run(&args).await,
        Command::Mask(args) => mask::run(flags, &args).await,
        Command::Doctor { json } => doctor::run(flags, json).await,
        Command::Audit(command) => audit::run(flags, &command),
        Command::Schema => schema::run(),
    }
}

/// Writes to stdout what a person or a pipe asked for; a reader that has left is no failure.
fn print(text: impl fmt::Display) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(format!(
            "stdout cannot be written: {}",
            error.kind()
        ))),
        _ => Ok(()),
    }
}

/// Makes panics say where they happened and nothing else: their texts may quote what was read.
pub fn hush_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or("an unknown place");
        let _ = writeln!(
            std::io::stderr(),
            "telegram-history-mcp: panicked at {place}"
        );
    }));
}

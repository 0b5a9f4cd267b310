//! `sim`: the embedded Telegram alone, for any MTProto client that takes a string session, or that logs in with one
//! that is not logged in yet.

use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::sim::knobs::Knobs;
use crate::sim::login::{DataCentre, Desk, Entrance, Password};
use crate::sim::{Sim, World};
use crate::telegram::session::SessionString;

use super::stage::Stage;
use super::trouble::TroubleArgs;
use super::{Failure, WorldArgs, account, print, serve};

/// What `sim` takes.
#[derive(Debug, Args)]
pub(super) struct SimArgs {
    #[command(flatten)]
    world: WorldArgs,
    /// The port to listen on, on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Decide everything that is ambiguous about Telegram by this number
    #[arg(long, value_name = "SEED")]
    knobs: Option<u64>,
    #[command(flatten)]
    login: LoginArgs,
    #[command(flatten)]
    trouble: TroubleArgs,
}

/// How one logs in.
#[derive(Debug, Args)]
struct LoginArgs {
    /// Print what it takes to log in, instead of a session that is logged in; takes two ports
    #[arg(long)]
    login: bool,
    /// Ask for this password after the code
    #[arg(long, value_name = "WORDS", requires = "login")]
    login_password: Option<String>,
    /// The data centre where the account lives [default: 2]
    #[arg(long, value_name = "DC", requires = "login", value_parser = ["2", "4"])]
    login_home_dc: Option<String>,
    /// Take a QR code as scanned so long after the first one of a login [default: 10]
    #[arg(long, value_name = "SECONDS", requires = "login")]
    login_scan_after: Option<u64>,
}

impl LoginArgs {
    /// When a QR code counts as scanned if nobody says: time enough to look at it.
    const SCAN_AFTER: u64 = 10;

    fn desk(&self) -> Option<Desk> {
        let home_dc = self.login_home_dc.as_deref();
        self.login.then(|| Desk {
            home_dc: if home_dc == Some("4") { 4 } else { 2 },
            password: self.login_password.as_deref().map(Password::new),
            scan_after: Some(Duration::from_secs(
                self.login_scan_after.unwrap_or(Self::SCAN_AFTER),
            )),
            ..Desk::default()
        })
    }
}

/// Serves until a signal comes; says on stdout how to connect.
pub(super) async fn run(args: &SimArgs) -> Result<(), Failure> {
    let shutdown = CancellationToken::new();
    serve::cancel_on_signal(shutdown.clone())?;
    let adjust = |world: &mut World| {
        if let Some(seed) = args.knobs {
            world.knobs = Knobs::random(seed);
        }
        if let Some(desk) = args.login.desk() {
            world.desk = desk;
        }
        args.trouble.apply(world);
    };
    let stage = Stage::open(&args.world, args.port, adjust).await?;
    for warning in &stage.warnings {
        print(format_args!("# {warning}"))?;
    }
    // Lines that a shell can evaluate, and a person can read.
    print(format_args!(
        "# an embedded Telegram on {}, until Ctrl-C",
        places(stage.sim.data_centres())
    ))?;
    for line in args.trouble.lines() {
        print(format_args!("# {line}"))?;
    }
    if let Some(seed) = args.knobs {
        print(format_args!("# knobs {seed}"))?;
    }
    print("TELEGRAM_API_ID=1")?;
    if args.login.login {
        say_how_to_log_in(&stage.sim)?;
    } else {
        print(format_args!(
            "TELEGRAM_SESSION_STRING={}",
            account::session_of(&stage.sim)?.encode().as_str()
        ))?;
    }
    for chat in &stage.chats {
        print(format_args!(
            "# {:>7} messages in {} ({})",
            chat.messages, chat.input, chat.title
        ))?;
    }
    shutdown.cancelled().await;
    Ok(())
}

/// Where it listens; which data centre is where matters only if there are several.
fn places(data_centres: &[DataCentre]) -> String {
    match data_centres {
        [alone] => alone.address.to_string(),
        several => {
            let place = |it: &DataCentre| format!("{} (data centre {})", it.address, it.id);
            several.iter().map(place).collect::<Vec<_>>().join(" and ")
        }
    }
}

fn say_how_to_log_in(sim: &Sim) -> Result<(), Failure> {
    print(format_args!("TELEGRAM_API_HASH={}", "0".repeat(32)))?;
    let mut flags = String::new();
    for entrance in sim.entrances() {
        let name = format!("SIM_START_SESSION_{}", entrance.dc_id);
        print(format_args!("{name}={}", start_session(&entrance)?))?;
        flags += &format!(" --start-session \"${name}\"");
    }
    print(format_args!("# telegram-history-mcp login{flags}"))?;
    let mut lines = Vec::new();
    {
        let desk = &sim.world().desk;
        lines.push(format!("the account lives in data centre {}", desk.home_dc));
        lines.push(format!("phone {}", desk.phone));
        lines.push(format!("code {}", desk.code));
        if let Some(password) = &desk.password {
            lines.push(format!("password {}", password.words));
        }
        if let Some(after) = desk.scan_after {
            lines.push(format!(
                "a QR code counts as scanned {} s after the first one is shown",
                after.as_secs()
            ));
        }
    }
    lines
        .iter()
        .try_for_each(|line| print(format_args!("# {line}")))
}

/// A string session with a key that nobody has logged in with.
fn start_session(entrance: &Entrance) -> Result<String, Failure> {
    SessionString::new(entrance.dc_id, entrance.address, &entrance.auth_key)
        .map(|session| session.encode().to_string())
        .map_err(Failure::new)
}

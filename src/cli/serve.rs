//! `serve`: MCP on standard input and output until the client leaves or a signal comes.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::audit::Audit;
use crate::config::Config;
use crate::error::Error;
use crate::export::{ExportOptions, Exports};
use crate::history::Reader;
use crate::logging;
use crate::server::{self, Server};
use crate::sharing::{Account as Found, Find};
use crate::sim::{Sim, World};

use super::account::{Account, NoAccount};
use super::flags::ConfigFlags;
use super::stage::Stage;
use super::trouble::TroubleArgs;
use super::{Failure, WorldArgs, account, sharing};

/// Serves the configured account.
pub(super) async fn account(flags: ConfigFlags) -> Result<(), Failure> {
    let config = flags.load()?;
    logging::init(&config);
    warn(&config.warnings);
    let audit = account::audit(&config);
    let outcome = match account::find(&config).await {
        Ok(account) => serve_account(&config, account, &audit).await,
        Err(missing) => serve_without_account(&config, &missing, &audit).await,
    };
    audit.close().await;
    outcome
}

async fn serve_account(config: &Config, account: Account, audit: &Audit) -> Result<(), Failure> {
    let Found { server, meeting } = found(config, account, audit)?;
    let shutdown = prepare()?;
    let outcome = match meeting {
        Some((place, settings)) => crate::sharing::serve(server, place, settings, shutdown).await,
        None => serve_alone(server, shutdown).await,
    };
    outcome.map_err(Failure::new)
}

/// Has every call answered with what is missing, until it is there.
async fn serve_without_account(
    config: &Config,
    missing: &NoAccount,
    audit: &Audit,
) -> Result<(), Failure> {
    tracing::warn!(
        "{missing}: every call will say so; `telegram-history-mcp doctor` tells how to get it"
    );
    let reader = Reader::without_account(missing.to_string());
    let server = server_of(config, reader, account::export_options(config), audit);
    let shutdown = prepare()?;
    let outcome = match config.session_string {
        // What is set does not change any more.
        Some(_) => serve_alone(server, shutdown).await,
        None => {
            let find = find(config.clone(), audit.clone());
            crate::sharing::serve_without_account(server, find, shutdown).await
        }
    };
    outcome.map_err(Failure::new)
}

/// Looks for an account that was not there before.
fn find(config: Config, audit: Audit) -> Find {
    let place = Arc::new((config, audit));
    Box::new(move || {
        let place = Arc::clone(&place);
        let look = async move {
            let (config, audit) = &*place;
            if sharing::is_changing(config).await {
                // A login is connected with the new session itself.
                return None;
            }
            let account = account::find(config).await.ok()?;
            let found = found(config, account, audit);
            found.inspect_err(|error| tracing::warn!("{error}")).ok()
        };
        look.boxed()
    })
}

/// A server of this account, and where its processes meet.
fn found(config: &Config, account: Account, audit: &Audit) -> Result<Found, Failure> {
    tracing::debug!("the session is that of {}", account.origin);
    let meeting = sharing::of(config, &account);
    let reader = account::reader(config, account)?;
    let exports = account::export_options(config);
    let server = server_of(config, reader, exports, audit);
    Ok(Found { server, meeting })
}

/// Serves the embedded Telegram.
pub(super) async fn demo(
    flags: ConfigFlags,
    world: &WorldArgs,
    trouble: TroubleArgs,
) -> Result<(), Failure> {
    let config = flags.load()?;
    logging::init(&config);
    warn(&config.warnings);
    let lines = trouble.lines();
    let adjust = move |world: &mut World| trouble.apply(world);
    let sim = match &world.world {
        // Written while the client says hello.
        None => Sim::start_generated(world.seed(), adjust)
            .await
            .map_err(|error| {
                Failure::new(format!(
                    "the embedded Telegram cannot listen: {}",
                    error.kind()
                ))
            })?,
        Some(_) => {
            let stage = Stage::open(world, 0, adjust).await?;
            warn(&stage.warnings);
            stage.sim
        }
    };
    tracing::info!("serving an embedded Telegram");
    for line in lines {
        tracing::info!("{line}");
    }
    let exports = ExportOptions {
        world: state_of(world.world.as_deref()),
        ..account::export_options(&config)
    };
    let reader = account::demo_reader(&sim, &config)?;
    let audit = account::demo_audit(&config);
    let server = server_of(&config, reader, exports, &audit);
    let shutdown = prepare()?;
    let outcome = serve_alone(server, shutdown).await;
    audit.close().await;
    outcome.map_err(Failure::new)
}

/// What tells a file from another one, or from what it was before.
fn state_of(world: Option<&Path>) -> String {
    let metadata = world.and_then(|file| file.metadata().ok());
    metadata.map_or_else(String::new, |it| {
        format!("{} {:?}", it.len(), it.modified().ok())
    })
}

/// A server that has yet to be served.
fn server_of(config: &Config, reader: Reader, exports: ExportOptions, audit: &Audit) -> Server {
    let reader = Arc::new(reader);
    let exports = Exports::audited(Arc::clone(&reader), exports, audit.clone());
    Server::new(reader, exports, account::server_options(config))
}

/// What ends this process.
fn prepare() -> Result<CancellationToken, Failure> {
    if io::stdin().is_terminal() {
        tracing::info!(
            "serving MCP on this terminal, which is meant for a client; `telegram-history-mcp demo` is for people, Ctrl-C ends this"
        );
    }
    let shutdown = CancellationToken::new();
    cancel_on_signal(shutdown.clone())?;
    Ok(shutdown)
}

/// Serves what nobody else uses.
async fn serve_alone(server: Server, shutdown: CancellationToken) -> Result<(), Error> {
    let client = crate::sharing::nobody_else();
    let outcome = server::serve_stdio(server.clone(), client, shutdown).await;
    server.disconnect().await;
    outcome
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!("{warning}");
    }
}

/// Cancels `shutdown` when the process is asked to end.
pub(super) fn cancel_on_signal(shutdown: CancellationToken) -> Result<(), Failure> {
    listen(shutdown)
        .map_err(|error| Failure::new(format!("signals cannot be received: {}", error.kind())))
}

#[cfg(unix)]
fn listen(shutdown: CancellationToken) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
        shutdown.cancel();
    });
    Ok(())
}

#[cfg(windows)]
fn listen(shutdown: CancellationToken) -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

    let (mut interrupt, mut stop, mut close) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = stop.recv() => (),
            _ = close.recv() => (),
        }
        shutdown.cancel();
    });
    Ok(())
}

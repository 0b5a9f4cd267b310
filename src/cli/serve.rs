//! `serve`: MCP on standard input and output until the client leaves or a signal comes.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::audit::Audit;
use crate::config::Config;
use crate::export::{ExportOptions, Exports};
use crate::history::Reader;
use crate::logging;
use crate::server::{self, Server};
use crate::sim::{Sim, World};

use super::flags::ConfigFlags;
use super::stage::Stage;
use super::trouble::TroubleArgs;
use super::{Failure, WorldArgs, account};

/// Serves the configured account.
pub(super) async fn account(flags: ConfigFlags) -> Result<(), Failure> {
    let config = flags.load()?;
    logging::init(&config);
    warn(&config.warnings);
    let reader = match account::find(&config).await {
        Ok(account) => {
            tracing::debug!("the session is that of {}", account.origin);
            account::reader(&config, account)?
        }
        Err(missing) => {
            tracing::warn!(
                "{missing}: every call will say so; `telegram-history-mcp doctor` tells how to get it"
            );
            Reader::without_account(missing.to_string())
        }
    };
    let exports = account::export_options(&config);
    serve(&config, reader, exports, account::audit(&config)).await
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
    serve(&config, reader, exports, account::demo_audit(&config)).await
}

/// What tells a file from another one, or from what it was before.
fn state_of(world: Option<&Path>) -> String {
    let metadata = world.and_then(|file| file.metadata().ok());
    metadata.map_or_else(String::new, |it| {
        format!("{} {:?}", it.len(), it.modified().ok())
    })
}

async fn serve(
    config: &Config,
    reader: Reader,
    exports: ExportOptions,
    audit: Audit,
) -> Result<(), Failure> {
    if io::stdin().is_terminal() {
        tracing::info!(
            "serving MCP on this terminal, which is meant for a client; `telegram-history-mcp demo` is for people, Ctrl-C ends this"
        );
    }
    let shutdown = CancellationToken::new();
    cancel_on_signal(shutdown.clone())?;
    let reader = Arc::new(reader);
    let exports = Exports::audited(Arc::clone(&reader), exports, audit.clone());
    let options = account::server_options(config, &audit);
    let server = Server::new(Arc::clone(&reader), exports, options);
    let outcome = server::serve_stdio(server, shutdown).await;
    audit.close().await;
    reader.disconnect().await;
    outcome.map_err(Failure::new)
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

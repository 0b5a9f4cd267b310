//! `serve`: MCP on standard input and output until the client leaves or a signal comes.

use std::{io, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::history::Reader;
use crate::server::{self, Server, ServerOptions};

/// Serves one client.
pub(super) async fn run() -> Result<(), Error> {
    let shutdown = CancellationToken::new();
    cancel_on_signal(shutdown.clone()).map_err(|error| Error::Internal {
        what: format!("signals cannot be received: {}", error.kind()),
    })?;
    let server = Server::new(
        Arc::new(Reader::without_account("no session is configured")),
        ServerOptions::default(),
    );
    server::serve_stdio(server, shutdown).await
}

#[cfg(unix)]
fn cancel_on_signal(shutdown: CancellationToken) -> io::Result<()> {
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
fn cancel_on_signal(shutdown: CancellationToken) -> io::Result<()> {
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

//! Carries MCP over a pair of pipes: forgives a clumsy start, notices the end, and never outlives it for long.

use std::{future::Future, time::Duration};

use rmcp::{
    RoleServer, ServerHandler, ServiceExt,
    model::{ClientJsonRpcMessage, ClientRequest, GetMeta, ProtocolVersion, ServerJsonRpcMessage},
    service::{QuitReason, ServerInitializeError},
    transport::{Transport, async_rw::AsyncRwTransport},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::surrogates::Paired;
use super::{Server, stdin};
use crate::error::Error;

/// How long answers may still be written after the client is gone or the process was told to stop.
const DRAIN: Duration = Duration::from_millis(700);

/// Serves one client on the process's own pipes until it leaves or `shutdown` is cancelled.
pub async fn serve_stdio(server: Server, shutdown: CancellationToken) -> Result<(), Error> {
    let session = Session::new(&shutdown);
    let reader = stdin::open(session.work.clone()).map_err(|error| Error::Internal {
        what: format!("standard input cannot be read: {}", error.kind()),
    })?;
    let connection = server.connect(session.work.clone());
    session.run(connection, reader, tokio::io::stdout()).await
}

/// Serves one client over any pair of pipes until it leaves or `shutdown` is cancelled.
pub async fn serve<R, W>(
    server: Server,
    reader: R,
    writer: W,
    shutdown: CancellationToken,
) -> Result<(), Error>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let session = Session::new(&shutdown);
    let connection = server.connect(session.work.clone());
    session.run(connection, reader, writer).await
}

/// The two ways a session ends.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// Ends the calls; the connection stays up for their answers. Cancelled at the end of input.
    pub(super) work: CancellationToken,
    /// Ends the connection. Cancelled when output is closed and when the process is told to stop.
    stop: CancellationToken,
}

impl Session {
    pub(super) fn new(shutdown: &CancellationToken) -> Self {
        Self {
            work: shutdown.child_token(),
            stop: shutdown.child_token(),
        }
    }

    /// Serves `handler` until the session ends, and answers for a moment longer.
    pub(super) async fn run<H, R, W>(self, handler: H, reader: R, writer: W) -> Result<(), Error>
    where
        H: ServerHandler,
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let work = self.work.clone();
        let pipes = Pipes {
            lines: AsyncRwTransport::new_server(Paired::new(reader), writer),
            session: self.clone(),
            is_open: false,
        };
        let conversation = converse(handler, pipes, self.stop);
        tokio::pin!(conversation);
        tokio::select! {
            ended = &mut conversation => return ended,
            () = work.cancelled() => (),
        }
        timeout(DRAIN, conversation).await.unwrap_or(Ok(()))
    }
}

async fn converse<H, T>(handler: H, pipes: T, stop: CancellationToken) -> Result<(), Error>
where
    H: ServerHandler,
    T: Transport<RoleServer> + 'static,
{
    let failed = |what: String| Err(Error::Internal { what });
    match handler.serve_with_ct(pipes, stop).await {
        Ok(running) => match running.waiting().await {
            Ok(QuitReason::JoinError(_)) | Err(_) => failed("the connection's task died".into()),
            Ok(_) => Ok(()),
        },
        // A client may leave whenever it likes.
        Err(
            ServerInitializeError::ConnectionClosed(_)
            | ServerInitializeError::TransportError { .. }
            | ServerInitializeError::Cancelled,
        ) => Ok(()),
        Err(_) => failed("the client's opening was not understood".into()),
    }
}

/// The lines of a client, on top of what rmcp makes of them.
struct Pipes<R: AsyncRead, W: AsyncWrite> {
    lines: AsyncRwTransport<RoleServer, R, W>,
    session: Session,
    /// Whether a request has opened the session.
    is_open: bool,
}

impl<R, W> Transport<RoleServer> for Pipes<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = std::io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let sending = self.lines.send(message);
        let session = self.session.clone();
        async move {
            let sent = sending.await;
            if sent.is_err() {
                session.work.cancel();
                session.stop.cancel();
            }
            sent
        }
    }

    /// The next message. rmcp ends the process on anything but a request before the session is open.
    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            let Some(message) = self.lines.receive().await else {
                self.session.work.cancel();
                return None;
            };
            match &message {
                ClientJsonRpcMessage::Request(request) => {
                    self.is_open |= opens_session(&request.request);
                    return Some(message);
                }
                _ if self.is_open => return Some(message),
                _ => (),
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.lines.close().await
    }
}

/// Whether rmcp leaves its opening with this request: `initialize`, or any request of the
/// stateless era but its probe.
fn opens_session(request: &ClientRequest) -> bool {
    match request {
        ClientRequest::InitializeRequest(_) => true,
        ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_) => false,
        request => {
            let meta = request.get_meta();
            let is_complete = meta
                .missing_required_keys(&ProtocolVersion::V_2026_07_28)
                .is_empty();
            let version = meta.protocol_version();
            is_complete && version.is_some_and(|it| ProtocolVersion::KNOWN_VERSIONS.contains(&it))
        }
    }
}

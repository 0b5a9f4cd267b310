//! Carries MCP over a pair of pipes: forgives a clumsy start, notices the end, and never outlives it for long.

use std::{future::Future, io, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rmcp::{
    RoleServer, ServerHandler, ServiceExt,
    model::{ClientJsonRpcMessage, ClientRequest, GetMeta, ProtocolVersion, ServerJsonRpcMessage},
    service::{QuitReason, ServerInitializeError},
    transport::{Transport, async_rw::AsyncRwTransport},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, Empty},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::lines::Lines;
use super::surrogates::Paired;
use super::{Server, message, stdin};
use crate::error::Error;

/// How long answers may still be written after the client is gone or the process was told to stop.
const DRAIN: Duration = Duration::from_millis(700);

/// The client on the process's own pipes, for whoever wants to know of it.
pub struct OwnClient<F> {
    /// Is told who it is, when that is known.
    pub greeted: Box<dyn Fn(String) + Send + Sync>,
    /// Is awaited when it has left, before the exports stop.
    pub farewell: F,
}

/// Serves one client on the process's own pipes until it leaves or `shutdown` is cancelled. The exports stop with it.
pub async fn serve_stdio(
    server: Server,
    client: OwnClient<impl Future<Output = ()>>,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let mut session = Session::new(&shutdown);
    session.greeted = Some(client.greeted.into());
    let reader = stdin::open(session.work.clone()).map_err(|error| Error::Internal {
        what: format!("standard input cannot be read: {}", error.kind()),
    })?;
    let (work, exports) = (session.work.clone(), server.exports().clone());
    let connection = server.connect(work.clone());
    let conversation = session.run(connection, reader, tokio::io::stdout()).boxed();
    // While last answers are written, and not after: there is little time.
    let closing = async {
        work.cancelled().await;
        client.farewell.await;
        exports.close().await;
    };
    tokio::join!(conversation, closing).0
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
#[derive(Clone)]
pub(super) struct Session {
    /// Ends the calls; the connection stays up for their answers. Cancelled at the end of input.
    pub(super) work: CancellationToken,
    /// Ends the connection. Cancelled when output is closed and when the process is told to stop.
    stop: CancellationToken,
    /// Is told who the client is.
    greeted: Option<Arc<dyn Fn(String) + Send + Sync>>,
}

impl Session {
    pub(super) fn new(shutdown: &CancellationToken) -> Self {
        Self {
            work: shutdown.child_token(),
            stop: shutdown.child_token(),
            greeted: None,
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
        let _ends_what_was_started = work.clone().drop_guard();
        let pipes = Pipes {
            input: Lines::new(Paired::new(reader)),
            output: AsyncRwTransport::new_server(tokio::io::empty(), writer),
            refusing: None,
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

/// The messages of a client, and of what is none the refusal.
struct Pipes<R, W: AsyncWrite> {
    input: Lines<Paired<R>>,
    /// What rmcp writes with; everything that is written goes through here.
    output: AsyncRwTransport<RoleServer, Empty, W>,
    /// A refusal that is being written, kept here because `receive` may be dropped under way.
    refusing: Option<BoxFuture<'static, io::Result<()>>>,
    session: Session,
    /// Whether a request has opened the session.
    is_open: bool,
}

impl<R, W> Pipes<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    /// The next message. A line that is none is answered before the next one is read.
    async fn next(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if let Some(refusing) = &mut self.refusing {
                let refused = refusing.await;
                self.refusing = None;
                refused.ok()?;
            }
            match message::read(self.input.next().await?) {
                Some(Ok(message)) => return Some(message),
                Some(Err(error)) => {
                    let refusing = self.send(ServerJsonRpcMessage::Error(error));
                    self.refusing = Some(Box::pin(refusing));
                }
                None => {}
            }
        }
    }

    /// Whether rmcp may see a message: it ends the process on anything but a request before the session is open.
    fn lets_through(&mut self, message: &ClientJsonRpcMessage) -> bool {
        if let ClientJsonRpcMessage::Request(request) = message {
            if !self.is_open && opens_session(&request.request) {
                self.is_open = true;
                self.greet(&request.request);
            }
            return true;
        }
        self.is_open
    }
}

impl<R, W: AsyncWrite> Pipes<R, W> {
    fn greet(&self, request: &ClientRequest) {
        let client = match request {
            ClientRequest::InitializeRequest(request) => Some(request.params.client_info.clone()),
            request => request.get_meta().client_info(),
        };
        if let (Some(greeted), Some(client)) = (&self.session.greeted, client) {
            greeted(format!("{} {}", client.name, client.version));
        }
    }
}

impl<R, W> Transport<RoleServer> for Pipes<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let sending = self.output.send(message);
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

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            let Some(message) = self.next().await else {
                self.session.work.cancel();
                return None;
            };
            if self.lets_through(&message) {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.output.close().await
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

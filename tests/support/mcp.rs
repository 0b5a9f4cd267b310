//! A server of an account with exports, and real MCP clients over pipes in memory, of either era, that note what
//! they hear.

use std::path::Path;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, ErrorData, ProgressNotificationParam, ProtocolVersion,
    ReadResourceRequestParams, ResourceContents, ResourceUpdatedNotificationParam,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt as _, NotificationContext, RunningService,
};
use rmcp::{ClientHandler, RoleClient, ServiceError};
use serde_json::{Value, json};
use telegram_history_mcp::error::Error;
use telegram_history_mcp::export::{ExportOptions, Exports};
use telegram_history_mcp::history::Reader;
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::server::{Server, ServerOptions, serve};
use telegram_history_mcp::sim::{Sim, World};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::stage::{export_options, options};
use crate::support::{HANG, success};

const FETCH: &str = "tg.fetch_history";

/// How a client and the server came to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// With a handshake and a session.
    Legacy,
    /// Each request for itself.
    Modern,
}

pub(crate) const ERAS: [Era; 2] = [Era::Legacy, Era::Modern];

impl Era {
    /// How a client of it begins.
    pub(crate) fn lifecycle(self) -> ClientLifecycleMode {
        match self {
            Self::Legacy => ClientLifecycleMode::Initialize,
            Self::Modern => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
        }
    }
}

/// A server of the simulator's account, and where it keeps exports.
pub(crate) struct Host {
    pub(crate) sim: Sim,
    server: Server,
    dir: TempDir,
}

impl Host {
    /// Serves the account of this world.
    pub(crate) async fn of(world: World) -> Self {
        Self::with(world, |_, _| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn with(
        world: World,
        adjust: impl FnOnce(&mut ServerOptions, &mut ExportOptions),
    ) -> Self {
        let sim = Sim::start(world).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let reader = Arc::new(Reader::new(options(&sim), Gate::unmasked()));
        let (mut server, mut export) = (ServerOptions::default(), export_options(Some(dir.path())));
        adjust(&mut server, &mut export);
        let exports = Exports::new(Arc::clone(&reader), export);
        Self {
            server: Server::new(reader, exports, server),
            sim,
            dir,
        }
    }

    /// Where exports are kept.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A client that has just come.
    pub(crate) async fn client(&self, era: Era) -> Client {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (reader, writer) = tokio::io::split(theirs);
        let shutdown = CancellationToken::new();
        let served = serve(self.server.clone(), reader, writer, shutdown.clone());
        let served = tokio::spawn(served);
        let (ears, heard) = Ears::new();
        Client {
            service: ears
                .serve_with_lifecycle(ours, era.lifecycle())
                .await
                .unwrap(),
            heard,
            served,
            shutdown,
        }
    }
}

/// Something that a client was told without having asked for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Updated(String),
    ListChanged,
    Progress(f64, String),
}

/// Passes on what is told.
pub(crate) struct Ears(mpsc::UnboundedSender<Heard>);

impl Ears {
    /// Ears, and what they hear.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Heard>) {
        let (sender, heard) = mpsc::unbounded_channel();
        (Self(sender), heard)
    }
}

impl ClientHandler for Ears {
    async fn on_progress(
        &self,
        step: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let message = step.message.unwrap_or_default();
        let _ = self.0.send(Heard::Progress(step.progress, message));
    }

    async fn on_resource_updated(
        &self,
        update: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let _ = self.0.send(Heard::Updated(update.uri));
    }

    async fn on_resource_list_changed(&self, _: NotificationContext<RoleClient>) {
        let _ = self.0.send(Heard::ListChanged);
    }
}

/// A client and its connection.
pub(crate) struct Client {
    pub(crate) service: RunningService<RoleClient, Ears>,
    heard: mpsc::UnboundedReceiver<Heard>,
    served: JoinHandle<Result<(), Error>>,
    shutdown: CancellationToken,
}

impl Client {
    /// Calls `tg.fetch_history`: its result.
    pub(crate) async fn call(&self, arguments: Value) -> Value {
        let params = CallToolRequestParams::new(FETCH)
            .with_arguments(arguments.as_object().unwrap().clone());
        let result = timeout(HANG, self.service.call_tool(params)).await;
        json!(result.expect("it answers").unwrap())
    }

    /// The same where it must succeed: the structure, which the text repeats.
    pub(crate) async fn ask(&self, arguments: Value) -> Value {
        success(&self.call(arguments).await)
    }

    /// Asks for an export until it is complete: the last structure.
    pub(crate) async fn export(&self, question: Value) -> Value {
        let mut question = question;
        question["output"] = json!("export");
        let mut answer = self.ask(question).await;
        while let Some(cursor) = answer["page_info"].get("cursor") {
            answer = self.ask(json!({ "cursor": cursor })).await;
        }
        assert_eq!(answer["export"]["state"], "complete", "{answer}");
        answer
    }

    /// Reads a resource: its media type and its text.
    pub(crate) async fn read(&self, uri: &str) -> Result<(String, String), ErrorData> {
        let params = ReadResourceRequestParams::new(uri);
        let result = timeout(HANG, self.service.read_resource(params)).await;
        let contents = match result.expect("it answers") {
            Ok(result) => result.contents,
            Err(ServiceError::McpError(error)) => return Err(error),
            Err(other) => panic!("{uri}: {other}"),
        };
        match contents.as_slice() {
            [
                ResourceContents::TextResourceContents {
                    uri: told,
                    mime_type,
                    text,
                    ..
                },
            ] => {
                assert_eq!(told, uri);
                Ok((mime_type.clone().unwrap(), text.clone()))
            }
            other => panic!("{uri}: {other:?}"),
        }
    }

    /// The next thing that it is told.
    pub(crate) async fn hears(&mut self) -> Heard {
        let heard = timeout(HANG, self.heard.recv()).await;
        heard.expect("it hears something").expect("it listens")
    }

    /// What it was told and nobody has looked at.
    pub(crate) fn has_heard(&mut self) -> Vec<Heard> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }

    /// The server lets it go.
    pub(crate) async fn ends_with_the_server(self) {
        self.shutdown.cancel();
        let served = timeout(HANG, self.served).await;
        served.expect("it ends").unwrap().unwrap();
    }

    /// It leaves by itself.
    pub(crate) async fn leaves(self) {
        self.service.cancel().await.unwrap();
        let served = timeout(HANG, self.served).await;
        served.expect("it ends").unwrap().unwrap();
    }
}

//! Speaks MCP: the tools, their arguments and their answers. Knows nothing of Telegram's protocol.

mod call;
mod connection;
mod envelope;
mod fit;
#[cfg(any(fuzzing, test))]
mod fuzzing;
mod inbox;
mod lines;
mod message;
mod params;
mod progress;
mod record;
mod reply;
mod resources;
mod schema;
mod stdin;
mod subscriptions;
mod surrogates;
mod tools;
mod transport;
mod watch;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use rmcp::model::{CallToolResult, JsonObject, Tool};
use serde_json::{Value, json};
use tokio::sync;
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
pub(crate) use self::connection::WAITED;
use self::fit::Budget;
#[cfg(any(fuzzing, test))]
pub(crate) use self::fuzzing::json_rpc_line as fuzz_line;
pub(crate) use self::inbox::{Inbox, Incoming, stdin};
use self::params::{FetchHistoryParams, ListChatsParams, Question, ResolveChatParams};
use self::record::Record;
use self::tools::ToolName;
pub use self::transport::{OwnClient, serve, serve_stdio};
pub use crate::config::ToolNames;
use crate::error::Error;
use crate::export::Exports;
use crate::history::{Call, Failure, Reader};

/// The tools as they are listed, for publication.
pub fn tools(names: ToolNames) -> Value {
    json!(ToolName::ALL.map(|tool| tool.describe(names)))
}

/// What the server was told about itself.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// How tool names are listed.
    pub tool_names: ToolNames,
    /// By when a call answers.
    pub call_deadline: Duration,
    /// The longest answer, in characters of JSON.
    pub reply_max_chars: usize,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            tool_names: ToolNames::default(),
            call_deadline: Duration::from_secs(45),
            reply_max_chars: 24_000,
        }
    }
}

/// The MCP server; cheap to clone, and able to serve many clients.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

#[derive(Clone)]
struct Shared {
    reader: Arc<Reader>,
    exports: Exports,
    options: ServerOptions,
    tools: Vec<Tool>,
    leave: Leave,
}

/// Whether Telegram and the exports may be asked at the moment, or why not.
pub type Leave = sync::watch::Receiver<Result<(), Error>>;

impl Server {
    /// A server that answers from `reader`, and from `exports` of what it reads.
    pub fn new(reader: Arc<Reader>, exports: Exports, options: ServerOptions) -> Self {
        let tools = ToolName::ALL.map(|tool| tool.describe(options.tool_names));
        Self(Arc::new(Shared {
            reader,
            exports,
            options,
            tools: tools.into(),
            leave: sync::watch::channel(Ok(())).1,
        }))
    }

    /// The same server, which asks nobody anything but while it has leave.
    pub fn with_leave(self, leave: Leave) -> Self {
        Self(Arc::new(Shared {
            leave,
            ..self.0.as_ref().clone()
        }))
    }

    /// The same server, as a client with these options sees it.
    pub fn with_options(&self, options: ServerOptions) -> Self {
        let reader = Arc::clone(&self.0.reader);
        Self::new(reader, self.0.exports.clone(), options).with_leave(self.0.leave.clone())
    }

    /// What it was told about itself.
    pub fn options(&self) -> &ServerOptions {
        &self.0.options
    }

    /// Whether there is a connection to Telegram.
    pub async fn is_connected(&self) -> bool {
        self.0.reader.is_connected().await
    }

    /// Whether Telegram has refused the session when it was last asked something.
    pub fn is_refused(&self) -> bool {
        self.0.reader.is_refused()
    }

    /// Stops the exports where they can go on later.
    pub async fn stop_exports(&self) {
        self.0.exports.close().await;
    }

    /// Closes the connection to Telegram.
    pub async fn disconnect(&self) {
        self.0.reader.disconnect().await;
    }

    /// Whether it may ask anybody anything now.
    fn leave(&self) -> Result<(), Error> {
        self.0.leave.borrow().clone()
    }

    /// The handler of one connection, whose calls end with `work`.
    fn connect(self, work: CancellationToken) -> Connection {
        Connection::new(self, work)
    }

    fn exports(&self) -> &Exports {
        &self.0.exports
    }

    fn tool(&self, tool: ToolName) -> Option<&Tool> {
        let name = tool.listed(self.0.options.tool_names);
        self.0.tools.iter().find(|described| described.name == name)
    }

    async fn answer(
        &self,
        tool: ToolName,
        arguments: JsonObject,
        call: Call,
        record: &Record,
    ) -> Result<CallToolResult, Failure> {
        let reader = &self.0.reader;
        let budget = Budget::new(self.0.options.reply_max_chars);
        let no_schema = JsonObject::new();
        let schema = self
            .tool(tool)
            .map_or(&no_schema, |tool| &tool.input_schema);
        let reply = match tool {
            ToolName::ResolveChat => {
                let params: ResolveChatParams = params::read(schema, arguments)?;
                let found = reader.resolve_chat(&params.input, &call).await?;
                reply::chat(&found, budget)
            }
            ToolName::ListChats => {
                let params: ListChatsParams = params::read(schema, arguments)?;
                let question = params.question();
                record.asks(record::chats(&question));
                let page = reader.list_chats(&question, &call).await?;
                reply::chats(&page, budget)
            }
            ToolName::FetchHistory => {
                let params: FetchHistoryParams = params::read(schema, arguments)?;
                let is_of_export = |cursor: &str| self.exports().is_cursor(cursor);
                match params.question(self.0.options.reply_max_chars, is_of_export)? {
                    Question::Page(query) => {
                        record.asks(record::history(&query, false));
                        let page = reader.fetch_history(&query, &call).await?;
                        reply::page(&page, budget)
                    }
                    Question::Around(query) => {
                        record.asks(record::history(&query, false));
                        let around = reader.fetch_around(&query, &call).await?;
                        reply::around(&around, budget)
                    }
                    Question::Export(query) => {
                        record.asks(record::history(&query, true));
                        let report = self.exports().export(&query, &call).await?;
                        record.is_of_export(&report.status.export_id);
                        reply::export(&report, budget)
                    }
                }
            }
        };
        Ok(record.takes(reply?))
    }
}

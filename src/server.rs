//! Speaks MCP: the tools, their arguments and their answers. Knows nothing of Telegram's protocol.

mod call;
mod connection;
mod envelope;
mod fit;
#[cfg(any(fuzzing, test))]
mod fuzzing;
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
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
use self::fit::Budget;
#[cfg(any(fuzzing, test))]
pub(crate) use self::fuzzing::json_rpc_line as fuzz_line;
use self::params::{FetchHistoryParams, ListChatsParams, Question, ResolveChatParams};
use self::record::Record;
use self::tools::ToolName;
pub use self::transport::{serve, serve_stdio};
use crate::audit::Audit;
pub use crate::config::ToolNames;
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
    /// Where calls are recorded.
    pub audit: Audit,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            tool_names: ToolNames::default(),
            call_deadline: Duration::from_secs(45),
            reply_max_chars: 24_000,
            audit: Audit::default(),
        }
    }
}

/// The MCP server; cheap to clone, and able to serve many clients.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    reader: Arc<Reader>,
    exports: Exports,
    options: ServerOptions,
    tools: Vec<Tool>,
}

impl Server {
    /// A server that answers from `reader`, and from `exports` of what it reads.
    pub fn new(reader: Arc<Reader>, exports: Exports, options: ServerOptions) -> Self {
        let tools = ToolName::ALL.map(|tool| tool.describe(options.tool_names));
        Self(Arc::new(Shared {
            reader,
            exports,
            options,
            tools: tools.into(),
        }))
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

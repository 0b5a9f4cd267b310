//! One client's connection: MCP's requests and what answers them.

use std::future::Future;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest, CustomResult,
        ErrorCode, Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities,
        ServerConfig, Tool,
    },
    service::RequestContext,
};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::tools::{self, ToolName};
use super::{Server, ServerOptions, call, progress, reply};
use crate::error::{Error, shorten};
use crate::history::{Call, Failure};

/// One client's connection.
pub(super) struct Connection {
    server: Server,
    work: CancellationToken,
}

impl Connection {
    /// A connection to `server`, whose calls end with `work`.
    pub(super) fn new(server: Server, work: CancellationToken) -> Self {
        Self { server, work }
    }

    fn options(&self) -> &ServerOptions {
        &self.server.0.options
    }

    /// One call, from the client's request to its result.
    pub(super) async fn run_call<F>(
        &self,
        context: RequestContext<RoleServer>,
        cursor: Option<String>,
        answer: impl FnOnce(Call) -> F,
    ) -> CallToolResult
    where
        F: Future<Output = Result<CallToolResult, Failure>>,
    {
        let cancel = self.work.child_token();
        let deadline = Instant::now() + self.options().call_deadline;
        let call = Call::new(
            deadline,
            cancel.clone(),
            progress::to_client(&context, &cancel),
        );
        let ends = call::Ends {
            withdrawn: context.ct,
            cancel,
            deadline,
        };
        let outcome = call::run(ends, async { answer(call).await }).await;
        outcome.unwrap_or_else(|failure| {
            let cursor = failure.cursor.or(cursor);
            reply::error(&failure.error, self.options().tool_names, cursor.as_deref())
        })
    }

    /// Answers a call that rmcp could not read: a known tool's arguments are to blame, and its
    /// model should learn of it.
    fn refuse_arguments(
        &self,
        params: Value,
        context: &RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let Some(name) = params.get("name").and_then(Value::as_str) else {
            return Err(ErrorData::invalid_params(
                "`params` needs the `name` of a tool",
                None,
            ));
        };
        if ToolName::parse(name).is_none() {
            return Err(self.no_such_tool(name));
        }
        let arguments = params
            .get("arguments")
            .map(Value::to_string)
            .unwrap_or_default();
        let error = Error::invalid("arguments", &arguments, "an object");
        let mut result = reply::error(&error, self.options().tool_names, None);
        if context
            .protocol_version()
            .is_none_or(|version| version.has_initialize())
        {
            result.result_type = None;
        }
        Ok(CustomResult::new(json!(result)))
    }

    fn no_such_tool(&self, name: &str) -> ErrorData {
        let known =
            ToolName::ALL.map(|tool| format!("`{}`", tool.listed(self.options().tool_names)));
        let message = format!(
            "there is no tool `{}`; there are {}",
            shorten(name),
            known.join(", ")
        );
        ErrorData::invalid_params(message, None)
    }
}

impl ServerHandler for Connection {
    fn get_info(&self) -> ServerConfig {
        let implementation = Implementation::new("telegram-history-mcp", env!("CARGO_PKG_VERSION"))
            .with_title("Unofficial Telegram History");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(implementation)
            .with_instructions(self.options().tool_names.fill(tools::INSTRUCTIONS))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.server.tool(ToolName::parse(name)?).cloned()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        if request.is_some_and(|request| request.cursor.is_some()) {
            return Err(ErrorData::invalid_params(
                "the list of tools has no further page",
                None,
            ));
        }
        Ok(ListToolsResult::with_all_items(self.server.0.tools.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool =
            ToolName::parse(&request.name).ok_or_else(|| self.no_such_tool(&request.name))?;
        let arguments = request.arguments.unwrap_or_default();
        let cursor = arguments
            .get("cursor")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let answer = |call| self.server.answer(tool, arguments, call);
        Ok(self.run_call(context, cursor, answer).await.into())
    }

    /// A known method lands here when its params cannot be read, `arguments: []` for one.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        match request.method.as_str() {
            "tools/call" => self.refuse_arguments(request.params.unwrap_or_default(), &context),
            "initialize" | "server/discover" => Err(ErrorData::invalid_params(
                "`params` is not what this method takes",
                None,
            )),
            unknown => Err(ErrorData::new(
                ErrorCode::METHOD_NOT_FOUND,
                shorten(unknown),
                None,
            )),
        }
    }
}

//! One client's connection: MCP's requests and what answers them.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use rmcp::{
    ErrorData, Peer, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest, CustomResult,
        ErrorCode, Implementation, ListResourceTemplatesResult, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, ServerCapabilities, ServerConfig, SubscribeRequestParams,
        SubscriptionFilter, Tool, UnsubscribeRequestParams,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::record::{self, Record};
use super::resources::{self, ResourceUri};
use super::subscriptions::{self, Subject};
use super::tools::{self, ToolName};
use super::watch::{self, Audience, Watch};
use super::{Server, ServerOptions, call, progress, reply};
use crate::audit::{Entry, Event, Outcome};
use crate::error::{Error, shorten};
use crate::export::State;
use crate::history::{Call, Failure, Progress};

/// In the `_meta` of a request that somebody else has begun to answer: how long ago it was made, in milliseconds.
pub(crate) const WAITED: &str = "telegram-history-mcp/waited-ms";

/// What a call has at least, however long ago it was made.
const LEAST_TIME: Duration = Duration::from_secs(4);

/// One client's connection.
pub(super) struct Connection {
    server: Server,
    work: CancellationToken,
    /// What a client of the eras with sessions follows.
    watch: Arc<Watch>,
    /// Whether somebody tells it.
    is_told: AtomicBool,
}

impl Connection {
    /// A connection to `server`, whose calls end with `work`.
    pub(super) fn new(server: Server, work: CancellationToken) -> Self {
        let watch = Watch::default();
        watch.follow(Subject::List);
        Self {
            server,
            work,
            watch: Arc::new(watch),
            is_told: AtomicBool::new(false),
        }
    }

    fn options(&self) -> &ServerOptions {
        self.server.options()
    }

    /// Begins to record a request.
    pub(super) fn record(&self, entry: Entry, context: &RequestContext<RoleServer>) -> Record {
        Record::begin(self.server.exports().audit(), entry, context)
    }

    /// One call of a tool, from the client's request to its result.
    pub(super) async fn run_call<F>(
        &self,
        context: RequestContext<RoleServer>,
        cursor: Option<String>,
        answer: impl FnOnce(Call) -> F,
    ) -> (CallToolResult, Outcome)
    where
        F: Future<Output = Result<CallToolResult, Failure>> + Send,
    {
        match self.run(context, answer).await {
            Ok(result) => (result, Outcome::OK),
            Err(Failure { error, cursor: own }) => {
                let cursor = own.or(cursor);
                let result = reply::error(&error, self.options().tool_names, cursor.as_deref());
                (result, Outcome::of(&error))
            }
        }
    }

    /// The same for a resource.
    async fn run_read<F, T>(
        &self,
        context: RequestContext<RoleServer>,
        answer: impl FnOnce(Call) -> F,
    ) -> Result<T, ErrorData>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let outcome = self.run(context, answer).await;
        outcome.map_err(|error| reply::protocol_error(&error, self.options().tool_names))
    }

    /// Gives a request its time and its ends.
    async fn run<F, T, E>(
        &self,
        context: RequestContext<RoleServer>,
        answer: impl FnOnce(Call) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send,
        E: From<Error>,
    {
        self.server.leave()?;
        let cancel = self.work.child_token();
        let waited = waited(&context);
        let call = self.call(
            cancel.clone(),
            progress::to_client(&context, &cancel),
            waited,
        );
        let ends = call::Ends {
            withdrawn: context.ct,
            cancel,
            deadline: call.deadline,
        };
        // What a call does is large; every layer above would carry it along.
        call::run(ends, async { answer(call).boxed().await }).await
    }

    /// A call that has its time from when it was first asked, which may be so long ago.
    fn call(&self, cancel: CancellationToken, progress: Progress, waited: Duration) -> Call {
        let whole = self.options().call_deadline;
        let left = whole.saturating_sub(waited).max(whole.min(LEAST_TIME));
        Call::new(Instant::now() + left, cancel, progress)
    }

    /// Tells the client of changes from now on, until the connection ends.
    fn tell(&self, peer: &Peer<RoleServer>) {
        if self.is_told.swap(true, Ordering::Relaxed) {
            return;
        }
        let (watch, work) = (Arc::clone(&self.watch), self.work.clone());
        let changes = self.server.exports().changes();
        let audience = Audience::Session(peer.clone());
        tokio::spawn(async move {
            work.run_until_cancelled(watch.tell(changes, audience))
                .await;
        });
    }

    /// Has it told at once when an export has stopped growing: its last change may have been before anybody followed it.
    async fn catch_up(&self, watch: &Watch, uri: ResourceUri, call: &Call) -> Result<(), Error> {
        let listed = self.server.exports().describe(&uri.export_id, call).await?;
        if listed.status.state != State::Running {
            watch.note(&Subject::Resource(uri));
        }
        Ok(())
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
        let Some(tool) = ToolName::parse(name) else {
            return Err(self.no_such_tool(name, context));
        };
        let record = self.record(Entry::call(tool.published()), context);
        let arguments = params
            .get("arguments")
            .map(Value::to_string)
            .unwrap_or_default();
        let error = Error::invalid("arguments", &arguments, "an object");
        let mut result = reply::error(&error, self.options().tool_names, None);
        record.ends(Outcome::of(&error), Some(record::bytes_of(&result)));
        if context
            .protocol_version()
            .is_none_or(|version| version.has_initialize())
        {
            result.result_type = None;
        }
        Ok(CustomResult::new(json!(result)))
    }

    fn no_such_tool(&self, name: &str, context: &RequestContext<RoleServer>) -> ErrorData {
        let record = self.record(Entry::new(Event::Call), context);
        record.ends(Outcome::REFUSED, None);
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

/// How long ago a request was made, before it came here.
fn waited(context: &RequestContext<RoleServer>) -> Duration {
    let waited = context.meta.get(WAITED).and_then(Value::as_u64);
    Duration::from_millis(waited.unwrap_or_default())
}

impl ServerHandler for Connection {
    fn get_info(&self) -> ServerConfig {
        let implementation = Implementation::new("telegram-history-mcp", env!("CARGO_PKG_VERSION"))
            .with_title("Unofficial Telegram History");
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_resources_list_changed()
            .build();
        ServerConfig::new(capabilities)
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
        let tool = ToolName::parse(&request.name)
            .ok_or_else(|| self.no_such_tool(&request.name, &context))?;
        let record = self.record(Entry::call(tool.published()), &context);
        let arguments = request.arguments.unwrap_or_default();
        let cursor = arguments
            .get("cursor")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let answer = |call: Call| {
            record.follows(&call);
            self.server.answer(tool, arguments, call, &record)
        };
        let (result, outcome) = self.run_call(context, cursor, answer).await;
        record.ends(outcome, Some(record::bytes_of(&result)));
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let exports = self.server.exports();
        let listed = self
            .run_read(context, async |call| exports.list(&call).await)
            .await?;
        resources::page(&listed, request)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let templates = resources::templates();
        Ok(ListResourceTemplatesResult::with_all_items(templates))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let record = self.record(Entry::new(Event::ResourceRead), &context);
        let uri = match resources::parse(&request.uri) {
            Ok(uri) => uri,
            Err(refusal) => {
                record.ends(Outcome::REFUSED, None);
                return Err(refusal);
            }
        };
        let exports = self.server.exports();
        let read = async |call: Call| {
            record.follows(&call);
            resources::read(exports, &uri, &call).await
        };
        match self.run(context, read).await {
            Ok(contents) => {
                record.is_of_export(&uri.export_id);
                record.ends(Outcome::OK, Some(resources::bytes_of(&contents)));
                Ok(ReadResourceResult::new(vec![contents]).into())
            }
            Err(error) => {
                record.ends(Outcome::of(&error), None);
                Err(reply::protocol_error(&error, self.options().tool_names))
            }
        }
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.tell(&context.peer);
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let uri = resources::parse_followed(&request.uri)?;
        self.tell(&context.peer);
        let subject = Subject::Resource(uri.clone());
        if !self.watch.follow(subject.clone()) {
            let message = format!("{} subscriptions are the most", subscriptions::MOST);
            return Err(ErrorData::invalid_params(message, None));
        }
        let catch_up = async |call| self.catch_up(&self.watch, uri, &call).await;
        let found = self.run_read(context, catch_up).await;
        if found.is_err() {
            self.watch.leave(&subject);
        }
        found
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let uri = resources::parse(&request.uri)?;
        self.watch.leave(&Subject::Resource(uri));
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(watch::acceptable(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let changes = self.server.exports().changes();
        let watch = Watch::of(context.accepted());
        let telling = watch.tell(changes, Audience::Stream(context.sink().clone()));
        let catching_up = async {
            let cancel = self.work.child_token();
            let call = self.call(cancel, Progress::default(), Duration::ZERO);
            for uri in watch.resources() {
                // What is not there may come.
                let _ = self.catch_up(&watch, uri, &call).await;
            }
        };
        tokio::select! {
            _ = async { tokio::join!(telling, catching_up) } => (),
            () = context.cancelled() => (),
            () = self.work.cancelled() => (),
        }
        Ok(())
    }

    /// A known method lands here when its params cannot be read, `arguments: []` for one.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        match request.method.as_str() {
            "tools/call" => self.refuse_arguments(request.params.unwrap_or_default(), &context),
            "initialize"
            | "server/discover"
            | "resources/list"
            | "resources/templates/list"
            | "resources/read"
            | "resources/subscribe"
            | "resources/unsubscribe"
            | "subscriptions/listen" => Err(ErrorData::invalid_params(
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

//! `demo`: the tour. Starts the embedded Telegram, drives the real server through a real MCP client in this
//! process, and shows what a person would want to see. Needs no configuration and leaves nothing behind.

mod export;
mod screen;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::RunningService;
use rmcp::{RoleClient, ServiceExt as _};
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::export::Exports;
use crate::server::{self, Server, ToolNames};
use crate::sim::world::CHANNEL_MARK;

use self::export::{Listener, Shelf};
use self::screen::Screen;
use super::flags::ConfigFlags;
use super::stage::Stage;
use super::{Failure, WorldArgs, account, clients};

/// How many messages a page of the tour shows.
const PAGE: u32 = 8;

/// How many messages it shows of what was searched for, and how many chats.
const FEW: u32 = 4;

/// Shows the tour.
pub(super) async fn run(flags: ConfigFlags, world: &WorldArgs) -> Result<(), Failure> {
    let mut config = flags.load_alone()?;
    config.tool_names = ToolNames::Dotted;
    let shelf = Shelf::new()?;
    config.export_dir = Some(shelf.dir().to_owned());
    let begun = Instant::now();
    let stage = Stage::open(world, 0, |_| ()).await?;
    let mut screen = Screen::new();
    screen.opening(&stage, begun.elapsed())?;

    let reader = Arc::new(account::demo_reader(&stage.sim, &config)?);
    let exports = Exports::new(Arc::clone(&reader), account::export_options(&config));
    let options = account::server_options(&config);
    let server = Server::new(Arc::clone(&reader), exports.clone(), options);
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(theirs);
    let shutdown = CancellationToken::new();
    let served = tokio::spawn(server::serve(server, input, output, shutdown.clone()));
    let (listener, progress) = watch::channel(String::new());
    let client = Listener(listener).serve(ours).await;
    let mut tour = Tour {
        client: client.map_err(Failure::new)?,
        progress,
        stage,
        screen,
        export: world.world.clone(),
    };
    let outcome = tour.show().await;
    shutdown.cancel();
    let _ = served.await;
    exports.close().await;
    reader.disconnect().await;
    outcome
}

/// Said below a page on which something is masked.
const MASKED: &str = "Addresses, numbers, secrets and the names of your contacts leave as pseudonyms: the same one \
                      wherever the same thing stands. TELEGRAM_PII decides.";

struct Tour {
    client: RunningService<RoleClient, Listener>,
    /// What the server says about the call that it is at.
    progress: watch::Receiver<String>,
    stage: Stage,
    screen: Screen,
    /// The export that is shown instead of the made-up chats.
    export: Option<PathBuf>,
}

/// A tool's answer, and what it took.
struct Answer {
    value: Value,
    took: Duration,
    requests: usize,
}

impl Tour {
    async fn show(&mut self) -> Result<(), Failure> {
        self.introduce().await?;
        let (first, ranged) = self.chats()?;
        self.list_chats().await?;
        self.resolve(&first).await?;
        let word = self.two_pages(&first).await?;
        self.a_range(&ranged).await?;
        if let Some(word) = word {
            self.a_search(&first, &word).await?;
        }
        if let Some(forum) = self.forum() {
            self.a_topic(&forum).await?;
        }
        if self.export.is_none() {
            self.what_is_masked(&first).await?;
        }
        self.an_error().await?;
        self.an_export(&first).await?;
        let snippets = clients::demo(self.export.as_deref());
        self.screen.closing(&snippets, &first, self.stage.imported)
    }

    /// The chat that is read page by page, and the one that is read by date.
    fn chats(&self) -> Result<(String, String), Failure> {
        let mut inputs = self.stage.chats.iter().map(|chat| chat.input.clone());
        let longest = inputs
            .next()
            .ok_or_else(|| Failure::usage("this world has no chat with messages"))?;
        let favourite = |name: &str| {
            let known = |chat: &&super::stage::Exhibit| chat.input == name;
            self.stage
                .chats
                .iter()
                .find(known)
                .map(|chat| chat.input.clone())
        };
        let first = favourite("@brunnen_garden").unwrap_or_else(|| longest.clone());
        let ranged = favourite("@orbital_digest").unwrap_or(longest);
        Ok((first, ranged))
    }

    async fn introduce(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let tools = self.client.list_all_tools().await.map_err(Failure::new)?;
        let took = begun.elapsed();
        let names: Vec<String> = tools.iter().map(|tool| tool.name.to_string()).collect();
        self.screen.step("tools/list", &json!({}), took, 0)?;
        self.screen.note(&format!(
            "The server offers {}. All of them only read.",
            names.join(", ")
        ))
    }

    async fn list_chats(&mut self) -> Result<(), Failure> {
        let answer = self
            .call("tg.list_chats", json!({ "page_size": FEW }))
            .await?;
        self.screen.chats(&answer.value)
    }

    async fn resolve(&mut self, chat: &str) -> Result<(), Failure> {
        let answer = self
            .call("tg.resolve_chat", json!({ "input": chat }))
            .await?;
        self.screen.chat(&answer.value)
    }

    /// Shows two pages; what comes back is a word of them that is worth searching for.
    async fn two_pages(&mut self, chat: &str) -> Result<Option<String>, Failure> {
        let first = json!({ "chat": chat, "page_size": PAGE });
        let answer = self.call("tg.fetch_history", first).await?;
        self.screen.page(&answer.value)?;
        let word = longest_word(&answer.value);
        if let Some(cursor) = answer.value.pointer("/page_info/cursor") {
            let next = json!({ "cursor": cursor });
            let answer = self.call("tg.fetch_history", next).await?;
            self.screen.page(&answer.value)?;
        }
        Ok(word)
    }

    async fn a_search(&mut self, chat: &str, word: &str) -> Result<(), Failure> {
        let search = json!({ "chat": chat, "search": word, "page_size": FEW });
        let answer = self.call("tg.fetch_history", search).await?;
        self.screen.page(&answer.value)
    }

    /// A forum of this world, if it has one.
    fn forum(&self) -> Option<String> {
        let world = self.stage.sim.world();
        let forum = world.channels.values().find(|channel| channel.forum)?;
        let chat_id = CHANNEL_MARK - forum.id;
        let has_messages = world.histories.get(&chat_id)?.ids().next().is_some();
        has_messages.then(|| chat_id.to_string())
    }

    async fn a_topic(&mut self, forum: &str) -> Result<(), Failure> {
        let answer = self
            .call("tg.resolve_chat", json!({ "input": forum }))
            .await?;
        self.screen.chat(&answer.value)?;
        let title = answer.value.pointer("/chat/topics/0/title");
        let Some(title) = title.and_then(Value::as_str) else {
            return Ok(());
        };
        let topic = json!({
            "chat": forum,
            "filter": { "topic_id": title },
            "page_size": FEW,
        });
        let answer = self.call("tg.fetch_history", topic).await?;
        self.screen.page(&answer.value)
    }

    /// Shows the pinned messages, of which one says how to pay and whom to call.
    async fn what_is_masked(&mut self, chat: &str) -> Result<(), Failure> {
        let pinned = json!({
            "chat": chat,
            "filter": { "pinned_only": true },
            "page_size": FEW,
        });
        let answer = self.call("tg.fetch_history", pinned).await?;
        self.screen.page(&answer.value)?;
        if answer.value.to_string().contains("[email:") {
            self.screen.note(MASKED)?;
        }
        Ok(())
    }

    async fn a_range(&mut self, chat: &str) -> Result<(), Failure> {
        let newest = json!({ "chat": chat, "page_size": 1 });
        let newest = self.ask("tg.fetch_history", newest).await?;
        let date = newest
            .value
            .pointer("/messages/0/date")
            .and_then(Value::as_str);
        let Some(day) = date.and_then(|date| date.parse::<jiff::Timestamp>().ok()) else {
            return Ok(());
        };
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
        // The week up to the newest message, which is inside.
        let from = day.saturating_sub(jiff::Span::new().days(6));
        let to = day.saturating_add(jiff::Span::new().days(1));
        let range = json!({
            "chat": chat,
            "from": from.to_string(),
            "to": to.to_string(),
            "direction": "asc",
            "page_size": PAGE,
        });
        let answer = self.call("tg.fetch_history", range).await?;
        self.screen.page(&answer.value)
    }

    async fn an_error(&mut self) -> Result<(), Failure> {
        let answer = self
            .call(
                "tg.resolve_chat",
                json!({ "input": "@nobody_is_called_this" }),
            )
            .await?;
        self.screen.error(&answer.value)
    }

    /// Calls a tool and says so.
    async fn call(&mut self, tool: &'static str, arguments: Value) -> Result<Answer, Failure> {
        let answer = self.ask(tool, arguments.clone()).await?;
        self.screen
            .step(tool, &arguments, answer.took, answer.requests)?;
        Ok(answer)
    }

    async fn ask(&self, tool: &'static str, arguments: Value) -> Result<Answer, Failure> {
        let asked_before = self.requests();
        let begun = Instant::now();
        let arguments: Map<String, Value> = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let params = CallToolRequestParams::new(tool).with_arguments(arguments);
        let result = self.client.call_tool(params).await.map_err(Failure::new)?;
        Ok(Answer {
            took: begun.elapsed(),
            requests: self.requests() - asked_before,
            value: value_of(result),
        })
    }

    /// How many requests about chats Telegram has answered so far.
    fn requests(&self) -> usize {
        let world = self.stage.sim.world();
        world.log.len() - world.calls("help.getConfig")
    }
}

/// The longest plain word in the messages of a page, if it is long enough to be worth a search.
fn longest_word(page: &Value) -> Option<String> {
    let messages = page.get("messages")?.as_array()?;
    let texts = messages
        .iter()
        .filter_map(|message| message.get("text")?.as_str());
    texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().all(char::is_alphabetic))
        .filter(|word| (5..=12).contains(&word.chars().count()))
        .max_by_key(|word| word.chars().count())
        .map(str::to_lowercase)
}

/// What a tool answered: its structure, or the text of an error.
fn value_of(result: CallToolResult) -> Value {
    let text = || {
        let text = result.content.first()?.as_text()?;
        serde_json::from_str(&text.text).ok()
    };
    result
        .structured_content
        .clone()
        .or_else(text)
        .unwrap_or_default()
}

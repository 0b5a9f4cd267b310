//! The end of the tour: a whole chat as a file, through the tool, with the progress that a client hears.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use rmcp::service::NotificationContext;
use rmcp::{ClientHandler, RoleClient};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Tour;
use crate::cli::Failure;
use crate::cli::export::{Bar, Standing};

/// How long the embedded Telegram takes to answer while somebody watches: at once, there would be nothing to see.
const NETWORK: Duration = Duration::from_millis(40);
/// How often the bar is drawn.
const TICK: Duration = Duration::from_millis(100);
/// How many lines of the file are shown.
const LINES: usize = 3;
/// No line is looked at beyond this.
const MAX_LINE: u64 = 64 << 10;

/// A client that listens to how far a call is.
#[derive(Debug, Clone)]
pub(super) struct Listener(pub(super) watch::Sender<String>);

impl ClientHandler for Listener {
    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        self.0.send_replace(progress.message.unwrap_or_default());
    }
}

/// A directory for the exports of the tour, which goes with it.
pub(super) struct Shelf(PathBuf);

impl Shelf {
    /// Makes one that nobody else can look into.
    pub(super) fn new() -> Result<Self, Failure> {
        let name = format!("telegram-history-demo-{:016x}", rand::random::<u64>());
        let dir = env::temp_dir().join(name);
        let made = crate::files::create_private_dir(&dir);
        made.map_err(|error| {
            Failure::new(format!(
                "`{}` cannot be made: {}",
                dir.display(),
                error.kind()
            ))
        })?;
        Ok(Self(dir))
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Tour {
    /// Exports a chat through the tool, and shows the file.
    pub(super) async fn an_export(&mut self, chat: &str) -> Result<(), Failure> {
        let total = self.stage.chats.iter().find(|it| it.input == chat);
        let total = total.map(|chat| chat.messages as u64);
        if io::IsTerminal::is_terminal(&io::stderr()) {
            self.stage.sim.world().knobs.latency = NETWORK;
        }
        let question = json!({ "chat": chat, "output": "export", "direction": "asc" });
        let mut bar = Bar::on_terminal(chat);
        let answer = {
            let mut call = std::pin::pin!(self.whole(question.clone()));
            let mut ticks = tokio::time::interval(TICK);
            loop {
                tokio::select! {
                    biased;
                    answer = &mut call => break answer,
                    _ = ticks.tick() => bar.show(&standing(&self.progress.borrow(), total)),
                }
            }
        };
        bar.end(None);
        self.stage.sim.world().knobs.latency = Duration::ZERO;
        let answer = answer?;
        let (took, requests) = (answer.took, answer.requests);
        (self.screen).step("tg.fetch_history", &question, took, requests)?;
        let export = answer.value.get("export").unwrap_or(&answer.value);
        let path = export.get("file_path").and_then(Value::as_str);
        let lines = path.map(|path| first_lines(Path::new(path)));
        self.screen.export(export, &lines.unwrap_or_default())
    }

    /// Calls until the export is complete.
    async fn whole(&self, question: Value) -> Result<super::Answer, Failure> {
        let mut answer = self.ask("tg.fetch_history", question).await?;
        while let Some(cursor) = answer.value.pointer("/page_info/cursor") {
            let next = self
                .ask("tg.fetch_history", json!({ "cursor": cursor }))
                .await?;
            answer = super::Answer {
                took: answer.took + next.took,
                requests: answer.requests + next.requests,
                value: next.value,
            };
        }
        Ok(answer)
    }
}

/// How far the server says it is: "1200 messages exported".
fn standing(said: &str, total: Option<u64>) -> Standing {
    let count = said.split(' ').next().and_then(|word| word.parse().ok());
    Standing {
        fetched: count.unwrap_or(0),
        total,
        ..Standing::default()
    }
}

fn first_lines(file: &Path) -> Vec<String> {
    let Ok(file) = File::open(file) else {
        return Vec::new();
    };
    let file = BufReader::new(io::Read::take(file, MAX_LINE * LINES as u64));
    file.lines().take(LINES).map_while(Result::ok).collect()
}

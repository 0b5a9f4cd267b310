//! What the tour looks like on a terminal, and in a pipe.

use std::io::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::super::Failure;
use super::super::stage::Stage;
use crate::cli::clients::Snippet;
use crate::privacy::sanitize;

/// The widest the tour gets.
const MAX_WIDTH: usize = 100;
/// How wide it is where there is no terminal.
const NO_TERMINAL: usize = 80;
const NARROWEST: usize = 40;
/// How many lines of one message are shown.
const MESSAGE_LINES: usize = 4;
const INDENT: &str = "    ";

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const NAME: Style = AnsiColor::Cyan.on_default().bold();
const TOOL: Style = AnsiColor::Green.on_default().bold();
const WRONG: Style = AnsiColor::Red.on_default().bold();

/// Writes the tour to stdout; colours only where they are seen.
pub(super) struct Screen {
    out: anstream::AutoStream<std::io::Stdout>,
    width: usize,
}

impl Screen {
    pub(super) fn new() -> Self {
        let width = terminal_size::terminal_size().map_or(NO_TERMINAL, |(width, _)| width.0.into());
        Self {
            out: anstream::stdout(),
            width: width.clamp(NARROWEST, MAX_WIDTH),
        }
    }

    pub(super) fn opening(&mut self, stage: &Stage, took: Duration) -> Result<(), Failure> {
        let whose = if stage.imported {
            "your export"
        } else {
            "made-up chats"
        };
        self.line(format_args!(
            "{STRONG}Unofficial Telegram History{STRONG:#} · a tour without an account"
        ))?;
        self.line("")?;
        self.paragraph(&format!(
            "An embedded Telegram with {whose} listens on {} (ready in {}). The real server reads it over MTProto, \
             and this program asks the server over MCP, as an AI client does. Nothing leaves this machine.",
            stage.sim.address(),
            milliseconds(took)
        ))?;
        self.line("")?;
        for chat in stage.chats.iter().take(8) {
            let input = textwrap::core::display_width(&chat.input);
            let gap = " ".repeat(22_usize.saturating_sub(input));
            self.line(format_args!(
                "{INDENT}{:>6} messages  {NAME}{}{NAME:#}{gap} {}",
                chat.messages, chat.input, chat.title
            ))?;
        }
        if let Some(more) = stage.chats.len().checked_sub(8).filter(|more| *more > 0) {
            self.line(format_args!("{INDENT}{FAINT}and {more} more{FAINT:#}"))?;
        }
        for warning in &stage.warnings {
            self.line(format_args!("{INDENT}{FAINT}{warning}{FAINT:#}"))?;
        }
        Ok(())
    }

    /// The head of a step: what was called, how long it took, how often Telegram was asked.
    pub(super) fn step(
        &mut self,
        tool: &str,
        arguments: &Value,
        took: Duration,
        requests: usize,
    ) -> Result<(), Failure> {
        let arguments: Vec<String> = arguments
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}: {}", shortened(value)))
            .collect();
        let asked = match requests {
            0 => String::new(),
            1 => ", 1 request to Telegram".to_owned(),
            more => format!(", {more} requests to Telegram"),
        };
        let arguments = arguments.join("  ");
        let cost = format!("{}{asked}", milliseconds(took));
        let width = |text: &str| textwrap::core::display_width(text) + 2;
        self.line("")?;
        if 2 + width(tool) + width(&arguments) + width(&cost) <= self.width {
            return self.line(format_args!(
                "{TOOL}▸ {tool}{TOOL:#}  {arguments}  {FAINT}{cost}{FAINT:#}"
            ));
        }
        self.line(format_args!(
            "{TOOL}▸ {tool}{TOOL:#}  {FAINT}{cost}{FAINT:#}"
        ))?;
        self.wrapped(&arguments, "  ", usize::MAX)
    }

    pub(super) fn note(&mut self, text: &str) -> Result<(), Failure> {
        self.wrapped(text, "  ", usize::MAX)
    }

    pub(super) fn chat(&mut self, answer: &Value) -> Result<(), Failure> {
        if answer.get("error").is_some() {
            return self.error(answer);
        }
        let chat = answer.get("chat").unwrap_or(answer);
        let facts = [
            text(chat, "kind").map(str::to_owned),
            number(chat, "member_count").map(|count| format!("{count} members")),
            number(chat, "message_count").map(|count| format!("{count} messages")),
            number(chat, "chat_id").map(|id| format!("chat_id {id}")),
            text(chat, "link").map(str::to_owned),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let title = text(chat, "title").unwrap_or_default();
        self.line(format_args!("  {NAME}{title}{NAME:#}"))?;
        self.wrapped(&facts.join(" · "), "  ", usize::MAX)?;
        if let Some(description) = text(chat, "description") {
            self.wrapped(description, "  ", MESSAGE_LINES)?;
        }
        let topics = chat.get("topics").and_then(Value::as_array);
        let titles: Vec<&str> = topics
            .into_iter()
            .flatten()
            .filter_map(|topic| text(topic, "title"))
            .collect();
        if titles.is_empty() {
            return Ok(());
        }
        self.wrapped(
            &format!("topics: {}", titles.join(" · ")),
            "  ",
            MESSAGE_LINES,
        )
    }

    /// A page of the chat list.
    pub(super) fn chats(&mut self, answer: &Value) -> Result<(), Failure> {
        let rows = answer.get("chats").and_then(Value::as_array);
        for chat in rows.into_iter().flatten() {
            let unread = number(chat, "unread_count").filter(|count| *count > 0);
            let date = text(chat, "last_message_date").and_then(|date| date.get(..10));
            let facts = [
                text(chat, "kind").map(str::to_owned),
                date.map(str::to_owned),
                unread.map(|count| format!("{count} unread")),
            ];
            let facts: Vec<String> = facts.into_iter().flatten().collect();
            let title = text(chat, "title").unwrap_or_default();
            let facts = facts.join(" · ");
            self.line(format_args!(
                "  {NAME}{title}{NAME:#}  {FAINT}{facts}{FAINT:#}"
            ))?;
        }
        let Some(info) = answer.get("page_info") else {
            return self.error(answer);
        };
        let count = number(info, "count").unwrap_or_default();
        let more = match text(info, "cursor") {
            Some(_) => "more behind a cursor",
            None => "nothing follows",
        };
        self.line(format_args!("  {FAINT}{count} chats, {more}{FAINT:#}"))
    }

    pub(super) fn page(&mut self, answer: &Value) -> Result<(), Failure> {
        let mut day = "";
        for message in answer
            .get("messages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let date = text(message, "date").unwrap_or_default();
            let (this_day, time) = date.split_at_checked(10).unwrap_or((date, ""));
            if this_day != day {
                self.line(format_args!("  {FAINT}{this_day}{FAINT:#}"))?;
                day = this_day;
            }
            self.message(message, time.get(1..6).unwrap_or_default())?;
        }
        let Some(info) = answer.get("page_info") else {
            return self.error(answer);
        };
        let count = number(info, "count").unwrap_or_default();
        let fetched = number(info, "fetched").unwrap_or_default();
        let more = match text(info, "cursor") {
            Some(cursor) => format!("more behind a cursor of {} characters", cursor.len()),
            None => "nothing follows".to_owned(),
        };
        self.line(format_args!(
            "  {FAINT}{count} messages, {fetched} looked at, {more}{FAINT:#}"
        ))
    }

    fn message(&mut self, message: &Value, time: &str) -> Result<(), Failure> {
        let sender = message
            .pointer("/sender/name")
            .and_then(Value::as_str)
            .unwrap_or("–");
        let remarks = remarks(message);
        let gap = if remarks.is_empty() { "" } else { "  " };
        self.line(format_args!(
            "  {time} {NAME}{sender}{NAME:#}{gap}{FAINT}{}{FAINT:#}",
            remarks.join(" · ")
        ))?;
        match text(message, "text").filter(|text| !text.is_empty()) {
            Some(text) => self.wrapped(text, "        ", MESSAGE_LINES),
            None => Ok(()),
        }
    }

    /// A file that was written, and how it begins.
    pub(super) fn export(&mut self, export: &Value, lines: &[String]) -> Result<(), Failure> {
        let Some(path) = text(export, "file_path") else {
            return self.error(export);
        };
        let count = number(export, "lines").unwrap_or_default();
        let bytes = number(export, "bytes").unwrap_or_default();
        let state = text(export, "state").unwrap_or_default();
        let mut facts = vec![format!("{count} lines, {bytes} bytes, {state}")];
        let is_complete = export.pointer("/coverage/complete") == Some(&Value::Bool(true));
        let absent = export.pointer("/coverage/absent_total");
        if let Some(absent) = absent.and_then(Value::as_i64).filter(|_| is_complete) {
            facts.push(format!(
                "{absent} ranges of ids are known to be absent, and nothing else is missing"
            ));
        }
        self.note(&facts.join("; "))?;
        self.line(format_args!("  {NAME}{path}{NAME:#}"))?;
        for line in lines {
            let line = cut(&sanitize::line(line), self.width.saturating_sub(2));
            self.line(format_args!("  {FAINT}{line}{FAINT:#}"))?;
        }
        self.note(
            "The tour takes its file away again. `telegram-history-mcp export CHAT --demo` writes one that stays.",
        )
    }

    pub(super) fn error(&mut self, answer: &Value) -> Result<(), Failure> {
        let error = answer.get("error").unwrap_or(answer);
        let part = |name| text(error, name).unwrap_or_default();
        self.line(format_args!("  {WRONG}{}{WRONG:#}", part("code")))?;
        self.wrapped(part("message"), "  ", MESSAGE_LINES)?;
        self.wrapped(part("next_step"), "  ", MESSAGE_LINES)
    }

    pub(super) fn closing(
        &mut self,
        snippets: &[Snippet],
        chat: &str,
        imported: bool,
    ) -> Result<(), Failure> {
        self.line("")?;
        self.line(format_args!("{STRONG}Now in your own client{STRONG:#}"))?;
        let whose = if imported { "export" } else { "made-up chats" };
        self.paragraph(&format!(
            "These serve the same {whose}; ask \"what is new in the Telegram chat {chat}?\"."
        ))?;
        for snippet in snippets {
            self.line("")?;
            self.line(format_args!("  {NAME}{}{NAME:#}", snippet.client))?;
            self.wrapped(snippet.place, "  ", usize::MAX)?;
            for line in snippet.text.lines() {
                self.line(format_args!("{INDENT}{line}"))?;
            }
        }
        self.line("")?;
        self.line(format_args!("{STRONG}Then with your own chats{STRONG:#}"))?;
        self.paragraph(
            "An export of a chat, without an account: telegram-history-mcp demo --world result.json \
             (Telegram Desktop: Export chat history, Machine-readable JSON).",
        )?;
        self.paragraph(
            "Your account: `telegram-history-mcp login`, which ends with the lines for your clients. \
             `telegram-history-mcp doctor` says what is missing and how to get it.",
        )
    }

    fn paragraph(&mut self, text: &str) -> Result<(), Failure> {
        self.wrapped(text, "  ", usize::MAX)
    }

    /// At most `most` lines of `text`; says when there is more.
    fn wrapped(&mut self, text: &str, indent: &str, most: usize) -> Result<(), Failure> {
        // Broken at spaces only: ids, links and commands stay whole.
        let options = textwrap::Options::new(self.width)
            .initial_indent(indent)
            .subsequent_indent(indent)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let lines = textwrap::wrap(text, options);
        for line in lines.iter().take(most) {
            self.line(line.trim_end())?;
        }
        match lines.len().checked_sub(most).filter(|more| *more > 0) {
            Some(more) => self.line(format_args!("{indent}{FAINT}… {more} more lines{FAINT:#}")),
            None => Ok(()),
        }
    }

    fn line(&mut self, text: impl std::fmt::Display) -> Result<(), Failure> {
        match writeln!(self.out, "{text}") {
            // Whoever was reading has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other.map_err(|error| {
                Failure::new(format!("stdout cannot be written: {}", error.kind()))
            }),
        }
    }
}

/// What else there is to a message, in few words.
fn remarks(message: &Value) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(id) = message.pointer("/reply_to/message_id") {
        remarks.push(format!("↩ {id}"));
    }
    if let Some(from) = message.get("forward") {
        let from = text(from, "from_name").unwrap_or("a forward");
        remarks.push(format!("⤳ {from}"));
    }
    if let Some(media) = message.get("media") {
        let kind = text(media, "type").unwrap_or("media");
        let name = text(media, "file_name").or_else(|| text(media, "title"));
        remarks.push(name.map_or_else(|| format!("[{kind}]"), |name| format!("[{kind} {name}]")));
    }
    if let Some(action) = message.pointer("/action/type").and_then(Value::as_str) {
        remarks.push(action.replace('_', " "));
    }
    let reactions: Vec<String> = message
        .get("reactions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|reaction| {
            Some(format!(
                "{} {}",
                text(reaction, "emoji")?,
                number(reaction, "count")?
            ))
        })
        .collect();
    if !reactions.is_empty() {
        remarks.push(reactions.join(" "));
    }
    if let Some(views) = number(message, "views") {
        remarks.push(format!("{views} views"));
    }
    if message.get("edit_date").is_some() {
        remarks.push("edited".to_owned());
    }
    remarks
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str)
}

fn number(value: &Value, field: &str) -> Option<i64> {
    value.get(field).and_then(Value::as_i64)
}

/// An argument as it is shown: cursors are too long to read.
fn shortened(value: &Value) -> String {
    const SHOWN: usize = 36;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The beginning of a line, as much as so many columns show.
fn cut(line: &str, width: usize) -> String {
    if textwrap::core::display_width(line) <= width {
        return line.to_owned();
    }
    let mut shown = String::new();
    let mut room = width.saturating_sub(1);
    for character in line.chars() {
        let taken = textwrap::core::display_width(character.encode_utf8(&mut [0; 4]));
        if taken > room {
            break;
        }
        room -= taken;
        shown.push(character);
    }
    shown + "…"
}

fn milliseconds(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1000.0)
}

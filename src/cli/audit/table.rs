//! What was recorded, as a person reads it: a heading for each client and day, and a row for each thing that was done.

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use crate::audit::{Asked, Client, Entry, Event, Line};
use crate::cli::Failure;
use crate::cli::doctor::write;

/// How far the second line of a row is set in.
const INDENT: usize = 12;

/// Rows that are printed.
pub(super) struct Table<'a>(&'a [Line]);

impl<'a> Table<'a> {
    pub(super) fn new(lines: &'a [Line]) -> Self {
        Self(lines)
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        let mut out = anstream::stdout();
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| width.0.into());
        let mut above: Option<&Line> = None;
        for line in self.0 {
            let client = self.client_of(line);
            if above.is_none_or(|above| !stands_below(line, client, above, self.client_of(above))) {
                if above.is_some() {
                    write(&mut out, "")?;
                }
                let (heading, bold) = (heading_of(line, client), Style::new().bold());
                write(&mut out, &format!("{bold}{heading}{bold:#}"))?;
                above = Some(line);
            }
            for text in row(line, columns) {
                write(&mut out, &text)?;
            }
        }
        Ok(())
    }

    /// For whom it was done: an export ends by itself, and belongs to whoever has asked for it.
    fn client_of<'l>(&self, line: &'l Line) -> Option<&'l Client>
    where
        'a: 'l,
    {
        let is_export = |other: &&Line| {
            let (one, other) = (&line.entry.export_id, &other.entry.export_id);
            one.is_some() && one == other
        };
        let own = line.entry.client.as_ref();
        let others = (self.0.iter()).filter(|other| other.process == line.process);
        own.or_else(|| {
            others
                .filter(is_export)
                .find_map(|other| other.entry.client.as_ref())
        })
    }
}

/// Whether a line stands below the heading of another one: what a process does by itself belongs to its clients.
fn stands_below(
    line: &Line,
    client: Option<&Client>,
    above: &Line,
    client_above: Option<&Client>,
) -> bool {
    let day = |line: &Line| line.time.strftime("%Y-%m-%d").to_string();
    let is_its = client.is_none() || client == client_above;
    is_its && line.process == above.process && day(line) == day(above)
}

fn heading_of(line: &Line, client: Option<&Client>) -> String {
    let day = line.time.strftime("%Y-%m-%d UTC");
    let client = client.map(Client::as_str);
    let client = client.filter(|client| !client.is_empty());
    let client = client.map_or_else(String::new, |client| format!("{client}, "));
    format!("{day}  {client}process {}", line.process)
}

fn row(line: &Line, columns: usize) -> Vec<String> {
    let entry = &line.entry;
    let time = line.time.strftime("%H:%M:%S");
    let outcome = entry.outcome.as_str();
    let style = match outcome {
        "ok" => AnsiColor::Green.on_default(),
        "cancelled" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Red.on_default(),
    };
    let chat = entry.chat_id.map_or("–".to_owned(), |id| id.to_string());
    let first = format!(
        "  {time}  {:13}  {chat:>14}  {:>10}  {:>6}  {style}{outcome}{style:#}",
        name(entry),
        counts(entry),
        duration(entry.duration_ms),
    );
    let mut rows = vec![first];
    let details = details(entry).join(" · ");
    let faint = Style::new().dimmed();
    let width = columns.saturating_sub(INDENT).clamp(30, 90);
    for text in textwrap::wrap(&details, width)
        .iter()
        .filter(|text| !text.is_empty())
    {
        rows.push(format!("{:INDENT$}{faint}{text}{faint:#}", ""));
    }
    rows
}

fn name(entry: &Entry) -> &str {
    match entry.event {
        Event::Call => {
            let tool = entry.tool.as_deref().unwrap_or("no such tool");
            tool.strip_prefix("tg.").unwrap_or(tool)
        }
        Event::ResourceRead => "resource",
        Event::ExportEnd => "export ended",
        Event::Login => "login",
        Event::Logout => "logout",
    }
}

/// How many were handed over, of how many that were looked at.
fn counts(entry: &Entry) -> String {
    match (entry.returned, entry.looked_at) {
        (Some(returned), Some(looked_at)) if looked_at != returned => {
            format!("{returned} of {looked_at}")
        }
        (Some(returned), _) => returned.to_string(),
        (None, _) => String::new(),
    }
}

fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..=999 => format!("{milliseconds} ms"),
        1_000..=99_999 => {
            let tenths = milliseconds / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ => format!("{} s", milliseconds / 1_000),
    }
}

/// How it was asked for, and how much went out.
fn details(entry: &Entry) -> Vec<String> {
    let Asked {
        filters,
        media_types,
        from,
        to,
        page_size,
        by_cursor,
        export,
    } = &entry.asked;
    let mut details = Vec::new();
    if *export {
        details.push("to a file".to_owned());
    }
    if *by_cursor {
        details.push("by cursor".to_owned());
    }
    details.extend(from.map(|from| format!("from {}", moment(from))));
    details.extend(to.map(|to| format!("to {}", moment(to))));
    if !filters.is_empty() {
        details.push(filters.join(", "));
    }
    if !media_types.is_empty() {
        details.push(format!("only {}", media_types.join(", ")));
    }
    details.extend(page_size.map(|size| format!("pages of {size}")));
    details.extend(entry.export_id.as_ref().map(|id| format!("export {id}")));
    details.extend(entry.bytes.map(size));
    details
}

fn moment(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.strip_suffix("T00:00:00Z").unwrap_or(&text).to_owned()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_999 => format!("{}.{} KB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

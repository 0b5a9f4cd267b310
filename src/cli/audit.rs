//! `audit`: what was done with the account, and whether the record of it is as it was written.

mod table;

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use self::table::Table;
use super::flags::ConfigFlags;
use super::{Failure, print};
use crate::audit::{self, History, Line};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Show what was recorded
    Show(ShowArgs),
    /// Check that nothing of it was changed or removed; exit code 1 if something was
    Verify {
        /// Answer with JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Only the last of them; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    /// Only from this time on: a date, which begins in UTC, or an RFC 3339 time
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only what was about this chat
    #[arg(long, value_name = "ID", allow_negative_numbers = true, value_parser = chat_id)]
    chat: Option<i64>,
    /// Answer with JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(flags: ConfigFlags, command: &AuditCommand) -> Result<(), Failure> {
    let config = flags.load()?;
    let file = file(&config)?;
    match command {
        AuditCommand::Show(args) => show(file, args),
        AuditCommand::Verify { json } => verify(file, *json),
    }
}

fn file(config: &Config) -> Result<&Path, Failure> {
    config.audit_file.as_deref().ok_or_else(|| {
        Failure::usage(match config.sets("TELEGRAM_AUDIT_FILE") {
            true => "nothing is recorded: `TELEGRAM_AUDIT_FILE` is `off`",
            false => "nothing is recorded: no state directory is known; set `TELEGRAM_AUDIT_FILE`",
        })
    })
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || "expected a date such as `2026-03-01`, or an RFC 3339 time".to_owned();
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let date: Date = text.parse().map_err(|_| wrong())?;
    let midnight = date.to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(midnight.timestamp())
}

fn chat_id(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| {
        "expected the chat's id as `audit show` prints it, such as -1001388120417, since no names are recorded; `tg.resolve_chat` tells the id behind a name".to_owned()
    })
}

impl ShowArgs {
    fn wants(&self, line: &Line) -> bool {
        self.since.is_none_or(|since| line.time >= since)
            && self
                .chat
                .is_none_or(|chat| line.entry.chat_id == Some(chat))
    }
}

fn show(file: &Path, args: &ShowArgs) -> Result<(), Failure> {
    let (mut shown, mut passed_by) = (VecDeque::new(), 0);
    let history = audit::read(file, |line, text| {
        if !args.wants(&line) {
            return;
        }
        let text = args.json.then(|| text.to_owned());
        shown.push_back((line, text));
        if args.last > 0 && shown.len() > args.last {
            shown.pop_front();
            passed_by += 1;
        }
    });
    let history = history.map_err(|error| unreadable(file, &error))?;
    if args.json {
        for text in shown.iter().filter_map(|(_, text)| text.as_ref()) {
            print(text)?;
        }
    } else {
        let lines: Vec<Line> = shown.iter().map(|(line, _)| line.clone()).collect();
        Table::new(&lines).print()?;
        if passed_by > 0 {
            print(format_args!("\n{passed_by} earlier; `--last 0` shows all"))?;
        } else if shown.is_empty() {
            print(nothing(&history))?;
        }
    }
    match history.broken {
        None => Ok(()),
        Some(broken) => Err(Failure::new(format!("this cannot be trusted: {broken}"))),
    }
}

fn nothing(history: &History) -> &'static str {
    match history.lines {
        0 if history.broken.is_some() => "no line can be read",
        0 => "nothing was recorded yet",
        _ => "nothing of what was recorded is like that",
    }
}

fn verify(file: &Path, is_json: bool) -> Result<(), Failure> {
    let history = audit::verify(file).map_err(|error| unreadable(file, &error))?;
    if is_json {
        print(format_args!("{:#}", report(&history)))?;
    } else {
        for line in told(&history) {
            print(line)?;
        }
    }
    match history.broken {
        None => Ok(()),
        Some(broken) => Err(Failure::new(broken)),
    }
}

fn report(history: &History) -> serde_json::Value {
    let broken = history.broken.as_ref().map(|broken| {
        json!({
            "file": broken.file.display().to_string(),
            "line": broken.line,
            "reason": broken.reason,
        })
    });
    json!({
        "intact": broken.is_none(),
        "broken": broken,
        "lines": history.lines,
        "first": history.first,
        "files": history.files,
        "begins_at": history.begins_at,
        "ends_at": history.ends_at,
        "lost": history.lost,
        "torn": history.torn,
        "ends_torn": history.ends_torn,
        "hash": history.hash,
    })
}

/// What was found, in sentences.
fn told(history: &History) -> Vec<String> {
    let (Some(first), Some(begins_at), Some(ends_at)) =
        (history.first, history.begins_at, history.ends_at)
    else {
        return vec![nothing(history).to_owned()];
    };
    let (what, verdict) = match history.broken {
        None => ("line", ": none was changed, none is missing"),
        // What is no longer a line is not among them.
        Some(_) => ("whole line", ""),
    };
    let mut told = vec![format!(
        "{} in {}, from {} to {}{verdict}",
        count(history.lines, what),
        count(history.files as u64, "file"),
        day(begins_at),
        day(ends_at),
    )];
    if first > 1 {
        told.push(format!(
            "they begin at line {first} of all: older ones have made room"
        ));
    }
    if history.lost > 0 {
        told.push(format!(
            "{} could not be written: too many waited, or the disk was full",
            count(history.lost, "more")
        ));
    }
    if history.torn > 0 || history.ends_torn {
        let times = history.torn + u64::from(history.ends_torn);
        told.push(format!(
            "a process was killed while it wrote, {}; nothing else was there of these lines",
            count(times, "time")
        ));
    }
    if let (Some(hash), None) = (&history.hash, &history.broken) {
        told.push(format!("the last one has the hash {hash}"));
    }
    told
}

fn count(number: u64, what: &str) -> String {
    match (number, what) {
        (1, what) => format!("1 {what}"),
        (number, "more") => format!("{number} more"),
        (number, what) => format!("{number} {what}s"),
    }
}

fn day(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::InvalidInput => "is not a file of its own".to_owned(),
        kind => format!("cannot be read: {kind}"),
    };
    Failure::new(format!("`{}` {what}", file.display()))
}

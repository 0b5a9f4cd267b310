//! How the exports of one command ended: what is said on stdout and stderr, and the exit code.

use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::HumanCount;
use serde_json::{Value, json};

use super::bar::duration;
use crate::cli::{Failure, print};
use crate::error::{Error, ErrorCode, whole_seconds};
use crate::export::{Report, State};
use crate::privacy::sanitize;

/// As `EX_TEMPFAIL` of sysexits.h: try again later.
const PAUSED: u8 = 75;
/// As every command has it.
const WRONG: u8 = 2;
/// As shells have it: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// How one export ended.
#[derive(Debug)]
pub(super) struct End {
    chat: String,
    file: PathBuf,
    how: How,
    report: Option<Report>,
    /// Why it is not complete, and what helps.
    why: String,
    took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Complete,
    Paused,
    Failed,
    /// It was asked for wrongly.
    Wrong,
    Interrupted,
}

/// What became of all of them.
#[derive(Debug, Default)]
pub(super) struct Summary(Vec<End>);

impl End {
    /// How an export ended, and how long it took. One that was cancelled was so by a person.
    pub(super) fn of(
        chat: &str,
        file: &Path,
        outcome: Result<Report, Error>,
        is_cancelled: bool,
        took: Duration,
    ) -> Self {
        let how = match &outcome {
            Ok(report) if report.status.state == State::Complete => How::Complete,
            _ if is_cancelled => How::Interrupted,
            Ok(report) if report.status.state == State::Failed => How::Failed,
            Ok(_) => How::Paused,
            Err(error) if error.retry_after().is_some() || error.is_transient() => How::Paused,
            Err(Error::ExportBusy { .. } | Error::ExportNoRoom { .. }) => How::Paused,
            Err(error) if is_wrong(error) => How::Wrong,
            Err(_) => How::Failed,
        };
        let why = match (&outcome, how) {
            (_, How::Complete) => String::new(),
            (_, How::Interrupted) => "interrupted".to_owned(),
            (Ok(report), _) => told(report),
            (Err(error), _) if error.code() == ErrorCode::ChatNotFound => {
                format!("{error}; give its @name, a link to it, its id, or its exact title")
            }
            (Err(error), _) => with_time(error.to_string(), error.retry_after()),
        };
        Self {
            chat: chat.to_owned(),
            file: file.to_owned(),
            how,
            report: outcome.ok(),
            why,
            took,
        }
    }

    /// The file and what is in it.
    fn written(&self) -> String {
        let file = self.file.display();
        let Some(report) = &self.report else {
            return file.to_string();
        };
        let status = &report.status;
        let mut parts = vec![format!("{} messages", HumanCount(status.lines))];
        if report.added < status.lines {
            parts.push(format!("{} of them new", HumanCount(report.added)));
        }
        parts.push(format!("{} bytes", HumanCount(status.bytes)));
        parts.push(format!("in {:.1} s", self.took.as_secs_f64()));
        parts.extend(status.sha256.as_ref().map(|hash| format!("sha256 {hash}")));
        let left_out = [
            (
                status.left_out.expiring,
                "on a timer left out (--include-expiring)",
            ),
            (status.left_out.protected, "that may not be copied left out"),
            (
                status.coverage.unreadable_total,
                "ranges of ids that could not be read",
            ),
        ];
        for (count, what) in left_out.into_iter().filter(|(count, _)| *count > 0) {
            parts.push(format!("{} {what}", HumanCount(count)));
        }
        format!("{file}: {}", parts.join(", "))
    }

    /// Why it is not complete, and what goes on with it.
    fn stopped(&self) -> String {
        let Self { chat, why, .. } = self;
        let lines = self.report.as_ref().map(|report| report.status.lines);
        match (self.how, lines) {
            (How::Failed | How::Wrong, _) => format!("`{chat}`: {why}"),
            (_, Some(lines)) => format!(
                "`{chat}`: {why}; {} messages are safe, and the same command with `--resume` goes on",
                HumanCount(lines)
            ),
            (_, None) => format!("`{chat}`: {why}; nothing is written yet, try the same again"),
        }
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "input": self.chat,
            "state": match self.how {
                How::Complete => "complete",
                How::Failed | How::Wrong => "failed",
                How::Paused => "paused",
                How::Interrupted => "interrupted",
            },
            "seconds": self.took.as_secs_f64(),
        });
        let Value::Object(fields) = &mut value else {
            return value;
        };
        if self.how != How::Complete {
            fields.insert("reason".to_owned(), self.why.clone().into());
        }
        let Some(report) = &self.report else {
            return value;
        };
        let status = &report.status;
        let known = json!({
            "chat": report.chat,
            "file": self.file.display().to_string(),
            "format": status.format,
            "messages": status.lines,
            "bytes": status.bytes,
            "sha256": status.sha256,
            "coverage": status.coverage,
            "left_out": status.left_out,
            "retry_after_seconds": report.retry_after.map(whole_seconds),
        });
        if let Value::Object(known) = known {
            fields.extend(known.into_iter().filter(|(_, value)| !value.is_null()));
        }
        value
    }
}

/// Whether another question is needed, not another moment.
fn is_wrong(error: &Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::InputValidation | ErrorCode::UsernameInvalid
    )
}

/// Why an export stopped on its way.
fn told(report: &Report) -> String {
    let problem = report.status.problem.as_ref();
    let message = problem.map_or_else(|| "stopped".to_owned(), |problem| problem.message.clone());
    with_time(message, report.retry_after)
}

fn with_time(message: String, retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!("{message}; it can go on in {}", duration(wait)),
        None => message,
    }
}

/// Writes warnings to stderr.
pub(super) fn note_all(warnings: &[String]) {
    for warning in warnings {
        let _ = writeln!(
            stderr(),
            "telegram-history-mcp: {}",
            sanitize::line(warning)
        );
    }
}

impl Summary {
    /// Notes how an export ended; says what is written where it is complete.
    pub(super) fn add(&mut self, end: End) -> Option<String> {
        let written = (end.how == How::Complete).then(|| end.written());
        self.0.push(end);
        written
    }

    /// Says on stdout what is written, and by the failure what is not.
    pub(super) fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let exports: Vec<Value> = self.0.iter().map(End::json).collect();
            print(json!({ "exports": exports }))?;
        } else {
            for end in self.0.iter().filter(|end| end.how == How::Complete) {
                print(end.written())?;
            }
        }
        let worst = self.0.iter().map(|end| end.how).max();
        let code = match worst {
            None | Some(How::Complete) => return Ok(()),
            Some(How::Paused) => PAUSED,
            Some(How::Failed) => 1,
            Some(How::Wrong) => WRONG,
            Some(How::Interrupted) => INTERRUPTED,
        };
        let stopped = self.0.iter().filter(|end| end.how != How::Complete);
        let lines: Vec<String> = stopped.map(End::stopped).collect();
        Err(Failure::with_code(code, lines.join("\n")))
    }
}

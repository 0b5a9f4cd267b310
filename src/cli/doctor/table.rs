//! The checks as a person reads them, and a sign of life while they are made.

use std::io::{self, IsTerminal as _, stderr};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Check, Verdict};
use crate::cli::Failure;

/// How wide the column of verdicts is.
const MARK: usize = 7;
/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// Says on a terminal what takes its time.
pub(super) struct Wait(ProgressBar);

impl Wait {
    /// Nothing is said where a program listens.
    pub(super) fn begin(is_json: bool) -> Self {
        let bar = match stderr().is_terminal() && !is_json {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            false => ProgressBar::hidden(),
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn says(&self, what: &'static str) {
        self.0.set_message(what);
        self.0.enable_steady_tick(TICK);
    }

    pub(super) fn end(self) {
        self.0.finish_and_clear();
    }
}

pub(super) fn print(checks: &[Check]) -> Result<(), Failure> {
    let titles: Vec<String> = (checks.iter().map(|it| it.name.replace('_', " "))).collect();
    let names = titles.iter().map(String::len).max().unwrap_or(0);
    let columns = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let options = textwrap::Options::new(columns.saturating_sub(names + MARK + 4).clamp(30, 90))
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut out = anstream::stdout();
    let mut before = "";
    for (check, title) in checks.iter().zip(&titles) {
        let (mark, style) = match check.verdict {
            Verdict::Ok => ("ok", AnsiColor::Green.on_default()),
            Verdict::Note => ("note", AnsiColor::Yellow.on_default()),
            Verdict::Missing => ("missing", AnsiColor::Red.on_default().bold()),
            Verdict::Wrong => ("wrong", AnsiColor::Red.on_default().bold()),
        };
        let title = if check.name == before { "" } else { title };
        before = check.name;
        let mut head = format!("{title:names$}  {style}{mark:MARK$}{style:#}  ");
        let finding = crate::cli::clean(&check.finding);
        for line in textwrap::wrap(&finding, &options) {
            write(&mut out, &format!("{head}{line}"))?;
            head = " ".repeat(names + MARK + 4);
        }
        let faint = Style::new().dimmed();
        let remedy = crate::cli::clean(check.remedy.as_deref().unwrap_or_default());
        for line in textwrap::wrap(&remedy, &options) {
            if !line.is_empty() {
                write(&mut out, &format!("{head}{faint}{line}{faint:#}"))?;
            }
        }
    }
    Ok(())
}

pub(in crate::cli) fn write(out: &mut impl io::Write, line: &str) -> Result<(), Failure> {
    match writeln!(out, "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!(
            "stdout cannot be written: {}",
            error.kind()
        ))),
        _ => Ok(()),
    }
}

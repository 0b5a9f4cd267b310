//! The checks as a person reads them, and a sign of life while they are made.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, stderr};
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter};

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

pub(super) fn print(checks: &[Check], home: Option<&Path>) -> Result<(), Failure> {
    let titles: Vec<String> = (checks.iter().map(|it| it.name.replace('_', " "))).collect();
    let names = titles.iter().map(String::len).max().unwrap_or(0);
    let columns = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let width = columns.saturating_sub(names + MARK + 4).clamp(30, 90);
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
        let finding = from_home(&crate::cli::clean(&check.finding), home);
        for line in wrapped(&finding, width) {
            write(&mut out, &format!("{head}{line}"))?;
            head = " ".repeat(names + MARK + 4);
        }
        let faint = Style::new().dimmed();
        let remedy = crate::cli::clean(check.remedy.as_deref().unwrap_or_default());
        for line in wrapped(&remedy, width) {
            if !line.is_empty() {
                write(&mut out, &format!("{head}{faint}{line}{faint:#}"))?;
            }
        }
    }
    Ok(())
}

/// The lines of a text; a path that is too long for one is broken behind a slash.
fn wrapped(text: &str, width: usize) -> Vec<Cow<'_, str>> {
    let is_too_long = text.split(' ').any(|word| display_width(word) > width);
    let separator = match is_too_long {
        true => {
            WordSeparator::Custom(|line| Box::new(line.split_inclusive(['/', ' ']).map(Word::from)))
        }
        false => WordSeparator::AsciiSpace,
    };
    let options = Options::new(width)
        .word_separator(separator)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
}

/// The same text with paths as people write them.
fn from_home(text: &str, home: Option<&Path>) -> String {
    let Some(home) = home.and_then(Path::to_str).filter(|home| home.len() > 1) else {
        return text.to_owned();
    };
    let mut told = String::with_capacity(text.len());
    for (number, part) in text.split(&format!("{home}/")).enumerate() {
        let is_within_a_path = told.ends_with(|c: char| c.is_alphanumeric() || "/._-".contains(c));
        match (number, is_within_a_path) {
            (0, _) => {}
            (_, true) => told.extend([home, "/"]),
            (_, false) => told.push_str("~/"),
        }
        told.push_str(part);
    }
    told
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_broken_behind_a_slash_and_only_where_it_has_to_be() {
        let long = "/srv/one-directory/another-directory/audit.jsonl: 3 lines";
        assert_eq!(
            wrapped(long, 30),
            [
                "/srv/one-directory/",
                "another-directory/audit.jsonl:",
                "3 lines"
            ]
        );
        assert_eq!(
            wrapped("it is kept in ~/state/exports/a-file", 30),
            ["it is kept in", "~/state/exports/a-file"]
        );
    }

    #[test]
    fn what_is_below_home_is_written_so() {
        let home = Some(Path::new("/home/ada"));
        for (text, expected) in [
            ("/home/ada/state: 1", "~/state: 1"),
            ("is `/home/ada/state` (/home/ada/x)", "is `~/state` (~/x)"),
            ("/mnt/home/ada/state", "/mnt/home/ada/state"),
            ("/home/adam/state", "/home/adam/state"),
        ] {
            assert_eq!(from_home(text, home), expected);
        }
        assert_eq!(from_home("/state", Some(Path::new("/"))), "/state");
    }
}

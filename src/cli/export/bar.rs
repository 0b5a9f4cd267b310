//! How far an export is, on stderr: a bar on a terminal, a line at the start and one at the end elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use indicatif::{
    HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle,
};
use terminal_size::terminal_size_of;
use textwrap::core::display_width;

use crate::privacy::sanitize;

/// How much of what the chat is called stands in front, in columns.
const NAME_WIDTH: usize = 24;
/// From so many columns on there is room for a long bar.
const WIDE: u16 = 100;
/// How often a terminal is written to, a second.
const DRAWS_PER_SECOND: u8 = 10;
/// What is said in words must have been true for so long, or it would only flicker.
const SETTLED: Duration = Duration::from_secs(2);

/// How an export goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::cli) struct Standing {
    /// How many messages were looked at.
    pub(in crate::cli) fetched: u64,
    /// How many there are, where that is known.
    pub(in crate::cli) total: Option<u64>,
    /// How large the file is.
    pub(in crate::cli) bytes: u64,
    /// How long it still waits, and for what.
    pub(in crate::cli) wait: Option<Wait>,
}

/// A pause.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Wait {
    pub(super) left: Duration,
    /// Telegram has asked for it; else nobody answers.
    pub(super) is_wanted: bool,
}

/// What is shown while an export runs.
#[derive(Default)]
pub(in crate::cli) struct Bar {
    bar: Option<ProgressBar>,
    says_lines: bool,
    /// Whether it is reading: the rate counts from where it began, or went on after a pause.
    is_reading: bool,
}

impl Bar {
    /// What fits stderr; nothing where it shall be quiet.
    pub(super) fn begin(quiet: bool, chat: &str, file: &str) -> Self {
        if quiet {
            return Self::default();
        }
        let bar = Self {
            says_lines: !stderr().is_terminal(),
            ..Self::on_terminal(chat)
        };
        bar.line(&format!("exporting {chat} to {file}"));
        bar
    }

    /// A bar where stderr is a terminal, and nothing elsewhere.
    pub(in crate::cli) fn on_terminal(chat: &str) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
            ProgressBar::with_draw_target(None, target)
                .with_style(style(&Standing::default()))
                .with_prefix(fit(chat))
                .with_finish(ProgressFinish::AndClear)
        });
        Self {
            bar,
            ..Self::default()
        }
    }

    /// Shows how far it is.
    pub(in crate::cli) fn show(&mut self, standing: &Standing) {
        let Some(bar) = &self.bar else {
            return;
        };
        let is_reading = standing.wait.is_none() && standing.fetched > 0;
        if is_reading && !self.is_reading {
            bar.set_position(standing.fetched);
            bar.reset_elapsed();
            bar.reset_eta();
        }
        self.is_reading = is_reading;
        match standing.total {
            Some(total) => bar.set_length(total.max(standing.fetched)),
            None => bar.unset_length(),
        }
        bar.set_style(style(standing));
        bar.set_position(standing.fetched);
        let speed = Speed {
            per_second: bar.per_sec(),
            left: bar.eta(),
            is_settled: bar.elapsed() >= SETTLED,
        };
        bar.set_message(words(standing, &speed));
    }

    /// Clears what was shown, and leaves a last line where there was no bar.
    pub(in crate::cli) fn end(self, last: Option<&str>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(last) = last {
            self.line(last);
        }
    }

    /// One line, where lines are said. A reader that has left is no failure.
    fn line(&self, text: &str) {
        if self.says_lines {
            let _ = writeln!(stderr(), "telegram-history-mcp: {}", sanitize::line(text));
        }
    }
}

/// How fast it goes.
struct Speed {
    per_second: f64,
    left: Duration,
    is_settled: bool,
}

/// A bar where the end is known, and what turns where it is not. A pause takes the colour away.
fn style(standing: &Standing) -> ProgressStyle {
    let template = match (standing.total, &standing.wait, is_wide()) {
        (Some(_), None, true) => "{prefix} {bar:24.cyan/dim} {wide_msg}",
        (Some(_), None, false) => "{prefix} {bar:10.cyan/dim} {wide_msg}",
        (Some(_), Some(_), true) => "{prefix} {bar:24.yellow/dim} {wide_msg}",
        (Some(_), Some(_), false) => "{prefix} {bar:10.yellow/dim} {wide_msg}",
        (None, None, _) => "{prefix} {spinner:.cyan} {wide_msg}",
        (None, Some(_), _) => "{prefix} {spinner:.yellow} {wide_msg}",
    };
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("█▉▊▋▌▍▎▏░")
}

/// What stands behind the bar: what matters most first, for a narrow terminal cuts the end off.
/// Whether the terminal has room for more than what matters most.
fn is_wide() -> bool {
    terminal_size_of(stderr()).is_none_or(|(width, _)| width.0 >= WIDE)
}

fn words(standing: &Standing, speed: &Speed) -> String {
    let pause = standing.wait.as_ref().map(pause);
    let of = match standing.total {
        Some(total) if total > 0 => {
            let percent = standing.fetched.min(total) * 100 / total;
            let (fetched, total) = (HumanCount(standing.fetched), HumanCount(total));
            format!("{percent:>3} %  {fetched} of {total} messages")
        }
        _ => format!("{} messages", HumanCount(standing.fetched)),
    };
    let is_wide = is_wide();
    let is_moving = speed.is_settled && pause.is_none();
    let left = is_moving && standing.total.is_some() && speed.left > Duration::ZERO;
    let parts = [
        pause,
        Some(of),
        left.then(|| format!("{} left", duration(speed.left))),
        (is_wide && is_moving).then(|| format!("{:.0}/s", speed.per_second)),
        (is_wide && standing.bytes > 0).then(|| HumanBytes(standing.bytes).to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn pause(wait: &Wait) -> String {
    let left = duration(wait.left);
    match wait.is_wanted {
        true => format!("Telegram wants a pause, {left} left"),
        false => format!("Telegram does not answer, next try in {left}"),
    }
}

/// A time as people say it, in its two largest units.
pub(super) fn duration(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// As much of a name as there is room for, without what would steer the terminal.
fn fit(name: &str) -> String {
    let name = sanitize::line(name);
    if display_width(&name) <= NAME_WIDTH {
        return name.into_owned();
    }
    let mut fitting = String::new();
    for character in name.chars() {
        let width = display_width(character.encode_utf8(&mut [0; 4]));
        if display_width(&fitting) + width >= NAME_WIDTH {
            break;
        }
        fitting.push(character);
    }
    fitting + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(total: Option<u64>, wait: Option<Wait>) -> Standing {
        Standing {
            fetched: 12_345,
            total,
            bytes: 3_500_000,
            wait,
        }
    }

    fn said(standing: &Standing, is_settled: bool) -> String {
        let speed = Speed {
            per_second: 812.4,
            left: Duration::from_secs(22),
            is_settled,
        };
        words(standing, &speed)
    }

    #[test]
    fn what_is_known_is_said() {
        assert_eq!(
            said(&standing(Some(30_000), None), true),
            " 41 %  12,345 of 30,000 messages  22 s left  812/s  3.34 MiB"
        );
        assert_eq!(
            said(&standing(Some(30_000), None), false),
            " 41 %  12,345 of 30,000 messages  3.34 MiB"
        );
        assert_eq!(
            said(&standing(None, None), true),
            "12,345 messages  812/s  3.34 MiB"
        );
        // The count of Telegram may be behind.
        assert!(said(&standing(Some(12_000), None), true).starts_with("100 %"));
        assert!(said(&standing(Some(0), None), true).starts_with("12,345 messages"));
    }

    #[test]
    fn a_pause_is_said_in_place_of_the_rate() {
        let wait = |is_wanted| {
            Some(Wait {
                left: Duration::from_millis(13_400),
                is_wanted,
            })
        };
        assert_eq!(
            said(&standing(Some(30_000), wait(true)), true),
            "Telegram wants a pause, 14 s left   41 %  12,345 of 30,000 messages  3.34 MiB"
        );
        assert!(
            said(&standing(None, wait(false)), true)
                .starts_with("Telegram does not answer, next try in 14 s")
        );
    }

    #[test]
    fn times_are_said_in_their_largest_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (90, "1 min 30 s"),
            (7_200, "2 h"),
            (3_599, "59 min 59 s"),
            (77_000, "21 h 23 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn names_leave_room_for_the_rest_whatever_they_are_written_in() {
        assert_eq!(fit("@ada"), "@ada");
        for name in [
            "Brunnen Community Garden and more",
            "餐桌餐桌餐桌餐桌餐桌餐桌餐桌",
            "a\u{1b}[2Jb",
        ] {
            let fitting = fit(name);
            assert!(display_width(&fitting) <= NAME_WIDTH, "{fitting}");
            assert!(!fitting.contains('\u{1b}'));
        }
    }
}

//! How far an export is, on stderr: a bar on a terminal, a line at the start and one at the end elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use indicatif::{
    HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle,
};
use textwrap::core::display_width;

use crate::privacy::sanitize;

/// How much of what the chat is called stands in front, in columns.
const NAME_WIDTH: usize = 24;
/// How often a terminal is written to, a second.
const DRAWS_PER_SECOND: u8 = 10;
/// What is said in words must have been true for so long, or it would only flicker.
const SETTLED: Duration = Duration::from_secs(2);

/// How an export goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Standing {
    /// How many messages were looked at.
    pub(super) fetched: u64,
    /// How many there are, where that is known.
    pub(super) total: Option<u64>,
    /// How large the file is.
    pub(super) bytes: u64,
    /// How long it still waits, and for what.
    pub(super) wait: Option<Wait>,
}

/// A pause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wait {
    pub(super) left: Duration,
    /// Telegram has asked for it; else nobody answers.
    pub(super) is_wanted: bool,
}

/// What is shown while an export runs.
pub(super) struct Bar {
    bar: Option<ProgressBar>,
    says_lines: bool,
    /// Where a resumed export began: the rate counts from there.
    began_at: Option<u64>,
}

impl Bar {
    /// What fits stderr; nothing where it shall be quiet.
    pub(super) fn begin(quiet: bool, chat: &str, file: &str) -> Self {
        let is_terminal = stderr().is_terminal();
        let bar = (is_terminal && !quiet).then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
            let bar = ProgressBar::with_draw_target(None, target);
            bar.set_prefix(fit(chat));
            bar.with_finish(ProgressFinish::AndClear)
        });
        let bar = Self {
            bar,
            says_lines: !quiet && !is_terminal,
            began_at: None,
        };
        bar.line(&format!("exporting {chat} to {file}"));
        bar
    }

    /// Shows how far it is.
    pub(super) fn show(&mut self, standing: &Standing) {
        let Some(bar) = &self.bar else {
            return;
        };
        if self.began_at.is_none() {
            self.began_at = Some(standing.fetched);
            bar.set_position(standing.fetched);
            bar.reset_eta();
        }
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
    pub(super) fn end(self, last: Option<&str>) {
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
    let template = match (standing.total, &standing.wait) {
        (Some(_), None) => "{prefix} {bar:24.cyan/dim} {wide_msg}",
        (Some(_), Some(_)) => "{prefix} {bar:24.yellow/dim} {wide_msg}",
        (None, None) => "{prefix} {spinner:.cyan} {wide_msg}",
        (None, Some(_)) => "{prefix} {spinner:.yellow} {wide_msg}",
    };
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("█▉▊▋▌▍▎▏░")
}

/// What stands behind the bar.
fn words(standing: &Standing, speed: &Speed) -> String {
    let of = match standing.total {
        Some(total) if total > 0 => {
            let percent = standing.fetched.min(total) * 100 / total;
            let total = HumanCount(total);
            format!(
                "{percent:>3} %  {} of {total} messages",
                HumanCount(standing.fetched)
            )
        }
        _ => format!("{} messages", HumanCount(standing.fetched)),
    };
    let mut parts = vec![of, HumanBytes(standing.bytes).to_string()];
    match &standing.wait {
        Some(wait) => parts.push(pause(wait)),
        None if speed.is_settled => {
            parts.push(format!("{:.0}/s", speed.per_second));
            if standing.total.is_some() && speed.left > Duration::ZERO {
                parts.push(format!("{} left", duration(speed.left)));
            }
        }
        None => {}
    }
    parts.join("  ")
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
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// A name as wide as any other, without what would steer the terminal.
fn fit(title: &str) -> String {
    let title = sanitize::line(title);
    let mut fitting = String::new();
    for character in title.chars() {
        if display_width(&fitting) + display_width(character.encode_utf8(&mut [0; 4])) >= NAME_WIDTH
        {
            fitting.push('…');
            break;
        }
        fitting.push(character);
    }
    let gap = NAME_WIDTH.saturating_sub(display_width(&fitting));
    fitting + &" ".repeat(gap)
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
            " 41 %  12,345 of 30,000 messages  3.34 MiB  812/s  22 s left"
        );
        assert_eq!(
            said(&standing(Some(30_000), None), false),
            " 41 %  12,345 of 30,000 messages  3.34 MiB"
        );
        assert_eq!(
            said(&standing(None, None), true),
            "12,345 messages  3.34 MiB  812/s"
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
            " 41 %  12,345 of 30,000 messages  3.34 MiB  Telegram wants a pause, 14 s left"
        );
        assert!(
            said(&standing(None, wait(false)), true)
                .ends_with("Telegram does not answer, next try in 14 s")
        );
    }

    #[test]
    fn times_are_said_in_their_largest_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min 0 s"),
            (3_599, "59 min 59 s"),
            (77_000, "21 h 23 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn titles_are_equally_wide_whatever_they_are_written_in() {
        for title in [
            "Me",
            "Brunnen Community Garden and more",
            "餐桌餐桌餐桌餐桌餐桌餐桌餐桌",
            "a\u{1b}[2Jb",
        ] {
            let fitting = fit(title);
            assert_eq!(display_width(&fitting), NAME_WIDTH, "{fitting}");
            assert!(!fitting.contains('\u{1b}'));
        }
    }
}

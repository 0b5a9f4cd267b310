//! The QR code on the terminal's other screen, which leaves nothing behind: drawn anew when there is a new one, with
//! the seconds that are left.

use std::time::Duration;

use qrcode::render::Renderer;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use tokio::time::{Instant, interval, sleep_until};

use super::terminal::Terminal;
use crate::cli::Failure;
use crate::error::whole_seconds;
use crate::telegram::auth::{Login, LoginToken, Scan, Step};

/// How long somebody may take to scan.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often the seconds that are left are written.
const TICK: Duration = Duration::from_secs(1);
/// How wide the white border is, in modules: as the standard wants it, and what readers need.
const BORDERS: [u32; 2] = [4, 2];

/// The other screen, cleared, without a cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
const CLEAR: &str = "\x1b[2J\x1b[H";
const CLEAR_LINE: &str = "\x1b[2K";
/// Black on white, whatever the terminal's own colours are: the two of the palette that no theme changes.
const PAPER: &str = "\x1b[38;5;16;48;5;231m";
const PLAIN: &str = "\x1b[0m";

const ABOVE: &str = "Scan this with Telegram on a phone that is logged in:";
const BELOW: &str = "Settings → Devices → Link Desktop Device";

/// Shows codes until one is scanned.
pub(super) async fn prove(login: &mut Login, terminal: &Terminal) -> Result<Step, Failure> {
    let give_up = Instant::now() + PATIENCE;
    let mut screen = None;
    while Instant::now() < give_up {
        match login.scan().await.map_err(Failure::new)? {
            Scan::Scanned(step) => return Ok(step),
            Scan::Show(token) => {
                let screen = match &screen {
                    Some(screen) => screen,
                    None => screen.insert(Screen::enter(terminal)?),
                };
                show(login, &token, screen).await?;
            }
        }
    }
    Err(Failure::new(format!(
        "nobody has scanned a QR code within {} minutes; try again, or use `--phone`",
        PATIENCE.as_secs() / 60
    )))
}

/// Shows one code until it is worth asking what has become of it.
async fn show(login: &mut Login, token: &LoginToken, screen: &Screen<'_>) -> Result<(), Failure> {
    let end = Instant::now() + token.good_for;
    let code = QrCode::with_error_correction_level(token.link.as_bytes(), EcLevel::L)
        .map_err(|_| Failure::new("Telegram's QR code is too long to be drawn; use `--phone`"))?;
    let mut drawn = None;
    let mut ticks = interval(TICK);
    let scanned = login.scanned();
    tokio::pin!(scanned);
    loop {
        tokio::select! {
            biased;
            () = &mut scanned => return Ok(()),
            () = sleep_until(end) => return Ok(()),
            _ = ticks.tick() => {
                let size = screen.terminal.size();
                if drawn != Some(size) {
                    screen.draw(&code, &token.link, size)?;
                    drawn = Some(size);
                }
                screen.count(end - Instant::now(), size)?;
            }
        }
    }
}

/// The terminal's other screen, for as long as it is shown.
struct Screen<'a> {
    terminal: &'a Terminal,
}

impl<'a> Screen<'a> {
    fn enter(terminal: &'a Terminal) -> Result<Self, Failure> {
        let screen = Self { terminal };
        terminal.put(ENTER)?;
        Ok(screen)
    }

    /// Draws everything but the seconds, which have the last row.
    fn draw(&self, code: &QrCode, link: &str, size: (usize, usize)) -> Result<(), Failure> {
        let body = match picture(code, size) {
            Some(rows) => format!("{ABOVE}\r\n{}\r\n{BELOW}", rows.join("\r\n")),
            None => {
                let (columns, rows) = needed(code, BORDERS[1]);
                format!(
                    "This window is too small for the QR code: it takes {columns} × {rows}.\r\n\
                     Make it larger, or use `--phone`. The code says:\r\n\r\n{link}"
                )
            }
        };
        self.terminal.put(&format!("{CLEAR}{body}"))
    }

    fn count(&self, left: Duration, (columns, rows): (usize, usize)) -> Result<(), Failure> {
        let line = countdown(whole_seconds(left), columns);
        self.terminal
            .put(&format!("\x1b[{rows};1H{CLEAR_LINE}{line}"))
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        let _ = self.terminal.put(LEAVE);
    }
}

/// How long a code is good, in as many words as fit into one row.
fn countdown(left: u64, columns: usize) -> String {
    let lines = [
        format!("Good for {left} s, then there is a new one. Ctrl-C gives up."),
        format!("Good for {left} s. Ctrl-C gives up."),
        format!("{left} s"),
    ];
    let fits = |line: &String| line.len() <= columns;
    lines.into_iter().find(fits).unwrap_or_default()
}

/// How many columns and rows a code takes with this border and everything around it.
fn needed(code: &QrCode, border: u32) -> (usize, usize) {
    const LINES_AROUND: usize = 3;
    let modules = code.width() + 2 * usize::try_from(border).unwrap_or_default();
    let columns = modules.max(ABOVE.chars().count());
    (columns, modules.div_ceil(2) + LINES_AROUND)
}

/// The rows of the code, two modules in each character, with the widest border that fits.
fn picture(code: &QrCode, (columns, rows): (usize, usize)) -> Option<Vec<String>> {
    let border = BORDERS.into_iter().find(|border| {
        let (wide, high) = needed(code, *border);
        wide <= columns && high <= rows
    })?;
    let modules = code.to_colors();
    let image = Renderer::<Dense1x2>::new(&modules, code.width(), border)
        .module_dimensions(1, 1)
        .build();
    let rows = image.lines().map(|row| format!("{PAPER}{row}{PLAIN}"));
    Some(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(length: usize) -> QrCode {
        let link = format!("tg://login?token={}", "Ab-_9".repeat(length / 5));
        QrCode::with_error_correction_level(link, EcLevel::L).unwrap()
    }

    /// The modules that a picture shows, line by line.
    fn modules(rows: &[String]) -> Vec<Vec<bool>> {
        let mut lines = Vec::new();
        for row in rows {
            let row = row
                .strip_prefix(PAPER)
                .unwrap()
                .strip_suffix(PLAIN)
                .unwrap();
            lines.push(row.chars().map(|sign| "█▀".contains(sign)).collect());
            lines.push(row.chars().map(|sign| "█▄".contains(sign)).collect());
        }
        lines
    }

    #[test]
    fn telegrams_codes_fit_a_window_of_80_by_24() {
        for length in [20, 40, 60] {
            let rows = picture(&code(length), (80, 24)).unwrap();
            assert!(rows.len() <= 21, "{length}");
        }
    }

    #[test]
    fn the_seconds_have_one_row_in_any_window() {
        for (columns, expected) in [
            (
                80,
                "Good for 29 s, then there is a new one. Ctrl-C gives up.",
            ),
            (
                56,
                "Good for 29 s, then there is a new one. Ctrl-C gives up.",
            ),
            (55, "Good for 29 s. Ctrl-C gives up."),
            (20, "29 s"),
            (3, ""),
        ] {
            assert_eq!(countdown(29, columns), expected, "{columns}");
        }
    }

    #[test]
    fn a_window_that_is_too_small_has_no_picture() {
        let code = code(45);
        assert!(picture(&code, (80, 21)).is_none());
        assert!(picture(&code, (40, 50)).is_none());
    }

    #[test]
    fn the_picture_is_the_code_with_a_white_border() {
        let code = code(45);
        for (size, border) in [((80, 24), 4), ((80, 23), 2)] {
            let lines = modules(&picture(&code, size).unwrap());
            let colors = code.to_colors();
            for (y, line) in lines.iter().enumerate() {
                for (x, is_dark) in line.iter().enumerate() {
                    let at =
                        |number: usize| number.checked_sub(border).filter(|it| *it < code.width());
                    let expected = match (at(x), at(y)) {
                        (Some(x), Some(y)) => colors[y * code.width() + x] == qrcode::Color::Dark,
                        _ => false,
                    };
                    assert_eq!(*is_dark, expected, "{x} {y}");
                }
            }
        }
    }
}

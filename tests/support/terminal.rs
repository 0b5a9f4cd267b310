//! The real binary on a pseudo-terminal: what a person would see, and what they would type.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use super::{HANG, HOME};

/// A running binary with a person in front of it; killed when dropped.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Mutex<Shown>>,
}

/// What has come so far.
struct Shown {
    parser: Parser,
    bytes: Vec<u8>,
    has_ended: bool,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) code: u32,
    /// What the window shows at last.
    pub(crate) screen: String,
    /// Everything that was ever written.
    pub(crate) all: String,
}

impl Terminal {
    /// Starts a program with these settings, in this directory and in a window of so many columns and rows.
    pub(crate) fn start(
        program: &str,
        arguments: &[&str],
        settings: &[(&str, &str)],
        dir: &Path,
        (columns, rows): (u16, u16),
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(dir);
        command.env_clear();
        command.env("HOME", HOME.as_os_str());
        command.env("PATH", "/usr/bin:/bin");
        command.env("TERM", "xterm-256color");
        command.env("TELEGRAM_KEYRING", "0");
        for (name, value) in settings {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let shown = Arc::new(Mutex::new(Shown {
            parser: Parser::new(at_least_one(rows), at_least_one(columns), 1_000),
            bytes: Vec::new(),
            has_ended: false,
        }));
        let mut output = pair.master.try_clone_reader().unwrap();
        let watched = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            // A terminal without anybody behind it ends in an error on Linux.
            while let Ok(count) = output.read(&mut part)
                && count > 0
            {
                let mut shown = watched.lock().unwrap();
                shown.parser.process(&part[..count]);
                shown.bytes.extend(&part[..count]);
            }
            watched.lock().unwrap().has_ended = true;
        });
        Self {
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            child,
            shown,
        }
    }

    /// What the window shows, without the spaces at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        text_of(&self.shown.lock().unwrap().parser)
    }

    /// What looks at the window cell by cell.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.shown.lock().unwrap().parser.screen())
    }

    /// Waits until the window shows this, and answers all that it shows then.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> impl Future<Output = String> {
        let place = std::panic::Location::caller();
        async move {
            let begun = std::time::Instant::now();
            loop {
                let screen = self.screen();
                if screen.contains(text) {
                    return screen;
                }
                let has_ended = self.shown.lock().unwrap().has_ended;
                assert!(
                    begun.elapsed() < HANG && !has_ended,
                    "{place}: never shown: {text}\n{screen}"
                );
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// Types, without the Enter key.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types a line.
    pub(crate) fn line(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
    }

    /// Makes the window another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
        let mut shown = self.shown.lock().unwrap();
        let screen = shown.parser.screen_mut();
        screen.set_size(at_least_one(rows), at_least_one(columns));
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Whether what is typed is shown.
    #[cfg(unix)]
    pub(crate) fn echoes(&self) -> bool {
        let flags = self.master.get_termios().unwrap().local_flags;
        format!("{flags:?}")
            .split(|c: char| !c.is_alphanumeric())
            .any(|flag| flag == "ECHO")
    }

    /// Waits for its end.
    pub(crate) async fn ends(mut self) -> Ended {
        let begun = std::time::Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < HANG, "it never ends:\n{}", self.screen());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        while !self.shown.lock().unwrap().has_ended {
            assert!(begun.elapsed() < HANG, "its terminal stays open");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let shown = self.shown.lock().unwrap();
        Ended {
            code: status.exit_code(),
            screen: text_of(&shown.parser),
            all: String::from_utf8_lossy(&shown.bytes).into_owned(),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn at_least_one(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

fn text_of(parser: &Parser) -> String {
    let (_, columns) = parser.screen().size();
    let rows = parser.screen().rows(0, columns.into());
    let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

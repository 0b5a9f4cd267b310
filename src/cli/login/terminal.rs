//! The terminal that a person sits at, whatever standard input and output are.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::time::Duration;

use terminal_size::{Height, Width, terminal_size_of};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::cli::{Failure, wrap};

#[cfg(unix)]
const NAMES: [&str; 2] = ["/dev/tty", "/dev/tty"];
#[cfg(not(unix))]
const NAMES: [&str; 2] = ["CONIN$", "CONOUT$"];

/// How long a signal may take to arrive everywhere.
const GIVING_UP: Duration = Duration::from_secs(2);
/// What a window has where nobody says.
const USUAL_SIZE: (usize, usize) = (80, 24);

/// The terminal, on which nothing shows that is typed while nobody asks. Dropping it leaves it as it was, even in the
/// middle of a question.
pub(super) struct Terminal {
    input: File,
    output: File,
    #[cfg(unix)]
    attributes: Option<rustix::termios::Termios>,
}

impl Terminal {
    pub(super) fn open() -> Result<Self, Failure> {
        let [input, output] = NAMES;
        let open = || {
            let input = File::options().read(true).write(true).open(input)?;
            let output = File::options().read(true).write(true).open(output)?;
            io::Result::Ok((input, output))
        };
        let (input, output) = open().map_err(|_| {
            Failure::new("there is no terminal to ask on; `login` needs a person in front of it")
                .early()
        })?;
        let terminal = Self {
            #[cfg(unix)]
            attributes: rustix::termios::tcgetattr(&input).ok(),
            input,
            output,
        };
        terminal.show_typing(false);
        Ok(terminal)
    }

    /// Whether what is typed shows from now on.
    #[cfg(unix)]
    fn show_typing(&self, shows: bool) {
        use rustix::termios::{LocalModes, OptionalActions, tcsetattr};
        let Some(mut attributes) = self.attributes.clone() else {
            return;
        };
        if !shows {
            attributes
                .local_modes
                .remove(LocalModes::ECHO | LocalModes::ECHONL);
        }
        let _ = tcsetattr(&self.input, OptionalActions::Now, &attributes);
    }

    /// Whether what is typed shows from now on: only while a question waits for its answer, here.
    #[cfg(not(unix))]
    fn show_typing(&self, _: bool) {}

    /// Forgets what was typed before anybody asked.
    fn forget_typing(&self) {
        #[cfg(unix)]
        let _ = rustix::termios::tcflush(&self.input, rustix::termios::QueueSelector::IFlush);
    }

    /// Says something, in lines that end between words.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        let (columns, _) = self.size();
        let lines = wrap::lines(text, columns, "");
        lines
            .iter()
            .try_for_each(|line| self.put(&format!("{line}\n")))
    }

    /// Writes as it stands.
    pub(super) fn put(&self, text: &str) -> Result<(), Failure> {
        let mut output = &self.output;
        let written = output.write_all(text.as_bytes());
        written.and_then(|()| output.flush()).map_err(failed)
    }

    /// Asks for a line that may be seen.
    pub(super) async fn ask(&self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.forget_typing();
        self.put(question)?;
        self.show_typing(true);
        let input = self.input.try_clone().map_err(failed)?;
        let read = move || {
            let mut line = Zeroizing::new(String::new());
            let count = BufReader::new(input).read_line(&mut line)?;
            io::Result::Ok((count > 0).then_some(line))
        };
        let read = spawn_blocking(read).await;
        self.show_typing(false);
        match read {
            Ok(Ok(Some(line))) => Ok(Zeroizing::new(line.trim().to_owned())),
            Ok(Ok(None)) => self.unanswered(),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(failed(io::ErrorKind::Other.into())),
        }
    }

    /// Asks for a line that must not be seen.
    pub(super) async fn ask_hidden(&self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.forget_typing();
        self.put(question)?;
        let read = || rpassword::read_password().map(Zeroizing::new);
        let read = spawn_blocking(read).await;
        let read = read.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        match read {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.unanswered(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                // By a signal, and whoever waits for that one gives up in a moment.
                sleep(GIVING_UP).await;
                self.unanswered()
            }
            read => read.map_err(failed),
        }
    }

    /// Somebody has typed the end of the file instead of an answer.
    fn unanswered<T>(&self) -> Result<T, Failure> {
        self.say("")?;
        Err(Failure::new("nothing was answered; nothing was kept"))
    }

    /// How many columns and rows it has.
    pub(super) fn size(&self) -> (usize, usize) {
        let size = terminal_size_of(&self.output);
        size.map_or(USUAL_SIZE, |(Width(columns), Height(rows))| {
            (columns.into(), rows.into())
        })
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It was meant for nobody, and would be the shell's.
        self.forget_typing();
        // Whoever still waits for hidden input would leave everything hidden.
        #[cfg(unix)]
        if let Some(attributes) = &self.attributes {
            let now = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(&self.input, now, attributes);
        }
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::new(format!("the terminal cannot be used: {}", error.kind()))
}

//! How two processes of an account meet: a JSON line each way, and after that, if both agree, it is MCP.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt as _, ReadHalf, WriteHalf};

use super::holder::Holder;
use super::lines::Lines;
use super::settings::Settings;
use super::socket::{self, Stream};
use crate::server::{ServerOptions, ToolNames};

/// The version of all this; processes of different versions do not share.
const PROTOCOL: u32 = 1;
/// How long the other one may take to say hello.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);
/// How long a hello may be.
const MOST_BYTES: usize = 16 << 10;

/// What the one who comes says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    protocol: u32,
    version: String,
    #[serde(flatten)]
    settings: Settings,
    pub(super) wish: Wish,
    pub(super) pid: u32,
    #[serde(default)]
    pub(super) options: Option<Options>,
}

/// What it has come for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wish {
    /// To have its client served.
    Relay,
    /// To know how things are.
    Status,
}

/// What each client may have of its own.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Options {
    has_dots: bool,
    call_deadline_ms: u64,
    reply_max_chars: usize,
}

/// What the one who has the account says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) verdict: Verdict,
    pub(super) holder: Holder,
    pub(super) relays: usize,
    pub(super) is_connected: bool,
    #[serde(default)]
    pub(super) is_refused: bool,
}

/// Whether a wish is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Welcome,
    OtherVersion,
    OtherSettings,
    Full,
    /// For a reason that this version does not know.
    #[serde(other)]
    Refused,
}

/// A connection whose lines can be read.
pub(super) struct Greeted {
    pub(super) input: Lines<ReadHalf<Stream>>,
    pub(super) output: WriteHalf<Stream>,
}

impl Greeted {
    pub(super) fn of(stream: Stream) -> Self {
        let (input, output) = tokio::io::split(stream);
        Self {
            input: Lines::new(input, MOST_BYTES, PATIENCE),
            output,
        }
    }

    /// Reads what the other one says first.
    pub(super) async fn hear<T: for<'t> Deserialize<'t>>(&mut self) -> io::Result<T> {
        let line = self.input.next().await?;
        let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(serde_json::from_slice(&line)?)
    }

    /// Says something.
    pub(super) async fn say(&mut self, said: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(said)?;
        line.push(b'\n');
        self.output.write_all(&line).await
    }
}

impl Hello {
    /// The hello of this process.
    pub(super) fn new(wish: Wish, settings: Settings, options: Option<Options>) -> Self {
        Self {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings,
            wish,
            pid: std::process::id(),
            options,
        }
    }

    /// What the holder of an account has to say to this.
    pub(super) fn verdict(&self, holder: &Holder) -> Verdict {
        match self.wish {
            Wish::Status => Verdict::Welcome,
            _ if self.protocol != PROTOCOL || self.version != holder.version => {
                Verdict::OtherVersion
            }
            _ if !self.settings.agree(&holder.settings) => Verdict::OtherSettings,
            Wish::Relay => Verdict::Welcome,
        }
    }
}

/// Says hello to the process that has the account: the connection, and what it answers.
pub(super) async fn say(holder: &Holder, hello: &Hello) -> io::Result<(Greeted, Reply)> {
    let address = holder.address.as_ref().ok_or(io::ErrorKind::NotFound)?;
    let mut greeted = Greeted::of(socket::connect(address).await?);
    greeted.say(hello).await?;
    let reply = greeted.hear().await?;
    Ok((greeted, reply))
}

impl From<&ServerOptions> for Options {
    fn from(options: &ServerOptions) -> Self {
        let deadline = options.call_deadline.as_millis();
        Self {
            has_dots: options.tool_names == ToolNames::Dotted,
            call_deadline_ms: u64::try_from(deadline).unwrap_or(u64::MAX),
            reply_max_chars: options.reply_max_chars,
        }
    }
}

impl From<Options> for ServerOptions {
    fn from(options: Options) -> Self {
        Self {
            tool_names: match options.has_dots {
                true => ToolNames::Dotted,
                false => ToolNames::Underscore,
            },
            call_deadline: Duration::from_millis(options.call_deadline_ms),
            reply_max_chars: options.reply_max_chars,
        }
    }
}

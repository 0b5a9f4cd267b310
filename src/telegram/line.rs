//! A line: one TCP connection to Telegram under one MTProto session, driven by one task, with any number of
//! requests under way. It is never mended: what breaks it fails the requests on it, and the next one has a new line.

mod events;
pub(super) mod exchange;
mod frames;
#[cfg(any(fuzzing, test))]
pub(super) mod fuzzing;
mod pulse;
mod questions;
mod run;
mod session;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use grammers_client::sender::RpcError;
use grammers_crypto::AuthKey;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LineError {
    /// Telegram answered with an error.
    Rpc(RpcError),
    /// There was no connection, or nobody on it who returned the greeting.
    Unreachable,
    /// The connection ended, or what came over it was damaged.
    Lost,
    /// Telegram does not know the key.
    KeyRefused,
    /// The transport turned the connection away with this status, 429 for example.
    Refused(u32),
    /// An answer came, and it is none.
    Unreadable,
}

impl LineError {
    /// What a status of the transport says
    /// (<https://core.telegram.org/mtproto/mtproto-transports#transport-errors>).
    fn of_status(status: u32) -> Self {
        match status {
            404 => Self::KeyRefused,
            status => Self::Refused(status),
        }
    }

    /// The same for a request that was not even sent.
    fn before_sending(self) -> Self {
        match self {
            Self::Lost => Self::Unreachable,
            error => error,
        }
    }

    /// For the log: nothing that came from Telegram.
    fn why(&self) -> &'static str {
        match self {
            Self::Rpc(_) => "the greeting was answered with an error",
            Self::Unreachable => "nobody was reached",
            Self::Lost => "it was lost",
            Self::KeyRefused => "the key was refused",
            Self::Refused(_) => "the transport refused it",
            Self::Unreadable => "nothing could be read",
        }
    }
}

type Outcome = Result<Vec<u8>, LineError>;

/// A serialised request, and where its answer goes; closed when nobody waits any more.
struct Request {
    body: Vec<u8>,
    answer: oneshot::Sender<Outcome>,
}

/// What one line learns for the next ones.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    clock_offset: AtomicI64,
    /// How far Telegram's clock was ahead when it first sent something; nothing is decided by it.
    ahead: OnceLock<i64>,
    salt: AtomicI64,
}

impl Learnt {
    /// How far Telegram's clock is ahead of this computer's, in seconds, if it has ever mattered.
    pub(super) fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    /// How far Telegram's clock is ahead of this computer's, in seconds, by the first message that came.
    pub(super) fn ahead(&self) -> Option<i64> {
        self.ahead.get().copied()
    }
}

/// What a line is made of.
pub(super) struct Plan {
    /// Where Telegram is.
    pub(super) address: SocketAddr,
    /// The key of the session; this copy cannot be wiped.
    pub(super) key: AuthKey,
    /// The first request, alone, before any other.
    pub(super) greeting: Vec<u8>,
    /// What earlier lines have learnt.
    pub(super) learnt: Arc<Learnt>,
}

/// What the task tells of itself.
#[derive(Debug, Default)]
struct State {
    /// How many answers have come, errors included.
    answers: AtomicU64,
    /// Whether the greeting was ever returned.
    greeted: AtomicBool,
    /// Told when another device has accepted a login token of this line; only a login listens.
    login_token: Notify,
    /// Why the line has ended, once it has by itself.
    end: OnceLock<LineError>,
}

impl State {
    /// What the end of the line means for a request that was under way.
    fn end(&self) -> LineError {
        let stopped = || {
            if self.greeted.load(Ordering::Relaxed) {
                LineError::Lost
            } else {
                LineError::Unreachable
            }
        };
        self.end.get().cloned().unwrap_or_else(stopped)
    }
}

/// A way to send requests over one line; cheap to clone.
#[derive(Clone)]
pub(super) struct Line {
    requests: mpsc::UnboundedSender<Request>,
    state: Arc<State>,
}

/// The line itself: dropping it closes the connection, and what is under way fails.
pub(super) struct OpenLine {
    line: Line,
    task: JoinHandle<()>,
}

impl OpenLine {
    /// Begins to connect.
    pub(super) fn open(plan: Plan) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let state = Arc::<State>::default();
        Self {
            task: tokio::spawn(run::run(plan, receiver, Arc::clone(&state))),
            line: Line {
                requests: sender,
                state,
            },
        }
    }

    /// A way to use it.
    pub(super) fn line(&self) -> Line {
        self.line.clone()
    }

    /// Whether it takes requests.
    pub(super) fn is_open(&self) -> bool {
        !self.line.requests.is_closed()
    }

    /// Whether `line` is a way to use this one.
    pub(super) fn is(&self, line: &Line) -> bool {
        self.line.requests.same_channel(&line.requests)
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        // The socket closes with the task; nothing waits for the network.
        self.task.abort();
    }
}

impl Line {
    /// Sends a serialised request and waits for its answer. Dropping the future forgets the request: it is not sent
    /// if it was not yet, and its answer is thrown away.
    pub(super) async fn send(&self, body: Vec<u8>) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        if self.requests.send(Request { body, answer }).is_err() {
            return Err(self.state.end().before_sending());
        }
        let outcome = outcome.await.unwrap_or_else(|_| Err(self.state.end()));
        if matches!(outcome, Ok(_) | Err(LineError::Rpc(_))) {
            self.state.answers.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    /// Waits until another device has accepted a login token that was asked for here, or the line has ended.
    pub(super) async fn login_token(&self) {
        tokio::select! {
            () = self.state.login_token.notified() => {}
            () = self.requests.closed() => {}
        }
    }

    /// How many answers have come so far.
    pub(super) fn answers(&self) -> u64 {
        self.state.answers.load(Ordering::Relaxed)
    }
}

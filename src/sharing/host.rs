//! The process that has the account, as the others meet it: it serves their clients beside its own.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::claim::Claim;
use super::hello::{Greeted, Hello, Reply, Verdict, Wish};
use super::socket::{Listener, Stream};
use super::upstream::{END, PIPE_BYTES};
use crate::server::{self, Server};

/// How often a relay hears that its host is alive, if it hears nothing else.
const BEAT: Duration = Duration::from_secs(2);
/// How many relays there may be.
const MOST_RELAYS: usize = 64;
/// How long nobody is let in when that has failed.
const PAUSE: Duration = Duration::from_millis(200);
/// How much of an answer is passed on at once.
const PIECE_BYTES: usize = 16 << 10;

/// Where the other processes are served.
pub(super) struct Host {
    closing: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Host {
    /// Begins to listen for them. A place where nobody can listen is one where nobody comes.
    pub(super) fn start(claim: &Arc<Claim>, server: Server) -> Self {
        let closing = CancellationToken::new();
        let task = match Listener::bind(claim) {
            Ok(listener) => {
                claim.listens_at(listener.address());
                let desk = Arc::new(Desk {
                    claim: Arc::downgrade(claim),
                    server,
                    relays: Arc::default(),
                });
                Some(tokio::spawn(receive(listener, desk, closing.clone())))
            }
            Err(error) => {
                tracing::warn!(
                    "other processes cannot share this one's session: no socket can be made in the state directory ({})",
                    error.kind()
                );
                None
            }
        };
        Self {
            closing,
            task: Mutex::new(task),
        }
    }

    /// Lets go of the other processes, at once and without a word, so that they ask somebody else.
    pub(super) async fn close(self) {
        self.closing.cancel();
        let task = self.task.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task {
            let _ = task.await;
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.closing.cancel();
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
    }
}

/// What every visitor is met with.
struct Desk {
    claim: Weak<Claim>,
    server: Server,
    relays: Arc<AtomicUsize>,
}

async fn receive(mut listener: Listener, desk: Arc<Desk>, closing: CancellationToken) {
    let mut visits = JoinSet::new();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            Some(_) = visits.join_next() => {}
            visitor = listener.accept() => match visitor {
                Ok(stream) => {
                    visits.spawn(Arc::clone(&desk).attend(stream));
                }
                Err(error) => {
                    tracing::warn!("another process could not be let in: {}", error.kind());
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    visits.shutdown().await;
}

impl Desk {
    async fn attend(self: Arc<Self>, stream: Stream) {
        let mut greeted = Greeted::of(stream);
        let Ok(hello) = greeted.hear::<Hello>().await else {
            return;
        };
        let is_relay = hello.wish == Wish::Relay;
        let chair = Chair::take(&self.relays);
        let Some(reply) = self.reply(&hello, chair.number).await else {
            return;
        };
        let is_welcome = reply.verdict == Verdict::Welcome;
        if greeted.say(&reply).await.is_err() || !is_welcome || !is_relay {
            return;
        }
        tracing::info!(process = hello.pid, "serves the client of another process");
        let server = match hello.options {
            Some(options) => self.server.with_options(options.into()),
            None => self.server.clone(),
        };
        pass(greeted, server).await;
        tracing::info!(
            process = hello.pid,
            "has served the client of another process"
        );
    }

    /// What a visitor is told; nothing once the account is given back.
    async fn reply(&self, hello: &Hello, number: usize) -> Option<Reply> {
        let holder = self.claim.upgrade()?.holder().clone();
        let verdict = match hello.verdict(&holder) {
            Verdict::Welcome if number > MOST_RELAYS => Verdict::Full,
            verdict => verdict,
        };
        Some(Reply {
            verdict,
            holder,
            // Without the one who asks.
            relays: number - 1,
            is_connected: self.server.is_connected().await,
            is_refused: self.server.is_refused(),
        })
    }
}

/// A place at the desk; given back when dropped.
struct Chair {
    taken: Arc<AtomicUsize>,
    /// How many are taken, this one included.
    number: usize,
}

impl Chair {
    fn take(taken: &Arc<AtomicUsize>) -> Self {
        let number = taken.fetch_add(1, Ordering::Relaxed) + 1;
        Self {
            taken: Arc::clone(taken),
            number,
        }
    }
}

impl Drop for Chair {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves the client of another process until it or the process leaves.
async fn pass(greeted: Greeted, server: Server) {
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    let (requests, answers) = tokio::io::split(theirs);
    let served = server::serve(server, requests, answers, CancellationToken::new());
    let (answers, requests) = tokio::io::split(ours);
    let input = greeted.input.into_inner();
    let asking = async { tokio::join!(pass_requests(input, requests), served) };
    tokio::pin!(asking);
    let answering = pass_answers(answers, greeted.output);
    tokio::pin!(answering);
    tokio::select! {
        _ = &mut asking => {
            // What is written by now.
            let _ = answering.await;
        }
        _ = &mut answering => {}
    }
}

/// Passes requests on until there are no more, be it that their writer says so or is gone.
async fn pass_requests(
    mut from: impl AsyncBufRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    loop {
        let piece = from.fill_buf().await.unwrap_or_default();
        let end = piece.iter().position(|byte| *byte == END);
        let requests = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
        to.write_all(requests).await?;
        if end.is_some() || piece.is_empty() {
            return to.shutdown().await;
        }
        let read = piece.len();
        from.consume(read);
    }
}

/// Passes answers on, and now and then an empty line that says that more may come.
async fn pass_answers(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    let mut is_between_lines = true;
    loop {
        match timeout(BEAT, from.read(&mut piece)).await {
            Ok(Ok(0) | Err(_)) => return to.shutdown().await,
            Ok(Ok(read)) => {
                let answers = piece.get(..read).unwrap_or_default();
                is_between_lines = answers.ends_with(b"\n");
                to.write_all(answers).await?;
            }
            Err(_) if is_between_lines => to.write_all(b"\n").await?,
            Err(_) => {}
        }
    }
}

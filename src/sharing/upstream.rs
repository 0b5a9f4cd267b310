//! Who answers a relay's client at the moment: the process that has the account, or the server of this one.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::hello::Greeted;
use super::lines::Lines;
use crate::server::{self, Server};

/// Stands where a line would begin and says that the client asks for nothing more: not every kind of pipe can be
/// closed in one direction. No line of JSON has it.
pub(super) const END: u8 = 0x04;
/// How much may wait in a pipe within the process.
pub(super) const PIPE_BYTES: usize = 64 << 10;
/// How long the other process may say nothing, while it beats every other second.
const SILENCE: Duration = Duration::from_secs(7);
/// The longest line that is taken; ours are far shorter.
const MOST_BYTES: usize = 64 << 20;

/// What is said to whoever answers.
pub(super) enum Said {
    /// A message of the client.
    Message(Vec<u8>),
    /// That there are no more.
    End,
}

/// Where a client's messages go, and where its answers come from. Dropping it ends what is under way there.
pub(super) struct Upstream {
    task: JoinHandle<()>,
    is_local: bool,
    has_ended: bool,
}

impl Upstream {
    /// Has the client served by another process.
    pub(super) fn to_host(client: &Arc<Client>, greeted: Greeted) -> Self {
        let (said, number) = plug(client);
        let lines = greeted.input.within(MOST_BYTES, SILENCE);
        let (client, output) = (Arc::clone(client), greeted.output);
        let task = async move {
            tokio::select! {
                () = listen(&client, number, lines) => {}
                () = speak(said, output, true) => {}
            }
        };
        Self::run(task, false)
    }

    /// Has the client served by this process.
    pub(super) fn to_server(client: &Arc<Client>, server: Server) -> Self {
        let (said, number) = plug(client);
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let (requests, answers) = tokio::io::split(theirs);
        let (input, output) = tokio::io::split(ours);
        let served = server::serve(server, requests, answers, CancellationToken::new());
        let lines = Lines::new(input, MOST_BYTES, Duration::MAX);
        let client = Arc::clone(client);
        let task = async move {
            let serving = async {
                let _ = served.await;
                std::future::pending().await
            };
            tokio::select! {
                () = listen(&client, number, lines) => {}
                () = speak(said, output, false) => {}
                () = serving => {}
            }
        };
        Self::run(task, true)
    }

    fn run(task: impl Future<Output = ()> + Send + 'static, is_local: bool) -> Self {
        Self {
            task: tokio::spawn(task),
            is_local,
            has_ended: false,
        }
    }

    /// Whether it is this process that answers.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    /// Waits until nothing more comes from there.
    pub(super) async fn ended(&mut self) {
        if !self.has_ended {
            let _ = (&mut self.task).await;
            self.has_ended = true;
        }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Makes a new way from the client, which begins with all that has no answer yet.
fn plug(client: &Client) -> (UnboundedReceiver<Said>, u64) {
    let (sender, said) = mpsc::unbounded_channel();
    (said, client.plug(sender))
}

async fn listen(client: &Client, number: u64, mut lines: Lines<impl AsyncRead + Unpin>) {
    loop {
        match lines.next().await {
            Ok(Some(line)) => client.hear(number, &line).await,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(
                    "the process that has the account went silent: {}",
                    error.kind()
                );
                return;
            }
        }
    }
}

/// Passes on what the client says; comes back only when nobody takes it any more.
async fn speak(
    mut said: UnboundedReceiver<Said>,
    mut output: impl AsyncWrite + Unpin,
    says_end: bool,
) {
    while let Some(said) = said.recv().await {
        let written = match said {
            Said::Message(mut line) => {
                line.push(b'\n');
                output.write_all(&line).await
            }
            Said::End if says_end => output.write_all(&[END, b'\n']).await,
            Said::End => output.shutdown().await,
        };
        if written.is_err() {
            return;
        }
    }
    std::future::pending().await
}

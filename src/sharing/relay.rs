//! A process that came later: passes its client on to the one that has the account, and takes its place when it goes.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::bell::{Bell, Rings};
use super::claim::Claim;
use super::client::Client;
use super::holder::Purpose;
use super::host::Host;
use super::place::NoClaim;
use super::seat::{Look, Seat, pause};
use super::upstream::Upstream;
use super::{Account, Find};
use crate::error::Error;
use crate::server::{self, Inbox, Incoming, Server};

/// How long it may stay unclear who has the account, before calls are answered with that.
const PATIENCE: Duration = Duration::from_secs(5);
/// Whoever has answered for so long was not just passing.
const A_WHILE: Duration = Duration::from_secs(1);
/// How long what the client has written may still be read when its input is closed.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How long answers may still come after that.
const DRAIN: Duration = Duration::from_millis(900);
/// How long they may take to reach the client.
const LAST_LINES: Duration = Duration::from_millis(200);
/// How many answers may wait for a client that does not read.
const WAITING_LINES: usize = 16;

/// A client that is served by whoever has the account.
pub(super) struct Relay {
    server: Server,
    /// Whether this process's own server may ask Telegram.
    leave: watch::Sender<Result<(), Error>>,
    client: Arc<Client>,
    upstream: Option<Upstream>,
    /// What this process has once it is the one with the account.
    office: Option<(Arc<Claim>, Host)>,
    printer: Printer,
}

/// How a relay begins.
enum Start {
    /// There is an account, which somebody else has.
    At(Seat),
    /// There is none.
    Without(Find, Rings),
}

impl Relay {
    pub(super) fn new(server: Server) -> Self {
        let (output, lines) = mpsc::channel(WAITING_LINES);
        let (leave, has_leave) = watch::channel(Ok(()));
        Self {
            server: server.with_leave(has_leave),
            leave,
            client: Arc::new(Client::new(output)),
            upstream: None,
            office: None,
            printer: Printer::start(lines, tokio::io::stdout()),
        }
    }

    /// Serves the client on the process's own pipes until it leaves or `shutdown` is cancelled.
    pub(super) async fn run(self, seat: Seat, shutdown: CancellationToken) -> Result<(), Error> {
        self.converse(Start::At(seat), Bell::mute(), shutdown).await
    }

    /// The same without an account, as long as `find` finds none.
    pub(super) async fn run_without_account(
        self,
        find: Find,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let (bell, rings) = Bell::new();
        let start = Start::Without(find, rings);
        self.converse(start, bell, shutdown).await
    }

    async fn converse(
        mut self,
        start: Start,
        bell: Bell,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let ended = shutdown.child_token();
        let inbox = server::stdin(ended.clone()).map_err(|error| Error::Internal {
            what: format!("standard input cannot be read: {}", error.kind()),
        })?;
        let mut reading = tokio::spawn(read(inbox, bell, Arc::clone(&self.client)));
        let closed = self.printer.closed.clone();
        tokio::select! {
            () = self.serve(start) => {}
            () = ended.cancelled() => {}
            () = closed.cancelled() => {}
        }
        if !shutdown.is_cancelled() && !closed.is_cancelled() {
            let _ = timeout(LAST_WORDS, &mut reading).await;
        }
        reading.abort();
        self.end().await;
        Ok(())
    }

    async fn serve(&mut self, start: Start) {
        match start {
            Start::At(seat) => self.keep_served(&seat).await,
            Start::Without(find, rings) => {
                let account = self.wait_for_account(find, rings).await;
                self.begin(account).await;
            }
        }
    }

    /// Has the client told that there is no account, until there is one.
    async fn wait_for_account(&mut self, mut find: Find, mut rings: Rings) -> Account {
        loop {
            tokio::select! {
                () = self.serve_for_good() => {}
                ring = rings.next() => {
                    if let Some(account) = find().await {
                        return account;
                    }
                    drop(ring);
                }
            }
        }
    }

    /// Goes on as a process that had an account from the start, and never comes back.
    async fn begin(&mut self, account: Account) {
        tracing::info!("there is a session now");
        self.client.unplug();
        self.upstream = None;
        self.server = account.server.with_leave(self.leave.subscribe());
        let Some((place, settings)) = account.meeting else {
            return self.serve_for_good().await;
        };
        match place.try_claim(Purpose::Serve, &settings) {
            Ok(claim) => self.take_over(claim).await,
            Err(NoClaim::Held | NoClaim::Barred) => {
                let seat = Seat::new(place, settings, &self.server);
                self.keep_served(&seat).await;
            }
            Err(NoClaim::NoLocks(error)) => {
                super::cannot_be_shared(&error);
                self.serve_for_good().await;
            }
        }
    }

    /// Sees to it that somebody answers the client, and never comes back.
    async fn keep_served(&mut self, seat: &Seat) {
        let mut unserved_since = Instant::now();
        let mut looks = 0_u32;
        loop {
            match seat.look().await {
                Look::Ours(claim) => self.take_over(claim).await,
                Look::Shared(greeted, holder) => {
                    tracing::info!(
                        process = holder.pid,
                        "shares the session of another process"
                    );
                    let began = Instant::now();
                    let upstream = self.plug(Upstream::to_host(&self.client, greeted));
                    upstream.ended().await;
                    self.client.unplug();
                    self.upstream = None;
                    self.client.give_up().await;
                    unserved_since = Instant::now();
                    if began.elapsed() > A_WHILE {
                        looks = 0;
                    }
                }
                Look::Refused(error) => self.refuse(error),
                Look::Unclear(error) => {
                    if unserved_since.elapsed() >= PATIENCE {
                        self.refuse(error);
                    }
                }
            }
            sleep(pause(looks)).await;
            looks = looks.saturating_add(1);
        }
    }

    /// Whether the server of this process may ask Telegram from now on.
    fn may_ask(&self, leave: Result<(), Error>) {
        self.leave.send_modify(|now| *now = leave);
    }

    /// Has every call answered with why it cannot be.
    fn refuse(&mut self, error: Error) {
        let is_news = self.leave.borrow().is_ok() || self.upstream.is_none();
        if is_news {
            tracing::warn!("{error}");
        }
        self.may_ask(Err(error));
        self.serve_here();
    }

    /// Has the account from now on, until the end.
    async fn take_over(&mut self, claim: Claim) {
        tracing::info!("has the session now");
        if let Some(client) = self.client.name() {
            claim.is_for(client);
        }
        let claim = Arc::new(claim);
        let host = Host::start(&claim, self.server.clone());
        self.office = Some((claim, host));
        self.may_ask(Ok(()));
        self.serve_for_good().await;
    }

    /// Has the client answered by this process, until the end.
    async fn serve_for_good(&mut self) {
        loop {
            self.serve_here().ended().await;
            // It ends with its client only. Whatever else ended it, the client is still there.
            self.client.unplug();
            self.upstream = None;
            sleep(pause(0)).await;
        }
    }

    /// Has the client answered by this process.
    fn serve_here(&mut self) -> &mut Upstream {
        match self.upstream.take().filter(Upstream::is_local) {
            Some(upstream) => self.upstream.insert(upstream),
            None => self.plug(Upstream::to_server(&self.client, self.server.clone())),
        }
    }

    fn plug(&mut self, upstream: Upstream) -> &mut Upstream {
        self.upstream.insert(upstream)
    }

    /// The client has left, or the process shall end.
    async fn end(mut self) {
        let office = self.office.take();
        if office.is_none() && self.upstream.is_none() {
            // Nobody has come to answer, so this is what is known.
            if self.leave.borrow().is_ok() {
                let nobody = super::holder::in_use(None, super::holder::SILENT);
                self.may_ask(Err(nobody));
            }
            self.serve_here();
        }
        let server = self.server.clone();
        let (claim, host) = office.unzip();
        let leaving = async {
            if let Some(host) = host {
                host.close().await;
            }
            server.stop_exports().await;
        };
        let answering = timeout(DRAIN, self.answer_the_rest());
        let _ = tokio::join!(answering, leaving);
        self.client.unplug();
        self.upstream = None;
        self.printer.finish().await;
        server.disconnect().await;
        drop(claim);
    }

    async fn answer_the_rest(&mut self) {
        self.client.ends();
        if let Some(upstream) = &mut self.upstream {
            upstream.ended().await;
        }
        let is_stranded =
            self.client.waits() && self.upstream.as_ref().is_some_and(|it| !it.is_local());
        if is_stranded {
            let gone = Error::unavailable("the process that has the session has gone");
            self.may_ask(Err(gone));
            self.serve_here();
            self.client.ends();
            self.serve_here().ended().await;
        }
    }
}

async fn read<R: AsyncRead + Unpin>(mut inbox: Inbox<R>, mut bell: Bell, client: Arc<Client>) {
    loop {
        client.has_room().await;
        match inbox.next().await {
            Some(Incoming::Message(message)) => {
                bell.ring_for(&message).await;
                client.says(message);
            }
            Some(Incoming::Refused(answer)) => client.is_told(answer).await,
            None => return,
        }
    }
}

/// Writes whole lines to the client.
struct Printer {
    finishing: CancellationToken,
    /// Cancelled when the client does not read any more.
    closed: CancellationToken,
    task: JoinHandle<()>,
}

impl Printer {
    fn start(
        lines: mpsc::Receiver<Vec<u8>>,
        output: impl AsyncWrite + Unpin + Send + 'static,
    ) -> Self {
        let (finishing, closed) = (CancellationToken::new(), CancellationToken::new());
        let (finish, close) = (finishing.clone(), closed.clone());
        let task = tokio::spawn(async move {
            if print(lines, output, finish).await.is_err() {
                close.cancel();
            }
        });
        Self {
            finishing,
            closed,
            task,
        }
    }

    /// Writes what there is, and no more.
    async fn finish(self) {
        self.finishing.cancel();
        let _ = timeout(LAST_LINES, self.task).await;
    }
}

async fn print(
    mut lines: mpsc::Receiver<Vec<u8>>,
    mut output: impl AsyncWrite + Unpin,
    finishing: CancellationToken,
) -> io::Result<()> {
    loop {
        let line = tokio::select! {
            biased;
            line = lines.recv() => line,
            () = finishing.cancelled() => None,
        };
        let Some(mut line) = line else {
            return Ok(());
        };
        line.push(b'\n');
        output.write_all(&line).await?;
        output.flush().await?;
    }
}

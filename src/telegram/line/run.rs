//! The task behind a line: connects, greets, then writes what is asked and reads what is answered, until something
//! ends it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use grammers_tl_types::{self as tl, Serializable as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::events::Event;
use super::frames::{Inbox, Outbox};
use super::pulse::{Beat, Pulse};
use super::questions::{Asker, Question, Questions};
use super::session::Session;
use super::{LineError, Outcome, Plan, Request, State};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long Telegram may take to return the greeting.
const GREETING_TIMEOUT: Duration = Duration::from_secs(5);
/// How long after a ping Telegram closes the connection unless there is another, in seconds.
const DISCONNECT_AFTER: i32 = 75;
/// How many requests are taken from the queue at once.
const TAKEN_AT_ONCE: usize = 100;
/// The clock is behind, or ahead (<https://core.telegram.org/mtproto/service_messages_about_messages>).
const WRONG_CLOCK: [i32; 2] = [16, 17];

/// Runs a line to its end, and tells everybody who waits why it ended.
pub(super) async fn run(plan: Plan, requests: mpsc::UnboundedReceiver<Request>, state: Arc<State>) {
    let address = plan.address;
    let mut conversation = Conversation::new(plan, requests, state);
    let connecting = timeout(CONNECT_TIMEOUT, TcpStream::connect(address));
    let end = match connecting.await {
        Ok(Ok(mut stream)) => {
            // Where it fails, it is only slower.
            let _ = stream.set_nodelay(true);
            let (input, output) = stream.split();
            conversation.greet();
            let Err(end) = conversation.hold(input, output).await;
            end
        }
        _ => LineError::Unreachable,
    };
    conversation.close(end);
}

/// How far a line has come.
enum Phase {
    /// The greeting is under way, for so long at most.
    Greeting { by: Instant },
    /// It was returned.
    Open(Pulse),
}

impl Phase {
    fn greeting() -> Self {
        Self::Greeting {
            by: Instant::now() + GREETING_TIMEOUT,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// When something is due without anything coming.
    fn next(&self) -> Instant {
        match self {
            Self::Greeting { by } => *by,
            Self::Open(pulse) => pulse.next(),
        }
    }
}

struct Conversation {
    session: Session,
    greeting: Vec<u8>,
    state: Arc<State>,
    /// Requests that nobody has looked at yet: they wait there until the greeting is returned.
    requests: mpsc::UnboundedReceiver<Request>,
    questions: Questions,
    inbox: Inbox,
    outbox: Outbox,
    phase: Phase,
}

impl Conversation {
    fn new(plan: Plan, requests: mpsc::UnboundedReceiver<Request>, state: Arc<State>) -> Self {
        Self {
            session: Session::new(plan.key, plan.learnt),
            greeting: plan.greeting,
            state,
            requests,
            questions: Questions::default(),
            inbox: Inbox::new(),
            outbox: Outbox::new(),
            phase: Phase::greeting(),
        }
    }

    /// Talks until something ends it.
    async fn hold(
        &mut self,
        mut input: impl AsyncRead + Unpin,
        mut output: impl AsyncWrite + Unpin,
    ) -> Result<Infallible, LineError> {
        let mut taken = Vec::new();
        loop {
            self.write();
            let due = self.phase.next();
            tokio::select! {
                read = input.read_buf(self.inbox.room()) => match read {
                    Ok(count) if count > 0 => self.hear()?,
                    _ => return Err(LineError::Lost),
                },
                written = output.write(self.outbox.unwritten()), if !self.outbox.is_empty() => {
                    match written {
                        Ok(count) if count > 0 => self.outbox.wrote(count),
                        _ => return Err(LineError::Lost),
                    }
                }
                count = self.requests.recv_many(&mut taken, TAKEN_AT_ONCE), if self.phase.is_open() => {
                    if count == 0 {
                        // Nobody is left who could ask.
                        return Err(LineError::Lost);
                    }
                    taken.drain(..).for_each(|request| self.questions.ask(request.into()));
                }
                () = sleep_until(due) => self.wake()?,
            }
        }
    }

    /// Asks for the greeting, before anything else goes out.
    fn greet(&mut self) {
        self.phase = Phase::greeting();
        self.questions.greet(self.greeting.clone());
    }

    /// Prepares what goes out next, when the last has gone.
    fn write(&mut self) {
        if !self.outbox.is_empty() {
            return;
        }
        let batch = self.questions.batch(self.phase.is_open());
        if batch.is_empty() && !self.session.owes_acks() {
            return;
        }
        let sealed = self
            .session
            .seal(batch.iter().map(|question| question.body.as_slice()));
        self.questions.sent(batch, sealed.ids, sealed.container);
        self.outbox.put(sealed.payload);
    }

    /// Reads what has come.
    fn hear(&mut self) -> Result<(), LineError> {
        if let Phase::Open(pulse) = &mut self.phase {
            pulse.heard();
        }
        while let Some(payload) = self.inbox.next()? {
            for event in self.session.open(payload)? {
                self.on(event)?;
            }
        }
        Ok(())
    }

    fn on(&mut self, event: Event) -> Result<(), LineError> {
        match event {
            Event::Answer { to, outcome } => match self.questions.answered(to) {
                Some(Asker::Caller(answer)) => drop(answer.send(outcome)),
                Some(Asker::Greeting) => self.greeted(outcome)?,
                Some(Asker::Ping) | None => {}
            },
            Event::BadSalt { id, salt } => {
                self.session.set_salt(salt);
                self.questions.refused(id)?;
            }
            Event::Salt(salt) => self.session.set_salt(salt),
            Event::LoginToken => self.state.login_token.notify_one(),
            Event::BadMessage { id, code, said_in } => {
                // What nobody has sent may be a replay.
                if self.questions.refused(id)? {
                    if WRONG_CLOCK.contains(&code) {
                        self.session.set_clock(said_in);
                    }
                    tracing::debug!(code, "beginning a new session on the same connection");
                    self.session.renew();
                    self.questions.ask_all_again();
                    self.greet();
                }
            }
        }
        Ok(())
    }

    /// What the greeting was answered with does not matter, unless it is an error.
    fn greeted(&mut self, outcome: Outcome) -> Result<(), LineError> {
        if let Err(error @ LineError::Rpc(_)) = outcome {
            return Err(error);
        }
        self.phase = Phase::Open(Pulse::new(Instant::now()));
        self.state.greeted.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The time has come for something.
    fn wake(&mut self) -> Result<(), LineError> {
        let Phase::Open(pulse) = &mut self.phase else {
            return Err(LineError::Lost);
        };
        match pulse.beat(Instant::now()) {
            Beat::Rest => {}
            Beat::Dead => return Err(LineError::Lost),
            Beat::Ping => {
                let ping = tl::functions::PingDelayDisconnect {
                    ping_id: rand::random(),
                    disconnect_delay: DISCONNECT_AFTER,
                };
                let ping = Question::of_the_line(ping.to_bytes(), Asker::Ping);
                self.questions.ask(ping);
            }
        }
        Ok(())
    }

    /// Takes nothing more, and fails what is left.
    fn close(mut self, end: LineError) {
        let was_greeted = self.state.greeted.load(Ordering::Relaxed);
        let end = match end {
            LineError::Lost if !was_greeted => LineError::Unreachable,
            end => end,
        };
        tracing::debug!(why = end.why(), "the line to Telegram has ended");
        let _ = self.state.end.set(end.clone());
        self.requests.close();
        while let Ok(request) = self.requests.try_recv() {
            self.questions.ask(request.into());
        }
        self.questions.fail(end);
    }
}

#[cfg(test)]
mod tests {
    use grammers_crypto::AuthKey;
    use tokio::io::{DuplexStream, duplex, split};

    use super::*;

    /// A conversation, and who has requests for it.
    fn conversation() -> (Conversation, mpsc::UnboundedSender<Request>) {
        let (sender, requests) = mpsc::unbounded_channel();
        let plan = Plan {
            address: ([127, 0, 0, 1], 1).into(),
            key: AuthKey::from_bytes([7; 256]),
            greeting: vec![0; 4],
            learnt: Arc::default(),
        };
        (Conversation::new(plan, requests, Arc::default()), sender)
    }

    /// Holds it with somebody who never says anything: why and when it ended, and how much was sent to them.
    async fn hold_with_silence(mut conversation: Conversation) -> (LineError, Duration, usize) {
        let (near, mut far): (DuplexStream, DuplexStream) = duplex(1 << 20);
        let (input, output) = split(near);
        let began = Instant::now();
        let Err(end) = conversation.hold(input, output).await;
        let mut sent = [0; 4096];
        let count = far.read(&mut sent).await.unwrap();
        (end, began.elapsed(), count)
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_has_gone_dead_while_idle_is_found_by_a_ping() {
        let (mut conversation, _requests) = conversation();
        conversation.phase = Phase::Open(Pulse::new(Instant::now()));
        let (end, after, sent) = hold_with_silence(conversation).await;
        assert_eq!((end, after.as_secs()), (LineError::Lost, 70));
        assert!(sent > 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_greeting_is_not_waited_for_long() {
        let (mut conversation, requests) = conversation();
        let (answer, mut outcome) = tokio::sync::oneshot::channel();
        let body = vec![1; 4];
        requests.send(Request { body, answer }).ok().unwrap();
        conversation.greet();
        let (near, _far) = duplex(1 << 20);
        let (input, output) = split(near);
        let began = Instant::now();
        let Err(end) = conversation.hold(input, output).await;
        assert_eq!(began.elapsed().as_secs(), GREETING_TIMEOUT.as_secs());
        conversation.close(end);
        assert_eq!(outcome.try_recv(), Ok(Err(LineError::Unreachable)));
    }
}

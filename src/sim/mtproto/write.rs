//! The way out: numbers, seals and frames what is queued, or does to it what a fault says.

use std::io;
use std::sync::{Arc, OnceLock};

use grammers_tl_types::Serializable as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;

use super::{MSG_CONTAINER, Shared};
use crate::sim::wire;
use crate::sim::wire::ServerKey;

/// A message on its way out.
pub(super) struct Outgoing {
    pub(super) session_id: i64,
    pub(super) salt: i64,
    pub(super) body: Vec<u8>,
    /// Whether the client must acknowledge it, which makes its sequence number odd.
    pub(super) content: bool,
    /// Whether it answers the client, or tells it something unasked.
    pub(super) asked: bool,
    pub(super) delivery: Delivery,
}

/// How a message goes out. All but the usual ones have a frame to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// In a frame, with others that are ready.
    Usual,
    /// In a frame of its own.
    Alone,
    /// In two frames, the same message.
    Twice,
    /// The connection closes after so many bytes of the frame.
    Cut(usize),
    /// The connection is reset instead.
    Reset,
    /// Neither this nor anything after it goes out.
    Never,
    /// With one bit of this byte of the frame flipped.
    Flip(usize),
    /// With one bit of this byte of the encrypted payload flipped, in a frame that is right.
    Forge(usize),
    /// Not encrypted, in a frame; then the connection closes.
    Status,
    /// Not encrypted and without a frame; then the connection closes.
    BareStatus,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Reset,
}

/// Numbers, seals and sends what is queued; what is ready together shares a container.
pub(super) async fn write(
    shared: Arc<Shared>,
    key: Arc<OnceLock<Arc<ServerKey>>>,
    mut output: OwnedWriteHalf,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
) -> End {
    let most = if shared.world().knobs.containers {
        8
    } else {
        1
    };
    let mut line = Line::default();
    let mut batch = Vec::new();
    'open: while queue.recv_many(&mut batch, most).await > 0 {
        for run in batch.chunk_by(|one, other| one.is_usual() && other.is_usual()) {
            let Some(last) = run.last() else { continue };
            if last.delivery == Delivery::Reset {
                // A lingering time of zero makes closing a reset, unless the end was announced before.
                let _ = output.as_ref().set_zero_linger();
                output.forget();
                return End::Reset;
            }
            if last.delivery == Delivery::Never {
                while queue.recv().await.is_some() {}
                break 'open;
            }
            let bytes = line.bytes(&shared, key.get().map(|key| &**key), run);
            if send(&shared, &mut output, &bytes).await.is_err() || last.is_the_last() {
                break 'open;
            }
        }
        batch.clear();
    }
    let _ = output.shutdown().await;
    End::Closed
}

/// Sends, unless the server stops first: a client may never read.
async fn send(shared: &Shared, output: &mut OwnedWriteHalf, bytes: &[u8]) -> io::Result<()> {
    tokio::select! {
        sent = output.write_all(bytes) => sent,
        () = shared.stop.cancelled() => Err(io::ErrorKind::Interrupted.into()),
    }
}

impl Outgoing {
    fn is_usual(&self) -> bool {
        self.delivery == Delivery::Usual
    }

    fn is_the_last(&self) -> bool {
        matches!(
            self.delivery,
            Delivery::Cut(_) | Delivery::Status | Delivery::BareStatus
        )
    }
}

/// What counts up on one connection.
#[derive(Default)]
struct Line {
    frames: u32,
    numbers: Numbers,
}

impl Line {
    /// What goes over the wire for messages that go out together.
    fn bytes(&mut self, shared: &Shared, key: Option<&ServerKey>, run: &[Outgoing]) -> Vec<u8> {
        let Some(last) = run.last() else {
            return Vec::new();
        };
        match last.delivery {
            Delivery::BareStatus => return last.body.clone(),
            Delivery::Status => return self.frame(&last.body),
            _ => {}
        }
        // Whoever has no key has sent nothing that could be answered otherwise.
        let Some(key) = key else {
            return Vec::new();
        };
        self.numbers.clock_offset = shared.world().clock_offset;
        let mut payload = seal(key, &mut self.numbers, run, last);
        if let Delivery::Forge(at) = last.delivery {
            flip(&mut payload, at);
        }
        let mut bytes = self.frame(&payload);
        match last.delivery {
            Delivery::Twice => bytes.extend(self.frame(&payload)),
            Delivery::Cut(length) => bytes.truncate(length),
            Delivery::Flip(at) => flip(&mut bytes, at),
            _ => {}
        }
        bytes
    }

    fn frame(&mut self, payload: &[u8]) -> Vec<u8> {
        let bytes = wire::frame(self.frames, payload);
        self.frames += 1;
        bytes
    }
}

fn flip(bytes: &mut [u8], at: usize) {
    let at = at.checked_rem(bytes.len()).unwrap_or_default();
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1;
    }
}

fn seal(key: &ServerKey, numbers: &mut Numbers, run: &[Outgoing], last: &Outgoing) -> Vec<u8> {
    let mut messages = Vec::new();
    for message in run {
        numbers.next_id(message.asked).serialize(&mut messages);
        numbers
            .next_sequence(message.content)
            .serialize(&mut messages);
        length(&message.body).serialize(&mut messages);
        messages.extend(&message.body);
    }
    let mut plain = last.salt.to_bytes();
    last.session_id.serialize(&mut plain);
    if run.len() == 1 {
        plain.extend(messages);
    } else {
        numbers.next_id(last.asked).serialize(&mut plain);
        numbers.next_sequence(false).serialize(&mut plain);
        (length(&messages) + 8).serialize(&mut plain);
        MSG_CONTAINER.serialize(&mut plain);
        length(run).serialize(&mut plain);
        plain.extend(messages);
    }
    key.encrypt(&plain)
}

fn length<T>(items: &[T]) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX)
}

/// Message ids and sequence numbers of one connection.
#[derive(Default)]
struct Numbers {
    /// How far the server's clock is ahead of ours, in seconds.
    clock_offset: i64,
    last_id: i64,
    content_messages: i32,
}

impl Numbers {
    /// Time in the upper half, and modulo 4, 1 for what answers the client and 3 for what it did not ask for. Ids count
    /// up, except when the clock was set back.
    fn next_id(&mut self, asked: bool) -> i64 {
        let kind = if asked { 1 } else { 3 };
        let now = jiff::Timestamp::now();
        let id = ((now.as_second() + self.clock_offset) << 32)
            | (i64::from(now.subsec_nanosecond()) << 2) & !3
            | kind;
        let was_set_back = self.last_id - id > SECOND_OF_ID;
        self.last_id = if was_set_back {
            id
        } else {
            id.max((self.last_id + 4) & !3 | kind)
        };
        self.last_id
    }

    /// Twice the content-related messages before it, plus one when it is one itself.
    fn next_sequence(&mut self, content: bool) -> i32 {
        let sequence = self.content_messages * 2 + i32::from(content);
        self.content_messages += i32::from(content);
        sequence
    }
}

/// How far ids are apart that were made a second apart.
const SECOND_OF_ID: i64 = 1 << 32;

//! The way out: numbers, seals and frames what is queued.

use grammers_tl_types::Serializable as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::MSG_CONTAINER;
use crate::sim::wire::{self, ServerKey};

/// A message on its way out.
pub(super) struct Outgoing {
    pub(super) session_id: i64,
    pub(super) salt: i64,
    pub(super) body: Vec<u8>,
    /// Whether the client must acknowledge it, which makes its sequence number odd.
    pub(super) content: bool,
    /// Close after this many bytes of the frame it is in.
    pub(super) cut: Option<usize>,
}

/// Numbers, seals and sends what is queued; what is ready together shares a container.
pub(super) async fn write(
    key: ServerKey,
    mut output: OwnedWriteHalf,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
    closed: CancellationToken,
    containers: bool,
    mut numbers: Numbers,
) {
    let mut frames = 0;
    let mut batch = Vec::new();
    let most = if containers { 8 } else { 1 };
    while queue.recv_many(&mut batch, most).await > 0 {
        let cut = batch.iter().find_map(|message| message.cut);
        let payload = seal(&key, &mut numbers, &batch);
        batch.clear();
        let mut bytes = wire::frame(frames, &payload);
        frames += 1;
        if let Some(cut) = cut {
            bytes.truncate(cut);
        }
        if output.write_all(&bytes).await.is_err() || cut.is_some() {
            break;
        }
    }
    closed.cancel();
    let _ = output.shutdown().await;
}

fn seal(key: &ServerKey, numbers: &mut Numbers, batch: &[Outgoing]) -> Vec<u8> {
    let Some(last) = batch.last() else {
        return Vec::new();
    };
    if last.session_id == 0 {
        return last.body.clone();
    }
    let mut messages = Vec::new();
    for message in batch {
        numbers.next_id().serialize(&mut messages);
        numbers
            .next_sequence(message.content)
            .serialize(&mut messages);
        length(&message.body).serialize(&mut messages);
        messages.extend(&message.body);
    }
    let mut plain = last.salt.to_bytes();
    last.session_id.serialize(&mut plain);
    if batch.len() == 1 {
        plain.extend(messages);
    } else {
        numbers.next_id().serialize(&mut plain);
        numbers.next_sequence(false).serialize(&mut plain);
        (length(&messages) + 8).serialize(&mut plain);
        MSG_CONTAINER.serialize(&mut plain);
        length(batch).serialize(&mut plain);
        plain.extend(messages);
    }
    key.encrypt(&plain)
}

fn length<T>(items: &[T]) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX)
}

/// Message ids and sequence numbers of one connection.
#[derive(Default)]
pub(super) struct Numbers {
    clock_offset: i64,
    last_id: i64,
    content_messages: i32,
}

impl Numbers {
    /// Numbers of a server whose clock is ahead of ours by so many seconds.
    pub(super) fn new(clock_offset: i64) -> Self {
        Self {
            clock_offset,
            ..Self::default()
        }
    }

    /// Time in the upper half, and 1 modulo 4: every message here answers the client.
    fn next_id(&mut self) -> i64 {
        let now = jiff::Timestamp::now();
        let id = ((now.as_second() + self.clock_offset) << 32)
            | (i64::from(now.subsec_nanosecond()) << 2) & !3
            | 1;
        self.last_id = id.max(self.last_id + 4);
        self.last_id
    }

    /// Twice the content-related messages before it, plus one when it is one itself.
    fn next_sequence(&mut self, content: bool) -> i32 {
        let sequence = self.content_messages * 2 + i32::from(content);
        self.content_messages += i32::from(content);
        sequence
    }
}

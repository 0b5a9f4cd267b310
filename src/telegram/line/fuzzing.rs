//! What comes over a line under fuzzing: frames, and what is in them once it is decrypted.

use super::events::{self, Message};
use super::frames::Inbox;
use super::session;

/// Reads the bytes as frames however they are cut, then as a decrypted payload.
pub(crate) fn frames(data: &[u8]) {
    let (cut, data) = data.split_first().unwrap_or((&0, &[]));
    let whole = read(data.chunks(data.len().max(1)));
    assert_eq!(read(data.chunks(usize::from(*cut).max(1))), whole);

    let body = match session::split(data) {
        Some((_, body, _)) => body,
        None => data,
    };
    let message = Message {
        id: 5,
        sequence: 1,
        body,
    };
    if let Some(read) = events::read(&message) {
        // Each is at least a header of its own in a container.
        assert!(read.events.len() <= 1 + (64 << 20) / 16);
        assert!(read.acks.len() <= 1 + (64 << 20) / 16);
    }
}

/// The payloads of the frames in these pieces, and whether they ended in an error.
fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, bool) {
    let mut inbox = Inbox::new();
    let mut payloads = Vec::new();
    for piece in pieces {
        inbox.room().extend_from_slice(piece);
        loop {
            match inbox.next() {
                Ok(Some(payload)) => payloads.push(payload.to_vec()),
                Ok(None) => break,
                Err(_) => return (payloads, true),
            }
        }
    }
    (payloads, false)
}

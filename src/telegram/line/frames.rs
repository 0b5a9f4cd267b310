//! Both directions of the full TCP transport
//! (<https://core.telegram.org/mtproto/mtproto-transports#full>): frames out of bytes as they come, bytes as they can
//! be written out of frames.

use grammers_crypto::DequeBuffer;
use grammers_mtproto::transport::{Error, Full, Transport as _};

use super::LineError;

/// The largest frame that is read: sixteen megabytes and what stands around them.
const MAX_FRAME: usize = (16 << 20) + 1024;
/// How much is read at once, at least.
const ROOM: usize = 16 << 10;
/// What the buffer keeps when a large answer has been read.
const KEPT: usize = 256 << 10;

/// What has come and was not read yet.
pub(super) struct Inbox {
    bytes: Vec<u8>,
    /// How much of it was read.
    read: usize,
    transport: Full,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            read: 0,
            transport: Full::new(),
        }
    }

    /// Where what comes is appended. It grows with what has come, never with what a length announces.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.read);
        self.read = 0;
        if self.bytes.is_empty() {
            self.bytes.shrink_to(KEPT);
        }
        self.bytes.reserve(ROOM);
        &mut self.bytes
    }

    /// The payload of the next frame, when it is complete.
    pub(super) fn next(&mut self) -> Result<Option<&mut [u8]>, LineError> {
        let unread = self.bytes.get_mut(self.read..).unwrap_or_default();
        // A status of i32::MIN has no positive number, which the transport takes for granted.
        let is_no_status = unread.first_chunk() == Some(&i32::MIN.to_le_bytes());
        if is_no_status || announced(unread).is_some_and(|length| length > MAX_FRAME) {
            return Err(LineError::Lost);
        }
        let frame = match self.transport.unpack(unread) {
            Ok(frame) => frame,
            Err(Error::MissingBytes) => return Ok(None),
            Err(Error::BadStatus { status }) => return Err(LineError::of_status(status)),
            Err(_) => return Err(LineError::Lost),
        };
        self.read += frame.next_offset;
        let payload = unread.get_mut(frame.data_range).unwrap_or_default();
        match payload.first_chunk() {
            // A status in a frame, which is shorter than any message.
            Some(status) if payload.len() == status.len() => {
                let status = i32::from_le_bytes(*status).unsigned_abs();
                Err(LineError::of_status(status))
            }
            _ => Ok(Some(payload)),
        }
    }
}

/// How long the frame that begins here says it is; `None` for a status.
fn announced(bytes: &[u8]) -> Option<usize> {
    let length = i32::from_le_bytes(*bytes.first_chunk()?);
    usize::try_from(length).ok()
}

/// The frame that is being written.
pub(super) struct Outbox {
    frame: DequeBuffer<u8>,
    written: usize,
    transport: Full,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            frame: DequeBuffer::with_capacity(0, 0),
            written: 0,
            transport: Full::new(),
        }
    }

    /// Whether there is room for another frame.
    pub(super) fn is_empty(&self) -> bool {
        self.unwritten().is_empty()
    }

    /// Puts a payload into the frame that comes next.
    pub(super) fn put(&mut self, payload: DequeBuffer<u8>) {
        self.frame = payload;
        self.written = 0;
        self.transport.pack(&mut self.frame);
    }

    /// What is left to write.
    pub(super) fn unwritten(&self) -> &[u8] {
        self.frame.as_ref().get(self.written..).unwrap_or_default()
    }

    /// So many bytes more were written.
    pub(super) fn wrote(&mut self, count: usize) {
        self.written += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(payloads: &[Vec<u8>]) -> Vec<u8> {
        let mut outbox = Outbox::new();
        let mut bytes = Vec::new();
        for payload in payloads {
            let mut buffer = DequeBuffer::with_capacity(payload.len(), 8);
            buffer.extend(payload);
            outbox.put(buffer);
            while !outbox.is_empty() {
                bytes.extend_from_slice(&outbox.unwritten()[..1]);
                outbox.wrote(1);
            }
        }
        bytes
    }

    #[test]
    fn frames_come_out_as_they_went_in_however_the_bytes_arrive() {
        let payloads = [vec![1; 8], vec![2; 40_000], vec![3; 12], vec![4; 600_000]];
        let bytes = framed(&payloads);
        for step in [1, 7, 5_000, bytes.len()] {
            let mut inbox = Inbox::new();
            let mut seen = Vec::new();
            for part in bytes.chunks(step) {
                inbox.room().extend_from_slice(part);
                while let Some(payload) = inbox.next().unwrap() {
                    seen.push(payload.to_vec());
                }
            }
            assert!(seen == payloads, "{step}");
            assert!(inbox.room().capacity() <= KEPT + ROOM, "{step}");
        }
    }

    #[test]
    fn no_length_makes_room_for_what_has_not_come() {
        let mut inbox = Inbox::new();
        let largest = u32::try_from(MAX_FRAME).unwrap();
        inbox.room().extend(largest.to_le_bytes());
        assert_eq!(inbox.next(), Ok(None));
        assert!(inbox.room().capacity() <= 2 * ROOM);

        let mut inbox = Inbox::new();
        inbox.room().extend((largest + 4).to_le_bytes());
        assert_eq!(inbox.next(), Err(LineError::Lost));
    }

    #[test]
    fn statuses_are_read_with_and_without_a_frame() {
        for (status, error) in [
            (-404, LineError::KeyRefused),
            (-429, LineError::Refused(429)),
        ] {
            let bytes = i32::to_le_bytes(status).to_vec();
            for bytes in [framed(std::slice::from_ref(&bytes)), bytes] {
                let mut inbox = Inbox::new();
                inbox.room().extend(bytes);
                assert_eq!(inbox.next(), Err(error.clone()));
            }
        }
    }

    #[test]
    fn damage_ends_the_line() {
        let bytes = framed(&[vec![1; 8], vec![2; 8]]);
        for at in 4..bytes.len() / 2 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            let mut inbox = Inbox::new();
            inbox.room().extend(damaged);
            assert_eq!(inbox.next(), Err(LineError::Lost), "{at}");
        }
    }
}

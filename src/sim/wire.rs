//! The server's end of the wire: the full TCP transport and MTProto 2.0 encryption
//! (<https://core.telegram.org/mtproto/mtproto-transports#full>, <https://core.telegram.org/mtproto/description>).

use std::io;

use grammers_crypto::aes::{ige_decrypt, ige_encrypt};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Length, sequence number and checksum around each payload.
const FRAME_OVERHEAD: usize = 12;
/// No client of ours sends more; Telegram itself closes at about a megabyte.
const MAX_FRAME: usize = 2 << 20;
/// Key id and message key before the encrypted part.
const ENCRYPTED_HEADER: usize = 24;
/// Salt, session id, message id, sequence number and length before the body.
const PLAIN_HEADER: usize = 32;

/// Reads frames; the sequence number must count up from 0.
pub(super) struct Frames<R> {
    input: R,
    sequence: u32,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, sequence: 0 }
    }

    /// What the frames are read from.
    pub(super) fn input(&self) -> &R {
        &self.input
    }

    /// What is left to read, which is no whole number of frames.
    pub(super) fn into_input(self) -> R {
        self.input
    }

    /// The next payload; `None` when the client has closed.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = [0; 4];
        match self.input.read_exact(&mut length).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        };
        let total = u32::from_le_bytes(length) as usize;
        if !(FRAME_OVERHEAD..=MAX_FRAME).contains(&total) || !total.is_multiple_of(4) {
            return Err(invalid("frame length"));
        }
        let mut rest = vec![0; total - 4];
        self.input.read_exact(&mut rest).await?;
        let Some((covered, checksum)) = rest.split_last_chunk::<4>() else {
            return Err(invalid("frame length"));
        };
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&length);
        hasher.update(covered);
        let Some((sequence, payload)) = covered.split_first_chunk::<4>() else {
            return Err(invalid("frame length"));
        };
        if hasher.finalize() != u32::from_le_bytes(*checksum) {
            return Err(invalid("frame checksum"));
        }
        if u32::from_le_bytes(*sequence) != self.sequence {
            return Err(invalid("frame sequence"));
        }
        self.sequence += 1;
        Ok(Some(payload.to_vec()))
    }
}

/// Wraps a payload into the frame with this sequence number.
pub(super) fn frame(sequence: u32, payload: &[u8]) -> Vec<u8> {
    let total = u32::try_from(payload.len() + FRAME_OVERHEAD).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(payload.len() + FRAME_OVERHEAD);
    bytes.extend_from_slice(&total.to_le_bytes());
    bytes.extend_from_slice(&sequence.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// A client's message, decrypted.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) salt: i64,
    pub(super) session_id: i64,
    pub(super) msg_id: i64,
    pub(super) seq_no: i32,
    pub(super) body: Vec<u8>,
}

/// What names a key on the wire.
pub(super) type KeyId = [u8; 8];

/// An auth key as the server holds it.
#[derive(Clone)]
pub(super) struct ServerKey {
    key: Box<[u8; 256]>,
    id: KeyId,
}

/// Which way a message goes: the direction picks the part of the key that is used.
#[derive(Clone, Copy)]
enum Direction {
    FromClient = 0,
    FromServer = 8,
}

impl ServerKey {
    pub(super) fn new(key: [u8; 256]) -> Self {
        Self {
            id: key_id(&key),
            key: Box::new(key),
        }
    }

    /// What names it on the wire.
    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    /// Opens a client's payload; fails when it was not encrypted with this key or was altered.
    pub(super) fn decrypt(&self, payload: &[u8]) -> io::Result<Incoming> {
        let (header, encrypted) = payload
            .split_at_checked(ENCRYPTED_HEADER)
            .ok_or_else(|| invalid("encrypted length"))?;
        let msg_key: [u8; 16] = take(header, 8).ok_or_else(|| invalid("message key"))?;
        if encrypted.len() < PLAIN_HEADER || encrypted.len() % 16 != 0 {
            return Err(invalid("encrypted length"));
        }
        let mut plain = encrypted.to_vec();
        let (key, iv) = self.derive(&msg_key, Direction::FromClient);
        ige_decrypt(&mut plain, &key, &iv);
        if self.msg_key(&plain, Direction::FromClient) != msg_key {
            return Err(invalid("message key"));
        }
        parse_plain(&plain).ok_or_else(|| invalid("message length"))
    }

    /// Seals a server message: the plaintext from the salt to the end of the body.
    pub(super) fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        let mut data = plain.to_vec();
        // 12 to 27 bytes of padding, to a multiple of 16.
        let padding = 12 + (16 - (plain.len() + 12) % 16) % 16;
        let filler: [u8; 32] = rand::random();
        data.extend(filler.iter().take(padding));
        let msg_key = self.msg_key(&data, Direction::FromServer);
        let (key, iv) = self.derive(&msg_key, Direction::FromServer);
        ige_encrypt(&mut data, &key, &iv);
        [self.id.as_slice(), &msg_key, &data].concat()
    }

    fn part(&self, from: usize, length: usize) -> &[u8] {
        self.key.get(from..from + length).unwrap_or_default()
    }

    fn msg_key(&self, plain: &[u8], direction: Direction) -> [u8; 16] {
        let large = Sha256::new()
            .chain_update(self.part(88 + direction as usize, 32))
            .chain_update(plain)
            .finalize();
        take(&large, 8).unwrap_or_default()
    }

    fn derive(&self, msg_key: &[u8; 16], direction: Direction) -> ([u8; 32], [u8; 32]) {
        let x = direction as usize;
        let a = Sha256::new()
            .chain_update(msg_key)
            .chain_update(self.part(x, 36))
            .finalize();
        let b = Sha256::new()
            .chain_update(self.part(40 + x, 36))
            .chain_update(msg_key)
            .finalize();
        let mix = |outer: &[u8], inner: &[u8]| -> [u8; 32] {
            std::array::from_fn(|at| {
                let source = if (8..24).contains(&at) { inner } else { outer };
                source.get(at).copied().unwrap_or_default()
            })
        };
        (mix(&a, &b), mix(&b, &a))
    }
}

/// The id by which a key is named on the wire: the low 64 bits of its SHA-1.
pub(super) fn key_id(key: &[u8; 256]) -> KeyId {
    take(&Sha1::digest(key), 12).unwrap_or_default()
}

fn parse_plain(plain: &[u8]) -> Option<Incoming> {
    let length = u32::from_le_bytes(take(plain, 28)?) as usize;
    Some(Incoming {
        salt: i64::from_le_bytes(take(plain, 0)?),
        session_id: i64::from_le_bytes(take(plain, 8)?),
        msg_id: i64::from_le_bytes(take(plain, 16)?),
        seq_no: i32::from_le_bytes(take(plain, 24)?),
        body: plain
            .get(PLAIN_HEADER..PLAIN_HEADER.checked_add(length)?)?
            .to_vec(),
    })
}

/// `N` bytes from `at` on, if there are that many.
pub(super) fn take<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_message_opens_and_an_altered_one_does_not() {
        let raw = std::array::from_fn(|at| (at * 7) as u8);
        let key = ServerKey::new(raw);
        let body = [5u8; 24];
        let mut buffer = grammers_crypto::DequeBuffer::with_capacity(256, 64);
        for part in [1i64.to_le_bytes(), 2i64.to_le_bytes(), 4i64.to_le_bytes()] {
            buffer.extend(part);
        }
        buffer.extend(3i32.to_le_bytes());
        buffer.extend((body.len() as i32).to_le_bytes());
        buffer.extend(body);
        grammers_crypto::encrypt_data_v2(&mut buffer, &grammers_crypto::AuthKey::from_bytes(raw));
        let mut sealed = buffer.as_ref().to_vec();

        assert_eq!(sealed[..8], key.id());
        let message = key.decrypt(&sealed).unwrap();
        assert_eq!(
            (
                message.salt,
                message.session_id,
                message.msg_id,
                message.seq_no
            ),
            (1, 2, 4, 3)
        );
        assert_eq!(message.body, body);

        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(key.decrypt(&sealed).is_err());
    }

    #[test]
    fn what_the_server_seals_grammers_opens() {
        let raw = std::array::from_fn(|at| (at * 3) as u8);
        let plain = vec![9u8; 52];
        let mut sealed = ServerKey::new(raw).encrypt(&plain);
        let opened = grammers_crypto::decrypt_data_v2(
            &mut sealed,
            &grammers_crypto::AuthKey::from_bytes(raw),
        )
        .unwrap();
        assert_eq!(&opened[..plain.len()], plain);
    }

    #[tokio::test]
    async fn frames_join_back_and_a_wrong_checksum_is_refused() {
        let mut bytes = frame(0, &[1, 2, 3, 4]);
        bytes.extend(frame(1, &[5, 6, 7, 8]));
        let mut frames = Frames::new(bytes.as_slice());
        assert_eq!(frames.next().await.unwrap(), Some(vec![1, 2, 3, 4]));
        assert_eq!(frames.next().await.unwrap(), Some(vec![5, 6, 7, 8]));
        assert_eq!(frames.next().await.unwrap(), None);

        let mut altered = frame(0, &[1, 2, 3, 4]);
        altered[9] ^= 1;
        assert!(Frames::new(altered.as_slice()).next().await.is_err());
    }
}

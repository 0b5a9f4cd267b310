//! Our end of an MTProto 2.0 session (<https://core.telegram.org/mtproto/description>): message ids, sequence
//! numbers, salt, and the sealing and opening of payloads.
//!
//! Not grammers' own: that one never lets its message ids go down again, which a computer whose clock is ahead
//! needs, and panics on an answer of a megabyte and on one under another session's id.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};
use grammers_tl_types::{self as tl, Cursor, Deserializable as _, Serializable as _};

use super::events::{self, Event, MSG_CONTAINER, Message};
use super::{Learnt, LineError};

/// What the transport and the encryption put before a payload: length and number, key id and message key.
const FRONT: usize = 8 + 24;
/// Id, sequence number and length before each body.
const MESSAGE_HEADER: usize = 16;
/// The padding behind each message, in bytes.
const PADDING: std::ops::RangeInclusive<usize> = 12..=1024;
/// So many acknowledgements do not wait for something else to be sent.
const MANY_ACKS: usize = 16;

/// One session; what it learns is for the ones after it too.
pub(super) struct Session {
    key: AuthKey,
    learnt: Arc<Learnt>,
    id: i64,
    last_msg_id: i64,
    content_messages: i32,
    acks: Vec<i64>,
}

/// What goes out together.
pub(super) struct Sealed {
    pub(super) payload: DequeBuffer<u8>,
    /// The ids of the messages, in their order.
    pub(super) ids: Vec<i64>,
    /// The id of what holds them, or of the only one.
    pub(super) container: i64,
}

impl Session {
    pub(super) fn new(key: AuthKey, learnt: Arc<Learnt>) -> Self {
        Self {
            key,
            learnt,
            id: rand::random(),
            last_msg_id: 0,
            content_messages: 0,
            acks: Vec::new(),
        }
    }

    /// Begins anew: what comes for the session so far is ignored from now on.
    pub(super) fn renew(&mut self) {
        *self = Self::new(self.key.clone(), Arc::clone(&self.learnt));
    }

    /// Telegram sent the message with this id now: its upper half is the time there.
    pub(super) fn set_clock(&self, msg_id: i64) {
        let offset = (msg_id >> 32) - now().0;
        self.learnt.clock_offset.store(offset, Ordering::Relaxed);
    }

    /// The salt from now on.
    pub(super) fn set_salt(&self, salt: i64) {
        self.learnt.salt.store(salt, Ordering::Relaxed);
    }

    /// Whether there is more to acknowledge than should wait.
    pub(super) fn owes_acks(&self) -> bool {
        self.acks.len() >= MANY_ACKS
    }

    /// Seals these requests, and what is to be acknowledged with them.
    pub(super) fn seal<'a>(&mut self, bodies: impl Iterator<Item = &'a [u8]>) -> Sealed {
        let mut messages = Vec::new();
        let mut count: i32 = 0;
        let mut container = 0;
        if !self.acks.is_empty() {
            let msg_ids = std::mem::take(&mut self.acks);
            let acks = tl::enums::MsgsAck::from(tl::types::MsgsAck { msg_ids });
            container = self.message(&mut messages, &acks.to_bytes(), false);
            count += 1;
        }
        let mut ids = Vec::new();
        for body in bodies {
            container = self.message(&mut messages, body, true);
            ids.push(container);
            count += 1;
        }
        let mut payload = DequeBuffer::with_capacity(messages.len() + 128, FRONT);
        self.learnt
            .salt
            .load(Ordering::Relaxed)
            .serialize(&mut payload);
        self.id.serialize(&mut payload);
        if count == 1 {
            payload.extend(messages);
        } else {
            let mut body = MSG_CONTAINER.to_bytes();
            count.serialize(&mut body);
            body.extend(messages);
            container = self.message(&mut payload, &body, false);
        }
        encrypt_data_v2(&mut payload, &self.key);
        Sealed {
            payload,
            ids,
            container,
        }
    }

    /// Writes a message, and says its id.
    fn message(&mut self, into: &mut impl Extend<u8>, body: &[u8], is_content: bool) -> i64 {
        let id = self.next_msg_id();
        id.serialize(into);
        (self.content_messages * 2 + i32::from(is_content)).serialize(into);
        self.content_messages += i32::from(is_content);
        i32::try_from(body.len())
            .unwrap_or(i32::MAX)
            .serialize(into);
        into.extend(body.iter().copied());
        id
    }

    /// Time in the upper half, counting up, divisible by four.
    fn next_msg_id(&mut self) -> i64 {
        let (seconds, nanoseconds) = now();
        let id = (seconds + self.learnt.clock_offset()) << 32 | nanoseconds << 2;
        self.last_msg_id = id.max(self.last_msg_id + 4);
        self.last_msg_id
    }

    /// Opens a payload; one that is for another session has nothing for us.
    pub(super) fn open(&mut self, payload: &mut [u8]) -> Result<Vec<Event>, LineError> {
        let plain = decrypt_data_v2(payload, &self.key).map_err(|_| LineError::Lost)?;
        let (header, body, padding) = split(plain).ok_or(LineError::Lost)?;
        if header.session_id != self.id {
            return Ok(Vec::new());
        }
        if !PADDING.contains(&padding) {
            return Err(LineError::Lost);
        }
        self.learnt
            .ahead
            .get_or_init(|| (header.msg_id >> 32) - now().0);
        let message = Message {
            id: header.msg_id,
            sequence: header.sequence,
            body,
        };
        let read = events::read(&message).ok_or(LineError::Lost)?;
        self.acks.extend(read.acks);
        Ok(read.events)
    }
}

pub(super) struct Header {
    session_id: i64,
    msg_id: i64,
    sequence: i32,
}

/// Header and body of what was decrypted, and how much padding is behind them.
pub(super) fn split(plain: &[u8]) -> Option<(Header, &[u8], usize)> {
    let mut cursor = Cursor::from_slice(plain);
    let _salt = i64::deserialize(&mut cursor).ok()?;
    let header = Header {
        session_id: i64::deserialize(&mut cursor).ok()?,
        msg_id: i64::deserialize(&mut cursor).ok()?,
        sequence: i32::deserialize(&mut cursor).ok()?,
    };
    let length = i32::deserialize(&mut cursor).ok()?;
    let rest = plain.get(8 + 8 + MESSAGE_HEADER..)?;
    let (body, padding) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((header, body, padding.len()))
}

/// This computer's time, in seconds and the nanoseconds after them.
pub(super) fn now() -> (i64, i64) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(now.as_secs()).unwrap_or_default();
    (seconds, now.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new(AuthKey::from_bytes([7; 256]), Arc::default())
    }

    fn seal(session: &mut Session, count: usize) -> Sealed {
        session.seal(std::iter::repeat_n(&b"body"[..], count))
    }

    #[test]
    fn ids_count_up_and_a_container_has_the_highest() {
        let mut session = session();
        let mut last = 0;
        for count in [1, 3, 100, 1] {
            let sealed = seal(&mut session, count);
            for id in &sealed.ids {
                assert!(*id > last && id % 4 == 0);
                last = *id;
            }
            assert!(sealed.container >= last);
            assert_eq!(sealed.container == last, count == 1);
            last = sealed.container;
        }
    }

    #[test]
    fn a_new_session_follows_the_clock_back() {
        let mut session = session();
        let before = seal(&mut session, 1).container;
        let day = 86_400 << 32;
        session.set_clock(before - day);
        let old_id = session.id;
        session.renew();
        let after = seal(&mut session, 1).container;
        assert!((before - day - after).abs() < 10 << 32);
        assert!(session.id != old_id);
        assert_eq!(session.content_messages, 1);
    }

    #[test]
    fn acknowledgements_are_sent_once() {
        let mut session = session();
        session.acks = (0..MANY_ACKS as i64).collect();
        assert!(session.owes_acks());
        let alone = seal(&mut session, 0);
        assert!(alone.ids.is_empty() && !session.owes_acks());
        assert_eq!(session.content_messages, 0);
    }

    #[test]
    fn what_was_not_sealed_with_the_key_is_damage() {
        let mut session = session();
        for length in [0, 8, 24, 40, 56, 1024] {
            assert_eq!(session.open(&mut vec![1; length]), Err(LineError::Lost));
        }
    }
}

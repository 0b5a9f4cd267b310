//! Cursors: everything a continuation needs, sealed so that it can be neither read nor altered.
//!
//! A cursor holds all state; the server remembers none. It opens in any process of the same session,
//! because the key is derived from the session's auth key.

#[cfg(any(fuzzing, test))]
pub(super) mod fuzzing;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ResponseFormat;
use super::filter::{ChatPart, Filter};
use super::window::Walk;
use crate::error::Error;
use crate::model::Message;
use crate::telegram::Source;
use crate::telegram::convert::GENERAL_TOPIC;
use crate::telegram::peer::Peer;

/// Bound into the seal of a [`Cursor`].
pub(super) const HISTORY: &str = "tg.fetch_history cursor 3";
/// Bound into the seal of a [`Cursor`] that an export goes on from.
pub(super) const CHECKPOINT: &str = "export checkpoint 1";
/// Bound into the seal of what leads to an export.
pub(super) const EXPORT: &str = "tg.fetch_history export 1";
const NONCE_BYTES: usize = 24;
/// Above what a cursor needs, with the longest search there can be or a hundred pinned chats; anything longer is
/// not one.
const MAX_CHARS: usize = 2048;

/// What a cursor carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The chat that was asked for.
    pub(super) chat: Peer,
    /// The chat that is read, where it is another one: the group that a supergroup was, or the discussion of a
    /// channel.
    pub(super) elsewhere: Option<Peer>,
    /// The group whose comments are read through the chat, once it was made sure that it may be.
    pub(super) comments: Option<i64>,
    /// What follows when this chat is read to its end.
    pub(super) beyond: Beyond,
    /// How it is read.
    pub(super) source: Source,
    /// Where in it.
    pub(super) walk: Walk,
    /// What is wanted of it.
    pub(super) filter: Filter,
    /// The page size in use, until another is asked for.
    pub(super) page_size: u32,
    /// The format in use, until another is asked for.
    pub(super) response_format: ResponseFormat,
}

/// The other half of a history: a supergroup that was a basic group left its older messages there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Beyond {
    /// Nothing follows.
    Nothing,
    /// What the chat was before, if it was something.
    Older,
    /// The chat itself, once what it was before is read; whether it was something is still to be asked.
    Unasked,
    /// The chat itself, up to this id.
    Newer(i32),
}

impl Cursor {
    /// The chat that is read.
    pub(super) fn place(&self) -> Peer {
        self.elsewhere.unwrap_or(self.chat)
    }

    /// Leaves out what was sent before this moment, whatever was asked for.
    pub(super) fn not_before(&mut self, moment: Option<Timestamp>) {
        self.walk.dates = self.walk.dates.not_before(moment);
        if let Source::Search(search) = &mut self.source {
            search.min_date = search.min_date.max(self.walk.min_date());
        }
    }

    /// The message that opened the topic that is read, if the walk has not passed it; General has none.
    pub(super) fn opening(&self) -> Option<i32> {
        match self.filter.part {
            // No words are found in what happened.
            Some(ChatPart::Topic(topic))
                if topic != GENERAL_TOPIC && self.source.query().is_none() =>
            {
                Some(topic).filter(|topic| !self.walk.has_passed(*topic, *topic))
            }
            _ => None,
        }
    }

    /// Whether a record is wanted. Telegram may count the message that opens a thread among what answers it.
    pub(super) fn admits(&self, message: &Message) -> bool {
        let is_comments = matches!(self.filter.part, Some(ChatPart::Comments(_)));
        let opens_the_thread =
            self.source.thread() == Some(message.id) && message.chat_id == self.place().chat_id;
        !(is_comments && opens_the_thread) && self.filter.admits(message)
    }
}

/// Seals and opens cursors of one session.
pub(super) struct CursorKey(XChaCha20Poly1305);

impl CursorKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// The cursor as text. `layout` is bound into the seal: a cursor of another one does not open.
    pub(super) fn seal<T: Serialize>(&self, layout: &str, cursor: &T) -> Result<String, Error> {
        let failed = |what: &str| Error::Internal {
            what: format!("a cursor could not be {what}"),
        };
        let plain = postcard::to_allocvec(cursor).map_err(|_| failed("encoded"))?;
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let sealed = self
            .0
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &plain,
                    aad: layout.as_bytes(),
                },
            )
            .map_err(|_| failed("sealed"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens a cursor of this layout that this session sealed.
    pub(super) fn open<T: DeserializeOwned>(&self, layout: &str, text: &str) -> Result<T, Error> {
        let invalid = |reason: &str| Error::CursorInvalid {
            reason: reason.to_owned(),
        };
        let text = text.trim();
        if text.len() > MAX_CHARS {
            return Err(invalid(
                "it is too long to be one; copy it exactly as it was given",
            ));
        }
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| invalid("it is not complete; copy it exactly as it was given"))?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(|| invalid("it is not complete; copy it exactly as it was given"))?;
        let plain = self
            .0
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: layout.as_bytes(),
                },
            )
            .map_err(|_| {
                invalid(
                    "it was altered, or made by another session, another tool or another version of this server",
                )
            })?;
        postcard::from_bytes(&plain)
            .map_err(|_| invalid("it was made by another version of this server"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::window::{DateRange, Direction, IdBounds};

    fn cursor(chat_id: i64, access_hash: i64, position: i32) -> Cursor {
        Cursor {
            chat: Peer {
                chat_id,
                access_hash,
            },
            elsewhere: None,
            comments: None,
            beyond: Beyond::Older,
            source: Source::History,
            filter: Filter::default(),
            walk: Walk {
                direction: Direction::Asc,
                dates: DateRange {
                    from: Some(1_790_000_000),
                    to: Some(i64::MAX),
                },
                bound: Some(i32::MAX),
                position: Some(position),
                ids: IdBounds::default(),
            },
            page_size: 200,
            response_format: ResponseFormat::Detailed,
        }
    }

    proptest! {
        #[test]
        fn a_cursor_opens_to_what_was_sealed(chat in any::<i64>(), hash in any::<i64>(), position in any::<i32>()) {
            let key = CursorKey::new(&[7; 32]);
            let sealed = key.seal(HISTORY, &cursor(chat, hash, position)).unwrap();
            prop_assert!(sealed.len() <= 160, "{} characters", sealed.len());
            prop_assert_eq!(key.open::<Cursor>(HISTORY, &sealed).unwrap(), cursor(chat, hash, position));
        }
    }

    #[test]
    fn every_altered_character_is_noticed() {
        let key = CursorKey::new(&[7; 32]);
        let sealed = key
            .seal(HISTORY, &cursor(-1_000_000_000_001, 5, 9))
            .unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(
                key.open::<Cursor>(HISTORY, &altered).is_err(),
                "character {at}"
            );
            assert!(
                key.open::<Cursor>(HISTORY, &sealed[..at]).is_err(),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn a_cursor_of_another_session_does_not_open() {
        let sealed = CursorKey::new(&[7; 32])
            .seal(HISTORY, &cursor(1, 2, 3))
            .unwrap();
        let refused = CursorKey::new(&[8; 32])
            .open::<Cursor>(HISTORY, &sealed)
            .unwrap_err();
        assert!(refused.to_string().contains("another session"), "{refused}");
    }

    #[test]
    fn a_cursor_of_another_layout_does_not_open() {
        let key = CursorKey::new(&[7; 32]);
        let sealed = key.seal("another layout", &cursor(1, 2, 3)).unwrap();
        assert!(key.open::<Cursor>(HISTORY, &sealed).is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        let key = CursorKey::new(&[7; 32]);
        for text in ["", "page 2", "🙂", &"A".repeat(2000), "AAAA"] {
            assert!(key.open::<Cursor>(HISTORY, text).is_err(), "{text}");
        }
    }
}

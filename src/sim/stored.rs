//! A message as a history keeps it. In memory a TL message takes 2.5 kB however short it is; the many messages of
//! an export are kept as they go over the wire, and unpacked when somebody looks at one.

use std::borrow::Cow;
use std::sync::OnceLock;

use grammers_tl_types::{Deserializable as _, Serializable as _, enums::Message};

use super::history::{date_of, missing};

/// A message of a history.
#[derive(Debug)]
pub(super) enum Stored {
    /// One that was made or changed here.
    Whole(Box<Message>),
    /// One of an export.
    Packed(Packed),
}

/// A message as its TL bytes.
#[derive(Debug)]
pub(super) struct Packed {
    id: i32,
    /// When it was sent; a deleted one does not say.
    date: Option<i32>,
    bytes: Box<[u8]>,
    /// For those who want to look at it where it is.
    unpacked: OnceLock<Box<Message>>,
}

impl Packed {
    pub(super) fn new(message: &Message) -> Self {
        Self {
            id: message.id(),
            date: date_of(message),
            bytes: message.to_bytes().into_boxed_slice(),
            unpacked: OnceLock::new(),
        }
    }

    pub(super) fn id(&self) -> i32 {
        self.id
    }

    /// When it was sent; a deleted one does not say.
    pub(super) fn date(&self) -> Option<i32> {
        self.date
    }

    pub(super) fn unpack(&self) -> Message {
        Message::from_bytes(&self.bytes).unwrap_or_else(|_| missing(self.id))
    }
}

impl Stored {
    pub(super) fn id(&self) -> i32 {
        match self {
            Self::Whole(message) => message.id(),
            Self::Packed(packed) => packed.id,
        }
    }

    /// When it was sent; a deleted one does not say.
    pub(super) fn date(&self) -> Option<i32> {
        match self {
            Self::Whole(message) => date_of(message),
            Self::Packed(packed) => packed.date,
        }
    }

    /// Whether it is what stands for a deleted message.
    pub(super) fn is_hole(&self) -> bool {
        self.date().is_none()
    }

    /// The message, which stays unpacked.
    pub(super) fn message(&self) -> &Message {
        match self {
            Self::Whole(message) => message,
            Self::Packed(packed) => packed.unpacked.get_or_init(|| Box::new(packed.unpack())),
        }
    }

    /// The message, for a moment.
    pub(super) fn peek(&self) -> Cow<'_, Message> {
        match self {
            Self::Whole(message) => Cow::Borrowed(message),
            Self::Packed(packed) => Cow::Owned(packed.unpack()),
        }
    }
}

impl From<Message> for Stored {
    fn from(message: Message) -> Self {
        Self::Whole(Box::new(message))
    }
}

impl From<Packed> for Stored {
    fn from(packed: Packed) -> Self {
        Self::Packed(packed)
    }
}

//! TL → model: the one conversion, used for replies, exports and the simulator's tests alike.
//!
//! It is total: it never panics, never drops a message, and keeps Telegram's name for what has no type of its own.
//! It decides nothing about privacy; the only thing it leaves out is what self-destructing media holds.

mod action;
mod chat;
mod entity;
mod markup;
mod media;
mod message;
mod notice;
mod peers;
mod poll;
mod reply;
mod rich;
#[cfg(test)]
mod samples;
mod web;

use grammers_tl_types as tl;
use jiff::Timestamp;
use tl::Serializable;

pub use self::chat::{channel_kind, chat_from_chat, chat_from_user, successor, user_kind};
pub use self::message::message;
pub use self::peers::{ChatContext, Peers, channel_id, group_id, marked_id};
pub use self::reply::GENERAL_TOPIC;

/// The moment of a TL date. Every `i32` is one.
fn timestamp(seconds: i32) -> Timestamp {
    moment(i64::from(seconds))
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}

/// The name of a value's constructor in the TL schema, for what has no type of its own.
fn tl_name(value: &impl Serializable) -> String {
    let mut id = ConstructorId::default();
    value.serialize(&mut id);
    tl::name_for_id(u32::from_le_bytes(id.bytes)).to_owned()
}

/// Keeps the first four bytes of what is serialized into it, and drops the rest.
#[derive(Default)]
struct ConstructorId {
    bytes: [u8; 4],
    filled: usize,
}

impl Extend<u8> for ConstructorId {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for (slot, byte) in self.bytes.iter_mut().skip(self.filled).zip(bytes) {
            *slot = byte;
            self.filled += 1;
        }
    }
}

/// `None` for an empty text, so that it is absent.
fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn plain(text: &tl::enums::TextWithEntities) -> String {
    let tl::enums::TextWithEntities::Entities(text) = text;
    text.text.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_is_a_moment() {
        assert_eq!(timestamp(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(1_700_000_000).to_string(), "2023-11-14T22:13:20Z");
        assert_eq!(timestamp(i32::MAX).to_string(), "2038-01-19T03:14:07Z");
        assert_eq!(timestamp(i32::MIN).to_string(), "1901-12-13T20:45:52Z");
    }

    #[test]
    fn a_constructor_is_named_as_in_the_schema() {
        assert_eq!(
            tl_name(&tl::enums::MessageMedia::Unsupported),
            "messageMediaUnsupported"
        );
        assert_eq!(
            tl_name(&tl::enums::MessageAction::BoostApply(
                tl::types::MessageActionBoostApply { boosts: 3 }
            )),
            "messageActionBoostApply"
        );
    }
}

//! What is published: chats and message records.
//!
//! One set of types for replies, exports and the published schema alike. Fields that do not apply are absent rather than
//! null. Nothing here knows where a record comes from or what must be hidden in it before it leaves.

mod action;
mod chat;
mod concise;
mod context;
mod entity;
mod id;
mod links;
mod media;
mod message;
#[cfg(test)]
pub(crate) mod samples;
mod text;

pub use self::action::{Action, OfferState};
pub use self::chat::{Chat, ChatKind, Topic};
pub use self::context::{
    Button, FactCheck, Forward, Price, Reaction, ReplyTo, Restriction, SavedFrom, SuggestedPost,
    SuggestedPostState,
};
pub use self::entity::{Entity, EntityKind};
pub use self::id::LongId;
pub use self::links::Links;
pub use self::media::{
    Contact, Dice, Giveaway, Invoice, Location, Media, MediaKind, PaidMedia, Poll, PollOption,
    StoryRef, Todo, TodoItem, WebPage,
};
pub use self::message::{Message, MessageKind, PeerRef, Sender, SenderKind};
pub use self::text::{TextKind, TextVisitor};

/// For `skip_serializing_if`: a flag is published only when it is set.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes the field by reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// For `skip_serializing_if`: how many there are is published only when there are any.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes the field by reference"
)]
fn is_none(count: &usize) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests;

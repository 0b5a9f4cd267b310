//! The gate: the one seam where records leave.
//!
//! Replies, resources and exports take [`Released`] records, and only this module can make one: a record that
//! passed no gate does not compile into anything that leaves. What a gate does to a record, it does to every text
//! that [`Message::visit_text`] and [`Chat::visit_text`] reach, and to the message's own text with its entities.

#[cfg(any(fuzzing, test))]
mod fuzzing;
pub mod mask;
mod offsets;
pub mod sanitize;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::model::{Chat, Message, TextKind};

#[cfg(any(fuzzing, test))]
pub(crate) use self::fuzzing::check_edits;
pub use self::offsets::{Edit, Edits};

/// A record that may leave. Its `Debug` shows no content.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Released<T>(T);

impl<T> Deref for Released<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Released<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Released(…)")
    }
}

impl<T: JsonSchema> JsonSchema for Released<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl Released<Message> {
    /// The same message, less what one does not need to read a conversation.
    #[must_use]
    pub fn concise(self) -> Self {
        Self(self.0.concise())
    }
}

/// What is done to records before they leave. Cheap to clone, without state between records.
#[derive(Debug, Clone, Default)]
pub struct Gate {}

impl Gate {
    /// Lets a message leave: its texts cleaned, its entities moved to where their words are now.
    pub fn release_message(&self, mut message: Message) -> Released<Message> {
        let clean = sanitize::text(&message.text);
        if let Cow::Owned(text) = clean.text {
            clean.edits.remap(&mut message.entities);
            message.text = text;
        }
        message.visit_text(&mut clean_in_place);
        Released(message)
    }

    /// Lets a chat leave: its texts cleaned.
    pub fn release_chat(&self, mut chat: Chat) -> Released<Chat> {
        chat.visit_text(&mut clean_in_place);
        Released(chat)
    }
}

fn clean_in_place(kind: TextKind, text: &mut String) {
    let clean = match kind {
        TextKind::Text | TextKind::Quote => sanitize::text(text).text,
        _ => sanitize::line(text),
    };
    if let Cow::Owned(clean) = clean {
        *text = clean;
    }
}

#[cfg(test)]
mod tests;

//! The gate: the one seam where records leave.
//!
//! Replies, resources and exports take [`Released`] records, and only this module can make one: a record that
//! passed no gate does not compile into anything that leaves. What a gate does to a record, it does to every text
//! that [`Message::visit_text`] and [`Chat::visit_text`] reach, and to the message's own text with its entities.

#[cfg(any(fuzzing, test))]
mod fuzzing;
pub mod mask;
mod offsets;
pub mod policy;
pub mod sanitize;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::model::{Chat, Message};

#[cfg(any(fuzzing, test))]
pub(crate) use self::fuzzing::check_edits;
use self::mask::Masker;
pub use self::offsets::{Edit, Edits};
use self::policy::Policy;
use self::words::Words;

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

/// What a gate was made with, as names that can be compared and tell no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Of the masking.
    pub masking: String,
    /// Of the lists of chats.
    pub policy: String,
}

/// What is done to records before they leave. Cheap to clone, without state between records.
#[derive(Debug, Clone)]
pub struct Gate {
    masker: Option<Masker>,
    policy: Policy,
}

impl Gate {
    /// A gate that removes what is invisible, and hides nothing.
    pub fn unmasked() -> Self {
        Self {
            masker: None,
            policy: Policy::default(),
        }
    }

    /// A gate that masks, too.
    pub fn masking(masker: Masker) -> Self {
        Self {
            masker: Some(masker),
            ..Self::unmasked()
        }
    }

    /// The same gate, which tells nothing of chats that this policy does not let be read.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What becomes of the same record depends on this alone: on how it is masked, and on whose chats may be told of.
    pub fn settings(&self) -> Settings {
        let masking = self.masker.as_ref().map(Masker::settings);
        Settings {
            masking: masking.unwrap_or_else(|| "off".to_owned()),
            policy: self.policy.settings(),
        }
    }

    /// Which chats may be read.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Lets a message leave: its texts cleaned and masked, its entities moved to where their words are now.
    pub fn release_message(&self, mut message: Message) -> Released<Message> {
        let words = Words::of_message(self.masker.as_ref(), &message);
        self.policy.withhold_from_message(&mut message);
        words.change_text(&mut message);
        message.visit_text(&mut |kind, text| words.change(kind, text));
        Released(message)
    }

    /// What somebody typed to name a chat or a person, as it may be kept: as it is, or its pseudonym where names are
    /// hidden.
    pub fn release_typed_name(&self, typed: &str) -> String {
        let masker = (self.masker.as_ref()).filter(|masker| masker.level() == mask::Level::Strict);
        let is_id = typed.parse::<i64>().is_ok();
        match masker.filter(|_| !is_id) {
            Some(masker) => masker.username(typed),
            None => typed.to_owned(),
        }
    }

    /// Words that somebody typed, as they may be kept: masked.
    pub fn release_typed_words(&self, typed: &str) -> String {
        match &self.masker {
            Some(masker) => masker.text(typed).text.into_owned(),
            None => typed.to_owned(),
        }
    }

    /// Lets a chat leave: its texts cleaned and masked.
    pub fn release_chat(&self, mut chat: Chat) -> Released<Chat> {
        let words = Words::of_chat(self.masker.as_ref(), &chat);
        self.policy.withhold_from_chat(&mut chat);
        chat.visit_text(&mut |kind, text| words.change(kind, text));
        chat.link.take_if(|link| link.is_empty());
        Released(chat)
    }
}

#[cfg(test)]
mod tests;

//! What records tell of chats that may not be read: withheld before they leave.

use super::Policy;
use crate::model::{Chat, Message};

impl Policy {
    /// Takes out of a message what it tells of chats that may not be read.
    pub(in crate::privacy) fn withhold_from_message(&self, _message: &mut Message) {}

    /// Takes out of a chat the ids of others that may not be read.
    pub(in crate::privacy) fn withhold_from_chat(&self, _chat: &mut Chat) {}
}

//! Answers under fuzzing: whatever can be read becomes records that can leave.

#![allow(clippy::unwrap_used, reason = "a target fails by panicking")]

use grammers_tl_types::{Deserializable as _, enums};

use super::{Answer, weight};
use crate::model::{Chat, ChatKind};
use crate::privacy::Gate;
use crate::privacy::mask::{Level, Masker};

/// Reads the bytes as an answer of the history methods, or as a single message, and lets its records leave.
pub(crate) fn answer(data: &[u8]) {
    if !weight::is_bearable(data) {
        return;
    }
    let Ok(messages) = enums::messages::Messages::from_bytes(data) else {
        return;
    };
    let gate = Gate::masking(Masker::new(Level::Mask, &[7; 32], None));
    let answer = Answer::from(messages);
    let chat = Chat::new(-1_000_000_001_001, ChatKind::Supergroup, "Chat");
    let records = answer.records(&chat);
    for (id, _) in answer.sent() {
        if let Some(record) = records.get(id) {
            let released = gate.release_message(record);
            serde_json::to_string(&released).unwrap();
            serde_json::to_string(&released.concise()).unwrap();
        }
    }
}

//! What the chats that were read of late look like, for answers that do not say it: those about the group that a
//! supergroup was, or about the comments on a post.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Chat;

/// The most chats that are remembered; when they are more, all are forgotten.
const MAX_CHATS: usize = 200;

/// The latest descriptions, in memory alone: they hold titles.
#[derive(Default)]
pub(super) struct Described(Mutex<HashMap<i64, Chat>>);

impl Described {
    /// What was last said of a chat.
    pub(super) fn get(&self, chat_id: i64) -> Option<Chat> {
        self.lock().get(&chat_id).cloned()
    }

    /// Remembers what an answer says of a chat.
    pub(super) fn insert(&self, chat: &Chat) {
        let mut chats = self.lock();
        if chats.len() >= MAX_CHATS {
            chats.clear();
        }
        chats.insert(chat.chat_id, chat.clone());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Chat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! How the account stands to its chats: what the chat list says beside a chat, and the invites that lead to one.

/// What the chat list says beside a chat.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    /// It stands above the others, whatever their dates.
    pub pinned: bool,
    /// It lies in the archive.
    pub archived: bool,
    /// How many messages of it are unread.
    pub unread: i32,
}

/// An invite link, by its hash in [`World::invites`](super::World::invites).
#[derive(Debug, Clone, Copy)]
pub struct Invite {
    /// The chat it leads to, by marked id.
    pub chat_id: i64,
    /// It no longer works.
    pub expired: bool,
    /// An admin has to let in whoever follows it.
    pub request_needed: bool,
    /// Whoever looks at it may read the chat for a while.
    pub peek: bool,
}

impl Invite {
    /// An invite into this chat that works and shows nothing of it.
    pub fn to(chat_id: i64) -> Self {
        Self {
            chat_id,
            expired: false,
            request_needed: false,
            peek: false,
        }
    }
}

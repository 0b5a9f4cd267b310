//! Which chats may be read, enforced.

mod entry;

pub use self::entry::{read_entry, read_policy};

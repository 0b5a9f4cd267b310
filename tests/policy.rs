//! Which chats may be read: what is asked of Telegram, what leaves, and what a refusal tells.

mod dates;
mod laws;
mod listing;
mod lists;
mod names;
mod parts;
mod process;
mod records;
mod world;

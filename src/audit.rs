//! The record of what was asked and what left: who called which tool, about which chat, how much went out and how it
//! ended. Never what was asked or answered.
//!
//! Each line carries the hash of the one before, so that `verify` finds whatever was changed, removed or cut off.
//! Nobody waits for it: a call leaves its entry in a queue and goes on, and what could not be written is counted.

mod chain;
mod entry;
mod head;
mod line;
mod log;
mod place;
mod writer;

#[cfg(test)]
mod tests;

pub use self::chain::{Break, History, read, verify};
pub use self::entry::{Asked, Client, Entry, Event, Outcome};
pub use self::line::Line;
pub use self::writer::Audit;

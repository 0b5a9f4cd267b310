//! Talking to Telegram.

pub mod session;

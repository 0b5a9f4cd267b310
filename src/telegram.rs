//! Talking to Telegram.

pub mod convert;

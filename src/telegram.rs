//! Telegram.

pub mod convert;
pub mod session;

//! Logging in to the embedded Telegram, seen from the wire: what it answers, and what it refuses with which words.

mod caller;
mod clients;
mod command;
mod keys;
mod password;
mod phone;
mod qr;

//! Unofficial Telegram history for AI clients: MCP over stdio on one side, MTProto over TCP on the other.
//!
//! The modules, in reading order: `config` is what was asked for, `model` what is published,
//! `telegram` talks to Telegram, `history` pages through a chat, `privacy` is the gate where
//! records leave, `export` writes whole histories to files, `server` speaks MCP, `sharing` lets
//! many processes use one session, `cli` is the commands, and `sim` an embedded Telegram.

pub mod audit;
pub mod cli;
pub mod config;
pub mod error;
pub mod export;
mod files;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
pub mod history;
pub mod logging;
pub mod memory;
pub mod model;
pub mod privacy;
pub mod server;
pub mod sharing;
pub mod sim;
pub mod telegram;

//! The crate from outside: as a library, as a client in memory, and as a process on real pipes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod ahead;
mod architecture;
mod around;
mod audit;
mod bad_input;
mod broken_exports;
mod broken_lines;
mod clients;
mod commands;
mod configuration;
mod connection;
mod doctor;
mod export_cli;
mod export_files;
mod export_kills;
mod export_tool;
mod export_world;
mod exports;
mod faults;
mod filters;
mod finding;
mod halves;
mod hostile;
mod injection;
mod layer;
mod line;
mod list_chats;
mod login;
mod login_screens;
mod mask;
mod masked;
mod masking;
mod matrix;
mod offsets;
mod other_server;
mod paging;
mod parts;
mod peers;
mod policy;
mod process;
mod read_only;
mod records;
mod resolve;
mod resources;
mod seam;
mod secrets;
mod server;
mod sharing;
mod shutdown;
mod sim;
mod sim_login;
mod sim_peers;
mod sim_search;
mod sim_threads;
mod soak;
mod stage;
mod stdio;
mod subscriptions;
mod support;
mod takeout;
mod tdesktop;
mod unreadable;
mod weight;
mod wire;

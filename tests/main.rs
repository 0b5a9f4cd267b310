//! The crate from outside: as a client in memory, and as a process on real pipes.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod server;
mod stdio;
mod support;

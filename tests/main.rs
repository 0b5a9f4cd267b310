//! The crate from outside: as a client in memory, and as a process on real pipes.

mod server;
mod stdio;
mod support;

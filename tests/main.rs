//! The crate from outside: as a library, as a client in memory, and as a process on real pipes.

mod architecture;
mod paging;
mod server;
mod sim;
mod stdio;
mod support;

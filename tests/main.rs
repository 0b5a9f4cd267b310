//! One integration binary: each module is a boundary or a law.

mod paging;
mod sim;

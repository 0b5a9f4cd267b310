//! One integration binary: each module is a boundary or a law.

mod architecture;
mod paging;
mod sim;

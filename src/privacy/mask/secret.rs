//! Keys, tokens and passwords: each has a shape of its own, or a word beside it that says what it is.
//!
//! A bare hash is none: the names of commits, files and images look the same.

mod assigned;
mod block;
mod nearby;
mod shapes;
mod token;

pub(super) use assigned::DETECTOR as ASSIGNED;
pub(super) use block::DETECTOR as BLOCK;
pub(super) use block::end as block_end;
pub(super) use token::look as token;

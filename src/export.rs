//! The whole history of a chat as a file.

pub mod frames;
pub mod tdesktop;

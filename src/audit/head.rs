//! How many lines there are and how the last one ends: without it nobody could tell that the end was cut off.

use std::io;

use serde::{Deserialize, Serialize};

use super::line::{self, Hash};
use super::place::Place;
use crate::files;

/// What is known of the lines, as of the last time that some were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The number of the first line that is kept.
    pub(super) first: u64,
    /// The number of the last line.
    pub(super) count: u64,
    /// How many bytes the file has that lines are added to.
    pub(super) bytes: u64,
    /// The hash of the last line.
    pub(super) last: Hash,
}

/// What stands in place of a head.
#[derive(Debug)]
pub(super) enum NoHead {
    /// There is none.
    Missing,
    /// It is not as it was written.
    Changed,
    /// It cannot be read.
    Unreadable(io::Error),
}

impl Head {
    /// Before there is any line.
    pub(super) const NONE: Self = Self {
        first: 1,
        count: 0,
        bytes: 0,
        last: Hash::ZERO,
    };

    pub(super) fn read(place: &Place) -> Result<Self, NoHead> {
        let bytes = files::read_whole(&place.head()).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => NoHead::Missing,
            _ => NoHead::Unreadable(error),
        })?;
        Self::parse(&bytes).ok_or(NoHead::Changed)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (object, _) = line::open(bytes.strip_suffix(b"\n")?)?;
        serde_json::from_slice(&object).ok()
    }

    /// Replaces the one before; it outlives a loss of power.
    pub(super) fn write(&self, place: &Place) -> io::Result<()> {
        let (mut bytes, _) = line::seal(self)?;
        bytes.push(b'\n');
        files::replace_for_good(&place.head(), &bytes)
    }
}

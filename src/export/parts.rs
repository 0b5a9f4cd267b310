//! Parts of a file of lines: as many whole lines as fit, and always one.

use std::io::{self, BufRead};
use std::ops::Range;

/// How many bytes a part has, unless its only line has more.
pub(super) const PART_BYTES: u64 = 256 << 10;

/// Where the parts of a file begin; grows with the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartIndex {
    /// Where each part begins but the first.
    cuts: Vec<u64>,
    /// Where the last one begins.
    begin: u64,
    /// Where the file ends.
    end: u64,
}

impl PartIndex {
    /// The parts of these lines.
    pub(super) fn of(mut lines: impl BufRead) -> io::Result<Self> {
        let mut index = Self::default();
        let mut length = 0_u64;
        loop {
            let buffer = lines.fill_buf()?;
            if buffer.is_empty() {
                return Ok(index);
            }
            let mut begin = 0;
            for end in memchr::memchr_iter(b'\n', buffer) {
                index.push(length + (end + 1 - begin) as u64);
                (begin, length) = (end + 1, 0);
            }
            length += (buffer.len() - begin) as u64;
            let all = buffer.len();
            lines.consume(all);
        }
    }

    /// Adds a line of so many bytes, its end included.
    pub(super) fn push(&mut self, line_bytes: u64) {
        let is_full = self.end + line_bytes - self.begin > PART_BYTES;
        if is_full && self.end > self.begin {
            self.cuts.push(self.end);
            self.begin = self.end;
        }
        self.end += line_bytes;
    }

    /// How many parts there are: while the file grows, those that no more line will join.
    pub(super) fn count(&self, is_whole: bool) -> u64 {
        let last = is_whole && self.end > self.begin;
        self.cuts.len() as u64 + u64::from(last)
    }

    /// Which bytes of the file are this part.
    pub(super) fn range(&self, number: u64, is_whole: bool) -> Option<Range<u64>> {
        if number >= self.count(is_whole) {
            return None;
        }
        let number = usize::try_from(number).ok()?;
        let begin = match number.checked_sub(1) {
            None => 0,
            Some(before) => *self.cuts.get(before)?,
        };
        Some(begin..self.cuts.get(number).copied().unwrap_or(self.end))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_whole_lines_that_make_the_file(
            lengths in prop::collection::vec(prop_oneof![0..300_usize, 100_000..400_000_usize], 0..40),
            buffer in 1..70_000_usize,
        ) {
            let text: Vec<u8> = lengths.iter().flat_map(|length| {
                let mut line = vec![b'x'; *length];
                line.push(b'\n');
                line
            }).collect();
            let mut index = PartIndex::default();
            for length in &lengths {
                index.push(*length as u64 + 1);
            }
            let scanned = PartIndex::of(io::BufReader::with_capacity(buffer, text.as_slice())).unwrap();
            prop_assert_eq!(&scanned, &index);
            let mut joined = Vec::new();
            for number in 0..index.count(true) {
                let range = index.range(number, true).unwrap();
                let part = &text[range.start as usize..range.end as usize];
                prop_assert!(part.ends_with(b"\n"));
                let lines = part.iter().filter(|byte| **byte == b'\n').count();
                prop_assert!(part.len() as u64 <= PART_BYTES || lines == 1);
                joined.extend_from_slice(part);
            }
            prop_assert_eq!(joined, text);
            prop_assert_eq!(index.range(index.count(true), true), None);
        }
    }

    #[test]
    fn a_part_that_may_grow_does_not_count() {
        let mut index = PartIndex::default();
        assert_eq!((index.count(false), index.count(true)), (0, 0));
        index.push(10);
        assert_eq!((index.count(false), index.count(true)), (0, 1));
        index.push(PART_BYTES);
        assert_eq!((index.count(false), index.count(true)), (1, 2));
        assert_eq!(index.range(0, false), Some(0..10));
        assert_eq!(index.range(1, false), None);
    }
}

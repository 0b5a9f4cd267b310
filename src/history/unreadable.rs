//! Ranges of ids that were passed without being read, because no answer that holds them can be had.

use serde::{Deserialize, Serialize};

use super::window::{Direction, Walk};

/// The most ranges that one page tells; it ends early rather than telling fewer than it passed.
pub(super) const MOST_RANGES: usize = 20;

/// Ids that could not be read, both ends included. At least one message lies inside, and none that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdRange {
    /// The lowest.
    pub from_id: i32,
    /// The highest.
    pub to_id: i32,
}

impl IdRange {
    /// The range from one id to another, or this id alone where they are out of order.
    pub fn new(from_id: i32, to_id: i32) -> Self {
        Self {
            from_id,
            to_id: to_id.max(from_id),
        }
    }
}

/// Puts ranges into walking order and joins those between which there is no id.
pub(super) fn in_order(ranges: &mut Vec<IdRange>, direction: Direction) {
    ranges.sort_unstable_by_key(|range| range.from_id);
    ranges.dedup_by(|later, kept| {
        let touch = later.from_id <= kept.to_id.saturating_add(1);
        if touch {
            kept.to_id = kept.to_id.max(later.to_id);
        }
        touch
    });
    if direction == Direction::Desc {
        ranges.reverse();
    }
}

/// Those of the ranges that this walk has left behind.
pub(super) fn passed(ranges: &[IdRange], walk: &Walk) -> Vec<IdRange> {
    ranges
        .iter()
        .copied()
        .filter(|range| walk.has_passed(range.from_id, range.to_id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::window::DateRange;

    fn ranges(all: &[(i32, i32)]) -> Vec<IdRange> {
        all.iter()
            .map(|(from, to)| IdRange::new(*from, *to))
            .collect()
    }

    #[test]
    fn neighbours_are_one_range_and_the_order_is_that_of_the_walk() {
        let mut told = ranges(&[(9, 9), (3, 4), (5, 5), (i32::MAX, i32::MAX)]);
        in_order(&mut told, Direction::Asc);
        assert_eq!(told, ranges(&[(3, 5), (9, 9), (i32::MAX, i32::MAX)]));
        in_order(&mut told, Direction::Desc);
        assert_eq!(told, ranges(&[(i32::MAX, i32::MAX), (9, 9), (3, 5)]));
    }

    #[test]
    fn a_walk_has_passed_what_lies_behind_its_position_alone() {
        let told = ranges(&[(3, 5), (9, 9)]);
        let walk = |direction| Walk::new(direction, DateRange::default());
        assert!(passed(&told, &walk(Direction::Desc)).is_empty());
        assert!(passed(&told, &walk(Direction::Asc)).is_empty());
        // Behind message 7, whichever way.
        assert_eq!(
            passed(&told, &walk(Direction::Desc).after(7)),
            ranges(&[(9, 9)])
        );
        assert_eq!(
            passed(&told, &walk(Direction::Asc).after(7)),
            ranges(&[(3, 5)])
        );
    }
}

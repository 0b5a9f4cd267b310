//! What an export holds of a chat: which ids it met, and which it shows not to be there.

use serde::{Deserialize, Serialize};

use crate::history::{Direction, IdRange};

/// The most ranges that stand in a manifest itself.
const INLINE_RANGES: usize = 100;

/// What an export holds of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// How many messages Telegram says there are, where nothing narrows the export. Its counts may be inexact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telegram_count: Option<u32>,
    /// How many messages were looked at.
    pub fetched: u64,
    /// How many of them were wanted.
    pub matched: u64,
    /// Ids between the messages that no message has, in walking order; for channels and supergroups alone, whose ids
    /// are their own. At most a hundred: all of them stand in the file beside the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_ranges: Option<Vec<IdRange>>,
    /// How many such ranges there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_total: Option<u64>,
    /// Ids that were passed by because no answer with them could be had, in walking order. Beyond a hundred only
    /// their number is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Unreadable>,
    /// How many such ranges there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unreadable_total: u64,
    /// The group that the chat was, by its marked id, where this account may not read what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forbidden_half: Option<i64>,
    /// The oldest message of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_id: Option<i32>,
    /// The newest message of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_id: Option<i32>,
    /// Every window up to the bound was answered, and nothing was passed by.
    pub complete: bool,
}

/// A range of ids that was passed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Whose ids they are, where it is not the chat of the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// The ids.
    #[serde(flatten)]
    pub ids: IdRange,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Coverage while it is gathered, in walking order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) coverage: Coverage,
    direction: Direction,
    /// How many messages Telegram says there are in the chat, and in the group that it was.
    counts: [Option<u32>; 2],
    /// Every id between this one and the next that is met is absent; `None` where nothing is known of what lies
    /// between.
    last: Option<i32>,
    /// Whether absent ids are told.
    meets_every_id: bool,
    /// What was found absent since it was last taken, to be written in full.
    #[serde(skip)]
    found_absent: Vec<IdRange>,
}

impl Tally {
    /// Coverage of nothing yet. `begin` is the id before the first one that can be met, where that is known.
    pub(super) fn new(direction: Direction, meets_every_id: bool, begin: Option<i32>) -> Self {
        let mut tally = Self {
            coverage: Coverage::default(),
            direction,
            counts: [None; 2],
            last: begin,
            meets_every_id,
            found_absent: Vec::new(),
        };
        if meets_every_id {
            tally.coverage.absent_ranges = Some(Vec::new());
            tally.coverage.absent_total = Some(0);
        }
        tally
    }

    /// Whether `id` comes no later than `other` on the way.
    pub(super) fn is_by(&self, id: i32, other: i32) -> bool {
        match self.direction {
            Direction::Desc => id >= other,
            Direction::Asc => id <= other,
        }
    }

    /// Telegram has said how many messages there are in the half of the chat that is read.
    pub(super) fn count(&mut self, is_older_half: bool, count: u32) {
        if let Some(known) = self.counts.get_mut(usize::from(is_older_half)) {
            *known = Some(count);
        }
        let sum = self
            .counts
            .iter()
            .flatten()
            .fold(0, |sum: u32, count| sum.saturating_add(*count));
        self.coverage.telegram_count = Some(sum);
    }

    /// The walk has met a message.
    pub(super) fn meet(&mut self, id: i32) {
        if self.meets_every_id {
            self.leave_out(id);
            self.last = Some(id);
        }
    }

    /// The walk has passed by what could not be read.
    pub(super) fn pass_by(&mut self, chat_id: Option<i64>, ids: IdRange) {
        if self.meets_every_id && chat_id.is_none() {
            let (first, last) = self.in_order(ids);
            self.leave_out(first);
            self.last = Some(last);
        }
        self.coverage.unreadable_total += 1;
        if self.coverage.unreadable.len() < INLINE_RANGES {
            self.coverage.unreadable.push(Unreadable { chat_id, ids });
        }
    }

    /// The walk has come to its end, behind which there is nothing up to `end`, where that is known.
    pub(super) fn end(&mut self, end: Option<i32>) {
        if self.meets_every_id
            && let Some(end) = end
        {
            self.leave_out(end);
            self.last = Some(match self.direction {
                Direction::Desc => end.saturating_add(1),
                Direction::Asc => end.saturating_sub(1),
            });
        }
        let coverage = &mut self.coverage;
        coverage.complete = coverage.unreadable_total == 0 && coverage.forbidden_half.is_none();
    }

    /// A message was written.
    pub(super) fn write(&mut self, id: i32) {
        let coverage = &mut self.coverage;
        let (newest, oldest) = match self.direction {
            Direction::Desc => (coverage.last_id.or(Some(id)), Some(id)),
            Direction::Asc => (Some(id), coverage.first_id.or(Some(id))),
        };
        (coverage.last_id, coverage.first_id) = (newest, oldest);
    }

    /// What was found absent since this was last asked.
    pub(super) fn take_absent(&mut self) -> Vec<IdRange> {
        std::mem::take(&mut self.found_absent)
    }

    /// Notes that there is no message between the last one and this id.
    fn leave_out(&mut self, id: i32) {
        let Some(last) = self.last else { return };
        let (low, high) = (
            last.min(id).saturating_add(1),
            last.max(id).saturating_sub(1),
        );
        if low > high || self.is_by(id, last) {
            return;
        }
        let range = IdRange::new(low, high);
        self.found_absent.push(range);
        *self.coverage.absent_total.get_or_insert_default() += 1;
        let inline = self.coverage.absent_ranges.get_or_insert_default();
        if inline.len() < INLINE_RANGES {
            inline.push(range);
        }
    }

    fn in_order(&self, ids: IdRange) -> (i32, i32) {
        match self.direction {
            Direction::Desc => (ids.to_id, ids.from_id),
            Direction::Asc => (ids.from_id, ids.to_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(all: &[(i32, i32)]) -> Option<Vec<IdRange>> {
        Some(
            all.iter()
                .map(|(from, to)| IdRange::new(*from, *to))
                .collect(),
        )
    }

    #[test]
    fn what_lies_between_the_messages_is_absent() {
        let mut up = Tally::new(Direction::Asc, true, Some(0));
        [3, 4, 9].iter().for_each(|id| up.meet(*id));
        up.end(Some(12));
        assert_eq!(
            up.coverage.absent_ranges,
            ranges(&[(1, 2), (5, 8), (10, 11)])
        );
        let mut down = Tally::new(Direction::Desc, true, None);
        [9, 4, 3].iter().for_each(|id| down.meet(*id));
        down.end(Some(0));
        assert_eq!(down.coverage.absent_ranges, ranges(&[(5, 8), (1, 2)]));
        assert_eq!(down.coverage.absent_total, Some(2));
        assert!(down.coverage.complete);
    }

    #[test]
    fn what_cannot_be_read_is_not_absent() {
        let mut tally = Tally::new(Direction::Asc, true, Some(0));
        tally.meet(2);
        tally.pass_by(None, IdRange::new(5, 6));
        tally.meet(7);
        tally.end(None);
        assert_eq!(tally.coverage.absent_ranges, ranges(&[(1, 1), (3, 4)]));
        assert!(!tally.coverage.complete);
    }

    #[test]
    fn the_oldest_and_the_newest_are_told_whichever_way_the_walk_goes() {
        for (direction, ids) in [(Direction::Asc, [2, 5, 9]), (Direction::Desc, [9, 5, 2])] {
            let mut tally = Tally::new(direction, false, None);
            ids.iter().for_each(|id| tally.write(*id));
            assert_eq!(
                (tally.coverage.first_id, tally.coverage.last_id),
                (Some(2), Some(9))
            );
            assert_eq!(tally.coverage.absent_ranges, None);
        }
    }

    #[test]
    fn many_ranges_are_counted_and_the_first_of_them_told() {
        let mut tally = Tally::new(Direction::Asc, true, Some(0));
        (1..=500).for_each(|number| tally.meet(number * 2));
        assert_eq!(tally.coverage.absent_total, Some(500));
        assert_eq!(
            tally.coverage.absent_ranges.as_ref().map(Vec::len),
            Some(100)
        );
        assert_eq!(tally.take_absent().len(), 500);
    }
}

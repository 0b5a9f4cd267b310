//! Where to read next: a pure walk over one chat, in either direction, that turns positions into the
//! arguments of `messages.getHistory` and answers into what was looked at.
//!
//! `min_id` and `max_id` are never used: a window is placed by `offset_id`, `offset_date` and `add_offset`
//! and cut here (<https://core.telegram.org/api/offsets>). The end is known from bounds, never from a short answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dates::round_up;
use crate::telegram::Window;

/// The most messages one request can ask for.
pub(super) const MAX_WINDOW: i32 = 100;
/// Telegram's date comparison may be inclusive or not, and neighbouring messages may carry dates that are
/// a few seconds out of order: windows are placed this much wider, and cut to the exact range here.
const DATE_SLACK_SECONDS: i64 = 10;

/// Newest or oldest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Newest first.
    #[default]
    Desc,
    /// Oldest first.
    Asc,
}

/// A half-open range of Unix seconds; open where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct DateRange {
    /// The first second inside.
    pub(super) from: Option<i64>,
    /// The first second outside.
    pub(super) to: Option<i64>,
}

impl DateRange {
    /// Whether a message of this second is inside.
    pub(super) fn contains(self, date: i64) -> bool {
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date < to)
    }

    /// The part of the range that does not lie before this moment.
    pub(super) fn not_before(self, moment: Option<Timestamp>) -> Self {
        Self {
            from: self.from.max(moment.map(round_up)),
            ..self
        }
    }

    fn surely_before(self, date: i64) -> bool {
        self.from
            .is_some_and(|from| date < from - DATE_SLACK_SECONDS)
    }

    fn surely_after(self, date: i64) -> bool {
        self.to.is_some_and(|to| date >= to + DATE_SLACK_SECONDS)
    }
}

/// A walk's state, all that a cursor has to remember of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Walk {
    /// Which way.
    pub(super) direction: Direction,
    /// Which dates.
    pub(super) dates: DateRange,
    /// The newest id that belongs to the walk; ids above it came later.
    pub(super) bound: Option<i32>,
    /// Everything before this, in walking order, was looked at: messages below it come next when walking to
    /// older ones, this one and those above it when walking to newer ones.
    pub(super) position: Option<i32>,
    /// Which ids, whatever their dates.
    pub(super) ids: IdBounds,
}

/// The lowest and the highest id that are wanted; open where absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct IdBounds {
    /// The lowest.
    pub(super) min: Option<i32>,
    /// The highest.
    pub(super) max: Option<i32>,
}

impl IdBounds {
    fn contains(self, id: i32) -> bool {
        self.min.is_none_or(|min| id >= min) && self.max.is_none_or(|max| id <= max)
    }
}

/// What the walk needs to know of a message in an answer; deleted ones have no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its id.
    pub(super) id: i32,
    /// When it was sent, Unix seconds.
    pub(super) date: Option<i64>,
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    /// The messages that belong to the walk and match its dates, in walking order.
    pub(super) matching: Vec<Matching>,
    /// How many messages were looked at for the first time.
    pub(super) fetched: u32,
    /// Which of those were there, in walking order.
    pub(super) present: Vec<i32>,
    /// Whether the walk goes on.
    pub(super) next: Next,
}

/// A message that belongs on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matching {
    /// Its id.
    pub(super) id: i32,
    /// How many messages of the answer had been looked at, this one included.
    pub(super) looked_at: u32,
}

/// How a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask again from the new position.
    Continue,
    /// Nothing is left.
    End,
    /// The answer does not tell whether anything is left: ask [`Walk::newest`] and tell [`Walk::settle`].
    Unclear,
    /// The answer was thin: messages may hide between the position and the lowest one ahead. Ask
    /// [`Walk::below`] it until [`Walk::is_whole_below`], and only then take them all.
    Thin {
        /// Whether the walk is at its end once they are taken.
        end: bool,
    },
}

impl Walk {
    /// A walk that has not begun.
    pub(super) fn new(direction: Direction, dates: DateRange) -> Self {
        Self {
            direction,
            dates,
            bound: None,
            position: None,
            ids: IdBounds::default(),
        }
    }

    /// The same walk among these ids alone; for one that has not begun.
    pub(super) fn within(mut self, ids: IdBounds) -> Self {
        self.ids = ids;
        self.position = match self.direction {
            Direction::Desc => ids.max.map(|max| max.saturating_add(1)),
            Direction::Asc => ids.min,
        };
        self
    }

    /// The lowest id that can belong to the walk.
    pub(super) fn floor(&self) -> i32 {
        self.ids.min.unwrap_or(1)
    }

    /// Goes on to where this date comes, which is right behind `id`, if that lies ahead.
    pub(super) fn jump_behind(&mut self, id: i32) {
        let place = id.saturating_add(1);
        self.position = Some(match (self.direction, self.position) {
            (Direction::Desc, Some(position)) => position.min(place),
            (Direction::Asc, Some(position)) => position.max(place),
            (_, None) => place,
        });
    }

    /// Begins with this message, if it is there: what a link to it asks for.
    pub(super) fn begin_at(&mut self, message_id: i32) {
        let behind = match self.direction {
            Direction::Desc => message_id,
            Direction::Asc => message_id.saturating_sub(1),
        };
        self.jump_behind(behind);
    }

    /// The moment before which the walk's dates lie, or after which, in walking order, with room for Telegram's
    /// inclusiveness: where to begin; 0 for the end of the chat.
    pub(super) fn offset_date(&self) -> i32 {
        match self.direction {
            Direction::Desc => self.max_date(),
            Direction::Asc => self.min_date(),
        }
    }

    /// A moment before all that belong to the walk, Unix seconds; 0 when there is none.
    pub(super) fn min_date(&self) -> i32 {
        self.dates
            .from
            .map_or(0, |from| seconds(from - DATE_SLACK_SECONDS))
    }

    /// A moment after all that belong to the walk, Unix seconds; 0 when there is none.
    pub(super) fn max_date(&self) -> i32 {
        self.dates
            .to
            .map_or(0, |to| seconds(to + DATE_SLACK_SECONDS))
    }

    /// Whether an answer shows messages that the walk should have begun behind.
    pub(super) fn begins_too_early(&self, answer: &[Seen]) -> bool {
        answer
            .iter()
            .filter_map(|seen| seen.date)
            .any(|date| match self.direction {
                Direction::Desc => self.dates.surely_after(date),
                Direction::Asc => self.dates.surely_before(date),
            })
    }

    /// Whether an answer shows messages that lie behind the walk's end.
    pub(super) fn goes_too_far(&self, answer: &[Seen]) -> bool {
        answer
            .iter()
            .filter_map(|seen| seen.date)
            .any(|date| match self.direction {
                Direction::Desc => self.dates.surely_before(date),
                Direction::Asc => self.dates.surely_after(date),
            })
    }

    /// The request that reads the next messages, at most `limit`.
    pub(super) fn request(&self, limit: i32) -> Window {
        let limit = limit.clamp(1, MAX_WINDOW);
        match (self.direction, self.position) {
            (Direction::Desc, Some(position)) => Self::below(position, limit),
            (Direction::Desc, None) => Window {
                offset_date: self.max_date(),
                ..Self::below(0, limit)
            },
            (Direction::Asc, Some(position)) => match self.bound {
                // What is left fits one answer: read from the newest end, it shows where it ends.
                Some(bound) if i64::from(bound) - i64::from(position) + 2 <= i64::from(limit) => {
                    let left = bound.saturating_sub(position).saturating_add(2);
                    Self::up_to(bound, left.max(1))
                }
                _ => Window {
                    add_offset: -limit,
                    ..Self::below(position, limit)
                },
            },
            // Where the dates begin; without them, below the first id there can be.
            (Direction::Asc, None) => Window {
                offset_id: i32::from(self.dates.from.is_none()),
                offset_date: self.min_date(),
                add_offset: -limit,
                limit,
            },
        }
    }

    /// The request for what lies right below an id; 0 for the newest there is.
    pub(super) fn below(offset_id: i32, limit: i32) -> Window {
        Window {
            offset_id,
            offset_date: 0,
            add_offset: 0,
            limit,
        }
    }

    /// The request for an id and what lies below it. Nothing lies above the highest id there can be.
    pub(super) fn up_to(id: i32, limit: i32) -> Window {
        Self::below(id.checked_add(1).unwrap_or(0), limit)
    }

    /// The request for the newest message that belongs to the walk.
    pub(super) fn newest(&self) -> Window {
        match self.bound {
            Some(bound) => Self::up_to(bound, 1),
            None => Window {
                offset_date: self.max_date(),
                ..Self::below(0, 1)
            },
        }
    }

    /// The request for the last message behind a walk to newer ones, while it knows its place by a date alone.
    pub(super) fn behind(&self) -> Option<Window> {
        let has_begun = self.position.is_some() || self.dates.from.is_none();
        (self.direction == Direction::Asc && !has_begun).then(|| Window {
            add_offset: 0,
            ..self.request(1)
        })
    }

    /// Takes the answer to [`Walk::request`] with this limit and moves on.
    pub(super) fn take(&mut self, answer: &[Seen], limit: i32) -> Taken {
        match self.direction {
            Direction::Desc => self.take_older(answer),
            Direction::Asc => self.take_newer(answer, limit),
        }
    }

    fn take_older(&mut self, answer: &[Seen]) -> Taken {
        let mut ahead = self.ahead(answer);
        ahead.reverse();
        let Some(lowest) = ahead.last().map(|seen| seen.id) else {
            return Taken {
                matching: Vec::new(),
                fetched: 0,
                present: Vec::new(),
                next: Next::End,
            };
        };
        self.position = Some(lowest);
        let past_the_range = ahead
            .iter()
            .rev()
            .find_map(|seen| seen.date)
            .is_some_and(|date| self.dates.surely_before(date));
        let at_the_floor = answer.iter().any(|seen| seen.id <= self.floor());
        let next = if at_the_floor || past_the_range {
            Next::End
        } else {
            Next::Continue
        };
        self.taken(&ahead, next)
    }

    fn take_newer(&mut self, answer: &[Seen], limit: i32) -> Taken {
        let ahead = self.ahead(answer);
        let (Some(first), Some(last)) = (ahead.first(), ahead.last()) else {
            return self.taken(&ahead, Next::Unclear);
        };
        let (first, last) = (first.id, last.id);
        let reaches_bound = self
            .bound
            .is_some_and(|bound| answer.iter().any(|seen| seen.id >= bound));
        let past_the_range = ahead
            .iter()
            .rev()
            .find_map(|seen| seen.date)
            .is_some_and(|date| self.dates.surely_after(date));
        let end = reaches_bound || past_the_range || last == i32::MAX;
        // Nothing can hide between the position and the lowest message of a full window, nor of one that
        // shows what lies behind the position.
        let full = i32::try_from(answer.len()).is_ok_and(|answered| answered >= limit);
        let whole = full || self.is_whole_below(first, answer);
        let next = match (whole, end) {
            (false, end) => Next::Thin { end },
            (true, true) => Next::End,
            (true, false) => Next::Continue,
        };
        let taken = self.taken(&ahead, next);
        self.position = Some(last.saturating_add(1));
        taken
    }

    /// Whether nothing can hide between the position and this id, the lowest ahead in these answers: there is
    /// no id in between, or the answers go on behind the position.
    pub(super) fn is_whole_below(&self, lowest: i32, answers: &[Seen]) -> bool {
        let begin = self.position.or(self.dates.from.is_none().then_some(1));
        begin.is_some_and(|begin| lowest <= begin)
            || answers.iter().any(|seen| self.is_behind(seen))
    }

    fn is_behind(&self, seen: &Seen) -> bool {
        match self.position {
            Some(position) => seen.id < position,
            None => seen.date.is_some_and(|date| self.dates.surely_before(date)),
        }
    }

    /// What lies ahead of this walk in answers that were put together by hand, up to `last`.
    pub(super) fn pick(&self, answer: &[Seen], last: i32) -> Taken {
        let mut ahead = self.ahead(answer);
        ahead.retain(|seen| seen.id <= last);
        self.taken(&ahead, Next::Continue)
    }

    /// Whether a range of ids lies behind this walk.
    pub(super) fn has_passed(&self, from_id: i32, to_id: i32) -> bool {
        self.position.is_some_and(|position| match self.direction {
            Direction::Desc => from_id >= position,
            Direction::Asc => to_id < position,
        })
    }

    /// Whether this walk has come to where another one stands, or past it.
    pub(super) fn has_reached(&self, other: &Self) -> bool {
        match self.direction {
            Direction::Desc => self.position <= other.position,
            Direction::Asc => self.position >= other.position,
        }
    }

    /// Whether an id lies ahead that may belong to the walk.
    pub(super) fn may_go_on(&self) -> bool {
        self.position.is_none_or(|position| match self.direction {
            Direction::Desc => position > self.floor(),
            Direction::Asc => self.bound.is_none_or(|bound| position <= bound),
        })
    }

    /// Settles [`Next::Unclear`] by the answer to [`Walk::newest`]: whether the walk is at its end.
    pub(super) fn settle(&self, newest: &[Seen]) -> bool {
        self.ahead(newest).is_empty()
    }

    /// The messages of an answer that the walk has not passed yet and that are not too new, by rising id.
    pub(super) fn ahead(&self, answer: &[Seen]) -> Vec<Seen> {
        let mut ahead: Vec<Seen> = answer
            .iter()
            .copied()
            .filter(|seen| self.is_ahead(seen))
            .collect();
        ahead.sort_unstable_by_key(|seen| seen.id);
        ahead.dedup_by_key(|seen| seen.id);
        ahead
    }

    fn is_ahead(&self, seen: &Seen) -> bool {
        let in_bound = self.bound.is_none_or(|bound| seen.id <= bound);
        let unpassed = match (self.direction, self.position) {
            (Direction::Desc, Some(position)) => seen.id < position,
            (Direction::Asc, Some(position)) => seen.id >= position,
            (Direction::Desc, None) => true,
            (Direction::Asc, None) => !seen.date.is_some_and(|date| self.dates.surely_before(date)),
        };
        in_bound && unpassed && self.ids.contains(seen.id)
    }

    fn taken(&self, ahead: &[Seen], next: Next) -> Taken {
        Taken {
            matching: (1..)
                .zip(ahead)
                .filter(|(_, seen)| seen.date.is_some_and(|date| self.dates.contains(date)))
                .map(|(looked_at, seen)| Matching {
                    id: seen.id,
                    looked_at,
                })
                .collect(),
            fetched: u32::try_from(ahead.len()).unwrap_or(u32::MAX),
            present: (ahead.iter())
                .filter(|seen| seen.date.is_some())
                .map(|seen| seen.id)
                .collect(),
            next,
        }
    }

    /// The same walk, gone on to just before this range of ids.
    pub(super) fn before(&self, from_id: i32, to_id: i32) -> Self {
        Self {
            position: Some(match self.direction {
                Direction::Desc => to_id.saturating_add(1),
                Direction::Asc => from_id,
            }),
            ..self.clone()
        }
    }

    /// The same walk, gone on to just after this message.
    pub(super) fn after(&self, id: i32) -> Self {
        Self {
            position: Some(match self.direction {
                Direction::Desc => id,
                Direction::Asc => id.saturating_add(1),
            }),
            ..self.clone()
        }
    }
}

/// Telegram's dates are 32-bit, and 0 means none.
fn seconds(time: i64) -> i32 {
    i32::try_from(time.max(1)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_772_452_800;

    fn seen(ids: impl IntoIterator<Item = i32>) -> Vec<Seen> {
        ids.into_iter()
            .map(|id| Seen {
                id,
                date: Some(NOON + i64::from(id)),
            })
            .collect()
    }

    fn walk(direction: Direction) -> Walk {
        Walk::new(direction, DateRange::default())
    }

    fn ids(taken: &Taken) -> Vec<i32> {
        taken.matching.iter().map(|matching| matching.id).collect()
    }

    #[test]
    fn a_walk_to_older_messages_goes_on_below_the_lowest_it_has_seen() {
        let mut walk = walk(Direction::Desc);
        assert_eq!(walk.request(100), Walk::below(0, 100));
        let taken = walk.take(&seen([9, 7, 6]), 100);
        assert_eq!((ids(&taken), taken.next), (vec![9, 7, 6], Next::Continue));
        assert_eq!(walk.request(3), Walk::below(6, 3));
        // What was seen before is not taken again.
        let taken = walk.take(&seen([6, 3, 1]), 3);
        assert_eq!((ids(&taken), taken.next), (vec![3, 1], Next::End));
    }

    #[test]
    fn a_deleted_message_moves_the_walk_and_stands_on_no_page() {
        let mut walk = walk(Direction::Desc);
        let mut answer = seen([9, 8]);
        answer.push(Seen { id: 5, date: None });
        let taken = walk.take(&answer, 3);
        assert_eq!((ids(&taken), taken.fetched), (vec![9, 8], 3));
        assert_eq!(walk.position, Some(5));
    }

    #[test]
    fn an_empty_answer_ends_a_walk_to_older_messages_and_leaves_the_other_way_unclear() {
        assert_eq!(walk(Direction::Desc).take(&[], 100).next, Next::End);
        assert_eq!(walk(Direction::Asc).take(&[], 100).next, Next::Unclear);
    }

    #[test]
    fn a_walk_to_newer_messages_looks_up_from_its_position_to_its_bound() {
        let mut walk = walk(Direction::Asc);
        walk.bound = Some(300);
        let first = walk.request(100);
        assert_eq!(
            (first.offset_id, first.add_offset, first.limit),
            (1, -100, 100)
        );
        let taken = walk.take(&seen(1..=100), 100);
        assert_eq!((taken.fetched, taken.next), (100, Next::Continue));
        let second = walk.request(100);
        assert_eq!((second.offset_id, second.add_offset), (101, -100));
        walk.position = Some(250);
        // The last 51 fit one answer, read from the newest end; what lies behind shows that nothing is missing.
        assert_eq!(walk.request(100), Walk::below(301, 52));
        let taken = walk.take(&seen(249..=300), 52);
        assert_eq!(
            (ids(&taken), taken.next),
            ((250..=300).collect(), Next::End)
        );
    }

    #[test]
    fn a_thin_window_to_newer_messages_is_not_trusted() {
        let mut walk = walk(Direction::Asc);
        walk.bound = Some(300);
        walk.position = Some(50);
        assert_eq!(
            walk.take(&seen(90..=120), 100).next,
            Next::Thin { end: false }
        );
        // Unless it begins where nothing can come before it, or shows what lies behind.
        walk.position = Some(50);
        assert_eq!(walk.take(&seen(50..=80), 100).next, Next::Continue);
        walk.position = Some(50);
        assert_eq!(walk.take(&seen(40..=80), 100).next, Next::Continue);
    }

    #[test]
    fn dates_are_asked_for_wider_and_cut_to_the_second() {
        let dates = DateRange {
            from: Some(NOON + 20),
            to: Some(NOON + 40),
        };
        let mut older = Walk::new(Direction::Desc, dates);
        let asked = i64::from(older.request(100).offset_date);
        assert!(asked > NOON + 40 && asked <= NOON + 60);
        let taken = older.take(&seen([41, 40, 39, 21, 20, 19]), 100);
        assert_eq!(
            (ids(&taken), taken.next),
            (vec![39, 21, 20], Next::Continue)
        );
        assert_eq!(older.take(&seen([2]), 100).next, Next::End);

        let newer = Walk::new(Direction::Asc, dates).request(100);
        assert_eq!((newer.offset_id, newer.add_offset), (0, -100));
        assert!(i64::from(newer.offset_date) < NOON + 20);
    }
}

//! One chat's messages, and the window rules of `messages.getHistory` over them
//! (<https://core.telegram.org/api/offsets>).

use std::collections::BTreeMap;

use grammers_tl_types::{self as tl, enums::Message};

use super::knobs::{Deleted, Knobs, Top};
use super::stored::{Packed, Stored};

/// The most messages one request answers.
const MAX_LIMIT: usize = 100;

/// A chat's messages in the order of their ids. Deleted ones stay as `messageEmpty`.
#[derive(Debug, Default)]
pub struct History {
    messages: Vec<Stored>,
    /// How many of them stand for deleted ones.
    holes: usize,
    /// What was deleted: a page of one thread shows the holes of that thread only.
    deleted: BTreeMap<i32, Message>,
    /// The highest id ever given out here; deletions do not give ids back.
    last_id: i32,
}

/// The paging arguments that the history methods share.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// Start below this id; 0 for none.
    pub offset_id: i32,
    /// Without an id, start below this time; 0 for none.
    pub offset_date: i32,
    /// Shift the start: positive to older, negative to newer messages.
    pub add_offset: i32,
    /// How many, at most 100.
    pub limit: i32,
    /// Exclusive upper bound that cuts the page; 0 for none.
    pub max_id: i32,
    /// Exclusive lower bound that cuts the page; 0 for none.
    pub min_id: i32,
}

/// A page as Telegram answers it: newest first.
#[derive(Debug)]
pub struct Slice {
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// How many there are in all.
    pub count: usize,
}

impl History {
    pub(super) fn claim_id(&mut self) -> i32 {
        self.last_id += 1;
        self.last_id
    }

    /// The highest id ever given out here.
    pub(super) fn last_id(&self) -> i32 {
        self.last_id
    }

    pub(super) fn insert(&mut self, message: Message) {
        self.last_id = self.last_id.max(message.id());
        let at = self.position(message.id());
        let message = Stored::from(message);
        self.holes += usize::from(message.is_hole());
        match at {
            Ok(at) => {
                self.deleted.remove(&message.id());
                if let Some(slot) = self.messages.get_mut(at) {
                    self.holes -= usize::from(slot.is_hole());
                    *slot = message;
                }
            }
            Err(at) => self.messages.insert(at, message),
        }
    }

    /// Adds many messages in any order; answers how many repeated an id. Of those the last one stays.
    pub(super) fn load(&mut self, messages: Vec<Packed>) -> usize {
        self.messages.extend(messages.into_iter().map(Stored::from));
        let read = self.messages.len();
        self.messages.sort_by_key(Stored::id);
        self.messages.dedup_by(|later, kept| {
            let repeated = later.id() == kept.id();
            if repeated {
                std::mem::swap(later, kept);
            }
            repeated
        });
        let newest = self.messages.last().map_or(0, Stored::id);
        self.last_id = self.last_id.max(newest);
        self.holes = self.messages.iter().filter(|it| it.is_hole()).count();
        read - self.messages.len()
    }

    pub(super) fn delete(&mut self, id: i32) -> bool {
        let Some(slot) = self.slot(id) else {
            return false;
        };
        let deleted = slot.peek().into_owned();
        let peer_id = match &deleted {
            Message::Message(message) => Some(message.peer_id.clone()),
            Message::Service(message) => Some(message.peer_id.clone()),
            Message::Empty(_) => return false,
        };
        *slot = Message::from(tl::types::MessageEmpty { id, peer_id }).into();
        self.holes += 1;
        self.deleted.insert(id, deleted);
        true
    }

    pub(super) fn edit(&mut self, id: i32, text: &str, now: i32) -> bool {
        let Some(slot) = self.slot(id) else {
            return false;
        };
        let Message::Message(mut message) = slot.peek().into_owned() else {
            return false;
        };
        text.clone_into(&mut message.message);
        message.entities = None;
        message.edit_date = Some(now);
        *slot = Message::from(message).into();
        true
    }

    /// The messages that exist, oldest first. Those of an export are unpacked and stay so: [`Self::ids`] tells
    /// how many there are without that.
    pub fn existing(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| !message.is_hole())
            .map(Stored::message)
    }

    /// The ids that exist, oldest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = i32> {
        self.messages
            .iter()
            .filter(|message| !message.is_hole())
            .map(Stored::id)
    }

    /// One message, if it exists or is known to have been deleted.
    pub fn get(&self, id: i32) -> Option<&Message> {
        let at = self.position(id).ok()?;
        self.messages.get(at).map(Stored::message)
    }

    /// The page that Telegram would answer for this window, over the messages that `matches`.
    pub(super) fn slice(
        &self,
        window: &Window,
        knobs: &Knobs,
        matches: impl Fn(&Message) -> bool,
    ) -> Slice {
        let visible = |message: &&Stored| {
            let message = message.peek();
            match message.as_ref() {
                Message::Empty(empty) => {
                    let was = self.deleted.get(&empty.id);
                    knobs.deleted != Deleted::Skipped && matches(was.unwrap_or(&message))
                }
                _ => matches(&message),
            }
        };
        let visible: Vec<&Stored> = self.messages.iter().filter(visible).collect();
        let count = visible.iter().filter(|it| !it.is_hole()).count();
        page(
            visible.len(),
            |at| visible.get(at).copied(),
            count,
            window,
            knobs,
        )
    }

    /// The same over all messages, without looking at those that are not on the page.
    pub(super) fn slice_of_all(&self, window: &Window, knobs: &Knobs) -> Slice {
        if self.holes > 0 && knobs.deleted == Deleted::Skipped {
            return self.slice(window, knobs, |_| true);
        }
        let all = &self.messages;
        page(
            all.len(),
            |at| all.get(at),
            all.len() - self.holes,
            window,
            knobs,
        )
    }

    fn position(&self, id: i32) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&id, Stored::id)
    }

    fn slot(&mut self, id: i32) -> Option<&mut Stored> {
        let at = self.position(id).ok()?;
        self.messages.get_mut(at)
    }
}

/// The page of this window over `length` messages, oldest first, of which `count` exist.
fn page<'a>(
    length: usize,
    message: impl Fn(usize) -> Option<&'a Stored>,
    count: usize,
    window: &Window,
    knobs: &Knobs,
) -> Slice {
    let newest_first = |place: usize| message(length.checked_sub(place + 1)?);
    let limit = effective_limit(window.limit, knobs);
    let start = start_of(length, newest_first, window, knobs);
    let end = start + isize::try_from(limit).unwrap_or(isize::MAX);
    let (start, end) = match knobs.top {
        Top::Shifted if start < 0 => (0, limit),
        _ => (to_index(start), to_index(end)),
    };
    let bounded = |id: i32| {
        (window.max_id == 0 || id < window.max_id) && (window.min_id == 0 || id > window.min_id)
    };
    let mut messages: Vec<Message> = Vec::new();
    // A page of nothing but holes does not exist: Telegram looks further until it has something to say.
    for (seen, message) in (start..length).filter_map(newest_first).enumerate() {
        if seen >= end.saturating_sub(start)
            && (knobs.deleted != Deleted::Holes
                || !messages.is_empty()
                || limit == 0
                || end <= start)
        {
            break;
        }
        let hole = knobs.deleted == Deleted::Holes && message.is_hole();
        if !hole && bounded(message.id()) {
            messages.push(message.peek().into_owned());
        }
    }
    if knobs.short_pages {
        messages.truncate((messages.len() * 2).div_ceil(3));
    }
    Slice { messages, count }
}

/// Where the window starts, counted from the newest message; negative is above it.
fn start_of<'a>(
    length: usize,
    newest_first: impl Fn(usize) -> Option<&'a Stored>,
    window: &Window,
    knobs: &Knobs,
) -> isize {
    let is_before_window = |message: &Stored| {
        if window.offset_id > 0 {
            message.id() >= window.offset_id
        } else if window.offset_date > 0 {
            match message.date() {
                Some(date) if knobs.inclusive_offset_date => date > window.offset_date,
                Some(date) => date >= window.offset_date,
                None => false,
            }
        } else {
            false
        }
    };
    let skipped = if window.offset_id == 0 && window.offset_date > 0 {
        // A deleted message has no date: the window starts at the first one that has and is old enough.
        let starts = |message: &Stored| !message.is_hole() && !is_before_window(message);
        (0..length).position(|place| newest_first(place).is_some_and(starts))
    } else {
        let (mut low, mut high) = (0, length);
        while low < high {
            let middle = low.midpoint(high);
            if newest_first(middle).is_some_and(is_before_window) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(low)
    };
    isize::try_from(skipped.unwrap_or(length)).unwrap_or(isize::MAX) + window.add_offset as isize
}

fn effective_limit(limit: i32, knobs: &Knobs) -> usize {
    match usize::try_from(limit) {
        Ok(0) | Err(_) if knobs.zero_limit_is_twenty => 20,
        Ok(limit) => limit.min(MAX_LIMIT),
        Err(_) => 0,
    }
}

fn to_index(position: isize) -> usize {
    usize::try_from(position).unwrap_or(0)
}

/// When a message was sent; a deleted one does not say.
pub fn date_of(message: &Message) -> Option<i32> {
    match message {
        Message::Message(message) => Some(message.date),
        Message::Service(message) => Some(message.date),
        Message::Empty(_) => None,
    }
}

/// A `messageEmpty` for an id that was never there.
pub(super) fn missing(id: i32) -> Message {
    tl::types::MessageEmpty { id, peer_id: None }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::blank;
    use crate::sim::world::peer;

    fn history(ids: impl IntoIterator<Item = i32>) -> History {
        let mut history = History::default();
        for id in ids {
            history.insert(blank::message(id, peer(1), id * 10).into());
        }
        history
    }

    fn ids(history: &History, window: Window, knobs: &Knobs) -> Vec<i32> {
        history
            .slice(&window, knobs, |_| true)
            .messages
            .iter()
            .map(Message::id)
            .collect()
    }

    fn window(offset_id: i32, add_offset: i32, limit: i32) -> Window {
        Window {
            offset_id,
            add_offset,
            limit,
            ..Window::default()
        }
    }

    #[test]
    fn a_window_starts_below_its_offset_id_and_goes_to_older_messages() {
        let history = history(1..=10);
        let knobs = Knobs::default();
        assert_eq!(ids(&history, window(0, 0, 3), &knobs), [10, 9, 8]);
        assert_eq!(ids(&history, window(5, 0, 3), &knobs), [4, 3, 2]);
        assert_eq!(ids(&history, window(5, 1, 3), &knobs), [3, 2, 1]);
        assert_eq!(ids(&history, window(1, 0, 3), &knobs), Vec::<i32>::new());
    }

    #[test]
    fn a_negative_add_offset_reaches_newer_messages() {
        let history = history(1..=10);
        let knobs = Knobs::default();
        assert_eq!(ids(&history, window(1, -3, 3), &knobs), [3, 2, 1]);
        assert_eq!(ids(&history, window(4, -3, 3), &knobs), [6, 5, 4]);
    }

    #[test]
    fn a_window_past_the_newest_message_is_clipped_or_shifted() {
        let history = history(1..=10);
        let clipped = Knobs::default();
        let shifted = Knobs {
            top: Top::Shifted,
            ..Knobs::default()
        };
        assert_eq!(ids(&history, window(9, -4, 4), &clipped), [10, 9]);
        assert_eq!(ids(&history, window(9, -4, 4), &shifted), [10, 9, 8, 7]);
        assert_eq!(
            ids(&history, window(11, -4, 4), &clipped),
            Vec::<i32>::new()
        );
    }

    #[test]
    fn the_date_comparison_is_exclusive_or_inclusive() {
        let history = history(1..=5);
        let at = |offset_date| Window {
            offset_date,
            limit: 2,
            ..Window::default()
        };
        let inclusive = Knobs {
            inclusive_offset_date: true,
            ..Knobs::default()
        };
        assert_eq!(ids(&history, at(30), &Knobs::default()), [2, 1]);
        assert_eq!(ids(&history, at(30), &inclusive), [3, 2]);
    }

    #[test]
    fn a_deleted_message_is_skipped_empty_or_a_hole() {
        let mut history = history(1..=6);
        history.delete(5);
        let with = |deleted| Knobs {
            deleted,
            ..Knobs::default()
        };
        assert_eq!(
            ids(&history, window(0, 0, 3), &with(Deleted::Skipped)),
            [6, 4, 3]
        );
        assert_eq!(
            ids(&history, window(0, 0, 3), &with(Deleted::Empty)),
            [6, 5, 4]
        );
        assert_eq!(
            ids(&history, window(0, 0, 3), &with(Deleted::Holes)),
            [6, 4]
        );
        assert_eq!(ids(&history, window(6, 0, 1), &with(Deleted::Holes)), [4]);
    }

    #[test]
    fn a_deleted_message_leaves_its_hole_where_it_matched() {
        let mut history = history(1..=6);
        history.delete(5);
        let knobs = Knobs {
            deleted: Deleted::Empty,
            ..Knobs::default()
        };
        for (rest, expected) in [(0, &[6, 4][..]), (1, &[5, 3])] {
            let slice = history.slice(&window(0, 0, 2), &knobs, |message| {
                date_of(message).is_some() && message.id() % 2 == rest
            });
            let ids: Vec<i32> = slice.messages.iter().map(Message::id).collect();
            assert_eq!(ids, expected);
        }
    }

    #[test]
    fn a_page_of_all_messages_is_that_of_every_message_that_matches() {
        let mut packed = History::default();
        packed.load(
            (1..=12)
                .map(|id| Packed::new(&blank::message(id, peer(1), id * 10).into()))
                .collect(),
        );
        for id in [3, 12, 7] {
            assert!(packed.delete(id));
        }
        packed.edit(5, "changed", 99);
        assert_eq!(
            packed.ids().collect::<Vec<_>>(),
            [1, 2, 4, 5, 6, 8, 9, 10, 11]
        );
        let mut seen = 0;
        for seed in 0..40 {
            let knobs = Knobs::random(seed);
            for offset in 0..14 {
                for add_offset in -5..5 {
                    let asked = [
                        window(offset, add_offset, 4),
                        Window {
                            offset_date: offset * 10,
                            ..window(0, add_offset, 4)
                        },
                    ];
                    for window in asked {
                        let all = packed.slice_of_all(&window, &knobs);
                        let matching = packed.slice(&window, &knobs, |_| true);
                        assert_eq!(all.messages, matching.messages, "{window:?} {knobs:?}");
                        assert_eq!(all.count, matching.count);
                        seen += all.messages.len();
                    }
                }
            }
        }
        assert!(seen > 1_000);
    }
}

//! One chat's messages, and the window rules of `messages.getHistory` over them
//! (<https://core.telegram.org/api/offsets>).

use std::collections::BTreeMap;

use grammers_tl_types::{self as tl, enums::Message};

use super::knobs::{Deleted, Knobs, Top};

/// The most messages one request answers.
const MAX_LIMIT: usize = 100;

/// A chat's messages in the order of their ids. Deleted ones stay as `messageEmpty`.
#[derive(Debug, Default)]
pub struct History {
    messages: Vec<Message>,
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

    pub(super) fn insert(&mut self, message: Message) {
        self.last_id = self.last_id.max(message.id());
        match self.position(message.id()) {
            Ok(at) => {
                self.deleted.remove(&message.id());
                if let Some(slot) = self.messages.get_mut(at) {
                    *slot = message;
                }
            }
            Err(at) => self.messages.insert(at, message),
        }
    }

    /// Adds many messages in any order; answers how many repeated an id. Of those the last one stays.
    pub(super) fn load(&mut self, messages: Vec<Message>) -> usize {
        if self.messages.is_empty() {
            self.messages = messages;
        } else {
            self.messages.extend(messages);
        }
        let read = self.messages.len();
        self.messages.sort_by_key(Message::id);
        self.messages.dedup_by(|later, kept| {
            let repeated = later.id() == kept.id();
            if repeated {
                std::mem::swap(later, kept);
            }
            repeated
        });
        let newest = self.messages.last().map_or(0, Message::id);
        self.last_id = self.last_id.max(newest);
        read - self.messages.len()
    }

    pub(super) fn delete(&mut self, id: i32) -> bool {
        let Some(slot) = self.slot(id) else {
            return false;
        };
        let peer_id = match slot {
            Message::Message(message) => Some(message.peer_id.clone()),
            Message::Service(message) => Some(message.peer_id.clone()),
            Message::Empty(_) => return false,
        };
        let deleted = std::mem::replace(slot, tl::types::MessageEmpty { id, peer_id }.into());
        self.deleted.insert(id, deleted);
        true
    }

    pub(super) fn edit(&mut self, id: i32, text: &str, now: i32) -> bool {
        let Some(Message::Message(message)) = self.slot(id) else {
            return false;
        };
        text.clone_into(&mut message.message);
        message.entities = None;
        message.edit_date = Some(now);
        true
    }

    /// The messages that exist, oldest first.
    pub fn existing(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| !matches!(message, Message::Empty(_)))
    }

    /// The ids that exist, oldest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = i32> {
        self.existing().map(Message::id)
    }

    /// One message, if it exists or is known to have been deleted.
    pub fn get(&self, id: i32) -> Option<&Message> {
        self.position(id).ok().and_then(|at| self.messages.get(at))
    }

    /// The page that Telegram would answer for this window, over the messages that `matches`.
    pub(super) fn slice(
        &self,
        window: &Window,
        knobs: &Knobs,
        matches: impl Fn(&Message) -> bool,
    ) -> Slice {
        let visible: Vec<&Message> = self
            .messages
            .iter()
            .rev()
            .filter(|message| match message {
                Message::Empty(_) => {
                    let was = self.deleted.get(&message.id());
                    knobs.deleted != Deleted::Skipped && matches(was.unwrap_or(message))
                }
                _ => matches(message),
            })
            .collect();
        let limit = effective_limit(window.limit, knobs);
        let start = start_of(&visible, window, knobs);
        let end = start + isize::try_from(limit).unwrap_or(isize::MAX);
        let (start, end) = match knobs.top {
            Top::Shifted if start < 0 => (0, limit),
            _ => (to_index(start), to_index(end)),
        };
        let bounded = |message: &Message| {
            (window.max_id == 0 || message.id() < window.max_id)
                && (window.min_id == 0 || message.id() > window.min_id)
        };
        let mut rest = visible.iter().skip(start);
        let mut messages: Vec<Message> = Vec::new();
        // A page of nothing but holes does not exist: Telegram looks further until it has something to say.
        for (seen, message) in rest.by_ref().enumerate() {
            if seen >= end.saturating_sub(start)
                && (knobs.deleted != Deleted::Holes
                    || !messages.is_empty()
                    || limit == 0
                    || end <= start)
            {
                break;
            }
            let hole = knobs.deleted == Deleted::Holes && matches!(message, Message::Empty(_));
            if !hole && bounded(message) {
                messages.push((*message).clone());
            }
        }
        if knobs.short_pages {
            messages.truncate((messages.len() * 2).div_ceil(3));
        }
        Slice {
            messages,
            count: visible
                .iter()
                .filter(|message| !matches!(message, Message::Empty(_)))
                .count(),
        }
    }

    fn position(&self, id: i32) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&id, Message::id)
    }

    fn slot(&mut self, id: i32) -> Option<&mut Message> {
        let at = self.position(id).ok()?;
        self.messages.get_mut(at)
    }
}

/// Where the window starts, counted from the newest message; negative is above it.
fn start_of(newest_first: &[&Message], window: &Window, knobs: &Knobs) -> isize {
    let before_window = |message: &&Message| {
        if window.offset_id > 0 {
            message.id() >= window.offset_id
        } else if window.offset_date > 0 {
            match date_of(message) {
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
        newest_first
            .iter()
            .position(|message| date_of(message).is_some() && !before_window(message))
            .unwrap_or(newest_first.len())
    } else {
        newest_first.partition_point(before_window)
    };
    isize::try_from(skipped).unwrap_or(isize::MAX) + window.add_offset as isize
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
}

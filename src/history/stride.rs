//! How many messages to ask for at a time: fewer while an answer is in doubt, and soon as many as before.

use super::window::MAX_WINDOW;

/// The size of the next request.
#[derive(Debug, Clone)]
pub(super) struct Stride {
    limit: i32,
    /// Among how many messages ahead there is one that spoils its answer, as far as is known; 0 when there is
    /// no reason to think so.
    suspected: i32,
}

impl Default for Stride {
    fn default() -> Self {
        Self {
            limit: MAX_WINDOW,
            suspected: 0,
        }
    }
}

impl Stride {
    /// How many to ask for where `most` are of use.
    pub(super) fn limit(&self, most: i32) -> i32 {
        self.limit.min(most).max(1)
    }

    /// Whether the last answers could not be had, and nobody knows yet why.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.suspected > 0
    }

    /// So many were asked for and could not be had: one of them is to blame, the half of them may be free of it.
    pub(super) fn failed(&mut self, asked: i32) {
        self.suspected = asked;
        self.limit = (asked / 2).max(1);
    }

    /// So many were asked for and came. The message to blame is then among the rest of the suspects.
    pub(super) fn succeeded(&mut self, asked: i32) {
        self.suspected = (self.suspected - asked).max(0);
        self.limit = if self.is_in_doubt() {
            (self.suspected / 2).max(1)
        } else {
            (self.limit * 2).min(MAX_WINDOW)
        };
    }

    /// The message to blame was found and lies behind.
    pub(super) fn found(&mut self) {
        self.suspected = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes asked for until a message at this place, from 0, stands alone in its window.
    fn asked_for(place: i32) -> Vec<i32> {
        let mut stride = Stride::default();
        let (mut read, mut asked) = (0, Vec::new());
        loop {
            let limit = stride.limit(MAX_WINDOW);
            asked.push(limit);
            if read + limit <= place {
                stride.succeeded(limit);
                read += limit;
            } else if limit > 1 {
                stride.failed(limit);
            } else {
                assert_eq!(read, place);
                return asked;
            }
        }
    }

    #[test]
    fn one_message_is_found_among_a_hundred_in_as_many_steps_as_halvings() {
        assert_eq!(asked_for(0), [100, 50, 25, 12, 6, 3, 1]);
        assert_eq!(asked_for(70), [100, 50, 25, 12, 6, 3, 1, 1, 1]);
        for place in 0..100 {
            assert!(asked_for(place).len() <= 9, "{place}");
        }
    }

    #[test]
    fn after_one_was_found_the_steps_grow_again() {
        let mut stride = Stride::default();
        stride.failed(2);
        stride.found();
        let mut sizes = Vec::new();
        while stride.limit(MAX_WINDOW) < MAX_WINDOW {
            stride.succeeded(stride.limit(MAX_WINDOW));
            sizes.push(stride.limit(MAX_WINDOW));
        }
        assert_eq!(sizes, [2, 4, 8, 16, 32, 64, 100]);
    }

    #[test]
    fn a_page_that_needs_few_is_asked_for_few() {
        assert_eq!(Stride::default().limit(7), 7);
        assert_eq!(Stride::default().limit(0), 1);
    }
}

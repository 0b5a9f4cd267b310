//! What one step of a flow has passed, told in walking order.

use std::iter::Peekable;
use std::mem;
use std::vec::IntoIter;

use super::coverage::Tally;
use crate::history::{Batch, IdRange};

/// What a step has passed, told to the tally in walking order.
pub(super) struct Passed {
    present: Peekable<IntoIter<i32>>,
    unreadable: Peekable<IntoIter<IdRange>>,
    elsewhere: Option<i64>,
}

impl Passed {
    pub(super) fn take(batch: &mut Batch) -> Self {
        Self {
            present: mem::take(&mut batch.present).into_iter().peekable(),
            unreadable: mem::take(&mut batch.unreadable).into_iter().peekable(),
            elsewhere: batch.elsewhere(),
        }
    }

    /// Tells what was passed up to this message, it included.
    pub(super) fn up_to(&mut self, id: i32, tally: &mut Tally) {
        let is_by = |other: i32, tally: &Tally| tally.is_by(other, id);
        loop {
            let present = self.present.peek().copied().filter(|it| is_by(*it, tally));
            let unreadable = (self.unreadable.peek().copied())
                .filter(|ids| is_by(ids.from_id, tally) && is_by(ids.to_id, tally));
            if !self.tell(present, unreadable, tally) {
                return;
            }
        }
    }

    /// Tells the rest.
    pub(super) fn all(mut self, tally: &mut Tally) {
        loop {
            let (present, unreadable) = (
                self.present.peek().copied(),
                self.unreadable.peek().copied(),
            );
            if !self.tell(present, unreadable, tally) {
                return;
            }
        }
    }

    /// Tells the one of these that comes first; `false` when there is none.
    fn tell(
        &mut self,
        present: Option<i32>,
        unreadable: Option<IdRange>,
        tally: &mut Tally,
    ) -> bool {
        match (present, unreadable) {
            (None, None) => return false,
            (Some(id), ids) if ids.is_none_or(|ids| tally.is_by(id, ids.from_id)) => {
                self.present.next();
                if self.elsewhere.is_none() {
                    tally.meet(id);
                }
            }
            (_, Some(ids)) => {
                self.unreadable.next();
                tally.pass_by(self.elsewhere, ids);
            }
            (Some(_), None) => {
                self.present.next();
            }
        }
        true
    }
}

//! One walk down the chat list. Pure: windows in, decisions out.
//!
//! A chat that gets a message moves to the top, past a walk that is on its way down. So at the end the walk goes
//! another round, from the top to what was there when the round before began, until one window shows all that moved.

use serde::{Deserialize, Serialize};

use crate::telegram::{Dialog, DialogStart, Dialogs};

/// The most pinned chats that are remembered as listed; more are listed again.
const MOST_PINNED: usize = 100;

/// Where a walk stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct ChatWalk {
    start: DialogStart,
    /// The newest row when this round began.
    newest: Option<Mark>,
    /// What this round goes down to: the newest row when the round before began. The first round goes to the end.
    until: Option<Mark>,
    /// Which pinned chats were listed.
    pinned: Vec<i64>,
    /// Whether this round takes more than one window.
    is_long: bool,
}

/// A row as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    date: i32,
    chat_id: i64,
    top_message: i32,
}

impl Mark {
    fn of(row: &Dialog) -> Self {
        Self {
            date: row.offset.date,
            chat_id: row.chat.chat_id,
            top_message: row.offset.top_message,
        }
    }
}

impl ChatWalk {
    /// Where the next window is to be read.
    pub(super) fn start(&self) -> DialogStart {
        self.start
    }

    /// Notes that a window has come, before its rows are passed.
    pub(super) fn enter(&mut self, window: &Dialogs) {
        if self.start == DialogStart::Top && self.newest.is_none() {
            let marks = window.rows.iter().map(Mark::of);
            self.newest = marks.max_by_key(|mark| mark.date);
        }
    }

    /// Goes past a row of the window: whether it is to be listed.
    pub(super) fn pass(&mut self, row: &Dialog) -> bool {
        if row.pinned {
            return self.pass_pinned(row.chat.chat_id);
        }
        if row.offset.date == 0 {
            return true;
        }
        self.start = DialogStart::Below(row.offset);
        let mark = Mark::of(row);
        self.until
            .is_none_or(|until| mark.date >= until.date && mark != until)
    }

    /// A chat may be pinned at any time, and then stands at the top.
    fn pass_pinned(&mut self, chat_id: i64) -> bool {
        let is_new = !self.pinned.contains(&chat_id);
        if is_new && self.pinned.len() < MOST_PINNED {
            self.pinned.push(chat_id);
        }
        is_new
    }

    /// Where a walk stands that was left inside a window: it takes another one.
    pub(super) fn inside(&self) -> Self {
        Self {
            is_long: true,
            ..self.clone()
        }
    }

    /// Ends a window whose rows have all been passed. Whether the walk is at its end.
    pub(super) fn leave(&mut self, window: &Dialogs) -> bool {
        let dates = window.rows.iter().filter(|row| !row.pinned);
        let lowest = dates.map(|row| row.offset.date).rfind(|date| *date > 0);
        let is_through = self
            .until
            .is_some_and(|until| lowest.is_some_and(|lowest| lowest < until.date));
        if let Some(next) = window.next.filter(|_| !is_through) {
            self.start = next;
            // What moves stands below the pinned chats, however many windows those fill.
            self.is_long |= next != DialogStart::BelowPinned;
            return false;
        }
        let shows_all = !self.is_long;
        // Nothing had moved by the time this round began, so the round before has shown everything.
        let was_still = self.until.is_some() && self.newest == self.until;
        self.until = self.newest.take();
        self.start = DialogStart::Top;
        self.is_long = false;
        shows_all || was_still || self.until.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Chat, ChatKind};
    use crate::telegram::DialogOffset;
    use crate::telegram::peer::Peer;

    fn row(chat_id: i64, date: i32, pinned: bool) -> Dialog {
        Dialog {
            chat: Chat::new(chat_id, ChatKind::User, ""),
            offset: DialogOffset {
                date,
                top_message: date,
                peer: Peer {
                    chat_id,
                    access_hash: 0,
                },
            },
            unread_count: 0,
            pinned,
            archived: false,
        }
    }

    fn below(row: &Dialog) -> Option<DialogStart> {
        Some(DialogStart::Below(row.offset))
    }

    /// Goes through a window: which chats are listed, and whether that was the end.
    fn go(walk: &mut ChatWalk, rows: &[Dialog], next: Option<DialogStart>) -> (Vec<i64>, bool) {
        let window = Dialogs {
            rows: rows.to_vec(),
            next,
        };
        walk.enter(&window);
        let listed = window.rows.iter().filter(|row| walk.pass(row));
        let listed = listed.map(|row| row.chat.chat_id).collect();
        (listed, walk.leave(&window))
    }

    #[test]
    fn a_list_in_one_window_is_done_with_it() {
        let mut walk = ChatWalk::default();
        let rows = [row(9, 1, true), row(1, 50, false), row(2, 40, false)];
        assert_eq!(go(&mut walk, &rows, None), (vec![9, 1, 2], true));
        assert_eq!(go(&mut ChatWalk::default(), &[], None), (vec![], true));
    }

    #[test]
    fn what_moved_meanwhile_is_listed_again_and_nothing_else() {
        let mut walk = ChatWalk::default();
        let (one, two, three) = (row(1, 50, false), row(2, 40, false), row(3, 30, false));
        let pinned = row(9, 1, true);
        let top = [pinned.clone(), one.clone(), two.clone()];
        assert_eq!(go(&mut walk, &top, below(&two)), (vec![9, 1, 2], false));
        assert_eq!(walk.start(), DialogStart::Below(two.offset));
        assert_eq!(
            go(&mut walk, std::slice::from_ref(&three), None),
            (vec![3], false)
        );
        assert_eq!(walk.start(), DialogStart::Top);
        let moved = [pinned, row(4, 60, false), one, two.clone(), three];
        assert_eq!(go(&mut walk, &moved, below(&two)), (vec![4], true));
    }

    #[test]
    fn when_more_moved_than_a_window_shows_it_goes_another_round() {
        let mut walk = ChatWalk::default();
        let (one, two) = (row(1, 50, false), row(2, 40, false));
        go(&mut walk, std::slice::from_ref(&one), below(&one));
        go(&mut walk, &[two], None);
        let four = row(4, 60, false);
        assert_eq!(
            go(&mut walk, std::slice::from_ref(&four), below(&four)),
            (vec![4], false)
        );
        // While that was read, another one moved.
        let rest = [row(5, 55, false), one];
        assert_eq!(go(&mut walk, &rest, None), (vec![5], false));
        let top = [row(6, 70, false), four, row(5, 55, false)];
        assert_eq!(go(&mut walk, &top, below(&top[2])), (vec![6], true));
    }

    #[test]
    fn windows_of_one_row_come_to_an_end() {
        let mut walk = ChatWalk::default();
        let (one, two) = (row(1, 50, false), row(2, 40, false));
        let (first, second) = (std::slice::from_ref(&one), std::slice::from_ref(&two));
        assert_eq!(go(&mut walk, first, below(&one)), (vec![1], false));
        assert_eq!(go(&mut walk, second, None), (vec![2], false));
        assert_eq!(go(&mut walk, first, below(&one)), (vec![], false));
        assert_eq!(go(&mut walk, second, None), (vec![], true));
    }

    #[test]
    fn a_chat_that_was_pinned_meanwhile_is_listed() {
        let mut walk = ChatWalk::default();
        let one = row(1, 50, false);
        go(&mut walk, &[row(9, 1, true), one.clone()], below(&one));
        go(&mut walk, &[], None);
        let two = row(2, 40, false);
        let top = [row(9, 1, true), row(3, 30, true), one, two.clone()];
        assert_eq!(go(&mut walk, &top, below(&two)), (vec![3], true));
    }

    #[test]
    fn a_walk_that_is_left_inside_a_window_looks_again_at_its_end() {
        let mut walk = ChatWalk::default();
        let rows = [row(9, 1, true), row(1, 50, false), row(2, 40, false)];
        let window = Dialogs {
            rows: rows.to_vec(),
            next: None,
        };
        walk.enter(&window);
        assert!(walk.pass(&rows[0]));
        let mut inside = walk.inside();
        assert_eq!(inside.start(), DialogStart::Top);
        assert_eq!(go(&mut inside, &rows, None), (vec![1, 2], false));
        assert_eq!(go(&mut inside, &rows, None), (vec![], true));
        walk.pass(&rows[1]);
        let inside = walk.inside();
        assert_eq!(inside.start(), DialogStart::Below(rows[1].offset));
    }
}

//! Several windows at once: while the limiter has tokens to spare, a whole history is asked for at the places where
//! the walk is going to stand. What comes back is taken in walking order, as if it had been asked for one by one.
//!
//! A guess may come to nothing, so guesses are paid for: of ten requests that a walk has made good use of, one may
//! be for nothing.

use std::collections::VecDeque;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use super::cursor::Cursor;
use super::isolate::Windows;
use super::step::{Step, seen};
use super::window::{Direction, MAX_WINDOW, Walk};
use crate::error::Error;
use crate::telegram::peer::PeerKind;
use crate::telegram::{Answer, Source};

/// The most windows that are under way at once.
const MOST: usize = 8;
/// How many windows tell how far the next ones will reach.
const REMEMBERED: usize = 16;
/// What a request costs, where each message that is looked at earns one: the thousand messages of ten full windows
/// earn the request that may be for nothing.
const REQUEST: i64 = 1_000;
/// What a message earns that came with several windows at once, each of which was paid for: its part of a window, and
/// what it earns anyway.
const MESSAGE: i64 = REQUEST / MAX_WINDOW as i64 + 1;

/// What a walk has learnt about the windows that it can ask for ahead of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// How many ids the last windows went over, each.
    reaches: VecDeque<i32>,
    /// What may be spent on windows that come to nothing.
    credit: i64,
}

impl Ahead {
    /// The places for which windows may be asked now, the first of them where the walk stands: at most as many as
    /// the limiter has requests to spare, and as may come to nothing but the first.
    fn places(&self, walk: &Walk, spare: usize) -> Vec<Walk> {
        let paid = usize::try_from(self.credit / REQUEST).unwrap_or(0);
        let most = MOST.min(spare).min(paid + 1);
        let (Some(begin), Some(width)) = (walk.position, self.reaches.iter().min()) else {
            return Vec::new();
        };
        let place = |number: i32| match walk.direction {
            Direction::Desc => begin.checked_sub(width.checked_mul(number)?),
            Direction::Asc => begin.checked_add(width.checked_mul(number)?),
        };
        (0..)
            .map_while(place)
            .map(|position| Walk {
                position: Some(position),
                ..walk.clone()
            })
            .take_while(Walk::may_go_on)
            .take(most)
            .collect()
    }

    /// A window went from one place to another, and further if there had been more.
    fn reached(&mut self, from: &Walk, to: &Walk) {
        let (Some(from), Some(to)) = (from.position, to.position) else {
            return;
        };
        if self.reaches.len() >= REMEMBERED {
            self.reaches.pop_front();
        }
        self.reaches.push_back((to - from).abs().max(1));
    }

    /// So many messages were looked at by one request after the other.
    fn earn(&mut self, fetched: u32) {
        self.credit += i64::from(fetched);
    }

    /// So many messages were looked at by requests that are paid for.
    fn earn_back(&mut self, fetched: u32) {
        self.credit += MESSAGE * i64::from(fetched);
    }

    fn pay(&mut self, requests: usize) {
        self.credit -= REQUEST * i64::try_from(requests).unwrap_or(i64::MAX / REQUEST);
    }
}

/// Whether ids say how far a window will reach: a channel numbers its own messages, and all of them are read.
fn can_look_ahead(cursor: &Cursor) -> bool {
    let walk = &cursor.walk;
    let knows_its_end = walk.direction == Direction::Desc || walk.bound.is_some();
    matches!(PeerKind::of(cursor.place().chat_id), PeerKind::Channel(_))
        && cursor.source == Source::History
        && cursor.filter.part.is_none()
        && knows_its_end
}

/// What was asked for before the walk came there, in walking order.
#[derive(Default)]
pub(super) struct Guesses<'a> {
    places: VecDeque<Place>,
    /// Answers that were waited for, of the first places.
    settled: VecDeque<Outcome>,
    /// Those that are under way, of the others.
    asked: FuturesOrdered<BoxFuture<'a, Outcome>>,
    /// Whether this chat can be looked ahead in at all.
    are_possible: bool,
    /// Whether they were more than the one window that a step asks for.
    are_paid: bool,
}

/// Where the walk was thought to come, and how many messages were asked for there.
struct Place {
    at: Walk,
    limit: i32,
}

type Outcome = Result<Result<Answer, Error>, Error>;

impl Guesses<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The next answer that has something for this walk, with where it was asked for and for how many; none where the
    /// walk has to go a step by itself first. What could not be read is no answer: a step finds out why.
    async fn next(&mut self, walk: &Walk) -> Result<Option<(Walk, Answer, i32)>, Error> {
        let is_reached = |place: &Place| walk.has_reached(&place.at);
        while self.places.front().is_some_and(is_reached)
            && let Some(Place { at, limit }) = self.places.pop_front()
        {
            let outcome = match self.settled.pop_front() {
                Some(outcome) => Some(outcome),
                None => self.asked.next().await,
            };
            let answer = outcome.transpose()?.and_then(Result::ok);
            let gains = |answer: &Answer| !walk.ahead(&seen(answer)).is_empty();
            if let Some(answer) = answer.filter(gains) {
                return Ok(Some((at, answer, limit)));
            }
        }
        Ok(None)
    }

    /// Does something else, and keeps what is under way going: nothing may wait for what stands still.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                Some(outcome) = self.asked.next() => self.settled.push_back(outcome),
            }
        }
    }
}

impl<'a> Windows<'a> {
    /// Asks for several windows at once, if that can be of use and nothing stands in the way.
    pub(super) fn look_ahead(&self, cursor: &Cursor, ahead: &mut Option<Ahead>) -> Guesses<'a> {
        let (Some(ahead), true) = (ahead, can_look_ahead(cursor)) else {
            return Guesses::default();
        };
        let places = ahead.places(&cursor.walk, self.spare());
        let mut guesses = Guesses {
            are_possible: true,
            are_paid: places.len() > 1,
            ..Guesses::default()
        };
        if !guesses.are_paid {
            return guesses;
        }
        ahead.pay(places.len());
        for at in places {
            let window = at.request(MAX_WINDOW);
            let limit = window.limit;
            guesses.places.push_back(Place { at, limit });
            guesses.asked.push_back(Box::pin(self.ask(window)));
        }
        guesses
    }

    /// Goes one step, by an answer that is there already where one fits.
    pub(super) async fn step_with(
        &mut self,
        guesses: &mut Guesses<'_>,
        walk: &Walk,
        most: i32,
        ahead: &mut Option<Ahead>,
    ) -> Result<Step, Error> {
        let found = guesses.next(walk).await?;
        let was_guessed = found.is_some();
        let (from, step) = match found {
            Some((at, answer, limit)) => {
                let take = self.take(walk.clone(), answer, limit);
                (at, guesses.beside(take).await?)
            }
            None => (walk.clone(), guesses.beside(self.step(walk, most)).await?),
        };
        let Some(ahead) = ahead else {
            return Ok(step);
        };
        if guesses.are_paid {
            ahead.pay(usize::from(!was_guessed));
            ahead.earn_back(step.taken.fetched);
        } else {
            ahead.earn(step.taken.fetched);
        }
        let is_whole = !self.stride.is_in_doubt() && self.unreadable.is_empty();
        if guesses.are_possible && is_whole && !step.ended {
            ahead.reached(&from, &step.walk);
        }
        Ok(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::window::DateRange;

    fn walk(direction: Direction, position: i32) -> Walk {
        Walk {
            position: Some(position),
            bound: Some(2_000),
            ..Walk::new(direction, DateRange::default())
        }
    }

    fn places(ahead: &Ahead, walk: &Walk, spare: usize) -> Vec<i32> {
        let places = ahead.places(walk, spare).into_iter();
        places.filter_map(|place| place.position).collect()
    }

    /// A walk that has made so many windows of a hundred messages, one after the other.
    fn after(windows: i32) -> Ahead {
        let mut ahead = Ahead::default();
        for number in 0..windows {
            let from = walk(Direction::Asc, number * 100 + 1);
            ahead.reached(&from, &from.after(number * 100 + 100));
            ahead.earn(100);
        }
        ahead
    }

    #[test]
    fn windows_stand_where_those_before_them_end() {
        let ahead = after(30);
        let up = walk(Direction::Asc, 501);
        assert_eq!(places(&ahead, &up, 9), [501, 601, 701, 801]);
        let down = walk(Direction::Desc, 1_500);
        assert_eq!(places(&ahead, &down, 9), [1_500, 1_400, 1_300, 1_200]);
    }

    #[test]
    fn no_more_are_asked_for_than_are_to_spare_or_than_there_can_be() {
        let ahead = after(500);
        assert_eq!(places(&ahead, &walk(Direction::Asc, 1), 99).len(), MOST);
        assert_eq!(places(&ahead, &walk(Direction::Asc, 1), 3).len(), 3);
        assert!(places(&ahead, &walk(Direction::Asc, 1), 0).is_empty());
        assert_eq!(
            places(&ahead, &walk(Direction::Asc, 1_850), 9),
            [1_850, 1_950]
        );
        assert_eq!(places(&ahead, &walk(Direction::Desc, 201), 9), [201, 101]);
        assert!(places(&Ahead::default(), &walk(Direction::Desc, 201), 9).is_empty());
    }

    #[test]
    fn the_shortest_of_the_last_windows_says_how_wide_the_next_ones_are() {
        let mut ahead = after(100);
        let from = walk(Direction::Desc, 1_000);
        ahead.reached(&from, &from.after(920));
        for number in 0..REMEMBERED {
            assert_eq!(places(&ahead, &from, 2), [1_000, 920], "{number}");
            ahead.reached(&from, &from.after(850));
        }
        assert_eq!(places(&ahead, &from, 2), [1_000, 850]);
    }

    #[test]
    fn one_request_in_eleven_may_be_for_nothing_whatever_comes_of_it() {
        let (mut ahead, mut requests, mut messages) = (Ahead::default(), 0, 0);
        let from = walk(Direction::Desc, 1_000_000);
        ahead.reached(&from, &from.after(999_900));
        for round in 0..2_000 {
            let count = ahead.places(&from, 99).len().max(1);
            requests += count;
            // All but the first come to nothing, in the worst case.
            let used = if round % 7 == 0 { count } else { 1 };
            messages += 100 * used;
            if count == 1 {
                ahead.earn(100);
            } else {
                ahead.pay(count);
                ahead.earn_back(100 * u32::try_from(used).unwrap());
            }
            assert!(requests * 1_000 <= messages * 11, "round {round}");
        }
    }
}

//! One step of a walk: a window, and what it takes to be sure of it.

use futures_util::join;

use super::isolate::Windows;
use super::unreadable::IdRange;
use super::window::{Direction, MAX_WINDOW, Next, Seen, Taken, Walk};
use crate::error::Error;
use crate::telegram::Answer;

/// `to` counts as past when it is longer ago than clocks can disagree: nothing new can appear before it then.
const CLOCK_DISAGREEMENT_SECONDS: i64 = 24 * 3600;
/// How often a range of ids is doubled while nothing at its top can be read.
const PATIENCE: u32 = 10;

/// What a step came to.
pub(super) struct Step {
    /// Where the walk stands now.
    pub(super) walk: Walk,
    /// `None` when there was nothing but what cannot be read.
    pub(super) answer: Option<Answer>,
    /// What was taken from the answer.
    pub(super) taken: Taken,
    /// Whether the walk is at its end.
    pub(super) ended: bool,
}

impl Windows<'_> {
    /// Reads on from where the walk stands, about `most` messages.
    pub(super) async fn step(&mut self, walk: &Walk, most: i32) -> Result<Step, Error> {
        self.unreadable.clear();
        match walk.direction {
            Direction::Desc => self.step_down(walk.clone(), most).await,
            Direction::Asc => self.step_up(walk.clone(), most).await,
        }
    }

    async fn step_down(&mut self, mut walk: Walk, most: i32) -> Result<Step, Error> {
        let part = self.older(walk.request(1), most, walk.floor()).await?;
        self.unreadable.extend(part.unreadable);
        let all = part.answer.as_ref().map(seen).unwrap_or_default();
        let taken = walk.take(&all, part.limit);
        Ok(Step {
            walk,
            answer: part.answer,
            ended: taken.next == Next::End,
            taken,
        })
    }

    /// Takes the answer to a window that was asked for where the walk stands, or behind that.
    pub(super) async fn take(
        &mut self,
        mut walk: Walk,
        answer: Answer,
        limit: i32,
    ) -> Result<Step, Error> {
        self.unreadable.clear();
        match walk.direction {
            Direction::Desc => {
                let taken = walk.take(&seen(&answer), limit);
                Ok(Step {
                    walk,
                    answer: Some(answer),
                    ended: taken.next == Next::End,
                    taken,
                })
            }
            Direction::Asc => self.take_up(walk, answer, limit).await,
        }
    }

    async fn step_up(&mut self, mut before: Walk, most: i32) -> Result<Step, Error> {
        let first = if needs_bound(&before) {
            self.begin(&mut before, most).await?
        } else {
            None
        };
        let outcome = match first {
            Some(first) => Ok(first),
            None => self.some(|limit| before.request(limit), most).await?,
        };
        match outcome {
            Ok((answer, limit)) => self.take_up(before, answer, limit).await,
            Err(_) => self.go_beyond(before).await,
        }
    }

    async fn take_up(
        &mut self,
        before: Walk,
        mut answer: Answer,
        limit: i32,
    ) -> Result<Step, Error> {
        let mut walk = before.clone();
        let mut taken = walk.take(&seen(&answer), limit);
        let ended = match taken.next {
            Next::Continue => false,
            Next::End => true,
            Next::Thin { end } => {
                self.thicken(&before, i32::MAX, &mut answer).await?;
                taken = before.pick(&seen(&answer), i32::MAX);
                end
            }
            Next::Unclear => return self.go_beyond(before).await,
        };
        Ok(Step {
            walk,
            answer: Some(answer),
            taken,
            ended,
        })
    }

    /// The first window, if it can be had as it is, and the bound of the walk, which is asked for right behind
    /// it, on the same connection.
    async fn begin(&mut self, walk: &mut Walk, most: i32) -> Result<Option<(Answer, i32)>, Error> {
        let request = walk.request(self.stride.limit(most));
        let top = Walk::below(0, 1);
        let (first, newest) = join!(self.ask(request), self.ask(top));
        let (first, newest) = (first?.ok(), newest?.ok());
        // What was lost may have been lost by the other's fault.
        let bound = match newest {
            Some(newest) => newest.newest(),
            None => self.first(top, 1).await?.newest(),
        };
        let bound = bound.max(first.as_ref().map_or(0, Answer::newest));
        walk.bound = Some(bound.min(walk.ids.max.unwrap_or(i32::MAX)));
        if first.is_some() {
            self.stride.succeeded(request.limit);
        } else {
            self.stride.failed(request.limit);
        }
        Ok(first.map(|first| (first, request.limit)))
    }

    /// Goes on where the next window shows nothing although something may lie ahead, or where not even its
    /// first message can be had.
    async fn go_beyond(&mut self, mut before: Walk) -> Result<Step, Error> {
        let floor = before.position.unwrap_or(1);
        let newest = self.first(before.newest(), floor).await?;
        let all = newest.answer.as_ref().map(seen).unwrap_or_default();
        if before.settle(&all) {
            let unreadable = newest.unreadable.filter(|range| range.to_id >= floor);
            self.unreadable.extend(
                unreadable.map(|range| IdRange::new(range.from_id.max(floor), range.to_id)),
            );
            let taken = before.pick(&[], i32::MAX);
            return Ok(Step {
                walk: before,
                answer: newest.answer,
                taken,
                ended: true,
            });
        }
        if let Some(window) = before.behind() {
            let behind = self.first(window, 1).await?.answer;
            let behind = behind.as_ref().map_or(0, Answer::newest);
            before.position = Some(behind.saturating_add(1));
        }
        let top = newest.answer.as_ref().map_or(0, Answer::newest);
        self.step_over(before, top).await
    }

    /// Walks to newer messages by id ranges, up to a message that can be read. Ranges that show nothing grow;
    /// one that holds more than an answer can is entered by its first hundred ids.
    async fn step_over(&mut self, before: Walk, top: i32) -> Result<Step, Error> {
        let doubt = Some(self.stride.clone()).filter(|stride| stride.is_in_doubt());
        let mut width = if doubt.is_some() { 2 } else { MAX_WINDOW };
        let mut unanswered = 0;
        let mut walk = before.clone();
        loop {
            let from = walk.position.unwrap_or(1);
            walk.position = Some(from);
            let last = from.saturating_add(width - 1).min(top);
            let window = |limit| Walk::up_to(last, limit);
            let (mut answer, limit) = match self.some(window, width.min(MAX_WINDOW)).await? {
                Ok(found) => found,
                Err(error) if last >= top || unanswered >= PATIENCE => return Err(error),
                Err(_) => {
                    unanswered += 1;
                    width = width.saturating_mul(2);
                    continue;
                }
            };
            let inside = walk.pick(&seen(&answer), last);
            if inside.fetched == 0 && last < top {
                walk.position = Some(last.saturating_add(1));
                width = width.saturating_mul(2);
                continue;
            }
            let is_full = inside.fetched >= limit.cast_unsigned();
            if is_full && width > MAX_WINDOW && unanswered == 0 {
                width = MAX_WINDOW;
                continue;
            }
            if let Some(doubt) = doubt {
                self.stride = doubt;
            }
            self.thicken(&walk, last, &mut answer).await?;
            let taken = before.pick(&seen(&answer), last);
            walk.position = Some(last.saturating_add(1));
            return Ok(Step {
                ended: before.bound.is_some_and(|bound| last >= bound),
                walk,
                answer: Some(answer),
                taken,
            });
        }
    }

    /// Adds what hides between the walk's position and the lowest message of a thin answer, all up to `last`.
    async fn thicken(&mut self, walk: &Walk, last: i32, answer: &mut Answer) -> Result<(), Error> {
        let floor = walk.position.unwrap_or(1);
        let first = |answer: &Answer| walk.ahead(&seen(answer)).first().map(|seen| seen.id);
        let Some(mut lowest) = first(answer).filter(|first| *first <= last) else {
            return Ok(());
        };
        while !walk.is_whole_below(lowest, &seen(answer)) {
            // What spoiled an answer may stand right behind the walk: then no more is asked for than there can be.
            let most = if self.stride.is_in_doubt() {
                lowest.saturating_sub(floor)
            } else {
                MAX_WINDOW
            };
            let part = self.older(Walk::below(lowest, 1), most, floor).await?;
            if let Some(more) = part.answer {
                answer.join(more);
            }
            self.unreadable.extend(part.unreadable);
            let passed = part.unreadable.map(|range| range.from_id);
            match first(answer).into_iter().chain(passed).min() {
                Some(reached) if reached < lowest => lowest = reached,
                _ => break,
            }
        }
        Ok(())
    }
}

/// A first page to newer messages must know which message is the newest, unless its dates end in the past and
/// nothing else does.
fn needs_bound(walk: &Walk) -> bool {
    let now = jiff::Timestamp::now().as_second();
    let ends_in_the_past = walk
        .dates
        .to
        .is_some_and(|to| to < now - CLOCK_DISAGREEMENT_SECONDS);
    walk.bound.is_none() && (!ends_in_the_past || walk.ids.max.is_some())
}

/// An answer as the walk sees it.
pub(super) fn seen(answer: &Answer) -> Vec<Seen> {
    answer.sent().map(|(id, date)| Seen { id, date }).collect()
}

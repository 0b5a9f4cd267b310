//! The loop that reads: asks window after window until the page is full, the walk ends, or the call must.

use super::window::{DateRange, MAX_WINDOW, Next, Seen, Taken, Walk};
use super::{Account, Direction, Plan};
use crate::error::Error;
use crate::model::{Chat, Message};
use crate::telegram::peer::Peer;
use crate::telegram::{Answer, Call, Window};

/// `to` counts as past when it is longer ago than clocks can disagree: nothing new can appear before it then.
const CLOCK_DISAGREEMENT_SECONDS: i64 = 24 * 3600;

/// What a page was read from.
pub(super) struct Reading {
    pub(super) chat: Option<Chat>,
    /// The messages in walking order, each with how many had been looked at by then.
    pub(super) messages: Vec<(Message, u32)>,
    /// Where the walk stands now.
    pub(super) walk: Walk,
    pub(super) fetched: u32,
    /// How many characters the records take as JSON.
    weight: usize,
    pub(super) total: Option<u32>,
    /// Whether the walk is at its end.
    pub(super) ended: bool,
    /// What stopped it, if anything did.
    pub(super) stopped: Option<Error>,
}

impl Account {
    /// Reads up to a page's worth. What was read before something stopped it is kept.
    pub(super) async fn read(&self, plan: &Plan, call: &Call) -> Reading {
        let mut reading = Reading {
            chat: None,
            messages: Vec::new(),
            walk: plan.cursor.walk.clone(),
            fetched: 0,
            weight: 0,
            total: None,
            ended: false,
            stopped: None,
        };
        let outcome = self.fill(plan, &mut reading, call).await;
        if let Err(error) = outcome {
            reading.stopped = Some(error);
        }
        if reading.chat.is_none() && reading.stopped.is_none() {
            match self.client.chat(plan.peer, call).await {
                Ok(chat) => reading.chat = Some(chat),
                Err(error) => reading.stopped = Some(error),
            }
        }
        reading
    }

    async fn fill(&self, plan: &Plan, reading: &mut Reading, call: &Call) -> Result<(), Error> {
        let wanted = plan.cursor.page_size as usize;
        let allowed = wanted.div_ceil(MAX_WINDOW as usize);
        let mut largest = MAX_WINDOW;
        let mut asked = 0;
        while !reading.ended && reading.messages.len() < wanted {
            // A page that is nearly full is not worth another request.
            if asked >= allowed && reading.messages.len() * 2 >= wanted {
                break;
            }
            let missing = i32::try_from(wanted - reading.messages.len()).unwrap_or(MAX_WINDOW);
            let limit = missing.min(largest);
            match self.step(plan, reading, limit, call).await {
                // An answer that is too large for the connection breaks it: ask for less at a time.
                Err(Error::ConnectionLost { .. }) if limit > 1 => largest = limit / 2,
                other => other?,
            }
            asked += 1;
            call.progress
                .say(format!("{} messages read", reading.messages.len()))
                .await;
            // What does not fit the reply would be read again for the next page.
            if reading.weight >= plan.room {
                break;
            }
        }
        reading.keep(wanted);
        Ok(())
    }

    /// One window, and what it takes to be sure of it.
    async fn step(
        &self,
        plan: &Plan,
        reading: &mut Reading,
        limit: i32,
        call: &Call,
    ) -> Result<(), Error> {
        let before = reading.walk.clone();
        let request = before.request(limit);
        let mut answer = if needs_bound(&before) {
            let newest = Walk::below(0, 1);
            // The bound is asked for right behind the window, on the same connection.
            let (answer, newest) = futures_util::try_join!(
                self.window(plan.peer, request, call),
                self.window(plan.peer, newest, call)
            )?;
            reading.walk.bound = Some(newest.newest().max(answer.newest()));
            answer
        } else {
            self.window(plan.peer, request, call).await?
        };
        let before = Walk {
            bound: reading.walk.bound,
            ..before
        };
        let mut walk = before.clone();
        let mut taken = walk.take(&seen(&answer), request.limit);
        match taken.next {
            Next::Continue => {}
            Next::End => reading.ended = true,
            Next::Thin { end } => {
                self.thicken(plan.peer, &before, i32::MAX, &mut answer, call)
                    .await?;
                taken = before.pick(&seen(&answer), i32::MAX);
                reading.ended = end;
            }
            Next::Unclear => {
                let newest = self.window(plan.peer, before.newest(), call).await?;
                if before.settle(&seen(&newest)) {
                    reading.ended = true;
                } else {
                    answer = self.step_over(plan.peer, &before, &mut walk, call).await?;
                    taken = before.pick(&seen(&answer), walk.position.unwrap_or(i32::MAX));
                    reading.ended = walk.is_past_bound();
                }
            }
        }
        let chat = match answer.chat(plan.peer) {
            Some(chat) => chat,
            None => match reading.chat.take() {
                Some(chat) => chat,
                None => self.client.chat(plan.peer, call).await?,
            },
        };
        reading.walk = walk;
        reading.add(chat, answer, &taken);
        Ok(())
    }

    /// Adds what hides between the walk's position and the lowest message of a thin answer, all below `top`.
    async fn thicken(
        &self,
        peer: Peer,
        walk: &Walk,
        top: i32,
        answer: &mut Answer,
        call: &Call,
    ) -> Result<(), Error> {
        let mut lowest = top;
        loop {
            let all = seen(answer);
            let Some(first) = walk
                .ahead(&all)
                .first()
                .copied()
                .filter(|first| first.id < lowest)
            else {
                return Ok(());
            };
            lowest = first.id;
            if walk.is_whole_below(lowest, &all) {
                return Ok(());
            }
            answer.join(
                self.window(peer, Walk::below(lowest, MAX_WINDOW), call)
                    .await?,
            );
        }
    }

    /// Walks to newer messages by id ranges, for a chat whose windows show nothing although something lies
    /// ahead. Empty ranges grow; one that holds more than an answer can is entered by its first hundred ids.
    async fn step_over(
        &self,
        peer: Peer,
        before: &Walk,
        walk: &mut Walk,
        call: &Call,
    ) -> Result<Answer, Error> {
        let mut width = MAX_WINDOW;
        walk.position = Some(before.position.unwrap_or(1));
        while let Some(from) = walk.position {
            let top = from.saturating_add(width);
            let mut answer = self
                .window(peer, Walk::below(top, MAX_WINDOW), call)
                .await?;
            let inside = walk.pick(&seen(&answer), top);
            if inside.fetched >= MAX_WINDOW.cast_unsigned() && width > MAX_WINDOW {
                width = MAX_WINDOW;
                continue;
            }
            if inside.fetched > 0 {
                self.thicken(peer, walk, top, &mut answer, call).await?;
            }
            walk.position = Some(top);
            if inside.fetched > 0 || walk.is_past_bound() {
                return Ok(answer);
            }
            width = width.saturating_mul(2);
        }
        Err(Error::Internal {
            what: "a walk without a position".to_owned(),
        })
    }

    async fn window(&self, peer: Peer, window: Window, call: &Call) -> Result<Answer, Error> {
        self.client.history(peer, window, call).await
    }
}

/// A first page to newer messages must know which message is the newest, unless its dates end in the past.
fn needs_bound(walk: &Walk) -> bool {
    let now = jiff::Timestamp::now().as_second();
    let ends_in_the_past = walk
        .dates
        .to
        .is_some_and(|to| to < now - CLOCK_DISAGREEMENT_SECONDS);
    walk.direction == Direction::Asc && walk.bound.is_none() && !ends_in_the_past
}

/// An answer as the walk sees it.
fn seen(answer: &Answer) -> Vec<Seen> {
    answer.sent().map(|(id, date)| Seen { id, date }).collect()
}

impl Reading {
    /// Converts what was taken from an answer, in walking order.
    fn add(&mut self, chat: Chat, answer: Answer, taken: &Taken) {
        let before = self.fetched;
        self.fetched += taken.fetched;
        if self.walk.dates == DateRange::default() {
            self.total = answer
                .count
                .and_then(|count| u32::try_from(count).ok())
                .or(self.total);
        }
        let records = answer.records(&chat);
        let converted = taken.matching.iter().filter_map(|matching| {
            let message = records.get(matching.id)?;
            Some((message, before + matching.looked_at))
        });
        for (message, fetched) in converted {
            self.weight += serde_json::to_string(&message).map_or(0, |json| json.chars().count());
            self.messages.push((message, fetched));
        }
        self.chat = Some(chat);
    }

    /// Gives back what does not belong on a page of this size: filling up a thin answer brings more than was
    /// asked for. The walk then stands behind the last message that is kept.
    fn keep(&mut self, wanted: usize) {
        let Some((last, looked_at)) = self.messages.get(wanted.saturating_sub(1)) else {
            return;
        };
        if self.messages.len() > wanted {
            self.walk = self.walk.after(last.id);
            self.fetched = *looked_at;
            self.ended = false;
            self.messages.truncate(wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i32) -> Message {
        let record = serde_json::json!({
            "id": id, "chat_id": -77, "date": "2026-05-01T09:30:00Z", "type": "message", "text": "", "link": ""
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn a_page_is_no_longer_than_asked_and_the_walk_stands_behind_its_last_message() {
        let reading = |wanted| {
            let mut reading = Reading {
                chat: None,
                messages: (1..=5)
                    .map(|number| (message(number * 10), number as u32))
                    .collect(),
                walk: Walk::new(Direction::Asc, DateRange::default()).after(60),
                fetched: 9,
                total: None,
                weight: 0,
                ended: true,
                stopped: None,
            };
            reading.keep(wanted);
            (
                reading.messages.len(),
                reading.walk.position,
                reading.fetched,
                reading.ended,
            )
        };
        assert_eq!(reading(2), (2, Some(21), 2, false));
        assert_eq!(reading(5), (5, Some(61), 9, true));
        assert_eq!(reading(6), (5, Some(61), 9, true));
    }
}

//! The loop that reads: takes step after step until the page is full, the walk ends, or the call must.

use super::isolate::Windows;
use super::step::Step;
use super::unreadable::{self, IdRange, MOST_RANGES};
use super::window::{DateRange, MAX_WINDOW, Taken, Walk};
use super::{Account, Plan};
use crate::error::Error;
use crate::model::{Chat, Message};
use crate::telegram::{Answer, Call};

/// What a page was read from.
pub(super) struct Reading {
    pub(super) chat: Option<Chat>,
    /// The messages in walking order, each with how many had been looked at by then.
    pub(super) messages: Vec<(Message, u32)>,
    /// What was passed by without being read, in walking order.
    pub(super) unreadable: Vec<IdRange>,
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
            unreadable: Vec::new(),
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
        let mut windows = Windows::new(&self.client, &self.alone, plan.peer, call);
        let mut asked = 0;
        while !reading.ended && reading.messages.len() < wanted {
            // A page that is nearly full is not worth another request.
            if asked >= allowed && reading.messages.len() * 2 >= wanted {
                break;
            }
            if reading.unreadable.len() >= MOST_RANGES {
                break;
            }
            let missing = i32::try_from(wanted - reading.messages.len()).unwrap_or(MAX_WINDOW);
            let step = windows.step(&reading.walk, missing).await?;
            let chat = match step
                .answer
                .as_ref()
                .and_then(|answer| answer.chat(plan.peer))
            {
                Some(chat) => chat,
                None => match reading.chat.take() {
                    Some(chat) => chat,
                    None => self.client.chat(plan.peer, call).await?,
                },
            };
            reading.unreadable.append(&mut windows.unreadable);
            reading.add(chat, step);
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
}

impl Reading {
    /// Goes where a step has gone.
    fn add(&mut self, chat: Chat, step: Step) {
        unreadable::in_order(&mut self.unreadable, step.walk.direction);
        self.walk = step.walk;
        self.ended = step.ended;
        if let Some(answer) = step.answer {
            self.convert(&chat, &answer, &step.taken);
        }
        self.chat = Some(chat);
    }

    /// Converts what was taken from an answer, in walking order.
    fn convert(&mut self, chat: &Chat, answer: &Answer, taken: &Taken) {
        let before = self.fetched;
        self.fetched += taken.fetched;
        if self.walk.dates == DateRange::default() {
            self.total = answer
                .count
                .and_then(|count| u32::try_from(count).ok())
                .or(self.total);
        }
        let records = answer.records(chat);
        let converted = taken.matching.iter().filter_map(|matching| {
            let message = records.get(matching.id)?;
            Some((message, before + matching.looked_at))
        });
        for (message, fetched) in converted {
            self.weight += serde_json::to_string(&message).map_or(0, |json| json.chars().count());
            self.messages.push((message, fetched));
        }
    }

    /// Gives back what does not belong on a page of this size: filling up a thin answer brings more than was
    /// asked for. The walk then stands behind the last message that is kept.
    fn keep(&mut self, wanted: usize) {
        if self.messages.len() > wanted
            && let Some((last, looked_at)) = self.messages.get(wanted.saturating_sub(1))
        {
            self.walk = self.walk.after(last.id);
            self.fetched = *looked_at;
            self.ended = false;
            self.messages.truncate(wanted);
            self.unreadable = unreadable::passed(&self.unreadable, &self.walk);
        }
        if let Some(next) = self.unreadable.get(MOST_RANGES) {
            self.walk = self.walk.before(next.from_id, next.to_id);
            self.ended = false;
            self.unreadable.truncate(MOST_RANGES);
            self.messages
                .retain(|(message, _)| self.walk.has_passed(message.id, message.id));
            self.fetched = self.messages.last().map_or(0, |(_, looked_at)| *looked_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Direction;

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
                unreadable: vec![IdRange::new(15, 17), IdRange::new(55, 55)],
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
                reading.unreadable.len(),
            )
        };
        assert_eq!(reading(2), (2, Some(21), 2, false, 1));
        assert_eq!(reading(5), (5, Some(61), 9, true, 2));
        assert_eq!(reading(6), (5, Some(61), 9, true, 2));
    }
}

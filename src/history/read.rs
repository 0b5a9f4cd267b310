//! The loop that reads: takes step after step until the page is full, the walk ends, or the call must.

use super::Account;
use super::ahead::Ahead;
use super::cursor::{Beyond, Cursor};
use super::filter::ChatPart;
use super::isolate::Windows;
use super::plan::Plan;
use super::step::{Step, seen};
use super::unreadable::{self, IdRange, MOST_RANGES};
use super::window::{DateRange, Direction, IdBounds, MAX_WINDOW, Taken, Walk};
use crate::error::Error;
use crate::model::{Chat, ChatKind, Message};
use crate::telegram::peer::Peer;
use crate::telegram::{Answer, Call, Source, Window};

/// What a page was read from.
pub(super) struct Reading {
    pub(super) chat: Option<Chat>,
    /// The messages in walking order, each with how many had been looked at by then.
    pub(super) messages: Vec<(Message, u32)>,
    /// What was passed by without being read, in walking order.
    pub(super) unreadable: Vec<IdRange>,
    /// Where the walk stood when it read them: in which half of the chat, and how far in it.
    pub(super) within: Cursor,
    /// Where it goes on.
    pub(super) next: Cursor,
    pub(super) fetched: u32,
    /// Which messages were looked at, in walking order, wanted or not.
    pub(super) present: Vec<i32>,
    /// How many characters the records take as JSON, where that matters.
    weight: Option<usize>,
    pub(super) total: Option<u32>,
    /// What is known of windows ahead of the walk.
    pub(super) ahead: Option<Ahead>,
    /// The older half, where this account may not read it.
    pub(super) forbidden: Option<i64>,
    /// Whether the walk is at its end.
    pub(super) ended: bool,
    /// What stopped it, if anything did.
    pub(super) stopped: Option<Error>,
}

impl Account {
    /// Reads up to a page's worth. What was read before something stopped it is kept.
    pub(super) async fn read(&self, plan: &Plan, call: &Call) -> Reading {
        let mut reading = Reading::begin(plan);
        if let Err(error) = self.fill(plan, &mut reading, call).await {
            reading.stopped = Some(error);
            // One half may have been at its end, and what follows it is what could not be had.
            reading.ended = false;
        }
        if reading.chat.is_none() && reading.stopped.is_none() {
            match self.chat_beside(plan.cursor.chat, None, call).await {
                Ok(chat) => reading.chat = Some(chat),
                Err(error) => reading.stopped = Some(error),
            }
        }
        reading
    }

    /// Reads one half of the chat, and goes on in the other where the first holds nothing for this page.
    async fn fill(&self, plan: &Plan, reading: &mut Reading, call: &Call) -> Result<(), Error> {
        self.begin_in_older_half(reading, call).await?;
        if reading.next.walk.direction == Direction::Asc {
            self.add_opening(plan, reading, call).await?;
        }
        loop {
            let mut end = self.fill_from_half(plan, reading, call).await;
            if end.is_ok() && reading.ended && reading.next.walk.direction == Direction::Desc {
                end = self.add_opening(plan, reading, call).await;
                reading.ended = end.is_ok();
            }
            reading.keep(plan.wanted);
            match end {
                Ok(()) => {}
                // A group that this account was not in before it became a supergroup holds nothing for it.
                Err(error) if reading.is_in_older_half() && error.is_refusal() => {
                    reading.forbidden = reading.next.elsewhere.map(|half| half.chat_id);
                    reading.ended = true;
                }
                Err(error) => return Err(error),
            }
            let has_moved = plan.patience < usize::MAX && !reading.present.is_empty();
            if !reading.ended
                || !self.cross(reading, call).await?
                || !reading.is_empty()
                || has_moved
            {
                return Ok(());
            }
        }
    }

    /// Adds the message that opened the topic, the first of all that stand in it, when the walk comes to it:
    /// Telegram does not always count it among them.
    async fn add_opening(
        &self,
        plan: &Plan,
        reading: &mut Reading,
        call: &Call,
    ) -> Result<(), Error> {
        let Some(topic) = reading.next.opening() else {
            return Ok(());
        };
        let before = reading.next.walk.clone();
        let place = reading.next.place();
        let window = Walk::up_to(topic, 1);
        let answer = self.client.messages(place, &Source::History, window, call);
        let answer = answer.await?;
        let mut opening = before.pick(&seen(&answer), topic);
        opening.matching.retain(|matching| matching.id == topic);
        let chat = self
            .chat_beside(plan.cursor.chat, Some(&answer), call)
            .await?;
        is_in_forum(plan, &chat)?;
        reading.next.walk = before.after(topic);
        reading.convert(&chat, &answer, &opening);
        reading.chat = Some(chat);
        Ok(())
    }

    /// Begins a walk to newer messages in the older half, where there is one, and notes how far the newer one
    /// goes by now.
    async fn begin_in_older_half(&self, reading: &mut Reading, call: &Call) -> Result<(), Error> {
        if reading.next.beyond != Beyond::Unasked {
            return Ok(());
        }
        let next = &mut reading.next;
        match self.older_half(next.chat, call).await? {
            Some((group, bound)) => {
                let source = next.source.clone();
                let mut newer = Windows::new(&self.client, &self.alone, next.chat, &source, call);
                let newest = newer.first(Walk::below(0, 1), 1).await?;
                next.beyond = Beyond::Newer(newest.newest());
                next.elsewhere = Some(group);
                next.walk.bound = bound;
            }
            None => next.beyond = Beyond::Nothing,
        }
        reading.within = reading.next.clone();
        Ok(())
    }

    /// Goes over to the other half of the chat, if there is one; the walk is at its end otherwise.
    async fn cross(&self, reading: &mut Reading, call: &Call) -> Result<bool, Error> {
        let next = &mut reading.next;
        let (elsewhere, bound) = match next.beyond {
            Beyond::Nothing | Beyond::Unasked => return Ok(false),
            Beyond::Newer(bound) => (None, Some(bound)),
            Beyond::Older => match self.older_half(next.chat, call).await? {
                Some((group, bound)) => (Some(group), bound),
                None => return Ok(false),
            },
        };
        next.elsewhere = elsewhere;
        next.beyond = Beyond::Nothing;
        next.walk = Walk {
            bound,
            ..Walk::new(next.walk.direction, next.walk.dates)
        };
        if !next.source.takes_offset_date() && next.walk.direction == Direction::Asc {
            next.walk.jump_behind(0);
        }
        reading.ended = false;
        Ok(true)
    }

    /// The basic group that the chat was, and the id of its last message where Telegram says it.
    async fn older_half(
        &self,
        chat: Peer,
        call: &Call,
    ) -> Result<Option<(Peer, Option<i32>)>, Error> {
        let origin = match self.client.migrated_from(chat, call).await {
            Err(error) if error.is_refusal() && !error.is_stale_peer() => None,
            origin => origin?,
        };
        let origin = origin.filter(|origin| self.admits_half(origin.chat_id, chat));
        Ok(origin.map(|origin| {
            let last = Some(origin.max_id).filter(|id| *id > 0);
            (Peer::group(origin.chat_id), last)
        }))
    }

    async fn fill_from_half(
        &self,
        plan: &Plan,
        reading: &mut Reading,
        call: &Call,
    ) -> Result<(), Error> {
        let wanted = plan.wanted;
        let allowed = wanted.div_ceil(MAX_WINDOW as usize);
        let source = &plan.cursor.source;
        let (place, drops) = (reading.next.place(), plan.cursor.filter.drops_from(source));
        let mut windows = Windows::new(&self.client, &self.alone, place, source, call);
        let mut guesses = windows.look_ahead(&reading.next, &mut reading.ahead);
        let mut asked = 0;
        while !reading.ended && reading.messages.len() < wanted {
            // A page that is nearly full is not worth another request, unless it makes plain that there is no more.
            let is_nearly_full = asked >= allowed && reading.messages.len() * 2 >= wanted;
            if is_nearly_full && !reading.holds_all() {
                break;
            }
            let is_enough =
                asked >= plan.patience && guesses.is_empty() && !windows.stride.is_in_doubt();
            if reading.unreadable.len() >= MOST_RANGES || is_enough {
                break;
            }
            let missing = i32::try_from(wanted - reading.messages.len()).unwrap_or(MAX_WINDOW);
            let most = if drops {
                MAX_WINDOW
            } else {
                missing.min(MAX_WINDOW)
            };
            let before = reading.next.walk.clone();
            let step = windows.step_with(&mut guesses, &before, most, &mut reading.ahead);
            let mut step = step.await?;
            let chat = self.chat_beside(plan.cursor.chat, step.answer.as_ref(), call);
            let chat = guesses.beside(chat).await?;
            is_in_forum(plan, &chat)?;
            let ahead = before.ahead(&step.answer.as_ref().map(seen).unwrap_or_default());
            if before.goes_too_far(&ahead) {
                reading.next.beyond = Beyond::Nothing;
            }
            if asked == 0 && !step.ended && before.begins_too_early(&ahead) {
                let jump = self.jump(place, source, &mut step.walk, call);
                guesses.beside(jump).await?;
            }
            reading.unreadable.append(&mut windows.unreadable);
            reading.add(chat, step);
            asked += 1;
            call.progress.say(reading.progress(drops)).await;
            // What does not fit the reply would be read again for the next page.
            if reading.weight.is_some_and(|weight| weight >= plan.room) {
                break;
            }
        }
        Ok(())
    }

    /// The chat, as this answer describes it, or as it was last described, or as Telegram says when asked.
    pub(super) async fn chat_beside(
        &self,
        chat: Peer,
        answer: Option<&Answer>,
        call: &Call,
    ) -> Result<Chat, Error> {
        if let Some(described) = answer.and_then(|answer| answer.chat(chat)) {
            self.described.insert(&described);
            return Ok(described);
        }
        if let Some(described) = self.described.get(chat.chat_id) {
            return Ok(described);
        }
        let described = self.client.chat(chat, call).await?;
        self.described.insert(&described);
        Ok(described)
    }

    /// Goes straight to where the dates begin, after a step has shown that it has not: Telegram does not always
    /// heed the dates of a search, and a window that is placed by an id has none.
    async fn jump(
        &self,
        place: Peer,
        source: &Source,
        walk: &mut Walk,
        call: &Call,
    ) -> Result<(), Error> {
        let window = Window {
            offset_date: walk.offset_date(),
            limit: 1,
            ..Window::default()
        };
        let by_date = if source.takes_offset_date() {
            source
        } else {
            &Source::History
        };
        match self.client.messages(place, by_date, window, call).await {
            Ok(answer) => walk.jump_behind(answer.newest()),
            // Step by step it is as right, only slower.
            Err(error) if error.may_be_the_answer() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Makes sure that topics are looked for in forums alone: other chats have messages with such ids.
fn is_in_forum(plan: &Plan, chat: &Chat) -> Result<(), Error> {
    match plan.cursor.filter.part {
        Some(part @ ChatPart::Topic(_)) if chat.kind != ChatKind::Forum => Err(part.not_there()),
        _ => Ok(()),
    }
}

impl Reading {
    fn begin(plan: &Plan) -> Self {
        let cursor = plan.cursor.clone();
        Self {
            chat: None,
            messages: Vec::new(),
            unreadable: Vec::new(),
            within: cursor.clone(),
            next: cursor,
            fetched: 0,
            present: Vec::new(),
            weight: (plan.room < usize::MAX).then_some(0),
            total: None,
            ahead: plan.ahead.clone(),
            forbidden: None,
            ended: false,
            stopped: None,
        }
    }

    /// Whether Telegram refused the very first request.
    pub(super) fn is_refused(&self) -> bool {
        self.is_empty() && self.stopped.as_ref().is_some_and(Error::is_refusal)
    }

    /// Whether it was refused for a topic or a thread that is not there.
    pub(super) fn has_no_such_thread(&self) -> bool {
        const NAMES: [&str; 4] = [
            "MSG_ID_INVALID",
            "TOPIC_ID_INVALID",
            "TOP_MSG_ID_INVALID",
            "PARENT_PEER_INVALID",
        ];
        matches!(&self.stopped, Some(Error::Rpc { name, .. }) if NAMES.contains(&name.as_str()))
    }

    fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.unreadable.is_empty()
    }

    /// Whether these are as many messages as Telegram says there are.
    fn holds_all(&self) -> bool {
        let total = self.total.and_then(|total| usize::try_from(total).ok());
        total.is_some_and(|total| total <= self.messages.len())
    }

    fn is_in_older_half(&self) -> bool {
        let origin = self.next.filter.part.is_none() && self.next.elsewhere.is_some();
        origin && self.is_empty()
    }

    fn progress(&self, drops: bool) -> String {
        let found = self.messages.len();
        if drops {
            format!("{} messages looked at, {found} wanted", self.fetched)
        } else {
            format!("{found} messages read")
        }
    }

    /// Goes where a step has gone.
    fn add(&mut self, chat: Chat, step: Step) {
        unreadable::in_order(&mut self.unreadable, step.walk.direction);
        self.next.walk = step.walk;
        self.ended = step.ended;
        if let Some(answer) = step.answer {
            self.convert(&chat, &answer, &step.taken);
        }
        self.chat = Some(chat);
    }

    /// Converts what was taken from an answer, in walking order, and leaves out what is not wanted.
    fn convert(&mut self, chat: &Chat, answer: &Answer, taken: &Taken) {
        let before = self.fetched;
        self.fetched += taken.fetched;
        self.present.extend_from_slice(&taken.present);
        let Cursor {
            walk,
            filter,
            source,
            ..
        } = &self.next;
        let is_all = walk.dates == DateRange::default()
            && walk.ids == IdBounds::default()
            && !filter.drops_from(source);
        if is_all {
            let count = answer.count.and_then(|count| u32::try_from(count).ok());
            self.total = count.or(self.total);
        }
        let records = answer.records(chat);
        for matching in &taken.matching {
            let Some(message) = records.get(matching.id) else {
                continue;
            };
            if self.next.admits(&message) {
                if let Some(weight) = &mut self.weight {
                    *weight +=
                        serde_json::to_string(&message).map_or(0, |json| json.chars().count());
                }
                self.messages.push((message, before + matching.looked_at));
            }
        }
    }

    /// Gives back what does not belong on a page of this size: filling up a thin answer brings more than was
    /// asked for. The walk then stands behind the last message that is kept.
    fn keep(&mut self, wanted: usize) {
        if self.messages.len() > wanted
            && let Some((last, looked_at)) = self.messages.get(wanted.saturating_sub(1))
        {
            self.next.walk = self.next.walk.after(last.id);
            self.fetched = *looked_at;
            self.ended = false;
            self.messages.truncate(wanted);
            self.unreadable = unreadable::passed(&self.unreadable, &self.next.walk);
        }
        if let Some(next) = self.unreadable.get(MOST_RANGES) {
            self.next.walk = self.next.walk.before(next.from_id, next.to_id);
            self.ended = false;
            self.unreadable.truncate(MOST_RANGES);
            let walk = &self.next.walk;
            self.messages
                .retain(|(message, _)| walk.has_passed(message.id, message.id));
            self.fetched = self.messages.last().map_or(0, |(_, looked_at)| *looked_at);
        }
        let walk = &self.next.walk;
        self.present.retain(|id| walk.has_passed(*id, *id));
        self.within = self.next.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::ResponseFormat;
    use crate::history::filter::Filter;
    use crate::telegram::peer::ChatName;

    fn message(id: i32) -> Message {
        let record = serde_json::json!({
            "id": id, "chat_id": -77, "date": "2026-05-01T09:30:00Z", "type": "message", "text": "", "link": ""
        });
        serde_json::from_value(record).unwrap()
    }

    fn plan() -> Plan {
        Plan {
            name: ChatName::Id(-77),
            input: String::new(),
            refused_as: String::new(),
            room: usize::MAX,
            patience: usize::MAX,
            ahead: None,
            wanted: 50,
            cursor: cursor(),
        }
    }

    fn cursor() -> Cursor {
        Cursor {
            chat: Peer {
                chat_id: -77,
                access_hash: 0,
            },
            elsewhere: None,
            comments: None,
            beyond: Beyond::Nothing,
            source: Source::History,
            walk: Walk::new(Direction::Asc, DateRange::default()).after(60),
            filter: Filter::default(),
            page_size: 50,
            response_format: ResponseFormat::Concise,
        }
    }

    #[test]
    fn a_page_is_no_longer_than_asked_and_the_walk_stands_behind_its_last_message() {
        let reading = |wanted| {
            let mut reading = Reading {
                messages: (1..=5)
                    .map(|number| (message(number * 10), number as u32))
                    .collect(),
                unreadable: vec![IdRange::new(15, 17), IdRange::new(55, 55)],
                fetched: 9,
                ended: true,
                ..Reading::begin(&plan())
            };
            reading.keep(wanted);
            (
                reading.messages.len(),
                reading.next.walk.position,
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

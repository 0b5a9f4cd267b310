//! What a client has asked and was told: enough to ask somebody else for the rest, and to tell nothing twice.
//!
//! Everything that this program answers is a read, so asking again is safe.

mod message;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use self::message::{Effect, Message, Request};

/// How many questions may be open at a time, and how long they may be together.
const MOST_OPEN: usize = 1024;
const MOST_BYTES: usize = 32 << 20;

/// How many may end over the same question: it may be what ends them.
const MOST_TIMES: u32 = 6;

/// Tells a client of the eras with sessions that it may have missed something.
const LIST_CHANGED: &[u8] = br#"{"jsonrpc":"2.0","method":"notifications/resources/list_changed"}"#;

/// A client's side of a conversation that several may take part in on the other side, one after the other.
#[derive(Default)]
pub(super) struct Ledger {
    /// How the session was opened, in the eras that have one, once that was answered.
    opening: Option<Map<String, Value>>,
    /// The notification that the client is ready.
    ready: Option<Vec<u8>>,
    /// What it follows, each by the request that was granted.
    subscriptions: BTreeMap<String, Map<String, Value>>,
    /// The requests that have no answer, in their order.
    open: BTreeMap<u64, Open>,
    /// Where the request of each id stands there.
    numbers: HashMap<String, u64>,
    last_number: u64,
    open_bytes: usize,
    /// The ids of what was not asked by the client, but for it.
    own_ids: HashSet<String>,
    asked_for_it: u64,
    client: Option<String>,
}

/// A request without an answer.
struct Open {
    id: String,
    line: Vec<u8>,
    effect: Effect,
    asked_at: Instant,
    /// What its progress is reported by.
    progress_token: Option<Value>,
    /// How far it is, as the client was told, and as it was told when this was last asked.
    told: f64,
    told_before: f64,
    /// How many were asked.
    times: u32,
    /// A stream was begun.
    is_acknowledged: bool,
    /// The client does not want it any more.
    is_withdrawn: bool,
}

impl Ledger {
    /// Takes a message of the client, and when it came.
    pub(super) fn asks(&mut self, line: &[u8], now: Instant) {
        match Message::read(line) {
            Some(Message::Request(request)) => self.note(request, line, now),
            Some(Message::Ready) => self.ready = Some(line.to_vec()),
            Some(Message::Cancelled { id }) => self.withdraw(&id),
            _ => {}
        }
    }

    fn note(&mut self, request: Request, line: &[u8], now: Instant) {
        self.close(&request.id);
        self.client = self.client.take().or(request.client);
        self.last_number += 1;
        self.open_bytes += line.len();
        self.numbers.insert(request.id.clone(), self.last_number);
        let open = Open {
            id: request.id,
            line: line.to_vec(),
            effect: request.effect,
            asked_at: now,
            progress_token: request.progress_token,
            told: 0.0,
            told_before: 0.0,
            times: 1,
            is_acknowledged: false,
            is_withdrawn: false,
        };
        self.open.insert(self.last_number, open);
    }

    /// The request of this id is open no longer.
    fn close(&mut self, id: &str) -> Option<Open> {
        let open = self.open.remove(&self.numbers.remove(id)?)?;
        self.open_bytes -= open.line.len();
        Some(open)
    }

    fn find(&mut self, id: &str) -> Option<&mut Open> {
        self.open.get_mut(self.numbers.get(id)?)
    }

    fn withdraw(&mut self, id: &str) {
        match self.find(id) {
            // The end of a stream is an answer, too.
            Some(open) if open.effect == Effect::Stream => open.is_withdrawn = true,
            _ => drop(self.close(id)),
        }
    }

    /// Takes a line of whoever answers; what the client is told of it.
    pub(super) fn hears(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        match Message::read(line)? {
            Message::Answer { id, is_error } => self.answered(&id, is_error, line),
            Message::Progress { token, progress } => self.progress(&token, progress, line),
            Message::Acknowledged { id } => {
                let open = self.find(&id)?;
                let is_news = !std::mem::replace(&mut open.is_acknowledged, true);
                is_news.then(|| line.to_vec())
            }
            _ => Some(line.to_vec()),
        }
    }

    fn answered(&mut self, id: &str, is_error: bool, line: &[u8]) -> Option<Vec<u8>> {
        if self.own_ids.remove(id) {
            return None;
        }
        let open = self.close(id)?;
        if !is_error {
            match open.effect {
                Effect::Opens => self.opening = serde_json::from_slice(&open.line).ok(),
                Effect::Follows(uri) => {
                    let request = serde_json::from_slice(&open.line).unwrap_or_default();
                    self.subscriptions.insert(uri, request);
                }
                Effect::Leaves(uri) => drop(self.subscriptions.remove(&uri)),
                Effect::Stream | Effect::None => {}
            }
        }
        Some(line.to_vec())
    }

    /// Progress rises, whoever makes it.
    fn progress(&mut self, token: &Value, progress: f64, line: &[u8]) -> Option<Vec<u8>> {
        let open = self
            .open
            .values_mut()
            .find(|open| open.progress_token.as_ref() == Some(token))?;
        open.told = open.told_before + progress;
        if open.told_before == 0.0 {
            return Some(line.to_vec());
        }
        let mut message: Value = serde_json::from_slice(line).ok()?;
        *message.pointer_mut("/params/progress")? = json!(open.told);
        serde_json::to_vec(&message).ok()
    }

    /// What somebody new has to be told, so that the client need not know of it: how the session began, what it
    /// follows, and what was not answered.
    pub(super) fn replay(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let withdrawn = self.open.values().filter(|open| open.is_withdrawn);
        let withdrawn: Vec<String> = withdrawn.map(|open| open.id.clone()).collect();
        withdrawn.iter().for_each(|id| drop(self.close(id)));
        self.own_ids.clear();

        let opening = self
            .opening
            .clone()
            .map(|opening| self.in_own_name(opening));
        let mut lines: Vec<Vec<u8>> = opening.into_iter().collect();
        let (first, others): (Vec<_>, Vec<_>) = (self.open.values_mut())
            .map(|open| (open.effect == Effect::Opens, open.again(now)))
            .partition(|(opens, _)| *opens);
        let line = |(_, line)| line;
        lines.extend(first.into_iter().map(line));
        lines.extend(self.ready.clone());
        let subscriptions: Vec<_> = self.subscriptions.values().cloned().collect();
        for request in subscriptions {
            lines.push(self.in_own_name(request));
        }
        lines.extend(others.into_iter().map(line));
        lines
    }

    /// The refusal of a question that has been asked often enough, if there is one.
    pub(super) fn gives_up(&mut self) -> Option<Vec<u8>> {
        let may_be_to_blame =
            |open: &&Open| open.effect == Effect::None && open.times >= MOST_TIMES;
        let id = self.open.values().find(may_be_to_blame)?.id.clone();
        self.close(&id);
        Some(message::refusal(&id))
    }

    /// What a client may have missed meanwhile.
    pub(super) fn missed(&self) -> Option<Vec<u8>> {
        let is_open = self.opening.is_some() && self.ready.is_some();
        is_open.then(|| LIST_CHANGED.to_vec())
    }

    /// A request of the client's, whose answer it has had.
    fn in_own_name(&mut self, mut request: Map<String, Value>) -> Vec<u8> {
        self.asked_for_it += 1;
        let id = json!(format!("telegram-history-mcp {}", self.asked_for_it));
        self.own_ids.insert(id.to_string());
        request.insert("id".to_owned(), id);
        Value::Object(request).to_string().into_bytes()
    }

    /// Whether there is no room for another question.
    pub(super) fn is_full(&self) -> bool {
        self.open.len() >= MOST_OPEN || self.open_bytes >= MOST_BYTES
    }

    /// Whether something has no answer.
    pub(super) fn waits(&self) -> bool {
        self.open.values().any(|open| !open.is_withdrawn)
    }

    /// What the client calls itself.
    pub(super) fn client(&self) -> Option<String> {
        self.client.clone()
    }
}

impl Open {
    /// The line that asks for it once more.
    fn again(&mut self, now: Instant) -> Vec<u8> {
        self.told_before = self.told;
        self.times += 1;
        let waited = now.saturating_duration_since(self.asked_at);
        message::having_waited(&self.line, waited)
    }
}

#[cfg(test)]
mod tests;

//! The client of a relay: what it says, who answers it at the moment, and the one way by which lines reach it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::mpsc::{Sender, UnboundedSender};
use tokio::time::Instant;

use super::ledger::Ledger;
use super::upstream::Said;

/// A client, between its own pipes and whoever answers.
pub(super) struct Client {
    state: Mutex<State>,
    /// Whole lines for its standard input.
    output: Sender<Vec<u8>>,
    /// Something was answered.
    answered: Notify,
}

#[derive(Default)]
struct State {
    ledger: Ledger,
    /// Where its messages go. All that was said before stands in the ledger.
    upstream: Option<UnboundedSender<Said>>,
    /// Counts those who have answered: what comes from one that was left is nothing.
    number: u64,
}

impl Client {
    pub(super) fn new(output: Sender<Vec<u8>>) -> Self {
        Self {
            state: Mutex::default(),
            output,
            answered: Notify::new(),
        }
    }

    /// A message from the client, to whoever answers now or next.
    pub(super) fn says(&self, message: Vec<u8>) {
        let mut state = self.state();
        state.ledger.asks(&message, Instant::now());
        if let Some(upstream) = &state.upstream {
            let _ = upstream.send(Said::Message(message));
        }
    }

    /// A line to the client from outside the ledger.
    pub(super) async fn is_told(&self, line: Vec<u8>) {
        let _ = self.output.send(line).await;
    }

    /// A line from the upstream of this number.
    pub(super) async fn hear(&self, number: u64, line: &[u8]) {
        // First, so that what is written off is on its way.
        let Ok(way) = self.output.reserve().await else {
            return;
        };
        let mut state = self.state();
        if state.number != number {
            return;
        }
        if let Some(line) = state.ledger.hears(line) {
            way.send(line);
            self.answered.notify_one();
        }
    }

    /// Answers what has ended everybody who was asked.
    pub(super) async fn give_up(&self) {
        while let Ok(way) = self.output.reserve().await {
            let Some(refusal) = self.state().ledger.gives_up() else {
                return;
            };
            way.send(refusal);
        }
    }

    /// Takes another upstream, which is told all that it has to know.
    pub(super) fn plug(&self, upstream: UnboundedSender<Said>) -> u64 {
        let mut state = self.state();
        for message in state.ledger.replay(Instant::now()) {
            let _ = upstream.send(Said::Message(message));
        }
        if state.number > 0
            && let Some(notice) = state.ledger.missed()
        {
            // With so many lines under way it hears of changes anyway.
            let _ = self.output.try_send(notice);
        }
        state.upstream = Some(upstream);
        state.number += 1;
        state.number
    }

    /// Nobody answers any more.
    pub(super) fn unplug(&self) {
        let mut state = self.state();
        state.upstream = None;
        state.number += 1;
    }

    /// The client asks for nothing more.
    pub(super) fn ends(&self) {
        if let Some(upstream) = &self.state().upstream {
            let _ = upstream.send(Said::End);
        }
    }

    /// Waits until there is room for another question.
    pub(super) async fn has_room(&self) {
        while self.state().ledger.is_full() {
            self.answered.notified().await;
        }
    }

    /// Whether it waits for an answer.
    pub(super) fn waits(&self) -> bool {
        self.state().ledger.waits()
    }

    /// What it calls itself.
    pub(super) fn name(&self) -> Option<String> {
        self.state().ledger.client()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

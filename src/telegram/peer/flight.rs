//! One request at a time for one question: whoever asks the same waits for the answer that is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::time::timeout_at;

use super::question::Question;
use crate::error::Error;
use crate::telegram::{Call, while_wanted, with_signs_of_life};

/// What came of a request, once something did. Locked by the call that makes it; the next in line takes over when
/// that call is dropped.
type Flight = tokio::sync::Mutex<Option<Result<(), Error>>>;

/// The requests under way. Those who wait own them, and nobody finds one any more that has landed.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<Question, Weak<Flight>>>);

impl Flights {
    /// Asks, unless it is `settled` or somebody else asks the same: then waits for what comes of it.
    ///
    /// `Ok` means that an answer has come, not that it names anybody.
    pub(super) async fn once<F>(
        &self,
        question: &Question,
        call: &Call,
        settled: impl Fn() -> bool,
        ask: impl FnOnce() -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        loop {
            let flight = self.join(question);
            let method = question.method();
            let turn = with_signs_of_life(call, timeout_at(call.deadline, flight.lock()));
            let turn = while_wanted(call, method, turn).await?;
            let mut outcome = turn.map_err(|_| Error::OutOfTime { method })?;
            match &*outcome {
                None if settled() => return Ok(()),
                None => {
                    let answer = ask().await;
                    self.land(question);
                    *outcome = Some(answer.clone());
                    return answer;
                }
                Some(Err(error)) if !concerns(error, call) => {}
                Some(answer) => return answer.clone(),
            }
        }
    }

    /// The request under way, or a new one.
    fn join(&self, question: &Question) -> Arc<Flight> {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(question).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::default();
        flights.insert(question.clone(), Arc::downgrade(&flight));
        flight
    }

    fn land(&self, question: &Question) {
        self.lock().remove(question);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, Weak<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what stopped another call would stop this one too: its deadline and its caller are its own, and a wait
/// that was too long for it may fit here.
fn concerns(error: &Error, call: &Call) -> bool {
    match error {
        Error::OutOfTime { .. } | Error::Cancelled => false,
        error => error
            .retry_after()
            .is_none_or(|wait| wait >= call.remaining()),
    }
}

#[cfg(test)]
mod tests;

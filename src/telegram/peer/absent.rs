//! What Telegram has just said that it does not know, so that asking again and again costs one request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::question::Question;
use crate::error::{Error, shorten};

/// How long an answer that names nobody holds.
const HOLDS: Duration = Duration::from_secs(60);
/// The most such answers that are remembered; the latest stay.
const MAX_ABSENCES: usize = 1_000;

/// Why there is no chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// Nobody is known so.
    NotFound,
    /// Nobody could be called so.
    InvalidName,
    /// It is there, and not for this account.
    Private,
}

impl Absence {
    /// The error for a caller who wrote this.
    pub(super) fn error(self, input: &str) -> Error {
        let input = shorten(input);
        match self {
            Self::NotFound => Error::ChatNotFound { input },
            Self::InvalidName => Error::UsernameInvalid { input },
            Self::Private => Error::ChannelPrivate { input },
        }
    }
}

/// The questions whose answers named nobody, and when they no longer hold. For the chat list, that it was just
/// looked through.
#[derive(Debug, Default)]
pub(super) struct Absences(Mutex<HashMap<Question, (Absence, Instant)>>);

impl Absences {
    pub(super) fn get(&self, question: &Question) -> Option<Absence> {
        let absences = self.lock();
        let (absence, end) = absences.get(question)?;
        (*end > Instant::now()).then_some(*absence)
    }

    pub(super) fn insert(&self, question: &Question, absence: Absence) {
        let now = Instant::now();
        let mut absences = self.lock();
        absences.retain(|_, (_, end)| *end > now);
        if absences.len() >= MAX_ABSENCES {
            let oldest = absences.iter().min_by_key(|(_, (_, end))| *end);
            let oldest = oldest.map(|(question, _)| question.clone());
            oldest.and_then(|oldest| absences.remove(&oldest));
        }
        absences.insert(question.clone(), (absence, now + HOLDS));
    }

    pub(super) fn remove(&self, question: &Question) {
        self.lock().remove(question);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, (Absence, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn name(number: usize) -> Question {
        Question::Name(format!("name{number}"))
    }

    #[tokio::test(start_paused = true)]
    async fn an_absence_holds_for_a_minute() {
        let absences = Absences::default();
        absences.insert(&name(1), Absence::InvalidName);
        advance(HOLDS - Duration::from_millis(1)).await;
        assert_eq!(absences.get(&name(1)), Some(Absence::InvalidName));
        assert_eq!(absences.get(&name(2)), None);
        advance(Duration::from_millis(1)).await;
        assert_eq!(absences.get(&name(1)), None);
        absences.insert(&name(1), Absence::NotFound);
        absences.remove(&name(1));
        assert_eq!(absences.get(&name(1)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_latest_absences_are_remembered() {
        let absences = Absences::default();
        for number in 0..3 * MAX_ABSENCES {
            absences.insert(&name(number), Absence::NotFound);
            advance(Duration::from_millis(1)).await;
        }
        assert_eq!(absences.lock().len(), MAX_ABSENCES);
        assert_eq!(absences.get(&name(2 * MAX_ABSENCES - 1)), None);
        assert!(absences.get(&name(2 * MAX_ABSENCES)).is_some());
        advance(HOLDS).await;
        absences.insert(&name(0), Absence::NotFound);
        assert_eq!(absences.lock().len(), 1);
    }
}

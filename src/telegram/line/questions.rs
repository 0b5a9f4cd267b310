//! Who waits for what: questions that are still to be written, and those that are out, by message id.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot;

use super::{LineError, Outcome, Request};

/// How many messages go into one container; Telegram refuses many more with code 64.
const MAX_AT_ONCE: usize = 100;
/// How many bytes go into one container; Telegram closes the connection at about a megabyte.
const MAX_BYTES: usize = 512 << 10;
/// How often Telegram may refuse the form of a message before the line is given up.
const MAX_REFUSALS: u32 = 4;

/// Something to ask, and who asks.
pub(super) struct Question {
    pub(super) body: Vec<u8>,
    pub(super) asker: Asker,
    /// How often the message around it was refused.
    refusals: u32,
}

/// Who asks.
pub(super) enum Asker {
    /// The line, before anybody else may.
    Greeting,
    /// The line, to hear something.
    Ping,
    /// Somebody who may have gone.
    Caller(oneshot::Sender<Outcome>),
}

impl Question {
    pub(super) fn of_the_line(body: Vec<u8>, asker: Asker) -> Self {
        Self {
            body,
            asker,
            refusals: 0,
        }
    }

    fn is_greeting(&self) -> bool {
        matches!(self.asker, Asker::Greeting)
    }

    fn fail(self, error: LineError) {
        if let Asker::Caller(answer) = self.asker {
            let _ = answer.send(Err(error));
        }
    }

    /// Whether somebody still wants to know.
    fn is_wanted(&self) -> bool {
        !matches!(&self.asker, Asker::Caller(answer) if answer.is_closed())
    }
}

impl From<Request> for Question {
    fn from(request: Request) -> Self {
        Self {
            body: request.body,
            asker: Asker::Caller(request.answer),
            refusals: 0,
        }
    }
}

/// A question that is out.
struct Sent {
    question: Question,
    /// The message it went in, or its own.
    container: i64,
}

/// All questions of a line.
#[derive(Default)]
pub(super) struct Questions {
    queue: VecDeque<Question>,
    sent: BTreeMap<i64, Sent>,
}

impl Questions {
    /// Asks after the others.
    pub(super) fn ask(&mut self, question: Question) {
        self.queue.push_back(question);
    }

    /// Asks before all others; what greeting there was is replaced.
    pub(super) fn greet(&mut self, body: Vec<u8>) {
        let earlier = self.queue.iter().position(Question::is_greeting);
        let earlier = earlier.and_then(|at| self.queue.remove(at));
        let greeting = earlier.unwrap_or_else(|| Question::of_the_line(body, Asker::Greeting));
        self.queue.push_front(greeting);
    }

    /// What goes out next, together: as much as fits, without what nobody waits for any more.
    pub(super) fn batch(&mut self, greeted: bool) -> Vec<Question> {
        self.sent.retain(|_, sent| sent.question.is_wanted());
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(question) = self.queue.pop_front() {
            if !question.is_wanted() {
                continue;
            }
            bytes += question.body.len();
            let fits = batch.len() < MAX_AT_ONCE && (bytes <= MAX_BYTES || batch.is_empty());
            if !fits || !(greeted || question.is_greeting()) {
                self.queue.push_front(question);
                break;
            }
            batch.push(question);
        }
        batch
    }

    /// Keeps what went out under these ids, in this container.
    pub(super) fn sent(&mut self, batch: Vec<Question>, ids: Vec<i64>, container: i64) {
        let sent = batch.into_iter().map(|question| Sent {
            question,
            container,
        });
        self.sent.extend(ids.into_iter().zip(sent));
    }

    /// Takes the question with this id, which is answered.
    pub(super) fn answered(&mut self, id: i64) -> Option<Asker> {
        self.sent.remove(&id).map(|sent| sent.question.asker)
    }

    /// Puts back in front what went out under this id, its own or its container's: whether anything did. An error
    /// when that has happened too often.
    pub(super) fn refused(&mut self, id: i64) -> Result<bool, LineError> {
        let refused = self.take_back(|own, sent| own == id || sent.container == id);
        for question in self.queue.iter_mut().take(refused) {
            question.refusals += 1;
            if question.refusals > MAX_REFUSALS {
                return Err(LineError::Lost);
            }
        }
        Ok(refused > 0)
    }

    /// Puts back in front everything that is out.
    pub(super) fn ask_all_again(&mut self) {
        self.take_back(|_, _| true);
    }

    fn take_back(&mut self, is_due: impl Fn(i64, &Sent) -> bool) -> usize {
        let out = std::mem::take(&mut self.sent).into_iter();
        let (due, kept): (BTreeMap<_, _>, BTreeMap<_, _>) =
            out.partition(|(id, sent)| is_due(*id, sent));
        self.sent = kept;
        let count = due.len();
        for sent in due.into_values().rev() {
            self.queue.push_front(sent.question);
        }
        count
    }

    /// Tells everybody why there will be no answer.
    pub(super) fn fail(self, error: LineError) {
        for sent in self.sent.into_values() {
            sent.question.fail(error.clone());
        }
        let error = error.before_sending();
        for question in self.queue {
            question.fail(error.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(questions: &mut Questions, body: &[u8]) -> oneshot::Receiver<Outcome> {
        let (answer, outcome) = oneshot::channel();
        let body = body.to_vec();
        questions.ask(Request { body, answer }.into());
        outcome
    }

    fn bodies(batch: &[Question]) -> Vec<&[u8]> {
        let bodies = batch.iter().map(|question| question.body.as_slice());
        bodies.collect()
    }

    #[test]
    fn the_greeting_goes_first_and_alone() {
        let mut questions = Questions::default();
        let _waits = asked(&mut questions, b"later");
        questions.greet(b"hello".to_vec());
        let batch = questions.batch(false);
        assert_eq!(bodies(&batch), [b"hello"]);
        questions.sent(batch, vec![4], 4);
        assert!(questions.batch(false).is_empty());
        assert_eq!(bodies(&questions.batch(true)), [b"later"]);
    }

    #[test]
    fn who_has_gone_leaves_nothing_behind() {
        let mut questions = Questions::default();
        drop(asked(&mut questions, b"gone before"));
        let goes = asked(&mut questions, b"goes");
        let batch = questions.batch(true);
        assert_eq!(bodies(&batch), [b"goes"]);
        questions.sent(batch, vec![4], 4);
        drop(goes);
        assert!(questions.batch(true).is_empty());
        assert!(questions.sent.is_empty() && questions.queue.is_empty());
    }

    #[test]
    fn a_refused_container_is_asked_again_in_order_and_not_for_ever() {
        let mut questions = Questions::default();
        let outcomes = [&b"one"[..], b"two", b"six"].map(|body| asked(&mut questions, body));
        for round in 0..=i64::from(MAX_REFUSALS) {
            let batch = questions.batch(true);
            assert_eq!(bodies(&batch), [b"one", b"two", b"six"]);
            let first = round * 100;
            questions.sent(batch, vec![first, first + 4, first + 8], first + 12);
            assert_eq!(questions.refused(first - 100), Ok(false));
            let again = questions.refused(first + 12);
            let worn = round == i64::from(MAX_REFUSALS);
            assert_eq!(again, if worn { Err(LineError::Lost) } else { Ok(true) });
        }
        drop(outcomes);
    }

    #[test]
    fn a_batch_is_no_larger_than_telegram_takes() {
        let mut questions = Questions::default();
        let small = vec![1; 4];
        let large = vec![2; MAX_BYTES];
        let mut outcomes = Vec::new();
        for body in [&large, &small, &large] {
            outcomes.push(asked(&mut questions, body));
        }
        for _ in 0..MAX_AT_ONCE + 1 {
            outcomes.push(asked(&mut questions, &small));
        }
        let lengths = [1, 1, 1, MAX_AT_ONCE, 1];
        for length in lengths {
            assert_eq!(questions.batch(true).len(), length);
        }
        assert!(questions.batch(true).is_empty());
    }
}

//! Windows whatever happens: one that cannot be had is asked for in ever smaller parts, until the messages that
//! spoil it stand alone and can be passed by.

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::timeout_at;

use super::stride::Stride;
use super::unreadable::IdRange;
use super::window::Walk;
use crate::error::Error;
use crate::telegram::peer::Peer;
use crate::telegram::{Answer, Call, Client, Source, Window};

/// How many messages are passed by in a row, one try after the other: each of the ten of an album, then ever
/// more. Where nothing can be had behind the last of them, it is not single messages that are to blame.
const SHIFTS: [i32; 13] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 40, 80];

/// Reads the windows of one chat for one page.
pub(super) struct Windows<'a> {
    asker: Asker<'a>,
    pub(super) stride: Stride,
    /// What was passed by without being read since this was last emptied.
    pub(super) unreadable: Vec<IdRange>,
}

/// What it takes to ask for a window.
#[derive(Clone, Copy)]
struct Asker<'a> {
    client: &'a Client,
    alone: &'a Alone,
    peer: Peer,
    source: &'a Source,
    call: &'a Call,
}

/// Keeps a request that is in doubt apart from all others of the account: a lost connection is lost to all of
/// them, and says nothing about a message until it happened to this request alone.
#[derive(Default)]
pub(super) struct Alone(RwLock<()>);

type Turn<'a> = (
    Option<RwLockReadGuard<'a, ()>>,
    Option<RwLockWriteGuard<'a, ()>>,
);

/// What could be had of a window.
pub(super) struct Part {
    /// `None` when there was nothing but what cannot be read.
    pub(super) answer: Option<Answer>,
    /// How many messages were asked for in the end.
    pub(super) limit: i32,
    /// What was passed by above the answer.
    pub(super) unreadable: Option<IdRange>,
}

impl Part {
    /// The highest id, of a message that could be read or not; 0 when there is none.
    pub(super) fn newest(&self) -> i32 {
        let unreadable = self.unreadable.map(|range| range.to_id);
        unreadable.unwrap_or_else(|| self.answer.as_ref().map_or(0, Answer::newest))
    }
}

impl<'a> Asker<'a> {
    async fn ask(self, window: Window, is_in_doubt: bool) -> Result<Result<Answer, Error>, Error> {
        let _turn = self.turn(is_in_doubt).await?;
        let answer = self
            .client
            .messages(self.peer, self.source, window, self.call);
        let error = match answer.await {
            Err(error) if error.may_be_the_answer() => error,
            other => return other.map(Ok),
        };
        if matches!(error, Error::ConnectionLost { .. }) {
            self.client.is_there(self.call).await?;
        }
        let what = format!("{} messages at once cannot be read", window.limit);
        self.call.progress.say(what).await;
        Ok(Err(error))
    }

    async fn turn(self, is_in_doubt: bool) -> Result<Turn<'a>, Error> {
        let turn = async {
            if is_in_doubt {
                (None, Some(self.alone.0.write().await))
            } else {
                (Some(self.alone.0.read().await), None)
            }
        };
        tokio::select! {
            biased;
            () = self.call.cancel.cancelled() => Err(Error::Cancelled),
            turn = timeout_at(self.call.deadline, turn) => turn.map_err(|_| Error::OutOfTime {
                method: self.source.method(),
            }),
        }
    }
}

impl<'a> Windows<'a> {
    pub(super) fn new(
        client: &'a Client,
        alone: &'a Alone,
        peer: Peer,
        source: &'a Source,
        call: &'a Call,
    ) -> Self {
        Self {
            asker: Asker {
                client,
                alone,
                peer,
                source,
                call,
            },
            stride: Stride::default(),
            unreadable: Vec::new(),
        }
    }

    /// How many windows could be asked for right now without any of them having to wait.
    pub(super) fn spare(&self) -> usize {
        self.asker.client.spare(self.asker.source.method())
    }

    /// Asks for one window. The inner error says that Telegram is there, and this answer cannot be had.
    pub(super) fn ask(
        &self,
        window: Window,
    ) -> impl Future<Output = Result<Result<Answer, Error>, Error>> + Send + use<'a> {
        let (asker, is_in_doubt) = (self.asker, self.stride.is_in_doubt());
        async move { asker.ask(window, is_in_doubt).await }
    }

    /// The window of at most `most` messages, or of as many as can be had, and how many were asked for. The
    /// inner error says that not even one can.
    pub(super) async fn some(
        &mut self,
        window: impl Fn(i32) -> Window,
        most: i32,
    ) -> Result<Result<(Answer, i32), Error>, Error> {
        loop {
            let window = window(self.stride.limit(most));
            let was_alone = self.stride.is_in_doubt();
            match self.ask(window).await? {
                Ok(answer) => {
                    self.stride.succeeded(window.limit);
                    return Ok(Ok((answer, window.limit)));
                }
                Err(error) if window.limit <= 1 && was_alone => return Ok(Err(error)),
                Err(_) => self.stride.failed(window.limit),
            }
        }
    }

    /// Reads from `base` to older messages, at most `most`, and passes by what cannot be read. Below `floor`
    /// nothing matters. Fails when nothing can be had far and wide.
    pub(super) async fn older(
        &mut self,
        base: Window,
        most: i32,
        floor: i32,
    ) -> Result<Part, Error> {
        match self.some(|limit| Window { limit, ..base }, most).await? {
            Ok((answer, limit)) => Ok(Part {
                answer: Some(answer),
                limit,
                unreadable: None,
            }),
            Err(error) => self.pass_by(base, floor, error).await,
        }
    }

    /// Looks up the first message from `base` to older ones that can be read. What stands in doubt stays so.
    pub(super) async fn first(&mut self, base: Window, floor: i32) -> Result<Part, Error> {
        let stride = self.stride.clone();
        let part = self.older(base, 1, floor).await;
        self.stride = stride;
        part
    }

    /// Finds the first message that can be read behind one that cannot.
    async fn pass_by(&mut self, base: Window, floor: i32, error: Error) -> Result<Part, Error> {
        let most = if base.offset_id > 0 {
            base.offset_id.saturating_sub(floor).max(1)
        } else {
            i32::MAX
        };
        let (mut failed, mut found) = (0, None);
        for run in SHIFTS {
            // There are no more messages than ids.
            if run >= most {
                found = Some((most, None));
                break;
            }
            match self.behind(base, run).await? {
                Some(answer) => {
                    found = Some((run, Some(answer)));
                    break;
                }
                None => failed = run,
            }
        }
        let Some((mut run, mut answer)) = found else {
            return Err(error);
        };
        while run - failed > 1 {
            let middle = failed + (run - failed) / 2;
            match self.behind(base, middle).await? {
                Some(nearer) => (run, answer) = (middle, Some(nearer)),
                None => failed = middle,
            }
        }
        let below = answer.as_ref().map_or(0, Answer::newest);
        let highest = match base.offset_id {
            0 if base.offset_date == 0 => self.top_of_run(below, run).await?,
            0 => {
                let top = self.top_of_run(below, run).await?;
                self.without_readable(below, top).await?
            }
            offset_id => offset_id - 1,
        };
        self.stride.found();
        Ok(Part {
            answer,
            limit: 1,
            unreadable: Some(IdRange::new(below.saturating_add(1).max(floor), highest)),
        })
    }

    /// The message behind the first `run` of a window, if it can be had.
    async fn behind(&self, base: Window, run: i32) -> Result<Option<Answer>, Error> {
        let window = Window {
            add_offset: base.add_offset.saturating_add(run),
            limit: 1,
            ..base
        };
        Ok(self.ask(window).await?.ok())
    }

    /// The highest id of a run of messages that cannot be read and has no message known above it; `below` is the
    /// message right below the run, 0 when there is none.
    async fn top_of_run(&self, below: i32, run: i32) -> Result<i32, Error> {
        // Ids rise at least by one from message to message.
        let mut low = below.saturating_add(run);
        let (mut high, mut step) = (low, 1_i32);
        loop {
            if let Some(top) = self.top_up_to(high, below, run).await? {
                high = top;
                break;
            }
            if high >= i32::MAX - 1 {
                return Ok(i32::MAX);
            }
            low = high + 1;
            high = high.saturating_add(step).min(i32::MAX - 1);
            step = step.saturating_mul(2);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            match self.top_up_to(middle, below, run).await? {
                Some(top) => high = top,
                None => low = middle + 1,
            }
        }
        Ok(high)
    }

    /// The highest id up to `top` below all messages that can be read and lie above `below`.
    async fn without_readable(&self, below: i32, mut top: i32) -> Result<i32, Error> {
        while let Some(answer) = self.behind(Walk::up_to(top, 1), 0).await?
            && answer.newest() > below
        {
            top = answer.newest() - 1;
        }
        Ok(top)
    }

    /// An id that no message of the run lies above, if the whole run lies up to this id. Where that cannot be
    /// known it seems not to, so that the run is told rather too long than too short.
    async fn top_up_to(&self, id: i32, below: i32, run: i32) -> Result<Option<i32>, Error> {
        let base = Walk::below(id.saturating_add(1), 1);
        // Counted down from the id, what lies below the run comes right behind it; a message that can be read
        // comes there when it lies above the run.
        if below > 0 {
            match self.behind(base, run).await?.as_ref().map(Answer::newest) {
                Some(next) if next > below => return Ok(Some(next - 1)),
                Some(next) if next == below => {}
                _ => return Ok(None),
            }
        }
        // What was deleted may be counted, and then stands for the next message below it.
        Ok(
            match self
                .behind(base, run - 1)
                .await?
                .as_ref()
                .map(Answer::newest)
            {
                None => Some(id),
                Some(last) if last > below => Some(last - 1),
                Some(_) => None,
            },
        )
    }
}

//! One job: reads on and writes, side by side, until everything is in the file, something stops it, or Telegram wants
//! a pause, which it sleeps through.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::status::{Problem, State};
use super::writer::{Progress, Writer};
use crate::error::{Error, whole_seconds};
use crate::history::{Activity, Batch, Call, Flow, Progress as Said, Reader, Takeout};

/// How long one step may take before it counts as an outage.
const STEP: Duration = Duration::from_secs(600);
/// How long the first pause is while Telegram is away; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest of them.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often in a row Telegram may be away before the job waits to be asked for again.
const OUTAGES: u32 = 30;

/// What a job has to tell.
#[derive(Debug, Clone)]
pub(super) struct News {
    pub(super) state: State,
    pub(super) progress: Progress,
    /// What it waits for, in our own words.
    pub(super) waits: Option<String>,
    /// Why it is paused or failed.
    pub(super) error: Option<Error>,
    /// When it goes on by itself.
    pub(super) wakes_at: Option<Instant>,
}

impl News {
    /// Why it is paused or failed, as it is told.
    pub(super) fn problem(&self) -> Option<Problem> {
        Some(Problem {
            retry_after_seconds: self.retry_after().map(whole_seconds),
            ..Problem::from(self.error.as_ref()?)
        })
    }

    /// When it goes on, or can be made to, where that is known.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.wait().or_else(|| self.error.as_ref()?.retry_after())
    }

    /// How long it still sleeps.
    pub(super) fn wait(&self) -> Option<Duration> {
        let wakes_at = self.wakes_at?;
        Some(wakes_at.saturating_duration_since(Instant::now()))
    }
}

/// A job that can be run.
pub(super) struct Work {
    pub(super) reader: Arc<Reader>,
    pub(super) flow: Flow,
    pub(super) news: watch::Sender<News>,
    pub(super) cancel: CancellationToken,
    /// The longest pause that is slept through; `None` for any.
    pub(super) longest_pause: Option<Duration>,
    /// Whether to read through a takeout session, for its gentler limits.
    pub(super) wants_takeout: bool,
    /// The session, once there is one.
    pub(super) takeout: Option<Takeout>,
}

/// What came of writing a batch.
type Written = (Writer, Result<(), Error>);

impl Work {
    /// Runs it to an end of some kind, which is in the news.
    pub(super) async fn run(mut self, writer: Writer) {
        let mut writer = Some(writer);
        let end = self.run_to_end(&mut writer).await;
        if let Some(takeout) = self.takeout.take() {
            takeout.finish(end.is_ok()).await;
        }
        let (state, error) = match end {
            Ok(()) => (State::Complete, None),
            Err(error) => (state_after(&error), Some(error)),
        };
        if state != State::Complete
            && let Some(mut writer) = writer
        {
            let paused = spawn_blocking(move || {
                let _ = writer.pause(state);
                writer.safe_progress()
            });
            if let Ok(progress) = paused.await {
                self.news.send_modify(|news| news.progress = progress);
            }
        }
        self.tell(state, error, None);
    }

    async fn run_to_end(&mut self, writer: &mut Option<Writer>) -> Result<(), Error> {
        let mut writing: Option<JoinHandle<Written>> = None;
        let mut outages = 0;
        loop {
            let read = self.read_on().await;
            if let Some(written) = writing.take() {
                self.settle(written, writer).await?;
            }
            match read {
                Ok(batch) => {
                    outages = 0;
                    let has_ended = batch.ended;
                    let written = write(writer.take(), batch)?;
                    if has_ended {
                        self.settle(written, writer).await?;
                        return self.finish(writer).await;
                    }
                    writing = Some(written);
                }
                Err(error) => {
                    outages += u32::from(error.retry_after().is_none());
                    let pause = self
                        .pause_for(&error, outages)
                        .ok_or_else(|| error.clone())?;
                    self.sleep(error, pause, writer).await?;
                }
            }
        }
    }

    async fn read_on(&mut self) -> Result<Batch, Error> {
        let news = self.news.clone();
        let progress = Said::new(move |activity| {
            let waits = match activity {
                Activity::Waits(words) => Some(words),
                Activity::Works(_) => None,
            };
            news.send_if_modified(|news| {
                let is_new = news.waits != waits;
                news.waits = waits;
                is_new
            });
            Box::pin(std::future::ready(()))
        });
        let call = Call::new(Instant::now() + STEP, self.cancel.clone(), progress);
        if self.wants_takeout && self.takeout.is_none() {
            self.takeout = Some(self.reader.takeout(&call).await?);
        }
        let call = match &self.takeout {
            Some(takeout) => call.with_takeout(takeout.clone()),
            None => call,
        };
        self.reader.read_on(&mut self.flow, &call).await
    }

    /// Waits until the writer has written, and has it back, whatever came of it.
    async fn settle(
        &self,
        written: JoinHandle<Written>,
        writer: &mut Option<Writer>,
    ) -> Result<(), Error> {
        let (back, outcome) = written.await.map_err(|_| Error::Internal {
            what: "a batch could not be written".to_owned(),
        })?;
        let back = writer.insert(back);
        outcome?;
        let progress = back.progress();
        self.news.send_modify(|news| news.progress = progress);
        Ok(())
    }

    async fn finish(&self, writer: &mut Option<Writer>) -> Result<(), Error> {
        let Some(mut held) = writer.take() else {
            return Ok(());
        };
        let end = self.flow.end_id();
        let finish = spawn_blocking(move || {
            let finished = held.finish(end);
            (held, finished)
        });
        self.settle(finish, writer).await?;
        // Given back before anybody is told.
        writer.take();
        Ok(())
    }

    /// How long to wait before it is worth to go on after an error; `None` where waiting does not help, or not here.
    fn pause_for(&self, error: &Error, outages: u32) -> Option<Duration> {
        let away = error.is_transient() || matches!(error, Error::OutOfTime { .. });
        let pause = match error.retry_after() {
            // It may be confirmed any moment.
            Some(wait) if matches!(error, Error::TakeoutDelay { .. }) => wait.min(LONGEST_PAUSE),
            Some(wait) => wait,
            None if away && outages <= OUTAGES => {
                let doublings = outages.saturating_sub(1).min(10);
                (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
            }
            None => return None,
        };
        self.longest_pause
            .is_none_or(|longest| pause <= longest)
            .then_some(pause)
    }

    async fn sleep(
        &self,
        error: Error,
        pause: Duration,
        writer: &mut Option<Writer>,
    ) -> Result<(), Error> {
        if let Some(mut held) = writer.take() {
            let paused = spawn_blocking(move || {
                held.has_paused(pause);
                let paused = held.pause(State::Paused);
                (held, paused)
            });
            self.settle(paused, writer).await?;
        }
        self.tell(State::Paused, Some(error), Some(Instant::now() + pause));
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => return Err(Error::Cancelled),
            () = tokio::time::sleep(pause) => {}
        }
        self.tell(State::Running, None, None);
        Ok(())
    }

    fn tell(&self, state: State, error: Option<Error>, wakes_at: Option<Instant>) {
        self.news.send_modify(|news| {
            news.state = state;
            news.error = error;
            news.wakes_at = wakes_at;
        });
    }
}

fn write(writer: Option<Writer>, batch: Batch) -> Result<JoinHandle<Written>, Error> {
    let mut writer = writer.ok_or_else(|| Error::Internal {
        what: "a batch has nowhere to go".to_owned(),
    })?;
    Ok(spawn_blocking(move || {
        let written = writer.write(batch);
        (writer, written)
    }))
}

/// What an export is that this has stopped.
fn state_after(error: &Error) -> State {
    let can_go_on = error.retry_after().is_some()
        || error.is_transient()
        || matches!(
            error,
            Error::Cancelled
                | Error::OutOfTime { .. }
                | Error::ExportFile { .. }
                | Error::ExportNoRoom { .. }
        );
    if can_go_on {
        State::Paused
    } else {
        State::Failed
    }
}

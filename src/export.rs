//! Whole histories as files: jobs that outlive the call that started them and the process, and the proof that
//! nothing is missing.
//!
//! A job reads a [`Flow`](crate::history::Flow) batch by batch and writes it, beside its manifest, which says from
//! where it goes on. `Exports` keeps those of the server in one directory, by names that follow from the question.

mod coverage;
mod disk;
mod edits;
pub mod frames;
mod job;
mod landing;
mod manifest;
mod parts;
mod passed;
mod place;
mod record;
mod shelf;
mod start;
mod status;
mod target;
pub mod tdesktop;
mod verify;
mod writer;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

pub use self::coverage::{Coverage, Unreadable};
use self::job::News;
pub use self::manifest::{Format, Manifest};
use self::place::Place;
use self::shelf::Shelf;
use self::start::Started;
pub use self::status::{LeftOut, Problem, State, Status};
pub use self::target::{Mode, Target};
pub use self::verify::{Finding, Verdict, verify};
use self::writer::SharedIndex;
use crate::audit::Audit;
use crate::error::{Error, ErrorCode};
use crate::history::{Call, Failure, HistoryParams, Reader, TruncatedBy};

/// How many changes a slow listener may miss before it misses some for good.
const CHANGES: usize = 64;
/// How long jobs may take to come to a checkpoint when the process ends.
const LAST_WORDS: Duration = Duration::from_millis(700);
/// How often a caller hears how far its job has come.
const WORD: Duration = Duration::from_millis(500);

/// What exports are made with.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Where they are kept; without a place there are none.
    pub dir: Option<PathBuf>,
    /// How long they are kept after they were last written.
    pub ttl: Duration,
    /// How many bytes all of them may take.
    pub quota_bytes: u64,
    /// Whether chats whose owners forbid copying may be exported.
    pub protected: bool,
    /// Whether they are read through a takeout session.
    pub takeout: bool,
    /// Which world is read, where the account alone does not say it: exports of another one are none of this.
    pub world: String,
}

/// The exports of one account; cheap to clone.
#[derive(Clone)]
pub struct Exports(Arc<Shared>);

struct Shared {
    reader: Arc<Reader>,
    options: ExportOptions,
    changes: broadcast::Sender<Change>,
    jobs: Mutex<HashMap<String, Arc<Job>>>,
    shelf: Shelf,
    audit: Audit,
    /// One job is started at a time, so that no two are the same.
    starting: tokio::sync::Mutex<()>,
    closed: CancellationToken,
}

/// A job that was started here, running or not.
struct Job {
    export_id: String,
    place: Place,
    news: watch::Receiver<News>,
    cancel: CancellationToken,
    followers: AtomicUsize,
    index: SharedIndex,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What happens to exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The export of this id has grown.
    Grew(String),
    /// The export of this id is complete, paused or failed.
    Ended(String),
    /// One has appeared or gone.
    ListChanged,
}

/// An export that may be read.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What is told of it.
    pub status: Status,
    /// The chat that it is of.
    pub chat_id: i64,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What a call for an export comes to.
#[derive(Debug)]
pub struct Report {
    /// The chat, as it may be told.
    pub chat: Value,
    /// The export.
    pub status: Status,
    /// What goes on with it, while there is something to go on with.
    pub cursor: Option<String>,
    /// How many lines were written for this call, where it alone has written.
    pub added: u64,
    /// Why it is not complete.
    pub truncated_by: TruncatedBy,
    /// When it goes on, where that is known.
    pub retry_after: Option<Duration>,
    /// Nothing that was sent before is in it.
    pub not_before: Option<Timestamp>,
}

impl Exports {
    /// Exports of what this reader reads.
    pub fn new(reader: Arc<Reader>, options: ExportOptions) -> Self {
        Self::audited(reader, options, Audit::default())
    }

    /// Exports whose ends are recorded.
    pub fn audited(reader: Arc<Reader>, options: ExportOptions, audit: Audit) -> Self {
        let changes = broadcast::Sender::new(CHANGES);
        Self(Arc::new(Shared {
            shelf: Shelf::new(options.dir.clone()),
            reader,
            options,
            changes,
            audit,
            jobs: Mutex::default(),
            starting: tokio::sync::Mutex::default(),
            closed: CancellationToken::new(),
        }))
    }

    /// Starts the job that answers this question, or finds it, and follows it until it is complete, pauses or fails,
    /// or the call's time is up. `params.cursor` may be that of an earlier report. A call that is withdrawn pauses
    /// the job unless somebody else follows it.
    pub async fn export(&self, params: &HistoryParams, call: &Call) -> Result<Report, Failure> {
        loop {
            let export_id = match self.0.start(params, call).await? {
                Started::Here(job) => return self.follow(&job, call).await,
                Started::Whole(export_id) => return Ok(self.report_of_manifest(&export_id)?),
                Started::Elsewhere(export_id) => export_id,
            };
            // It is taken over as soon as the process that writes it has gone.
            if Instant::now() + WORD >= call.deadline {
                return Ok(self.report_of_manifest(&export_id)?);
            }
            call.progress
                .say("another process writes this export")
                .await;
            tokio::select! {
                biased;
                () = call.cancel.cancelled() => return Err(Error::Cancelled.into()),
                () = tokio::time::sleep(WORD) => {}
            }
        }
    }

    /// Whether a cursor leads to an export of this account, which need not be there any more.
    pub fn is_cursor(&self, text: &str) -> bool {
        self.0.reader.open_export(text).is_ok()
    }

    /// Where is recorded what is done with them, and by the server that they are of.
    pub fn audit(&self) -> &Audit {
        &self.0.audit
    }

    /// What happens to exports from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Stops all jobs where they can go on later.
    pub async fn close(&self) {
        self.0.closed.cancel();
        let last_moment = Instant::now() + LAST_WORDS;
        let jobs: Vec<Arc<Job>> = self.0.jobs().drain().map(|(_, job)| job).collect();
        for job in &jobs {
            job.cancel.cancel();
        }
        for job in jobs {
            if let Some(task) = job.take_task() {
                let _ = timeout_at(last_moment, task).await;
            }
        }
    }

    /// Waits with the caller.
    async fn follow(&self, job: &Arc<Job>, call: &Call) -> Result<Report, Failure> {
        let mut follower = Follower::of(job);
        let mut news = job.news.clone();
        let mut said_at: Option<Instant> = None;
        loop {
            let now = news.borrow_and_update().clone();
            let sleeps_long = (now.wakes_at).is_none_or(|wakes_at| wakes_at >= call.deadline);
            let is_over = match now.state {
                State::Running => false,
                State::Paused => sleeps_long,
                State::Complete | State::Failed => true,
            };
            if is_over || Instant::now() >= call.deadline {
                follower.stays = true;
                return self.report(job, &now);
            }
            if said_at.is_none_or(|at| at.elapsed() >= WORD) {
                call.progress.say(words(&now)).await;
                said_at = Some(Instant::now());
            }
            tokio::select! {
                biased;
                () = call.cancel.cancelled() => return Err(Error::Cancelled.into()),
                () = sleep_until(call.deadline) => {}
                changed = news.changed() => if changed.is_err() {
                    // Its task has died without a word.
                    follower.stays = true;
                    return self.report(job, &now);
                },
            }
        }
    }

    fn report(&self, job: &Job, news: &News) -> Result<Report, Failure> {
        if let (State::Failed, Some(error), 0) = (news.state, &news.error, news.progress.bytes) {
            job.place.remove();
            self.0.jobs().remove(&job.export_id);
            let _ = self.0.changes.send(Change::ListChanged);
            return Err(error.clone().into());
        }
        let manifest = self.0.manifest_at(&job.export_id, &job.place)?;
        let status = self.0.status(job, news, &manifest);
        let is_over = matches!(status.state, State::Complete | State::Failed);
        Ok(Report {
            chat: manifest.chat_as_known(),
            cursor: self.cursor_of(&job.export_id, is_over)?,
            added: 0,
            truncated_by: truncated_by(news),
            retry_after: news.retry_after(),
            not_before: self.not_before(),
            status,
        })
    }

    /// The same for an export that nobody writes here.
    fn report_of_manifest(&self, export_id: &str) -> Result<Report, Error> {
        let place = self.0.place_of(export_id)?;
        let manifest = self.0.manifest_at(export_id, &place)?;
        let status = self.0.status_of_manifest(&place, &manifest, None)?;
        let is_over = status.state == State::Complete;
        Ok(Report {
            cursor: self.cursor_of(export_id, is_over)?,
            added: 0,
            truncated_by: if is_over {
                TruncatedBy::None
            } else {
                TruncatedBy::Deadline
            },
            retry_after: None,
            not_before: self.not_before(),
            chat: manifest.chat_as_known(),
            status,
        })
    }

    fn cursor_of(&self, export_id: &str, is_over: bool) -> Result<Option<String>, Error> {
        if is_over {
            return Ok(None);
        }
        self.0.reader.seal_export(export_id).map(Some)
    }

    fn not_before(&self) -> Option<Timestamp> {
        self.0.reader.gate().policy().not_before()
    }
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, HashMap<String, Arc<Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job of this id that was started here.
    fn job(&self, export_id: &str) -> Option<Arc<Job>> {
        self.jobs().get(export_id).cloned()
    }
}

impl Job {
    fn is_over(&self) -> bool {
        // Nobody would tell of one whose task has died.
        let has_died = self.news.has_changed().is_err();
        let news = self.news.borrow();
        has_died || (news.wakes_at.is_none() && news.state != State::Running)
    }

    fn take_task(&self) -> Option<JoinHandle<()>> {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.take()
    }
}

/// Somebody who waits for a job. The last one who leaves without an answer stops it.
struct Follower<'a> {
    job: &'a Job,
    stays: bool,
}

impl<'a> Follower<'a> {
    fn of(job: &'a Job) -> Self {
        job.followers.fetch_add(1, Ordering::Relaxed);
        Self { job, stays: false }
    }
}

impl Drop for Follower<'_> {
    fn drop(&mut self) {
        let others = self.job.followers.fetch_sub(1, Ordering::Relaxed) - 1;
        if !self.stays && others == 0 {
            self.job.cancel.cancel();
        }
    }
}

/// How far a job has come, for its caller.
fn words(news: &News) -> String {
    let lines = news.progress.lines;
    match (news.state, news.wait(), &news.waits) {
        (State::Paused, Some(wait), _) => {
            format!(
                "{lines} messages exported; waiting {} s for Telegram",
                wait.as_secs()
            )
        }
        (_, _, Some(waits)) => format!("{lines} messages exported; {waits}"),
        (_, _, None) => format!("{lines} messages exported"),
    }
}

/// How an export that is not complete is told to be cut short.
fn truncated_by(news: &News) -> TruncatedBy {
    match (&news.error, news.state) {
        (_, State::Complete) => TruncatedBy::None,
        (Some(Error::ExportFile { .. } | Error::ExportNoRoom { .. }), _) => TruncatedBy::Size,
        (Some(error), _) => match error.code() {
            ErrorCode::FloodWait => TruncatedBy::FloodWait,
            ErrorCode::RateLimitExceeded => TruncatedBy::RateLimit,
            _ if matches!(error, Error::Cancelled) => TruncatedBy::Deadline,
            _ => TruncatedBy::Unavailable,
        },
        (None, _) => TruncatedBy::Deadline,
    }
}

//! How a job begins: by its question or its cursor, anew or from its last checkpoint.

use std::io;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::coverage::Tally;
use super::disk::{give_name, kept};
use super::job::{News, Work};
use super::manifest::{Beginning, Format, Manifest, query};
use super::place::{Lock, Place};
use super::record::Record;
use super::shelf::is_intact;
use super::status::State;
use super::writer::{Rules, Writer};
use super::{Change, Job, Shared};
use crate::error::{Error, shorten};
use crate::files;
use crate::history::{Call, Flow, HistoryParams};

/// Where an export that was asked for is written.
pub(super) enum Started {
    /// In this process, or it was.
    Here(Arc<Job>),
    /// It is complete.
    Whole(String),
    /// Another process writes it.
    Elsewhere(String),
}

/// How a job runs.
pub(super) struct Run {
    pub(super) rules: Rules,
    /// Stops it.
    pub(super) cancel: CancellationToken,
    /// The longest pause that is slept through; `None` for any.
    pub(super) longest_pause: Option<Duration>,
}

impl Shared {
    /// Finds or starts the job that answers a question.
    pub(super) async fn start(
        self: &Arc<Self>,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<Started, Error> {
        self.keep_tidy();
        self.tidy();
        let (export_id, flow) = match &params.cursor {
            Some(text) => {
                let export_id = self.reader.open_export(text)?;
                self.make_sure_of(&export_id, params, call).await?;
                (export_id, None)
            }
            None => {
                let flow = self.reader.begin_flow(params, call).await?;
                (self.name(&flow, params)?, Some(flow))
            }
        };
        let _one_at_a_time = self.starting.lock().await;
        if let Some(job) = self.job(&export_id).filter(|job| !job.is_over()) {
            return Ok(Started::Here(job));
        }
        let place = self.place_of(&export_id)?;
        let Some(lock) = self.take(&place)? else {
            return Ok(Started::Elsewhere(export_id));
        };
        let mut written = Manifest::read(&place.manifest());
        // What somebody has deleted to make room is made anew.
        if written.take_if(|it| !is_intact(&place, it)).is_some() {
            place.remove();
        }
        if let Some(manifest) = &written {
            self.readable(&export_id, manifest)?;
            if manifest.state == State::Complete {
                name_if_complete(&place)?;
                self.reader
                    .admit_checkpoint(&manifest.checkpoint, call)
                    .await?;
                return Ok(Started::Whole(export_id));
            }
        }
        let (flow, manifest) = match (written, flow) {
            (Some(manifest), _) => {
                if let Some(reason) = manifest.disagreement(&self.reader.settings()?) {
                    return Err(no_longer(&export_id, reason));
                }
                let flow = self.reader.resume_flow(&manifest.checkpoint, call).await?;
                (flow, manifest)
            }
            (None, Some(flow)) => {
                let manifest = self.begin(&export_id, &flow, params, Format::Ndjson)?;
                (flow, manifest)
            }
            (None, None) => return Err(self.unknown(&export_id)),
        };
        let run = Run {
            rules: self.rules(manifest.include_expiring, &place),
            cancel: self.closed.child_token(),
            longest_pause: None,
        };
        let job = self.run(place, flow, manifest, lock, run).await?;
        self.spread_news(&job);
        self.jobs().insert(export_id, Arc::clone(&job));
        let _ = self.changes.send(Change::ListChanged);
        Ok(Started::Here(job))
    }

    /// Makes sure that nothing beside the cursor of an export asks for something else.
    async fn make_sure_of(
        &self,
        export_id: &str,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<(), Error> {
        let question = HistoryParams {
            cursor: None,
            page_size: None,
            room: None,
            ..params.clone()
        };
        if question == HistoryParams::default() {
            return Ok(());
        }
        let is_the_same = question.chat.is_some() && {
            let flow = self.reader.begin_flow(&question, call).await?;
            self.name(&flow, &question)? == export_id
        };
        if is_the_same {
            return Ok(());
        }
        Err(Error::CursorInvalid {
            reason: "the other arguments disagree with it; send the cursor alone, or begin anew without it".to_owned(),
        })
    }

    /// The manifest of an export that begins.
    pub(super) fn begin(
        &self,
        export_id: &str,
        flow: &Flow,
        params: &HistoryParams,
        format: Format,
    ) -> Result<Manifest, Error> {
        let tally = Tally::new(flow.direction(), flow.meets_every_id(), flow.begin_id());
        Ok(Manifest::new(Beginning {
            export_id: export_id.to_owned(),
            format,
            chat_id: flow.chat_id(),
            include_expiring: params.filter.include_expiring == Some(true),
            query: query(params, self.reader.gate()),
            settings: self.reader.settings()?,
            tally,
            checkpoint: flow.checkpoint(&self.reader)?,
        }))
    }

    /// Runs a job beside everything else.
    pub(super) async fn run(
        &self,
        place: Place,
        flow: Flow,
        manifest: Manifest,
        lock: Lock,
        run: Run,
    ) -> Result<Arc<Job>, Error> {
        let export_id = manifest.export_id.clone();
        let record = Record::begin(&self.audit, &export_id, manifest.chat_id);
        let gate = self.reader.gate().clone();
        let files = place.clone();
        let writer = spawn_blocking(move || Writer::open(files, manifest, gate, run.rules, lock));
        let writer = writer.await.map_err(|_| Error::Internal {
            what: "a file could not be opened".to_owned(),
        })??;
        let (news, listener) = watch::channel(News {
            state: State::Running,
            progress: writer.progress(),
            waits: None,
            error: None,
            wakes_at: None,
        });
        let job = Arc::new(Job {
            export_id,
            place,
            news: listener,
            cancel: run.cancel,
            followers: AtomicUsize::new(0),
            index: writer.index(),
            task: Mutex::default(),
        });
        let work = Work {
            reader: Arc::clone(&self.reader),
            flow,
            news,
            cancel: job.cancel.clone(),
            longest_pause: run.longest_pause,
            wants_takeout: self.options.takeout,
            takeout: None,
        };
        let news = job.news.clone();
        let task = tokio::spawn(async move {
            work.run(writer).await;
            record.ends(&news);
        });
        if let Ok(mut place) = job.task.lock() {
            *place = Some(task);
        }
        Ok(job)
    }

    /// Tells listeners how a job goes, not more often than they can want to know.
    fn spread_news(&self, job: &Job) {
        const NOT_MORE_OFTEN_THAN: Duration = Duration::from_millis(200);
        let (mut news, changes) = (job.news.clone(), self.changes.clone());
        let export_id = job.export_id.clone();
        tokio::spawn(async move {
            let mut bytes = news.borrow().progress.bytes;
            while news.changed().await.is_ok() {
                let (state, now) = {
                    let news = news.borrow_and_update();
                    (news.state, news.progress.bytes)
                };
                if now > bytes {
                    bytes = now;
                    let _ = changes.send(Change::Grew(export_id.clone()));
                }
                if state != State::Running {
                    let _ = changes.send(Change::Ended(export_id.clone()));
                }
                tokio::time::sleep(NOT_MORE_OFTEN_THAN).await;
            }
        });
    }

    /// The name of the export that answers this question under the settings of now.
    pub(super) fn name(&self, flow: &Flow, params: &HistoryParams) -> Result<String, Error> {
        let settings = self.reader.settings()?;
        let expiring = params.filter.include_expiring == Some(true);
        let under = [
            env!("CARGO_PKG_VERSION"),
            &settings.masking,
            &settings.policy,
            if expiring { "expiring" } else { "" },
            &self.options.world,
        ];
        self.reader.name_flow(flow, &under.join("\0"))
    }

    fn rules(&self, expiring: bool, place: &Place) -> Rules {
        let taken = self.shelf.bytes_beside(place);
        Rules {
            protected: self.options.protected,
            expiring,
            ttl: Some(self.options.ttl),
            most_bytes: Some(self.options.quota_bytes.saturating_sub(taken)),
        }
    }

    fn take(&self, place: &Place) -> Result<Option<Lock>, Error> {
        let taken = files::create_private_dir(place.dir()).and_then(|()| place.lock());
        taken.map_err(|error| not_writable(place, &error))
    }
}

/// The refusal of a directory that no file can be made in.
pub(super) fn not_writable(place: &Place, error: &io::Error) -> Error {
    let dir = shorten(&place.dir().display().to_string());
    Error::ExportFile {
        reason: format!(
            "no file can be made in `{dir}` ({}); make that directory writable, or name another",
            error.kind()
        ),
    }
}

/// Gives a file its name that was complete when something killed the process.
pub(super) fn name_if_complete(place: &Place) -> Result<(), Error> {
    if place.file().symlink_metadata().is_ok() {
        return Ok(());
    }
    give_name(place).map_err(kept)
}

/// The refusal of an export that was begun under other circumstances.
pub(super) fn no_longer(export_id: &str, reason: &str) -> Error {
    Error::ExportNotFound {
        export_id: shorten(export_id),
        reason: reason.to_owned(),
    }
}

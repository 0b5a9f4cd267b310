//! Exports to a file that a person named: written by the call that asks for them, and kept for good.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::edits;
use super::manifest::{Format, Manifest};
use super::place::Place;
use super::start::{Run, name_if_complete, not_writable};
use super::status::{State, Status};
use super::writer::Rules;
use super::{Exports, Report, truncated_by};
use crate::error::{Error, shorten};
use crate::history::{Call, Direction, Failure, Flow, HistoryParams, TruncatedBy};

/// A file that an export is written to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The file; its ending says how it is packed.
    pub file: PathBuf,
    /// Its form.
    pub format: Format,
    /// What becomes of one that is there.
    pub mode: Mode,
    /// The longest pause that is waited for; `None` for any.
    pub longest_pause: Option<Duration>,
}

/// What becomes of a file that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is in the way.
    New,
    /// One that was begun is gone on with; a complete one is left as it is.
    Resume,
    /// What came in since is added to a complete one, and edits are noted beside it.
    Incremental,
}

impl Exports {
    /// Writes the answer to a question to a file, until it is complete, or cannot go on for now. A call that is
    /// cancelled stops at a checkpoint. `watch` hears how it goes.
    pub async fn write_to(
        &self,
        target: &Target,
        params: &HistoryParams,
        call: &Call,
        mut watch: impl FnMut(&Status),
    ) -> Result<Report, Failure> {
        let place = Place::new(target.file.clone());
        let was_begun = Manifest::read(&place.manifest())
            .is_some_and(|manifest| manifest.state != State::Complete);
        let report = self.write_once(target, params, call, &mut watch).await?;
        // What was begun ends where the chat ended then.
        let lags = target.mode == Mode::Incremental && was_begun;
        if !lags || report.status.state != State::Complete {
            return Ok(report);
        }
        let rest = self.write_once(target, params, call, &mut watch).await?;
        Ok(Report {
            added: report.added + rest.added,
            ..rest
        })
    }

    async fn write_once(
        &self,
        target: &Target,
        params: &HistoryParams,
        call: &Call,
        watch: &mut impl FnMut(&Status),
    ) -> Result<Report, Failure> {
        let place = Place::new(target.file.clone());
        let lock = place
            .lock()
            .map_err(|error| not_writable(&place, &error))?
            .ok_or_else(|| Error::ExportBusy {
                file: shorten(&target.file.display().to_string()),
            })?;
        let flow = self.0.reader.begin_flow(params, call).await?;
        let begun = self
            .begin_target(target, &place, flow, params, call)
            .await?;
        let (manifest, Some(flow)) = begun else {
            let status = self.0.status_of_manifest(&place, &begun.0, None)?;
            return Ok(self.report_of(status, &begun.0));
        };
        let lines_before = manifest.lines;
        let rules = Rules {
            protected: self.0.options.protected,
            expiring: manifest.include_expiring,
            ttl: None,
            most_bytes: None,
        };
        let run = Run {
            longest_pause: target.longest_pause,
            cancel: call.cancel.clone(),
            rules,
        };
        let job = self.0.run(place, flow, manifest, lock, run).await?;
        let mut news = job.news.clone();
        let mut manifest = self.0.manifest_at(&job.export_id, &job.place)?;
        loop {
            let is_over = job.is_over();
            let now = news.borrow_and_update().clone();
            if is_over {
                manifest = self.0.manifest_at(&job.export_id, &job.place)?;
            }
            let status = self.0.status(&job, &now, &manifest);
            watch(&status);
            if is_over {
                if let Some(task) = job.take_task() {
                    let _ = task.await;
                }
                if let (State::Failed, Some(error), 0) = (now.state, &now.error, status.bytes) {
                    job.place.remove();
                    return Err(error.clone().into());
                }
                return Ok(Report {
                    truncated_by: truncated_by(&now),
                    retry_after: now.retry_after(),
                    added: status.lines.saturating_sub(lines_before),
                    ..self.report_of(status, &manifest)
                });
            }
            // The end of the job is news, too.
            let _ = news.changed().await;
        }
    }

    async fn begin_target(
        &self,
        target: &Target,
        place: &Place,
        flow: Flow,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<Begun, Error> {
        let export_id = self.0.name(&flow, params)?;
        let is_there = place.present().0.symlink_metadata().is_ok();
        let known = Manifest::read(&place.manifest());
        // One whose file was deleted says nothing any more.
        let Some(mut manifest) = known.filter(|manifest| is_there || manifest.bytes == 0) else {
            self.nothing_is_in_the_way(target, place)?;
            let manifest = self.0.begin(&export_id, &flow, params, target.format)?;
            return Ok((manifest, Some(flow)));
        };
        let file = shorten(&target.file.display().to_string());
        let refused = |reason: String| Err(Error::ExportInTheWay { reason });
        if target.mode == Mode::New {
            return refused(match manifest.state {
                State::Complete => format!(
                    "`{file}` is there; `--incremental` adds to it what came in since, or name another file"
                ),
                _ => format!(
                    "`{file}` was begun and is not complete; `--resume` goes on with it, or name another file"
                ),
            });
        }
        if let Some(reason) = manifest.disagreement(&self.0.reader.settings()?) {
            return refused(format!(
                "`{file}` cannot be gone on with: {reason}; name another file"
            ));
        }
        if manifest.export_id != export_id || manifest.format != target.format {
            return refused(format!(
                "`{file}` answers another question, which stands in its manifest; name another file, or ask as before"
            ));
        }
        if manifest.state == State::Complete {
            name_if_complete(place)?;
        }
        match (manifest.state, target.mode) {
            (State::Complete, Mode::Incremental) => {
                if flow.direction() == Direction::Desc || target.format != Format::Ndjson {
                    return refused(
                        "only files of lines from the oldest message to the newest can be added to"
                            .to_owned(),
                    );
                }
                edits::note(&self.0.reader, place, &manifest, call).await?;
                let reader = &self.0.reader;
                let flow = reader.extend_flow(&manifest.checkpoint, call).await?;
                // A stop before anything is written goes on with this, not with the end of the old file.
                manifest.checkpoint = flow.checkpoint(reader)?;
                manifest.tally.coverage.complete = false;
                manifest.state = State::Running;
                manifest.completed_at = None;
                Ok((manifest, Some(flow)))
            }
            (State::Complete, _) => Ok((manifest, None)),
            _ => {
                let flow = self
                    .0
                    .reader
                    .resume_flow(&manifest.checkpoint, call)
                    .await?;
                Ok((manifest, Some(flow)))
            }
        }
    }

    fn nothing_is_in_the_way(&self, target: &Target, place: &Place) -> Result<(), Error> {
        let in_the_way = [place.file().to_owned(), place.partial()];
        match in_the_way.iter().find(|path| holds_something(path)) {
            None => Ok(()),
            Some(path) => Err(Error::ExportInTheWay {
                reason: format!(
                    "`{}` is there, and no manifest that can be read beside `{}` says what it is; move it away, or name another file",
                    shorten(&path.display().to_string()),
                    shorten(&target.file.display().to_string())
                ),
            }),
        }
    }

    fn report_of(&self, status: Status, manifest: &Manifest) -> Report {
        Report {
            chat: manifest.chat_as_known(),
            cursor: None,
            truncated_by: TruncatedBy::None,
            added: 0,
            retry_after: None,
            not_before: self.not_before(),
            status,
        }
    }
}

/// Whether something would be lost with this path.
fn holds_something(path: &Path) -> bool {
    let metadata = path.symlink_metadata();
    metadata.is_ok_and(|metadata| !metadata.is_file() || metadata.len() > 0)
}

/// What is there of a file, and what is to be read for it: nothing where it is complete.
type Begun = (Manifest, Option<Flow>);

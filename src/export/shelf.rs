//! The exports that the server keeps: finds them, tells of them, reads them, and clears away what has expired.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;

use super::disk::kept;
use super::job::News;
use super::manifest::Manifest;
use super::parts::PartIndex;
use super::place::Place;
use super::start::no_longer;
use super::status::{Problem, State, Status};
use super::{Change, Exports, Job, Listed, Shared};
use crate::error::{Error, shorten};
use crate::files;
use crate::history::Call;

/// How the files of exports end.
const ENDING: &str = ".ndjson";
/// How their manifests end.
const MANIFEST_ENDING: &str = ".ndjson.manifest.json";
/// How many characters a name has.
const ID_CHARS: usize = 20;

/// The directory of the exports, and what is remembered of their files.
pub(super) struct Shelf {
    dir: Option<PathBuf>,
    /// Whether somebody clears away what expires.
    is_kept_tidy: AtomicBool,
    /// The parts of complete files.
    indexes: Mutex<HashMap<String, Arc<PartIndex>>>,
}

impl Shelf {
    pub(super) fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            is_kept_tidy: AtomicBool::new(false),
            indexes: Mutex::default(),
        }
    }

    /// How many bytes all files of the directory take but these.
    pub(super) fn bytes_beside(&self, place: &Place) -> u64 {
        let own = [place.partial(), place.file().to_owned()];
        let entries = fs::read_dir(place.dir()).into_iter().flatten().flatten();
        entries
            .filter(|entry| !own.contains(&entry.path()))
            .filter_map(|entry| entry.metadata().ok())
            .map(|metadata| metadata.len())
            .sum()
    }

    /// The names of all exports that have a manifest.
    fn names(&self) -> Vec<String> {
        let entries = self.dir.as_deref().and_then(|dir| fs::read_dir(dir).ok());
        entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let id = name.strip_suffix(MANIFEST_ENDING)?;
                is_id(id).then(|| id.to_owned())
            })
            .collect()
    }
}

/// Whether this can be the name of an export: nothing else becomes a path.
fn is_id(text: &str) -> bool {
    text.len() == ID_CHARS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Shared {
    /// The files of an export.
    pub(super) fn place_of(&self, export_id: &str) -> Result<Place, Error> {
        if !is_id(export_id) {
            return Err(self.unknown(export_id));
        }
        let dir = self.shelf.dir.as_deref().ok_or_else(|| {
            Error::invalid(
                "output",
                "export",
                "`inline`, since no directory for exports is known: TELEGRAM_EXPORT_DIR sets one",
            )
        })?;
        Ok(Place::new(dir.join(format!("{export_id}{ENDING}"))))
    }

    pub(super) fn unknown(&self, export_id: &str) -> Error {
        let hours = self.options.ttl.as_secs() / 3600;
        no_longer(
            &shorten(export_id),
            &format!(
                "none has this id, or it has expired; exports are kept for {hours} h (TELEGRAM_EXPORT_TTL_HOURS)"
            ),
        )
    }

    /// The manifest of an export that has not expired.
    pub(super) fn manifest_at(&self, export_id: &str, place: &Place) -> Result<Manifest, Error> {
        Manifest::read(&place.manifest())
            .filter(|manifest| !has_expired(manifest) && is_intact(place, manifest))
            .ok_or_else(|| self.unknown(export_id))
    }

    /// Makes sure that an export was made under the settings of now.
    pub(super) fn readable(&self, export_id: &str, manifest: &Manifest) -> Result<(), Error> {
        let settings = self.reader.settings()?;
        if manifest.settings.masking != settings.masking {
            return Err(no_longer(
                export_id,
                "it was made under another masking (TELEGRAM_PII, its key or region), and cannot be told any more",
            ));
        }
        if manifest.settings.policy != settings.policy {
            return Err(no_longer(
                export_id,
                "the lists of chats that may be read have changed since it was made",
            ));
        }
        Ok(())
    }

    /// Deletes what has expired, unless it is being written. When the next one expires.
    pub(super) fn tidy(&self) -> Option<Timestamp> {
        let mut next = None;
        let mut is_less = false;
        for export_id in self.shelf.names() {
            let Ok(place) = self.place_of(&export_id) else {
                continue;
            };
            let expires_at = Manifest::read(&place.manifest()).and_then(|it| it.expires_at);
            let Some(expires_at) = expires_at else {
                continue;
            };
            if expires_at > Timestamp::now() {
                next = next.into_iter().chain([expires_at]).min();
            } else if let Ok(Some(_lock)) = place.lock() {
                place.remove();
                is_less = true;
            }
        }
        if is_less {
            let _ = self.changes.send(Change::ListChanged);
        }
        next
    }

    /// Clears away what expires from now on, for as long as there is somebody to whom it matters.
    pub(super) fn keep_tidy(self: &Arc<Self>) {
        const SOON: Duration = Duration::from_secs(1);
        const SELDOM: Duration = Duration::from_secs(60);
        if self.shelf.is_kept_tidy.swap(true, Ordering::Relaxed) {
            return;
        }
        let (shared, closed) = (Arc::downgrade(self), self.closed.clone());
        let mut changes = self.changes.subscribe();
        tokio::spawn(async move {
            while let Some(shared) = shared.upgrade() {
                let next = spawn_blocking(move || shared.tidy()).await.ok().flatten();
                let left = next.map_or(SELDOM, |next| {
                    Duration::try_from(next.duration_since(Timestamp::now())).unwrap_or(SOON)
                });
                let ended = async {
                    while !matches!(
                        changes.recv().await,
                        Ok(Change::Ended(_)) | Err(RecvError::Closed)
                    ) {}
                };
                tokio::select! {
                    () = closed.cancelled() => return,
                    () = ended => {}
                    () = tokio::time::sleep(left.clamp(SOON, SELDOM)) => {}
                }
            }
        });
    }

    /// What is told of an export that a job here writes or has written.
    pub(super) fn status(&self, job: &Job, news: &News, manifest: &Manifest) -> Status {
        let is_whole = news.state == State::Complete;
        let path = if is_whole {
            job.place.file().to_owned()
        } else {
            job.place.partial()
        };
        Status {
            state: news.state,
            parts: news.progress.parts,
            lines: news.progress.lines,
            bytes: news.progress.bytes,
            coverage: news.progress.tally.coverage.clone(),
            left_out: news.progress.left_out,
            problem: news.problem(),
            ..described(manifest, &path, is_whole)
        }
    }

    /// What is told of an export that nobody writes here.
    pub(super) fn status_of_manifest(
        &self,
        place: &Place,
        manifest: &Manifest,
        index: Option<&PartIndex>,
    ) -> Result<Status, Error> {
        let (path, is_whole) = place.present();
        let mut status = described(manifest, &path, is_whole);
        let index = match index {
            Some(index) => index.clone(),
            None => self.index(place, manifest)?.as_ref().clone(),
        };
        status.parts = index.count(is_whole);
        if status.state == State::Running && !place.is_locked() {
            status.state = State::Paused;
            status.problem = Some(Problem {
                code: None,
                message: "it was interrupted, and goes on when it is asked for again".to_owned(),
                retry_after_seconds: None,
            });
        }
        Ok(status)
    }

    /// The parts of a file, as far as its manifest goes.
    fn index(&self, place: &Place, manifest: &Manifest) -> Result<Arc<PartIndex>, Error> {
        let is_whole = manifest.state == State::Complete;
        let known = || {
            self.shelf
                .indexes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if is_whole && let Some(index) = known().get(&manifest.export_id) {
            return Ok(Arc::clone(index));
        }
        let (path, _) = place.present();
        let file = files::read(&path).map_err(kept)?;
        let lines = BufReader::with_capacity(1 << 20, file.take(manifest.bytes));
        let index = Arc::new(PartIndex::of(lines).map_err(kept)?);
        if is_whole {
            known().insert(manifest.export_id.clone(), Arc::clone(&index));
        }
        Ok(index)
    }
}

/// A file that may be read, and what is known of it.
struct Opened {
    place: Place,
    manifest: Manifest,
    index: Arc<PartIndex>,
    status: Status,
}

impl Opened {
    fn read(&self, range: Range<u64>) -> Result<String, Error> {
        let (path, _) = self.place.present();
        let mut file = files::read(&path).map_err(kept)?;
        read_range(&mut file, range).map_err(kept)
    }
}

fn read_range(file: &mut File, range: Range<u64>) -> io::Result<String> {
    let length = range.end.saturating_sub(range.start);
    file.seek(SeekFrom::Start(range.start))?;
    let mut text = String::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(length).read_to_string(&mut text)?;
    if text.len() as u64 == length {
        return Ok(text);
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

impl Exports {
    /// The exports that are there and may be read, the newest first.
    pub async fn list(&self, call: &Call) -> Result<Vec<Listed>, Error> {
        self.0.keep_tidy();
        let shared = Arc::clone(&self.0);
        let names = spawn_blocking(move || {
            shared.tidy();
            shared.shelf.names()
        });
        let mut listed = Vec::new();
        for export_id in names.await.unwrap_or_default() {
            match self.describe(&export_id, call).await {
                Ok(export) => listed.push(export),
                Err(error) => tracing::debug!(%error, "an export is not listed"),
            }
        }
        listed.sort_by_key(|export| {
            (
                std::cmp::Reverse(export.modified),
                export.status.export_id.clone(),
            )
        });
        Ok(listed)
    }

    /// What there is to tell of one.
    pub async fn describe(&self, export_id: &str, call: &Call) -> Result<Listed, Error> {
        let opened = self.open(export_id, call).await?;
        Ok(Listed {
            status: opened.status,
            chat_id: opened.manifest.chat_id,
            modified: opened.manifest.updated_at,
        })
    }

    /// Its manifest, as JSON.
    pub async fn manifest(&self, export_id: &str, call: &Call) -> Result<String, Error> {
        let opened = self.open(export_id, call).await?;
        let manifest = opened.manifest.published(&opened.status);
        serde_json::to_string_pretty(&manifest).map_err(|_| Error::Internal {
            what: "a manifest cannot be written as JSON".to_owned(),
        })
    }

    /// All of its lines, if they take at most `most_bytes`; while it is written, those that are there by now.
    pub async fn whole(
        &self,
        export_id: &str,
        most_bytes: u64,
        call: &Call,
    ) -> Result<Option<String>, Error> {
        let opened = self.open(export_id, call).await?;
        let end = opened.status.bytes;
        if end > most_bytes {
            return Ok(None);
        }
        blocking(move || opened.read(0..end)).await.map(Some)
    }

    /// Some of its lines, at most 256 KiB of them but at least one; parts are counted from 0.
    pub async fn part(&self, export_id: &str, number: u64, call: &Call) -> Result<String, Error> {
        let opened = self.open(export_id, call).await?;
        let is_whole = opened.status.state == State::Complete;
        let range = opened.index.range(number, is_whole).ok_or_else(|| {
            let parts = opened.index.count(is_whole);
            let accepted = match (parts, is_whole) {
                (0, true) => "no part, since the export is empty".to_owned(),
                (0, false) => "none yet, since no part is whole".to_owned(),
                (_, true) => format!("a number from 0 to {}", parts - 1),
                (_, false) => format!("for now a number from 0 to {}", parts - 1),
            };
            Error::invalid("parts", &number.to_string(), accepted)
        })?;
        blocking(move || opened.read(range)).await
    }

    /// Opens an export that may be read.
    async fn open(&self, export_id: &str, call: &Call) -> Result<Opened, Error> {
        let place = self.0.place_of(export_id)?;
        let manifest = self.0.manifest_at(export_id, &place)?;
        self.0.readable(export_id, &manifest)?;
        self.0
            .reader
            .admit_checkpoint(&manifest.checkpoint, call)
            .await?;
        let job = self.0.job(export_id);
        let shared = Arc::clone(&self.0);
        blocking(move || {
            let (index, status) = match job {
                Some(job) => {
                    let news = job.news.borrow().clone();
                    let index = job
                        .index
                        .read()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clone();
                    let status = shared.status(&job, &news, &manifest);
                    (Arc::new(index), status)
                }
                None => {
                    let index = shared.index(&place, &manifest)?;
                    let status = shared.status_of_manifest(&place, &manifest, Some(&index))?;
                    (index, status)
                }
            };
            Ok(Opened {
                place,
                manifest,
                index,
                status,
            })
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.map_err(|_| Error::Internal {
        what: "a file could not be read".to_owned(),
    })?
}

/// Whether the file is there that a manifest speaks of, as far as its size tells.
pub(super) fn is_intact(place: &Place, manifest: &Manifest) -> bool {
    let Ok(metadata) = place.present().0.symlink_metadata() else {
        return manifest.bytes == 0 && manifest.state != State::Complete;
    };
    let bytes = metadata.len();
    let is_whole = match manifest.state {
        State::Complete => bytes == manifest.bytes,
        _ => bytes >= manifest.bytes,
    };
    metadata.is_file() && is_whole
}

fn has_expired(manifest: &Manifest) -> bool {
    manifest
        .expires_at
        .is_some_and(|moment| moment <= Timestamp::now())
}

/// What a manifest tells of an export whose file is here.
fn described(manifest: &Manifest, path: &Path, is_whole: bool) -> Status {
    let id = &manifest.export_id;
    Status {
        export_id: id.clone(),
        state: manifest.state,
        uri: format!("tg://exports/{id}.ndjson"),
        manifest_uri: format!("tg://exports/{id}/manifest.json"),
        parts: 0,
        file_path: path.display().to_string(),
        format: manifest.format.as_str(),
        lines: manifest.lines,
        bytes: manifest.bytes,
        sha256: is_whole.then(|| manifest.sha256.clone()),
        coverage: manifest.tally.coverage.clone(),
        left_out: manifest.left_out,
        problem: None,
        expires_at: manifest.expires_at,
    }
}

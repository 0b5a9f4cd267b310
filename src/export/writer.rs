//! The one place that writes lines of an export: masks, encodes, hashes and appends, and makes checkpoints that a
//! kill at any byte leaves standing. Blocks; runs beside the network, never on its path.
//!
//! Which bytes a file has depends on its lines alone, not on when they came: frames are cut by size, never by time.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::mem;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::coverage::Tally;
use super::disk::{begin, give_name, go_on, hex, kept};
use super::frames::Compression;
use super::landing::{Checkpoint, Landing};
use super::manifest::{Format, Manifest, now};
use super::parts::PartIndex;
use super::passed::Passed;
use super::place::{Lock, Place};
use super::status::{LeftOut, State};
use super::tdesktop::{ResultJson, SEPARATOR};
use crate::error::Error;
use crate::files;
use crate::history::{Batch, BatchMessage, IdRange};
use crate::model::Message;
use crate::privacy::{Gate, Released};

/// How many bytes of lines make a frame, once the line that reaches them has ended.
const FRAME_BYTES: usize = 1 << 20;
/// How long what was written may be lost to a loss of power.
const CHECKPOINT_AFTER: Duration = Duration::from_secs(1);
/// What is always left free where the files are.
const RESERVE_BYTES: u64 = 1 << 20;

/// What may be written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    /// Whether chats and messages that may not be copied are.
    pub(super) protected: bool,
    /// Whether messages on an auto-delete timer are.
    pub(super) expiring: bool,
    /// How long the files are kept after they were last written; `None` for ever.
    pub(super) ttl: Option<Duration>,
    /// How many bytes this file may have.
    pub(super) most_bytes: Option<u64>,
}

/// Where the lines of a file that is written can be read.
pub(super) type SharedIndex = Arc<RwLock<PartIndex>>;

/// Writes one export.
pub(super) struct Writer {
    place: Place,
    manifest: Manifest,
    gate: Gate,
    rules: Rules,
    compression: Compression,
    layout: Option<ResultJson>,
    file: File,
    absent: Option<File>,
    hash: Sha256,
    /// What is not a frame yet.
    frame: Vec<u8>,
    /// How far it has come, past the last checkpoint.
    now: Standing,
    /// The last place at which the file can be cut.
    safe: Standing,
    index: SharedIndex,
    begun: Instant,
    last_checkpoint: Instant,
    seconds_before: f64,
    /// Ends before the lock does.
    landing: Landing,
    _lock: Lock,
}

/// How far a file has come.
#[derive(Debug, Clone)]
struct Standing {
    lines: u64,
    bytes: u64,
    hash: Sha256,
    absent: Vec<u8>,
    left_out: LeftOut,
    self_destructing: u64,
    tally: Tally,
    checkpoint: String,
}

/// What of a writer is told.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) parts: u64,
    pub(super) left_out: LeftOut,
    pub(super) tally: Tally,
}

impl Writer {
    /// Begins a file, or goes on with one from its last checkpoint. What was written behind that is cut off.
    pub(super) fn open(
        place: Place,
        manifest: Manifest,
        gate: Gate,
        rules: Rules,
        lock: Lock,
    ) -> Result<Self, Error> {
        let compression = Compression::of(place.file());
        // Before there is a file, so that a file is never without one.
        manifest.write(&place.manifest()).map_err(kept)?;
        let (file, hash, index) = if manifest.bytes == 0 {
            (
                begin(&place).map_err(kept)?,
                Sha256::new(),
                PartIndex::default(),
            )
        } else {
            go_on(&place, &manifest, compression)?
        };
        let now = Standing {
            lines: manifest.lines,
            bytes: manifest.bytes,
            hash: hash.clone(),
            absent: Vec::new(),
            left_out: manifest.left_out,
            self_destructing: manifest.self_destructing,
            tally: manifest.tally.clone(),
            checkpoint: manifest.checkpoint.clone(),
        };
        let mut writer = Self {
            absent: None,
            seconds_before: manifest.seconds,
            place,
            manifest,
            gate,
            rules,
            compression,
            layout: None,
            file,
            hash,
            frame: Vec::new(),
            safe: now.clone(),
            now,
            index: Arc::new(RwLock::new(index)),
            begun: Instant::now(),
            last_checkpoint: Instant::now(),
            landing: Landing::default(),
            _lock: lock,
        };
        writer.manifest.runs += 1;
        writer.manifest.state = State::Running;
        writer.checkpoint()?;
        Ok(writer)
    }

    /// Where the lines can be found.
    pub(super) fn index(&self) -> SharedIndex {
        Arc::clone(&self.index)
    }

    /// How far it has come.
    pub(super) fn progress(&self) -> Progress {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        Progress {
            lines: self.now.lines,
            bytes: self.now.bytes,
            parts: index.count(self.manifest.state == State::Complete),
            left_out: self.now.left_out,
            tally: self.now.tally.clone(),
        }
    }

    /// How far it has come for good.
    pub(super) fn safe_progress(&self) -> Progress {
        Progress {
            lines: self.safe.lines,
            bytes: self.safe.bytes,
            left_out: self.safe.left_out,
            tally: self.safe.tally.clone(),
            ..self.progress()
        }
    }

    /// Notes a pause that Telegram asked for.
    pub(super) fn has_paused(&mut self, pause: Duration) {
        self.manifest.seconds_paused += pause.as_secs_f64();
    }

    /// Writes what one step has read.
    pub(super) fn write(&mut self, mut batch: Batch) -> Result<(), Error> {
        if batch.is_protected() && !self.rules.protected {
            return Err(Error::ExportProtected {
                input: self.manifest.chat_id.to_string(),
            });
        }
        self.describe(&batch)?;
        let fetched = self.now.tally.coverage.fetched;
        let mut passed = Passed::take(&mut batch);
        let gate = self.gate.clone();
        for BatchMessage { record, looked_at } in batch.release(&gate) {
            passed.up_to(record.id, &mut self.now.tally);
            self.now.tally.coverage.fetched = fetched + u64::from(looked_at);
            self.now.tally.coverage.matched += 1;
            if self.is_wanted(&record) {
                self.append(&record)?;
                if self.compression != Compression::None && self.frame.len() >= FRAME_BYTES {
                    self.now.checkpoint = batch.checkpoint_behind(record.id)?;
                    self.end_frame()?;
                }
            }
        }
        passed.all(&mut self.now.tally);
        self.now.tally.coverage.fetched = fetched + u64::from(batch.fetched);
        self.now.checkpoint = batch.checkpoint()?;
        if self.compression == Compression::None || self.frame.is_empty() {
            self.end_frame()?;
        }
        if self.last_checkpoint.elapsed() >= CHECKPOINT_AFTER && !self.landing.is_under_way() {
            self.make_room().map_err(kept)?;
            let checkpoint = self.safe_checkpoint().map_err(kept)?;
            self.landing.begin(checkpoint).map_err(kept)?;
        }
        Ok(())
    }

    /// Makes what was written safe, as far as the file can be cut there.
    pub(super) fn checkpoint(&mut self) -> Result<(), Error> {
        self.make_room().map_err(kept)?;
        self.save()
    }

    fn save(&mut self) -> Result<(), Error> {
        self.landing.wait().map_err(kept)?;
        let checkpoint = self.safe_checkpoint().map_err(kept)?;
        checkpoint.land().map_err(kept)
    }

    /// A checkpoint at the last place at which the file can be cut.
    fn safe_checkpoint(&mut self) -> io::Result<Checkpoint> {
        if !self.safe.absent.is_empty() {
            self.write_absent()?;
        }
        let now = now();
        let safe = &self.safe;
        let manifest = &mut self.manifest;
        manifest.lines = safe.lines;
        manifest.bytes = safe.bytes;
        manifest.sha256 = hex(safe.hash.clone());
        manifest.left_out = safe.left_out;
        manifest.self_destructing = safe.self_destructing;
        manifest.tally = safe.tally.clone();
        manifest.checkpoint.clone_from(&safe.checkpoint);
        manifest.seconds = self.seconds_before + self.begun.elapsed().as_secs_f64();
        manifest.updated_at = now;
        manifest.expires_at = self.rules.ttl.and_then(|ttl| now.checked_add(ttl).ok());
        self.last_checkpoint = Instant::now();
        let written = [Some(&self.file), self.absent.as_ref()];
        let files = written.into_iter().flatten().map(File::try_clone);
        Ok(Checkpoint {
            files: files.collect::<Result<_, _>>()?,
            manifest: self.manifest.clone(),
            place: self.place.manifest(),
        })
    }

    /// Writes down why it does not go on for now.
    pub(super) fn pause(&mut self, state: State) -> Result<(), Error> {
        self.manifest.state = state;
        self.save()
    }

    /// Writes down that everything is in the file, which gets its name. `end` is the id behind the last one that
    /// could have been met.
    pub(super) fn finish(&mut self, end: Option<i32>) -> Result<(), Error> {
        self.now.tally.end(end);
        let absent = self.now.tally.take_absent();
        note(&mut self.now.absent, &absent);
        if let Some(layout) = &self.layout {
            self.frame.extend_from_slice(layout.tail().as_bytes());
        }
        let is_empty_archive = self.compression != Compression::None && self.now.bytes == 0;
        if is_empty_archive && self.frame.is_empty() {
            let frame = self.compression.frame(&[]).map_err(kept)?;
            self.put(&frame).map_err(kept)?;
        }
        self.end_frame()?;
        self.manifest.state = State::Complete;
        self.manifest.completed_at = Some(now());
        self.checkpoint()?;
        give_name(&self.place).map_err(kept)
    }

    /// Learns from the first answer what the chat is.
    fn describe(&mut self, batch: &Batch) -> Result<(), Error> {
        let forbidden = &mut self.now.tally.coverage.forbidden_half;
        *forbidden = forbidden.or(batch.forbidden);
        if let Some(total) = batch.total {
            let is_older_half = batch.elsewhere().is_some();
            self.now.tally.count(is_older_half, total);
        }
        let is_new = self.manifest.chat.is_null();
        if !is_new && (self.manifest.format == Format::Ndjson || self.layout.is_some()) {
            return Ok(());
        }
        let chat = batch.chat(&self.gate);
        if is_new {
            self.manifest.chat = json!(&chat);
        }
        if self.manifest.format == Format::Tdesktop {
            let layout = ResultJson::of(&chat);
            if self.now.bytes == 0 && self.frame.is_empty() {
                self.frame.extend_from_slice(layout.head().as_bytes());
            }
            self.layout = Some(layout);
        }
        Ok(())
    }

    fn is_wanted(&mut self, message: &Message) -> bool {
        if message.expires_at.is_some() && !self.rules.expiring {
            self.now.left_out.expiring += 1;
            return false;
        }
        if message.content_protected && !self.rules.protected {
            self.now.left_out.protected += 1;
            return false;
        }
        let is_fleeting = (message.media.as_ref()).is_some_and(|media| media.ttl_seconds.is_some());
        self.now.self_destructing += u64::from(is_fleeting);
        true
    }

    /// Adds a record to the frame, as it stands in the file.
    fn append(&mut self, record: &Released<Message>) -> Result<(), Error> {
        let frame = &mut self.frame;
        if let Some(layout) = &self.layout {
            if self.now.lines > 0 {
                frame.extend_from_slice(SEPARATOR.as_bytes());
            }
            frame.extend_from_slice(layout.message(record).as_bytes());
        } else {
            let begin = frame.len();
            serde_json::to_writer(&mut *frame, record).map_err(|_| Error::Internal {
                what: "a record cannot be written as JSON".to_owned(),
            })?;
            frame.push(b'\n');
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            index.push((frame.len() - begin) as u64);
        }
        self.now.lines += 1;
        self.now.tally.write(record.id);
        Ok(())
    }

    /// Puts what is gathered into the file, which can be cut behind it.
    fn end_frame(&mut self) -> Result<(), Error> {
        if !self.frame.is_empty() {
            let frame = mem::take(&mut self.frame);
            let bytes = match self.compression {
                Compression::None => frame,
                packed => packed.frame(&frame).map_err(kept)?,
            };
            self.put(&bytes).map_err(kept)?;
            self.frame = bytes;
            self.frame.clear();
        }
        let absent = self.now.tally.take_absent();
        note(&mut self.now.absent, &absent);
        self.now.hash = self.hash.clone();
        let unwritten = mem::take(&mut self.safe.absent);
        self.safe = self.now.clone();
        self.safe.absent = [unwritten, mem::take(&mut self.now.absent)].concat();
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(most) = self.rules.most_bytes
            && self.now.bytes + bytes.len() as u64 > most
        {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.now.bytes += bytes.len() as u64;
        Ok(())
    }

    fn make_room(&self) -> io::Result<()> {
        match files::room(self.place.dir()) {
            Some(room) if room < RESERVE_BYTES => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    fn write_absent(&mut self) -> io::Result<()> {
        let file = match &mut self.absent {
            Some(file) => file,
            None => {
                let path = self.place.absent();
                let file = match files::create(&path) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        files::open(&path)?
                    }
                    file => file?,
                };
                file.set_len(self.manifest.absent_bytes)?;
                self.absent.insert(file)
            }
        };
        file.seek(SeekFrom::Start(self.manifest.absent_bytes))?;
        file.write_all(&self.safe.absent)?;
        self.manifest.absent_bytes += self.safe.absent.len() as u64;
        self.safe.absent.clear();
        Ok(())
    }
}

fn note(lines: &mut Vec<u8>, ranges: &[IdRange]) {
    for range in ranges {
        let line = format!(
            "{{\"from_id\":{},\"to_id\":{}}}\n",
            range.from_id, range.to_id
        );
        lines.extend_from_slice(line.as_bytes());
    }
}

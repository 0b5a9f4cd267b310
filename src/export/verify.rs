//! Checks a file against its manifest: bytes and hash, lines and their ids, and what the manifest says of the chat.
//! Reads it as a stream, and says where something is wrong, never what stands there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::disk::{Tee, hex, kept};
use super::frames::Compression;
use super::manifest::{Format, Manifest};
use super::place::Place;
use super::status::State;
use super::tdesktop;
use crate::error::{Error, shorten};
use crate::files;
use crate::history::{Direction, IdRange};

/// The most findings that are kept; all are counted.
const KEPT: usize = 100;
/// Longer lines are torn: no record has so many bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// What a check has found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// How many messages the file has.
    pub messages: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of them, in hexadecimal.
    pub sha256: String,
    /// The oldest message.
    pub first_id: Option<i32>,
    /// The newest message.
    pub last_id: Option<i32>,
    /// Every id between them is in the file or known to be absent, as far as nothing narrows the export.
    pub is_gapless: bool,
    /// What is wrong, at most a hundred.
    pub findings: Vec<Finding>,
    /// How much is wrong.
    pub count: u64,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Where this line begins, in bytes from 0 of what is unpacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// What is wrong there.
    pub what: String,
}

/// Checks a file that an export has written. Blocks.
pub fn verify(file: &Path) -> Result<Verdict, Error> {
    // While it grows the file has another name.
    let whole = file.to_str().and_then(|name| name.strip_suffix(".part"));
    let place = Place::new(whole.map_or_else(|| file.to_owned(), PathBuf::from));
    let manifest = Manifest::read(&place.manifest()).ok_or_else(|| {
        let name = shorten(&file.display().to_string());
        Error::ExportFile {
            reason: if file.exists() {
                format!("no manifest that can be read stands beside `{name}`: only files that `export` has written can be checked")
            } else {
                format!("there is no file `{name}`")
            },
        }
    })?;
    let (path, is_whole) = place.present();
    let mut verdict = Verdict::default();
    if manifest.state != State::Complete || !is_whole {
        verdict.find(None, "it is not complete; `--resume` goes on with it");
    }
    verdict.read_bytes(files::read(&path).map_err(kept)?, &manifest)?;
    if manifest.bytes > 0 {
        let packed = files::read(&path).map_err(kept)?.take(manifest.bytes);
        // While it grows the file has another name, which does not say how it is packed.
        let lines = Compression::of(place.file()).open(packed).map_err(kept)?;
        verdict.count_absent(&place, &manifest);
        let absent = Absent::open(&place, &manifest);
        Check::new(&mut verdict, &manifest, absent).read_lines(lines);
    }
    verdict.compare(&manifest);
    Ok(verdict)
}

impl Verdict {
    fn find(&mut self, place: Option<(u64, u64)>, what: impl Into<String>) {
        self.count += 1;
        if self.findings.len() < KEPT {
            self.findings.push(Finding {
                line: place.map(|(line, _)| line),
                byte: place.map(|(_, byte)| byte),
                what: what.into(),
            });
        }
    }

    /// Holds the bytes against the manifest; what stands behind them belongs to no checkpoint.
    fn read_bytes(&mut self, mut file: File, manifest: &Manifest) -> Result<(), Error> {
        let mut counted = Tee {
            hash: Sha256::new(),
            read: 0,
            file: (&mut file).take(manifest.bytes),
        };
        io::copy(&mut counted, &mut io::sink()).map_err(kept)?;
        (self.bytes, self.sha256) = (counted.read, hex(counted.hash));
        let more = io::copy(&mut file, &mut io::sink()).map_err(kept)?;
        if self.bytes < manifest.bytes {
            let missing = manifest.bytes - self.bytes;
            self.find(None, format!("its last {missing} bytes are missing"));
        } else if self.sha256 != manifest.sha256 {
            let (is, was) = (&self.sha256, &manifest.sha256);
            let what = format!("its SHA-256 is {is}, and the manifest says {was}");
            self.find(None, what);
        }
        if more > 0 && manifest.state == State::Complete {
            self.find(None, format!("{more} bytes more stand behind its end"));
        }
        Ok(())
    }

    /// Holds the list of absent ids against the manifest.
    fn count_absent(&mut self, place: &Place, manifest: &Manifest) {
        let told = manifest.tally.coverage.absent_total.unwrap_or_default();
        let listed = files::read(&place.absent()).map(|file| {
            let lines = BufReader::new(file.take(manifest.absent_bytes)).lines();
            lines.map_while(Result::ok).count() as u64
        });
        let listed = listed.unwrap_or_default();
        if listed != told {
            let what = format!("{told} ranges of ids are absent, and {listed} of them are listed");
            self.find(None, what);
        }
    }

    /// Holds what was counted against the manifest.
    fn compare(&mut self, manifest: &Manifest) {
        let coverage = &manifest.tally.coverage;
        if self.messages != manifest.lines {
            let (is, was) = (self.messages, manifest.lines);
            self.find(
                None,
                format!("it has {is} messages, and the manifest says {was}"),
            );
        }
        for (name, is, was) in [
            ("first", self.first_id, coverage.first_id),
            ("last", self.last_id, coverage.last_id),
        ] {
            if is != was {
                let told = |id: Option<i32>| id.map_or("none".to_owned(), |id| id.to_string());
                let what = format!(
                    "its {name} id is {}, and the manifest says {}",
                    told(is),
                    told(was)
                );
                self.find(None, what);
            }
        }
        let left_out = manifest.left_out.expiring + manifest.left_out.protected;
        if coverage.matched != manifest.lines + left_out {
            let what = format!(
                "{} messages were wanted, and {} are written or left out",
                coverage.matched,
                manifest.lines + left_out
            );
            self.find(None, what);
        }
        if manifest.state == State::Complete && !coverage.complete {
            let count = coverage.unreadable_total;
            self.find(
                None,
                format!("{count} ranges of ids could not be read, the manifest names them"),
            );
        }
    }
}

/// The lines of a file, while they are read.
struct Check<'a> {
    verdict: &'a mut Verdict,
    manifest: &'a Manifest,
    direction: Direction,
    /// Where the line begins.
    place: (u64, u64),
    /// The message before, and its chat.
    before: Option<(i64, i32)>,
    /// Chats whose messages have come.
    chats: Vec<i64>,
    /// What must lie between the messages, where that is known.
    absent: Option<Absent>,
}

/// What a line must say.
#[derive(Deserialize)]
struct Line {
    id: i64,
    chat_id: Option<i64>,
}

impl<'a> Check<'a> {
    fn new(verdict: &'a mut Verdict, manifest: &'a Manifest, absent: Option<Absent>) -> Self {
        let direction = manifest.query.get("direction").cloned();
        let direction = direction.and_then(|it| serde_json::from_value(it).ok());
        Self {
            verdict,
            manifest,
            direction: direction.unwrap_or_default(),
            place: (0, 0),
            before: None,
            chats: Vec::new(),
            absent,
        }
    }

    fn read_lines(mut self, mut lines: impl BufRead) {
        let mut line = Vec::new();
        let mut length = 0;
        loop {
            self.place = (self.place.0 + 1, self.place.1 + length);
            line.clear();
            match (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(read) => length = read as u64,
                Err(_) => {
                    self.find("what is packed here is torn or damaged");
                    break;
                }
            }
            // In Desktop's layout a line ends where the next one begins.
            let may_end_here =
                self.manifest.format == Format::Tdesktop && self.manifest.state != State::Complete;
            if line.last() != Some(&b'\n') && !may_end_here {
                self.find("the line is torn");
                break;
            }
            match self.manifest.format {
                Format::Ndjson => self.read_line(&line),
                Format::Tdesktop => self.read_layout(&line),
            }
        }
        self.verdict.is_gapless =
            self.absent.is_some() && self.verdict.messages > 0 && self.verdict.findings.is_empty();
    }

    /// A line of Desktop's layout: messages are those that are indented twice.
    fn read_layout(&mut self, line: &[u8]) {
        if let Some(message) = line.strip_prefix(tdesktop::INDENT.as_bytes()) {
            let message = message.strip_suffix(b"\n").unwrap_or(message);
            self.read_line(message.strip_suffix(b",").unwrap_or(message));
        }
    }

    fn read_line(&mut self, line: &[u8]) {
        let Ok(line) = serde_json::from_slice::<Line>(line) else {
            return self.find("the line is no message");
        };
        let (chat_id, id) = match line.chat_id {
            Some(chat_id) => (chat_id, line.id),
            None if line.id < 0 => (0, line.id + tdesktop::OLD_HALF_SHIFT),
            None => (self.manifest.chat_id, line.id),
        };
        let Ok(id) = i32::try_from(id) else {
            return self.find("the line has no id of a message");
        };
        self.verdict.messages += 1;
        self.follow(chat_id, id);
        self.before = Some((chat_id, id));
        let verdict = &mut self.verdict;
        (verdict.first_id, verdict.last_id) = match self.direction {
            Direction::Asc => (verdict.first_id.or(Some(id)), Some(id)),
            Direction::Desc => (Some(id), verdict.last_id.or(Some(id))),
        };
    }

    /// Whether a message may stand behind the one before.
    fn follow(&mut self, chat_id: i64, id: i32) {
        match self.before {
            Some((chat, before)) if chat == chat_id => {
                let is_behind = match self.direction {
                    Direction::Asc => id > before,
                    Direction::Desc => id < before,
                };
                if id == before {
                    self.find(format!("message {id} stands here a second time"));
                } else if !is_behind {
                    self.find(format!("message {id} stands behind {before}"));
                } else if chat_id == self.manifest.chat_id {
                    // The ids of the group that it was are not its own.
                    self.look_between(before, id);
                }
            }
            _ if self.chats.contains(&chat_id) => {
                self.find("messages of one chat stand in two places");
            }
            _ => {
                self.chats.push(chat_id);
                if !self.may_hold(chat_id) {
                    self.find("messages of another chat than the manifest's begin here");
                }
                if let Some(absent) = &mut self.absent
                    && chat_id == self.manifest.chat_id
                {
                    absent.pass(id, self.direction);
                }
            }
        }
    }

    /// Whether messages of this chat can stand in the file: its own, those of the group that it was, and comments,
    /// whose group is another chat.
    fn may_hold(&self, chat_id: i64) -> bool {
        let chat = self.manifest.chat_id;
        let is_channel = |id: i64| id <= tdesktop::CHANNEL_MARK;
        let was_group = is_channel(chat) && chat_id <= 0 && !is_channel(chat_id);
        let has_comments = self.manifest.query.pointer("/filter/comments_of").is_some();
        chat_id == chat || was_group || has_comments
    }

    /// Whether everything between two messages is known to be absent.
    fn look_between(&mut self, before: i32, id: i32) {
        if let Some(absent) = &mut self.absent
            && !absent.is_all_between(before, id)
        {
            let (low, high) = (before.min(id) + 1, before.max(id) - 1);
            self.find(format!(
                "messages between {low} and {high} are neither here nor known to be absent"
            ));
        }
    }

    fn find(&mut self, what: impl Into<String>) {
        self.verdict.find(Some(self.place), what);
    }
}

/// The ranges of ids that are absent, in walking order. They are known when everything that was met was written.
struct Absent {
    ranges: Take<BufReader<File>>,
    next: Option<IdRange>,
}

impl Absent {
    fn open(place: &Place, manifest: &Manifest) -> Option<Self> {
        let coverage = &manifest.tally.coverage;
        let is_known = coverage.absent_ranges.is_some()
            && coverage.fetched == manifest.lines
            && coverage.unreadable_total == 0;
        if !is_known {
            return None;
        }
        let file = match coverage.absent_total {
            Some(1..) => files::read(&place.absent()).ok()?,
            // Nothing was absent, and nothing is read of whatever this is.
            _ => files::read(&place.manifest()).ok()?,
        };
        let ranges = BufReader::new(file).take(manifest.absent_bytes);
        let mut absent = Self { ranges, next: None };
        absent.step();
        Some(absent)
    }

    fn step(&mut self) {
        let mut line = String::new();
        let read = self.ranges.read_line(&mut line);
        self.next = read.ok().and_then(|_| serde_json::from_str(&line).ok());
    }

    /// Leaves behind what comes before the first message.
    fn pass(&mut self, id: i32, direction: Direction) {
        let comes_before = |range: &IdRange| match direction {
            Direction::Asc => range.to_id < id,
            Direction::Desc => range.from_id > id,
        };
        while self.next.as_ref().is_some_and(comes_before) {
            self.step();
        }
    }

    /// Whether the ranges that come now are what lies between two messages.
    fn is_all_between(&mut self, before: i32, id: i32) -> bool {
        let (mut low, mut high) = (before.min(id) + 1, before.max(id) - 1);
        while low <= high {
            match self.next {
                Some(range) if range.from_id == low && range.to_id <= high => low = range.to_id + 1,
                Some(range) if range.to_id == high && range.from_id >= low => {
                    high = range.from_id - 1;
                }
                _ => return false,
            }
            self.step();
        }
        true
    }
}

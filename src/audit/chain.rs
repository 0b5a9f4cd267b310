//! Reads an audit from its first line to its last, and says where it is not as it was written.
//!
//! A process can be killed at any byte: then the head may be behind, and the last line may be torn. The next line
//! tells of that and holds the hash of what was torn. Nothing else is accepted.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::head::{Head, NoHead};
use super::line::{self, Hash, Line, Link};
use super::log::split_line;
use super::place::Place;
use crate::files;

/// How long whoever reads waits for those who write; without the lock the end may look torn.
const PATIENCE: Duration = Duration::from_secs(1);

/// What an audit holds.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The number of the first line that is kept.
    pub first: Option<u64>,
    /// How many lines there are that are whole.
    pub lines: u64,
    /// In how many files.
    pub files: usize,
    /// When the first was written.
    pub begins_at: Option<Timestamp>,
    /// When the last was written.
    pub ends_at: Option<Timestamp>,
    /// How many lines could not be written, as those that could say.
    pub lost: u64,
    /// How often a process was killed within a line.
    pub torn: u64,
    /// Whether the last line was torn, and nobody has written since.
    pub ends_torn: bool,
    /// The hash of the last line, in hexadecimal.
    pub hash: Option<String>,
    /// The first place where it is not as it was written.
    pub broken: Option<Break>,
}

/// A place where an audit is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The file.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, reason } = self;
        write!(f, "{}:{line}: {reason}", file.display())
    }
}

/// Looks at every byte of the audit in this file and in those that were full before it.
pub fn verify(file: &Path) -> io::Result<History> {
    walk(file, |_| ())
}

/// The same, and hands over every line that can be read, with its text.
pub fn read(file: &Path, mut each: impl FnMut(Line, &str)) -> io::Result<History> {
    walk(file, |text| {
        if let Ok(text) = str::from_utf8(text)
            && let Ok(line) = serde_json::from_str(text)
        {
            each(line, text);
        }
    })
}

fn walk(file: &Path, mut each: impl FnMut(&[u8])) -> io::Result<History> {
    let place = Place::new(file);
    if let Some(file) = place.in_the_way() {
        let (line, reason) = (
            1,
            "it is no file of its own: nothing can be written".to_owned(),
        );
        let broken = Some(Break { file, line, reason });
        return Ok(History {
            broken,
            ..History::default()
        });
    }
    let snapshot = Snapshot::take(&place)?;
    let mut walk = Walk {
        history: History {
            files: snapshot.files.len(),
            ..History::default()
        },
        head: snapshot.head,
        next: None,
        last: None,
    };
    let none = snapshot.files.is_empty() && walk.head == Some(Head::NONE);
    if snapshot.is_headless {
        walk.break_at(
            &snapshot.head_file,
            1,
            "it is missing, or not as it was written: nobody can tell whether lines are missing at the end",
        );
    }
    for part in snapshot.files {
        walk.take_file(part, &mut each)?;
    }
    if !none {
        walk.end(file);
    }
    Ok(walk.history)
}

/// The files as they are at one moment.
struct Snapshot {
    head: Option<Head>,
    head_file: PathBuf,
    is_headless: bool,
    files: Vec<Part>,
}

struct Part {
    path: PathBuf,
    file: File,
    bytes: u64,
    /// The number of its last line, if it is full.
    last: Option<u64>,
}

impl Snapshot {
    fn take(place: &Place) -> io::Result<Self> {
        let _lock = files::open(&place.lock()).ok().filter(wait_for);
        let head = match Head::read(place) {
            Ok(head) => Some(head),
            Err(NoHead::Missing | NoHead::Changed) => None,
            Err(NoHead::Unreadable(error)) => return Err(error),
        };
        let mut files = Vec::new();
        for (last, path) in place.all_full()? {
            files.push(Part::open(path, Some(last))?);
        }
        match Part::open(place.file().to_owned(), None) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            part => files.push(part?),
        }
        Ok(Self {
            head,
            head_file: place.head(),
            is_headless: head.is_none() && (!files.is_empty() || place.head().exists()),
            files,
        })
    }
}

/// Waits a while until nobody writes.
fn wait_for(lock: &File) -> bool {
    const AGAIN: Duration = Duration::from_millis(5);
    let began = Instant::now();
    loop {
        match lock.try_lock_shared() {
            Ok(()) => return true,
            Err(_) if began.elapsed() >= PATIENCE => return false,
            Err(_) => thread::sleep(AGAIN),
        }
    }
}

impl Part {
    fn open(path: PathBuf, last: Option<u64>) -> io::Result<Self> {
        let file = files::read(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            path,
            file,
            bytes,
            last,
        })
    }
}

/// The place of a line.
struct At<'a> {
    file: &'a Path,
    line: u64,
}

struct Walk {
    history: History,
    head: Option<Head>,
    /// What the next line has to be.
    next: Option<(u64, Hash)>,
    /// Where the last line stands.
    last: Option<(PathBuf, u64)>,
}

impl Walk {
    fn take_file(&mut self, part: Part, each: &mut impl FnMut(&[u8])) -> io::Result<()> {
        let mut bytes = Vec::new();
        part.file.take(part.bytes).read_to_end(&mut bytes)?;
        let mut at = At {
            file: &part.path,
            line: 0,
        };
        let mut rest = bytes.as_slice();
        // What is no line, since the last one that is: from which line, and from where.
        let mut torn: Option<(u64, &[u8])> = None;
        while let Some((text, behind)) = split_line(rest) {
            at.line += 1;
            match line::link(text) {
                Some((link, hash)) => {
                    let before = torn.take().map(|(from, region)| {
                        (
                            from,
                            region.get(..region.len() - rest.len()).unwrap_or(region),
                        )
                    });
                    self.take_line(&at, &link, hash, before);
                    each(text);
                }
                None => torn = torn.or(Some((at.line, rest))),
            }
            rest = behind;
        }
        if !rest.is_empty() {
            torn = torn.or(Some((at.line + 1, rest)));
        }
        match (part.last, torn) {
            (None, Some((line, region))) => self.take_torn_end(&part.path, line, region),
            (Some(_), Some((line, _))) => self.break_at(&part.path, line, CHANGED),
            (Some(last), None) if self.next.is_none_or(|(next, _)| next != last + 1) => {
                let reason = format!("the file ends here, and its name says at line {last} of all");
                self.break_at(&part.path, at.line.max(1), &reason);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_line(&mut self, at: &At<'_>, link: &Link, hash: Hash, torn: Option<(u64, &[u8])>) {
        match (torn, link.after_torn) {
            (None, None) => {}
            (Some((_, region)), Some(told))
                if told.is_of(region) && can_be_torn(region, link.seq) =>
            {
                self.history.torn += 1;
            }
            (Some((line, _)), _) => self.break_at(at.file, line, CHANGED),
            (None, Some(_)) => self.break_at(at.file, at.line, "what was torn before it is gone"),
        }
        if link.without_head {
            self.break_at(
                at.file,
                at.line,
                "when it was written, the file that says how many lines there are was missing or changed: lines before it may be missing",
            );
        }
        if let Some(reason) = self.objection(link) {
            self.break_at(at.file, at.line, &reason);
        }
        if let Some(head) = self.head
            && head.count == link.seq
            && head.last != hash
        {
            self.break_at(
                at.file,
                at.line,
                "the head knows another line of this number",
            );
        }
        self.history.lines += 1;
        self.history.lost += link.lost.unwrap_or(0);
        self.history.first.get_or_insert(link.seq);
        self.history.begins_at.get_or_insert(link.time);
        self.history.ends_at = Some(link.time);
        self.history.hash = Some(hash.to_string());
        self.next = Some((link.seq + 1, hash));
        self.last = Some((at.file.to_owned(), at.line));
    }

    /// Why a line does not follow what was before it.
    fn objection(&self, link: &Link) -> Option<String> {
        let Some((seq, prev)) = self.next else {
            let first = self.head.map_or(link.seq, |head| head.first);
            let is_first = link.seq == 1 && link.prev != Hash::ZERO;
            return match link.seq {
                _ if is_first => Some("it is the first and names one before it".to_owned()),
                found if found > first => Some(missing(first, found - 1)),
                _ => None,
            };
        };
        match link.seq {
            found if found > seq => Some(missing(seq, found - 1)),
            found if found < seq => {
                Some(format!("it is line {found} of all, where {seq} has to be"))
            }
            _ if link.prev != prev => Some("it does not follow the line before it".to_owned()),
            _ => None,
        }
    }

    /// What stands behind the last line: what a killed process can leave there, or not.
    fn take_torn_end(&mut self, file: &Path, line: u64, region: &[u8]) {
        let (next, _) = self.next.unwrap_or((1, Hash::ZERO));
        let is_known = self.head.is_some_and(|head| head.count >= next);
        if is_known || !can_be_torn(region, next) {
            return self.break_at(file, line, CHANGED);
        }
        self.history.ends_torn = true;
    }

    /// Nothing may be missing that the head knows of.
    fn end(&mut self, file: &Path) {
        let (next, _) = self.next.unwrap_or((1, Hash::ZERO));
        if let Some(head) = self.head
            && head.count >= next
        {
            let reason = format!("{}, behind this one", missing(next, head.count));
            let (file, line) = self.last.take().unwrap_or((file.to_owned(), 1));
            self.break_at(&file, line, &reason);
        }
    }

    /// Notes the first thing that is wrong.
    fn break_at(&mut self, file: &Path, line: u64, reason: &str) {
        self.history.broken.get_or_insert_with(|| Break {
            file: file.to_owned(),
            line,
            reason: reason.to_owned(),
        });
    }
}

const CHANGED: &str = "it is not as it was written";

fn missing(from: u64, to: u64) -> String {
    match to - from {
        0 => format!("line {from} of all is missing"),
        _ => format!("lines {from} to {to} of all are missing"),
    }
}

/// Whether a process that was killed while it wrote line `next` can have left this: beginnings of it, each but the
/// last closed by somebody who was killed over the one after it.
fn can_be_torn(region: &[u8], next: u64) -> bool {
    let beginning = line::beginning(next);
    let beginning = beginning.as_bytes();
    let mut pieces = region.split(|byte| *byte == b'\n').peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        let common = piece.len().min(beginning.len());
        let begins_so = piece.get(..common) == beginning.get(..common);
        // Nobody closes off what is not there.
        let is_closed_for_nothing = piece.is_empty() || line::is_whole(piece);
        if !begins_so || (is_closed_for_nothing && !is_last) {
            return false;
        }
    }
    true
}

//! Adds lines to the file, one process at a time, and begins a new file when it is full.
//!
//! Nothing is remembered from one time to the next: under the lock, the head says where the chain stands, and what
//! stands behind that was written by a process that was killed before it could say so.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::entry::Entry;
use super::head::{Head, NoHead};
use super::line::{self, Line, Link, Remarks, TornBytes};
use super::place::Place;
use crate::files;

/// How large a file becomes before a new one is begun.
const FULL_BYTES: u64 = 10 << 20;
/// How many full files are kept.
const KEPT: usize = 10;

/// An entry with what is known at the moment it is made.
#[derive(Debug, Clone)]
pub(super) struct Noted {
    pub(super) entry: Entry,
    pub(super) time: Timestamp,
}

impl Noted {
    /// An entry of now.
    pub(super) fn now(entry: Entry) -> Self {
        let now = Timestamp::now();
        Self {
            entry,
            time: now.round(jiff::Unit::Millisecond).unwrap_or(now),
        }
    }
}

/// The files that lines go to.
#[derive(Debug, Clone)]
pub(super) struct Log {
    place: Place,
    full_bytes: u64,
    kept: usize,
}

impl Log {
    pub(super) fn new(file: &Path) -> Self {
        Self {
            place: Place::new(file),
            full_bytes: FULL_BYTES,
            kept: KEPT,
        }
    }

    /// A log whose files are full at another size, and of which another number is kept.
    #[cfg(test)]
    pub(super) fn small(file: &Path, full_bytes: u64, kept: usize) -> Self {
        Self {
            full_bytes,
            kept,
            ..Self::new(file)
        }
    }

    /// Adds these entries, and says in the first that so many were lost before. When it returns an error, none of
    /// them is in the file as a whole line, but for those before the disk was full.
    pub(super) fn append(&self, entries: &[Noted], lost: u64) -> io::Result<()> {
        files::create_private_dir(self.place.dir())?;
        let lock = files::open_lock(&self.place.lock())?;
        lock.lock()?;
        let mut standing = Standing::find(&self.place)?;
        let mut bytes = standing.bytes_of(entries, lost)?;
        if standing.is_tidy()
            && standing.end > 0
            && standing.end + bytes.len() as u64 > self.full_bytes
        {
            standing = self.begin_new_file(standing)?;
            bytes = standing.bytes_of(entries, lost)?;
        }
        let mut file = files::append(self.place.file())?;
        file.write_all(&bytes)?;
        // In this order: a head that knows of lines which a loss of power has taken would tell of tampering.
        file.sync_data()?;
        let outdated = self.outdated()?;
        let mut head = standing.head;
        head.bytes = standing.end + bytes.len() as u64;
        if let Some((last, _)) = outdated.last() {
            head.first = last + 1;
        }
        head.write(&self.place)?;
        for (_, path) in outdated {
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    /// Gives the file the name of a full one. Where somebody has meddled there may be one: then it is another time.
    fn begin_new_file(&self, mut standing: Standing) -> io::Result<Standing> {
        let full = self.place.full(standing.before.count);
        if full.symlink_metadata().is_ok() {
            standing.head = standing.before;
            return Ok(standing);
        }
        fs::rename(self.place.file(), full)?;
        files::sync_dir(self.place.dir())?;
        let mut anew = Standing { end: 0, ..standing };
        anew.begin(&self.place)?;
        anew.head = anew.before;
        Ok(anew)
    }

    /// The full files that are too many.
    fn outdated(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut full = self.place.all_full()?;
        full.truncate(full.len().saturating_sub(self.kept));
        Ok(full)
    }
}

/// Where the chain stands.
struct Standing {
    /// The last line that is whole.
    before: Head,
    /// The same with what is about to be added.
    head: Head,
    /// How long the file is.
    end: u64,
    /// What stands behind the last whole line.
    torn: Option<TornBytes>,
    /// Whether the file ends within a line.
    is_open: bool,
    without_head: bool,
}

impl Standing {
    fn find(place: &Place) -> io::Result<Self> {
        let (head, without_head) = match Head::read(place) {
            Ok(head) => (head, false),
            Err(NoHead::Unreadable(error)) => return Err(error),
            Err(NoHead::Missing) if is_new(place)? => {
                Head::NONE.write(place)?;
                (Head::NONE, false)
            }
            Err(NoHead::Missing | NoHead::Changed) => (last_known(place)?, true),
        };
        let mut standing = Self {
            before: head,
            head,
            end: 0,
            torn: None,
            is_open: false,
            without_head,
        };
        match files::read(place.file()) {
            Ok(mut file) => standing.look_behind(&mut file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => standing.begin(place)?,
            Err(error) => return Err(error),
        }
        standing.head = standing.before;
        Ok(standing)
    }

    /// Has the head know that the file begins anew, before there is anything in it: else what a killed process leaves
    /// there would be taken for the beginning of what was there before.
    fn begin(&mut self, place: &Place) -> io::Result<()> {
        if self.before.bytes > 0 {
            self.before.bytes = 0;
            self.before.write(place)?;
        }
        Ok(())
    }

    /// Takes in what stands behind the place that the head knows.
    fn look_behind(&mut self, file: &mut File) -> io::Result<()> {
        self.end = file.metadata()?.len();
        if self.end < self.before.bytes {
            // Something has cut it off, and `verify` will say so; what is added begins a line of its own.
            self.is_open = self.end > 0 && last_byte(file)? != b'\n';
            return Ok(());
        }
        file.seek(SeekFrom::Start(self.before.bytes))?;
        let mut rest = Vec::new();
        file.read_to_end(&mut rest)?;
        // From where on there is no line that goes on with the chain, and what of it is still to be looked at.
        let (mut torn, mut rest) = (None, rest.as_slice());
        while !rest.is_empty() {
            let (text, behind) = split_line(rest).unwrap_or((rest, &[]));
            let before = torn.map(|torn: &[u8]| torn.split_at(torn.len() - rest.len()).0);
            match line::link(text) {
                Some((link, hash)) if self.is_followed_by(&link, before) => {
                    self.before.count = link.seq;
                    self.before.last = hash;
                    torn = None;
                }
                _ => torn = torn.or(Some(rest)),
            }
            self.is_open = behind.is_empty() && !rest.ends_with(b"\n");
            rest = behind;
        }
        self.torn = torn.map(TornBytes::of);
        Ok(())
    }

    /// Whether a line goes on with the chain, behind what is torn.
    fn is_followed_by(&self, link: &Link, torn: Option<&[u8]>) -> bool {
        let tells_of_torn = match (torn, link.after_torn) {
            (None, None) => true,
            (Some(torn), Some(told)) => told.is_of(torn),
            _ => false,
        };
        tells_of_torn && (link.seq, link.prev) == (self.before.count + 1, self.before.last)
    }

    fn is_tidy(&self) -> bool {
        self.torn.is_none() && !self.is_open
    }

    /// The entries as lines that go on with the chain, which the head then knows of.
    fn bytes_of(&mut self, entries: &[Noted], lost: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if self.is_open {
            bytes.push(b'\n');
        }
        let mut remarks = Remarks {
            lost: (lost > 0).then_some(lost),
            after_torn: self.torn,
            without_head: self.without_head,
        };
        for noted in entries {
            let (line, hash) = line::seal(&Line {
                seq: self.head.count + 1,
                time: noted.time,
                process: std::process::id(),
                entry: noted.entry.clone(),
                remarks: std::mem::take(&mut remarks),
                prev: self.head.last,
            })?;
            bytes.extend(line);
            bytes.push(b'\n');
            self.head.count += 1;
            self.head.last = hash;
        }
        Ok(bytes)
    }
}

/// Whether there has never been a line.
fn is_new(place: &Place) -> io::Result<bool> {
    Ok(place.file().symlink_metadata().is_err() && place.all_full()?.is_empty())
}

/// The last line that can be found without a head. It is taken for what it says: the one that follows tells that
/// there was no head, and so that nothing is certain.
fn last_known(place: &Place) -> io::Result<Head> {
    let mut paths: Vec<_> = place
        .all_full()?
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    paths.push(place.file().to_owned());
    for path in paths.iter().rev() {
        let bytes = match files::read_whole(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            bytes => bytes?,
        };
        let mut known = None;
        let (mut rest, mut at) = (bytes.as_slice(), 0);
        while let Some((next, behind)) = split_line(rest) {
            at += next.len() as u64 + 1;
            if let Some((link, hash)) = line::link(next) {
                known = Some((link.seq, hash, at));
            }
            rest = behind;
        }
        if let Some((count, last, at)) = known {
            let is_current = path == place.file();
            return Ok(Head {
                first: 1,
                count,
                bytes: if is_current { at } else { 0 },
                last,
            });
        }
    }
    Ok(Head::NONE)
}

/// The first line without its end, and what follows it.
pub(super) fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((line, rest.get(1..).unwrap_or_default()))
}

fn last_byte(file: &mut File) -> io::Result<u8> {
    let mut byte = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

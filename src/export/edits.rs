//! Edits of what was already written: seen when a file is added to, and noted beside it, since its lines are never
//! changed. Telegram does not list edits: the newest messages are read again and compared.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::disk::kept;
use super::frames::Compression;
use super::manifest::Manifest;
use super::place::Place;
use crate::error::Error;
use crate::files;
use crate::history::{Call, Reader};

/// How many of the newest lines are compared.
const NEWEST: usize = 100;

/// What of a line tells an edit. Views and reactions change without one.
#[derive(Deserialize, PartialEq)]
struct Edition {
    id: i32,
    chat_id: i64,
    #[serde(default)]
    edit_date: Option<Timestamp>,
    text: String,
}

type Editions = HashMap<(i64, i32), Edition>;

/// Notes which of the newest messages of a complete file are no longer as it has them.
pub(super) async fn note(
    reader: &Arc<Reader>,
    place: &Place,
    manifest: &Manifest,
    call: &Call,
) -> Result<(), Error> {
    if manifest.lines == 0 {
        return Ok(());
    }
    let mut batch = reader.look_back(&manifest.checkpoint, call).await?;
    let messages = batch.release(reader.gate());
    let records: Vec<_> = messages.map(|it| it.record).collect();
    let place = place.clone();
    let noted = spawn_blocking(move || {
        let mut known = newest(place.file(), Compression::of(place.file()))?;
        known.extend(newest(&place.edits(), Compression::None).unwrap_or_default());
        let mut changed = String::new();
        for record in records.iter().rev() {
            let is_edited = known
                .get(&(record.chat_id, record.id))
                .is_some_and(|known| {
                    known.edit_date != record.edit_date || known.text != record.text
                });
            if is_edited {
                changed.push_str(&serde_json::to_string(record)?);
                changed.push('\n');
            }
        }
        append(&place.edits(), &changed)
    });
    let noted = noted.await.map_err(|_| Error::Internal {
        what: "edits could not be noted".to_owned(),
    })?;
    noted.map_err(kept)
}

/// What the newest lines of a file say, by message; of several of one message the last.
fn newest(file: &Path, compression: Compression) -> io::Result<Editions> {
    let lines = compression.open(files::read(file)?)?.lines();
    let mut newest = VecDeque::with_capacity(NEWEST);
    for line in lines {
        if newest.len() == NEWEST {
            newest.pop_front();
        }
        newest.push_back(line?);
    }
    let editions = newest.iter().filter_map(|line| {
        let edition: Edition = serde_json::from_str(line).ok()?;
        Some(((edition.chat_id, edition.id), edition))
    });
    Ok(editions.collect())
}

fn append(file: &Path, lines: &str) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut file = match files::create(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => files::open(file)?,
        created => created?,
    };
    file.seek(SeekFrom::End(0))?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()
}

//! A world from a Telegram Desktop export: `result.json` of one chat or of a whole account, read as a stream.
//! It owns the file and its errors; what a chat and a message become is in the files beside it.

mod chat;
mod error;
mod fields;
mod layout;
mod markup;
mod media;
mod message;
mod object;
mod offers;
mod peers;
mod progress;
mod reader;
mod rich;
mod service;
mod start;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod warnings;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

pub use self::error::ImportError;
pub use self::progress::Progress;
use self::progress::Watched;
use self::reader::Repair;
use self::state::Import;
use super::World;

/// What the worlds of exports are seeded with: they differ in what was exported, not in chance.
const SEED: u64 = 2013;

/// The pages that an export as HTML begins with, of one chat and of an account.
const HTML_PAGES: [&str; 2] = ["messages.html", "export_results.html"];

/// What an export held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Its chats, in the order of the export; a chat is opened by its id, for exports hold no usernames.
    pub chats: Vec<ImportedChat>,
    /// What could not be read as it was meant, one line each, without content.
    pub warnings: Vec<String>,
}

/// One chat of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedChat {
    /// The marked id.
    pub chat_id: i64,
    /// The title, or the name of the other side.
    pub title: String,
    /// How many messages it has.
    pub messages: usize,
}

impl World {
    /// Reads an export: the path of a `result.json`, or of the folder that holds one.
    pub fn from_desktop_export(path: &Path) -> Result<(Self, Imported), ImportError> {
        Self::from_desktop_export_watched(path, |_| {})
    }

    /// The same; `watch` hears now and then how far the file is read.
    pub fn from_desktop_export_watched(
        path: &Path,
        watch: impl FnMut(Progress),
    ) -> Result<(Self, Imported), ImportError> {
        let path = find(path)?;
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(source) => return Err(ImportError::Open { path, source }),
        };
        let file = Watched::new(file, watch);
        Self::from_desktop_export_reader(file).map_err(|error| in_file(path, error))
    }

    /// Reads an export from anything that can be read; buffers by itself.
    pub fn from_desktop_export_reader(export: impl Read) -> Result<(Self, Imported), ImportError> {
        let mut export = BufReader::new(export);
        start::check(&mut export)?;
        let mut repair = Repair::new(export);
        let mut import = Import::new(SEED);
        layout::read(&mut repair, &mut import)?;
        import.warnings.repaired(repair.repaired());
        Ok(import.finish())
    }
}

/// The file of an export, which may be given by its folder.
fn find(path: &Path) -> Result<PathBuf, ImportError> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let file = path.join("result.json");
    let pages = HTML_PAGES.map(|name| path.join(name));
    match pages.into_iter().find(|page| page.exists()) {
        Some(page) if !file.exists() => Err(in_file(page, start::html())),
        _ => Ok(file),
    }
}

fn in_file(path: PathBuf, error: ImportError) -> ImportError {
    ImportError::InFile {
        path,
        error: Box::new(error),
    }
}

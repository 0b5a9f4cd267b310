//! A world from a Telegram Desktop export: `result.json` of one chat or of a whole account, read as a stream.
//! It owns the file and its errors; what a chat and a message become is in the files beside it.

mod chat;
mod error;
mod fields;
mod layout;
mod markup;
mod media;
mod message;
mod offers;
mod peers;
mod reader;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod warnings;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

pub use self::error::ImportError;
use self::reader::Repair;
use self::state::Import;
use super::World;

/// What the worlds of exports are seeded with: they differ in what was exported, not in chance.
const SEED: u64 = 2013;

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
        let path = if path.is_dir() {
            path.join("result.json")
        } else {
            path.to_owned()
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(source) => return Err(ImportError::Open { path, source }),
        };
        Self::from_desktop_export_reader(file).map_err(|error| in_file(path, error))
    }

    /// Reads an export from anything that can be read; buffers by itself.
    pub fn from_desktop_export_reader(export: impl Read) -> Result<(Self, Imported), ImportError> {
        let mut repair = Repair::new(BufReader::new(export));
        let mut import = Import::new(SEED);
        layout::read(BufReader::new(&mut repair), &mut import)?;
        import.warnings.repaired(repair.repaired());
        Ok(import.finish())
    }
}

fn in_file(path: PathBuf, error: ImportError) -> ImportError {
    ImportError::InFile {
        path,
        error: Box::new(error),
    }
}

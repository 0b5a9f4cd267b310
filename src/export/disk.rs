//! The file of an export on the disk: begun, gone on with, named, and what goes wrong with it, in words.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use sha2::{Digest as _, Sha256};

use super::frames::Compression;
use super::manifest::Manifest;
use super::parts::PartIndex;
use super::place::Place;
use crate::error::Error;
use crate::files;

/// Creates the file, in place of one that has no checkpoint worth keeping.
pub(super) fn begin(place: &Place) -> io::Result<File> {
    let partial = place.partial();
    for old in [&partial, &place.absent()] {
        if old.symlink_metadata().is_ok() {
            fs::remove_file(old)?;
        }
    }
    let file = files::create(&partial)?;
    files::sync_dir(place.dir())?;
    Ok(file)
}

/// Opens a file that was begun, makes sure that it is what its manifest says, and cuts off what was written behind
/// the last checkpoint.
pub(super) fn go_on(
    place: &Place,
    manifest: &Manifest,
    compression: Compression,
) -> Result<(File, Sha256, PartIndex), Error> {
    let damaged = || Error::ExportFile {
        reason: format!(
            "`{}` is not what its manifest says: it was changed by something else; move it away, with the files beside it, and export anew",
            place.partial().display()
        ),
    };
    let partial = place.partial();
    if partial.symlink_metadata().is_err() && place.file().symlink_metadata().is_ok() {
        fs::rename(place.file(), &partial).map_err(kept)?;
    }
    let mut file = files::open(&partial).map_err(kept)?;
    let (hash, index) = read_through(&file, manifest.bytes, compression)
        .map_err(kept)?
        .ok_or_else(damaged)?;
    if hex(hash.clone()) != manifest.sha256 {
        return Err(damaged());
    }
    file.set_len(manifest.bytes).map_err(kept)?;
    file.seek(SeekFrom::End(0)).map_err(kept)?;
    Ok((file, hash, index))
}

/// The hash and the parts of the first bytes of a file; `None` where it has fewer.
fn read_through(
    file: &File,
    bytes: u64,
    compression: Compression,
) -> io::Result<Option<(Sha256, PartIndex)>> {
    let mut tee = Tee {
        hash: Sha256::new(),
        read: 0,
        file: file.take(bytes),
    };
    let index = match compression {
        Compression::None => PartIndex::of(BufReader::with_capacity(1 << 20, &mut tee))?,
        _ => {
            io::copy(&mut tee, &mut io::sink())?;
            PartIndex::default()
        }
    };
    Ok((tee.read == bytes).then_some((tee.hash, index)))
}

/// Hashes what is read.
pub(super) struct Tee<R> {
    pub(super) hash: Sha256,
    pub(super) read: u64,
    pub(super) file: R,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        self.read += read as u64;
        Ok(read)
    }
}

/// Gives a whole file its name.
pub(super) fn give_name(place: &Place) -> io::Result<()> {
    fs::rename(place.partial(), place.file())?;
    files::sync_dir(place.dir())
}

pub(super) fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A failure of the disk, in words that help.
pub(super) fn kept(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge => Error::ExportNoRoom {
            reason: "the disk is full; nothing that was written is lost: make room and ask for the same export again",
        },
        io::ErrorKind::QuotaExceeded => Error::ExportNoRoom {
            reason: "it takes more room than `TELEGRAM_EXPORT_QUOTA_MB` or the disk's own quota leaves; nothing that was written is lost: raise it, or delete exports, and ask for the same export again",
        },
        kind => Error::ExportFile {
            reason: format!("its files cannot be read or written: {kind}"),
        },
    }
}

//! Files that are nobody else's business: directories and files of their owner alone, replaced as a whole, and no
//! link followed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Creates a directory that only its owner may enter, with those above it.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Creates a file that only its owner may read; fails where there is something of this name, be it a link.
pub(crate) fn create(file: &Path) -> io::Result<File> {
    private().read(true).write(true).create_new(true).open(file)
}

/// Opens a file to read it and write it, and no link.
pub(crate) fn open(file: &Path) -> io::Result<File> {
    no_link(file)?;
    private().read(true).write(true).open(file)
}

/// Opens a file to read it, and no link.
pub(crate) fn read(file: &Path) -> io::Result<File> {
    no_link(file)?;
    private().read(true).open(file)
}

/// All that is in a file, which is no link.
pub(crate) fn read_whole(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read(file)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file, which is no link, to add to its end; creates it where it is not there.
pub(crate) fn append(file: &Path) -> io::Result<File> {
    match private().append(true).create_new(true).open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            no_link(file)?;
            private().append(true).open(file)
        }
        created => created,
    }
}

/// Opens a file to hold its lock, creating it first where it is not there.
pub(crate) fn open_lock(file: &Path) -> io::Result<File> {
    match create(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(file),
        created => created,
    }
}

/// Whether an open file is still the one of this name, as far as the system can tell.
pub(crate) fn is_still(open: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let number =
            |metadata: io::Result<fs::Metadata>| metadata.map(|it| (it.dev(), it.ino())).ok();
        let named = number(path.symlink_metadata());
        named.is_some() && named == number(open.metadata())
    }
    #[cfg(not(unix))]
    {
        let _ = open;
        path.symlink_metadata().is_ok()
    }
}

/// Whether this is a directory, and no link to one, that only this user may enter.
#[cfg(unix)]
pub(crate) fn is_private_dir(dir: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    dir.symlink_metadata()
        .is_ok_and(|it| it.is_dir() && it.uid() == user() && it.mode() & 0o077 == 0)
}

/// The number of this user, whose files these are.
#[cfg(unix)]
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Replaces a file as a whole: another process sees the old one or the new one.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    // A name that no other process or task has, and that nobody could have put a link under.
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(format!(".{:016x}.tmp", rand::random::<u64>()));
    replace_by(file, Path::new(&temporary), bytes, false)
}

/// The same for a file that nobody else replaces, and it outlives a loss of power once this has returned.
pub(crate) fn replace_for_good(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(".tmp");
    let temporary = Path::new(&temporary);
    // What a kill has left.
    let _ = fs::remove_file(temporary);
    replace_by(file, temporary, bytes, true)?;
    file.parent().map_or(Ok(()), sync_dir)
}

/// Makes what was created, renamed and removed in a directory outlive a loss of power, where the system can.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let dir = if dir.as_os_str().is_empty() {
            Path::new(".")
        } else {
            dir
        };
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

fn replace_by(file: &Path, temporary: &Path, bytes: &[u8], for_good: bool) -> io::Result<()> {
    let write = || {
        let mut created = create(temporary)?;
        created.write_all(bytes)?;
        if for_good {
            created.sync_all()?;
        }
        fs::rename(temporary, file)
    };
    let outcome = write();
    if outcome.is_err() {
        let _ = fs::remove_file(temporary);
    }
    outcome
}

fn no_link(file: &Path) -> io::Result<()> {
    if file.symlink_metadata()?.is_file() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "it is not a file of its own",
    ))
}

/// Options that create what only the owner may read, and follow no link at the last step where the system can.
fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "others have no such options"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
        options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    }
    options
}

/// How many bytes more fit where this directory is; `None` where the system does not say.
#[cfg(unix)]
pub(crate) fn room(dir: &Path) -> Option<u64> {
    let room = rustix::fs::statvfs(dir).ok()?;
    Some(room.f_bavail.saturating_mul(room.f_frsize))
}

/// How many bytes more fit where this directory is; `None` where the system does not say.
#[cfg(not(unix))]
pub(crate) fn room(_: &Path) -> Option<u64> {
    None
}

/// How others may get at a file that is meant to be private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "others have no such rights"))]
pub(crate) enum Exposure {
    /// They may read or write it.
    Readable,
    /// It is theirs.
    Foreign,
    /// They may put another in its place.
    Replaceable,
}

/// How others may get at this open file, where the system has such rights.
#[cfg(unix)]
pub(crate) fn exposure(open: &File, file: &Path) -> io::Result<Option<Exposure>> {
    use std::os::unix::fs::MetadataExt as _;
    const OTHERS: u32 = 0o077;
    const OTHERS_WRITE: u32 = 0o022;
    const STICKY: u32 = 0o1000;

    let metadata = open.metadata()?;
    if metadata.mode() & OTHERS != 0 {
        return Ok(Some(Exposure::Readable));
    }
    if metadata.uid() != user() {
        return Ok(Some(Exposure::Foreign));
    }
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    let mode = dir.unwrap_or(Path::new(".")).metadata()?.mode();
    let may_replace = mode & OTHERS_WRITE != 0 && mode & STICKY == 0;
    Ok(may_replace.then_some(Exposure::Replaceable))
}

/// How others may get at this open file, where the system has such rights.
#[cfg(not(unix))]
pub(crate) fn exposure(_: &File, _: &Path) -> io::Result<Option<Exposure>> {
    Ok(None)
}

/// How much of a file is overwritten before it is removed: what is to be wiped is small, and what is large is not it.
const WIPED_BYTES: u64 = 64 << 10;

/// Overwrites a small file and removes it, so that less of it stays on the disk; one that is not there is no error.
pub(crate) fn wipe(file: &Path) -> io::Result<()> {
    let mut opened = match open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let length = opened.metadata()?.len().min(WIPED_BYTES);
    io::copy(&mut io::repeat(0).take(length), &mut opened)?;
    opened.sync_all()?;
    fs::remove_file(file)
}

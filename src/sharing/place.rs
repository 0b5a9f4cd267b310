//! Where the processes of one account meet. All names follow from the account's own.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::claim::Claim;
use super::holder::{Holder, Purpose};
use super::settings::Settings;
use crate::files;

/// The longest record that is read; ours are far shorter.
const MAX_BYTES: u64 = 16 << 10;

/// Why an account cannot be taken.
#[derive(Debug)]
pub(super) enum NoClaim {
    /// Another process has it.
    Held,
    /// Something is where the lock belongs, and it cannot be locked: whether another process has the account cannot
    /// be known.
    Barred,
    /// There cannot be a lock at all.
    NoLocks(io::Error),
}

impl From<io::Error> for NoClaim {
    fn from(error: io::Error) -> Self {
        Self::NoLocks(error)
    }
}

/// The files of one account by which processes find each other.
#[derive(Debug, Clone)]
pub struct Place {
    dir: PathBuf,
    account_id: String,
}

impl Place {
    /// Those of this account, in this state directory.
    pub fn new(state_dir: &Path, account_id: &str) -> Self {
        Self {
            dir: state_dir.to_owned(),
            account_id: account_id.to_owned(),
        }
    }

    /// What names the account, and nothing else.
    pub(super) fn account_id(&self) -> &str {
        &self.account_id
    }

    /// The directory that all of them are in.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Held by whoever has the account. It stays when they go, so that there is never a second one.
    pub(super) fn lock_file(&self) -> PathBuf {
        self.named("lock")
    }

    /// Who has it.
    pub(super) fn record_file(&self) -> PathBuf {
        self.named("json")
    }

    /// Where they listen, if the path is not too long for that.
    #[cfg(unix)]
    pub(super) fn socket_file(&self) -> PathBuf {
        self.named("sock")
    }

    fn named(&self, ending: &str) -> PathBuf {
        self.dir
            .join(format!("sharing-{}.{ending}", self.account_id))
    }

    /// Takes the account.
    pub(super) fn try_claim(
        &self,
        purpose: Purpose,
        settings: &Settings,
    ) -> Result<Claim, NoClaim> {
        files::create_private_dir(&self.dir)?;
        let lock = self.lock()?;
        let holder = Holder::this_process(purpose, settings);
        Ok(Claim::new(self.clone(), lock, holder))
    }

    fn lock(&self) -> Result<File, NoClaim> {
        let path = self.lock_file();
        loop {
            let file = match files::open_lock(&path) {
                // Gone between two looks at it: the next one knows more.
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.dir.is_dir() => {
                    return Err(NoClaim::Held);
                }
                Err(_) if self.is_barred() => return Err(NoClaim::Barred),
                opened => opened?,
            };
            match file.try_lock() {
                // Somebody has cleaned up the directory: this is the lock of nothing.
                Ok(()) if !files::is_still(&file, &path) => {}
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => return Err(NoClaim::Held),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }

    /// Whether something is where the lock belongs that this process cannot open.
    pub(super) fn is_barred(&self) -> bool {
        let path = self.lock_file();
        path.symlink_metadata().is_ok() && files::open(&path).is_err()
    }

    /// Whether nobody has the account, as far as that can be known.
    pub(super) fn is_free(&self) -> bool {
        match files::open(&self.lock_file()) {
            Ok(file) => file.try_lock().is_ok(),
            Err(_) => !self.is_barred(),
        }
    }

    /// Who has the account, or had it last: they write it down after they have taken it.
    pub(super) fn holder(&self) -> Option<Holder> {
        let mut text = Vec::new();
        let file = files::read(&self.record_file()).ok()?;
        file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// What nobody can write down who has it over, if there is such a thing.
    pub(super) fn barrier(&self) -> Option<PathBuf> {
        let path = self.record_file();
        path.symlink_metadata()
            .is_ok_and(|it| it.is_dir())
            .then_some(path)
    }

    /// Writes down who has it, for whoever finds the lock held.
    pub(super) fn write_down(&self, holder: &Holder) -> io::Result<()> {
        files::replace(&self.record_file(), &serde_json::to_vec(holder)?)
    }

    /// Takes away what tells of a holder.
    pub(super) fn clear(&self) {
        let _ = fs::remove_file(self.record_file());
    }
}

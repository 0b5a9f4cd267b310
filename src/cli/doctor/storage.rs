//! What is kept on this computer: where, whether it can be written, and who else may read it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use indicatif::HumanBytes;

use super::Check;
use crate::audit::{self, History};
use crate::config::Config;
use crate::files;

const STATE: &str = "state_directory";
const EXPORTS: &str = "exports";
const AUDIT: &str = "audit";
/// What a computer should have left.
const LITTLE_ROOM: u64 = 100 << 20;

pub(super) fn look(config: &Config) -> Vec<Check> {
    let mut checks = vec![state_dir(config)];
    checks.extend(exports(config));
    checks.extend(audit(config));
    checks
}

fn state_dir(config: &Config) -> Check {
    let Some(dir) = &config.state_dir else {
        return Check::note(STATE, "none: resolved chats are forgotten at exit")
            .remedy("set TELEGRAM_STATE_DIR");
    };
    let shown = dir.display();
    if let Some(path) = in_the_way(dir) {
        let finding = format!("{} is no file of its own", path.display());
        return Check::wrong(STATE, finding)
            .remedy("end all clients and remove it: processes that share the session meet there");
    }
    match try_to_write(dir) {
        Ok(()) if others_may(WRITE, dir) => {
            let finding = format!("{shown}: others may write to it");
            Check::wrong(STATE, finding).remedy(format!("chmod 700 '{shown}'"))
        }
        Ok(()) if is_open_to_others(dir) => Check::note(
            STATE,
            format!("{shown}: others can see what files are in it"),
        )
        .remedy(format!("chmod 700 '{shown}'")),
        Ok(()) => Check::ok(STATE, shown.to_string()),
        Err(error) => Check::wrong(
            STATE,
            format!("{shown} cannot be written: {}", error.kind()),
        )
        .remedy("set TELEGRAM_STATE_DIR to a directory that this user can write to"),
    }
}

fn exports(config: &Config) -> Option<Check> {
    let dir = config.export_dir.as_ref()?;
    let shown = dir.display();
    if let Err(error) = try_to_write(dir) {
        let finding = format!("{shown} cannot be written: {}", error.kind());
        let remedy = "set TELEGRAM_EXPORT_DIR to a directory that this user can write to";
        return Some(Check::wrong(EXPORTS, finding).remedy(remedy));
    }
    let there = dir.ancestors().find(|dir| dir.exists());
    let room = there.and_then(files::room);
    let free = room.map_or_else(String::new, |room| {
        format!("; {} are free", HumanBytes(room))
    });
    let finding = format!(
        "{shown}: up to {} for {} h{free}",
        HumanBytes(config.export_quota_bytes),
        config.export_ttl.as_secs() / 3600
    );
    Some(match room {
        Some(room) if room < LITTLE_ROOM => Check::wrong(EXPORTS, finding)
            .remedy("make room, or set TELEGRAM_EXPORT_DIR to another disk"),
        Some(room) if room < config.export_quota_bytes => Check::note(EXPORTS, finding)
            .remedy("the disk is full before the quota is: lower TELEGRAM_EXPORT_QUOTA_MB"),
        _ => Check::ok(EXPORTS, finding),
    })
}

fn audit(config: &Config) -> Vec<Check> {
    let Some(file) = &config.audit_file else {
        return vec![Check::note(AUDIT, "off: no call is recorded")];
    };
    let shown = file.display();
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    if let Err(error) = try_to_write(dir.unwrap_or(Path::new("."))) {
        let finding = format!(
            "{shown} cannot be written: {}; calls go on without",
            error.kind()
        );
        let remedy = "set TELEGRAM_AUDIT_FILE to a file in a directory that this user can write to";
        return vec![Check::wrong(AUDIT, finding).remedy(remedy)];
    }
    let mut checks = Vec::new();
    if file.is_file() && is_open_to_others(file) {
        let finding = format!("{shown}: others can read it");
        checks.push(Check::wrong(AUDIT, finding).remedy(format!("chmod 600 '{shown}'")));
    }
    checks.push(match audit::verify(file) {
        Err(error) => Check::wrong(AUDIT, format!("{shown} cannot be read: {}", error.kind()))
            .remedy("put the file back, or move what is in its place away"),
        Ok(history) => verdict(&history, file),
    });
    checks
}

fn verdict(history: &History, file: &Path) -> Check {
    let shown = file.display();
    let lines = match history.lines {
        1 => "1 line".to_owned(),
        lines => format!("{lines} lines"),
    };
    match (&history.broken, history.lost) {
        (Some(broken), _) => Check::wrong(AUDIT, broken.to_string()).remedy(format!(
            "something has changed it: find out what, and move {shown} and the files beside it away to begin anew"
        )),
        (None, 0) => Check::ok(AUDIT, format!("{shown}: {lines}, all as written")),
        (None, lost) => Check::note(AUDIT, format!("{shown}: {lines}, all as written; {lost} more were lost"))
            .remedy("too much came at once, or the disk was full; see whether there is room"),
    }
}

/// Writes a file below the directory and takes everything back that was not there.
fn try_to_write(dir: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    fs::create_dir_all(dir)?;
    let probe = dir.join(format!(".doctor-{}", std::process::id()));
    let outcome = files::create(&probe).and_then(|_| fs::remove_file(&probe));
    for made in missing {
        let _ = fs::remove_dir(made);
    }
    outcome
}

/// What stands where processes of one session keep their lock or write down who they are, and is no file.
fn in_the_way(dir: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(dir).ok()?.filter_map(Result::ok);
    let mut paths = paths.map(|entry| entry.path());
    paths.find(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        let is_theirs = name.is_some_and(|name| {
            name.starts_with("sharing-") && (name.ends_with(".lock") || name.ends_with(".json"))
        });
        is_theirs && path.symlink_metadata().is_ok_and(|it| !it.is_file())
    })
}

/// Whether the system lets others than the owner at it, where that can be told.
pub(super) fn is_open_to_others(path: &Path) -> bool {
    others_may(ANYTHING, path)
}

/// The rights of others, as the system writes them.
const ANYTHING: u32 = 0o077;
const WRITE: u32 = 0o022;

fn others_may(rights: u32, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & rights != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = (rights, path);
        false
    }
}

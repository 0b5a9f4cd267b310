//! The clients on this computer: whether what they are told of this server is what it needs.

mod entry;
mod jsonc;
mod places;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::entry::{Entry, judge};
use self::places::{Place, Unreadable, places};
use super::Check;
use super::storage::is_open_to_others;
use crate::config::{Config, KEYS, Secret, Sources};

const NAME: &str = "client";

/// What is known of the computer, as the configuration found it.
pub(super) struct Computer {
    home: Option<PathBuf>,
    os: &'static str,
    /// Where commands are looked for. Of the environment, nothing else is kept.
    path: Option<OsString>,
    /// This program.
    program: Option<PathBuf>,
    /// Where it was started.
    here: Option<PathBuf>,
}

impl Computer {
    pub(super) fn of(sources: &Sources) -> Self {
        Self {
            home: sources.home.clone(),
            os: sources.os,
            path: (sources.environment.iter())
                .find(|(name, _)| name == "PATH")
                .map(|(_, value)| value.clone()),
            program: std::env::current_exe()
                .and_then(|path| path.canonicalize())
                .ok(),
            here: std::env::current_dir().ok(),
        }
    }

    /// Where the user is at home.
    pub(super) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// A path as people write it.
    fn shown(&self, path: &Path) -> String {
        let within = self
            .home
            .as_ref()
            .and_then(|home| path.strip_prefix(home).ok());
        match within {
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        }
    }
}

/// A client that has this server: how it would be started.
struct Served {
    title: String,
    config: Option<Config>,
}

/// Looks at the configurations of all clients that are known.
pub(super) async fn look(computer: &Computer) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut served: Vec<Served> = Vec::new();
    let mut without = Vec::new();
    for place in places(computer) {
        let file = computer.shown(&place.file);
        match place.read() {
            Err(Unreadable::System(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(unreadable) => checks.push(cannot_be_read(&place, &file, &unreadable)),
            Ok(found) if found.is_empty() => {
                without.push(format!("{} ({file})", place.client.title()))
            }
            Ok(found) => {
                checks.extend(
                    found
                        .misplaced
                        .map(|entry| misplaced(&place, &file, &entry)),
                );
                for entry in found.entries {
                    checks.extend(secrets(computer, &place, &entry));
                    let title = format!("{}, `{}` in {file}", place.client.title(), entry.name);
                    let (found, config) = judge(computer, place.client, &entry, &title).await;
                    checks.extend(found);
                    served.push(Served { title, config });
                }
            }
        }
    }
    checks.extend(differences(&served));
    if served.is_empty() && checks.is_empty() {
        checks.push(nobody(&without));
    }
    checks
}

fn misplaced(place: &Place, file: &str, entry: &Entry) -> Check {
    let (client, key) = (place.client.title(), place.client.key());
    Check::wrong(
        NAME,
        format!(
            "{client}, {file}: `{}` starts this program, and stands where the client does not look",
            entry.name
        ),
    )
    .remedy(format!("put it under `{key}`"))
}

fn nobody(without: &[String]) -> Check {
    let finding = match without {
        [] => "none that is known was found on this computer".to_owned(),
        without => format!("none has this server: not {}", without.join(", not ")),
    };
    Check::note(NAME, finding)
        .remedy("`telegram-history-mcp login` ends with the lines to paste into a client, and so does `telegram-history-mcp demo`, for the embedded Telegram")
}

fn cannot_be_read(place: &Place, file: &str, unreadable: &Unreadable) -> Check {
    let client = place.client.title();
    match unreadable {
        Unreadable::System(error) => Check::wrong(
            NAME,
            format!("{client}, {file}: it cannot be read: {}", error.kind()),
        )
        .remedy("look at who may read the file"),
        Unreadable::NoFile => Check::wrong(NAME, format!("{client}, {file}: it is no file"))
            .remedy("put the client's list in its place"),
        Unreadable::Text { what, line, column } => Check::wrong(
            NAME,
            format!("{client}, {file}: it is not valid {what}: line {line}, column {column}"),
        )
        .remedy("correct it there: until then the client has none of its servers"),
    }
}

/// Whether others can read secrets in the file.
fn secrets(computer: &Computer, place: &Place, entry: &Entry) -> Option<Check> {
    let is_secret = |name: &str| {
        KEYS.iter().any(|key| key.secret && key.name == name) || name == "TELEGRAM_STRING_SESSION"
    };
    let holds_one = |(name, value): &(String, Zeroizing<String>)| {
        is_secret(name) && !value.is_empty() && !value.contains("${")
    };
    let (name, _) = entry.environment.iter().find(|it| holds_one(it))?;
    if !is_open_to_others(&place.file) {
        return None;
    }
    let file = computer.shown(&place.file);
    let client = place.client.title();
    let check = Check::wrong(
        NAME,
        format!("{client}, {file}: {name} stands in it, and others can read the file"),
    );
    Some(check.remedy(format!(
        "chmod 600 {file}; with `telegram-history-mcp login` no session needs to stand there"
    )))
}

/// Which clients would keep each other from a session.
fn differences(served: &[Served]) -> Vec<Check> {
    let mut left: Vec<(&str, &Config)> = (served.iter())
        .filter_map(|it| Some((it.title.as_str(), it.config.as_ref()?)))
        .collect();
    let mut checks = Vec::new();
    while let Some((_, config)) = left.first().copied() {
        let (of_one, others) =
            (left.into_iter()).partition::<Vec<_>, _>(|(_, other)| have_one_session(config, other));
        left = others;
        checks.extend(collision(&of_one));
    }
    checks
}

fn have_one_session(one: &Config, other: &Config) -> bool {
    let [string, another] = [one, other].map(|it| it.session_string.as_ref().map(Secret::expose));
    string == another && one.state_dir == other.state_dir && one.session_file == other.session_file
}

/// What is to be said of clients of one session, unless all of them have the same settings.
fn collision(clients: &[(&str, &Config)]) -> Option<Check> {
    let ((_, first), others) = clients.split_first()?;
    // The word is compared here and told nobody: any key will do.
    let mut unlike = (others.iter().map(|(_, other)| *other))
        .filter(|other| other.digest(&[0; 32]) != first.digest(&[0; 32]))
        .peekable();
    unlike.peek()?;
    let mut names: Vec<&str> = Vec::new();
    for name in unlike.flat_map(|other| different(first, other)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let titles: Vec<&str> = clients.iter().map(|(title, _)| *title).collect();
    let finding = format!(
        "{} have one session and different settings ({}): whoever comes second gets SESSION_IN_USE",
        titles.join(" and "),
        names.join(", ")
    );
    let remedy = "give all of them the same settings, or each a session of its own";
    Some(Check::wrong(NAME, finding).remedy(remedy))
}

/// The settings that differ, by their names.
fn different(one: &Config, other: &Config) -> Vec<&'static str> {
    /// What each client may have of its own.
    const OWN: [&str; 5] = [
        "TELEGRAM_TOOL_NAMES",
        "TELEGRAM_CALL_DEADLINE_SECONDS",
        "TELEGRAM_REPLY_MAX_CHARS",
        "TELEGRAM_LOG",
        "TELEGRAM_LOG_FORMAT",
    ];
    const API_ID: &str = "TELEGRAM_API_ID";
    let said = |config: &Config, name: &str| {
        let setting = config.settings.iter().find(|it| it.key.name == name);
        setting.map(|it| it.text.clone())
    };
    let shared = KEYS
        .iter()
        .map(|key| key.name)
        .filter(|name| !OWN.contains(name));
    let differ = |name: &&str| match *name {
        // One may have it set, and another find it with the session.
        API_ID => one.api_id != other.api_id,
        name => said(one, name) != said(other, name),
    };
    let names: Vec<&str> = shared.filter(differ).collect();
    match names.is_empty() {
        true => vec!["a secret"],
        false => names,
    }
}

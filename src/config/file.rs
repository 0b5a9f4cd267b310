//! The TOML file: opened, checked for who may read it, and taken apart into texts with their lines.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use toml::{Spanned, Value};
use zeroize::Zeroizing;

use super::gather::Gathered;
use super::keys::{CONFIG, KEYS, Key, PREFIX, SESSION_STRING, SESSION_STRING_ALIAS};
use super::problem::{Origin, Problem};
use super::value;

/// A file of settings is small; whatever is longer is something else.
const MAX_BYTES: u64 = 1 << 20;

/// Adds what the file says, when one is named.
pub(super) fn read(gathered: &mut Gathered, home: Option<&Path>) {
    let Some(named) = gathered.first(CONFIG) else {
        return;
    };
    let (key, text, origin) = (named.key, named.text.to_string(), named.origin.clone());
    let Some(path) = value::path(&text, home) else {
        let problem = Problem::not_accepted(key, &text, origin);
        return gathered.problems.push(problem);
    };
    let opened = open(&path);
    let (source, is_private) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let problem = Problem::not_accepted(key, &text, origin).because(&error.to_string());
            return gathered.problems.push(problem);
        }
    };
    match toml::from_str::<BTreeMap<Spanned<String>, Value>>(&source) {
        Ok(entries) => Entries {
            path,
            source,
            is_private,
        }
        .add_to(gathered, entries),
        Err(error) => {
            let (line, column) = position(&source, error.span().map_or(0, |span| span.start));
            let reason = format!("line {line}, column {column}: {}", error.message());
            let problem = Problem::not_accepted(key, &text, origin).because(&reason);
            gathered.problems.push(problem);
        }
    }
}

/// The file's text, and whether nobody but its owner can read it.
fn open(path: &Path) -> io::Result<(Zeroizing<String>, bool)> {
    let file = File::open(path)?;
    let is_private = is_private(&file)?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("longer than 1 MiB"));
    }
    Ok((text, is_private))
}

#[cfg(unix)]
fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;

    const READ_BY_GROUP_OR_OTHERS: u32 = 0o044;
    Ok(file.metadata()?.permissions().mode() & READ_BY_GROUP_OR_OTHERS == 0)
}

#[cfg(not(unix))]
fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// A file that was read, while its entries are taken over.
struct Entries {
    path: PathBuf,
    source: Zeroizing<String>,
    is_private: bool,
}

impl Entries {
    fn add_to(self, gathered: &mut Gathered, entries: BTreeMap<Spanned<String>, Value>) {
        for (name, value) in entries {
            let (line, _) = position(&self.source, name.span().start);
            let origin = Origin::File {
                path: self.path.clone(),
                line,
            };
            let Some(key) = find(name.get_ref()) else {
                let known = KEYS.iter().filter_map(Key::file_name);
                gathered.note_unknown(name.get_ref(), known, origin);
                continue;
            };
            let Some(text) = text_of(key, value) else {
                let problem = Problem::wrong_type(key, name.get_ref(), origin);
                gathered.problems.push(problem);
                continue;
            };
            if key.secret && !self.is_private && !text.trim().is_empty() {
                gathered.problems.push(self.exposed(key, origin.clone()));
            }
            gathered.add(key, text, origin);
        }
    }

    fn exposed(&self, key: &Key, origin: Origin) -> Problem {
        let text = format!(
            "`{}` is in a file that others can read; run `chmod 600 {}`",
            key.name,
            crate::error::shorten(&self.path.display().to_string())
        );
        Problem::new(text, Some(origin))
    }
}

/// The key by its name in the file.
fn find(name: &str) -> Option<&'static Key> {
    let alias = SESSION_STRING_ALIAS.trim_start_matches(PREFIX);
    if name == alias.to_ascii_lowercase() {
        return Key::find(SESSION_STRING);
    }
    KEYS.iter()
        .find(|key| key.file_name().as_deref() == Some(name))
}

/// The value as it would be written in the environment.
fn text_of(key: &Key, value: Value) -> Option<String> {
    match value {
        Value::Array(entries) if key.list => {
            let entries: Option<Vec<String>> = entries.into_iter().map(scalar).collect();
            Some(entries?.join(","))
        }
        other => scalar(other),
    }
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Datetime(moment) => Some(moment.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}

/// Line and column of a place in the text, both counted from 1.
fn position(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |text| text.chars().count());
    (line, column + 1)
}

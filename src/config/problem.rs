//! What is wrong with a configuration, one line each; never the text of a secret.

use std::fmt;
use std::path::PathBuf;

use super::keys::Key;
use super::secret::shape;
use crate::error::shorten;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A command-line flag, named as it is typed.
    Flag(&'static str),
    /// The variable of the environment.
    Environment,
    /// The configuration file.
    File {
        /// As it was given.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// The table of keys.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag `--{flag}`"),
            Self::Environment => f.write_str("environment"),
            Self::File { path, line } => {
                write!(f, "{}:{line}", shorten(&path.display().to_string()))
            }
            Self::Default => f.write_str("default"),
        }
    }
}

/// One mistake in the configuration; prints as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    text: String,
    origin: Option<Origin>,
}

impl Problem {
    /// A mistake described in our own words.
    pub(super) fn new(text: String, origin: Option<Origin>) -> Self {
        Self { text, origin }
    }

    /// A value that its key does not accept.
    pub(super) fn not_accepted(key: &Key, value: &str, origin: Origin) -> Self {
        let text = format!(
            "`{}` is {}, expected {}",
            key.name,
            shown_of(key, value),
            key.accepts
        );
        Self::new(text, Some(origin))
    }

    /// Entries of a list that its key does not accept.
    pub(super) fn entries_not_accepted(
        key: &Key,
        entries: &[&str],
        origin: Option<Origin>,
    ) -> Self {
        let shown: Vec<String> = entries.iter().map(|entry| shown_of(key, entry)).collect();
        let text = format!(
            "`{}` has {}, expected {}",
            key.name,
            shown.join(", "),
            key.accepts
        );
        Self::new(text, origin)
    }

    /// A value in the file that is neither a text, a number, a switch nor, for lists, an array of those.
    pub(super) fn wrong_type(key: &Key, name: &str, origin: Origin) -> Self {
        let types = if key.list {
            "a text, or an array of texts"
        } else {
            "a text, a number, or true or false"
        };
        let text = format!(
            "`{}` (here `{name}`) has a type that cannot be used, expected {types}: {}",
            key.name, key.accepts
        );
        Self::new(text, Some(origin))
    }

    /// Adds what the system or a parser said, as far as it fits on the line.
    pub(super) fn because(mut self, reason: &str) -> Self {
        self.text.push_str(": ");
        self.text.push_str(&shorten(reason));
        self
    }

    /// A value that asks for something that cannot be done yet.
    pub(super) fn not_yet(key: &Key, value: &str, origin: Origin) -> Self {
        let value = if key.secret {
            "set".to_owned()
        } else {
            shown_of(key, value)
        };
        let text = format!(
            "`{}` is {value}, which is not in this version yet; unset it",
            key.name
        );
        Self::new(text, Some(origin))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.origin {
            Some(origin) => write!(f, " ({origin})"),
            None => Ok(()),
        }
    }
}

/// All that is wrong with a configuration: at least one problem; prints one line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// The problems, in the order of the table of keys where they belong to one.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The value of this key as it may be shown.
fn shown_of(key: &Key, value: &str) -> String {
    match key.secret {
        true => shape(value),
        false => shown(value),
    }
}

/// A value that is no secret, unless somebody has pasted one where it does not belong.
pub(super) fn shown(value: &str) -> String {
    match looks_secret(value) {
        true => shape(value),
        false => format!("`{}`", shorten(value)),
    }
}

/// Whether a value could be an API hash, a session or a token: long, with a digit, and in one piece.
fn looks_secret(value: &str) -> bool {
    const SHORTEST: usize = 24;

    value.len() >= SHORTEST
        && value.contains(|c: char| c.is_ascii_digit())
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_+=:".contains(c))
}

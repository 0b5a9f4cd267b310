//! Why an export could not be read: one line each, naming the place. No error repeats what the export says.

use std::io;
use std::path::PathBuf;

use serde_json::error::Category;

use super::fields::FieldError;

const HOW_TO_EXPORT: &str = "export with Telegram Desktop: \
                             Settings → Advanced → Export Telegram data → Machine-readable JSON";

/// Why an export could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file could not be opened.
    #[error("cannot open `{}`: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Reading stopped in the middle.
    #[error("cannot read the export: {0}")]
    Read(io::Error),
    /// The text is not JSON.
    #[error("line {line}{}: not JSON, {reason}", within(field))]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The field, if it is in one.
        field: Option<String>,
        /// What the parser missed.
        reason: String,
    },
    /// The text ends in the middle.
    #[error(
        "line {line}{}: the file ends in the middle; export again, or copy the whole file",
        within(field)
    )]
    CutShort {
        /// The last line.
        line: usize,
        /// The field, if it is in one.
        field: Option<String>,
    },
    /// The text is not what Telegram Desktop writes.
    #[error("{reason}; {HOW_TO_EXPORT}")]
    NotAnExport {
        /// What is missing or different.
        reason: String,
    },
    /// A chat says something impossible about itself.
    #[error("{error} (in chat {chat})")]
    Chat {
        /// Its place in the export, from 1.
        chat: usize,
        /// The field.
        error: FieldError,
    },
    /// A message cannot be read.
    #[error("{error} (in message {id})")]
    Message {
        /// Its id as it stands in the export, or its place from 1 when it has none (`#3`).
        id: String,
        /// The field.
        error: FieldError,
    },
    /// Any of these, in a file.
    #[error("`{}`: {error}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        error: Box<Self>,
    },
}

fn within(field: &Option<String>) -> String {
    let field = field.as_ref();
    field.map_or_else(String::new, |field| format!(", in `{field}`"))
}

impl ImportError {
    /// From an error of the parser, in this field.
    pub(super) fn from_json(error: serde_json::Error, field: Option<String>) -> Self {
        let line = error.line();
        match error.classify() {
            Category::Io => Self::Read(error.into()),
            Category::Eof => Self::CutShort { line, field },
            Category::Syntax => Self::NotJson {
                line,
                field,
                reason: plain(reason(&error)),
            },
            Category::Data => Self::NotAnExport {
                reason: format!("line {line}: {}", mismatch(&reason(&error))),
            },
        }
    }
}

/// What the parser says, without the place.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ");
    reason.map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// In plainer words, where there are any.
fn plain(reason: String) -> String {
    if reason.starts_with("control character") {
        return "a line break or another control character in a text".to_owned();
    }
    match reason.as_str() {
        "recursion limit exceeded" => "too many lists and objects in one another".to_owned(),
        "trailing characters" => "something follows the end of the export".to_owned(),
        _ => reason,
    }
}

/// What was found and what should be there, without the value that was found.
fn mismatch(reason: &str) -> String {
    let found = reason.strip_prefix("invalid type: ").unwrap_or_default();
    let found = match found.split([' ', ',']).next().unwrap_or_default() {
        "map" => "an object",
        "sequence" => "a list",
        "string" => "text",
        "integer" | "floating" | "number" => "a number",
        "boolean" => "true or false",
        "null" => "null",
        _ => "something else",
    };
    let expected = reason.rsplit_once(", expected ");
    let expected = expected.map_or("what an export has here", |(_, expected)| expected);
    format!("{found} instead of {expected}")
}

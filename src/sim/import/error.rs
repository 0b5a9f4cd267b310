//! Why an export could not be read: one line each, naming the place.

use std::io;
use std::path::PathBuf;

use super::fields::FieldError;

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
    #[error("not JSON at line {line} column {column}: {reason}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; an escape that was repaired counts two more than it has.
        column: usize,
        /// What the parser missed.
        reason: String,
    },
    /// The text is JSON, but not what Telegram Desktop writes.
    #[error(
        "{reason}: this is not a Telegram Desktop export; export with \
         Settings → Advanced → Export Telegram data → Machine-readable JSON"
    )]
    NotAnExport {
        /// What is missing or different.
        reason: String,
    },
    /// A chat says something impossible about itself.
    #[error("chat {chat} (line {line}): {error}")]
    Chat {
        /// Its place in the export, from 1.
        chat: usize,
        /// The line where this was noticed.
        line: usize,
        /// The field.
        error: FieldError,
    },
    /// A message cannot be read.
    #[error("message {id}, which ends at line {line}: {error}")]
    Message {
        /// Its id as it stands in the export, or its place from 1 when it has none (`#3`).
        id: String,
        /// The line on which it ends.
        line: usize,
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

impl ImportError {
    /// From an error of the parser.
    pub(super) fn from_json(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let reason = text
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        match error.classify() {
            serde_json::error::Category::Io => Self::Read(error.into()),
            serde_json::error::Category::Data => Self::NotAnExport {
                reason: format!("{reason} at line {line} column {column}"),
            },
            serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
                Self::NotJson {
                    line,
                    column,
                    reason,
                }
            }
        }
    }

    /// The same, noticed at `line`.
    pub(super) fn at(self, noticed: usize) -> Self {
        match self {
            Self::Chat { chat, error, .. } => Self::Chat {
                chat,
                line: noticed,
                error,
            },
            Self::Message { id, error, .. } => Self::Message {
                id,
                line: noticed,
                error,
            },
            other => other,
        }
    }
}

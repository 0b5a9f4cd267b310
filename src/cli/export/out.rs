//! Where the file of a chat goes.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::export::Format;

/// Endings that promise a form which is not written.
const OTHERS: [&str; 12] = [
    "csv", "tsv", "html", "htm", "xlsx", "parquet", "bz2", "xz", "zip", "7z", "br", "lz4",
];

/// Where files go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Out {
    /// This file.
    File(PathBuf),
    /// Files in this directory, called by the ids of their chats.
    Dir(PathBuf),
}

impl Out {
    /// What `--out` means for so many chats.
    pub(super) fn read(out: Option<&Path>, chats: usize) -> Result<Self, Failure> {
        let Some(out) = out else {
            return Ok(Self::Dir(PathBuf::from(".")));
        };
        if out == Path::new("-") {
            return Err(Failure::usage(
                "`--out` names a file or a directory; an export is not written to stdout, since it could not be gone on with there",
            ));
        }
        if let Some(extension) = out.extension().and_then(|it| it.to_str())
            && OTHERS
                .iter()
                .any(|other| extension.eq_ignore_ascii_case(other))
        {
            return Err(Failure::usage(format!(
                "`{}` ends in `.{extension}`, which is not written: name a file `.ndjson`, `.ndjson.gz` or `.ndjson.zst`, or `.json` with `--format tdesktop`",
                out.display()
            )));
        }
        let ends_as_dir = out.as_os_str().to_string_lossy().ends_with(['/', '\\']);
        if out.is_dir() || ends_as_dir {
            return Ok(Self::Dir(out.to_owned()));
        }
        if chats == 1 {
            return Ok(Self::File(out.to_owned()));
        }
        if out.extension().is_some() || out.exists() {
            return Err(Failure::usage(
                "`--out` is a file, and there are several chats: give a directory",
            ));
        }
        Ok(Self::Dir(out.to_owned()))
    }

    /// The file of a chat.
    pub(super) fn file(&self, chat_id: i64, format: Format) -> PathBuf {
        match self {
            Self::File(file) => file.clone(),
            Self::Dir(dir) if dir == Path::new(".") => name(chat_id, format).into(),
            Self::Dir(dir) => dir.join(name(chat_id, format)),
        }
    }
}

/// A name that says nothing of a chat but its id, which is all that other users of a machine need to learn.
fn name(chat_id: i64, format: Format) -> String {
    /// Marked ids of channels and supergroups are this and less.
    const CHANNEL_MARK: i64 = -1_000_000_000_000;
    let kind = match chat_id {
        0.. => "user-",
        ..=CHANNEL_MARK => "",
        _ => "group-",
    };
    let extension = match format {
        Format::Ndjson => "ndjson",
        Format::Tdesktop => "json",
    };
    format!("telegram-{kind}{}.{extension}", chat_id.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_by_the_ids_of_their_chats() {
        let here = Out::read(None, 3).unwrap();
        for (chat_id, format, expected) in [
            (-1_001_234, Format::Ndjson, "telegram-group-1001234.ndjson"),
            (
                -1_001_234_567_890,
                Format::Ndjson,
                "telegram-1001234567890.ndjson",
            ),
            (
                -1_001_234_567_890,
                Format::Tdesktop,
                "telegram-1001234567890.json",
            ),
            (42, Format::Ndjson, "telegram-user-42.ndjson"),
        ] {
            assert_eq!(here.file(chat_id, format), Path::new(expected));
        }
    }

    #[test]
    fn a_directory_is_told_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = |out: &Path, chats| {
            let out = Out::read(Some(out), chats).unwrap();
            out.file(42, Format::Ndjson)
        };
        let inside = dir.path().join("telegram-user-42.ndjson");
        assert_eq!(file(dir.path(), 1), inside);
        let new = dir.path().join("new");
        assert_eq!(file(&new, 1), new);
        assert_eq!(file(&new, 2), new.join("telegram-user-42.ndjson"));
        assert_eq!(file(&new.join(""), 1), new.join("telegram-user-42.ndjson"));
        let archive = new.join("chat.ndjson.gz");
        assert_eq!(file(&archive, 1), archive);
        assert!(Out::read(Some(&archive), 2).is_err());
    }
}

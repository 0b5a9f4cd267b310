//! What a file is, by how it begins: people point at the wrong one.

use std::io::BufRead;

use super::error::ImportError;

/// Says what the file is when it cannot be JSON; takes nothing from it.
pub(super) fn check(export: &mut impl BufRead) -> Result<(), ImportError> {
    let start = match export.fill_buf() {
        Ok(start) => start,
        Err(error) => return Err(ImportError::Read(error)),
    };
    let what = match start {
        [] => "the file is empty",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16, and an export is UTF-8",
        [b'P', b'K', ..] => "the file is an archive: unpack it, and give the `result.json` in it",
        [0, ..] => "the file is binary",
        _ => match first_letter(start) {
            None => "the file is blank",
            Some(b'<') => IS_HTML,
            Some(b'{' | b'[' | b'"') => return Ok(()),
            Some(_) => "the file is not JSON",
        },
    };
    Err(not_an_export(what))
}

/// What is said of an export as web pages.
const IS_HTML: &str = "the export is HTML, and what can be read is JSON";

/// An export as web pages, where a `result.json` should be.
pub(super) fn html() -> ImportError {
    not_an_export(IS_HTML)
}

fn not_an_export(what: &str) -> ImportError {
    ImportError::NotAnExport {
        reason: what.to_owned(),
    }
}

fn first_letter(start: &[u8]) -> Option<u8> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    text.iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

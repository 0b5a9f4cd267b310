//! Private keys between `-----BEGIN …-----` and `-----END …-----`, on several lines or on one.

use std::sync::LazyLock;

use memchr::memmem;

use super::super::Kind;
use super::super::engine::{Context, Detector, Hit, Tail, Window};

pub(in super::super) const DETECTOR: Detector = Detector {
    next: |bytes, from| BEGINNING.find(bytes.get(from..)?).map(|at| from + at),
    look,
};

const BEGIN: &[u8] = b"-----BEGIN ";
/// Made once: it is looked for in every text.
static BEGINNING: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(BEGIN));
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The longest title is `PGP PRIVATE KEY BLOCK`.
const MAX_TITLE: usize = 40;

/// A line of a key is longer, but for the last one.
const SHORT: usize = 16;

fn look(_: &Context, window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    let title_start = start + BEGIN.len();
    let title = window.slice(title_start..window.bytes.len().min(title_start + MAX_TITLE));
    let length = memmem::find(title, DASHES)?;
    let title = title.get(..length)?;
    let header = title_start + length + DASHES.len();
    let is_private = memmem::find(title, b"PRIVATE KEY").is_some();
    let body = window.slice(header..window.bytes.len());
    if !is_private || end(body) == 0 {
        return None;
    }
    // The engine goes on from the header, since a key is longer than a window.
    Some(Hit {
        tail: Tail::Block,
        ..Hit::new(Kind::Secret, start..header, String::new())
    })
}

/// How long the key is that follows a header, with the line that ends it; 0 when none follows.
pub(in super::super) fn end(body: &[u8]) -> usize {
    let mut at = 0;
    let mut last = 0;
    loop {
        at += line_break(body.get(at..).unwrap_or_default());
        let rest = body.get(at..).unwrap_or_default();
        if let Some(title) = rest.strip_prefix(END) {
            let title = title.get(..title.len().min(MAX_TITLE)).unwrap_or_default();
            let length = memmem::find(title, DASHES).map_or(0, |at| at + DASHES.len());
            return at + END.len() + length;
        }
        if let Some(length) = header_line(rest).filter(|_| last == 0) {
            at += length;
            continue;
        }
        let length = rest.iter().take_while(|byte| is_base64(**byte)).count();
        let line = rest.get(..length).unwrap_or_default();
        let is_last = line.contains(&b'=') || ends_block(rest.get(length..).unwrap_or_default());
        if length == 0 || (length < SHORT && !(last > 0 && is_last)) {
            return last;
        }
        at += length;
        last = at;
    }
}

fn ends_block(rest: &[u8]) -> bool {
    rest.get(line_break(rest)..)
        .is_some_and(|rest| rest.starts_with(END))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/' || byte == b'='
}

/// How much of the beginning are line breaks, real ones or those of a JSON string.
fn line_break(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match bytes.get(at..) {
            Some([b'\n' | b'\r' | b' ' | b'\t', ..]) => 1,
            Some([b'\\', b'n' | b'r', ..]) => 2,
            _ => return at,
        };
    }
}

/// How long a line such as `Proc-Type: 4,ENCRYPTED` is.
fn header_line(bytes: &[u8]) -> Option<usize> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let line = line.get(..line.len().min(120))?;
    let name = memmem::find(line, b": ").filter(|length| *length < 30)?;
    let is_name = line
        .get(..name)?
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    is_name.then_some(line.len())
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{assert_found, assert_not_found};
    use super::*;

    const LINE: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    #[test]
    fn private_keys_are_found_whole() {
        let lines = format!("{LINE}\n").repeat(40);
        let keys = [
            format!("-----BEGIN PRIVATE KEY-----\n{LINE}\n-----END PRIVATE KEY-----"),
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\r\n{LINE}\r\nAb==\r\n-----END RSA PRIVATE KEY-----"
            ),
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}Ab==\n-----END OPENSSH PRIVATE KEY-----"
            ),
            format!(
                "-----BEGIN EC PRIVATE KEY-----\\n{LINE}\\nAb==\\n-----END EC PRIVATE KEY-----"
            ),
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{LINE}\n-----END RSA PRIVATE KEY-----"
            ),
            format!(
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n{LINE}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----"
            ),
            format!("-----BEGIN PRIVATE KEY-----\n{LINE}\n{LINE}"),
        ];
        for key in &keys {
            assert_found(Kind::Secret, &[(&format!("my key:\n{key}\nkeep it"), key)]);
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "-----BEGIN PRIVATE KEY----- is how keys begin",
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN ",
            &format!("-----BEGIN CERTIFICATE-----\n{LINE}\n-----END CERTIFICATE-----"),
            &format!("-----BEGIN PUBLIC KEY-----\n{LINE}\n-----END PUBLIC KEY-----"),
        ]);
    }
}

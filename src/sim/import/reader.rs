//! What Telegram Desktop writes that JSON does not allow, mended while it streams by: the parser sees none of it.
//!
//! Every version writes control characters as `\x1F`, and leaves two bytes of each line separator standing after
//! its escape. Version 4.1 left the path of a custom emoji without quotes, and the first versions with buttons
//! copied their data as it was, UTF-8 or not.

use std::io::{self, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const CHUNK: usize = 64 * 1024;
/// As much of what was written as has to be looked back upon: more than the longest of these words.
const LOOK_BACK: usize = 16;
/// The most bytes of a UTF-8 character that are not the whole of it.
const LONGEST_START: usize = 3;

const LINE_SEPARATORS: [&[u8]; 2] = [br"\u2028", br"\u2029"];
/// What a line separator leaves behind, after its escape: the rest of its UTF-8.
const SEPARATOR_RESTS: [u8; 3] = [0x80, 0xa8, 0xa9];
const CUSTOM_EMOJI_KEY: &[u8] = b"\"document_id\"";
const REPLACEMENT: &str = "\u{fffd}";

/// A reader that answers JSON.
pub(super) struct Repair<R> {
    inner: R,
    raw: Vec<u8>,
    clean: Vec<u8>,
    /// Where the unread part of `clean` begins.
    at: usize,
    state: State,
    started: bool,
    repaired: Repaired,
}

/// What was mended, counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repaired {
    /// Places that say something, but not as JSON would.
    pub(super) places: usize,
    /// Bytes that are no UTF-8, and stand for nothing.
    pub(super) bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    /// Between, and a path may follow that has no quotes.
    BeforePath,
    /// In such a path, which ends with its line.
    Path,
    Text,
    /// In a text, after a backslash.
    Escape,
}

impl<R: Read> Repair<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            raw: Vec::with_capacity(CHUNK),
            clean: Vec::with_capacity(CHUNK),
            at: 0,
            state: State::Between,
            started: false,
            repaired: Repaired::default(),
        }
    }

    pub(super) fn repaired(&self) -> Repaired {
        self.repaired
    }

    /// Reads more; answers whether the end is reached.
    fn refill(&mut self) -> io::Result<bool> {
        let seen = self.clean.len().saturating_sub(LOOK_BACK);
        self.clean.drain(..seen);
        self.at = self.clean.len();
        let mut raw = std::mem::take(&mut self.raw);
        let carried = raw.len();
        self.inner
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut raw)?;
        let is_end = raw.len() == carried;
        let text = match raw.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if !self.started => text,
            _ => raw.as_slice(),
        };
        self.started = true;
        let cut = if is_end { 0 } else { unfinished(text) };
        let (whole, rest) = text.split_at(text.len() - cut);
        for chunk in whole.utf8_chunks() {
            self.valid(chunk.valid().as_bytes());
            self.invalid(chunk.invalid());
        }
        let start = raw.len() - rest.len();
        raw.drain(..start);
        self.raw = raw;
        Ok(is_end)
    }

    fn valid(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let (run, rest) = text.split_at(self.run(text));
            self.clean.extend_from_slice(run);
            text = rest;
            if let Some((byte, rest)) = rest.split_first() {
                self.step(*byte);
                text = rest;
            }
        }
    }

    /// How many bytes are as they should be and change nothing.
    fn run(&self, text: &[u8]) -> usize {
        let ends = |byte: &u8| match self.state {
            State::Between => matches!(byte, b'"' | b':'),
            State::BeforePath => !byte.is_ascii_whitespace(),
            State::Path => matches!(byte, b'"' | b'\\' | b'\r' | b'\n'),
            State::Text => matches!(byte, b'"' | b'\\'),
            State::Escape => true,
        };
        text.iter().position(ends).unwrap_or(text.len())
    }

    /// Takes a byte that may change the state.
    fn step(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Between, b':') if self.clean.ends_with(CUSTOM_EMOJI_KEY) => State::BeforePath,
            (State::Between, b'"') | (State::BeforePath, b'"') => State::Text,
            // Of the folder of a chat or of stickers, or a remark.
            (State::BeforePath, b'c' | b's' | b'(') => {
                self.repaired.places += 1;
                self.clean.push(b'"');
                State::Path
            }
            (State::Path, b'\r' | b'\n') => {
                self.clean.push(b'"');
                State::Between
            }
            (State::Path, _) => {
                self.clean.push(b'\\');
                State::Path
            }
            (State::Text, b'\\') => State::Escape,
            (State::Escape, b'x') => {
                self.repaired.places += 1;
                self.clean.extend_from_slice(b"u00");
                self.state = State::Text;
                return;
            }
            (State::Escape, _) => State::Text,
            (State::Between | State::BeforePath | State::Text, _) => State::Between,
        };
        self.clean.push(byte);
    }

    fn invalid(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let after_separator = LINE_SEPARATORS
                .iter()
                .any(|escape| self.clean.ends_with(escape));
            if after_separator && SEPARATOR_RESTS.contains(byte) {
                self.repaired.places += usize::from(*byte != 0x80);
            } else {
                self.repaired.bytes += 1;
                self.clean.extend_from_slice(REPLACEMENT.as_bytes());
            }
        }
    }
}

/// How many bytes at the end are the start of a character whose rest is still to come.
fn unfinished(text: &[u8]) -> usize {
    let (_, end) = text.split_at(text.len().saturating_sub(LONGEST_START));
    let last = end
        .utf8_chunks()
        .last()
        .map_or(&[][..], |chunk| chunk.invalid());
    match std::str::from_utf8(last) {
        Err(error) if error.error_len().is_none() => last.len(),
        _ => 0,
    }
}

impl<R: Read> Read for Repair<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.clean.len() {
            if self.refill()? && self.at == self.clean.len() {
                return Ok(0);
            }
        }
        let mut rest = self.clean.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(raw: &[u8]) -> (String, Repaired) {
        let mut repair = Repair::new(raw);
        let mut text = String::new();
        repair.read_to_string(&mut text).unwrap();
        (text, repair.repaired())
    }

    #[track_caller]
    fn assert_mended(raw: &[u8], wanted: &str, places: usize, bytes: usize) {
        assert_eq!(mended(raw), (wanted.to_owned(), Repaired { places, bytes }));
    }

    #[test]
    fn control_characters_become_escapes_of_json() {
        for (raw, wanted) in [
            (r#"{"a": "ring\x07"}"#, r#"{"a": "ring\u0007"}"#),
            (r#"{"a\x1F": "\x00\x1F"}"#, r#"{"a\u001F": "\u0000\u001F"}"#),
            (
                r#"["\x01é😀", "\\\x02\""]"#,
                r#"["\u0001é😀", "\\\u0002\""]"#,
            ),
        ] {
            let places = raw.matches(r"\x").count();
            assert_mended(raw.as_bytes(), wanted, places, 0);
        }
        let escaped = r#"["\\x07", "\\\\x07", "\"x"]"#;
        assert_mended(escaped.as_bytes(), escaped, 0, 0);
    }

    #[test]
    fn what_line_separators_leave_behind_is_dropped() {
        let raw = b"[\"a\\u2028\x80\xa8b\\u2029\x80\xa9\\u2028\x80\xa8\"]";
        assert_mended(raw, r#"["a\u2028b\u2029\u2028"]"#, 3, 0);
        assert_mended("[\"a\\u2028é\"]".as_bytes(), "[\"a\\u2028é\"]", 0, 0);
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced_and_counted() {
        assert_mended(
            b"[\"\xff\xc3\xa9\x80\xe2\x82\"]",
            "[\"\u{fffd}é\u{fffd}\u{fffd}\u{fffd}\"]",
            0,
            4,
        );
        assert_mended(b"[\"a\xf0\x9f\x98", "[\"a\u{fffd}\u{fffd}\u{fffd}", 0, 3);
    }

    #[test]
    fn the_path_of_a_custom_emoji_gets_its_quotes() {
        let raw =
            "{\n \"document_id\": stickers/a \"b\".webp\n}, {\n \"document_id\":(unavailable)\r\n}";
        let wanted = "{\n \"document_id\": \"stickers/a \\\"b\\\".webp\"\n}, {\n \"document_id\":\"(unavailable)\"\r\n}";
        assert_mended(raw.as_bytes(), wanted, 2, 0);
        for sound in [
            "{\"document_id\": \"stickers/a.webp\"}",
            "{\"document_id\": 5368324170671202286}",
            "{\"document_id\": null, \"a\": {\"document_id\": true}}",
            "{\"text\": bare}",
            "{\"a\": \"document_id\", \"b\": bare}",
        ] {
            assert_mended(sound.as_bytes(), sound, 0, 0);
        }
    }

    #[test]
    fn a_byte_order_mark_is_left_out_in_front_only() {
        assert_mended(b"\xef\xbb\xbf[\"\xef\xbb\xbf\"]", "[\"\u{feff}\"]", 0, 0);
        assert_mended(b"\xef\xbb\xbf", "", 0, 0);
        assert_mended(b"", "", 0, 0);
    }

    #[test]
    fn what_lies_across_two_chunks_is_mended_alike() {
        let raw = b"{\"document_id\": stickers/a\n, \"a\\x07\\\\\": \"\xf0\x9f\x98\x80\\u2028\x80\xa8\xff\"}";
        let (wanted, repaired) = mended(raw);
        for before in 0..=raw.len() {
            let padding = " ".repeat(CHUNK - before);
            let whole = [padding.as_bytes(), raw].concat();
            assert_eq!(mended(&whole), (padding + &wanted, repaired), "{before}");
        }
    }
}

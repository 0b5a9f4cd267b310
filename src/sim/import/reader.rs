//! What Telegram Desktop writes that JSON does not know: a byte order mark in front, and control characters
//! as `\x1F` where JSON says `\u001F`. The parser sees neither.

use std::io::{self, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const CHUNK: usize = 64 * 1024;

/// A reader that leaves the mark out and writes those escapes as JSON does.
pub(super) struct Repair<R> {
    inner: R,
    raw: Vec<u8>,
    clean: Vec<u8>,
    at: usize,
    /// Whether the last byte was a backslash that escapes the next one.
    escaped: bool,
    started: bool,
    repaired: usize,
}

impl<R: Read> Repair<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            raw: Vec::with_capacity(CHUNK),
            clean: Vec::with_capacity(CHUNK),
            at: 0,
            escaped: false,
            started: false,
            repaired: 0,
        }
    }

    /// How many escapes were not JSON.
    pub(super) fn repaired(&self) -> usize {
        self.repaired
    }

    /// Whether there is more.
    fn refill(&mut self) -> io::Result<bool> {
        self.raw.clear();
        if !self.started {
            self.started = true;
            let mark = BYTE_ORDER_MARK.len() as u64;
            self.inner.by_ref().take(mark).read_to_end(&mut self.raw)?;
            if self.raw == BYTE_ORDER_MARK {
                self.raw.clear();
            }
        }
        let chunk = CHUNK as u64;
        self.inner.by_ref().take(chunk).read_to_end(&mut self.raw)?;
        self.clean.clear();
        self.at = 0;
        for byte in &self.raw {
            match (self.escaped, *byte) {
                (true, b'x') => {
                    self.clean.extend_from_slice(b"u00");
                    self.repaired += 1;
                    self.escaped = false;
                }
                (escaped, byte) => {
                    self.clean.push(byte);
                    self.escaped = byte == b'\\' && !escaped;
                }
            }
        }
        Ok(!self.clean.is_empty())
    }
}

impl<R: Read> Read for Repair<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.clean.len() && !self.refill()? {
            return Ok(0);
        }
        let mut rest = self.clean.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

//! The lines that a client writes, one at a time, and never more of one than a message may have.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

use super::envelope::Envelope;

/// The longest line that is read; no request has reason to be nearly as long.
pub(super) const LINE_MAX: usize = 4 << 20;

/// A stream of lines. What follows the last line end is none: its writer may have died over it.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Line,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
            line: Line::default(),
        }
    }

    /// The next line; none at the end of input. Nothing is lost when this is dropped and called anew.
    pub(super) async fn next(&mut self) -> Option<Line> {
        loop {
            let piece = self.input.fill_buf().await.ok()?;
            if piece.is_empty() {
                return None;
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            self.line.extend(part);
            let read = part.len() + usize::from(end.is_some());
            self.input.consume(read);
            if end.is_some() {
                return Some(std::mem::take(&mut self.line));
            }
        }
    }
}

/// One line without its end.
#[derive(Debug)]
pub(super) enum Line {
    Whole(Vec<u8>),
    /// What is known of a line that was too long to keep.
    TooLong(Envelope),
}

impl Default for Line {
    fn default() -> Self {
        Self::Whole(Vec::new())
    }
}

impl Line {
    pub(super) fn extend(&mut self, part: &[u8]) {
        match self {
            Self::Whole(bytes) if bytes.len() + part.len() <= LINE_MAX => {
                bytes.extend_from_slice(part);
            }
            Self::Whole(bytes) => {
                let mut envelope = Envelope::of(bytes);
                envelope.read(part);
                *self = Self::TooLong(envelope);
            }
            Self::TooLong(envelope) => envelope.read(part),
        }
    }
}

//! Whole lines of another process, which may die over any byte of one, or say nothing any more.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::time::timeout;

/// Reads line by line. What follows the last line end is none.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    most_bytes: usize,
    /// When a silence is taken for the end.
    patience: Duration,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(input: R, most_bytes: usize, patience: Duration) -> Self {
        Self {
            input: BufReader::new(input),
            line: Vec::new(),
            most_bytes,
            patience,
        }
    }

    /// The same from here on, with other bounds.
    pub(super) fn within(self, most_bytes: usize, patience: Duration) -> Self {
        Self {
            most_bytes,
            patience,
            ..self
        }
    }

    /// What is read of what has not been.
    pub(super) fn into_inner(self) -> BufReader<R> {
        self.input
    }

    /// The next line; none at the end, and after a silence. A line that is too long is an error.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let Ok(piece) = timeout(self.patience, self.input.fill_buf()).await else {
                return Err(io::ErrorKind::TimedOut.into());
            };
            let piece = piece?;
            if piece.is_empty() {
                return Ok(None);
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            if self.line.len() + part.len() > self.most_bytes {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.line.extend_from_slice(part);
            let read = part.len() + usize::from(end.is_some());
            self.input.consume(read);
            if end.is_some() {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(input: &[u8], most_bytes: usize) -> Vec<io::Result<Option<Vec<u8>>>> {
        let mut lines = Lines::new(input, most_bytes, Duration::from_secs(9));
        let mut read = Vec::new();
        loop {
            read.push(lines.next().await);
            if !matches!(read.last(), Some(Ok(Some(_)))) {
                return read;
            }
        }
    }

    #[tokio::test]
    async fn a_torn_line_is_none() {
        let whole = b"{\"id\":1}\n\n{\"id\":2}\n";
        for end in 0..=whole.len() {
            let read = read(&whole[..end], 100).await;
            let lines: Vec<_> = read.into_iter().filter_map(|line| line.unwrap()).collect();
            let ended = whole[..end].iter().filter(|byte| **byte == b'\n').count();
            let expected = [&b"{\"id\":1}"[..], b"", b"{\"id\":2}"];
            assert_eq!(lines, expected[..ended]);
        }
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_not_kept() {
        let read = read(&[b'x'; 101], 100).await;
        assert!(matches!(&read[..], [Err(error)] if error.kind() == io::ErrorKind::InvalidData));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_is_an_end() {
        let (_silent, input) = tokio::io::duplex(8);
        let error = Lines::new(input, 100, Duration::from_secs(9)).next().await;
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}

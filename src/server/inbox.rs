//! What a client writes, message by message, for whoever passes it on instead of answering it.

use std::io;

use tokio::io::AsyncRead;
use tokio_util::sync::CancellationToken;

use super::lines::{Line, Lines};
use super::message;
use super::surrogates::Paired;

/// The messages that a client writes.
pub(crate) struct Inbox<R>(Lines<Paired<R>>);

/// A line of a client, without its end.
pub(crate) enum Incoming {
    /// A message, as it was written.
    Message(Vec<u8>),
    /// None; this answers it.
    Refused(Vec<u8>),
}

/// The messages on standard input. `ended` is cancelled at their end, even while nobody reads them.
pub(crate) fn stdin(
    ended: CancellationToken,
) -> io::Result<Inbox<impl AsyncRead + Send + Unpin + use<>>> {
    super::stdin::open(ended).map(Inbox::new)
}

impl<R: AsyncRead + Unpin> Inbox<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self(Lines::new(Paired::new(reader)))
    }

    /// The next line that wants something; none at the end of input. Nothing is lost when this is dropped and called anew.
    pub(crate) async fn next(&mut self) -> Option<Incoming> {
        loop {
            let line = self.0.next().await?;
            let written = match &line {
                Line::Whole(bytes) => message::without_mark(bytes).to_vec(),
                Line::TooLong(_) => Vec::new(),
            };
            match message::read(line) {
                Some(Ok(_)) => return Some(Incoming::Message(written)),
                Some(Err(error)) => {
                    let refusal = serde_json::to_vec(&error).unwrap_or_default();
                    return Some(Incoming::Refused(refusal));
                }
                None => {}
            }
        }
    }
}

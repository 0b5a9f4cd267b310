//! Standard input, read on a thread of its own: a read that never returns holds up nobody's exit.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::mpsc,
};
use tokio_util::{bytes::Bytes, sync::CancellationToken};

/// How much is read at once, and how many such pieces may wait.
const PIECE_BYTES: usize = 64 << 10;
const PIECES: usize = 4;

/// What was typed or piped in. It ends when the input does, or cannot be read any more.
pub(super) struct Stdin {
    pieces: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

/// Starts reading. `ended` is cancelled at the end of input, even while nobody reads from this end.
pub(super) fn open(ended: CancellationToken) -> io::Result<Stdin> {
    let (sender, pieces) = mpsc::channel(PIECES);
    thread::Builder::new().name("stdin".into()).spawn(move || {
        pump(io::stdin().lock(), &sender);
        ended.cancel();
    })?;
    Ok(Stdin {
        pieces,
        rest: Bytes::new(),
    })
}

fn pump(mut input: impl Read, sender: &mpsc::Sender<Bytes>) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let read = piece
            .get(..read)
            .map(Bytes::copy_from_slice)
            .unwrap_or_default();
        if sender.blocking_send(read).is_err() {
            return;
        }
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            self.rest = ready!(self.pieces.poll_recv(context)).unwrap_or_default();
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest.split_to(count));
        Poll::Ready(Ok(()))
    }
}

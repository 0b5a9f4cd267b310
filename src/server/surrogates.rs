//! Halves of characters: a client in JavaScript writes an emoji that it has cut in two as `"\ud83d"`, which no JSON
//! parser here takes for text. Each half becomes the sign for what cannot be read, so that the call has an answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// What stands for half a character; as long as the escape that it replaces.
const UNREADABLE: &[u8; 6] = br"\ufffd";
/// How much is read at once.
const PIECE_BYTES: usize = 8 << 10;

/// A stream of JSON in which every surrogate has its other half.
pub(super) struct Paired<R> {
    inner: R,
    mender: Mender,
    /// What is mended and not yet taken, from `taken` on.
    mended: Vec<u8>,
    taken: usize,
}

impl<R> Paired<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            mender: Mender::default(),
            mended: Vec::new(),
            taken: 0,
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Paired<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.taken >= this.mended.len() {
            this.mended.clear();
            this.taken = 0;
            let mut piece = [0; PIECE_BYTES];
            let mut read = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                this.mender.end(&mut this.mended);
                if this.mended.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
            this.mender.mend(read.filled(), &mut this.mended);
        }
        let rest = this.mended.get(this.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..count).unwrap_or_default());
        this.taken += count;
        Poll::Ready(Ok(()))
    }
}

/// Holds an escape back until it is known whether it is half of a character.
#[derive(Default)]
struct Mender {
    /// One escape, or a first half and what there is of the next one.
    held: Vec<u8>,
}

impl Mender {
    fn mend(&mut self, bytes: &[u8], mended: &mut Vec<u8>) {
        if self.held.is_empty() && !bytes.contains(&b'\\') {
            mended.extend_from_slice(bytes);
            return;
        }
        for byte in bytes {
            self.take(*byte, mended);
        }
    }

    fn take(&mut self, byte: u8, mended: &mut Vec<u8>) {
        let fits = match self.held.len() % 6 {
            0 => byte == b'\\',
            1 => byte == b'u',
            _ => byte.is_ascii_hexdigit(),
        };
        if fits {
            self.held.push(byte);
            self.settle(mended);
            return;
        }
        if self.held.len() >= 6 {
            self.drop_first(mended);
        }
        // A backslash before anything else is an escape of its own, and is over with that byte.
        let is_escape = self.held.len() == 1;
        self.end(mended);
        if byte == b'\\' && !is_escape {
            self.held.push(byte);
        } else {
            mended.push(byte);
        }
    }

    /// Lets go of what is complete.
    fn settle(&mut self, mended: &mut Vec<u8>) {
        match (unit(&self.held, 0), unit(&self.held, 6)) {
            (Some(0xd800..=0xdbff), None) | (None, _) => {}
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.end(mended),
            (Some(0xd800..=0xdbff), Some(_)) => {
                self.drop_first(mended);
                self.settle(mended);
            }
            (Some(0xdc00..=0xdfff), _) => self.drop_first(mended),
            (Some(_), _) => self.end(mended),
        }
    }

    /// The first escape that is held is half a character.
    fn drop_first(&mut self, mended: &mut Vec<u8>) {
        mended.extend_from_slice(UNREADABLE);
        self.held.drain(..6.min(self.held.len()));
    }

    /// Lets go of everything as it is.
    fn end(&mut self, mended: &mut Vec<u8>) {
        mended.append(&mut self.held);
    }
}

/// The UTF-16 unit of the escape that begins at `at`, if it is complete.
fn unit(held: &[u8], at: usize) -> Option<u16> {
    let digits = held.get(at + 2..at + 6)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, cut: usize) -> String {
        let (mut mender, mut mended) = (Mender::default(), Vec::new());
        let (first, second) = text.as_bytes().split_at(cut);
        for piece in [first, second] {
            mender.mend(piece, &mut mended);
        }
        mender.end(&mut mended);
        String::from_utf8(mended).unwrap()
    }

    #[test]
    fn halves_are_replaced_and_everything_else_stays() {
        let table = [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#""\ud83d\ude42""#, r#""\ud83d\ude42""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude42""#, r#""\ufffd""#),
            (r#""\ud83d!""#, r#""\ufffd!""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud83d\\ude42""#, r#""\ufffd\\ude42""#),
            (r#""\ud83d\ud83d\ude42""#, r#""\ufffd\ud83d\ude42""#),
            (r#""\ud83d\u0041""#, r#""\ufffd\u0041""#),
            (r#""\uD83D\uDE42\uDE42""#, r#""\uD83D\uDE42\ufffd""#),
            // An escaped backslash begins no escape.
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""\u00e9\t\"""#, r#""\u00e9\t\"""#),
            // What is no JSON is somebody else's to refuse.
            (r#""\ud8"#, r#""\ud8"#),
            (r#""\uzzzz\ud83d"#, r#""\uzzzz\ud83d"#),
        ];
        for (text, expected) in table {
            for cut in 0..=text.len() {
                assert_eq!(mended(text, cut), expected, "{text} cut at {cut}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn text_of_whole_characters_stays_as_it_is(text in ".*") {
            let json = serde_json::to_string(&text).unwrap();
            proptest::prop_assert_eq!(mended(&json, 0), json);
        }

        #[test]
        fn whatever_is_escaped_can_be_read(units in proptest::collection::vec(0xd7f0_u16..0xe010, 0..12)) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let text: String = serde_json::from_str(&mended(&format!("\"{escapes}\""), 1)).unwrap();
            proptest::prop_assert_eq!(text, String::from_utf16_lossy(&units));
        }
    }
}

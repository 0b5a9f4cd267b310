//! Cursors under fuzzing: what was not sealed here does not open, what was opens to the same.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a target fails by panicking"
)]

use super::{Cursor, CursorKey, HISTORY};

/// Opens anything as a cursor, and seals any cursor that the bytes encode.
pub(crate) fn cursor(data: &[u8]) {
    let key = CursorKey::new(&[7; 32]);
    let text = String::from_utf8_lossy(data);
    assert!(key.open::<Cursor>(HISTORY, &text).is_err());

    let Ok(cursor) = postcard::from_bytes::<Cursor>(data) else {
        return;
    };
    let sealed = key.seal(HISTORY, &cursor).unwrap();
    let other_key = CursorKey::new(&[8; 32]);
    assert!(other_key.open::<Cursor>(HISTORY, &sealed).is_err());
    assert!(key.open::<Cursor>("another layout", &sealed).is_err());
    // A search as long as no tool takes makes a cursor that is too long to be read again.
    if let Ok(opened) = key.open::<Cursor>(HISTORY, &sealed) {
        assert!(opened == cursor);
        let mut altered = sealed.into_bytes();
        let at = data.len() * 31 % altered.len();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        assert!(key.open::<Cursor>(HISTORY, &altered).is_err());
    }
}

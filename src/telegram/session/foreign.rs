//! The string sessions of other libraries: Pyrogram's are read, GramJS's are recognised, to say so instead of
//! misreading them.

use base64::Engine;
use zeroize::Zeroizing;

use super::{AUTH_KEY_BYTES, BASE64, SessionString, SessionStringError, VERSION, pyrogram};

/// The session in a string that is not of Telethon's making; `None` when it may be.
pub(super) fn read(text: &str) -> Option<Result<SessionString, SessionStringError>> {
    match text.strip_prefix(VERSION) {
        Some(body) => is_gramjs(&decoded(body)?)
            .then_some(Err(SessionStringError::Foreign { library: "GramJS" })),
        None => pyrogram::read(&decoded(text)?),
    }
}

/// GramJS begins with Telethon's version, but spells the address out behind its length; with one
/// of 14 characters, such as those of data centers 1, 2 and 4, it is as long as a Telethon string of IPv6.
fn is_gramjs(bytes: &[u8]) -> bool {
    const AROUND_ADDRESS: usize = 1 + 2 + 2 + AUTH_KEY_BYTES;

    let Some((_, rest)) = bytes.split_first() else {
        return false;
    };
    let Some((length, rest)) = rest.split_first_chunk() else {
        return false;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    length > 0
        && bytes.len() == AROUND_ADDRESS + length
        && rest.iter().take(length).all(u8::is_ascii_graphic)
}

/// The bytes behind either alphabet of base64.
fn decoded(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    let body = Zeroizing::new(body.replace('+', "-").replace('/', "_"));
    BASE64.decode(&*body).ok().map(Zeroizing::new)
}

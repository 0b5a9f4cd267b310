//! Pyrogram's layout of a string session, and where Telegram's data centres are, since it does not say.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{AUTH_KEY_BYTES, SessionString, SessionStringError};

/// What stands around the key: `>BI?256sQ?` of today, then `>B?256sQ?` and `>B?256sI?` of its 1.x.
const LAYOUTS: [Layout; 3] = [
    Layout {
        before: 6,
        after: 9,
    },
    Layout {
        before: 2,
        after: 9,
    },
    Layout {
        before: 2,
        after: 5,
    },
];

struct Layout {
    /// Data centre, the application's id where it is kept, and whether it is a test server, which comes last.
    before: usize,
    /// Who the account is, and whether it is a bot.
    after: usize,
}

impl Layout {
    fn length(&self) -> usize {
        self.before + AUTH_KEY_BYTES + self.after
    }
}

/// Telegram's data centres and its test ones, by number from 1
/// (<https://core.telegram.org/api/datacenter>; `help.getConfig` lists them).
const PRODUCTION: [[u8; 4]; 5] = [
    [149, 154, 175, 53],
    [149, 154, 167, 51],
    [149, 154, 175, 100],
    [149, 154, 167, 91],
    [91, 108, 56, 130],
];
const TEST: [[u8; 4]; 3] = [
    [149, 154, 175, 10],
    [149, 154, 167, 40],
    [149, 154, 175, 117],
];

/// The ports that each kind listens on.
const PRODUCTION_PORT: u16 = 443;
const TEST_PORT: u16 = 80;

/// The session in these bytes; `None` for bytes that Pyrogram does not write: of another length, or with flags that
/// are none, as a string of Telethon's has there whose first character was lost.
pub(super) fn read(bytes: &[u8]) -> Option<Result<SessionString, SessionStringError>> {
    let layout = LAYOUTS.iter().find(|it| it.length() == bytes.len())?;
    let (before, rest) = bytes.split_at_checked(layout.before)?;
    let (key, after) = rest.split_first_chunk()?;
    let (is_test, _is_bot) = (flag(*before.last()?)?, flag(*after.last()?)?);
    let dc_id = *before.first()?;
    let unknown = SessionStringError::UnknownDc { dc_id };
    let session = address(dc_id, is_test).ok_or(unknown);
    Some(session.and_then(|address| SessionString::new(dc_id, address, key)))
}

fn flag(byte: u8) -> Option<bool> {
    match byte {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// Where a data centre of Telegram's is, by IPv4.
fn address(dc_id: u8, is_test: bool) -> Option<SocketAddr> {
    let (addresses, port): (&[[u8; 4]], u16) = match is_test {
        false => (&PRODUCTION, PRODUCTION_PORT),
        true => (&TEST, TEST_PORT),
    };
    let octets = addresses.get(usize::from(dc_id).checked_sub(1)?)?;
    Some((IpAddr::from(Ipv4Addr::from(*octets)), port).into())
}

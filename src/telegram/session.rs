//! A session: the string that it is, in Telethon's layout or Pyrogram's, and where it is kept between runs.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, prelude::BASE64_URL_SAFE};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

mod foreign;
mod pyrogram;
mod store;

pub use store::{Kept, KeyringError, Origin, Store, StoreError};

/// How many bytes an authorization key has.
pub const AUTH_KEY_BYTES: usize = 256;

/// The character that Telethon's layout begins with.
const VERSION: char = '1';

/// What the bytes are for an IPv4 and for an IPv6 address: dc id, address, port, key.
const LENGTHS: [usize; 2] = [1 + 4 + 2 + AUTH_KEY_BYTES, 1 + 16 + 2 + AUTH_KEY_BYTES];

/// Telegram numbers its data centers from 1 to 5, its test ones from 1 to 3.
const DC_IDS: std::ops::RangeInclusive<u8> = 1..=5;

/// Separates our derived keys from anybody else's.
const DERIVATION: &[u8] = b"telegram-history-mcp 1 ";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A session: who to talk to, and the key to do it with.
///
/// It is as good as the account: `Debug` shows data center and address only, and the key is wiped when dropped.
#[derive(Clone)]
pub struct SessionString {
    dc_id: u8,
    address: SocketAddr,
    auth_key: Zeroizing<[u8; AUTH_KEY_BYTES]>,
}

impl SessionString {
    /// A session of these parts, under the same conditions as a parsed one.
    pub fn new(
        dc_id: u8,
        address: SocketAddr,
        auth_key: &[u8; AUTH_KEY_BYTES],
    ) -> Result<Self, SessionStringError> {
        if !DC_IDS.contains(&dc_id) {
            return Err(SessionStringError::UnknownDc { dc_id });
        }
        if address.port() == 0 {
            return Err(SessionStringError::NoPort);
        }
        if auth_key.iter().all(|byte| *byte == 0) {
            return Err(SessionStringError::NoKey);
        }
        Ok(Self {
            dc_id,
            address,
            auth_key: Zeroizing::new(*auth_key),
        })
    }

    /// Reads `1` and URL-safe base64, padded or not, of `dc_id: u8, ip: 4 or 16 bytes, port: u16, key: 256 bytes`;
    /// or what Pyrogram writes, which leaves the address to its reader.
    pub fn parse(text: &str) -> Result<Self, SessionStringError> {
        if let Some(session) = foreign::read(text) {
            return session;
        }
        let body = text
            .strip_prefix(VERSION)
            .ok_or(SessionStringError::WrongVersion)?;
        let bytes = BASE64
            .decode(body)
            .map(Zeroizing::new)
            .map_err(|error| SessionStringError::not_base64(&error, body))?;
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SessionStringError> {
        let wrong_length = || SessionStringError::WrongLength {
            length: bytes.len(),
        };
        let (dc_id, rest) = bytes.split_first().ok_or_else(wrong_length)?;
        let (rest, auth_key) = rest.split_last_chunk().ok_or_else(wrong_length)?;
        let (ip, port) = rest.split_last_chunk().ok_or_else(wrong_length)?;
        let ip = <[u8; 4]>::try_from(ip)
            .map(IpAddr::from)
            .or_else(|_| <[u8; 16]>::try_from(ip).map(IpAddr::from))
            .map_err(|_| wrong_length())?;
        Self::new(*dc_id, (ip, u16::from_be_bytes(*port)).into(), auth_key)
    }

    /// The string that parses to this session, padded as Telethon pads it.
    pub fn encode(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTHS[1]));
        bytes.push(self.dc_id);
        match self.address.ip() {
            IpAddr::V4(ip) => bytes.extend_from_slice(&ip.octets()),
            IpAddr::V6(ip) => bytes.extend_from_slice(&ip.octets()),
        }
        bytes.extend_from_slice(&self.address.port().to_be_bytes());
        bytes.extend_from_slice(self.auth_key.as_slice());
        let mut text = Zeroizing::new(String::with_capacity(2 + bytes.len().div_ceil(3) * 4));
        text.push(VERSION);
        BASE64_URL_SAFE.encode_string(&*bytes, &mut text);
        text
    }

    /// The data center that the account lives in.
    pub fn dc_id(&self) -> u8 {
        self.dc_id
    }

    /// Where that data center is: Telegram's, one of its test servers, or a simulator.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that encrypts everything, and is the login at the same time.
    pub fn auth_key(&self) -> &[u8; AUTH_KEY_BYTES] {
        &self.auth_key
    }

    /// A short name for files of this session: stable, and nothing leads back from it to the key.
    pub fn account_id(&self) -> String {
        let digest = self.derive_key(b"account id");
        digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    /// A key of its own for each `label`, by HKDF-SHA256.
    #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes")]
    pub fn derive_key(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.auth_key.as_slice())
            .expand_multi_info(&[DERIVATION, label], key.as_mut_slice())
            .expect("32 bytes are within HKDF's limit");
        key
    }
}

impl fmt::Debug for SessionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionString")
            .field("dc_id", &self.dc_id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Why a string session cannot be used; no part of the string is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionStringError {
    /// Another library wrote it.
    #[error("this looks like a {library} string; Telethon's layout and Pyrogram's are read")]
    Foreign {
        /// Its name.
        library: &'static str,
    },
    /// Not Telethon's, or its beginning was lost.
    #[error("the session string does not begin with `1`, the version of Telethon's layout")]
    WrongVersion,
    /// Characters that do not belong, or too few of them.
    #[error("the session string is not URL-safe base64 at character {position} of {length}")]
    NotBase64 {
        /// Counted from 1, in bytes.
        position: usize,
        /// Of the whole string, in bytes.
        length: usize,
    },
    /// Cut off, or two strings in one.
    #[error("the session string holds {length} bytes, expected {} (IPv4) or {} (IPv6)", LENGTHS[0], LENGTHS[1])]
    WrongLength {
        /// After decoding.
        length: usize,
    },
    /// A data center that does not exist.
    #[error("the session string names data center {dc_id}, expected 1 to 5")]
    UnknownDc {
        /// As it stands there.
        dc_id: u8,
    },
    /// Nothing listens there.
    #[error("the session string names port 0")]
    NoPort,
    /// Telethon writes this before a login.
    #[error("the key in the session string is all zeros: it was made without logging in")]
    NoKey,
}

impl SessionStringError {
    fn not_base64(error: &DecodeError, body: &str) -> Self {
        let offset = match error {
            DecodeError::InvalidByte(offset, _) => *offset,
            DecodeError::InvalidLastSymbol { offset, .. } => *offset,
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => {
                body.len().saturating_sub(1)
            }
        };
        let version = VERSION.len_utf8();
        Self::NotBase64 {
            position: version + offset + 1,
            length: version + body.len(),
        }
    }
}

#[cfg(test)]
mod tests;

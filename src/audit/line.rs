//! One line: a JSON object, and the hash of that object as its last member.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::entry::Entry;

/// What stands before the hash, which takes the place of the closing brace.
const MARK: &[u8] = b",\"hash\":\"";
/// What stands behind it.
const END: &[u8] = b"\"}";
/// How long a hash is, in hexadecimal.
const HASH_CHARS: usize = 64;

/// A SHA-256, written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    /// What stands before the first line of all.
    pub(super) const ZERO: Self = Self([0; 32]);

    /// The hash of these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash that is written so: in lower case, since there shall be one way.
    fn parse(text: &[u8]) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut hash = [0; 32];
        let (pairs, rest) = text.as_chunks::<2>();
        if pairs.len() != hash.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.as_bytes()).ok_or_else(|| de::Error::custom("not a hash"))
    }
}

/// A JSON object with its hash as the last member, and the hash.
pub(super) fn seal(object: &impl Serialize) -> serde_json::Result<(Vec<u8>, Hash)> {
    let object = serde_json::to_vec(object)?;
    let hash = Hash::of(&object);
    let open = object.strip_suffix(b"}").unwrap_or(&object);
    let sealed = [open, MARK, hash.to_string().as_bytes(), END].concat();
    Ok((sealed, hash))
}

/// The object and its hash, when they agree; nothing is accepted that [`seal`] would have written otherwise.
pub(super) fn open(sealed: &[u8]) -> Option<(Vec<u8>, Hash)> {
    let (object, hash) = split(sealed)?;
    let object = [object, b"}"].concat();
    let found = Hash::of(&object);
    (found == Hash::parse(hash)?).then_some((object, found))
}

/// Whether these bytes end as a sealed object does, whatever its hash.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    split(bytes).is_some()
}

fn split(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = sealed.strip_suffix(END)?;
    let (object, hash) = rest.split_at_checked(rest.len().checked_sub(HASH_CHARS)?)?;
    Some((object.strip_suffix(MARK)?, hash))
}

/// What a line begins with that has this number.
pub(super) fn beginning(seq: u64) -> String {
    format!("{{\"seq\":{seq},")
}

/// One line, without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, from 1.
    pub seq: u64,
    /// When what it tells of had ended.
    pub time: Timestamp,
    /// The process that wrote it.
    pub process: u32,
    /// What it tells of.
    #[serde(flatten)]
    pub entry: Entry,
    #[serde(flatten)]
    pub(super) remarks: Remarks,
    pub(super) prev: Hash,
}

/// What is said of the lines before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remarks {
    /// How many lines could not be written since the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lost: Option<u64>,
    /// What a killed process has left half written before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) after_torn: Option<TornBytes>,
    /// Whether the file that says how many lines there are was gone, or not as it was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) without_head: bool,
}

/// Bytes that are not a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TornBytes {
    pub(super) bytes: u64,
    pub(super) sha256: Hash,
}

impl TornBytes {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            sha256: Hash::of(bytes),
        }
    }

    /// Whether this is what stood there, with or without the line break that was put behind it.
    pub(super) fn is_of(self, region: &[u8]) -> bool {
        let Ok(length) = usize::try_from(self.bytes) else {
            return false;
        };
        let is_all = region.len().saturating_sub(length) <= 1 && region.ends_with(b"\n");
        is_all && (region.get(..length)).is_some_and(|torn| Self::of(torn) == self)
    }
}

/// What makes a line one of its chain.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Link {
    pub(super) seq: u64,
    pub(super) time: Timestamp,
    pub(super) prev: Hash,
    #[serde(default)]
    pub(super) lost: Option<u64>,
    #[serde(default)]
    pub(super) after_torn: Option<TornBytes>,
    #[serde(default)]
    pub(super) without_head: bool,
}

/// A line that is as it was written: its link, and its own hash.
pub(super) fn link(bytes: &[u8]) -> Option<(Link, Hash)> {
    let (object, hash) = open(bytes)?;
    Some((serde_json::from_slice(&object).ok()?, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_object_without_it() {
        let (sealed, hash) = seal(&serde_json::json!({ "seq": 1 })).unwrap();
        // As `printf '{"seq":1}' | sha256sum` says.
        let expected = "b41e95c43f388d561b146326d84e3a6b9e31c4ef32ab97c04774c31aada3246a";
        assert_eq!(
            String::from_utf8(sealed.clone()).unwrap(),
            format!("{{\"seq\":1,\"hash\":\"{expected}\"}}")
        );
        assert_eq!(open(&sealed), Some((b"{\"seq\":1}".to_vec(), hash)));
    }

    #[test]
    fn a_hash_is_written_in_one_way() {
        let (sealed, hash) = seal(&serde_json::json!({ "seq": 2 })).unwrap();
        let text = String::from_utf8(sealed).unwrap();
        let upper = text.replace(&hash.to_string(), &hash.to_string().to_uppercase());
        assert_ne!(text, upper);
        assert!(open(upper.as_bytes()).is_none() && is_whole(upper.as_bytes()));
    }
}

//! The encodings of wallets' addresses and their checksums.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// The digits of Base58, as Bitcoin orders them.
pub(super) const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The same, as Ripple does.
pub(super) const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// The number that a text is in base 58, with a zero byte for each zero digit in front.
pub(super) fn base58(text: &str, digits: &[u8; 58]) -> Option<Vec<u8>> {
    // From the lowest byte on.
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    for c in text.bytes() {
        let mut carry = digits.iter().position(|digit| *digit == c)?;
        for byte in &mut bytes {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xFF).ok()?;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(u8::try_from(carry & 0xFF).ok()?);
            carry >>= 8;
        }
    }
    let zero = digits.first();
    let zeros = text.bytes().take_while(|c| Some(c) == zero).count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

/// The bytes of a text in base 32, without padding.
pub(super) fn base32(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bytes = Vec::with_capacity(text.len());
    let (mut buffer, mut bits) = (0_u32, 0);
    for c in text.bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == c)?;
        buffer = (buffer << 5 | u32::try_from(digit).ok()?) & 0xFFF;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// Base58 whose last four bytes are a checksum: what stands before them.
pub(super) fn checked(text: &str, digits: &[u8; 58]) -> Option<Vec<u8>> {
    let mut bytes = base58(text, digits)?;
    let sum = bytes.split_off(bytes.len().checked_sub(4)?);
    let hash = Sha256::digest(Sha256::digest(&bytes));
    hash.starts_with(&sum).then_some(bytes)
}

/// A text in Bech32 or Bech32m: its human-readable part, in lower case.
pub(super) fn bech32(text: &str) -> Option<String> {
    const DIGITS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const BECH32: u32 = 1;
    const BECH32M: u32 = 0x2BC8_30A3;
    let lower = text.to_ascii_lowercase();
    if lower != text && text.to_ascii_uppercase() != text {
        return None;
    }
    let (prefix, data) = lower.rsplit_once('1')?;
    if prefix.is_empty() || data.len() < 6 {
        return None;
    }
    let high = prefix.bytes().map(|byte| u32::from(byte >> 5));
    let low = prefix.bytes().map(|byte| u32::from(byte & 31));
    let sum = high.chain([0]).chain(low).fold(1, polymod);
    let sum = data.bytes().try_fold(sum, |sum, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some(polymod(sum, u32::try_from(digit).ok()?))
    })?;
    (sum == BECH32 || sum == BECH32M).then(|| prefix.to_owned())
}

fn polymod(sum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3B6A_57B2,
        0x2650_8E6D,
        0x1EA1_19FA,
        0x3D42_33DD,
        0x2A14_62B3,
    ];
    let top = sum >> 25;
    let shifted = (sum & 0x01FF_FFFF) << 5 ^ value;
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold(shifted, |sum, (_, generator)| sum ^ generator)
}

/// CRC-16/XMODEM.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum: u16, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| match sum & 0x8000 {
            0 => sum << 1,
            _ => sum << 1 ^ 0x1021,
        })
    })
}

pub(super) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

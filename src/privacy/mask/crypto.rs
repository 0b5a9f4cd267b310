//! Addresses of wallets: most have a checksum, the others need a word beside them.

mod encodings;

use std::sync::LazyLock;

use super::Kind;
use super::engine::{Hit, Window};
use super::evidence::Words;
use super::token::is_token;

use self::encodings::{BITCOIN, RIPPLE, base32, base58, bech32, checked, crc16, keccak};

/// Networks whose addresses are Base58 with a checksum: the first bytes of the payload, and its length.
const CHECKED: &[(&[u8], usize)] = &[
    // Bitcoin and its test network; Bitcoin Cash writes the old form too.
    (&[0x00], 21),
    (&[0x05], 21),
    (&[0x6F], 21),
    (&[0xC4], 21),
    // Litecoin.
    (&[0x30], 21),
    (&[0x32], 21),
    // Dogecoin, Dash, TRON.
    (&[0x1E], 21),
    (&[0x16], 21),
    (&[0x4C], 21),
    (&[0x41], 21),
    // Zcash.
    (&[0x1C, 0xB8], 22),
    (&[0x1C, 0xBD], 22),
    // Tezos.
    (&[0x06, 0xA1, 0x9F], 23),
    (&[0x06, 0xA1, 0xA1], 23),
    (&[0x06, 0xA1, 0xA4], 23),
    (&[0x02, 0x5A, 0x79], 23),
    // A private key of Bitcoin, for wallets to import, and extended keys.
    (&[0x80], 33),
    (&[0x80], 34),
    (&[0x04, 0x88], 78),
    (&[0x04, 0xB2], 78),
];

/// The human-readable parts of addresses in Bech32.
const BECH32: &[&str] = &[
    "bc", "tb", "ltc", "addr", "stake", "cosmos", "osmo", "inj", "bnb", "terra", "juno",
    "celestia", "kava", "sei", "npub", "lnbc",
];

static NAMES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "solana | polkadot | dot | kusama | sol | spl | phantom | solflare | wallet* | адрес* | кошел* | address* | 钱包 | солана | \
         cüzdan* | billetera* | carteira*",
    )
});

/// How far before an address its word may stand.
const REACH: usize = 64;

/// Looks at a run of letters and digits.
pub(super) fn look(window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    let end = window.skip(start, is_token);
    let run = str::from_utf8(window.slice(start..end)).ok()?;
    let is_one = is_ethereum(run)
        || is_checked(run)
        || is_bech32(run)
        || is_ton(run)
        || is_monero(run)
        || is_stellar(run)
        || is_named(window, run);
    if is_one {
        return Some(Hit::new(Kind::Crypto, start..end, canonical(run)));
    }
    None
}

/// Hexadecimal and Bech32 addresses may be written in either case.
fn canonical(run: &str) -> String {
    match run.starts_with("0x") || run.starts_with("0X") || is_bech32(run) {
        true => run.to_ascii_lowercase(),
        false => run.to_owned(),
    }
}

/// `0x` and forty hexadecimal digits; in mixed case their case is the checksum (EIP-55).
fn is_ethereum(run: &str) -> bool {
    let digits = run.strip_prefix("0x").or_else(|| run.strip_prefix("0X"));
    let Some(digits) = digits.filter(|it| it.len() == 40) else {
        return false;
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let lower = digits.to_ascii_lowercase();
    if digits == lower || digits == digits.to_ascii_uppercase() {
        return digits.bytes().any(|byte| byte != b'0');
    }
    let hash = keccak(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.bytes().zip(nibbles).all(|(digit, nibble)| {
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble >= 8)
    })
}

fn is_checked(run: &str) -> bool {
    if !(25..=112).contains(&run.len()) {
        return false;
    }
    let is_known = |payload: &[u8]| {
        CHECKED
            .iter()
            .any(|(prefix, length)| payload.starts_with(prefix) && payload.len() == *length)
    };
    let is_ripple = |payload: &[u8]| payload.len() == 21 && payload.starts_with(&[0]);
    match run.as_bytes().first() {
        Some(b'r') => checked(run, RIPPLE).is_some_and(|payload| is_ripple(&payload)),
        _ => checked(run, BITCOIN).is_some_and(|payload| is_known(&payload)),
    }
}

fn is_bech32(run: &str) -> bool {
    bech32(run).is_some_and(|prefix| BECH32.iter().any(|known| *known == prefix))
}

/// 36 bytes: a tag, a chain, a hash, and a checksum over them.
fn is_ton(run: &str) -> bool {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE;
    if run.len() != 48 {
        return false;
    }
    let Ok(bytes) = BASE64_URL_SAFE.decode(run) else {
        return false;
    };
    let Some((body, sum)) = bytes.split_at_checked(34) else {
        return false;
    };
    matches!(body.first(), Some(0x11 | 0x51 | 0x91 | 0xD1)) && crc16(body).to_be_bytes() == sum
}

/// 69 bytes, or 77 with a payment id, in blocks of eight, ending with a checksum.
fn is_monero(run: &str) -> bool {
    if !(run.len() == 95 || run.len() == 106) || !run.starts_with(['4', '8']) {
        return false;
    }
    let mut bytes = Vec::new();
    for block in run.as_bytes().chunks(11) {
        let size = if block.len() == 11 {
            8
        } else {
            block.len() * 8 / 11
        };
        let Some(mut decoded) = str::from_utf8(block)
            .ok()
            .and_then(|it| base58(it, BITCOIN))
        else {
            return false;
        };
        // Blocks are numbers, whose zeros in front do not count.
        while decoded.len() > size && decoded.first() == Some(&0) {
            decoded.remove(0);
        }
        bytes.extend(std::iter::repeat_n(0, size.saturating_sub(decoded.len())));
        bytes.extend(decoded);
    }
    bytes
        .split_at_checked(bytes.len().saturating_sub(4))
        .is_some_and(|(body, sum)| keccak(body).starts_with(sum))
}

/// `G` and 55 digits of base 32: a tag, 32 bytes, and a checksum.
fn is_stellar(run: &str) -> bool {
    let Some(bytes) = base32(run).filter(|_| run.len() == 56 && run.starts_with('G')) else {
        return false;
    };
    bytes
        .split_at_checked(33)
        .is_some_and(|(body, sum)| crc16(body).to_le_bytes() == sum)
}

/// What has no checksum, or one that is not computed here, behind a word that says what it is: 32 bytes of Solana,
/// 35 of Polkadot; an address of Bitcoin Cash behind its scheme.
fn is_named(window: Window<'_>, run: &str) -> bool {
    let before = window.words_before(window.at, REACH);
    if before.ends_with(b"bitcoincash:") {
        return run.len() == 42 && run.starts_with(['q', 'p']);
    }
    let is_mixed = run.bytes().any(|byte| byte.is_ascii_digit())
        && run.bytes().any(|byte| byte.is_ascii_lowercase())
        && run.bytes().any(|byte| byte.is_ascii_uppercase());
    (32..=48).contains(&run.len())
        && is_mixed
        && base58(run, BITCOIN).is_some_and(|bytes| matches!(bytes.len(), 32 | 35))
        && NAMES.any(before)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn addresses_are_found() {
        for address in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xde709f2102306220921060314715629080e2fb77",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
            "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
            "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
            "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
            "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N",
            "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H",
            "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb",
            "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        ] {
            let text = format!("мой кошелёк {address}, спасибо");
            assert_found(Kind::Crypto, &[(&text, address)]);
        }
        assert_found(
            Kind::Crypto,
            &[(
                "solana: 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
                "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
            )],
        );
        assert_same(
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            &["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
            "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b",
            "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2M",
            "0x0000000000000000000000000000000000000000",
            "pneumonoultramicroscopicsilicovolcanoconiosis",
        ]);
    }
}

//! What stands in place of a value: its kind, and letters that only the key can make.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Kind;

/// 26^8 is about 2^37.6: of 10,000 values, two share a pseudonym once in 4,000 times.
const LETTERS: usize = 8;

/// The key of the pseudonyms, wiped when dropped.
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*key))
    }

    /// The pseudonym of a value in its canonical spelling.
    pub(super) fn pseudonym(&self, kind: Kind, value: &str) -> String {
        let mut letters = [b'a'; LETTERS];
        // A key of any length is a key for HMAC.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) {
            mac.update(kind.as_str().as_bytes());
            mac.update(&[0]);
            mac.update(value.as_bytes());
            let digest = mac.finalize().into_bytes();
            let mut number = digest
                .iter()
                .take(8)
                .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            for letter in &mut letters {
                *letter = b'a' + u8::try_from(number % 26).unwrap_or_default();
                number /= 26;
            }
        }
        let letters = String::from_utf8_lossy(&letters);
        format!("[{}:{letters}]", kind.as_str())
    }
}

/// How long a pseudonym of a kind is.
pub(super) const fn length(kind: Kind) -> usize {
    kind.as_str().len() + LETTERS + 3
}

/// A key from words that a person chose.
pub(super) fn key_from(words: &str) -> Zeroizing<[u8; 32]> {
    let digest = Sha256::new()
        .chain_update(b"telegram-history-mcp pseudonyms\0")
        .chain_update(words)
        .finalize();
    Zeroizing::new(digest.into())
}

/// The pseudonym that `text` begins with: its kind and length.
pub(super) fn at_start(text: &[u8]) -> Option<(Kind, usize)> {
    let text = text.strip_prefix(b"[")?;
    let kind = Kind::ALL.into_iter().find(|kind| {
        let word = kind.as_str().as_bytes();
        text.starts_with(word) && text.get(word.len()) == Some(&b':')
    })?;
    let letters = text.get(kind.as_str().len() + 1..)?;
    let body = letters.get(..LETTERS)?;
    let is_one = body.iter().all(u8::is_ascii_lowercase) && letters.get(LETTERS) == Some(&b']');
    is_one.then_some((kind, length(kind)))
}

/// Whether a text is one pseudonym and nothing else.
pub(super) fn is_pseudonym(text: &str) -> bool {
    at_start(text.as_bytes()).is_some_and(|(_, length)| length == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_depends_on_key_kind_and_value() {
        let [one, other] = [Key::new(&[1; 32]), Key::new(&[2; 32])];
        let made = one.pseudonym(Kind::Email, "ada@example.com");
        assert_eq!(made, one.pseudonym(Kind::Email, "ada@example.com"));
        assert_ne!(made, one.pseudonym(Kind::Email, "bob@example.com"));
        assert_ne!(made, other.pseudonym(Kind::Email, "ada@example.com"));
        assert_ne!(
            made.strip_prefix("[email:"),
            one.pseudonym(Kind::Phone, "ada@example.com")
                .strip_prefix("[phone:")
        );
    }

    #[test]
    fn every_pseudonym_is_known_as_one_and_nothing_else_is() {
        let key = Key::new(&[7; 32]);
        for kind in Kind::ALL {
            let made = key.pseudonym(kind, "x");
            assert!(is_pseudonym(&made), "{made}");
            assert_eq!(at_start(made.as_bytes()), Some((kind, made.len())));
        }
        for text in [
            "",
            "[email:kqvhwmt]",
            "[email:kqvhwmtrr]",
            "[mail:kqvhwmtr]",
            "email:kqvhwmtr]",
            "[email:KQVHWMTR]",
        ] {
            assert!(!is_pseudonym(text), "{text}");
        }
    }
}

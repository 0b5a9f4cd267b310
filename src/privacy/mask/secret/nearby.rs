//! Secrets that stand some words from their name: "the pass for the zip is …", "guest / … (password)".

use super::super::engine::Window;
use super::super::view::walled;

/// How far behind its name a secret may stand, in bytes and in words.
const REACH: usize = 80;
const MAX_WORDS: usize = 6;

/// Shorter ones are found only with a sign that ties them to their name.
const SHORTEST: usize = 8;

/// What a sentence about passwords and tokens goes on with that tells none.
const NO_NAMES: [&str; 14] = [
    "manager",
    "managers",
    "tx",
    "txid",
    "hash",
    "transfer",
    "transfers",
    "contract",
    "sale",
    "policy",
    "reset",
    "field",
    "generator",
    "exam",
];

/// The next word behind the name that `is_one` takes for a secret, in the same sentence.
pub(super) fn behind(window: Window<'_>, is_one: impl Fn(&str) -> bool) -> Option<(usize, usize)> {
    let mut at = window.skip(window.at, |byte| byte.is_ascii_alphabetic());
    let limit = window.bytes.len().min(at + REACH);
    for _ in 0..MAX_WORDS {
        at = window.skip(at, |byte| b" \t".contains(&byte));
        let end = window.skip(at, |byte| byte > b' ');
        if at > limit || at == end {
            return None;
        }
        let (start, stop) = trimmed(window, at, end);
        let word = window.slice(start..stop);
        if NO_NAMES
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it.as_bytes()))
        {
            return None;
        }
        if str::from_utf8(window.slice(start..stop)).is_ok_and(&is_one) {
            return Some((start, stop));
        }
        let is_last = matches!(window.before(end), Some(b'.' | b'!' | b'?' | b';'));
        if is_last || window.slice(at..end).iter().any(|it| walled(*it).is_some()) {
            return None;
        }
        at = end;
    }
    None
}

/// The word before a name that stands in brackets.
pub(super) fn before(window: Window<'_>, is_one: impl Fn(&str) -> bool) -> Option<(usize, usize)> {
    if window.get(window.at) != Some(b')') {
        return None;
    }
    let open = window.skip_back(window.at, |byte| byte != b'(' && byte != b'\n');
    let end = window.skip_back(open.checked_sub(1)?, |byte| byte == b' ');
    let start = window.skip_back(end, |byte| byte > b' ');
    let (start, end) = trimmed(window, start, end);
    let is_near = window.before(open) == Some(b'(') && window.at - open <= REACH;
    let text = str::from_utf8(window.slice(start..end)).ok()?;
    (is_near && is_one(text)).then_some((start, end))
}

/// A word without its quotes and the punctuation of the sentence.
fn trimmed(window: Window<'_>, start: usize, end: usize) -> (usize, usize) {
    let start = window
        .skip(start, |byte| b"\"'`([{:=".contains(&byte))
        .min(end);
    let stop = window.skip_back(end, |byte| b"\"'`.,;:?)]}".contains(&byte));
    (start, stop.max(start))
}

/// Whether a word has letters, digits and signs, or letters of both cases and digits, as no word of a language has.
pub(super) fn is_mixed(text: &str) -> bool {
    let has = |is_like: fn(char) -> bool| text.chars().any(is_like);
    let kinds = [
        has(char::is_lowercase),
        has(char::is_uppercase),
        has(|c| c.is_ascii_digit()),
        has(|c| c.is_ascii_punctuation()),
    ];
    let is_plain = |c: char| c < '\u{530}' && !walled_char(c);
    text.len() >= SHORTEST
        && has(char::is_lowercase)
        && has(|c| c.is_ascii_digit())
        && kinds.iter().filter(|it| **it).count() >= 3
        && text.chars().all(is_plain)
        && !text.starts_with(['@', '#', '/', '+'])
        && !text.contains(['/', '\\', '(', '<', '[', '{'])
}

fn walled_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(|byte| walled(byte).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::super::Kind;
    use super::super::super::tests::{assert_found, assert_not_found};

    #[test]
    fn a_secret_is_found_some_words_from_its_name() {
        assert_found(
            Kind::Secret,
            &[
                ("login admin, pw: Green-Pan-61", "Green-Pan-61"),
                ("pass for the archive is birch!2041", "birch!2041"),
                ("my hulu pw is Fern_and_Moss5, shh", "Fern_and_Moss5"),
                ("PW fürs NAS: Nebel_feld31", "Nebel_feld31"),
                ("gast / Winter-am-See4 (Passwort)", "Winter-am-See4"),
                ("le mot de passe du wifi c'est Pommier.3071", "Pommier.3071"),
                ("code wifi Alouette_552", "Alouette_552"),
                ("pass del portal PerroRojo#118", "PerroRojo#118"),
                ("пароль на роутер такой Sosna_4471", "Sosna_4471"),
                (
                    "api_hash 0123456789abcdef0123456789abcdef",
                    "0123456789abcdef0123456789abcdef",
                ),
                (
                    "AWS id and secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                ),
            ],
        );
    }

    #[test]
    fn words_near_a_name_are_no_secrets() {
        assert_not_found(&[
            "password manager KeePass-2.57",
            "token transfers in tx Abcdef1234567890abcdef",
            "password reset by Friday",
            "I forgot my password on Windows-11a",
            "pass the salt, 2 spoons",
            "mot de passe oublié, rien depuis 2024",
            "the password policy of COVID-19 times",
            "the pass is closed. Take Route-66-North",
            "the secret sauce was made in 2024",
            "token prices on Binance_Smart",
        ]);
    }
}

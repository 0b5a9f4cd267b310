//! Telegram's own messages: whatever could be a code is one there.

use super::Kind;
use super::engine::{Context, Detector, Hit, Window};
use super::number::{begins, ends};

pub(super) const DETECTOR: Detector = Detector {
    next: next_word,
    look,
};

/// Shorter numbers count something; longer ones are no codes that a person types.
const CODE: std::ops::RangeInclusive<usize> = 3..=32;

/// The next letter or digit that begins a word.
fn next_word(bytes: &[u8], from: usize) -> Option<usize> {
    let is_start = |at: &usize| {
        let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        is_word(*at) && at.checked_sub(1).is_none_or(|before| !is_word(before))
    };
    (from..bytes.len()).find(is_start)
}

/// Digits with spaces or hyphens between them, or a word that no language has.
fn look(context: &Context, window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    if !context.is_login
        || !begins(window, start)
        || is_joined(window.before(start), window.before(start.saturating_sub(1)))
    {
        return None;
    }
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let mut end = window.skip(start, is_digit);
    while end > start
        && matches!(window.get(end), Some(b' ' | b'-'))
        && window.get(end + 1).is_some_and(is_digit)
    {
        end = window.skip(end + 1, is_digit);
    }
    if end == start || !ends(window, end) {
        end = window.skip(start, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
        });
    }
    let text = str::from_utf8(window.slice(start..end)).ok()?;
    let value: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one = CODE.contains(&value.len())
        && is_code(&value)
        && !is_joined(window.get(end), window.get(end + 1));
    is_one.then(|| Hit::new(Kind::LoginCode, start..end, value))
}

/// Whether a digit stands on the other side of a point, a colon or a slash: a time, a date, a version, an address.
fn is_joined(sign: Option<u8>, beyond: Option<u8>) -> bool {
    matches!(sign, Some(b'.' | b':' | b'/')) && beyond.is_some_and(|byte| byte.is_ascii_digit())
}

fn is_code(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if digits == value.len() {
        return !(digits == 4 && (value.starts_with("19") || value.starts_with("20")));
    }
    let has_capital_inside = value.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    let has_small = value.bytes().any(|byte| byte.is_ascii_lowercase());
    (digits > 0 && value.len() >= 5) || (has_capital_inside && has_small && value.len() >= 9)
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::masker;

    #[test]
    fn nothing_like_a_code_stays() {
        let masker = masker(Level::Mask, None);
        for (text, expected) in [
            ("12345", Some("12345")),
            ("Код: 1 2 3 4 5.", Some("1 2 3 4 5")),
            ("use 123-456 now", Some("123-456")),
            ("This is your code:\nqZ3b9kLw-_x", Some("qZ3b9kLw-_x")),
            ("AbcdEfghiJk", Some("AbcdEfghiJk")),
            ("۱۲۳۴۵", Some("۱۲۳۴۵")),
            (
                "on 21/11/2026 at 10:07:01 UTC, Telegram Desktop 4.8.1",
                None,
            ),
            ("Do not give this code to anyone", None),
        ] {
            let masked = masker.login_message(text);
            let found: Vec<_> = masked
                .found
                .iter()
                .map(|it| &text[it.range.clone()])
                .collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
            assert_eq!(masker.login_message(&masked.text).text, masked.text);
        }
        assert_eq!(masker.text("use 12345 now").text, "use 12345 now");
    }
}

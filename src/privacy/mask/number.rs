//! Numbers as people write them: groups of digits, and what stands between them.

use std::ops::Range;

use super::engine::Window;
use super::view::walled;

/// No number that is looked for has more digits, or more groups.
const MAX_DIGITS: usize = 40;
const MAX_GROUPS: usize = 20;

/// Groups of digits that stand together.
#[derive(Debug, Clone)]
pub(super) struct Number {
    digits: [u8; MAX_DIGITS],
    length: usize,
    groups: [Group; MAX_GROUPS],
    count: usize,
}

/// Digits without anything between them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Group {
    /// Where it stands in the window.
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many digits there are up to its end.
    pub(super) total: usize,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }
}

impl Number {
    /// Reads groups of digits from `at` on; `between` says how long the separator at a place is, 0 if it is none.
    pub(super) fn read(window: Window<'_>, at: usize, between: impl Fn(&[u8]) -> usize) -> Self {
        let mut number = Self {
            digits: [0; MAX_DIGITS],
            length: 0,
            groups: [Group::default(); MAX_GROUPS],
            count: 0,
        };
        let mut start = at;
        loop {
            let end = window.skip(start, |byte| byte.is_ascii_digit());
            if end == start || !number.push(window, start..end) {
                return number;
            }
            start = end + between(window.slice(end..window.bytes.len()));
            if start == end {
                return number;
            }
        }
    }

    fn push(&mut self, window: Window<'_>, range: Range<usize>) -> bool {
        let total = self.length + range.len();
        let (Some(digits), Some(group)) = (
            self.digits.get_mut(self.length..total),
            self.groups.get_mut(self.count),
        ) else {
            return false;
        };
        digits.copy_from_slice(window.slice(range.clone()));
        *group = Group {
            start: range.start,
            end: range.end,
            total,
        };
        self.length = total;
        self.count += 1;
        true
    }

    pub(super) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    pub(super) fn digits(&self) -> &str {
        let digits = self.digits.get(..self.length).unwrap_or_default();
        str::from_utf8(digits).unwrap_or_default()
    }

    /// The digits of the first groups, up to the end of `group`.
    pub(super) fn digits_to(&self, group: &Group) -> &str {
        let digits = self.digits.get(..group.total).unwrap_or_default();
        str::from_utf8(digits).unwrap_or_default()
    }
}

/// The next digit that begins a group.
pub(super) fn next_group(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += first_digit(bytes.get(at..)?)?;
        let follows = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(u8::is_ascii_digit);
        if !follows {
            return Some(at);
        }
        at += 1;
    }
}

/// The first digit, looked for in strides, since most text holds none for long.
fn first_digit(bytes: &[u8]) -> Option<usize> {
    const STRIDE: usize = 32;
    let mut at = 0;
    for stride in bytes.chunks(STRIDE) {
        // Without an early exit, so that it is one operation on the whole stride.
        if stride
            .iter()
            .fold(false, |any, byte| any | byte.is_ascii_digit())
        {
            let inside = stride.iter().position(u8::is_ascii_digit)?;
            return Some(at + inside);
        }
        at += stride.len();
    }
    None
}

/// Whether a value can begin at `at`: no letter, digit or pseudonym stands right before it.
pub(super) fn begins(window: Window<'_>, at: usize) -> bool {
    window.before(at).is_none_or(|byte| !is_word(byte))
}

/// Whether a value can end at `at`.
pub(super) fn ends(window: Window<'_>, at: usize) -> bool {
    window.get(at).is_none_or(|byte| !is_word(byte))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'@' || walled(byte).is_some()
}

/// How long one space or hyphen of any kind is.
pub(super) fn space_or_hyphen(bytes: &[u8]) -> usize {
    match bytes {
        [b' ' | b'-', ..] => 1,
        // No-break space.
        [0xC2, 0xA0, ..] => 2,
        // The spaces of U+2000 to U+200A and U+202F, the hyphens and dashes of U+2010 to U+2015.
        [0xE2, 0x80, 0x80..=0x8A | 0xAF | 0x90..=0x95, ..] => 3,
        _ => 0,
    }
}

//! A text as the detectors see it: digits of any script and full-width characters as ASCII, what links write as
//! `%40` as what it means, nothing invisible, and each pseudonym as one byte, its wall.
//!
//! What a character becomes depends on the character alone. So a masked text looks the same to the detectors as
//! the text did when they found nothing more in it, and masking twice changes nothing.

use std::borrow::Cow;
use std::ops::Range;

use super::{Kind, pseudonym};

/// The first of the bytes that stand for pseudonyms, one for each kind. No view holds them otherwise.
const FIRST_WALL: u8 = 0x0E;

/// A text to be searched, and the way back to the original.
pub(super) struct View<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Where the view and the text go apart: a place in the view, and the same in the text.
    jumps: Vec<(usize, usize)>,
    /// Whether it is the name of a file, where `_` parts words.
    is_name: bool,
}

/// How long an escape such as `%40` is.
const ESCAPE: usize = 3;

/// How many escapes are read together.
const MAX_ESCAPED: usize = 256;

/// The byte of a pseudonym.
pub(super) const fn wall(kind: Kind) -> u8 {
    FIRST_WALL + kind as u8
}

/// The kind of pseudonym that a byte stands for.
pub(super) fn walled(byte: u8) -> Option<Kind> {
    let index = byte.checked_sub(FIRST_WALL)?;
    Kind::ALL.get(usize::from(index)).copied()
}

impl<'a> View<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::folded(text, plain_prefix(text), false)
    }

    /// The name of a file, where `_` parts words as a space does.
    pub(super) fn of_name(text: &'a str) -> Self {
        Self::folded(text, 0, true)
    }

    fn folded(text: &'a str, plain: usize, is_name: bool) -> Self {
        let mut view = Self {
            bytes: Cow::Borrowed(text.as_bytes()),
            jumps: Vec::new(),
            is_name,
        };
        if plain < text.len() {
            view.fold(text, plain);
        }
        view
    }

    fn fold(&mut self, text: &str, plain: usize) {
        let mut bytes = Vec::with_capacity(text.len());
        let mut at = plain;
        bytes.extend_from_slice(text.as_bytes().get(..plain).unwrap_or_default());
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some((kind, length)) = pseudonym::at_start(rest.as_bytes()) {
                at += length;
                bytes.push(wall(kind));
                self.jump(bytes.len(), at);
                continue;
            }
            if rest.starts_with('%') && self.unescape(rest, &mut at, &mut bytes) {
                continue;
            }
            let Some(c) = rest.chars().next() else { break };
            let length = c.len_utf8();
            match fold(c).in_names(c, self.is_name) {
                Fold::Same => {
                    bytes.extend_from_slice(rest.as_bytes().get(..length).unwrap_or_default())
                }
                Fold::Ascii(byte) => bytes.push(byte),
                Fold::Nothing => {}
            }
            at += length;
            self.jump(bytes.len(), at);
        }
        self.bytes = Cow::Owned(bytes);
    }

    /// Reads what is escaped at the beginning of `rest`, each byte as three characters, if it is text.
    fn unescape(&mut self, rest: &str, at: &mut usize, bytes: &mut Vec<u8>) -> bool {
        let escaped: Vec<u8> = rest
            .as_bytes()
            .chunks_exact(ESCAPE)
            .map_while(unescaped)
            .take(MAX_ESCAPED)
            .collect();
        let valid = match str::from_utf8(&escaped) {
            Ok(_) => escaped.len(),
            Err(error) => error.valid_up_to(),
        };
        for byte in escaped.iter().take(valid) {
            bytes.push(if byte.is_ascii_control() { b' ' } else { *byte });
            *at += ESCAPE;
            self.jump(bytes.len(), *at);
        }
        valid > 0
    }

    fn jump(&mut self, view: usize, text: usize) {
        let (last_view, last_text) = self.jumps.last().copied().unwrap_or_default();
        if text - last_text == view - last_view {
            return;
        }
        if last_view == view && !self.jumps.is_empty() {
            self.jumps.pop();
        }
        self.jumps.push((view, text));
    }

    /// Where in the text a part of the view stands.
    pub(super) fn original(&self, text: &str, range: Range<usize>) -> Range<usize> {
        let start = self.place(range.start);
        let last = self.place(range.end.saturating_sub(1));
        let rest = text.get(last..).unwrap_or_default();
        // What was found is a wall by now: only the way back says whether a percent sign began an escape.
        let is_escape = self.place(range.end) >= last + ESCAPE
            && rest.as_bytes().get(..ESCAPE).and_then(unescaped).is_some();
        let length = match rest.chars().next() {
            Some(_) if is_escape => ESCAPE,
            Some(c) => c.len_utf8(),
            None => 1,
        };
        start..last + length
    }

    fn place(&self, at: usize) -> usize {
        let before = self.jumps.partition_point(|(view, _)| *view <= at);
        let (view, text) = before
            .checked_sub(1)
            .and_then(|last| self.jumps.get(last))
            .copied()
            .unwrap_or_default();
        text + (at - view)
    }
}

enum Fold {
    Same,
    Ascii(u8),
    Nothing,
}

impl Fold {
    fn in_names(self, c: char, is_name: bool) -> Self {
        match c {
            '_' if is_name => Self::Ascii(b' '),
            _ => self,
        }
    }
}

/// The byte that an escape stands for; not the percent sign itself, behind which another escape may seem to be.
fn unescaped(escape: &[u8]) -> Option<u8> {
    let digits = str::from_utf8(escape.strip_prefix(b"%")?).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    (byte != b'%').then_some(byte)
}

fn fold(c: char) -> Fold {
    match c {
        ' '..='~' | '\n' | '\t' | '\r' => Fold::Same,
        '\0'..='\u{7F}' => Fold::Ascii(b' '),
        c if is_invisible(c) => Fold::Nothing,
        // A full-width comma parts what a comma between digits joins.
        '\u{FF0C}' => Fold::Same,
        '\u{FF01}'..='\u{FF5E}' => {
            u8::try_from(u32::from(c) - 0xFEE0).map_or(Fold::Same, Fold::Ascii)
        }
        c => digit(c).map_or(Fold::Same, |digit| Fold::Ascii(b'0' + digit)),
    }
}

/// What a person does not see, and the frame that makes a digit a keycap.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{20E3}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The zeros of the scripts whose digits people write numbers with; one to nine follow each.
const ZEROS: [char; 38] = [
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{DE6}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{104A0}',
    '\u{11066}',
    '\u{1E950}',
];

fn digit(c: char) -> Option<u8> {
    if let '\u{1D7CE}'..='\u{1D7FF}' = c {
        return u8::try_from((u32::from(c) - 0x1D7CE) % 10).ok();
    }
    let before = ZEROS.partition_point(|zero| *zero <= c);
    let zero = ZEROS.get(before.checked_sub(1)?)?;
    u8::try_from(u32::from(c) - u32::from(*zero))
        .ok()
        .filter(|digit| *digit < 10)
}

/// How much of a text looks to the detectors as it is.
fn plain_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = from_suspect(bytes, from) {
        let Some(rest) = text.get(at..) else {
            return at;
        };
        let is_plain = match rest.chars().next() {
            Some('[') => pseudonym::at_start(rest.as_bytes()).is_none(),
            Some('%') => rest.as_bytes().get(..ESCAPE).and_then(unescaped).is_none(),
            Some(c) => matches!(fold(c), Fold::Same),
            None => true,
        };
        if !is_plain {
            return at;
        }
        from = at + 1;
    }
    bytes.len()
}

/// The next byte with which something can begin that looks different to the detectors.
fn from_suspect(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter()
        .position(|byte| SUSPECT.get(usize::from(*byte)) == Some(&true))
        .map(|at| from + at)
}

/// The bytes that plain text holds rarely: control characters, `[`, `%`, and what begins the characters that fold.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::indexing_slicing, reason = "a constant, checked when compiled")]
        {
            table[byte] = matches!(
                byte,
                0..=0x08 | 0x0B..=0x0C | 0x0E..=0x1F | 0x25 | 0x5B | 0x7F | 0xC2 | 0xCD | 0xD8 | 0xD9 | 0xDB | 0xDF
                    | 0xE0..=0xE3 | 0xEA | 0xEF..=0xF4
            );
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_borrowed() {
        for text in [
            "",
            "Hello, world!\n",
            "Привет — «мир»",
            "日本語、テスト",
            "[x]",
            "été",
        ] {
            assert!(matches!(View::new(text).bytes, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn escapes_are_read_where_they_are_text() {
        let cases = [
            ("a%40b", "a@b"),
            ("%D0%B8%2B1", "и+1"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%FF%40", "%FF@"),
            ("%2540", "%2540"),
            ("%0E", " "),
        ];
        for (text, expected) in cases {
            assert_eq!(
                View::new(text).bytes.as_ref(),
                expected.as_bytes(),
                "{text}"
            );
        }
        assert_eq!(View::new("x%D0%B8%40").original("x%D0%B8%40", 1..3), 1..7);
    }

    #[test]
    fn every_character_that_folds_is_suspect() {
        for c in ('\0'..=char::MAX).filter(|c| !matches!(fold(*c), Fold::Same)) {
            assert_eq!(plain_prefix(&c.to_string()), 0, "{:x}", u32::from(c));
        }
    }

    #[test]
    fn a_find_is_found_in_the_text() {
        let text = "ab\u{200D}１２３ [email:kqvhwmtr]x٣\u{200B}４ü9";
        let view = View::new(text);
        assert_eq!(view.bytes.as_ref(), "ab123 \u{E}x34ü9".as_bytes());
        let cases = [
            (0..2, "ab"),
            (1..3, "b\u{200D}１"),
            (2..5, "１２３"),
            (7..8, "x"),
            (8..10, "٣\u{200B}４"),
            (10..12, "ü"),
            (12..13, "9"),
        ];
        for (range, expected) in cases {
            assert_eq!(
                &text[view.original(text, range.clone())],
                expected,
                "{range:?}"
            );
        }
    }
}

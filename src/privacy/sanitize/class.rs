//! What becomes of a character, as far as the character itself decides it.

use super::flag;

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// It is kept.
    Visible,
    /// It is delivered as another one, of the same length in UTF-16.
    Becomes(char),
    /// It is kept between characters that it can join.
    Joiner,
    /// It is kept behind a character that has variants.
    Selector,
    /// It is kept behind scripts that are written without spaces.
    Spacer,
    /// It goes.
    Removed,
}

/// ASCII and all Latin, Greek and Cyrillic letters of daily use are up to here: no joiner and no selector changes them.
pub(super) const LAST_SIMPLE: char = '\u{52F}';

pub(super) fn class_of(c: char, line_break: char) -> Class {
    match c {
        ' '..='~' => Class::Visible,
        // Most letters of most texts, before all that is rarer.
        '\u{AE}'..='\u{34E}' | '\u{350}'..=LAST_SIMPLE => Class::Visible,
        '\n' | '\t' if line_break == '\n' => Class::Visible,
        '\n' | '\t' => Class::Becomes(' '),
        '\u{2028}' | '\u{2029}' => Class::Becomes(line_break),
        // ZWNJ, ZWJ; direction marks; the grapheme joiner; the fillers of incomplete Hangul syllables.
        '\u{200C}' | '\u{200D}' => Class::Joiner,
        '\u{200E}' | '\u{200F}' | '\u{61C}' => Class::Joiner,
        '\u{34F}' | '\u{115F}' | '\u{1160}' => Class::Joiner,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Class::Selector,
        '\u{180B}'..='\u{180F}' => Class::Selector,
        '\u{200B}' => Class::Spacer,
        flag::FIRST_TAG..=flag::LAST_TAG => Class::Removed,
        c if c.is_control() || is_ignorable(c) => Class::Removed,
        _ => Class::Visible,
    }
}

/// The remaining characters that Unicode calls default-ignorable, the interlinear annotations, and noncharacters.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0080}'..='\u{E0FFF}'
            | '\u{FDD0}'..='\u{FDEF}'
    ) || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// Whether the selector can mean something behind this character.
pub(super) fn takes_selector(base: char, selector: char) -> bool {
    match selector {
        '\u{E0100}'..='\u{E01EF}' => is_ideograph(base),
        '\u{180B}'..='\u{180F}' => matches!(base, '\u{1800}'..='\u{18AF}'),
        _ if base.is_whitespace() => false,
        _ => base > LAST_SIMPLE || !base.is_alphabetic(),
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(
        c,
        '\u{3007}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFD}'
    )
}

/// Thai, Lao, Myanmar, Khmer and the scripts near them, whose words a zero-width space parts.
pub(super) fn has_no_spaces(c: char) -> bool {
    matches!(
        c,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{1950}'..='\u{1AAF}'
            | '\u{A9E0}'..='\u{A9FF}'
            | '\u{AA60}'..='\u{AADF}'
    )
}

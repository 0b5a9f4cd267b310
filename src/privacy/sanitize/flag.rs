//! Flags of regions: a black flag and the region's name in tag characters.
//!
//! See <https://www.unicode.org/reports/tr51/#valid-emoji-tag-sequences>.

use std::ops::RangeInclusive;

/// The first of the characters that spell out ASCII without showing it.
pub(super) const FIRST_TAG: char = '\u{E0000}';
/// The last of them, which ends a sequence.
pub(super) const LAST_TAG: char = '\u{E007F}';

const BLACK_FLAG: char = '\u{1F3F4}';

/// A region is two letters of a country and one to four letters or digits.
const REGION: RangeInclusive<usize> = 3..=6;

/// The tags at the beginning of `rest` that make a flag of `base`; empty when they do not.
pub(super) fn tags(base: char, rest: &str) -> &str {
    if base != BLACK_FLAG {
        return "";
    }
    let region = rest
        .chars()
        .take(REGION.end() + 1)
        .take_while(|&c| is_region_tag(c))
        .count();
    if !REGION.contains(&region) || rest.chars().nth(region) != Some(LAST_TAG) {
        return "";
    }
    let bytes = rest.chars().take(region + 1).map(char::len_utf8).sum();
    rest.get(..bytes).unwrap_or_default()
}

fn is_region_tag(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

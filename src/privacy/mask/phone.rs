//! Telephone numbers. Whether a number can be one is libphonenumber's to say; it is asked only about what is
//! written as one.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

use super::engine::{Detector, Hit, Window};
use super::number::{Group, Number, ends, next_group, space_or_hyphen};
use super::view::walled;
use super::{Kind, Settings};

pub(super) const DETECTOR: Detector = Detector {
    next: next_group,
    look,
};

/// E.164 allows 15 digits; the shortest numbers with a country have 7.
const MIN_DIGITS: usize = 7;
const MAX_DIGITS: usize = 15;

fn look(_: &Settings, window: Window<'_>) -> Option<Hit> {
    international(window)
}

/// `+49 170 1234567`, `(+91) 98765-43210`, `+1 (415) 555-2671`.
fn international(window: Window<'_>) -> Option<Hit> {
    let plus = window
        .at
        .checked_sub(1)
        .filter(|at| window.get(*at) == Some(b'+'))?;
    let is_glued = window
        .before(plus)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || walled(byte).is_some());
    if is_glued {
        return None;
    }
    let number = Number::read(window, window.at, gap);
    let parsed = |group: &&Group| {
        let digits = number.digits_to(group);
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) || !ends(window, group.end) {
            return None;
        }
        let parsed = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
        PHONE_NUMBER_UTIL
            .is_possible_number(&parsed)
            .then(|| (group.end, parsed))
    };
    let candidates: Vec<_> = number
        .groups()
        .iter()
        .rev()
        .filter_map(|group| parsed(&group))
        .collect();
    let (end, number) = candidates
        .iter()
        .find(|(_, number)| PHONE_NUMBER_UTIL.is_valid_number(number))
        .or(candidates.first())?;
    let is_bracketed =
        window.before(plus) == Some(b'(') && window.slice(plus..*end).contains(&b')');
    Some(Hit {
        kind: Kind::Phone,
        range: plus - usize::from(is_bracketed)..*end,
        value: e164(number),
    })
}

/// What stands between groups: `) `, ` (`, ` - `, `/`, `.`.
fn gap(bytes: &[u8]) -> usize {
    let mut length = 0;
    for _ in 0..3 {
        let rest = bytes.get(length..).unwrap_or_default();
        length += match rest {
            [b'(' | b')' | b'.' | b'/', ..] => 1,
            rest => space_or_hyphen(rest),
        };
    }
    length
}

fn e164(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::E164)
        .into_owned()
}

/// One spelling for all of a number: E.164 where its country is known, else its digits.
pub(super) fn canonical(value: &str, region: Option<Region>) -> String {
    let view = super::view::View::new(value);
    let folded = String::from_utf8_lossy(&view.bytes);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let with_plus = format!("+{}", digits.trim_start_matches("00"));
    let parsed = match folded.trim_start().starts_with(['+', '(']) || digits.starts_with("00") {
        true => PHONE_NUMBER_UTIL.parse(with_plus, None).ok(),
        false => None,
    };
    let local = || {
        let number = PHONE_NUMBER_UTIL.parse(&digits, Some(region?)).ok()?;
        PHONE_NUMBER_UTIL.is_valid_number(&number).then_some(number)
    };
    // Telegram itself writes numbers with their country and without the plus.
    let bare = || {
        let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
        PHONE_NUMBER_UTIL.is_valid_number(&number).then_some(number)
    };
    parsed
        .or_else(bare)
        .or_else(local)
        .map_or(digits.clone(), |it| e164(&it))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn international_numbers_are_found() {
        assert_found(
            Kind::Phone,
            &[
                ("+4917012345678", "+4917012345678"),
                ("call +49 170 1234567 now", "+49 170 1234567"),
                ("(+91) 98765-43210", "(+91) 98765-43210"),
                ("+1 (415) 555-2671.", "+1 (415) 555-2671"),
                (
                    "＋７ ９１６ １２３‐４５‐６７",
                    "＋７ ９１６ １２３‐４５‐６７",
                ),
                ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧"),
                ("+49 170 1234567 2024", "+49 170 1234567"),
            ],
        );
        assert_same(
            "+4917012345678",
            &["+49 170 12345678", "+49 (0) 170 123-456-78"],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "+100",
            "2+1234567890",
            "+1 000",
            "C++11",
            "₹28,249",
            "+5 000 000",
        ]);
    }
}

//! Numbers of payment cards: an issuer's prefix, its length, the usual groups, and Luhn's check digit.

use super::Kind;
use super::engine::{Hit, Window};
use super::number::{Group, Number, begins, ends, space_or_hyphen};

/// The first digits of an issuer's cards, from and to, and how many digits they have.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    // Mir.
    (2200, 2204, &[16, 17, 18, 19]),
    // Mastercard.
    (2221, 2720, &[16]),
    (5100, 5599, &[16]),
    // Diners Club.
    (3000, 3059, &[14, 16]),
    (3095, 3095, &[14, 16]),
    (3600, 3699, &[14, 16]),
    (3800, 3999, &[14, 16]),
    // American Express.
    (3400, 3499, &[15]),
    (3700, 3799, &[15]),
    // JCB.
    (3528, 3589, &[16]),
    // Visa.
    (4000, 4999, &[13, 16, 19]),
    // Maestro.
    (5018, 5020, &[12, 13, 16, 18, 19]),
    (5038, 5038, &[16, 18, 19]),
    (5612, 5612, &[16, 18, 19]),
    (5893, 5893, &[16, 18, 19]),
    (6304, 6304, &[16, 18, 19]),
    (6390, 6390, &[18, 19]),
    (6759, 6763, &[16, 18, 19]),
    // Discover, RuPay.
    (6011, 6011, &[16, 19]),
    (6440, 6599, &[16, 19]),
    (6060, 6099, &[16]),
    // UnionPay.
    (6200, 6299, &[16, 17, 18, 19]),
    (8100, 8299, &[16]),
    // Troy, Elo, Verve, Meeza, UzCard, Humo, Belkart, ArCa, Napas, BC Card, InstaPayment.
    (9792, 9792, &[16]),
    (5041, 5041, &[16]),
    (5060, 5067, &[16, 18, 19]),
    (5078, 5099, &[16]),
    (6277, 6277, &[16]),
    (6361, 6399, &[16]),
    (8600, 8600, &[16]),
    (9860, 9860, &[16]),
    (9112, 9112, &[16]),
    (9051, 9051, &[16]),
    (9704, 9704, &[16, 19]),
];

const BRANDS: &[&[u8]] = &[
    b"visa",
    b"jcb",
    b"mc",
    b"mastercard",
    b"amex",
    b"mir",
    b"card",
    b"unionpay",
    b"elo",
];

/// How the digits of a card are grouped, where they are.
const GROUPINGS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 3],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4, 1],
    &[6, 13],
    &[8, 8],
    &[8, 10],
    &[6, 10],
];

/// The card whose first digit is the trigger.
pub(super) fn look(window: Window<'_>) -> Option<Hit> {
    let first = window.at;
    if !(begins(window, first) || is_behind_brand(window, first)) || is_part_before(window, first) {
        return None;
    }
    let number = Number::read(window, first, gap);
    let groups = number.groups();
    let last = match groups {
        [only] if (13..=19).contains(&only.len()) => only,
        [long, ..] if (13..=19).contains(&long.len()) => long,
        _ => GROUPINGS.iter().find_map(|it| grouped(groups, it))?,
    };
    let digits = number.digits_to(last);
    let next = groups.iter().find(|group| group.start > last.start);
    let goes_on = next.is_some_and(|next| next.len() >= 4 && last.start != first);
    let is_card = !goes_on
        && ends(window, last.end)
        && !is_part_behind(window, last.end)
        && is_issued(digits)
        && has_check_digit(digits)
        && !(digits.len() == 13 && is_article(digits));
    is_card.then(|| Hit::new(Kind::Card, first..last.end, digits.to_owned()))
}

/// `JCB3528…`: the brand and the number in one, as is usual where no spaces are.
fn is_behind_brand(window: Window<'_>, at: usize) -> bool {
    let start = window.skip_back(at, |byte| byte.is_ascii_alphabetic());
    let brand = window.slice(start..at).to_ascii_lowercase();
    let is_brand = BRANDS.iter().any(|it| *it == brand);
    is_brand && begins(window, start)
}

/// What stands between the groups: one or two spaces or hyphens.
fn gap(bytes: &[u8]) -> usize {
    let one = space_or_hyphen(bytes);
    if one == 0 {
        return 0;
    }
    one + bytes.get(one..).map_or(0, space_or_hyphen)
}

/// The last group, when the first ones are as long as this.
fn grouped<'g>(groups: &'g [Group], grouping: &[usize]) -> Option<&'g Group> {
    let groups = groups.get(..grouping.len())?;
    let fits = groups
        .iter()
        .zip(grouping)
        .all(|(group, length)| group.len() == *length);
    if !fits {
        return None;
    }
    groups.last()
}

/// Whether the number goes on before: a decimal, a part of a longer grouped number, or an id in a link.
fn is_part_before(window: Window<'_>, at: usize) -> bool {
    let Some(before) = window.before(at) else {
        return false;
    };
    let digit_before = |at: usize| window.before(at).is_some_and(|byte| byte.is_ascii_digit());
    match before {
        // With a plus it is a telephone number, whatever its digits sum up to.
        b'+' => true,
        b'.' | b',' => digit_before(at - 1),
        b'/' => true,
        b' ' | b'-' => {
            let end = at - 1;
            let start = window.skip_back(end, |byte| byte.is_ascii_digit());
            end - start >= 4
        }
        _ => false,
    }
}

/// Whether it goes on behind: a decimal.
fn is_part_behind(window: Window<'_>, at: usize) -> bool {
    matches!(window.get(at), Some(b'.' | b','))
        && window.get(at + 1).is_some_and(|byte| byte.is_ascii_digit())
}

fn is_issued(digits: &str) -> bool {
    let Some(prefix) = digits.get(..4).and_then(|it| it.parse::<u32>().ok()) else {
        return false;
    };
    let mut chars = digits.chars();
    let first = chars.next();
    ISSUERS.iter().any(|(from, to, lengths)| {
        (*from..=*to).contains(&prefix) && lengths.contains(&digits.len())
    }) && chars.any(|c| Some(c) != first)
}

/// Luhn's sum: every second digit from the right counts twice.
fn has_check_digit(digits: &str) -> bool {
    let doubled = |digit: u32| match digit * 2 {
        double if double > 9 => double - 9,
        double => double,
    };
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => doubled(digit),
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether 13 digits are the number of an article (EAN, ISBN), whose every second digit counts three times.
fn is_article(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 3 })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn cards_are_found() {
        assert_found(
            Kind::Card,
            &[
                ("4111111111111111", "4111111111111111"),
                ("карта 5555 5555 5555 4444,", "5555 5555 5555 4444"),
                ("4111-1111-1111-1111", "4111-1111-1111-1111"),
                ("Amex 3782 822463 10005.", "3782 822463 10005"),
                ("卡号：6212345678901232谢谢", "6212345678901232"),
                ("2200 0000 0000 0004", "2200 0000 0000 0004"),
                ("४१११ ११११ ११११ ११११", "४१११ ११११ ११११ ११११"),
                ("4111 1111 1111 1111 12/27 cvv 123", "4111 1111 1111 1111"),
                (
                    "4111\u{A0}1111\u{A0}1111\u{A0}1111",
                    "4111\u{A0}1111\u{A0}1111\u{A0}1111",
                ),
                ("card=4111111111111111&x", "4111111111111111"),
            ],
        );
        assert_same(
            "4111111111111111",
            &["4111 1111 1111 1111", "4111–1111–1111–1111"],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "4111111111111112",
            "1234567812345670",
            "41111111111111110000000",
            "0.4111111111111111",
            "x4111111111111111",
            "4111111111111111x",
            "4111 1111 1111 1111 1111 1111",
            "4006381333931",
            "1700000000000",
            "0000000000000000",
            "https://example.com/4111111111111111",
        ]);
    }
}

//! Telephone numbers.
//!
//! Whether a number can be one is libphonenumber's to say; it is asked only about what is written as one: with a
//! plus or `00`, in the region's own way, or behind a word such as "tel".

mod evidence;
mod library;

use rlibphonenumber::enums::Region;

use super::engine::{Context, Hit, Window};
use super::number::{Group, Number, begins, ends, space_or_hyphen};
use super::view::{View, walled};
use super::{Kind, Level};

pub(super) use self::library::knows;
use self::library::{e164, of_region, possible, valid};

/// E.164 allows 15 digits; the shortest numbers with a country have 7.
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 7..=15;

/// Numbers without their country.
const LOCAL: std::ops::RangeInclusive<usize> = 6..=13;

/// Numbers that a word introduces.
const SAID: std::ops::RangeInclusive<usize> = 5..=15;

/// The number whose first digit is the trigger.
pub(super) fn look(context: &Context, window: Window<'_>) -> Option<Hit> {
    match window.before(window.at) {
        Some(b'+') => international(window),
        _ => zeros(window).or_else(|| local(context, window)),
    }
}

/// `+49 170 1234567`, `(+91) 98765-43210`, `+1 (415) 555-2671`.
fn international(window: Window<'_>) -> Option<Hit> {
    let plus = window.at.checked_sub(1)?;
    let before = window.before(plus);
    // A word may stand right before a plus, but not what else has a plus inside.
    let word = window.skip_back(plus, |byte| byte.is_ascii_alphabetic());
    let is_word = word < plus
        && plus - word <= 12
        && begins(window, word)
        && window.before(word) != Some(b'/');
    let is_glued = before
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || walled(byte).is_some());
    if is_glued && !is_word {
        return None;
    }
    let number = Number::read(window, window.at, gap);
    let (end, value) = longest(&number, |group, digits| {
        let fits = INTERNATIONAL.contains(&digits.len()) && ends(window, group.end);
        let parsed = fits.then(|| possible(digits)).flatten()?;
        (!is_glued || valid(&parsed)).then_some(parsed)
    })?;
    if is_link_of_telegram(window, plus) {
        // The plus is a part of the link.
        return Some(Hit::new(Kind::Phone, window.at..end, value));
    }
    let is_bracketed = window.before(plus) == Some(b'(') && window.slice(plus..end).contains(&b')');
    let start = plus - usize::from(is_bracketed);
    Some(Hit::new(Kind::Phone, start..end, value))
}

fn is_link_of_telegram(window: Window<'_>, plus: usize) -> bool {
    let before = window
        .slice(plus.saturating_sub(16)..plus)
        .to_ascii_lowercase();
    [b"t.me/".as_slice(), b"telegram.me/", b"telegram.dog/"]
        .iter()
        .any(|host| before.ends_with(host))
}

/// The longest number that the first groups can be: a valid one if there is one.
fn longest(
    number: &Number,
    parse: impl Fn(&Group, &str) -> Option<rlibphonenumber::PhoneNumber>,
) -> Option<(usize, String)> {
    let mut fallback = None;
    for group in number.groups().iter().rev() {
        let Some(parsed) = parse(group, number.digits_to(group)) else {
            continue;
        };
        if valid(&parsed) {
            return Some((group.end, e164(&parsed)));
        }
        fallback.get_or_insert((group.end, e164(&parsed)));
    }
    fallback
}

/// `0049 170 1234567`.
fn zeros(window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    if !window.slice(start..start + 2).eq(b"00") || !begins_number(window, start) {
        return None;
    }
    let number = Number::read(window, start, gap);
    let (end, value) = longest(&number, |group, digits| {
        let digits = digits
            .strip_prefix("00")
            .filter(|it| INTERNATIONAL.contains(&it.len()))?;
        let parsed = possible(digits).filter(|_| ends(window, group.end))?;
        valid(&parsed).then_some(parsed)
    })?;
    Some(Hit::new(Kind::Phone, start..end, value))
}

/// A number without a plus, in a known region or behind a word.
fn local(context: &Context, window: Window<'_>) -> Option<Hit> {
    let bracket = window.before(window.at) == Some(b'(');
    let start = window.at - usize::from(bracket);
    if !begins_number(window, start) {
        return None;
    }
    let number = Number::read(window, window.at, gap);
    let whole = number.groups().last()?;
    if whole.total < *SAID.start() {
        return None;
    }
    let said = evidence::before(window, start);
    if said == evidence::Said::Other {
        return None;
    }
    if said == evidence::Said::Phone {
        return said_to_be_one(context, window, &number, start);
    }
    let digits = number.digits_to(whole);
    let is_hinted = said == evidence::Said::Number
        || context.level == Level::Strict
        || evidence::behind(window, whole.end);
    let is_free = (is_hinted || context.region.is_some())
        && LOCAL.contains(&digits.len())
        && !looks_like_decimal(window, &number)
        && !looks_like_date(&number)
        && !looks_like_amount(window, &number)
        && ends_number(window, whole.end);
    if !is_free {
        return None;
    }
    let value = match context.region {
        Some(region) => {
            of_region(digits, region).filter(|_| is_written_as_phone(window, &number, start))
        }
        None => None,
    };
    let value = value.or_else(|| {
        let is_plausible = is_hinted && is_plausible(window, &number, start);
        is_plausible.then(|| canonical(digits, context.region))
    })?;
    Some(Hit::new(Kind::Phone, start..whole.end, value))
}

/// The longest groups that can be a number, behind a word that says that it is one.
fn said_to_be_one(
    context: &Context,
    window: Window<'_>,
    number: &Number,
    start: usize,
) -> Option<Hit> {
    let fits = |group: &&Group| {
        SAID.contains(&group.total) && ends(window, group.end) && !is_decimal(window, group.end)
    };
    let group = number.groups().iter().rev().find(fits)?;
    // Five and three digits are a Brazilian postcode, whose name is the Turkish word for a mobile phone.
    let is_postcode = matches!(number.groups(), [a, b] if (a.len(), b.len()) == (5, 3));
    if is_postcode || looks_like_date(number) || looks_like_amount(window, number) {
        return None;
    }
    let digits = number.digits_to(group);
    Some(Hit::new(
        Kind::Phone,
        start..group.end,
        canonical(digits, context.region),
    ))
}

/// Digits that people group, or that begin with the zero or the country of a phone number.
fn is_written_as_phone(window: Window<'_>, number: &Number, start: usize) -> bool {
    let digits = number.digits();
    let is_bracketed = window.get(start) == Some(b'(');
    let is_round = number
        .groups()
        .last()
        .is_some_and(|it| window.slice(it.start..it.end) == b"000");
    let is_grouped =
        number.groups().len() > 1 && !(has_thousands(number) && (is_round || digits.len() < 9));
    // Ten digits from 1 on are a time in seconds since 1970.
    let is_long = digits.len() >= 10 && !(digits.len() == 10 && digits.starts_with('1'));
    is_bracketed || (is_grouped && digits.len() >= 7) || digits.starts_with('0') || is_long
}

/// A number that nothing says is one, but that nothing else is written like.
fn is_plausible(window: Window<'_>, number: &Number, start: usize) -> bool {
    let digits = number.digits();
    let groups = number.groups();
    let is_bracketed = window.get(start) == Some(b'(') && groups.len() > 2;
    let is_trunk = digits.starts_with(['0', '7', '8']);
    match groups.len() {
        9.. if groups.iter().all(|group| group.len() == 1) => !is_counting(digits),
        1 => is_trunk && (10..=11).contains(&digits.len()),
        _ if is_bracketed || (is_trunk && (9..=12).contains(&digits.len())) => {
            !has_thousands(number)
        }
        _ => {
            let lengths: Vec<_> = groups.iter().map(Group::len).collect();
            GROUPINGS.contains(&lengths.as_slice())
        }
    }
}

/// `1 2 3 4 …`.
fn is_counting(digits: &str) -> bool {
    let next = |pair: &[u8]| matches!(pair, [a, b] if *b == *a + 1);
    digits.as_bytes().windows(2).all(next)
}

/// How numbers without a zero in front are grouped.
const GROUPINGS: &[&[usize]] = &[
    &[3, 3, 4],
    &[5, 5],
    &[2, 4, 4],
    &[2, 5, 4],
    &[3, 4, 4],
    &[4, 3, 3],
    &[3, 2, 2, 2],
    &[3, 3, 2, 2],
    &[1, 3, 3, 4],
];

/// Groups of three behind a first one of up to three: an amount.
fn has_thousands(number: &Number) -> bool {
    let mut groups = number.groups().iter();
    groups.next().is_some_and(|first| first.len() <= 3) && groups.all(|group| group.len() == 3)
}

/// `2024-01-31`, `31.01.2024`.
fn looks_like_date(number: &Number) -> bool {
    let lengths: Vec<_> = number.groups().iter().map(Group::len).collect();
    matches!(
        lengths.as_slice(),
        [4, 2, 2, ..] | [1 | 2, 1 | 2, 4, ..] | [4, 4]
    ) && {
        let year = |at: usize| {
            let group = number.groups().get(at)?;
            number
                .digits_to(group)
                .get(group.total - group.len()..)?
                .parse::<u32>()
                .ok()
        };
        let first = year(0).unwrap_or_default();
        let third = year(2).or(year(1)).unwrap_or_default();
        let is_year = |it: u32| (1900..2100).contains(&it);
        is_year(first) || is_year(third)
    }
}

/// Two groups with a point between them.
fn looks_like_decimal(window: Window<'_>, number: &Number) -> bool {
    matches!(number.groups(), [a, b] if window.slice(a.end..b.start) == b".")
}

/// A currency or a unit beside it.
fn looks_like_amount(window: Window<'_>, number: &Number) -> bool {
    let Some(last) = number.groups().last() else {
        return false;
    };
    let behind = window.slice(last.end..window.bytes.len().min(last.end + 12));
    let first = number.groups().first();
    evidence::is_unit(behind) || first.is_some_and(|it| evidence::is_price(window, it.start))
}

fn is_decimal(window: Window<'_>, end: usize) -> bool {
    matches!(window.get(end), Some(b'.' | b',' | b':'))
        && window
            .get(end + 1)
            .is_some_and(|byte| byte.is_ascii_digit())
}

/// Whether a number can begin here: it is not the end of a longer one, of an amount or of an id.
fn begins_number(window: Window<'_>, start: usize) -> bool {
    let goes_on = match window.before(start) {
        Some(b'-' | b'/') => window
            .before(start - 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric()),
        Some(b'.' | b',' | b':') => window
            .before(start - 1)
            .is_some_and(|byte| byte.is_ascii_digit()),
        Some(b'#' | b'$' | b'=' | b'&' | b'%' | b'*') => true,
        Some(b' ') => {
            let end = start - 1;
            let run = window.skip_back(end, |byte| byte.is_ascii_digit());
            end > run && window.before(run) != Some(b':')
        }
        _ => false,
    };
    begins(window, start) && (!goes_on || evidence::is_link(window, start))
}

fn ends_number(window: Window<'_>, end: usize) -> bool {
    let goes_on = match window.get(end) {
        Some(b'%' | b'*' | b'/' | b'=') => true,
        Some(b'-') => window
            .get(end + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric()),
        _ => is_decimal(window, end),
    };
    ends(window, end) && !goes_on
}

/// What stands between groups: `) `, ` (`, ` - `, `/`, `.`.
fn gap(bytes: &[u8]) -> usize {
    let mut length = 0;
    for _ in 0..3 {
        let rest = bytes.get(length..).unwrap_or_default();
        length += match rest {
            [b'(' | b')' | b'.' | b'/', ..] => 1,
            [0xC2, 0xB7, ..] => 2,
            [0xE2, 0x88, 0x92, ..] => 3,
            rest => space_or_hyphen(rest),
        };
    }
    length
}

/// One spelling for all of a number: E.164 where its country is known, else its digits.
pub(super) fn canonical(value: &str, region: Option<Region>) -> String {
    let view = View::new(value);
    let folded = String::from_utf8_lossy(&view.bytes);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return folded.trim().to_lowercase();
    }
    if folded.trim_start().trim_start_matches('(').starts_with('+') {
        return possible(&digits).map_or_else(|| format!("+{digits}"), |it| e164(&it));
    }
    let abroad = || possible(digits.strip_prefix("00")?).filter(valid);
    // Telegram itself writes numbers with their country and without the plus.
    let bare = || possible(&digits).filter(|it| digits.len() >= 11 && valid(it));
    let parsed = abroad()
        .or_else(bare)
        .or_else(|| region.and_then(|it| library::parsed(&digits, it)));
    let parsed = parsed.or_else(|| library::russian(&digits));
    parsed.map_or(digits, |it| e164(&it))
}

#[cfg(test)]
mod tests;

//! International bank account numbers: the country's length and the check digits decide.

use super::Kind;
use super::engine::{Hit, Window};
use super::number::{begins, ends, space_or_hyphen};

/// The countries of the IBAN registry, and how long their numbers are.
const COUNTRIES: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 \
    DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 \
    HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 \
    LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 \
    QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 \
    UA29 VA22 VG24 XK20 YE30";

/// The number whose check digits are the trigger.
pub(super) fn look(window: Window<'_>) -> Option<Hit> {
    let start = window.at.checked_sub(2)?;
    let country = str::from_utf8(window.slice(start..window.at))
        .ok()?
        .to_ascii_uppercase();
    let length = length(&country)?;
    if !begins(window, start) {
        return None;
    }
    let mut value = country;
    let mut at = window.at;
    while value.len() < length {
        match window.get(at) {
            Some(byte) if byte.is_ascii_alphanumeric() => {
                value.push(char::from(byte.to_ascii_uppercase()));
                at += 1;
            }
            _ => {
                let gap = space_or_hyphen(window.slice(at..window.bytes.len()));
                let follows = window
                    .get(at + gap)
                    .is_some_and(|byte| byte.is_ascii_alphanumeric());
                if gap == 0 || !follows {
                    return None;
                }
                at += gap;
            }
        }
    }
    // The bank's code or a currency may follow without a space.
    let behind = window.slice(at..at + 3);
    let is_code = behind.len() == 3 && behind.iter().all(u8::is_ascii_uppercase);
    let is_whole = ends(window, at) || is_code;
    let is_one = is_whole && remainder(&value)? == 1;
    is_one.then(|| Hit::new(Kind::Iban, start..at, value))
}

fn length(country: &str) -> Option<usize> {
    let known = COUNTRIES.split(' ').find_map(|it| it.strip_prefix(country));
    known?.parse().ok()
}

/// The number with its first four characters at its end, letters from A = 10, modulo 97.
fn remainder(value: &str) -> Option<u32> {
    let (first, rest) = value.split_at_checked(4)?;
    rest.chars().chain(first.chars()).try_fold(0, |sum, c| {
        let digit = c.to_digit(36)?;
        let shift = if digit < 10 { 10 } else { 100 };
        Some((sum * shift + digit) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn account_numbers_are_found() {
        assert_found(
            Kind::Iban,
            &[
                ("DE89370400440532013000", "DE89370400440532013000"),
                (
                    "IBAN: GB29 NWBK 6016 1331 9268 19.",
                    "GB29 NWBK 6016 1331 9268 19",
                ),
                (
                    "fr14 2004 1010 0505 0001 3m02 606",
                    "fr14 2004 1010 0505 0001 3m02 606",
                ),
                ("NL91-ABNA-0417-1643-00", "NL91-ABNA-0417-1643-00"),
                (
                    "ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００",
                    "ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００",
                ),
                (
                    "UA213223130000026007233566001",
                    "UA213223130000026007233566001",
                ),
                ("счёт KZ86125KZT5004100100, банк", "KZ86125KZT5004100100"),
            ],
        );
        assert_same("DE89370400440532013000", &["de89 3704 0044 0532 0130 00"]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "DE89370400440532013001",
            "XX89370400440532013000",
            "XDE89370400440532013000",
            "DE893704004405320130001",
            "DE89",
            "DE89 3704 0044 0532 and more",
        ]);
    }
}

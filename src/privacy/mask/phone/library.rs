//! What libphonenumber says. Its tables are read when the first number is asked about.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

/// The number with these digits behind a plus, if its country has numbers of that length.
pub(super) fn possible(digits: &str) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
    PHONE_NUMBER_UTIL
        .is_possible_number(&number)
        .then_some(number)
}

/// Whether there are numbers of this region.
pub(in super::super) fn knows(region: Region) -> bool {
    PHONE_NUMBER_UTIL
        .get_country_code_for_region(region)
        .is_some()
}

/// Whether somebody can have it.
pub(super) fn valid(number: &PhoneNumber) -> bool {
    PHONE_NUMBER_UTIL.is_valid_number(number)
}

/// The number that these digits are in a region.
pub(super) fn parsed(digits: &str, region: Region) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(digits, Some(region)).ok()?;
    valid(&number).then_some(number)
}

/// The same, as E.164.
pub(super) fn of_region(digits: &str, region: Region) -> Option<String> {
    parsed(digits, region).map(|it| e164(&it))
}

/// `8 916 …`: eleven digits that begin so are Russian or Kazakh wherever they are written.
pub(super) fn russian(digits: &str) -> Option<PhoneNumber> {
    let rest = digits.strip_prefix('8').filter(|it| it.len() == 10)?;
    possible(&format!("7{rest}")).filter(valid)
}

pub(super) fn e164(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::E164)
        .into_owned()
}

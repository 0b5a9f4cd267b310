//! Codes that were sent to phone numbers, and the ways that they take.

use grammers_tl_types::{enums, types};

use crate::sim::wire::KeyId;

/// A way for a code to reach its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a message in another app of the account.
    App,
    /// As a text message.
    Sms,
    /// Read out in a call.
    Call,
    /// As the number that a call comes from, which official apps read by themselves.
    FlashCall,
    /// As the last digits of the number that a call comes from.
    MissedCall,
    /// On fragment.com, for numbers that are sold there.
    Fragment,
    /// To the e-mail address of the account.
    Email,
    /// Not at all, before an e-mail address is set up.
    EmailSetup,
    /// As a text message that official apps are told of by their platform.
    Firebase,
    /// As a word in a text message.
    SmsWord,
    /// As a phrase in a text message.
    SmsPhrase,
}

/// A code that was sent.
#[derive(Debug, Clone)]
pub(in crate::sim) struct Code {
    /// What names it in `auth.signIn`.
    pub(in crate::sim) hash: String,
    /// The digits of the number.
    pub(in crate::sim) phone: String,
    /// Who asked for it.
    pub(in crate::sim) key: KeyId,
    /// How often it was sent before.
    pub(in crate::sim) resent: usize,
    /// When it ends, in seconds of the world's clock.
    pub(in crate::sim) expires: i32,
}

impl Way {
    /// What `auth.sentCode` says of it.
    pub(in crate::sim) fn sent(self, code: &str) -> enums::auth::SentCodeType {
        let length = i32::try_from(code.chars().count()).unwrap_or(i32::MAX);
        match self {
            Self::App => types::auth::SentCodeTypeApp { length }.into(),
            Self::Sms => types::auth::SentCodeTypeSms { length }.into(),
            Self::Call => types::auth::SentCodeTypeCall { length }.into(),
            Self::FlashCall => types::auth::SentCodeTypeFlashCall {
                pattern: "*".to_owned(),
            }
            .into(),
            Self::MissedCall => types::auth::SentCodeTypeMissedCall {
                prefix: "4930".to_owned(),
                length,
            }
            .into(),
            Self::Fragment => types::auth::SentCodeTypeFragmentSms {
                url: "https://fragment.com/numbers".to_owned(),
                length,
            }
            .into(),
            Self::Email => types::auth::SentCodeTypeEmailCode {
                apple_signin_allowed: false,
                google_signin_allowed: false,
                email_pattern: "r***n@example.org".to_owned(),
                length,
                reset_available_period: None,
                reset_pending_date: None,
            }
            .into(),
            Self::EmailSetup => types::auth::SentCodeTypeSetUpEmailRequired {
                apple_signin_allowed: false,
                google_signin_allowed: false,
            }
            .into(),
            Self::Firebase => types::auth::SentCodeTypeFirebaseSms {
                nonce: None,
                play_integrity_project_id: None,
                play_integrity_nonce: None,
                receipt: None,
                push_timeout: None,
                length,
            }
            .into(),
            Self::SmsWord => types::auth::SentCodeTypeSmsWord {
                beginning: beginning(code),
            }
            .into(),
            Self::SmsPhrase => types::auth::SentCodeTypeSmsPhrase {
                beginning: beginning(code),
            }
            .into(),
        }
    }

    /// What is said of it beforehand; nothing can be said of some.
    pub(in crate::sim) fn announced(self) -> Option<enums::auth::CodeType> {
        match self {
            Self::Sms | Self::Firebase | Self::SmsWord | Self::SmsPhrase => {
                Some(enums::auth::CodeType::Sms)
            }
            Self::Call => Some(enums::auth::CodeType::Call),
            Self::FlashCall => Some(enums::auth::CodeType::FlashCall),
            Self::MissedCall => Some(enums::auth::CodeType::MissedCall),
            Self::Fragment => Some(enums::auth::CodeType::FragmentSms),
            Self::App | Self::Email | Self::EmailSetup => None,
        }
    }
}

fn beginning(code: &str) -> Option<String> {
    code.chars().next().map(String::from)
}

/// The digits of a phone number in international format; `None` for anything else.
pub(in crate::sim) fn digits(phone: &str) -> Option<String> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 7..=15;
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let is_number = phone
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()".contains(c));
    (is_number && LENGTHS.contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_its_digits() {
        for written in ["+49 30 23125 007", "493023125007", "+49 (30) 23125-007"] {
            assert_eq!(digits(written).as_deref(), Some("493023125007"));
        }
        for wrong in ["", "+", "123456", "1234567890123456", "+49 30 x 23125 007"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}

//! Codes that Telegram sends to a phone number, or to wherever it thinks best.

use std::fmt;
use std::time::Duration;

use grammers_tl_types::{enums, functions, types};

use super::{Login, LoginError, Pending, Step};

/// A phone number in international form. It does not show itself, except masked.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// How many digits a phone number has with its country code (E.164).
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

    /// Reads a phone number with its country code, however it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('+').or(text.strip_prefix("00"));
        let mut digits = String::new();
        for sign in text?.chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')' => {}
                _ => return None,
            }
        }
        Self::DIGITS.contains(&digits.len()).then_some(Self(digits))
    }

    fn as_asked(&self) -> String {
        format!("+{}", self.0)
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::owner::masked(&self.0))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A code that is on its way.
#[derive(Clone)]
pub struct SentCode {
    phone: PhoneNumber,
    hash: String,
    /// Where it was sent.
    pub way: Way,
    /// How many signs it has, where it is one of digits.
    pub length: Option<u32>,
    /// Where it can be sent next, if it does not come.
    pub next: Option<Way>,
    /// How long Telegram wants it to be waited for before that.
    pub patience: Option<Duration>,
}

/// How a code comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a message of Telegram's, in another app that is logged in.
    App,
    /// As a text message.
    Sms,
    /// As a text message, in words.
    SmsWords,
    /// By a call that tells it.
    Call,
    /// By a call that is not to be answered: its number ends with the code.
    MissedCall,
    /// By e-mail.
    Email,
    /// By fragment.com, for numbers that were bought there.
    Fragment,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "as a message from Telegram in your other Telegram apps",
            Self::Sms => "by SMS",
            Self::SmsWords => "by SMS, in words",
            Self::Call => "by a call that tells it",
            Self::MissedCall => "by a call that you need not answer: its number ends with the code",
            Self::Email => "by e-mail, to the address of the account",
            Self::Fragment => "on fragment.com, where the number was bought",
        })
    }
}

/// What became of a request for a code.
pub enum Sending {
    /// It was sent.
    Sent(Box<SentCode>),
    /// None was needed.
    Done(Step),
}

impl SentCode {
    fn read(phone: PhoneNumber, sent: types::auth::SentCode) -> Result<Self, LoginError> {
        use enums::auth::SentCodeType as Type;
        let (way, length) = match &sent.r#type {
            Type::App(to) => (Way::App, Some(to.length)),
            Type::Sms(to) => (Way::Sms, Some(to.length)),
            Type::FirebaseSms(to) => (Way::Sms, Some(to.length)),
            Type::SmsWord(_) | Type::SmsPhrase(_) => (Way::SmsWords, None),
            Type::Call(to) => (Way::Call, Some(to.length)),
            Type::FlashCall(_) => (Way::MissedCall, None),
            Type::MissedCall(to) => (Way::MissedCall, Some(to.length)),
            Type::EmailCode(to) => (Way::Email, Some(to.length)),
            Type::FragmentSms(to) => (Way::Fragment, Some(to.length)),
            Type::SetUpEmailRequired(_) => return Err(LoginError::NO_EMAIL),
        };
        Ok(Self {
            phone,
            hash: sent.phone_code_hash,
            way,
            length: length
                .and_then(|length| u32::try_from(length).ok())
                .filter(|length| *length > 0),
            next: sent.next_type.map(|next| match next {
                enums::auth::CodeType::Sms => Way::Sms,
                enums::auth::CodeType::Call => Way::Call,
                enums::auth::CodeType::FlashCall | enums::auth::CodeType::MissedCall => {
                    Way::MissedCall
                }
                enums::auth::CodeType::FragmentSms => Way::Fragment,
            }),
            patience: sent
                .timeout
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(Duration::from_secs),
        })
    }

    /// Whose phone number it was sent for.
    pub fn phone(&self) -> &PhoneNumber {
        &self.phone
    }

    /// The request after which it is no longer good.
    pub(super) fn cancel(&self) -> functions::auth::CancelCode {
        functions::auth::CancelCode {
            phone_number: self.phone.as_asked(),
            phone_code_hash: self.hash.clone(),
        }
    }
}

impl Login {
    /// Asks for a code for this phone number.
    pub async fn send_code(&mut self, phone: &PhoneNumber) -> Result<Sending, LoginError> {
        let settings = types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: false,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        };
        let request = functions::auth::SendCode {
            phone_number: phone.as_asked(),
            api_id: self.application.id,
            api_hash: self.application.hash.to_string(),
            settings: settings.into(),
        };
        let answer = self.ask(&request).await?;
        self.sending(phone, answer)
    }

    /// Asks for the same code on the next way.
    pub async fn resend_code(&mut self, sent: &SentCode) -> Result<Sending, LoginError> {
        let request = functions::auth::ResendCode {
            phone_number: sent.phone.as_asked(),
            phone_code_hash: sent.hash.clone(),
            reason: None,
        };
        let answer = self.ask(&request).await?;
        self.sending(&sent.phone, answer)
    }

    fn sending(
        &mut self,
        phone: &PhoneNumber,
        answer: enums::auth::SentCode,
    ) -> Result<Sending, LoginError> {
        match answer {
            enums::auth::SentCode::Code(sent) => {
                let sent = SentCode::read(phone.clone(), sent)?;
                self.pending = Pending::Code(sent.clone());
                Ok(Sending::Sent(Box::new(sent)))
            }
            enums::auth::SentCode::Success(success) => {
                self.logged_in(success.authorization).map(Sending::Done)
            }
            enums::auth::SentCode::PaymentRequired(_) => Err(LoginError::PAYMENT),
        }
    }

    /// Gives the code back to Telegram.
    pub async fn sign_in(&mut self, sent: &SentCode, code: &str) -> Result<Step, LoginError> {
        let code = code.to_owned();
        let (phone_code, email_verification) = match sent.way {
            Way::Email => {
                let verification = types::EmailVerificationCode { code };
                (None, Some(verification.into()))
            }
            _ => (Some(code), None),
        };
        let request = functions::auth::SignIn {
            phone_number: sent.phone.as_asked(),
            phone_code_hash: sent.hash.clone(),
            phone_code,
            email_verification,
        };
        self.pending = Pending::Key;
        let outcome = self.prove(&request).await;
        if outcome.is_err() {
            self.pending = Pending::Code(sent.clone());
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_read_as_people_write_them() {
        for (text, digits) in [
            ("+49 151 23456789", Some("4915123456789")),
            ("0049 (151) 234-567.89", Some("4915123456789")),
            (" +1/202/555/0123 ", Some("12025550123")),
            ("0151 23456789", None),
            ("+49", None),
            ("+49 151 ABC", None),
            ("+4915123456789012345", None),
            ("", None),
        ] {
            let read = PhoneNumber::parse(text);
            assert_eq!(read.map(|phone| phone.0).as_deref(), digits, "{text}");
        }
    }

    #[test]
    fn a_phone_number_shows_itself_masked() {
        let phone = PhoneNumber::parse("+49 151 23456789").unwrap();
        assert_eq!(
            format!("{phone} {phone:?}"),
            "+49•••••••••89 +49•••••••••89"
        );
    }
}

//! Asking for a phone number and for the code that was sent to it.

use std::time::Duration;

use tokio::time::Instant;
use zeroize::Zeroizing;

use super::terminal::Terminal;
use crate::cli::Failure;
use crate::error::whole_seconds;
use crate::telegram::auth::{Login, LoginError, PhoneNumber, Sending, SentCode, Step};

/// How often somebody may be asked the same.
const TRIES: u32 = 3;
/// How often a code may expire before it is given up.
const MAX_CODES: u32 = 3;

/// The phone number that was typed as a flag, if it was.
pub(super) fn parse(typed: Option<&str>) -> Result<Option<PhoneNumber>, Failure> {
    let Some(typed) = typed else {
        return Ok(None);
    };
    let number = PhoneNumber::parse(typed);
    number.map(Some).ok_or_else(|| Failure::usage(MALFORMED))
}

const MALFORMED: &str =
    "a phone number is written with its country code, such as `+49 151 23456789`";

/// Asks for the phone number, if it is not known.
async fn number(known: Option<PhoneNumber>, terminal: &Terminal) -> Result<PhoneNumber, Failure> {
    if let Some(number) = known {
        return Ok(number);
    }
    for _ in 0..TRIES {
        let typed = terminal
            .ask("Phone number, with its country code: ")
            .await?;
        if let Some(number) = PhoneNumber::parse(&typed) {
            return Ok(number);
        }
        terminal.say(&format!("Not a phone number: {MALFORMED}."))?;
    }
    Err(Failure::new(MALFORMED))
}

/// Has a code sent, and asks for it until it is right.
pub(super) async fn prove(
    login: &mut Login,
    known: Option<PhoneNumber>,
    terminal: &Terminal,
) -> Result<Step, Failure> {
    let number = number(known, terminal).await?;
    for _ in 0..MAX_CODES {
        match login.send_code(&number).await.map_err(Failure::new)? {
            Sending::Done(step) => return Ok(step),
            Sending::Sent(sent) => {
                if let Some(step) = enter(login, *sent, terminal).await? {
                    return Ok(step);
                }
                terminal.say("That code has expired. Asking for a new one.")?;
            }
        }
    }
    Err(Failure::new(
        "each code had expired before it was typed; try again",
    ))
}

/// Asks for the code; `None` when it has expired.
async fn enter(
    login: &mut Login,
    mut sent: SentCode,
    terminal: &Terminal,
) -> Result<Option<Step>, Failure> {
    let mut sent_at = announce(&sent, terminal)?;
    let mut wrong = 0;
    loop {
        let question = match sent.next {
            Some(next) => format!("Code, or nothing to get it {next}: "),
            None => "Code: ".to_owned(),
        };
        let typed = terminal.ask(&question).await?;
        if typed.is_empty() {
            let waited = sent_at.elapsed();
            match resend(login, &sent, waited, terminal).await? {
                Some(Sending::Done(step)) => return Ok(Some(step)),
                Some(Sending::Sent(again)) => {
                    sent = *again;
                    sent_at = announce(&sent, terminal)?;
                }
                None => {}
            }
            continue;
        }
        let code = match read(&typed, sent.length) {
            Ok(code) => code,
            Err(length) => {
                terminal.say(&format!("A code of {length} digits was sent."))?;
                continue;
            }
        };
        match login.sign_in(&sent, &code).await {
            Ok(step) => return Ok(Some(step)),
            Err(LoginError::CodeExpired) => return Ok(None),
            Err(LoginError::WrongCode) => wrong += 1,
            Err(error) => return Err(Failure::new(error)),
        }
        if wrong == TRIES {
            return Err(Failure::new(format!(
                "the code was wrong {TRIES} times; nothing was kept"
            )));
        }
        terminal.say("That is not the code that was sent.")?;
    }
}

/// A code as it was sent: its digits without what people write between them, where it is known how many they are;
/// otherwise it may be words. `Err` holds how many there should be.
fn read(typed: &str, length: Option<u32>) -> Result<Zeroizing<String>, u32> {
    const DASHES: [char; 4] = ['-', '\u{2010}', '\u{2011}', '\u{2013}'];
    let Some(length) = length else {
        return Ok(Zeroizing::new(typed.to_owned()));
    };
    let digits = (typed.chars()).filter(|sign| !sign.is_whitespace() && !DASHES.contains(sign));
    let digits: Zeroizing<String> = Zeroizing::new(digits.collect());
    let is_one = digits.bytes().all(|byte| byte.is_ascii_digit())
        && u32::try_from(digits.len()) == Ok(length);
    is_one.then_some(digits).ok_or(length)
}

/// Has the code sent in another way, when there is one and it is time.
async fn resend(
    login: &mut Login,
    sent: &SentCode,
    waited: Duration,
    terminal: &Terminal,
) -> Result<Option<Sending>, Failure> {
    let Some(next) = sent.next else {
        return Ok(None);
    };
    let early = sent.patience.and_then(|wait| wait.checked_sub(waited));
    if let Some(left) = early.filter(|left| !left.is_zero()) {
        terminal.say(&format!(
            "Telegram sends it {next} in {} s at the earliest.",
            whole_seconds(left)
        ))?;
        return Ok(None);
    }
    match login.resend_code(sent).await {
        Ok(sending) => Ok(Some(sending)),
        Err(error @ LoginError::NoOtherWay) => {
            terminal.say(&format!("{error}."))?;
            Ok(None)
        }
        Err(error) => Err(Failure::new(error)),
    }
}

/// Says where the code went.
fn announce(sent: &SentCode, terminal: &Terminal) -> Result<Instant, Failure> {
    let code = match sent.length {
        Some(length) => format!("a code of {length} digits"),
        None => "a code".to_owned(),
    };
    terminal.say(&format!(
        "Telegram sends {code} for {}: {}.",
        sent.phone(),
        sent.way
    ))?;
    Ok(Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_digits_however_they_are_written() {
        for (typed, length, expected) in [
            ("24680", Some(5), Ok("24680")),
            ("2-46 80", Some(5), Ok("24680")),
            ("246\u{a0}–\u{2011}80", Some(5), Ok("24680")),
            ("2468", Some(5), Err(5)),
            ("+49 30 23125-007", Some(5), Err(5)),
            ("horse", Some(5), Err(5)),
            ("٢٤٦٨٠", Some(5), Err(5)),
            ("correct horse", None, Ok("correct horse")),
        ] {
            let read = read(typed, length);
            let read = read.as_ref().map(|code| code.as_str());
            assert_eq!(read.map_err(|length| *length), expected, "{typed}");
        }
    }
}

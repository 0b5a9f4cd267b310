//! Proving who one is: one of two ways, and the account's password.

use super::terminal::Terminal;
use super::{phone, qr};
use crate::cli::Failure;
use crate::privacy::sanitize;
use crate::telegram::auth::{LoggedIn, Login, LoginError, PhoneNumber, Step};

/// How often the password may be wrong.
const TRIES: u32 = 3;

/// By a code that is sent for a phone number.
pub(super) async fn by_phone(
    login: &mut Login,
    number: Option<PhoneNumber>,
    terminal: &Terminal,
) -> Result<LoggedIn, Failure> {
    let step = phone::prove(login, number, terminal).await?;
    finish(login, step, terminal).await
}

/// By a code that another device scans.
pub(super) async fn by_qr(login: &mut Login, terminal: &Terminal) -> Result<LoggedIn, Failure> {
    terminal.say("Asking Telegram for a QR code…")?;
    let step = qr::prove(login, terminal).await?;
    terminal.say("The QR code was scanned.")?;
    finish(login, step, terminal).await
}

async fn finish(login: &mut Login, step: Step, terminal: &Terminal) -> Result<LoggedIn, Failure> {
    match step {
        Step::Done(done) => Ok(*done),
        Step::Password => password(login, terminal).await,
    }
}

async fn password(login: &mut Login, terminal: &Terminal) -> Result<LoggedIn, Failure> {
    let hint = login.password_hint().await.map_err(Failure::new)?;
    let question = match &hint {
        Some(hint) => format!("Password of the account (hint: {}): ", sanitize::line(hint)),
        None => "Password of the account: ".to_owned(),
    };
    for _ in 0..TRIES {
        let typed = terminal.ask_hidden(&question).await?;
        match login.check_password(typed).await {
            Ok(Step::Done(done)) => return Ok(*done),
            Ok(Step::Password) | Err(LoginError::WrongPassword) => {
                terminal.say("That is not the password.")?;
            }
            Err(error) => return Err(Failure::new(error)),
        }
    }
    Err(Failure::new(format!(
        "the password was wrong {TRIES} times; nothing was kept"
    )))
}

//! Logging in by a code that is sent to the phone.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{check_app, enter};
use crate::sim::login::{Code, Desk, Logins, Repute, Sending, Strangers, Way, digits, seconds};
use crate::sim::rpc::{Answered, Caller, Refusal, read, refuse};
use crate::sim::world::World;

pub(super) fn send_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::SendCode = read(arguments)?;
    check_app(&world.desk, request.api_id, &request.api_hash)?;
    let phone = phone_of(&request.phone_number)?;
    check_number(&world.desk, caller, &phone)?;
    let tl::enums::CodeSettings::Settings(settings) = request.settings;
    let shown = settings.logout_tokens.unwrap_or_default();
    if needs_no_code(world, &phone, &shown) {
        let authorization = enter(world, caller)?;
        let kept = &mut world.logins.logout_tokens;
        kept.retain(|token| !shown.contains(token));
        return Ok(sent(tl::types::auth::SentCodeSuccess { authorization }));
    }
    let code = Code {
        hash: format!("{:018x}", rand::random::<u64>()),
        phone,
        key: caller.key,
        resent: 0,
        expires: world.now().saturating_add(seconds(world.desk.code_life)),
    };
    let answer = match world.desk.sending {
        Sending::AfterPayment => sent(tl::types::auth::SentCodePaymentRequired {
            store_product: "org.telegram.sms".to_owned(),
            phone_code_hash: code.hash.clone(),
            support_email_address: "login@example.org".to_owned(),
            support_email_subject: "A code by SMS".to_owned(),
            premium_days: 7,
            currency: "USD".to_owned(),
            amount: 99,
        }),
        _ => sent_code(&world.desk, &code.hash, 0)?,
    };
    world.logins.codes.retain(|other| other.key != caller.key);
    world.logins.codes.push(code);
    Ok(answer)
}

pub(super) fn resend_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::ResendCode = read(arguments)?;
    let phone = phone_of(&request.phone_number)?;
    check_number(&world.desk, caller, &phone)?;
    let now = world.now();
    let hash = &request.phone_code_hash;
    let code = find(&mut world.logins, caller, &phone, hash, now)?;
    let answer = sent_code(&world.desk, hash, code.resent + 1)?;
    code.resent += 1;
    Ok(answer)
}

pub(super) fn cancel_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::CancelCode = read(arguments)?;
    let phone = phone_of(&request.phone_number)?;
    let now = world.now();
    let hash = &request.phone_code_hash;
    find(&mut world.logins, caller, &phone, hash, now)?;
    world.logins.codes.retain(|code| code.hash != *hash);
    Ok(true.to_bytes())
}

pub(super) fn sign_in(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::SignIn = read(arguments)?;
    let phone = phone_of(&request.phone_number)?;
    check_number(&world.desk, caller, &phone)?;
    let typed = typed(&request);
    if typed.is_empty() {
        return Err(refuse(400, "PHONE_CODE_EMPTY"));
    }
    let now = world.now();
    find(
        &mut world.logins,
        caller,
        &phone,
        &request.phone_code_hash,
        now,
    )?;
    if typed != world.desk.code {
        return Err(refuse(400, "PHONE_CODE_INVALID"));
    }
    if !is_the_accounts(&world.desk, &phone) {
        return match world.desk.strangers {
            Strangers::SignUp => Ok(tl::enums::auth::Authorization::from(
                tl::types::auth::AuthorizationSignUpRequired {
                    terms_of_service: None,
                },
            )
            .to_bytes()),
            _ => Err(refuse(400, "PHONE_NUMBER_UNOCCUPIED")),
        };
    }
    Ok(enter(world, caller)?.to_bytes())
}

/// The code that was typed, whichever way it came.
fn typed(request: &functions::auth::SignIn) -> String {
    let by_email = match &request.email_verification {
        Some(tl::enums::EmailVerification::Code(code)) => Some(&code.code),
        _ => None,
    };
    let typed = request.phone_code.as_ref().or(by_email);
    typed.cloned().unwrap_or_default()
}

fn phone_of(phone_number: &str) -> Result<String, Refusal> {
    digits(phone_number).ok_or_else(|| refuse(406, "PHONE_NUMBER_INVALID"))
}

fn is_the_accounts(desk: &Desk, phone: &str) -> bool {
    digits(&desk.phone).as_deref() == Some(phone)
}

/// Refuses numbers that Telegram does not let in here.
fn check_number(desk: &Desk, caller: &Caller<'_>, phone: &str) -> Result<(), Refusal> {
    if !is_the_accounts(desk, phone) {
        return match desk.strangers {
            Strangers::Forbidden => Err(refuse(400, "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN")),
            _ => Ok(()),
        };
    }
    if caller.dc_id != desk.home_dc {
        return Err(refuse(303, &format!("PHONE_MIGRATE_{}", desk.home_dc)));
    }
    match desk.repute {
        Repute::Good => Ok(()),
        Repute::Banned => Err(refuse(400, "PHONE_NUMBER_BANNED")),
        Repute::TooManyCodes => Err(refuse(400, "PHONE_NUMBER_FLOOD")),
        Repute::TooManyAttempts => Err(refuse(406, "PHONE_PASSWORD_FLOOD")),
    }
}

/// Whether the account is let in without a code, by a token of its last logout for example.
fn needs_no_code(world: &World, phone: &str, shown: &[Vec<u8>]) -> bool {
    let is_known = |token: &Vec<u8>| world.logins.logout_tokens.contains(token);
    is_the_accounts(&world.desk, phone)
        && (world.desk.sending == Sending::Nothing || shown.iter().any(is_known))
}

/// The code that was sent to this number for this caller, if it is still good.
fn find<'a>(
    logins: &'a mut Logins,
    caller: &Caller<'_>,
    phone: &str,
    hash: &str,
    now: i32,
) -> Result<&'a mut Code, Refusal> {
    if hash.is_empty() {
        return Err(refuse(400, "PHONE_CODE_HASH_EMPTY"));
    }
    let is_it = |code: &&mut Code| {
        code.hash == hash && code.phone == phone && code.key == caller.key && now < code.expires
    };
    let code = logins.codes.iter_mut().find(is_it);
    code.ok_or_else(|| refuse(400, "PHONE_CODE_EXPIRED"))
}

/// Says how a code was sent, and what comes next.
fn sent_code(desk: &Desk, hash: &str, resent: usize) -> Answered {
    let mut ways = desk.ways.iter().skip(resent);
    let way = ways
        .next()
        .ok_or_else(|| refuse(406, "SEND_CODE_UNAVAILABLE"))?;
    let next = ways.next().copied();
    Ok(sent(tl::types::auth::SentCode {
        r#type: way.sent(&desk.code),
        phone_code_hash: hash.to_owned(),
        next_type: next.and_then(Way::announced),
        timeout: next.and(desk.resend_after).map(seconds),
    }))
}

fn sent(answer: impl Into<tl::enums::auth::SentCode>) -> Vec<u8> {
    answer.into().to_bytes()
}

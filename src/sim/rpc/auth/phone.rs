//! Logging in by a code that is sent to the phone.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{check_app, enter};
use crate::sim::login::{Code, Desk, Repute, Sending, Strangers, Way, digits, seconds};
use crate::sim::rpc::{Answered, Caller, Refusal, read, refuse};
use crate::sim::world::World;

pub(super) fn send_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::SendCode = read(arguments)?;
    check_app(&world.desk, request.api_id, &request.api_hash)?;
    let phone = phone_of(&request.phone_number)?;
    check_number(&world.desk, caller, &phone)?;
    let tl::enums::CodeSettings::Settings(settings) = request.settings;
    let shown = settings.logout_tokens.unwrap_or_default();
    let known = |token: &Vec<u8>| world.desk.logout_tokens.contains(token);
    if world.desk.sending == Sending::Nothing || shown.iter().any(known) {
        let authorization = enter(world, caller)?;
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
        _ => sent_code(&world.desk, &code)?,
    };
    world.desk.codes.retain(|other| other.key != caller.key);
    world.desk.codes.push(code);
    Ok(answer)
}

pub(super) fn resend_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::ResendCode = read(arguments)?;
    let phone = phone_of(&request.phone_number)?;
    check_number(&world.desk, caller, &phone)?;
    let at = find(world, caller, &phone, &request.phone_code_hash)?;
    let Some(mut code) = world.desk.codes.get(at).cloned() else {
        return Err(refuse(400, "PHONE_CODE_EXPIRED"));
    };
    code.resent += 1;
    let answer = sent_code(&world.desk, &code)?;
    if let Some(slot) = world.desk.codes.get_mut(at) {
        *slot = code;
    }
    Ok(answer)
}

pub(super) fn cancel_code(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::CancelCode = read(arguments)?;
    let phone = phone_of(&request.phone_number)?;
    let at = find(world, caller, &phone, &request.phone_code_hash)?;
    world.desk.codes.remove(at);
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
    find(world, caller, &phone, &request.phone_code_hash)?;
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

/// Where a code stands that was sent to this number for this caller and is still good.
fn find(world: &World, caller: &Caller<'_>, phone: &str, hash: &str) -> Result<usize, Refusal> {
    if hash.is_empty() {
        return Err(refuse(400, "PHONE_CODE_HASH_EMPTY"));
    }
    let now = world.now();
    let is_it = |code: &Code| {
        code.hash == hash && code.phone == phone && code.key == caller.key && now < code.expires
    };
    let at = world.desk.codes.iter().position(is_it);
    at.ok_or_else(|| refuse(400, "PHONE_CODE_EXPIRED"))
}

/// Says how a code was sent, and what comes next.
fn sent_code(desk: &Desk, code: &Code) -> Answered {
    let mut ways = desk.ways.iter().skip(code.resent);
    let way = ways
        .next()
        .ok_or_else(|| refuse(406, "SEND_CODE_UNAVAILABLE"))?;
    let next = ways.next().copied();
    Ok(sent(tl::types::auth::SentCode {
        r#type: way.sent(&desk.code),
        phone_code_hash: code.hash.clone(),
        next_type: next.and_then(Way::announced),
        timeout: next.and(desk.resend_after).map(seconds),
    }))
}

fn sent(answer: impl Into<tl::enums::auth::SentCode>) -> Vec<u8> {
    answer.into().to_bytes()
}

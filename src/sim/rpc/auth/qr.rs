//! Logging in by a QR code that another device scans (<https://core.telegram.org/api/qr-login>).

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{check_app, enter};
use crate::sim::login::TokenError;
use crate::sim::rpc::{Answered, Caller, Refusal, read, refuse};
use crate::sim::world::World;

pub(super) fn export_token(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::ExportLoginToken = read(arguments)?;
    check_app(&world.desk, request.api_id, &request.api_hash)?;
    if let Some(token) = world.logins.accepted_token(caller.key, world.now()) {
        let bytes = token.bytes.clone();
        return log_in(world, caller, &bytes);
    }
    let mailbox = caller.mailbox.clone();
    Ok(answer(world.show_token(
        caller.key,
        mailbox,
        request.except_ids,
    )))
}

pub(super) fn import_token(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::ImportLoginToken = read(arguments)?;
    log_in(world, caller, &request.token)
}

pub(super) fn accept_token(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::AcceptLoginToken = read(arguments)?;
    world.accept_token(&request.token).map_err(refused)?;
    let now = world.now();
    let authorization = tl::types::Authorization {
        current: false,
        official_app: false,
        password_pending: world.desk.password.is_some(),
        encrypted_requests_disabled: false,
        call_requests_disabled: false,
        unconfirmed: false,
        hash: i64::from_le_bytes(caller.key),
        device_model: "Example".to_owned(),
        platform: "Example".to_owned(),
        system_version: "1".to_owned(),
        api_id: world.desk.app.as_ref().map_or(1, |app| app.id),
        app_name: "Example".to_owned(),
        app_version: "1".to_owned(),
        date_created: now,
        date_active: now,
        ip: "127.0.0.1".to_owned(),
        country: "Nowhere".to_owned(),
        region: String::new(),
    };
    Ok(tl::enums::Authorization::from(authorization).to_bytes())
}

/// Logs the caller in by a token that was accepted, or sends it to where the account lives.
fn log_in(world: &mut World, caller: &Caller<'_>, bytes: &[u8]) -> Answered {
    if caller.dc_id != world.desk.home_dc {
        return Ok(answer(tl::types::auth::LoginTokenMigrateTo {
            dc_id: i32::from(world.desk.home_dc),
            token: bytes.to_vec(),
        }));
    }
    let now = world.now();
    world
        .logins
        .claim_token(bytes, caller.key, now)
        .map_err(refused)?;
    let authorization = enter(world, caller)?;
    Ok(answer(tl::types::auth::LoginTokenSuccess { authorization }))
}

fn answer(token: impl Into<tl::enums::auth::LoginToken>) -> Vec<u8> {
    token.into().to_bytes()
}

fn refused(error: TokenError) -> Refusal {
    let name = match error {
        TokenError::Unknown => "AUTH_TOKEN_INVALID",
        TokenError::Expired => "AUTH_TOKEN_EXPIRED",
        TokenError::AlreadyAccepted => "AUTH_TOKEN_ALREADY_ACCEPTED",
        TokenError::Excepted => "AUTH_TOKEN_EXCEPTION",
    };
    refuse(400, name)
}

//! Logging in and out (<https://core.telegram.org/api/auth>), and what may be asked before.

mod password;
mod phone;
mod qr;

use grammers_tl_types::{self as tl, Identifiable as _, Serializable as _, functions};

use super::{Answered, Caller, Refusal, account, refuse};
use crate::sim::login::{Desk, Revoked, Standing, digits};
use crate::sim::world::World;

/// What may be asked without being logged in, by the beginnings of the methods' names.
const OPEN: &[&str] = &["auth.", "help.", "langpack."];

/// What has such a name, and is for those who are logged in.
const CLOSED: &[u32] = &[
    functions::auth::AcceptLoginToken::CONSTRUCTOR_ID,
    functions::auth::LogOut::CONSTRUCTOR_ID,
];

/// What may be asked as soon as the password is all that is missing.
const ABOUT_THE_PASSWORD: &[u32] = &[
    functions::account::GetPassword::CONSTRUCTOR_ID,
    functions::auth::CheckPassword::CONSTRUCTOR_ID,
];

/// Refuses what a key may not ask as long as nobody has logged in with it.
pub(super) fn admit(world: &World, caller: &Caller<'_>, id: u32) -> Result<(), Refusal> {
    let standing = world.logins.standing_of(caller.key);
    let may = match standing {
        Standing::LoggedIn => true,
        Standing::AwaitsPassword => is_open(id) || ABOUT_THE_PASSWORD.contains(&id),
        Standing::Unauthorised | Standing::Revoked => is_open(id),
    };
    match standing {
        _ if may => Ok(()),
        Standing::AwaitsPassword => Err(refuse(401, "SESSION_PASSWORD_NEEDED")),
        Standing::Revoked if world.desk.revoked_says == Revoked::SessionRevoked => {
            Err(refuse(401, "SESSION_REVOKED"))
        }
        _ => Err(refuse(401, "AUTH_KEY_UNREGISTERED")),
    }
}

fn is_open(id: u32) -> bool {
    let method = tl::name_for_id(id);
    OPEN.iter().any(|open| method.starts_with(open))
        && !CLOSED.contains(&id)
        && !ABOUT_THE_PASSWORD.contains(&id)
}

/// Answers what is about logging in and out; `None` for everything else.
pub(super) fn dispatch(
    world: &mut World,
    id: u32,
    arguments: &[u8],
    caller: &Caller<'_>,
) -> Option<Answered> {
    Some(match id {
        functions::auth::SendCode::CONSTRUCTOR_ID => phone::send_code(world, caller, arguments),
        functions::auth::ResendCode::CONSTRUCTOR_ID => phone::resend_code(world, caller, arguments),
        functions::auth::CancelCode::CONSTRUCTOR_ID => phone::cancel_code(world, caller, arguments),
        functions::auth::SignIn::CONSTRUCTOR_ID => phone::sign_in(world, caller, arguments),
        functions::auth::ExportLoginToken::CONSTRUCTOR_ID => {
            qr::export_token(world, caller, arguments)
        }
        functions::auth::ImportLoginToken::CONSTRUCTOR_ID => {
            qr::import_token(world, caller, arguments)
        }
        functions::auth::AcceptLoginToken::CONSTRUCTOR_ID => {
            qr::accept_token(world, caller, arguments)
        }
        functions::account::GetPassword::CONSTRUCTOR_ID => Ok(account::get_password(world, caller)),
        functions::auth::CheckPassword::CONSTRUCTOR_ID => {
            password::check_password(world, caller, arguments)
        }
        functions::auth::LogOut::CONSTRUCTOR_ID => Ok(log_out(world, caller)),
        _ => return None,
    })
}

/// Refuses applications that Telegram does not know, and those whose id became public.
fn check_app(desk: &Desk, id: i32, hash: &str) -> Result<(), Refusal> {
    let is_known = desk
        .app
        .as_ref()
        .is_none_or(|app| app.id == id && app.hash == hash);
    match (is_known, desk.app_published) {
        (false, _) => Err(refuse(400, "API_ID_INVALID")),
        (true, true) => Err(refuse(400, "API_ID_PUBLISHED_FLOOD")),
        (true, false) => Ok(()),
    }
}

/// Logs the caller in, or asks for the password first.
fn enter(
    world: &mut World,
    caller: &Caller<'_>,
) -> Result<tl::enums::auth::Authorization, Refusal> {
    if world.desk.password.is_some() {
        let standing = Standing::AwaitsPassword;
        world.logins.set_standing(caller.key, standing);
        return Err(refuse(401, "SESSION_PASSWORD_NEEDED"));
    }
    Ok(welcome(world, caller))
}

/// Logs the caller in.
fn welcome(world: &mut World, caller: &Caller<'_>) -> tl::enums::auth::Authorization {
    world.logins.set_standing(caller.key, Standing::LoggedIn);
    world.logins.clear(caller.key);
    let user = match world.users.get_mut(&world.me) {
        Some(user) => {
            user.phone = digits(&world.desk.phone);
            user.clone().into()
        }
        None => tl::types::UserEmpty { id: world.me }.into(),
    };
    tl::types::auth::Authorization {
        setup_password_required: false,
        otherwise_relogin_days: None,
        tmp_sessions: None,
        future_auth_token: None,
        user,
    }
    .into()
}

fn log_out(world: &mut World, caller: &Caller<'_>) -> Vec<u8> {
    let logins = &mut world.logins;
    logins.set_standing(caller.key, Standing::Unauthorised);
    let future_auth_token = world.desk.gives_logout_tokens.then(|| {
        let token = rand::random::<[u8; 32]>().to_vec();
        logins.logout_tokens.push(token.clone());
        token
    });
    tl::enums::auth::LoggedOut::from(tl::types::auth::LoggedOut { future_auth_token }).to_bytes()
}

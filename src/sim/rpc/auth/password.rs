//! The second step of a login: the password, checked without being told (<https://core.telegram.org/api/srp>).

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::welcome;
use crate::sim::login::Password;
use crate::sim::login::srp::Proof;
use crate::sim::rpc::{Answered, Caller, read, refuse};
use crate::sim::world::World;

pub(super) fn check_password(world: &mut World, caller: &Caller<'_>, arguments: &[u8]) -> Answered {
    let request: functions::auth::CheckPassword = read(arguments)?;
    let answer = match request.password {
        tl::enums::InputCheckPasswordSrp::Srp(answer) => answer,
        tl::enums::InputCheckPasswordSrp::InputCheckPasswordEmpty => {
            return match world.desk.password {
                Some(_) => Err(refuse(400, "PASSWORD_HASH_INVALID")),
                None => Ok(welcome(world, caller).to_bytes()),
            };
        }
    };
    let (asked_for, challenge) = world
        .logins
        .take_challenge(caller.key, answer.srp_id)
        .ok_or_else(|| refuse(400, "SRP_ID_INVALID"))?;
    let is_still_it = |password: &Password| password.words == asked_for.words;
    if !world.desk.password.as_ref().is_some_and(is_still_it) {
        return Err(refuse(400, "SRP_PASSWORD_CHANGED"));
    }
    match challenge.weigh(&answer.a, &answer.m1) {
        Proof::Right => Ok(welcome(world, caller).to_bytes()),
        Proof::Wrong => {
            if !world.desk.questions_serve_once {
                world
                    .logins
                    .put_challenge_back(caller.key, (asked_for, challenge));
            }
            Err(refuse(400, "PASSWORD_HASH_INVALID"))
        }
        Proof::BadNumber => Err(refuse(400, "SRP_A_INVALID")),
    }
}

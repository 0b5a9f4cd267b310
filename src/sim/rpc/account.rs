//! The password of the account, for those who are asked for it.

use grammers_tl_types::{self as tl, Serializable as _};

use super::Caller;
use crate::sim::login::srp::{GENERATOR, PRIME};
use crate::sim::world::World;

/// Tells how the password is checked, by a question that is new each time.
pub(super) fn get_password(world: &mut World, caller: &Caller<'_>) -> Vec<u8> {
    let password = world.desk.password.clone();
    let mut answer = tl::types::account::Password {
        has_recovery: false,
        has_secure_values: false,
        has_password: password.is_some(),
        current_algo: None,
        srp_b: None,
        srp_id: None,
        hint: None,
        email_unconfirmed_pattern: None,
        new_algo: algorithm(
            rand::random::<[u8; 8]>().to_vec(),
            rand::random::<[u8; 16]>().to_vec(),
        ),
        new_secure_algo: tl::types::SecurePasswordKdfAlgoPbkdf2Hmacsha512iter100000 {
            salt: rand::random::<[u8; 8]>().to_vec(),
        }
        .into(),
        secure_random: [rand::random::<[u8; 32]>(); 8].concat(),
        pending_reset_date: None,
        login_email_pattern: None,
    };
    if let Some(password) = password {
        let challenge = world.logins.challenge(caller.key, &password);
        answer.current_algo = Some(match password.unknown_algorithm {
            true => tl::enums::PasswordKdfAlgo::Unknown,
            false => algorithm(
                challenge.verifier.salt1.clone(),
                challenge.verifier.salt2.clone(),
            ),
        });
        answer.srp_b = Some(challenge.public.to_vec());
        answer.srp_id = Some(challenge.id);
        answer.hint = password.hint;
    }
    tl::enums::account::Password::from(answer).to_bytes()
}

fn algorithm(salt1: Vec<u8>, salt2: Vec<u8>) -> tl::enums::PasswordKdfAlgo {
    tl::types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow {
        salt1,
        salt2,
        g: GENERATOR,
        p: PRIME.to_vec(),
    }
    .into()
}

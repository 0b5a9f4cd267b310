//! Somebody who asks with one key over one connection, and hears refusals as their code and their words.

use std::time::Duration;

use grammers_client::tl::{
    Deserializable as _, Identifiable as _, RemoteCall, enums, functions, types,
};
use grammers_crypto::two_factor_auth::calculate_2fa;
use telegram_history_mcp::sim::login::{Desk, Entrance, Password, Standing};
use telegram_history_mcp::sim::{Sim, World};

use crate::wire::{Message, Wire, answer_of, plainly};

pub(super) type Asked<T> = Result<T, String>;

/// The data centre where the accounts of these tests live, unless they say otherwise.
pub(super) const HOME: u8 = 2;
/// The other one.
pub(super) const ELSEWHERE: u8 = 4;

pub(super) async fn start(desk: Desk) -> Sim {
    let world = plainly(World::empty(7));
    Sim::start_with_login(world, desk).await.unwrap()
}

/// An account in [`HOME`], without a password.
pub(super) async fn usual() -> Sim {
    start(Desk::default()).await
}

/// The same with this password.
pub(super) async fn guarded(words: &str) -> Sim {
    start(Desk {
        password: Some(Password::new(words)),
        ..Desk::default()
    })
    .await
}

/// The same, in the other data centre.
pub(super) async fn abroad(password: Option<&str>) -> Sim {
    start(Desk {
        home_dc: ELSEWHERE,
        password: password.map(Password::new),
        ..Desk::default()
    })
    .await
}

pub(super) struct Caller {
    pub(super) wire: Wire,
    pub(super) auth_key: [u8; 256],
}

impl Caller {
    /// Somebody who comes to this data centre for the first time.
    pub(super) async fn at(sim: &Sim, dc_id: u8) -> Self {
        let mut entrances = sim.entrances().into_iter();
        let entrance = entrances.find(|entrance| entrance.dc_id == dc_id).unwrap();
        Self::by(sim, &entrance).await
    }

    pub(super) async fn by(sim: &Sim, entrance: &Entrance) -> Self {
        Self {
            wire: Wire::to(sim, entrance.address, entrance.auth_key).await,
            auth_key: entrance.auth_key,
        }
    }

    /// Another device of the account, which is logged in.
    pub(super) async fn of_account(sim: &Sim) -> Self {
        Self {
            wire: Wire::connect(sim).await,
            auth_key: sim.auth_key(),
        }
    }

    /// Somebody who has logged in by a code.
    pub(super) async fn logged_in(sim: &Sim) -> Self {
        let dc_id = sim.world().desk.home_dc;
        let mut caller = Self::at(sim, dc_id).await;
        caller.log_in(sim).await.unwrap();
        caller
    }

    pub(super) async fn ask<R: RemoteCall>(&mut self, request: &R) -> Asked<R::Return> {
        let asked = self.wire.ask(request).await;
        let answer = loop {
            let message = self.wire.message().await;
            if !is_announcement(&message) {
                break answer_of(&message, asked);
            }
        };
        match enums::RpcError::from_bytes(&answer) {
            Ok(enums::RpcError::Error(error)) => {
                Err(format!("{} {}", error.error_code, error.error_message))
            }
            Err(_) => Ok(R::Return::from_bytes(&answer).unwrap()),
        }
    }

    pub(super) async fn whoami(&mut self) -> Asked<types::User> {
        let id = vec![enums::InputUser::UserSelf];
        let users = self.ask(&functions::users::GetUsers { id }).await?;
        match users.into_iter().next() {
            Some(enums::User::User(user)) => Ok(user),
            other => panic!("{other:?}"),
        }
    }

    /// The whole way by a code.
    pub(super) async fn log_in(&mut self, sim: &Sim) -> Asked<i64> {
        let hash = self.code_hash(&phone(sim)).await;
        self.sign_in(&phone(sim), &hash, &code(sim)).await
    }

    /// The hash of a code that was sent.
    pub(super) async fn code_hash(&mut self, phone: &str) -> String {
        hash_of(&self.ask(&send_code(phone)).await.unwrap())
    }

    pub(super) async fn sign_in(&mut self, phone: &str, hash: &str, code: &str) -> Asked<i64> {
        let request = functions::auth::SignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: hash.to_owned(),
            phone_code: Some(code.to_owned()),
            email_verification: None,
        };
        self.ask(&request).await.map(user_of)
    }

    pub(super) async fn export(&mut self) -> Asked<enums::auth::LoginToken> {
        self.ask(&export()).await
    }

    /// A token to show.
    pub(super) async fn token(&mut self) -> Vec<u8> {
        match self.export().await.unwrap() {
            enums::auth::LoginToken::Token(token) => token.token,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn import(&mut self, token: &[u8]) -> Asked<enums::auth::LoginToken> {
        let token = token.to_vec();
        self.ask(&functions::auth::ImportLoginToken { token }).await
    }

    /// Hears that a token was accepted, which must come next.
    pub(super) async fn told(&mut self) -> Message {
        let message = self.wire.message().await;
        match enums::Updates::from_bytes(&message.body).unwrap() {
            enums::Updates::UpdateShort(short) => {
                assert_eq!(short.update, enums::Update::LoginToken);
            }
            other => panic!("{other:?}"),
        }
        message
    }

    pub(super) async fn password(&mut self) -> Asked<types::account::Password> {
        let enums::account::Password::Password(password) =
            self.ask(&functions::account::GetPassword {}).await?;
        Ok(password)
    }

    /// Answers what was asked about the password with these words.
    pub(super) async fn check(
        &mut self,
        asked: &types::account::Password,
        words: &str,
    ) -> Asked<i64> {
        self.answer(proof(asked, words)).await
    }

    pub(super) async fn answer(
        &mut self,
        password: impl Into<enums::InputCheckPasswordSrp>,
    ) -> Asked<i64> {
        let password = password.into();
        let request = functions::auth::CheckPassword { password };
        self.ask(&request).await.map(user_of)
    }
}

/// What grammers makes of these words.
pub(super) fn proof(asked: &types::account::Password, words: &str) -> types::InputCheckPasswordSrp {
    let Some(enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(algorithm)) =
        &asked.current_algo
    else {
        panic!("{:?}", asked.current_algo);
    };
    let (m1, a) = calculate_2fa(
        &algorithm.salt1,
        &algorithm.salt2,
        &algorithm.p,
        &algorithm.g,
        asked.srp_b.clone().unwrap(),
        vec![9; 256],
        words,
    );
    types::InputCheckPasswordSrp {
        srp_id: asked.srp_id.unwrap(),
        a: a.to_vec(),
        m1: m1.to_vec(),
    }
}

pub(super) fn phone(sim: &Sim) -> String {
    sim.world().desk.phone.clone()
}

pub(super) fn code(sim: &Sim) -> String {
    sim.world().desk.code.clone()
}

pub(super) fn standing(sim: &Sim, caller: &Caller) -> Standing {
    sim.world().logins.standing(&caller.auth_key)
}

/// Lets the world's time go on.
pub(super) fn pass(sim: &Sim, time: Duration) {
    sim.world().clock_offset += i64::try_from(time.as_secs()).unwrap();
}

pub(super) fn send_code(phone: &str) -> functions::auth::SendCode {
    functions::auth::SendCode {
        phone_number: phone.to_owned(),
        api_id: 1,
        api_hash: "0".repeat(32),
        settings: types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: false,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        }
        .into(),
    }
}

pub(super) fn export() -> functions::auth::ExportLoginToken {
    functions::auth::ExportLoginToken {
        api_id: 1,
        api_hash: "0".repeat(32),
        except_ids: Vec::new(),
    }
}

pub(super) fn hash_of(sent: &enums::auth::SentCode) -> String {
    match sent {
        enums::auth::SentCode::Code(sent) => sent.phone_code_hash.clone(),
        other => panic!("{other:?}"),
    }
}

/// Who was logged in.
pub(super) fn user_of(authorization: enums::auth::Authorization) -> i64 {
    match authorization {
        enums::auth::Authorization::Authorization(authorization) => authorization.user.id(),
        other => panic!("{other:?}"),
    }
}

/// The same for a login by QR code.
pub(super) fn success_of(answer: enums::auth::LoginToken) -> i64 {
    match answer {
        enums::auth::LoginToken::Success(success) => user_of(success.authorization),
        other => panic!("{other:?}"),
    }
}

fn is_announcement(message: &Message) -> bool {
    let created = types::NewSessionCreated::CONSTRUCTOR_ID.to_le_bytes();
    message.body.starts_with(&created)
}

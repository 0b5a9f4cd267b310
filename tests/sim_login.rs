//! Logging in to the embedded Telegram, seen from the wire: what it answers, and what it refuses with which words.

use grammers_client::tl::{
    Deserializable as _, Identifiable as _, RemoteCall, enums, functions, types,
};
use telegram_history_mcp::sim::login::{Desk, Entrance, Standing};
use telegram_history_mcp::sim::{Sim, World};

use crate::wire::{Message, Wire, answer_of, plainly};

/// One connection with one key.
struct Caller {
    wire: Wire,
    auth_key: [u8; 256],
}

type Asked<T> = Result<T, String>;

async fn start(desk: Desk) -> Sim {
    let world = plainly(World::empty(7));
    Sim::start_with_login(world, desk).await.unwrap()
}

impl Caller {
    /// Somebody who comes to this data centre for the first time.
    async fn at(sim: &Sim, dc_id: u8) -> Self {
        let entrances = sim.entrances();
        let entrance = entrances.into_iter().find(|it| it.dc_id == dc_id).unwrap();
        Self::by(sim, &entrance).await
    }

    async fn by(sim: &Sim, entrance: &Entrance) -> Self {
        Self {
            wire: Wire::to(sim, entrance.address, entrance.auth_key).await,
            auth_key: entrance.auth_key,
        }
    }

    /// The answer; a refusal as its code and its words.
    async fn ask<R: RemoteCall>(&mut self, request: &R) -> Asked<R::Return> {
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
            _ => Ok(R::Return::from_bytes(&answer).unwrap()),
        }
    }

    async fn whoami(&mut self) -> Asked<types::User> {
        let id = vec![enums::InputUser::UserSelf];
        let users = self.ask(&functions::users::GetUsers { id }).await?;
        match users.into_iter().next() {
            Some(enums::User::User(user)) => Ok(user),
            other => panic!("{other:?}"),
        }
    }

    async fn send_code(&mut self, phone: &str) -> Asked<enums::auth::SentCode> {
        self.ask(&send_code(phone)).await
    }

    /// The hash of a code that was sent.
    async fn code_hash(&mut self, phone: &str) -> String {
        match self.send_code(phone).await.unwrap() {
            enums::auth::SentCode::Code(sent) => sent.phone_code_hash,
            other => panic!("{other:?}"),
        }
    }

    async fn sign_in(
        &mut self,
        phone: &str,
        hash: &str,
        code: &str,
    ) -> Asked<enums::auth::Authorization> {
        self.ask(&functions::auth::SignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: hash.to_owned(),
            phone_code: Some(code.to_owned()),
            email_verification: None,
        })
        .await
    }
}

fn is_announcement(message: &Message) -> bool {
    message
        .body
        .starts_with(&types::NewSessionCreated::CONSTRUCTOR_ID.to_le_bytes())
}

fn send_code(phone: &str) -> functions::auth::SendCode {
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

fn user_of(authorization: enums::auth::Authorization) -> i64 {
    match authorization {
        enums::auth::Authorization::Authorization(authorization) => authorization.user.id(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_phone_logs_a_key_in() {
    let sim = start(Desk::default()).await;
    let (phone, code) = {
        let world = sim.world();
        (world.desk.phone.clone(), world.desk.code.clone())
    };
    let mut caller = Caller::at(&sim, sim.dc_id()).await;
    assert_eq!(
        caller.whoami().await.unwrap_err(),
        "401 AUTH_KEY_UNREGISTERED"
    );
    let hash = caller.code_hash(&phone).await;
    let authorization = caller.sign_in(&phone, &hash, &code).await.unwrap();
    let me = sim.world().me;
    assert_eq!(user_of(authorization), me);
    assert_eq!(caller.whoami().await.unwrap().id, me);
    let standing = sim.world().desk.standing(&caller.auth_key);
    assert_eq!(standing, Standing::LoggedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qr_code_that_is_scanned_logs_a_key_in() {
    let sim = start(Desk::default()).await;
    let mut caller = Caller::at(&sim, sim.dc_id()).await;
    let export = functions::auth::ExportLoginToken {
        api_id: 1,
        api_hash: "0".repeat(32),
        except_ids: Vec::new(),
    };
    let enums::auth::LoginToken::Token(shown) = caller.ask(&export).await.unwrap() else {
        panic!("a token");
    };
    assert!((1..=30).contains(&(shown.expires - sim.world().now())));
    assert!(sim.world().scan());
    let told = caller.wire.message().await;
    let enums::Updates::UpdateShort(told_of) = enums::Updates::from_bytes(&told.body).unwrap()
    else {
        panic!("{told:?}");
    };
    assert_eq!(told_of.update, enums::Update::LoginToken);
    assert_eq!(
        (told.msg_id % 4, told.session_id),
        (3, caller.wire.session_id)
    );
    let enums::auth::LoginToken::Success(success) = caller.ask(&export).await.unwrap() else {
        panic!("a login");
    };
    assert_eq!(user_of(success.authorization), sim.world().me);
    caller.whoami().await.unwrap();
}

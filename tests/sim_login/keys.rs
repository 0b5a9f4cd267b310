//! Which key may ask for what, and where.

use std::collections::BTreeSet;

use grammers_client::tl::{RemoteCall, Serializable as _, enums, functions};
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::login::{Desk, Password, Revoked, Standing};
use telegram_history_mcp::sim::{Sim, World};

use super::caller::{Caller, ELSEWHERE, HOME, abroad, export, send_code, standing, start, usual};
use crate::wire::{Seen, Wire};

const UNREGISTERED: &str = "401 AUTH_KEY_UNREGISTERED";

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_says_where_the_data_centres_are() {
    let sim = usual().await;
    for dc_id in [HOME, ELSEWHERE] {
        let mut caller = Caller::at(&sim, dc_id).await;
        let enums::Config::Config(config) =
            caller.ask(&functions::help::GetConfig {}).await.unwrap();
        assert_eq!(config.this_dc, i32::from(dc_id));
        let listed = config.dc_options.into_iter().map(|option| {
            let enums::DcOption::Option(option) = option;
            (option.id, format!("{}:{}", option.ip_address, option.port))
        });
        let data_centres = sim.data_centres().iter();
        let expected = data_centres.map(|it| (i32::from(it.id), it.address.to_string()));
        assert_eq!(listed.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        let enums::NearestDc::Dc(nearest) =
            caller.ask(&functions::help::GetNearestDc {}).await.unwrap();
        assert_eq!(nearest.this_dc, i32::from(dc_id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_account_is_told_before_the_login() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let id = vec![enums::InputUser::UserSelf];
    let refusals = [
        caller.ask(&functions::users::GetUsers { id }).await.err(),
        caller.ask(&functions::updates::GetState {}).await.err(),
        caller.ask(&functions::account::GetPassword {}).await.err(),
        caller.ask(&functions::auth::LogOut {}).await.err(),
        // Nor what nobody here would answer.
        caller
            .ask(&functions::account::GetAuthorizations {})
            .await
            .err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.as_deref(), Some(UNREGISTERED));
    }
    caller.ask(&functions::help::GetConfig {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_known_to_one_data_centre() {
    let sim = usual().await;
    let entrances = sim.entrances();
    let mut wire = Wire::to(&sim, entrances[0].address, entrances[1].auth_key).await;
    wire.ask(&functions::help::GetConfig {}).await;
    assert_eq!(wire.next().await, Seen::Status(-404));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_keeps_its_first_key() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.ask(&functions::help::GetConfig {}).await.unwrap();
    let other = sim.entrances()[0].auth_key;
    caller.wire.change_key(other);
    caller.wire.ask(&functions::help::GetConfig {}).await;
    assert_eq!(caller.wire.next().await, Seen::Status(-404));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_destroyed_is_known_no_more() {
    let sim = usual().await;
    let mut caller = Caller::logged_in(&sim).await;
    caller.wire.ask(&functions::DestroyAuthKey {}).await;
    let said = caller.wire.message().await.body;
    let destroyed = enums::DestroyAuthKeyRes::DestroyAuthKeyOk;
    assert_eq!(said, destroyed.to_bytes());
    assert_eq!(standing(&sim, &caller), Standing::Unauthorised);
    caller.wire.ask(&functions::help::GetConfig {}).await;
    assert_eq!(caller.wire.next().await, Seen::Status(-404));
}

#[tokio::test(flavor = "multi_thread")]
async fn entrances_are_new_each_time_and_the_same_in_the_same_world() {
    let (one, other) = (usual().await, usual().await);
    let keys = |sim: &Sim| {
        let entrances = [sim.entrances(), sim.entrances()].concat();
        entrances.into_iter().map(|it| it.auth_key)
    };
    let first: Vec<_> = keys(&one).chain([one.auth_key()]).collect();
    let again: Vec<_> = keys(&other).chain([other.auth_key()]).collect();
    assert_eq!(first, again);
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_a_session_and_no_other() {
    let sim = usual().await;
    let mut caller = Caller::logged_in(&sim).await;
    let mut device = Caller::of_account(&sim).await;
    let out = functions::auth::LogOut {};
    let enums::auth::LoggedOut::Out(answer) = caller.ask(&out).await.unwrap();
    assert_eq!(answer.future_auth_token, None);
    assert_eq!(caller.whoami().await.unwrap_err(), UNREGISTERED);
    assert_eq!(caller.ask(&out).await.unwrap_err(), UNREGISTERED);
    device.whoami().await.unwrap();
    caller.log_in(&sim).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_another_device_ends_is_told_so() {
    let sim = usual().await;
    for (says, expected) in [
        (Revoked::SessionRevoked, "401 SESSION_REVOKED"),
        (Revoked::Unregistered, UNREGISTERED),
    ] {
        sim.world().desk.revoked_says = says;
        let mut caller = Caller::logged_in(&sim).await;
        sim.world().logins.revoke(&caller.auth_key);
        assert_eq!(standing(&sim, &caller), Standing::Revoked);
        assert_eq!(caller.whoami().await.unwrap_err(), expected);
        let out = caller.ask(&functions::auth::LogOut {}).await;
        assert_eq!(out.unwrap_err(), expected);
        caller.log_in(&sim).await.unwrap();
        caller.whoami().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_own_device_is_where_the_account_lives() {
    let sim = abroad(None).await;
    assert_eq!(sim.dc_id(), ELSEWHERE);
    let mut device = Caller::of_account(&sim).await;
    device.whoami().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_cannot_live_where_nobody_listens() {
    let desk = Desk {
        home_dc: 5,
        ..Desk::default()
    };
    let failed = Sim::start_with_login(World::empty(1), desk).await.err();
    let error = failed.unwrap().to_string();
    assert!(error.contains("data centre"), "{error}");
}

async fn refusal<R: RemoteCall>(caller: &mut Caller, request: &R) -> String {
    match caller.ask(request).await {
        Err(refusal) => refusal,
        Ok(_) => "answered".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_of_it_can_be_answered_with_any_error() {
    let sim = start(Desk::default()).await;
    let restart = FaultKind::Error(500, "AUTH_RESTART".to_owned());
    sim.world().faults.rules = vec![
        Fault::next(
            "auth.sendCode",
            1,
            FaultKind::Error(420, "FLOOD_WAIT_77".to_owned()),
        ),
        Fault::always("any", restart),
    ];
    let mut caller = Caller::at(&sim, HOME).await;
    let sent = refusal(&mut caller, &send_code("0")).await;
    assert_eq!(sent, "420 FLOOD_WAIT_77");
    let (phone_number, phone_code_hash) = (String::new(), String::new());
    let token = vec![];
    let refusals = [
        refusal(&mut caller, &send_code("0")).await,
        refusal(
            &mut caller,
            &functions::auth::ResendCode {
                phone_number: phone_number.clone(),
                phone_code_hash: phone_code_hash.clone(),
                reason: None,
            },
        )
        .await,
        refusal(
            &mut caller,
            &functions::auth::CancelCode {
                phone_number: phone_number.clone(),
                phone_code_hash: phone_code_hash.clone(),
            },
        )
        .await,
        refusal(
            &mut caller,
            &functions::auth::SignIn {
                phone_number,
                phone_code_hash,
                phone_code: None,
                email_verification: None,
            },
        )
        .await,
        refusal(&mut caller, &functions::account::GetPassword {}).await,
        refusal(
            &mut caller,
            &functions::auth::CheckPassword {
                password: enums::InputCheckPasswordSrp::InputCheckPasswordEmpty,
            },
        )
        .await,
        refusal(&mut caller, &export()).await,
        refusal(
            &mut caller,
            &functions::auth::ImportLoginToken {
                token: token.clone(),
            },
        )
        .await,
        refusal(&mut caller, &functions::auth::AcceptLoginToken { token }).await,
        refusal(&mut caller, &functions::auth::LogOut {}).await,
    ];
    for refusal in refusals {
        assert_eq!(refusal, "500 AUTH_RESTART");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_secret_is_not_shown() {
    let sim = usual().await;
    let entrance = sim.entrances().remove(0);
    let shown = format!("{entrance:?}");
    assert!(
        shown.contains("dc_id: 2") && !shown.contains("auth_key"),
        "{shown}"
    );
    let shown = format!("{:?}", Password::new("staple"));
    assert!(!shown.contains("staple"), "{shown}");
}

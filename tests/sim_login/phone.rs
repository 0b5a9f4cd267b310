//! A code that is sent to the phone.

use std::time::Duration;

use grammers_client::tl::{enums, functions, types};
use telegram_history_mcp::sim::Sim;
use telegram_history_mcp::sim::login::{App, Password, Repute, Sending, Standing, Strangers, Way};

use super::caller::{
    Asked, Caller, ELSEWHERE, HOME, abroad, code, hash_of, pass, phone, send_code, standing, usual,
};

const STRANGER: &str = "+49 30 23125 999";

async fn resend(caller: &mut Caller, phone: &str, hash: &str) -> Asked<enums::auth::SentCode> {
    let request = functions::auth::ResendCode {
        phone_number: phone.to_owned(),
        phone_code_hash: hash.to_owned(),
        reason: None,
    };
    caller.ask(&request).await
}

async fn sent(caller: &mut Caller, sim: &Sim) -> types::auth::SentCode {
    match caller.ask(&send_code(&phone(sim))).await.unwrap() {
        enums::auth::SentCode::Code(sent) => sent,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_logs_a_key_in_and_no_other() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let mut other = Caller::at(&sim, HOME).await;
    let unregistered = "401 AUTH_KEY_UNREGISTERED";
    assert_eq!(caller.whoami().await.unwrap_err(), unregistered);
    let me = sim.world().me;
    assert_eq!(caller.log_in(&sim).await, Ok(me));
    assert_eq!(standing(&sim, &caller), Standing::LoggedIn);
    let user = caller.whoami().await.unwrap();
    assert!(user.is_self);
    assert_eq!(user.phone.as_deref(), Some("493023125007"));
    let request = functions::users::GetFullUser {
        id: enums::InputUser::UserSelf,
    };
    let enums::users::UserFull::Full(full) = caller.ask(&request).await.unwrap();
    assert_eq!(full.users, [enums::User::User(user)]);
    assert_eq!(other.whoami().await.unwrap_err(), unregistered);
    assert_eq!(standing(&sim, &other), Standing::Unauthorised);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_may_be_written_in_any_way() {
    let sim = usual().await;
    for written in ["493023125007", "+49 (30) 23125-007"] {
        let mut caller = Caller::at(&sim, HOME).await;
        let hash = caller.code_hash(written).await;
        let code = code(&sim);
        caller.sign_in(&phone(&sim), &hash, &code).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_refused_by_what_is_wrong_with_it() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let (phone, code) = (phone(&sim), code(&sim));
    let hash = caller.code_hash(&phone).await;
    for (phone, hash, code, expected) in [
        (&*phone, &*hash, "11111", "400 PHONE_CODE_INVALID"),
        (&phone, &hash, "", "400 PHONE_CODE_EMPTY"),
        (&phone, "", &code, "400 PHONE_CODE_HASH_EMPTY"),
        (&phone, "0", &code, "400 PHONE_CODE_EXPIRED"),
        (STRANGER, &hash, &code, "400 PHONE_CODE_EXPIRED"),
        ("none", &hash, &code, "406 PHONE_NUMBER_INVALID"),
    ] {
        let refused = caller.sign_in(phone, hash, code).await;
        assert_eq!(refused.unwrap_err(), expected);
    }
    // None of it costs the code.
    caller.sign_in(&phone, &hash, &code).await.unwrap();
    let again = caller.sign_in(&phone, &hash, &code).await;
    assert_eq!(again.unwrap_err(), "400 PHONE_CODE_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_a_while_and_for_who_asked() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let mut other = Caller::at(&sim, HOME).await;
    let (phone, code) = (phone(&sim), code(&sim));
    let hash = caller.code_hash(&phone).await;
    let expired = "400 PHONE_CODE_EXPIRED";
    let foreign = other.sign_in(&phone, &hash, &code).await;
    assert_eq!(foreign.unwrap_err(), expired);
    sim.world().desk.code_life = Duration::from_secs(60);
    let shorter = caller.code_hash(&phone).await;
    let replaced = caller.sign_in(&phone, &hash, &code).await;
    assert_eq!(replaced.unwrap_err(), expired);
    pass(&sim, Duration::from_secs(60));
    let late = caller.sign_in(&phone, &shorter, &code).await;
    assert_eq!(late.unwrap_err(), expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_code_is_no_more() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let phone_number = phone(&sim);
    let phone_code_hash = caller.code_hash(&phone_number).await;
    let cancel = functions::auth::CancelCode {
        phone_number: phone_number.clone(),
        phone_code_hash: phone_code_hash.clone(),
    };
    assert_eq!(caller.ask(&cancel).await, Ok(true));
    let expired = Err("400 PHONE_CODE_EXPIRED".to_owned());
    assert_eq!(caller.ask(&cancel).await, expired);
    let code = code(&sim);
    let late = caller.sign_in(&phone_number, &phone_code_hash, &code).await;
    assert_eq!(late.unwrap_err(), "400 PHONE_CODE_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_takes_one_way_after_the_other() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let first = sent(&mut caller, &sim).await;
    let app = types::auth::SentCodeTypeApp { length: 5 };
    assert_eq!(first.r#type, app.into());
    assert_eq!(first.next_type, Some(enums::auth::CodeType::Sms));
    assert_eq!(first.timeout, Some(60));
    let (phone, hash) = (phone(&sim), first.phone_code_hash);
    let second = resend(&mut caller, &phone, &hash).await.unwrap();
    let expected = types::auth::SentCode {
        r#type: types::auth::SentCodeTypeSms { length: 5 }.into(),
        phone_code_hash: hash.clone(),
        next_type: Some(enums::auth::CodeType::Call),
        timeout: Some(60),
    };
    assert_eq!(second, expected.into());
    let third = resend(&mut caller, &phone, &hash).await.unwrap();
    let expected = types::auth::SentCode {
        r#type: types::auth::SentCodeTypeCall { length: 5 }.into(),
        phone_code_hash: hash.clone(),
        next_type: None,
        timeout: None,
    };
    assert_eq!(third, expected.into());
    let all = resend(&mut caller, &phone, &hash).await;
    assert_eq!(all.unwrap_err(), "406 SEND_CODE_UNAVAILABLE");
    let none = resend(&mut caller, &phone, "").await;
    assert_eq!(none.unwrap_err(), "400 PHONE_CODE_HASH_EMPTY");
    let unknown = resend(&mut caller, &phone, "0").await;
    assert_eq!(unknown.unwrap_err(), "400 PHONE_CODE_EXPIRED");
    caller.sign_in(&phone, &hash, &code(&sim)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_a_code_is_said_in_its_own_words() {
    use enums::auth::SentCodeType as Type;
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    for (way, is_said) in [
        (
            Way::App,
            (|said| matches!(said, Type::App(_))) as fn(&Type) -> bool,
        ),
        (Way::Sms, |said| matches!(said, Type::Sms(_))),
        (Way::Call, |said| matches!(said, Type::Call(_))),
        (Way::FlashCall, |said| matches!(said, Type::FlashCall(_))),
        (Way::MissedCall, |said| matches!(said, Type::MissedCall(_))),
        (Way::Fragment, |said| matches!(said, Type::FragmentSms(_))),
        (Way::Email, |said| matches!(said, Type::EmailCode(_))),
        (Way::EmailSetup, |said| {
            matches!(said, Type::SetUpEmailRequired(_))
        }),
        (Way::Firebase, |said| matches!(said, Type::FirebaseSms(_))),
        (Way::SmsWord, |said| matches!(said, Type::SmsWord(_))),
        (Way::SmsPhrase, |said| matches!(said, Type::SmsPhrase(_))),
    ] {
        sim.world().desk.ways = vec![way];
        let sent = sent(&mut caller, &sim).await;
        assert!(is_said(&sent.r#type), "{way:?}: {:?}", sent.r#type);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_email_is_typed_as_one() {
    let sim = usual().await;
    sim.world().desk.ways = vec![Way::Email];
    let mut caller = Caller::at(&sim, HOME).await;
    let phone_number = phone(&sim);
    let request = functions::auth::SignIn {
        phone_code_hash: caller.code_hash(&phone_number).await,
        phone_number,
        phone_code: None,
        email_verification: Some(types::EmailVerificationCode { code: code(&sim) }.into()),
    };
    caller.ask(&request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_refused_by_what_is_wrong_with_it() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    for wrong in ["", "12345", "+49 30 no number", "1234567890123456"] {
        let refused = caller.ask(&send_code(wrong)).await;
        assert_eq!(refused.unwrap_err(), "406 PHONE_NUMBER_INVALID");
    }
    for (repute, expected) in [
        (Repute::Banned, "400 PHONE_NUMBER_BANNED"),
        (Repute::TooManyCodes, "400 PHONE_NUMBER_FLOOD"),
        (Repute::TooManyAttempts, "406 PHONE_PASSWORD_FLOOD"),
    ] {
        sim.world().desk.repute = repute;
        let refused = caller.ask(&send_code(&phone(&sim))).await;
        assert_eq!(refused.unwrap_err(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_an_account_may_come_to_three_ends() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let code = code(&sim);
    let hash = caller.code_hash(STRANGER).await;
    let request = functions::auth::SignIn {
        phone_number: STRANGER.to_owned(),
        phone_code_hash: hash.clone(),
        phone_code: Some(code.clone()),
        email_verification: None,
    };
    let answer = caller.ask(&request).await.unwrap();
    let is_sign_up = matches!(answer, enums::auth::Authorization::SignUpRequired(_));
    assert!(is_sign_up, "{answer:?}");
    sim.world().desk.strangers = Strangers::Unoccupied;
    let unoccupied = caller.sign_in(STRANGER, &hash, &code).await;
    assert_eq!(unoccupied.unwrap_err(), "400 PHONE_NUMBER_UNOCCUPIED");
    sim.world().desk.strangers = Strangers::Forbidden;
    let forbidden = caller.ask(&send_code(STRANGER)).await.unwrap_err();
    assert_eq!(forbidden, "400 PHONE_NUMBER_APP_SIGNUP_FORBIDDEN");
    assert_eq!(standing(&sim, &caller), Standing::Unauthorised);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_sent_to_where_the_account_lives() {
    let sim = abroad(None).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let phone = phone(&sim);
    let moved = "303 PHONE_MIGRATE_4";
    let refused = caller.ask(&send_code(&phone)).await;
    assert_eq!(refused.unwrap_err(), moved);
    let refused = caller.sign_in(&phone, "0", "0").await;
    assert_eq!(refused.unwrap_err(), moved);
    let refused = resend(&mut caller, &phone, "0").await;
    assert_eq!(refused.unwrap_err(), moved);
    let mut there = Caller::at(&sim, ELSEWHERE).await;
    there.log_in(&sim).await.unwrap();
    there.whoami().await.unwrap();
    assert_eq!(standing(&sim, &caller), Standing::Unauthorised);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_refused_by_what_is_wrong_with_it() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    for (id, hash, published, expected) in [
        (1, "0".repeat(32), false, None),
        (2, "0".repeat(32), false, Some("400 API_ID_INVALID")),
        (1, "1".repeat(32), false, Some("400 API_ID_INVALID")),
        (1, "0".repeat(32), true, Some("400 API_ID_PUBLISHED_FLOOD")),
    ] {
        sim.world().desk.app = Some(App { id, hash });
        sim.world().desk.app_published = published;
        let by_phone = caller.ask(&send_code(&phone(&sim))).await.err();
        assert_eq!(by_phone.as_deref(), expected);
        let by_qr_code = caller.export().await.err();
        assert_eq!(by_qr_code.as_deref(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_may_not_be_needed_or_have_a_price() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    sim.world().desk.sending = Sending::AfterPayment;
    let answer = caller.ask(&send_code(&phone(&sim))).await.unwrap();
    let enums::auth::SentCode::PaymentRequired(price) = answer else {
        panic!("{answer:?}");
    };
    assert!(!price.phone_code_hash.is_empty());
    sim.world().desk.sending = Sending::Nothing;
    let answer = caller.ask(&send_code(&phone(&sim))).await.unwrap();
    assert!(matches!(answer, enums::auth::SentCode::Success(_)));
    caller.whoami().await.unwrap();
    // That goes for the account's own number.
    caller.code_hash(STRANGER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logged_out_with_a_token_needs_no_code_the_next_time() {
    let sim = usual().await;
    sim.world().desk.gives_logout_tokens = true;
    let mut caller = Caller::logged_in(&sim).await;
    let enums::auth::LoggedOut::Out(out) = caller.ask(&functions::auth::LogOut {}).await.unwrap();
    let token = out.future_auth_token.unwrap();
    assert_eq!(standing(&sim, &caller), Standing::Unauthorised);
    let mut request = send_code(&phone(&sim));
    let enums::CodeSettings::Settings(settings) = &mut request.settings;
    settings.logout_tokens = Some(vec![vec![0; 32], token]);

    sim.world().desk.password = Some(Password::new("staple"));
    let guarded = caller.ask(&request).await;
    assert_eq!(guarded.unwrap_err(), "401 SESSION_PASSWORD_NEEDED");
    sim.world().desk.password = None;
    let answer = caller.ask(&request).await.unwrap();
    assert!(matches!(answer, enums::auth::SentCode::Success(_)));
    // It serves once.
    caller.ask(&functions::auth::LogOut {}).await.unwrap();
    hash_of(&caller.ask(&request).await.unwrap());
}

//! The second step.

use grammers_client::tl::{enums, functions, types};
use telegram_history_mcp::sim::login::{Password, Standing};

use super::caller::{Caller, HOME, guarded, proof, standing, success_of, usual};

const WORDS: &str = "correct horse";
const MISSING: &str = "401 SESSION_PASSWORD_NEEDED";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_and_checked_without_being_told() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    assert_eq!(
        caller.password().await.unwrap_err(),
        "401 AUTH_KEY_UNREGISTERED"
    );
    assert_eq!(caller.log_in(&sim).await.unwrap_err(), MISSING);
    assert_eq!(standing(&sim, &caller), Standing::AwaitsPassword);
    assert_eq!(caller.whoami().await.unwrap_err(), MISSING);

    let asked = caller.password().await.unwrap();
    assert!(asked.has_password && asked.hint.is_none());
    let me = sim.world().me;
    assert_eq!(caller.check(&asked, WORDS).await, Ok(me));
    assert_eq!(standing(&sim, &caller), Standing::LoggedIn);
    assert_eq!(caller.whoami().await.unwrap().id, me);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_new_and_serves_once() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.log_in(&sim).await.unwrap_err();
    let older = caller.password().await.unwrap();
    let newer = caller.password().await.unwrap();
    assert_ne!(older.srp_id, newer.srp_id);
    assert_ne!(older.srp_b, newer.srp_b);
    assert_eq!(older.current_algo, newer.current_algo);

    let stale = caller.check(&older, WORDS).await;
    assert_eq!(stale.unwrap_err(), "400 SRP_ID_INVALID");
    let wrong = caller.check(&newer, "Correct horse").await;
    assert_eq!(wrong.unwrap_err(), "400 PASSWORD_HASH_INVALID");
    let again = caller.check(&newer, WORDS).await;
    assert_eq!(again.unwrap_err(), "400 SRP_ID_INVALID");
    let asked = caller.password().await.unwrap();
    caller.check(&asked, WORDS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_may_serve_until_it_is_answered_rightly() {
    let sim = guarded(WORDS).await;
    sim.world().desk.questions_serve_once = false;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.log_in(&sim).await.unwrap_err();
    let asked = caller.password().await.unwrap();
    let wrong = caller.check(&asked, "Correct horse").await;
    assert_eq!(wrong.unwrap_err(), "400 PASSWORD_HASH_INVALID");
    caller.check(&asked, WORDS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_refused() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let early = caller.answer(enums::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    assert_eq!(early.await.unwrap_err(), "401 AUTH_KEY_UNREGISTERED");
    caller.log_in(&sim).await.unwrap_err();
    let empty = caller.answer(enums::InputCheckPasswordSrp::InputCheckPasswordEmpty);
    assert_eq!(empty.await.unwrap_err(), "400 PASSWORD_HASH_INVALID");
    let asked = caller.password().await.unwrap();
    let zero = types::InputCheckPasswordSrp {
        a: vec![0; 256],
        ..proof(&asked, WORDS)
    };
    assert_eq!(caller.answer(zero).await.unwrap_err(), "400 SRP_A_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_meanwhile_is_asked_for_anew() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.log_in(&sim).await.unwrap_err();
    let asked = caller.password().await.unwrap();
    sim.world().desk.password = Some(Password {
        hint: Some("a battery".to_owned()),
        ..Password::new("staple")
    });
    let changed = caller.check(&asked, WORDS).await;
    assert_eq!(changed.unwrap_err(), "400 SRP_PASSWORD_CHANGED");
    let asked = caller.password().await.unwrap();
    assert_eq!(asked.hint.as_deref(), Some("a battery"));
    caller.check(&asked, "staple").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_password_says_so() {
    let sim = usual().await;
    let mut caller = Caller::logged_in(&sim).await;
    let asked = caller.password().await.unwrap();
    assert!(!asked.has_password);
    assert_eq!((asked.current_algo, asked.srp_id), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_may_be_checked_in_a_way_that_nobody_knows() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.log_in(&sim).await.unwrap_err();
    if let Some(password) = &mut sim.world().desk.password {
        password.unknown_algorithm = true;
    }
    let asked = caller.password().await.unwrap();
    let unknown = Some(enums::PasswordKdfAlgo::Unknown);
    assert_eq!(asked.current_algo, unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_code_asks_for_the_password_too() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let token = caller.token().await;
    assert!(sim.world().scan());
    caller.told().await;
    for _ in 0..2 {
        assert_eq!(caller.export().await.unwrap_err(), MISSING);
    }
    assert_eq!(caller.import(&token).await.unwrap_err(), MISSING);
    let asked = caller.password().await.unwrap();
    caller.check(&asked, WORDS).await.unwrap();
    let twice = caller.import(&token).await;
    assert_eq!(twice.unwrap_err(), "400 AUTH_TOKEN_ALREADY_ACCEPTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_removed_is_not_asked_for() {
    let sim = guarded(WORDS).await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.token().await;
    assert!(sim.world().scan());
    caller.told().await;
    assert_eq!(caller.export().await.unwrap_err(), MISSING);
    sim.world().desk.password = None;
    success_of(caller.export().await.unwrap());
    caller.ask(&functions::updates::GetState {}).await.unwrap();
}

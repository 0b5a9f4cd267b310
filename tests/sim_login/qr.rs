//! A QR code that another device scans.

use std::time::Duration;

use grammers_client::tl::{enums, functions, types};
use telegram_history_mcp::sim::login::{Desk, Standing};

use super::caller::{
    Asked, Caller, ELSEWHERE, HOME, abroad, export, pass, standing, start, success_of, usual,
};

const INVALID: &str = "400 AUTH_TOKEN_INVALID";
const EXPIRED: &str = "400 AUTH_TOKEN_EXPIRED";
const ACCEPTED: &str = "400 AUTH_TOKEN_ALREADY_ACCEPTED";

async fn accept(device: &mut Caller, token: &[u8]) -> Asked<enums::Authorization> {
    let token = token.to_vec();
    device
        .ask(&functions::auth::AcceptLoginToken { token })
        .await
}

fn migration(answer: enums::auth::LoginToken) -> types::auth::LoginTokenMigrateTo {
    match answer {
        enums::auth::LoginToken::MigrateTo(migration) => migration,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_scanned_logs_its_session_in() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let enums::auth::LoginToken::Token(shown) = caller.export().await.unwrap() else {
        panic!("a token");
    };
    assert!((1..=30).contains(&(shown.expires - sim.world().now())));
    assert!(sim.world().scan());
    let told = caller.told().await;
    // Three modulo four: the server's own message.
    assert_eq!(told.msg_id % 4, 3);
    assert_eq!(told.session_id, caller.wire.session_id);
    let me = sim.world().me;
    assert_eq!(success_of(caller.export().await.unwrap()), me);
    assert_eq!(caller.whoami().await.unwrap().id, me);
    assert!(!sim.world().scan(), "nothing is shown any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_connection_that_shows_the_code_is_told() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let mut other = Caller::at(&sim, HOME).await;
    let config = functions::help::GetConfig {};
    other.ask(&config).await.unwrap();
    caller.token().await;
    assert!(sim.world().scan());
    caller.told().await;
    // Had the other one been told, that would come first.
    other.ask(&config).await.unwrap();
    other.ask(&config).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_updates_has_to_ask() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let quietly = functions::InvokeWithoutUpdates { query: export() };
    caller.ask(&quietly).await.unwrap();
    assert!(sim.world().scan());
    success_of(caller.ask(&quietly).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_half_a_minute() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    let first = caller.token().await;
    pass(&sim, Duration::from_secs(30));
    assert!(!sim.world().scan());
    let mut device = Caller::of_account(&sim).await;
    assert_eq!(accept(&mut device, &first).await.unwrap_err(), EXPIRED);
    assert_eq!(caller.import(&first).await.unwrap_err(), EXPIRED);
    let second = caller.token().await;
    assert_ne!(first, second);
    assert!(sim.world().scan());
    caller.told().await;
    success_of(caller.export().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_scanned_late_still_serves() {
    let sim = usual().await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.token().await;
    pass(&sim, Duration::from_secs(20));
    assert!(sim.world().scan());
    caller.told().await;
    pass(&sim, Duration::from_secs(20));
    success_of(caller.export().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_accepts_a_code() {
    let sim = usual().await;
    let mut device = Caller::of_account(&sim).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let token = caller.token().await;
    let stranger = accept(&mut caller, &token).await;
    assert_eq!(stranger.unwrap_err(), "401 AUTH_KEY_UNREGISTERED");
    assert_eq!(accept(&mut device, &[0; 32]).await.unwrap_err(), INVALID);
    accept(&mut device, &token).await.unwrap();
    caller.told().await;
    assert_eq!(accept(&mut device, &token).await.unwrap_err(), ACCEPTED);
    success_of(caller.export().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_there_already_is_not_logged_in_twice() {
    let sim = usual().await;
    let me = sim.world().me;
    let mut device = Caller::of_account(&sim).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let but_me = functions::auth::ExportLoginToken {
        except_ids: vec![me],
        ..export()
    };
    let enums::auth::LoginToken::Token(shown) = caller.ask(&but_me).await.unwrap() else {
        panic!("a token");
    };
    assert!(!sim.world().scan());
    let refused = accept(&mut device, &shown.token).await;
    assert_eq!(refused.unwrap_err(), "400 AUTH_TOKEN_EXCEPTION");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_sent_to_where_the_account_lives() {
    let sim = abroad(None).await;
    let mut caller = Caller::at(&sim, HOME).await;
    let mut there = Caller::at(&sim, ELSEWHERE).await;
    let shown = caller.token().await;
    assert_eq!(there.import(&shown).await.unwrap_err(), INVALID);
    assert!(sim.world().scan());
    caller.told().await;
    let sent = migration(caller.export().await.unwrap());
    assert_eq!(sent.dc_id, i32::from(ELSEWHERE));
    let back = migration(caller.import(&sent.token).await.unwrap());
    assert_eq!(back.dc_id, i32::from(ELSEWHERE));
    let me = sim.world().me;
    assert_eq!(success_of(there.import(&sent.token).await.unwrap()), me);
    there.whoami().await.unwrap();
    assert_eq!(standing(&sim, &caller), Standing::Unauthorised);
    let mut other = Caller::at(&sim, ELSEWHERE).await;
    assert_eq!(other.import(&sent.token).await.unwrap_err(), ACCEPTED);
    assert_eq!(there.import(&sent.token).await.unwrap_err(), ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_where_the_account_lives() {
    let sim = abroad(Some("staple")).await;
    let mut caller = Caller::at(&sim, HOME).await;
    caller.token().await;
    assert!(sim.world().scan());
    caller.told().await;
    let sent = migration(caller.export().await.unwrap());
    let mut there = Caller::at(&sim, ELSEWHERE).await;
    let missing = there.import(&sent.token).await;
    assert_eq!(missing.unwrap_err(), "401 SESSION_PASSWORD_NEEDED");
    let mut other = Caller::at(&sim, ELSEWHERE).await;
    assert_eq!(other.import(&sent.token).await.unwrap_err(), ACCEPTED);
    // Finding the words may take longer than the token lasts.
    pass(&sim, Duration::from_secs(60));
    let asked = there.password().await.unwrap();
    there.check(&asked, "staple").await.unwrap();
    there.whoami().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_may_scan_by_themselves_after_a_while() {
    let sim = start(Desk {
        scan_after: Some(Duration::from_millis(20)),
        ..Desk::default()
    })
    .await;
    for _ in 0..2 {
        let mut caller = Caller::at(&sim, HOME).await;
        caller.token().await;
        caller.told().await;
        // Nobody came of it, and the next attempt is scanned again.
        pass(&sim, Duration::from_secs(90));
        caller.token().await;
        caller.told().await;
        success_of(caller.export().await.unwrap());
    }
}

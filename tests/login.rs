//! Logging in, step by step, to the embedded Telegram: each way, each refusal, and what is left behind.

use std::time::Duration;

use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::login::{self as desk, Desk, Entrance, Standing};
use telegram_history_mcp::sim::world::Event;
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::auth::{
    Application, LoggedIn, Login, LoginError, LoginToken, PhoneNumber, Scan, Sending, SentCode,
    Start, Step, Way,
};
use telegram_history_mcp::telegram::session::SessionString;
use telegram_history_mcp::telegram::{Client, ClientOptions};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::stage::{call, options};
use crate::support::{HANG, eventually};

/// The embedded Telegram, and the keys that one login may begin with.
pub(crate) struct Office {
    pub(crate) sim: Sim,
    pub(crate) entrances: Vec<Entrance>,
}

impl Office {
    /// A desk like any other but for this.
    pub(crate) async fn with(change: impl FnOnce(&mut Desk)) -> Self {
        let mut desk = Desk::default();
        change(&mut desk);
        let sim = Sim::start_with_login(World::empty(7), desk).await.unwrap();
        let entrances = sim.entrances();
        Self { sim, entrances }
    }

    /// The keys as strings, that of this data centre first.
    pub(crate) fn strings(&self, first: u8) -> Vec<SessionString> {
        let mut entrances: Vec<&Entrance> = self.entrances.iter().collect();
        entrances.sort_by_key(|entrance| entrance.dc_id != first);
        let strings = entrances.iter().map(|entrance| {
            SessionString::new(entrance.dc_id, entrance.address, &entrance.auth_key).unwrap()
        });
        strings.collect()
    }

    /// A login that begins in this data centre.
    fn login(&self, first: u8) -> Login {
        self.login_with(self.strings(first))
    }

    fn login_with(&self, strings: Vec<SessionString>) -> Login {
        let application = Application {
            id: 1,
            hash: Zeroizing::new("0".repeat(32)),
        };
        Login::new(application, Start::known(strings).unwrap())
    }

    fn phone(&self) -> PhoneNumber {
        PhoneNumber::parse(&self.sim.world().desk.phone).unwrap()
    }

    fn code(&self) -> String {
        self.sim.world().desk.code.clone()
    }

    /// How far the key has come that a login may have in this data centre.
    pub(crate) fn standing(&self, dc_id: u8) -> Standing {
        let entrance = self.entrances.iter().find(|it| it.dc_id == dc_id).unwrap();
        self.sim.world().logins.standing(&entrance.auth_key)
    }

    fn fault(&self, method: &str, kind: FaultKind) {
        let fault = Fault::next(method, 1, kind);
        self.sim.world().faults.rules.push(fault);
    }

    /// How often a method was asked for.
    pub(crate) fn count(&self, method: &str) -> usize {
        let world = self.sim.world();
        let asked =
            |event: &&Event| matches!(event, Event::Rpc { method: it, .. } if *it == method);
        world.log.iter().filter(asked).count()
    }

    /// What was logged in to reads the account.
    async fn assert_reads(&self, done: &LoggedIn) {
        let client = Client::new(ClientOptions {
            session: done.session.clone(),
            ..options(&self.sim)
        });
        let owner = client.owner(&call()).await.unwrap();
        assert_eq!(owner, done.owner);
        assert_eq!(owner.id, self.sim.world().me);
        client.disconnect().await;
    }
}

async fn sent(login: &mut Login, phone: &PhoneNumber) -> SentCode {
    match login.send_code(phone).await.unwrap() {
        Sending::Sent(sent) => *sent,
        Sending::Done(_) => panic!("no code was sent"),
    }
}

fn done(step: Step) -> LoggedIn {
    match step {
        Step::Done(done) => *done,
        Step::Password => panic!("a password was asked for"),
    }
}

fn shown(scan: Scan) -> LoginToken {
    match scan {
        Scan::Show(token) => token,
        Scan::Scanned(_) => panic!("it was scanned already"),
    }
}

fn scanned(scan: Scan) -> Step {
    match scan {
        Scan::Scanned(step) => step,
        Scan::Show(_) => panic!("it was not scanned"),
    }
}

async fn wait_for_scan(login: &mut Login) {
    timeout(HANG, login.scanned()).await.expect("it is told");
}

fn refusal<T>(outcome: Result<T, LoginError>) -> LoginError {
    match outcome {
        Err(error) => error,
        Ok(_) => panic!("it was not refused"),
    }
}

fn password(words: &str) -> Zeroizing<String> {
    Zeroizing::new(words.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_phone_logs_in_wherever_the_account_lives() {
    for (home, first) in [(2, 2), (4, 2), (2, 4)] {
        let office = Office::with(|desk| desk.home_dc = home).await;
        let mut login = office.login(first);
        let sent = sent(&mut login, &office.phone()).await;
        assert_eq!((sent.way, sent.length), (Way::App, Some(5)));
        let done = done(login.sign_in(&sent, &office.code()).await.unwrap());
        assert_eq!(done.session.dc_id(), home, "begun in {first}");
        office.assert_reads(&done).await;
        assert_eq!(office.standing(home), Standing::LoggedIn);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_code_logs_in_wherever_the_account_lives() {
    for (home, first) in [(2, 2), (4, 2), (2, 4)] {
        let office = Office::with(|desk| desk.home_dc = home).await;
        let mut login = office.login(first);
        let token = shown(login.scan().await.unwrap());
        assert!(token.link.starts_with("tg://login?token="));
        assert!(token.good_for > Duration::from_secs(20));
        assert!(office.sim.world().scan());
        wait_for_scan(&mut login).await;
        let done = done(scanned(login.scan().await.unwrap()));
        assert_eq!(done.session.dc_id(), home, "begun in {first}");
        office.assert_reads(&done).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_noticed_although_the_connection_was_lost() {
    let office = Office::with(|_| {}).await;
    let mut login = office.login(2);
    office.fault("auth.exportLoginToken", FaultKind::CloseAfter);
    shown(login.scan().await.unwrap());
    wait_for_scan(&mut login).await;
    shown(login.scan().await.unwrap());
    assert!(office.sim.world().scan());
    wait_for_scan(&mut login).await;
    done(scanned(login.scan().await.unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_not_scanned_is_followed_by_another() {
    let office = Office::with(|desk| {
        desk.token_life = Duration::from_secs(1);
    })
    .await;
    let mut login = office.login(2);
    let first = shown(login.scan().await.unwrap());
    assert!(first.good_for <= Duration::from_secs(1));
    let second = shown(login.scan().await.unwrap());
    assert!(*first.link != *second.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_proven_after_either_way() {
    let office = Office::with(|desk| {
        desk.home_dc = 4;
        desk.password = Some(desk::Password::new("correct horse"));
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    let step = login.sign_in(&sent, &office.code()).await.unwrap();
    assert!(matches!(step, Step::Password));
    let wrong = login.check_password(password("wrong horse")).await;
    assert_eq!(refusal(wrong), LoginError::WrongPassword);
    let step = login.check_password(password("correct horse")).await;
    office.assert_reads(&done(step.unwrap())).await;

    let entrances = office.sim.entrances();
    let office = Office {
        entrances,
        ..office
    };
    let mut login = office.login(2);
    shown(login.scan().await.unwrap());
    assert!(office.sim.world().scan());
    wait_for_scan(&mut login).await;
    assert!(matches!(
        scanned(login.scan().await.unwrap()),
        Step::Password
    ));
    let step = login.check_password(password("correct horse")).await;
    office.assert_reads(&done(step.unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_no_longer_good_are_asked_for_again() {
    let office = Office::with(|desk| {
        desk.password = Some(desk::Password::new("correct horse"));
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    login.sign_in(&sent, &office.code()).await.unwrap();
    let gone = FaultKind::Error(400, "SRP_ID_INVALID".to_owned());
    office.fault("auth.checkPassword", gone);
    let step = login.check_password(password("correct horse")).await;
    done(step.unwrap());
    assert_eq!(office.count("account.getPassword"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_asked_for_otherwise_is_not_given() {
    let mut words = desk::Password::new("correct horse");
    words.unknown_algorithm = true;
    let office = Office::with(|desk| {
        desk.password = Some(words);
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    login.sign_in(&sent, &office.code()).await.unwrap();
    let refused = refusal(login.check_password(password("correct horse")).await);
    assert!(refused.to_string().contains("does not know"), "{refused}");
    assert_eq!(office.count("auth.checkPassword"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hint_is_told() {
    let mut words = desk::Password::new("correct horse");
    words.hint = Some("the comic".to_owned());
    let office = Office::with(|desk| {
        desk.password = Some(words);
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    login.sign_in(&sent, &office.code()).await.unwrap();
    let hint = login.password_hint().await.unwrap();
    assert_eq!(hint.as_deref(), Some("the comic"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_can_be_followed_by_the_right_one() {
    let office = Office::with(|_| {}).await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    for wrong in ["11111", ""] {
        let outcome = login.sign_in(&sent, wrong).await;
        assert_eq!(refusal(outcome), LoginError::WrongCode, "{wrong}");
    }
    done(login.sign_in(&sent, &office.code()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_can_be_sent_in_another_way_until_there_is_none() {
    let office = Office::with(|desk| {
        desk.ways = vec![desk::Way::App, desk::Way::Sms];
        desk.resend_after = None;
    })
    .await;
    let mut login = office.login(2);
    let first = sent(&mut login, &office.phone()).await;
    assert_eq!((first.way, first.next), (Way::App, Some(Way::Sms)));
    let Sending::Sent(second) = login.resend_code(&first).await.unwrap() else {
        panic!("nothing was sent");
    };
    assert_eq!((second.way, second.next), (Way::Sms, None));
    let third = login.resend_code(&second).await;
    assert_eq!(refusal(third.map(drop)), LoginError::NoOtherWay);
    done(login.sign_in(&second, &office.code()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_code_has_expired() {
    let office = Office::with(|desk| {
        desk.code_life = Duration::ZERO;
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    let outcome = login.sign_in(&sent, &office.code()).await;
    assert_eq!(refusal(outcome), LoginError::CodeExpired);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desk_refuses_is_told_in_one_sentence() {
    type Change = fn(&mut Desk);
    let table: [(Change, &str); 7] = [
        (|desk| desk.repute = desk::Repute::Banned, "is banned"),
        (|desk| desk.repute = desk::Repute::TooManyCodes, "too often"),
        (
            |desk| desk.repute = desk::Repute::TooManyAttempts,
            "too many tries",
        ),
        (
            |desk| desk.sending = desk::Sending::AfterPayment,
            "asks for a payment",
        ),
        (
            |desk| {
                desk.app = Some(desk::App {
                    id: 2,
                    hash: "1".repeat(32),
                });
            },
            "https://my.telegram.org",
        ),
        (|desk| desk.app_published = true, "was published"),
        (
            |desk| {
                desk.phone = "+1 202 555 0123".to_owned();
                desk.strangers = desk::Strangers::Forbidden;
            },
            "sign up in a Telegram app",
        ),
    ];
    for (change, expected) in table {
        let phone = PhoneNumber::parse(&Desk::default().phone).unwrap();
        let office = Office::with(change).await;
        let refused = refusal(office.login(2).send_code(&phone).await);
        let said = refused.to_string();
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains('\n') && !said.ends_with('.'), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_is_told_to_make_one() {
    for strangers in [desk::Strangers::SignUp, desk::Strangers::Unoccupied] {
        let office = Office::with(|desk| {
            desk.strangers = strangers;
        })
        .await;
        let mut login = office.login(2);
        let stranger = PhoneNumber::parse("+1 202 555 0123").unwrap();
        let sent = sent(&mut login, &stranger).await;
        let refused = refusal(login.sign_in(&sent, &office.code()).await);
        assert!(refused.to_string().contains("sign up"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_else_telegram_says_is_told_by_its_name_only() {
    let office = Office::with(|_| {}).await;
    for (code, message, expected) in [
        (420, "FLOOD_WAIT_3600", "a pause of 3600 s"),
        (400, "PHONE_NUMBER_INVALID", "country code"),
        (406, "UPDATE_APP_TO_LOGIN", "update telegram-history-mcp"),
        (400, "SOMETHING_NEW_1", "400 `SOMETHING_NEW"),
        (400, "call this number", "400 `UNKNOWN`"),
    ] {
        office.fault("auth.sendCode", FaultKind::Error(code, message.to_owned()));
        let refused = refusal(office.login(2).send_code(&office.phone()).await);
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_may_lose_the_thread_once_and_be_out_of_breath() {
    let office = Office::with(|_| {}).await;
    let restart = || FaultKind::Error(500, "AUTH_RESTART".to_owned());
    office.fault("auth.sendCode", restart());
    office.fault(
        "auth.sendCode",
        FaultKind::Error(420, "FLOOD_WAIT_1".to_owned()),
    );
    let mut login = office.login(2);
    sent(&mut login, &office.phone()).await;
    assert_eq!(office.count("auth.sendCode"), 3);

    for _ in 0..2 {
        office.fault("auth.exportLoginToken", restart());
    }
    let refused = refusal(office.login(2).scan().await);
    assert!(refused.to_string().contains("begin anew"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_may_have_been_a_yes() {
    let office = Office::with(|_| {}).await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    office.fault("auth.signIn", FaultKind::Drop);
    let done = done(login.sign_in(&sent, &office.code()).await.unwrap());
    office.assert_reads(&done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_not_needed_is_not_asked_for() {
    let office = Office::with(|desk| {
        desk.sending = desk::Sending::Nothing;
    })
    .await;
    match office.login(2).send_code(&office.phone()).await.unwrap() {
        Sending::Done(step) => office.assert_reads(&done(step)).await,
        Sending::Sent(_) => panic!("a code was sent"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_centre_without_a_key_is_not_entered() {
    let office = Office::with(|desk| desk.home_dc = 4).await;
    let only_first = office.strings(2).into_iter().take(1).collect();
    let mut login = office.login_with(only_first);
    let refused = refusal(login.send_code(&office.phone()).await);
    assert_eq!(refused, LoginError::NoWay { dc_id: 4 });
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_told() {
    let office = Office::with(|_| {}).await;
    let (strings, phone) = (office.strings(2), office.phone());
    let mut login = office.login_with(strings);
    drop(office);
    assert_eq!(
        refusal(login.send_code(&phone).await),
        LoginError::Unreachable
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_given_up_leaves_nothing() {
    let office = Office::with(|desk| {
        desk.password = Some(desk::Password::new("correct horse"));
    })
    .await;
    let mut login = office.login(2);
    let sent = sent(&mut login, &office.phone()).await;
    login.abandon().await;
    assert_eq!(office.count("auth.cancelCode"), 1);
    let mut late = office.login(2);
    let outcome = late.sign_in(&sent, &office.code()).await;
    assert_eq!(refusal(outcome), LoginError::CodeExpired);

    let mut login = office.login(2);
    shown(login.scan().await.unwrap());
    assert!(office.sim.world().scan());
    wait_for_scan(&mut login).await;
    assert!(matches!(
        scanned(login.scan().await.unwrap()),
        Step::Password
    ));
    assert_eq!(office.standing(2), Standing::AwaitsPassword);
    login.abandon().await;
    eventually("the key is forgotten", || {
        office.standing(2) == Standing::Unauthorised
    })
    .await;
}

//! Logging in (<https://core.telegram.org/api/auth>): by a QR code that another device scans, or by a code that
//! Telegram sends to a phone number; and, either way, the account's password.
//!
//! It drives nothing by itself: whoever logs in asks for one step after the other, and says when to give up. What it
//! ends with is a session like any other; keeping it is somebody else's business.
//!
//! Nothing of this was tried against Telegram itself. Against the embedded Telegram it begins with keys that are
//! known beforehand ([`Start::known`]), because nobody but Telegram can take part in the exchange that makes one.

mod owner;
mod password;
mod phone;
mod place;
mod qr;
mod refusal;

use std::time::Duration;

use grammers_tl_types::{self as tl, Deserializable as _, Serializable as _, enums, functions};
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

pub use self::owner::Owner;
pub use self::phone::{PhoneNumber, Sending, SentCode, Way};
pub use self::place::Start;
use self::place::{Map, Place};
pub use self::qr::{LoginToken, Scan};
pub use self::refusal::LoginError;
use self::refusal::{Next, next};
use super::line::LineError;
use super::session::SessionString;
use super::{method_name, weight};

/// How long Telegram may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a login that is given up still tries to say so.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// How long it takes to send what is not answered.
const LAST_WORD: Duration = Duration::from_secs(1);
/// How often one request is sent to another data centre.
const MAX_MOVES: u32 = 3;
/// How often one request is repeated after a connection was lost, or Telegram has failed itself.
const MAX_LOSSES: u32 = 3;
/// How often a short pause is kept without a word.
const MAX_WAITS: u32 = 2;
/// The pause before a request is repeated.
const PAUSE: Duration = Duration::from_secs(1);

/// The application that logs in, as <https://my.telegram.org> knows it.
#[derive(Clone)]
pub struct Application {
    /// Its number.
    pub id: i32,
    /// What goes with the number.
    pub hash: Zeroizing<String>,
}

/// A login on its way. Dropping it leaves at Telegram whatever has come about so far; [`Login::abandon`] does not.
pub struct Login {
    application: Application,
    map: Map,
    place: Option<Place>,
    pending: Pending,
    /// How often a connection was lost under a request.
    losses: u32,
}

/// What Telegram holds of a login that has not ended.
enum Pending {
    Nothing,
    /// A code was sent.
    Code(SentCode),
    /// The key is logged in, or may be any moment.
    Key,
}

/// What has come of proving who one is.
pub enum Step {
    /// The account has a password, which is still missing.
    Password,
    /// All is done.
    Done(Box<LoggedIn>),
}

/// A login that has succeeded.
pub struct LoggedIn {
    /// The session.
    pub session: SessionString,
    /// Whose it is.
    pub owner: Owner,
}

impl Login {
    /// A login that has not connected yet.
    pub fn new(application: Application, start: Start) -> Self {
        Self {
            application,
            map: Map::new(start),
            place: None,
            pending: Pending::Nothing,
            losses: 0,
        }
    }

    /// Gives the login up, so that nothing of it stays at Telegram, if Telegram can be told.
    pub async fn abandon(mut self) {
        let Some(place) = &mut self.place else {
            return;
        };
        let request = match &self.pending {
            Pending::Nothing => return,
            Pending::Code(sent) => sent.cancel().to_bytes(),
            Pending::Key => functions::auth::LogOut {}.to_bytes(),
        };
        let line = place.line();
        let told = timeout(LAST_WORDS, line.send(request)).await;
        tracing::debug!(is_told = told.is_ok(), "a login was given up");
        if let Ok(Err(error)) = told
            && LoginError::of(&error) == LoginError::PasswordNeeded
        {
            // It is not in yet, so it cannot go out; but its key can. No answer says which request it is for.
            let request = functions::DestroyAuthKey {}.to_bytes();
            let _ = timeout(LAST_WORD, line.send(request)).await;
        }
    }

    /// Sends a request to where the login stands, follows it to other data centres, and repeats it where that helps.
    async fn ask<R: tl::RemoteCall>(&mut self, request: &R) -> Result<R::Return, LoginError> {
        let body = request.to_bytes();
        let method = method_name(&body);
        let (mut moves, mut losses, mut restarts, mut waits) = (0, 0, 0, 0);
        loop {
            let error = match self.ask_once(&body).await? {
                Ok(answer) if weight::is_bearable(&answer) => {
                    return R::Return::from_bytes(&answer).map_err(|_| LoginError::Unreadable);
                }
                Ok(_) => return Err(LoginError::Unreadable),
                Err(error) => error,
            };
            tracing::debug!(method, "a request of the login was not answered as hoped");
            match next(&error) {
                Next::Move { dc_id } if moves < MAX_MOVES => {
                    moves += 1;
                    self.move_to(dc_id).await?;
                }
                Next::Repeat if losses < MAX_LOSSES => {
                    losses += 1;
                    self.losses += 1;
                    sleep(PAUSE).await;
                }
                Next::Restart if restarts == 0 => restarts += 1,
                Next::Wait { pause } if waits < MAX_WAITS => {
                    waits += 1;
                    sleep(pause).await;
                }
                // Where a key would be made, this is a matter of beginning anew; a known one is lost.
                _ if error == LineError::KeyRefused && self.map.is_known() => {
                    return Err(LoginError::KEY_GONE);
                }
                _ => return Err(LoginError::of(&error)),
            }
        }
    }

    async fn ask_once(&mut self, body: &[u8]) -> Result<Result<Vec<u8>, LineError>, LoginError> {
        let line = self.place().await?.line();
        let answer = timeout(ANSWER_TIMEOUT, line.send(body.to_vec())).await;
        Ok(answer.unwrap_or_else(|_| {
            if let Some(place) = &mut self.place {
                place.hang_up();
            }
            Err(LineError::Lost)
        }))
    }

    /// Where the login stands; at first that is where every login begins.
    async fn place(&mut self) -> Result<&mut Place, LoginError> {
        let place = match self.place.take() {
            Some(place) => place,
            None => {
                let first = self.map.first();
                self.map.open(first, self.application.id, None).await?
            }
        };
        Ok(self.place.insert(place))
    }

    async fn move_to(&mut self, dc_id: u32) -> Result<(), LoginError> {
        tracing::debug!(dc_id, "the account lives in another data centre");
        let from = self.place.as_mut();
        let place = self.map.open(dc_id, self.application.id, from).await?;
        self.place = Some(place);
        Ok(())
    }

    /// Sends what proves who one is. An answer that was lost may have been a yes, and is asked after.
    async fn prove<R>(&mut self, request: &R) -> Result<Step, LoginError>
    where
        R: tl::RemoteCall<Return = enums::auth::Authorization>,
    {
        let losses = self.losses;
        match self.ask(request).await {
            Ok(authorization) => self.logged_in(authorization),
            Err(LoginError::PasswordNeeded) => Ok(Step::Password),
            Err(error) if self.losses > losses => self.standing().await.unwrap_or(Err(error)),
            Err(error) => Err(error),
        }
    }

    /// How far the login has come, asked with the key alone; `None` when it has not.
    async fn standing(&mut self) -> Option<Result<Step, LoginError>> {
        let request = functions::users::GetUsers {
            id: vec![enums::InputUser::UserSelf],
        };
        match self.ask(&request).await {
            Ok(mut users) => Some(self.done(users.pop()?)),
            Err(LoginError::PasswordNeeded) => Some(Ok(Step::Password)),
            Err(_) => None,
        }
    }

    fn logged_in(&mut self, authorization: enums::auth::Authorization) -> Result<Step, LoginError> {
        match authorization {
            enums::auth::Authorization::Authorization(authorization) => {
                self.done(authorization.user)
            }
            enums::auth::Authorization::SignUpRequired(_) => Err(LoginError::NO_ACCOUNT),
        }
    }

    fn done(&mut self, user: enums::User) -> Result<Step, LoginError> {
        self.pending = Pending::Key;
        let owner = Owner::of(user).ok_or(LoginError::Unreadable)?;
        let place = self.place.as_ref().ok_or(LoginError::Unreadable)?;
        let session = place.session().clone();
        Ok(Step::Done(Box::new(LoggedIn { session, owner })))
    }
}

//! Telegram's front desk: the account that can be logged in to, and what logging in takes
//! (<https://core.telegram.org/api/auth>). Plain data, to be changed while the world is served; how far each key has
//! come stands in [`Logins`].

mod codes;
mod logins;
pub(super) mod srp;
mod tokens;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

pub use codes::Way;
pub(super) use codes::{Code, digits};
pub use logins::{Logins, Standing};
pub(super) use tokens::{Mailbox, TokenError, Unasked, seconds};

/// The account that can be logged in to, and what logging in takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The data centres that listen, by their ids; read once, when the world begins to be served.
    pub data_centres: Vec<u8>,
    /// The data centre where the account lives. Others send its owner there.
    pub home_dc: u8,
    /// The account's phone number; only its digits count.
    pub phone: String,
    /// How Telegram looks upon that number.
    pub repute: Repute,
    /// What comes of a number that nobody has an account with.
    pub strangers: Strangers,
    /// The code that is sent, to whatever number.
    pub code: String,
    /// The ways to send it: the first one, and then one more each time it is asked for again.
    pub ways: Vec<Way>,
    /// How long a client is asked to wait before it asks again.
    pub resend_after: Option<Duration>,
    /// How long a code is good for, in whole seconds of the world's clock.
    pub code_life: Duration,
    /// What `auth.sendCode` answers when nothing is wrong.
    pub sending: Sending,
    /// The second step, if the account has one.
    pub password: Option<Password>,
    /// Whether the question that the password answers serves once, or until the answer is right.
    pub questions_serve_once: bool,
    /// How long a QR code is good for, in whole seconds of the world's clock.
    pub token_life: Duration,
    /// How long after the first QR code of a login the owner scans the one that is good then. `None` for never;
    /// `World::scan` does it at any time.
    pub scan_after: Option<Duration>,
    /// The application that may log in; `None` for any.
    pub app: Option<App>,
    /// Whether that application's id was found published.
    pub app_published: bool,
    /// Whether logging out answers a token that spares the code next time.
    pub gives_logout_tokens: bool,
    /// What a key is told whose session was ended from another device.
    pub revoked_says: Revoked,
}

/// The second step of a login.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// The password itself.
    pub words: String,
    /// What reminds its owner of it.
    pub hint: Option<String>,
    /// Whether it is checked in a way that the client is too old for.
    pub unknown_algorithm: bool,
}

/// How Telegram looks upon the account's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repute {
    /// Nothing is wrong.
    Good,
    /// `PHONE_NUMBER_BANNED`.
    Banned,
    /// `PHONE_NUMBER_FLOOD`: too many codes.
    TooManyCodes,
    /// `PHONE_PASSWORD_FLOOD`: too many attempts.
    TooManyAttempts,
}

/// What comes of a number that nobody has an account with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// The right code is answered with `auth.authorizationSignUpRequired`.
    SignUp,
    /// The right code is refused with `PHONE_NUMBER_UNOCCUPIED`.
    Unoccupied,
    /// No code is sent: `PHONE_NUMBER_APP_SIGNUP_FORBIDDEN`.
    Forbidden,
}

/// What `auth.sendCode` answers when nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// `auth.sentCode`.
    Code,
    /// `auth.sentCodeSuccess`: no code is needed.
    Nothing,
    /// `auth.sentCodePaymentRequired`.
    AfterPayment,
}

/// An application as Telegram knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its `api_id`.
    pub id: i32,
    /// Its `api_hash`.
    pub hash: String,
}

/// What a key is told whose session was ended from another device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// `SESSION_REVOKED`.
    SessionRevoked,
    /// `AUTH_KEY_UNREGISTERED`.
    Unregistered,
}

/// A data centre that listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataCentre {
    /// Its id.
    pub id: u8,
    /// Where it listens.
    pub address: SocketAddr,
}

/// A key that a data centre knows and nobody has logged in with: what the key exchange would have made.
#[derive(Clone, PartialEq, Eq)]
pub struct Entrance {
    /// The data centre that knows it.
    pub dc_id: u8,
    /// Where that listens.
    pub address: SocketAddr,
    /// The key.
    pub auth_key: [u8; 256],
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            data_centres: vec![2, 4],
            home_dc: 2,
            // Kept free for films and examples, as its German counterpart is.
            phone: "+49 30 23125 007".to_owned(),
            repute: Repute::Good,
            strangers: Strangers::SignUp,
            code: "24680".to_owned(),
            ways: vec![Way::App, Way::Sms, Way::Call],
            resend_after: Some(Duration::from_secs(60)),
            code_life: Duration::from_secs(300),
            sending: Sending::Code,
            password: None,
            questions_serve_once: true,
            token_life: Duration::from_secs(30),
            scan_after: None,
            app: None,
            app_published: false,
            gives_logout_tokens: false,
            revoked_says: Revoked::SessionRevoked,
        }
    }
}

impl Password {
    /// A password without a hint, checked as usual.
    pub fn new(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            hint: None,
            unknown_algorithm: false,
        }
    }
}

impl Desk {
    /// One data centre, for a world that nobody logs in to.
    pub(super) fn of_one_data_centre() -> Self {
        Self {
            data_centres: vec![super::DC_ID],
            ..Self::default()
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

impl fmt::Debug for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entrance")
            .field("dc_id", &self.dc_id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

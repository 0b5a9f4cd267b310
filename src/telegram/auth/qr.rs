//! Logging in with a QR code (<https://core.telegram.org/api/qr-login>): a token that a device which is logged in
//! already scans and accepts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use grammers_tl_types::{enums, functions, types};
use tokio::time::sleep;
use zeroize::Zeroizing;

use super::place::Place;
use super::{Login, LoginError, PAUSE, Pending, Step};

/// How often a token may turn out to be gone before that is told.
const MAX_GONE: u32 = 3;
/// How often a token may send to another data centre.
const MAX_MOVES: u32 = 3;
/// How long a token is shown, whatever the clocks say.
const SHOWN: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60);

/// What to scan. Whoever scans it gives this login their account; for everybody else it is worth nothing.
pub struct LoginToken {
    /// A `tg://login?token=…` link, to be shown as a QR code.
    pub link: Zeroizing<String>,
    /// How long it is good; then there is a new one.
    pub good_for: Duration,
}

/// What has become of scanning.
pub enum Scan {
    /// This is to be scanned.
    Show(LoginToken),
    /// It was.
    Scanned(Step),
}

impl Login {
    /// Asks what is to be scanned, or, when it was, what has come of it.
    pub async fn scan(&mut self) -> Result<Scan, LoginError> {
        let mut gone = 0;
        loop {
            match self.try_to_scan().await {
                Err(LoginError::TokenExpired) if gone < MAX_GONE => gone += 1,
                Err(LoginError::PasswordNeeded) => return Ok(Scan::Scanned(Step::Password)),
                outcome => return outcome,
            }
        }
    }

    async fn try_to_scan(&mut self) -> Result<Scan, LoginError> {
        self.pending = Pending::Key;
        let request = functions::auth::ExportLoginToken {
            api_id: self.application.id,
            api_hash: self.application.hash.to_string(),
            except_ids: Vec::new(),
        };
        let mut answer = self.ask(&request).await?;
        for _ in 0..MAX_MOVES {
            let enums::auth::LoginToken::MigrateTo(elsewhere) = answer else {
                break;
            };
            let dc_id = u32::try_from(elsewhere.dc_id).map_err(|_| LoginError::Unreadable)?;
            self.move_to(dc_id).await?;
            let request = functions::auth::ImportLoginToken {
                token: elsewhere.token,
            };
            answer = self.ask(&request).await?;
        }
        match answer {
            enums::auth::LoginToken::Token(token) => Ok(Scan::Show(self.read(&token))),
            enums::auth::LoginToken::Success(success) => {
                self.logged_in(success.authorization).map(Scan::Scanned)
            }
            enums::auth::LoginToken::MigrateTo(_) => Err(LoginError::Unreadable),
        }
    }

    fn read(&self, token: &types::auth::LoginToken) -> LoginToken {
        let ahead = self.place.as_ref().map_or(0, |place| place.clock_offset());
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        let left = i64::from(token.expires) - now.saturating_add(ahead);
        let good_for = Duration::from_secs(u64::try_from(left).unwrap_or(0));
        let mut link = Zeroizing::new("tg://login?token=".to_owned());
        BASE64_URL_SAFE_NO_PAD.encode_string(&token.token, &mut link);
        LoginToken {
            link,
            good_for: good_for.clamp(*SHOWN.start(), *SHOWN.end()),
        }
    }

    /// Waits until what is shown was scanned, or until that cannot be known any more: it is time to ask.
    pub async fn scanned(&mut self) {
        match self.place.as_ref().and_then(Place::open_line) {
            Some(line) => line.login_token().await,
            // Whoever asks at once loses the next connection at once, too.
            None => sleep(PAUSE).await,
        }
    }
}

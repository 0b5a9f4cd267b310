//! What QR codes hold: tokens that one session shows and another device of the account accepts
//! (<https://core.telegram.org/api/qr-login>).

use std::time::Duration;

use grammers_tl_types::{self as tl, Serializable as _};
use tokio::sync::mpsc;

use super::Logins;
use crate::sim::wire::KeyId;
use crate::sim::world::World;

/// A token that a session shows.
#[derive(Debug)]
pub(in crate::sim) struct Token {
    pub(in crate::sim) bytes: Vec<u8>,
    /// Who shows it.
    pub(in crate::sim) key: KeyId,
    /// Who hears that it was accepted.
    mailbox: Mailbox,
    /// Accounts that are logged in there already.
    except_ids: Vec<i64>,
    /// When it ends, in seconds of the world's clock.
    pub(in crate::sim) expires: i32,
    /// Whether another device has accepted it.
    pub(in crate::sim) accepted: bool,
    /// Who came with it after that, and may still have to give a password.
    pub(in crate::sim) claimed_by: Option<KeyId>,
    /// Whether somebody has logged in with it.
    pub(in crate::sim) spent: bool,
}

/// Why a token does not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum TokenError {
    Unknown,
    Expired,
    AlreadyAccepted,
    /// It was shown by somebody who has this account already.
    Excepted,
}

/// Where a session hears what it did not ask for.
#[derive(Debug, Clone)]
pub(in crate::sim) struct Mailbox {
    pub(in crate::sim) session_id: i64,
    pub(in crate::sim) sender: mpsc::UnboundedSender<Unasked>,
}

/// What a session did not ask for.
#[derive(Debug)]
pub(in crate::sim) struct Unasked {
    pub(in crate::sim) session_id: i64,
    pub(in crate::sim) body: Vec<u8>,
}

impl Logins {
    /// The token of this key that another device has accepted, if it still serves.
    pub(in crate::sim) fn accepted_token(&self, key: KeyId, now: i32) -> Option<&Token> {
        self.tokens.iter().find(|token| {
            token.key == key && token.accepted && !token.spent && !token.is_expired(now)
        })
    }

    /// Notes who came with a token that was accepted; the first one has it.
    pub(in crate::sim) fn claim_token(
        &mut self,
        bytes: &[u8],
        key: KeyId,
        now: i32,
    ) -> Result<(), TokenError> {
        let token = self
            .tokens
            .iter_mut()
            .find(|token| token.bytes == bytes)
            .ok_or(TokenError::Unknown)?;
        if token.spent || token.claimed_by.is_some_and(|other| other != key) {
            return Err(TokenError::AlreadyAccepted);
        }
        if token.is_expired(now) {
            return Err(TokenError::Expired);
        }
        if !token.accepted {
            return Err(TokenError::Unknown);
        }
        token.claimed_by = Some(key);
        Ok(())
    }

    /// The next scan that is due, and after how long.
    pub(in crate::sim) fn take_due(&mut self) -> Option<Duration> {
        self.due.pop_front()
    }
}

impl World {
    /// A new token for a session to show; the first one of a login plans when the owner scans.
    pub(in crate::sim) fn show_token(
        &mut self,
        key: KeyId,
        mailbox: Mailbox,
        except_ids: Vec<i64>,
    ) -> tl::types::auth::LoginToken {
        let (now, life) = (self.now(), seconds(self.desk.token_life));
        // Whoever keeps a code on a screen renews it soon after it has ended.
        let is_one_more =
            |token: &Token| token.key == key && now < token.expires.saturating_add(life);
        if let Some(after) = self.desk.scan_after
            && !self.logins.tokens.iter().any(is_one_more)
        {
            self.logins.due.push_back(after);
        }
        let bytes = rand::random::<[u8; 32]>().to_vec();
        let expires = now.saturating_add(life);
        self.logins.tokens.push(Token {
            bytes: bytes.clone(),
            key,
            mailbox,
            except_ids,
            expires,
            accepted: false,
            claimed_by: None,
            spent: false,
        });
        tl::types::auth::LoginToken {
            expires,
            token: bytes,
        }
    }

    /// Scans the newest QR code that is shown and good, as the owner of the account does with a phone; answers
    /// whether there was one.
    pub fn scan(&mut self) -> bool {
        let now = self.now();
        let newest = self.logins.tokens.iter().rev().find(|token| {
            !token.accepted && !token.is_expired(now) && !token.except_ids.contains(&self.me)
        });
        let Some(bytes) = newest.map(|token| token.bytes.clone()) else {
            return false;
        };
        self.accept_token(&bytes).is_ok()
    }

    /// Accepts a token for the account, and tells the session that shows it.
    pub(in crate::sim) fn accept_token(&mut self, bytes: &[u8]) -> Result<(), TokenError> {
        let (now, life) = (self.now(), seconds(self.desk.token_life));
        let token = self
            .logins
            .tokens
            .iter_mut()
            .find(|token| token.bytes == bytes)
            .ok_or(TokenError::Unknown)?;
        if token.accepted {
            return Err(TokenError::AlreadyAccepted);
        }
        if token.is_expired(now) {
            return Err(TokenError::Expired);
        }
        if token.except_ids.contains(&self.me) {
            return Err(TokenError::Excepted);
        }
        token.accepted = true;
        // From here on it is the client's turn, which takes a request or two.
        token.expires = now.saturating_add(life);
        token.mailbox.tell(update_login_token(now));
        Ok(())
    }
}

impl Token {
    pub(in crate::sim) fn is_expired(&self, now: i32) -> bool {
        now >= self.expires
    }
}

impl Mailbox {
    /// A session that has gone hears nothing.
    fn tell(&self, body: Vec<u8>) {
        let _ = self.sender.send(Unasked {
            session_id: self.session_id,
            body,
        });
    }
}

fn update_login_token(date: i32) -> Vec<u8> {
    tl::enums::Updates::from(tl::types::UpdateShort {
        update: tl::enums::Update::LoginToken,
        date,
    })
    .to_bytes()
}

/// Whole seconds of the world's clock.
pub(in crate::sim) fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

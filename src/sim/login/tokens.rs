//! What QR codes hold: tokens that one session shows and another device of the account accepts
//! (<https://core.telegram.org/api/qr-login>).

use std::time::Duration;

use grammers_tl_types::{self as tl, Serializable as _};
use tokio::sync::mpsc;

use super::Desk;
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
    /// Whether somebody has logged in with it.
    pub(in crate::sim) taken: bool,
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

impl Desk {
    /// A new token for a session to show, good until `expires`; plans when it is scanned.
    pub(in crate::sim) fn show_token(
        &mut self,
        key: KeyId,
        mailbox: Mailbox,
        except_ids: Vec<i64>,
        expires: i32,
    ) -> Vec<u8> {
        let is_first = !self.tokens.iter().any(|token| token.key == key);
        if is_first && let Some(after) = self.scan_after {
            self.due.push_back(after);
        }
        let bytes = rand::random::<[u8; 32]>().to_vec();
        self.tokens.push(Token {
            bytes: bytes.clone(),
            key,
            mailbox,
            except_ids,
            expires,
            accepted: false,
            taken: false,
        });
        bytes
    }

    /// The token of this key that another device has accepted, if one has and nobody used it yet.
    pub(in crate::sim) fn accepted_token(&self, key: KeyId) -> Option<&Token> {
        self.tokens
            .iter()
            .find(|token| token.key == key && token.accepted && !token.taken)
    }

    /// Notes that somebody has logged in with a token.
    pub(in crate::sim) fn take_token(&mut self, bytes: &[u8]) {
        for token in self.tokens.iter_mut().filter(|token| token.bytes == bytes) {
            token.taken = true;
        }
    }

    /// The next scan that is due after a while.
    pub(in crate::sim) fn take_due(&mut self) -> Option<Duration> {
        self.due.pop_front()
    }
}

impl World {
    /// Scans the newest QR code that is shown and good, as the owner of the account does with a phone; answers
    /// whether there was one.
    pub fn scan(&mut self) -> bool {
        let now = self.now();
        let newest = self.desk.tokens.iter().rev().find(|token| {
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
            .desk
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

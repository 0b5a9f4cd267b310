//! How far each key has come on its way in, and what it needs there.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::Password;
use super::codes::Code;
use super::srp::{Challenge, Verifier};
use super::tokens::Token;
use crate::sim::wire::{KeyId, key_id};

/// How far a key has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has logged in with it.
    Unauthorised,
    /// The code was right or scanned, and the password is missing.
    AwaitsPassword,
    /// It is the account's.
    LoggedIn,
    /// It was the account's, until another device ended it.
    Revoked,
}

/// Who has logged in, and who is about to.
#[derive(Debug, Default)]
pub struct Logins {
    standings: BTreeMap<KeyId, Standing>,
    pub(in crate::sim) codes: Vec<Code>,
    pub(in crate::sim) tokens: Vec<Token>,
    /// What logging out gave, to spare a code.
    pub(in crate::sim) logout_tokens: Vec<Vec<u8>>,
    /// What is kept of the password, which takes a while to make.
    verifier: Option<(Password, Arc<Verifier>)>,
    /// The question that each key was asked last, and the password that it is about.
    challenges: BTreeMap<KeyId, (Password, Challenge)>,
    /// Scans that are due some time after a request, until somebody who can wait takes them.
    pub(super) due: VecDeque<Duration>,
}

impl Logins {
    /// How far this key has come.
    pub fn standing(&self, auth_key: &[u8; 256]) -> Standing {
        self.standing_of(key_id(auth_key))
    }

    /// Ends the session of this key, as from another device.
    pub fn revoke(&mut self, auth_key: &[u8; 256]) {
        self.set_standing(key_id(auth_key), Standing::Revoked);
    }

    pub(in crate::sim) fn standing_of(&self, key: KeyId) -> Standing {
        let standing = self.standings.get(&key).copied();
        standing.unwrap_or(Standing::Unauthorised)
    }

    pub(in crate::sim) fn set_standing(&mut self, key: KeyId, standing: Standing) {
        self.standings.insert(key, standing);
    }

    /// Asks a key for this password by a new question, which takes the place of the last one.
    pub(in crate::sim) fn challenge(&mut self, key: KeyId, password: &Password) -> &Challenge {
        let kept = self
            .verifier
            .take()
            .filter(|(of, _)| of.words == password.words);
        let (_, verifier) = self.verifier.insert(kept.unwrap_or_else(|| {
            let verifier = Verifier::new(&password.words);
            (password.clone(), Arc::new(verifier))
        }));
        let asked = (password.clone(), Challenge::new(Arc::clone(verifier)));
        self.challenges.remove(&key);
        let (_, challenge) = self.challenges.entry(key).or_insert(asked);
        challenge
    }

    /// The question with this id, if it is the last that this key was asked.
    pub(in crate::sim) fn take_challenge(
        &mut self,
        key: KeyId,
        id: i64,
    ) -> Option<(Password, Challenge)> {
        let (_, challenge) = self.challenges.get(&key)?;
        if challenge.id != id {
            return None;
        }
        self.challenges.remove(&key)
    }

    /// Lets a question serve once more.
    pub(in crate::sim) fn put_challenge_back(&mut self, key: KeyId, asked: (Password, Challenge)) {
        self.challenges.insert(key, asked);
    }

    /// Forgets what a key needed on its way in. Tokens that were accepted stay, so that none serves twice.
    pub(in crate::sim) fn clear(&mut self, key: KeyId) {
        self.codes.retain(|code| code.key != key);
        self.challenges.remove(&key);
        self.tokens
            .retain(|token| token.key != key || token.accepted);
        for token in &mut self.tokens {
            token.spent |= token.claimed_by == Some(key);
        }
    }
}

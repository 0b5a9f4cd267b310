//! Finds a chat among those that may be read. Where only listed chats may be, nobody is asked about others, unless
//! it is for their kind, and nobody learns whether they exist.

use super::entry::entry;
use super::{denied, is_absence};
use crate::error::Error;
use crate::history::Account;
use crate::model::Chat;
use crate::privacy::policy::{Entry, Policy, Verdict};
use crate::telegram::Call;
use crate::telegram::peer::{self, Candidate, ChatForm, ChatName, Found, Peer, Scope, Several};

impl Account {
    /// Finds what is meant by `form`, if it may be read; `input` is what the caller wrote, for errors.
    pub(in crate::history) async fn find(
        &self,
        form: &ChatForm,
        input: &str,
        call: &Call,
    ) -> Result<Found, Error> {
        let entry = entry(form);
        let stands_on = |list: fn(&Policy, &Entry) -> bool| {
            (entry.as_ref()).is_some_and(|entry| list(&self.policy, entry))
        };
        // Words may still be the title of another chat.
        if stands_on(Policy::denies) && !matches!(form, ChatForm::Words(_)) {
            if let Some(Entry::Id(chat_id)) = entry {
                call.about.has_refused(chat_id);
            }
            return Err(denied(input));
        }
        let is_listed = stands_on(Policy::allows);
        let is_closed = self.policy.has_allow_list() && !is_listed;
        let found = match form {
            ChatForm::Words(words) => self.find_words(words, is_closed, input, call).await,
            ChatForm::Name(ChatName::Id(id)) if self.policy.has_allow_list() => {
                self.find_allowed_id(*id, input, call).await
            }
            ChatForm::Name(name) => self.find_name(name, is_closed, input, call).await,
            ChatForm::Invite(hash) => self.find_invite(hash, is_closed, input, call).await,
        };
        // What is listed may be denied in another way: then whether it is there is not told either.
        let is_secret = is_closed || is_listed && !self.policy.denied().is_empty();
        if let Ok(Found::Chat { peer, .. }) = &found {
            call.about.has_found(peer.chat_id);
        }
        match found {
            Err(error) if is_secret && tells_of_existence(&error) => Err(denied(input)),
            found => found,
        }
    }

    /// Finds whose messages are wanted in a chat that may be read. They need not be somebody whose own chat may be.
    pub(in crate::history) async fn find_sender(
        &self,
        form: &ChatForm,
        input: &str,
        call: &Call,
    ) -> Result<Peer, Error> {
        let found = match form {
            ChatForm::Name(name) => peer::find(&self.client, name, input, call).await?,
            ChatForm::Words(_) | ChatForm::Invite(_) => self.find(form, input, call).await?,
        };
        found.one(input).map(|(peer, _)| peer)
    }

    async fn find_name(
        &self,
        name: &ChatName,
        is_closed: bool,
        input: &str,
        call: &Call,
    ) -> Result<Found, Error> {
        if is_closed {
            // The answers tell the other names of those that are allowed.
            self.ask_for_allowed(call).await?;
            let may_ask = *name == ChatName::Me || self.policy.allows_kinds();
            if !may_ask && peer::lookup(&self.client, name).is_none() {
                return Err(denied(input));
            }
        }
        match peer::find(&self.client, name, input, call).await? {
            Found::Several(several) => self.readable_of(several, input, call).await,
            found => self.admit_found(found, input, call).await,
        }
    }

    /// The chat with this id, however it is marked, among those that may be allowed.
    async fn find_allowed_id(&self, id: i64, input: &str, call: &Call) -> Result<Found, Error> {
        if self.policy.allows(&Entry::Id(id)) {
            return self.exactly(id, input, call).await;
        }
        self.ask_for_denied(call).await?;
        self.ask_for_allowed(call).await?;
        let mut readable = Vec::new();
        for reading in [id].into_iter().chain(peer::readings(id)) {
            if matches!(self.verdict(reading), Verdict::Denied | Verdict::Unlisted) {
                continue;
            }
            match self.exactly(reading, input, call).await {
                Ok(found) if reading == id => return Ok(found),
                Ok(found) => readable.push(found),
                Err(error) if tells_of_existence(&error) => {}
                Err(error) => return Err(error),
            }
        }
        match readable.len() {
            0 | 1 => readable.pop().ok_or_else(|| denied(input)),
            _ => self.several(readable, call).await,
        }
    }

    /// The chat with this marked id, if it may be read.
    async fn exactly(&self, chat_id: i64, input: &str, call: &Call) -> Result<Found, Error> {
        let name = ChatName::Id(chat_id);
        let peer = peer::resolve(&self.client, &name, input, call).await?;
        self.admit(peer, input, call).await?;
        Ok(one(peer, name))
    }

    /// These chats, as those that may be meant.
    async fn several(&self, chats: Vec<Found>, call: &Call) -> Result<Found, Error> {
        let mut candidates = Vec::new();
        for chat in chats {
            if let Found::Chat { peer, .. } = chat {
                candidates.push(Candidate {
                    chat: self.client.chat(peer, call).await?,
                    is_known: true,
                });
            }
        }
        Ok(Found::Several(Several {
            candidates,
            looked_through: None,
        }))
    }

    /// What is called so among the chats that may be read. Where there is an allow list Telegram's search is not
    /// asked, nor whose username it is, unless that can matter.
    async fn find_words(
        &self,
        words: &str,
        is_closed: bool,
        input: &str,
        call: &Call,
    ) -> Result<Found, Error> {
        self.ask_for_denied(call).await?;
        let (holder, is_kept) = self.holder(words, is_closed, input, call).await?;
        let admits = |chat: &Chat| self.admits(chat);
        let scope = Scope {
            admits: &admits,
            is_open: !self.policy.has_allow_list(),
        };
        let found = peer::find_titled(&self.client, words, holder, scope, input, call).await;
        match found {
            Err(Error::NoSuchTitle { .. }) if is_kept => Err(denied(input)),
            Err(Error::NoSuchTitle { input, .. }) if !scope.is_open => {
                Err(Error::ChatNotFound { input })
            }
            found => self.admit_found(found?, input, call).await,
        }
    }

    /// Who has these words as a username and may be read, and whether somebody has them who may not.
    async fn holder(
        &self,
        words: &str,
        is_closed: bool,
        input: &str,
        call: &Call,
    ) -> Result<(Option<(Peer, ChatName)>, bool), Error> {
        if let Some(Entry::Name(name)) = entry(&ChatForm::Words(words.to_owned()))
            && self.policy.denies(&Entry::Name(name))
        {
            return Ok((None, true));
        }
        if is_closed {
            self.ask_for_allowed(call).await?;
        }
        let holder = match is_closed && !self.policy.allows_kinds() {
            true => self.known_holder(words),
            false => peer::holder(&self.client, words, input, call).await?,
        };
        let Some((peer, name)) = holder else {
            return Ok((None, false));
        };
        match self.admit(peer, input, call).await {
            Ok(()) => Ok((Some((peer, name)), false)),
            Err(Error::AccessDenied { .. }) => Ok((None, true)),
            Err(error) if is_closed && tells_of_existence(&error) => Ok((None, true)),
            Err(error) => Err(error),
        }
    }

    fn known_holder(&self, words: &str) -> Option<(Peer, ChatName)> {
        let name = ChatForm::Words(words.to_owned()).name()?;
        Some((peer::lookup(&self.client, &name)?, name))
    }

    /// The chat that an invite leads to. What it shows of a chat that the account is not in is only told where that
    /// invite is listed itself, or nothing needs to be.
    async fn find_invite(
        &self,
        hash: &str,
        is_closed: bool,
        input: &str,
        call: &Call,
    ) -> Result<Found, Error> {
        if is_closed && !self.policy.allows_kinds() {
            return Err(denied(input));
        }
        let found = peer::find_invite(&self.client, hash, input, call).await?;
        match &found {
            Found::Chat { peer, .. } => {
                let entry = Entry::Invite(hash.to_owned());
                self.policy.note(&entry, Some(peer.chat_id));
            }
            Found::Invite(invite) => {
                let is_denied = self.policy.verdict((&invite.chat).into()) == Verdict::Denied;
                if is_closed || is_denied {
                    return Err(denied(input));
                }
            }
            Found::Several(_) => {}
        }
        self.admit_found(found, input, call).await
    }

    async fn admit_found(&self, found: Found, input: &str, call: &Call) -> Result<Found, Error> {
        if let Found::Chat { peer, .. } = &found {
            self.admit(*peer, input, call).await?;
        }
        Ok(found)
    }

    /// Those of several chats that may be read: when that is one, it is meant.
    async fn readable_of(
        &self,
        mut several: Several,
        input: &str,
        call: &Call,
    ) -> Result<Found, Error> {
        self.ask_for_denied(call).await?;
        several
            .candidates
            .retain(|candidate| self.admits(&candidate.chat));
        match several.candidates.as_slice() {
            [] => Err(denied(input)),
            [only] => self.exactly(only.chat.chat_id, input, call).await,
            _ => Ok(Found::Several(several)),
        }
    }
}

fn one(peer: Peer, name: ChatName) -> Found {
    Found::Chat {
        peer,
        name,
        joined: None,
    }
}

/// Whether an error differs from chat to chat that may not be read.
fn tells_of_existence(error: &Error) -> bool {
    is_absence(error) || error.is_refusal() || matches!(error, Error::AccessDenied { .. })
}

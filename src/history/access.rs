//! Which chats may be read, enforced: nothing is read, and nobody is told of, without having passed here.

mod entry;
mod find;
mod names;

pub use self::entry::{read_entry, read_policy};
pub use self::names::NameOnList;
use super::Account;
use super::cursor::Cursor;
use super::filter::ChatPart;
use crate::error::{Error, shorten};
use crate::model::{Chat, ChatKind, Message};
use crate::privacy::policy::{Entry, Subject, Verdict};
use crate::telegram::Call;
use crate::telegram::peer::{self, ChatName, Found, Peer, PeerKind};

impl Account {
    /// Makes sure that a chat may be read; `input` is what the caller wrote, for the refusal. Costs a request for
    /// each name on the lists that is not known yet, and one where it depends on what the chat is.
    pub(super) async fn admit(&self, peer: Peer, input: &str, call: &Call) -> Result<(), Error> {
        let mut verdict = self.judge(|| self.verdict(peer.chat_id), call).await?;
        if verdict == Verdict::Unclear {
            let chat = self.described_now(peer, input, call).await?;
            verdict = self.policy.verdict((&chat).into());
        }
        let admitted = readable(verdict, input);
        if admitted.is_err() {
            call.about.has_refused(peer.chat_id);
        }
        admitted
    }

    /// The same for the group that holds the comments of a channel: they are read through the channel, so that the
    /// account need not be in it.
    async fn admit_comments(&self, group: i64, input: &str, call: &Call) -> Result<(), Error> {
        let group = Subject {
            chat_id: group,
            kind: Some(ChatKind::Supergroup),
            ..Subject::default()
        };
        let verdict = self.judge(|| self.policy.verdict(group), call).await?;
        readable(verdict, input)
    }

    /// The verdict, once the names are known that it depends on.
    async fn judge(&self, verdict: impl Fn() -> Verdict, call: &Call) -> Result<Verdict, Error> {
        self.ask_for_denied(call).await?;
        let first = verdict();
        if first != Verdict::Unlisted {
            return Ok(first);
        }
        self.ask_for_allowed(call).await?;
        Ok(verdict())
    }

    /// Asks what a chat is, with another access hash if Telegram no longer takes this one.
    async fn described_now(&self, peer: Peer, input: &str, call: &Call) -> Result<Chat, Error> {
        match self.client.chat(peer, call).await {
            Err(error) if error.is_stale_peer() => {
                let name = ChatName::Id(peer.chat_id);
                let peer = peer::resolve_anew(&self.client, &name, peer, input, call).await?;
                self.client.chat(peer, call).await
            }
            chat => chat,
        }
    }

    /// Makes sure that a cursor leads nowhere but to what may be read by now.
    pub(super) async fn admit_cursor(
        &self,
        cursor: &mut Cursor,
        input: &str,
        call: &Call,
    ) -> Result<(), Error> {
        self.admit(cursor.chat, input, call).await?;
        call.about.has_found(cursor.chat.chat_id);
        match (cursor.filter.part, cursor.elsewhere) {
            (None, Some(half)) if !self.admits_half(half.chat_id, cursor.chat) => {
                Err(denied(input))
            }
            (Some(ChatPart::Comments(post)), None) => {
                cursor.comments = match cursor.comments {
                    None => self.comments(cursor.chat, post, call).await?,
                    known => known,
                };
                match cursor.comments {
                    Some(group) => self.admit_comments(group, input, call).await,
                    None => Ok(()),
                }
            }
            (Some(ChatPart::Comments(_)), Some(group)) => self.admit(group, input, call).await,
            (Some(ChatPart::SavedDialog(chat_id)), _) => {
                let dialog = self.client.peers().by_id(chat_id);
                let dialog = dialog.unwrap_or(Peer {
                    chat_id,
                    access_hash: 0,
                });
                self.admit(dialog, input, call).await
            }
            _ => Ok(()),
        }
    }

    /// The group that holds the comments on a post, which may be read, as far as it matters which one it is.
    pub(super) async fn comments(
        &self,
        chat: Peer,
        post: i32,
        call: &Call,
    ) -> Result<Option<i64>, Error> {
        let nature = self.client.peers().nature(chat.chat_id);
        let is_group = nature.is_some_and(|nature| nature.kind != ChatKind::Channel);
        if self.policy.is_open() || is_group {
            return Ok(None);
        }
        let (group, _) = self.discussion(chat, post, call).await?;
        Ok(Some(group))
    }

    /// The group that holds the comments on a post, which may be read, and the message there that they answer.
    pub(super) async fn discussion(
        &self,
        chat: Peer,
        post: i32,
        call: &Call,
    ) -> Result<(i64, i32), Error> {
        let found = match self.client.discussion(chat, post, call).await {
            Err(Error::Rpc {
                code: 400, name, ..
            }) if name == "MSG_ID_INVALID" => None,
            found => found?,
        };
        let (group, root) = found.ok_or_else(|| ChatPart::Comments(post).not_there())?;
        let input = format!("comments_of: {post}");
        self.admit_comments(group, &input, call).await?;
        Ok((group, root))
    }

    /// Whether the older half of a chat that may be read may be read too: it goes with it unless it is denied.
    pub(super) fn admits_half(&self, group: i64, chat: Peer) -> bool {
        let half = Subject {
            chat_id: group,
            kind: Some(ChatKind::Group),
            became: Some(chat.chat_id),
            ..Subject::default()
        };
        self.policy.verdict(half) == Verdict::Readable
    }

    /// Makes sure that what was just read by this cursor has not shown that it may not leave.
    pub(super) fn confirm_cursor(&self, cursor: &Cursor, input: &str) -> Result<(), Error> {
        self.confirm(cursor.chat.chat_id, input)?;
        let searched = cursor.elsewhere.filter(|_| cursor.filter.part.is_some());
        let group = searched.map(|group| group.chat_id).or(cursor.comments);
        group.map_or(Ok(()), |group| self.confirm(group, input))
    }

    /// The same for a chat: an answer may say that it has a name that is denied, or has lost one that is allowed.
    pub(super) fn confirm(&self, chat_id: i64, input: &str) -> Result<(), Error> {
        match self.verdict(chat_id) {
            Verdict::Denied | Verdict::Unlisted => Err(denied(input)),
            Verdict::Readable | Verdict::Unclear => Ok(()),
        }
    }

    /// Whether a chat that is described may be told of, as far as the lists are known.
    pub(super) fn admits(&self, chat: &Chat) -> bool {
        self.policy.verdict(chat.into()) == Verdict::Readable
    }

    /// Whether a chat may be read, as far as that can be told without asking.
    fn verdict(&self, chat_id: i64) -> Verdict {
        let mut subject = Subject {
            chat_id,
            ..Subject::default()
        };
        if !self.policy.is_open() {
            self.refresh();
            let peers = self.client.peers();
            subject.kind = peers.nature(chat_id).map(|nature| nature.kind);
            if matches!(PeerKind::of(chat_id), PeerKind::Group(_)) {
                subject.became = peers.successor(chat_id);
            }
        }
        self.policy.verdict(subject)
    }

    /// Takes in who has the names on the lists by now, as far as answers have said so.
    pub(super) fn refresh(&self) {
        let holder = |name: &ChatName| peer::lookup(&self.client, name).map(|peer| peer.chat_id);
        self.policy.refresh(|entry| match entry {
            Entry::Me => holder(&ChatName::Me),
            Entry::Name(name) => holder(&ChatName::Username(name.clone())),
            Entry::Id(_) | Entry::Invite(_) | Entry::Kind(_) => None,
        });
    }

    /// Asks who has the denied names, unless that is known. Whoever cannot be told apart from them is not read.
    pub(super) async fn ask_for_denied(&self, call: &Call) -> Result<(), Error> {
        self.refresh();
        self.ask_for(self.policy.unanswered_denied(), call).await
    }

    /// Asks who has the allowed names, unless that is known.
    pub(super) async fn ask_for_allowed(&self, call: &Call) -> Result<(), Error> {
        self.refresh();
        self.ask_for(self.policy.unanswered_allowed(), call).await
    }

    /// Asks who has the allowed names where that decides what these messages may tell of other chats. Who cannot be
    /// told to be allowed is not told of.
    pub(super) async fn ask_for_origins(
        &self,
        mut messages: impl Iterator<Item = &Message>,
        call: &Call,
    ) {
        if !self.policy.unanswered_allowed().is_empty()
            && messages.any(|message| self.policy.hides_origin_of(message))
            && let Err(error) = self.ask_for_allowed(call).await
        {
            tracing::debug!(%error, "the origins of some messages are withheld for want of an answer");
        }
    }

    /// The same for those of both lists that no answer about a chat shows by itself.
    pub(super) async fn ask_for_invites(&self, call: &Call) -> Result<(), Error> {
        self.refresh();
        let mut entries = self.policy.unanswered_denied();
        entries.extend(self.policy.unanswered_allowed());
        entries.retain(|entry| !matches!(entry, Entry::Name(_)));
        self.ask_for(entries, call).await
    }

    /// Asks for all of these at once. What is answered stays known when another one is not: the rate may have no
    /// room for a long list in one call.
    async fn ask_for(&self, entries: Vec<Entry>, call: &Call) -> Result<(), Error> {
        let ask = entries.iter().map(|entry| self.ask_for_entry(entry, call));
        let answers = futures_util::future::join_all(ask).await;
        answers.into_iter().try_for_each(|answer| answer.map(drop))
    }

    /// Asks which chat a name on the lists stands for, and notes it.
    pub(super) async fn ask_for_entry(
        &self,
        entry: &Entry,
        call: &Call,
    ) -> Result<Option<i64>, Error> {
        let input = entry.to_string();
        let found = match entry {
            Entry::Me => peer::find(&self.client, &ChatName::Me, &input, call).await,
            Entry::Name(name) => {
                let name = ChatName::Username(name.clone());
                peer::find(&self.client, &name, &input, call).await
            }
            Entry::Invite(hash) => peer::find_invite(&self.client, hash, &input, call).await,
            Entry::Id(chat_id) => return Ok(Some(*chat_id)),
            Entry::Kind(_) => return Ok(None),
        };
        let holder = match found {
            Ok(Found::Chat { peer, .. }) => Some(peer.chat_id),
            Ok(Found::Several(_) | Found::Invite(_)) => None,
            Err(error) if is_absence(&error) => None,
            Err(error) => return Err(error),
        };
        if holder.is_none() && self.policy.denies(entry) {
            tracing::warn!(
                "nobody has `{entry}`, so that TELEGRAM_DENIED_CHATS denies no chat by it"
            );
        }
        self.policy.note(entry, holder);
        Ok(holder)
    }
}

fn readable(verdict: Verdict, input: &str) -> Result<(), Error> {
    match verdict {
        Verdict::Readable => Ok(()),
        _ => Err(denied(input)),
    }
}

/// The refusal, which is the same whether the chat is there or not.
pub(super) fn denied(input: &str) -> Error {
    Error::AccessDenied {
        input: shorten(input),
    }
}

/// Whether an error says that there is no such chat, or none for this account.
fn is_absence(error: &Error) -> bool {
    matches!(
        error,
        Error::ChatNotFound { .. }
            | Error::NoSuchTitle { .. }
            | Error::UsernameInvalid { .. }
            | Error::ChannelPrivate { .. }
            | Error::InviteExpired { .. }
    )
}

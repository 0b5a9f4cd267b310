//! What becomes of the texts of one record: each is cleaned, then masked as its kind asks for.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use crate::model::{Chat, Entity, EntityKind, Links, Message, TextKind};

use super::Edits;
use super::mask::{Kind, Level, Masked, Masker};
use super::policy::TELEGRAM;
use super::sanitize;

/// How the texts of one record are treated.
pub(super) struct Words<'a> {
    masker: Option<&'a Masker>,
    /// Telegram's service chat wrote them.
    is_login: bool,
    /// The record's chat, when it is a channel or a supergroup, without its mark.
    channel: Option<i64>,
}

impl<'a> Words<'a> {
    pub(super) fn of_message(masker: Option<&'a Masker>, message: &Message) -> Self {
        let forwarded = message.forward.iter().flat_map(|forward| {
            let saved = forward.saved_from.iter();
            let saved = saved.flat_map(|saved| [saved.chat_id, saved.sender_id]);
            [forward.from_id].into_iter().chain(saved)
        });
        let answered = message.reply_to.iter().flat_map(|reply_to| {
            let origin = reply_to.origin.as_ref().and_then(|origin| origin.from_id);
            [reply_to.chat_id, origin]
        });
        let sender = message.sender.as_ref().map(|sender| sender.id);
        let mut sources = [Some(message.chat_id), sender]
            .into_iter()
            .chain(forwarded)
            .chain(answered);
        Self {
            masker,
            is_login: sources.any(|id| id == Some(TELEGRAM)),
            channel: bare_channel_id(message.chat_id),
        }
    }

    pub(super) fn of_chat(masker: Option<&'a Masker>, chat: &Chat) -> Self {
        Self {
            masker,
            is_login: chat.chat_id == TELEGRAM,
            channel: bare_channel_id(chat.chat_id),
        }
    }

    /// Changes the text of a message, where its entities stand, and the links that are cut out of it: a part of a
    /// number, by itself, may look like none.
    pub(super) fn change_text(&self, message: &mut Message) {
        let Message {
            text,
            entities,
            links,
            ..
        } = message;
        let cut_out = Links::of(entities, text).into_vec().len();
        if self.change_words(text, entities) {
            let others = links.split_off(cut_out.min(links.len()));
            *links = Links::of(entities, text).into_vec();
            links.extend(others);
        }
    }

    /// Changes a text and where its entities stand; whether there was anything to change.
    fn change_words(&self, text: &mut String, entities: &mut Vec<Entity>) -> bool {
        let mut is_changed = false;
        let mut take = |changed: Option<String>, text: &mut String| {
            is_changed |= changed.is_some();
            changed.into_iter().for_each(|it| *text = it);
        };
        let clean = sanitize::text(text);
        take(apply(clean.text, &clean.edits, entities), text);
        if let Some(masker) = self.masker {
            let masked = self.masked(masker, text);
            take(apply(masked.text, &masked.edits, entities), text);
            let tagged = tagged(masker, text, entities);
            if !tagged.is_empty() {
                let masked = masker.parts(text, &tagged);
                take(apply(masked.text, &masked.edits, entities), text);
                let masked = self.masked(masker, text);
                take(apply(masked.text, &masked.edits, entities), text);
            }
        }
        is_changed
    }

    /// Changes one of the other texts.
    pub(super) fn change(&self, kind: TextKind, text: &mut String) {
        let clean = match kind {
            TextKind::Text | TextKind::Quote => sanitize::text(text).text,
            _ => sanitize::line(text),
        };
        if let Cow::Owned(clean) = clean {
            *text = clean;
        }
        if let Some(masker) = self.masker {
            self.mask(masker, kind, text);
        }
    }

    fn mask(&self, masker: &Masker, kind: TextKind, text: &mut String) {
        let is_strict = masker.level() == Level::Strict;
        let masked = match kind {
            TextKind::ContactName => masker.name(text).into(),
            TextKind::Name if is_strict => masker.name(text).into(),
            TextKind::Username if is_strict => masker.username(text).into(),
            TextKind::Phone => masker.phone(text).into(),
            TextKind::Username => return,
            TextKind::Link if is_strict => self.nameless(text).into(),
            TextKind::Link => return,
            TextKind::Url => masker.url(text),
            TextKind::FileName => masker.file_name(text),
            TextKind::Text
            | TextKind::Name
            | TextKind::Title
            | TextKind::Quote
            | TextKind::Other => self.masked(masker, text).text,
        };
        if let Cow::Owned(masked) = masked {
            *text = masked;
        }
    }

    fn masked<'t>(&self, masker: &Masker, text: &'t str) -> Masked<'t> {
        match self.is_login {
            true => masker.login_message(text),
            false => masker.text(text),
        }
    }

    /// The same link to a message, made of ids alone; one to a chat by its name is none.
    fn nameless(&self, link: &str) -> String {
        let named = link.strip_prefix("https://t.me/");
        let named = named.filter(|path| !path.starts_with("c/"));
        let path = named.and_then(|path| path.split_once('/'));
        match (named, path, self.channel) {
            (None, ..) => link.to_owned(),
            (_, Some((_, path)), Some(channel)) => format!("https://t.me/c/{channel}/{path}"),
            _ => String::new(),
        }
    }
}

/// The new text, if there is one; the entities move with it.
fn apply(text: Cow<'_, str>, edits: &Edits, entities: &mut Vec<Entity>) -> Option<String> {
    match text {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => {
            edits.remap(entities);
            Some(text)
        }
    }
}

/// What Telegram itself took for a number or an address, and in `strict` the names by which people are mentioned.
fn tagged(masker: &Masker, text: &str, entities: &[Entity]) -> Vec<(Kind, Range<usize>)> {
    let is_strict = masker.level() == Level::Strict;
    let kind_of = |entity: &Entity| match entity.kind {
        EntityKind::Email => Some(Kind::Email),
        EntityKind::Phone => Some(Kind::Phone),
        EntityKind::BankCard => Some(Kind::Card),
        EntityKind::TonAddress => Some(Kind::Crypto),
        EntityKind::MentionName if is_strict => Some(Kind::Name),
        _ => None,
    };
    let mut tagged: Vec<_> = entities
        .iter()
        .filter_map(|entity| Some((kind_of(entity)?, entity.bytes(text)?)))
        .collect();
    tagged.sort_by_key(|(_, range)| (range.start, Reverse(range.end)));
    tagged
}

/// The number of a channel's or supergroup's marked id.
fn bare_channel_id(chat_id: i64) -> Option<i64> {
    const CHANNEL_MARK: i64 = -1_000_000_000_000;
    (chat_id < CHANNEL_MARK).then(|| CHANNEL_MARK - chat_id)
}

//! Replaces what identifies a person, or opens a door, by pseudonyms: `[email:kqvhwmtr]`.
//!
//! A pseudonym is the same wherever the same thing stands, however it is spelt, so that a reader can still follow
//! who is who. The key makes that one cannot guess a number and check the guess.

mod at_sign;
mod card;
mod code;
mod crypto;
mod email;
mod engine;
mod evidence;
mod file_name;
mod iban;
mod invite;
mod ip;
mod login;
mod number;
mod numbers;
mod phone;
mod pseudonym;
mod secret;
mod strict;
mod tagged;
mod token;
mod view;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rlibphonenumber::enums::Region;
use zeroize::Zeroizing;

use self::engine::{Context, Find, Search};
use self::pseudonym::Key;
use self::view::View;
use super::{Edit, Edits};

/// How much is masked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// What is certainly personal or secret.
    #[default]
    Mask,
    /// Also what may well be, usernames, and what is written to hide from programs.
    Strict,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of a payment card.
    Card,
    /// An international bank account number.
    Iban,
    /// An internet address, version 4 or 6.
    Ip,
    /// The address of a wallet.
    Crypto,
    /// A key, a token, a password.
    Secret,
    /// A code that logs somebody in.
    LoginCode,
    /// The part of an invite link that opens the chat.
    Invite,
    /// A person's name.
    Name,
    /// A person's username.
    Username,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 11] = [
        Self::Email,
        Self::Phone,
        Self::Card,
        Self::Iban,
        Self::Ip,
        Self::Crypto,
        Self::Secret,
        Self::LoginCode,
        Self::Invite,
        Self::Name,
        Self::Username,
    ];

    /// The word that stands in the pseudonym.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Ip => "ip",
            Self::Crypto => "crypto",
            Self::Secret => "secret",
            Self::LoginCode => "code",
            Self::Invite => "invite",
            Self::Name => "name",
            Self::Username => "username",
        }
    }
}

/// One thing that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it stood in the old text, in bytes.
    pub range: Range<usize>,
}

/// A text in which nothing is left to find, and what was changed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked<'a> {
    /// Borrowed when nothing was found.
    pub text: Cow<'a, str>,
    /// What was changed, in UTF-16 units.
    pub edits: Edits,
    /// What was found, in the order of the text.
    pub found: Vec<Found>,
}

impl Masked<'_> {
    /// What was found, each with the pseudonym that stands for it.
    pub fn pseudonyms(&self) -> impl Iterator<Item = (&Found, &str)> {
        let (mut old, mut new) = (0, 0);
        self.found.iter().map(move |found| {
            let start = new + (found.range.start - old);
            (old, new) = (found.range.end, start + pseudonym::length(found.kind));
            (found, self.text.get(start..new).unwrap_or_default())
        })
    }
}

/// Masks texts. Cheap to clone, without state between texts.
#[derive(Clone)]
pub struct Masker(Arc<Settings>);

struct Settings {
    level: Level,
    key: Key,
    region: Option<Region>,
}

impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masker")
            .field("level", &self.0.level)
            .field("region", &self.0.region)
            .finish_non_exhaustive()
    }
}

impl Masker {
    /// A masker with this key; `region`, two capital letters of ISO 3166, says whose phone numbers stand without a
    /// country. One that is not known is as none.
    pub fn new(level: Level, key: &[u8; 32], region: Option<&str>) -> Self {
        Self(Arc::new(Settings {
            level,
            key: Key::new(key),
            region: region.and_then(|it| it.parse().ok()),
        }))
    }

    /// What the pseudonyms and the choice of what is masked depend on, as a name that tells nothing of the key.
    pub fn settings(&self) -> String {
        let level = match self.0.level {
            Level::Mask => "mask",
            Level::Strict => "strict",
        };
        let region = (self.0.region).map_or_else(|| "-".to_owned(), |region| region.to_string());
        let key = self.0.key.pseudonym(Kind::Name, "the key itself");
        format!("{level} {region} {key}")
    }

    /// Whether this is a country whose phone numbers are known.
    pub fn knows_region(region: &str) -> bool {
        region.parse().is_ok_and(phone::knows)
    }

    /// A key from words that a person chose: the same words, the same pseudonyms.
    pub fn key_from(words: &str) -> Zeroizing<[u8; 32]> {
        pseudonym::key_from(words)
    }

    /// Masks a text.
    pub fn text<'a>(&self, text: &'a str) -> Masked<'a> {
        self.search(text, View::new(text), false)
    }

    /// Masks what Telegram's own service chat wrote: there, whatever looks like a code is one.
    pub fn login_message<'a>(&self, text: &'a str) -> Masked<'a> {
        self.search(text, View::new(text), true)
    }

    /// Masks a link, which stays a link that reads.
    pub fn url<'a>(&self, url: &'a str) -> Cow<'a, str> {
        self.text(url).text
    }

    /// Masks a file's name, and keeps its extension.
    pub fn file_name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let stem = name
            .strip_suffix(file_name::extension(name))
            .unwrap_or(name);
        let mut masked = Cow::Borrowed(stem);
        // First as a text, for `_` in addresses, then with `_` between words, until nothing more is found.
        loop {
            let text = self.text(&masked).text;
            let words = self.search(&text, View::of_name(&text), false).text;
            if words == masked {
                break;
            }
            masked = Cow::Owned(words.into_owned());
        }
        match masked {
            Cow::Borrowed(_) => Cow::Borrowed(name),
            Cow::Owned(stem) => Cow::Owned(stem + file_name::extension(name)),
        }
    }

    /// The pseudonym of what is a phone number as a whole; nothing stays nothing.
    pub fn phone(&self, value: &str) -> String {
        self.whole(Kind::Phone, value, |it| phone::canonical(it, self.0.region))
    }

    /// The pseudonym of a name; nothing stays nothing.
    pub fn name(&self, value: &str) -> String {
        self.whole(Kind::Name, value, |it| it.trim().to_owned())
    }

    /// The pseudonym of a username, with or without its `@`; nothing stays nothing.
    pub fn username(&self, value: &str) -> String {
        self.whole(Kind::Username, value, |it| {
            it.trim().trim_start_matches('@').to_lowercase()
        })
    }

    fn whole(&self, kind: Kind, value: &str, canonical: impl Fn(&str) -> String) -> String {
        if value.is_empty() || pseudonym::is_pseudonym(value) {
            return value.to_owned();
        }
        self.0.key.pseudonym(kind, &canonical(value))
    }

    fn search<'a>(&self, text: &'a str, view: View<'a>, is_login: bool) -> Masked<'a> {
        let context = Context {
            level: self.0.level,
            region: self.0.region,
            is_login,
        };
        let finds = Search::new(context, text, view).run();
        self.masked(text, finds)
    }

    fn masked<'a>(&self, text: &'a str, finds: Vec<Find>) -> Masked<'a> {
        let mut masked = Masked {
            text: Cow::Borrowed(text),
            edits: Edits::default(),
            found: Vec::with_capacity(finds.len()),
        };
        if finds.is_empty() {
            return masked;
        }
        let mut new = String::with_capacity(text.len());
        let (mut from, mut units) = (0, 0);
        for find in finds {
            let between = text.get(from..find.range.start).unwrap_or_default();
            let old = text.get(find.range.clone()).unwrap_or_default();
            let pseudonym = self.0.key.pseudonym(find.kind, &find.value);
            new.push_str(between);
            new.push_str(&pseudonym);
            let start = units + utf16_len(between);
            units = start + utf16_len(old);
            masked.edits.push(Edit {
                start,
                end: units,
                length: pseudonym.len(),
            });
            from = find.range.end;
            masked.found.push(Found {
                kind: find.kind,
                range: find.range,
            });
        }
        new.push_str(text.get(from..).unwrap_or_default());
        masked.text = Cow::Owned(new);
        masked
    }
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests;

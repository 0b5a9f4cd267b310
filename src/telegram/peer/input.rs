//! The forms in which a chat can be written. Parsed once; nothing here asks Telegram.

mod link;

use self::link::Link;
use super::CHANNEL_MARK;
use crate::error::{Error, shorten};

/// The longest input that can be a chat; a username has at most 32 characters, a title 255, a link is not much longer.
const MAX_CHARS: usize = 256;
const ACCEPTED: &str = "a username such as `@name`, a link such as `https://t.me/name`, an id such as `-1001234567890`, `me`, or words of a title";
const NO_PHONE: &str =
    "a chat by `@name`, link, id or title: people are not looked up by their phone numbers";

/// Ids have at most 52 bits, <https://core.telegram.org/api/bots/ids>.
const MOST_ID: u64 = 1 << 52;
const NO_PSEUDONYM: &str = "the numeric id that stands beside it: what is masked, such as `[name:kqvhwmtr]`, cannot be looked up";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatInput {
    /// The chat.
    pub chat: ChatForm,
    /// The message that a link points at.
    pub message_id: Option<i32>,
    /// The topic that a link points at.
    pub topic_id: Option<i32>,
    /// The comment that a link points at, a message of the channel's discussion group.
    pub comment_id: Option<i32>,
}

/// How the chat was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatForm {
    /// By what names one chat and no other.
    Name(ChatName),
    /// By words, which may be a username or a title.
    Words(String),
    /// By the hash of an invite link.
    Invite(String),
}

impl ChatForm {
    /// What names one chat: of words, the username that they may be.
    pub fn name(&self) -> Option<ChatName> {
        match self {
            Self::Name(name) => Some(name.clone()),
            Self::Words(words) => as_username(words).map(ChatName::Username),
            Self::Invite(_) => None,
        }
    }
}

/// What names one chat and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatName {
    /// The account itself: saved messages.
    Me,
    /// A username, without `@`, in lower case.
    Username(String),
    /// A marked id.
    Id(i64),
}

impl From<ChatForm> for ChatInput {
    fn from(chat: ChatForm) -> Self {
        Self {
            chat,
            message_id: None,
            topic_id: None,
            comment_id: None,
        }
    }
}

impl From<ChatName> for ChatInput {
    fn from(name: ChatName) -> Self {
        ChatForm::Name(name).into()
    }
}

impl ChatInput {
    /// Reads `@name`, any link to a chat or into it, a marked id, `me`, and takes everything else for
    /// words. `field` is the argument's name, for the error.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let invalid = |accepted| Error::invalid(field, text, accepted);
        let trimmed = text.trim();
        if trimmed.is_empty()
            || trimmed.len() > MAX_CHARS * 4
            || trimmed.chars().count() > MAX_CHARS
        {
            return Err(invalid(ACCEPTED));
        }
        if is_pseudonym(trimmed.trim_start_matches('@')) {
            return Err(invalid(NO_PSEUDONYM));
        }
        if let Some(name) = trimmed.strip_prefix('@') {
            return username(name).map(Into::into);
        }
        if is_saved_messages(trimmed) {
            return Ok(ChatName::Me.into());
        }
        if is_phone_number(trimmed) {
            return Err(invalid(NO_PHONE));
        }
        if let Some(id) = marked_id(trimmed) {
            return id.map(Into::into).ok_or_else(|| invalid(ACCEPTED));
        }
        match Link::of(field, trimmed) {
            Some(link) => link?.read(),
            None if trimmed.contains(char::is_control) => Err(invalid(ACCEPTED)),
            None => Ok(ChatForm::Words(trimmed.to_owned()).into()),
        }
    }
}

/// `[name:kqvhwmtr]`, what masking puts in place of a name.
fn is_pseudonym(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let is_word = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    inside
        .and_then(|it| it.split_once(':'))
        .is_some_and(|(kind, letters)| is_word(kind) && letters.len() == 8 && is_word(letters))
}

/// The username that these words may be, in lower case.
pub(super) fn as_username(words: &str) -> Option<String> {
    // Fragment sells names of four characters; some services own shorter ones
    // (<https://core.telegram.org/method/account.checkUsername>). Telegram itself has the last word.
    let plausible = (2..=32).contains(&words.len())
        && words.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plausible.then(|| words.to_ascii_lowercase())
}

fn username(name: &str) -> Result<ChatName, Error> {
    let invalid = || Error::UsernameInvalid {
        input: shorten(name),
    };
    as_username(name)
        .map(ChatName::Username)
        .ok_or_else(invalid)
}

/// `me`, or what Telegram's own apps call it.
fn is_saved_messages(text: &str) -> bool {
    ["me", "saved messages"]
        .iter()
        .any(|name| text.eq_ignore_ascii_case(name))
}

/// `+49 170 1234567` and the like.
fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|number| {
        number.contains(|c: char| c.is_ascii_digit())
            && number
                .chars()
                .all(|c| c.is_ascii_digit() || " ()-./".contains(c))
    })
}

/// `Some(None)` for a number that cannot be an id.
fn marked_id(text: &str) -> Option<Option<ChatName>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let id = text
        .parse::<i64>()
        .ok()
        .filter(|id| *id != 0 && *id != CHANNEL_MARK && id.unsigned_abs() < MOST_ID);
    Some(id.map(ChatName::Id))
}

#[cfg(test)]
mod tests;

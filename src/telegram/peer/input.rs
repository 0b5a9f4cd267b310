//! The forms in which a chat can be written. Parsed once; nothing here asks Telegram.

use url::Url;

use super::CHANNEL_MARK;
use crate::error::Error;

/// The longest input that can be a chat; a username has at most 32 characters, a link is not much longer.
const MAX_CHARS: usize = 256;
const ACCEPTED: &str = "a username such as `@name`, a link such as `https://t.me/name`, an id such as `-1001234567890`, or `me`; titles are not searched yet";

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatInput {
    /// The chat.
    pub name: ChatName,
    /// The message that a link points at.
    pub message_id: Option<i32>,
    /// The topic that a link points at.
    pub topic_id: Option<i32>,
}

/// How the chat was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatName {
    /// The account itself: saved messages.
    Me,
    /// A username, without `@`, in lower case.
    Username(String),
    /// A marked id.
    Id(i64),
}

impl From<ChatName> for ChatInput {
    fn from(name: ChatName) -> Self {
        Self {
            name,
            message_id: None,
            topic_id: None,
        }
    }
}

impl ChatInput {
    /// Reads `@name`, `name`, `https://t.me/name[/topic][/message]`, `t.me/c/ID/message`,
    /// `tg://resolve?domain=name`, a marked id, or `me`. `field` is the argument's name, for the error.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let invalid = || Error::invalid(field, text, ACCEPTED);
        let trimmed = text.trim();
        if trimmed.is_empty()
            || trimmed.len() > MAX_CHARS * 4
            || trimmed.chars().count() > MAX_CHARS
        {
            return Err(invalid());
        }
        if let Some(name) = trimmed.strip_prefix('@') {
            return username(name).map(Into::into);
        }
        if trimmed.eq_ignore_ascii_case("me") {
            return Ok(ChatName::Me.into());
        }
        if let Some(id) = marked_id(trimmed) {
            return id.map(Into::into).ok_or_else(invalid);
        }
        if let Some(link) = as_link(trimmed) {
            return from_link(field, text, &link);
        }
        if trimmed
            .chars()
            .any(|c| !(c.is_ascii_alphanumeric() || c == '_'))
        {
            return Err(invalid());
        }
        username(trimmed).map(Into::into)
    }
}

/// `Some(None)` for a number that cannot be an id.
fn marked_id(text: &str) -> Option<Option<ChatName>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Bare ids have at most 52 bits, <https://core.telegram.org/api/bots/ids>.
    let id = text
        .parse::<i64>()
        .ok()
        .filter(|id| *id != 0 && *id != CHANNEL_MARK && id.unsigned_abs() < 1 << 52);
    Some(id.map(ChatName::Id))
}

fn username(name: &str) -> Result<ChatName, Error> {
    // Fragment sells names of four characters; some services own shorter ones
    // (<https://core.telegram.org/method/account.checkUsername>). Telegram itself has the last word.
    let plausible = (2..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plausible {
        Ok(ChatName::Username(name.to_ascii_lowercase()))
    } else {
        Err(Error::UsernameInvalid {
            input: crate::error::shorten(name),
        })
    }
}

const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];

fn as_link(text: &str) -> Option<Url> {
    let lower = text.to_ascii_lowercase();
    let bare = HOSTS.iter().any(|host| {
        lower
            .strip_prefix(host)
            .is_some_and(|rest| rest.starts_with('/'))
    }) || HOSTS
        .iter()
        .any(|host| lower.contains(&format!(".{host}")) && !lower.contains("://"));
    let full = if bare {
        format!("https://{text}")
    } else {
        text.to_owned()
    };
    Url::parse(&full).ok()
}

fn from_link(field: &'static str, text: &str, link: &Url) -> Result<ChatInput, Error> {
    let invalid = || Error::invalid(field, text, ACCEPTED);
    match link.scheme() {
        "tg" => from_tg_link(link).unwrap_or_else(|| Err(invalid())),
        "http" | "https" => from_web_link(field, text, link),
        _ => Err(invalid()),
    }
}

fn from_tg_link(link: &Url) -> Option<Result<ChatInput, Error>> {
    let value = |wanted: &str| {
        link.query_pairs()
            .find(|(key, _)| key == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let number = |wanted: &str| {
        value(wanted)?
            .parse::<i64>()
            .ok()
            .filter(|number| *number > 0)
    };
    match link.host_str() {
        Some("resolve") => {}
        // The form of our own links into private chats and basic groups.
        Some("openmessage") => {
            let user = number("user_id");
            let group = number("chat_id").map(|id| -id);
            return Some(Ok(ChatInput {
                name: ChatName::Id(user.or(group)?),
                message_id: number("message_id").and_then(|id| i32::try_from(id).ok()),
                topic_id: None,
            }));
        }
        _ => return None,
    }
    let name = username(&value("domain")?);
    Some(name.map(|name| ChatInput {
        name,
        message_id: value("post").and_then(|post| post.parse().ok()),
        topic_id: value("thread").and_then(|thread| thread.parse().ok()),
    }))
}

fn from_web_link(field: &'static str, text: &str, link: &Url) -> Result<ChatInput, Error> {
    let invalid = || Error::invalid(field, text, ACCEPTED);
    let host = link
        .host_str()
        .unwrap_or_default()
        .trim_start_matches("www.");
    let mut path = link
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty());
    if !HOSTS.contains(&host) {
        // https://name.t.me is another form of https://t.me/name.
        let name = HOSTS
            .iter()
            .find_map(|known| host.strip_suffix(known)?.strip_suffix('.'))
            .ok_or_else(invalid)?;
        return with_numbers(username(name)?, path, invalid);
    }
    let first = path.next().ok_or_else(invalid)?;
    match first {
        "c" => {
            let id: i64 = path
                .next()
                .and_then(|id| id.parse().ok())
                .filter(|id| *id > 0)
                .ok_or_else(invalid)?;
            let marked = CHANNEL_MARK.checked_sub(id).ok_or_else(invalid)?;
            with_numbers(ChatName::Id(marked), path, invalid)
        }
        "s" => {
            let name = path.next().ok_or_else(invalid)?;
            with_numbers(username(name)?, path, invalid)
        }
        "joinchat" => Err(invite(field, text)),
        invitation if invitation.starts_with('+') => Err(invite(field, text)),
        name => with_numbers(username(name)?, path, invalid),
    }
}

fn invite(field: &'static str, text: &str) -> Error {
    Error::invalid(
        field,
        text,
        "a chat by name or id: invite links cannot be opened by this version, and it never joins a chat",
    )
}

/// `/message` or `/topic/message` behind the name.
fn with_numbers<'a>(
    name: ChatName,
    path: impl Iterator<Item = &'a str>,
    invalid: impl Fn() -> Error,
) -> Result<ChatInput, Error> {
    let numbers: Vec<i32> = path
        .map(|part| {
            part.parse()
                .ok()
                .filter(|number| *number > 0)
                .ok_or_else(&invalid)
        })
        .collect::<Result<_, _>>()?;
    let (topic_id, message_id) = match numbers.as_slice() {
        [] => (None, None),
        [message] => (None, Some(*message)),
        [topic, message] => (Some(*topic), Some(*message)),
        _ => return Err(invalid()),
    };
    Ok(ChatInput {
        name,
        message_id,
        topic_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn named(name: &str) -> ChatName {
        ChatName::Username(name.to_owned())
    }

    #[test]
    fn every_form_of_a_chat_is_read() {
        let table = [
            ("@Name_1", named("name_1"), None, None),
            ("name", named("name"), None, None),
            ("  ME ", ChatName::Me, None, None),
            ("https://t.me/Name", named("name"), None, None),
            ("http://telegram.me/name/", named("name"), None, None),
            ("t.me/name/17", named("name"), None, Some(17)),
            ("T.me/name/4/17", named("name"), Some(4), Some(17)),
            (
                "https://t.me/s/name/17?before=20",
                named("name"),
                None,
                Some(17),
            ),
            ("https://name.t.me/17", named("name"), None, Some(17)),
            (
                "tg://resolve?domain=name&post=17",
                named("name"),
                None,
                Some(17),
            ),
            (
                "https://t.me/c/1234567890/17",
                ChatName::Id(-1_001_234_567_890),
                None,
                Some(17),
            ),
            (
                "-1001234567890",
                ChatName::Id(-1_001_234_567_890),
                None,
                None,
            ),
            ("-77", ChatName::Id(-77), None, None),
            (
                "tg://openmessage?user_id=4242&message_id=17",
                ChatName::Id(4242),
                None,
                Some(17),
            ),
            (
                "tg://openmessage?chat_id=77&message_id=3",
                ChatName::Id(-77),
                None,
                Some(3),
            ),
            ("777000", ChatName::Id(777_000), None, None),
        ];
        for (text, name, topic_id, message_id) in table {
            let expected = ChatInput {
                name,
                message_id,
                topic_id,
            };
            assert_eq!(ChatInput::parse("chat", text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_chat_is_refused_with_the_forms_that_can() {
        let long = "x".repeat(1 << 20);
        for text in [
            "",
            "   ",
            "🙂",
            "two words",
            "https://example.org/name",
            "t.me/",
            "https://t.me/c/abc/1",
            "0",
            "99999999999999999999",
            "-1000000000000",
            "t.me/name/x",
            "t.me/name/1/2/3",
            "mailto:a@b.c",
            &long,
        ] {
            let error = ChatInput::parse("chat", text).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InputValidation, "{text:.40}");
            assert!(error.to_string().len() < 400, "{text:.40}");
        }
    }

    #[test]
    fn a_name_that_telegram_could_not_have_given_is_refused_before_it_is_asked() {
        for text in [
            "@",
            "@a",
            "@1abc",
            "@with-dash",
            "@имя",
            &format!("@{}", "a".repeat(33)),
        ] {
            let error = ChatInput::parse("chat", text).unwrap_err();
            assert_eq!(error.code(), ErrorCode::UsernameInvalid, "{text}");
        }
    }

    #[test]
    fn an_invite_link_is_refused_and_never_joined() {
        for text in ["https://t.me/+AbCdEf", "t.me/joinchat/AbCdEf"] {
            let error = ChatInput::parse("chat", text).unwrap_err();
            assert!(error.to_string().contains("invite"), "{error}");
        }
    }
}

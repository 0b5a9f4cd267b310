//! Links to chats, topics, messages and comments, and invites, as in <https://core.telegram.org/api/links>.

use std::borrow::Cow;

use url::Url;

use super::super::CHANNEL_MARK;
use super::{ACCEPTED, ChatForm, ChatInput, ChatName, NO_PHONE, is_phone_number, username};
use crate::error::Error;

const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];

/// What stands where a username could, and is none.
const NO_NAMES: [&str; 23] = [
    "addemoji",
    "addlist",
    "addstickers",
    "addtheme",
    "auction",
    "bg",
    "boost",
    "call",
    "confirmphone",
    "contact",
    "giftcode",
    "invoice",
    "iv",
    "joinchat",
    "login",
    "m",
    "nft",
    "proxy",
    "setlanguage",
    "share",
    "socks",
    "stickers",
    "web",
];

/// A link, and what the caller wrote, for errors.
pub(super) struct Link<'a> {
    field: &'static str,
    text: &'a str,
    url: Url,
}

impl<'a> Link<'a> {
    /// `None` for what is no link.
    pub(super) fn of(field: &'static str, text: &'a str) -> Option<Result<Self, Error>> {
        let url = Url::parse(&with_scheme(text)?);
        let refused = || Error::invalid(field, text, ACCEPTED);
        Some(
            url.map(|url| Self { field, text, url })
                .map_err(|_| refused()),
        )
    }

    /// Reads `https://t.me/name[/topic][/message]`, `t.me/c/ID/…`, `t.me/s/name/…`, `name.t.me/…`, all with
    /// `thread` and `comment`, `t.me/+hash`, `t.me/joinchat/hash`, and what `tg://` has for each.
    pub(super) fn read(&self) -> Result<ChatInput, Error> {
        match self.url.scheme() {
            "tg" => self.read_tg(),
            _ => self.read_web(),
        }
    }

    fn read_tg(&self) -> Result<ChatInput, Error> {
        let what = self.url.host_str().unwrap_or(self.url.path());
        match what.to_ascii_lowercase().as_str() {
            "resolve" => match self.value("domain") {
                Some(name) => self.place(username(&name)?, &[self.id("post")]),
                None if self.value("phone").is_some() => Err(self.refused(NO_PHONE)),
                None => Err(self.refused(ACCEPTED)),
            },
            "privatepost" => {
                let channel = self.value("channel").unwrap_or_default();
                self.place(self.channel(&channel)?, &[self.id("post")])
            }
            "join" => self.invite(&self.value("invite").unwrap_or_default()),
            // The form of our own links into private chats and basic groups.
            "openmessage" => {
                let group = || Some(-self.number("chat_id")?);
                let chat_id = self.number("user_id").or_else(group);
                self.place(self.known(chat_id)?, &[self.id("message_id")])
            }
            "user" => self.place(self.known(self.number("id"))?, &[]),
            _ => Err(self.refused(ACCEPTED)),
        }
    }

    fn read_web(&self) -> Result<ChatInput, Error> {
        let host = self.url.host_str().unwrap_or_default();
        let host = host.trim_start_matches("www.");
        let parts: Vec<&str> = self
            .url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        if !HOSTS.contains(&host) {
            // https://name.t.me is another form of https://t.me/name.
            let name = HOSTS
                .iter()
                .find_map(|known| host.strip_suffix(known)?.strip_suffix('.'))
                .ok_or_else(|| self.refused(ACCEPTED))?;
            return self.place(username(name)?, &self.ids(&parts)?);
        }
        match parts.as_slice() {
            ["c", channel, rest @ ..] => self.place(self.channel(channel)?, &self.ids(rest)?),
            ["s", name, rest @ ..] => self.place(username(name)?, &self.ids(rest)?),
            ["joinchat", hash] => self.invite(hash),
            [first] if first.starts_with('+') => self.invite(first.trim_start_matches('+')),
            [name, rest @ ..] if !is_no_name(name) => self.place(username(name)?, &self.ids(rest)?),
            _ => Err(self.refused(ACCEPTED)),
        }
    }

    /// A place in a chat: `[message]` or `[topic, message]`, as far as there are any.
    fn place(&self, name: ChatName, ids: &[Option<i32>]) -> Result<ChatInput, Error> {
        let (topic_id, message_id) = match ids {
            [] => (None, None),
            [message] => (None, *message),
            [topic, message] => (*topic, *message),
            _ => return Err(self.refused(ACCEPTED)),
        };
        Ok(ChatInput {
            chat: ChatForm::Name(name),
            message_id,
            topic_id: topic_id.or_else(|| self.id("thread")),
            comment_id: self.id("comment"),
        })
    }

    fn invite(&self, hash: &str) -> Result<ChatInput, Error> {
        /// Far above what hashes have.
        const MOST: usize = 64;
        if is_phone_number(&format!("+{hash}")) {
            return Err(self.refused(NO_PHONE));
        }
        let is_hash = (1..=MOST).contains(&hash.len())
            && hash
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match is_hash {
            true => Ok(ChatForm::Invite(hash.to_owned()).into()),
            false => Err(self.refused(ACCEPTED)),
        }
    }

    /// A channel by its bare id.
    fn channel(&self, id: &str) -> Result<ChatName, Error> {
        let id = id.parse::<i64>().ok().filter(|id| *id > 0);
        let chat_id = id.and_then(|id| CHANNEL_MARK.checked_sub(id));
        self.known(chat_id.filter(|chat_id| chat_id.unsigned_abs() < super::MOST_ID))
    }

    fn known(&self, chat_id: Option<i64>) -> Result<ChatName, Error> {
        chat_id
            .map(ChatName::Id)
            .ok_or_else(|| self.refused(ACCEPTED))
    }

    /// The numbers in a path.
    fn ids(&self, parts: &[&str]) -> Result<Vec<Option<i32>>, Error> {
        let id = |part: &&str| part.parse().ok().filter(|id: &i32| *id > 0);
        let ids = parts.iter().map(|part| id(part).map(Some));
        ids.collect::<Option<_>>()
            .ok_or_else(|| self.refused(ACCEPTED))
    }

    fn value(&self, wanted: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        let (_, value) = pairs.find(|(key, _)| key == wanted)?;
        Some(value.into_owned())
    }

    fn number(&self, wanted: &str) -> Option<i64> {
        let number = self.value(wanted)?.parse().ok();
        number.filter(|number| *number > 0)
    }

    fn id(&self, wanted: &str) -> Option<i32> {
        self.number(wanted).and_then(|id| id.try_into().ok())
    }

    fn refused(&self, accepted: &'static str) -> Error {
        Error::invalid(self.field, self.text, accepted)
    }
}

fn is_no_name(name: &str) -> bool {
    NO_NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// What has a scheme of ours, or begins with a host of Telegram's; the latter gets a scheme.
fn with_scheme(text: &str) -> Option<Cow<'_, str>> {
    const SCHEMES: [&str; 3] = ["tg:", "http://", "https://"];
    if text.contains(char::is_whitespace) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if SCHEMES.iter().any(|scheme| lower.starts_with(scheme)) {
        return Some(text.into());
    }
    let host = lower.split(['/', '?', '#']).next().unwrap_or_default();
    let is_ours = |known: &str| {
        host.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    HOSTS
        .iter()
        .any(|known| is_ours(known))
        .then(|| format!("https://{text}").into())
}

//! What may stand on a list of chats: everything that names one, and the kinds.

use crate::error::Error;
use crate::privacy::policy::{Entry, Kind, Policy};
use crate::telegram::peer::{ChatForm, ChatInput, ChatName};

/// Reads an entry of a list of chats. A link into a chat stands for the chat.
pub fn read_entry(text: &str) -> Result<Entry, Error> {
    const FIELD: &str = "entry";
    if let Some(kind) = Kind::named(text.trim()) {
        return Ok(Entry::Kind(kind));
    }
    if is_nearly_a_kind(text.trim()) {
        return Err(Error::invalid(
            FIELD,
            text,
            "one of the kinds `private`, `group`, `channel` and `bot`, or a name with `@`",
        ));
    }
    let form = ChatInput::parse(FIELD, text)?.chat;
    entry(&form)
        .ok_or_else(|| Error::invalid(FIELD, text, "an id, `me`, a `@name`, a link or a kind"))
}

/// Whether a word is meant for a kind: taken for a username, it would let through what it shall keep out.
fn is_nearly_a_kind(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "groups",
        "supergroup",
        "supergroups",
        "forum",
        "forums",
        "user",
        "users",
        "people",
        "person",
        "contact",
        "contacts",
        "saved",
        "channels",
        "bots",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The policy of these lists, whose entries are known to be readable.
pub fn read_policy(
    allowed: &[String],
    denied: &[String],
    not_before: Option<jiff::Timestamp>,
) -> Result<Policy, Error> {
    let read = |list: &[String]| -> Result<Vec<Entry>, Error> {
        list.iter().map(|text| read_entry(text)).collect()
    };
    Ok(Policy::new(read(allowed)?, read(denied)?, not_before))
}

/// How this form of a chat would stand on a list; words may be a username.
pub(super) fn entry(form: &ChatForm) -> Option<Entry> {
    match form {
        ChatForm::Invite(hash) => Some(Entry::Invite(hash.clone())),
        form => form.name().map(|name| match name {
            ChatName::Me => Entry::Me,
            ChatName::Username(name) => Entry::Name(name),
            ChatName::Id(chat_id) => Entry::Id(chat_id),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_names_a_chat_can_stand_on_a_list() {
        let name = || Entry::Name("sim_news".to_owned());
        let table = [
            ("-1001234567890", Entry::Id(-1_001_234_567_890)),
            ("-77", Entry::Id(-77)),
            ("777000", Entry::Id(777_000)),
            ("me", Entry::Me),
            ("Saved Messages", Entry::Me),
            ("@Sim_News", name()),
            ("sim_news", name()),
            ("https://telegram.me/Sim_News/", name()),
            ("t.me/sim_news/17", name()),
            ("tg://resolve?domain=sim_news", name()),
            (
                "https://t.me/c/1234567890/5/17",
                Entry::Id(-1_001_234_567_890),
            ),
            ("t.me/c/1234567890", Entry::Id(-1_001_234_567_890)),
            ("t.me/+AbCd_123", Entry::Invite("AbCd_123".to_owned())),
            ("private", Entry::Kind(Kind::Private)),
            (" Group ", Entry::Kind(Kind::Group)),
            ("channel", Entry::Kind(Kind::Channel)),
            ("bot", Entry::Kind(Kind::Bot)),
            // The chat of that name, not the kind.
            ("@channel", Entry::Name("channel".to_owned())),
        ];
        for (text, entry) in table {
            assert_eq!(read_entry(text).unwrap(), entry, "{text}");
        }
        for wrong in [
            "",
            "two words",
            "@",
            "@два",
            "https://example.org/x",
            "+491701234567",
            "0",
            "x",
        ] {
            assert!(read_entry(wrong).is_err(), "{wrong}");
        }
    }
}

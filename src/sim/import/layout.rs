//! The shape of an export: one chat, or a whole account with its lists of chats. Messages are converted one by
//! one as they are read, so that a text is never held twice.

use std::fmt;
use std::io::Read;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::chat::{OpenChat, Opening};
use super::error::ImportError;
use super::object::{CountLines, Object, Place, ReadObject};
use super::state::Import;

/// What an account's export has beside its chats.
const PASSED: [&str; 9] = [
    "about",
    "contacts",
    "frequent_contacts",
    "other_data",
    "personal_photos",
    "profile_pictures",
    "sessions",
    "stories",
    "web_sessions",
];
const MESSAGES: &str = "the list of `messages`";
const MESSAGE: &str = "the object of a message in `messages`";
const UNKNOWN_FIELDS: &str = "fields around the messages that are not known, left out";

/// Reads a whole export.
pub(super) fn read(export: impl Read, import: &mut Import) -> Result<(), ImportError> {
    let export = CountLines::new(export, import.at.clone());
    let mut parser = serde_json::Deserializer::from_reader(export);
    let read = ChatOrAccount {
        import,
        is_root: true,
    }
    .deserialize(&mut parser);
    match read.and_then(|()| parser.end()) {
        Ok(()) => Ok(()),
        Err(error) => Err(match import.failure.take() {
            Some(failure) => failure,
            None => ImportError::from_json(error, import.at.failed()),
        }),
    }
}

/// The object of a chat; the outermost one may also be that of an account.
struct ChatOrAccount<'a> {
    import: &'a mut Import,
    is_root: bool,
}

impl<'de> DeserializeSeed<'de> for ChatOrAccount<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ChatOrAccount<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the object of a chat or of an account")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let place = self.import.at.clone();
        let mut content = Content {
            is_root: self.is_root,
            opening: Opening::begin(&place),
            chat: None,
            early: None,
            has_chats: false,
        };
        if !self.is_root {
            self.import.place += 1;
        }
        while let Some(key) = map.next_key::<String>()? {
            let taken = content.take(self.import, &key, &mut map);
            taken.inspect_err(|_| place.fail_in(&key))?;
        }
        content.close(self.import).map_err(A::Error::custom)
    }
}

/// What the object of a chat or of an account has shown so far.
struct Content {
    is_root: bool,
    opening: Opening,
    chat: Option<OpenChat>,
    /// Messages that came before their chat was known.
    early: Option<Vec<Object>>,
    has_chats: bool,
}

impl Content {
    fn take<'de, A: MapAccess<'de>>(
        &mut self,
        import: &mut Import,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "name" | "type" | "id" => {
                let line = import.at.line();
                self.opening.add(key, map.next_value()?, line);
            }
            "messages" if self.opening.is_enough() => {
                let opening = &self.opening;
                self.chat = Some(map.next_value_seed(Messages { import, opening })?);
            }
            // They have to wait for their chat: it has no id, or the keys were sorted.
            "messages" => self.early = Some(map.next_value_seed(EarlyMessages { import })?),
            "chats" | "left_chats" if self.is_root => {
                self.has_chats = true;
                map.next_value_seed(ChatList { import })?;
            }
            "personal_information" if self.is_root => {
                let personal = map.next_value_seed(ReadObject {
                    place: &import.at,
                    expected: "the object of `personal_information`",
                })?;
                let read = import.read_me(personal);
                read.map_err(|()| A::Error::custom("personal information"))?;
            }
            other => {
                if !(self.is_root && PASSED.contains(&other)) {
                    import.warnings.unknown(UNKNOWN_FIELDS, other);
                }
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn close(self, import: &mut Import) -> Result<(), &'static str> {
        let chat = match self.early {
            Some(early) => Some(place_early(import, &self.opening, early)?),
            None => self.chat,
        };
        match chat {
            Some(chat) => import.close(chat, &self.opening),
            None if self.has_chats => {}
            None => {
                let line = self.opening.line();
                import.failure = Some(ImportError::NotAnExport {
                    reason: format!("line {line}: no `messages`"),
                });
                return Err("no messages");
            }
        }
        Ok(())
    }
}

fn place_early(
    import: &mut Import,
    opening: &Opening,
    early: Vec<Object>,
) -> Result<OpenChat, &'static str> {
    let mut chat = import.open(opening, early.first()).map_err(|()| "chat")?;
    for (at, object) in early.into_iter().enumerate() {
        import
            .convert(&mut chat, at + 1, object)
            .map_err(|()| "message")?;
    }
    Ok(chat)
}

/// `{ "about": …, "list": [chats] }`.
struct ChatList<'a> {
    import: &'a mut Import,
}

impl<'de> DeserializeSeed<'de> for ChatList<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ChatList<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the list of `chats`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "list" {
                let import = &mut *self.import;
                map.next_value_seed(ChatList { import })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut chats: A) -> Result<(), A::Error> {
        loop {
            let chat = ChatOrAccount {
                import: &mut *self.import,
                is_root: false,
            };
            if chats.next_element_seed(chat)?.is_none() {
                return Ok(());
            }
        }
    }
}

/// The messages of a chat that is already known.
struct Messages<'a> {
    import: &'a mut Import,
    opening: &'a Opening,
}

impl<'de> DeserializeSeed<'de> for Messages<'_> {
    type Value = OpenChat;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<OpenChat, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_> {
    type Value = OpenChat;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MESSAGES)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut messages: A) -> Result<OpenChat, A::Error> {
        let mut chat = None;
        for place in 1.. {
            let message = OneMessage {
                import: &mut *self.import,
                opening: self.opening,
                chat: &mut chat,
                place,
            };
            if messages.next_element_seed(message)?.is_none() {
                break;
            }
        }
        match chat {
            Some(chat) => Ok(chat),
            None => {
                let opened = self.import.open(self.opening, None);
                opened.map_err(|()| A::Error::custom("chat"))
            }
        }
    }
}

/// The messages of a chat that is not known yet.
struct EarlyMessages<'a> {
    import: &'a Import,
}

impl<'de> DeserializeSeed<'de> for EarlyMessages<'_> {
    type Value = Vec<Object>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Object>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for EarlyMessages<'_> {
    type Value = Vec<Object>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MESSAGES)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut messages: A) -> Result<Vec<Object>, A::Error> {
        let mut objects = Vec::new();
        while let Some(object) = messages.next_element_seed(read_message(&self.import.at))? {
            objects.push(object);
        }
        Ok(objects)
    }
}

fn read_message(place: &Place) -> ReadObject<'_> {
    let expected = MESSAGE;
    ReadObject { place, expected }
}

/// A message, converted as soon as it is read.
struct OneMessage<'a> {
    import: &'a mut Import,
    opening: &'a Opening,
    /// The chat, from the first message on.
    chat: &'a mut Option<OpenChat>,
    place: usize,
}

impl<'de> DeserializeSeed<'de> for OneMessage<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneMessage<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MESSAGE)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let object = read_message(&self.import.at).visit_map(map)?;
        let chat = match self.chat {
            Some(chat) => chat,
            None => {
                let opened = self.import.open(self.opening, Some(&object));
                let opened = opened.map_err(|()| A::Error::custom("chat"))?;
                self.chat.insert(opened)
            }
        };
        let converted = self.import.convert(chat, self.place, object);
        converted.map_err(|()| A::Error::custom("message"))
    }
}

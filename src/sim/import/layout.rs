//! The shape of an export: one chat, or a whole account with its lists of chats. Messages are converted one by
//! one as they are read, so that a text is never held twice.

use std::fmt;
use std::io::Read;

use serde::Deserialize as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::chat::{OpenChat, Opening};
use super::error::ImportError;
use super::state::{Import, Object};

/// Reads a whole export.
pub(super) fn read(export: impl Read, import: &mut Import) -> Result<(), ImportError> {
    let mut parser = serde_json::Deserializer::from_reader(export);
    let read = ChatOrAccount {
        import,
        is_root: true,
    }
    .deserialize(&mut parser);
    match read.and_then(|()| parser.end()) {
        Ok(()) => Ok(()),
        Err(error) => Err(match import.failure.take() {
            Some(failure) => failure.at(error.line()),
            None => ImportError::from_json(error),
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
        let import = self.import;
        let mut opening = Opening::default();
        let mut chat = None;
        let mut early: Option<Vec<Object>> = None;
        let mut has_chats = false;
        if !self.is_root {
            import.place += 1;
        }
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => opening.name = map.next_value()?,
                "type" => opening.kind = Some(map.next_value()?),
                "id" => opening.id = Some(map.next_value()?),
                "messages" if opening.is_enough() => {
                    let messages = Messages {
                        import,
                        opening: &opening,
                    };
                    chat = Some(map.next_value_seed(messages)?);
                }
                // Written by something that sorts its keys: the messages have to wait for their chat.
                "messages" => early = Some(map.next_value()?),
                "chats" | "left_chats" if self.is_root => {
                    has_chats = true;
                    map.next_value_seed(ChatList { import })?;
                }
                "personal_information" if self.is_root => {
                    let personal = map.next_value()?;
                    import.read_me(personal).map_err(|error| {
                        import.fail_chat(error);
                        A::Error::custom("personal information")
                    })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let Some(early) = early {
            chat = Some(place_early(import, &opening, early).map_err(A::Error::custom)?);
        }
        match chat {
            Some(chat) => import.close(chat, &opening),
            None if has_chats => {}
            None => {
                import.failure = Some(ImportError::NotAnExport {
                    reason: "no `messages`".to_owned(),
                });
                return Err(A::Error::custom("no messages"));
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
        formatter.write_str("a list of chats")
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
        formatter.write_str("a list of messages")
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

/// A message, converted before its object ends: an error then knows the line.
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
        formatter.write_str("the object of a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let object = Object::deserialize(MapAccessDeserializer::new(map))?;
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

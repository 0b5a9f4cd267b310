//! An export while it is read: the world so far, and what is to be said about it.

use serde_json::Value;

use super::chat::{Kind, OpenChat, Opening};
use super::error::ImportError;
use super::fields::{FieldError, Fields, Taken};
use super::message::{self, Context};
use super::object::{Object, Place};
use super::peers::{self, Nameless};
use super::warnings::Warnings;
use super::{Imported, ImportedChat};
use crate::sim::World;

/// An export while it is read.
pub(super) struct Import {
    world: World,
    nameless: Nameless,
    pub(super) warnings: Warnings,
    chats: Vec<ImportedChat>,
    knows_me: bool,
    /// The chat being read, counted from 1.
    pub(super) place: usize,
    /// Where the parser is.
    pub(super) at: Place,
    /// What went wrong, in more words than the parser can carry.
    pub(super) failure: Option<ImportError>,
}

impl Import {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            world: World::empty(seed),
            nameless: Nameless::default(),
            warnings: Warnings::default(),
            chats: Vec::new(),
            knows_me: false,
            place: 0,
            at: Place::start(),
            failure: None,
        }
    }

    pub(super) fn finish(mut self) -> (World, Imported) {
        if let Some(me) = self.world.users.get_mut(&self.world.me) {
            // Nobody can export an account that is gone: it was only never named.
            me.deleted = false;
        }
        self.warnings.add(
            "people named without an id; theirs are not Telegram's and start at 1000000000000",
            self.nameless.count(),
        );
        let imported = Imported {
            chats: self.chats,
            warnings: self.warnings.lines(),
        };
        (self.world, imported)
    }

    pub(super) fn read_me(&mut self, personal: Object) -> Result<(), ()> {
        self.take_me(personal)
            .map_err(|error| self.fail_chat(error))
    }

    fn take_me(&mut self, personal: Object) -> Taken<()> {
        let mut fields = Fields::new(personal);
        let id = fields.bare_id("user_id")?;
        let (first, last) = (fields.string("first_name")?, fields.string("last_name")?);
        let id = id.unwrap_or_else(|| {
            let names = [&first, &last].map(|name| name.as_deref().unwrap_or_default());
            self.nameless
                .id(&mut self.world, Some(names.join(" ").trim()))
        });
        peers::become_me(&mut self.world, id);
        self.knows_me = true;
        let (phone, username) = (fields.string("phone_number")?, fields.string("username")?);
        if let Some(me) = self.world.users.get_mut(&id) {
            let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
            me.deleted = false;
            me.first_name = filled(first);
            me.last_name = filled(last);
            me.phone = filled(phone);
            me.username = filled(username).map(|name| name.trim_start_matches('@').to_owned());
        }
        Ok(())
    }

    pub(super) fn open(
        &mut self,
        opening: &Opening,
        first: Option<&Object>,
    ) -> Result<OpenChat, ()> {
        match OpenChat::open(opening, first, &mut self.world, &mut self.nameless) {
            Ok(chat) => {
                if chat.kind == Kind::Me {
                    peers::become_me(&mut self.world, chat.chat_id);
                    self.knows_me = true;
                }
                chat.announce(&mut self.world, opening);
                Ok(chat)
            }
            Err(error) => {
                self.fail_chat(error);
                Err(())
            }
        }
    }

    pub(super) fn convert(
        &mut self,
        chat: &mut OpenChat,
        place: usize,
        object: Object,
    ) -> Result<(), ()> {
        let id = match object.get("id") {
            Some(Value::Number(id)) => id.to_string(),
            _ => format!("#{place}"),
        };
        let chat_id = chat.chat_id;
        let mut context = Context {
            world: &mut self.world,
            nameless: &mut self.nameless,
            warnings: &mut self.warnings,
            chat,
            chat_id,
            knows_me: &mut self.knows_me,
        };
        match message::convert(&mut context, &mut Fields::new(object)) {
            Ok(Some((message, is_old_half))) => {
                chat.push(&message, is_old_half);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                self.failure = Some(ImportError::Message { id, error });
                Err(())
            }
        }
    }

    pub(super) fn close(&mut self, chat: OpenChat, opening: &Opening) {
        let closed = chat.close(&mut self.world, opening, &mut self.warnings);
        self.chats.extend(closed);
    }

    fn fail_chat(&mut self, error: FieldError) {
        self.failure = Some(ImportError::Chat {
            chat: self.place.max(1),
            error,
        });
    }
}

//! A chat while its messages are read, and what it becomes when they are.

use std::collections::HashMap;

use grammers_tl_types as tl;
use serde_json::Value;

use super::ImportedChat;
use super::fields::{BARE_ID, Fields, Taken, is_bare_id};
use super::object::{Object, Place};
use super::peers::{self, Nameless};
use super::warnings::Warnings;
use crate::sim::stored::Packed;
use crate::sim::world::{CHANNEL_MARK, World, access_hash, peer};

const TYPES: &str = "`personal_chat`, `bot_chat`, `saved_messages`, `private_group`, \
                     `private_supergroup`, `public_supergroup`, `private_channel` or `public_channel`";

/// What an export says about a chat around its messages.
pub(super) struct Opening {
    object: Object,
}

impl Opening {
    pub(super) fn begin(place: &Place) -> Self {
        let object = Object {
            line: place.line(),
            ..Object::default()
        };
        Self { object }
    }

    pub(super) fn add(&mut self, name: &str, value: Value, line: usize) {
        self.object.add(name.to_owned(), value, line);
    }

    /// Where the chat begins.
    pub(super) fn line(&self) -> usize {
        self.object.line
    }

    /// Whether messages can be placed.
    pub(super) fn is_enough(&self) -> bool {
        self.object.get("type").is_some() && self.object.get("id").is_some()
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.object.get("name").and_then(Value::as_str)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Me,
    User,
    Bot,
    Group,
    Supergroup,
    Channel,
}

impl Kind {
    fn from_type(written: &Value) -> Option<Self> {
        Some(match written.as_str()? {
            "saved_messages" => Self::Me,
            "personal_chat" | "replies" | "verification_codes" => Self::User,
            "bot_chat" => Self::Bot,
            "private_group" => Self::Group,
            "private_supergroup" | "public_supergroup" | "public_group" => Self::Supergroup,
            "private_channel" | "public_channel" => Self::Channel,
            _ => return None,
        })
    }

    pub(super) fn is_user(self) -> bool {
        matches!(self, Self::Me | Self::User | Self::Bot)
    }

    /// The marked id for a bare one.
    pub(super) fn marked(self, bare: i64) -> i64 {
        match self {
            Self::Me | Self::User | Self::Bot => bare,
            Self::Group => -bare,
            Self::Supergroup | Self::Channel => CHANNEL_MARK - bare,
        }
    }
}

/// A chat that is being read.
pub(super) struct OpenChat {
    pub(super) kind: Kind,
    pub(super) chat_id: i64,
    /// When the message before this one was sent.
    pub(super) last_date: i32,
    messages: Vec<Packed>,
    /// Messages from before the group became a supergroup.
    old_half: Vec<Packed>,
    /// The message that says what the group was, and where it stands.
    migrated: Option<(usize, tl::types::MessageService)>,
    old_group: Option<i64>,
    topics: Vec<(i32, String)>,
    topic_of: HashMap<i32, i32>,
}

impl OpenChat {
    /// Places the chat; the first message tells whether its id is of an old export.
    pub(super) fn open(
        opening: &Opening,
        first: Option<&Object>,
        world: &mut World,
        nameless: &mut Nameless,
    ) -> Taken<Self> {
        let mut fields = Fields::new(opening.object.clone());
        fields.string("name")?;
        let kind = take_kind(&mut fields)?;
        let Some(id) = fields.number("id", BARE_ID)? else {
            return Ok(Self::new(kind, nameless.chat(world, kind, opening.name())));
        };
        if !is_bare_id(id) {
            return Err(fields.refuse("id", &id.into(), BARE_ID));
        }
        let is_old = first
            .and_then(|message| message.get("from_id").or_else(|| message.get("actor_id")))
            .is_some_and(Value::is_number);
        let bare = peers::bare_chat_id(id, kind.is_user(), is_old);
        Ok(Self::new(kind, kind.marked(bare)))
    }

    fn new(kind: Kind, chat_id: i64) -> Self {
        Self {
            kind,
            chat_id,
            last_date: 0,
            messages: Vec::new(),
            old_half: Vec::new(),
            migrated: None,
            old_group: None,
            topics: Vec::new(),
            topic_of: HashMap::new(),
        }
    }

    pub(super) fn push(&mut self, message: &tl::enums::Message, is_old_half: bool) {
        let packed = Packed::new(message);
        if is_old_half {
            self.old_half.push(packed);
            return;
        }
        if let tl::enums::Message::Service(service) = message
            && let tl::enums::MessageAction::ChannelMigrateFrom(_) = service.action
        {
            self.migrated = Some((self.messages.len(), service.clone()));
        }
        self.messages.push(packed);
    }

    pub(super) fn is_broadcast(&self) -> bool {
        self.kind == Kind::Channel
    }

    /// The bare id of the supergroup; 0 where this is none.
    pub(super) fn supergroup_id(&self) -> i64 {
        if self.kind == Kind::Supergroup {
            CHANNEL_MARK - self.chat_id
        } else {
            0
        }
    }

    pub(super) fn add_topic(&mut self, id: i32, title: &str) {
        self.topics.push((id, title.to_owned()));
        self.topic_of.insert(id, id);
    }

    /// The topic of a message, if that is known.
    pub(super) fn topic_of(&self, message_id: i32) -> Option<i32> {
        self.topic_of.get(&message_id).copied()
    }

    pub(super) fn join_topic(&mut self, message_id: i32, topic: i32) {
        self.topic_of.insert(message_id, topic);
    }

    /// A basic group named in a supergroup is the one that it was.
    pub(super) fn notice_old_group(&mut self, chat_id: Option<i64>) {
        if let Some(id) = chat_id
            && self.kind == Kind::Supergroup
            && (CHANNEL_MARK + 1..0).contains(&id)
        {
            self.old_group = Some(-id);
        }
    }

    /// Makes the world know the chat, so that messages can name it.
    pub(super) fn announce(&self, world: &mut World, opening: &Opening) {
        peers::meet(world, self.chat_id, opening.name());
        match self.kind {
            Kind::Bot => peers::become_bot(world, self.chat_id),
            Kind::Supergroup | Kind::Channel => {
                if let Some(channel) = world.channels.get_mut(&(CHANNEL_MARK - self.chat_id)) {
                    channel.broadcast = self.kind == Kind::Channel;
                    channel.megagroup = self.kind == Kind::Supergroup;
                }
            }
            Kind::Me | Kind::User | Kind::Group => {}
        }
    }

    /// Puts the messages into the world; answers what was imported.
    pub(super) fn close(
        mut self,
        world: &mut World,
        opening: &Opening,
        warnings: &mut Warnings,
    ) -> Vec<ImportedChat> {
        self.announce(world, opening);
        let mut imported = Vec::new();
        let title = match self.kind {
            Kind::Me => "Saved Messages".to_owned(),
            _ => title(world, self.chat_id),
        };
        if !self.topics.is_empty() {
            let details = world.details.entry(self.chat_id).or_default();
            details.topics.append(&mut self.topics);
            if let Some(channel) = world.channels.get_mut(&(CHANNEL_MARK - self.chat_id)) {
                channel.forum = true;
            }
        }
        date_the_first(&mut self.messages);
        date_the_first(&mut self.old_half);
        let old_half = std::mem::take(&mut self.old_half);
        if !old_half.is_empty() {
            imported.push(self.split_off(old_half, &title, world, warnings));
        }
        imported.insert(0, load(world, self.chat_id, title, self.messages, warnings));
        imported
    }

    /// Fills in the id that the export does not tell where it tells what the group was.
    fn name_old_group(&mut self, group: i64) {
        let Some((place, mut service)) = self.migrated.take() else {
            return;
        };
        if let tl::enums::MessageAction::ChannelMigrateFrom(action) = &mut service.action {
            action.chat_id = group;
        }
        if let Some(slot) = self.messages.get_mut(place) {
            *slot = Packed::new(&service.into());
        }
    }

    /// Makes the basic group that this supergroup was.
    fn split_off(
        &mut self,
        mut old_half: Vec<Packed>,
        title: &str,
        world: &mut World,
        warnings: &mut Warnings,
    ) -> ImportedChat {
        let bare = CHANNEL_MARK - self.chat_id;
        let group = self.old_group.unwrap_or_else(|| {
            warnings.note(
                "groups that became supergroups, whose old id is not in the export: \
                 the old half has the supergroup's number",
            );
            bare
        });
        for packed in &mut old_half {
            let mut message = packed.unpack();
            set_peer(&mut message, -group);
            *packed = Packed::new(&message);
        }
        self.name_old_group(group);
        peers::meet(world, -group, Some(title));
        let hash = access_hash(world.seed, self.chat_id);
        if let Some(chat) = world.groups.get_mut(&group) {
            chat.deactivated = true;
            chat.migrated_to = Some(
                tl::types::InputChannel {
                    channel_id: bare,
                    access_hash: hash,
                }
                .into(),
            );
        }
        let newest = old_half.iter().map(Packed::id).max();
        let details = world.details.entry(self.chat_id).or_default();
        details.migrated_from = Some((group, newest.unwrap_or(0)));
        load(world, -group, title.to_owned(), old_half, warnings)
    }
}

fn load(
    world: &mut World,
    chat_id: i64,
    title: String,
    messages: Vec<Packed>,
    warnings: &mut Warnings,
) -> ImportedChat {
    let read = messages.len();
    let repeated = world.load(chat_id, messages);
    warnings.add(
        "messages with an id that came before; the last one counts",
        repeated,
    );
    ImportedChat {
        chat_id,
        title,
        messages: read.saturating_sub(repeated),
    }
}

/// Messages without a date are dated like the one before; where there is none, like the one behind.
fn date_the_first(messages: &mut [Packed]) {
    let is_dated = |packed: &Packed| packed.date() != Some(0);
    let Some(first) = messages.iter().position(is_dated) else {
        return;
    };
    let (undated, rest) = messages.split_at_mut(first);
    let date = rest.first().and_then(Packed::date).unwrap_or(0);
    for packed in undated {
        if let tl::enums::Message::Message(mut message) = packed.unpack() {
            message.date = date;
            *packed = Packed::new(&message.into());
        }
    }
}

fn set_peer(message: &mut tl::enums::Message, chat_id: i64) {
    match message {
        tl::enums::Message::Message(message) => message.peer_id = peer(chat_id),
        tl::enums::Message::Service(message) => message.peer_id = peer(chat_id),
        tl::enums::Message::Empty(_) => {}
    }
}

fn title(world: &World, chat_id: i64) -> String {
    let user = world.users.get(&chat_id);
    let group = world.groups.get(&-chat_id);
    let channel = world.channels.get(&(CHANNEL_MARK - chat_id));
    user.and_then(|user| user.first_name.clone())
        .or_else(|| group.map(|group| group.title.clone()))
        .or_else(|| channel.map(|channel| channel.title.clone()))
        .unwrap_or_default()
}

fn take_kind(fields: &mut Fields) -> Taken<Kind> {
    // Desktop writes `null` for the chat of somebody it knows nothing about.
    let is_there = fields.mentions("type");
    let written = fields.take("type");
    match written.as_ref().map_or(Some(Kind::User), Kind::from_type) {
        Some(kind) if is_there => Ok(kind),
        Some(_) => Err(fields.missing("type", TYPES)),
        None => Err(fields.refuse_word("type", &written.unwrap_or_default(), TYPES)),
    }
}

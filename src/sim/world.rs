//! What the embedded Telegram knows: accounts, chats, histories, how it behaves where Telegram is
//! ambiguous, and a log of what was asked and what changed. It speaks TL types and knows no sockets.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use grammers_tl_types as tl;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::blank;
use super::faults::Faults;
use super::flood::FloodModel;
use super::history::History;
use super::keys;
use super::knobs::Knobs;
use super::live::Live;
use super::login::{Desk, Logins};
use super::standing::{Invite, Standing};
use super::stored::Packed;
use super::takeouts::Takeouts;

/// Marked ids of channels and supergroups start below this: channel N is `-1000000000000 - N`.
pub const CHANNEL_MARK: i64 = -1_000_000_000_000;

/// A peer as TL says it, for a marked id.
pub fn peer(chat_id: i64) -> tl::enums::Peer {
    if chat_id > 0 {
        tl::types::PeerUser { user_id: chat_id }.into()
    } else if chat_id > CHANNEL_MARK {
        tl::types::PeerChat { chat_id: -chat_id }.into()
    } else {
        tl::types::PeerChannel {
            channel_id: CHANNEL_MARK - chat_id,
        }
        .into()
    }
}

/// The marked id of a TL peer.
pub fn marked(peer: &tl::enums::Peer) -> i64 {
    match peer {
        tl::enums::Peer::User(user) => user.user_id,
        tl::enums::Peer::Chat(chat) => -chat.chat_id,
        tl::enums::Peer::Channel(channel) => CHANNEL_MARK - channel.channel_id,
    }
}

/// Everything the embedded Telegram knows.
#[derive(Debug)]
pub struct World {
    /// What the world was made from; also fixes the auth key of its account.
    pub seed: u64,
    /// The account that is logged in.
    pub me: i64,
    /// Users by id, `me` among them.
    pub users: BTreeMap<i64, tl::types::User>,
    /// Basic groups by bare id.
    pub groups: BTreeMap<i64, tl::types::Chat>,
    /// Channels and supergroups by bare id.
    pub channels: BTreeMap<i64, tl::types::Channel>,
    /// What only the full requests tell, by marked id.
    pub details: HashMap<i64, Details>,
    /// What the chat list says beside a chat, by marked id.
    pub standings: HashMap<i64, Standing>,
    /// Invite links by their hash.
    pub invites: BTreeMap<String, Invite>,
    /// Chats that may be read for a while, because an invite to them was looked at.
    pub(super) peeked: BTreeSet<i64>,
    /// Histories by marked id.
    pub histories: BTreeMap<i64, History>,
    /// How Telegram's ambiguities are decided.
    pub knobs: Knobs,
    /// What goes wrong, and when.
    pub faults: Faults,
    /// When Telegram says FLOOD_WAIT; `None` for never. Its clock begins when the world begins to be served.
    pub floods: Option<FloodModel>,
    /// Messages, by marked chat id and id, that spoil every answer of a history that holds them, as those of a
    /// layer that the client does not know would.
    pub unreadable: BTreeSet<(i64, i32)>,
    /// Channels and basic groups, by marked id, that the account was thrown out of: answers describe them as
    /// forbidden, and nobody tells what they hold.
    pub forbidden: BTreeSet<i64>,
    /// How much the histories change while they are read.
    pub live: Option<Live>,
    /// The takeout sessions of the account.
    pub takeouts: Takeouts,
    /// How one logs in to the account.
    pub desk: Desk,
    /// Who has logged in, and who is about to.
    pub logins: Logins,
    /// What was asked and what changed, in order.
    pub log: Vec<Event>,
    /// How far this world's clock is ahead of ours, in seconds.
    pub clock_offset: i64,
    /// The salt that the server takes; a request with another one is refused and told this one.
    pub salt: i64,
    /// The most requests that were ever under way at once: taken, and not answered yet.
    pub most_at_once: usize,
    pub(super) under_way: usize,
    last_common_id: i32,
    pub(super) rpcs: u64,
}

/// What only `channels.getFullChannel` and its like tell about a chat.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// The description.
    pub about: String,
    /// Marked id of the discussion group or of the channel it belongs to.
    pub linked_chat_id: Option<i64>,
    /// Bare id of the basic group this supergroup was, and the last message id there.
    pub migrated_from: Option<(i64, i32)>,
    /// Forum topics: id and title.
    pub topics: Vec<(i32, String)>,
}

/// One line of the world's log; `rpc` is the number of requests answered before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request was answered.
    Rpc {
        /// Its number, from 1.
        number: u64,
        /// The TL method.
        method: &'static str,
        /// The chat it was about, marked.
        chat_id: Option<i64>,
    },
    /// A message appeared.
    Inserted {
        /// Marked chat id.
        chat_id: i64,
        /// Message id.
        id: i32,
    },
    /// A message changed.
    Edited {
        /// Marked chat id.
        chat_id: i64,
        /// Message id.
        id: i32,
    },
    /// A message was deleted.
    Deleted {
        /// Marked chat id.
        chat_id: i64,
        /// Message id.
        id: i32,
    },
}

impl World {
    /// A world with nobody in it but the account itself.
    pub fn empty(seed: u64) -> Self {
        let me = 777_100;
        let mut world = Self {
            seed,
            me,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            channels: BTreeMap::new(),
            details: HashMap::new(),
            standings: HashMap::new(),
            invites: BTreeMap::new(),
            peeked: BTreeSet::new(),
            histories: BTreeMap::new(),
            knobs: Knobs::default(),
            faults: Faults::default(),
            floods: None,
            unreadable: BTreeSet::new(),
            forbidden: BTreeSet::new(),
            live: None,
            takeouts: Takeouts::default(),
            desk: Desk::of_one_data_centre(),
            logins: Logins::default(),
            log: Vec::new(),
            clock_offset: 0,
            salt: seed.rotate_left(29).cast_signed() | 1,
            most_at_once: 0,
            under_way: 0,
            last_common_id: 0,
            rpcs: 0,
        };
        world.users.insert(
            me,
            tl::types::User {
                is_self: true,
                first_name: Some("Robin".to_owned()),
                last_name: Some("Reader".to_owned()),
                access_hash: Some(access_hash(seed, me)),
                ..blank::user(me)
            },
        );
        world
    }

    /// The auth key of the account: 256 bytes drawn from the seed.
    pub fn auth_key(&self) -> [u8; 256] {
        keys::drawn(self.seed, keys::OWN_DEVICE)
    }

    /// This world's time, Unix seconds.
    pub fn now(&self) -> i32 {
        let now = jiff::Timestamp::now().as_second() + self.clock_offset;
        i32::try_from(now).unwrap_or(i32::MAX)
    }

    /// Changes the server's salt.
    pub fn change_salt(&mut self) {
        self.salt = access_hash(self.seed, self.salt) | 1;
    }

    /// Adds a user; the access hash is drawn from the seed.
    pub fn add_user(
        &mut self,
        first_name: &str,
        username: Option<&str>,
        id: i64,
    ) -> &mut tl::types::User {
        let user = tl::types::User {
            access_hash: Some(access_hash(self.seed, id)),
            first_name: Some(first_name.to_owned()),
            username: username.map(str::to_owned),
            ..blank::user(id)
        };
        self.histories.entry(id).or_default();
        self.users.entry(id).or_insert(user)
    }

    /// Adds a basic group by its bare id.
    pub fn add_group(&mut self, title: &str, id: i64) -> &mut tl::types::Chat {
        let date = self.now();
        let chat = tl::types::Chat {
            title: title.to_owned(),
            participants_count: 3,
            date,
            ..blank::chat(id)
        };
        self.histories.entry(-id).or_default();
        self.groups.entry(id).or_insert(chat)
    }

    /// Adds a channel by its bare id; set `broadcast`, `megagroup` or `forum` on what comes back.
    pub fn add_channel(
        &mut self,
        title: &str,
        username: Option<&str>,
        id: i64,
    ) -> &mut tl::types::Channel {
        let marked_id = CHANNEL_MARK - id;
        let channel = tl::types::Channel {
            title: title.to_owned(),
            username: username.map(str::to_owned),
            access_hash: Some(access_hash(self.seed, marked_id)),
            ..blank::channel(id)
        };
        self.histories.entry(marked_id).or_default();
        self.channels.entry(id).or_insert(channel)
    }

    /// The next free message id in a chat: channels count their own, everything else shares one counter.
    pub fn next_id(&mut self, chat_id: i64) -> i32 {
        if chat_id < CHANNEL_MARK {
            return self.histories.entry(chat_id).or_default().claim_id();
        }
        self.last_common_id += 1;
        self.last_common_id
    }

    /// Adds a message that was built for this chat; its id may be new or anywhere in the past.
    pub fn insert(&mut self, chat_id: i64, message: impl Into<tl::enums::Message>) {
        let message = message.into();
        if chat_id > CHANNEL_MARK {
            self.last_common_id = self.last_common_id.max(message.id());
        }
        self.log.push(Event::Inserted {
            chat_id,
            id: message.id(),
        });
        self.histories.entry(chat_id).or_default().insert(message);
    }

    /// Adds messages that were built for this chat, in any order, as if they had always been there: nothing is
    /// logged. Answers how many had an id that was already taken; the last one of an id stays.
    pub(super) fn load(&mut self, chat_id: i64, messages: Vec<Packed>) -> usize {
        let history = self.histories.entry(chat_id).or_default();
        let repeated = history.load(messages);
        if chat_id > CHANNEL_MARK {
            self.last_common_id = self.last_common_id.max(history.last_id());
        }
        repeated
    }

    /// Adds a text message now, as live traffic would; answers its id.
    pub fn say(&mut self, chat_id: i64, from: Option<i64>, text: &str) -> i32 {
        self.say_at(chat_id, from, text, self.now())
    }

    /// Adds a text message with the next id and this date; answers its id.
    pub fn say_at(&mut self, chat_id: i64, from: Option<i64>, text: &str, date: i32) -> i32 {
        let id = self.next_id(chat_id);
        self.insert(
            chat_id,
            tl::types::Message {
                from_id: from.map(peer),
                post: from.is_none() && chat_id < CHANNEL_MARK,
                out: from == Some(self.me),
                message: text.to_owned(),
                ..blank::message(id, peer(chat_id), date)
            },
        );
        id
    }

    /// Deletes a message; what stands in its place is up to [`Knobs::deleted`].
    pub fn delete(&mut self, chat_id: i64, id: i32) {
        if let Some(history) = self.histories.get_mut(&chat_id)
            && history.delete(id)
        {
            self.log.push(Event::Deleted { chat_id, id });
        }
    }

    /// Changes a message's text, as an edit would.
    pub fn edit(&mut self, chat_id: i64, id: i32, text: &str) {
        let now = self.now();
        if let Some(history) = self.histories.get_mut(&chat_id)
            && history.edit(id, text, now)
        {
            self.log.push(Event::Edited { chat_id, id });
        }
    }

    /// A message that is there, and not deleted.
    pub fn existing(&self, chat_id: i64, id: i32) -> Option<&tl::enums::Message> {
        let message = self.histories.get(&chat_id)?.get(id)?;
        (!matches!(message, tl::enums::Message::Empty(_))).then_some(message)
    }

    /// The public name of a chat.
    pub fn username(&self, chat_id: i64) -> Option<&str> {
        let user = self
            .users
            .get(&chat_id)
            .and_then(|user| first_name(user.username.as_ref(), user.usernames.as_deref()));
        let channel = || {
            let channel = self.channels.get(&(CHANNEL_MARK - chat_id))?;
            first_name(channel.username.as_ref(), channel.usernames.as_deref())
        };
        user.or_else(channel)
    }

    /// What a chat is called.
    pub fn title(&self, chat_id: i64) -> String {
        if let Some(user) = self.users.get(&chat_id) {
            if user.deleted {
                return "Deleted Account".to_owned();
            }
            let names = [&user.first_name, &user.last_name];
            let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
            return names.join(" ");
        }
        let channel = self
            .channels
            .get(&(CHANNEL_MARK - chat_id))
            .map(|channel| &channel.title);
        let group = || self.groups.get(&-chat_id).map(|group| &group.title);
        channel.or_else(group).cloned().unwrap_or_default()
    }

    /// Whether the account is in this chat.
    pub fn is_member(&self, chat_id: i64) -> bool {
        let channel = self.channels.get(&(CHANNEL_MARK - chat_id));
        channel.is_none_or(|channel| !channel.left)
    }

    /// How many requests with this TL method were answered.
    pub fn calls(&self, wanted: &str) -> usize {
        self.log
            .iter()
            .filter(|event| matches!(event, Event::Rpc { method, .. } if *method == wanted))
            .count()
    }

    /// Notes a request, and lets the chat it is about change first.
    pub(super) fn begin_rpc(&mut self, method: &'static str, chat_id: Option<i64>) -> u64 {
        if let Some(chat_id) = chat_id
            && method.starts_with("messages.")
        {
            self.live_changes(chat_id);
        }
        self.rpcs += 1;
        self.log.push(Event::Rpc {
            number: self.rpcs,
            method,
            chat_id,
        });
        self.rpcs
    }
}

/// The username, or the first active one of several.
fn first_name<'a>(
    name: Option<&'a String>,
    more: Option<&'a [tl::enums::Username]>,
) -> Option<&'a str> {
    let active = more.into_iter().flatten().find_map(|entry| {
        let tl::enums::Username::Username(entry) = entry;
        entry.active.then_some(entry.username.as_str())
    });
    name.map(String::as_str).or(active)
}

/// An access hash that differs from world to world and from peer to peer.
pub(super) fn access_hash(seed: u64, chat_id: i64) -> i64 {
    ChaCha8Rng::seed_from_u64(seed.rotate_left(17) ^ chat_id.cast_unsigned()).random()
}

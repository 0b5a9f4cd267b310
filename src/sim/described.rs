//! How answers describe the users and chats they name: whole, as `min`, or as forbidden.

use std::collections::BTreeSet;

use grammers_tl_types::{enums, types};

use super::mentions;
use super::world::{CHANNEL_MARK, World};

impl World {
    /// The users and chats that an answer about these messages names, as Telegram sends them along.
    pub(super) fn named_in<'a>(
        &self,
        chat_id: i64,
        messages: impl Iterator<Item = &'a enums::Message>,
    ) -> (Vec<enums::User>, Vec<enums::Chat>) {
        let mut ids = BTreeSet::from([chat_id]);
        for message in messages {
            mentions::collect(message, &mut ids);
        }
        self.describe(chat_id, ids)
    }

    /// Describes this chat too, and whole: it was asked for, though the messages are those of another.
    pub(super) fn describe_asked(&self, asked: i64, chats: &mut Vec<enums::Chat>) {
        let (_, described) = self.describe(asked, [asked]);
        for chat in described {
            chats.retain(|other| other.id() != chat.id());
            chats.push(chat);
        }
    }

    /// Describes peers by marked id; all but `whole` come as `min` under that knob.
    pub(super) fn describe(
        &self,
        whole: i64,
        ids: impl IntoIterator<Item = i64>,
    ) -> (Vec<enums::User>, Vec<enums::Chat>) {
        let mut users = Vec::new();
        let mut chats = Vec::new();
        for id in ids {
            let min = self.knobs.min_peers && id != whole && id != self.me;
            if let Some(user) = self.users.get(&id) {
                users.push(if min { min_user(user) } else { user.clone() }.into());
            } else if let Some(channel) = self.channels.get(&(CHANNEL_MARK - id)) {
                chats.push(if self.forbidden.contains(&id) {
                    forbidden_channel(channel).into()
                } else if min {
                    min_channel(channel).into()
                } else {
                    channel.clone().into()
                });
            } else if let Some(group) = self.groups.get(&-id) {
                chats.push(if self.forbidden.contains(&id) {
                    forbidden_group(group).into()
                } else {
                    group.clone().into()
                });
            }
        }
        (users, chats)
    }
}

fn min_user(user: &types::User) -> types::User {
    types::User {
        min: true,
        access_hash: user.access_hash.map(|hash| hash ^ 0x0bad),
        ..user.clone()
    }
}

fn min_channel(channel: &types::Channel) -> types::Channel {
    types::Channel {
        min: true,
        access_hash: channel.access_hash.map(|hash| hash ^ 0x0bad),
        ..channel.clone()
    }
}

fn forbidden_channel(channel: &types::Channel) -> types::ChannelForbidden {
    types::ChannelForbidden {
        broadcast: channel.broadcast,
        megagroup: channel.megagroup,
        monoforum: channel.monoforum,
        id: channel.id,
        access_hash: channel.access_hash.unwrap_or(0),
        title: channel.title.clone(),
        until_date: None,
    }
}

fn forbidden_group(group: &types::Chat) -> types::ChatForbidden {
    types::ChatForbidden {
        id: group.id,
        title: group.title.clone(),
    }
}

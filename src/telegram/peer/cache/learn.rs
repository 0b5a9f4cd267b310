//! What answers say of users and chats, as far as it helps to ask about them again.

use grammers_tl_types as tl;

use super::super::{CHANNEL_MARK, Nature, Origin};
use super::known::Known;
use crate::model::ChatKind;
use crate::telegram::convert;

impl Known {
    /// Takes in the users and chats of an answer, except `min` ones.
    pub(super) fn learn(&mut self, users: &[tl::enums::User], chats: &[tl::enums::Chat], now: i64) {
        for user in users {
            if let tl::enums::User::User(user) = user {
                self.learn_user(user, now);
            }
        }
        for chat in chats {
            self.learn_chat(chat, now);
        }
        self.bound();
    }

    fn learn_user(&mut self, user: &tl::types::User, now: i64) {
        let Some(access_hash) = user.access_hash.filter(|_| !user.min) else {
            return;
        };
        let names = active_names(user.username.as_ref(), user.usernames.as_deref());
        self.insert(user.id, access_hash, names, now);
        self.learn_nature(user.id, convert::user_kind(user).into());
        if user.is_self {
            self.set_me(user.id);
        }
    }

    fn learn_chat(&mut self, chat: &tl::enums::Chat, now: i64) {
        match chat {
            tl::enums::Chat::Chat(chat) => {
                self.insert(-chat.id, 0, Vec::new(), now);
                let nature = Nature {
                    kind: ChatKind::Group,
                    became: convert::successor(chat),
                };
                self.learn_nature(-chat.id, nature);
            }
            tl::enums::Chat::Channel(channel) if !channel.min => {
                if let Some(access_hash) = channel.access_hash {
                    let names =
                        active_names(channel.username.as_ref(), channel.usernames.as_deref());
                    let chat_id = CHANNEL_MARK - channel.id;
                    self.insert(chat_id, access_hash, names, now);
                    self.learn_nature(chat_id, convert::channel_kind(channel).into());
                    // Basic groups become supergroups, never broadcast channels.
                    if channel.broadcast {
                        self.learn_origin(chat_id, Origin::New);
                    }
                }
            }
            // Telegram says of it that it is private, when it is asked with this.
            tl::enums::Chat::ChannelForbidden(channel) => {
                let chat_id = CHANNEL_MARK - channel.id;
                self.insert(chat_id, channel.access_hash, Vec::new(), now);
                let kind = match channel.broadcast {
                    true => ChatKind::Channel,
                    false => ChatKind::Supergroup,
                };
                self.learn_nature(chat_id, kind.into());
            }
            _ => {}
        }
    }
}

/// The names that find the peer, in lower case, each once.
fn active_names(name: Option<&String>, more: Option<&[tl::enums::Username]>) -> Vec<String> {
    let active = more.into_iter().flatten().filter_map(|entry| {
        let tl::enums::Username::Username(entry) = entry;
        entry.active.then_some(&entry.username)
    });
    let mut names = Vec::new();
    for name in name.into_iter().chain(active) {
        let name = name.to_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

//! Users, groups and channels as chats.

use grammers_tl_types as tl;

use crate::model::{Chat, ChatKind};

use super::peers::{DELETED_ACCOUNT, channel_id, group_id};

/// A person or a bot as a chat.
pub fn chat_from_user(user: &tl::types::User) -> Chat {
    Chat {
        is_self: user.is_self,
        verified: user.verified,
        scam: user.scam || user.fake,
        is_contact: user.contact,
        ..named(
            Chat::new(user.id, user_kind(user), user_name(user)),
            user.username.as_deref(),
            user.usernames.as_deref(),
        )
    }
}

/// The kind of a person or a bot.
pub fn user_kind(user: &tl::types::User) -> ChatKind {
    match user.bot {
        true => ChatKind::Bot,
        false => ChatKind::User,
    }
}

/// A group or channel as a chat; what this account may not see keeps its title.
///
/// `None` for what is no conversation: a chat that is empty, and a community, which only holds others.
pub fn chat_from_chat(chat: &tl::enums::Chat) -> Option<Chat> {
    match chat {
        tl::enums::Chat::Chat(group) => Some(Chat {
            // 0 where Telegram does not say, as in a group that has become a supergroup.
            member_count: Some(group.participants_count).filter(|count| *count > 0),
            content_protected: group.noforwards,
            migrated_to_chat_id: successor(group),
            ..Chat::new(group_id(group.id), ChatKind::Group, &group.title)
        }),
        tl::enums::Chat::Forbidden(group) => {
            Some(Chat::new(group_id(group.id), ChatKind::Group, &group.title))
        }
        tl::enums::Chat::Channel(channel) => Some(from_channel(channel)),
        tl::enums::Chat::ChannelForbidden(channel) => {
            let kind = match channel.broadcast {
                true => ChatKind::Channel,
                false => ChatKind::Supergroup,
            };
            Some(Chat::new(channel_id(channel.id), kind, &channel.title))
        }
        tl::enums::Chat::Empty(_)
        | tl::enums::Chat::Community(_)
        | tl::enums::Chat::CommunityForbidden(_) => None,
    }
}

/// The marked id of the supergroup that a basic group has become.
pub fn successor(group: &tl::types::Chat) -> Option<i64> {
    group.migrated_to.as_ref().and_then(input_channel_id)
}

fn input_channel_id(channel: &tl::enums::InputChannel) -> Option<i64> {
    match channel {
        tl::enums::InputChannel::Channel(channel) => Some(channel_id(channel.channel_id)),
        tl::enums::InputChannel::FromMessage(channel) => Some(channel_id(channel.channel_id)),
        tl::enums::InputChannel::Empty => None,
    }
}

/// The kind of a channel.
pub fn channel_kind(channel: &tl::types::Channel) -> ChatKind {
    match (channel.broadcast, channel.forum) {
        (true, _) => ChatKind::Channel,
        (false, true) => ChatKind::Forum,
        (false, false) if channel.megagroup || channel.gigagroup || channel.monoforum => {
            ChatKind::Supergroup
        }
        (false, false) => ChatKind::Channel,
    }
}

fn from_channel(channel: &tl::types::Channel) -> Chat {
    let kind = channel_kind(channel);
    Chat {
        member_count: channel.participants_count,
        verified: channel.verified,
        scam: channel.scam || channel.fake,
        content_protected: channel.noforwards,
        ..named(
            Chat::new(channel_id(channel.id), kind, &channel.title),
            channel.username.as_deref(),
            channel.usernames.as_deref(),
        )
    }
}

/// The chat with its public name and the link made of it: the first active one when there are several.
fn named(
    mut chat: Chat,
    username: Option<&str>,
    usernames: Option<&[tl::enums::Username]>,
) -> Chat {
    let active = usernames.unwrap_or_default().iter().find_map(|entry| {
        let tl::enums::Username::Username(entry) = entry;
        entry.active.then_some(entry.username.as_str())
    });
    let username = username.filter(|name| !name.is_empty()).or(active);
    chat.link = username.map(|name| format!("https://t.me/{name}"));
    chat.username = username.map(str::to_owned);
    chat
}

fn user_name(user: &tl::types::User) -> String {
    if user.deleted {
        return DELETED_ACCOUNT.to_owned();
    }
    let first = user.first_name.as_deref().unwrap_or_default().trim();
    let last = user.last_name.as_deref().unwrap_or_default().trim();
    format!("{first} {last}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn username(name: &str, active: bool) -> tl::enums::Username {
        tl::types::Username {
            editable: false,
            active,
            deletable: false,
            expired: false,
            username: name.to_owned(),
        }
        .into()
    }

    #[test]
    fn a_user_is_named_by_what_is_known() {
        let cases = [
            (
                "both names",
                samples::user(1, "Ada", Some("Lovelace")),
                "Ada Lovelace",
            ),
            (
                "spaces around",
                samples::user(1, " Ada ", Some("  ")),
                "Ada",
            ),
            (
                "only a last name",
                samples::user(1, "", Some("Lovelace")),
                "Lovelace",
            ),
            (
                "deleted",
                tl::types::User {
                    deleted: true,
                    ..samples::user(1, "", None)
                },
                "Deleted Account",
            ),
        ];
        for (case, user, name) in cases {
            assert_eq!(chat_from_user(&user).title, name, "{case}");
        }
    }

    #[test]
    fn the_first_active_username_stands_in_for_the_main_one() {
        let user = tl::types::User {
            usernames: Some(vec![username("sold", false), username("ada", true)]),
            ..samples::user(1, "Ada", None)
        };
        let chat = chat_from_user(&user);
        assert_eq!(chat.username.as_deref(), Some("ada"));
        assert_eq!(chat.link.as_deref(), Some("https://t.me/ada"));
    }

    #[test]
    fn a_group_that_has_migrated_tells_where_to() {
        let to = tl::types::InputChannel {
            channel_id: 7,
            access_hash: 1,
        };
        let group = tl::types::Chat {
            migrated_to: Some(to.into()),
            ..crate::sim::blank::chat(8)
        };
        let chat = chat_from_chat(&group.into()).unwrap();
        assert_eq!(chat.migrated_to_chat_id, Some(channel_id(7)));
    }

    #[test]
    fn every_kind_of_chat_is_told_apart() {
        let broadcast = samples::channel(7, "News");
        let supergroup = samples::supergroup(7, "Talk");
        let forum = tl::types::Channel {
            forum: true,
            ..samples::supergroup(7, "Help")
        };
        let forbidden = tl::types::ChannelForbidden {
            broadcast: false,
            megagroup: true,
            monoforum: false,
            id: 7,
            access_hash: 0,
            title: "Gone".to_owned(),
            until_date: None,
        };
        let forbidden_group = tl::types::ChatForbidden {
            id: 7,
            title: "Out".to_owned(),
        };
        let cases: [(tl::enums::Chat, i64, ChatKind, &str); 5] = [
            (broadcast.into(), channel_id(7), ChatKind::Channel, "News"),
            (
                supergroup.into(),
                channel_id(7),
                ChatKind::Supergroup,
                "Talk",
            ),
            (forum.into(), channel_id(7), ChatKind::Forum, "Help"),
            (
                forbidden.into(),
                channel_id(7),
                ChatKind::Supergroup,
                "Gone",
            ),
            (forbidden_group.into(), -7, ChatKind::Group, "Out"),
        ];
        for (raw, id, kind, title) in cases {
            let chat = chat_from_chat(&raw).unwrap();
            assert_eq!(
                (chat.chat_id, chat.kind, chat.title.as_str()),
                (id, kind, title)
            );
        }
        assert_eq!(chat_from_chat(&tl::types::ChatEmpty { id: 7 }.into()), None);
    }
}

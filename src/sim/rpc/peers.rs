//! Users and chats: by name, by id, in brief and in full.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{Answered, Refusal, input_channel, is_named, known_user, read, refuse};
use crate::sim::blank;
use crate::sim::world::{CHANNEL_MARK, World, peer};

pub(super) fn get_users(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::users::GetUsers = read(arguments)?;
    let users: Vec<tl::enums::User> = request
        .id
        .iter()
        .filter_map(|input| input_user(world, input).ok())
        .map(|user| user.clone().into())
        .collect();
    Ok(users.to_bytes())
}

fn input_user<'a>(
    world: &'a World,
    input: &tl::enums::InputUser,
) -> Result<&'a tl::types::User, Refusal> {
    match input {
        tl::enums::InputUser::UserSelf => known_user(world, world.me, 0),
        tl::enums::InputUser::User(user) => known_user(world, user.user_id, user.access_hash),
        tl::enums::InputUser::FromMessage(user)
            if is_named(world, &user.peer, user.msg_id, user.user_id)? =>
        {
            let user = world.users.get(&user.user_id);
            user.ok_or_else(|| refuse(400, "USER_ID_INVALID"))
        }
        _ => Err(refuse(400, "USER_ID_INVALID")),
    }
}

pub(super) fn get_full_user(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::users::GetFullUser = read(arguments)?;
    let user = input_user(world, &request.id)?;
    let about = world
        .details
        .get(&user.id)
        .map(|details| details.about.clone())
        .filter(|about| !about.is_empty());
    Ok(
        tl::enums::users::UserFull::from(tl::types::users::UserFull {
            full_user: tl::types::UserFull {
                about,
                ..blank::user_full(user.id)
            }
            .into(),
            chats: Vec::new(),
            users: vec![user.clone().into()],
        })
        .to_bytes(),
    )
}

pub(super) fn resolve_username(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::contacts::ResolveUsername = read(arguments)?;
    let wanted = request.username.to_lowercase();
    let plausible = (4..=32).contains(&wanted.len())
        && wanted.starts_with(|c: char| c.is_ascii_alphabetic())
        && wanted
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plausible {
        return Err(refuse(400, "USERNAME_INVALID"));
    }
    let user = world
        .users
        .values()
        .find(|user| has_name(user.username.as_ref(), user.usernames.as_deref(), &wanted))
        .map(|user| user.id);
    let channel = || {
        world
            .channels
            .values()
            .find(|channel| {
                has_name(
                    channel.username.as_ref(),
                    channel.usernames.as_deref(),
                    &wanted,
                )
            })
            .map(|channel| CHANNEL_MARK - channel.id)
    };
    let chat_id = user
        .or_else(channel)
        .ok_or_else(|| refuse(400, "USERNAME_NOT_OCCUPIED"))?;
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::contacts::ResolvedPeer::from(tl::types::contacts::ResolvedPeer {
            peer: peer(chat_id),
            chats,
            users,
        })
        .to_bytes(),
    )
}

fn has_name(name: Option<&String>, more: Option<&[tl::enums::Username]>, wanted: &str) -> bool {
    name.is_some_and(|name| name.to_lowercase() == wanted)
        || more.into_iter().flatten().any(|entry| {
            let tl::enums::Username::Username(entry) = entry;
            entry.active && entry.username.to_lowercase() == wanted
        })
}

fn chats_answer(chats: Vec<tl::enums::Chat>) -> Vec<u8> {
    tl::enums::messages::Chats::from(tl::types::messages::Chats { chats }).to_bytes()
}

pub(super) fn get_channels(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::channels::GetChannels = read(arguments)?;
    let mut chats = Vec::new();
    for input in &request.id {
        let chat_id = input_channel(world, input)?;
        chats.extend(
            world
                .channels
                .get(&(CHANNEL_MARK - chat_id))
                .cloned()
                .map(Into::into),
        );
    }
    Ok(chats_answer(chats))
}

pub(super) fn get_chats(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetChats = read(arguments)?;
    let found: Vec<tl::enums::Chat> = request
        .id
        .iter()
        .filter_map(|id| world.groups.get(id).cloned().map(Into::into))
        .collect();
    if found.len() < request.id.len() {
        return Err(refuse(400, "CHAT_ID_INVALID"));
    }
    Ok(chats_answer(found))
}

pub(super) fn get_full_channel(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::channels::GetFullChannel = read(arguments)?;
    let chat_id = input_channel(world, &request.channel)?;
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let linked = details.linked_chat_id;
    let full = tl::types::ChannelFull {
        about: details.about,
        participants_count: world
            .channels
            .get(&(CHANNEL_MARK - chat_id))
            .and_then(|channel| channel.participants_count),
        linked_chat_id: linked.map(|linked| CHANNEL_MARK - linked),
        migrated_from_chat_id: details.migrated_from.map(|(id, _)| id),
        migrated_from_max_id: details.migrated_from.map(|(_, max)| max),
        pts: 1,
        ..blank::channel_full(CHANNEL_MARK - chat_id)
    };
    let (users, chats) = world.describe(chat_id, [Some(chat_id), linked].into_iter().flatten());
    Ok(
        tl::enums::messages::ChatFull::from(tl::types::messages::ChatFull {
            full_chat: full.into(),
            chats,
            users,
        })
        .to_bytes(),
    )
}

pub(super) fn get_full_chat(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetFullChat = read(arguments)?;
    let chat_id = -request.chat_id;
    if !world.groups.contains_key(&request.chat_id) {
        return Err(refuse(400, "CHAT_ID_INVALID"));
    }
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::messages::ChatFull::from(tl::types::messages::ChatFull {
            full_chat: tl::types::ChatFull {
                about: details.about,
                ..blank::chat_full(request.chat_id)
            }
            .into(),
            chats,
            users,
        })
        .to_bytes(),
    )
}

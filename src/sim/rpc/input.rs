//! What stands for a peer in a request, and whether the account may read it.

use std::collections::BTreeSet;

use grammers_tl_types::{self as tl, enums};

use super::{Refusal, refuse};
use crate::sim::knobs::ForbiddenGroup;
use crate::sim::mentions;
use crate::sim::world::{CHANNEL_MARK, World};

/// The marked id an `InputPeer` stands for, if this account may read it.
pub(super) fn input_peer(world: &World, input: &enums::InputPeer) -> Result<i64, Refusal> {
    readable(world, known_peer(world, input)?)
}

/// The marked id an `InputChannel` stands for, if this account may read it.
pub(super) fn input_channel(world: &World, input: &enums::InputChannel) -> Result<i64, Refusal> {
    let chat_id = match input {
        enums::InputChannel::Channel(channel) => {
            known_channel(world, channel.channel_id, channel.access_hash)?
        }
        enums::InputChannel::FromMessage(seen) => {
            let chat_id = CHANNEL_MARK - seen.channel_id;
            seen_in(world, &seen.peer, seen.msg_id, chat_id)?
        }
        enums::InputChannel::Empty => return Err(refuse(400, "CHANNEL_INVALID")),
    };
    readable(world, chat_id)
}

/// The user an `InputUser` stands for.
pub(super) fn input_user<'a>(
    world: &'a World,
    input: &enums::InputUser,
) -> Result<&'a tl::types::User, Refusal> {
    let invalid = || refuse(400, "USER_ID_INVALID");
    let id = match input {
        enums::InputUser::UserSelf => world.me,
        enums::InputUser::User(user) => known_user(world, user.user_id, user.access_hash)?,
        enums::InputUser::FromMessage(seen) => {
            seen_in(world, &seen.peer, seen.msg_id, seen.user_id)?
        }
        enums::InputUser::Empty => return Err(invalid()),
    };
    world.users.get(&id).ok_or_else(invalid)
}

/// The marked id an `InputPeer` stands for, be it readable or not.
pub(super) fn known_peer(world: &World, input: &enums::InputPeer) -> Result<i64, Refusal> {
    use enums::InputPeer;
    match input {
        InputPeer::PeerSelf => Ok(world.me),
        InputPeer::User(user) => known_user(world, user.user_id, user.access_hash),
        InputPeer::Chat(chat) if world.groups.contains_key(&chat.chat_id) => Ok(-chat.chat_id),
        InputPeer::Channel(channel) => {
            known_channel(world, channel.channel_id, channel.access_hash)
        }
        InputPeer::UserFromMessage(seen) => seen_in(world, &seen.peer, seen.msg_id, seen.user_id),
        InputPeer::ChannelFromMessage(seen) => {
            let chat_id = CHANNEL_MARK - seen.channel_id;
            seen_in(world, &seen.peer, seen.msg_id, chat_id)
        }
        InputPeer::Chat(_) | InputPeer::Empty => Err(refuse(400, "PEER_ID_INVALID")),
    }
}

fn known_user(world: &World, id: i64, access_hash: i64) -> Result<i64, Refusal> {
    world
        .users
        .get(&id)
        .filter(|user| user.access_hash == Some(access_hash) || id == world.me)
        .map(|user| user.id)
        .ok_or_else(|| refuse(400, "PEER_ID_INVALID"))
}

fn known_channel(world: &World, id: i64, access_hash: i64) -> Result<i64, Refusal> {
    world
        .channels
        .get(&id)
        .filter(|channel| channel.access_hash == Some(access_hash))
        .map(|channel| CHANNEL_MARK - channel.id)
        .ok_or_else(|| refuse(400, "CHANNEL_INVALID"))
}

/// A peer that is known by a message which names it, as `min` users and channels are
/// (<https://core.telegram.org/api/min>).
fn seen_in(
    world: &World,
    chat: &enums::InputPeer,
    msg_id: i32,
    wanted: i64,
) -> Result<i64, Refusal> {
    let chat_id = input_peer(world, chat)?;
    let message = world
        .existing(chat_id, msg_id)
        .ok_or_else(|| refuse(400, "MSG_ID_INVALID"))?;
    let mut named = BTreeSet::new();
    mentions::collect(message, &mut named);
    let exists =
        world.users.contains_key(&wanted) || world.channels.contains_key(&(CHANNEL_MARK - wanted));
    (exists && named.contains(&wanted))
        .then_some(wanted)
        .ok_or_else(|| refuse(400, "PEER_ID_INVALID"))
}

/// Refuses chats that this account is kept out of.
fn readable(world: &World, chat_id: i64) -> Result<i64, Refusal> {
    if let Some(channel) = world.channels.get(&(CHANNEL_MARK - chat_id)) {
        let is_left = channel.left && world.username(chat_id).is_none();
        let is_out = is_left && !world.peeked.contains(&chat_id);
        if is_out || world.forbidden.contains(&chat_id) {
            return Err(refuse(400, "CHANNEL_PRIVATE"));
        }
    } else if world.forbidden.contains(&chat_id) {
        match world.knobs.forbidden_group {
            ForbiddenGroup::Readable => {}
            ForbiddenGroup::Refused => return Err(refuse(403, "CHAT_FORBIDDEN")),
            ForbiddenGroup::Unknown => return Err(refuse(400, "PEER_ID_INVALID")),
        }
    }
    Ok(chat_id)
}

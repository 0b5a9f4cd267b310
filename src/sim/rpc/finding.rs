//! Chats by words and by invites.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::{Answered, read, refuse};
use crate::sim::blank;
use crate::sim::world::{CHANNEL_MARK, World, peer};

/// How many characters a search needs.
const SHORTEST: usize = 3;

/// Chats with a word of their title or name that begins with each word that was asked for: first the account's own,
/// then other public ones.
pub(super) fn search(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::contacts::Search = read(arguments)?;
    let query = request.q.trim().trim_start_matches('@').to_lowercase();
    if query.is_empty() {
        return Err(refuse(400, "SEARCH_QUERY_EMPTY"));
    }
    if query.chars().count() < SHORTEST {
        return Err(refuse(400, "QUERY_TOO_SHORT"));
    }
    let limit = usize::try_from(request.limit).unwrap_or(0);
    let found =
        everybody(world).filter(|chat_id| *chat_id != world.me && fits(world, *chat_id, &query));
    let (own, others): (Vec<i64>, Vec<i64>) = found.partition(|chat_id| is_own(world, *chat_id));
    let public = others
        .into_iter()
        .filter(|chat_id| world.username(*chat_id).is_some());
    let own: Vec<i64> = own.into_iter().take(limit).collect();
    let others: Vec<i64> = public.take(limit).collect();
    let mut answer = tl::types::contacts::Found {
        my_results: own.iter().copied().map(peer).collect(),
        results: others.iter().copied().map(peer).collect(),
        chats: Vec::new(),
        users: Vec::new(),
    };
    for chat_id in own.into_iter().chain(others) {
        let (users, chats) = world.describe(chat_id, [chat_id]);
        answer.users.extend(users);
        answer.chats.extend(chats);
    }
    Ok(tl::enums::contacts::Found::from(answer).to_bytes())
}

fn everybody(world: &World) -> impl Iterator<Item = i64> {
    let users = world.users.keys().copied();
    let groups = world.groups.keys().map(|id| -id);
    let channels = world.channels.keys().map(|id| CHANNEL_MARK - id);
    users.chain(groups).chain(channels)
}

/// Whether it is a chat of the account, or a contact.
fn is_own(world: &World, chat_id: i64) -> bool {
    let is_contact = world.users.get(&chat_id).is_some_and(|user| user.contact);
    let history = world.histories.get(&chat_id);
    let is_listed = history.is_some_and(|history| history.existing().next().is_some());
    is_contact || is_listed && world.is_member(chat_id)
}

fn fits(world: &World, chat_id: i64, query: &str) -> bool {
    let title = world.title(chat_id).to_lowercase();
    let name = world.username(chat_id).unwrap_or_default().to_lowercase();
    let words = || title.split_whitespace().chain([name.as_str()]);
    query
        .split_whitespace()
        .all(|wanted| words().any(|word| word.starts_with(wanted)))
}

/// What an invite leads to, without following it.
pub(super) fn check_invite(world: &mut World, arguments: &[u8]) -> Answered {
    let request: functions::messages::CheckChatInvite = read(arguments)?;
    if request.hash.is_empty() {
        return Err(refuse(400, "INVITE_HASH_EMPTY"));
    }
    let Some(invite) = world.invites.get(&request.hash).copied() else {
        return Err(refuse(
            400,
            match world.knobs.unknown_invite_is_expired {
                true => "INVITE_HASH_EXPIRED",
                false => "INVITE_HASH_INVALID",
            },
        ));
    };
    if invite.expired {
        return Err(refuse(400, "INVITE_HASH_EXPIRED"));
    }
    let chat = described(world, invite.chat_id)?;
    let is_member = world.is_member(invite.chat_id);
    if is_member {
        let already = tl::types::ChatInviteAlready { chat };
        return Ok(tl::enums::ChatInvite::from(already).to_bytes());
    }
    if invite.peek {
        world.peeked.insert(invite.chat_id);
        let expires = world.now().saturating_add(300);
        let peek = tl::types::ChatInvitePeek { chat, expires };
        return Ok(tl::enums::ChatInvite::from(peek).to_bytes());
    }
    let about = world
        .details
        .get(&invite.chat_id)
        .map(|details| details.about.clone());
    let mut preview = tl::types::ChatInvite {
        request_needed: invite.request_needed,
        title: world.title(invite.chat_id),
        about: about.filter(|about| !about.is_empty()),
        ..blank::chat_invite()
    };
    if let tl::enums::Chat::Channel(channel) = chat {
        preview.channel = true;
        preview.broadcast = channel.broadcast;
        preview.megagroup = channel.megagroup;
        preview.public = channel.username.is_some();
        preview.verified = channel.verified;
        preview.scam = channel.scam;
        preview.fake = channel.fake;
        preview.participants_count = channel.participants_count.unwrap_or(0);
    }
    Ok(tl::enums::ChatInvite::from(preview).to_bytes())
}

fn described(world: &World, chat_id: i64) -> Result<tl::enums::Chat, super::Refusal> {
    let (_, chats) = world.describe(chat_id, [chat_id]);
    let chat = chats.into_iter().next();
    chat.ok_or_else(|| refuse(400, "INVITE_HASH_EXPIRED"))
}

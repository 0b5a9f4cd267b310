//! Invites: what one leads to is looked at, and it is never followed.

use grammers_tl_types::{enums, functions, types};

use super::ChatName;
use super::find::{Found, Invite};
use super::resolve::resolve;
use crate::error::{Error, shorten};
use crate::model::{Chat, ChatKind};
use crate::telegram::convert;
use crate::telegram::{Call, Client};

/// What Telegram calls an invite that leads nowhere.
const DEAD: [&str; 3] = [
    "INVITE_HASH_EXPIRED",
    "INVITE_HASH_INVALID",
    "INVITE_HASH_EMPTY",
];

/// The chat behind an invite, if the account may read it; otherwise what the invite shows of it.
pub async fn find(client: &Client, hash: &str, input: &str, call: &Call) -> Result<Found, Error> {
    let request = functions::messages::CheckChatInvite {
        hash: hash.to_owned(),
    };
    let (chat, joined) = match client.invoke(&request, call).await {
        Ok(enums::ChatInvite::Already(invite)) => (invite.chat, true),
        // May be read for some minutes.
        Ok(enums::ChatInvite::Peek(invite)) => (invite.chat, false),
        Ok(enums::ChatInvite::Invite(invite)) => return Ok(Found::Invite(preview(invite))),
        Err(Error::Rpc { name, .. }) if DEAD.contains(&name.as_str()) => {
            return Err(Error::InviteExpired {
                input: shorten(input),
            });
        }
        Err(error) => return Err(error),
    };
    client.peers().learn(&[], std::slice::from_ref(&chat));
    let chat = convert::chat_from_chat(&chat).ok_or_else(|| Error::ChannelPrivate {
        input: shorten(input),
    })?;
    let name = ChatName::Id(chat.chat_id);
    let peer = resolve(client, &name, input, call).await?;
    Ok(Found::Chat {
        peer,
        name,
        joined: Some(joined),
    })
}

fn preview(invite: types::ChatInvite) -> Invite {
    let kind = match (invite.channel, invite.broadcast) {
        (false, _) => ChatKind::Group,
        (true, true) => ChatKind::Channel,
        (true, false) => ChatKind::Supergroup,
    };
    Invite {
        needs_approval: invite.request_needed,
        chat: Chat {
            description: invite.about.filter(|about| !about.is_empty()),
            member_count: Some(invite.participants_count).filter(|count| *count > 0),
            verified: invite.verified,
            scam: invite.scam || invite.fake,
            ..Chat::new(0, kind, invite.title)
        },
    }
}

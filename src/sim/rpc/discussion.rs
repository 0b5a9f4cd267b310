//! `messages.getDiscussionMessage`: the message that a thread hangs under.

use grammers_tl_types::{self as tl, Serializable as _, functions};

use super::messages::spoil;
use super::replies::{Thread, belongs, thread};
use super::{Answered, input_peer, read, refuse};
use crate::sim::world::World;

pub(super) fn get_discussion_message(
    world: &mut World,
    method: &'static str,
    arguments: &[u8],
) -> Answered {
    let request: functions::messages::GetDiscussionMessage = read(arguments)?;
    let asked = input_peer(world, &request.peer)?;
    let found = thread(world, asked, request.msg_id);
    let chat_id = found.as_ref().map_or(asked, |thread| thread.chat_id);
    world.begin_rpc(method, Some(chat_id));
    let Thread { chat_id, root } = found?;
    let root_message = world
        .existing(chat_id, root)
        .ok_or_else(|| refuse(400, "MSG_ID_INVALID"))?;
    let newest = world.histories.get(&chat_id).and_then(|history| {
        let mut replies = history
            .existing()
            .rev()
            .filter(|message| belongs(world, chat_id, message, root));
        replies.next().map(tl::enums::Message::id)
    });
    let messages = vec![root_message.clone()];
    let (users, mut chats) = world.named_in(chat_id, messages.iter());
    world.describe_asked(asked, &mut chats);
    let answer = tl::types::messages::DiscussionMessage {
        messages,
        max_id: newest,
        read_inbox_max_id: newest,
        read_outbox_max_id: None,
        unread_count: 0,
        chats,
        users,
    };
    let bytes = tl::enums::messages::DiscussionMessage::from(answer).to_bytes();
    Ok(spoil(world, chat_id, [root], bytes))
}

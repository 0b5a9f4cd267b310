//! One message, with its fields in the order of Desktop's.

use super::object::{Item, Object};
use super::{action, local, media, peer_id, text};
use crate::model::{Button, Forward, Message, MessageKind, PeerRef, Reaction, ReplyTo};

/// A message; `shift` is taken from its id and from those that it names in the same chat.
pub(super) fn object(message: &Message, shift: i64) -> Object {
    let is_service = message.kind == MessageKind::Service;
    let mut fields = Object::default();
    fields.put("id", i64::from(message.id) - shift);
    fields.put("type", if is_service { "service" } else { "message" });
    fields.put("date", local(message.date));
    fields.put("date_unixtime", message.date.as_second().to_string());
    if let Some(edited) = message.edit_date {
        fields.put("edited", local(edited));
        fields.put("edited_unixtime", edited.as_second().to_string());
    }
    if is_service {
        action::put(&mut fields, message, shift);
    } else {
        put_origin(&mut fields, message, shift);
    }
    if let Some(attached) = &message.media {
        media::put(&mut fields, attached);
    }
    // The text of an action stands there already.
    if !fields.has("text") {
        text::put(&mut fields, &message.text, &message.entities);
    }
    put_buttons(&mut fields, &message.buttons);
    put_reactions(&mut fields, &message.reactions);
    fields
}

/// Who wrote it, where it comes from, and what it answers.
fn put_origin(fields: &mut Object, message: &Message, shift: i64) {
    put_sender(fields, message, "from", "from_id");
    fields.put_known("author", message.author_signature.as_deref());
    if let Some(forward) = &message.forward {
        put_forward(fields, forward);
    }
    put_reply(fields, message, "reply_to_message_id", shift);
    let bot = message.via_bot.as_ref();
    let bot = bot.and_then(|bot| bot.username.as_ref());
    fields.put_known("via_bot", bot.map(|name| format!("@{name}")));
}

/// Who did it, under Desktop's names for the two fields.
pub(super) fn put_sender(
    fields: &mut Object,
    message: &Message,
    name: &'static str,
    id: &'static str,
) {
    if let Some(sender) = &message.sender {
        fields.put_name(name, Some(&sender.name));
        fields.put(id, peer_id(sender.id));
    }
}

fn put_forward(fields: &mut Object, forward: &Forward) {
    fields.put_name("forwarded_from", forward.from_name.as_deref());
    fields.put_known("forwarded_from_id", forward.from_id.map(peer_id));
}

/// What it answers: in a forum, as in Telegram, that is the topic when it answers nothing in it.
pub(super) fn put_reply(fields: &mut Object, message: &Message, name: &'static str, shift: i64) {
    let none = ReplyTo::default();
    let reply = message.reply_to.as_deref().unwrap_or(&none);
    let topic = message
        .topic_id
        .filter(|&topic| names_topic(message, topic));
    let Some(answered) = reply.message_id.or(topic) else {
        return;
    };
    let shift = if reply.chat_id.is_none() { shift } else { 0 };
    fields.put(name, i64::from(answered) - shift);
    fields.put_known("reply_to_peer_id", reply.chat_id.map(peer_id));
}

/// Telegram does not name General, nor does the message that opens a topic name itself.
fn names_topic(message: &Message, topic: i32) -> bool {
    const GENERAL: i32 = 1;
    topic != GENERAL && topic != message.id
}

/// A row for each button: records do not say which stood side by side, nor what those do that lead nowhere.
fn put_buttons(fields: &mut Object, buttons: &[Button]) {
    if buttons.is_empty() {
        return;
    }
    let row = |button: &Button| {
        let mut fields = Object::default();
        fields.put_known("type", button.url.as_ref().map(|_| "url"));
        fields.put("text", &button.text);
        fields.put_known("data", button.url.as_deref());
        vec![fields]
    };
    let rows: Vec<_> = buttons.iter().map(row).collect();
    fields.put("inline_bot_buttons", rows);
}

fn put_reactions(fields: &mut Object, reactions: &[Reaction]) {
    if reactions.is_empty() {
        return;
    }
    let reactions: Vec<Object> = reactions.iter().map(reaction).collect();
    fields.put("reactions", reactions);
}

fn reaction(reaction: &Reaction) -> Object {
    let document = reaction.custom_emoji_id.map(|id| id.0.to_string());
    let kind = match (reaction.paid, &document) {
        (true, _) => "paid",
        (false, Some(_)) => "custom_emoji",
        (false, None) => "emoji",
    };
    let mut fields = Object::default();
    fields.put("type", kind);
    fields.put("count", reaction.count);
    fields.put_known("emoji", reaction.emoji.as_deref());
    fields.put_known("document_id", document);
    if !reaction.by.is_empty() {
        let recent: Vec<Object> = reaction.by.iter().map(giver).collect();
        fields.put("recent", Item::from(recent));
    }
    fields
}

fn giver(peer: &PeerRef) -> Object {
    let mut fields = Object::default();
    fields.put_name("from", peer.name.as_deref());
    fields.put("from_id", peer_id(peer.id));
    fields
}

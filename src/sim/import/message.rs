//! One message: what every kind of it has, and the ordinary one.

use grammers_tl_types as tl;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::chat::{Kind, OpenChat};
use super::fields::{Fields, Taken, whole};
use super::peers::{self, Nameless};
use super::warnings::Warnings;
use super::{markup, media, rich, service, text};
use crate::sim::blank;
use crate::sim::world::{World, marked, peer};

/// Desktop shifts the ids of messages from before a group became a supergroup by this.
const OLD_HALF_SHIFT: i64 = -1_000_000_000;

/// Where there is no time Desktop writes the start of the epoch, in local time.
const EPOCH_UNTIL: i32 = 2 * 86_400;

/// The kinds of message that Desktop writes.
const TYPES: [&str; 3] = ["message", "service", "unsupported"];

/// Local times are no further from UTC, in seconds.
const LARGEST_ZONE: i64 = 86_400;

const UNKNOWN_FIELDS: &str = "fields that are not known, left out";
const UNIX_TIME: &str = "seconds since 1970, below 2147483648";
const MESSAGE_ID: &str = "a message id, from 1 to 2147483647";

/// What a message is converted with.
pub(super) struct Context<'a> {
    pub(super) world: &'a mut World,
    pub(super) nameless: &'a mut Nameless,
    pub(super) warnings: &'a mut Warnings,
    pub(super) chat: &'a mut OpenChat,
    /// The marked id of the chat.
    pub(super) chat_id: i64,
    /// Whether the account that made the export is known.
    pub(super) knows_me: &'a mut bool,
}

impl Context<'_> {
    /// Takes the peer named by `name` and `name_id`.
    pub(super) fn peer(
        &mut self,
        fields: &mut Fields,
        name: &str,
    ) -> Taken<Option<tl::enums::Peer>> {
        peers::take(self.world, self.nameless, fields, name)
    }

    /// In a conversation of two, who is not the other one made the export.
    pub(super) fn learn_me(&mut self, sender: i64) {
        let of_two = matches!(self.chat.kind, Kind::User | Kind::Bot);
        if of_two && !*self.knows_me && sender > 0 && sender != self.chat_id {
            peers::become_me(self.world, sender);
            *self.knows_me = true;
        }
    }

    pub(super) fn is_mine(&self, sender: i64) -> bool {
        *self.knows_me && sender == self.world.me
    }
}

/// What every message has.
pub(super) struct Header {
    pub(super) id: i32,
    pub(super) date: i32,
    /// Seconds by which the export's local times are ahead of UTC.
    pub(super) zone: i64,
    /// Whether it is from before the group became a supergroup.
    pub(super) is_old_half: bool,
}

impl Header {
    /// A number that no other message's file or poll has.
    pub(super) fn unique(&self, chat_id: i64) -> i64 {
        (chat_id << 24) ^ i64::from(self.id) ^ (i64::from(self.is_old_half) << 62)
    }
}

/// Converts a message; also answers whether it is from before the group became a supergroup. `None` is a message
/// that had been deleted, of which Desktop writes the id.
pub(super) fn convert(
    context: &mut Context<'_>,
    fields: &mut Fields,
) -> Taken<Option<(tl::enums::Message, bool)>> {
    let Some((id, is_old_half)) = take_message_id(fields, "id")? else {
        return Err(fields.missing("id", MESSAGE_ID));
    };
    let kind = fields.string("type")?.unwrap_or_default();
    if !TYPES.contains(&kind.as_str()) {
        let expected = "`message`, `service` or `unsupported`";
        return Err(fields.refuse_word("type", &kind.into(), expected));
    }
    let (date, zone) = take_date(context, fields, kind == "unsupported")?;
    let is_signed = fields.mentions("from_id") || fields.mentions("from");
    if kind == "message" && date <= EPOCH_UNTIL && !is_signed {
        context
            .warnings
            .note("messages that were deleted before the export, left out");
        return Ok(None);
    }
    context.chat.last_date = date;
    let header = Header {
        id,
        date,
        zone,
        is_old_half,
    };
    let message = match kind.as_str() {
        "message" => ordinary(context, fields, &header)?,
        "service" => service::convert(context, fields, &header)?,
        _ => unsupported(context, &header),
    };
    for name in fields.left() {
        context.warnings.unknown(UNKNOWN_FIELDS, name);
    }
    Ok(Some((message, is_old_half)))
}

fn ordinary(
    context: &mut Context<'_>,
    fields: &mut Fields,
    header: &Header,
) -> Taken<tl::enums::Message> {
    let sender = context.peer(fields, "from")?;
    let sender_id = sender.as_ref().map_or(0, marked);
    context.learn_me(sender_id);
    context.chat.notice_old_group(Some(sender_id));
    let text = text::take_message_text(fields, context.warnings)?;
    let is_post = context.chat.kind == Kind::Channel;
    let message = tl::types::Message {
        out: context.is_mine(sender_id),
        post: is_post,
        from_id: sender.filter(|_| !is_post || sender_id != context.chat_id),
        fwd_from: markup::take_forward(context, fields, header.date)?,
        via_bot_id: take_via_bot(context, fields)?,
        reply_to: take_reply(context, fields, "reply_to_message_id", header)?,
        message: text.text,
        entities: Some(text.entities).filter(|entities| !entities.is_empty()),
        media: media::take(context, fields, header)?,
        reply_markup: markup::take_buttons(fields)?,
        edit_date: take_edited(fields, header.zone)?,
        post_author: fields.string("author")?,
        reactions: markup::take_reactions(context, fields, header.zone)?,
        rich_message: rich::take(fields, context.warnings)?,
        ..blank::message(header.id, peer(context.chat_id), header.date)
    };
    Ok(message.into())
}

/// A message of a kind that Desktop did not know; it writes nothing of it but the id.
fn unsupported(context: &mut Context<'_>, header: &Header) -> tl::enums::Message {
    context
        .warnings
        .note("messages that Telegram Desktop did not support, dated like the one before");
    tl::types::Message {
        post: context.chat.kind == Kind::Channel,
        media: Some(tl::enums::MessageMedia::Unsupported),
        ..blank::message(header.id, peer(context.chat_id), header.date)
    }
    .into()
}

fn take_via_bot(context: &mut Context<'_>, fields: &mut Fields) -> Taken<Option<i64>> {
    let bot = fields.string("via_bot")?;
    Ok(bot.map(|bot| context.nameless.bot(context.world, &bot)))
}

/// Takes what a message answers to, from the field `name`, and finds its forum topic.
pub(super) fn take_reply(
    context: &mut Context<'_>,
    fields: &mut Fields,
    name: &str,
    header: &Header,
) -> Taken<Option<tl::enums::MessageReplyHeader>> {
    let other_chat = peers::take_id(fields, "reply_to_peer_id")?;
    let Some((target, _)) = take_message_id(fields, name)? else {
        return Ok(None);
    };
    context.chat.notice_old_group(other_chat);
    let topic = match other_chat {
        None => context.chat.topic_of(target),
        Some(_) => None,
    };
    if let Some(topic) = topic {
        context.chat.join_topic(header.id, topic);
    }
    Ok(Some(
        tl::types::MessageReplyHeader {
            reply_to_msg_id: Some(target),
            reply_to_peer_id: other_chat.map(peer),
            forum_topic: topic.is_some(),
            reply_to_top_id: topic.filter(|topic| *topic != target),
            ..blank::reply()
        }
        .into(),
    ))
}

/// A message id, and whether it is one of the old half.
fn take_message_id(fields: &mut Fields, name: &str) -> Taken<Option<(i32, bool)>> {
    let Some(written) = fields.number(name, MESSAGE_ID)? else {
        return Ok(None);
    };
    let is_old_half = written < 0;
    let id = if is_old_half {
        written - OLD_HALF_SHIFT
    } else {
        written
    };
    match i32::try_from(id) {
        Ok(id) if id > 0 => Ok(Some((id, is_old_half))),
        _ => Err(fields.refuse(name, &written.into(), MESSAGE_ID)),
    }
}

/// When a message was sent, and how far local times are ahead of UTC.
fn take_date(
    context: &mut Context<'_>,
    fields: &mut Fields,
    may_be_missing: bool,
) -> Taken<(i32, i64)> {
    let local = take_local(fields, "date", 0)?;
    match (fields.small("date_unixtime", UNIX_TIME)?, local) {
        (Some(date), Some(local)) => {
            let zone = i64::from(local) - i64::from(date);
            Ok((date, if zone.abs() <= LARGEST_ZONE { zone } else { 0 }))
        }
        (Some(date), None) => Ok((date, 0)),
        (None, Some(date)) => {
            context
                .warnings
                .note("messages with local time only, read as UTC");
            Ok((date, 0))
        }
        (None, None) if may_be_missing => Ok((context.chat.last_date, 0)),
        (None, None) => Err(fields.missing("date_unixtime", UNIX_TIME)),
    }
}

fn take_edited(fields: &mut Fields, zone: i64) -> Taken<Option<i32>> {
    let local = take_local(fields, "edited", zone)?;
    let edited = fields.small("edited_unixtime", UNIX_TIME)?.or(local);
    Ok(edited.filter(|edited| *edited > EPOCH_UNTIL))
}

/// Takes a time without zone, `zone` seconds ahead of UTC.
pub(super) fn take_local(fields: &mut Fields, name: &str, zone: i64) -> Taken<Option<i32>> {
    let Some(value) = fields.take(name) else {
        return Ok(None);
    };
    let text = value.as_str().unwrap_or_default();
    let seconds = if let Some(seconds) = whole(&value) {
        Some(seconds)
    } else if let Ok(timestamp) = text.parse::<Timestamp>() {
        Some(timestamp.as_second())
    } else {
        let local = text.parse::<DateTime>().ok();
        let utc = local.and_then(|local| local.to_zoned(TimeZone::UTC).ok());
        utc.map(|utc| utc.timestamp().as_second() - zone)
    };
    match seconds.map(i32::try_from) {
        Some(Ok(seconds)) => Ok(Some(seconds)),
        _ => Err(fields.refuse(name, &value, "a time like `2024-05-01T12:30:00`")),
    }
}

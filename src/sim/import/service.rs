//! Service messages: what happened in a chat. Actions that TL has and an export describes whole become that
//! action; every other one keeps its name and its values as words.

mod rare;

use grammers_tl_types as tl;

use super::fields::{Fields, Taken};
use super::message::{Context, Header, take_local, take_reply};
use super::{markup, media, peers, text};
use crate::sim::blank;
use crate::sim::world::{marked, peer};

/// Fields that say which message an action is about.
const TARGETS: [&str; 3] = ["message_id", "game_message_id", "invoice_message_id"];

/// Converts a service message.
pub(super) fn convert(
    context: &mut Context<'_>,
    fields: &mut Fields,
    header: &Header,
) -> Taken<tl::enums::Message> {
    let actor = context.peer(fields, "actor")?;
    let actor_id = actor.as_ref().map_or(0, marked);
    context.learn_me(actor_id);
    context.chat.notice_old_group(Some(actor_id));
    fields.pass(&["text_entities", "edited", "edited_unixtime"]);
    let text = Some(text::take(fields, "text", context.warnings)?.text);
    let text = text.filter(|text| !text.is_empty());
    let target = TARGETS.into_iter().find(|name| fields.has(name));
    let reply_to = match target {
        Some(name) => take_reply(context, fields, name, header)?,
        None => None,
    };
    let reactions = markup::take_reactions(context, fields, header.zone)?;
    let action = take_action(context, fields, header, actor.as_ref(), text)?;
    Ok(tl::types::MessageService {
        out: context.is_mine(actor_id),
        post: context.chat.is_broadcast(),
        from_id: actor.filter(|_| actor_id != context.chat_id || actor_id > 0),
        reply_to,
        reactions,
        ..blank::service(header.id, peer(context.chat_id), header.date, action)
    }
    .into())
}

fn take_action(
    context: &mut Context<'_>,
    fields: &mut Fields,
    header: &Header,
    actor: Option<&tl::enums::Peer>,
    text: Option<String>,
) -> Taken<tl::enums::MessageAction> {
    use tl::types as t;
    let name = fields.string("action")?.unwrap_or_default();
    Ok(match name.as_str() {
        "create_group" => t::MessageActionChatCreate {
            title: take_title(fields)?,
            users: take_members(context, fields, actor)?,
        }
        .into(),
        "create_channel" => t::MessageActionChannelCreate {
            title: take_title(fields)?,
        }
        .into(),
        "edit_group_title" => t::MessageActionChatEditTitle {
            title: take_title(fields)?,
        }
        .into(),
        "edit_group_photo" | "suggest_profile_photo" => {
            fields.pass(&["media_spoiler"]);
            let photo = media::take_photo(fields, header.date, header.unique(context.chat_id))?;
            if name == "edit_group_photo" {
                t::MessageActionChatEditPhoto { photo }.into()
            } else {
                t::MessageActionSuggestProfilePhoto { photo }.into()
            }
        }
        "delete_group_photo" => tl::enums::MessageAction::ChatDeletePhoto,
        "invite_members" => t::MessageActionChatAddUser {
            users: take_members(context, fields, actor)?,
        }
        .into(),
        "remove_members" => t::MessageActionChatDeleteUser {
            user_id: take_members(context, fields, actor)?
                .first()
                .copied()
                .unwrap_or(0),
        }
        .into(),
        "join_group_by_link" => {
            let inviter = fields.string("inviter")?;
            t::MessageActionChatJoinedByLink {
                inviter_id: context.nameless.id(context.world, inviter.as_deref()),
            }
            .into()
        }
        "join_group_by_request" => tl::enums::MessageAction::ChatJoinedByRequest,
        "migrate_to_supergroup" => t::MessageActionChatMigrateTo {
            channel_id: context.chat.supergroup_id(),
        }
        .into(),
        // The id of the old group is filled in when the whole chat was read.
        "migrate_from_group" => t::MessageActionChannelMigrateFrom {
            title: take_title(fields)?,
            chat_id: 0,
        }
        .into(),
        "pin_message" => tl::enums::MessageAction::PinMessage,
        "clear_history" => tl::enums::MessageAction::HistoryClear,
        "take_screenshot" => tl::enums::MessageAction::ScreenshotTaken,
        "joined_telegram" => tl::enums::MessageAction::ContactSignUp,
        "set_messages_ttl" => t::MessageActionSetMessagesTtl {
            period: fields.count("period")?,
            auto_setting_from: None,
        }
        .into(),
        "edit_chat_theme" => t::MessageActionSetChatTheme {
            theme: t::ChatTheme {
                emoticon: fields.string("emoticon")?.unwrap_or_default(),
            }
            .into(),
        }
        .into(),
        "boost_apply" => t::MessageActionBoostApply {
            boosts: fields.count("boosts")?,
        }
        .into(),
        "send_webview_data" => t::MessageActionWebViewDataSent {
            text: text.unwrap_or_default(),
        }
        .into(),
        "topic_created" => {
            let title = take_title(fields)?;
            context.chat.add_topic(header.id, &title);
            t::MessageActionTopicCreate {
                title_missing: false,
                title,
                icon_color: 0,
                icon_emoji_id: None,
            }
            .into()
        }
        "topic_title_edit" => t::MessageActionTopicEdit {
            title: fields.string("title")?,
            icon_emoji_id: None,
            closed: None,
            hidden: None,
        }
        .into(),
        "topic_edit" => t::MessageActionTopicEdit {
            title: fields.string("new_title")?,
            icon_emoji_id: fields.document_id("new_icon_emoji_id")?,
            closed: None,
            hidden: None,
        }
        .into(),
        "phone_call"
        | "conference_call"
        | "group_call"
        | "group_call_scheduled"
        | "invite_to_group_call" => take_call(context, fields, &name, actor)?,
        _ => rare::take_action(context, fields, &name, text)?,
    })
}

fn take_call(
    context: &mut Context<'_>,
    fields: &mut Fields,
    name: &str,
    actor: Option<&tl::enums::Peer>,
) -> Taken<tl::enums::MessageAction> {
    use tl::types as t;
    let call = || t::InputGroupCall {
        id: 0,
        access_hash: 0,
    };
    Ok(match name {
        "phone_call" => t::MessageActionPhoneCall {
            video: false,
            call_id: 0,
            reason: take_discard_reason(fields)?,
            duration: fields.small("duration_seconds", "a number of seconds")?,
        }
        .into(),
        "conference_call" => t::MessageActionConferenceCall {
            missed: fields.flag("is_missed")?,
            active: fields.flag("is_active")?,
            video: false,
            call_id: 0,
            duration: fields.small("duration_seconds", "a number of seconds")?,
            other_participants: None,
        }
        .into(),
        "group_call" => t::MessageActionGroupCall {
            call: call().into(),
            duration: fields.small("duration", "a number of seconds")?,
        }
        .into(),
        "group_call_scheduled" => t::MessageActionGroupCallScheduled {
            call: call().into(),
            schedule_date: take_local(fields, "schedule_date", 0)?.unwrap_or(0),
        }
        .into(),
        _ => t::MessageActionInviteToGroupCall {
            call: call().into(),
            users: take_members(context, fields, actor)?,
        }
        .into(),
    })
}

fn take_discard_reason(fields: &mut Fields) -> Taken<Option<tl::enums::PhoneCallDiscardReason>> {
    use tl::enums::PhoneCallDiscardReason as Reason;
    Ok(match fields.string("discard_reason")?.as_deref() {
        Some("busy") => Some(Reason::Busy),
        Some("disconnect") => Some(Reason::Disconnect),
        Some("hangup") => Some(Reason::Hangup),
        Some("missed") => Some(Reason::Missed),
        _ => None,
    })
}

fn take_title(fields: &mut Fields) -> Taken<String> {
    Ok(fields.string("title")?.unwrap_or_default())
}

/// Takes the members, whom exports name without ids. Only the actor can be told: who is invited by himself
/// has joined.
fn take_members(
    context: &mut Context<'_>,
    fields: &mut Fields,
    actor: Option<&tl::enums::Peer>,
) -> Taken<Vec<i64>> {
    let actor_id = actor.map_or(0, marked);
    let actor_name = context
        .world
        .users
        .get(&actor_id)
        .and_then(|user| user.first_name.clone())
        .filter(|name| name != peers::DELETED);
    let mut members = Vec::new();
    for member in fields.list("members")? {
        let name = member.as_str();
        if name.is_some() && name == actor_name.as_deref() {
            members.push(actor_id);
        } else {
            members.push(context.nameless.id(context.world, name));
        }
    }
    Ok(members)
}

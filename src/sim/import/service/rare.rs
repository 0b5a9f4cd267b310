//! The rarer actions, and those that TL has no room for: they become words.

use grammers_tl_types as tl;
use serde_json::Value;

use crate::sim::import::fields::{Fields, Taken};
use crate::sim::import::message::Context;
use crate::sim::import::offers;
use crate::sim::world::peer;

/// Takes an action by its name; every name is an action.
pub(super) fn take_action(
    context: &mut Context<'_>,
    fields: &mut Fields,
    name: &str,
    text: Option<String>,
) -> Taken<tl::enums::MessageAction> {
    use tl::types as t;
    Ok(match name {
        "score_in_game" => t::MessageActionGameScore {
            game_id: 0,
            score: fields.count("score")?,
        }
        .into(),
        "send_payment" => {
            let recurring = fields.string("recurring")?;
            let amount = fields.number("amount", "an amount in the smallest unit")?;
            t::MessageActionPaymentSent {
                recurring_init: recurring.as_deref() == Some("init"),
                recurring_used: recurring.as_deref() == Some("used"),
                currency: fields.string("currency")?.unwrap_or_default(),
                total_amount: amount.unwrap_or(0),
                invoice_slug: None,
                subscription_until_date: None,
            }
            .into()
        }
        "proximity_reached" => {
            let (from, to) = (context.peer(fields, "from")?, context.peer(fields, "to")?);
            let me = || peer(context.world.me);
            t::MessageActionGeoProximityReached {
                from_id: from.unwrap_or_else(me),
                to_id: to.unwrap_or_else(me),
                distance: fields.count("distance")?,
            }
            .into()
        }
        "allow_sending_messages" if fields.has("reason_domain") => t::MessageActionBotAllowed {
            attach_menu: false,
            from_request: false,
            domain: fields.string("reason_domain")?,
            app: None,
        }
        .into(),
        "attach_menu_bot_allowed" | "web_app_bot_allowed" => t::MessageActionBotAllowed {
            attach_menu: name == "attach_menu_bot_allowed",
            from_request: name == "web_app_bot_allowed",
            domain: None,
            app: None,
        }
        .into(),
        "giveaway_launch" => t::MessageActionGiveawayLaunch { stars: None }.into(),
        "paid_messages_refund" => t::MessageActionPaidMessagesRefunded {
            count: fields.count("messages_count")?,
            stars: fields
                .number("stars_count", "a number of stars")?
                .unwrap_or(0),
        }
        .into(),
        "paid_messages_price_change" => t::MessageActionPaidMessagesPrice {
            broadcast_messages_allowed: fields.flag("is_broadcast_messages_allowed")?,
            stars: fields
                .number("price_stars", "a number of stars")?
                .unwrap_or(0),
        }
        .into(),
        "todo_completions" => t::MessageActionTodoCompletions {
            completed: take_task_ids(fields, "completed")?,
            incompleted: take_task_ids(fields, "incompleted")?,
        }
        .into(),
        "todo_append_tasks" => t::MessageActionTodoAppendTasks {
            list: offers::take_tasks(context, fields, "items")?,
        }
        .into(),
        "giveaway_results" => t::MessageActionGiveawayResults {
            stars: fields.flag("stars")?,
            winners_count: fields.count("winners")?,
            unclaimed_count: fields.count("unclaimed")?,
        }
        .into(),
        "set_chat_wallpaper" | "set_same_chat_wallpaper" => t::MessageActionSetChatWallPaper {
            same: name == "set_same_chat_wallpaper",
            for_both: false,
            wallpaper: t::WallPaperNoFile {
                id: 0,
                default: false,
                dark: false,
                settings: None,
            }
            .into(),
        }
        .into(),
        "no_forwards_toggle" => {
            let new_value = fields.flag("new_value")?;
            t::MessageActionNoForwardsToggle {
                prev_value: !new_value,
                new_value,
            }
            .into()
        }
        "change_creator" => {
            let creator = fields.string("new_creator")?;
            t::MessageActionChangeCreator {
                new_creator_id: context.nameless.id(context.world, creator.as_deref()),
            }
            .into()
        }
        _ => {
            if !name.is_empty() && !WORDED.contains(&name) {
                let what = "actions that are not known, kept as words";
                context.warnings.unknown(what, name);
            }
            in_words(fields, name, text)?
        }
    })
}

/// Actions of Desktop's that TL has, but not with what an export says of them.
const WORDED: [&str; 23] = [
    "allow_sending_messages",
    "gift_code_prize",
    "join_group_via_community",
    "managed_bot_created",
    "new_creator_pending",
    "no_forwards_request",
    "poll_append_answer",
    "poll_delete_answer",
    "process_suggested_post",
    "refunded_payment",
    "requested_peer",
    "requested_phone_number",
    "send_paid_message",
    "send_passport_values",
    "send_premium_gift",
    "send_star_gift",
    "send_stars_gift",
    "send_ton_gift",
    "stars_prize",
    "suggest_birthday",
    "suggested_post_refund",
    "suggested_post_success",
    "topic_icon_edit",
];

/// An action as a sentence: its name, and whatever values it came with.
fn in_words(
    fields: &mut Fields,
    name: &str,
    text: Option<String>,
) -> Taken<tl::enums::MessageAction> {
    let mut message = match fields.string("information_text")? {
        Some(text) if name.is_empty() => text,
        Some(text) => format!("{}: {text}", words(name)),
        None if name.is_empty() => "an action without a name".to_owned(),
        None => words(name),
    };
    let names: Vec<String> = fields.left().map(str::to_owned).collect();
    let mut values = Vec::new();
    for name in names {
        if let Some(value) = fields.take(&name) {
            values.push(format!("{} {}", words(&name), spoken(&value)));
        }
    }
    values.extend(text.map(|text| format!("text {text}")));
    if !values.is_empty() {
        message = format!("{message} ({})", values.join(", "));
    }
    Ok(tl::types::MessageActionCustomAction { message }.into())
}

/// A value as one reads it out: a formatted text without its formatting, a list without its brackets.
fn spoken(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Array(values) => {
            let is_text = values.iter().any(Value::is_object);
            let between = if is_text { "" } else { ", " };
            let parts: Vec<String> = values.iter().map(part).collect();
            parts.join(between)
        }
        other => other.to_string(),
    }
}

fn part(value: &Value) -> String {
    let text = value.get("text").unwrap_or(value);
    text.as_str()
        .map_or_else(|| text.to_string(), str::to_owned)
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn take_task_ids(fields: &mut Fields, name: &str) -> Taken<Vec<i32>> {
    let ids = fields.list(name)?;
    let small = |id: &Value| id.as_i64().and_then(|id| i32::try_from(id).ok());
    Ok(ids.iter().filter_map(small).collect())
}

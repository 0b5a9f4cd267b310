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
        _ => in_words(fields, name)?,
    })
}

/// An action as a sentence: its name, and whatever values it came with.
fn in_words(fields: &mut Fields, name: &str) -> Taken<tl::enums::MessageAction> {
    let mut message = match fields.string("information_text")? {
        Some(text) if name.is_empty() => text,
        Some(text) => format!("{}: {text}", words(name)),
        None if name.is_empty() => "an action without a name".to_owned(),
        None => words(name),
    };
    let names: Vec<String> = fields.left().map(str::to_owned).collect();
    let mut values = Vec::new();
    for name in names {
        match fields.take(&name) {
            Some(Value::String(text)) => values.push(format!("{} {text}", words(&name))),
            Some(value) => values.push(format!("{} {value}", words(&name))),
            None => {}
        }
    }
    if !values.is_empty() {
        message = format!("{message} ({})", values.join(", "));
    }
    Ok(tl::types::MessageActionCustomAction { message }.into())
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn take_task_ids(fields: &mut Fields, name: &str) -> Taken<Vec<i32>> {
    let ids = fields.list(name)?;
    let small = |id: &Value| id.as_i64().and_then(|id| i32::try_from(id).ok());
    Ok(ids.iter().filter_map(small).collect())
}

//! What happened, in service messages: Desktop's word for it, and what Desktop says about it.

use serde_json::Value;

use super::media::{NOT_INCLUDED, tasks};
use super::object::{Object, names};
use super::{body, peer_id, peer_number};
use crate::model::{Action, Message, PeerRef, Price};

/// Nanotons in a TON.
const NANO: i64 = 1_000_000_000;

/// Puts who did it, what, and what there is to say about it.
pub(super) fn put(fields: &mut Object, message: &Message, shift: i64) {
    let Some(action) = message.action.as_deref() else {
        return body::put_sender(fields, message, "actor", "actor_id");
    };
    if has_actor(action) {
        body::put_sender(fields, message, "actor", "actor_id");
    }
    // Telegram's own words for something come without one of Desktop's.
    if !matches!(action, Action::Custom { .. }) {
        fields.put("action", word(action));
    }
    match action {
        Action::PinMessage { message_id } => {
            let pinned = message_id.map(|id| i64::from(id) - shift);
            fields.put_known("message_id", pinned);
        }
        Action::GameScore { score, .. } => {
            body::put_reply(fields, message, "game_message_id", shift);
            fields.put("score", *score);
        }
        Action::PaymentSent {
            currency,
            total_amount,
        } => {
            fields.put("amount", *total_amount);
            fields.put("currency", currency);
            body::put_reply(fields, message, "invoice_message_id", shift);
        }
        Action::SetChatWallPaper => body::put_reply(fields, message, "message_id", shift),
        _ => put_people(fields, action),
    }
}

/// Desktop does not say who did these.
fn has_actor(action: &Action) -> bool {
    !matches!(
        action,
        Action::PaymentSent { .. }
            | Action::BotAllowed { .. }
            | Action::GeoProximityReached { .. }
            | Action::WebViewDataSent { .. }
            | Action::GiftCode { .. }
            | Action::GiveawayLaunch { .. }
            | Action::GiveawayResults { .. }
            | Action::PaymentRefunded { .. }
    )
}

/// What a group, its people and its settings went through.
fn put_people(fields: &mut Object, action: &Action) {
    match action {
        Action::ChatCreate { title, users, .. } => {
            fields.put("title", title);
            fields.put("members", names(users));
        }
        Action::ChatEditTitle { title }
        | Action::ChannelCreate { title }
        | Action::ChannelMigrateFrom { title, .. }
        | Action::TopicCreate { title } => fields.put("title", title),
        Action::ChatEditPhoto | Action::SuggestProfilePhoto => fields.put("photo", NOT_INCLUDED),
        Action::ChatAddUser { users, .. } | Action::InviteToGroupCall { users, .. } => {
            fields.put("members", names(users));
        }
        Action::ChatDeleteUser { user } => {
            fields.put("members", names(std::slice::from_ref(user)));
        }
        Action::ChatJoinedByLink { inviter } => put_peer_name(fields, "inviter", inviter),
        Action::ChangeCreator { user } | Action::NewCreatorPending { user } => {
            put_peer_name(fields, "new_creator", user);
        }
        Action::RequestedPeer { peers } => {
            let peers = peers.iter().map(|peer| peer_number(peer.id));
            fields.put("peers", peers.collect::<Vec<_>>());
        }
        Action::TopicEdit { title, .. } => fields.put_known("new_title", title.as_deref()),
        Action::SetMessagesTtl { period_seconds, .. } => fields.put("period", *period_seconds),
        Action::SetChatTheme { emoji } => fields.put_known("emoticon", emoji.as_deref()),
        Action::NoForwardsToggle { enabled } | Action::NoForwardsRequest { enabled, .. } => {
            fields.put("new_value", *enabled);
        }
        Action::BoostApply { boosts } => fields.put("boosts", *boosts),
        Action::GeoProximityReached {
            from,
            to,
            distance_meters,
        } => {
            fields.put_name("from", from.name.as_deref());
            fields.put("from_id", peer_id(from.id));
            fields.put_name("to", to.name.as_deref());
            fields.put("to_id", peer_id(to.id));
            fields.put("distance", *distance_meters);
        }
        _ => put_calls(fields, action),
    }
}

/// Calls, bots and lists.
fn put_calls(fields: &mut Object, action: &Action) {
    match action {
        Action::PhoneCall {
            reason,
            duration_seconds,
            ..
        } => {
            fields.put_known("duration_seconds", *duration_seconds);
            fields.put_known("discard_reason", reason.as_deref().map(discard_reason));
        }
        Action::ConferenceCall {
            missed,
            duration_seconds,
            ..
        } => {
            fields.put_known("duration_seconds", *duration_seconds);
            fields.put("is_missed", *missed);
        }
        Action::GroupCall { duration_seconds } => fields.put_known("duration", *duration_seconds),
        Action::GroupCallScheduled { date } => fields.put("schedule_date", date.as_second()),
        Action::BotAllowed { domain, app } => {
            fields.put_known("reason_app_name", app.as_deref());
            fields.put_known("reason_domain", domain.as_deref());
        }
        Action::Custom { text } => fields.put("information_text", text),
        Action::WebViewDataSent { text } => fields.put("text", text),
        Action::TodoCompletions {
            completed,
            incompleted,
        } => {
            fields.put("completed", completed.clone());
            fields.put("incompleted", incompleted.clone());
        }
        Action::TodoAppendTasks { items } => fields.put("items", tasks(items)),
        _ => put_money(fields, action),
    }
}

/// Gifts, prizes and payments.
fn put_money(fields: &mut Object, action: &Action) {
    match action {
        Action::GiftCode {
            via_giveaway, from, ..
        } => {
            let from = from.as_ref().map(|from| peer_id(from.id));
            fields.put_known("boost_peer_id", from);
            fields.put("via_giveaway", *via_giveaway);
        }
        Action::GiftStars { stars } => fields.put("amount_whole", *stars),
        Action::StarGift { stars, text, .. } => {
            fields.put_known("stars", *stars);
            fields.put_known("gift_text", text.as_deref());
        }
        Action::GiveawayResults {
            winners_count,
            unclaimed_count,
        } => {
            fields.put("winners", *winners_count);
            fields.put("unclaimed", *unclaimed_count);
        }
        Action::PaymentRefunded {
            peer,
            currency,
            total_amount,
        } => {
            fields.put("amount", *total_amount);
            fields.put("currency", currency);
            put_peer_name(fields, "peer_name", peer);
            fields.put("peer_id", peer_id(peer.id));
        }
        Action::PrizeStars {
            stars,
            unclaimed,
            giveaway_message_id,
            from,
        } => {
            if let Some(from) = from {
                fields.put("boost_peer_id", peer_id(from.id));
                put_peer_name(fields, "boost_peer_name", from);
            }
            fields.put("stars", *stars);
            fields.put("is_unclaimed", *unclaimed);
            fields.put("giveaway_msg_id", *giveaway_message_id);
        }
        Action::PaidMessagesRefunded { count, stars } => {
            fields.put("messages_count", *count);
            fields.put("stars_count", *stars);
        }
        Action::PaidMessagesPrice { stars } => fields.put("price_stars", *stars),
        _ => put_suggestions(fields, action),
    }
}

/// Posts that were suggested to a channel.
fn put_suggestions(fields: &mut Object, action: &Action) {
    match action {
        Action::SuggestedPostApproval {
            accepted,
            comment,
            date,
            price,
        } => {
            fields.put_flag("rejected", !accepted);
            fields.put_known("comment", comment.as_deref());
            put_price(fields, price.as_ref());
            let date = date.map(|date| date.as_second());
            fields.put_known("scheduled_date", date);
        }
        Action::SuggestedPostSuccess { price } => put_price(fields, Some(price)),
        Action::SuggestedPostRefund { payer_initiated } => {
            fields.put("user_initiated", *payer_initiated);
        }
        _ => {}
    }
}

fn put_peer_name(fields: &mut Object, label: &'static str, peer: &PeerRef) {
    fields.put_name(label, peer.name.as_deref());
}

/// Numbers as text, as Desktop has them here.
fn put_price(fields: &mut Object, price: Option<&Price>) {
    let Some(price) = price else {
        return;
    };
    let is_ton = price.currency == "TON";
    let unit = if is_ton { NANO } else { 1 };
    fields.put("price_amount_whole", (price.amount / unit).to_string());
    fields.put("price_amount_nano", (price.amount % unit).to_string());
    fields.put("price_currency", if is_ton { "TON" } else { "Stars" });
}

/// Desktop's spelling.
fn discard_reason(reason: &str) -> &str {
    match reason {
        "migrate_conference_call" => "migrate_conference_all",
        reason => reason,
    }
}

/// Desktop's word for an action. What it has none for keeps the one of the record.
fn word(action: &Action) -> String {
    let word = match action {
        Action::ChatCreate { .. } => "create_group",
        Action::ChatEditTitle { .. } => "edit_group_title",
        Action::ChatEditPhoto => "edit_group_photo",
        Action::ChatDeletePhoto => "delete_group_photo",
        Action::ChatAddUser { .. } => "invite_members",
        Action::ChatDeleteUser { .. } => "remove_members",
        Action::ChatJoinedByLink { .. } => "join_group_by_link",
        Action::ChatJoinedByRequest => "join_group_by_request",
        Action::ChannelCreate { .. } => "create_channel",
        Action::ChatMigrateTo { .. } => "migrate_to_supergroup",
        Action::ChannelMigrateFrom { .. } => "migrate_from_group",
        Action::PinMessage { .. } => "pin_message",
        Action::HistoryClear => "clear_history",
        Action::ScreenshotTaken => "take_screenshot",
        Action::TopicCreate { .. } => "topic_created",
        Action::GameScore { .. } => "score_in_game",
        Action::ContactSignUp => "joined_telegram",
        Action::BotAllowed { .. } => "allow_sending_messages",
        Action::SetChatTheme { .. } => "edit_chat_theme",
        Action::SetChatWallPaper => "set_chat_wallpaper",
        Action::GiftPremium { .. } => "send_premium_gift",
        Action::GiftCode { .. } => "gift_code_prize",
        Action::GiftStars { .. } => "send_stars_gift",
        Action::StarGift { .. } => "send_star_gift",
        Action::PaymentSent { .. } => "send_payment",
        Action::GeoProximityReached { .. } => "proximity_reached",
        Action::WebViewDataSent { .. } => "send_webview_data",
        Action::PaymentRefunded { .. } => "refunded_payment",
        Action::PrizeStars { .. } => "stars_prize",
        Action::PaidMessagesRefunded { .. } => "paid_messages_refund",
        Action::PaidMessagesPrice { .. } => "paid_messages_price_change",
        Action::SuggestedPostApproval { .. } => "process_suggested_post",
        Action::Other { name } => name,
        other => return own_word(other),
    };
    word.to_owned()
}

/// The record's own word, which is Desktop's for the rest of what Desktop knows.
fn own_word(action: &Action) -> String {
    let record = serde_json::to_value(action).unwrap_or_default();
    let word = record.get("type").and_then(Value::as_str);
    word.unwrap_or_default().to_owned()
}

//! What happened, in service messages.

use grammers_tl_types as tl;
use tl::enums::{MessageAction as Raw, MessageReplyHeader, PhoneCallDiscardReason as Reason};

use crate::model::{Action, LongId, PeerRef};

use super::peers::{Peers, channel_id, group_id, marked_id};
use super::{non_empty, plain, timestamp, tl_name, web};

/// The record of what happened; what has no type of its own keeps its TL name.
///
/// A pinned message is named by the header of the reply.
pub(super) fn action(raw: &Raw, reply_to: Option<&MessageReplyHeader>, peers: &Peers) -> Action {
    match raw {
        Raw::PinMessage => Action::PinMessage {
            message_id: reply_to.and_then(answered),
        },
        _ => membership(raw, peers)
            .or_else(|| chat_change(raw))
            .or_else(|| call(raw, peers))
            .or_else(|| gift_or_payment(raw))
            .or_else(|| other_known(raw, peers))
            .unwrap_or_else(|| Action::Other { name: tl_name(raw) }),
    }
}

fn answered(header: &MessageReplyHeader) -> Option<i32> {
    match header {
        MessageReplyHeader::Header(header) => header.reply_to_msg_id,
        MessageReplyHeader::MessageReplyStoryHeader(_) => None,
    }
}

fn membership(raw: &Raw, peers: &Peers) -> Option<Action> {
    Some(match raw {
        Raw::ChatCreate(it) => Action::ChatCreate {
            title: it.title.clone(),
            users: users(&it.users, peers),
        },
        Raw::ChatAddUser(it) => Action::ChatAddUser {
            users: users(&it.users, peers),
        },
        Raw::ChatDeleteUser(it) => Action::ChatDeleteUser {
            user: peers.reference(it.user_id),
        },
        Raw::ChatJoinedByLink(it) => Action::ChatJoinedByLink {
            inviter: peers.reference(it.inviter_id),
        },
        Raw::ChatJoinedByRequest => Action::ChatJoinedByRequest,
        Raw::ContactSignUp => Action::ContactSignUp,
        Raw::ChangeCreator(it) => Action::ChangeCreator {
            user: peers.reference(it.new_creator_id),
        },
        _ => return None,
    })
}

fn chat_change(raw: &Raw) -> Option<Action> {
    Some(match raw {
        Raw::ChatEditTitle(it) => Action::ChatEditTitle {
            title: it.title.clone(),
        },
        Raw::ChatEditPhoto(_) => Action::ChatEditPhoto,
        Raw::ChatDeletePhoto => Action::ChatDeletePhoto,
        Raw::ChannelCreate(it) => Action::ChannelCreate {
            title: it.title.clone(),
        },
        Raw::ChatMigrateTo(it) => Action::ChatMigrateTo {
            chat_id: channel_id(it.channel_id),
        },
        Raw::ChannelMigrateFrom(it) => Action::ChannelMigrateFrom {
            title: it.title.clone(),
            chat_id: group_id(it.chat_id),
        },
        Raw::HistoryClear => Action::HistoryClear,
        Raw::TopicCreate(it) => Action::TopicCreate {
            title: it.title.clone(),
        },
        Raw::TopicEdit(it) => Action::TopicEdit {
            title: it.title.as_deref().and_then(non_empty),
            closed: it.closed,
            hidden: it.hidden,
        },
        Raw::SetMessagesTtl(it) => Action::SetMessagesTtl {
            period_seconds: it.period,
        },
        Raw::SetChatTheme(it) => Action::SetChatTheme {
            emoji: match &it.theme {
                tl::enums::ChatTheme::Theme(theme) => non_empty(&theme.emoticon),
                tl::enums::ChatTheme::UniqueGift(_) => None,
            },
        },
        Raw::SetChatWallPaper(_) => Action::SetChatWallPaper,
        Raw::NoForwardsToggle(it) => Action::NoForwardsToggle {
            enabled: it.new_value,
        },
        _ => return None,
    })
}

fn call(raw: &Raw, peers: &Peers) -> Option<Action> {
    Some(match raw {
        Raw::PhoneCall(it) => Action::PhoneCall {
            video: it.video,
            reason: it.reason.as_ref().map(reason),
            duration_seconds: it.duration,
        },
        Raw::ConferenceCall(it) => Action::ConferenceCall {
            video: it.video,
            missed: it.missed,
            duration_seconds: it.duration,
        },
        Raw::GroupCall(it) => Action::GroupCall {
            duration_seconds: it.duration,
        },
        Raw::GroupCallScheduled(it) => Action::GroupCallScheduled {
            date: timestamp(it.schedule_date),
        },
        Raw::InviteToGroupCall(it) => Action::InviteToGroupCall {
            users: users(&it.users, peers),
        },
        _ => return None,
    })
}

fn gift_or_payment(raw: &Raw) -> Option<Action> {
    Some(match raw {
        Raw::GiftPremium(it) => Action::GiftPremium {
            days: it.days,
            currency: it.currency.clone(),
            amount: it.amount,
            text: it.message.as_ref().map(plain),
        },
        Raw::GiftCode(it) => Action::GiftCode {
            days: it.days,
            via_giveaway: it.via_giveaway,
            text: it.message.as_ref().map(plain),
        },
        Raw::GiftStars(it) => Action::GiftStars { stars: it.stars },
        Raw::StarGift(it) => Action::StarGift {
            unique: false,
            text: it.message.as_ref().map(plain),
        },
        Raw::StarGiftUnique(it) => Action::StarGift {
            unique: true,
            text: it.message.as_ref().map(plain),
        },
        Raw::BoostApply(it) => Action::BoostApply { boosts: it.boosts },
        Raw::GiveawayLaunch(it) => Action::GiveawayLaunch { stars: it.stars },
        Raw::GiveawayResults(it) => Action::GiveawayResults {
            winners_count: it.winners_count,
            unclaimed_count: it.unclaimed_count,
        },
        Raw::PaymentSent(it) => Action::PaymentSent {
            currency: it.currency.clone(),
            total_amount: it.total_amount,
        },
        Raw::PaymentSentMe(it) => Action::PaymentSent {
            currency: it.currency.clone(),
            total_amount: it.total_amount,
        },
        _ => return None,
    })
}

fn other_known(raw: &Raw, peers: &Peers) -> Option<Action> {
    Some(match raw {
        Raw::ScreenshotTaken => Action::ScreenshotTaken,
        Raw::CustomAction(it) => Action::Custom {
            text: it.message.clone(),
        },
        Raw::GameScore(it) => Action::GameScore {
            game_id: LongId(it.game_id),
            score: it.score,
        },
        Raw::BotAllowed(it) => Action::BotAllowed {
            domain: it.domain.as_deref().and_then(non_empty),
            app: it.app.as_ref().and_then(|app| match app {
                tl::enums::BotApp::App(app) => non_empty(&app.title),
                tl::enums::BotApp::NotModified => None,
            }),
        },
        Raw::SuggestProfilePhoto(_) => Action::SuggestProfilePhoto,
        Raw::GeoProximityReached(it) => Action::GeoProximityReached {
            from: peers.reference(marked_id(&it.from_id)),
            to: peers.reference(marked_id(&it.to_id)),
            distance_meters: it.distance,
        },
        Raw::TodoCompletions(it) => Action::TodoCompletions {
            completed: it.completed.clone(),
            incompleted: it.incompleted.clone(),
        },
        Raw::TodoAppendTasks(it) => Action::TodoAppendTasks {
            items: it.list.iter().map(web::todo_item).collect(),
        },
        Raw::WebViewDataSent(it) => Action::WebViewDataSent {
            text: it.text.clone(),
        },
        Raw::WebViewDataSentMe(it) => Action::WebViewDataSent {
            text: it.text.clone(),
        },
        _ => return None,
    })
}

fn users(ids: &[i64], peers: &Peers) -> Vec<PeerRef> {
    ids.iter().map(|&id| peers.reference(id)).collect()
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Missed => "missed",
        Reason::Disconnect => "disconnect",
        Reason::Hangup => "hangup",
        Reason::Busy => "busy",
        Reason::MigrateConferenceCall(_) => "migrate_conference_call",
    }
    .to_owned()
}

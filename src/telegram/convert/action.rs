//! What happened, in service messages.

mod money;

use grammers_tl_types as tl;
use tl::enums::{MessageAction as Raw, MessageReplyHeader, PhoneCallDiscardReason as Reason};

use crate::model::{Action, LongId, PeerRef};

use super::peers::{Peers, channel_id, group_id, marked_id};
use super::{non_empty, poll, timestamp, tl_name};

/// The record of what happened; what has no type of its own keeps its TL name.
///
/// A pinned message is named by the header of the reply.
pub(super) fn action(raw: &Raw, reply_to: Option<&MessageReplyHeader>, peers: &Peers) -> Action {
    match raw {
        Raw::PinMessage => Action::PinMessage {
            message_id: reply_to.and_then(answered),
        },
        _ => membership(raw, peers)
            .or_else(|| chat_change(raw, peers))
            .or_else(|| call(raw, peers))
            .or_else(|| money::action(raw, peers))
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
            more: 0,
        },
        Raw::ChatAddUser(it) => Action::ChatAddUser {
            users: users(&it.users, peers),
            more: 0,
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
        Raw::NewCreatorPending(it) => Action::NewCreatorPending {
            user: peers.reference(it.new_creator_id),
        },
        Raw::RequestedPeer(it) => Action::RequestedPeer {
            peers: references(&it.peers, peers),
        },
        Raw::RequestedPeerSentMe(it) => Action::RequestedPeer {
            peers: it.peers.iter().map(requested).collect(),
        },
        Raw::ManagedBotCreated(it) => Action::ManagedBotCreated {
            bot: peers.reference(it.bot_id),
        },
        _ => return None,
    })
}

fn chat_change(raw: &Raw, peers: &Peers) -> Option<Action> {
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
            chat_id: Some(channel_id(it.channel_id)),
        },
        Raw::ChannelMigrateFrom(it) => Action::ChannelMigrateFrom {
            title: it.title.clone(),
            chat_id: Some(group_id(it.chat_id)),
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
            set_by: it.auto_setting_from.map(|id| peers.reference(id)),
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
        Raw::NoForwardsRequest(it) => Action::NoForwardsRequest {
            enabled: it.new_value,
            expired: it.expired,
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
            others: references(it.other_participants.as_deref().unwrap_or_default(), peers),
        },
        Raw::GroupCall(it) => Action::GroupCall {
            duration_seconds: it.duration,
        },
        Raw::GroupCallScheduled(it) => Action::GroupCallScheduled {
            date: timestamp(it.schedule_date),
        },
        Raw::InviteToGroupCall(it) => Action::InviteToGroupCall {
            users: users(&it.users, peers),
            more: 0,
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
            items: it.list.iter().map(poll::todo_item).collect(),
        },
        Raw::PollAppendAnswer(it) => appended(&it.answer, peers),
        Raw::PollDeleteAnswer(it) => Action::PollDeleteAnswer {
            text: poll::answer_text(&it.answer),
        },
        Raw::SuggestBirthday(it) => {
            let tl::enums::Birthday::Birthday(birthday) = &it.birthday;
            Action::SuggestBirthday {
                day: birthday.day,
                month: birthday.month,
                year: birthday.year,
            }
        }
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

fn references(raw: &[tl::enums::Peer], peers: &Peers) -> Vec<PeerRef> {
    let reference = |peer| peers.reference(marked_id(peer));
    raw.iter().map(reference).collect()
}

/// Names that come with the peer itself.
fn requested(raw: &tl::enums::RequestedPeer) -> PeerRef {
    use tl::enums::RequestedPeer as Peer;
    let (id, name, username) = match raw {
        Peer::User(user) => {
            let names = [user.first_name.as_deref(), user.last_name.as_deref()];
            let names: Vec<&str> = names.into_iter().flatten().collect();
            (user.user_id, Some(names.join(" ")), user.username.clone())
        }
        Peer::Chat(chat) => (group_id(chat.chat_id), chat.title.clone(), None),
        Peer::Channel(channel) => (
            channel_id(channel.channel_id),
            channel.title.clone(),
            channel.username.clone(),
        ),
    };
    PeerRef {
        id,
        name: name.as_deref().map(str::trim).and_then(non_empty),
        username,
        is_contact: false,
    }
}

fn appended(answer: &tl::enums::PollAnswer, peers: &Peers) -> Action {
    let added_by = match answer {
        tl::enums::PollAnswer::Answer(answer) => answer.added_by.as_ref(),
        tl::enums::PollAnswer::InputPollAnswer(_) => None,
    };
    Action::PollAppendAnswer {
        text: poll::answer_text(answer),
        added_by: added_by.map(|peer| peers.reference(marked_id(peer))),
    }
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

//! The texts of what happened.

use crate::model::Action;

use super::{TextKind, TextVisitor, all, each};

impl Action {
    pub(super) fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        match self {
            Self::ChatCreate { title, users, .. } => {
                visit(TextKind::Title, title);
                all(users, visit);
            }
            Self::ChatEditTitle { title }
            | Self::ChannelCreate { title }
            | Self::TopicCreate { title }
            | Self::ChannelMigrateFrom { title, .. } => visit(TextKind::Title, title),
            Self::TopicEdit { title, .. } => each(title, TextKind::Title, visit),
            Self::ChatAddUser { users, .. } | Self::InviteToGroupCall { users, .. } => {
                all(users, visit);
            }
            Self::ChatDeleteUser { user: peer }
            | Self::ChatJoinedByLink { inviter: peer }
            | Self::NewCreatorPending { user: peer }
            | Self::ManagedBotCreated { bot: peer }
            | Self::ChangeCreator { user: peer } => peer.visit_text(visit),
            Self::SetMessagesTtl { set_by: peer, .. } => all(peer, visit),
            Self::RequestedPeer { peers } | Self::ConferenceCall { others: peers, .. } => {
                all(peers, visit);
            }
            Self::GeoProximityReached { from, to, .. } => {
                from.visit_text(visit);
                to.visit_text(visit);
            }
            Self::Custom { text } | Self::WebViewDataSent { text } => visit(TextKind::Text, text),
            Self::BotAllowed { domain, app } => {
                each(domain, TextKind::Url, visit);
                each(app, TextKind::Title, visit);
            }
            Self::SetChatTheme { emoji } => each(emoji, TextKind::Other, visit),
            Self::GiftPremium { currency, text, .. } => {
                visit(TextKind::Other, currency);
                each(text, TextKind::Text, visit);
            }
            Self::GiftCode { text, from, .. } => {
                each(text, TextKind::Text, visit);
                all(from, visit);
            }
            Self::StarGift {
                title,
                text,
                from,
                to,
                ..
            } => {
                each(title, TextKind::Title, visit);
                each(text, TextKind::Text, visit);
                all(from, visit);
                all(to, visit);
            }
            Self::StarGiftOffer { title, price, .. } => {
                each(title, TextKind::Title, visit);
                visit(TextKind::Other, &mut price.currency);
            }
            Self::PaymentSent { currency, .. } => visit(TextKind::Other, currency),
            Self::PaymentRefunded { peer, currency, .. } => {
                peer.visit_text(visit);
                visit(TextKind::Other, currency);
            }
            Self::PrizeStars { from, .. } => all(from, visit),
            Self::SuggestedPostApproval { comment, price, .. } => {
                each(comment, TextKind::Text, visit);
                each(
                    price.as_mut().map(|it| &mut it.currency),
                    TextKind::Other,
                    visit,
                );
            }
            Self::SuggestedPostSuccess { price } => visit(TextKind::Other, &mut price.currency),
            Self::PollAppendAnswer { text, added_by } => {
                visit(TextKind::Text, text);
                all(added_by, visit);
            }
            Self::PollDeleteAnswer { text } => visit(TextKind::Text, text),
            Self::TodoAppendTasks { items } => {
                items.iter_mut().for_each(|item| item.visit_text(visit));
            }
            Self::ChatEditPhoto
            | Self::ChatDeletePhoto
            | Self::ChatJoinedByRequest
            | Self::ChatMigrateTo { .. }
            | Self::PinMessage { .. }
            | Self::HistoryClear
            | Self::PhoneCall { .. }
            | Self::ScreenshotTaken
            | Self::GroupCall { .. }
            | Self::GroupCallScheduled { .. }
            | Self::GameScore { .. }
            | Self::ContactSignUp
            | Self::SetChatWallPaper
            | Self::SuggestProfilePhoto
            | Self::GiftStars { .. }
            | Self::BoostApply { .. }
            | Self::GiveawayLaunch { .. }
            | Self::GiveawayResults { .. }
            | Self::TodoCompletions { .. }
            | Self::NoForwardsToggle { .. }
            | Self::NoForwardsRequest { .. }
            | Self::PaidMessagesRefunded { .. }
            | Self::PaidMessagesPrice { .. }
            | Self::SuggestedPostRefund { .. }
            | Self::SuggestBirthday { .. }
            | Self::Other { .. } => {}
        }
    }
}

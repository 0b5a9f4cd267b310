//! What was given, won or paid. Codes, slugs, addresses and payloads are left out: they are worth money to whoever reads them.

use grammers_tl_types as tl;
use tl::enums::{MessageAction as Raw, StarGift};

use crate::model::{Action, OfferState};
use crate::telegram::convert::notice::price;
use crate::telegram::convert::peers::{Peers, marked_id};
use crate::telegram::convert::{non_empty, plain, timestamp};

pub(super) fn action(raw: &Raw, peers: &Peers) -> Option<Action> {
    gift(raw, peers)
        .or_else(|| giveaway(raw, peers))
        .or_else(|| payment(raw, peers))
}

fn gift(raw: &Raw, peers: &Peers) -> Option<Action> {
    let reference = |peer: &tl::enums::Peer| peers.reference(marked_id(peer));
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
            from: it.boost_peer.as_ref().map(reference),
            text: it.message.as_ref().map(plain),
        },
        Raw::GiftStars(it) => Action::GiftStars { stars: it.stars },
        Raw::StarGift(it) => Action::StarGift {
            unique: false,
            title: title(&it.gift),
            stars: cost(&it.gift),
            from: it.from_id.as_ref().map(reference),
            to: it.to_id.as_ref().or(it.peer.as_ref()).map(reference),
            refunded: it.refunded,
            text: it.message.as_ref().map(plain),
        },
        Raw::StarGiftUnique(it) => Action::StarGift {
            unique: true,
            title: title(&it.gift),
            stars: cost(&it.gift),
            from: it.from_id.as_ref().map(reference),
            to: it.peer.as_ref().map(reference),
            refunded: it.refunded,
            text: it.message.as_ref().map(plain),
        },
        Raw::StarGiftPurchaseOffer(it) => Action::StarGiftOffer {
            state: match (it.accepted, it.declined) {
                (true, _) => OfferState::Accepted,
                (false, true) => OfferState::Declined,
                (false, false) => OfferState::Open,
            },
            title: title(&it.gift),
            price: price(&it.price),
        },
        Raw::StarGiftPurchaseOfferDeclined(it) => Action::StarGiftOffer {
            state: match it.expired {
                true => OfferState::Expired,
                false => OfferState::Declined,
            },
            title: title(&it.gift),
            price: price(&it.price),
        },
        _ => return None,
    })
}

fn title(gift: &StarGift) -> Option<String> {
    match gift {
        StarGift::Gift(gift) => gift.title.as_deref().and_then(non_empty),
        StarGift::Unique(gift) => Some(format!("{} #{}", gift.title, gift.num)),
    }
}

fn cost(gift: &StarGift) -> Option<i64> {
    match gift {
        StarGift::Gift(gift) => Some(gift.stars),
        StarGift::Unique(_) => None,
    }
}

fn giveaway(raw: &Raw, peers: &Peers) -> Option<Action> {
    Some(match raw {
        Raw::BoostApply(it) => Action::BoostApply { boosts: it.boosts },
        Raw::GiveawayLaunch(it) => Action::GiveawayLaunch { stars: it.stars },
        Raw::GiveawayResults(it) => Action::GiveawayResults {
            winners_count: it.winners_count,
            unclaimed_count: it.unclaimed_count,
        },
        Raw::PrizeStars(it) => Action::PrizeStars {
            stars: it.stars,
            unclaimed: it.unclaimed,
            giveaway_message_id: it.giveaway_msg_id,
            from: Some(peers.reference(marked_id(&it.boost_peer))),
        },
        _ => return None,
    })
}

fn payment(raw: &Raw, peers: &Peers) -> Option<Action> {
    Some(match raw {
        Raw::PaymentSent(it) => Action::PaymentSent {
            currency: it.currency.clone(),
            total_amount: it.total_amount,
        },
        Raw::PaymentSentMe(it) => Action::PaymentSent {
            currency: it.currency.clone(),
            total_amount: it.total_amount,
        },
        Raw::PaymentRefunded(it) => Action::PaymentRefunded {
            peer: peers.reference(marked_id(&it.peer)),
            currency: it.currency.clone(),
            total_amount: it.total_amount,
        },
        Raw::PaidMessagesRefunded(it) => Action::PaidMessagesRefunded {
            count: it.count,
            stars: it.stars,
        },
        Raw::PaidMessagesPrice(it) => Action::PaidMessagesPrice { stars: it.stars },
        Raw::SuggestedPostApproval(it) => Action::SuggestedPostApproval {
            accepted: !it.rejected && !it.balance_too_low,
            comment: it.reject_comment.as_deref().and_then(non_empty),
            date: it.schedule_date.map(timestamp),
            price: it.price.as_ref().map(price),
        },
        Raw::SuggestedPostSuccess(it) => Action::SuggestedPostSuccess {
            price: price(&it.price),
        },
        Raw::SuggestedPostRefund(it) => Action::SuggestedPostRefund {
            payer_initiated: it.payer_initiated,
        },
        _ => return None,
    })
}

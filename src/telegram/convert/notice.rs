//! What is said about a message by others than its sender: fact checks, restrictions, what became of a suggestion.

use grammers_tl_types as tl;

use crate::model::{FactCheck, Price, Restriction, SuggestedPost, SuggestedPostState};

use super::{non_empty, plain, timestamp};

/// `None` while there is no text yet.
pub(super) fn fact_check(raw: &tl::enums::FactCheck) -> Option<FactCheck> {
    let tl::enums::FactCheck::Check(check) = raw;
    Some(FactCheck {
        text: check.text.as_ref().map(plain)?,
        country: check.country.as_deref().and_then(non_empty),
    })
}

pub(super) fn restrictions(raw: &[tl::enums::RestrictionReason]) -> Vec<Restriction> {
    let restriction = |raw: &tl::enums::RestrictionReason| {
        let tl::enums::RestrictionReason::Reason(reason) = raw;
        Restriction {
            platform: reason.platform.clone(),
            reason: reason.reason.clone(),
            text: reason.text.clone(),
        }
    };
    raw.iter().map(restriction).collect()
}

pub(super) fn suggested_post(raw: &tl::enums::SuggestedPost) -> SuggestedPost {
    let tl::enums::SuggestedPost::Post(post) = raw;
    SuggestedPost {
        state: match (post.accepted, post.rejected) {
            (true, _) => SuggestedPostState::Accepted,
            (false, true) => SuggestedPostState::Rejected,
            (false, false) => SuggestedPostState::Open,
        },
        price: post.price.as_ref().map(price),
        date: post.schedule_date.map(timestamp),
    }
}

/// Fractions of a Star are left out.
pub(super) fn price(raw: &tl::enums::StarsAmount) -> Price {
    let (currency, amount) = match raw {
        tl::enums::StarsAmount::Amount(stars) => ("XTR", stars.amount),
        tl::enums::StarsAmount::StarsTonAmount(ton) => ("TON", ton.amount),
    };
    Price {
        currency: currency.to_owned(),
        amount,
    }
}

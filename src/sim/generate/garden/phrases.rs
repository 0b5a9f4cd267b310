//! Which conversations the garden has in which season, and what is said between them.

use super::growing::{COMPOST, PLANT, PROUD, SURPLUS, WATERING, WEATHER, WILDLIFE};
use super::together::{FOUND, PLANS, POTLUCK, SHED, TOOLS, WORK_DAY};
use crate::sim::generate::talk::Talk;

/// Conversations for winter, spring, summer and autumn.
pub(super) const TALKS: [&[&Talk]; 4] = [
    &[
        &PLANT, &TOOLS, &SURPLUS, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &POTLUCK, &POTLUCK, &PLANS,
        &COMPOST, &WEATHER, &WEATHER,
    ],
    &[
        &PLANT, &TOOLS, &SURPLUS, &WORK_DAY, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &PLANS, &PLANS,
        &COMPOST, &WEATHER,
    ],
    &[
        &PLANT, &PLANT, &TOOLS, &SURPLUS, &SURPLUS, &WATERING, &WATERING, &WILDLIFE, &FOUND,
        &PROUD, &PROUD, &POTLUCK, &COMPOST, &WEATHER,
    ],
    &[
        &PLANT, &TOOLS, &SURPLUS, &SURPLUS, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &PROUD, &POTLUCK,
        &PLANS, &COMPOST, &WEATHER,
    ],
];

pub(super) const WELCOMES: &[&str] = &[
    "Welcome {name}! Your bed is the one with the optimistic label.",
    "Everyone, this is {name}. Please do not give away all your courgettes on the first day.",
    "Hello {name}! The kettle is in the shed, the biscuits are in the tin that says NAILS.",
    "{name}, welcome. First rule: nobody knows where the second trowel is.",
];

pub(super) const NOTICES: &[&str] = &[
    "**Water meter reading on Monday.** Please close your taps by 08:00. Dues for the year: 36 €, to DE89 3704 0044 0532 0130 00, with your bed number. Questions to treasurer@brunnen.example or +49 30 23125 088.",
    "**The well pump is back.** Thank you to everybody who carried buckets. The rota starts again on Monday, the list hangs on the notice board. #notice",
];

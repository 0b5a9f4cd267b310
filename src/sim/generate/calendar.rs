//! When things are said: a year that always ends at the same instant, with quiet nights and busy evenings.

use std::ops::Range;

use super::scribe::Scribe;

/// 2026-11-20T18:00:00Z, when the generated world ends.
pub(super) const END: i32 = 1_795_197_600;
/// One day, in seconds.
pub(super) const DAY: i32 = 86_400;
/// Where the generated world begins.
pub(super) const START: i32 = END - 365 * DAY;

/// Hours of the day at which people write, each as often as it is likely.
pub(super) const EVENINGS: &[i32] = &[
    6, 7, 8, 8, 9, 11, 12, 12, 13, 15, 16, 17, 17, 18, 18, 18, 19, 19, 19, 19, 20, 20, 20, 20, 21,
    21, 22, 23,
];
/// Hours at which an editor publishes.
pub(super) const OFFICE: &[i32] = &[7, 8, 9, 9, 10, 11, 12, 13, 14, 14, 15, 16, 17, 18, 19];

/// `count` moments of `span` in order, at hours drawn from `hours`.
pub(super) fn moments(
    scribe: &mut Scribe,
    span: Range<i32>,
    count: usize,
    hours: &[i32],
) -> Vec<i32> {
    let mut moments: Vec<i32> = (0..count)
        .map(|_| {
            let midnight = scribe.range(span.clone()) / DAY * DAY;
            let hour = scribe.pick(hours);
            (midnight + hour * 3600 + scribe.range(0..3600)).clamp(span.start, span.end - 1)
        })
        .collect();
    moments.sort_unstable();
    moments
}

/// The season of a date in Europe: 0 winter, 1 spring, 2 summer, 3 autumn.
pub(super) fn season(date: i32) -> usize {
    let month = jiff::Timestamp::from_second(i64::from(date))
        .map_or(1, |date| date.to_zoned(jiff::tz::TimeZone::UTC).month());
    match month {
        12 | 1 | 2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}

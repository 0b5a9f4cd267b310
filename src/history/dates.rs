//! `from` and `to`: what a person may write, and the Unix second it means.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::window::DateRange;
use crate::error::Error;

const ACCEPTED: &str = "an RFC 3339 time such as `2026-03-01T09:30:00+01:00`, or a date such as `2026-03-01` (which begins at midnight in `timezone`, UTC by default)";

/// The half-open range `[from, to)`; dates and times without an offset are read in `timezone`.
pub(super) fn range(
    from: Option<&str>,
    to: Option<&str>,
    timezone: Option<&str>,
) -> Result<DateRange, Error> {
    let zone = timezone.map(zone).transpose()?;
    let begin = from
        .map(|text| second("from", text, zone.as_ref()))
        .transpose()?;
    let end = to
        .map(|text| second("to", text, zone.as_ref()))
        .transpose()?;
    if let (Some(begin), Some(end), Some(from), Some(to)) = (begin, end, from, to)
        && begin >= end
    {
        return Err(Error::invalid(
            "from",
            from,
            format!(
                "a time before `to`, which is `{}`",
                crate::error::shorten(to)
            ),
        ));
    }
    Ok(DateRange {
        from: begin,
        to: end,
    })
}

fn zone(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name.trim()).map_err(|_| {
        Error::invalid(
            "timezone",
            name,
            "an IANA time zone such as `Europe/Berlin` or `UTC`",
        )
    })
}

/// The first whole second at or after the time: message dates are whole seconds.
fn second(field: &'static str, text: &str, zone: Option<&TimeZone>) -> Result<i64, Error> {
    let trimmed = text.trim();
    let invalid = || Error::invalid(field, text, ACCEPTED);
    if let Ok(timestamp) = trimmed.parse::<Timestamp>() {
        return Ok(round_up(timestamp));
    }
    if is_date(trimmed) {
        let date: Date = trimmed.parse().map_err(|_| invalid())?;
        let zone = zone.cloned().unwrap_or(TimeZone::UTC);
        let midnight: Zoned = date.to_zoned(zone).map_err(|_| invalid())?;
        return Ok(round_up(midnight.timestamp()));
    }
    let local: DateTime = trimmed.parse().map_err(|_| invalid())?;
    let zone = zone.ok_or_else(|| {
        Error::invalid(
            field,
            text,
            format!("a time with its offset, such as `{local}Z`, or `timezone` beside it"),
        )
    })?;
    let zoned = local.to_zoned(zone.clone()).map_err(|_| invalid())?;
    Ok(round_up(zoned.timestamp()))
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// The first whole second at or after a moment.
pub(super) fn round_up(timestamp: Timestamp) -> i64 {
    timestamp.as_second() + i64::from(timestamp.subsec_nanosecond() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, timezone: Option<&str>) -> Result<i64, Error> {
        range(Some(text), None, timezone).map(|range| range.from.unwrap())
    }

    fn unix(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let table = [
            ("2026-03-01T09:30:00Z", None, "2026-03-01T09:30:00Z"),
            ("2026-03-01T09:30:00+01:00", None, "2026-03-01T08:30:00Z"),
            (" 2026-03-01 ", None, "2026-03-01T00:00:00Z"),
            ("2026-03-01", Some("Europe/Berlin"), "2026-02-28T23:00:00Z"),
            (
                "2026-03-01T09:30",
                Some("Asia/Tokyo"),
                "2026-03-01T00:30:00Z",
            ),
            ("2026-03-01T09:30:00.5Z", None, "2026-03-01T09:30:01Z"),
            // The day the clocks go forward in Berlin begins at midnight all the same.
            ("2026-03-29", Some("Europe/Berlin"), "2026-03-28T23:00:00Z"),
        ];
        for (text, zone, expected) in table {
            assert_eq!(at(text, zone).unwrap(), unix(expected), "{text}");
        }
    }

    #[test]
    fn clocks_that_change_leave_no_time_unread() {
        let table = [
            // 02:00 to 03:00 does not exist in Berlin: as far behind midnight as the clock that was in force says.
            ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00Z"),
            (
                "2026-03-29T01:59:59",
                "Europe/Berlin",
                "2026-03-29T00:59:59Z",
            ),
            ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00Z"),
            // 02:00 to 03:00 comes twice: the first time counts.
            ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"),
            ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"),
            // With an offset there is no doubt which one is meant.
            (
                "2026-10-25T02:30:00+01:00",
                "Europe/Berlin",
                "2026-10-25T01:30:00Z",
            ),
            // Half an hour, on an island.
            (
                "2026-10-04T02:15",
                "Australia/Lord_Howe",
                "2026-10-03T15:45:00Z",
            ),
            // Midnight itself does not exist: the day begins at one.
            ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"),
            // A day that Samoa skipped begins when the next one does.
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"),
            ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z"),
            ("2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15:00Z"),
        ];
        for (text, zone, expected) in table {
            let second = at(text, Some(zone)).unwrap();
            assert_eq!(
                Timestamp::from_second(second).unwrap().to_string(),
                expected,
                "{text} in {zone}"
            );
        }
    }

    #[test]
    fn a_day_is_as_long_as_its_clock_makes_it() {
        for (from, to, hours) in [
            ("2026-03-29", "2026-03-30", 23),
            ("2026-10-25", "2026-10-26", 25),
            ("2026-05-01", "2026-05-02", 24),
        ] {
            let day = range(Some(from), Some(to), Some("Europe/Berlin")).unwrap();
            assert_eq!(day.to.unwrap() - day.from.unwrap(), hours * 3600, "{from}");
        }
    }

    #[test]
    fn either_end_may_be_open() {
        let open = |from, to| range(from, to, None).unwrap();
        let first = unix("2026-03-01T00:00:00Z");
        assert_eq!(open(Some("2026-03-01"), None).from, Some(first));
        assert_eq!(open(Some("2026-03-01"), None).to, None);
        assert_eq!(open(None, Some("2026-03-01")).to, Some(first));
        assert_eq!(open(None, None), DateRange::default());
    }

    #[test]
    fn a_time_that_cannot_be_read_is_named_with_the_remedy() {
        for (text, zone, hint) in [
            ("yesterday", None, "RFC 3339"),
            ("2026-13-01", None, "RFC 3339"),
            ("2026-03-01T09:30:00", None, "timezone"),
            ("2026-03-01", Some("Mars/Olympus"), "IANA"),
        ] {
            let message = at(text, zone).unwrap_err().to_string();
            assert!(message.contains(hint), "{message}");
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        for to in ["2026-03-01", "2026-02-01"] {
            let message = range(Some("2026-03-01"), Some(to), None)
                .unwrap_err()
                .to_string();
            assert!(
                message.contains("`from`") && message.contains(to),
                "{message}"
            );
        }
    }
}

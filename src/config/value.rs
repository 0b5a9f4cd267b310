//! What each kind of value looks like: text in, the typed value out, `None` when it is not accepted.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::secret::Secret;
use super::{LogFormat, Pii, ToolNames};

/// A whole number within a range.
pub(super) fn whole<T: FromStr + PartialOrd>(text: &str, range: RangeInclusive<T>) -> Option<T> {
    text.parse().ok().filter(|number| range.contains(number))
}

pub(super) fn seconds(text: &str, range: RangeInclusive<u64>) -> Option<Duration> {
    whole(text, range).map(Duration::from_secs)
}

pub(super) fn hours(text: &str, range: RangeInclusive<u64>) -> Option<Duration> {
    whole(text, range).map(|hours| Duration::from_secs(hours * 3600))
}

/// Requests a second.
pub(super) fn rate(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|rate| *rate > 0.0 && *rate <= 1000.0)
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

pub(super) fn tool_names(text: &str) -> Option<ToolNames> {
    match text {
        "dotted" => Some(ToolNames::Dotted),
        "underscore" => Some(ToolNames::Underscore),
        _ => None,
    }
}

pub(super) fn pii(text: &str) -> Option<Pii> {
    match text {
        "off" => Some(Pii::Off),
        "mask" => Some(Pii::Mask),
        "strict" => Some(Pii::Strict),
        _ => None,
    }
}

pub(super) fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

/// A filter of tracing, where a bare word must be a level: tracing takes `inof` for a target.
pub(super) fn log_filter(text: &str) -> Option<String> {
    let is_level = |part: &str| !part.is_empty() && part.parse::<LevelFilter>().is_ok();
    let is_plausible = text
        .split(',')
        .all(|part| part.contains('=') || is_level(part.trim()));
    (is_plausible && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

/// A path, with a leading `~/` standing for the home directory: clients start servers without a shell.
pub(super) fn path(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    if text.contains('\0') {
        return None;
    }
    match text.strip_prefix("~/") {
        Some(rest) => home.map(|home| home.join(rest)),
        None => Some(PathBuf::from(text)),
    }
}

/// What `parse` makes of the text, or nothing for `off`.
pub(super) fn unless_off<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<Option<T>> {
    if text == "off" {
        return Some(None);
    }
    parse(text).map(Some)
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

/// The entries of a list, of which there must be some: a list of nothing is not what anybody means.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let entries = text.split(',').map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty()).map(str::to_owned);
    Some(entries.collect()).filter(|entries: &Vec<String>| !entries.is_empty())
}

/// A date, which begins at midnight in UTC, or a time with its offset.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    const DATE_CHARS: usize = 10;
    if text.len() == DATE_CHARS {
        let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
        return Some(midnight.timestamp());
    }
    text.parse().ok()
}

pub(super) fn region(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase())
}

pub(super) fn api_hash(text: &str) -> Option<Secret> {
    let is_hash = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| Secret::new(text))
}

/// The characters of a string session only; `SessionString` judges its layout.
pub(super) fn session_string(text: &str) -> Option<Secret> {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_+/=".contains(&b))
        .then(|| Secret::new(text))
}

pub(super) fn pii_key(text: &str) -> Option<Secret> {
    (text.chars().count() >= 16).then(|| Secret::new(text))
}

pub(super) fn proxy(text: &str) -> Option<Secret> {
    let url = Url::parse(text).ok()?;
    (url.scheme() == "socks5" && url.host().is_some() && url.port().is_some())
        .then(|| Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_range() {
        assert_eq!(whole("5", 5..=300), Some(5));
        assert_eq!(whole("300", 5..=300), Some(300));
        for wrong in [
            "4",
            "301",
            "-1",
            "5.5",
            "5s",
            "0x10",
            "99999999999999999999",
        ] {
            assert_eq!(whole::<u64>(wrong, 5..=300), None, "{wrong}");
        }
    }

    #[test]
    fn a_rate_is_above_zero_and_finite() {
        assert_eq!(rate("0.5"), Some(0.5));
        assert_eq!(rate("1000"), Some(1000.0));
        for wrong in ["0", "-1", "1000.1", "NaN", "inf", "fast"] {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_level_is_not_taken_for_a_target() {
        for right in [
            "info",
            "WARN",
            "off",
            "info,telegram_history_mcp=debug",
            "a[b{c=1}]=trace",
        ] {
            assert_eq!(log_filter(right).as_deref(), Some(right));
        }
        for wrong in ["inof", "info,", "x=loud", "debug rmcp"] {
            assert_eq!(log_filter(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tilde_is_the_home_directory() {
        let home = Path::new("/home/ann");
        assert_eq!(path("~/x", Some(home)), Some(PathBuf::from("/home/ann/x")));
        assert_eq!(path("~/x", None), None);
        assert_eq!(path("x/~/y", None), Some(PathBuf::from("x/~/y")));
        assert_eq!(path("a\0b", Some(home)), None);
    }

    #[test]
    fn a_list_has_no_empty_entries() {
        assert_eq!(list(" a, ,b,-100 ").unwrap(), ["a", "b", "-100"]);
        assert_eq!(list(" , "), None);
    }

    #[test]
    fn a_moment_is_a_date_or_a_time_with_its_offset() {
        let table = [
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T09:30:00+01:00", "2026-03-01T08:30:00Z"),
        ];
        for (text, expected) in table {
            assert_eq!(moment(text), Some(expected.parse().unwrap()), "{text}");
        }
        for wrong in [
            "2026-02-30",
            "2026-3-1",
            "2026-03-01T09:30:00",
            "yesterday",
            "1750000000",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_proxy_names_scheme_host_and_port() {
        assert!(proxy("socks5://user:pass@host:1080").is_some());
        for wrong in [
            "http://host:1080",
            "socks5://host",
            "socks5://:1080",
            "host:1080",
        ] {
            assert!(proxy(wrong).is_none(), "{wrong}");
        }
    }
}

//! What only [`Level::Strict`](super::Level::Strict) looks for: usernames, and what is written to hide from programs.

use std::sync::LazyLock;

use memchr::memchr3;

use super::engine::{Context, Detector, Hit, Window};
use super::evidence::{Triggers, Words};
use super::{Kind, email};

/// `@ada`, `t.me/ada`, `ada.t.me`, `tg://resolve?domain=ada`.
pub(super) const USERNAMES: Detector = Detector {
    next: |bytes, from| memchr3(b'@', b'/', b'=', bytes.get(from..)?).map(|at| from + at),
    look: username,
};

/// `ada [at] example [dot] com`.
pub(super) const HIDDEN_EMAILS: Detector = Detector {
    next: |bytes, from| TRIGGERS.next_end(bytes, from),
    look: hidden_email,
};

/// Telegram's names have five letters at least, those that are sold four.
const USERNAME: std::ops::RangeInclusive<usize> = 4..=32;

const HOSTS: &[&[u8]] = &[
    b"t.me/",
    b"telegram.me/",
    b"telegram.dog/",
    b"t.me/s/",
    b"resolve?domain=",
    b"resolve/?domain=",
];

/// First parts of Telegram's links that are no names.
const NO_NAMES: &[&str] = &[
    "joinchat",
    "addlist",
    "share",
    "proxy",
    "socks",
    "login",
    "addstickers",
    "addemoji",
    "addtheme",
    "setlanguage",
    "invoice",
    "giftcode",
    "boost",
    "confirmphone",
    "contact",
    "stickers",
    "premium",
];

/// Mentions of nobody in particular.
const EVERYONE: &[&str] = &["everyone", "here", "channel", "admin", "admins"];

fn username(_: &Context, window: Window<'_>) -> Option<Hit> {
    let from = window.at + 1;
    let end = window.skip(from, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = str::from_utf8(window.slice(from..end)).ok()?;
    let is_name =
        USERNAME.contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_mention = window.get(window.at) == Some(b'@');
    let start = match is_mention {
        true => {
            let before = window.before(window.at);
            before
                .is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
                .then_some(from)?
        }
        false => {
            let before = window
                .slice(from.saturating_sub(16)..from)
                .to_ascii_lowercase();
            let is_host = before.ends_with(b"://")
                && window.slice(end..end + 5).eq_ignore_ascii_case(b".t.me");
            let is_link = is_host || HOSTS.iter().any(|host| before.ends_with(host));
            let is_reserved = NO_NAMES.iter().any(|it| name.eq_ignore_ascii_case(it));
            (is_link && !is_reserved).then_some(from)?
        }
    };
    let is_free = !(is_mention && (window.get(end) == Some(b'@') || EVERYONE.contains(&name)));
    (is_name && is_free).then(|| Hit::new(Kind::Username, start..end, name.to_ascii_lowercase()))
}

/// Words for `@`, often between brackets.
const AT_SIGNS: &str =
    "at | собака | собачка | arroba | arobase | klammeraffe | chiocciola | małpa | zavináč | kukac";

/// Ways to write a point.
const POINTS: &[&str] = &[
    "[.]",
    "(.)",
    "{.}",
    "dot",
    "точка",
    "тчк",
    "punkt",
    "punto",
    "point",
    "ponto",
    "nokta",
    "kropka",
    "tečka",
];

static AT: LazyLock<Words> = LazyLock::new(|| Words::new(AT_SIGNS));
static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| Triggers::new(AT_SIGNS));

fn hidden_email(_: &Context, window: Window<'_>) -> Option<Hit> {
    let near_start = window.at - window.words_before(window.at, 24).len();
    let near = window.slice(near_start..window.at + 4);
    let sign = AT
        .find(near)
        .find(|found| near_start + found.end == window.at)?;
    let before = window.skip_back(near_start + sign.start, is_bracket);
    let behind = window.skip(window.at, is_bracket);
    let is_bare = window
        .slice(before..behind)
        .iter()
        .all(|byte| !b"[(<{_".contains(byte));
    let (start, local) = hidden_local(window, before)?;
    let (end, domain, is_hidden) = hidden_domain(window, behind)?;
    // "at" is a word of its own: then the point must be hidden as well.
    let is_one = (!is_bare || is_hidden) && window.before(start) != Some(b'@');
    is_one.then(|| Hit::new(Kind::Email, start..end, email::canonical(&local, &domain)))
}

/// The words before, with points between them as they are or hidden.
fn hidden_local(window: Window<'_>, end: usize) -> Option<(usize, String)> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    let mut start = window.skip_back(end, is_part);
    let mut local = str::from_utf8(window.slice(start..end)).ok()?.to_owned();
    while let Some((point, next)) = point_before(window, start) {
        let from = window.skip_back(point, is_part);
        if from == point {
            break;
        }
        let part = str::from_utf8(window.slice(from..point)).ok()?;
        local = format!("{part}.{local}");
        start = from;
        if next == 0 {
            break;
        }
    }
    (!local.is_empty() && local.len() <= 64).then_some((start, local))
}

/// A hidden point that ends before `at`: where it begins.
fn point_before(window: Window<'_>, at: usize) -> Option<(usize, usize)> {
    let end = window.skip_back(at, is_bracket);
    let before = window
        .slice(end.saturating_sub(16)..end)
        .to_ascii_lowercase();
    let point = POINTS
        .iter()
        .find(|point| before.ends_with(point.as_bytes()))?;
    let start = end - point.len();
    let spaced = window.skip_back(start, is_bracket);
    let is_apart = (end < at && spaced < start) || !point.starts_with(char::is_alphabetic);
    is_apart.then_some((spaced, spaced))
}

/// The labels behind, with points between them as they are or hidden, the last one a top-level domain.
fn hidden_domain(window: Window<'_>, from: usize) -> Option<(usize, String, bool)> {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let (mut end, mut domain, mut is_hidden) = (from, String::new(), false);
    let mut at = from;
    loop {
        let label_end = window.skip(at, is_label);
        if label_end == at {
            break;
        }
        if !domain.is_empty() {
            domain.push('.');
        }
        domain.push_str(str::from_utf8(window.slice(at..label_end)).ok()?);
        end = label_end;
        let Some((next, hidden)) = point_behind(window, label_end) else {
            break;
        };
        is_hidden |= hidden;
        at = next;
    }
    let (_, top) = domain.rsplit_once('.')?;
    let is_top =
        (2..=12).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_top.then_some((end, domain, is_hidden))
}

/// A point that stands at `at`: where the next label begins, and whether the point was hidden.
fn point_behind(window: Window<'_>, at: usize) -> Option<(usize, bool)> {
    if window.get(at) == Some(b'.')
        && window
            .get(at + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
    {
        return Some((at + 1, false));
    }
    let start = window.skip(at, is_bracket);
    let behind = window
        .slice(start..window.bytes.len().min(start + 16))
        .to_ascii_lowercase();
    let point = POINTS
        .iter()
        .find(|point| behind.starts_with(point.as_bytes()))?;
    let end = start + point.len();
    let next = window.skip(end, is_bracket);
    let is_apart = (start > at && next > end) || !point.starts_with(char::is_alphabetic);
    is_apart.then_some((next, true))
}

/// What stands around a word for a sign.
fn is_bracket(byte: u8) -> bool {
    b" []()<>{}_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::{assert_found_with, assert_not_found, assert_not_found_with, masker};
    use super::*;

    #[test]
    fn usernames_are_found() {
        let masker = masker(Level::Strict, None);
        assert_found_with(
            &masker,
            Kind::Username,
            &[
                ("ask @ada_lovelace!", "ada_lovelace"),
                ("https://t.me/ada_lovelace/55", "ada_lovelace"),
                ("t.me/s/ada_lovelace", "ada_lovelace"),
                ("(@durov)", "durov"),
            ],
        );
        let whole = masker.username("Ada_Lovelace");
        assert_eq!(masker.text("@ada_lovelace").text, format!("@{whole}"));
        assert_eq!(
            masker.text("t.me/ADA_Lovelace").text,
            format!("t.me/{whole}")
        );
        assert_not_found_with(
            &masker,
            &[
                "@a",
                "a@b",
                "t.me/joinchat",
                "t.me/c/1234567890/5",
                "@1abc",
                "example.com/ada",
            ],
        );
        assert_not_found(&["@ada_lovelace", "t.me/ada_lovelace"]);
    }

    #[test]
    fn hidden_addresses_are_found() {
        let masker = masker(Level::Strict, None);
        assert_found_with(
            &masker,
            Kind::Email,
            &[
                (
                    "write ada [at] example [dot] com now",
                    "ada [at] example [dot] com",
                ),
                ("ada(at)example.com", "ada(at)example.com"),
                ("ada (at) example dot com", "ada (at) example dot com"),
                ("ada at example dot com", "ada at example dot com"),
                (
                    "ada dot lovelace at example dot co dot uk",
                    "ada dot lovelace at example dot co dot uk",
                ),
                ("ivan собака yandex точка ru", "ivan собака yandex точка ru"),
            ],
        );
        let plain = masker.text("ada@example.com").text;
        assert_eq!(masker.text("ADA [at] example [dot] com").text, plain);
        assert_not_found_with(
            &masker,
            &[
                "meet me at example.com",
                "look at this dot",
                "собака лает",
                "at",
                "(at) x.y",
            ],
        );
        assert_not_found(&["ada [at] example [dot] com"]);
    }
}

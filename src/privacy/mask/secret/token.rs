//! Secrets that are known by their shape.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::super::Kind;
use super::super::engine::{Context, Hit, Tail, Window};
use super::shapes::{Alphabet, SHAPES};

/// A bot's token: its id, a colon, and so many characters.
const BOT_SECRET: usize = 35;

/// A string session holds a key of 256 bytes at least, which are 342 characters of base64.
const SESSION: usize = 342;

/// Looks at a run of letters, digits, `-` and `_`.
pub(in super::super) fn look(_: &Context, window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    let end = window.skip(start, is_token);
    let run = window.slice(start..end);
    let range = json_web_token(window, run, start)
        .or_else(|| shaped(window, start, end))
        .or_else(|| bot_token(window, start, end))
        .or_else(|| session(window, run, start))
        .or_else(|| three_parts(window, start, end))?;
    let tail = match range.1 < window.bytes.len() {
        true => Tail::None,
        false => Tail::Token,
    };
    let value = String::from_utf8_lossy(window.slice(range.0..range.1)).into_owned();
    Some(Hit {
        tail,
        ..Hit::new(Kind::Secret, range.0..range.1, value)
    })
}

pub(in super::super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Where a find begins and ends.
type Place = Option<(usize, usize)>;

/// Three parts, of which the first one is a JSON object that names an algorithm.
fn json_web_token(window: Window<'_>, run: &[u8], start: usize) -> Place {
    if !run.starts_with(b"eyJ") || window.before(start) == Some(b'.') {
        return None;
    }
    let header = BASE64_URL_SAFE_NO_PAD.decode(run).ok()?;
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    if !header.contains_key("alg") && !header.contains_key("typ") && !header.contains_key("enc") {
        return None;
    }
    let end = dotted_end(window, start);
    let parts = window.slice(start..end).split(|byte| *byte == b'.').count();
    (parts >= 3).then_some((start, end))
}

/// The end of runs with dots between them.
fn dotted_end(window: Window<'_>, start: usize) -> usize {
    let mut end = window.skip(start, is_token);
    while window.get(end) == Some(b'.') {
        let next = window.skip(end + 1, is_token);
        if next == end + 1 {
            break;
        }
        end = next;
    }
    end
}

/// A key of one of the known services.
fn shaped(window: Window<'_>, start: usize, end: usize) -> Place {
    let run = window.slice(start..end);
    SHAPES.iter().find_map(|(prefix, alphabet, least, most)| {
        let body = run.strip_prefix(prefix.as_bytes())?;
        let length = body.iter().take_while(|byte| alphabet.has(**byte)).count();
        let end = start + prefix.len() + length;
        let is_whole = matches!(alphabet, Alphabet::Url) || !window.get(end).is_some_and(is_token);
        let is_one = (*least..=*most).contains(&length) && is_whole && is_mixed(body);
        is_one.then_some((start, end))
    })
}

/// Letters with digits, or in both cases: words with hyphens have neither.
fn is_mixed(body: &[u8]) -> bool {
    let has_letters = body.iter().any(u8::is_ascii_alphabetic);
    has_letters && (body.iter().any(u8::is_ascii_digit) || is_mixed_case(body))
}

/// `123456789:AA…`, also behind `bot` in a link to the Bot API.
fn bot_token(window: Window<'_>, start: usize, end: usize) -> Place {
    let colon = start.checked_sub(1)?;
    if end - start != BOT_SECRET || window.get(colon) != Some(b':') {
        return None;
    }
    let id = window.skip_back(colon, |byte| byte.is_ascii_digit());
    let is_bot = window.slice(0..id).ends_with(b"bot");
    let is_free = is_bot
        || !window
            .before(id)
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
    let is_one =
        (6..=12).contains(&(colon - id)) && is_free && is_mixed_case(window.slice(start..end));
    is_one.then_some((id, end))
}

fn is_mixed_case(run: &[u8]) -> bool {
    run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase)
}

/// A string session of Telethon, Pyrogram or another client: nothing else of this length is written on one line.
fn session(window: Window<'_>, run: &[u8], start: usize) -> Place {
    let is_base64 = |byte: u8| is_token(byte) || byte == b'+' || byte == b'/';
    if window.before(start).is_some_and(is_base64) {
        return None;
    }
    let end = window.skip(start, is_base64);
    let end = window.skip(end, |byte| byte == b'=');
    let is_hex = run.iter().all(u8::is_ascii_hexdigit);
    let is_one = end - start >= SESSION && is_mixed(run) && is_mixed_case(run) && !is_hex;
    is_one.then_some((start, end))
}

/// Prefixes that end with a point: of HashiCorp's Vault, Doppler, Google and VK.
const DOTTED: &[&[u8]] = &[
    b"hvs.", b"hvb.", b"hvr.", b"dp.pt.", b"dp.st.", b"ya29.", b"vk1.a.",
];

/// Links that let anybody who has them write to a channel.
const HOOKS: &[&[u8]] = &[
    b"hooks.slack.com/",
    b"/api/webhooks/",
    b"webhook.office.com/",
];

/// Keys in three parts: Discord's tokens, and SendGrid's keys.
fn three_parts(window: Window<'_>, start: usize, end: usize) -> Place {
    let before = window.slice(0..start);
    let dotted = DOTTED.iter().find(|prefix| before.ends_with(prefix));
    if let Some(prefix) = dotted.filter(|it| !window.before(start - it.len()).is_some_and(is_token))
    {
        let whole = dotted_end(window, start);
        let is_one = whole - start >= 24 && is_mixed(window.slice(start..whole));
        return is_one.then_some((start - prefix.len(), whole));
    }
    if HOOKS.iter().any(|hook| {
        memchr::memmem::find(
            before
                .get(before.len().saturating_sub(64)..)
                .unwrap_or_default(),
            hook,
        )
        .is_some()
    }) && window.before(start) == Some(b'/')
        && is_mixed(window.slice(start..end))
        && end - start >= 20
    {
        return Some((start, end));
    }
    if window.slice(0..start).ends_with(b"SG.") && !window.before(start - 3).is_some_and(is_token) {
        let whole = dotted_end(window, start);
        return (whole - start >= 60).then_some((start - 3, whole));
    }
    let first = end - start;
    if !(18..=30).contains(&first)
        || window.before(start) == Some(b'.')
        || window.get(end) != Some(b'.')
    {
        return None;
    }
    let middle = window.skip(end + 1, is_token);
    let last = window.skip(middle + 1, is_token);
    let id = BASE64_URL_SAFE_NO_PAD
        .decode(window.slice(start..end))
        .ok()?;
    let is_one = window.get(middle) == Some(b'.')
        && (5..=8).contains(&(middle - end - 1))
        && (25..=45).contains(&(last - middle - 1))
        && id.iter().all(u8::is_ascii_digit);
    is_one.then_some((start, last))
}

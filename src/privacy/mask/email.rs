//! E-mail addresses, in any script: `ada@example.com`, `пётр@почта.рф`.
//!
//! None: an address without a dot (`user@localhost`), a handle in a path (`/@ada`), an image's name (`foo@2x.png`),
//! a package's version (`left-pad@1.3.0`), and `git@…`, which is the name of a service and never a person.

use url::Host;

use super::Kind;
use super::engine::{Hit, Window};
use super::view::walled;

const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 253;
const MAX_LABEL: usize = 63;

/// Endings of files that are no top-level domains.
const NO_DOMAINS: [&str; 24] = [
    "png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "ico", "heic", "css", "js", "ts", "tsx",
    "json", "html", "xml", "txt", "pdf", "mp3", "mp4", "exe", "dll", "yml", "yaml",
];

/// The address around an `@`.
pub(super) fn look(window: Window<'_>) -> Option<Hit> {
    let at = window.at;
    let start = local_start(window)?;
    let end = domain_end(window, at + 1)?;
    let local = str::from_utf8(window.slice(start..at)).ok()?;
    let domain = str::from_utf8(window.slice(at + 1..end)).ok()?;
    if local.eq_ignore_ascii_case("git") {
        return None;
    }
    Some(Hit::new(Kind::Email, start..end, canonical(local, domain)))
}

/// One spelling for all of an address: lower case, the domain as it is registered.
pub(super) fn canonical(local: &str, domain: &str) -> String {
    let domain = match Host::parse(domain) {
        Ok(host) => host.to_string(),
        Err(_) => domain.to_lowercase(),
    };
    format!("{}@{domain}", local.to_lowercase())
}

/// What can stand together in an address: one of these in a row.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Script {
    /// Latin, Greek, Cyrillic, and the letters near them, with ASCII digits.
    Simple,
    /// Any other, which is often written without a space before or behind an address.
    Other,
}

fn script(c: char) -> Option<Script> {
    match c {
        _ if c.is_ascii_alphanumeric() => Some(Script::Simple),
        _ if c.is_ascii() || !(c.is_alphanumeric() || is_mark(c)) => None,
        _ if c < '\u{530}' => Some(Script::Simple),
        _ => Some(Script::Other),
    }
}

/// The vowel signs of the Indic scripts and their neighbours, which are no letters of their own.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{610}'..='\u{65F}' | '\u{900}'..='\u{DFF}' | '\u{E31}'..='\u{E4E}')
}

fn local_start(window: Window<'_>) -> Option<usize> {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-'!$^~".contains(&byte) || byte >= 0x80;
    let run = window.skip_back(window.at, is_part);
    let before = lossless(window.slice(run..window.at));
    let skipped = window.at - before.len();
    let mut start = before.len();
    let mut first = None;
    for (at, c) in before.char_indices().rev() {
        match script(c) {
            Some(found) if *first.get_or_insert(found) != found && !c.is_ascii_digit() => break,
            None if !c.is_ascii() => break,
            _ => start = at,
        }
    }
    let local = before.get(start..)?;
    let trimmed = local.trim_start_matches(|c: char| {
        c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' && c != '+'
    });
    let start = window.at - trimmed.len();
    let is_one = trimmed.chars().any(char::is_alphanumeric)
        && trimmed.chars().count() <= MAX_LOCAL
        && !trimmed.ends_with('.')
        && start >= skipped;
    let is_free = window
        .before(start)
        .is_none_or(|byte| walled(byte).is_none());
    (is_one && is_free).then_some(start)
}

/// The longest end of `bytes` that begins with a character.
fn lossless(bytes: &[u8]) -> &str {
    (0..4)
        .find_map(|cut| str::from_utf8(bytes.get(cut..)?).ok())
        .unwrap_or_default()
}

/// Where the domain that begins at `from` ends, when it is one.
fn domain_end(window: Window<'_>, from: usize) -> Option<usize> {
    let to = window.skip(from, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte >= 0x80
    });
    let text = window.slice(from..to.min(from + MAX_DOMAIN));
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => str::from_utf8(text.get(..error.valid_up_to())?).ok()?,
    };
    let (mut end, mut from_label) = (0, 0);
    for label in text.split('.') {
        let length = label_length(label);
        if !label.get(..length).is_some_and(is_label) {
            break;
        }
        end = from_label + length;
        from_label += label.len() + 1;
        if length < label.len() {
            break;
        }
    }
    top_level_end(text.get(..end)?).map(|end| from + end)
}

/// The part up to the last label that can be a top-level domain.
fn top_level_end(domain: &str) -> Option<usize> {
    let mut domain = domain;
    loop {
        let (rest, top) = domain.rsplit_once('.')?;
        // What follows a hyphen is no part of it: `ada@example.com--bob`.
        let word = top.split('-').next().unwrap_or_default();
        if is_top_level(word) && !is_top_level(top) {
            return Some(rest.len() + 1 + word.len());
        }
        if is_top_level(top) {
            return Some(domain.len());
        }
        // A file's name: what stands before it is a domain only if it looks like one by itself.
        if is_file(top) {
            let (_, before) = rest.rsplit_once('.')?;
            return (is_top_level(before) && !is_file(before)).then_some(rest.len());
        }
        domain = rest;
    }
}

fn is_file(top: &str) -> bool {
    NO_DOMAINS.iter().any(|it| top.eq_ignore_ascii_case(it))
}

/// How many bytes of it are of one script.
fn label_length(label: &str) -> usize {
    let mut first = None;
    for (at, c) in label.char_indices() {
        match script(c) {
            Some(found) if *first.get_or_insert(found) != found && !c.is_ascii_digit() => {
                return at;
            }
            None if c != '-' => return at,
            _ => {}
        }
    }
    label.trim_end_matches('-').len()
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.len() <= MAX_LABEL * 2 && !label.starts_with('-')
}

fn is_top_level(label: &str) -> bool {
    let is_letters = label.chars().all(|c| c.is_alphabetic() || is_mark(c));
    let is_encoded = label
        .get(..4)
        .is_some_and(|it| it.eq_ignore_ascii_case("xn--"));
    label.chars().count() >= 2
        && (is_letters || is_encoded)
        && !NO_DOMAINS.iter().any(|it| label.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found};
    use super::*;

    #[test]
    fn addresses_are_found() {
        assert_found(
            Kind::Email,
            &[
                ("ada@example.com", "ada@example.com"),
                (
                    "Write to ada.l+news@mail.example.co.uk.",
                    "ada.l+news@mail.example.co.uk",
                ),
                ("<ADA@EXAMPLE.COM>,", "ADA@EXAMPLE.COM"),
                ("(ada_l%x@example.museum)", "ada_l%x@example.museum"),
                ("mailto:ada@example.com?subject=x", "ada@example.com"),
                ("пишите на пётр@почта.рф, или", "пётр@почта.рф"),
                ("почта:ivan@yandex.ru", "ivan@yandex.ru"),
                ("jürgen@müller.de", "jürgen@müller.de"),
                ("联系我foo@bar.cn谢谢", "foo@bar.cn"),
                ("用户@例子.广告", "用户@例子.广告"),
                ("संपर्क@डाटामेल.भारत", "संपर्क@डाटामेल.भारत"),
                (
                    "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
                    "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
                ),
                (
                    "ada\u{200B}@exam\u{2060}ple.com",
                    "ada\u{200B}@exam\u{2060}ple.com",
                ),
                ("'ada@example.com'", "ada@example.com"),
                ("o'neil@example.ie", "o'neil@example.ie"),
                ("12345@example.com", "12345@example.com"),
                ("ada@xn--e1afmkfd.xn--p1ai!", "ada@xn--e1afmkfd.xn--p1ai"),
                ("ada@example.com\nbob", "ada@example.com"),
                ("ada@example.com--bob", "ada@example.com"),
            ],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "user@localhost",
            "foo@2x.png",
            "@decorator",
            "@ada",
            "https://example.com/@ada.lovelace",
            "left-pad@1.3.0",
            "git@github.com:org/repo.git",
            "a @ b.com",
            "x@",
            "@example.com",
            "meet @ 5.30pm",
            "a***@example.com",
        ]);
    }

    #[test]
    fn one_address_has_one_pseudonym() {
        let spellings = [
            "Ada@Example.COM",
            "ａｄａ＠example．com",
            "a\u{AD}da@example.com",
        ];
        super::super::tests::assert_same("ada@example.com", &spellings);
        super::super::tests::assert_same("a@bücher.de", &["a@BÜCHER.de", "a@xn--bcher-kva.de"]);
    }
}

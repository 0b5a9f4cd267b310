//! Internet addresses. Not those that are everybody's (`127.0.0.1`, `::1`), and not versions, times or namespaces.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use memchr::{memchr, memmem};

use super::Kind;
use super::engine::{Context, Detector, Hit, Window};
use super::evidence::Words;
use super::number::{begins, ends};
use super::view::walled;

pub(super) const DETECTOR: Detector = Detector {
    next: next_colons,
    look: version_6,
};

/// Numbers behind these are no addresses.
static VERSIONS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "version* | versión* | versão | versões | versi | versie | wersj* | verze | verzió | versio | versiune | ver | v | vers | \
         build | release* | firmware | kernel | driver* | sdk | update | upgrade | upgraded | patch | kompilac* | \
         верси* | версі* | вер | сборк* | релиз* | обновл* | оновлен* | прошивк* | 版本 | バージョン | 版 | 버전 | نسخه | نسخة | الإصدار | \
         إصدار | גרסה | גירסה | sürüm* | phiên bản | เวอร์ชัน* | เวอร์ชั่น | έκδοση | संस्करण | section* | chapter* | clause* | paragraph* | \
         article* | artikel | artículo | artigo | articolo | art | figure | fig | table | kapitel | abbildung | abschnitt | \
         capítulo | capitolo | chapitre | rozdział | раздел* | розділ* | глав* | пункт* | п | пп | ст | статья | 第 | 章 | 会议室 | \
         room | raum | salle | sala | oid | chrome | firefox | edge | windows | ios | android | nvidia | java | python | node",
    )
});

/// Numbers behind these are.
static ADDRESSES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "ip | ipv4 | host* | server* | сервер* | адрес* | address* | айпи | ping | ssh | dns",
    )
});

/// How far before a number its word may stand.
const REACH: usize = 24;

/// The address whose first digit is the trigger.
pub(super) fn version_4(window: Window<'_>) -> Option<Hit> {
    let start = window.at;
    let end = window.skip(start, |byte| byte.is_ascii_digit() || byte == b'.');
    let end = end - usize::from(window.before(end) == Some(b'.'));
    let is_free = (begins(window, start) || window.before(start) == Some(b'@'))
        && ends(window, end)
        && !matches!(window.before(start), Some(b'.' | b'-' | b'+' | b'$'))
        && !(window.get(end) == Some(b'-')
            && window
                .get(end + 1)
                .is_some_and(|byte| byte.is_ascii_alphabetic()));
    if !is_free || !(7..=15).contains(&(end - start)) {
        return None;
    }
    let address: Ipv4Addr = str::from_utf8(window.slice(start..end))
        .ok()?
        .parse()
        .ok()?;
    let is_public = !address.is_loopback()
        && !address.is_unspecified()
        && !matches!(address.octets(), [0 | 255, ..]);
    let is_address = !is_version(window, start)
        && (!looks_like_version(address) || has_evidence(window, start, end));
    (is_public && is_address).then(|| Hit::new(Kind::Ip, start..end, address.to_string()))
}

/// Small numbers, but for those that routers hand out: most of what is written like this is a version or a chapter.
fn looks_like_version(address: Ipv4Addr) -> bool {
    const SMALL: u8 = 20;
    let [first, second, third, _] = address.octets();
    first != 10 && [first, second, third].iter().all(|part| *part < SMALL)
}

/// Whether a word before, or a port, a prefix, a scheme or a user beside it says that this is an address.
fn has_evidence(window: Window<'_>, start: usize, end: usize) -> bool {
    let is_port = matches!(window.get(end), Some(b':' | b'/'))
        && window
            .get(end + 1)
            .is_some_and(|byte| byte.is_ascii_digit());
    let before = window.words_before(start, REACH);
    is_port || matches!(window.before(start), Some(b'@' | b'/')) || ADDRESSES.any(before)
}

/// Whether what stands before says that this is a version: a word, or a product's name and a slash.
fn is_version(window: Window<'_>, start: usize) -> bool {
    let line = window.skip_back(start, |byte| byte != b'\n');
    if let [.., name, b'/'] = window.slice(line..start) {
        let word = window.skip_back(start, |byte| byte > b' ');
        let is_link = memmem::find(window.slice(word..start), b"://").is_some();
        return name.is_ascii_alphanumeric() && !is_link;
    }
    let before = window.words_before(start, REACH.min(start - line));
    let version = VERSIONS.last(before).map(|found| found.end);
    let address = ADDRESSES.last(before).map(|found| found.end);
    version > address
}

/// The next colon that follows a hexadecimal digit or a colon, and precedes one: once for each run of them.
fn next_colons(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(b':', bytes.get(at..)?)?;
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let is_part =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':');
        if is_part(bytes.get(at + 1)) && (is_part(before) || bytes.get(at + 1) == Some(&b':')) {
            return Some(at);
        }
        at += 1;
    }
}

/// The longest address: eight groups, the last two of them as an address of version 4.
const MAX_LENGTH: usize = 45;

fn version_6(_: &Context, window: Window<'_>) -> Option<Hit> {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    let start = window.skip_back(window.at, is_part);
    if window.slice(start..window.at).contains(&b':') {
        return None;
    }
    let end = window.skip(window.at, |byte| is_part(byte) || byte == b'.');
    if end - start > MAX_LENGTH + 2 {
        return None;
    }
    let is_end = |end: &usize| {
        !matches!(window.before(*end), Some(b'.' | b':')) || window.slice(0..*end).ends_with(b"::")
    };
    let end = (start + 2..=end).rev().find(is_end)?;
    let start = behind_label(window, start);
    let before = window.before(start);
    let is_free = before
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'.' && walled(byte).is_none())
        && ends(window, end);
    let text = str::from_utf8(window.slice(start..end)).ok()?;
    let address: Ipv6Addr = text.parse().ok()?;
    let is_one = is_free
        && !address.is_loopback()
        && !address.is_unspecified()
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && has_width(text);
    is_one.then(|| Hit::new(Kind::Ip, start..end, address.to_string()))
}

/// Where an address begins that stands right behind a label and a colon: `IPv6:2001:db8::1`.
fn behind_label(window: Window<'_>, start: usize) -> usize {
    let is_label = window
        .before(start)
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    let colon = match is_label {
        true => window.skip(start, |byte| byte != b':'),
        false => start,
    };
    match (window.get(colon), window.get(colon + 1)) {
        (Some(b':'), Some(next)) if next != b':' => colon + 1,
        _ => start,
    }
}

/// A group of three digits, or four groups: `10::20` is a slip of the finger in a time.
fn has_width(text: &str) -> bool {
    let groups = || text.split(':').filter(|group| !group.is_empty());
    groups().any(|group| group.len() >= 3) && groups().count() >= 2 || groups().count() >= 4
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn addresses_are_found() {
        assert_found(
            Kind::Ip,
            &[
                ("zyxqv-pages with long words 203.0.113.7", "203.0.113.7"),
                ("203.0.113.7", "203.0.113.7"),
                ("IP 192.168.1.20:8080,", "192.168.1.20"),
                ("http://203.0.113.7/x", "203.0.113.7"),
                ("10.1.2.0/24.", "10.1.2.0"),
                ("ssh root@203.0.113.7", "203.0.113.7"),
                ("адрес 203.0.113.7.", "203.0.113.7"),
                ("2001:db8::ff00:42:8329", "2001:db8::ff00:42:8329"),
                (
                    "[2001:DB8:0:0:0:FF00:42:8329]:443",
                    "2001:DB8:0:0:0:FF00:42:8329",
                ),
                ("fe80::1%eth0", "fe80::1"),
                ("::ffff:192.0.2.128.", "::ffff:192.0.2.128"),
                ("2001:db8::/32", "2001:db8::"),
                ("２０３．０．１１３．７", "２０３．０．１１３．７"),
            ],
        );
        assert_same(
            "2001:db8::1:2",
            &[
                "2001:DB8:0:0::1:2",
                "2001:0db8:0000:0000:0000:0000:0001:0002",
            ],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "127.0.0.1",
            "0.0.0.0",
            "::1",
            "::",
            "255.255.255.0",
            "v1.2.3.4",
            "version 10.0.190.1",
            "версия 1.2.3.4",
            "Chrome/120.0.0.0 Safari/537.36",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3",
            "12:30:45",
            "2024-01-31T12:30:45",
            "std::cout",
            "crate::face",
            "::add",
            "10::20",
            "00:1A:2B:3C:4D:5E",
            "п. 1.2.3.4",
            "wersja 4.2.1.0, 4.1.9.3",
            "4.2.1.7",
            "1:2:3",
        ]);
    }
}

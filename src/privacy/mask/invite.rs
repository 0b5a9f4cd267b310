//! Invite links, and links that log in: the part that opens the door is replaced, so that the link still says what
//! it was.

use memchr::memchr2;

use super::Kind;
use super::engine::{Context, Detector, Hit, Window};
use super::token::is_token;

pub(super) const DETECTOR: Detector = Detector {
    next: |bytes, from| memchr2(b'/', b'=', bytes.get(from..)?).map(|at| from + at),
    look,
};

/// What stands before the part, in lower case, and the least length of the part.
const DOORS: &[(&[u8], usize)] = &[
    (b"t.me/joinchat/", 8),
    (b"telegram.me/joinchat/", 8),
    (b"telegram.dog/joinchat/", 8),
    (b"t.me/addlist/", 8),
    (b"telegram.me/addlist/", 8),
    (b"join?invite=", 8),
    (b"join/?invite=", 8),
    (b"addlist?slug=", 8),
    (b"chat.whatsapp.com/", 16),
    (b"chat.whatsapp.com/invite/", 16),
    (b"discord.gg/", 2),
    (b"discord.com/invite/", 2),
    (b"discordapp.com/invite/", 2),
    (b"/shared_invite/", 16),
    (b"line.me/ti/g/", 8),
    (b"line.me/ti/g2/", 8),
    (b"line.me/r/ti/g/", 8),
    (b"invite.viber.com/?g2=", 16),
    (b"signal.group/#", 20),
];

/// The same for what logs in: the code of a link that Telegram sends.
const LOGINS: &[&[u8]] = &[
    b"t.me/login/",
    b"telegram.me/login/",
    b"login?code=",
    b"login?token=",
];

/// Behind these, a plus makes an invite.
const TELEGRAM: &[&[u8]] = &[b"t.me/", b"telegram.me/", b"telegram.dog/"];

/// The longest of what stands before.
const REACH: usize = 32;

fn look(_: &Context, window: Window<'_>) -> Option<Hit> {
    let from = window.at + 1;
    let before = window
        .slice(from.saturating_sub(REACH)..from)
        .to_ascii_lowercase();
    let is_plus =
        window.get(from) == Some(b'+') && TELEGRAM.iter().any(|host| before.ends_with(host));
    if LOGINS.iter().any(|login| before.ends_with(login)) {
        let end = window.skip(from, |byte| is_token(byte) || byte == b'=');
        let value = str::from_utf8(window.slice(from..end)).ok()?;
        return (value.len() >= 4).then(|| Hit::new(Kind::LoginCode, from..end, value.to_owned()));
    }
    let door = DOORS.iter().find(|(door, _)| before.ends_with(door));
    let (start, least) = match (is_plus, door) {
        (true, _) => (from + 1, 8),
        (false, Some((_, least))) => (from, *least),
        (false, None) => return None,
    };
    let start = start + usize::from(window.get(start) == Some(b'#'));
    let end = window.skip(start, is_token);
    let part = str::from_utf8(window.slice(start..end)).ok()?;
    // A plus with digits is somebody's phone number.
    let is_phone = is_plus && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = part == "invite" || part == "joinchat";
    (part.len() >= least && !is_phone && !is_path)
        .then(|| Hit::new(Kind::Invite, start..end, part.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found, assert_same};
    use super::*;

    #[test]
    fn invites_are_found() {
        assert_found(
            Kind::Invite,
            &[
                ("https://t.me/+AbCdEfGhIjKlMnOp", "AbCdEfGhIjKlMnOp"),
                (
                    "t.me/joinchat/AAAAAEkCCtEmQXZx-_abcd.",
                    "AAAAAEkCCtEmQXZx-_abcd",
                ),
                ("http://telegram.me/+AbCdEfGhIjKlMnOp?x", "AbCdEfGhIjKlMnOp"),
                ("HTTPS://T.ME/+AbCdEfGhIjKlMnOp", "AbCdEfGhIjKlMnOp"),
                ("tg://join?invite=AbCdEfGhIjKlMnOp", "AbCdEfGhIjKlMnOp"),
                (
                    "https://chat.whatsapp.com/Ab1Cd2Ef3Gh4Ij5Kl6Mn7O",
                    "Ab1Cd2Ef3Gh4Ij5Kl6Mn7O",
                ),
                ("discord.gg/abc123", "abc123"),
                ("https://t.me/addlist/AbCdEfGhIjKlMnOp", "AbCdEfGhIjKlMnOp"),
            ],
        );
        let masked = "see t.me/+AbCdEfGhIjKlMnOp";
        assert_same(masked, &["see t.me/+AbCdEfGhIjKlMnOp"]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "https://t.me/durov",
            "https://t.me/c/1234567890/55",
            "https://t.me/durov/123?comment=5",
            "https://t.me/joinchat",
            "https://example.com/+AbCdEfGhIjKlMnOp",
            "1+AbCdEfGhIjKlMnOp",
            "https://t.me/s/durov",
        ]);
    }
}

//! What stands around an `@`: a name and a password in a link, or an e-mail address.

use memchr::memchr;

use super::engine::{Detector, Hit, Window};
use super::{Kind, email};

pub(super) const DETECTOR: Detector = Detector {
    next: |bytes, from| memchr(b'@', bytes.get(from..)?).map(|at| from + at),
    look: |_, window| credentials(window).or_else(|| email::look(window)),
};

/// `https://user:password@host`: the name and the password.
fn credentials(window: Window<'_>) -> Option<Hit> {
    let start = window.skip_back(window.at, |byte| {
        byte > b' ' && !b"/<>\"[]".contains(&byte) && byte < 0x80
    });
    let text = window.slice(start..window.at);
    let colon = memchr(b':', text)?;
    let is_one = window.slice(0..start).ends_with(b"://")
        && colon + 1 < text.len()
        && window
            .get(window.at + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'[' || byte >= 0x80);
    let value = str::from_utf8(text).ok()?;
    is_one.then(|| Hit::new(Kind::Secret, start..window.at, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found};
    use super::*;

    #[test]
    fn credentials_in_links_are_found() {
        assert_found(
            Kind::Secret,
            &[
                ("https://ada:hunter2@example.com/x", "ada:hunter2"),
                (
                    "postgres://root:s3cr3t@db.example.com:5432/main",
                    "root:s3cr3t",
                ),
                ("socks5://u:p@10.example.net:1080", "u:p"),
            ],
        );
        assert_not_found(&[
            "https://example.com/@ada",
            "https://example.com:80/@ada",
            "ssh://git@host/x",
        ]);
    }
}

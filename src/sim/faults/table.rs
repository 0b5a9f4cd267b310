//! Every kind of fault by the name it has on a command line: the one table that the parser, the help, the
//! documentation and the tests read.

use std::time::Duration;

use super::FaultKind;

/// One kind of fault, as a person names it.
#[derive(Debug)]
pub struct KindRow {
    /// The name.
    pub name: &'static str,
    /// What stands behind `=`; empty when nothing does.
    pub value: &'static str,
    /// An example of the value.
    pub sample: &'static str,
    /// What it is on the wire, and in life.
    pub means: &'static str,
    read: fn(&str) -> Option<FaultKind>,
}

/// What can stand behind a fault: the name, the value, and what it does.
pub const CONDITIONS: &[(&str, &str, &str)] = &[
    ("after", "COUNT", "so many fitting requests pass first"),
    ("times", "COUNT", "so many are hit, instead of all"),
    (
        "chance",
        "SHARE",
        "each is hit with this probability, above 0 and at most 1",
    ),
];

/// Every kind of fault.
pub const KINDS: &[KindRow] = &[
    KindRow {
        name: "flood",
        value: "SECONDS",
        sample: "14",
        means: "FLOOD_WAIT: too many requests, try again in so many seconds",
        read: |text| {
            let seconds: u32 = text.parse().ok()?;
            Some(FaultKind::Error(420, format!("{FLOOD_WAIT}{seconds}")))
        },
    },
    KindRow {
        name: "error",
        value: "CODE:NAME",
        sample: "500:RPC_CALL_FAIL",
        means: "any other error of a request, for example `400:CHANNEL_PRIVATE` or `-503:TIMEOUT`",
        read: error,
    },
    KindRow {
        name: "answer",
        value: "HEX",
        sample: "c4b9f9bb00000000",
        means: "these bytes in the place of the answer",
        read: |text| hex(text).map(FaultKind::Answer),
    },
    KindRow {
        name: "unknown",
        value: "",
        sample: "",
        means: "a constructor that no schema has in the place of the answer: Telegram has moved on to a newer layer",
        read: |_| Some(FaultKind::Unknown),
    },
    KindRow {
        name: "short",
        value: "BYTES",
        sample: "20",
        means: "the answer ends after so many bytes of its TL, correctly framed: a broken server",
        read: |text| text.parse().ok().map(FaultKind::Short),
    },
    KindRow {
        name: "large",
        value: "",
        sample: "",
        means: "the answer is padded beyond what grammers can receive, 1 MiB and 8 KiB, and not gzipped: long messages, a hundred at once",
        read: |_| Some(FaultKind::Large),
    },
    KindRow {
        name: "close-before",
        value: "",
        sample: "",
        means: "the connection closes before the request is carried out: a server that restarts",
        read: |_| Some(FaultKind::CloseBefore),
    },
    KindRow {
        name: "drop",
        value: "",
        sample: "",
        means: "the connection closes after the request was carried out, without an answer; a connection closes at once",
        read: |_| Some(FaultKind::Drop),
    },
    KindRow {
        name: "cut",
        value: "BYTES",
        sample: "100",
        means: "the connection closes after so many bytes of the answer's frame: a network that fails in the middle",
        read: |text| text.parse().ok().map(FaultKind::Cut),
    },
    KindRow {
        name: "close-after",
        value: "",
        sample: "",
        means: "the connection closes right after the whole answer: an idle timeout, a load balancer",
        read: |_| Some(FaultKind::CloseAfter),
    },
    KindRow {
        name: "reset",
        value: "",
        sample: "",
        means: "a TCP reset, without an answer: a middlebox, a crash; a connection is reset at once",
        read: |_| Some(FaultKind::Reset),
    },
    KindRow {
        name: "silent",
        value: "",
        sample: "",
        means: "this answer never comes, others do; a connection is taken and never answers",
        read: |_| Some(FaultKind::Silent),
    },
    KindRow {
        name: "half-open",
        value: "",
        sample: "",
        means: "from here on nothing comes, and the connection stays up: a NAT that has forgotten it, a laptop that slept",
        read: |_| Some(FaultKind::HalfOpen),
    },
    KindRow {
        name: "twice",
        value: "",
        sample: "",
        means: "the answer comes twice with the same message id: an acknowledgement was lost",
        read: |_| Some(FaultKind::Twice),
    },
    KindRow {
        name: "delay",
        value: "MILLISECONDS",
        sample: "50",
        means: "the answer comes so much later; a connection is served so much later",
        read: |text| {
            let delay = Duration::from_millis(text.parse().ok()?);
            Some(FaultKind::Delay(delay))
        },
    },
    KindRow {
        name: "bad-salt",
        value: "",
        sample: "",
        means: "the server changes its salt and answers `bad_server_salt`, as it does about twice an hour",
        read: |_| Some(FaultKind::BadSalt),
    },
    KindRow {
        name: "new-session",
        value: "",
        sample: "",
        means: "the server has forgotten the session: `new_session_created` comes again, before the answer",
        read: |_| Some(FaultKind::NewSession),
    },
    KindRow {
        name: "foreign-session",
        value: "",
        sample: "",
        means: "the answer comes under another session's id, and clients must ignore it",
        read: |_| Some(FaultKind::ForeignSession),
    },
    KindRow {
        name: "status",
        value: "CODE",
        sample: "-429",
        means: "the transport's error in a frame, then the connection closes: `-404` for an unknown key, `-429` for too many connections",
        read: |text| status(text).map(FaultKind::Status),
    },
    KindRow {
        name: "bare-status",
        value: "CODE",
        sample: "-404",
        means: "the transport's error as four bytes without a frame, then the connection closes",
        read: |text| status(text).map(FaultKind::BareStatus),
    },
    KindRow {
        name: "flip",
        value: "BYTE",
        sample: "40",
        means: "one bit of this byte of the answer's frame is flipped: the checksum is wrong",
        read: |text| text.parse().ok().map(FaultKind::Flip),
    },
    KindRow {
        name: "forge",
        value: "BYTE",
        sample: "40",
        means: "one bit of this byte of the encrypted payload is flipped under a right checksum: the message key is wrong",
        read: |text| text.parse().ok().map(FaultKind::Forge),
    },
];

pub(super) const FLOOD_WAIT: &str = "FLOOD_WAIT_";

impl KindRow {
    /// The kind with the value of the example.
    pub fn kind(&self) -> Option<FaultKind> {
        self.read(self.sample)
    }

    /// How it is written, `cut=BYTES` for example.
    pub fn usage(&self) -> String {
        let equals = if self.value.is_empty() { "" } else { "=" };
        format!("{}{equals}{}", self.name, self.value)
    }

    pub(super) fn read(&self, value: &str) -> Option<FaultKind> {
        (self.read)(value)
    }
}

fn error(text: &str) -> Option<FaultKind> {
    let (code, name) = text.split_once(':')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let code = code.parse().ok()?;
    is_name.then(|| FaultKind::Error(code, name.to_owned()))
}

/// Telegram's are all negative, which is what tells them from the length of a frame.
fn status(text: &str) -> Option<i32> {
    text.parse().ok().filter(|status| *status < 0)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let bytes = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        let plain = pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        u8::from_str_radix(pair, 16).ok().filter(|_| plain)
    });
    bytes
        .collect::<Option<Vec<u8>>>()
        .filter(|_| !text.is_empty())
}

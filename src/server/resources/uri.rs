//! The addresses of exports: what is one, and what it stands for. There is one way to write each.

use std::fmt;

const PREFIX: &str = "tg://exports/";
const WHOLE: &str = ".ndjson";
const MANIFEST: &str = "/manifest.json";
const PARTS: &str = "/parts/";

/// What a resource of this server may be called.
pub(in crate::server) const FORMS: [&str; 3] = [
    "tg://exports/{export_id}.ndjson",
    "tg://exports/{export_id}/parts/{n}",
    "tg://exports/{export_id}/manifest.json",
];

/// The longest id that an export may have; ours are shorter.
const ID_MAX: usize = 64;

/// A resource of this server, whether it is there or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) struct ResourceUri {
    pub(in crate::server) export_id: String,
    pub(in crate::server) what: What,
}

/// What of an export is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) enum What {
    /// All of its lines.
    Whole,
    /// The part of this number, from 0.
    Part(u64),
    /// What it is and what is in it.
    Manifest,
}

impl ResourceUri {
    pub(in crate::server) fn new(export_id: &str, what: What) -> Self {
        Self {
            export_id: export_id.to_owned(),
            what,
        }
    }

    /// What `text` addresses, if it is written as this server writes it: nothing is decoded, normalised or guessed.
    pub(in crate::server) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let (export_id, what) = if let Some(id) = rest.strip_suffix(WHOLE) {
            (id, What::Whole)
        } else if let Some(id) = rest.strip_suffix(MANIFEST) {
            (id, What::Manifest)
        } else {
            let (id, number) = rest.split_once(PARTS)?;
            (id, What::Part(part_number(number)?))
        };
        is_id(export_id).then(|| Self::new(export_id, what))
    }

    /// Whether it may change while the export grows; a part that is there never does.
    pub(in crate::server) fn may_change(&self) -> bool {
        !matches!(self.what, What::Part(_))
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.export_id)?;
        match self.what {
            What::Whole => f.write_str(WHOLE),
            What::Part(number) => write!(f, "{PARTS}{number}"),
            What::Manifest => f.write_str(MANIFEST),
        }
    }
}

fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=ID_MAX).contains(&text.len()) && text.bytes().all(is_plain)
}

fn part_number(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with('0');
    if !is_plain || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_form_is_read_as_what_it_is() {
        let table = [
            ("tg://exports/k3-x_9.ndjson", What::Whole),
            ("tg://exports/k3-x_9/manifest.json", What::Manifest),
            ("tg://exports/k3-x_9/parts/0", What::Part(0)),
            ("tg://exports/k3-x_9/parts/10", What::Part(10)),
        ];
        for (text, what) in table {
            assert_eq!(
                ResourceUri::parse(text),
                Some(ResourceUri::new("k3-x_9", what)),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_nothing() {
        let table = [
            "",
            "tg://exports/",
            "tg://exports/.ndjson",
            "tg://exports//manifest.json",
            "tg://exports/a",
            "tg://exports/a.json",
            "tg://exports/a.ndjson ",
            " tg://exports/a.ndjson",
            "tg://exports/a.ndjson\n",
            "tg://exports/a.ndjson/",
            "tg://exports/a.ndjson?x=1",
            "tg://exports/a.ndjson#x",
            "tg://exports/a.NDJSON",
            "TG://exports/a.ndjson",
            "tg:exports/a.ndjson",
            "tg://Exports/a.ndjson",
            "tg://exports:80/a.ndjson",
            "tg://user@exports/a.ndjson",
            "file:///etc/passwd",
            "https://exports/a.ndjson",
            "tg://exports/../a.ndjson",
            "tg://exports/..ndjson",
            "tg://exports/a/../b.ndjson",
            "tg://exports/a.b.ndjson",
            "tg://exports/%61.ndjson",
            "tg://exports/a%2e.ndjson",
            "tg://exports/a\0.ndjson",
            "tg://exports/ä.ndjson",
            "tg://exports/a\\b.ndjson",
            "tg://exports/a/manifest.json/parts/1",
            "tg://exports/a/parts/",
            "tg://exports/a/parts/-1",
            "tg://exports/a/parts/+1",
            "tg://exports/a/parts/01",
            "tg://exports/a/parts/1.0",
            "tg://exports/a/parts/1e3",
            "tg://exports/a/parts/0x1",
            "tg://exports/a/parts/1/",
            "tg://exports/a/parts/1/parts/1",
            "tg://exports/a/parts/١",
            "tg://exports/a/parts/99999999999999999999",
            "tg://exports/{export_id}.ndjson",
        ];
        for text in table {
            assert_eq!(ResourceUri::parse(text), None, "{text}");
        }
        let long = format!("tg://exports/{}.ndjson", "a".repeat(ID_MAX + 1));
        assert_eq!(ResourceUri::parse(&long), None);
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in "(tg://exports/)?[a-z.]{0,3}(/parts/|.ndjson|/manifest.json)[0-9]{0,21}") {
            if let Some(uri) = ResourceUri::parse(&text) {
                prop_assert_eq!(uri.to_string(), text);
            }
        }

        #[test]
        fn what_is_written_is_read_the_same(id in "[A-Za-z0-9_-]{1,64}", number in any::<u64>()) {
            for what in [What::Whole, What::Manifest, What::Part(number)] {
                let uri = ResourceUri::new(&id, what);
                prop_assert_eq!(ResourceUri::parse(&uri.to_string()), Some(uri));
            }
        }
    }
}

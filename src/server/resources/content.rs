//! The contents of a resource as they travel: as text in JSON, which takes more room than the bytes on disk.

use std::io::{self, Write};

use rmcp::model::ResourceContents;

use super::super::fit::ANSWER_BYTES;
use super::uri::{ResourceUri, What};

/// The media type of an export's lines.
pub(in crate::server) const NDJSON: &str = "application/x-ndjson";
/// The media type of everything that tells about an export.
pub(in crate::server) const JSON: &str = "application/json";

/// What is worth reading from disk for one answer: text only gets longer on the way.
pub(super) const MOST_BYTES: u64 = ANSWER_BYTES as u64;

impl What {
    /// What it is written in.
    pub(in crate::server) fn mime_type(self) -> &'static str {
        match self {
            Self::Whole | Self::Part(_) => NDJSON,
            Self::Manifest => JSON,
        }
    }
}

/// The contents of a resource, if one answer holds them.
pub(super) fn contents(uri: &ResourceUri, text: String) -> Option<ResourceContents> {
    let contents = ResourceContents::text(text, uri.to_string());
    Some(contents.with_mime_type(uri.what.mime_type())).filter(fits)
}

/// Whether an answer may hold these contents: their JSON is counted as it will be written.
fn fits(contents: &ResourceContents) -> bool {
    let mut written = Counted(0);
    serde_json::to_writer(&mut written, contents).is_ok() && written.0 <= ANSWER_BYTES
}

/// Counts what is written to it.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn uri() -> ResourceUri {
        ResourceUri::new("abc", What::Whole)
    }

    /// How much room contents take besides their text.
    fn frame() -> usize {
        let empty = contents(&uri(), String::new()).unwrap();
        serde_json::to_string(&empty).unwrap().len()
    }

    #[test]
    fn what_fits_is_counted_to_the_byte_as_it_is_escaped() {
        let room = ANSWER_BYTES - frame();
        for (piece, escaped) in [
            ("a", 1),
            ("\"", 2),
            ("\n", 2),
            ("\u{1}", 6),
            ("я", 2),
            ("🙂", 4),
        ] {
            let pieces = room / escaped;
            let filling = "a".repeat(room % escaped);
            assert!(
                contents(&uri(), piece.repeat(pieces) + &filling).is_some(),
                "{piece:?}"
            );
            assert!(
                contents(&uri(), piece.repeat(pieces) + &filling + "a").is_none(),
                "{piece:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_gets_shorter_on_the_way(text in "\\PC{0,200}|(?s).{0,200}") {
            let json = serde_json::to_string(&contents(&uri(), text.clone()).unwrap()).unwrap();
            prop_assert!(json.len() >= text.len() + frame());
        }
    }
}

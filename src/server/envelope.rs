//! Reads who asks out of a line that no parser takes, so that the asker learns of it instead of waiting for ever.

use rmcp::model::RequestId;

/// The longest name or value that is looked at; ids are shorter.
const PART_MAX: usize = 256;
/// How deep objects and arrays may stand in each other before they are taken for noise.
const DEPTH_MAX: usize = 4096;

/// The outermost members of a JSON object, read byte by byte and forgivingly: within strings and values anything goes,
/// the structure must be plain. What it holds does not grow with what it reads.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    /// The brackets that are open, outermost first.
    open: Vec<u8>,
    /// Whether these bytes stand in a string, and the next one after a backslash.
    is_text: bool,
    is_escaped: bool,
    /// The name of the member under way, once its colon has come.
    name: Option<Vec<u8>>,
    /// What has come of that name, or of its value.
    part: Vec<u8>,
    id: Option<RequestId>,
    has_method: bool,
    /// Two ids, two objects, brackets that do not match: nothing here can be relied on.
    is_unclear: bool,
}

impl Envelope {
    pub(super) fn of(line: &[u8]) -> Self {
        let mut envelope = Self::default();
        envelope.read(line);
        envelope
    }

    /// The id of the request that this is, if it is one beyond doubt.
    pub(super) fn request_id(self) -> Option<RequestId> {
        self.id.filter(|_| self.has_method && !self.is_unclear)
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.take(*byte);
        }
    }

    fn take(&mut self, byte: u8) {
        if self.is_unclear {
            return;
        }
        if self.is_text {
            self.keep(byte);
            self.is_text = byte != b'"' || self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            return;
        }
        match (byte, self.open.len()) {
            (b' ' | b'\t' | b'\r', _) if self.part.is_empty() => {}
            // A byte order mark.
            (0xef | 0xbb | 0xbf, 0) => {}
            (b'{', 0) if self.name.is_none() => self.open(byte),
            (_, 0) => self.is_unclear = true,
            (b'{' | b'[', _) => self.open(byte),
            (b'}' | b']', _) => self.close(byte),
            (b':', 1) => self.colon(),
            (b',', 1) => self.comma(),
            (byte, _) => {
                self.is_text = byte == b'"';
                self.keep(byte);
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.open.len() == 1 && self.part.len() < PART_MAX {
            self.part.push(byte);
        }
    }

    fn open(&mut self, bracket: u8) {
        self.keep(bracket);
        self.open.push(bracket);
        self.is_unclear |= self.open.len() > DEPTH_MAX;
    }

    fn close(&mut self, bracket: u8) {
        let opened = self.open.last().copied();
        self.is_unclear |= !matches!((opened, bracket), (Some(b'{'), b'}') | (Some(b'['), b']'));
        if self.open.len() == 1 {
            self.comma();
            // Whatever follows the object is not part of it.
            self.name = Some(Vec::new());
        }
        self.open.pop();
    }

    fn colon(&mut self) {
        let name = std::mem::take(&mut self.part);
        self.is_unclear |= self.name.replace(name).is_some();
    }

    /// The end of a member.
    fn comma(&mut self) {
        let value = std::mem::take(&mut self.part);
        let Some(name) = self.name.take() else {
            self.is_unclear |= !value.is_empty();
            return;
        };
        match serde_json::from_slice::<String>(&name).as_deref() {
            Ok("id") => {
                let id = serde_json::from_slice(&value).ok();
                self.is_unclear |= id.is_none() || self.id.is_some();
                self.id = id;
            }
            Ok("method") => self.has_method = true,
            Ok(_) => {}
            Err(_) => self.is_unclear = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(line: &str) -> Option<String> {
        Envelope::of(line.as_bytes())
            .request_id()
            .map(|id| id.to_string())
    }

    #[test]
    fn the_id_of_a_broken_request_is_found() {
        let table = [
            "{\"id\":7,\"method\":\"m\",\"params\":{\"raw\":\"a\tb\"}}",
            r#"{"method":"m","params":{"number":NaN},"id":7}"#,
            r#"{"id":7,"method":"m",}"#,
            r#"{"id" : 7 , "method" : "m" , "params" : [1, 2,] } "#,
            r#"{"id":7,"method":"m","params":{"name":"cut of"#,
            r#"{"id":7,"method":"m","params":{"id":8,"says":"\",\"id\":9,\""#,
            r#"{"\u0069d":7,"method":"m","params":tru}"#,
            r#"{"jsonrpc":"1.0","id":7,"method":[]}"#,
            "\u{feff}{\"id\":7,\"method\":m}",
        ];
        for line in table {
            assert_eq!(id_of(line).as_deref(), Some("7"), "{line}");
        }
        let deep = format!(
            r#"{{"method":"m","params":{}1{},"id":"a"}}"#,
            "[".repeat(900),
            "]".repeat(900)
        );
        assert_eq!(id_of(&deep).as_deref(), Some("a"));
    }

    #[test]
    fn an_id_that_is_in_doubt_is_none() {
        let table = [
            "",
            "7",
            r#"[{"id":7,"method":"m"}]"#,
            r#"{"id":7}"#,
            r#"{"id":7,"result":{}"#,
            r#"{"id":7,"meth"#,
            r#"{"method":"m","id":7"#,
            r#"{"id":null,"method":"m"}"#,
            r#"{"id":7.5,"method":"m"}"#,
            r#"{"id":[7],"method":"m"}"#,
            r#"{"id":7,"id":8,"method":"m"}"#,
            r#"{"id":7 8,"method":"m"}"#,
            r#"{"id":7,"method":"m"}{"id":8,"method":"m"}"#,
            r#"{"id":7,"method":"m"} 8"#,
            r#"{"id":7,"me{"id":8,"method":"m"}"#,
            r#"{"method":"m","params":[},"id":7}"#,
            r#"{"method":"m" "id":7}"#,
            r#"{"method":"m",id:7}"#,
            r#"id":7,"method":"m"}"#,
        ];
        for line in table {
            assert_eq!(id_of(line), None, "{line}");
        }
        let endless = "[".repeat(DEPTH_MAX + 1);
        assert_eq!(
            id_of(&format!(r#"{{"id":7,"method":"m","params":{endless}"#)),
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn the_id_of_any_request_is_found(id in ".{0,40}", method in ".{0,300}", value in ".{0,300}") {
            let request = serde_json::json!({ "id": id, "method": method, "params": { "id": value, "k": [value] } });
            proptest::prop_assert_eq!(id_of(&request.to_string()), Some(id));
        }
    }
}

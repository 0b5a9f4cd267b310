//! What a line of a client comes to: a message, or an error that says why it is none.
//!
//! rmcp drops what is no JSON, as other SDKs do, and whoever asked waits for ever; here every line that may be a request is answered.

use rmcp::ErrorData;
use rmcp::model::{ClientJsonRpcMessage, JsonObject, JsonRpcError, RequestId};
use serde::Deserialize as _;
use serde_json::{Value, error::Category};

use super::envelope::Envelope;
use super::lines::{LINE_MAX, Line};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a line. Blank ones come to nothing, and notifications that nobody knows, which have no answer.
pub(super) fn read(line: Line) -> Option<Result<ClientJsonRpcMessage, JsonRpcError>> {
    let bytes = match line {
        Line::Whole(bytes) => bytes,
        Line::TooLong(envelope) => {
            let what = format!("the line is longer than {LINE_MAX} bytes");
            return Some(Err(refusal(envelope, ErrorData::parse_error(what, None))));
        }
    };
    let bytes = without_mark(&bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let error = match serde_json::from_slice(bytes) {
        Ok(message) => return Some(Ok(message)),
        Err(error) => error,
    };
    let data = match error.classify() {
        Category::Data => no_message(bytes)?,
        _ => ErrorData::parse_error(format!("the line is not JSON: {error}"), None),
    };
    Some(Err(refusal(Envelope::of(bytes), data)))
}

/// A line without the byte order mark that some systems begin a stream with.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}

/// What is wrong with JSON that is no message, unless it is a notification.
fn no_message(json: &[u8]) -> Option<ErrorData> {
    let what = match serde_json::from_slice(json) {
        Ok(Value::Object(members)) if is_notification(&members) => return None,
        Ok(Value::Object(members)) if is_request(&members) => {
            let what = "`params` is an object, and so is `_meta` in it";
            return Some(ErrorData::invalid_params(what, None));
        }
        Ok(Value::Array(_)) => "batches are not supported: send one message a line",
        _ => {
            "not a JSON-RPC request: it needs `jsonrpc`, which is \"2.0\", an `id`, which is a string or an integer, \
             and a `method`, each once"
        }
    };
    Some(ErrorData::invalid_request(what, None))
}

fn is_notification(members: &JsonObject) -> bool {
    has_method(members) && !members.contains_key("id")
}

/// Whether everything but the params is as it should be.
fn is_request(members: &JsonObject) -> bool {
    let has_id = members
        .get("id")
        .is_some_and(|id| RequestId::deserialize(id).is_ok());
    let is_answer = members.contains_key("result") || members.contains_key("error");
    let is_current = members
        .get("jsonrpc")
        .is_some_and(|version| version == "2.0");
    is_current && has_id && has_method(members) && !is_answer
}

fn has_method(members: &JsonObject) -> bool {
    members.get("method").is_some_and(Value::is_string)
}

/// Without an id that is certain there is none in the answer: so MCP wants it.
fn refusal(envelope: Envelope, data: ErrorData) -> JsonRpcError {
    JsonRpcError::new(envelope.request_id(), data)
}

//! As much of a JSON-RPC line as has to be understood to pass it on.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::WAITED;

/// Shorter waits are not worth a word.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// A message, by what it does to a ledger.
pub(super) enum Message {
    Request(Request),
    /// The client has heard the answer to its opening.
    Ready,
    /// The client does not want the answer of this id.
    Cancelled {
        id: String,
    },
    Answer {
        id: String,
        is_error: bool,
    },
    Progress {
        token: Value,
        progress: f64,
    },
    /// The stream that was asked for by this id has begun.
    Acknowledged {
        id: String,
    },
    /// To be passed on as it is.
    Other,
}

/// A request of the client.
pub(super) struct Request {
    /// As JSON, since `1` is not `"1"`.
    pub(super) id: String,
    pub(super) effect: Effect,
    pub(super) progress_token: Option<Value>,
    /// Who asks, where that is said.
    pub(super) client: Option<String>,
}

/// What changes with the answer to a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    /// The session is open.
    Opens,
    /// This resource is followed.
    Follows(String),
    /// It is followed no longer.
    Leaves(String),
    /// A stream of notifications is over.
    Stream,
}

#[derive(Deserialize)]
struct Head {
    id: Option<Value>,
    method: Option<String>,
    params: Option<Value>,
    error: Option<serde::de::IgnoredAny>,
}

impl Message {
    /// Reads a line; none if it is no message.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let head: Head = serde_json::from_slice(line).ok()?;
        let params = head.params.unwrap_or_default();
        Some(match (head.method, head.id) {
            (Some(method), Some(id)) => Self::Request(Request::of(&method, &id, &params)),
            (Some(method), None) => Self::notification(&method, &params),
            (None, Some(id)) => Self::Answer {
                id: id.to_string(),
                is_error: head.error.is_some(),
            },
            (None, None) => Self::Other,
        })
    }

    fn notification(method: &str, params: &Value) -> Self {
        match method {
            "notifications/initialized" => Self::Ready,
            "notifications/cancelled" => Self::Cancelled {
                id: params["requestId"].to_string(),
            },
            "notifications/progress" => Self::Progress {
                token: params["progressToken"].clone(),
                progress: params["progress"].as_f64().unwrap_or_default(),
            },
            "notifications/subscriptions/acknowledged" => Self::Acknowledged {
                id: params
                    .pointer("/_meta/io.modelcontextprotocol~1subscriptionId")
                    .map(Value::to_string)
                    .unwrap_or_default(),
            },
            _ => Self::Other,
        }
    }
}

impl Request {
    fn of(method: &str, id: &Value, params: &Value) -> Self {
        let uri = || params["uri"].as_str().unwrap_or_default().to_owned();
        let meta = &params["_meta"];
        let client = match method {
            "initialize" => &params["clientInfo"],
            _ => &meta["io.modelcontextprotocol/clientInfo"],
        };
        Self {
            id: id.to_string(),
            effect: match method {
                "initialize" => Effect::Opens,
                "resources/subscribe" => Effect::Follows(uri()),
                "resources/unsubscribe" => Effect::Leaves(uri()),
                "subscriptions/listen" => Effect::Stream,
                _ => Effect::None,
            },
            progress_token: meta.get("progressToken").cloned(),
            client: named(client),
        }
    }
}

fn named(client: &Value) -> Option<String> {
    let name = client["name"].as_str()?;
    let version = client["version"].as_str().unwrap_or_default();
    Some(format!("{name} {version}").trim_end().to_owned())
}

/// The answer to a request of this id that is not asked any more.
pub(super) fn refusal(id: &str) -> Vec<u8> {
    let what =
        "the processes that were asked have all ended before they answered; it is not asked again";
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32603,"message":"{what}"}}}}"#)
        .into_bytes()
}

/// A request that says for how long it has been waiting: whoever answers it does so within the time of the first call.
pub(super) fn having_waited(line: &[u8], waited: Duration) -> Vec<u8> {
    let told = (waited >= WORTH_TELLING)
        .then(|| with_wait(line, waited))
        .flatten();
    told.unwrap_or_else(|| line.to_vec())
}

fn with_wait(line: &[u8], waited: Duration) -> Option<Vec<u8>> {
    let mut request: Map<String, Value> = serde_json::from_slice(line).ok()?;
    let method = request.get("method")?.as_str()?;
    if !matches!(method, "tools/call" | "resources/read") {
        return None;
    }
    let params = request.get_mut("params")?.as_object_mut()?;
    let meta = params.entry("_meta").or_insert_with(|| json!({}));
    let millis = u64::try_from(waited.as_millis()).ok()?;
    meta.as_object_mut()?
        .insert(WAITED.to_owned(), json!(millis));
    serde_json::to_vec(&request).ok()
}

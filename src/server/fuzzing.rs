//! The lines of a client under fuzzing: each comes to a message, one refusal or nothing, however it arrives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a target fails by panicking"
)]

use futures_util::FutureExt as _;
use rmcp::model::{ClientJsonRpcMessage, JsonRpcError, RequestId};
use serde::Deserialize as _;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

use super::envelope::Envelope;
use super::lines::{Line, Lines};
use super::message;
use super::surrogates::Paired;

/// Reads the bytes as a client's input.
pub(crate) fn json_rpc_line(data: &[u8]) {
    let at_once = outcomes(Lines::new(Paired::new(data)));
    let (head, tail) = data.split_at(data.len() / 3);
    assert_eq!(outcomes(Lines::new(Paired::new(head.chain(tail)))), at_once);
    assert!(at_once.len() <= data.iter().filter(|byte| **byte == b'\n').count());
    for line in data.split(|byte| *byte == b'\n') {
        check_id(line);
    }
}

fn outcomes<R: tokio::io::AsyncRead + Unpin>(mut lines: Lines<R>) -> Vec<String> {
    let mut outcomes = Vec::new();
    // What is in memory is always ready.
    while let Some(line) = lines.next().now_or_never().unwrap() {
        if let Some(outcome) = message::read(line) {
            outcomes.push(match outcome {
                Ok(message) => serde_json::to_string(&message).unwrap(),
                Err(refusal) => serde_json::to_string(&refusal).unwrap(),
            });
        }
    }
    outcomes
}

/// An id that is found in a line is the one that a parser finds there, and one that is there is found.
fn check_id(line: &[u8]) {
    let found = Envelope::of(line).request_id();
    let Ok(Value::Object(members)) = serde_json::from_slice(line) else {
        return;
    };
    let id = members
        .get("id")
        .and_then(|id| RequestId::deserialize(id).ok());
    assert!(found.is_none() || found == id);
    let (Some(id), Some(Value::String(_))) = (id, members.get("method")) else {
        return;
    };
    // Written anew, each member stands there once.
    let members_are_short = members.keys().all(|name| name.len() < 40);
    if members_are_short && id.to_string().len() < 40 {
        let written = Value::Object(members).to_string().into_bytes();
        assert_eq!(Envelope::of(&written).request_id(), Some(id.clone()));
        let outcome: Option<Result<ClientJsonRpcMessage, JsonRpcError>> =
            message::read(Line::Whole(written));
        match outcome {
            Some(Ok(_)) => {}
            Some(Err(refusal)) => assert_eq!(refusal.id, Some(id)),
            None => panic!("a request is not answered"),
        }
    }
}

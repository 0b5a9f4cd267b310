//! Conversations that are cut off anywhere.

use std::time::Duration;

use proptest::prelude::*;

use crate::server::WAITED;

use super::*;

/// A ledger, and the time that it is told.
struct Told {
    ledger: Ledger,
    now: Instant,
}

impl Told {
    fn new() -> Self {
        Self {
            ledger: Ledger::default(),
            now: Instant::now(),
        }
    }

    fn asks(&mut self, message: Value) {
        self.ledger.asks(message.to_string().as_bytes(), self.now);
    }

    /// What the client is told of a line.
    fn hears(&mut self, message: Value) -> Option<Value> {
        let told = self.ledger.hears(message.to_string().as_bytes())?;
        Some(serde_json::from_slice(&told).unwrap())
    }

    /// What somebody new is told.
    fn replay(&mut self) -> Vec<Value> {
        let lines = self.ledger.replay(self.now);
        lines
            .iter()
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    /// A session that is open.
    fn opened() -> Self {
        let mut told = Self::new();
        told.asks(request(
            0,
            "initialize",
            json!({ "clientInfo": { "name": "c", "version": "1" } }),
        ));
        assert!(told.hears(answer(0)).is_some());
        told.asks(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        told
    }
}

fn request(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "method": method, "params": params })
}

fn call(id: impl Into<Value>) -> Value {
    request(id, "tools/call", json!({ "name": "tg.fetch_history" }))
}

fn answer(id: impl Into<Value>) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "result": {} })
}

fn error(id: impl Into<Value>) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "error": { "code": 1, "message": "m" } })
}

fn methods(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["method"].as_str().unwrap())
        .collect()
}

#[test]
fn a_session_is_opened_again_without_the_client() {
    let mut told = Told::opened();
    told.asks(call(1));
    let replay = told.replay();
    assert_eq!(
        methods(&replay),
        ["initialize", "notifications/initialized", "tools/call"]
    );
    assert_eq!(replay[0]["params"]["clientInfo"]["name"], "c");
    assert_eq!(replay[2], call(1));
    assert_eq!(told.hears(answer(replay[0]["id"].clone())), None);
    assert_eq!(told.hears(answer(1)), Some(answer(1)));
    assert_eq!(told.ledger.client().as_deref(), Some("c 1"));
}

#[test]
fn an_opening_without_an_answer_is_the_clients_own() {
    let mut told = Told::new();
    let opening = request("o", "initialize", json!({}));
    // A hasty client.
    told.asks(call(1));
    told.asks(opening.clone());
    assert_eq!(told.replay(), [opening, call(1)]);
    assert_eq!(told.hears(answer("o")), Some(answer("o")));
}

#[test]
fn the_stateless_era_has_no_opening() {
    let mut told = Told::new();
    told.asks(request(1, "server/discover", json!({})));
    assert!(told.hears(answer(1)).is_some());
    assert!(told.replay().is_empty());
    assert_eq!(told.ledger.missed(), None);
}

#[test]
fn nothing_is_answered_twice_and_nobody_answers_what_was_not_asked() {
    let mut told = Told::opened();
    told.asks(call(1));
    told.asks(call("1"));
    assert_eq!(told.hears(answer(1)), Some(answer(1)));
    assert_eq!(told.hears(answer(1)), None);
    assert_eq!(told.hears(error(7)), None);
    assert_eq!(told.hears(error("1")), Some(error("1")));
    assert!(!told.ledger.waits());
}

#[test]
fn what_is_withdrawn_is_not_asked_again() {
    let mut told = Told::opened();
    told.asks(call(1));
    told.asks(request(2, "subscriptions/listen", json!({})));
    for id in [1, 2] {
        let params = json!({ "requestId": id });
        told.asks(
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }),
        );
    }
    assert!(!told.ledger.waits());
    // The end of a stream is told nevertheless.
    assert_eq!(told.hears(answer(1)), None);
    assert_eq!(told.hears(answer(2)), Some(answer(2)));
    told.asks(request(3, "subscriptions/listen", json!({})));
    let params = json!({ "requestId": 3 });
    told.asks(json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }));
    assert_eq!(told.replay().len(), 2);
}

#[test]
fn what_was_granted_is_followed_again_until_it_is_left() {
    let mut told = Told::opened();
    let follow = |id, uri| request(id, "resources/subscribe", json!({ "uri": uri }));
    for (id, uri) in [(1, "a"), (2, "b"), (3, "c")] {
        told.asks(follow(id, uri));
    }
    told.hears(answer(1));
    told.hears(error(2));
    told.hears(answer(3));
    told.asks(request(4, "resources/unsubscribe", json!({ "uri": "c" })));
    told.hears(answer(4));
    let replay = told.replay();
    let followed: Vec<&Value> = replay[2..]
        .iter()
        .map(|line| &line["params"]["uri"])
        .collect();
    assert_eq!(followed, ["a"]);
    assert_eq!(told.hears(error(replay[2]["id"].clone())), None);
    assert_eq!(told.replay().len(), 3);
}

#[test]
fn progress_goes_on_from_where_it_was() {
    let progress = |progress: f64| {
        let params = json!({ "progressToken": 9, "progress": progress });
        json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params })
    };
    let mut told = Told::opened();
    told.asks(request(
        1,
        "tools/call",
        json!({ "_meta": { "progressToken": 9 } }),
    ));
    assert_eq!(told.hears(progress(1.0)), Some(progress(1.0)));
    assert_eq!(told.hears(progress(2.0)), Some(progress(2.0)));
    told.replay();
    assert_eq!(told.hears(progress(1.0)), Some(progress(3.0)));
    told.replay();
    assert_eq!(told.hears(progress(1.0)), Some(progress(4.0)));
    told.hears(answer(1));
    assert_eq!(told.hears(progress(2.0)), None);
}

#[test]
fn a_stream_begins_once() {
    let begun = |id| {
        let meta = json!({ "io.modelcontextprotocol/subscriptionId": id });
        let method = "notifications/subscriptions/acknowledged";
        json!({ "jsonrpc": "2.0", "method": method, "params": { "_meta": meta } })
    };
    let mut told = Told::new();
    told.asks(request("s", "subscriptions/listen", json!({})));
    assert_eq!(told.hears(begun("s")), Some(begun("s")));
    assert_eq!(told.replay().len(), 1);
    assert_eq!(told.hears(begun("s")), None);
    assert_eq!(told.hears(begun("t")), None);
}

#[test]
fn a_call_says_how_long_it_has_been_waiting() {
    let mut told = Told::opened();
    told.asks(call(1));
    told.asks(request(2, "ping", json!({})));
    told.now += Duration::from_millis(900);
    assert_eq!(told.replay()[2], call(1));
    told.now += Duration::from_secs(30);
    let replay = told.replay();
    assert_eq!(replay[2]["params"]["_meta"][WAITED], 30_900);
    assert_eq!(replay[2]["params"]["name"], "tg.fetch_history");
    assert_eq!(replay[3], request(2, "ping", json!({})));
}

#[test]
fn what_ends_everybody_is_not_asked_for_ever() {
    let mut told = Told::opened();
    told.asks(call("p"));
    told.asks(request(2, "subscriptions/listen", json!({})));
    for _ in 1..MOST_TIMES {
        assert_eq!(told.ledger.gives_up(), None);
        assert_eq!(told.replay().len(), 4);
    }
    let refusal: Value = serde_json::from_slice(&told.ledger.gives_up().unwrap()).unwrap();
    assert_eq!(refusal["id"], "p");
    assert_eq!(refusal["error"]["code"], -32603);
    assert_eq!(told.ledger.gives_up(), None);
    assert_eq!(told.replay().len(), 3);
}

#[test]
fn a_line_that_is_no_message_is_nothing() {
    let mut told = Told::opened();
    for line in [
        &b""[..],
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"resu",
        b"\x04",
        b"[]",
    ] {
        assert_eq!(told.ledger.hears(line), None);
    }
}

/// What can happen to a conversation.
#[derive(Debug, Clone)]
enum Step {
    Ask,
    /// The open question of this number, counted around, is answered.
    Answer(usize),
    Withdraw(usize),
    /// Somebody else answers from here on.
    Replay,
    /// Somebody who is not asked any more answers.
    Stale(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Ask),
        2 => any::<usize>().prop_map(Step::Answer),
        1 => any::<usize>().prop_map(Step::Withdraw),
        1 => Just(Step::Replay),
        1 => any::<usize>().prop_map(Step::Stale),
    ]
}

proptest! {
    /// Held against the plainest thing that could be right: a list of what is open.
    #[test]
    fn every_question_has_one_answer_and_is_asked_until_then(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut told = Told::opened();
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for (id, step) in steps.into_iter().enumerate() {
            match step {
                Step::Ask => {
                    told.asks(call(id));
                    open.push(id);
                }
                Step::Answer(at) if !open.is_empty() => {
                    let id = open.remove(at % open.len());
                    prop_assert_eq!(told.hears(answer(id)), Some(answer(id)));
                    closed.push(id);
                }
                Step::Withdraw(at) if !open.is_empty() => {
                    let id = open.remove(at % open.len());
                    let params = json!({ "requestId": id });
                    told.asks(json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }));
                    closed.push(id);
                }
                Step::Stale(at) if !closed.is_empty() => {
                    prop_assert_eq!(told.hears(answer(closed[at % closed.len()])), None);
                }
                Step::Replay => {
                    let replay = told.replay();
                    let asked: Vec<Value> = replay[2..].iter().map(|line| line["id"].clone()).collect();
                    let expected: Vec<Value> = open.iter().map(|id| json!(id)).collect();
                    prop_assert_eq!(asked, expected);
                }
                _ => {}
            }
            prop_assert_eq!(told.ledger.waits(), !open.is_empty());
        }
    }
}

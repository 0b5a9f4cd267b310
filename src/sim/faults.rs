//! What goes wrong, and when: rules that the server asks before it answers a request.

use std::time::Duration;

/// The rules in force, asked in order; the first that fits decides.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// The rules.
    pub rules: Vec<Fault>,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The TL method it is about; `None` for any.
    pub method: Option<&'static str>,
    /// How many fitting requests pass first.
    pub skip: u64,
    /// How many are hit after that.
    pub times: u64,
    /// What happens to them.
    pub kind: FaultKind,
}

/// What happens to a request that a rule hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// `rpc_error` with this code and message, for example 420 `FLOOD_WAIT_14`.
    Error(i32, String),
    /// These bytes stand in the place of the answer.
    Answer(Vec<u8>),
    /// The connection closes without an answer.
    Drop,
    /// The connection closes after this many bytes of the answer.
    Cut(usize),
    /// No answer ever comes; the connection stays.
    Silent,
    /// The answer comes later than usual.
    Delay(Duration),
}

impl Fault {
    /// Hits the next `times` requests with this method.
    pub fn next(method: &'static str, times: u64, kind: FaultKind) -> Self {
        Self {
            method: Some(method),
            skip: 0,
            times,
            kind,
        }
    }

    /// Lets `skip` fitting requests pass first.
    pub fn after(self, skip: u64) -> Self {
        Self { skip, ..self }
    }
}

impl Faults {
    /// What happens to this request, if anything; counts it.
    pub(super) fn strike(&mut self, method: &str) -> Option<FaultKind> {
        let rule = self
            .rules
            .iter_mut()
            .find(|rule| rule.times > 0 && rule.method.is_none_or(|wanted| wanted == method))?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times -= 1;
        Some(rule.kind.clone())
    }
}

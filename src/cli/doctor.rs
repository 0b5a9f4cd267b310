//! `doctor`: what is configured, what is missing or wrong, and how to mend it.
//!
//! Everything that can be looked at is, whatever else is wrong; nothing that is secret or came from Telegram is said.

mod account;
mod chats;
mod clients;
mod settings;
mod storage;
mod table;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;

use self::clients::Computer;
use self::table::Wait;
use super::flags::ConfigFlags;
use super::{Failure, print};
use crate::config::Config;

pub(super) use self::table::write;

/// One thing that was looked at. The names are stable, and published in docs/doctor.md.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Cow<'static, str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Note,
    Missing,
    Wrong,
}

impl Check {
    fn new(name: &'static str, verdict: Verdict, finding: impl Into<String>) -> Self {
        Self {
            name,
            verdict,
            finding: finding.into(),
            remedy: None,
        }
    }

    fn ok(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, Verdict::Ok, finding)
    }

    fn note(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, Verdict::Note, finding)
    }

    fn missing(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, Verdict::Missing, finding)
    }

    fn wrong(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, Verdict::Wrong, finding)
    }

    /// The same, with what helps.
    fn remedy(self, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    fn has_failed(&self) -> bool {
        matches!(self.verdict, Verdict::Missing | Verdict::Wrong)
    }
}

/// Looks at everything; fails when something is missing or wrong.
pub(super) async fn run(flags: ConfigFlags, json: bool) -> Result<(), Failure> {
    let sources = flags.sources();
    let computer = Computer::of(&sources);
    let wait = Wait::begin(json);
    let (mut checks, is_configured) = match Config::load(sources) {
        Ok(config) => (of_configuration(&config, &wait).await, true),
        // What a client is told is looked at all the same: it may be another thing.
        Err(problems) => (settings::problems(&problems), false),
    };
    checks.extend(clients::look(&computer).await);
    wait.end();
    report(&checks, json, &computer)?;
    let failed = checks.iter().filter(|check| check.has_failed()).count();
    let code = if is_configured { 1 } else { 2 };
    match failed {
        0 => Ok(()),
        1 => Err(Failure::with_code(code, "1 check failed")),
        more => Err(Failure::with_code(code, format!("{more} checks failed"))),
    }
}

async fn of_configuration(config: &Config, wait: &Wait) -> Vec<Check> {
    let mut checks = settings::look(config);
    checks.extend(chats::configured(config));
    checks.extend(storage::look(config));
    checks.extend(account::look(config, wait).await);
    checks
}

fn report(checks: &[Check], is_json: bool, computer: &Computer) -> Result<(), Failure> {
    match is_json {
        true => print(format_args!("{:#}", json!({ "checks": checks }))),
        false => table::print(checks, computer.home()),
    }
}

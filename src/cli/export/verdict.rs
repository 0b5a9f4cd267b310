//! `--verify`: says whether a file is what its manifest says.

use std::path::Path;

use indicatif::HumanCount;
use serde_json::json;

use crate::cli::{Failure, print};
use crate::error::Error;
use crate::export::{Finding, Verdict, verify};

/// How many findings are shown.
const SHOWN: usize = 20;

/// Checks a file; fails when something is wrong with it.
pub(super) fn run(file: &Path, as_json: bool) -> Result<(), Failure> {
    let verdict = verify(file).map_err(|error| match error {
        Error::ExportFile { reason } => Failure::new(reason),
        other => Failure::new(other),
    })?;
    let name = file.display();
    if as_json {
        print(json!({
            "file": name.to_string(),
            "ok": verdict.findings.is_empty(),
            "verdict": verdict,
        }))?;
    }
    if verdict.findings.is_empty() {
        return match as_json {
            true => Ok(()),
            false => print(format_args!("{name}: {}", words(&verdict))),
        };
    }
    let mut lines: Vec<String> = verdict.findings.iter().take(SHOWN).map(line).collect();
    if let Some(more) = verdict
        .count
        .checked_sub(lines.len() as u64)
        .filter(|more| *more > 0)
    {
        lines.push(format!("and {} more", HumanCount(more)));
    }
    Err(Failure::new(format!(
        "`{name}` is not as it should be:\n{}",
        lines.join("\n")
    )))
}

fn words(verdict: &Verdict) -> String {
    let ids = match (verdict.first_id, verdict.last_id) {
        (Some(first), Some(last)) => format!(", ids from {first} to {last} in order and each once"),
        _ => String::new(),
    };
    format!(
        "complete; {} messages, {} bytes, sha256 {}{ids}{}",
        HumanCount(verdict.messages),
        HumanCount(verdict.bytes),
        verdict.sha256,
        match verdict.is_gapless {
            true => ", and every id between them is there or known to be absent",
            false => "",
        }
    )
}

fn line(finding: &Finding) -> String {
    match (finding.line, finding.byte) {
        (Some(line), Some(byte)) => format!("line {line}, byte {byte}: {}", finding.what),
        _ => finding.what.clone(),
    }
}

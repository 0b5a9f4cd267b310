//! `doctor`: what is configured, what is missing, and how to get it.

use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Pii, ToolNames};
use crate::history::{Call, Progress};
use crate::telegram::session::SessionString;

use super::flags::ConfigFlags;
use super::{Failure, account, print};

/// How long Telegram may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Note,
    Missing,
    Wrong,
}

const GET_API_ID: &str =
    "get one at https://my.telegram.org (API development tools) and set TELEGRAM_API_ID";
const GET_SESSION: &str = "make a Telethon string session as docs/configuration.md shows (\"A session\"), and set TELEGRAM_SESSION_STRING; \
     it is as good as your account, so keep it to yourself";
const TRY_DEMO: &str =
    "without an account, `telegram-history-mcp demo` and `serve --demo` work as they are";

/// Looks at everything; fails when something is missing or wrong.
pub(super) async fn run(flags: ConfigFlags, json: bool) -> Result<(), Failure> {
    let config = flags.load()?;
    let mut checks = vec![
        api_id(&config),
        session(&config),
        state_dir(&config),
        tool_names(&config),
        masking(&config),
    ];
    checks.extend(config.warnings.iter().map(|warning| Check {
        name: "configuration",
        verdict: Verdict::Note,
        finding: warning.clone(),
        remedy: None,
    }));
    checks.push(telegram(&config).await?);
    if json {
        print(format_args!(
            "{:#}",
            serde_json::json!({ "checks": checks })
        ))?;
    } else {
        table(&checks)?;
    }
    let failed = |check: &&Check| matches!(check.verdict, Verdict::Missing | Verdict::Wrong);
    match checks.iter().filter(failed).count() {
        0 => Ok(()),
        1 => Err(Failure::new("1 check failed")),
        more => Err(Failure::new(format!("{more} checks failed"))),
    }
}

fn check(
    name: &'static str,
    verdict: Verdict,
    finding: impl Into<String>,
    remedy: Option<&'static str>,
) -> Check {
    Check {
        name,
        verdict,
        finding: finding.into(),
        remedy,
    }
}

fn api_id(config: &Config) -> Check {
    match config.api_id {
        Some(_) => check("api id", Verdict::Ok, "set", None),
        None => check(
            "api id",
            Verdict::Missing,
            "TELEGRAM_API_ID is not set",
            Some(GET_API_ID),
        ),
    }
}

fn session(config: &Config) -> Check {
    let Some(session) = &config.session_string else {
        return check(
            "session",
            Verdict::Missing,
            "TELEGRAM_SESSION_STRING is not set",
            Some(GET_SESSION),
        );
    };
    match SessionString::parse(session.expose()) {
        Ok(session) => {
            let finding = format!("data centre {} at {}", session.dc_id(), session.address());
            check("session", Verdict::Ok, finding, None)
        }
        Err(error) => check(
            "session",
            Verdict::Wrong,
            error.to_string(),
            Some(GET_SESSION),
        ),
    }
}

fn state_dir(config: &Config) -> Check {
    let name = "state directory";
    match &config.state_dir {
        None => check(
            name,
            Verdict::Note,
            "none: resolved chats are forgotten at exit",
            None,
        ),
        Some(dir) if !dir.exists() => check(
            name,
            Verdict::Ok,
            format!("{} (made when it is needed)", dir.display()),
            None,
        ),
        Some(dir) if dir.is_dir() => check(name, Verdict::Ok, dir.display().to_string(), None),
        Some(dir) => check(
            name,
            Verdict::Wrong,
            format!("{} is not a directory", dir.display()),
            Some("set TELEGRAM_STATE_DIR to a directory that this user can write to"),
        ),
    }
}

fn tool_names(config: &Config) -> Check {
    match config.tool_names {
        ToolNames::Dotted => check(
            "tool names",
            Verdict::Note,
            "dotted (tg.fetch_history)",
            Some(
                "Claude Desktop and Cursor refuse dots: set TELEGRAM_TOOL_NAMES=underscore in their configuration",
            ),
        ),
        ToolNames::Underscore => check(
            "tool names",
            Verdict::Ok,
            "underscore (tg_fetch_history)",
            None,
        ),
    }
}

fn masking(config: &Config) -> Check {
    match config.pii {
        Pii::Off => check(
            "masking",
            Verdict::Note,
            "off: messages reach the client with every address and number in them",
            Some("masking is not in this version yet"),
        ),
        Pii::Mask => check("masking", Verdict::Ok, "mask", None),
        Pii::Strict => check("masking", Verdict::Ok, "strict", None),
    }
}

/// Connects and asks who the account is; what Telegram answers is not shown.
async fn telegram(config: &Config) -> Result<Check, Failure> {
    let name = "telegram";
    if account::missing(config).is_some() {
        return Ok(check(
            name,
            Verdict::Note,
            "not tried without an account",
            Some(TRY_DEMO),
        ));
    }
    let reader = account::reader(config)?;
    let begun = Instant::now();
    let call = Call::new(
        tokio::time::Instant::now() + PATIENCE,
        CancellationToken::new(),
        Progress::default(),
    );
    let outcome = reader.check(&call).await;
    reader.disconnect().await;
    Ok(match outcome {
        Ok(()) => {
            let finding = format!(
                "connected and authorized in {} ms",
                begun.elapsed().as_millis()
            );
            check(name, Verdict::Ok, finding, None)
        }
        Err(error) => check(
            name,
            Verdict::Wrong,
            error.to_string(),
            Some("see the message; a refused session has to be made anew"),
        ),
    })
}

fn table(checks: &[Check]) -> Result<(), Failure> {
    let width = checks
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or(0);
    let mut out = anstream::stdout();
    for check in checks {
        let (mark, style) = match check.verdict {
            Verdict::Ok => ("ok", AnsiColor::Green.on_default()),
            Verdict::Note => ("note", AnsiColor::Yellow.on_default()),
            Verdict::Missing => ("missing", AnsiColor::Red.on_default().bold()),
            Verdict::Wrong => ("wrong", AnsiColor::Red.on_default().bold()),
        };
        let line = format!(
            "{:width$}  {style}{mark:7}{style:#}  {}",
            check.name, check.finding
        );
        write(&mut out, &line)?;
        if let Some(remedy) = check.remedy {
            let faint = Style::new().dimmed();
            let gap = " ".repeat(width + 11);
            for line in textwrap::wrap(remedy, 80) {
                write(&mut out, &format!("{gap}{faint}{line}{faint:#}"))?;
            }
        }
    }
    Ok(())
}

fn write(out: &mut impl std::io::Write, line: &str) -> Result<(), Failure> {
    writeln!(out, "{line}")
        .map_err(|error| Failure::new(format!("stdout cannot be written: {}", error.kind())))
}

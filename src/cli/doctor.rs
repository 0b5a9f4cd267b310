//! `doctor`: what is configured, what is missing, and how to get it.

mod chats;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Pii, ToolNames};
use crate::error::ErrorCode;
use crate::history::{Call, Progress};

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
    let config = match flags.load() {
        Err(failure) if json => {
            let checks: Vec<Check> = failure
                .to_string()
                .lines()
                .map(|line| check("configuration", Verdict::Wrong, line, None))
                .collect();
            print(format_args!(
                "{:#}",
                serde_json::json!({ "checks": checks })
            ))?;
            return Err(failure);
        }
        loaded => loaded?,
    };
    let mut checks = vec![
        api_id(&config),
        session(&config).await,
        state_dir(&config),
        tool_names(&config),
        masking(&config),
    ];
    account::check_region(&config)?;
    checks.extend(chats::configured(&config)?);
    checks.extend(config.warnings.iter().map(|warning| Check {
        name: "configuration",
        verdict: Verdict::Note,
        finding: warning.clone(),
        remedy: None,
    }));
    checks.extend(telegram(&config).await?);
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

async fn session(config: &Config) -> Check {
    let name = "session";
    match account::find_session(config).await {
        Ok(Some((session, origin))) => {
            let finding = format!(
                "data centre {} at {}, from {origin}",
                session.dc_id(),
                session.address()
            );
            check(name, Verdict::Ok, finding, None)
        }
        Ok(None) => check(
            name,
            Verdict::Missing,
            "TELEGRAM_SESSION_STRING is not set, and no session is kept",
            Some(GET_SESSION),
        ),
        Err(error) => check(name, Verdict::Wrong, error.to_string(), Some(GET_SESSION)),
    }
}

fn state_dir(config: &Config) -> Check {
    let name = "state directory";
    let Some(dir) = &config.state_dir else {
        return check(
            name,
            Verdict::Note,
            "none: resolved chats are forgotten at exit",
            None,
        );
    };
    match try_to_write(dir) {
        Ok(()) => check(name, Verdict::Ok, dir.display().to_string(), None),
        Err(error) => check(
            name,
            Verdict::Wrong,
            format!("{} cannot be written: {}", dir.display(), error.kind()),
            Some("set TELEGRAM_STATE_DIR to a directory that this user can write to"),
        ),
    }
}

/// Writes a file below the directory and takes everything back that was not there.
fn try_to_write(dir: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    fs::create_dir_all(dir)?;
    let probe = dir.join(".doctor");
    let outcome = fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe));
    for made in missing {
        let _ = fs::remove_dir(made);
    }
    outcome
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
    let level = match config.pii {
        Pii::Off => {
            let finding =
                "off: messages reach the client with every address, number and secret in them";
            let remedy = "unless that is meant, unset TELEGRAM_PII";
            return check("masking", Verdict::Note, finding, Some(remedy));
        }
        Pii::Mask => "addresses, numbers, secrets, names of contacts",
        Pii::Strict => "strict: all names and usernames, too",
    };
    let key = match config.pii_key {
        Some(_) => "TELEGRAM_PII_KEY",
        None => "the session",
    };
    let region = (config.pii_region.as_deref()).map_or_else(String::new, |region| {
        format!("; local phone numbers are of {region}")
    });
    let finding = format!("{level}; the same pseudonyms as long as {key} stays{region}");
    check("masking", Verdict::Ok, finding, None)
}

/// Connects, asks who the account is and who has the names on the lists; what else Telegram answers is not shown.
async fn telegram(config: &Config) -> Result<Vec<Check>, Failure> {
    let name = "telegram";
    let Ok(account) = account::find(config).await else {
        return Ok(vec![check(
            name,
            Verdict::Note,
            "not tried without an account",
            Some(TRY_DEMO),
        )]);
    };
    let reader = account::reader(config, account)?;
    let begun = Instant::now();
    let call = Call::new(
        tokio::time::Instant::now() + PATIENCE,
        CancellationToken::new(),
        Progress::default(),
    );
    let outcome = reader.check(&call).await;
    let connected_in = begun.elapsed().as_millis();
    let names = match outcome {
        Ok(()) => reader.names_on_lists(&call).await,
        Err(error) => Err(error),
    };
    reader.disconnect().await;
    Ok(match names {
        Ok(names) => {
            let finding = format!("connected and authorized in {connected_in} ms");
            let connected = check(name, Verdict::Ok, finding, None);
            let names = names.into_iter().map(chats::named);
            [connected].into_iter().chain(names).collect()
        }
        Err(error) => {
            let remedy = match error.code() {
                ErrorCode::SessionRevoked | ErrorCode::NotAuthorized => GET_SESSION,
                ErrorCode::FloodWait => "wait that long; asking earlier makes it longer",
                _ => {
                    "look at the network and the address above, and try again in a minute; the session may be fine"
                }
            };
            vec![check(name, Verdict::Wrong, error.to_string(), Some(remedy))]
        }
    })
}

fn table(checks: &[Check]) -> Result<(), Failure> {
    const MARK: usize = 7;
    let names = checks
        .iter()
        .map(|check| check.name.len())
        .max()
        .unwrap_or(0);
    let columns = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let options = textwrap::Options::new(columns.saturating_sub(names + MARK + 4).clamp(30, 90))
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let mut out = anstream::stdout();
    for check in checks {
        let (mark, style) = match check.verdict {
            Verdict::Ok => ("ok", AnsiColor::Green.on_default()),
            Verdict::Note => ("note", AnsiColor::Yellow.on_default()),
            Verdict::Missing => ("missing", AnsiColor::Red.on_default().bold()),
            Verdict::Wrong => ("wrong", AnsiColor::Red.on_default().bold()),
        };
        let mut head = format!("{:names$}  {style}{mark:MARK$}{style:#}  ", check.name);
        for line in textwrap::wrap(&check.finding, &options) {
            write(&mut out, &format!("{head}{line}"))?;
            head = " ".repeat(names + MARK + 4);
        }
        let faint = Style::new().dimmed();
        for line in textwrap::wrap(check.remedy.unwrap_or_default(), &options) {
            if !line.is_empty() {
                write(&mut out, &format!("{head}{faint}{line}{faint:#}"))?;
            }
        }
    }
    Ok(())
}

pub(super) fn write(out: &mut impl io::Write, line: &str) -> Result<(), Failure> {
    writeln!(out, "{line}")
        .map_err(|error| Failure::new(format!("stdout cannot be written: {}", error.kind())))
}

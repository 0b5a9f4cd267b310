//! What was set, where, and what of it looks like a mistake.

use super::Check;
use crate::cli::account;
use crate::config::{Config, Pii, Problems, Setting, ToolNames};

const NAME: &str = "configuration";

/// What keeps the program from starting.
pub(super) fn problems(problems: &Problems) -> Vec<Check> {
    let remedy = "correct it: nothing else can be looked at until then";
    let wrong = problems.iter().map(|problem| {
        let check = Check::wrong(NAME, problem.to_string());
        check.remedy(remedy)
    });
    wrong.collect()
}

/// What was set, and what follows from it by itself.
pub(super) fn look(config: &Config) -> Vec<Check> {
    let mut checks: Vec<Check> = config.settings.iter().map(told).collect();
    if checks.is_empty() {
        checks.push(Check::ok(NAME, "nothing is set: all is as by default"));
    }
    let warnings = config.warnings.iter();
    checks.extend(warnings.map(|warning| Check::note(NAME, warning.as_str())));
    if let Err(failure) = account::check_region(config) {
        checks.push(
            Check::wrong(NAME, failure.to_string())
                .remedy("correct it: without that no call is answered"),
        );
    }
    checks.push(tool_names(config));
    checks.push(masking(config));
    checks
}

fn told(setting: &Setting) -> Check {
    let Setting { key, text, origin } = setting;
    let text = text.as_deref().unwrap_or("set");
    Check::ok(NAME, format!("{} is {text} ({origin})", key.name))
}

fn tool_names(config: &Config) -> Check {
    let name = "tool_names";
    match config.tool_names {
        ToolNames::Dotted => Check::note(name, "dotted (tg.fetch_history)").remedy(
            "Claude Desktop and Cursor refuse dots: set TELEGRAM_TOOL_NAMES=underscore in their configuration",
        ),
        ToolNames::Underscore => Check::ok(name, "underscore (tg_fetch_history)"),
    }
}

fn masking(config: &Config) -> Check {
    let name = "masking";
    let level = match config.pii {
        Pii::Off => {
            let finding =
                "off: messages reach the client with every address, number and secret in them";
            return Check::note(name, finding).remedy("unless that is meant, unset TELEGRAM_PII");
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
    Check::ok(
        name,
        format!("{level}; the same pseudonyms as long as {key} stays{region}"),
    )
}

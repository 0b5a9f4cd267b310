//! The keys of an embedded Telegram that a login may begin with.

use std::fs;

use zeroize::Zeroizing;

use crate::cli::Failure;
use crate::telegram::auth::Start;
use crate::telegram::session::SessionString;

/// Reads `STRING`s and `@FILE`s; without any, the login begins with Telegram itself.
pub(super) fn read(typed: &[String]) -> Result<Start, Failure> {
    if typed.is_empty() {
        return Ok(Start::telegram());
    }
    let mut strings = Vec::new();
    for text in typed {
        match text.strip_prefix('@') {
            None => strings.push(parse(text)?),
            Some(file) => {
                let text = fs::read_to_string(file).map(Zeroizing::new);
                let text = text.map_err(|error| {
                    Failure::usage(format!("{file} cannot be read: {}", error.kind()))
                })?;
                let lines = text.lines().map(str::trim);
                let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
                for line in lines {
                    strings.push(parse(line)?);
                }
            }
        }
    }
    Start::known(strings).map_err(Failure::usage)
}

fn parse(text: &str) -> Result<SessionString, Failure> {
    SessionString::parse(text)
        .map_err(|error| Failure::usage(format!("`--start-session`: {error}")))
}

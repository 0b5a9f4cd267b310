//! Which chats may be read, in words, and whom the names on the lists stand for.

use crate::config::Config;
use crate::history::{self, NameOnList};
use crate::privacy::policy::{Entry, Policy};

use super::super::Failure;
use super::{Check, Verdict, check};

const ALLOWED: &str = "allowed chats";
const DENIED: &str = "denied chats";

/// What is configured.
pub(super) fn configured(config: &Config) -> Result<Vec<Check>, Failure> {
    let (allowed, denied) = (&config.allowed_chats, &config.denied_chats);
    let policy = history::read_policy(allowed, denied, config.not_before);
    let policy = policy.map_err(Failure::usage)?;
    let mut checks = vec![match policy.allowed() {
        [] => check(ALLOWED, Verdict::Ok, "all", None),
        entries => {
            let finding = format!("{}; no others", listed(entries));
            check(ALLOWED, Verdict::Ok, finding, None)
        }
    }];
    checks.push(match policy.denied() {
        [] => check(DENIED, Verdict::Ok, "none", None),
        entries => check(DENIED, Verdict::Ok, listed(entries), None),
    });
    checks.push(telegrams_own(&policy));
    checks.extend(policy.not_before().map(|moment| {
        let finding = format!("nothing that was sent before {moment} is read");
        check("not before", Verdict::Ok, finding, None)
    }));
    Ok(checks)
}

fn telegrams_own(policy: &Policy) -> Check {
    let name = "Telegram's chat";
    match policy.names_telegram() {
        false => check(
            name,
            Verdict::Ok,
            "777000, where login codes arrive, is not read",
            None,
        ),
        true => check(
            name,
            Verdict::Note,
            "777000, where login codes arrive, can be read: it stands in TELEGRAM_ALLOWED_CHATS",
            Some("take it out of the list unless a model may see your login codes"),
        ),
    }
}

fn listed(entries: &[Entry]) -> String {
    let entries: Vec<String> = entries.iter().map(Entry::to_string).collect();
    entries.join(", ")
}

/// Whom a name on a list stands for.
pub(super) fn named(name: NameOnList) -> Check {
    let NameOnList {
        entry,
        is_denied,
        holder,
    } = name;
    let list = if is_denied { DENIED } else { ALLOWED };
    match holder {
        Ok(Some(chat_id)) => check(list, Verdict::Ok, format!("{entry} is {chat_id}"), None),
        Ok(None) => check(
            list,
            if is_denied {
                Verdict::Wrong
            } else {
                Verdict::Note
            },
            format!("nobody has {entry}, so that it stands for no chat"),
            Some("correct it, or name the chat by its id, which never changes"),
        ),
        Err(error) => check(list, Verdict::Wrong, format!("{entry}: {error}"), None),
    }
}

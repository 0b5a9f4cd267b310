//! Which chats may be read, in words, and whom the names on the lists stand for.

use crate::config::Config;
use crate::history::{self, NameOnList};
use crate::privacy::policy::{Entry, Policy};

use super::Check;

const ALLOWED: &str = "allowed_chats";
const DENIED: &str = "denied_chats";

/// What is configured.
pub(super) fn configured(config: &Config) -> Vec<Check> {
    let (allowed, denied) = (&config.allowed_chats, &config.denied_chats);
    let policy = match history::read_policy(allowed, denied, config.not_before) {
        Ok(policy) => policy,
        Err(error) => return vec![Check::wrong(ALLOWED, error.to_string())],
    };
    let mut checks = vec![match policy.allowed() {
        [] => Check::ok(ALLOWED, "all"),
        entries => Check::ok(ALLOWED, format!("{}; no others", listed(entries))),
    }];
    checks.push(match policy.denied() {
        [] => Check::ok(DENIED, "none"),
        entries => Check::ok(DENIED, listed(entries)),
    });
    checks.push(telegrams_own(&policy));
    checks.extend(policy.not_before().map(|moment| {
        let finding = format!("nothing that was sent before {moment} is read");
        Check::ok("not_before", finding)
    }));
    checks
}

fn telegrams_own(policy: &Policy) -> Check {
    let name = "login_codes";
    match policy.names_telegram() {
        false => Check::ok(name, "777000, where login codes arrive, is not read"),
        true => Check::note(
            name,
            "777000, where login codes arrive, can be read: it stands in TELEGRAM_ALLOWED_CHATS",
        )
        .remedy("take it out of the list unless a model may see your login codes"),
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
        Ok(Some(chat_id)) => Check::ok(list, format!("{entry} is {chat_id}")),
        Ok(None) => {
            let finding = format!("nobody has {entry}, so that it stands for no chat");
            let check = match is_denied {
                true => Check::wrong(list, finding),
                false => Check::note(list, finding),
            };
            check.remedy("correct it, or name the chat by its id, which never changes")
        }
        Err(error) => Check::wrong(list, format!("{entry}: {error}")),
    }
}

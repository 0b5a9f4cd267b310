//! Whom the names on the lists stand for, for whoever checks a configuration.

use crate::error::Error;
use crate::history::Reader;
use crate::privacy::policy::Entry;
use crate::telegram::Call;

/// A name on a list, and the chat that it stands for.
#[derive(Debug)]
pub struct NameOnList {
    /// The name, as its list has it.
    pub entry: Entry,
    /// Whether it is denied; allowed otherwise.
    pub is_denied: bool,
    /// The marked id of the chat; `None` when nobody has the name.
    pub holder: Result<Option<i64>, Error>,
}

impl Reader {
    /// Asks for each name on the lists which chat it stands for.
    pub async fn names_on_lists(&self, call: &Call) -> Result<Vec<NameOnList>, Error> {
        let account = self.account()?;
        let allowed = account.policy.allowed().iter().map(|entry| (entry, false));
        let denied = account.policy.denied().iter().map(|entry| (entry, true));
        let mut names = Vec::new();
        for (entry, is_denied) in allowed.chain(denied).filter(|(entry, _)| entry.is_name()) {
            names.push(NameOnList {
                entry: entry.clone(),
                is_denied,
                holder: account.ask_for_entry(entry, call).await,
            });
        }
        Ok(names)
    }
}

//! What processes have to agree on to share an account, as words that tell nobody else what it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The settings of a process, in hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// One for all of them.
    digest: String,
    /// One for each, by its name.
    #[serde(
        default,
        rename = "settings",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    each: BTreeMap<String, String>,
}

impl Settings {
    /// Settings of which these are the hashes.
    pub fn new(digest: String, each: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let each = each.into_iter();
        Self {
            digest,
            each: each.map(|(name, hash)| (name.to_owned(), hash)).collect(),
        }
    }

    /// Whether they are the same as these.
    pub(super) fn agree(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// Why a process with these is not served by one with `other` ones, and what helps.
    pub(super) fn conflict(&self, other: &Self) -> String {
        let names = self
            .each
            .iter()
            .filter(|(name, hash)| other.each.get(*name) != Some(hash));
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        let which = match names.as_slice() {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        format!(
            "it has other settings{which}; give both the same settings, or close it, and this one takes over"
        )
    }
}

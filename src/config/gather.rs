//! Collects what flags and environment say into one list of texts, the stronger source first.
//!
//! What a text means is not decided here; the file has a module of its own.

use std::ffi::OsString;

use zeroize::Zeroizing;

use super::file;
use super::keys::{KEYS, Key, PREFIX, SESSION_STRING, SESSION_STRING_ALIAS};
use super::problem::{Origin, Problem, shown};
use super::{Setting, Sources};

/// One value that somebody set.
pub(super) struct Given {
    pub(super) key: &'static Key,
    pub(super) text: Zeroizing<String>,
    pub(super) origin: Origin,
}

/// Everything that was set, and what was wrong on the way.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) given: Vec<Given>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
}

impl Gathered {
    /// Reads every source; the first value of a key is the one that counts.
    pub(super) fn read(sources: Sources) -> Self {
        let mut gathered = Self::default();
        for (key, text) in sources.flags {
            if let Some(flag) = key.flag {
                gathered.add(key, text, Origin::Flag(flag));
            }
        }
        gathered.read_environment(sources.environment);
        file::read(&mut gathered, sources.home.as_deref());
        gathered
    }

    /// The value of a key that counts.
    pub(super) fn first(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.key.name == name)
    }

    /// What counts of all that was set, in the order of the table.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let counts = |key: &'static Key| {
            let given = self.first(key.name)?;
            let text = (!key.secret).then(|| shown(&given.text));
            Some(Setting {
                key,
                text,
                origin: given.origin.clone(),
            })
        };
        KEYS.iter().filter_map(counts).collect()
    }

    /// Notes a value, unless it is empty: clients write empty strings for what is not set.
    pub(super) fn add(&mut self, key: &'static Key, text: String, origin: Origin) {
        let text = Zeroizing::new(text);
        let text = if key.name == SESSION_STRING {
            unquoted(&text)
        } else {
            text.trim()
        };
        if text.is_empty() {
            return;
        }
        let text = Zeroizing::new(text.to_owned());
        if key.name == SESSION_STRING && self.contradicts(&text, &origin) {
            self.problems.push(Problem::new(
                format!("`{SESSION_STRING}` and `{SESSION_STRING_ALIAS}` differ; unset one"),
                Some(origin.clone()),
            ));
        }
        self.given.push(Given { key, text, origin });
    }

    /// Whether the same kind of source already gave another session string, under its other name.
    fn contradicts(&self, text: &str, origin: &Origin) -> bool {
        self.given.iter().any(|given| {
            given.key.name == SESSION_STRING
                && std::mem::discriminant(&given.origin) == std::mem::discriminant(origin)
                && given.text.as_str() != text
        })
    }

    /// Notes a name that means nothing: a warning, but for what seems meant to keep something in.
    pub(super) fn note_unknown(
        &mut self,
        name: &str,
        known: impl Iterator<Item = String>,
        origin: Origin,
    ) {
        let text = unknown(name, known, &origin.to_string());
        match is_safeguard(name) {
            true => self.problems.push(Problem::new(text, None)),
            false => self.warnings.push(text),
        }
    }

    fn read_environment(&mut self, environment: Vec<(OsString, OsString)>) {
        for (name, value) in environment {
            let name = name.to_string_lossy();
            if !name.starts_with(PREFIX) {
                continue;
            }
            let canonical = match name.as_ref() {
                SESSION_STRING_ALIAS => SESSION_STRING,
                other => other,
            };
            let Some(key) = Key::find(canonical) else {
                let known = KEYS.iter().map(|key| key.name.to_owned());
                self.note_unknown(&name, known, Origin::Environment);
                continue;
            };
            match value.into_string() {
                Ok(text) => self.add(key, text, Origin::Environment),
                Err(_) => self.problems.push(Problem::new(
                    format!("`{name}` is not valid UTF-8, expected {}", key.accepts),
                    Some(Origin::Environment),
                )),
            }
        }
    }
}

/// Whether a name that means nothing may be meant for masking, or for a list: without it more would leave than is
/// known.
fn is_safeguard(name: &str) -> bool {
    const PARTS: [&str; 6] = ["allow", "deny", "denied", "pii", "mask", "not_before"];
    let name = name.to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

/// A warning about a name that means nothing, with the one it may stand for.
pub(super) fn unknown(name: &str, mut known: impl Iterator<Item = String>, place: &str) -> String {
    let name = crate::error::shorten(name);
    let meant = known.find(|known| strsim::osa_distance(known, &name) <= 1);
    match meant {
        Some(meant) => format!("`{name}` is not a setting, did you mean `{meant}`? ({place})"),
        None => format!("`{name}` is not a setting and has no effect ({place})"),
    }
}

/// The text without the spaces and the pair of quotes that people paste around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_matching_pair_of_quotes_goes() {
        assert_eq!(unquoted(" \"1abc\"\n"), "1abc");
        assert_eq!(unquoted("' 1abc '"), "1abc");
        assert_eq!(unquoted("\"1abc'"), "\"1abc'");
        assert_eq!(unquoted("\""), "\"");
    }

    #[test]
    fn a_name_one_edit_or_swap_away_is_proposed() {
        let known = || ["tool_names".to_owned()].into_iter();
        for typo in ["tool_name", "tool_nmaes", "tools_names", "tool-names"] {
            assert!(unknown(typo, known(), "x").contains("did you mean `tool_names`"));
        }
        assert_eq!(
            unknown("tol_name", known(), "x"),
            "`tol_name` is not a setting and has no effect (x)"
        );
    }
}

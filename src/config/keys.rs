//! What a key is: its names in the three places, and what there is to say about it.

pub use table::KEYS;

mod table;

/// One setting: its name in the environment, and what there is to know about it.
#[derive(Debug)]
pub struct Key {
    /// The name of its environment variable.
    pub name: &'static str,
    /// Its command-line flag without the dashes; secrets have none, since others can see arguments.
    pub flag: Option<&'static str>,
    /// The default, as it would be written; empty when the key is unset by default.
    pub default: &'static str,
    /// What is accepted, to stand after "expected".
    pub accepts: &'static str,
    /// What it means, in one line.
    pub help: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// Whether it is a list: commas in a text, or an array in the file.
    pub list: bool,
    /// The heading that begins before this key in `.env.example`.
    pub heading: Option<&'static str>,
}

impl Key {
    /// The key of this environment variable.
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// Whether this version can do anything but its default.
    pub fn is_available(&self) -> bool {
        !super::later::is_planned(self.name)
    }

    /// Whether it is on or off.
    pub fn is_switch(&self) -> bool {
        self.accepts == table::SWITCH
    }

    /// Its name in the file: lower case, without the prefix; the file cannot name another file.
    pub fn file_name(&self) -> Option<String> {
        (self.name != CONFIG).then(|| self.name.trim_start_matches(PREFIX).to_ascii_lowercase())
    }

    const fn open(
        name: &'static str,
        flag: &'static str,
        default: &'static str,
        accepts: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            flag: Some(flag),
            secret: false,
            ..Self::secret(name, default, accepts, help)
        }
    }

    const fn secret(
        name: &'static str,
        default: &'static str,
        accepts: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            flag: None,
            default,
            accepts,
            help,
            secret: true,
            list: false,
            heading: None,
        }
    }

    const fn under(self, heading: &'static str) -> Self {
        Self {
            heading: Some(heading),
            ..self
        }
    }

    const fn of_many(self) -> Self {
        Self { list: true, ..self }
    }
}

/// What every variable's name begins with.
pub(super) const PREFIX: &str = "TELEGRAM_";

/// The key that names the file.
pub(super) const CONFIG: &str = "TELEGRAM_CONFIG";

/// The key of the session string.
pub(super) const SESSION_STRING: &str = "TELEGRAM_SESSION_STRING";

/// Another name that people know the session string by.
pub(super) const SESSION_STRING_ALIAS: &str = "TELEGRAM_STRING_SESSION";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_the_names_in_kebab_case() {
        for key in KEYS {
            let kebab = key
                .name
                .strip_prefix(PREFIX)
                .unwrap()
                .to_ascii_lowercase()
                .replace('_', "-");
            assert_eq!(key.flag, (!key.secret).then_some(kebab.as_str()));
        }
    }

    #[test]
    fn names_are_unique_and_help_is_one_sentence() {
        for key in KEYS {
            assert_eq!(KEYS.iter().filter(|k| k.name == key.name).count(), 1);
            assert!(key.help.ends_with('.') && !key.help.contains(['\n', '|']));
        }
    }
}

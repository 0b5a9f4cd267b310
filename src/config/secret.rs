//! Text that must not be seen: it is wiped when dropped, and neither `Debug` nor `Display` shows it.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A secret from the configuration.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A kind of characters: its name, and which belong to it.
type Kind = (&'static str, fn(char) -> bool);

/// What may be said about a secret that is wrong: how long it is, and which kinds of characters it has.
pub(super) fn shape(text: &str) -> String {
    let kinds: [Kind; 4] = [
        ("letters", |c| c.is_alphabetic()),
        ("digits", |c| c.is_numeric()),
        ("spaces or line breaks", |c| {
            c.is_whitespace() || c.is_control()
        }),
        ("other signs", |c| {
            !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
        }),
    ];
    let found: Vec<&str> = kinds
        .iter()
        .filter(|(_, belongs)| text.chars().any(belongs))
        .map(|(name, _)| *name)
        .collect();
    format!("{} characters ({})", text.chars().count(), found.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }

    #[test]
    fn the_shape_tells_length_and_kinds_only() {
        assert_eq!(
            shape("ab 1"),
            "4 characters (letters, digits, spaces or line breaks)"
        );
        assert_eq!(shape("--"), "2 characters (other signs)");
    }
}

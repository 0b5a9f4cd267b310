//! Masks what somebody else has found: Telegram marks numbers and addresses, and its entities say where.

use std::borrow::Cow;
use std::ops::Range;

use super::engine::Find;
use super::{Kind, Level, Masked, Masker, email, phone, pseudonym};

impl Masker {
    /// How much is masked.
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Masks these parts of a text, in bytes and in order, whatever they look like; those that overlap one before
    /// them, or hold a pseudonym already, stay as they are.
    pub fn parts<'a>(&self, text: &'a str, parts: &[(Kind, Range<usize>)]) -> Masked<'a> {
        let mut finds: Vec<Find> = Vec::new();
        for (kind, range) in parts {
            let is_behind = finds
                .last()
                .is_none_or(|last| last.range.end <= range.start);
            let value = text.get(range.clone()).unwrap_or_default();
            if is_behind && !value.trim().is_empty() && !pseudonym::is_in(value) {
                finds.push(Find {
                    kind: *kind,
                    range: range.clone(),
                    value: self.canonical(*kind, value),
                });
            }
        }
        self.masked(text, finds)
    }

    /// One spelling for all of a value.
    fn canonical(&self, kind: Kind, value: &str) -> String {
        let value = value.trim();
        match kind {
            Kind::Phone => phone::canonical(value, self.0.region),
            Kind::Email => match value.trim_start_matches("mailto:").rsplit_once('@') {
                Some((local, domain)) => email::canonical(local, domain),
                None => value.to_lowercase(),
            },
            Kind::Card => value.chars().filter(char::is_ascii_digit).collect(),
            _ => Cow::from(value).into_owned(),
        }
    }
}

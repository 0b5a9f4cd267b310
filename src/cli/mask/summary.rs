//! What was masked, in a sentence.

use std::collections::{BTreeMap, HashSet};

use crate::privacy::mask::{Kind, Level};

/// How often each kind was found, and how many different ones.
#[derive(Debug, Default)]
pub(super) struct Summary {
    counts: BTreeMap<Kind, usize>,
    pseudonyms: BTreeMap<Kind, HashSet<String>>,
}

impl Summary {
    pub(super) fn count(&mut self, kind: Kind, pseudonym: &str) {
        *self.counts.entry(kind).or_default() += 1;
        let seen = self.pseudonyms.entry(kind).or_default();
        if !seen.contains(pseudonym) {
            seen.insert(pseudonym.to_owned());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// What was found; or that nothing was, and what was looked for.
    pub(super) fn tell(&self, level: Level, has_region: bool) -> String {
        let total: usize = self.counts.values().sum();
        if total == 0 {
            return nothing(level, has_region);
        }
        let kinds: Vec<_> = self
            .counts
            .iter()
            .map(|(kind, count)| self.tell_kind(*kind, *count))
            .collect();
        format!("Masked {total}: {}.", kinds.join(", "))
    }

    fn tell_kind(&self, kind: Kind, count: usize) -> String {
        let different = self.pseudonyms.get(&kind).map_or(0, HashSet::len);
        let (one, many) = words(kind);
        match (count, different) {
            (1, _) => format!("1 {one}"),
            (count, different) if count == different => format!("{count} {many}"),
            (count, different) => format!("{count} {many} ({different} different)"),
        }
    }
}

fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Email => ("e-mail address", "e-mail addresses"),
        Kind::Phone => ("phone number", "phone numbers"),
        Kind::Card => ("card number", "card numbers"),
        Kind::Iban => ("IBAN", "IBANs"),
        Kind::Ip => ("IP address", "IP addresses"),
        Kind::Crypto => ("wallet address", "wallet addresses"),
        Kind::Secret => ("secret", "secrets"),
        Kind::LoginCode => ("login code", "login codes"),
        Kind::Invite => ("invite", "invites"),
        Kind::Name => ("name", "names"),
        Kind::Username => ("username", "usernames"),
    }
}

fn nothing(level: Level, has_region: bool) -> String {
    let local = match has_region {
        true => "",
        false => {
            " Phone numbers without their country are found behind words such as \"tel\", or with `--region`."
        }
    };
    let strict = match level {
        Level::Strict => "",
        Level::Mask => {
            " Usernames and what is written to hide from programs are looked for with `--level strict` only."
        }
    };
    format!(
        "Nothing to mask was found. Names of people, postal addresses and birthdays are not looked for.{local}{strict}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_kinds_and_different_values() {
        let mut summary = Summary::default();
        for (kind, pseudonym) in [
            (Kind::Phone, "a"),
            (Kind::Email, "b"),
            (Kind::Email, "c"),
            (Kind::Email, "b"),
            (Kind::Iban, "d"),
            (Kind::Iban, "e"),
        ] {
            summary.count(kind, pseudonym);
        }
        assert_eq!(
            summary.tell(Level::Mask, false),
            "Masked 6: 3 e-mail addresses (2 different), 1 phone number, 2 IBANs."
        );
    }
}

//! What a later version will do: until then, asking for it is refused rather than ignored.
//!
//! When a feature arrives, its row goes; when the last one goes, so does this file.

/// Keys whose feature is not here yet, each with the values that do not ask for it.
const NOT_YET: &[(&str, &[&str])] = &[("TELEGRAM_METRICS_ADDR", &["off"]), ("TELEGRAM_PROXY", &[])];

/// Whether this valid value asks for something that this version does not do.
pub(super) fn is_asked_for(name: &str, value: &str) -> bool {
    NOT_YET
        .iter()
        .any(|(key, harmless)| *key == name && !harmless.contains(&value))
}

/// Whether the key's feature is still to come.
pub(super) fn is_planned(name: &str) -> bool {
    NOT_YET.iter().any(|(key, _)| *key == name)
}

//! The texts of secrets: how they are read, and that they are never shown.

use proptest::prelude::*;

use super::*;

/// A session string that is long enough to be recognised in any output.
const SESSION: &str = "1ApWapzMBuzzSECRETzzSESSIONzz";

#[test]
fn the_session_string_has_two_names_and_may_come_in_quotes() {
    for name in ["TELEGRAM_SESSION_STRING", "TELEGRAM_STRING_SESSION"] {
        let config = given().env(name, &format!(" \"{SESSION}\"\n")).config();
        assert_eq!(config.session_string.unwrap().expose(), SESSION);
    }
    let file = given().file(&format!("string_session = \"{SESSION}\""));
    assert_eq!(file.config().session_string.unwrap().expose(), SESSION);
}

#[test]
fn both_names_must_agree() {
    let both = |other: &str| {
        given()
            .env("TELEGRAM_SESSION_STRING", SESSION)
            .env("TELEGRAM_STRING_SESSION", other)
    };
    assert!(
        both(&format!("'{SESSION}'"))
            .config()
            .session_string
            .is_some()
    );
    assert_eq!(
        both("1zzOTHERzz").problems(),
        ["`TELEGRAM_SESSION_STRING` and `TELEGRAM_STRING_SESSION` differ; unset one (environment)"]
    );
    let stronger = both(SESSION).file("string_session = \"1other\"");
    assert_eq!(stronger.config().session_string.unwrap().expose(), SESSION);
}

#[test]
fn debug_shows_no_secret() {
    let config = given()
        .env("TELEGRAM_SESSION_STRING", SESSION)
        .env("TELEGRAM_API_HASH", HASH)
        .env("TELEGRAM_PII_KEY", "zzSECRETzzSECRETzz")
        .config();
    let shown = format!("{config:?}");
    assert!(!shown.contains("zz") && !shown.contains(HASH), "{shown}");
    assert!(
        shown.contains("session_string: Some(Secret(..))"),
        "{shown}"
    );
}

#[test]
fn a_secret_in_the_wrong_place_is_not_shown_either() {
    for name in ["TELEGRAM_API_ID", "TELEGRAM_TOOL_NAMES"] {
        assert_eq!(
            given().env(name, HASH).problems()[0].split(',').next(),
            Some(format!("`{name}` is 32 characters (letters").as_str())
        );
    }
}

proptest! {
    #[test]
    fn no_text_of_a_secret_is_ever_shown(
        before in "[ \\PC]{0,12}",
        after in "[ \\PC]{0,12}",
        raw in any::<bool>(),
    ) {
        let text = format!("{before}\u{3a9}zzSECRETzz{after}");
        for key in KEYS.iter().filter(|key| key.secret) {
            let name = key.file_name().unwrap();
            let quoted = toml::Value::String(text.clone()).to_string();
            let line = format!("{name} = {}", if raw { &text } else { &quoted });
            for given in [given().env(key.name, &text), given().file(&line)] {
                let shown = match Config::load(given.sources) {
                    Ok(config) => format!("{config:?}"),
                    Err(problems) => format!("{problems} {problems:?}"),
                };
                prop_assert!(!shown.contains("zzSECRETzz"), "{}", shown);
            }
        }
    }
}

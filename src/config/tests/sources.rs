//! The file and the environment as sources: types, places, and what goes wrong with them.

use super::*;

#[test]
fn the_file_may_hold_numbers_switches_and_arrays() {
    let config = given()
        .file("api_id = 7\nrate_limit_rps = 0.5\nexport_protected = false\nallowed_chats = []\n")
        .config();
    assert_eq!(config.api_id, Some(7));
    assert_eq!(config.rate_limits.overall, Some(0.5));
    let config = given()
        .file("allowed_chats = [\"@ann\", -100123]\nnot_before = 2026-03-01\n")
        .config();
    assert_eq!(config.allowed_chats, ["@ann", "-100123"]);
    assert_eq!(
        config.not_before,
        Some("2026-03-01T00:00:00Z".parse().unwrap())
    );
}

#[test]
fn a_syntax_error_is_one_problem_with_its_place_and_no_text() {
    let problems = given()
        .file("log = \"info\"\nsession_string = zzSECRETzz\n")
        .problems();
    assert_eq!(problems.len(), 1);
    let problem = &problems[0];
    assert!(
        problem.starts_with("`TELEGRAM_CONFIG` is `FILE`"),
        "{problem}"
    );
    assert!(problem.contains("line 2, column 18: "), "{problem}");
    assert!(!problem.contains("zz"), "{problem}");
}

#[test]
fn an_editor_of_windows_may_have_written_the_file() {
    let config = given()
        .file("\u{feff}log = \"debug\"\r\nfarbe = 1\r\n")
        .config();
    assert_eq!(config.log_filter, "debug");
    assert!(config.warnings[0].ends_with(":2)"), "{:?}", config.warnings);
}

#[test]
fn a_missing_file_is_one_problem() {
    let problems = given().flag("config", "/nowhere/at/all.toml").problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("flag `--config`"), "{}", problems[0]);
}

#[test]
fn unknown_names_are_warnings_with_the_nearest_known_one() {
    let given = given()
        .file("tool_nmaes = \"dotted\"\nfarbe = 1\n")
        .env("TELEGRAM_TOOLNAMES", "zzSECRETzz")
        .env("TELEGRAM_COLOUR", "zzSECRETzz")
        .env("PATH", "/bin");
    let path = given.path().display().to_string();
    let warnings: Vec<String> = given
        .config()
        .warnings
        .iter()
        .map(|warning| warning.replace(&path, "FILE"))
        .collect();
    assert_eq!(
        warnings,
        [
            "`TELEGRAM_TOOLNAMES` is not a setting, did you mean `TELEGRAM_TOOL_NAMES`? (environment)",
            "`TELEGRAM_COLOUR` is not a setting and has no effect (environment)",
            "`farbe` is not a setting and has no effect (FILE:2)",
            "`tool_nmaes` is not a setting, did you mean `tool_names`? (FILE:1)",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_must_be_private() {
    let open = |text: &str| {
        let given = given().file(text);
        given.permit(0o640);
        given
    };
    assert_eq!(
        open(&format!("api_hash = \"{HASH}\"")).problems(),
        ["`TELEGRAM_API_HASH` is in a file that others can read; run `chmod 600 FILE` (FILE:1)"]
    );
    open("api_hash = \"\"\ntool_names = \"dotted\"").config();
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_unicode_is_an_ordinary_problem() {
    use std::os::unix::ffi::OsStringExt;

    let mut given = given();
    let value = OsString::from_vec(vec![b'a', 0xff]);
    given
        .sources
        .environment
        .push(("TELEGRAM_LOG".into(), value));
    let problems = given.problems();
    assert!(problems[0].starts_with("`TELEGRAM_LOG` is not valid UTF-8, expected"));
}

//! `sim --login` says what a person needs to try it by hand.

use std::collections::BTreeMap;
use std::path::Path;

use telegram_history_mcp::telegram::session::SessionString;

use crate::support::{Process, binary, run};

/// What the command says until it has said all: settings, and comments.
async fn said(arguments: &[&str]) -> (Process, BTreeMap<String, String>, Vec<String>) {
    let mut process = Process::spawn(&mut binary(&[&["sim", "--login"], arguments].concat()));
    let (mut settings, mut comments) = (BTreeMap::new(), Vec::new());
    loop {
        let line = process.line().await.expect("a line");
        match line.strip_prefix("# ") {
            Some(comment) if comment.contains("messages in") => {
                return (process, settings, comments);
            }
            Some(comment) => comments.push(comment.to_owned()),
            None => {
                let (name, value) = line.split_once('=').unwrap();
                settings.insert(name.to_owned(), value.trim_matches('\'').to_owned());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_how_to_log_in() {
    let flags = ["--login-password", "correct horse", "--login-home-dc", "4"];
    let (_process, settings, comments) = said(&flags).await;
    let names: Vec<&str> = settings.keys().map(String::as_str).collect();
    let expected = [
        "SIM_START_SESSION_2",
        "SIM_START_SESSION_4",
        "TELEGRAM_API_HASH",
        "TELEGRAM_API_ID",
    ];
    assert_eq!(names, expected);
    for dc_id in [2, 4] {
        let session = &settings[&format!("SIM_START_SESSION_{dc_id}")];
        let session = SessionString::parse(session).unwrap();
        assert_eq!(session.dc_id(), dc_id);
        let address = session.address();
        assert!(
            comments[0].contains(&format!("{address} (data centre {dc_id})")),
            "{comments:?}"
        );
    }
    let said = comments[1..].join("\n");
    insta::assert_snapshot!(said);
}

#[tokio::test]
async fn what_belongs_to_the_login_needs_it() {
    for flags in [
        ["--login-password", "x"],
        ["--login-home-dc", "4"],
        ["--login-scan-after", "1"],
    ] {
        let (code, _, errors) = run(&mut binary(&[&["sim"][..], &flags].concat())).await;
        assert_eq!(code, Some(2));
        assert!(errors.contains("--login"), "{errors}");
    }
    let (code, _, errors) = run(&mut binary(&["sim", "--login", "--login-home-dc", "3"])).await;
    assert_eq!(code, Some(2));
    assert!(errors.contains("[possible values: 2, 4]"), "{errors}");
}

#[test]
fn the_page_says_what_the_flags_are() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/simulator.md");
    let page = std::fs::read_to_string(page).unwrap();
    for flag in [
        "--login",
        "--login-password WORDS",
        "--login-home-dc DC",
        "--login-scan-after SECONDS",
    ] {
        assert!(page.contains(&format!("| `{flag}` |")), "{flag}");
    }
}

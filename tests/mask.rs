//! The command `mask`, run as a person runs it.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::{binary, run};

const KEY: &str = "a key for these tests";

fn mask(arguments: &[&str]) -> Command {
    let mut command = binary(&[["mask"].as_slice(), arguments].concat());
    command.env("TELEGRAM_PII_KEY", KEY);
    command
}

/// Runs it with a text to read: exit code, stdout and stderr.
async fn masked(command: &mut Command, input: &[u8]) -> (Option<i32>, Vec<u8>, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = tokio::spawn(async move { stdin.write_all(&input).await });
    let output = child.wait_with_output().await.unwrap();
    let _ = writer.await.unwrap();
    (
        output.status.code(),
        output.stdout,
        String::from_utf8(output.stderr).unwrap(),
    )
}

async fn text(arguments: &[&str], input: &str) -> (String, String) {
    let (code, output, errors) = masked(&mut mask(arguments), input.as_bytes()).await;
    assert_eq!(code, Some(0), "{errors}");
    (String::from_utf8(output).unwrap(), errors)
}

#[tokio::test]
async fn a_text_comes_out_masked_and_the_summary_says_what_was_found() {
    let (output, errors) = text(&[], "ada@example.com, ADA@example.com, +49 170 1234567\n").await;
    let (first, rest) = output.split_once(", ").unwrap();
    let (second, third) = rest.split_once(", ").unwrap();
    assert_eq!(first, second);
    assert!(
        first.starts_with("[email:") && third.starts_with("[phone:"),
        "{output}"
    );
    assert!(
        errors.contains("Masked 3: 2 e-mail addresses (1 different), 1 phone number."),
        "{errors}"
    );
    assert!(errors.contains("TELEGRAM_PII_KEY"), "{errors}");
    assert!(
        !errors.contains("example") && !errors.contains("1234567"),
        "{errors}"
    );
    // Its own output holds nothing more.
    let (again, errors) = text(&[], &output).await;
    assert_eq!(again, output);
    assert!(errors.contains("Nothing to mask was found"), "{errors}");
}

#[tokio::test]
async fn a_file_is_masked_by_level_and_region() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.txt");
    std::fs::write(&file, "@ada_lovelace 0170 1234567").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, expected) in [
        ([file].as_slice(), "@ada_lovelace 0170 1234567"),
        (&["--region", "de", file], "@ada_lovelace [phone:"),
        (&["--level", "strict", file], "@[username:"),
    ] {
        let (code, output, errors) = run(&mut mask(arguments)).await;
        assert_eq!(code, Some(0), "{errors}");
        assert!(output.starts_with(expected), "{output}");
    }
    for arguments in [
        ["--region", "XX"].as_slice(),
        &["--level", "off"],
        &["not-there.txt"],
    ] {
        let (code, output, errors) = run(&mut mask(arguments)).await;
        assert_eq!((code, output.as_str()), (Some(2), ""), "{errors}");
    }
}

#[tokio::test]
async fn pseudonyms_follow_the_key() {
    let of = async |command: &mut Command| {
        let (_, output, errors) = masked(command, b"ada@example.com").await;
        (String::from_utf8(output).unwrap(), errors)
    };
    let (first, _) = of(&mut mask(&[])).await;
    assert_eq!(of(&mut mask(&[])).await.0, first);
    let mut other = mask(&[]);
    other.env("TELEGRAM_PII_KEY", "another key of words");
    assert_ne!(of(&mut other).await.0, first);
    let (random, errors) = of(&mut binary(&["mask"])).await;
    assert!(errors.contains("of this run only"), "{errors}");
    assert_ne!(of(&mut binary(&["mask"])).await.0, random);
}

#[tokio::test]
async fn what_stands_where_two_parts_meet_is_found() {
    let key = "-----BEGIN PRIVATE KEY-----\n".to_owned()
        + &"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(60)
        + "-----END PRIVATE KEY-----\n";
    // One value in every 61 bytes stands on any border that there may be, with lines and without.
    for (between, line) in [
        (
            "\n",
            "Ordinary words in a line of their own, by ada@example.com",
        ),
        (" ", "слова и ada@example.com"),
    ] {
        let values = 6_000;
        let mut input = (line.to_owned() + between).repeat(values);
        input.push_str(&key);
        input.push_str(&(line.to_owned() + between).repeat(values));
        let (output, errors) = text(&[], &input).await;
        assert!(
            !output.contains("example") && !output.contains("MIIE"),
            "{errors}"
        );
        assert_eq!(output.matches("[email:").count(), 2 * values);
        assert_eq!(output.matches("[secret:").count(), 1);
        assert!(
            errors.contains("12000 e-mail addresses (1 different), 1 secret."),
            "{errors}"
        );
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_replaced_and_said_once() {
    let (code, output, errors) =
        masked(&mut mask(&[]), b"\xFF ada@example.com \xC3(\xE2\x82").await;
    assert_eq!(code, Some(0));
    let output = String::from_utf8(output).unwrap();
    assert!(
        output.starts_with("\u{FFFD} [email:") && output.ends_with("] \u{FFFD}(\u{FFFD}"),
        "{output}"
    );
    assert_eq!(errors.matches("UTF-8").count(), 1, "{errors}");
}

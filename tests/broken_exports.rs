//! Exports that cannot be read: what a person is told, and what never stands in it.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};
use telegram_history_mcp::sim::World;

/// A name and a text that stand in every broken export: no message may repeat them.
const SECRETS: [&str; 2] = ["Rosalind Hart", "the safe is behind the clock"];

/// What is said of an export that cannot be read.
#[track_caller]
fn refusal(export: &[u8]) -> String {
    let error = World::from_desktop_export_reader(export).unwrap_err();
    let said = error.to_string();
    for secret in SECRETS {
        assert!(!said.contains(secret), "{said}");
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
    said
}

/// A chat of one message, whose line 7 is `field`.
fn with_message(field: &str) -> String {
    let [name, text] = SECRETS;
    format!(
        r#"{{
 "name": "{name}",
 "type": "personal_chat",
 "id": 700000002,
 "messages": [
  {{
   {field},
   "id": 3,
   "type": "message",
   "date": "2024-06-01T02:00:00",
   "date_unixtime": "1717200000",
   "from": "{name}",
   "from_id": "user700000002",
   "text": "{text}"
  }}
 ]
}}"#
    )
}

/// The same message with one field changed in its place.
fn with(from: &str, to: &str) -> String {
    let whole = with_message("\"edited_unixtime\": \"1717200000\"");
    assert!(whole.contains(from), "{from}");
    whole.replace(from, to)
}

fn table(cases: &[(&str, String)]) -> String {
    cases
        .iter()
        .map(|(case, export)| format!("{case}\n    {}\n", refusal(export.as_bytes())))
        .collect()
}

#[test]
fn what_is_no_export_is_told_apart() {
    let [name, text] = SECRETS;
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: [(&str, Vec<u8>); 12] = [
        ("nothing", Vec::new()),
        ("blanks", b" \n \n".to_vec()),
        (
            "a web page",
            format!("<!DOCTYPE html>\n<p>{text}").into_bytes(),
        ),
        ("UTF-16", utf16),
        ("an archive", b"PK\x03\x04 result.json".to_vec()),
        ("a picture", b"\0\0\0\x18ftyp".to_vec()),
        ("plain text", format!("{name}: {text}").into_bytes()),
        (
            "another object",
            format!("{{\n \"{name}\": \"{text}\"\n}}").into_bytes(),
        ),
        ("a list", format!("[\"{text}\"]").into_bytes()),
        ("a string", format!("\"{text}\"").into_bytes()),
        ("a number", b"12".to_vec()),
        ("Python", format!("{{'text': '{text}'}}").into_bytes()),
    ];
    let told: String = cases
        .iter()
        .map(|(case, export)| format!("{case}\n    {}\n", refusal(export)))
        .collect();
    assert_snapshot!(told);
}

#[test]
fn what_is_broken_as_json_is_named_by_its_line() {
    let whole = with_message("\"edited_unixtime\": \"1717200000\"");
    let deep = format!("\"poll\": {}{}", "[".repeat(200), "]".repeat(200));
    let cut = |at: &str| whole.split(at).next().unwrap_or_default().to_owned();
    let told = table(&[
        ("cut in a text", cut("the clock")),
        ("cut between two fields", cut("\"from\"")),
        ("cut after the messages", cut("\n ]\n}")),
        ("a comma is missing", with("\"id\": 3,", "\"id\": 3")),
        ("a comma too many", with("the clock\"", "the clock\",")),
        (
            "an escape that nobody writes",
            with("the safe", "\\qthe safe"),
        ),
        (
            "an escape of two letters",
            with("the safe", "\\xZZthe safe"),
        ),
        ("a line break in a text", with("the safe", "\nthe safe")),
        ("nested too deeply", with_message(&deep)),
        ("two exports in one file", format!("{whole}\n{whole}")),
    ]);
    assert_snapshot!(told);
}

#[test]
fn a_chat_that_cannot_be_read_names_the_field_and_the_line() {
    let [name, text] = SECRETS;
    let account = |chats: &str| format!("{{\n \"about\": \"{name}\",\n \"chats\": {chats}\n}}");
    let chat = |fields: &str| account(&format!("{{\n  \"list\": [\n   {{{fields}}}\n  ]\n }}"));
    let told = table(&[
        (
            "a type that nobody knows",
            with("personal_chat", "secret_chat"),
        ),
        ("a text as the type", with("personal_chat", text)),
        ("no type", with(" \"type\": \"personal_chat\",\n", "")),
        (
            "an id that is a text",
            with("700000002,", &format!("\"{name}\",")),
        ),
        (
            "an id that is too large",
            with("700000002,", "1099511627776,"),
        ),
        ("an id that is a fraction", with("700000002,", "7.5,")),
        (
            "a name that is a list",
            with(&format!("\"{name}\",\n \"type\""), "[],\n \"type\""),
        ),
        (
            "messages that are an object",
            with("[\n  {", "{\"a\": {").replace("}\n ]", "}\n }"),
        ),
        (
            "a message that is a text",
            with("[\n  {", &format!("[\"{text}\",\n  {{")),
        ),
        ("chats that are a text", account(&format!("\"{text}\""))),
        (
            "a chat that is a text",
            account(&format!("{{\"list\": [\"{text}\"]}}")),
        ),
        (
            "a chat without messages",
            chat("\"name\": \"x\", \"type\": \"bot_chat\", \"id\": 5"),
        ),
        (
            "a second chat without a type",
            chat(
                "\"type\": \"bot_chat\", \"id\": 5, \"messages\": []},\n   {\"id\": 6, \"messages\": []",
            ),
        ),
        (
            "an account without its object",
            format!("{{\"personal_information\": \"{name}\"}}"),
        ),
        (
            "an account with an odd id",
            format!("{{\n \"personal_information\": {{\n  \"user_id\": \"{name}\"\n }}\n}}"),
        ),
    ]);
    assert_snapshot!(told);
}

#[test]
fn a_message_that_cannot_be_read_names_the_field_and_the_line() {
    let [name, text] = SECRETS;
    let quoted = |field: &str| with_message(&format!("\"{field}\": \"{text}\""));
    let told = table(&[
        ("no id", with("   \"id\": 3,\n", "")),
        (
            "an id that is a text",
            with("\"id\": 3", &format!("\"id\": \"{text}\"")),
        ),
        ("an id of 0", with("\"id\": 3", "\"id\": 0")),
        (
            "an id that is too large",
            with("\"id\": 3", "\"id\": 2147483648"),
        ),
        ("a type that nobody knows", with("\"message\"", "\"story\"")),
        (
            "a text as the type",
            with("\"message\"", &format!("\"{text}\"")),
        ),
        (
            "no date",
            with(
                "   \"date\": \"2024-06-01T02:00:00\",\n   \"date_unixtime\": \"1717200000\",\n",
                "",
            ),
        ),
        ("a date that is none", with("2024-06-01T02:00:00", text)),
        (
            "a time that is none",
            with(
                "\"1717200000\",\n   \"from\"",
                &format!("\"{text}\",\n   \"from\""),
            ),
        ),
        (
            "a time beyond 2038",
            with("\"1717200000\",\n   \"from\"", "99999999999,\n   \"from\""),
        ),
        ("a sender that is a name", with("user700000002", name)),
        ("a sender that is true", with("\"user700000002\"", "true")),
        (
            "a text that is a number",
            with(&format!("\"{text}\""), "{}"),
        ),
        (
            "a text of lists",
            with(&format!("\"{text}\""), &format!("[[\"{text}\"]]")),
        ),
        ("entities that are a text", quoted("text_entities")),
        ("reactions that are a text", quoted("reactions")),
        (
            "a count of reactions",
            with_message(&format!(
                "\"reactions\": [{{\"type\": \"emoji\", \"emoji\": \"⚓\", \"count\": \"{text}\"}}]"
            )),
        ),
        (
            "buttons in one row",
            with_message(&format!(
                "\"inline_bot_buttons\": [{{\"text\": \"{text}\"}}]"
            )),
        ),
        ("a poll that is a text", quoted("poll")),
        ("an invoice that is a text", quoted("invoice_information")),
        (
            "a place without a latitude",
            with_message("\"location_information\": {\"longitude\": 1.5}"),
        ),
        ("an answer to a text", quoted("reply_to_message_id")),
        (
            "a size that is a text",
            with_message(&format!(
                "\"file\": \"a.pdf\",\n   \"file_size\": \"{text}\""
            )),
        ),
    ]);
    assert_snapshot!(told);
}

#[test]
fn a_folder_is_searched_for_its_result() {
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path| {
        let error = World::from_desktop_export(path).unwrap_err().to_string();
        error.replace(&folder.path().display().to_string(), "FOLDER")
    };
    let empty = said(folder.path());
    assert!(
        empty.starts_with("cannot open `FOLDER/result.json`: "),
        "{empty}"
    );
    let missing = said(&folder.path().join("none.json"));
    assert!(
        missing.starts_with("cannot open `FOLDER/none.json`: "),
        "{missing}"
    );

    std::fs::write(folder.path().join("messages.html"), "<html>").unwrap();
    let page = said(&folder.path().join("messages.html"));
    assert_eq!(said(folder.path()), page);
    assert_snapshot!(page);

    std::fs::write(folder.path().join("result.json"), with("a", "a")).unwrap();
    let (_, imported) = World::from_desktop_export(folder.path()).unwrap();
    assert_eq!(imported.chats[0].messages, 1);
}

/// All messages of an account, as the one message of a group each.
fn single_messages() -> impl Iterator<Item = Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desktop/account-2026.json");
    let account: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let chats = account["chats"]["list"].as_array().unwrap().clone();
    chats
        .into_iter()
        .flat_map(|chat| chat["messages"].as_array().unwrap().clone())
}

fn load(message: &Value) -> Result<usize, String> {
    let group = json!({ "type": "private_supergroup", "id": 42, "messages": [message] });
    let loaded = World::from_desktop_export_reader(group.to_string().as_bytes());
    let (_, imported) = loaded.map_err(|error| error.to_string())?;
    Ok(imported.chats.iter().map(|chat| chat.messages).sum())
}

/// The JSON pointers of everything in a value.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(values) => (0..).map(|at: usize| at.to_string()).zip(values).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        let pointer = format!("{here}/{name}");
        pointers(value, &pointer, found);
        found.push(pointer);
    }
}

#[test]
fn whatever_stands_in_a_field_is_read_or_refused_by_its_name() {
    let others = [
        json!(null),
        json!(true),
        json!(-7),
        json!(u64::MAX),
        json!(1e300),
        json!("the safe is behind the clock"),
        json!([]),
        json!([["the safe is behind the clock"]]),
        json!({ "Rosalind Hart": 1 }),
    ];
    let (mut read, mut refused) = (0, 0);
    for message in single_messages() {
        assert_eq!(load(&message), Ok(1), "{message}");
        let mut places = Vec::new();
        pointers(&message, "", &mut places);
        for place in places {
            let field = place.split('/').nth(1).unwrap();
            for other in &others {
                let mut changed = message.clone();
                *changed.pointer_mut(&place).unwrap() = other.clone();
                match load(&changed) {
                    // A message without a time and a sender was deleted.
                    Ok(messages) => read += messages,
                    Err(said) => {
                        refused += 1;
                        // An object that lacks something is named by what it lacks.
                        assert!(said.starts_with("line 1: `"), "{place} {other}: {said}");
                        assert!(
                            said.contains(&format!("`{field}")) || other.is_null(),
                            "{place} {other}: {said}"
                        );
                        assert!(SECRETS.iter().all(|it| !said.contains(it)), "{said}");
                    }
                }
            }
        }
    }
    assert!(
        read > 1_000 && refused > 1_000,
        "{read} read, {refused} refused"
    );
}

#[test]
fn an_export_that_ends_anywhere_is_one_that_ends_in_the_middle() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desktop/chat-2020.json");
    let whole = std::fs::read(path).unwrap();
    assert!(World::from_desktop_export_reader(whole.as_slice()).is_ok());
    for end in (1..whole.len()).step_by(3) {
        let said = World::from_desktop_export_reader(&whole[..end])
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("the file ends in the middle"),
            "{end}: {said}"
        );
    }
}

//! `schema`: what is published, as JSON Schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::config::ToolNames;
use crate::model::{Chat, Message};
use crate::server;

use super::{Failure, print};

/// The keyword that marks what strangers write, in the schemas of records.
pub const UNTRUSTED: &str = "x-untrusted";

/// Prints the tools' schemas and those of the records they answer with.
pub(super) fn run() -> Result<(), Failure> {
    let all = published().map_err(Failure::new)?;
    print(format_args!("{all:#}"))
}

/// The schemas of the tools, of a message record and of a chat.
pub fn published() -> Result<Value, serde_json::Error> {
    let mut message = record::<Message>()?;
    if let Some(properties) = message.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("cut".to_owned(), cut());
    }
    Ok(json!({
        "tools": server::tools(ToolNames::default()),
        "message": message,
        "chat": record::<Chat>()?,
    }))
}

/// What stands in a message that was too long for a reply of its own.
fn cut() -> Value {
    json!({
        "description": "The message was too long for a reply and is not told whole; `text_chars` is how long its text is.",
        "type": "object",
        "properties": {
            "message_id": { "type": "integer" },
            "text_chars": { "type": "integer" },
        },
    })
}

fn record<T: JsonSchema>() -> Result<Value, serde_json::Error> {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>();
    let mut schema = serde_json::to_value(schema)?;
    absent_not_null(&mut schema);
    mark_untrusted(&mut schema);
    Ok(schema)
}

/// Marks every string that a stranger can have written: all of them, but those of which the schema says what they
/// look like.
fn mark_untrusted(schema: &mut Value) {
    const OURS: [&str; 4] = ["enum", "const", "format", "pattern"];
    match schema {
        Value::Array(items) => items.iter_mut().for_each(mark_untrusted),
        Value::Object(object) => {
            let is_text = object.get("type") == Some(&Value::from("string"));
            if is_text && !OURS.iter().any(|keyword| object.contains_key(*keyword)) {
                object.insert(UNTRUSTED.to_owned(), true.into());
            }
            object.values_mut().for_each(mark_untrusted);
        }
        _ => {}
    }
}

/// What does not apply is absent from a record: `null`, which schemars allows for it, never stands there.
fn absent_not_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(absent_not_null),
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
            }
            if object.get("default") == Some(&Value::Null) {
                object.remove("default");
            }
            object.values_mut().for_each(absent_not_null);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_record_may_hold_null() {
        for schema in [record::<Message>().unwrap(), record::<Chat>().unwrap()] {
            assert!(!schema.to_string().contains("null"), "{schema:#}");
        }
    }

    #[test]
    fn the_records_are_published_as_they_were() {
        insta::assert_json_snapshot!("message", record::<Message>().unwrap());
        insta::assert_json_snapshot!("chat", record::<Chat>().unwrap());
    }
}

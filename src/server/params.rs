//! The arguments of the tools: what they are, and how a model's idea of them is read.
//!
//! The published schema is what arguments are checked against, so the two cannot drift apart.

mod chats;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Number, Value};

use crate::error::{Error, shorten};
use crate::history::{Direction, FilterParams, HistoryParams, ResponseFormat};

pub(super) use self::chats::ListChatsParams;

/// Arguments of `tg.resolve_chat`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolveChatParams {
    /// `@name`, a `t.me` link (to a chat, topic, message, comment, or an invite), a numeric id, `me` for saved
    /// messages, or a title.
    pub(super) input: String,
}

/// Arguments of `tg.fetch_history`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FetchHistoryParams {
    /// Anything that {resolve_chat} takes; a link to a message begins there. Needed unless `cursor` is given.
    chat: Option<String>,
    /// `page_info.cursor` of the page before, unchanged and alone: it remembers the rest.
    cursor: Option<String>,
    /// The most messages to return.
    #[schemars(range(min = 1, max = 200), extend("default" = 50))]
    page_size: Option<u32>,
    /// `desc`: newest first. `asc`: oldest first.
    #[schemars(extend("default" = "desc"))]
    direction: Option<Direction>,
    /// Only messages at or after this time: `2026-05-01` or `2026-05-01T09:30:00Z`.
    from: Option<String>,
    /// Only messages before this time, written like `from`.
    to: Option<String>,
    /// IANA time zone for dates without an offset, such as `Europe/Berlin`.
    #[schemars(extend("default" = "UTC"))]
    timezone: Option<String>,
    /// Words for Telegram's own search: all of them, whole or from their beginnings.
    search: Option<String>,
    /// What the messages must be; all of it.
    filter: Option<FilterParams>,
    /// A message id: the page is centred on it; `cursor_older` and `cursor_newer` go on from there.
    around: Option<i32>,
    /// `concise` is enough to read along; `detailed` adds formatting and technical details of media.
    #[schemars(extend("default" = "concise"))]
    response_format: Option<ResponseFormat>,
    /// `export`: all of it goes to a file, not to a page.
    #[schemars(extend("default" = "inline"))]
    output: Option<Output>,
}

/// Where messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Output {
    Inline,
    Export,
}

/// What `tg.fetch_history` is asked for.
#[derive(Debug)]
pub(super) enum Question {
    /// One page.
    Page(HistoryParams),
    /// The messages around one.
    Around(HistoryParams),
    /// All that matches, as a file.
    Export(HistoryParams),
}

impl FetchHistoryParams {
    /// The question these arguments ask; `is_of_export` knows the cursors of exports.
    pub(super) fn question(
        self,
        room: usize,
        is_of_export: impl Fn(&str) -> bool,
    ) -> Result<Question, Error> {
        let continues_export = self.cursor.as_deref().map(is_of_export);
        let is_export = match (self.output, continues_export) {
            (Some(Output::Export), Some(false)) => {
                return Err(Error::CursorInvalid {
                    reason:
                        "it is none of an export; send it alone, or begin an export with `chat`"
                            .into(),
                });
            }
            (Some(Output::Inline), Some(true)) => {
                return Err(Error::CursorInvalid {
                    reason: "it is one of an export; send it alone, or begin pages with `chat`"
                        .into(),
                });
            }
            (output, continues_export) => {
                output == Some(Output::Export) || continues_export == Some(true)
            }
        };
        match self.around {
            Some(id) if is_export => Err(Error::invalid(
                "around",
                &id.to_string(),
                "nothing: an export holds all that matches, whatever stands around it",
            )),
            Some(_) => self.query(Some(room)).map(Question::Around),
            None if is_export => self.query(None).map(Question::Export),
            None => self.query(Some(room)).map(Question::Page),
        }
    }

    fn query(self, room: Option<usize>) -> Result<HistoryParams, Error> {
        if self.chat.is_none() && self.cursor.is_none() {
            return Err(Error::MissingInput {
                field: "chat".into(),
                accepted: "a chat, or the `cursor` of an earlier page".into(),
            });
        }
        Ok(HistoryParams {
            chat: self.chat,
            cursor: self.cursor,
            page_size: self.page_size,
            direction: self.direction,
            from: self.from,
            to: self.to,
            timezone: self.timezone,
            search: self.search,
            filter: self.filter.unwrap_or_default(),
            around: self.around,
            response_format: self.response_format,
            room,
        })
    }
}

/// Reads `arguments` as a `T`, whose schema is `schema`. Null and empty text count as absent.
pub(super) fn read<T: DeserializeOwned>(
    schema: &JsonObject,
    arguments: JsonObject,
) -> Result<T, Error> {
    let given = object("", schema, arguments)?;
    serde_json::from_value(Value::Object(given)).map_err(|_| Error::Internal {
        what: "arguments that satisfy the schema cannot be read".into(),
    })
}

/// The properties of an object as their schemas want them; `path` stands before their names in errors.
fn object(path: &str, schema: &JsonObject, arguments: JsonObject) -> Result<JsonObject, Error> {
    let none = JsonObject::new();
    let properties = match schema.get("properties") {
        Some(Value::Object(properties)) => properties,
        _ => &none,
    };
    let mut given = JsonObject::new();
    for (name, value) in arguments {
        let property = properties
            .get(&name)
            .ok_or_else(|| unknown(path, &name, properties))?;
        if !is_absent(&value) {
            let value = accept(&format!("{path}{name}"), property, value)?;
            given.insert(name, value);
        }
    }
    if let Some(field) = required(schema).find(|field| !given.contains_key(*field)) {
        return Err(Error::MissingInput {
            field: format!("{path}{field}").into(),
            accepted: properties.get(field).map(accepted).unwrap_or_default(),
        });
    }
    Ok(given)
}

fn required(schema: &JsonObject) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// Models send `null` and `""` for what they mean to leave out.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The value as the schema wants it. A number written as text, an id written as a number, one thing where a list
/// is wanted, and JSON written as text can mean one thing only and are taken as that.
fn accept(name: &str, property: &Value, value: Value) -> Result<Value, Error> {
    let refused = || {
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Error::invalid(name.to_owned(), &shown, accepted(property))
    };
    let read = match property.get("type").and_then(Value::as_str) {
        Some("integer") => whole_number(&value)
            .filter(|number| is_within(property, *number))
            .map(Value::from),
        Some("boolean") => truth(&value).map(Value::from),
        Some("string") => text(&value)
            .filter(|text| is_listed(property, text))
            .map(Value::from),
        Some("array") => {
            let item = property.get("items").unwrap_or(&Value::Null);
            return list(&value)
                .into_iter()
                .filter(|value| !is_absent(value))
                .map(|value| accept(name, item, value))
                .collect::<Result<_, _>>()
                .map(Value::Array);
        }
        Some("object") => {
            let (Value::Object(schema), Some(given)) = (property, structure(&value)) else {
                return Err(refused());
            };
            return object(&format!("{name}."), schema, given).map(Value::Object);
        }
        _ => None,
    };
    read.ok_or_else(refused)
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Array(items)) => items,
            _ => vec![value.clone()],
        },
        _ => vec![value.clone()],
    }
}

fn structure(value: &Value) -> Option<JsonObject> {
    match value {
        Value::Object(object) => Some(object.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole_float(number)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn whole_float(number: &Number) -> Option<i64> {
    /// The largest magnitude up to which every whole number is a float of its own.
    const EXACT: f64 = 9_007_199_254_740_991.0;
    let float = number.as_f64()?;
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

fn is_within(property: &Value, number: i64) -> bool {
    let bound = |keyword| property.get(keyword).and_then(Value::as_i64);
    // All of Telegram's own numbers that are asked for here have 32 bits.
    let least = bound("minimum").unwrap_or(i32::MIN.into());
    let most = bound("maximum").unwrap_or(i32::MAX.into());
    (least..=most).contains(&number)
}

fn is_listed(property: &Value, text: &str) -> bool {
    let listed = property.get("enum").and_then(Value::as_array);
    listed.is_none_or(|listed| listed.iter().any(|value| value == text))
}

/// What a property takes, in words.
fn accepted(property: &Value) -> String {
    let bound = |keyword| property.get(keyword).and_then(Value::as_i64);
    if let Some(listed) = property.get("enum").and_then(Value::as_array) {
        let listed: Vec<_> = listed.iter().filter_map(Value::as_str).collect();
        return format!("one of {}", quoted(&listed));
    }
    match (
        property.get("type").and_then(Value::as_str),
        bound("minimum"),
        bound("maximum"),
    ) {
        (Some("integer"), Some(least), Some(most)) => {
            format!("a whole number from {least} to {most}")
        }
        (Some("integer"), Some(least), None) => format!("a whole number from {least}"),
        (Some("integer"), ..) => format!("a whole number up to {}", i32::MAX),
        (Some("boolean"), ..) => "`true` or `false`".into(),
        (Some("array"), ..) => {
            let items = property.get("items").map(accepted).unwrap_or_default();
            format!("a list, each of it {items}")
        }
        (Some("object"), ..) => "an object".into(),
        _ => "text".into(),
    }
}

fn unknown(path: &str, name: &str, properties: &JsonObject) -> Error {
    /// How alike two names must be for one to be a slip for the other.
    const ALIKE: f64 = 0.85;
    let names: Vec<_> = properties.keys().map(String::as_str).collect();
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), known);
    let nearest = names
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let hint = match nearest {
        Some(nearest) if likeness(nearest) >= ALIKE => format!("; did you mean `{nearest}`?"),
        _ => String::new(),
    };
    Error::UnknownInput {
        name: shorten(&format!("{path}{name}")),
        accepted: format!("{}{hint}", quoted(&names)),
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

//! A JSON object whose fields are taken one by one, with errors that name the line, the field and what is
//! accepted, and never repeat the value. `null` counts as absent.

use serde_json::Value;

use super::object::{Field, Object};
use super::warnings::is_word;

/// A field that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{field}` is {found}, expected {expected}")]
pub struct FieldError {
    /// The line where it stands, or where its object begins if it is missing.
    pub line: usize,
    /// The name, with the names of the objects around it.
    pub field: String,
    /// What kind of value was found; or `missing`.
    pub found: String,
    /// What is accepted.
    pub expected: &'static str,
}

/// What a bare id is.
pub(super) const BARE_ID: &str = "the id of a user or of a chat, from 1 to 1099511627775";

/// What reading a field answers.
pub(super) type Taken<T> = Result<T, FieldError>;

/// The fields of an object that were not taken yet.
pub(super) struct Fields {
    path: String,
    object: Object,
    /// The line of the field that was taken last.
    line: usize,
}

impl Fields {
    pub(super) fn new(object: Object) -> Self {
        Self {
            path: String::new(),
            line: object.line,
            object,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// Whether the field stands there, be it `null`.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let fields = &mut self.object.fields;
        let at = fields.iter().position(|field| field.name == name)?;
        let field = fields.remove(at);
        self.line = field.line;
        Some(field.value).filter(|value| !value.is_null())
    }

    /// Takes fields that carry nothing a history would show.
    pub(super) fn pass(&mut self, names: &[&str]) {
        let passed = |field: &Field| names.contains(&field.name.as_str());
        self.object.fields.retain(|field| !passed(field));
    }

    pub(super) fn string(&mut self, name: &str) -> Taken<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => Err(self.refuse(name, &other, "a string")),
        }
    }

    /// A whole number, which Desktop also writes as a string.
    pub(super) fn number(&mut self, name: &str, expected: &'static str) -> Taken<Option<i64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match whole(&value) {
            Some(number) => Ok(Some(number)),
            None => Err(self.refuse(name, &value, expected)),
        }
    }

    /// A number of at most 32 bits, as most of TL's are.
    pub(super) fn small(&mut self, name: &str, expected: &'static str) -> Taken<Option<i32>> {
        let Some(number) = self.number(name, expected)? else {
            return Ok(None);
        };
        match i32::try_from(number) {
            Ok(small) => Ok(Some(small)),
            Err(_) => Err(self.refuse(name, &number.into(), expected)),
        }
    }

    /// The id of a document, which Desktop writes without its sign.
    pub(super) fn document_id(&mut self, name: &str) -> Taken<Option<i64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let unsigned = match &value {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        match unsigned.map(u64::cast_signed).or_else(|| whole(&value)) {
            Some(id) => Ok(Some(id)),
            None => Err(self.refuse(name, &value, "the id of a document")),
        }
    }

    /// The bare id of a user, a chat or a channel.
    pub(super) fn bare_id(&mut self, name: &str) -> Taken<Option<i64>> {
        let expected = BARE_ID;
        let Some(id) = self.number(name, expected)? else {
            return Ok(None);
        };
        if is_bare_id(id) {
            Ok(Some(id))
        } else {
            Err(self.refuse(name, &id.into(), expected))
        }
    }

    /// A count, a length or a duration; absent is 0.
    pub(super) fn count(&mut self, name: &str) -> Taken<i32> {
        Ok(self
            .small(name, "a whole number below 2147483648")?
            .unwrap_or(0))
    }

    pub(super) fn float(&mut self, name: &str, expected: &'static str) -> Taken<Option<f64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = match &value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.refuse(name, &value, expected)),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Taken<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => Err(self.refuse(name, &other, "true or false")),
        }
    }

    pub(super) fn list(&mut self, name: &str) -> Taken<Vec<Value>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => Ok(values),
            Some(other) => Err(self.refuse(name, &other, "a list")),
        }
    }

    /// An object, which Desktop also writes as a string that holds one.
    pub(super) fn object(&mut self, name: &str) -> Taken<Option<Self>> {
        let value = match self.take(name) {
            None => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            Some(value) => value,
        };
        self.inner(name, value).map(Some)
    }

    /// A list of objects.
    pub(super) fn objects(&mut self, name: &str) -> Taken<Vec<Self>> {
        self.list(name)?
            .into_iter()
            .map(|value| self.inner(name, value))
            .collect()
    }

    /// `value`, which stood in the field `name`, as an object.
    pub(super) fn inner(&self, name: &str, value: Value) -> Taken<Self> {
        match value {
            Value::Object(map) => Ok(Self {
                path: format!("{}{name}.", self.path),
                object: Object::at(self.line, map),
                line: self.line,
            }),
            other => Err(self.refuse(name, &other, "an object")),
        }
    }

    /// The field that was taken last, and cannot be used.
    pub(super) fn refuse(&self, name: &str, value: &Value, expected: &'static str) -> FieldError {
        FieldError {
            line: self.line,
            field: format!("{}{name}", self.path),
            found: kind(value).to_owned(),
            expected,
        }
    }

    /// The same, where the value is a word of Desktop's own.
    pub(super) fn refuse_word(
        &self,
        name: &str,
        value: &Value,
        expected: &'static str,
    ) -> FieldError {
        let word = value.as_str().filter(|word| is_word(word));
        let found = word.map_or_else(|| kind(value).to_owned(), |word| format!("`{word}`"));
        FieldError {
            found,
            ..self.refuse(name, value, expected)
        }
    }

    pub(super) fn missing(&self, name: &str, expected: &'static str) -> FieldError {
        FieldError {
            line: self.object.line,
            field: format!("{}{name}", self.path),
            found: "missing".to_owned(),
            expected,
        }
    }

    /// The names of the fields that nobody took.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        let said = self
            .object
            .fields
            .iter()
            .filter(|field| !field.value.is_null());
        said.map(|field| field.name.as_str())
    }
}

/// What kind of value this is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "empty",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether Telegram can give this id: it has 40 bits for them.
pub(super) fn is_bare_id(id: i64) -> bool {
    (1..1 << 40).contains(&id)
}

/// A whole number, be it written as a string.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64(),
    }
}

//! A JSON object whose fields are taken one by one, with errors that name the field, the value and what is
//! accepted. `null` counts as absent.

use serde_json::{Map, Value};

/// The longest piece of a value that an error repeats, in characters.
const SHOWN: usize = 40;

/// A field that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is {value}, expected {expected}")]
pub struct FieldError {
    /// The name, with the names of the objects around it.
    pub field: String,
    /// The value, shortened, in back-ticks; or `missing`.
    pub value: String,
    /// What is accepted.
    pub expected: &'static str,
}

/// What reading a field answers.
pub(super) type Taken<T> = Result<T, FieldError>;

/// The fields of an object that were not taken yet.
pub(super) struct Fields {
    path: String,
    map: Map<String, Value>,
}

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Self {
        Self {
            path: String::new(),
            map,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// Whether the field stands there, be it `null`.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    /// Takes fields that carry nothing a history would show.
    pub(super) fn pass(&mut self, names: &[&str]) {
        for name in names {
            self.map.remove(*name);
        }
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

    /// The bare id of a user, a chat or a channel.
    pub(super) fn bare_id(&mut self, name: &str) -> Taken<Option<i64>> {
        let expected = "the id of a user or of a chat";
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
        Ok(self.small(name, "a whole number")?.unwrap_or(0))
    }

    pub(super) fn float(&mut self, name: &str, expected: &'static str) -> Taken<Option<f64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = match &value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        match number {
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

    pub(super) fn object(&mut self, name: &str) -> Taken<Option<Self>> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => self.inner(name, value).map(Some),
        }
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
                map,
            }),
            other => Err(self.refuse(name, &other, "an object")),
        }
    }

    pub(super) fn refuse(&self, name: &str, value: &Value, expected: &'static str) -> FieldError {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // One line, whatever the value holds.
        let text = text.replace(char::is_control, " ");
        let shown: String = text.chars().take(SHOWN).collect();
        let more = if text.chars().count() > SHOWN {
            "…"
        } else {
            ""
        };
        FieldError {
            field: format!("{}{name}", self.path),
            value: format!("`{shown}{more}`"),
            expected,
        }
    }

    pub(super) fn missing(&self, name: &str, expected: &'static str) -> FieldError {
        FieldError {
            field: format!("{}{name}", self.path),
            value: "missing".to_owned(),
            expected,
        }
    }

    /// The fields that nobody took.
    pub(super) fn left(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.map.iter().filter(|(_, value)| !value.is_null())
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

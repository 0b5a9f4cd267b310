//! A JSON object whose fields stand in the order in which they were put there, as in Desktop's files.

use std::fmt;

use serde_json::Value;

use crate::model::PeerRef;

/// What a field holds.
#[derive(Debug)]
pub(super) enum Item {
    Value(Value),
    List(Vec<Self>),
    Object(Object),
}

/// Fields with their values.
#[derive(Debug, Default)]
pub(super) struct Object(Vec<(&'static str, Item)>);

impl Object {
    /// Adds a field.
    pub(super) fn put(&mut self, name: &'static str, value: impl Into<Item>) {
        self.0.push((name, value.into()));
    }

    /// Adds a field, if there is something to say.
    pub(super) fn put_known(&mut self, name: &'static str, value: Option<impl Into<Item>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds a field that is there only when it is true.
    pub(super) fn put_flag(&mut self, name: &'static str, flag: bool) {
        if flag {
            self.put(name, true);
        }
    }

    /// Adds the name of a peer: `null` where it has none, as one who deleted their account.
    pub(super) fn put_name(&mut self, label: &'static str, name: Option<&str>) {
        let name = name.filter(|name| !name.is_empty());
        self.put(label, name.map_or(Value::Null, Value::from));
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| *field == name)
    }

    /// The fields, each as `"name": value`.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .map(|(name, value)| format!("\"{name}\": {value}"))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (place, (name, value)) in self.0.iter().enumerate() {
            let before = if place == 0 { "" } else { ", " };
            write!(f, "{before}\"{name}\": {value}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Object(object) => object.fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                for (place, item) in items.iter().enumerate() {
                    let before = if place == 0 { "" } else { ", " };
                    write!(f, "{before}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// What JSON has a value for.
macro_rules! values {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Item {
            fn from(value: $kind) -> Self {
                Self::Value(value.into())
            }
        })*
    };
}

values!(Value, &str, String, bool, i32, i64, f64);

impl From<&String> for Item {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Object> for Item {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Item {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// The names of people, which is all that Desktop says of them in a list.
pub(super) fn names(people: &[PeerRef]) -> Item {
    let name = |person: &PeerRef| Value::from(person.name.as_deref());
    Item::List(people.iter().map(name).map(Item::Value).collect())
}

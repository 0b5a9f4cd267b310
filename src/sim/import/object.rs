//! A JSON object as it stands in the file: its fields in their order, each with its line.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::warnings::is_word;

/// Where the parser is.
#[derive(Clone)]
pub(super) struct Place {
    line: Rc<Cell<usize>>,
    failed: Rc<RefCell<Option<String>>>,
}

impl Place {
    pub(super) fn start() -> Self {
        Self {
            line: Rc::new(Cell::new(1)),
            failed: Rc::default(),
        }
    }

    /// The line, from 1.
    pub(super) fn line(&self) -> usize {
        self.line.get()
    }

    /// Remembers the innermost field whose value could not be read.
    pub(super) fn fail_in(&self, name: &str) {
        let mut failed = self.failed.borrow_mut();
        if failed.is_none() && is_word(name) {
            *failed = Some(name.to_owned());
        }
    }

    /// That field.
    pub(super) fn failed(&self) -> Option<String> {
        self.failed.take()
    }
}

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// A reader that counts lines. The parser takes byte by byte, so that the count is where the parser is.
pub(super) struct CountLines<R> {
    inner: R,
    chunk: Vec<u8>,
    /// Where the unread part of the chunk begins.
    at: usize,
    place: Place,
}

impl<R: Read> CountLines<R> {
    pub(super) fn new(inner: R, place: Place) -> Self {
        Self {
            inner,
            chunk: Vec::with_capacity(CHUNK),
            at: 0,
            place,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.chunk.clear();
        self.at = 0;
        let chunk = CHUNK as u64;
        self.inner
            .by_ref()
            .take(chunk)
            .read_to_end(&mut self.chunk)?;
        Ok(())
    }
}

impl<R: Read> Read for CountLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            self.refill()?;
        }
        let mut read = 0;
        let rest = self.chunk.get(self.at..).unwrap_or_default();
        for (slot, byte) in buffer.iter_mut().zip(rest) {
            *slot = *byte;
            read += 1;
            if *byte == b'\n' {
                self.place.line.set(self.place.line() + 1);
            }
        }
        self.at += read;
        Ok(read)
    }
}

/// One field.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) line: usize,
}

/// An object with its place in the file.
#[derive(Clone, Default)]
pub(super) struct Object {
    pub(super) fields: Vec<Field>,
    /// Where it begins.
    pub(super) line: usize,
}

impl Object {
    /// An object inside a value that stood at `line`.
    pub(super) fn at(line: usize, map: Map<String, Value>) -> Self {
        let fields = map
            .into_iter()
            .map(|(name, value)| Field { name, value, line })
            .collect();
        Self { fields, line }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map(|field| &field.value)
    }

    /// Adds a field. Desktop writes some twice, what an action says and then what the message does not: the one
    /// that says something stays.
    pub(super) fn add(&mut self, name: String, value: Value, line: usize) {
        match self.fields.iter_mut().find(|field| field.name == name) {
            Some(before) if is_silent(&before.value) => (before.value, before.line) = (value, line),
            Some(_) => {}
            None => self.fields.push(Field { name, value, line }),
        }
    }
}

fn is_silent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// Reads an object; `expected` is what an error says when there is none.
pub(super) struct ReadObject<'a> {
    pub(super) place: &'a Place,
    pub(super) expected: &'static str,
}

impl<'de> DeserializeSeed<'de> for ReadObject<'_> {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ReadObject<'_> {
    type Value = Object;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object {
            line: self.place.line(),
            ..Object::default()
        };
        while let Some(name) = map.next_key::<String>()? {
            let line = self.place.line();
            let value = map.next_value();
            let value = value.inspect_err(|_| self.place.fail_in(&name))?;
            object.add(name, value, line);
        }
        Ok(object)
    }
}

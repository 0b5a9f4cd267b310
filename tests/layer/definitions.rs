//! The TL schema that the crate of its types was made from, and values that are made of its definitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// How deep a full value goes; below it, the smallest value of a type stands.
const FULL_DEPTH: usize = 6;

/// One constructor: its id, its fields, and the type it makes.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    id: u32,
    pub(crate) fields: Vec<Field>,
    pub(crate) makes: String,
}

/// One field; an optional one stands behind a bit of a word of flags.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    kind: String,
    flag: Option<(String, u32)>,
}

impl Field {
    /// Whether a value can do without it.
    pub(crate) fn is_optional(&self) -> bool {
        self.flag.is_some()
    }

    /// The type of it, or of what is listed in it.
    fn part(&self) -> &str {
        let kind = self
            .kind
            .strip_prefix("Vector<")
            .or(self.kind.strip_prefix("vector<"));
        kind.map_or(self.kind.as_str(), |kind| kind.trim_end_matches('>'))
    }

    /// Whether both are there, or neither is.
    pub(crate) fn shares_bit_with(&self, other: &Self) -> bool {
        self.flag == other.flag
    }

    /// Whether another value of it can be made.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.kind.as_str(), "int" | "long" | "double" | "string")
    }
}

/// All constructors of the layer.
pub(crate) struct Schema {
    definitions: Vec<Definition>,
    /// How much of a type the smallest value needs.
    smallest: BTreeMap<String, usize>,
}

/// What a value is to be made of, where the schema leaves a choice.
#[derive(Default, Clone)]
pub(crate) struct Choice<'a> {
    /// The constructors that stand wherever their types do.
    pub(crate) constructors: Vec<&'a str>,
    /// Optional fields that are absent, as `constructor.field`, with all that share their bit.
    pub(crate) absent: Vec<String>,
    /// Fields whose value is another one than usual; a text is empty.
    pub(crate) varied: Vec<String>,
}

impl Schema {
    /// Reads the schema beside the sources of the crate that this test was built with.
    pub(crate) fn read() -> Self {
        let path = crate_root("grammers-tl-types").join("tl/api.tl");
        let text = std::fs::read_to_string(&path).unwrap();
        let types = text.split("---functions---").next().unwrap();
        let definitions: Vec<_> = types.lines().filter_map(Definition::parse).collect();
        assert!(definitions.len() > 1_000, "{}", path.display());
        let smallest = smallest(&definitions);
        Self {
            definitions,
            smallest,
        }
    }

    /// The constructors of objects that may stand within themselves, however far inside, and their ids.
    pub(crate) fn recursive(&self) -> Vec<(&str, u32)> {
        let mut within: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for definition in &self.definitions {
            let parts = definition.fields.iter().map(Field::part);
            within.entry(&definition.makes).or_default().extend(parts);
        }
        loop {
            let before = within.clone();
            for parts in within.values_mut() {
                let deeper = parts.iter().filter_map(|part| before.get(part)).flatten();
                let deeper: Vec<_> = deeper.copied().collect();
                parts.extend(deeper);
            }
            if within == before {
                break;
            }
        }
        let holds =
            |outer: &str, inner: &str| within.get(outer).is_some_and(|it| it.contains(inner));
        let leads_back = |definition: &&Definition| {
            let makes = definition.makes.as_str();
            let parts = definition.fields.iter().map(Field::part);
            parts
                .into_iter()
                .any(|part| part == makes || holds(part, makes))
        };
        let recursive = self.definitions.iter().filter(leads_back);
        recursive.map(|it| (it.name.as_str(), it.id)).collect()
    }

    /// The constructors of a type, in the schema's order.
    pub(crate) fn constructors(&self, makes: &str) -> Vec<&Definition> {
        let of = |definition: &&Definition| definition.makes == makes;
        self.definitions.iter().filter(of).collect()
    }

    pub(crate) fn definition(&self, name: &str) -> &Definition {
        let mut named = self.definitions.iter().filter(|it| it.name == name);
        named.next().unwrap_or_else(|| panic!("no {name}"))
    }

    /// A value with every field there is.
    pub(crate) fn full(&self, name: &str, choice: &Choice<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(self.definition(name), choice, FULL_DEPTH, &mut bytes);
        bytes
    }

    /// A value with no field that can be left out.
    pub(crate) fn bare(&self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(self.definition(name), &Choice::default(), 0, &mut bytes);
        bytes
    }

    fn write(&self, of: &Definition, choice: &Choice<'_>, depth: usize, bytes: &mut Vec<u8>) {
        bytes.extend(of.id.to_le_bytes());
        let is_absent = |field: &Field| {
            let path = format!("{}.{}", of.name, field.name);
            depth == 0 || choice.absent.contains(&path)
        };
        let absent = of.fields.iter().filter(|field| is_absent(field));
        let absent: Vec<_> = absent.filter_map(|field| field.flag.as_ref()).collect();
        let present = |field: &Field| {
            field
                .flag
                .as_ref()
                .is_none_or(|flag| !absent.contains(&flag))
        };
        for field in &of.fields {
            if field.kind == "#" {
                let bits = of.fields.iter().filter(|field| present(field));
                let bits = bits.filter_map(|it| it.flag.as_ref());
                let bits = bits.filter(|(word, _)| *word == field.name);
                let word = bits.fold(0_u32, |word, (_, bit)| word | (1 << bit));
                bytes.extend(word.to_le_bytes());
            } else if present(field) {
                let varied = choice
                    .varied
                    .contains(&format!("{}.{}", of.name, field.name));
                self.write_field(&field.name, &field.kind, varied, choice, depth, bytes);
            }
        }
    }

    fn write_field(
        &self,
        name: &str,
        kind: &str,
        varied: bool,
        choice: &Choice<'_>,
        depth: usize,
        bytes: &mut Vec<u8>,
    ) {
        let number = number(name) + i32::from(varied);
        match kind {
            "true" => {}
            "int" => bytes.extend(number.to_le_bytes()),
            "long" => bytes.extend(i64::from(number).to_le_bytes()),
            "double" => bytes.extend(f64::from(number % 90).to_le_bytes()),
            "Bool" => bytes.extend(0x9972_75b5_u32.to_le_bytes()),
            "string" | "bytes" => {
                let text = if varied { "" } else { name };
                write_string(text.as_bytes(), bytes);
            }
            _ => match kind.strip_prefix("Vector<") {
                Some(item) => {
                    bytes.extend(0x1cb5_c415_u32.to_le_bytes());
                    bytes.extend(i32::from(depth > 0).to_le_bytes());
                    if depth > 0 {
                        let item = item.trim_end_matches('>');
                        self.write_field(name, item, varied, choice, depth, bytes);
                    }
                }
                None => self.write_boxed(kind, choice, depth.saturating_sub(1), bytes),
            },
        }
    }

    fn write_boxed(&self, kind: &str, choice: &Choice<'_>, depth: usize, bytes: &mut Vec<u8>) {
        let constructors = self.constructors(kind);
        let named = |it: &&&Definition| choice.constructors.contains(&it.name.as_str());
        let fullest = || {
            let own = |it: &&&Definition| it.name.eq_ignore_ascii_case(kind);
            let most = constructors.iter().rev().max_by_key(|it| it.fields.len());
            constructors.iter().find(own).or(most)
        };
        let least = || {
            let size = |it: &&&Definition| self.size(it);
            constructors.iter().min_by_key(size)
        };
        let found = match depth {
            0 => least(),
            _ => constructors.iter().find(named).or_else(fullest),
        };
        let found = found.unwrap_or_else(|| panic!("no constructor of {kind}"));
        self.write(found, choice, depth, bytes);
    }

    fn size(&self, definition: &Definition) -> usize {
        size(definition, &self.smallest).unwrap_or(usize::MAX)
    }
}

impl Definition {
    fn parse(line: &str) -> Option<Self> {
        let line = line.split("//").next()?.trim().trim_end_matches(';');
        let (head, makes) = line.split_once(" = ")?;
        let mut words = head.split_whitespace();
        let (name, id) = words.next()?.split_once('#')?;
        Some(Self {
            name: name.to_owned(),
            id: u32::from_str_radix(id, 16).ok()?,
            fields: words.filter_map(Field::parse).collect(),
            makes: makes.to_owned(),
        })
    }
}

impl Field {
    fn parse(word: &str) -> Option<Self> {
        let (name, kind) = word.split_once(':')?;
        let (flag, kind) = match kind.split_once('?') {
            Some((flag, kind)) => {
                let (word, bit) = flag.split_once('.')?;
                (Some((word.to_owned(), bit.parse().ok()?)), kind)
            }
            None => (None, kind),
        };
        Some(Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            flag,
        })
    }
}

/// The same number wherever a field of this name stands; entities lie within every text.
fn number(name: &str) -> i32 {
    match name {
        "offset" => 0,
        "length" => 2,
        _ => {
            name.bytes()
                .fold(17, |sum, byte| (sum * 31 + i32::from(byte)) % 99_991)
                + 1
        }
    }
}

fn write_string(text: &[u8], bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.push(u8::try_from(text.len()).unwrap());
    bytes.extend(text);
    while !(bytes.len() - start).is_multiple_of(4) {
        bytes.push(0);
    }
}

/// How many values the smallest value of each type is made of.
fn smallest(definitions: &[Definition]) -> BTreeMap<String, usize> {
    let mut known = BTreeMap::new();
    loop {
        let before = known.clone();
        for definition in definitions {
            let Some(size) = size(definition, &before) else {
                continue;
            };
            let entry = known.entry(definition.makes.clone()).or_insert(size);
            *entry = size.min(*entry);
        }
        if known == before {
            return known;
        }
    }
}

fn size(definition: &Definition, known: &BTreeMap<String, usize>) -> Option<usize> {
    let needed = definition.fields.iter().filter(|it| !it.is_optional());
    needed
        .map(|field| match field.kind.as_str() {
            "#" | "int" | "long" | "double" | "string" | "bytes" | "Bool" | "int128" | "int256" => {
                Some(1)
            }
            kind if kind.starts_with("Vector<") => Some(1),
            kind => known.get(kind).copied(),
        })
        .try_fold(1_usize, |sum, size| Some(sum + size?))
}

/// Where the sources of a dependency are, as cargo knows that has just built this test with them.
fn crate_root(name: &str) -> std::path::PathBuf {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|it| it["name"] == name).unwrap();
    let manifest = found["manifest_path"].as_str().unwrap();
    Path::new(manifest).parent().unwrap().to_owned()
}

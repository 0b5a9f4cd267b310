//! A text as runs that have one formatting each, which together are the text.

use std::ops::Range;

use super::object::{Item, Object};
use crate::model::{Entity, EntityKind};

/// A piece of text, with the formatting that is on all of it.
struct Run<'a> {
    text: &'a str,
    entity: Option<&'a Entity>,
}

/// Puts the text of a message: for people as `text`, and as `text_entities` with every run an object.
pub(super) fn put(fields: &mut Object, text: &str, entities: &[Entity]) {
    let runs = runs(text, entities);
    let mixed = match runs.as_slice() {
        [] => Item::from(""),
        [run] if run.entity.is_none() => Item::from(run.text),
        runs => Item::List(runs.iter().map(mixed).collect()),
    };
    fields.put("text", mixed);
    let runs: Vec<Object> = runs.iter().map(object).collect();
    fields.put("text_entities", runs);
}

/// A run among others: what has no formatting is a string.
fn mixed(run: &Run<'_>) -> Item {
    match run.entity {
        Some(_) => object(run).into(),
        None => run.text.into(),
    }
}

fn object(run: &Run<'_>) -> Object {
    let mut fields = Object::default();
    fields.put(
        "type",
        run.entity.map_or("plain", |entity| word(entity.kind)),
    );
    fields.put("text", run.text);
    let Some(entity) = run.entity else {
        return fields;
    };
    match entity.kind {
        EntityKind::MentionName => fields.put_known("user_id", entity.user_id),
        EntityKind::CustomEmoji => {
            let document = entity.custom_emoji_id.map(|id| id.0.to_string());
            fields.put_known("document_id", document);
        }
        EntityKind::Pre => fields.put("language", entity.language.as_deref().unwrap_or_default()),
        EntityKind::TextUrl => fields.put_known("href", entity.url.as_deref()),
        EntityKind::Blockquote => fields.put("collapsed", entity.collapsed),
        _ => {}
    }
    fields
}

/// Cuts a text into runs. They cannot overlap: of formatting within formatting, the first one counts.
fn runs<'a>(text: &'a str, entities: &'a [Entity]) -> Vec<Run<'a>> {
    let mut runs = Vec::new();
    let mut done = Place::default();
    for entity in entities {
        let end = entity.offset.saturating_add(entity.length);
        let Some(start) = done.forward(text, entity.offset) else {
            continue;
        };
        let Some(end) = start.forward(text, end).filter(|end| end.byte > start.byte) else {
            continue;
        };
        push(&mut runs, text, done.byte..start.byte, None);
        push(&mut runs, text, start.byte..end.byte, Some(entity));
        done = end;
    }
    push(&mut runs, text, done.byte..text.len(), None);
    runs
}

fn push<'a>(
    runs: &mut Vec<Run<'a>>,
    text: &'a str,
    range: Range<usize>,
    entity: Option<&'a Entity>,
) {
    let text = text.get(range).unwrap_or_default();
    if !text.is_empty() {
        runs.push(Run { text, entity });
    }
}

/// A place in a text, in bytes and in UTF-16 units.
#[derive(Clone, Copy, Default)]
struct Place {
    byte: usize,
    unit: u32,
}

impl Place {
    /// The place `unit` of the same text, unless it lies behind this one, past the end, or within a character.
    fn forward(self, text: &str, unit: u32) -> Option<Self> {
        let mut place = self;
        for character in text.get(self.byte..)?.chars() {
            if place.unit >= unit {
                break;
            }
            place.byte += character.len_utf8();
            place.unit += if character.len_utf16() == 2 { 2 } else { 1 };
        }
        (place.unit == unit).then_some(place)
    }
}

/// Desktop's word for a kind of formatting. Those that came later are `unknown` to it.
fn word(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Mention => "mention",
        EntityKind::Hashtag => "hashtag",
        EntityKind::BotCommand => "bot_command",
        EntityKind::Url => "link",
        EntityKind::Email => "email",
        EntityKind::Bold => "bold",
        EntityKind::Italic => "italic",
        EntityKind::Code => "code",
        EntityKind::Pre => "pre",
        EntityKind::TextUrl => "text_link",
        EntityKind::MentionName => "mention_name",
        EntityKind::Phone => "phone",
        EntityKind::Cashtag => "cashtag",
        EntityKind::Underline => "underline",
        EntityKind::Strike => "strikethrough",
        EntityKind::Blockquote => "blockquote",
        EntityKind::BankCard => "bank_card",
        EntityKind::Spoiler => "spoiler",
        EntityKind::CustomEmoji => "custom_emoji",
        EntityKind::Unknown
        | EntityKind::FormattedDate
        | EntityKind::DiffInsert
        | EntityKind::DiffReplace
        | EntityKind::DiffDelete
        | EntityKind::TonAddress => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, entities: &[Entity]) -> serde_json::Value {
        let mut fields = Object::default();
        put(&mut fields, text, entities);
        serde_json::from_str(&fields.to_string()).unwrap()
    }

    #[test]
    fn a_text_without_formatting_is_a_string_and_one_run() {
        assert_eq!(
            written("дім 🏡", &[]),
            serde_json::json!({
                "text": "дім 🏡",
                "text_entities": [{ "type": "plain", "text": "дім 🏡" }],
            })
        );
        assert_eq!(
            written("", &[]),
            serde_json::json!({ "text": "", "text_entities": [] })
        );
    }

    #[test]
    fn offsets_count_utf16_units_and_runs_join_to_the_text() {
        let link = Entity {
            url: Some("https://example.org".to_owned()),
            ..Entity::new(EntityKind::TextUrl, 7, 2)
        };
        let entities = [Entity::new(EntityKind::Bold, 3, 3), link];
        assert_eq!(
            written("a🏡дім 🚲!", &entities)["text"],
            serde_json::json!([
                "a🏡",
                { "type": "bold", "text": "дім" },
                " ",
                { "type": "text_link", "text": "🚲", "href": "https://example.org" },
                "!",
            ])
        );
    }

    #[test]
    fn of_what_overlaps_the_first_counts_and_what_does_not_fit_is_left_out() {
        let entities = [
            Entity::new(EntityKind::Bold, 0, 4),
            Entity::new(EntityKind::Italic, 2, 4),
            Entity::new(EntityKind::Code, 6, 1),
            Entity::new(EntityKind::Spoiler, 6, 40),
            Entity::new(EntityKind::Spoiler, u32::MAX, u32::MAX),
        ];
        let runs = runs("abcdef🏡", &entities);
        let runs: Vec<&str> = runs.iter().map(|run| run.text).collect();
        assert_eq!(runs, ["abcd", "ef🏡"]);
    }
}

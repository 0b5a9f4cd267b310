//! Text with its formatting: a string, or a list of runs that together are the text.

use grammers_tl_types as tl;
use serde_json::Value;

use super::fields::{Fields, Taken};
use super::warnings::Warnings;

/// A text and its entities, counted in UTF-16 units as Telegram does.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) entities: Vec<tl::enums::MessageEntity>,
    units: i32,
}

impl Text {
    /// As TL has it where a text is a value of its own.
    pub(super) fn boxed(self) -> tl::enums::TextWithEntities {
        tl::types::TextWithEntities {
            text: self.text,
            entities: self.entities,
        }
        .into()
    }

    /// Adds a piece of text; answers where it starts and how long it is.
    fn push(&mut self, piece: &str) -> (i32, i32) {
        let offset = self.units;
        let length = i32::try_from(piece.encode_utf16().count()).unwrap_or(i32::MAX);
        self.text.push_str(piece);
        self.units = self.units.saturating_add(length);
        (offset, length)
    }
}

/// Takes the text of a message: `text_entities` where it is written, for it says everything that `text` says.
pub(super) fn take_message_text(fields: &mut Fields, warnings: &mut Warnings) -> Taken<Text> {
    let entities = fields.take("text_entities");
    match entities {
        Some(Value::Array(runs)) if !runs.is_empty() => {
            fields.pass(&["text"]);
            from_runs(fields, "text_entities", runs, warnings)
        }
        Some(Value::Array(_)) | None => take(fields, "text", warnings),
        Some(other) => Err(fields.refuse("text_entities", &other, "a list")),
    }
}

/// Takes a text; absent is empty.
pub(super) fn take(fields: &mut Fields, name: &str, warnings: &mut Warnings) -> Taken<Text> {
    match fields.take(name) {
        None => Ok(Text::default()),
        Some(Value::String(text)) => Ok(Text {
            text,
            ..Text::default()
        }),
        Some(Value::Array(runs)) => from_runs(fields, name, runs, warnings),
        Some(other) => Err(fields.refuse(name, &other, "a string or a list")),
    }
}

fn from_runs(
    around: &Fields,
    name: &str,
    runs: Vec<Value>,
    warnings: &mut Warnings,
) -> Taken<Text> {
    let mut text = Text::default();
    for run in runs {
        match run {
            Value::String(plain) => {
                text.push(&plain);
            }
            other => push_run(&mut text, around.inner(name, other)?, warnings)?,
        }
    }
    Ok(text)
}

fn push_run(text: &mut Text, mut run: Fields, warnings: &mut Warnings) -> Taken<()> {
    let piece = run.string("text")?.unwrap_or_default();
    let kind = run.string("type")?.unwrap_or_else(|| "plain".to_owned());
    let (offset, length) = text.push(&piece);
    if length > 0
        && let Some(entity) = entity(&kind, offset, length, &mut run, warnings)?
    {
        text.entities.push(entity);
    }
    Ok(())
}

fn entity(
    kind: &str,
    offset: i32,
    length: i32,
    run: &mut Fields,
    warnings: &mut Warnings,
) -> Taken<Option<tl::enums::MessageEntity>> {
    use tl::types as t;
    Ok(Some(match kind {
        "plain" => return Ok(None),
        "bold" => t::MessageEntityBold { offset, length }.into(),
        "italic" => t::MessageEntityItalic { offset, length }.into(),
        "underline" => t::MessageEntityUnderline { offset, length }.into(),
        "strikethrough" => t::MessageEntityStrike { offset, length }.into(),
        "spoiler" => t::MessageEntitySpoiler { offset, length }.into(),
        "code" => t::MessageEntityCode { offset, length }.into(),
        "pre" => t::MessageEntityPre {
            offset,
            length,
            language: run.string("language")?.unwrap_or_default(),
        }
        .into(),
        "link" => t::MessageEntityUrl { offset, length }.into(),
        "text_link" => t::MessageEntityTextUrl {
            offset,
            length,
            url: run.string("href")?.unwrap_or_default(),
        }
        .into(),
        "mention" => t::MessageEntityMention { offset, length }.into(),
        "mention_name" => t::MessageEntityMentionName {
            offset,
            length,
            user_id: run.number("user_id", "the id of a user")?.unwrap_or(0),
        }
        .into(),
        "hashtag" => t::MessageEntityHashtag { offset, length }.into(),
        "cashtag" => t::MessageEntityCashtag { offset, length }.into(),
        "bot_command" => t::MessageEntityBotCommand { offset, length }.into(),
        "email" => t::MessageEntityEmail { offset, length }.into(),
        "phone" => t::MessageEntityPhone { offset, length }.into(),
        "bank_card" => t::MessageEntityBankCard { offset, length }.into(),
        "blockquote" => t::MessageEntityBlockquote {
            collapsed: run.flag("collapsed")?,
            offset,
            length,
        }
        .into(),
        "custom_emoji" => t::MessageEntityCustomEmoji {
            offset,
            length,
            document_id: document_id(&run.string("document_id")?.unwrap_or_default()),
        }
        .into(),
        "unknown" => t::MessageEntityUnknown { offset, length }.into(),
        _ => {
            warnings.note("pieces of text with a formatting that is not known, kept as unknown");
            t::MessageEntityUnknown { offset, length }.into()
        }
    }))
}

/// A document's id; where Desktop wrote the path of the file instead, a number that stands for that path.
pub(super) fn document_id(written: &str) -> i64 {
    written.parse().unwrap_or_else(|_| {
        // FNV-1a: the same file is the same document, in every run.
        let hash = written
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        (hash >> 1).cast_signed()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sim::import::object::Object;

    fn fields(message: Value) -> Fields {
        match message {
            Value::Object(map) => Fields::new(Object::at(1, map)),
            other => panic!("not an object: {other}"),
        }
    }

    fn read(message: Value) -> Text {
        take_message_text(&mut fields(message), &mut Warnings::default()).unwrap()
    }

    #[test]
    fn runs_join_to_the_text_and_offsets_count_utf16_units() {
        let text = read(json!({ "text_entities": [
            { "type": "plain", "text": "a😀" },
            { "type": "bold", "text": "жб" },
            { "type": "plain", "text": " " },
            { "type": "text_link", "text": "👨‍👩‍👧", "href": "https://example.org" },
        ], "text": "ignored" }));
        assert_eq!(text.text, "a😀жб 👨‍👩‍👧");
        assert_eq!(
            text.entities,
            [
                tl::types::MessageEntityBold {
                    offset: 3,
                    length: 2
                }
                .into(),
                tl::types::MessageEntityTextUrl {
                    offset: 6,
                    length: 8,
                    url: "https://example.org".to_owned()
                }
                .into(),
            ]
        );
    }

    #[test]
    fn a_mixed_array_says_the_same_as_text_entities() {
        let mixed = read(json!({ "text": ["see ", { "type": "link", "text": "t.me" }, "!"] }));
        let listed = read(json!({ "text_entities": [
            { "type": "plain", "text": "see " },
            { "type": "link", "text": "t.me" },
            { "type": "plain", "text": "!" },
        ] }));
        assert_eq!(mixed, listed);
        assert_eq!(read(json!({ "text": "t", "text_entities": [] })).text, "t");
        assert_eq!(read(json!({})).text, "");
    }

    #[test]
    fn an_unknown_formatting_is_kept_as_unknown_and_counted() {
        let mut warnings = Warnings::default();
        let mut message = fields(json!({ "text": [{ "type": "sparkles", "text": "x" }] }));
        let text = take_message_text(&mut message, &mut warnings).unwrap();
        assert_eq!(
            text.entities,
            [tl::types::MessageEntityUnknown {
                offset: 0,
                length: 1
            }
            .into()]
        );
        assert_eq!(warnings.lines().len(), 1);
    }

    #[test]
    fn a_custom_emoji_is_an_id_or_the_path_of_a_file() {
        assert_eq!(
            document_id("5368324170671202286"),
            5_368_324_170_671_202_286
        );
        assert_eq!(
            document_id("stickers/a.webp"),
            document_id("stickers/a.webp")
        );
        assert_ne!(
            document_id("stickers/a.webp"),
            document_id("stickers/b.webp")
        );
    }
}

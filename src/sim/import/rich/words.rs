//! The formatted text of a rich message: words, or texts in one another.

use grammers_tl_types as tl;
use serde_json::Value;
use tl::enums::RichText;

use crate::sim::import::fields::{Fields, Taken};
use crate::sim::import::text::document_id;

/// Takes a text: an object that may hold others, a list of such, or plain words.
pub(super) fn take_text(around: &mut Fields, name: &str) -> Taken<RichText> {
    match around.take(name) {
        None => Ok(RichText::TextEmpty),
        Some(Value::String(text)) => Ok(tl::types::TextPlain { text }.into()),
        Some(Value::Array(texts)) => {
            let mut parts = Vec::new();
            for text in texts {
                parts.push(formatted(around.inner(name, text)?)?);
            }
            Ok(tl::types::TextConcat { texts: parts }.into())
        }
        Some(other) => formatted(around.inner(name, other)?),
    }
}

fn formatted(mut run: Fields) -> Taken<RichText> {
    use tl::types as t;
    let kind = run.string("type")?.unwrap_or_default();
    let data = |run: &mut Fields, name: &str| Ok(run.string(name)?.unwrap_or_default());
    if kind == "custom_emoji" {
        let id = data(&mut run, "document_id")?;
        return Ok(t::TextCustomEmoji {
            document_id: document_id(&id),
            alt: data(&mut run, "text")?,
        }
        .into());
    }
    let text = take_text(&mut run, "text")?;
    Ok(match kind.as_str() {
        "bold" => t::TextBold { text }.into(),
        "italic" => t::TextItalic { text }.into(),
        "underline" => t::TextUnderline { text }.into(),
        "strikethrough" => t::TextStrike { text }.into(),
        "code" => t::TextFixed { text }.into(),
        "subscript" => t::TextSubscript { text }.into(),
        "superscript" => t::TextSuperscript { text }.into(),
        "marked" => t::TextMarked { text }.into(),
        "spoiler" => t::TextSpoiler { text }.into(),
        "mention" => t::TextMention { text }.into(),
        "hashtag" => t::TextHashtag { text }.into(),
        "bot_command" => t::TextBotCommand { text }.into(),
        "cashtag" => t::TextCashtag { text }.into(),
        "bank_card" => t::TextBankCard { text }.into(),
        "link" => t::TextAutoUrl { text }.into(),
        "text_link" => t::TextUrl {
            text,
            url: data(&mut run, "href")?,
            webpage_id: run.document_id("webpage_id")?.unwrap_or(0),
        }
        .into(),
        "email" if run.has("email") => t::TextEmail {
            text,
            email: data(&mut run, "email")?,
        }
        .into(),
        "email" => t::TextAutoEmail { text }.into(),
        "phone" if run.has("phone") => t::TextPhone {
            text,
            phone: data(&mut run, "phone")?,
        }
        .into(),
        "phone" => t::TextAutoPhone { text }.into(),
        "mention_name" => t::TextMentionName {
            text,
            user_id: run.document_id("user_id")?.unwrap_or(0),
        }
        .into(),
        "math" => t::TextMath {
            source: data(&mut run, "source")?,
        }
        .into(),
        _ => text,
    })
}

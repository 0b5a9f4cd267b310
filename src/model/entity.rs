//! The formatting of a message's text.

use std::ops::Range;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LongId, is_false};

/// One piece of formatting; what is absent does not apply to its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    /// What it makes of its part of the text.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// Where it begins, in UTF-16 units of `text` as delivered.
    pub offset: u32,
    /// How long it is, in UTF-16 units; never 0.
    pub length: u32,
    /// Where a `text_url` leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The programming language of `pre`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who is meant by `mention_name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// The document of `custom_emoji`. A decimal string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<LongId>,
    /// A `blockquote` is shown folded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub collapsed: bool,
    /// The moment that `formatted_date` shows, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// What `diff_replace` stands in place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_text: Option<String>,
    /// Its part of the text; in concise records, for readers who do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Entity {
    /// A piece of formatting without details.
    pub fn new(kind: EntityKind, offset: u32, length: u32) -> Self {
        Self {
            kind,
            offset,
            length,
            url: None,
            language: None,
            user_id: None,
            custom_emoji_id: None,
            collapsed: false,
            date: None,
            old_text: None,
            text: None,
        }
    }

    /// The part of this text that it covers, if it is within it.
    pub fn covered<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.get(self.bytes(text)?)
    }

    /// Where this part is, in bytes.
    pub fn bytes(&self, text: &str) -> Option<Range<usize>> {
        let end = self.offset.checked_add(self.length)?;
        let byte = |wanted: u32| {
            let mut units = 0;
            let ends = std::iter::once((text.len(), None));
            let mut places = text.char_indices().map(|(at, c)| (at, Some(c))).chain(ends);
            places.find_map(|(at, c)| {
                let found = (units >= wanted).then_some(at);
                units += c.map_or(0, |c| u32::from(c.len_utf16() == 2) + 1);
                found
            })
        };
        Some(byte(self.offset)?..byte(end)?)
    }
}

/// The kinds of formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Telegram's own")]
pub enum EntityKind {
    Unknown,
    Mention,
    Hashtag,
    BotCommand,
    Url,
    Email,
    Bold,
    Italic,
    Code,
    Pre,
    TextUrl,
    MentionName,
    Phone,
    Cashtag,
    Underline,
    Strike,
    BankCard,
    Spoiler,
    CustomEmoji,
    Blockquote,
    FormattedDate,
    DiffInsert,
    DiffReplace,
    DiffDelete,
    TonAddress,
}

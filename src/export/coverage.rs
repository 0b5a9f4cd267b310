//! What an export holds of a chat: which ids it met, and which it shows not to be there.

use serde::{Deserialize, Serialize};

use crate::history::IdRange;

/// What an export holds of a chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// How many messages Telegram says there are, where nothing narrows the export. Its counts may be inexact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telegram_count: Option<u32>,
    /// How many messages were looked at.
    pub fetched: u64,
    /// How many of them were wanted.
    pub matched: u64,
    /// Ids between the messages that no message has; for channels and supergroups alone, whose ids are their own.
    /// At most a hundred; the others stand in the file beside the manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_ranges: Vec<IdRange>,
    /// How many such ranges there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_total: Option<u64>,
    /// Ids that were passed by because no answer with them could be had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<IdRange>,
    /// The oldest message of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_id: Option<i32>,
    /// The newest message of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_id: Option<i32>,
    /// Every window up to the bound was answered, and nothing was passed by.
    pub complete: bool,
}

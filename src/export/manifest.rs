//! The manifest: what was asked for, how far it has come, and from where it goes on after a kill.

use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::coverage::Tally;
use super::status::{LeftOut, State, Status};
use crate::files;
use crate::history::{FilterParams, HistoryParams};
use crate::privacy::{Gate, Settings};

/// The layout of manifests; another one is not read.
const LAYOUT: u32 = 1;
/// The largest manifest that is read; ours are far smaller.
const MAX_BYTES: u64 = 4 << 20;

/// What is kept of an export beside its file. All numbers are those of the last checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout of this record.
    pub layout: u32,
    /// The name of the export.
    pub export_id: String,
    /// The version of the program that writes it.
    pub version: String,
    /// Where it stands.
    pub state: State,
    /// The form of the file.
    pub format: Format,
    /// The chat by its marked id.
    pub chat_id: i64,
    /// The chat, as it may be told.
    pub chat: Value,
    /// What was asked for.
    pub query: Value,
    /// Whether what is deleted by a timer is in it.
    pub include_expiring: bool,
    /// What was done to the records.
    pub settings: Settings,
    /// How many lines the file has.
    pub lines: u64,
    /// How many bytes the file has.
    pub bytes: u64,
    /// The SHA-256 of those bytes, in hexadecimal.
    pub sha256: String,
    /// How many messages were found and not written.
    pub left_out: LeftOut,
    /// How many messages have media that destroys itself, of which only the type is told.
    pub self_destructing: u64,
    /// What the file holds of the chat.
    #[serde(flatten)]
    pub(super) tally: Tally,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When this was written.
    pub updated_at: Timestamp,
    /// When it was complete.
    pub completed_at: Option<Timestamp>,
    /// When its files are deleted; never, unless they stand among those of the server.
    pub expires_at: Option<Timestamp>,
    /// How many seconds were spent on it, pauses included.
    pub seconds: f64,
    /// How many of them in pauses that Telegram asked for.
    pub seconds_paused: f64,
    /// How often it was begun or taken up again.
    pub runs: u32,
    /// How many bytes of absent ranges stand beside it.
    pub absent_bytes: u64,
    /// Where the reading goes on, sealed.
    pub checkpoint: String,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A record a line.
    #[default]
    Ndjson,
    /// One object, as Telegram Desktop writes it.
    Tdesktop,
}

impl Format {
    /// The name of the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Tdesktop => "tdesktop",
        }
    }
}

/// What a manifest begins with.
pub(super) struct Beginning {
    pub(super) export_id: String,
    pub(super) format: Format,
    pub(super) chat_id: i64,
    pub(super) query: Value,
    pub(super) include_expiring: bool,
    pub(super) settings: Settings,
    pub(super) tally: Tally,
    pub(super) checkpoint: String,
}

impl Manifest {
    /// The manifest of an export that has not begun.
    pub(super) fn new(beginning: Beginning) -> Self {
        let now = now();
        Self {
            layout: LAYOUT,
            export_id: beginning.export_id,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: State::Running,
            format: beginning.format,
            chat_id: beginning.chat_id,
            chat: Value::Null,
            query: beginning.query,
            include_expiring: beginning.include_expiring,
            settings: beginning.settings,
            lines: 0,
            bytes: 0,
            sha256: String::new(),
            left_out: LeftOut::default(),
            self_destructing: 0,
            tally: beginning.tally,
            started_at: now,
            updated_at: now,
            completed_at: None,
            expires_at: None,
            seconds: 0.0,
            seconds_paused: 0.0,
            runs: 0,
            absent_bytes: 0,
            checkpoint: beginning.checkpoint,
        }
    }

    /// The manifest at this place, if there is one that can be read.
    pub(super) fn read(file: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        let file = files::read(file).ok()?;
        file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        let manifest: Self = serde_json::from_slice(&bytes).ok()?;
        (manifest.layout == LAYOUT).then_some(manifest)
    }

    /// Puts it at this place, for good.
    pub(super) fn write(&self, file: &Path) -> io::Result<()> {
        files::replace_for_good(file, &serde_json::to_vec_pretty(self)?)
    }

    /// The chat, as it may be told; its id alone while no answer has described it.
    pub(super) fn chat_as_known(&self) -> Value {
        if self.chat.is_null() {
            return json!({ "chat_id": self.chat_id });
        }
        self.chat.clone()
    }

    /// Why a file that was begun by this manifest cannot go on under other settings.
    pub(super) fn disagreement(&self, settings: &Settings) -> Option<&'static str> {
        if self.version != env!("CARGO_PKG_VERSION") {
            Some(
                "it was begun by another version of this program, which may write records otherwise",
            )
        } else if self.settings.masking != settings.masking {
            Some(
                "it was begun under another masking: other TELEGRAM_PII settings, or another key of the pseudonyms",
            )
        } else if self.settings.policy != settings.policy {
            Some(
                "it was begun under other lists of chats: TELEGRAM_ALLOWED_CHATS, TELEGRAM_DENIED_CHATS or TELEGRAM_NOT_BEFORE has changed",
            )
        } else {
            None
        }
    }

    /// What is published of it: all but what only we can use, as things stand now.
    pub(super) fn published(&self, now: &Status) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(fields) = &mut value {
            for ours in [
                "layout",
                "checkpoint",
                "absent_bytes",
                "last",
                "meets_every_id",
            ] {
                fields.remove(ours);
            }
            fields.insert("state".to_owned(), json!(now.state));
            fields.insert("parts".to_owned(), now.parts.into());
        }
        value
    }
}

/// The moment, to the second: nobody needs to know it better.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// What was asked for, as it stands in the manifest: without what was not said, and without the names that the gate
/// hides.
pub(super) fn query(params: &HistoryParams, gate: &Gate) -> Value {
    let name = |typed: &String| gate.release_typed_name(typed);
    let filter = &params.filter;
    let params = HistoryParams {
        chat: params.chat.as_ref().map(name),
        search: (params.search.as_deref()).map(|words| gate.release_typed_words(words)),
        filter: FilterParams {
            from_users: (filter.from_users.as_ref()).map(|users| users.iter().map(name).collect()),
            topic_id: filter.topic_id.as_ref().map(name),
            ..filter.clone()
        },
        ..params.clone()
    };
    said(serde_json::to_value(params).unwrap_or_default())
}

fn said(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let fields = fields.into_iter().map(|(name, value)| (name, said(value)));
    let is_said =
        |value: &Value| !value.is_null() && value.as_object().is_none_or(|it| !it.is_empty());
    Value::Object(fields.filter(|(_, value)| is_said(value)).collect())
}

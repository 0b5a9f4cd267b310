//! The one error type, by what its reader can do next, and the codes that are published.

use std::{borrow::Cow, time::Duration};

/// What went wrong, by what the reader can do next. Texts never hold anything that came from Telegram.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Telegram asked for a pause that is longer than this call may sleep.
    #[error("Telegram asks for a pause of {} s before more `{method}` requests", whole_seconds(*retry_after))]
    FloodWait {
        /// The TL method that was refused.
        method: &'static str,
        /// How long Telegram wants to be left alone.
        retry_after: Duration,
    },
    /// Telegram wants the account's owner to agree before a takeout session starts, or this time to pass.
    #[error(
        "Telegram asks whether this account may be exported: confirm it in Telegram's message on another of the account's devices and try again, or wait {} s; without `TELEGRAM_TAKEOUT` nothing has to be confirmed",
        whole_seconds(*retry_after)
    )]
    TakeoutDelay {
        /// When it starts without a confirmation.
        retry_after: Duration,
    },
    /// The takeout session that a request was made in is over.
    #[error("Telegram ended the takeout session that `{method}` was asked in")]
    TakeoutEnded {
        /// The TL method that was refused.
        method: &'static str,
    },
    /// The configured or default rate leaves no room for this request before its deadline.
    #[error("the request rate leaves no room for `{method}` for {} s", whole_seconds(*retry_after))]
    RateLimited {
        /// The TL method that had to wait.
        method: &'static str,
        /// When there is room again.
        retry_after: Duration,
    },
    /// No chat is known by this input.
    #[error("no chat is known as `{input}`")]
    ChatNotFound {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// No chat is called by these words.
    #[error(
        "no chat is called `{input}`: neither among {chats} of the account's chats nor by Telegram's own search"
    )]
    NoSuchTitle {
        /// What the caller asked for, shortened.
        input: String,
        /// How many titles were looked at.
        chats: usize,
    },
    /// These words or this number may mean several chats, and none for certain.
    #[error(
        "`{input}` does not name one chat for certain; it may mean {}",
        listed(candidates)
    )]
    ChatAmbiguous {
        /// What the caller asked for, shortened.
        input: String,
        /// The marked ids of those that may be meant, the likeliest first.
        candidates: Vec<i64>,
    },
    /// An invite that leads nowhere.
    #[error("the invite `{input}` is not valid, or has expired")]
    InviteExpired {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// The name cannot be a Telegram username.
    #[error("`{input}` is not a valid Telegram username")]
    UsernameInvalid {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// The chat exists, but this account cannot read it.
    #[error("the chat `{input}` is private: this account is not a member, or was removed")]
    ChannelPrivate {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// The lists of chats do not let this be read. The same for what is there and for what is not.
    #[error(
        "`{input}` may not be read: `TELEGRAM_ALLOWED_CHATS` does not name it, or `TELEGRAM_DENIED_CHATS` does"
    )]
    AccessDenied {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// The chat's owner forbids copying, and exports are copies.
    #[error(
        "`{input}` may not be exported: its owner forbids copying, and `TELEGRAM_EXPORT_PROTECTED` is not set"
    )]
    ExportProtected {
        /// What the caller asked for, shortened.
        input: String,
    },
    /// There is no such export, or not any more, or not under these settings.
    #[error("there is no export `{export_id}`: {reason}")]
    ExportNotFound {
        /// What the caller asked for, shortened.
        export_id: String,
        /// Why, in our own words.
        reason: String,
    },
    /// A file that is there is not the beginning of what was asked for.
    #[error("{reason}")]
    ExportInTheWay {
        /// What is there, and what helps, in our own words.
        reason: String,
    },
    /// Another process writes the same file.
    #[error("another process is writing `{file}`")]
    ExportBusy {
        /// The file, shortened.
        file: String,
    },
    /// There is no room for more of an export.
    #[error("the export cannot be kept: {reason}")]
    ExportNoRoom {
        /// Why, and what helps, in our own words.
        reason: &'static str,
    },
    /// A file of an export cannot be read or written.
    #[error("the export cannot be kept: {reason}")]
    ExportFile {
        /// Why, in our own words.
        reason: String,
    },
    /// There is no session, or Telegram does not accept it.
    #[error("not authorized: {reason}")]
    NotAuthorized {
        /// Why, in our own words.
        reason: String,
    },
    /// The session was valid once and is not any more.
    #[error("the Telegram session is no longer valid: {reason}")]
    SessionRevoked {
        /// Why, in our own words.
        reason: &'static str,
    },
    /// Another process has the account, and does not share it with this one.
    #[error("the account is in use by {holder}: {remedy}")]
    SessionInUse {
        /// Which process, for whom and since when, as far as it says so itself.
        holder: String,
        /// Why it is not shared, and what helps.
        remedy: String,
    },
    /// A tool argument that cannot be used.
    #[error("`{field}` is `{value}`, expected {accepted}")]
    InvalidInput {
        /// The argument's name.
        field: Cow<'static, str>,
        /// What was given, shortened.
        value: String,
        /// What would have been accepted.
        accepted: String,
    },
    /// A tool argument that is needed and was not given.
    #[error("`{field}` is missing, expected {accepted}")]
    MissingInput {
        /// The argument's name.
        field: Cow<'static, str>,
        /// What would have been accepted.
        accepted: String,
    },
    /// A tool argument that does not exist.
    #[error("there is no argument `{name}`, accepted are {accepted}")]
    UnknownInput {
        /// What was given, shortened.
        name: String,
        /// The arguments that exist.
        accepted: String,
    },
    /// A cursor that was altered, belongs to another session or disagrees with the other arguments.
    #[error("the cursor cannot be used: {reason}")]
    CursorInvalid {
        /// Why, in our own words.
        reason: String,
    },
    /// Telegram cannot be reached, or did not answer in time.
    #[error("Telegram is unavailable: {reason}")]
    Unavailable {
        /// Why, in our own words.
        reason: String,
        /// When it is worth asking again, while Telegram is away as a whole.
        retry_after: Option<Duration>,
    },
    /// An answer arrived whole and is not what was asked for. It says nothing about the connection.
    #[error("an answer to `{method}` could not be read")]
    Unreadable {
        /// The TL method that was answered.
        method: &'static str,
    },
    /// The connection ended while this request was under way.
    #[error("the connection to Telegram was lost during `{method}`")]
    ConnectionLost {
        /// The TL method that was waited for.
        method: &'static str,
    },
    /// Telegram refused the connection itself: its key, or, for a while, this address.
    #[error(
        "Telegram refused the connection: it does not know the session's key, or this address has connected too often"
    )]
    KeyRefused,
    /// Telegram keeps this account's data in another data centre than the session says.
    #[error(
        "Telegram has moved this account to data centre {dc_id}; it needs a new session string"
    )]
    Moved {
        /// The data centre Telegram named.
        dc_id: u32,
    },
    /// The call's time ran out while this request was under way.
    #[error("there was no time left for an answer to `{method}`")]
    OutOfTime {
        /// The TL method that was waited for.
        method: &'static str,
    },
    /// Telegram refused a request in a way that has no remedy of its own.
    #[error("Telegram answered `{method}` with {code} `{name}`")]
    Rpc {
        /// The TL method that was refused.
        method: &'static str,
        /// Telegram's numeric code.
        code: i32,
        /// Telegram's error name, checked to be one: upper case, digits and underscores.
        name: String,
    },
    /// The caller withdrew the call.
    #[error("the call was stopped before there was an answer")]
    Cancelled,
    /// Something that should not happen.
    #[error("internal error: {what}")]
    Internal {
        /// What, in our own words.
        what: String,
    },
}

/// The published error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum ErrorCode {
    FloodWait,
    RateLimitExceeded,
    ChatNotFound,
    ChatAmbiguous,
    UsernameInvalid,
    ChannelPrivate,
    AccessDenied,
    NotAuthorized,
    SessionRevoked,
    SessionInUse,
    InputValidation,
    CursorInvalid,
    ExportNotFound,
    TelegramUnavailable,
    Internal,
}

impl Error {
    /// The published code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::FloodWait { .. } | Self::TakeoutDelay { .. } => ErrorCode::FloodWait,
            Self::RateLimited { .. } => ErrorCode::RateLimitExceeded,
            Self::ChatNotFound { .. } | Self::NoSuchTitle { .. } | Self::InviteExpired { .. } => {
                ErrorCode::ChatNotFound
            }
            Self::ChatAmbiguous { .. } => ErrorCode::ChatAmbiguous,
            Self::UsernameInvalid { .. } => ErrorCode::UsernameInvalid,
            Self::ChannelPrivate { .. } => ErrorCode::ChannelPrivate,
            Self::AccessDenied { .. } | Self::ExportProtected { .. } => ErrorCode::AccessDenied,
            Self::ExportNotFound { .. } => ErrorCode::ExportNotFound,
            Self::NotAuthorized { .. } | Self::Moved { .. } => ErrorCode::NotAuthorized,
            Self::SessionRevoked { .. } | Self::KeyRefused => ErrorCode::SessionRevoked,
            Self::SessionInUse { .. } => ErrorCode::SessionInUse,
            Self::InvalidInput { .. }
            | Self::MissingInput { .. }
            | Self::UnknownInput { .. }
            | Self::ExportInTheWay { .. } => ErrorCode::InputValidation,
            Self::CursorInvalid { .. } => ErrorCode::CursorInvalid,
            Self::Unavailable { .. }
            | Self::Unreadable { .. }
            | Self::ConnectionLost { .. }
            | Self::OutOfTime { .. }
            | Self::TakeoutEnded { .. }
            | Self::Cancelled => ErrorCode::TelegramUnavailable,
            Self::Rpc { code, .. } if *code >= 500 || *code < 0 => ErrorCode::TelegramUnavailable,
            Self::Rpc { .. }
            | Self::Internal { .. }
            | Self::ExportBusy { .. }
            | Self::ExportFile { .. }
            | Self::ExportNoRoom { .. } => ErrorCode::Internal,
        }
    }

    /// How long to wait before trying again, when that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::FloodWait { retry_after, .. }
            | Self::TakeoutDelay { retry_after }
            | Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether asking again unchanged can help: the connection failed, not the request.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. }
            | Self::Unreadable { .. }
            | Self::ConnectionLost { .. }
            | Self::TakeoutEnded { .. }
            | Self::KeyRefused
            | Self::Moved { .. } => true,
            Self::Rpc { code, .. } => *code >= 500 || *code < 0,
            _ => false,
        }
    }

    /// Whether nobody was there: it counts against Telegram as a whole, not against one request.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::ConnectionLost { .. })
    }

    /// Whether Telegram no longer takes the id and access hash it was shown: the chat has to be resolved anew.
    pub fn is_stale_peer(&self) -> bool {
        const NAMES: [&str; 4] = [
            "CHANNEL_INVALID",
            "PEER_ID_INVALID",
            "CHAT_ID_INVALID",
            "USER_ID_INVALID",
        ];
        matches!(self, Self::Rpc { name, .. } if NAMES.contains(&name.as_str()))
    }

    /// Whether Telegram refused what was asked for, and would again.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Rpc { code, .. } => (400..500).contains(code),
            Self::ChannelPrivate { .. } => true,
            _ => false,
        }
    }

    /// Telegram cannot be reached, for as long as nobody knows.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable {
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// Whether the answer itself may be what is wrong: then asking for less at a time can help.
    pub fn may_be_the_answer(&self) -> bool {
        matches!(self, Self::ConnectionLost { .. } | Self::Unreadable { .. })
    }

    /// An argument that cannot be used; the value is shortened to what a person can read.
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        value: &str,
        accepted: impl Into<String>,
    ) -> Self {
        Self::InvalidInput {
            field: field.into(),
            value: shorten(value),
            accepted: accepted.into(),
        }
    }
}

/// The most ids that stand in an error.
const LISTED: usize = 5;

fn listed(ids: &[i64]) -> String {
    let shown = ids.iter().take(LISTED).map(|id| format!("`{id}`"));
    let mut all: Vec<String> = shown.collect();
    if let Some(more) = ids.len().checked_sub(LISTED).filter(|more| *more > 0) {
        all.push(format!("{more} more"));
    }
    all.join(", ")
}

/// A wait as it is told: in whole seconds, and never too short.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The longest caller's value that is repeated in an error, in characters.
const SHOWN_CHARS: usize = 80;

/// A caller's value, fit to stand in an error: one line, at most 80 characters, nothing that steers a terminal or
/// the direction of the text around it.
pub fn shorten(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(SHOWN_CHARS)
        .map(|c| if steers(c) { ' ' } else { c })
        .collect();
    let rest = value.chars().skip(SHOWN_CHARS).count();
    if rest > 0 {
        shown.push_str(&format!("… ({rest} more characters)"));
    }
    shown
}

/// Control characters, line separators, and what turns text around or cannot be seen in it.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

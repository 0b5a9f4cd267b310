//! Tool results: the one place where an answer becomes text and structure, and an error becomes text.

mod chats;
mod export;
mod page;

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) use self::chats::chats;
pub(super) use self::export::export;
pub(super) use self::page::{TRUNCATED_BY, around, page};
use super::ToolNames;
use super::fit::{self, Budget};
use crate::error::{Error, ErrorCode, whole_seconds};
use crate::history::ChatReply;

/// The longest cursor that is repeated in an error; ours are shorter.
const CURSOR_CHARS: usize = 2048;

/// An answer as a result, and how much it holds.
pub(super) struct Reply {
    pub(super) result: CallToolResult,
    /// How many messages or chats.
    pub(super) returned: u64,
    /// How many were looked at for it, where that is another number.
    pub(super) looked_at: Option<u64>,
}

/// A chat's description as a result.
pub(super) fn chat(reply: &ChatReply, budget: Budget) -> Result<Reply, Error> {
    let returned = usize::from(reply.chat.is_some()) + reply.candidates.len();
    let reply = fit::chat(to_json(reply)?, budget);
    Ok(Reply {
        result: CallToolResult::structured(reply),
        returned: returned as u64,
        looked_at: None,
    })
}

/// An error as a result: text alone, since clients hold structure against the output schema.
/// `cursor` is the one the call came with; it still stands when only the moment was wrong.
pub(super) fn error(error: &Error, names: ToolNames, cursor: Option<&str>) -> CallToolResult {
    let body = ErrorBody::new(error, names, cursor);
    let text = json!({ "error": body }).to_string();
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// An error about a resource, which has no result to stand in. Clients show its message, so that tells the remedy too.
pub(super) fn protocol_error(error: &Error, names: ToolNames) -> ErrorData {
    let body = ErrorBody::new(error, names, None);
    let message = format!("{}. {}", body.message, body.next_step);
    let data = Some(json!(body));
    match body.code {
        ErrorCode::ExportNotFound => ErrorData::resource_not_found(message, data),
        ErrorCode::AccessDenied | ErrorCode::InputValidation => {
            ErrorData::invalid_params(message, data)
        }
        _ => ErrorData::internal_error(message, data),
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: ErrorCode,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
    next_step: String,
}

impl<'a> ErrorBody<'a> {
    fn new(error: &Error, names: ToolNames, cursor: Option<&'a str>) -> Self {
        let code = error.code();
        Self {
            code,
            message: error.to_string(),
            retry_after_seconds: error.retry_after().map(whole_seconds),
            cursor: cursor.filter(|cursor| is_worth_keeping(code) && cursor.len() <= CURSOR_CHARS),
            next_step: names.fill(next_step(error)),
        }
    }
}

fn is_worth_keeping(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::FloodWait
            | ErrorCode::RateLimitExceeded
            | ErrorCode::TelegramUnavailable
            | ErrorCode::SessionInUse
    )
}

/// What the model should do about an error.
fn next_step(error: &Error) -> &'static str {
    match error {
        Error::ExportProtected { .. } => EXPORT_PROTECTED,
        Error::ExportFile { .. } | Error::ExportNoRoom { .. } => EXPORT_FILE,
        error => next_step_by_code(error.code()),
    }
}

const EXPORT_PROTECTED: &str = "Read the chat page by page instead, without `output`; tell the user that only they can change the setting.";

const EXPORT_FILE: &str = "Tell the user what the message says; it is about the disk of their computer. Pages can be read meanwhile, without `output`.";

fn next_step_by_code(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::FloodWait | ErrorCode::RateLimitExceeded => {
            "Wait `retry_after_seconds`, then make the same call again, with the `cursor` of this error where it has one. Calls that need the same kind of request are refused until then without asking Telegram; tell the user if the wait is long."
        }
        ErrorCode::ChatNotFound => {
            "Ask the user for the chat's @name, a link to it or to a message in it, its exact title, or its numeric id (with its sign and `-100`). {list_chats} shows the account's chats; by id a chat is found if it is among the 100 latest, or was met before."
        }
        ErrorCode::ChatAmbiguous => {
            "Call {resolve_chat} with the same words: it shows what these ids are. Ask the user if it is not plain which is meant, then call again with that id."
        }
        ErrorCode::UsernameInvalid => {
            "Use a name of letters, digits and underscores, a t.me link, or a numeric id; ask the user which chat is meant."
        }
        ErrorCode::ChannelPrivate => {
            "This account cannot read the chat, and this server never joins one. Tell the user; another call will not help."
        }
        ErrorCode::AccessDenied => {
            "Tell the user that this server's settings keep the chat from being read, if it exists; only they can change that. {list_chats} shows what may be read. Another call will not help."
        }
        ErrorCode::NotAuthorized => {
            "Ask the user to run `telegram-history-mcp doctor` in a terminal, which says what is missing and how to get it. After a `login` make the same call again; after a change of settings this client has to be started again first. Never ask for a session or a code here."
        }
        ErrorCode::SessionRevoked => {
            "Ask the user to run `telegram-history-mcp login` in a terminal (where `TELEGRAM_SESSION_STRING` is set, it needs a new string instead), and then to start this client again. Never ask for a session or a code here."
        }
        ErrorCode::SessionInUse => {
            "Tell the user what the message says: which process has the Telegram account, and what frees it. Once that is done, make the same call again, with the `cursor` of this error where it has one; nothing has to be restarted here."
        }
        ErrorCode::InputValidation => {
            "Correct the argument that the message names, then call again."
        }
        ErrorCode::CursorInvalid => {
            "Copy `page_info.cursor` of the last page exactly and send it without other arguments, or start over with `chat`."
        }
        ErrorCode::ExportNotFound => {
            "Ask {fetch_history} for it again, with `chat`, the same filters and `output: export`: that finds the export, or makes it anew. `resources/list` shows those that are there."
        }
        ErrorCode::TelegramUnavailable => {
            "Wait `retry_after_seconds`, or a few seconds where there is none, then make the same call again, with the `cursor` of this error where it has one. After three failures tell the user to run `telegram-history-mcp doctor`."
        }
        ErrorCode::Internal => {
            "Make the same call once more. If it fails again, tell the user; it is a fault of this server."
        }
    }
}

fn to_json(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|_| Error::Internal {
        what: "the answer cannot be written as JSON".into(),
    })
}

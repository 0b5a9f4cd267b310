//! Pages of a chat: a question becomes a walk, the walk becomes requests, and what comes back leaves through
//! the privacy gate with a cursor that continues. Knows neither MCP nor what a reply may weigh.

mod chats;
mod cursor;
mod dates;
mod isolate;
mod page;
mod read;
mod resolve;
mod step;
mod stride;
mod unreadable;
mod window;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::chats::{ChatsPage, ChatsParams, ListedChat, MAX_CHATS};
use self::cursor::{Cursor, CursorKey};
use self::isolate::Alone;
pub use self::page::{Failure, Page, PageMessage, TruncatedBy};
pub use self::resolve::{Candidate, ChatReply, InvitePreview, LookedThrough};
pub use self::unreadable::IdRange;
pub use self::window::Direction;
use self::window::{DateRange, Walk};
use crate::error::{Error, shorten};
use crate::privacy::Gate;
use crate::telegram::peer::{self, ChatInput, ChatName, Peer};
pub use crate::telegram::{Call, Progress};
use crate::telegram::{Client, ClientOptions};

/// The page size when none is asked for.
pub const DEFAULT_PAGE_SIZE: u32 = 50;
/// The largest page that can be asked for.
pub const MAX_PAGE_SIZE: u32 = 200;

/// How much of each message is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResponseFormat {
    /// What a reader needs.
    #[default]
    Concise,
    /// Everything.
    Detailed,
}

/// Which messages are wanted; what is absent has its default, or what the cursor says.
#[derive(Debug, Clone, Default)]
pub struct HistoryParams {
    /// The chat, in any form that [`ChatInput`] reads.
    pub chat: Option<String>,
    /// A continuation.
    pub cursor: Option<String>,
    /// 1 to 200.
    pub page_size: Option<u32>,
    /// Newest or oldest first.
    pub direction: Option<Direction>,
    /// The first moment inside.
    pub from: Option<String>,
    /// The first moment outside.
    pub to: Option<String>,
    /// For dates without an offset.
    pub timezone: Option<String>,
    /// How much of each message.
    pub response_format: Option<ResponseFormat>,
    /// How many characters of records the reader's caller has room for; reading more would be for nothing.
    pub room: Option<usize>,
}

/// Reads the history of one account.
pub struct Reader {
    account: Result<Account, Error>,
    gate: Gate,
}

struct Account {
    client: Client,
    alone: Alone,
    cursors: Arc<CursorKey>,
}

/// What a page is read for: the chat, from where, and how.
struct Plan {
    peer: Peer,
    /// What the chat was called, to resolve it anew when its access hash has expired.
    name: ChatName,
    /// What the caller wrote, for errors.
    input: String,
    /// How many characters of records are of use.
    room: usize,
    cursor: Cursor,
}

impl Reader {
    /// A reader of this account; it connects when it is first asked something.
    pub fn new(options: ClientOptions, gate: Gate) -> Self {
        let key = options.session.derive_key(b"cursor");
        Self {
            account: Ok(Account {
                client: Client::new(options),
                alone: Alone::default(),
                cursors: Arc::new(CursorKey::new(&key)),
            }),
            gate,
        }
    }

    /// A reader that answers every question with why there is no account.
    pub fn without_account(reason: impl Into<String>) -> Self {
        Self {
            account: Err(Error::NotAuthorized {
                reason: reason.into(),
            }),
            gate: Gate::default(),
        }
    }

    /// Closes the connection to Telegram.
    pub async fn disconnect(&self) {
        if let Ok(account) = &self.account {
            account.client.disconnect().await;
        }
    }

    /// Whether Telegram can be reached and takes the session.
    pub async fn check(&self, call: &Call) -> Result<(), Error> {
        self.account()?.client.check(call).await
    }

    /// Reads one page.
    pub async fn fetch_history(
        &self,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<Page, Failure> {
        let account = self.account()?;
        let mut plan = account.plan(params, call).await?;
        let mut reading = account.read(&plan, call).await;
        let refused = reading.messages.is_empty()
            && reading.stopped.as_ref().is_some_and(Error::is_stale_peer);
        if refused || account.has_lost_its_name(&plan.name, plan.peer) {
            plan.peer = account
                .resolve_anew(&plan.name, plan.peer, &plan.input, call)
                .await?;
            plan.cursor.access_hash = plan.peer.access_hash;
            reading = account.read(&plan, call).await;
        }
        self.page(account, plan, reading)
    }

    fn account(&self) -> Result<&Account, Error> {
        self.account.as_ref().map_err(Error::clone)
    }
}

impl Account {
    /// What is asked for: a new walk, or the one in the cursor, which nothing may contradict.
    async fn plan(&self, params: &HistoryParams, call: &Call) -> Result<Plan, Error> {
        if let Some(size) = params.page_size
            && !(1..=MAX_PAGE_SIZE).contains(&size)
        {
            return Err(Error::invalid(
                "page_size",
                &size.to_string(),
                format!("a whole number from 1 to {MAX_PAGE_SIZE}"),
            ));
        }
        let dates = dates::range(
            params.from.as_deref(),
            params.to.as_deref(),
            params.timezone.as_deref(),
        )?;
        let mut plan = match &params.cursor {
            Some(text) => self.resume(text, params, dates, call).await?,
            None => self.begin(params, dates, call).await?,
        };
        if let Some(size) = params.page_size {
            plan.cursor.page_size = size;
        }
        if let Some(format) = params.response_format {
            plan.cursor.response_format = format;
        }
        Ok(plan)
    }

    async fn begin(
        &self,
        params: &HistoryParams,
        dates: DateRange,
        call: &Call,
    ) -> Result<Plan, Error> {
        let input = params.chat.clone().ok_or_else(|| Error::MissingInput {
            field: "chat".into(),
            accepted: "a chat, or the `cursor` of an earlier page".to_owned(),
        })?;
        let asked = ChatInput::parse("chat", &input)?;
        let found = peer::find(&self.client, &asked.chat, &input, call).await?;
        let (peer, name) = found.one(&input)?;
        let mut walk = Walk::new(params.direction.unwrap_or_default(), dates);
        if let Some(message_id) = asked.message_id {
            walk.begin_at(message_id);
        }
        Ok(Plan {
            peer,
            name,
            input,
            room: params.room.unwrap_or(usize::MAX),
            cursor: Cursor {
                chat_id: peer.chat_id,
                access_hash: peer.access_hash,
                walk,
                page_size: DEFAULT_PAGE_SIZE,
                response_format: ResponseFormat::default(),
            },
        })
    }

    async fn resume(
        &self,
        text: &str,
        params: &HistoryParams,
        dates: DateRange,
        call: &Call,
    ) -> Result<Plan, Error> {
        let cursor: Cursor = self.cursors.open(cursor::HISTORY, text)?;
        let walk = &cursor.walk;
        let contradicts = |field: &str| {
            Err(Error::CursorInvalid {
                reason: format!(
                    "`{field}` disagrees with it; send the cursor alone, or begin anew without it"
                ),
            })
        };
        if params
            .direction
            .is_some_and(|direction| direction != walk.direction)
        {
            return contradicts("direction");
        }
        if params.from.is_some() && dates.from != walk.dates.from {
            return contradicts("from");
        }
        if params.to.is_some() && dates.to != walk.dates.to {
            return contradicts("to");
        }
        if let Some(chat) = &params.chat {
            let asked = ChatInput::parse("chat", chat)?.chat;
            let found = peer::find(&self.client, &asked, chat, call).await?;
            let (named, _) = found.one(chat)?;
            if named.chat_id != cursor.chat_id {
                return contradicts("chat");
            }
        }
        Ok(Plan {
            peer: Peer {
                chat_id: cursor.chat_id,
                access_hash: cursor.access_hash,
            },
            name: ChatName::Id(cursor.chat_id),
            input: params
                .chat
                .clone()
                .unwrap_or_else(|| cursor.chat_id.to_string()),
            room: params.room.unwrap_or(usize::MAX),
            cursor,
        })
    }

    /// Whether what was just read shows that the chat is no longer called this: usernames change hands.
    fn has_lost_its_name(&self, name: &ChatName, peer: Peer) -> bool {
        let named = peer::lookup(&self.client, name);
        matches!(name, ChatName::Username(_))
            && named.is_none_or(|named| named.chat_id != peer.chat_id)
    }

    /// Resolves a chat whose access hash Telegram no longer takes, or whose name has changed hands.
    async fn resolve_anew(
        &self,
        name: &ChatName,
        stale: Peer,
        input: &str,
        call: &Call,
    ) -> Result<Peer, Error> {
        peer::resolve_anew(&self.client, name, stale, input, call).await
    }
}

/// Puts what the caller called the chat into an error about it.
fn about(error: Error, input: &str) -> Error {
    match error {
        Error::ChannelPrivate { .. } => Error::ChannelPrivate {
            input: shorten(input),
        },
        error if error.is_stale_peer() => Error::ChatNotFound {
            input: shorten(input),
        },
        other => other,
    }
}

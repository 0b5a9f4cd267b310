//! Pages of a chat: a question becomes a walk, the walk becomes requests, and what comes back leaves through
//! the privacy gate with a cursor that continues. Knows neither MCP nor what a reply may weigh.

mod access;
mod ahead;
mod chats;
mod cursor;
mod dates;
mod described;
mod filter;
mod flow;
mod isolate;
mod page;
mod plan;
mod read;
mod resolve;
mod step;
mod stride;
mod unreadable;
mod window;

use std::sync::Arc;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use self::access::{NameOnList, read_entry, read_policy};
pub use self::chats::{ChatsPage, ChatsParams, ListedChat, MAX_CHATS};
use self::cursor::CursorKey;
#[cfg(any(fuzzing, test))]
pub(crate) use self::cursor::fuzzing::cursor as fuzz_cursor;
use self::described::Described;
pub use self::filter::{FilterParams, MediaType};
pub use self::flow::{Batch, BatchMessage, Flow};
use self::isolate::Alone;
pub use self::page::{Around, Failure, Page, PageMessage, TruncatedBy};
use self::plan::Plan;
use self::read::Reading;
pub use self::resolve::{Candidate, ChatReply, InvitePreview, LookedThrough};
pub use self::unreadable::IdRange;
pub use self::window::Direction;
use crate::error::{Error, shorten};
use crate::privacy::Gate;
use crate::privacy::policy::Policy;
use crate::telegram::peer::{self, ChatName, Peer};
pub use crate::telegram::{Activity, Call, Progress, Takeout};
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
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HistoryParams {
    /// The chat, in any form that [`ChatInput`](crate::telegram::peer::ChatInput) reads.
    pub chat: Option<String>,
    /// A continuation.
    #[serde(skip)]
    pub cursor: Option<String>,
    /// 1 to 200.
    #[serde(skip)]
    pub page_size: Option<u32>,
    /// Newest or oldest first.
    pub direction: Option<Direction>,
    /// The first moment inside.
    pub from: Option<String>,
    /// The first moment outside.
    pub to: Option<String>,
    /// For dates without an offset.
    pub timezone: Option<String>,
    /// Words for Telegram to find.
    pub search: Option<String>,
    /// What else narrows it.
    pub filter: FilterParams,
    /// A message to centre the page on; for [`Reader::fetch_around`].
    pub around: Option<i32>,
    /// How much of each message.
    pub response_format: Option<ResponseFormat>,
    /// How many characters of records the reader's caller has room for; reading more would be for nothing.
    #[serde(skip)]
    pub room: Option<usize>,
}

impl HistoryParams {
    /// The first moment inside and the first one outside, as far as they can be read.
    pub fn moments(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let (from, to, zone) = (&self.from, &self.to, &self.timezone);
        let range = dates::range(from.as_deref(), to.as_deref(), zone.as_deref());
        let range = range.unwrap_or_default();
        let moment = |second: i64| Timestamp::from_second(second).ok();
        (range.from.and_then(moment), range.to.and_then(moment))
    }
}

/// Reads the history of one account.
pub struct Reader {
    account: Result<Account, Error>,
    gate: Gate,
}

struct Account {
    client: Arc<Client>,
    policy: Policy,
    alone: Alone,
    described: Described,
    cursors: Arc<CursorKey>,
    /// What the names of exports are made with.
    exports: Zeroizing<[u8; 32]>,
}

impl Reader {
    /// A reader of this account; it connects when it is first asked something.
    pub fn new(options: ClientOptions, gate: Gate) -> Self {
        let key = options.session.derive_key(b"cursor");
        let exports = options.session.derive_key(b"export");
        Self {
            account: Ok(Account {
                client: Arc::new(Client::new(options)),
                policy: gate.policy().clone(),
                alone: Alone::default(),
                described: Described::default(),
                cursors: Arc::new(CursorKey::new(&key)),
                exports,
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
            gate: Gate::unmasked(),
        }
    }

    /// Whether there is a connection to Telegram.
    pub async fn is_connected(&self) -> bool {
        match &self.account {
            Ok(account) => account.client.is_connected().await,
            Err(_) => false,
        }
    }

    /// Whether Telegram has refused the session when it was last asked something.
    pub fn is_refused(&self) -> bool {
        (self.account.as_ref()).is_ok_and(|account| account.client.is_refused())
    }

    /// How far Telegram's clock is ahead of this computer's, in seconds; unknown before it has answered.
    pub fn telegram_is_ahead(&self) -> Option<i64> {
        self.account.as_ref().ok()?.client.is_ahead()
    }

    /// Closes the connection to Telegram.
    pub async fn disconnect(&self) {
        if let Ok(account) = &self.account {
            account.client.disconnect().await;
        }
    }

    /// A part in the account's takeout session, for the calls of an export.
    pub async fn takeout(&self, call: &Call) -> Result<Takeout, Error> {
        self.account()?.client.takeout(call).await
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
        let mut plan = account.plan(params, call).boxed().await?;
        let reading = account.read_page(&mut plan, call).boxed().await?;
        self.page(account, plan, reading)
    }

    /// Reads the messages around one: two pages that meet there.
    pub async fn fetch_around(
        &self,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<Around, Failure> {
        let account = self.account()?;
        let plan = account.plan(params, call).boxed().await?;
        let (mut older, mut newer) = plan.around(params.around)?;
        let reading = account.read_page(&mut older, call).boxed().await?;
        let chat = reading.chat.clone();
        let older = self
            .page(account, older, reading)
            .map_err(|failure| failure.error)?;
        let reading = account.read_page(&mut newer, call).boxed().await?;
        let newer = self.page_beside(account, newer, reading, chat)?;
        Ok(Around {
            older,
            newer,
            direction: params.direction.unwrap_or_default(),
        })
    }

    fn account(&self) -> Result<&Account, Error> {
        self.account.as_ref().map_err(Error::clone)
    }
}

impl Account {
    /// Reads what a page is made of, another way if Telegram refuses the first one.
    async fn read_page(&self, plan: &mut Plan, call: &Call) -> Result<Reading, Error> {
        let mut reading = self.read(plan, call).await;
        while reading.is_refused() && !reading.has_no_such_thread() && plan.cursor.fall_back() {
            reading = self.read(plan, call).await;
        }
        let is_stale =
            reading.is_refused() && (reading.stopped.as_ref()).is_some_and(Error::is_stale_peer);
        if is_stale || self.has_lost_its_name(&plan.name, plan.cursor.chat) {
            plan.cursor.chat = self
                .resolve_anew(&plan.name, plan.cursor.chat, &plan.input, call)
                .await?;
            reading = self.read(plan, call).await;
        }
        self.confirm_cursor(&plan.cursor, &plan.refused_as)?;
        self.ask_for_origins(reading.messages.iter().map(|(message, _)| message), call)
            .await;
        Ok(reading)
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
        let peer = peer::resolve_anew(&self.client, name, stale, input, call).await?;
        self.admit(peer, input, call).await?;
        Ok(peer)
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

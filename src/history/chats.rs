//! The chat list as pages: at least once each, whatever moves meanwhile.

mod walk;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::walk::ChatWalk;
use super::cursor::CursorKey;
use super::page::{Failure, TruncatedBy, truncation};
use super::{Account, Reader};
use crate::error::Error;
use crate::model::{Chat, ChatKind};
use crate::privacy::Released;
use crate::telegram::peer::Wanted;
use crate::telegram::{Call, Dialog, Dialogs, Folder};

/// The most chats that one page can hold.
pub const MAX_CHATS: u32 = 100;
/// The page size when none is asked for.
const DEFAULT_CHATS: u32 = 50;
/// The most windows of the chat list that one call reads: Telegram minds sweeps.
const MOST_WINDOWS: usize = 3;
/// The longest query, in characters: the cursor carries it.
const MAX_QUERY_CHARS: usize = 64;
/// Bound into the seal of a [`ChatsCursor`].
const LAYOUT: &str = "tg.list_chats cursor 1";

/// Which chats are wanted; what is absent has its default, or what the cursor says.
#[derive(Debug, Clone, Default)]
pub struct ChatsParams {
    /// Words of a title or name.
    pub query: Option<String>,
    /// One kind only.
    pub kind: Option<ChatKind>,
    /// Only chats with unread messages.
    pub unread_only: Option<bool>,
    /// The archive instead of the main list.
    pub archived: Option<bool>,
    /// 1 to 100.
    pub page_size: Option<u32>,
    /// A continuation.
    pub cursor: Option<String>,
}

/// A chat of the list.
#[derive(Debug, Clone, Serialize)]
pub struct ListedChat {
    /// The chat.
    #[serde(flatten)]
    pub chat: Released<Chat>,
    /// How many messages are unread.
    pub unread_count: i32,
    /// When its newest message was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_date: Option<Timestamp>,
    /// It stands above the others, whatever their dates.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// It lies in the archive.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// A page of the chat list.
pub struct ChatsPage {
    /// The chats, in the order of the list.
    pub chats: Vec<ListedChat>,
    /// How many chats were looked at.
    pub fetched: u32,
    /// Whether the walk goes on.
    pub has_more: bool,
    /// Why the page ended early.
    pub truncated_by: TruncatedBy,
    /// When to go on, where Telegram or our rate named a time.
    pub retry_after: Option<Duration>,
    /// Where the walk stands before the first chat, and behind each, with how many had been looked at.
    places: Vec<(ChatWalk, u32)>,
    end: ChatsCursor,
    key: Arc<CursorKey>,
}

impl ChatsPage {
    /// The cursor behind the first `kept` chats; `None` when nothing follows.
    pub fn cursor_after(&self, kept: usize) -> Option<String> {
        let is_whole = kept >= self.chats.len();
        if is_whole && !self.has_more {
            return None;
        }
        let walk = match self.places.get(kept) {
            Some((walk, _)) if !is_whole => walk.clone(),
            _ => self.end.walk.clone(),
        };
        let cursor = ChatsCursor {
            walk,
            ..self.end.clone()
        };
        self.key.seal(LAYOUT, &cursor).ok()
    }

    /// How many chats were looked at for the first `kept`.
    pub fn fetched_after(&self, kept: usize) -> u32 {
        match self.places.get(kept) {
            Some((_, fetched)) if kept < self.chats.len() => *fetched,
            _ => self.fetched,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Question {
    query: Option<String>,
    kind: Option<ChatKind>,
    unread_only: bool,
    archived: bool,
}

/// What a cursor of the chat list carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ChatsCursor {
    question: Question,
    page_size: u32,
    walk: ChatWalk,
}

impl Reader {
    /// Reads one page of the chat list.
    pub async fn list_chats(
        &self,
        params: &ChatsParams,
        call: &Call,
    ) -> Result<ChatsPage, Failure> {
        let account = self.account()?;
        let cursor = account.chats_cursor(params)?;
        account.ask_for_invites(call).await?;
        let mut reading = Reading::new(cursor);
        let stopped = account.read_chats(&mut reading, call).await.err();
        let (truncated_by, retry_after) = match stopped {
            None => (TruncatedBy::None, None),
            Some(error) => match truncation(&error) {
                Some(truncated_by) if reading.fetched > 0 => (truncated_by, error.retry_after()),
                reason => {
                    let seal = |_| account.cursors.seal(LAYOUT, &reading.cursor).ok();
                    return Err(Failure {
                        cursor: reason.and_then(seal),
                        error,
                    });
                }
            },
        };
        let chats = reading.chats.into_iter().map(|row| self.listed(row));
        Ok(ChatsPage {
            chats: chats.collect(),
            fetched: reading.fetched,
            has_more: !reading.ended,
            truncated_by,
            retry_after,
            places: reading.places,
            end: reading.cursor,
            key: Arc::clone(&account.cursors),
        })
    }

    fn listed(&self, row: Dialog) -> ListedChat {
        let floor = self.gate.policy().not_before();
        let date = Some(row.offset.date).filter(|date| *date > 0);
        let date = date.and_then(|date| Timestamp::from_second(date.into()).ok());
        ListedChat {
            chat: self.gate.release_chat(row.chat),
            unread_count: row.unread_count,
            last_message_date: date.filter(|date| floor.is_none_or(|floor| *date >= floor)),
            pinned: row.pinned,
            archived: row.archived,
        }
    }
}

impl Account {
    /// The walk in the cursor, which nothing may contradict, or a new one.
    fn chats_cursor(&self, params: &ChatsParams) -> Result<ChatsCursor, Error> {
        let size = params.page_size;
        if let Some(size) = size.filter(|size| !(1..=MAX_CHATS).contains(size)) {
            return Err(Error::invalid(
                "page_size",
                &size.to_string(),
                format!("a whole number from 1 to {MAX_CHATS}"),
            ));
        }
        if let Some(query) = params.query.as_deref()
            && query.chars().count() > MAX_QUERY_CHARS
        {
            let accepted = format!("up to {MAX_QUERY_CHARS} characters of a title or username");
            return Err(Error::invalid("query", query, accepted));
        }
        let mut cursor = match &params.cursor {
            Some(text) => self.cursors.open(LAYOUT, text)?,
            None => ChatsCursor {
                question: params.question(),
                page_size: DEFAULT_CHATS,
                walk: ChatWalk::default(),
            },
        };
        if let Some(field) = params.contradiction(&cursor.question) {
            return Err(Error::CursorInvalid {
                reason: format!(
                    "`{field}` disagrees with it; send the cursor alone, or begin anew without it"
                ),
            });
        }
        cursor.page_size = size.unwrap_or(cursor.page_size);
        Ok(cursor)
    }

    async fn read_chats(&self, reading: &mut Reading, call: &Call) -> Result<(), Error> {
        let folder = match reading.cursor.question.archived {
            true => Folder::Archive,
            false => Folder::Main,
        };
        for _ in 0..MOST_WINDOWS {
            let walk = &reading.cursor.walk;
            let window = self.client.dialogs(folder, walk.start(), call).await?;
            self.refresh();
            reading.add(window, |chat| self.admits(chat));
            call.progress
                .say(format!("{} chats looked at", reading.fetched))
                .await;
            if reading.ended || reading.is_full() {
                break;
            }
        }
        Ok(())
    }
}

impl ChatsParams {
    fn question(&self) -> Question {
        Question {
            query: self.query.clone(),
            kind: self.kind,
            unread_only: self.unread_only.unwrap_or(false),
            archived: self.archived.unwrap_or(false),
        }
    }

    /// The argument that a cursor with this question does not agree with.
    fn contradiction(&self, question: &Question) -> Option<&'static str> {
        let differs = |differs: bool, field| differs.then_some(field);
        let query = self.query.is_some() && self.query != question.query;
        let kind = self.kind.is_some() && self.kind != question.kind;
        let unread = self
            .unread_only
            .is_some_and(|only| only != question.unread_only);
        let archived = self
            .archived
            .is_some_and(|archived| archived != question.archived);
        differs(query, "query")
            .or(differs(kind, "kind"))
            .or(differs(unread, "unread_only"))
            .or(differs(archived, "archived"))
    }
}

impl Question {
    fn matches(&self, wanted: Option<&Wanted>, row: &Dialog) -> bool {
        let chat = &row.chat;
        let is_called = |wanted: &Wanted| {
            wanted.has_all(&chat.title, chat.username.as_deref()) || wanted.is(&chat.title)
        };
        wanted.is_none_or(is_called)
            && self.kind.is_none_or(|kind| kind == chat.kind)
            && (!self.unread_only || row.unread_count > 0)
    }
}

/// What a page was read from.
struct Reading {
    wanted: Option<Wanted>,
    /// Where the walk stands now.
    cursor: ChatsCursor,
    chats: Vec<Dialog>,
    places: Vec<(ChatWalk, u32)>,
    fetched: u32,
    ended: bool,
}

impl Reading {
    fn new(cursor: ChatsCursor) -> Self {
        Self {
            wanted: cursor.question.query.as_deref().map(Wanted::new),
            places: vec![(cursor.walk.clone(), 0)],
            cursor,
            chats: Vec::new(),
            fetched: 0,
            ended: false,
        }
    }

    fn is_full(&self) -> bool {
        self.chats.len() >= self.cursor.page_size as usize
    }

    /// Takes what belongs on the page from a window. What may not be read is passed by, and not even counted.
    fn add(&mut self, window: Dialogs, admits: impl Fn(&Chat) -> bool) {
        self.cursor.walk.enter(&window);
        for row in &window.rows {
            if self.is_full() {
                self.cursor.walk = self.cursor.walk.inside();
                return;
            }
            let is_new = self.cursor.walk.pass(row);
            if !admits(&row.chat) {
                continue;
            }
            self.fetched += 1;
            if is_new && self.cursor.question.matches(self.wanted.as_ref(), row) {
                self.list(row);
            }
        }
        self.ended = self.cursor.walk.leave(&window);
    }

    /// Lists a chat, once on a page: as it was when it was last seen.
    fn list(&mut self, row: &Dialog) {
        let same = |listed: &&mut Dialog| listed.chat.chat_id == row.chat.chat_id;
        if let Some(listed) = self.chats.iter_mut().find(same) {
            *listed = row.clone();
            return;
        }
        self.chats.push(row.clone());
        self.places.push((self.cursor.walk.inside(), self.fetched));
    }
}

//! A history as a whole: a walk that goes on batch by batch until nothing is left of it, for exports.
//!
//! A batch is a page without a size: what one step found, or several whose windows were asked for at once, with all
//! that they passed by.

use std::mem;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::ahead::Ahead;
use super::cursor::{self, Cursor};
use super::page::Trail;
use super::plan::Plan;
use super::unreadable::IdRange;
use super::{Account, Direction, HistoryParams, Reader, ResponseFormat, about};
use crate::error::Error;
use crate::model::{Chat, Message};
use crate::privacy::{Gate, Released, Settings};
use crate::telegram::peer::{ChatName, Peer, PeerKind};
use crate::telegram::{Call, Source};

/// More messages than one step brings: a batch ends with its step.
const WANTED: usize = 10_000;
/// How many bytes of a keyed hash are an id.
const ID_BYTES: usize = 10;

/// Where the reading of a whole history stands.
#[derive(Clone)]
pub struct Flow {
    plan: Plan,
}

/// What one step of a flow read, or several at once.
pub struct Batch {
    chat: Chat,
    messages: Vec<(Message, u32)>,
    /// How many messages were looked at, what was deleted under way among them.
    pub fetched: u32,
    /// Which messages were looked at, in walking order, whether they are wanted or not.
    pub present: Vec<i32>,
    /// Which ids were passed by because they could not be read, in walking order.
    pub unreadable: Vec<IdRange>,
    /// How many messages Telegram says there are, where nothing narrows the walk.
    pub total: Option<u32>,
    /// The older half of the chat, by its marked id, where this account may not read it.
    pub forbidden: Option<i64>,
    /// Whether nothing follows.
    pub ended: bool,
    trail: Trail,
}

/// A message of a batch that may leave.
pub struct BatchMessage {
    /// Its record.
    pub record: Released<Message>,
    /// How many messages of the batch had been looked at when this one was found.
    pub looked_at: u32,
}

impl Reader {
    /// Begins to read all that `params` ask for. A link to a message names its chat, and nothing in it.
    pub async fn begin_flow(&self, params: &HistoryParams, call: &Call) -> Result<Flow, Error> {
        let plan = self.account()?.plan(params, call).await?;
        Ok(Flow::new(plan.begun_anew()))
    }

    /// Goes on where a checkpoint stands, which may no longer be read.
    pub async fn resume_flow(&self, checkpoint: &str, call: &Call) -> Result<Flow, Error> {
        let account = self.account()?;
        let cursor: Cursor = account.cursors.open(cursor::CHECKPOINT, checkpoint)?;
        account.flow(cursor, call).await
    }

    /// Reads what came in after a flow to newer messages had ended at this checkpoint.
    pub async fn extend_flow(&self, checkpoint: &str, call: &Call) -> Result<Flow, Error> {
        let account = self.account()?;
        let mut cursor: Cursor = account.cursors.open(cursor::CHECKPOINT, checkpoint)?;
        cursor.walk.bound = None;
        account.flow(cursor, call).await
    }

    /// Reads again what was read last before this checkpoint of a flow to newer messages, the newest first.
    pub async fn look_back(&self, checkpoint: &str, call: &Call) -> Result<Batch, Error> {
        let account = self.account()?;
        let mut cursor: Cursor = account.cursors.open(cursor::CHECKPOINT, checkpoint)?;
        let position = cursor.walk.position;
        cursor.walk.direction = Direction::Desc;
        cursor.walk.bound = position.map(|position| position.saturating_sub(1));
        let mut flow = account.flow(cursor, call).await?;
        self.read_on(&mut flow, call).await
    }

    /// Makes sure that what was written up to a checkpoint may still be read.
    pub async fn admit_checkpoint(&self, checkpoint: &str, call: &Call) -> Result<(), Error> {
        self.resume_flow(checkpoint, call).await.map(drop)
    }

    /// Reads on. A step that failed leaves the flow where it stood; one that failed half way is a batch, and the
    /// next one meets the same error.
    pub async fn read_on(&self, flow: &mut Flow, call: &Call) -> Result<Batch, Error> {
        let account = self.account()?;
        let mut plan = flow.plan.clone();
        let reading = account.read_page(&mut plan, call).await?;
        // What was spent is spent, whatever came of it.
        flow.plan.ahead.clone_from(&reading.ahead);
        let has_moved = reading.chat.is_some() && reading.next != plan.cursor;
        if let Some(part) = plan.cursor.filter.part
            && reading.has_no_such_thread()
            && !has_moved
        {
            return Err(part.not_there());
        }
        let chat = match (reading.chat, reading.stopped) {
            (Some(chat), None) => chat,
            (Some(chat), Some(_)) if has_moved => chat,
            (_, Some(error)) => return Err(about(error, &plan.input)),
            (None, None) => {
                return Err(Error::Internal {
                    what: "the chat was not described".to_owned(),
                });
            }
        };
        plan.ahead = reading.ahead;
        let start = mem::replace(&mut plan.cursor, reading.next.clone());
        flow.plan = plan;
        Ok(Batch {
            chat,
            messages: reading.messages,
            fetched: reading.fetched,
            present: reading.present,
            unreadable: reading.unreadable,
            total: reading.total,
            forbidden: reading.forbidden,
            ended: reading.ended,
            trail: Trail::new(start, reading.within, reading.next, &account.cursors),
        })
    }

    /// What is done to records before they leave.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What becomes of records depends on, as names that tell no secret.
    pub fn settings(&self) -> Result<Settings, Error> {
        let mut settings = self.gate.settings();
        settings.policy = self.name(&[settings.policy.as_bytes()])?;
        Ok(settings)
    }

    /// A name for what a flow that has not begun asks for, under these settings: the same whenever and by whichever
    /// process of the session it is asked for.
    pub fn name_flow(&self, flow: &Flow, settings: &str) -> Result<String, Error> {
        let question = postcard::to_allocvec(&flow.question()).map_err(|_| Error::Internal {
            what: "a question could not be encoded".to_owned(),
        })?;
        self.name(&[settings.as_bytes(), &[0], &question])
    }

    /// A name that only this session can make of this.
    fn name(&self, of: &[&[u8]]) -> Result<String, Error> {
        let key = self.account()?.exports.as_slice();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::Internal {
            what: "a key is of the wrong length".to_owned(),
        })?;
        of.iter().for_each(|part| mac.update(part));
        let digest = mac.finalize().into_bytes();
        let bytes = digest.iter().take(ID_BYTES);
        Ok(bytes.map(|byte| format!("{byte:02x}")).collect())
    }

    /// A cursor that leads to an export.
    pub fn seal_export(&self, export_id: &str) -> Result<String, Error> {
        (self.account()?.cursors).seal(cursor::EXPORT, &export_id)
    }

    /// The export that a cursor leads to.
    pub fn open_export(&self, text: &str) -> Result<String, Error> {
        self.account()?.cursors.open(cursor::EXPORT, text)
    }
}

impl Account {
    async fn flow(&self, mut cursor: Cursor, call: &Call) -> Result<Flow, Error> {
        cursor.not_before(self.policy.not_before());
        let input = cursor.chat.chat_id.to_string();
        self.admit_cursor(&mut cursor, &input, call).await?;
        Ok(Flow::new(Plan {
            name: ChatName::Id(cursor.chat.chat_id),
            refused_as: input.clone(),
            input,
            room: usize::MAX,
            patience: 1,
            ahead: None,
            wanted: WANTED,
            cursor,
        }))
    }
}

impl Flow {
    fn new(plan: Plan) -> Self {
        Self {
            plan: Plan {
                room: usize::MAX,
                patience: 1,
                ahead: Some(Ahead::default()),
                wanted: WANTED,
                ..plan
            },
        }
    }

    /// The chat that was asked for, by its marked id.
    pub fn chat_id(&self) -> i64 {
        self.plan.cursor.chat.chat_id
    }

    /// Newest or oldest first.
    pub fn direction(&self) -> Direction {
        self.plan.cursor.walk.direction
    }

    /// How much of each message is wanted.
    pub fn response_format(&self) -> ResponseFormat {
        self.plan.cursor.response_format
    }

    /// Whether the flow passes by every id of a channel, so that those it does not meet are not there.
    pub fn meets_every_id(&self) -> bool {
        let cursor = &self.plan.cursor;
        matches!(PeerKind::of(cursor.chat.chat_id), PeerKind::Channel(_))
            && cursor.source == Source::History
            && cursor.filter.part.is_none()
    }

    /// The id before the first one that the flow can meet, in its direction, where that is known.
    pub fn begin_id(&self) -> Option<i32> {
        let walk = &self.plan.cursor.walk;
        match walk.direction {
            Direction::Asc if walk.dates.from.is_none() => {
                Some(walk.position.unwrap_or(1).saturating_sub(1))
            }
            _ => None,
        }
    }

    /// The id behind the last one that a flow that has ended could have met, where that is known.
    pub fn end_id(&self) -> Option<i32> {
        let walk = &self.plan.cursor.walk;
        match walk.direction {
            Direction::Asc if walk.dates.to.is_none() => walk.bound?.checked_add(1),
            Direction::Desc if walk.dates.from.is_none() => Some(walk.floor().saturating_sub(1)),
            _ => None,
        }
    }

    /// A checkpoint where the flow stands.
    pub fn checkpoint(&self, reader: &Reader) -> Result<String, Error> {
        (reader.account()?.cursors).seal(cursor::CHECKPOINT, &self.plan.cursor)
    }

    /// What is asked for, without what differs from time to time.
    fn question(&self) -> Cursor {
        let bare = |peer: &mut Peer| peer.access_hash = 0;
        let mut cursor = self.plan.cursor.clone();
        cursor.page_size = 0;
        cursor.comments = None;
        bare(&mut cursor.chat);
        cursor.elsewhere.iter_mut().for_each(bare);
        match &mut cursor.source {
            Source::SavedDialog(dialog) => bare(dialog),
            Source::Search(search) => {
                search.sender.iter_mut().for_each(bare);
                search.saved_dialog.iter_mut().for_each(bare);
            }
            Source::History | Source::Thread(_) => {}
        }
        cursor
    }
}

impl Batch {
    /// The chat, as it may be told.
    pub fn chat(&self, gate: &Gate) -> Released<Chat> {
        gate.release_chat(self.chat.clone())
    }

    /// Whether the chat's owner forbids copying.
    pub fn is_protected(&self) -> bool {
        self.chat.content_protected
    }

    /// The older half of the chat that this was read in, by its marked id.
    pub fn elsewhere(&self) -> Option<i64> {
        self.trail.within.elsewhere.map(|peer| peer.chat_id)
    }

    /// How many messages are in it.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there is no message in it.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Takes the messages out of it, one after the other, as they may leave.
    pub fn release<'g>(&mut self, gate: &'g Gate) -> impl Iterator<Item = BatchMessage> + use<'g> {
        let is_concise = self.trail.next.response_format == ResponseFormat::Concise;
        let messages = mem::take(&mut self.messages).into_iter();
        messages.map(move |(message, looked_at)| {
            let record = gate.release_message(message);
            BatchMessage {
                record: if is_concise { record.concise() } else { record },
                looked_at,
            }
        })
    }

    /// A checkpoint behind all of it.
    pub fn checkpoint(&self) -> Result<String, Error> {
        self.trail.seal(cursor::CHECKPOINT, &self.trail.next)
    }

    /// A checkpoint behind this message of it.
    pub fn checkpoint_behind(&self, id: i32) -> Result<String, Error> {
        let behind = self.trail.behind(Some(id));
        self.trail.seal(cursor::CHECKPOINT, &behind)
    }
}

//! What a page is read for: the caller's words become a chat, a walk, and the way Telegram is asked.

use super::cursor::{self, Beyond, Cursor};
use super::filter::{self, ChatPart, Filter};
use super::window::{DateRange, Direction, IdBounds, Walk};
use super::{Account, DEFAULT_PAGE_SIZE, HistoryParams, MAX_PAGE_SIZE, ResponseFormat, dates};
use crate::error::Error;
use crate::model::ChatKind;
use crate::telegram::convert::GENERAL_TOPIC;
use crate::telegram::peer::{self, ChatForm, ChatInput, ChatName, Peer, PeerKind};
use crate::telegram::{Call, Search, SearchFilter, Source};

/// What a page is read for: the chat, from where, and how.
#[derive(Clone)]
pub(super) struct Plan {
    /// What the chat was called, to resolve it anew when its access hash has expired.
    pub(super) name: ChatName,
    /// What the caller wrote, for errors.
    pub(super) input: String,
    /// How many characters of records are of use.
    pub(super) room: usize,
    /// How many messages are wanted.
    pub(super) wanted: usize,
    /// Where the page begins.
    pub(super) cursor: Cursor,
}

/// A part of a chat, with what Telegram wants to see to read it.
#[derive(Default)]
struct Part {
    part: Option<ChatPart>,
    /// The chat that holds it, where it is another one.
    elsewhere: Option<Peer>,
    /// The topic, or what the messages of the thread answer, in the chat that holds them.
    thread: Option<i32>,
    dialog: Option<Peer>,
}

impl Account {
    /// What is asked for: a new walk, or the one in the cursor, which nothing may contradict.
    pub(super) async fn plan(&self, params: &HistoryParams, call: &Call) -> Result<Plan, Error> {
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
        let filter = Filter::read(&params.filter)?;
        let query = params.search.as_deref().map(filter::query).transpose()?;
        let mut plan = match &params.cursor {
            Some(text) => {
                self.resume(text, params, dates, filter, query, call)
                    .await?
            }
            None => self.begin(params, dates, filter, query, call).await?,
        };
        if let Some(size) = params.page_size {
            plan.cursor.page_size = size;
        }
        if let Some(format) = params.response_format {
            plan.cursor.response_format = format;
        }
        plan.wanted = plan.cursor.page_size as usize;
        Ok(plan)
    }

    async fn begin(
        &self,
        params: &HistoryParams,
        dates: DateRange,
        mut filter: Filter,
        query: Option<String>,
        call: &Call,
    ) -> Result<Plan, Error> {
        let input = params.chat.clone().ok_or_else(|| Error::MissingInput {
            field: "chat".into(),
            accepted: "a chat, or the `cursor` of an earlier page".to_owned(),
        })?;
        let asked = ChatInput::parse("chat", &input)?;
        let found = peer::find(&self.client, &asked.chat, &input, call).await?;
        let (chat, name) = found.one(&input)?;
        let senders = self.senders(params, call).await?;
        filter.senders = senders.iter().map(|(id, _)| *id).collect();
        let part = self.part(params, &asked, chat, &query, call).await?;
        filter.part = part.part;
        let ids = IdBounds {
            min: filter.min_id,
            max: filter.max_id,
        };
        let mut walk = Walk::new(params.direction.unwrap_or_default(), dates).within(ids);
        let begin = match filter.part {
            Some(ChatPart::Comments(_)) => asked.comment_id,
            // A link to a topic is one to the message that opened it.
            Some(ChatPart::Topic(topic)) => asked.message_id.filter(|id| *id != topic),
            _ => asked.message_id,
        };
        if let Some(message_id) = begin {
            walk.begin_at(message_id);
        }
        let sender = sender_to_ask_for(&senders, chat);
        let source = choose(&filter, query, sender, &part, &walk);
        if !source.takes_offset_date() && walk.direction == Direction::Asc {
            walk.jump_behind(0);
        }
        let mut cursor = Cursor {
            chat,
            elsewhere: part.elsewhere,
            beyond: Beyond::Nothing,
            source,
            walk,
            filter,
            page_size: DEFAULT_PAGE_SIZE,
            response_format: ResponseFormat::default(),
        };
        if cursor.may_have_halves() {
            cursor.beyond = match (cursor.walk.direction, begin.or(params.around)) {
                (Direction::Desc, _) => Beyond::Older,
                (Direction::Asc, None) => Beyond::Unasked,
                // What comes before this message is not wanted.
                (Direction::Asc, Some(_)) => Beyond::Nothing,
            };
        }
        Ok(Plan {
            name,
            input,
            room: params.room.unwrap_or(usize::MAX),
            wanted: DEFAULT_PAGE_SIZE as usize,
            cursor,
        })
    }

    async fn resume(
        &self,
        text: &str,
        params: &HistoryParams,
        dates: DateRange,
        mut filter: Filter,
        query: Option<String>,
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
        if params.around.is_some() {
            return contradicts("around");
        }
        if query.is_some() && query.as_deref() != cursor.source.query() {
            return contradicts("search");
        }
        if let Some(chat) = &params.chat {
            let (named, _) = self.find("chat", chat, call).await?;
            if named.chat_id != cursor.chat.chat_id {
                return contradicts("chat");
            }
        }
        if params.filter != filter::FilterParams::default() {
            let senders = self.senders(params, call).await?;
            filter.senders = senders.iter().map(|(id, _)| *id).collect();
            let asked = ChatInput::from(ChatName::Id(cursor.chat.chat_id));
            let part = self.part(params, &asked, cursor.chat, &None, call).await?;
            filter.part = part.part.or(cursor.filter.part);
            if filter != cursor.filter {
                return contradicts("filter");
            }
        }
        Ok(Plan {
            name: ChatName::Id(cursor.chat.chat_id),
            input: params
                .chat
                .clone()
                .unwrap_or_else(|| cursor.chat.chat_id.to_string()),
            room: params.room.unwrap_or(usize::MAX),
            wanted: cursor.page_size as usize,
            cursor,
        })
    }

    /// The one chat that this argument names, and what names it from now on.
    async fn find(
        &self,
        field: &'static str,
        text: &str,
        call: &Call,
    ) -> Result<(Peer, ChatName), Error> {
        let form = ChatInput::parse(field, text)?.chat;
        peer::find(&self.client, &form, text, call).await?.one(text)
    }

    /// The marked ids of the senders that are wanted, in order, each with its peer where one is known.
    async fn senders(
        &self,
        params: &HistoryParams,
        call: &Call,
    ) -> Result<Vec<(i64, Option<Peer>)>, Error> {
        const FIELD: &str = "filter.from_users";
        let mut senders = Vec::new();
        for text in params.filter.from_users.iter().flatten() {
            senders.push(match ChatInput::parse(FIELD, text)?.chat {
                // Messages say their senders' ids: nobody has to be met for that.
                ChatForm::Name(name @ ChatName::Id(id)) => (id, peer::lookup(&self.client, &name)),
                form => {
                    let found = peer::find(&self.client, &form, text, call).await?;
                    let (peer, _) = found.one(text)?;
                    (peer.chat_id, Some(peer))
                }
            });
        }
        senders.sort_unstable_by_key(|(id, _)| *id);
        senders.dedup_by_key(|(id, _)| *id);
        Ok(senders)
    }

    /// The part of the chat that is wanted, if it is one.
    async fn part(
        &self,
        params: &HistoryParams,
        asked: &ChatInput,
        chat: Peer,
        query: &Option<String>,
        call: &Call,
    ) -> Result<Part, Error> {
        let topic = params.filter.topic_id.as_deref().map(str::trim);
        match (topic, params.filter.comments_of) {
            (Some(_), Some(post)) => Err(Error::invalid(
                "filter.comments_of",
                &post.to_string(),
                "nothing beside `topic_id`: a message stands in one of them",
            )),
            (None, Some(post)) => self.comments(chat, post, query.is_some(), call).await,
            (Some(topic), None) => self.topic(chat, topic, call).await,
            (None, None) => match (asked.topic_id, asked.message_id, asked.comment_id) {
                (_, Some(post), Some(_)) => self.comments(chat, post, query.is_some(), call).await,
                (topic, Some(message), _) => self.linked_topic(chat, topic, message, call).await,
                _ => Ok(Part::default()),
            },
        }
    }

    /// The topic that a link points into, or at. Elsewhere than in a forum such a link is one to a message.
    async fn linked_topic(
        &self,
        chat: Peer,
        topic: Option<i32>,
        message: i32,
        call: &Call,
    ) -> Result<Part, Error> {
        let is_channel = matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_));
        if !is_channel || self.chat_beside(chat, None, call).await?.kind != ChatKind::Forum {
            return Ok(Part::default());
        }
        if let Some(topic) = topic {
            return Ok(Part::topic(topic));
        }
        let topics = self.client.topics(chat, call).await?;
        let is_topic = topics.iter().any(|topic| topic.topic_id == message);
        Ok(if is_topic {
            Part::topic(message)
        } else {
            Part::default()
        })
    }

    async fn comments(
        &self,
        chat: Peer,
        post: i32,
        is_search: bool,
        call: &Call,
    ) -> Result<Part, Error> {
        // Private chats and basic groups know no threads.
        let is_channel = matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_));
        if post < 1 || !is_channel {
            return Err(ChatPart::Comments(post).not_there());
        }
        let mut part = Part {
            part: Some(ChatPart::Comments(post)),
            thread: Some(post),
            ..Part::default()
        };
        // Telegram searches comments in the group that holds them.
        if is_search {
            let found = match self.client.discussion(chat, post, call).await {
                Err(Error::Rpc {
                    code: 400, name, ..
                }) if name == "MSG_ID_INVALID" => None,
                found => found?,
            };
            let (group, root) = found.ok_or_else(|| ChatPart::Comments(post).not_there())?;
            let (group, _) = self.find("chat", &group.to_string(), call).await?;
            part.elsewhere = Some(group).filter(|group| *group != chat);
            part.thread = Some(root);
        }
        Ok(part)
    }

    /// A topic by its id or title, or a dialog inside saved messages.
    async fn topic(&self, chat: Peer, text: &str, call: &Call) -> Result<Part, Error> {
        const FIELD: &str = "filter.topic_id";
        let id = text.parse::<i64>().ok();
        // No topic has such an id, but a person whom a channel talks with in its direct messages may.
        let is_peer = text.starts_with('@') || id.is_some_and(|id| id < 1 || id > i32::MAX.into());
        if self.client.peers().me() == Some(chat) || is_peer {
            let (dialog, _) = self.find(FIELD, text, call).await?;
            return Ok(Part {
                part: Some(ChatPart::SavedDialog(dialog.chat_id)),
                dialog: Some(dialog),
                ..Part::default()
            });
        }
        if !matches!(PeerKind::of(chat.chat_id), PeerKind::Channel(_)) {
            return Err(filter::no_topic(text));
        }
        if let Some(topic) = id.and_then(|id| i32::try_from(id).ok()) {
            return Ok(Part::topic(topic));
        }
        let wanted = text.to_lowercase();
        let topics = match self.client.topics(chat, call).await {
            Err(error) if error.is_refusal() && !error.is_stale_peer() => Vec::new(),
            topics => topics?,
        };
        let mut named = topics
            .iter()
            .filter(|topic| topic.title.trim().to_lowercase() == wanted);
        match (named.next(), named.next()) {
            (Some(topic), None) => Ok(Part::topic(topic.topic_id)),
            (Some(_), Some(_)) => Err(Error::invalid(
                FIELD,
                text,
                "an id, since several topics have this title; the chat's description lists them",
            )),
            (None, _) => Err(filter::no_topic(text)),
        }
    }
}

impl Plan {
    /// The plans of two pages that meet at a message, which is the first one's.
    pub(super) fn around(&self, message_id: Option<i32>) -> Result<(Self, Self), Error> {
        let id = message_id.unwrap_or(0);
        if id < 1 {
            return Err(Error::invalid(
                "around",
                &id.to_string(),
                "the id of a message",
            ));
        }
        if self.wanted < 2 {
            return Err(Error::invalid(
                "page_size",
                &self.wanted.to_string(),
                "at least 2 with `around`",
            ));
        }
        let leg = |direction, begin, beyond, wanted| {
            let mut plan = self.clone();
            let walk = &self.cursor.walk;
            plan.cursor.walk = Walk::new(direction, walk.dates).within(walk.ids);
            plan.cursor.walk.begin_at(begin);
            plan.cursor.beyond = beyond;
            plan.wanted = wanted;
            plan.room /= 2;
            plan
        };
        let beyond = if self.cursor.may_have_halves() {
            Beyond::Older
        } else {
            Beyond::Nothing
        };
        let newer = self.wanted / 2;
        Ok((
            leg(Direction::Desc, id, beyond, self.wanted - newer),
            leg(Direction::Asc, id.saturating_add(1), Beyond::Nothing, newer),
        ))
    }
}

impl Part {
    fn topic(id: i32) -> Self {
        Self {
            part: Some(ChatPart::Topic(id)),
            thread: Some(id),
            ..Self::default()
        }
    }
}

/// The sender to ask Telegram for, where it can be trusted to find all of theirs: in private chats it ignores
/// the sender, and who speaks as the chat itself is not searched for.
fn sender_to_ask_for(senders: &[(i64, Option<Peer>)], chat: Peer) -> Option<Peer> {
    match senders {
        [(id, Some(peer))] if *id != chat.chat_id && chat.chat_id < 0 => Some(*peer),
        _ => None,
    }
}

/// The way to ask for the fewest messages that hold all those wanted.
///
/// A filter and a sender are never sent together, since Telegram fails on some such requests; the sender is then
/// looked for here. Types that Telegram has no filter for, several at once, and places, of which nobody says
/// whether venues are among them, are looked for here as well.
fn choose(
    filter: &Filter,
    query: Option<String>,
    sender: Option<Peer>,
    part: &Part,
    walk: &Walk,
) -> Source {
    let kind = filter.search_filter();
    let is_comments = matches!(part.part, Some(ChatPart::Comments(_)));
    let narrows = kind != SearchFilter::Empty || sender.is_some();
    if query.is_some() || (narrows && !is_comments) {
        return Source::Search(Search {
            query: query.unwrap_or_default(),
            filter: kind,
            sender: sender.filter(|_| kind == SearchFilter::Empty),
            // Nobody says whether a search in General finds what says nothing of a topic.
            thread: part
                .thread
                .filter(|_| part.part != Some(ChatPart::Topic(GENERAL_TOPIC))),
            saved_dialog: part.dialog,
            min_date: walk.min_date(),
            max_date: walk.max_date(),
        });
    }
    everything(part.thread, part.dialog)
}

fn everything(thread: Option<i32>, dialog: Option<Peer>) -> Source {
    match (thread, dialog) {
        (Some(root), _) => Source::Thread(root),
        (None, Some(dialog)) => Source::SavedDialog(dialog),
        (None, None) => Source::History,
    }
}

impl Cursor {
    /// Whether the chat can have been a basic group, and all of its messages are wanted from there too.
    fn may_have_halves(&self) -> bool {
        matches!(PeerKind::of(self.chat.chat_id), PeerKind::Channel(_))
            && self.filter.part.is_none()
            && self.walk.ids == IdBounds::default()
    }

    /// Reads more and picks here what is wanted, after Telegram has refused to; whether there is such a way.
    pub(super) fn fall_back(&mut self) -> bool {
        self.source = match (&self.source, self.filter.part) {
            (Source::Search(search), part) if search.query.is_empty() => match part {
                Some(ChatPart::Topic(topic)) => Source::Thread(topic),
                _ => everything(search.thread, search.saved_dialog),
            },
            // Every message of a forum says which topic it stands in.
            (Source::Thread(_), Some(ChatPart::Topic(_))) => Source::History,
            _ => return false,
        };
        true
    }
}

//! What a page is read for: the caller's words become a chat, a walk, and the way Telegram is asked.

mod part;
mod route;

use self::route::{choose, sender_to_ask_for};
use super::ahead::Ahead;
use super::cursor::{self, Beyond, Cursor};
use super::filter::{self, ChatPart, Filter};
use super::window::{DateRange, Direction, IdBounds, Walk};
use super::{Account, DEFAULT_PAGE_SIZE, HistoryParams, MAX_PAGE_SIZE, ResponseFormat, dates};
use crate::error::Error;
use crate::telegram::Call;
use crate::telegram::peer::{self, ChatInput, ChatName, Peer, PeerKind};

/// What a page is read for: the chat, from where, and how.
#[derive(Clone)]
pub(super) struct Plan {
    /// What the chat was called, to resolve it anew when its access hash has expired.
    pub(super) name: ChatName,
    /// What the caller wrote, for errors.
    pub(super) input: String,
    /// The same for a refusal, which tells nothing else.
    pub(super) refused_as: String,
    /// How many characters of records are of use.
    pub(super) room: usize,
    /// After how many steps a page is left as it is, however few messages they found.
    pub(super) patience: usize,
    /// What is known of windows that may be asked for ahead of the walk; none where one is asked for after the other.
    pub(super) ahead: Option<Ahead>,
    /// How many messages are wanted.
    pub(super) wanted: usize,
    /// Where the page begins.
    pub(super) cursor: Cursor,
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
        )?
        .not_before(self.policy.not_before());
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
        let found = self.find(&asked.chat, &input, call).await?;
        let (chat, name) = found.one(&input)?;
        let senders = self.senders(params, &mut filter, call).await?;
        let part = self
            .part(params, &asked, chat, query.is_some(), call)
            .await?;
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
            comments: part.comments,
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
            refused_as: input.clone(),
            input,
            room: params.room.unwrap_or(usize::MAX),
            patience: usize::MAX,
            ahead: None,
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
        let mut cursor: Cursor = self.cursors.open(cursor::HISTORY, text)?;
        cursor.not_before(self.policy.not_before());
        let refused_as = params.chat.as_deref().unwrap_or("cursor");
        self.admit_cursor(&mut cursor, refused_as, call).await?;
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
            let (named, _) = self.find_one("chat", chat, call).await?;
            if named.chat_id != cursor.chat.chat_id {
                return contradicts("chat");
            }
        }
        if params.filter != filter::FilterParams::default() {
            self.senders(params, &mut filter, call).await?;
            let asked = ChatInput::from(ChatName::Id(cursor.chat.chat_id));
            let part = self.part(params, &asked, cursor.chat, false, call).await?;
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
            refused_as: refused_as.to_owned(),
            room: params.room.unwrap_or(usize::MAX),
            patience: usize::MAX,
            ahead: None,
            wanted: cursor.page_size as usize,
            cursor,
        })
    }

    /// The one chat that this argument names, and what names it from now on.
    async fn find_one(
        &self,
        field: &'static str,
        text: &str,
        call: &Call,
    ) -> Result<(Peer, ChatName), Error> {
        let form = ChatInput::parse(field, text)?.chat;
        self.find(&form, text, call).await?.one(text)
    }

    /// Notes in the filter which senders are wanted: their marked ids, in order, each with its peer where one is
    /// known. Where only listed chats may be read, nobody is asked who has a name: senders are compared with it.
    async fn senders(
        &self,
        params: &HistoryParams,
        filter: &mut Filter,
        call: &Call,
    ) -> Result<Vec<(i64, Option<Peer>)>, Error> {
        const FIELD: &str = "filter.from_users";
        let is_closed = self.policy.has_allow_list();
        let mut senders = Vec::new();
        for text in params.filter.from_users.iter().flatten() {
            let form = ChatInput::parse(FIELD, text)?.chat;
            match form.name() {
                // Messages say their senders' ids: nobody has to be met for that.
                Some(name @ ChatName::Id(id)) => {
                    let peer = peer::lookup(&self.client, &name).filter(|_| !is_closed);
                    senders.push((id, peer));
                }
                Some(ChatName::Username(name)) if is_closed => filter.sender_names.push(name),
                None if is_closed => {
                    return Err(Error::invalid(FIELD, text, "ids, `@name`s or `me`"));
                }
                _ => {
                    let peer = self.find_sender(&form, text, call).await?;
                    senders.push((peer.chat_id, Some(peer)));
                }
            }
        }
        senders.sort_unstable_by_key(|(id, _)| *id);
        senders.dedup_by_key(|(id, _)| *id);
        filter.senders = senders.iter().map(|(id, _)| *id).collect();
        filter.sender_names.sort_unstable();
        filter.sender_names.dedup();
        // One sender of several is not one to search for.
        if !filter.sender_names.is_empty() {
            senders.clear();
        }
        Ok(senders)
    }
}

impl Plan {
    /// The same plan, for all that there is: wherever in it a link points.
    pub(super) fn begun_anew(mut self) -> Self {
        let walk = &self.cursor.walk;
        let direction = walk.direction;
        self.cursor.walk = Walk::new(direction, walk.dates).within(walk.ids);
        if !self.cursor.source.takes_offset_date() && direction == Direction::Asc {
            self.cursor.walk.jump_behind(0);
        }
        if self.cursor.may_have_halves() {
            self.cursor.beyond = match direction {
                Direction::Desc => Beyond::Older,
                Direction::Asc => Beyond::Unasked,
            };
        }
        self
    }

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

impl Cursor {
    /// Whether the chat can have been a basic group, and all of its messages are wanted from there too.
    fn may_have_halves(&self) -> bool {
        matches!(PeerKind::of(self.chat.chat_id), PeerKind::Channel(_))
            && self.filter.part.is_none()
            && self.walk.ids == IdBounds::default()
    }
}

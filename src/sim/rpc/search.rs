//! `messages.search`: one chat's messages by words, kind, sender, thread and date.

use grammers_tl_types::{self as tl, functions};

use super::input::known_peer;
use super::messages::{page, spoil_page};
use super::replies::belongs;
use super::{Answered, Refusal, input_peer, read, refuse};
use crate::sim::history::{Window, date_of};
use crate::sim::knobs::{Deleted, Knobs};
use crate::sim::search::{Query, filter};
use crate::sim::threads::{self, GENERAL};
use crate::sim::world::{World, marked};

/// A search with its peers known.
struct Question<'a> {
    request: &'a functions::messages::Search,
    chat_id: i64,
    query: Query,
    sender: Option<i64>,
    saved_peer: Option<i64>,
}

pub(super) fn search(world: &mut World, method: &'static str, arguments: &[u8]) -> Answered {
    let request: functions::messages::Search = read(arguments)?;
    let chat_id = input_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(chat_id));
    let question = Question::of(world, &request, chat_id)?;
    let window = Window {
        offset_id: request.offset_id,
        offset_date: 0,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    // What was deleted is no longer in the index.
    let knobs = Knobs {
        deleted: Deleted::Skipped,
        ..world.knobs.clone()
    };
    let answer = page(world, &knobs, chat_id, &window, |message| {
        question.finds(world, message)
    });
    Ok(spoil_page(world, chat_id, &answer))
}

impl<'a> Question<'a> {
    fn of(
        world: &World,
        request: &'a functions::messages::Search,
        chat_id: i64,
    ) -> Result<Self, Refusal> {
        let known = |input: &Option<tl::enums::InputPeer>| {
            input
                .as_ref()
                .map(|input| known_peer(world, input))
                .transpose()
        };
        let sender = known(&request.from_id)?;
        let saved_peer = known(&request.saved_peer_id)?;
        let is_unfiltered = is_empty(&request.filter);
        let query = Query::new(&request.q);
        let asks_nothing = query.is_empty()
            && is_unfiltered
            && sender.is_none()
            && saved_peer.is_none()
            && request.top_msg_id.is_none()
            && request.saved_reaction.is_none();
        if asks_nothing {
            return Err(refuse(400, "SEARCH_QUERY_EMPTY"));
        }
        if world.knobs.filter_with_sender_fails && sender.is_some() && !is_unfiltered {
            return Err(refuse(500, "RPC_CALL_FAIL"));
        }
        let is_ignored = chat_id > 0 && world.knobs.private_search_ignores_sender;
        Ok(Self {
            request,
            chat_id,
            query,
            sender: sender.filter(|_| !is_ignored),
            saved_peer,
        })
    }

    fn finds(&self, world: &World, message: &tl::enums::Message) -> bool {
        let request = self.request;
        filter::admits(&request.filter, message)
            && self.has_date(&world.knobs, message)
            && self
                .sender
                .is_none_or(|sender| self.sender_of(world, message) == Some(sender))
            && self
                .saved_peer
                .is_none_or(|saved| threads::sub_dialog(self.chat_id, message) == saved)
            && request
                .top_msg_id
                .is_none_or(|thread| self.is_in(world, message, thread))
            && self.has_reaction(message)
            && self.query.finds(message)
    }

    fn is_in(&self, world: &World, message: &tl::enums::Message, thread: i32) -> bool {
        let is_unmarked = thread == GENERAL && threads::topic_of(message).is_none();
        belongs(world, self.chat_id, message, thread)
            && (!is_unmarked || world.knobs.search_general_holds_unmarked)
    }

    fn has_date(&self, knobs: &Knobs, message: &tl::enums::Message) -> bool {
        let (min, max) = (self.request.min_date, self.request.max_date);
        let Some(date) = date_of(message) else {
            return false;
        };
        if knobs.lone_filter_ignores_dates && self.is_lone_filter() {
            return true;
        }
        let is_late = min <= 0 || date > min || (knobs.inclusive_min_date && date == min);
        let is_early = max <= 0 || date < max || (knobs.inclusive_max_date && date == max);
        is_late && is_early
    }

    /// Whether a filter is all that this search has.
    fn is_lone_filter(&self) -> bool {
        !is_empty(&self.request.filter)
            && self.query.is_empty()
            && self.sender.is_none()
            && self.saved_peer.is_none()
            && self.request.top_msg_id.is_none()
    }

    /// Who sent a message: who it names, or else the chat itself, be it a channel or the other side.
    fn sender_of(&self, world: &World, message: &tl::enums::Message) -> Option<i64> {
        let (from, out) = match message {
            tl::enums::Message::Message(message) => (message.from_id.as_ref(), message.out),
            tl::enums::Message::Service(message) => (message.from_id.as_ref(), message.out),
            tl::enums::Message::Empty(_) => return None,
        };
        let unnamed = if out { world.me } else { self.chat_id };
        Some(from.map_or(unnamed, marked))
    }

    fn has_reaction(&self, message: &tl::enums::Message) -> bool {
        let Some(wanted) = &self.request.saved_reaction else {
            return true;
        };
        let tl::enums::Message::Message(message) = message else {
            return false;
        };
        let Some(tl::enums::MessageReactions::Reactions(reactions)) = &message.reactions else {
            return false;
        };
        reactions.results.iter().any(|result| {
            let tl::enums::ReactionCount::Count(result) = result;
            wanted.contains(&result.reaction)
        })
    }
}

fn is_empty(filter: &tl::enums::MessagesFilter) -> bool {
    matches!(filter, tl::enums::MessagesFilter::InputMessagesFilterEmpty)
}

//! The topics of a forum, listed and by id.

use std::cmp::Reverse;
use std::collections::HashMap;

use grammers_tl_types::{Serializable as _, enums, functions, types};

use super::messages::spoil;
use super::{Answered, Refusal, input_peer, read, refuse};
use crate::sim::blank;
use crate::sim::history::date_of;
use crate::sim::search::Query;
use crate::sim::threads::{self, GENERAL};
use crate::sim::world::{CHANNEL_MARK, World, peer};

const MOST: usize = 100;

/// A topic with the newest of its messages.
struct Row<'a> {
    id: i32,
    title: &'a str,
    created: i32,
    creator: enums::Peer,
    newest: Option<&'a enums::Message>,
}

/// Where a topic stands in the list: its date, its newest message, its id.
type Place = (i32, i32, i32);

pub(super) fn get_forum_topics(
    world: &mut World,
    method: &'static str,
    arguments: &[u8],
) -> Answered {
    let request: functions::messages::GetForumTopics = read(arguments)?;
    let forum = input_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(forum));
    let by_creation = world.knobs.topics_by_creation;
    let query = Query::new(request.q.as_deref().unwrap_or_default());
    let mut rows = rows(world, forum)?;
    rows.retain(|row| query.finds_title(row.title));
    rows.sort_by_key(|row| Reverse(row.place(by_creation)));
    let count = rows.len();
    let offset = (
        request.offset_date,
        if by_creation { 0 } else { request.offset_id },
        request.offset_topic,
    );
    let skipped = match offset {
        (0, _, 0) => 0,
        (0, _, topic) => rows
            .iter()
            .position(|row| row.id == topic)
            .map_or(count, |at| at + 1),
        offset => rows.partition_point(|row| row.place(by_creation) >= offset),
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).min(MOST);
    let page: Vec<Row<'_>> = rows.into_iter().skip(skipped).take(limit).collect();
    let topics = page.iter().map(|row| row.topic(forum).into()).collect();
    Ok(answer(world, forum, &page, topics, count))
}

pub(super) fn get_forum_topics_by_id(
    world: &mut World,
    method: &'static str,
    arguments: &[u8],
) -> Answered {
    let request: functions::messages::GetForumTopicsById = read(arguments)?;
    let forum = input_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(forum));
    let mut rows = rows(world, forum)?;
    if request.topics.is_empty() {
        return Err(refuse(400, "TOPICS_EMPTY"));
    }
    rows.retain(|row| request.topics.contains(&row.id));
    let topics = request
        .topics
        .iter()
        .map(|id| match rows.iter().find(|row| row.id == *id) {
            Some(row) => row.topic(forum).into(),
            None => types::ForumTopicDeleted { id: *id }.into(),
        })
        .collect();
    Ok(answer(world, forum, &rows, topics, request.topics.len()))
}

fn rows(world: &World, forum: i64) -> Result<Vec<Row<'_>>, Refusal> {
    let channel = world
        .channels
        .get(&(CHANNEL_MARK - forum))
        .ok_or_else(|| refuse(400, "PEER_ID_INVALID"))?;
    if !channel.forum {
        return Err(refuse(400, "CHANNEL_FORUM_MISSING"));
    }
    let mut newest = HashMap::new();
    for message in world
        .histories
        .get(&forum)
        .into_iter()
        .flat_map(|history| history.existing())
    {
        newest.insert(threads::topic_of(message).unwrap_or(GENERAL), message);
    }
    let topics = world.details.get(&forum).map(|details| &details.topics);
    Ok(topics
        .into_iter()
        .flatten()
        .map(|(id, title)| {
            let root = world.existing(forum, *id);
            let creator = match root {
                Some(enums::Message::Service(root)) => root.from_id.clone(),
                _ => None,
            };
            Row {
                id: *id,
                title,
                created: root.and_then(date_of).unwrap_or(channel.date),
                creator: creator.unwrap_or_else(|| peer(world.me)),
                newest: newest.get(id).copied(),
            }
        })
        .collect())
}

impl Row<'_> {
    fn place(&self, by_creation: bool) -> Place {
        if by_creation {
            return (self.created, 0, self.id);
        }
        let date = self.newest.and_then(date_of).unwrap_or(self.created);
        (date, self.newest.map_or(0, enums::Message::id), self.id)
    }

    fn topic(&self, forum: i64) -> types::ForumTopic {
        types::ForumTopic {
            date: self.created,
            top_message: self.newest.map_or(0, enums::Message::id),
            ..blank::topic(self.id, self.title, peer(forum), self.creator.clone())
        }
    }
}

fn answer(
    world: &World,
    forum: i64,
    rows: &[Row<'_>],
    topics: Vec<enums::ForumTopic>,
    count: usize,
) -> Vec<u8> {
    let messages: Vec<enums::Message> = rows.iter().filter_map(|row| row.newest.cloned()).collect();
    let (users, chats) = world.named_in(forum, messages.iter());
    let ids: Vec<i32> = messages.iter().map(enums::Message::id).collect();
    let answer = types::messages::ForumTopics {
        order_by_create_date: world.knobs.topics_by_creation,
        count: i32::try_from(count).unwrap_or(i32::MAX),
        topics,
        messages,
        chats,
        users,
        pts: 1,
    };
    let bytes = enums::messages::ForumTopics::from(answer).to_bytes();
    spoil(world, forum, ids, bytes)
}

//! Polls and to-do lists, with who chose or did what.

use grammers_tl_types as tl;

use crate::model::{Media, MediaKind, PeerRef, Poll, PollOption, Todo, TodoItem};

use super::peers::{Peers, marked_id};
use super::{media, non_empty, plain, timestamp};

pub(super) fn poll(raw: &tl::types::MessageMediaPoll, peers: &Peers) -> Poll {
    let tl::enums::Poll::Poll(poll) = &raw.poll;
    let tl::enums::PollResults::Results(results) = &raw.results;
    let counts = results.results.as_deref().unwrap_or_default();
    Poll {
        question: plain(&poll.question),
        options: poll
            .answers
            .iter()
            .map(|answer| option(answer, counts, peers))
            .collect(),
        total_voters: results.total_voters,
        quiz: poll.quiz,
        closed: poll.closed,
        multiple_choice: poll.multiple_choice,
        explanation: results.solution.as_deref().and_then(non_empty),
        public: poll.public_voters,
        close_date: poll.close_date.map(timestamp),
        media_type: raw.attached_media.as_ref().and_then(media::kind),
    }
}

fn option(
    answer: &tl::enums::PollAnswer,
    counts: &[tl::enums::PollAnswerVoters],
    peers: &Peers,
) -> PollOption {
    let known = match answer {
        tl::enums::PollAnswer::Answer(answer) => Some(answer),
        tl::enums::PollAnswer::InputPollAnswer(_) => None,
    };
    let count = counts.iter().find_map(|count| {
        let tl::enums::PollAnswerVoters::Voters(count) = count;
        known
            .is_some_and(|known| known.option == count.option)
            .then_some(count)
    });
    let voters = count.and_then(|count| count.recent_voters.as_deref());
    PollOption {
        text: answer_text(answer),
        voters: count.and_then(|count| count.voters),
        chosen: count.is_some_and(|count| count.chosen),
        correct: count.is_some_and(|count| count.correct),
        by: voters
            .unwrap_or_default()
            .iter()
            .map(|peer| reference(peer, peers))
            .collect(),
        added_by: known
            .and_then(|known| known.added_by.as_ref())
            .map(|peer| reference(peer, peers)),
        media_type: known
            .and_then(|known| known.media.as_ref())
            .and_then(media::kind),
    }
}

fn reference(peer: &tl::enums::Peer, peers: &Peers) -> PeerRef {
    peers.reference(marked_id(peer))
}

/// The words of an answer.
pub(super) fn answer_text(answer: &tl::enums::PollAnswer) -> String {
    match answer {
        tl::enums::PollAnswer::Answer(answer) => plain(&answer.text),
        tl::enums::PollAnswer::InputPollAnswer(answer) => plain(&answer.text),
    }
}

pub(super) fn todo(raw: &tl::types::MessageMediaToDo, peers: &Peers) -> Media {
    let tl::enums::TodoList::List(list) = &raw.todo;
    let done = raw.completions.as_deref().unwrap_or_default();
    let mut items: Vec<TodoItem> = list.list.iter().map(todo_item).collect();
    for item in &mut items {
        let done = done.iter().find_map(|done| {
            let tl::enums::TodoCompletion::Completion(done) = done;
            (done.id == item.id).then_some(done)
        });
        item.done_by = done.map(|done| reference(&done.completed_by, peers));
        item.done_at = done.map(|done| timestamp(done.date));
    }
    Media {
        title: non_empty(&plain(&list.title)),
        todo: Some(Todo { items }),
        ..Media::new(MediaKind::Todo)
    }
}

/// A task, not done.
pub(super) fn todo_item(raw: &tl::enums::TodoItem) -> TodoItem {
    let tl::enums::TodoItem::Item(item) = raw;
    TodoItem {
        id: item.id,
        text: plain(&item.title),
        done_by: None,
        done_at: None,
    }
}

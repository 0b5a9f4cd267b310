//! Polls and to-do lists, with who chose or did what.

use std::collections::HashMap;

use grammers_tl_types as tl;

use crate::model::{Media, MediaKind, PeerRef, Poll, PollOption, Todo, TodoItem};

use super::peers::{Peers, marked_id};
use super::{media, non_empty, plain, timestamp};

pub(super) fn poll(raw: &tl::types::MessageMediaPoll, peers: &Peers) -> Poll {
    let tl::enums::Poll::Poll(poll) = &raw.poll;
    let tl::enums::PollResults::Results(results) = &raw.results;
    let counts: Counts<'_> = results.results.iter().flatten().map(by_option).collect();
    Poll {
        question: plain(&poll.question),
        options: poll
            .answers
            .iter()
            .map(|answer| option(answer, &counts, peers))
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

/// The votes for each answer, by its key.
type Counts<'a> = HashMap<&'a [u8], &'a tl::types::PollAnswerVoters>;

fn by_option(count: &tl::enums::PollAnswerVoters) -> (&[u8], &tl::types::PollAnswerVoters) {
    let tl::enums::PollAnswerVoters::Voters(count) = count;
    (&count.option, count)
}

fn option(answer: &tl::enums::PollAnswer, counts: &Counts<'_>, peers: &Peers) -> PollOption {
    let known = match answer {
        tl::enums::PollAnswer::Answer(answer) => Some(answer),
        tl::enums::PollAnswer::InputPollAnswer(_) => None,
    };
    let count = known.and_then(|known| counts.get(known.option.as_slice()));
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
    let done: HashMap<i32, _> = raw
        .completions
        .iter()
        .flatten()
        .map(|done| {
            let tl::enums::TodoCompletion::Completion(done) = done;
            (done.id, done)
        })
        .collect();
    let mut items: Vec<TodoItem> = list.list.iter().map(todo_item).collect();
    for item in &mut items {
        let done = done.get(&item.id);
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

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_poll_of_very_many_answers_keeps_their_votes() {
        let key = |number: u32| number.to_le_bytes().to_vec();
        let answers = (0..20_000).map(|number| {
            tl::types::PollAnswer {
                text: samples::text("answer"),
                option: key(number),
                media: None,
                added_by: None,
                date: None,
            }
            .into()
        });
        let votes = (0..20_000).rev().map(|number| {
            tl::types::PollAnswerVoters {
                chosen: false,
                correct: false,
                option: key(number),
                voters: i32::try_from(number).ok(),
                recent_voters: None,
            }
            .into()
        });
        let raw = tl::types::MessageMediaPoll {
            poll: samples::poll("Which?", answers.collect()).into(),
            results: tl::types::PollResults {
                results: Some(votes.collect()),
                ..samples::poll_results()
            }
            .into(),
            attached_media: None,
        };
        let poll = poll(&raw, &Peers::default());
        let voters: Vec<_> = poll.options.iter().filter_map(|it| it.voters).collect();
        assert_eq!(voters, (0..20_000).collect::<Vec<_>>());
    }
}

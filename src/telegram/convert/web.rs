//! What is attached to a message and is no file: pages, places, polls, stories and the like.

use grammers_tl_types as tl;
use tl::enums::MessageMedia as Raw;

use crate::model::{
    Contact, Dice, Giveaway, Invoice, Location, Media, MediaKind as Kind, PaidMedia, Poll,
    PollOption, StoryRef, Todo, TodoItem, WebPage,
};

use super::peers::marked_id;
use super::{non_empty, plain, timestamp, tl_name};

/// The record of it; what has no type of its own keeps its TL name.
pub(super) fn media(raw: &Raw) -> Media {
    match raw {
        Raw::WebPage(it) => Media {
            web_page: web_page(&it.webpage),
            ..Media::new(Kind::WebPage)
        },
        Raw::Geo(it) => Media {
            location: location(&it.geo),
            ..Media::new(Kind::Location)
        },
        Raw::GeoLive(it) => Media {
            location: location(&it.geo).map(|place| Location {
                live: true,
                live_period_seconds: Some(it.period),
                ..place
            }),
            ..Media::new(Kind::LiveLocation)
        },
        Raw::Venue(it) => venue(it),
        Raw::Contact(it) => Media {
            contact: Some(Contact {
                first_name: it.first_name.clone(),
                last_name: non_empty(&it.last_name),
                phone_number: it.phone_number.clone(),
                user_id: (it.user_id != 0).then_some(it.user_id),
            }),
            ..Media::new(Kind::Contact)
        },
        Raw::Poll(it) => Media {
            poll: Some(poll(&it.poll, &it.results)),
            ..Media::new(Kind::Poll)
        },
        Raw::Dice(it) => Media {
            dice: Some(Dice {
                emoji: it.emoticon.clone(),
                value: it.value,
            }),
            ..Media::new(Kind::Dice)
        },
        Raw::Game(it) => {
            let tl::enums::Game::Game(game) = &it.game;
            Media {
                title: non_empty(&game.title),
                description: non_empty(&game.description),
                ..Media::new(Kind::Game)
            }
        }
        Raw::Invoice(it) => Media {
            title: non_empty(&it.title),
            description: non_empty(&it.description),
            invoice: Some(Invoice {
                currency: it.currency.clone(),
                total_amount: it.total_amount,
                receipt_message_id: it.receipt_msg_id,
            }),
            ..Media::new(Kind::Invoice)
        },
        Raw::Story(it) => Media {
            story: Some(story(it)),
            ..Media::new(Kind::Story)
        },
        Raw::Giveaway(it) => Media {
            giveaway: Some(Giveaway {
                quantity: Some(it.quantity),
                months: it.months,
                stars: it.stars,
                prize: it.prize_description.clone(),
                until: Some(timestamp(it.until_date)),
                ..Giveaway::default()
            }),
            ..Media::new(Kind::Giveaway)
        },
        Raw::GiveawayResults(it) => Media {
            giveaway: Some(Giveaway {
                months: it.months,
                stars: it.stars,
                prize: it.prize_description.clone(),
                until: Some(timestamp(it.until_date)),
                winners_count: Some(it.winners_count),
                unclaimed_count: Some(it.unclaimed_count),
                ..Giveaway::default()
            }),
            ..Media::new(Kind::GiveawayResults)
        },
        Raw::PaidMedia(it) => Media {
            paid_media: Some(PaidMedia {
                stars: it.stars_amount,
                count: it.extended_media.len(),
            }),
            ..Media::new(Kind::PaidMedia)
        },
        Raw::ToDo(it) => todo(it),
        _ => Media {
            name: Some(tl_name(raw)),
            ..Media::new(Kind::Other)
        },
    }
}

/// What kind it is, without looking into it.
pub(super) fn kind(raw: &Raw) -> Kind {
    match raw {
        Raw::WebPage(_) => Kind::WebPage,
        Raw::Geo(_) => Kind::Location,
        Raw::GeoLive(_) => Kind::LiveLocation,
        Raw::Venue(_) => Kind::Venue,
        Raw::Contact(_) => Kind::Contact,
        Raw::Poll(_) => Kind::Poll,
        Raw::Dice(_) => Kind::Dice,
        Raw::Game(_) => Kind::Game,
        Raw::Invoice(_) => Kind::Invoice,
        Raw::Story(_) => Kind::Story,
        Raw::Giveaway(_) => Kind::Giveaway,
        Raw::GiveawayResults(_) => Kind::GiveawayResults,
        Raw::PaidMedia(_) => Kind::PaidMedia,
        Raw::ToDo(_) => Kind::Todo,
        Raw::VideoStream(_) => Kind::VideoStream,
        Raw::Empty | Raw::Unsupported | Raw::Photo(_) | Raw::Document(_) => Kind::Other,
    }
}

/// `None` when Telegram has neither a preview nor an address.
fn web_page(raw: &tl::enums::WebPage) -> Option<WebPage> {
    let bare = |url: &Option<String>| {
        url.as_ref().map(|url| WebPage {
            url: url.clone(),
            title: None,
            site_name: None,
            description: None,
        })
    };
    match raw {
        tl::enums::WebPage::Empty(page) => bare(&page.url),
        tl::enums::WebPage::Pending(page) => bare(&page.url),
        tl::enums::WebPage::NotModified(_) => None,
        tl::enums::WebPage::Page(page) => Some(WebPage {
            url: page.url.clone(),
            title: page.title.as_deref().and_then(non_empty),
            site_name: page.site_name.as_deref().and_then(non_empty),
            description: page.description.as_deref().and_then(non_empty),
        }),
    }
}

/// `None` when it was withdrawn, or is no place on Earth.
fn location(raw: &tl::enums::GeoPoint) -> Option<Location> {
    let tl::enums::GeoPoint::Point(point) = raw else {
        return None;
    };
    (point.lat.is_finite() && point.long.is_finite()).then_some(Location {
        latitude: point.lat,
        longitude: point.long,
        live: false,
        live_period_seconds: None,
        title: None,
        address: None,
    })
}

/// A venue without coordinates keeps its name and address in `title` and `description`.
fn venue(raw: &tl::types::MessageMediaVenue) -> Media {
    let media = Media::new(Kind::Venue);
    let (title, address) = (non_empty(&raw.title), non_empty(&raw.address));
    match location(&raw.geo) {
        Some(place) => Media {
            location: Some(Location {
                title,
                address,
                ..place
            }),
            ..media
        },
        None => Media {
            title,
            description: address,
            ..media
        },
    }
}

fn poll(poll: &tl::enums::Poll, results: &tl::enums::PollResults) -> Poll {
    let tl::enums::Poll::Poll(poll) = poll;
    let tl::enums::PollResults::Results(results) = results;
    let counts = results.results.as_deref().unwrap_or_default();
    Poll {
        question: plain(&poll.question),
        options: poll
            .answers
            .iter()
            .map(|answer| poll_option(answer, counts))
            .collect(),
        total_voters: results.total_voters,
        quiz: poll.quiz,
        closed: poll.closed,
        multiple_choice: poll.multiple_choice,
        explanation: results.solution.as_deref().and_then(non_empty),
    }
}

fn poll_option(
    answer: &tl::enums::PollAnswer,
    counts: &[tl::enums::PollAnswerVoters],
) -> PollOption {
    let (text, key) = match answer {
        tl::enums::PollAnswer::Answer(answer) => (plain(&answer.text), Some(&answer.option)),
        tl::enums::PollAnswer::InputPollAnswer(answer) => (plain(&answer.text), None),
    };
    let count = counts.iter().find_map(|count| {
        let tl::enums::PollAnswerVoters::Voters(count) = count;
        (Some(&count.option) == key).then_some(count)
    });
    PollOption {
        text,
        voters: count.and_then(|count| count.voters),
        chosen: count.is_some_and(|count| count.chosen),
        correct: count.is_some_and(|count| count.correct),
    }
}

fn story(raw: &tl::types::MessageMediaStory) -> StoryRef {
    let caption = match &raw.story {
        Some(tl::enums::StoryItem::Item(item)) => item.caption.clone(),
        _ => None,
    };
    StoryRef {
        chat_id: marked_id(&raw.peer),
        story_id: raw.id,
        caption,
    }
}

fn todo(raw: &tl::types::MessageMediaToDo) -> Media {
    let tl::enums::TodoList::List(list) = &raw.todo;
    let done = raw.completions.as_deref().unwrap_or_default();
    let mut items: Vec<TodoItem> = list.list.iter().map(todo_item).collect();
    for item in &mut items {
        item.done_by = done.iter().find_map(|done| {
            let tl::enums::TodoCompletion::Completion(done) = done;
            (done.id == item.id).then(|| marked_id(&done.completed_by))
        });
    }
    Media {
        title: non_empty(&plain(&list.title)),
        todo: Some(Todo { items }),
        ..Media::new(Kind::Todo)
    }
}

/// A task, not done.
pub(super) fn todo_item(raw: &tl::enums::TodoItem) -> TodoItem {
    let tl::enums::TodoItem::Item(item) = raw;
    TodoItem {
        id: item.id,
        text: plain(&item.title),
        done_by: None,
    }
}

#[cfg(test)]
mod tests;

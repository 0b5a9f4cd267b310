//! Media as Telegram describes it, built from the directives of the phrase tables.

use grammers_tl_types::{enums, types};

use super::scribe::Scribe;
use super::{files, people};
use crate::sim::blank;
use crate::sim::world::peer;

/// A text in front of which a directive may stand: `<photo>`, `<file plan.pdf>`, `<poll Which?|This|That>`, …
pub(super) struct Directive<'a> {
    pub(super) name: &'a str,
    argument: &'a str,
    /// The text or caption after it.
    pub(super) text: &'a str,
}

impl<'a> Directive<'a> {
    /// The directive at the start of `phrase`, if there is one.
    pub(super) fn read(phrase: &'a str) -> Option<Self> {
        let (head, text) = phrase.strip_prefix('<')?.split_once('>')?;
        let (name, argument) = head.split_once(' ').unwrap_or((head, ""));
        Some(Self {
            name,
            argument,
            text,
        })
    }

    /// The media it asks for; none for what is no media (`<weather>`).
    pub(super) fn media(&self, scribe: &mut Scribe, date: i32) -> Option<enums::MessageMedia> {
        let argument = self.argument;
        let media = match self.name {
            "photo" | "album" => files::photo_media(scribe, date, None),
            "secret" => files::photo_media(scribe, date, Some(10)),
            "voice" => files::voice(scribe, date),
            "round" => files::round(scribe, date),
            "video" => files::video(scribe, date),
            "gif" => files::gif(scribe, date),
            "sticker" => files::sticker(scribe, date, argument),
            "audio" => files::audio(scribe, date, argument),
            "file" => files::file(scribe, date, argument),
            "place" => types::MessageMediaGeo { geo: spot(scribe) }.into(),
            "live" => live(scribe),
            "venue" => venue(scribe, argument),
            "contact" => contact(argument),
            "dice" => types::MessageMediaDice {
                value: scribe.range(1..7),
                emoticon: argument.to_owned(),
                game_outcome: None,
            }
            .into(),
            "poll" => poll(scribe, argument, false),
            "quiz" => poll(scribe, argument, true),
            "todo" => todo(argument, date),
            "link" => web_page(scribe, argument, date),
            _ => return None,
        };
        Some(media)
    }
}

/// Somewhere in Brunnen, which lies in the middle of the Baltic Sea, where nobody lives.
fn spot(scribe: &mut Scribe) -> enums::GeoPoint {
    types::GeoPoint {
        long: 19.5 + f64::from(scribe.range(0..900)) / 100_000.0,
        lat: 58.4 + f64::from(scribe.range(0..900)) / 100_000.0,
        access_hash: scribe.file_id(),
        accuracy_radius: None,
    }
    .into()
}

fn live(scribe: &mut Scribe) -> enums::MessageMedia {
    types::MessageMediaGeoLive {
        geo: spot(scribe),
        heading: Some(scribe.range(1..360)),
        period: 3600,
        proximity_notification_radius: None,
    }
    .into()
}

fn venue(scribe: &mut Scribe, argument: &str) -> enums::MessageMedia {
    let (title, address) = argument.split_once('|').unwrap_or((argument, ""));
    types::MessageMediaVenue {
        geo: spot(scribe),
        title: title.to_owned(),
        address: address.to_owned(),
        provider: String::new(),
        venue_id: String::new(),
        venue_type: String::new(),
    }
    .into()
}

/// One of the cast by first name, or a stranger with a number that is kept for fiction.
fn contact(name: &str) -> enums::MessageMedia {
    let known = people::CAST.iter().find(|person| person.first == name);
    types::MessageMediaContact {
        phone_number: known
            .map_or("493023125999", |person| person.phone)
            .to_owned(),
        first_name: name.to_owned(),
        last_name: known.map_or("", |person| person.last).to_owned(),
        vcard: String::new(),
        user_id: known.map_or(0, |person| person.id),
    }
    .into()
}

pub(super) fn plain(text: &str) -> enums::TextWithEntities {
    types::TextWithEntities {
        text: text.to_owned(),
        entities: Vec::new(),
    }
    .into()
}

fn poll(scribe: &mut Scribe, argument: &str, quiz: bool) -> enums::MessageMedia {
    let mut parts = argument.split('|');
    let question = plain(parts.next().unwrap_or_default());
    let answers: Vec<enums::PollAnswer> = parts
        .zip(b'0'..)
        .map(|(answer, option)| {
            types::PollAnswer {
                text: plain(answer),
                option: vec![option],
                media: None,
                added_by: None,
                date: None,
            }
            .into()
        })
        .collect();
    let votes: Vec<i32> = answers.iter().map(|_| scribe.range(0..12)).collect();
    let results = votes
        .iter()
        .zip(b'0'..)
        .map(|(votes, option)| {
            types::PollAnswerVoters {
                chosen: false,
                correct: quiz && option == b'1',
                option: vec![option],
                voters: Some(*votes),
                recent_voters: Some(Vec::new()),
            }
            .into()
        })
        .collect();
    types::MessageMediaPoll {
        poll: types::Poll {
            id: scribe.file_id(),
            closed: scribe.chance(60),
            public_voters: !quiz && scribe.chance(50),
            multiple_choice: !quiz && scribe.chance(20),
            quiz,
            open_answers: false,
            revoting_disabled: false,
            shuffle_answers: false,
            hide_results_until_close: false,
            creator: false,
            subscribers_only: false,
            question,
            answers,
            close_period: None,
            close_date: None,
            countries_iso2: None,
            hash: 0,
        }
        .into(),
        results: types::PollResults {
            min: false,
            has_unread_votes: false,
            can_view_stats: false,
            results: Some(results),
            total_voters: Some(votes.iter().sum()),
            recent_voters: None,
            solution: quiz.then(|| "It is in the digest of that week.".to_owned()),
            solution_entities: quiz.then(Vec::new),
            solution_media: None,
        }
        .into(),
        attached_media: None,
    }
    .into()
}

/// A to-do list whose first task is done.
fn todo(argument: &str, date: i32) -> enums::MessageMedia {
    let mut parts = argument.split('|');
    types::MessageMediaToDo {
        todo: types::TodoList {
            others_can_append: true,
            others_can_complete: true,
            title: plain(parts.next().unwrap_or_default()),
            list: parts
                .zip(1..)
                .map(|(title, id)| {
                    types::TodoItem {
                        id,
                        title: plain(title),
                    }
                    .into()
                })
                .collect(),
        }
        .into(),
        completions: Some(vec![
            types::TodoCompletion {
                id: 1,
                completed_by: peer(people::MARTA),
                date,
            }
            .into(),
        ]),
    }
    .into()
}

/// `address|title|description`; the site's name is its host's first word.
fn web_page(scribe: &mut Scribe, argument: &str, date: i32) -> enums::MessageMedia {
    let mut parts = argument.split('|');
    let url = parts.next().unwrap_or_default();
    let display_url = url.trim_start_matches("https://");
    let site = display_url.split(['.', '/']).next().unwrap_or_default();
    types::MessageMediaWebPage {
        force_large_media: false,
        force_small_media: false,
        manual: false,
        safe: false,
        webpage: types::WebPage {
            id: scribe.file_id(),
            url: url.to_owned(),
            display_url: display_url.to_owned(),
            r#type: Some("article".to_owned()),
            site_name: Some(site.to_owned()),
            title: parts.next().map(str::to_owned),
            description: parts.next().map(str::to_owned),
            photo: scribe.chance(40).then(|| files::photo(scribe, date).into()),
            ..blank::web_page()
        }
        .into(),
    }
    .into()
}

//! Media of every kind.

use grammers_tl_types as tl;
use tl::enums::{DocumentAttribute, MessageMedia};

use super::{FORUM, START, message, read};
use crate::sim::World;

#[track_caller]
fn document(world: &World, id: i32) -> (&tl::types::MessageMediaDocument, &tl::types::Document) {
    match &message(world, FORUM, id).media {
        Some(MessageMedia::Document(media)) => match &media.document {
            Some(tl::enums::Document::Document(document)) => (media, document),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn file_name(document: &tl::types::Document) -> Option<&str> {
    document
        .attributes
        .iter()
        .find_map(|attribute| match attribute {
            DocumentAttribute::Filename(name) => Some(name.file_name.as_str()),
            _ => None,
        })
}

#[test]
fn a_remark_of_desktop_is_never_a_file_name() {
    let (world, _) = read("supergroup.json");
    let name = |id| file_name(document(&world, id).1);
    assert_eq!(name(21), Some("plan (draft).pdf"));
    assert_eq!(name(22), None);
    assert_eq!(name(23), Some("(old) map.png"));
    assert_eq!(name(25), None);
    assert_eq!(name(26), None);
    assert_eq!(name(29), Some("song.mp3"));
}

#[test]
fn files_keep_their_kind_size_and_measures() {
    let (world, _) = read("supergroup.json");
    let (_, pdf) = document(&world, 21);
    assert_eq!(
        (pdf.mime_type.as_str(), pdf.size),
        ("application/pdf", 50_000)
    );
    assert!(
        matches!(pdf.thumbs.as_deref(), Some([tl::enums::PhotoSize::Size(size)]) if size.size == 900)
    );
    let has = |id, wanted: fn(&DocumentAttribute) -> bool| {
        document(&world, id).1.attributes.iter().any(wanted)
    };
    assert!(has(
        23,
        |a| matches!(a, DocumentAttribute::ImageSize(size) if (size.w, size.h) == (300, 200))
    ));
    assert!(has(
        24,
        |a| matches!(a, DocumentAttribute::Sticker(sticker) if sticker.alt == "⚓")
    ));
    assert!(has(
        25,
        |a| matches!(a, DocumentAttribute::Video(video) if video.round_message && video.duration == 12.0)
    ));
    assert!(document(&world, 25).0.round);
    assert!(has(
        26,
        |a| matches!(a, DocumentAttribute::Audio(audio) if audio.voice && audio.duration == 5)
    ));
    assert!(document(&world, 26).0.voice);
    assert_eq!(document(&world, 26).0.ttl_seconds, Some(i32::MAX));
    assert!(has(27, |a| matches!(a, DocumentAttribute::Animated)));
    assert!(has(
        28,
        |a| matches!(a, DocumentAttribute::Video(video) if (video.w, video.h) == (1920, 1080))
    ));
    assert!(document(&world, 28).0.video && document(&world, 28).0.spoiler);
    assert_eq!(document(&world, 28).1.size, 3_000_000_000);
    assert!(has(29, |a| matches!(a, DocumentAttribute::Audio(audio)
        if audio.performer.as_deref() == Some("The Gulls") && audio.title.as_deref() == Some("Low Tide"))));
    assert!(matches!(&message(&world, FORUM, 20).media,
        Some(MessageMedia::Photo(photo)) if photo.ttl_seconds == Some(30)));
}

#[test]
fn media_that_is_no_file_arrives_whole() {
    let (world, _) = read("supergroup.json");
    let media = |id| message(&world, FORUM, id).media.as_ref().unwrap();
    assert!(matches!(media(30), MessageMedia::Contact(contact)
        if contact.first_name == "Cy" && contact.last_name == "Holm" && contact.phone_number == "+45 12 34 56 78"));
    assert!(matches!(media(31), MessageMedia::Geo(geo)
        if matches!(&geo.geo, tl::enums::GeoPoint::Point(point) if point.lat == 55.676_098 && point.long == 12.568_337)));
    assert!(matches!(media(32), MessageMedia::GeoLive(live) if live.period == 900));
    assert!(matches!(media(33), MessageMedia::Geo(geo) if geo.geo == tl::enums::GeoPoint::Empty));
    assert!(matches!(media(34), MessageMedia::Venue(venue)
        if venue.title == "Pier 4" && venue.address == "Harbour Street 4"));
    let MessageMedia::Poll(poll) = media(35) else {
        panic!("{:?}", media(35));
    };
    let (tl::enums::Poll::Poll(question), tl::enums::PollResults::Results(results)) =
        (&poll.poll, &poll.results);
    assert!(question.closed && question.answers.len() == 2);
    assert!(
        matches!(&question.question, tl::enums::TextWithEntities::Entities(text)
        if text.text == "Where next?" && text.entities.len() == 1)
    );
    assert_eq!(results.total_voters, Some(5));
    assert!(
        matches!(results.results.as_deref(), Some([tl::enums::PollAnswerVoters::Voters(first), _])
        if first.chosen && first.voters == Some(3))
    );
    assert!(matches!(media(36), MessageMedia::ToDo(todo)
        if matches!(&todo.todo, tl::enums::TodoList::List(list) if list.list.len() == 2 && list.others_can_append)));
    assert!(matches!(media(37), MessageMedia::Game(game)
        if matches!(&game.game, tl::enums::Game::Game(game) if game.short_name == "knots" && game.title == "Knots")));
    assert!(matches!(media(38), MessageMedia::Invoice(invoice)
        if invoice.total_amount == 1250 && invoice.receipt_msg_id == Some(37)));
    assert!(matches!(media(39), MessageMedia::Giveaway(giveaway)
        if giveaway.until_date == START + 86_400 && giveaway.months == Some(3) && giveaway.stars.is_none()));
    assert!(matches!(media(40), MessageMedia::GiveawayResults(results)
        if results.winners == [700_000_001] && results.stars == Some(500)));
    assert!(matches!(media(41), MessageMedia::PaidMedia(paid) if paid.stars_amount == 50));
}

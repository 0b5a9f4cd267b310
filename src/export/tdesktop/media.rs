//! What is attached to a message. The files themselves are not there, and Desktop has words for that.

use super::object::{Item, Object};
use super::{bare_id, local, peer_number};
use crate::model::{
    Contact, Giveaway, Invoice, Location, Media, MediaKind as Kind, Poll, TodoItem,
};

/// What Desktop writes where it was told not to save a file.
pub(super) const NOT_INCLUDED: &str =
    "(File not included. Change data exporting settings to download.)";

/// Puts the fields of what is attached. Desktop has none for pages, dice, stories and what it does not know.
pub(super) fn put(fields: &mut Object, media: &Media) {
    match media.kind {
        Kind::Photo => put_photo(fields, media),
        Kind::Sticker => put_file(fields, media, Some("sticker")),
        Kind::VideoNote => put_file(fields, media, Some("video_message")),
        Kind::Voice => put_file(fields, media, Some("voice_message")),
        Kind::Animation => put_file(fields, media, Some("animation")),
        Kind::Video => put_file(fields, media, Some("video_file")),
        Kind::Audio => put_file(fields, media, Some("audio_file")),
        Kind::Document => put_file(fields, media, None),
        Kind::Contact => {
            fields.put_known("contact_information", media.contact.as_ref().map(contact))
        }
        Kind::Location | Kind::LiveLocation => put_location(fields, media.location.as_ref()),
        Kind::Venue => put_venue(fields, media),
        Kind::Poll => fields.put_known("poll", media.poll.as_ref().map(poll)),
        Kind::Todo => fields.put("todo_list", todo(media)),
        Kind::Game => {
            fields.put_known("game_title", media.title.as_deref());
            fields.put_known("game_description", media.description.as_deref());
        }
        Kind::Invoice => {
            let invoice = media.invoice.as_ref().map(|it| invoice(media, it));
            fields.put_known("invoice_information", invoice);
        }
        Kind::Giveaway => {
            fields.put_known(
                "giveaway_information",
                media.giveaway.as_ref().map(giveaway),
            );
        }
        Kind::GiveawayResults => {
            fields.put_known("giveaway_results", media.giveaway.as_ref().map(results));
        }
        Kind::PaidMedia => {
            let stars = media.paid_media.as_ref().map(|paid| paid.stars);
            fields.put_known("paid_stars_amount", stars);
        }
        Kind::WebPage | Kind::Dice | Kind::Story | Kind::VideoStream | Kind::Other => {}
    }
}

fn put_photo(fields: &mut Object, media: &Media) {
    fields.put("photo", NOT_INCLUDED);
    fields.put_known("photo_file_size", media.size_bytes);
    put_measures(fields, media);
    put_cover(fields, media);
}

fn put_file(fields: &mut Object, media: &Media, kind: Option<&str>) {
    fields.put("file", NOT_INCLUDED);
    fields.put_known("file_name", media.file_name.as_deref());
    fields.put_known("file_size", media.size_bytes);
    fields.put_known("media_type", kind);
    fields.put_known("sticker_emoji", media.emoji.as_deref());
    fields.put_known("performer", media.performer.as_deref());
    fields.put_known("title", media.title.as_deref());
    fields.put_known("mime_type", media.mime_type.as_deref());
    let duration = media.duration_seconds.filter(|&seconds| seconds != 0);
    fields.put_known("duration_seconds", duration);
    put_measures(fields, media);
    put_cover(fields, media);
}

fn put_measures(fields: &mut Object, media: &Media) {
    if let (Some(width @ 1..), Some(height @ 1..)) = (media.width, media.height) {
        fields.put("width", width);
        fields.put("height", height);
    }
}

fn put_cover(fields: &mut Object, media: &Media) {
    fields.put_flag("media_spoiler", media.spoiler);
    fields.put_known("self_destruct_period_seconds", media.ttl_seconds);
}

fn contact(contact: &Contact) -> Object {
    let mut fields = Object::default();
    fields.put("first_name", &contact.first_name);
    fields.put(
        "last_name",
        contact.last_name.as_deref().unwrap_or_default(),
    );
    fields.put("phone_number", &contact.phone_number);
    fields
}

/// A place that was withdrawn is `null`.
fn put_location(fields: &mut Object, location: Option<&Location>) {
    let place = location.map_or(Item::Value(serde_json::Value::Null), |it| point(it).into());
    fields.put("location_information", place);
    let period = location.and_then(|location| location.live_period_seconds);
    fields.put_known("live_location_period_seconds", period);
}

fn put_venue(fields: &mut Object, media: &Media) {
    let location = media.location.as_ref();
    let title = location.and_then(|location| location.title.as_ref());
    let address = location.and_then(|location| location.address.as_ref());
    fields.put_known("place_name", title.or(media.title.as_ref()));
    fields.put_known("address", address.or(media.description.as_ref()));
    fields.put_known("location_information", location.map(point));
}

fn point(location: &Location) -> Object {
    let mut fields = Object::default();
    fields.put("latitude", location.latitude);
    fields.put("longitude", location.longitude);
    fields
}

fn poll(poll: &Poll) -> Object {
    let answers = poll.options.iter().map(|option| {
        let mut fields = Object::default();
        fields.put("text", &option.text);
        fields.put_known("voters", option.voters);
        fields.put("chosen", option.chosen);
        fields
    });
    let mut fields = Object::default();
    fields.put("question", &poll.question);
    fields.put("closed", poll.closed);
    fields.put_known("total_voters", poll.total_voters);
    fields.put("answers", answers.collect::<Vec<_>>());
    fields
}

fn todo(media: &Media) -> Object {
    let items = media.todo.as_ref().map(|todo| todo.items.as_slice());
    let mut fields = Object::default();
    fields.put("title", media.title.as_deref().unwrap_or_default());
    fields.put("answers", tasks(items.unwrap_or_default()));
    fields
}

/// The tasks of a list.
pub(super) fn tasks(items: &[TodoItem]) -> Item {
    let task = |item: &TodoItem| {
        let mut fields = Object::default();
        fields.put("text", &item.text);
        fields.put("id", item.id);
        fields
    };
    items.iter().map(task).collect::<Vec<_>>().into()
}

fn invoice(media: &Media, invoice: &Invoice) -> Object {
    let mut fields = Object::default();
    fields.put("title", media.title.as_deref().unwrap_or_default());
    fields.put(
        "description",
        media.description.as_deref().unwrap_or_default(),
    );
    fields.put("amount", invoice.total_amount);
    fields.put("currency", &invoice.currency);
    fields.put_known("receipt_message_id", invoice.receipt_message_id);
    fields
}

fn giveaway(giveaway: &Giveaway) -> Object {
    let channels = giveaway.channels.iter().map(|channel| bare_id(channel.id));
    let mut fields = Object::default();
    fields.put_known("quantity", giveaway.quantity);
    fields.put_known("months", giveaway.months);
    fields.put_known("until_date", giveaway.until.map(local));
    fields.put("channels", channels.collect::<Vec<_>>());
    fields.put("countries", giveaway.countries.iter().collect::<Vec<_>>());
    fields.put(
        "additional_prize",
        giveaway.prize.as_deref().unwrap_or_default(),
    );
    fields.put_known("stars", giveaway.stars);
    fields.put("is_only_new_subscribers", giveaway.only_new_subscribers);
    fields
}

fn results(giveaway: &Giveaway) -> Object {
    let channel = giveaway.channels.first().map(|channel| bare_id(channel.id));
    let winners = giveaway.winners.iter().map(|winner| peer_number(winner.id));
    let mut fields = Object::default();
    fields.put_known("channel", channel);
    fields.put("winners", winners.collect::<Vec<_>>());
    fields.put(
        "additional_prize",
        giveaway.prize.as_deref().unwrap_or_default(),
    );
    fields.put_known("until_date", giveaway.until.map(local));
    fields.put_known("launch_message_id", giveaway.launch_message_id);
    fields.put_known("winners_count", giveaway.winners_count);
    fields.put_known("unclaimed_count", giveaway.unclaimed_count);
    fields.put_known("months", giveaway.months);
    fields.put_known("stars", giveaway.stars);
    fields.put("is_refunded", giveaway.refunded);
    fields.put("is_only_new_subscribers", giveaway.only_new_subscribers);
    fields
}

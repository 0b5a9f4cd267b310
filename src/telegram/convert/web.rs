//! What is attached to a message and is no file: pages, places, polls, stories and the like.

use grammers_tl_types as tl;
use tl::enums::MessageMedia as Raw;

use crate::model::{
    Contact, Dice, Giveaway, Invoice, Location, Media, MediaKind as Kind, PaidMedia, PeerRef,
    StoryRef, WebPage,
};

use super::peers::{Peers, channel_id, marked_id};
use super::{media, non_empty, poll, timestamp, tl_name};

/// The record of it; what has no type of its own keeps its TL name.
pub(super) fn media(raw: &Raw, peers: &Peers) -> Media {
    let media = Media::new(kind(raw));
    match raw {
        Raw::WebPage(it) => Media {
            web_page: web_page(&it.webpage),
            ..media
        },
        Raw::Geo(it) => Media {
            location: location(&it.geo),
            ..media
        },
        Raw::GeoLive(it) => Media {
            location: location(&it.geo).map(|place| Location {
                live: true,
                live_period_seconds: Some(it.period),
                ..place
            }),
            ..media
        },
        Raw::Venue(it) => venue(it),
        Raw::Contact(it) => Media {
            contact: Some(Contact {
                first_name: it.first_name.clone(),
                last_name: non_empty(&it.last_name),
                phone_number: it.phone_number.clone(),
                user_id: (it.user_id != 0).then_some(it.user_id),
            }),
            ..media
        },
        Raw::Poll(it) => Media {
            poll: Some(poll::poll(it, peers)),
            ..media
        },
        Raw::ToDo(it) => poll::todo(it, peers),
        Raw::Dice(it) => Media {
            dice: Some(Dice {
                emoji: it.emoticon.clone(),
                value: it.value,
            }),
            ..media
        },
        Raw::Game(it) => {
            let tl::enums::Game::Game(game) = &it.game;
            Media {
                title: non_empty(&game.title),
                description: non_empty(&game.description),
                ..media
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
            ..media
        },
        Raw::Story(it) => Media {
            story: Some(story(it, peers)),
            ..media
        },
        Raw::Giveaway(it) => Media {
            giveaway: Some(giveaway(it, peers)),
            ..media
        },
        Raw::GiveawayResults(it) => Media {
            giveaway: Some(giveaway_results(it, peers)),
            ..media
        },
        Raw::PaidMedia(it) => Media {
            paid_media: Some(paid_media(it)),
            ..media
        },
        Raw::VideoStream(_) => media,
        Raw::Empty | Raw::Unsupported | Raw::Photo(_) | Raw::Document(_) => Media {
            name: Some(tl_name(raw)),
            ..media
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
            author: None,
            page_type: None,
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
            author: page.author.as_deref().and_then(non_empty),
            page_type: page.r#type.as_deref().and_then(non_empty),
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
        accuracy_meters: point.accuracy_radius,
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

fn story(raw: &tl::types::MessageMediaStory, peers: &Peers) -> StoryRef {
    let chat_id = marked_id(&raw.peer);
    let item = match &raw.story {
        Some(tl::enums::StoryItem::Item(item)) => Some(item),
        _ => None,
    };
    StoryRef {
        chat_id,
        story_id: raw.id,
        chat_name: peers.name(chat_id).map(str::to_owned),
        caption: item.and_then(|item| item.caption.as_deref().and_then(non_empty)),
        media_type: item.and_then(|item| media::kind(&item.media)),
        date: item.map(|item| timestamp(item.date)),
        mentions_me: raw.via_mention,
        is_contact: peers.is_contact(chat_id),
    }
}

fn giveaway(raw: &tl::types::MessageMediaGiveaway, peers: &Peers) -> Giveaway {
    Giveaway {
        quantity: Some(raw.quantity),
        months: raw.months,
        stars: raw.stars,
        prize: raw.prize_description.clone(),
        until: Some(timestamp(raw.until_date)),
        channels: channels(&raw.channels, peers),
        only_new_subscribers: raw.only_new_subscribers,
        countries: raw.countries_iso2.clone().unwrap_or_default(),
        ..Giveaway::default()
    }
}

fn giveaway_results(raw: &tl::types::MessageMediaGiveawayResults, peers: &Peers) -> Giveaway {
    Giveaway {
        months: raw.months,
        stars: raw.stars,
        prize: raw.prize_description.clone(),
        until: Some(timestamp(raw.until_date)),
        winners_count: Some(raw.winners_count),
        unclaimed_count: Some(raw.unclaimed_count),
        channels: channels(&[raw.channel_id], peers),
        winners: raw.winners.iter().map(|&id| peers.reference(id)).collect(),
        only_new_subscribers: raw.only_new_subscribers,
        launch_message_id: Some(raw.launch_msg_id),
        refunded: raw.refunded,
        ..Giveaway::default()
    }
}

fn channels(ids: &[i64], peers: &Peers) -> Vec<PeerRef> {
    let reference = |&id: &i64| peers.reference(channel_id(id));
    ids.iter().map(reference).collect()
}

/// What was not paid for is known by its preview only.
fn paid_media(raw: &tl::types::MessageMediaPaidMedia) -> PaidMedia {
    use tl::enums::MessageExtendedMedia as Item;
    let kind = |item: &Item| match item {
        Item::Preview(preview) if preview.video_duration.is_some() => Kind::Video,
        Item::Preview(_) => Kind::Photo,
        Item::Media(item) => media::kind(&item.media).unwrap_or_default(),
    };
    PaidMedia {
        stars: raw.stars_amount,
        count: raw.extended_media.len(),
        media_types: raw.extended_media.iter().map(kind).collect(),
    }
}

#[cfg(test)]
mod tests;

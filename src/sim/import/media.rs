//! Media: photos, files of every kind, contacts and places. The file itself is never here: where Desktop left
//! it out, its path is a remark in parentheses, which is no file name.

use grammers_tl_types as tl;

use super::fields::{Fields, Taken};
use super::message::{Context, Header};
use super::offers;
use crate::sim::blank;

/// Fields of which each file has one.
const DOCUMENT: [&str; 4] = ["file", "file_size", "media_type", "mime_type"];

/// Takes the media of a message, if it has any.
pub(super) fn take(
    context: &mut Context<'_>,
    fields: &mut Fields,
    header: &Header,
) -> Taken<Option<tl::enums::MessageMedia>> {
    let id = header.unique(context.chat_id);
    // What has destroyed itself has left no path.
    let media = if fields.has("photo") || fields.has("photo_file_size") {
        take_photo_media(fields, header, id)?
    } else if DOCUMENT.into_iter().any(|name| fields.has(name)) {
        take_document(fields, header, id)?
    } else if let Some(contact) = fields.object("contact_information")? {
        take_contact(fields, contact)?
    } else if fields.has("place_name") || fields.has("address") {
        take_venue(fields)?
    } else if fields.mentions("location_information") {
        take_location(fields)?
    } else if let Some(poll) = fields.object("poll")? {
        offers::take_poll(context, poll, id)?
    } else if let Some(todo) = fields.object("todo_list")? {
        offers::take_todo(context, todo)?
    } else if fields.has("game_title") || fields.has("game_link") {
        offers::take_game(fields, id)?
    } else if let Some(invoice) = fields.object("invoice_information")? {
        offers::take_invoice(invoice)?
    } else if let Some(giveaway) = fields.object("giveaway_information")? {
        offers::take_giveaway(giveaway, header.zone)?
    } else if let Some(results) = fields.object("giveaway_results")? {
        offers::take_giveaway_results(results, header.zone)?
    } else if let Some(stars_amount) = fields.number("paid_stars_amount", "a number of stars")? {
        tl::types::MessageMediaPaidMedia {
            stars_amount,
            extended_media: Vec::new(),
        }
        .into()
    } else {
        return Ok(None);
    };
    Ok(Some(media))
}

fn take_photo_media(
    fields: &mut Fields,
    header: &Header,
    id: i64,
) -> Taken<tl::enums::MessageMedia> {
    Ok(tl::types::MessageMediaPhoto {
        spoiler: fields.flag("media_spoiler")?,
        live_photo: false,
        photo: Some(take_photo(fields, header.date, id)?),
        ttl_seconds: take_ttl(fields)?,
        video: None,
    }
    .into())
}

/// Takes a photo, of a message or of a chat.
pub(super) fn take_photo(fields: &mut Fields, date: i32, id: i64) -> Taken<tl::enums::Photo> {
    fields.pass(&["photo"]);
    let size = tl::types::PhotoSize {
        r#type: "y".to_owned(),
        w: fields.count("width")?,
        h: fields.count("height")?,
        size: fields.count("photo_file_size")?,
    };
    Ok(tl::types::Photo {
        sizes: vec![size.into()],
        ..blank::photo(id, date)
    }
    .into())
}

fn take_ttl(fields: &mut Fields) -> Taken<Option<i32>> {
    fields.small("self_destruct_period_seconds", "a number of seconds")
}

fn take_document(fields: &mut Fields, header: &Header, id: i64) -> Taken<tl::enums::MessageMedia> {
    let kind = fields.string("media_type")?.unwrap_or_default();
    let path = fields.string("file")?.filter(|path| !is_remark(path));
    let mime_type = fields.string("mime_type")?;
    let mime_type = mime_type.unwrap_or_else(|| guess_mime_type(&kind, path.as_deref()).to_owned());
    let size = fields.number("file_size", "a number of bytes")?;
    let file_name = take_file_name(fields, &kind, path.as_deref())?;
    let document = tl::types::Document {
        date: header.date,
        thumbs: take_thumbnail(fields)?,
        attributes: take_attributes(fields, &kind, &mime_type, file_name)?,
        ..blank::document(id, &mime_type, size.unwrap_or(0))
    };
    Ok(tl::types::MessageMediaDocument {
        nopremium: false,
        spoiler: fields.flag("media_spoiler")?,
        video: matches!(kind.as_str(), "video_file" | "video_message"),
        round: kind == "video_message",
        voice: kind == "voice_message",
        document: Some(document.into()),
        alt_documents: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: take_ttl(fields)?,
    }
    .into())
}

fn take_attributes(
    fields: &mut Fields,
    kind: &str,
    mime_type: &str,
    file_name: Option<String>,
) -> Taken<Vec<tl::enums::DocumentAttribute>> {
    let duration = fields.count("duration_seconds")?;
    let (w, h) = (fields.count("width")?, fields.count("height")?);
    let mut attributes = Vec::new();
    if kind == "animation" {
        attributes.push(tl::enums::DocumentAttribute::Animated);
    }
    let is_audio =
        matches!(kind, "voice_message" | "audio_file") || mime_type.starts_with("audio/");
    let is_video = matches!(kind, "animation" | "video_file" | "video_message");
    if kind == "sticker" {
        attributes.push(
            tl::types::DocumentAttributeSticker {
                mask: false,
                alt: fields.string("sticker_emoji")?.unwrap_or_default(),
                stickerset: tl::enums::InputStickerSet::Empty,
                mask_coords: None,
            }
            .into(),
        );
    }
    if is_audio {
        attributes.push(
            tl::types::DocumentAttributeAudio {
                voice: kind == "voice_message",
                duration,
                title: fields.string("title")?,
                performer: fields.string("performer")?,
                waveform: None,
            }
            .into(),
        );
    } else if is_video || duration > 0 {
        attributes.push(video(kind == "video_message", duration, w, h));
    } else if w > 0 || h > 0 {
        attributes.push(tl::types::DocumentAttributeImageSize { w, h }.into());
    }
    if let Some(file_name) = file_name {
        attributes.push(tl::types::DocumentAttributeFilename { file_name }.into());
    }
    Ok(attributes)
}

fn video(round_message: bool, duration: i32, w: i32, h: i32) -> tl::enums::DocumentAttribute {
    tl::types::DocumentAttributeVideo {
        round_message,
        supports_streaming: false,
        nosound: false,
        duration: f64::from(duration),
        w,
        h,
        preload_prefix_size: None,
        video_start_ts: None,
        video_codec: None,
    }
    .into()
}

/// The name of the file. Before exports had `file_name`, the path ends in it, except where Desktop makes up
/// names of its own.
fn take_file_name(fields: &mut Fields, kind: &str, path: Option<&str>) -> Taken<Option<String>> {
    let named = fields.string("file_name")?;
    if let Some(name) = named.filter(|name| !is_remark(name) && !name.is_empty()) {
        return Ok(Some(name));
    }
    if matches!(kind, "sticker" | "voice_message" | "video_message") {
        return Ok(None);
    }
    let name = path.and_then(|path| path.rsplit(['/', '\\']).next());
    Ok(name.filter(|name| !name.is_empty()).map(str::to_owned))
}

/// A thumbnail whose measures are not in the export.
fn take_thumbnail(fields: &mut Fields) -> Taken<Option<Vec<tl::enums::PhotoSize>>> {
    let size = fields.count("thumbnail_file_size")?;
    Ok(fields.string("thumbnail")?.map(|_| {
        let thumbnail = tl::types::PhotoSize {
            r#type: "m".to_owned(),
            w: 0,
            h: 0,
            size,
        };
        vec![thumbnail.into()]
    }))
}

fn guess_mime_type(kind: &str, path: Option<&str>) -> &'static str {
    let extension = path
        .and_then(|path| path.rsplit_once('.'))
        .map(|(_, end)| end);
    match (kind, extension) {
        ("sticker", Some("tgs")) => "application/x-tgsticker",
        ("sticker", Some("webm")) => "video/webm",
        ("sticker", _) => "image/webp",
        ("voice_message", _) => "audio/ogg",
        ("audio_file", _) => "audio/mpeg",
        ("animation" | "video_file" | "video_message", _) => "video/mp4",
        _ => "application/octet-stream",
    }
}

/// Whether a path is a remark of Desktop's instead: "(File not included. …)".
pub(super) fn is_remark(path: &str) -> bool {
    path.starts_with('(')
        && path.ends_with(')')
        && !path.contains(['/', '\\'])
        && path.contains(' ')
}

fn take_contact(fields: &mut Fields, mut contact: Fields) -> Taken<tl::enums::MessageMedia> {
    // The card itself is a file beside the export.
    fields.pass(&["contact_vcard", "contact_vcard_file_size"]);
    let user_id = contact.bare_id("user_id")?;
    Ok(tl::types::MessageMediaContact {
        phone_number: contact.string("phone_number")?.unwrap_or_default(),
        first_name: contact.string("first_name")?.unwrap_or_default(),
        last_name: contact.string("last_name")?.unwrap_or_default(),
        vcard: String::new(),
        user_id: user_id.unwrap_or(0),
    }
    .into())
}

fn take_venue(fields: &mut Fields) -> Taken<tl::enums::MessageMedia> {
    Ok(tl::types::MessageMediaVenue {
        geo: take_point(fields)?,
        title: fields.string("place_name")?.unwrap_or_default(),
        address: fields.string("address")?.unwrap_or_default(),
        provider: String::new(),
        venue_id: String::new(),
        venue_type: String::new(),
    }
    .into())
}

fn take_location(fields: &mut Fields) -> Taken<tl::enums::MessageMedia> {
    let geo = take_point(fields)?;
    let period = fields.small("live_location_period_seconds", "a number of seconds")?;
    Ok(match period {
        Some(period) => tl::types::MessageMediaGeoLive {
            geo,
            heading: None,
            period,
            proximity_notification_radius: None,
        }
        .into(),
        None => tl::types::MessageMediaGeo { geo }.into(),
    })
}

fn take_point(fields: &mut Fields) -> Taken<tl::enums::GeoPoint> {
    let Some(mut point) = fields.object("location_information")? else {
        fields.pass(&["location_information"]);
        return Ok(tl::enums::GeoPoint::Empty);
    };
    let (lat, long) = (
        point.float("latitude", "degrees")?,
        point.float("longitude", "degrees")?,
    );
    let (Some(lat), Some(long)) = (lat, long) else {
        return Err(point.missing("latitude", "degrees of latitude and longitude"));
    };
    Ok(tl::types::GeoPoint {
        long,
        lat,
        access_hash: 0,
        accuracy_radius: None,
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_in_parentheses_is_not_a_path() {
        for remark in [
            "(File not included. Change data exporting settings to download.)",
            "(File exceeds maximum size. Change data exporting settings to download.)",
            "(File unavailable, please try again later)",
        ] {
            assert!(is_remark(remark), "{remark}");
        }
        for path in [
            "files/(draft) report.pdf",
            "files/report (1)",
            "(x)",
            "photo.jpg",
        ] {
            assert!(!is_remark(path), "{path}");
        }
    }
}

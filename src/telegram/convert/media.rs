//! What is attached to a message: photos and files. What is no file is in `web`.

use grammers_tl_types as tl;
use tl::enums::{DocumentAttribute, MessageMedia as Raw, PhotoSize};

use crate::model::{Media, MediaKind as Kind};

use super::peers::Peers;
use super::{non_empty, web};

/// The record of what is attached. `None` when nothing is.
///
/// Media that destroys itself is its type and its time, and nothing more.
pub(super) fn media(raw: &Raw, peers: &Peers) -> Option<Media> {
    let media = match raw {
        Raw::Empty => return None,
        Raw::Photo(it) => photo_media(it),
        Raw::Document(it) => document_media(it),
        _ => web::media(raw, peers),
    };
    Some(match media.ttl_seconds {
        Some(_) => Media {
            ttl_seconds: media.ttl_seconds,
            ..Media::new(media.kind)
        },
        None => media,
    })
}

/// What kind of media it is, without looking into it.
pub(super) fn kind(raw: &Raw) -> Option<Kind> {
    match raw {
        Raw::Document(it) => Some(document_media(it).kind),
        Raw::Photo(_) => Some(Kind::Photo),
        Raw::Empty => None,
        _ => Some(web::kind(raw)),
    }
}

fn photo_media(raw: &tl::types::MessageMediaPhoto) -> Media {
    let media = Media {
        spoiler: raw.spoiler,
        live_photo: raw.live_photo,
        ttl_seconds: raw.ttl_seconds,
        ..Media::new(Kind::Photo)
    };
    let Some(tl::enums::Photo::Photo(photo)) = &raw.photo else {
        return media;
    };
    let largest = photo.sizes.iter().filter_map(Size::of).max();
    Media {
        width: largest.map(|size| size.width),
        height: largest.map(|size| size.height),
        size_bytes: largest.map(|size| size.bytes),
        ..media
    }
}

/// One version of a photo, ordered by area and then by bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    area: i64,
    bytes: i64,
    width: i32,
    height: i32,
}

impl Size {
    fn of(raw: &PhotoSize) -> Option<Self> {
        let (width, height, bytes) = match raw {
            PhotoSize::Size(it) => (it.w, it.h, i64::from(it.size)),
            PhotoSize::Progressive(it) => {
                let whole = it.sizes.iter().max().copied().unwrap_or_default();
                (it.w, it.h, i64::from(whole))
            }
            PhotoSize::PhotoCachedSize(it) => {
                let bytes = i64::try_from(it.bytes.len()).unwrap_or(i64::MAX);
                (it.w, it.h, bytes)
            }
            PhotoSize::Empty(_) | PhotoSize::PhotoStrippedSize(_) | PhotoSize::PhotoPathSize(_) => {
                return None;
            }
        };
        Some(Self {
            area: i64::from(width) * i64::from(height),
            bytes,
            width,
            height,
        })
    }
}

fn document_media(raw: &tl::types::MessageMediaDocument) -> Media {
    let mut media = match &raw.document {
        Some(tl::enums::Document::Document(document)) => document_file(document),
        Some(tl::enums::Document::Empty(_)) | None => Media::new(Kind::Document),
    };
    if raw.round {
        media.kind = Kind::VideoNote;
    } else if raw.voice {
        media.kind = Kind::Voice;
    } else if raw.video && media.kind == Kind::Document {
        media.kind = Kind::Video;
    }
    media.spoiler = raw.spoiler;
    media.ttl_seconds = raw.ttl_seconds;
    media
}

fn document_file(document: &tl::types::Document) -> Media {
    let mut media = Media {
        mime_type: non_empty(&document.mime_type),
        size_bytes: Some(document.size),
        ..Media::new(document_kind(document))
    };
    for attribute in &document.attributes {
        describe(&mut media, attribute);
    }
    media
}

/// The most telling attribute decides, whatever their order.
fn document_kind(document: &tl::types::Document) -> Kind {
    let any = |test: fn(&DocumentAttribute) -> bool| document.attributes.iter().any(test);
    if any(|it| {
        matches!(
            it,
            DocumentAttribute::Sticker(_) | DocumentAttribute::CustomEmoji(_)
        )
    }) {
        Kind::Sticker
    } else if any(|it| matches!(it, DocumentAttribute::Video(video) if video.round_message)) {
        Kind::VideoNote
    } else if any(|it| matches!(it, DocumentAttribute::Audio(audio) if audio.voice)) {
        Kind::Voice
    } else if any(|it| matches!(it, DocumentAttribute::Animated))
        || document.mime_type == "image/gif"
    {
        Kind::Animation
    } else if any(|it| matches!(it, DocumentAttribute::Video(_))) {
        Kind::Video
    } else if any(|it| matches!(it, DocumentAttribute::Audio(_))) {
        Kind::Audio
    } else {
        Kind::Document
    }
}

fn describe(media: &mut Media, attribute: &DocumentAttribute) {
    match attribute {
        DocumentAttribute::ImageSize(it) => {
            media.width = Some(it.w);
            media.height = Some(it.h);
        }
        DocumentAttribute::Video(it) => {
            media.width = Some(it.w);
            media.height = Some(it.h);
            media.duration_seconds = Some(whole_seconds(it.duration));
        }
        DocumentAttribute::Audio(it) => {
            media.duration_seconds = Some(it.duration);
            media.title = it.title.as_deref().and_then(non_empty);
            media.performer = it.performer.as_deref().and_then(non_empty);
        }
        DocumentAttribute::Sticker(it) => media.emoji = non_empty(&it.alt),
        DocumentAttribute::CustomEmoji(it) => media.emoji = non_empty(&it.alt),
        DocumentAttribute::Filename(it) => media.file_name = non_empty(&it.file_name),
        DocumentAttribute::Animated | DocumentAttribute::HasStickers => {}
    }
}

/// Rounded; what is no number is 0, and what does not fit is the largest that does.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, as it should"
)]
fn whole_seconds(duration: f64) -> i32 {
    duration.round() as i32
}

#[cfg(test)]
mod tests;

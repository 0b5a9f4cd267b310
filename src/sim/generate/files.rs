//! Photos and documents: the sizes, durations and names that files really have.

use grammers_tl_types::{enums, types};

use super::scribe::Scribe;
use crate::sim::blank;

/// A photo of a phone: a stripped preview, two sizes and a progressive one.
pub(super) fn photo(scribe: &mut Scribe, date: i32) -> types::Photo {
    let (w, h) = scribe.pick(&[
        (1280, 960),
        (960, 1280),
        (1280, 720),
        (1280, 853),
        (1080, 1080),
    ]);
    let scale = |side: i32, of: i32| side * of / w.max(h);
    let whole = scribe.range(90_000..340_000);
    let size = |r#type: &str, of: i32, size: i32| {
        types::PhotoSize {
            r#type: r#type.to_owned(),
            w: scale(w, of),
            h: scale(h, of),
            size,
        }
        .into()
    };
    types::Photo {
        sizes: vec![
            types::PhotoStrippedSize {
                r#type: "i".to_owned(),
                bytes: vec![1, 30, 40],
            }
            .into(),
            size("m", 320, whole / 12),
            size("x", 800, whole / 2),
            types::PhotoSizeProgressive {
                r#type: "y".to_owned(),
                w,
                h,
                sizes: vec![whole / 9, whole / 5, whole / 3, whole / 2, whole],
            }
            .into(),
        ],
        ..blank::photo(scribe.file_id(), date)
    }
}

pub(super) fn photo_media(
    scribe: &mut Scribe,
    date: i32,
    ttl_seconds: Option<i32>,
) -> enums::MessageMedia {
    // A photo that destroys itself and was seen is gone: only the timer is left.
    let gone = ttl_seconds.is_some() && scribe.chance(50);
    types::MessageMediaPhoto {
        spoiler: scribe.chance(2),
        live_photo: false,
        photo: (!gone).then(|| photo(scribe, date).into()),
        ttl_seconds,
        video: None,
    }
    .into()
}

/// What a document of this type is, and its flags.
fn media(
    scribe: &mut Scribe,
    date: i32,
    mime_type: &str,
    size: i32,
    attributes: Vec<enums::DocumentAttribute>,
) -> types::MessageMediaDocument {
    types::MessageMediaDocument {
        nopremium: false,
        spoiler: false,
        video: false,
        round: false,
        voice: false,
        document: Some(
            types::Document {
                date,
                attributes,
                ..blank::document(scribe.file_id(), mime_type, i64::from(size))
            }
            .into(),
        ),
        alt_documents: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    }
}

fn named(file_name: &str) -> enums::DocumentAttribute {
    types::DocumentAttributeFilename {
        file_name: file_name.to_owned(),
    }
    .into()
}

fn moving(w: i32, h: i32, duration: i32) -> types::DocumentAttributeVideo {
    types::DocumentAttributeVideo {
        round_message: false,
        supports_streaming: true,
        nosound: false,
        duration: f64::from(duration) + 0.48,
        w,
        h,
        preload_prefix_size: None,
        video_start_ts: None,
        video_codec: None,
    }
}

pub(super) fn voice(scribe: &mut Scribe, date: i32) -> enums::MessageMedia {
    let duration = scribe.range(3..95);
    let sound = types::DocumentAttributeAudio {
        voice: true,
        duration,
        title: None,
        performer: None,
        waveform: Some(vec![8, 33, 132, 16, 66, 8, 33, 132]),
    };
    let document = media(
        scribe,
        date,
        "audio/ogg",
        duration * 2_100,
        vec![sound.into()],
    );
    types::MessageMediaDocument {
        voice: true,
        ..document
    }
    .into()
}

pub(super) fn round(scribe: &mut Scribe, date: i32) -> enums::MessageMedia {
    let duration = scribe.range(4..58);
    let video = types::DocumentAttributeVideo {
        round_message: true,
        ..moving(384, 384, duration)
    };
    let document = media(
        scribe,
        date,
        "video/mp4",
        duration * 96_000,
        vec![video.into()],
    );
    types::MessageMediaDocument {
        video: true,
        round: true,
        ..document
    }
    .into()
}

pub(super) fn video(scribe: &mut Scribe, date: i32) -> enums::MessageMedia {
    let duration = scribe.range(6..180);
    let (w, h) = scribe.pick(&[(1920, 1080), (1080, 1920), (1280, 720)]);
    let name = format!("VID_{}.mp4", scribe.range(1000..9999));
    let attributes = vec![moving(w, h, duration).into(), named(&name)];
    let document = media(scribe, date, "video/mp4", duration * 610_000, attributes);
    types::MessageMediaDocument {
        video: true,
        ..document
    }
    .into()
}

pub(super) fn gif(scribe: &mut Scribe, date: i32) -> enums::MessageMedia {
    let video = types::DocumentAttributeVideo {
        nosound: true,
        ..moving(480, 270, scribe.range(1..6))
    };
    let attributes = vec![
        video.into(),
        enums::DocumentAttribute::Animated,
        named("animation.mp4"),
    ];
    let size = scribe.range(90_000..900_000);
    media(scribe, date, "video/mp4", size, attributes).into()
}

pub(super) fn sticker(scribe: &mut Scribe, date: i32, emoji: &str) -> enums::MessageMedia {
    let attributes = vec![
        types::DocumentAttributeImageSize { w: 512, h: 512 }.into(),
        types::DocumentAttributeSticker {
            mask: false,
            alt: emoji.to_owned(),
            stickerset: types::InputStickerSetId {
                id: 1_258_816_259_751_983,
                access_hash: 42,
            }
            .into(),
            mask_coords: None,
        }
        .into(),
        named("sticker.webp"),
    ];
    let size = scribe.range(14_000..48_000);
    media(scribe, date, "image/webp", size, attributes).into()
}

/// `Performer - Title`.
pub(super) fn audio(scribe: &mut Scribe, date: i32, argument: &str) -> enums::MessageMedia {
    let (performer, title) = argument.split_once(" - ").unwrap_or(("", argument));
    let duration = scribe.range(95..320);
    let attributes = vec![
        types::DocumentAttributeAudio {
            voice: false,
            duration,
            title: Some(title.to_owned()),
            performer: Some(performer.to_owned()),
            waveform: None,
        }
        .into(),
        named(&format!("{argument}.mp3")),
    ];
    media(scribe, date, "audio/mpeg", duration * 24_000, attributes).into()
}

pub(super) fn file(scribe: &mut Scribe, date: i32, file_name: &str) -> enums::MessageMedia {
    let extension = file_name.rsplit('.').next().unwrap_or_default();
    let (mime_type, largest) = match extension {
        "pdf" => ("application/pdf", 4_000_000),
        "xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            90_000,
        ),
        "csv" => ("text/csv", 60_000),
        "stl" => ("model/stl", 9_000_000),
        "zip" => ("application/zip", 30_000_000),
        "txt" | "md" => ("text/plain", 12_000),
        _ => ("application/octet-stream", 2_000_000),
    };
    let size = scribe.range(largest / 40..largest);
    media(scribe, date, mime_type, size, vec![named(file_name)]).into()
}

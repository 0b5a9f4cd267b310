//! Photos and files, type by type.

use serde_json::json;

use super::*;
use crate::telegram::convert::samples;

fn file(mime_type: &str, attributes: Vec<DocumentAttribute>) -> Raw {
    tl::types::MessageMediaDocument {
        document: Some(samples::document(mime_type, attributes).into()),
        ..samples::document_media()
    }
    .into()
}

fn named(name: &str) -> DocumentAttribute {
    tl::types::DocumentAttributeFilename {
        file_name: name.to_owned(),
    }
    .into()
}

fn size(w: i32, h: i32, size: i32) -> PhotoSize {
    tl::types::PhotoSize {
        r#type: "x".to_owned(),
        w,
        h,
        size,
    }
    .into()
}

#[test]
fn the_attributes_decide_what_a_file_is() {
    let round = tl::types::DocumentAttributeVideo {
        round_message: true,
        ..samples::video(3.0)
    };
    let voice = tl::types::DocumentAttributeAudio {
        voice: true,
        ..samples::audio(7)
    };
    let track = tl::types::DocumentAttributeAudio {
        title: Some("Nocturne".to_owned()),
        performer: Some("Chopin".to_owned()),
        ..samples::audio(200)
    };
    let sticker = tl::types::DocumentAttributeSticker {
        mask: false,
        alt: "🦀".to_owned(),
        stickerset: tl::enums::InputStickerSet::Empty,
        mask_coords: None,
    };
    let cases = [
        (
            file(
                "video/mp4",
                vec![samples::video(12.6).into(), named("a.mp4")],
            ),
            json!({ "type": "video", "file_name": "a.mp4", "mime_type": "video/mp4", "size_bytes": 4096, "duration_seconds": 13, "width": 640, "height": 360 }),
        ),
        (
            file("video/mp4", vec![round.into()]),
            json!({ "type": "video_note", "mime_type": "video/mp4", "size_bytes": 4096, "duration_seconds": 3, "width": 640, "height": 360 }),
        ),
        (
            file("audio/ogg", vec![voice.into()]),
            json!({ "type": "voice", "mime_type": "audio/ogg", "size_bytes": 4096, "duration_seconds": 7 }),
        ),
        (
            file("audio/mpeg", vec![track.into()]),
            json!({ "type": "audio", "mime_type": "audio/mpeg", "size_bytes": 4096, "duration_seconds": 200, "title": "Nocturne", "performer": "Chopin" }),
        ),
        (
            file("image/webp", vec![sticker.into()]),
            json!({ "type": "sticker", "mime_type": "image/webp", "size_bytes": 4096, "emoji": "🦀" }),
        ),
        (
            file(
                "video/mp4",
                vec![samples::video(2.0).into(), DocumentAttribute::Animated],
            ),
            json!({ "type": "animation", "mime_type": "video/mp4", "size_bytes": 4096, "duration_seconds": 2, "width": 640, "height": 360 }),
        ),
        (
            file("image/gif", vec![named("a.gif")]),
            json!({ "type": "animation", "file_name": "a.gif", "mime_type": "image/gif", "size_bytes": 4096 }),
        ),
        (
            file("application/pdf", vec![named("plan.pdf")]),
            json!({ "type": "document", "file_name": "plan.pdf", "mime_type": "application/pdf", "size_bytes": 4096 }),
        ),
    ];
    for (raw, expected) in cases {
        let media = media(&raw, &Peers::default()).unwrap();
        assert_eq!(serde_json::to_value(media).unwrap(), expected);
    }
}

#[test]
fn a_photo_is_as_large_as_its_largest_version() {
    let progressive = tl::types::PhotoSizeProgressive {
        r#type: "y".to_owned(),
        w: 1280,
        h: 960,
        sizes: vec![10_000, 40_000, 90_000],
    };
    let stripped = tl::types::PhotoStrippedSize {
        r#type: "i".to_owned(),
        bytes: vec![0; 40],
    };
    let cases = [
        (
            "progressive",
            vec![
                size(320, 240, 20_000),
                progressive.into(),
                stripped.clone().into(),
            ],
            json!({ "type": "photo", "size_bytes": 90_000, "width": 1280, "height": 960 }),
        ),
        (
            "plain",
            vec![size(800, 600, 70_000), size(320, 240, 20_000)],
            json!({ "type": "photo", "size_bytes": 70_000, "width": 800, "height": 600 }),
        ),
        (
            "huge numbers",
            vec![size(i32::MAX, i32::MAX, i32::MAX)],
            json!({ "type": "photo", "size_bytes": i32::MAX, "width": i32::MAX, "height": i32::MAX }),
        ),
        ("no size", vec![stripped.into()], json!({ "type": "photo" })),
    ];
    for (case, sizes, expected) in cases {
        let raw = tl::types::MessageMediaPhoto {
            spoiler: false,
            live_photo: false,
            photo: Some(samples::photo(sizes).into()),
            ttl_seconds: None,
            video: None,
        };
        let media = media(&raw.into(), &Peers::default()).unwrap();
        assert_eq!(serde_json::to_value(media).unwrap(), expected, "{case}");
    }
}

#[test]
fn self_destructing_media_is_its_type_and_its_time() {
    let photo = tl::types::MessageMediaPhoto {
        spoiler: true,
        live_photo: false,
        photo: Some(samples::photo(vec![size(8, 8, 8)]).into()),
        ttl_seconds: Some(30),
        video: None,
    };
    let voice = tl::types::DocumentAttributeAudio {
        voice: true,
        ..samples::audio(7)
    };
    let document = tl::types::MessageMediaDocument {
        document: Some(
            samples::document("audio/ogg", vec![voice.into(), named("secret.ogg")]).into(),
        ),
        ttl_seconds: Some(i32::MAX),
        ..samples::document_media()
    };
    let expired = tl::types::MessageMediaDocument {
        round: true,
        ttl_seconds: Some(60),
        ..samples::document_media()
    };
    let cases: [(Raw, _); 3] = [
        (photo.into(), json!({ "type": "photo", "ttl_seconds": 30 })),
        (
            document.into(),
            json!({ "type": "voice", "ttl_seconds": i32::MAX }),
        ),
        (
            expired.into(),
            json!({ "type": "video_note", "ttl_seconds": 60 }),
        ),
    ];
    for (raw, expected) in cases {
        assert_eq!(
            serde_json::to_value(media(&raw, &Peers::default()).unwrap()).unwrap(),
            expected
        );
    }
}

#[test]
fn a_duration_that_is_no_number_does_not_panic() {
    let cases = [
        (f64::NAN, 0),
        (f64::INFINITY, i32::MAX),
        (f64::NEG_INFINITY, i32::MIN),
        (0.4, 0),
        (59.5, 60),
    ];
    for (duration, seconds) in cases {
        assert_eq!(whole_seconds(duration), seconds);
    }
}

#[test]
fn empty_media_is_none() {
    assert_eq!(media(&Raw::Empty, &Peers::default()), None);
}

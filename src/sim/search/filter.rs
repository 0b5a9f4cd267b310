//! Which messages each `MessagesFilter` admits.

use grammers_tl_types::enums::{
    Document, DocumentAttribute, Message, MessageAction, MessageEntity, MessageMedia,
    MessagesFilter, PhoneCallDiscardReason,
};
use grammers_tl_types::types;

/// What kind of file a document is to the filters; each is one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum File {
    Plain,
    Sticker,
    Gif,
    Video,
    RoundVideo,
    Voice,
    Music,
}

/// Whether this filter admits this message; a service message passes only the filters made for it.
pub(in crate::sim) fn admits(filter: &MessagesFilter, message: &Message) -> bool {
    match (filter, message) {
        (_, Message::Empty(_)) => false,
        (MessagesFilter::InputMessagesFilterEmpty, _) => true,
        (_, Message::Message(message)) => admits_message(filter, message),
        (_, Message::Service(message)) => admits_service(filter, message),
    }
}

fn admits_message(filter: &MessagesFilter, message: &types::Message) -> bool {
    use MessagesFilter as F;
    let media = message.media.as_ref();
    let file = media.and_then(file);
    let is_photo = matches!(media, Some(MessageMedia::Photo(_)));
    match filter {
        F::InputMessagesFilterEmpty => true,
        F::InputMessagesFilterPhotos => is_photo,
        F::InputMessagesFilterVideo => file == Some(File::Video),
        F::InputMessagesFilterPhotoVideo => is_photo || file == Some(File::Video),
        F::InputMessagesFilterDocument => file == Some(File::Plain),
        F::InputMessagesFilterUrl => has_link(message),
        F::InputMessagesFilterGif => file == Some(File::Gif),
        F::InputMessagesFilterVoice => file == Some(File::Voice),
        F::InputMessagesFilterMusic => file == Some(File::Music),
        F::InputMessagesFilterRoundVoice => {
            matches!(file, Some(File::Voice | File::RoundVideo))
        }
        F::InputMessagesFilterRoundVideo => file == Some(File::RoundVideo),
        F::InputMessagesFilterMyMentions => message.mentioned,
        F::InputMessagesFilterGeo => matches!(
            media,
            Some(MessageMedia::Geo(_) | MessageMedia::GeoLive(_) | MessageMedia::Venue(_))
        ),
        F::InputMessagesFilterContacts => matches!(media, Some(MessageMedia::Contact(_))),
        F::InputMessagesFilterPinned => message.pinned,
        F::InputMessagesFilterPoll => matches!(media, Some(MessageMedia::Poll(_))),
        F::InputMessagesFilterChatPhotos | F::InputMessagesFilterPhoneCalls(_) => false,
    }
}

fn admits_service(filter: &MessagesFilter, message: &types::MessageService) -> bool {
    match (filter, &message.action) {
        (MessagesFilter::InputMessagesFilterChatPhotos, MessageAction::ChatEditPhoto(_)) => true,
        (MessagesFilter::InputMessagesFilterPhoneCalls(calls), MessageAction::PhoneCall(call)) => {
            !calls.missed || matches!(call.reason, Some(PhoneCallDiscardReason::Missed))
        }
        (MessagesFilter::InputMessagesFilterMyMentions, _) => message.mentioned,
        _ => false,
    }
}

fn has_link(message: &types::Message) -> bool {
    let is_link = |entity: &MessageEntity| {
        matches!(entity, MessageEntity::Url(_) | MessageEntity::TextUrl(_))
    };
    message.entities.iter().flatten().any(is_link)
        || matches!(message.media, Some(MessageMedia::WebPage(_)))
}

fn file(media: &MessageMedia) -> Option<File> {
    let MessageMedia::Document(media) = media else {
        return None;
    };
    let attributes = match &media.document {
        Some(Document::Document(document)) => document.attributes.as_slice(),
        _ => &[],
    };
    let has = |is: fn(&DocumentAttribute) -> bool| attributes.iter().any(is);
    let audio = attributes.iter().find_map(|attribute| match attribute {
        DocumentAttribute::Audio(audio) => Some(audio),
        _ => None,
    });
    let video = attributes.iter().find_map(|attribute| match attribute {
        DocumentAttribute::Video(video) => Some(video),
        _ => None,
    });
    let is_custom = has(|attribute| matches!(attribute, DocumentAttribute::CustomEmoji(_)));
    Some(
        if is_custom || has(|attribute| matches!(attribute, DocumentAttribute::Sticker(_))) {
            File::Sticker
        } else if has(|attribute| matches!(attribute, DocumentAttribute::Animated)) {
            File::Gif
        } else if media.round || video.is_some_and(|video| video.round_message) {
            File::RoundVideo
        } else if media.voice || audio.is_some_and(|audio| audio.voice) {
            File::Voice
        } else if media.video || video.is_some() {
            File::Video
        } else if audio.is_some() {
            File::Music
        } else {
            File::Plain
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::blank;
    use crate::sim::world::peer;

    fn carrying(media: impl Into<MessageMedia>) -> Message {
        types::Message {
            media: Some(media.into()),
            ..blank::message(1, peer(1), 0)
        }
        .into()
    }

    fn file(attributes: Vec<DocumentAttribute>) -> Message {
        let document = types::Document {
            attributes,
            ..blank::document(1, "a/b", 1)
        };
        carrying(blank::document_media(document))
    }

    fn video(round_message: bool) -> DocumentAttribute {
        types::DocumentAttributeVideo {
            round_message,
            supports_streaming: false,
            nosound: false,
            duration: 1.0,
            w: 1,
            h: 1,
            preload_prefix_size: None,
            video_start_ts: None,
            video_codec: None,
        }
        .into()
    }

    fn audio(voice: bool) -> DocumentAttribute {
        types::DocumentAttributeAudio {
            voice,
            duration: 1,
            title: None,
            performer: None,
            waveform: None,
        }
        .into()
    }

    fn sticker() -> DocumentAttribute {
        types::DocumentAttributeSticker {
            mask: false,
            alt: String::new(),
            stickerset: types::InputStickerSetEmpty {}.into(),
            mask_coords: None,
        }
        .into()
    }

    fn service(action: impl Into<MessageAction>) -> Message {
        blank::service(1, peer(1), 0, action).into()
    }

    fn call(reason: PhoneCallDiscardReason) -> Message {
        service(types::MessageActionPhoneCall {
            video: false,
            call_id: 1,
            reason: Some(reason),
            duration: None,
        })
    }

    fn admitting(message: &Message) -> Vec<&'static str> {
        use MessagesFilter as F;
        let calls = |missed| types::InputMessagesFilterPhoneCalls { missed }.into();
        let filters: [(&str, MessagesFilter); 18] = [
            ("photos", F::InputMessagesFilterPhotos),
            ("video", F::InputMessagesFilterVideo),
            ("photo video", F::InputMessagesFilterPhotoVideo),
            ("document", F::InputMessagesFilterDocument),
            ("url", F::InputMessagesFilterUrl),
            ("gif", F::InputMessagesFilterGif),
            ("voice", F::InputMessagesFilterVoice),
            ("music", F::InputMessagesFilterMusic),
            ("chat photos", F::InputMessagesFilterChatPhotos),
            ("calls", calls(false)),
            ("missed calls", calls(true)),
            ("round voice", F::InputMessagesFilterRoundVoice),
            ("round video", F::InputMessagesFilterRoundVideo),
            ("my mentions", F::InputMessagesFilterMyMentions),
            ("geo", F::InputMessagesFilterGeo),
            ("contacts", F::InputMessagesFilterContacts),
            ("pinned", F::InputMessagesFilterPinned),
            ("poll", F::InputMessagesFilterPoll),
        ];
        assert!(admits(&F::InputMessagesFilterEmpty, message));
        let admitting = filters.iter().filter(|(_, filter)| admits(filter, message));
        admitting.map(|(name, _)| *name).collect()
    }

    #[test]
    fn a_file_is_of_one_kind() {
        for (attributes, expected) in [
            (vec![], &["document"][..]),
            (vec![sticker(), video(false)], &[]),
            (
                vec![types::DocumentAttributeAnimated {}.into(), video(false)],
                &["gif"],
            ),
            (vec![video(false)], &["video", "photo video"]),
            (vec![video(true)], &["round voice", "round video"]),
            (vec![audio(true)], &["voice", "round voice"]),
            (vec![audio(false)], &["music"]),
        ] {
            assert_eq!(
                admitting(&file(attributes.clone())),
                expected,
                "{attributes:?}"
            );
        }
    }

    #[test]
    fn other_media_has_filters_of_its_own() {
        let geo = types::MessageMediaGeo {
            geo: types::GeoPointEmpty {}.into(),
        };
        let contact = types::MessageMediaContact {
            phone_number: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            vcard: String::new(),
            user_id: 0,
        };
        let photo = blank::photo_media(blank::photo(1, 0));
        assert_eq!(admitting(&carrying(geo)), ["geo"]);
        assert_eq!(admitting(&carrying(contact)), ["contacts"]);
        assert_eq!(admitting(&carrying(photo)), ["photos", "photo video"]);
    }

    #[test]
    fn a_link_is_in_the_text_or_beside_it() {
        let url = types::MessageEntityUrl {
            offset: 0,
            length: 1,
        };
        let mention = types::MessageEntityMention {
            offset: 0,
            length: 1,
        };
        let with = |entity: MessageEntity| types::Message {
            entities: Some(vec![entity]),
            pinned: true,
            mentioned: true,
            ..blank::message(1, peer(1), 0)
        };
        let flags = ["my mentions", "pinned"];
        assert_eq!(admitting(&with(mention.into()).into()), flags);
        let expected = ["url", "my mentions", "pinned"];
        assert_eq!(admitting(&with(url.into()).into()), expected);
    }

    #[test]
    fn service_messages_pass_the_filters_made_for_them() {
        let photo = types::MessageActionChatEditPhoto {
            photo: blank::photo(1, 0).into(),
        };
        assert_eq!(admitting(&service(photo)), ["chat photos"]);
        assert_eq!(admitting(&call(PhoneCallDiscardReason::Hangup)), ["calls"]);
        let missed = call(PhoneCallDiscardReason::Missed);
        assert_eq!(admitting(&missed), ["calls", "missed calls"]);
        let pin = service(types::MessageActionPinMessage {});
        assert_eq!(admitting(&pin), Vec::<&str>::new());
    }
}

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

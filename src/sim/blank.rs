//! TL objects with every flag unset, to be filled in by struct update: the generated types have no `Default`.

use grammers_tl_types::{self as tl, Deserializable, Identifiable, types};

/// `Vector`'s constructor id, <https://core.telegram.org/mtproto/serialize#built-in-composite-types-vectors-and-associative-arrays>.
const VECTOR: u32 = 0x1cb5_c415;
/// More zeros than the longest of these objects needs.
const ZEROS: usize = 64;

const PEER: u32 = types::PeerUser::CONSTRUCTOR_ID;
const NOTIFY: u32 = types::PeerNotifySettings::CONSTRUCTOR_ID;
const NO_CHAT_PHOTO: u32 = types::ChatPhotoEmpty::CONSTRUCTOR_ID;

/// Reads a `T` from `words` and then zeros: absent, false, zero and empty are all zeros in TL,
/// so only the constructors of boxed fields have to be spelled out.
#[expect(
    clippy::expect_used,
    reason = "the words are constants, and a test reads every one of these objects"
)]
fn read<T: Deserializable>(words: &[u32]) -> T {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.resize(bytes.len() + ZEROS * 4, 0);
    T::from_bytes(&bytes).expect("the constant words of a blank object")
}

/// A user without a name.
pub fn user(id: i64) -> types::User {
    types::User { id, ..read(&[]) }
}

/// A basic group without a title.
pub fn chat(id: i64) -> types::Chat {
    types::Chat {
        id,
        ..read(&[0, 0, 0, 0, NO_CHAT_PHOTO])
    }
}

/// A channel that is neither broadcast nor megagroup yet.
pub fn channel(id: i64) -> types::Channel {
    types::Channel {
        id,
        ..read(&[0, 0, 0, 0, 0, NO_CHAT_PHOTO])
    }
}

/// A message without text.
pub fn message(id: i32, peer_id: tl::enums::Peer, date: i32) -> types::Message {
    types::Message {
        id,
        peer_id,
        date,
        ..read(&[0, 0, 0, PEER])
    }
}

/// A service message.
pub fn service(
    id: i32,
    peer_id: tl::enums::Peer,
    date: i32,
    action: impl Into<tl::enums::MessageAction>,
) -> types::MessageService {
    types::MessageService {
        id,
        peer_id,
        date,
        action: action.into(),
        ..read(&[
            0,
            0,
            PEER,
            0,
            0,
            0,
            types::MessageActionEmpty::CONSTRUCTOR_ID,
        ])
    }
}

/// A reply header that names nothing.
pub fn reply() -> types::MessageReplyHeader {
    read(&[])
}

/// A forward header that names nobody.
pub fn forward(date: i32) -> types::MessageFwdHeader {
    types::MessageFwdHeader { date, ..read(&[]) }
}

/// A document without attributes.
pub fn document(id: i64, mime_type: &str, size: i64) -> types::Document {
    types::Document {
        id,
        access_hash: id ^ 0x5aa5,
        mime_type: mime_type.to_owned(),
        size,
        dc_id: 2,
        ..read(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, VECTOR])
    }
}

/// A document as a message carries it.
pub fn document_media(document: types::Document) -> types::MessageMediaDocument {
    types::MessageMediaDocument {
        document: Some(document.into()),
        ..read(&[])
    }
}

/// A photo without sizes.
pub fn photo(id: i64, date: i32) -> types::Photo {
    types::Photo {
        id,
        access_hash: id ^ 0x5aa5,
        date,
        dc_id: 2,
        ..read(&[0, 0, 0, 0, 0, 0, 0, VECTOR])
    }
}

/// A photo as a message carries it.
pub fn photo_media(photo: types::Photo) -> types::MessageMediaPhoto {
    types::MessageMediaPhoto {
        photo: Some(photo.into()),
        ..read(&[])
    }
}

/// A web page without an address.
pub fn web_page() -> types::WebPage {
    read(&[])
}

/// A list of usernames, each active or not; the first is the one its owner can edit.
pub fn usernames(names: &[(&str, bool)]) -> Vec<tl::enums::Username> {
    names
        .iter()
        .enumerate()
        .map(|(at, (username, active))| {
            types::Username {
                editable: at == 0,
                active: *active,
                deletable: false,
                expired: false,
                username: (*username).to_owned(),
            }
            .into()
        })
        .collect()
}

/// The answer to `help.getConfig` of a server that lists no data centre.
pub fn config(now: i32) -> types::Config {
    const FALSE: u32 = 0xbc79_9737;
    types::Config {
        date: now,
        expires: now.saturating_add(3600),
        this_dc: 2,
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        caption_length_max: 1024,
        message_length_max: 4096,
        me_url_prefix: "https://t.me/".to_owned(),
        ..read(&[0, 0, 0, FALSE, 0, VECTOR])
    }
}

/// Full details of a channel.
pub fn channel_full(id: i64) -> types::ChannelFull {
    const NO_PHOTO: u32 = types::PhotoEmpty::CONSTRUCTOR_ID;
    types::ChannelFull {
        id,
        ..read(&[
            0, 0, 0, 0, 0, 0, 0, 0, NO_PHOTO, 0, 0, NOTIFY, 0, VECTOR, 0, 0,
        ])
    }
}

/// Full details of a basic group whose members are not shown.
pub fn chat_full(id: i64) -> types::ChatFull {
    const HIDDEN: u32 = types::ChatParticipantsForbidden::CONSTRUCTOR_ID;
    types::ChatFull {
        id,
        ..read(&[0, 0, 0, 0, HIDDEN, 0, 0, 0, NOTIFY])
    }
}

/// Full details of a user.
pub fn user_full(id: i64) -> types::UserFull {
    const SETTINGS: u32 = types::PeerSettings::CONSTRUCTOR_ID;
    types::UserFull {
        id,
        ..read(&[0, 0, 0, 0, SETTINGS, 0, NOTIFY])
    }
}

/// A row of the chat list.
pub fn dialog(peer: tl::enums::Peer, top_message: i32) -> types::Dialog {
    types::Dialog {
        peer,
        top_message,
        ..read(&[0, PEER, 0, 0, 0, 0, 0, 0, 0, 0, 0, NOTIFY])
    }
}

/// A row of the conversations that a channel has with its readers.
pub fn monoforum_dialog(peer: tl::enums::Peer, top_message: i32) -> types::MonoForumDialog {
    types::MonoForumDialog {
        peer,
        top_message,
        ..read(&[0, PEER])
    }
}

/// What an invite shows of a chat without a title.
pub fn chat_invite() -> types::ChatInvite {
    const NO_PHOTO: u32 = types::PhotoEmpty::CONSTRUCTOR_ID;
    read(&[0, 0, NO_PHOTO])
}

/// A forum topic.
pub fn topic(
    id: i32,
    title: &str,
    peer: tl::enums::Peer,
    from_id: tl::enums::Peer,
) -> types::ForumTopic {
    types::ForumTopic {
        id,
        title: title.to_owned(),
        peer,
        from_id,
        ..read(&[
            0, 0, 0, PEER, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, PEER, 0, 0, NOTIFY,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blank_object_reads_from_its_words() {
        let peer = || tl::enums::Peer::from(types::PeerUser { user_id: 1 });
        assert_eq!(user(7).id, 7);
        assert_eq!(chat(7).title, "");
        assert!(!channel(7).megagroup);
        assert_eq!(message(3, peer(), 9).media, None);
        assert_eq!(
            service(3, peer(), 9, types::MessageActionPinMessage {}).id,
            3
        );
        assert_eq!(reply().reply_to_msg_id, None);
        assert_eq!(forward(5).from_id, None);
        assert_eq!(document(1, "a/b", 2).attributes, vec![]);
        assert_eq!(photo(1, 2).sizes, vec![]);
        assert!(document_media(document(1, "a/b", 2)).document.is_some());
        assert!(photo_media(photo(1, 2)).photo.is_some());
        assert_eq!(web_page().title, None);
        assert_eq!(config(1).dc_options, vec![]);
        assert_eq!(channel_full(1).linked_chat_id, None);
        assert_eq!(chat_full(1).pinned_msg_id, None);
        assert_eq!(user_full(1).about, None);
        assert_eq!(dialog(peer(), 4).top_message, 4);
        assert_eq!(monoforum_dialog(peer(), 4).top_message, 4);
        assert_eq!(chat_invite().title, "");
        assert_eq!(topic(2, "t", peer(), peer()).draft, None);
    }
}

//! Which messages of a chat are wanted: what a caller may write, and the check that every record passes,
//! whatever Telegram has narrowed already.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::{MediaKind, Message, MessageKind, Sender};
use crate::telegram::{SearchFilter, Source};

/// The most senders that can be asked for at once.
const MAX_SENDERS: usize = 20;
/// The longest text that can be searched for, in bytes: it stands in every cursor.
const MAX_QUERY_BYTES: usize = 1024;
/// The same in characters.
const MAX_QUERY_CHARS: usize = 256;

/// What a caller may write in `filter`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterParams {
    /// Any of these.
    pub media_types: Option<Vec<MediaType>>,
    /// With or without `media`.
    pub has_media: Option<bool>,
    /// Sent by any of these: ids, `@name`s or `me`.
    pub from_users: Option<Vec<String>>,
    /// A forum topic by id (1 is General) or title; in saved messages, the chat they were saved from.
    pub topic_id: Option<String>,
    /// The comments on this post of a channel, or the replies to this message of a group.
    pub comments_of: Option<i32>,
    /// The lowest id.
    pub min_id: Option<i32>,
    /// The highest id.
    pub max_id: Option<i32>,
    /// At least so many views.
    pub min_views: Option<i32>,
    /// At most so many views.
    pub max_views: Option<i32>,
    /// `false` leaves out joins, pins and other service messages.
    #[schemars(extend("default" = true))]
    pub include_service: Option<bool>,
    /// Only what is pinned now.
    pub pinned_only: Option<bool>,
    /// For exports: also what is deleted by a timer.
    pub include_expiring: Option<bool>,
}

/// The types of message that can be asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum MediaType {
    Text,
    Photo,
    Video,
    Document,
    Audio,
    Voice,
    VideoNote,
    Animation,
    Sticker,
    Poll,
    Link,
    Location,
    Contact,
}

/// Which messages are wanted, with every name resolved; what is absent narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filter {
    /// Any of these types; all when there are none. In order, each once.
    pub(super) media_types: Vec<MediaType>,
    /// With or without media.
    pub(super) has_media: Option<bool>,
    /// Sent by any of these marked ids; by anybody when there are none. In order, each once.
    pub(super) senders: Vec<i64>,
    /// Or by any that has one of these usernames, in lower case, in order, each once.
    pub(super) sender_names: Vec<String>,
    /// A part of the chat.
    pub(super) part: Option<ChatPart>,
    /// The lowest id.
    pub(super) min_id: Option<i32>,
    /// The highest id.
    pub(super) max_id: Option<i32>,
    /// The least and the most views.
    pub(super) min_views: Option<i32>,
    pub(super) max_views: Option<i32>,
    /// Without service messages.
    pub(super) no_service: bool,
    /// Only pinned ones.
    pub(super) pinned_only: bool,
}

/// A part of a chat that has a history of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChatPart {
    /// A forum topic.
    Topic(i32),
    /// The comments on a post, or the replies to a message.
    Comments(i32),
    /// A dialog inside saved messages or a channel's direct messages, by marked id.
    SavedDialog(i64),
}

impl ChatPart {
    /// The error for a part that the chat does not have.
    pub(super) fn not_there(self) -> Error {
        match self {
            Self::Topic(id) => no_topic(&id.to_string()),
            Self::SavedDialog(id) => no_topic(&id.to_string()),
            Self::Comments(post) => Error::invalid(
                "filter.comments_of",
                &post.to_string(),
                "the id of a post of a channel that has comments, or of a message of a supergroup that has replies",
            ),
        }
    }
}

/// The error for a topic that the chat does not have.
pub(super) fn no_topic(text: &str) -> Error {
    Error::invalid(
        "filter.topic_id",
        text,
        "the id or the whole title of a topic of this chat, which a forum's description lists",
    )
}

impl Filter {
    /// What the caller wrote, as far as nothing has to be resolved for it.
    pub(super) fn read(params: &FilterParams) -> Result<Self, Error> {
        let mut media_types = params.media_types.clone().unwrap_or_default();
        media_types.sort_unstable();
        media_types.dedup();
        let filter = Self {
            media_types,
            has_media: params.has_media,
            senders: Vec::new(),
            sender_names: Vec::new(),
            part: None,
            min_id: at_least("filter.min_id", params.min_id, 1)?,
            max_id: at_least("filter.max_id", params.max_id, 1)?,
            min_views: at_least("filter.min_views", params.min_views, 0)?,
            max_views: at_least("filter.max_views", params.max_views, 0)?,
            no_service: params.include_service == Some(false),
            pinned_only: params.pinned_only == Some(true),
        };
        in_order("filter.min_id", filter.min_id, "max_id", filter.max_id)?;
        in_order(
            "filter.min_views",
            filter.min_views,
            "max_views",
            filter.max_views,
        )?;
        if let Some(senders) = &params.from_users
            && senders.len() > MAX_SENDERS
        {
            return Err(Error::invalid(
                "filter.from_users",
                &format!("a list of {}", senders.len()),
                format!("at most {MAX_SENDERS} senders"),
            ));
        }
        Ok(filter)
    }

    /// Whether a record is wanted. Words are Telegram's to find, and ids and dates the walk's to cut.
    pub(super) fn admits(&self, message: &Message) -> bool {
        let media_type = self.media_types.is_empty()
            || (self.media_types.iter()).any(|wanted| wanted.is_type_of(message));
        let is_from_anybody = self.senders.is_empty() && self.sender_names.is_empty();
        let sender =
            is_from_anybody || (message.sender.as_ref()).is_some_and(|sender| self.wants(sender));
        let has_media = self
            .has_media
            .is_none_or(|wanted| message.media.is_some() == wanted);
        let least = self
            .min_views
            .is_none_or(|least| message.views.is_some_and(|views| views >= least));
        let most = self
            .max_views
            .is_none_or(|most| message.views.is_some_and(|views| views <= most));
        let service = !(self.no_service && message.kind == MessageKind::Service);
        let pinned = message.pinned || !self.pinned_only;
        media_type
            && sender
            && has_media
            && least
            && most
            && service
            && pinned
            && self.is_in_part(message)
    }

    fn wants(&self, sender: &Sender) -> bool {
        let is_name = |wanted: &String| {
            let name = sender.username.as_deref();
            name.is_some_and(|name| name.eq_ignore_ascii_case(wanted))
        };
        self.senders.contains(&sender.id) || self.sender_names.iter().any(is_name)
    }

    /// What Telegram can be asked for that holds all of these messages.
    pub(super) fn search_filter(&self) -> SearchFilter {
        if self.pinned_only {
            return SearchFilter::Pinned;
        }
        match self.media_types.as_slice() {
            [MediaType::Photo] => SearchFilter::Photos,
            [MediaType::Photo, MediaType::Video] => SearchFilter::PhotoVideo,
            [MediaType::Video] => SearchFilter::Video,
            [MediaType::Document] => SearchFilter::Document,
            [MediaType::Audio] => SearchFilter::Music,
            [MediaType::Voice] => SearchFilter::Voice,
            [MediaType::Voice, MediaType::VideoNote] => SearchFilter::RoundVoice,
            [MediaType::VideoNote] => SearchFilter::RoundVideo,
            [MediaType::Animation] => SearchFilter::Gif,
            [MediaType::Poll] => SearchFilter::Poll,
            [MediaType::Link] => SearchFilter::Url,
            [MediaType::Contact] => SearchFilter::Contacts,
            _ => SearchFilter::Empty,
        }
    }

    /// Whether some of what this source gives may have to be dropped here.
    pub(super) fn drops_from(&self, source: &Source) -> bool {
        let (kind, sender) = match source {
            Source::Search(search) => (search.filter, search.sender),
            _ => (SearchFilter::Empty, None),
        };
        let types_are_asked_for = self.media_types.is_empty()
            || (kind != SearchFilter::Empty && kind != SearchFilter::Pinned);
        let sender_is_asked_for =
            (self.senders.is_empty() && self.sender_names.is_empty()) || sender.is_some();
        let topic_is_asked_for = match (self.part, source) {
            (Some(ChatPart::Topic(_)), Source::Search(search)) => search.thread.is_some(),
            (Some(ChatPart::Topic(_)), source) => matches!(source, Source::Thread(_)),
            _ => true,
        };
        let pin_is_asked_for = !self.pinned_only || kind == SearchFilter::Pinned;
        !(types_are_asked_for && sender_is_asked_for && pin_is_asked_for)
            || self.has_media.is_some()
            || self.min_views.or(self.max_views).is_some()
            || self.no_service
            || !topic_is_asked_for
    }

    /// What says where it stands must agree; not every message says so.
    fn is_in_part(&self, message: &Message) -> bool {
        match self.part {
            Some(ChatPart::Topic(topic)) => message.topic_id.is_none_or(|id| id == topic),
            Some(ChatPart::SavedDialog(dialog)) => {
                (message.saved_peer.as_ref()).is_none_or(|peer| peer.id == dialog)
            }
            Some(ChatPart::Comments(_)) | None => true,
        }
    }
}

impl MediaType {
    /// Whether a message is of this type. A text with the preview of a link is both.
    fn is_type_of(self, message: &Message) -> bool {
        let kind = message.media.as_ref().map(|media| media.kind);
        let is = |wanted| kind == Some(wanted);
        match self {
            Self::Text => {
                let is_plain = matches!(kind, None | Some(MediaKind::WebPage));
                is_plain && message.kind == MessageKind::Message && !message.text.is_empty()
            }
            Self::Link => is(MediaKind::WebPage) || !message.links.is_empty(),
            Self::Location => matches!(
                kind,
                Some(MediaKind::Location | MediaKind::LiveLocation | MediaKind::Venue)
            ),
            Self::Photo => is(MediaKind::Photo),
            Self::Video => is(MediaKind::Video),
            Self::Document => is(MediaKind::Document),
            Self::Audio => is(MediaKind::Audio),
            Self::Voice => is(MediaKind::Voice),
            Self::VideoNote => is(MediaKind::VideoNote),
            Self::Animation => is(MediaKind::Animation),
            Self::Sticker => is(MediaKind::Sticker),
            Self::Poll => is(MediaKind::Poll),
            Self::Contact => is(MediaKind::Contact),
        }
    }
}

/// The words of `search`.
pub(super) fn query(text: &str) -> Result<String, Error> {
    let words = text.trim();
    let is_short = words.len() <= MAX_QUERY_BYTES && words.chars().count() <= MAX_QUERY_CHARS;
    if words.is_empty() || !is_short {
        return Err(Error::invalid(
            "search",
            text,
            format!("words to find, at most {MAX_QUERY_CHARS} characters"),
        ));
    }
    Ok(words.to_owned())
}

fn at_least(field: &'static str, value: Option<i32>, least: i32) -> Result<Option<i32>, Error> {
    match value {
        Some(value) if value < least => Err(Error::invalid(
            field,
            &value.to_string(),
            format!("a whole number from {least}"),
        )),
        value => Ok(value),
    }
}

fn in_order(
    field: &'static str,
    least: Option<i32>,
    other: &str,
    most: Option<i32>,
) -> Result<(), Error> {
    match (least, most) {
        (Some(least), Some(most)) if least > most => Err(Error::invalid(
            field,
            &least.to_string(),
            format!("at most `{other}`, which is {most}"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telegram::Search;

    fn message(more: serde_json::Value) -> Message {
        let mut record = json!({
            "id": 7, "chat_id": -77, "date": "2026-05-01T09:30:00Z", "type": "message", "text": "", "link": ""
        });
        let fields = record.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        serde_json::from_value(record).unwrap()
    }

    fn filter(params: serde_json::Value) -> Filter {
        Filter::read(&serde_json::from_value(params).unwrap()).unwrap()
    }

    #[test]
    fn a_record_is_of_a_type_by_what_it_shows() {
        let table = [
            (json!({ "text": "hi" }), vec!["text"]),
            (json!({ "text": "" }), vec![]),
            (
                json!({ "text": "a.org", "links": ["a.org"] }),
                vec!["text", "link"],
            ),
            (
                json!({ "text": "a.org", "media": { "type": "web_page" } }),
                vec!["text", "link"],
            ),
            (
                json!({ "text": "hi", "media": { "type": "photo" } }),
                vec!["photo"],
            ),
            (json!({ "media": { "type": "venue" } }), vec!["location"]),
            (
                json!({ "media": { "type": "live_location" } }),
                vec!["location"],
            ),
            (
                json!({ "media": { "type": "video_note" } }),
                vec!["video_note"],
            ),
            (json!({ "media": { "type": "dice" } }), vec![]),
            (json!({ "type": "service", "text": "hi" }), vec![]),
        ];
        let all = [
            "text",
            "photo",
            "video",
            "document",
            "audio",
            "voice",
            "video_note",
            "animation",
            "sticker",
            "poll",
            "link",
            "location",
            "contact",
        ];
        for (record, types) in table {
            let message = message(record.clone());
            for name in all {
                let wanted = filter(json!({ "media_types": [name] }));
                assert_eq!(
                    wanted.admits(&message),
                    types.contains(&name),
                    "{record} as {name}"
                );
            }
        }
    }

    #[test]
    fn a_message_without_a_counter_was_seen_neither_often_nor_seldom() {
        let (least, most) = (json!({ "min_views": 0 }), json!({ "max_views": 9 }));
        for bound in [least, most] {
            assert!(
                !filter(bound.clone()).admits(&message(json!({}))),
                "{bound}"
            );
            assert!(filter(bound.clone()).admits(&message(json!({ "views": 9 }))));
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (params, said) in [
            (
                json!({ "min_id": 9, "max_id": 8 }),
                "`filter.min_id` is `9`",
            ),
            (json!({ "min_id": 0 }), "from 1"),
            (json!({ "max_views": -1 }), "from 0"),
            (
                json!({ "min_views": 2, "max_views": 1 }),
                "`max_views`, which is 1",
            ),
            (json!({ "from_users": vec!["me"; 21] }), "at most 20"),
        ] {
            let params = serde_json::from_value(params).unwrap();
            let message = Filter::read(&params).unwrap_err().to_string();
            assert!(message.contains(said), "{message} lacks {said}");
        }
        assert!(query(&"x".repeat(257)).is_err());
        assert!(query("  ").is_err());
        assert_eq!(query(" two words ").unwrap(), "two words");
    }

    #[test]
    fn what_telegram_narrows_already_is_not_dropped_here() {
        let search = |filter| {
            Source::Search(Search {
                filter,
                ..Search::default()
            })
        };
        let photos = filter(json!({ "media_types": ["photo"] }));
        assert!(photos.drops_from(&Source::History));
        assert!(!photos.drops_from(&search(photos.search_filter())));
        let some = filter(json!({ "media_types": ["photo", "sticker"] }));
        assert_eq!(some.search_filter(), SearchFilter::Empty);
        assert!(some.drops_from(&search(some.search_filter())));
        assert!(!Filter::default().drops_from(&Source::History));
    }
}

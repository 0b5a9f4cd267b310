//! Where a message belongs: what it answers, the topic it stands in, where it came from.

use grammers_tl_types as tl;
use tl::enums::MessageReplyHeader as Header;

use crate::model::{ChatKind, Forward, ReplyTo, SavedFrom};

use super::peers::{ChatContext, Peers, channel_id, marked_id};
use super::{media, non_empty, timestamp};

/// The topic "General", where everything is that names no other.
pub const GENERAL_TOPIC: i32 = 1;

/// What the message answers. In a forum every message names its topic as if it answered it: that is no reply.
pub(super) fn reply_to(header: &Header, peers: &Peers, chat: &ChatContext) -> Option<ReplyTo> {
    let header = match header {
        Header::Header(header) => header,
        Header::MessageReplyStoryHeader(story) => {
            return Some(ReplyTo {
                chat_id: Some(marked_id(&story.peer)),
                chat_kind: peers.kind(marked_id(&story.peer)),
                story_id: Some(story.story_id),
                ..ReplyTo::default()
            });
        }
    };
    let other_chat = header.reply_to_peer_id.as_ref().map(marked_id);
    let message_id = header
        .reply_to_msg_id
        .filter(|_| !names_only_its_topic(header));
    let other_chat = other_chat.filter(|&id| id != chat.chat_id);
    let reply_to = ReplyTo {
        message_id,
        chat_id: other_chat,
        quote: header.quote_text.as_deref().and_then(non_empty),
        story_id: None,
        thread_id: header
            .reply_to_top_id
            .filter(|&top| !header.forum_topic && Some(top) != message_id),
        todo_item_id: header.todo_item_id,
        origin: header
            .reply_from
            .as_ref()
            .map(|origin| forward(origin, peers)),
        media_type: header.reply_media.as_ref().and_then(media::kind),
        withheld: false,
        chat_kind: other_chat.and_then(|id| peers.kind(id)),
    };
    (reply_to != ReplyTo::default()).then_some(reply_to)
}

/// The topic of a message; outside of forums there is none.
pub(super) fn topic_id(header: Option<&Header>, chat: &ChatContext) -> Option<i32> {
    let named = match header {
        Some(Header::Header(header)) if header.forum_topic => match header.reply_to_peer_id {
            Some(_) => header.reply_to_top_id,
            None => header.reply_to_top_id.or(header.reply_to_msg_id),
        },
        _ => None,
    };
    let default = (chat.kind == ChatKind::Forum).then_some(GENERAL_TOPIC);
    named.or(default)
}

fn names_only_its_topic(header: &tl::types::MessageReplyHeader) -> bool {
    header.forum_topic && header.reply_to_top_id.is_none() && header.reply_to_peer_id.is_none()
}

/// How many replies or comments there are.
pub(super) fn count(replies: &tl::enums::MessageReplies) -> i32 {
    let tl::enums::MessageReplies::Replies(replies) = replies;
    replies.replies
}

/// The discussion group of a channel post.
pub(super) fn comments_chat(replies: &tl::enums::MessageReplies) -> Option<i64> {
    let tl::enums::MessageReplies::Replies(replies) = replies;
    replies.channel_id.map(channel_id)
}

/// Where the message was forwarded from.
pub(super) fn forward(header: &tl::enums::MessageFwdHeader, peers: &Peers) -> Forward {
    let tl::enums::MessageFwdHeader::Header(header) = header;
    let from_id = header.from_id.as_ref().map(marked_id);
    Forward {
        from_id,
        from_name: name(from_id, header.from_name.as_deref(), peers),
        date: timestamp(header.date),
        message_id: header.channel_post,
        author_signature: header.post_author.as_deref().and_then(non_empty),
        imported: header.imported,
        announcement: header.psa_type.as_deref().and_then(non_empty),
        saved_from: saved_from(header, peers),
        withheld: false,
        is_contact: from_id.is_some_and(|id| peers.is_contact(id)),
        from_kind: from_id.and_then(|id| peers.kind(id)),
    }
}

/// A post that came here straight from its channel has no other stop, though Telegram names it twice.
fn saved_from(header: &tl::types::MessageFwdHeader, peers: &Peers) -> Option<SavedFrom> {
    let id = |peer: &Option<tl::enums::Peer>| peer.as_ref().map(marked_id);
    let chat_id = id(&header.saved_from_peer);
    if chat_id == id(&header.from_id) && header.saved_from_msg_id == header.channel_post {
        return None;
    }
    let sender_id = id(&header.saved_from_id);
    let saved_from = SavedFrom {
        chat_id,
        message_id: header.saved_from_msg_id,
        sender_id,
        sender_name: name(sender_id, header.saved_from_name.as_deref(), peers),
        date: header.saved_date.map(timestamp),
        is_contact: sender_id.is_some_and(|id| peers.is_contact(id)),
        chat_kind: chat_id.and_then(|id| peers.kind(id)),
    };
    (saved_from != SavedFrom::default()).then_some(saved_from)
}

/// The name that stands there, or else the one that goes with the id.
fn name(id: Option<i64>, given: Option<&str>, peers: &Peers) -> Option<String> {
    let known = || id.and_then(|id| peers.name(id)).map(str::to_owned);
    given.and_then(non_empty).or_else(known)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn topics_and_replies_are_told_apart() {
        let header = |forum_topic, message_id, top_id| tl::types::MessageReplyHeader {
            forum_topic,
            reply_to_msg_id: message_id,
            reply_to_top_id: top_id,
            ..samples::reply_header()
        };
        let forum = samples::context(-1_000_000_000_009, ChatKind::Forum);
        let group = samples::context(-1_000_000_000_009, ChatKind::Supergroup);
        let cases = [
            (
                "in a topic",
                &forum,
                header(true, Some(40), None),
                Some(40),
                None,
            ),
            (
                "answers in a topic",
                &forum,
                header(true, Some(55), Some(40)),
                Some(40),
                Some(55),
            ),
            (
                "answers in General",
                &forum,
                header(false, Some(55), None),
                Some(1),
                Some(55),
            ),
            (
                "answers in a group",
                &group,
                header(false, Some(55), None),
                None,
                Some(55),
            ),
            (
                "in a thread of comments",
                &group,
                header(false, Some(55), Some(40)),
                None,
                Some(55),
            ),
            ("nothing", &group, header(false, None, None), None, None),
        ];
        for (case, chat, header, topic, answered) in cases {
            let header = Header::Header(header);
            assert_eq!(topic_id(Some(&header), chat), topic, "{case}");
            let message_id =
                reply_to(&header, &Peers::default(), chat).and_then(|reply| reply.message_id);
            assert_eq!(message_id, answered, "{case}");
        }
        assert_eq!(topic_id(None, &forum), Some(GENERAL_TOPIC));
        assert_eq!(topic_id(None, &group), None);
    }

    #[test]
    fn a_reply_into_another_chat_names_it_and_keeps_its_quote() {
        let header = tl::types::MessageReplyHeader {
            quote: true,
            reply_to_msg_id: Some(7),
            reply_to_peer_id: Some(samples::channel_peer(3)),
            quote_text: Some("as you said".to_owned()),
            ..samples::reply_header()
        };
        let chat = samples::context(-5, ChatKind::Group);
        let reply = reply_to(&Header::Header(header.clone()), &Peers::default(), &chat).unwrap();
        assert_eq!(
            serde_json::to_value(&reply).unwrap(),
            serde_json::json!({ "message_id": 7, "chat_id": -1_000_000_000_003_i64, "quote": "as you said" })
        );
        let same = samples::context(-1_000_000_000_003, ChatKind::Supergroup);
        let reply = reply_to(&Header::Header(header), &Peers::default(), &same).unwrap();
        assert_eq!(reply.chat_id, None);
    }

    #[test]
    fn a_reply_to_a_story_names_the_story() {
        let header = tl::types::MessageReplyStoryHeader {
            peer: samples::user_peer(8),
            story_id: 3,
        };
        let reply = reply_to(
            &header.into(),
            &Peers::default(),
            &samples::context(8, ChatKind::User),
        )
        .unwrap();
        assert_eq!((reply.chat_id, reply.story_id), (Some(8), Some(3)));
    }

    #[test]
    fn a_forward_names_its_origin_as_far_as_it_is_known() {
        let peers = Peers::new(&[samples::user(5, "Ada", None).into()], &[]);
        let cases = [
            ("known", Some(samples::user_peer(5)), None, Some("Ada")),
            ("hidden", None, Some("Somebody"), Some("Somebody")),
            ("unknown", Some(samples::user_peer(6)), None, None),
        ];
        for (case, from_id, from_name, expected) in cases {
            let header = tl::types::MessageFwdHeader {
                from_id,
                from_name: from_name.map(str::to_owned),
                ..samples::forward_header()
            };
            let forward = forward(&header.into(), &peers);
            assert_eq!(forward.from_name.as_deref(), expected, "{case}");
        }
    }

    #[test]
    fn the_last_stop_of_a_forward_is_named_when_it_is_not_its_origin() {
        let peers = Peers::new(&[samples::user(5, "Ada", None).into()], &[]);
        let post = tl::types::MessageFwdHeader {
            from_id: Some(samples::channel_peer(9)),
            channel_post: Some(70),
            saved_from_peer: Some(samples::channel_peer(9)),
            saved_from_msg_id: Some(70),
            ..samples::forward_header()
        };
        assert_eq!(forward(&post.clone().into(), &peers).saved_from, None);
        let saved = tl::types::MessageFwdHeader {
            saved_from_peer: Some(samples::group_peer(8)),
            saved_from_msg_id: Some(12),
            saved_from_id: Some(samples::user_peer(5)),
            ..post
        };
        assert_eq!(
            serde_json::to_value(forward(&saved.into(), &peers).saved_from).unwrap(),
            serde_json::json!({ "chat_id": -8, "message_id": 12, "sender_id": 5, "sender_name": "Ada" })
        );
    }

    #[test]
    fn a_comment_names_the_thread_it_stands_in() {
        let header = tl::types::MessageReplyHeader {
            reply_to_msg_id: Some(55),
            reply_to_top_id: Some(40),
            todo_item_id: Some(2),
            reply_media: Some(tl::enums::MessageMedia::Unsupported),
            ..samples::reply_header()
        };
        let chat = samples::context(-1_000_000_000_009, ChatKind::Supergroup);
        let reply = reply_to(&Header::Header(header), &Peers::default(), &chat).unwrap();
        assert_eq!(
            serde_json::to_value(&reply).unwrap(),
            serde_json::json!({ "message_id": 55, "thread_id": 40, "todo_item_id": 2, "media_type": "other" })
        );
    }
}

//! What Telegram says about a message beside its text.

use super::*;

#[test]
fn what_stands_around_a_message_is_kept() {
    let reaction = || tl::types::ReactionEmoji {
        emoticon: "❤".to_owned(),
    };
    let given = tl::types::MessagePeerReaction {
        big: false,
        unread: false,
        my: false,
        peer_id: user_peer(5),
        date: samples::DATE,
        reaction: reaction().into(),
    };
    let reactions = tl::types::MessageReactions {
        min: false,
        can_see_list: true,
        reactions_as_tags: false,
        results: vec![
            tl::types::ReactionCount {
                chosen_order: None,
                reaction: reaction().into(),
                count: 1,
            }
            .into(),
        ],
        recent_reactions: Some(vec![given.into()]),
        top_reactors: None,
    };
    let replies = tl::types::MessageReplies {
        comments: true,
        replies: 4,
        replies_pts: 0,
        recent_repliers: None,
        channel_id: Some(9),
        max_id: None,
        read_max_id: None,
    };
    let check = tl::types::FactCheck {
        need_check: false,
        country: Some("DE".to_owned()),
        text: Some(samples::text("Not quite")),
        hash: 0,
    };
    let restriction = tl::types::RestrictionReason {
        platform: "ios".to_owned(),
        reason: "copyright".to_owned(),
        text: "Not here".to_owned(),
    };
    let stars = tl::types::StarsAmount {
        amount: 50,
        nanos: 0,
    };
    let suggestion = tl::types::SuggestedPost {
        accepted: false,
        rejected: false,
        price: Some(stars.into()),
        schedule_date: None,
    };
    let raw = tl::types::Message {
        from_id: Some(user_peer(5)),
        from_rank: Some("Gardener".to_owned()),
        from_boosts_applied: Some(2),
        saved_peer_id: Some(channel_peer(9)),
        via_business_bot_id: Some(7),
        guestchat_via_from: Some(user_peer(5)),
        mentioned: true,
        silent: true,
        from_scheduled: true,
        offline: true,
        replies: Some(replies.into()),
        reactions: Some(reactions.into()),
        factcheck: Some(check.into()),
        restriction_reason: Some(vec![restriction.into()]),
        paid_message_stars: Some(10),
        suggested_post: Some(suggestion.into()),
        effect: Some(12),
        ..samples::message(42, group_peer(8), "")
    };
    let record = record(raw, &people(), &context(-8, ChatKind::Group));
    let ada = json!({ "id": 5, "name": "Ada Lovelace", "username": "ada" });
    assert_eq!(
        serde_json::to_value(&record).unwrap(),
        json!({
            "id": 42,
            "chat_id": -8,
            "date": "2023-11-14T22:13:20Z",
            "type": "message",
            "sender": { "id": 5, "kind": "user", "name": "Ada Lovelace", "username": "ada", "rank": "Gardener", "boosts": 2 },
            "text": "",
            "saved_peer": { "id": CHANNEL, "name": "News" },
            "reactions": [{ "emoji": "❤", "count": 1, "by": [ada] }],
            "replies_count": 4,
            "comments_chat_id": CHANNEL,
            "via_business_bot": { "id": 7 },
            "called_by": ada,
            "mentions_me": true,
            "silent": true,
            "scheduled": true,
            "automatic": true,
            "fact_check": { "text": "Not quite", "country": "DE" },
            "restrictions": [{ "platform": "ios", "reason": "copyright", "text": "Not here" }],
            "paid_stars": 10,
            "suggested_post": { "state": "open", "price": { "currency": "XTR", "amount": 50 } },
            "effect_id": "12",
            "link": "tg://openmessage?chat_id=8&message_id=42",
        })
    );
}

//! Plain TL objects for tests, to be varied with `..`: generated types have no `Default`.

use grammers_tl_types as tl;

use crate::model::ChatKind;

use super::peers::ChatContext;

/// The date of everything here: 2023-11-14T22:13:20Z.
pub(super) const DATE: i32 = 1_700_000_000;

pub(super) fn user_peer(user_id: i64) -> tl::enums::Peer {
    tl::types::PeerUser { user_id }.into()
}

pub(super) fn group_peer(chat_id: i64) -> tl::enums::Peer {
    tl::types::PeerChat { chat_id }.into()
}

pub(super) fn channel_peer(channel_id: i64) -> tl::enums::Peer {
    tl::types::PeerChannel { channel_id }.into()
}

pub(super) fn context(chat_id: i64, kind: ChatKind) -> ChatContext {
    ChatContext {
        chat_id,
        kind,
        username: None,
        me: None,
    }
}

pub(super) fn text(text: &str) -> tl::enums::TextWithEntities {
    tl::types::TextWithEntities {
        text: text.to_owned(),
        entities: Vec::new(),
    }
    .into()
}

pub(super) fn supergroup(id: i64, title: &str) -> tl::types::Channel {
    tl::types::Channel {
        broadcast: false,
        megagroup: true,
        ..channel(id, title)
    }
}

pub(super) fn user(id: i64, first: &str, last: Option<&str>) -> tl::types::User {
    tl::types::User {
        is_self: false,
        contact: false,
        mutual_contact: false,
        deleted: false,
        bot: false,
        bot_chat_history: false,
        bot_nochats: false,
        verified: false,
        restricted: false,
        min: false,
        bot_inline_geo: false,
        support: false,
        scam: false,
        apply_min_photo: false,
        fake: false,
        bot_attach_menu: false,
        premium: false,
        attach_menu_enabled: false,
        bot_can_edit: false,
        close_friend: false,
        stories_hidden: false,
        stories_unavailable: false,
        contact_require_premium: false,
        bot_business: false,
        bot_has_main_app: false,
        bot_forum_view: false,
        bot_forum_can_manage_topics: false,
        bot_can_manage_bots: false,
        bot_guestchat: false,
        bot_guard: false,
        id,
        access_hash: None,
        first_name: Some(first.to_owned()),
        last_name: last.map(str::to_owned),
        username: None,
        phone: None,
        photo: None,
        status: None,
        bot_info_version: None,
        restriction_reason: None,
        bot_inline_placeholder: None,
        lang_code: None,
        emoji_status: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        bot_active_users: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_community_id: None,
    }
}

pub(super) fn channel(id: i64, title: &str) -> tl::types::Channel {
    tl::types::Channel {
        creator: false,
        left: false,
        broadcast: true,
        verified: false,
        megagroup: false,
        restricted: false,
        signatures: false,
        min: false,
        scam: false,
        has_link: false,
        has_geo: false,
        slowmode_enabled: false,
        call_active: false,
        call_not_empty: false,
        fake: false,
        gigagroup: false,
        noforwards: false,
        join_to_send: false,
        join_request: false,
        forum: false,
        stories_hidden: false,
        stories_hidden_min: false,
        stories_unavailable: false,
        signature_profiles: false,
        autotranslation: false,
        broadcast_messages_allowed: false,
        monoforum: false,
        forum_tabs: false,
        id,
        access_hash: None,
        title: title.to_owned(),
        username: None,
        photo: tl::enums::ChatPhoto::Empty,
        date: DATE,
        restriction_reason: None,
        admin_rights: None,
        banned_rights: None,
        default_banned_rights: None,
        participants_count: None,
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        emoji_status: None,
        level: None,
        subscription_until_date: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_monoforum_id: None,
        linked_community_id: None,
    }
}

pub(super) fn message(id: i32, peer_id: tl::enums::Peer, message: &str) -> tl::types::Message {
    tl::types::Message {
        out: false,
        mentioned: false,
        media_unread: false,
        silent: false,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: false,
        pinned: false,
        noforwards: false,
        invert_media: false,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id,
        from_id: None,
        from_boosts_applied: None,
        from_rank: None,
        peer_id,
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: DATE,
        message: message.to_owned(),
        media: None,
        reply_markup: None,
        entities: None,
        views: None,
        forwards: None,
        replies: None,
        edit_date: None,
        post_author: None,
        grouped_id: None,
        reactions: None,
        restriction_reason: None,
        ttl_period: None,
        quick_reply_shortcut_id: None,
        effect: None,
        factcheck: None,
        report_delivery_until_date: None,
        paid_message_stars: None,
        suggested_post: None,
        schedule_repeat_period: None,
        summary_from_language: None,
        rich_message: None,
    }
}

pub(super) fn service(
    id: i32,
    peer_id: tl::enums::Peer,
    action: tl::enums::MessageAction,
) -> tl::types::MessageService {
    tl::types::MessageService {
        out: false,
        mentioned: false,
        media_unread: false,
        reactions_are_possible: false,
        silent: false,
        post: false,
        legacy: false,
        id,
        from_id: None,
        peer_id,
        saved_peer_id: None,
        reply_to: None,
        date: DATE,
        action,
        reactions: None,
        ttl_period: None,
    }
}

pub(super) fn reply_header() -> tl::types::MessageReplyHeader {
    tl::types::MessageReplyHeader {
        reply_to_scheduled: false,
        forum_topic: false,
        quote: false,
        reply_to_ephemeral: false,
        reply_to_msg_id: None,
        reply_to_peer_id: None,
        reply_from: None,
        reply_media: None,
        reply_to_top_id: None,
        quote_text: None,
        quote_entities: None,
        quote_offset: None,
        todo_item_id: None,
        poll_option: None,
    }
}

pub(super) fn forward_header() -> tl::types::MessageFwdHeader {
    tl::types::MessageFwdHeader {
        imported: false,
        saved_out: false,
        from_id: None,
        from_name: None,
        date: DATE,
        channel_post: None,
        post_author: None,
        saved_from_peer: None,
        saved_from_msg_id: None,
        saved_from_id: None,
        saved_from_name: None,
        saved_date: None,
        psa_type: None,
    }
}

pub(super) fn document(
    mime_type: &str,
    attributes: Vec<tl::enums::DocumentAttribute>,
) -> tl::types::Document {
    tl::types::Document {
        id: 0,
        access_hash: 0,
        file_reference: Vec::new(),
        date: DATE,
        mime_type: mime_type.to_owned(),
        size: 4_096,
        thumbs: None,
        video_thumbs: None,
        dc_id: 0,
        attributes,
    }
}

pub(super) fn document_media() -> tl::types::MessageMediaDocument {
    tl::types::MessageMediaDocument {
        nopremium: false,
        spoiler: false,
        video: false,
        round: false,
        voice: false,
        document: None,
        alt_documents: None,
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
    }
}

pub(super) fn photo(sizes: Vec<tl::enums::PhotoSize>) -> tl::types::Photo {
    tl::types::Photo {
        has_stickers: false,
        id: 0,
        access_hash: 0,
        file_reference: Vec::new(),
        date: DATE,
        sizes,
        video_sizes: None,
        dc_id: 0,
    }
}

pub(super) fn video(duration: f64) -> tl::types::DocumentAttributeVideo {
    tl::types::DocumentAttributeVideo {
        round_message: false,
        supports_streaming: false,
        nosound: false,
        duration,
        w: 640,
        h: 360,
        preload_prefix_size: None,
        video_start_ts: None,
        video_codec: None,
    }
}

pub(super) fn audio(duration: i32) -> tl::types::DocumentAttributeAudio {
    tl::types::DocumentAttributeAudio {
        voice: false,
        duration,
        title: None,
        performer: None,
        waveform: None,
    }
}

pub(super) fn web_page(url: &str) -> tl::types::WebPage {
    tl::types::WebPage {
        has_large_media: false,
        video_cover_photo: false,
        id: 0,
        url: url.to_owned(),
        display_url: String::new(),
        hash: 0,
        r#type: None,
        site_name: None,
        title: None,
        description: None,
        photo: None,
        embed_url: None,
        embed_type: None,
        embed_width: None,
        embed_height: None,
        duration: None,
        author: None,
        document: None,
        cached_page: None,
        attributes: None,
    }
}

pub(super) fn poll(question: &str, answers: Vec<tl::enums::PollAnswer>) -> tl::types::Poll {
    tl::types::Poll {
        id: 0,
        closed: false,
        public_voters: false,
        multiple_choice: false,
        quiz: false,
        open_answers: false,
        revoting_disabled: false,
        shuffle_answers: false,
        hide_results_until_close: false,
        creator: false,
        subscribers_only: false,
        question: text(question),
        answers,
        close_period: None,
        close_date: None,
        countries_iso2: None,
        hash: 0,
    }
}

pub(super) fn poll_results() -> tl::types::PollResults {
    tl::types::PollResults {
        min: false,
        has_unread_votes: false,
        can_view_stats: false,
        results: None,
        total_voters: None,
        recent_voters: None,
        solution: None,
        solution_entities: None,
        solution_media: None,
    }
}

//! Records with every field filled in, for tests.

use jiff::Timestamp;

use super::*;

fn words(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Somebody.
pub(crate) fn peer() -> PeerRef {
    PeerRef {
        id: 6,
        name: words("Gif Bot"),
        username: words("gif"),
        is_contact: false,
    }
}

fn price() -> Price {
    Price {
        currency: "XTR".to_owned(),
        amount: 50,
    }
}

/// A chat of which everything is known.
pub(crate) fn chat() -> Chat {
    Chat {
        username: words("rustlang"),
        description: words("About Rust"),
        member_count: Some(100),
        verified: true,
        scam: true,
        content_protected: true,
        linked_chat_id: Some(-1_000_000_000_010),
        migrated_from_chat_id: Some(-8),
        migrated_to_chat_id: Some(-1_000_000_000_011),
        topics: vec![Topic {
            topic_id: 1,
            title: "General".to_owned(),
        }],
        message_count: Some(42),
        newest_message_id: Some(50),
        link: words("https://t.me/rustlang"),
        ..Chat::new(-1_000_000_000_009, ChatKind::Forum, "Rust")
    }
}

/// A message that has everything at once.
pub(crate) fn message() -> Message {
    let date = Timestamp::UNIX_EPOCH;
    Message {
        outgoing: true,
        id: 42,
        chat_id: -1_000_000_000_009,
        date,
        kind: MessageKind::Message,
        sender: Some(Sender {
            id: 5,
            kind: SenderKind::User,
            name: "Ada Lovelace".to_owned(),
            username: words("ada"),
            rank: words("Gardener"),
            boosts: Some(2),
            is_contact: false,
        }),
        text: "hello there".to_owned(),
        text_incomplete: true,
        links: vec!["https://example.org".to_owned()],
        entities: vec![Entity {
            url: words("https://example.org"),
            language: words("rust"),
            user_id: Some(5),
            custom_emoji_id: Some(LongId(7)),
            collapsed: true,
            date: Some(date),
            old_text: words("hullo"),
            ..Entity::new(EntityKind::Bold, 0, 5)
        }],
        reply_to: Some(Box::new(ReplyTo {
            message_id: Some(41),
            chat_id: Some(-8),
            quote: words("as you said"),
            story_id: Some(3),
            thread_id: Some(39),
            todo_item_id: Some(1),
            origin: Some(forward()),
            media_type: Some(MediaKind::Photo),
            withheld: true,
            chat_kind: None,
        })),
        saved_peer: Some(peer()),
        topic_id: Some(40),
        forward: Some(forward().into()),
        media: Some(media().into()),
        reactions: vec![Reaction {
            emoji: words("👍"),
            custom_emoji_id: Some(LongId(8)),
            paid: true,
            count: 2,
            chosen: true,
            by: vec![peer()],
        }],
        views: Some(10),
        forwards: Some(2),
        replies_count: Some(3),
        comments_chat_id: Some(-1_000_000_000_010),
        edit_date: Some(date),
        grouped_id: Some(LongId(9)),
        via_bot: Some(peer()),
        via_business_bot: Some(peer()),
        called_by: Some(peer()),
        author_signature: words("Editor"),
        mentions_me: true,
        silent: true,
        scheduled: true,
        automatic: true,
        pinned: true,
        buttons: vec![Button {
            text: "Open".to_owned(),
            url: words("https://example.org/open"),
        }],
        action: Some(Box::new(Action::Custom {
            text: "something happened".to_owned(),
        })),
        expires_at: Some(date),
        content_protected: true,
        fact_check: Some(FactCheck {
            text: "Not quite".to_owned(),
            country: words("DE"),
        }),
        restrictions: vec![Restriction {
            platform: "ios".to_owned(),
            reason: "copyright".to_owned(),
            text: "Not shown here".to_owned(),
        }],
        paid_stars: Some(10),
        suggested_post: Some(SuggestedPost {
            state: SuggestedPostState::Accepted,
            price: Some(price()),
            date: Some(date),
        }),
        effect_id: Some(LongId(12)),
        link: "https://t.me/rustlang/40/42".to_owned(),
    }
}

fn forward() -> Forward {
    Forward {
        from_id: Some(7),
        from_name: words("Grace Hopper"),
        date: Timestamp::UNIX_EPOCH,
        message_id: Some(70),
        author_signature: words("Grace"),
        imported: true,
        announcement: words("covid"),
        saved_from: Some(SavedFrom {
            chat_id: Some(-8),
            message_id: Some(71),
            sender_id: Some(8),
            sender_name: words("Alan Turing"),
            date: Some(Timestamp::UNIX_EPOCH),
            is_contact: false,
            chat_kind: None,
        }),
        withheld: true,
        is_contact: false,
        from_kind: None,
    }
}

fn media() -> Media {
    Media {
        kind: MediaKind::Other,
        name: words("messageMediaUnsupported"),
        file_name: words("plan.pdf"),
        mime_type: words("application/pdf"),
        size_bytes: Some(4_096),
        duration_seconds: Some(7),
        width: Some(640),
        height: Some(360),
        title: words("Nocturne"),
        performer: words("Chopin"),
        description: words("A piece"),
        emoji: words("🦀"),
        spoiler: true,
        live_photo: true,
        ttl_seconds: Some(30),
        web_page: Some(WebPage {
            url: "https://example.org/page".to_owned(),
            title: words("A page"),
            site_name: words("A site"),
            description: words("About it"),
            author: words("An author"),
            page_type: words("article"),
        }),
        poll: Some(Poll {
            question: "Which?".to_owned(),
            options: vec![PollOption {
                text: "This".to_owned(),
                voters: Some(1),
                chosen: true,
                correct: true,
                by: vec![peer()],
                added_by: Some(peer()),
                media_type: Some(MediaKind::Photo),
            }],
            total_voters: Some(1),
            quiz: true,
            closed: true,
            multiple_choice: true,
            explanation: words("Because"),
            public: true,
            close_date: Some(Timestamp::UNIX_EPOCH),
            media_type: Some(MediaKind::Photo),
        }),
        location: Some(Location {
            latitude: 52.5,
            longitude: 13.4,
            live: true,
            live_period_seconds: Some(900),
            accuracy_meters: Some(20),
            title: words("Café"),
            address: words("Main Street 1"),
        }),
        contact: Some(Contact {
            first_name: "Alan".to_owned(),
            last_name: words("Turing"),
            phone_number: "+15550100".to_owned(),
            user_id: Some(11),
        }),
        dice: Some(Dice {
            emoji: "🎲".to_owned(),
            value: 6,
        }),
        story: Some(StoryRef {
            chat_id: 5,
            story_id: 3,
            chat_name: words("Ada Lovelace"),
            caption: words("Holiday"),
            media_type: Some(MediaKind::Video),
            date: Some(Timestamp::UNIX_EPOCH),
            mentions_me: true,
            is_contact: false,
        }),
        invoice: Some(Invoice {
            currency: "EUR".to_owned(),
            total_amount: 100,
            receipt_message_id: Some(1),
        }),
        giveaway: Some(Giveaway {
            quantity: Some(1),
            months: Some(3),
            stars: Some(5),
            prize: words("A book"),
            until: Some(Timestamp::UNIX_EPOCH),
            winners_count: Some(1),
            unclaimed_count: Some(0),
            channels: vec![peer()],
            winners: vec![peer()],
            only_new_subscribers: true,
            countries: vec!["DE".to_owned()],
            launch_message_id: Some(4),
            refunded: true,
        }),
        paid_media: Some(PaidMedia {
            stars: 5,
            count: 1,
            media_types: vec![MediaKind::Photo],
        }),
        todo: Some(Todo {
            items: vec![TodoItem {
                id: 1,
                text: "Pack".to_owned(),
                done_by: Some(peer()),
                done_at: Some(Timestamp::UNIX_EPOCH),
            }],
        }),
    }
}

/// Every action that holds text, and one that does not.
pub(crate) fn actions() -> Vec<Action> {
    let title = || "A title".to_owned();
    vec![
        Action::ChatCreate {
            title: title(),
            users: vec![peer()],
            more: 1,
        },
        Action::ChatEditTitle { title: title() },
        Action::ChatAddUser {
            users: vec![peer()],
            more: 1,
        },
        Action::ChatDeleteUser { user: peer() },
        Action::ChatJoinedByLink { inviter: peer() },
        Action::ChangeCreator { user: peer() },
        Action::ChannelCreate { title: title() },
        Action::ChannelMigrateFrom {
            title: title(),
            chat_id: Some(-8),
        },
        Action::TopicCreate { title: title() },
        Action::TopicEdit {
            title: Some(title()),
            closed: Some(true),
            hidden: Some(false),
        },
        Action::Custom { text: title() },
        Action::InviteToGroupCall {
            users: vec![peer()],
            more: 1,
        },
        Action::BotAllowed {
            domain: words("example.org"),
            app: words("An app"),
        },
        Action::SetChatTheme {
            emoji: words("🎄")
        },
        Action::GiftPremium {
            days: 90,
            currency: "EUR".to_owned(),
            amount: 100,
            text: words("For you"),
        },
        Action::GiftCode {
            days: 90,
            via_giveaway: true,
            from: Some(peer()),
            text: words("For you"),
        },
        Action::StarGift {
            unique: true,
            title: words("Duck #7"),
            stars: Some(5),
            from: Some(peer()),
            to: Some(peer()),
            refunded: true,
            text: words("For you"),
        },
        Action::PaymentSent {
            currency: "EUR".to_owned(),
            total_amount: 100,
        },
        Action::GeoProximityReached {
            from: peer(),
            to: peer(),
            distance_meters: 100,
        },
        Action::TodoAppendTasks {
            items: vec![TodoItem {
                id: 1,
                text: "Pack".to_owned(),
                done_by: None,
                done_at: None,
            }],
        },
        Action::WebViewDataSent { text: title() },
        Action::HistoryClear,
        Action::SetMessagesTtl {
            period_seconds: 86_400,
            set_by: Some(peer()),
        },
        Action::ConferenceCall {
            video: true,
            missed: true,
            duration_seconds: Some(3),
            others: vec![peer()],
        },
        Action::NewCreatorPending { user: peer() },
        Action::RequestedPeer {
            peers: vec![peer()],
        },
        Action::ManagedBotCreated { bot: peer() },
        Action::PollAppendAnswer {
            text: title(),
            added_by: Some(peer()),
        },
        Action::PollDeleteAnswer { text: title() },
        Action::PaymentRefunded {
            peer: peer(),
            currency: "EUR".to_owned(),
            total_amount: 100,
        },
        Action::PrizeStars {
            stars: 5,
            unclaimed: true,
            giveaway_message_id: 4,
            from: Some(peer()),
        },
        Action::SuggestedPostApproval {
            accepted: false,
            comment: words("Too long"),
            date: Some(Timestamp::UNIX_EPOCH),
            price: Some(price()),
        },
        Action::SuggestedPostSuccess { price: price() },
        Action::StarGiftOffer {
            state: OfferState::Open,
            title: words("Duck #7"),
            price: price(),
        },
    ]
}

//! Text, senders, replies, topics, buttons and reactions.

use grammers_tl_types as tl;
use tl::enums::MessageEntity;

use super::{FORUM, START, message, read};
use crate::sim::world::peer;

#[test]
fn every_formatting_becomes_its_entity_where_it_stands() {
    let (world, imported) = read("supergroup.json");
    let message = message(&world, FORUM, 2);
    let units: Vec<u16> = message.message.encode_utf16().collect();
    let entities = message.entities.as_ref().unwrap();
    let pieces: Vec<String> = entities
        .iter()
        .map(|entity| {
            let start = usize::try_from(entity.offset()).unwrap();
            let end = start + usize::try_from(entity.length()).unwrap();
            String::from_utf16(&units[start..end]).unwrap()
        })
        .collect();
    assert_eq!(
        pieces,
        [
            "bold",
            "italic",
            "under",
            "strike",
            "secret",
            "x=1",
            "fn main() {}",
            "https://quay.example",
            "here",
            "@quay",
            "Bo",
            "#quay",
            "$QUAY",
            "/start",
            "a@quay.example",
            "+4512345678",
            "4111111111111111",
            "quoted",
            "open",
            "🚢",
            "⚓",
            "?",
            "!",
        ]
    );
    use MessageEntity as E;
    assert!(matches!(&entities[0], E::Bold(_)));
    assert!(matches!(&entities[1], E::Italic(_)));
    assert!(matches!(&entities[2], E::Underline(_)));
    assert!(matches!(&entities[3], E::Strike(_)));
    assert!(matches!(&entities[4], E::Spoiler(_)));
    assert!(matches!(&entities[5], E::Code(_)));
    assert!(matches!(&entities[6], E::Pre(pre) if pre.language == "rust"));
    assert!(matches!(&entities[7], E::Url(_)));
    assert!(matches!(&entities[8], E::TextUrl(link) if link.url == "https://quay.example/a"));
    assert!(matches!(&entities[9], E::Mention(_)));
    assert!(matches!(&entities[10], E::MentionName(name) if name.user_id == 700_000_002));
    assert!(matches!(&entities[11], E::Hashtag(_)));
    assert!(matches!(&entities[12], E::Cashtag(_)));
    assert!(matches!(&entities[13], E::BotCommand(_)));
    assert!(matches!(&entities[14], E::Email(_)));
    assert!(matches!(&entities[15], E::Phone(_)));
    assert!(matches!(&entities[16], E::BankCard(_)));
    assert!(matches!(&entities[17], E::Blockquote(quote) if quote.collapsed));
    assert!(matches!(&entities[18], E::Blockquote(quote) if !quote.collapsed));
    assert!(
        matches!(&entities[19], E::CustomEmoji(emoji) if emoji.document_id == 5_368_324_170_671_202_286)
    );
    assert!(matches!(&entities[20], E::CustomEmoji(_)));
    assert!(matches!(&entities[21], E::Unknown(_)));
    assert!(matches!(&entities[22], E::Unknown(_)));
    assert_eq!(
        imported.warnings,
        [
            "messages with an id that came before; the last one counts: 1",
            "people named without an id; theirs are not Telegram's and start at 1000000000000: 2",
            "pieces of text with a formatting that is not known, kept as unknown: 1",
            "fields that are not known, left out: 1 (`hologram`)",
        ]
    );
}

#[test]
fn senders_replies_and_forwards_name_who_they_can() {
    let (world, _) = read("supergroup.json");
    let sender = |id| message(&world, FORUM, id).from_id.clone();
    assert_eq!(sender(2), Some(peer(700_000_001)));
    assert_eq!(sender(5), Some(peer(FORUM)));
    assert_eq!(sender(6), Some(peer(700_000_009)));
    assert_eq!(sender(7), Some(peer(1_000_000_000_000)));
    assert!(world.users[&700_000_009].deleted && world.users[&1_000_000_000_000].deleted);
    assert_eq!(
        world.users[&700_000_001].first_name.as_deref(),
        Some("Ada Quist")
    );

    let reply = |id| match &message(&world, FORUM, id).reply_to {
        Some(tl::enums::MessageReplyHeader::Header(header)) => header.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reply(3).reply_to_msg_id, Some(2));
    assert_eq!(reply(4).reply_to_peer_id, Some(peer(-1_001_500_000_001)));
    let forward = |id| match &message(&world, FORUM, id).fwd_from {
        Some(tl::enums::MessageFwdHeader::Header(header)) => header.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(forward(8).from_name.as_deref(), Some("Hidden Person"));
    assert_eq!(forward(9).from_name.as_deref(), Some("Deleted Account"));
    assert_eq!(forward(10).saved_from_name.as_deref(), Some("Dock Weather"));
    let bot = &world.users[&message(&world, FORUM, 10).via_bot_id.unwrap()];
    assert!(bot.bot);
    assert_eq!(bot.username.as_deref(), Some("quaybot"));
}

#[test]
fn a_topic_collects_its_messages() {
    let (world, imported) = read("supergroup.json");
    assert!(world.channels[&1_600_000_001].forum);
    assert_eq!(world.details[&FORUM].topics, [(100, "Ropes".to_owned())]);
    let header = |id| match &message(&world, FORUM, id).reply_to {
        Some(tl::enums::MessageReplyHeader::Header(header)) => (
            header.forum_topic,
            header.reply_to_msg_id,
            header.reply_to_top_id,
        ),
        other => panic!("{other:?}"),
    };
    assert_eq!(header(101), (true, Some(100), None));
    assert_eq!(header(102), (true, Some(101), Some(100)));
    assert_eq!(
        message(&world, FORUM, 102).message,
        "an answer in the topic, again"
    );
    assert_eq!(
        imported.chats[0].messages,
        world.histories[&FORUM].ids().count()
    );
}

#[test]
fn buttons_and_reactions_hang_below_their_message() {
    use tl::enums::InlineButtonType as Button;
    let (world, _) = read("supergroup.json");
    let Some(tl::enums::ReplyMarkup::ReplyInlineMarkup(markup)) =
        &message(&world, FORUM, 42).reply_markup
    else {
        panic!("no buttons");
    };
    let buttons: Vec<_> = markup
        .rows
        .iter()
        .flat_map(|tl::enums::KeyboardInlineButtonRow::Row(row)| &row.buttons)
        .map(|tl::enums::KeyboardInlineButton::Button(button)| {
            (button.text.as_str(), &button.r#type)
        })
        .collect();
    assert!(matches!(buttons[0], ("Open", Button::Url(url)) if url.url == "https://quay.example"));
    assert!(
        matches!(buttons[1], ("Vote", Button::Callback(callback)) if callback.data == b"vote:1")
    );
    assert!(matches!(buttons[2], ("Search", Button::SwitchInline(inline)) if inline.same_peer));
    assert!(matches!(buttons[3], ("Copy", Button::Copy(copy)) if copy.copy_text == "QUAY"));
    assert!(matches!(buttons[4], ("Phone", Button::Disabled)));

    let Some(tl::enums::MessageReactions::Reactions(reactions)) =
        &message(&world, FORUM, 43).reactions
    else {
        panic!("no reactions");
    };
    let recent: Vec<_> = reactions
        .recent_reactions
        .iter()
        .flatten()
        .map(|tl::enums::MessagePeerReaction::Reaction(recent)| {
            (recent.peer_id.clone(), recent.date)
        })
        .collect();
    assert_eq!(
        recent,
        [
            (peer(700_000_001), START + 44 * 60),
            (peer(700_000_009), START + 45 * 60)
        ]
    );
}

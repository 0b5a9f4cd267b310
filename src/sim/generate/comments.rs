//! The digest's discussion group: every recent post arrives as a forward, and its comments hang under it.

use grammers_tl_types::{enums, types};

use super::calendar::END;
use super::people::{AYLIN, INES, KENJI, LUCIA, PAVEL, PRIYA, SAMUEL, TOMAS};
use super::scribe::{Scribe, Slots, Subject};
use super::script::{self, Script};
use super::talk::Room;
use super::{ORBITAL, ORBITAL_CHAT};
use crate::sim::blank;
use crate::sim::world::{World, peer};

const MEMBERS: &[i64] = &[PRIYA, SAMUEL, KENJI, TOMAS, LUCIA, AYLIN, PAVEL, INES];

const SLOTS: Slots = &[
    ("mood", &["", "", "", " 🙂", " 🚀", " 😄", " 🦆", "…"]),
    (
        "source",
        &[
            "the mission log",
            "page four of the paper",
            "the press kit",
            "last night's stream",
            "the raw images",
            "a talk last spring",
            "the team's own forum",
            "my cousin's notes",
        ],
    ),
    (
        "topic",
        &[
            "the margin",
            "the antenna",
            "the budget",
            "the trajectory",
            "the thermal model",
            "the landing site",
            "the software",
            "the duck",
            "the schedule",
            "the calibration",
            "the second stage",
            "the battery",
        ],
    ),
    (
        "view",
        &[
            "better than it sounds",
            "the interesting part",
            "what I worried about",
            "the whole story",
            "half of the story",
            "less certain than they say",
            "a very nice piece of work",
            "what nobody budgeted for",
        ],
    ),
];

const REMARKS: &[&str] = &[
    "If I read {source} correctly, {topic} is {view}{mood}",
    "Does anybody know how they handle {topic}? {source} says nothing about it",
    "I looked at {source}: {topic} is {view}, and {+topic} comes next{mood}",
    "Great summary. {topic} is {view}, I would have liked one more sentence on {+topic}",
    "{2-9} years of work, and in the end it depends on {topic}{mood}",
    "My students will love this, especially {topic}. {view}, I would say",
    "Waiting for the day when {topic} is not {view}{mood}",
    "Is it only me, or was {topic} different in {source}?",
    "The quote made my day. {topic}: {view}{mood}",
    "Someone please explain {topic} to me as if I were {4-9} years old",
    "I have a bet on {topic} with a colleague. {3-20} euros say it is {view}",
    "<sticker 🚀>",
    "<photo>I drew {topic} on a napkin. It is {view}",
    "Thank you for the correction, by the way. {source} still has the old number",
];
const RETORTS: &[&str] = &[
    "According to {source} it is the other way round: {topic} first, then {+topic}{mood}",
    "I thought so too, but see {source}{mood}",
    "Not quite: {topic} was solved {2-9} months ago, {+topic} was not",
    "Yes! {topic} is {view}. It is in {source}, too{mood}",
    "That, and {+topic}. Always {+topic}{mood}",
    "They answered that in {source}, about {5-50} minutes in",
    "Thanks, that helps. So {topic} is {view} after all{mood}",
    "Your napkin is more detailed than {source}{mood}",
    "I will believe it when I see {topic}{mood}",
];

pub(super) fn write(world: &mut World) {
    introduce(world);
    let posts: Vec<types::Message> = world
        .histories
        .get(&ORBITAL)
        .map(|history| {
            history
                .existing()
                .filter_map(|message| match message {
                    enums::Message::Message(post) if post.replies.is_some() => Some(post.clone()),
                    _ => None,
                })
                .collect()
        })
        .unwrap_or_default();
    let mut scribe = Scribe::new(world.seed, ORBITAL_CHAT);
    let mut script = Script::new(world, ORBITAL_CHAT);
    script.start(posts.first().map_or(END, |post| post.date - 3_600));
    let title = "Orbital Digest Chat".to_owned();
    script.service(Some(PRIYA), types::MessageActionChannelCreate { title });
    for post in &posts {
        discuss(&mut scribe, &mut script, post);
    }
    script::place(world, vec![script]);
}

fn introduce(world: &mut World) {
    let chat = world.add_channel("Orbital Digest Chat", None, script::bare(ORBITAL_CHAT));
    chat.megagroup = true;
    chat.has_link = true;
    chat.participants_count = Some(2_931);
    // With several usernames Telegram leaves `username` empty and lists all of them.
    chat.usernames = Some(blank::usernames(&[
        ("orbital_digest_chat", true),
        ("orbital_talk", true),
        ("orbital_comments", false),
    ]));
    let details = world.details.entry(ORBITAL_CHAT).or_default();
    details.about = "Comments on @orbital_digest. Sources, please; ducks, gladly.".to_owned();
    details.linked_chat_id = Some(ORBITAL);
}

/// A post as Telegram forwards it into the group, and as many comments as the post says it has.
fn discuss(scribe: &mut Scribe, script: &mut Script, post: &types::Message) {
    script.start(post.date + 1);
    let count = match &post.replies {
        Some(enums::MessageReplies::Replies(replies)) => replies.replies,
        None => 0,
    };
    let root = script.push(forward(script, post, count));
    let mut subject = Subject::new(SLOTS);
    let mut last = root;
    for number in 0..count {
        let mut room = Room {
            scribe: &mut *scribe,
            script: &mut *script,
            members: MEMBERS,
            slots: SLOTS,
            replies: 0,
        };
        room.pause();
        let to = if number > 0 && room.scribe.chance(40) {
            last
        } else {
            root
        };
        let table = if to == root { REMARKS } else { RETORTS };
        let from = room.scribe.pick(MEMBERS);
        let phrase = room.scribe.write(table, &mut subject);
        let directive = super::media::Directive::read(&phrase);
        let text = directive
            .as_ref()
            .map_or(phrase.as_str(), |found| found.text);
        let mut comment = room.script.message(from, text);
        comment.media = directive.and_then(|found| found.media(room.scribe, comment.date));
        comment.reply_to = Some(script::comment(root, to).into());
        room.flourish(&mut comment);
        last = room.script.push(comment);
        subject = Subject::new(SLOTS);
    }
}

fn forward(script: &Script, post: &types::Message, count: i32) -> types::Message {
    types::Message {
        from_id: Some(peer(ORBITAL)),
        message: post.message.clone(),
        entities: post.entities.clone(),
        media: post.media.clone(),
        views: post.views,
        forwards: post.forwards,
        post_author: post.post_author.clone(),
        grouped_id: post.grouped_id,
        pinned: true,
        fwd_from: Some(
            types::MessageFwdHeader {
                channel_post: Some(post.id),
                post_author: post.post_author.clone(),
                saved_from_peer: Some(peer(ORBITAL)),
                saved_from_msg_id: Some(post.id),
                ..script::forwarded(ORBITAL, post.date)
            }
            .into(),
        ),
        replies: Some(
            types::MessageReplies {
                comments: false,
                replies: count,
                replies_pts: 1,
                recent_repliers: None,
                channel_id: None,
                max_id: None,
                read_max_id: None,
            }
            .into(),
        ),
        ..script.message(0, "")
    }
}

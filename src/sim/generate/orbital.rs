//! Orbital Digest: a broadcast channel with a year of space news that never happened.

mod phrases;

use grammers_tl_types::types;

use super::calendar::{self, END, OFFICE, START};
use super::media::Directive;
use super::scribe::{Scribe, Subject};
use super::script::{self, Script};
use super::{ORBITAL, ORBITAL_CHAT, ZINE, files, talk};
use crate::sim::world::World;

const POSTS: usize = 1_190;
/// The last posts, which have comments: the discussion group is young.
const DISCUSSED: usize = 150;
const AUTHORS: &[&str] = &["Ida Ternberg", "Ravi Solano", "Tess Wickham", "night desk"];

pub(super) fn write(world: &mut World) {
    introduce(world);
    let mut scribe = Scribe::new(world.seed, ORBITAL);
    let mut script = Script::new(world, ORBITAL);
    let title = "Orbital Digest".to_owned();
    script.service(None, types::MessageActionChannelCreate { title });
    let moments = calendar::moments(&mut scribe, START..END, POSTS, OFFICE);
    for (at, moment) in moments.into_iter().enumerate() {
        script.start(moment);
        publish(&mut scribe, &mut script, at);
        if at == 0 || at == 800 {
            let pinned = script.len() - 1;
            script.pin(None, pinned);
        }
    }
    script::place(world, vec![script]);
}

fn introduce(world: &mut World) {
    let digest = world.add_channel(
        "Orbital Digest",
        Some("orbital_digest"),
        script::bare(ORBITAL),
    );
    digest.broadcast = true;
    digest.signatures = true;
    digest.has_link = true;
    digest.verified = true;
    digest.date = START;
    digest.participants_count = Some(48_210);
    let details = world.details.entry(ORBITAL).or_default();
    details.about =
        "Space news in three sentences, corrected in public. Tips: desk@orbital-digest.example"
            .to_owned();
    details.linked_chat_id = Some(ORBITAL_CHAT);
}

/// One post, or an album of several.
fn publish(scribe: &mut Scribe, script: &mut Script, at: usize) {
    let text = compose(scribe, at);
    let directive = Directive::read(&text);
    let markup = directive.as_ref().map_or(text.as_str(), |found| found.text);
    let views = scribe.range(9_000..34_000);
    let forwards = views / scribe.range(90..900);
    let mut post = types::Message {
        post_author: Some(scribe.pick(AUTHORS).to_owned()),
        reactions: scribe.chance(85).then(|| talk::reactions(scribe, 420)),
        ..script.post(markup, views, forwards)
    };
    if at + DISCUSSED >= POSTS {
        post.replies = Some(comments(scribe.range(0..9)).into());
    }
    if scribe.chance(6) {
        post.edit_date = Some((post.date + scribe.range(60..7_200)).min(END));
    }
    if at % 97 == 40 {
        post.fwd_from = Some(from_zine(post.date).into());
    }
    if let Some(directive) = directive {
        post.media = directive.media(scribe, post.date);
        if directive.name == "album" {
            return album(scribe, script, post);
        }
    }
    let discussed = post.replies.is_some();
    let at = script.push(post);
    // What is discussed stays, so that no comment hangs in the air.
    if !discussed && scribe.chance(2) {
        script.delete(at);
    }
}

fn comments(replies: i32) -> types::MessageReplies {
    types::MessageReplies {
        comments: true,
        replies,
        replies_pts: 1,
        recent_repliers: None,
        channel_id: Some(script::bare(ORBITAL_CHAT)),
        max_id: None,
        read_max_id: None,
    }
}

fn from_zine(date: i32) -> types::MessageFwdHeader {
    types::MessageFwdHeader {
        channel_post: Some(date % 40 + 1),
        post_author: Some("Inês".to_owned()),
        ..script::forwarded(ZINE, date - 5_000)
    }
}

/// Further pictures of a post, in the same second; caption, comments and reactions belong to the first.
fn album(scribe: &mut Scribe, script: &mut Script, mut first: types::Message) {
    let more = scribe.range(1..4);
    first.grouped_id = Some(scribe.file_id());
    script.push(first.clone());
    for _ in 0..more {
        script.push(types::Message {
            media: Some(files::photo_media(scribe, first.date, None)),
            message: String::new(),
            entities: None,
            replies: None,
            reactions: None,
            ..first.clone()
        });
    }
}

/// The text of a post: a headline, two facts, and what one may do with them.
fn compose(scribe: &mut Scribe, at: usize) -> String {
    let mut subject = Subject::new(phrases::SLOTS);
    if at == 0 || at == 800 {
        return phrases::PINNED
            .get(at / 800)
            .copied()
            .unwrap_or_default()
            .to_owned();
    }
    if scribe.chance(16) {
        return scribe.write(phrases::SPECIALS, &mut subject);
    }
    let which = usize::try_from(scribe.range(0..1000)).unwrap_or(0) % phrases::STORIES.len();
    let Some(story) = phrases::STORIES.get(which) else {
        return String::new();
    };
    let headline = scribe.write(story.headlines, &mut subject);
    let first = scribe.write(story.facts, &mut subject);
    let second = scribe.write(phrases::CONTEXT, &mut subject);
    let ending = scribe.write(phrases::ENDINGS, &mut subject);
    let join = if second.starts_with('>') { "\n" } else { " " };
    format!(
        "{headline}\n\n{first}{join}{second}\n\n{ending}{}",
        story.tags
    )
}

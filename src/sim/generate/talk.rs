//! How people talk: somebody opens, others answer, the opener comes back, somebody closes.

use std::ops::Range;

use grammers_tl_types::{enums, types};

use super::media::Directive;
use super::scribe::{Scribe, Slots, Subject};
use super::script::{self, Script};
use super::{calendar, people};
use crate::sim::world::peer;

/// What one kind of conversation is made of; the slots of all four are the same subject's.
pub(super) struct Talk {
    /// How it begins.
    pub(super) opening: &'static [&'static str],
    /// What others say to that.
    pub(super) answers: &'static [&'static str],
    /// What the opener adds on the way.
    pub(super) returns: &'static [&'static str],
    /// How it ends.
    pub(super) closing: &'static [&'static str],
}

/// A chat while it is being written.
pub(super) struct Room<'a> {
    pub(super) scribe: &'a mut Scribe,
    pub(super) script: &'a mut Script,
    /// Who writes here.
    pub(super) members: &'a [i64],
    pub(super) slots: Slots,
    /// Whether answers usually point at what they answer.
    pub(super) replies: u32,
}

const REACTIONS: &[&str] = &["👍", "❤", "🔥", "😁", "👏", "🎉", "🤔", "🙏", "👌", "🏆"];

impl Room<'_> {
    /// Writes one conversation of `length` messages, from `moment` on.
    pub(super) fn talk(&mut self, talk: &Talk, moment: i32, length: Range<i32>) {
        self.script.start(moment);
        let mut subject = Subject::new(self.slots);
        let opener = self.scribe.pick(self.members);
        let first = self.say(opener, talk.opening, &mut subject, None);
        let length = self.scribe.range(length);
        // Where only two talk, they take turns.
        let returning = if self.members.len() > 2 { 25 } else { 75 };
        let (mut last, mut last_speaker) = (first, opener);
        for _ in 2..length {
            self.pause();
            let back = last_speaker != opener
                && self.scribe.chance(returning)
                && subject.is_fresh(talk.returns);
            let speaker = if back {
                opener
            } else {
                self.someone_but(last_speaker, opener)
            };
            let table = if back { talk.returns } else { talk.answers };
            let to = if back || self.scribe.chance(30) {
                last
            } else {
                first
            };
            let to = self.scribe.chance(self.replies).then_some(to);
            last = self.say(speaker, table, &mut subject, to);
            last_speaker = speaker;
        }
        if length > 1 {
            self.pause();
            let to = (self.scribe.chance(self.replies)).then_some(last);
            self.say(opener, talk.closing, &mut subject, to);
        }
    }

    /// Somebody other than these two, when there is somebody.
    fn someone_but(&mut self, last: i64, opener: i64) -> i64 {
        let others: Vec<i64> = self
            .members
            .iter()
            .copied()
            .filter(|id| *id != last && *id != opener)
            .collect();
        match others.as_slice() {
            [] => self
                .members
                .iter()
                .copied()
                .find(|id| *id != opener)
                .unwrap_or(opener),
            others => self.scribe.pick(others),
        }
    }

    /// A moment until the next message: none at all in a burst, longer when somebody has to think.
    pub(super) fn pause(&mut self) {
        let seconds = match self.scribe.range(0..100) {
            0..8 => 0,
            8..70 => self.scribe.range(7..120),
            70..95 => self.scribe.range(120..900),
            _ => self.scribe.range(900..5400),
        };
        self.script.wait(seconds);
    }

    /// One message of `table`; answers where it stands.
    pub(super) fn say(
        &mut self,
        from: i64,
        table: &[&'static str],
        subject: &mut Subject,
        to: Option<usize>,
    ) -> usize {
        let phrase = self.scribe.write(table, subject);
        let directive = Directive::read(&phrase);
        let text = directive
            .as_ref()
            .map_or(phrase.as_str(), |found| found.text);
        let mut message = self.script.message(from, text);
        if let Some(to) = to {
            let header = self.script.reply(to);
            message.reply_to = Some(self.quoting(header, to).into());
        }
        if let Some(directive) = &directive {
            message.media = directive.media(self.scribe, message.date);
            match directive.name {
                "weather" => message.via_bot_id = Some(people::WEATHER),
                "anonymous" => message.from_id = Some(peer(self.script.chat_id)),
                "zine" => message.from_id = Some(peer(super::ZINE)),
                "hidden" => {
                    message.fwd_from =
                        Some(script::hidden("Grandma's Almanac", message.date - 900).into());
                }
                "shared" => {
                    message.fwd_from = Some(shared(self.scribe, message.date).into());
                }
                "album" => return self.album(message),
                _ => {}
            }
        }
        self.flourish(&mut message);
        self.keep(message)
    }

    /// Adds a message; a few are deleted later.
    fn keep(&mut self, message: types::Message) -> usize {
        let at = self.script.push(message);
        if self.scribe.chance(2) {
            self.script.delete(at);
        }
        at
    }

    /// Two to four pictures of one second, the caption on the first.
    fn album(&mut self, first: types::Message) -> usize {
        let grouped_id = Some(self.scribe.file_id());
        let more = self.scribe.range(1..4);
        let at = self.script.push(types::Message {
            grouped_id,
            ..first.clone()
        });
        for _ in 0..more {
            let media = super::files::photo_media(self.scribe, first.date, None);
            self.script.push(types::Message {
                grouped_id,
                media: Some(media),
                message: String::new(),
                entities: None,
                ..first.clone()
            });
        }
        at
    }

    /// Now and then a reply quotes the first words of what it answers.
    fn quoting(
        &mut self,
        header: types::MessageReplyHeader,
        to: usize,
    ) -> types::MessageReplyHeader {
        let quoted = self.script.text(to);
        let end = quoted.find([',', '?', '.', '\n']).unwrap_or(0);
        if end < 12 || !self.scribe.chance(8) {
            return header;
        }
        let quote = self.script.text(to).get(..end).map(str::to_owned);
        types::MessageReplyHeader {
            quote: true,
            quote_text: quote,
            quote_offset: Some(0),
            ..header
        }
    }

    /// Reactions on some messages, and an edit of a few.
    pub(super) fn flourish(&mut self, message: &mut types::Message) {
        if self.scribe.chance(18) {
            let most = i32::try_from(self.members.len()).unwrap_or(2).clamp(2, 7);
            message.reactions = Some(reactions(self.scribe, most));
        }
        if !message.message.is_empty() && self.scribe.chance(4) {
            let later = message.date + self.scribe.range(15..600);
            message.edit_date = Some(later.min(calendar::END));
        }
    }
}

/// A post of the digest that somebody passes on.
fn shared(scribe: &mut Scribe, date: i32) -> types::MessageFwdHeader {
    types::MessageFwdHeader {
        channel_post: Some(scribe.range(2..40)),
        ..script::forwarded(super::ORBITAL, date - 3600)
    }
}

/// One to three kinds of reactions, fewer of each.
pub(super) fn reactions(scribe: &mut Scribe, most: i32) -> enums::MessageReactions {
    let mut count = scribe.range(1..most);
    let first = usize::try_from(scribe.range(0..10)).unwrap_or(0);
    let mut results = Vec::new();
    for emoticon in REACTIONS.iter().cycle().skip(first).take(3) {
        let reaction = types::ReactionEmoji {
            emoticon: (*emoticon).to_owned(),
        };
        results.push(
            types::ReactionCount {
                chosen_order: None,
                reaction: reaction.into(),
                count,
            }
            .into(),
        );
        count = count * 2 / 5;
        if count == 0 || scribe.chance(40) {
            break;
        }
    }
    types::MessageReactions {
        min: false,
        can_see_list: most < 20,
        reactions_as_tags: false,
        results,
        recent_reactions: None,
        top_reactors: None,
    }
    .into()
}

/// A text without media from outside the phrase tables' talks, such as a greeting to a person by name.
pub(super) fn mention(person: i64) -> String {
    people::CAST
        .iter()
        .find(|known| known.id == person)
        .map(|known| {
            known.username.map_or_else(
                || format!("[{}](user:{person})", known.first),
                |username| format!("@{username}"),
            )
        })
        .unwrap_or_default()
}

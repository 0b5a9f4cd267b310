//! A question about messages: how a client asks it, and what a look at every message answers.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::server::{ADA, BEN, Fact, ME, NEWS, Server, TALK, Told};

/// Types of media as a caller names them.
pub(super) const TYPES: [&str; 13] = [
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
pub(super) const SENDERS: [(&str, i64); 5] = [
    ("me", ME),
    ("@ada_rows", ADA),
    ("900003", BEN),
    ("@harbour_news", NEWS),
    ("-1001500000002", TALK),
];

/// What is asked for; what has its default narrows nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) chat: i64,
    pub(super) search: Option<&'static str>,
    pub(super) types: Vec<&'static str>,
    pub(super) has_media: Option<bool>,
    pub(super) senders: Vec<(&'static str, i64)>,
    pub(super) part: Part,
    pub(super) pinned: bool,
    pub(super) no_service: bool,
    pub(super) ids: (Option<i64>, Option<i64>),
    pub(super) views: (Option<i64>, Option<i64>),
    pub(super) dates: (Option<i64>, Option<i64>),
}

/// A part of a chat.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Part {
    #[default]
    All,
    /// A topic, and how a caller names it.
    Topic(&'static str, i64),
    /// The comments on a post of the channel.
    Comments(i64),
    /// What answers a message of a group.
    Replies(i64),
    /// What was saved from a chat, and how a caller names that.
    Saved(&'static str, i64),
}

impl Asked {
    pub(super) fn of(chat: i64) -> Self {
        Self {
            chat,
            ..Self::default()
        }
    }

    pub(super) fn search(mut self, words: &'static str) -> Self {
        self.search = Some(words);
        self
    }

    pub(super) fn types(mut self, types: &[&'static str]) -> Self {
        self.types = types.to_vec();
        self
    }

    pub(super) fn from(mut self, senders: &[(&'static str, i64)]) -> Self {
        self.senders = senders.to_vec();
        self
    }

    pub(super) fn part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    pub(super) fn since(mut self, date: i64) -> Self {
        self.dates.0 = Some(date);
        self
    }

    pub(super) fn until(mut self, date: i64) -> Self {
        self.dates.1 = Some(date);
        self
    }

    pub(super) fn media(mut self, has_media: bool) -> Self {
        self.has_media = Some(has_media);
        self
    }

    /// The question as a client asks it.
    pub(super) fn arguments(&self, direction: &str) -> Value {
        let mut arguments = json!({ "chat": self.chat.to_string(), "direction": direction });
        let time = |date: i64| Timestamp::from_second(date).unwrap().to_string();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                arguments[name] = value;
            }
        };
        set("search", self.search.map(Value::from));
        set("from", self.dates.0.map(|date| time(date).into()));
        set("to", self.dates.1.map(|date| time(date).into()));
        set("filter", Some(self.filter()));
        arguments
    }

    fn filter(&self) -> Value {
        let mut filter = json!({});
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                filter[name] = value;
            }
        };
        let senders: Vec<&str> = self.senders.iter().map(|(name, _)| *name).collect();
        let is_some = |is: bool, value: Value| is.then_some(value);
        set(
            "media_types",
            is_some(!self.types.is_empty(), json!(self.types)),
        );
        set("from_users", is_some(!senders.is_empty(), json!(senders)));
        set("has_media", self.has_media.map(Value::from));
        set("pinned_only", is_some(self.pinned, true.into()));
        set("include_service", is_some(self.no_service, false.into()));
        set("min_id", self.ids.0.map(Value::from));
        set("max_id", self.ids.1.map(Value::from));
        set("min_views", self.views.0.map(Value::from));
        set("max_views", self.views.1.map(Value::from));
        match self.part {
            Part::All => {}
            Part::Topic(name, _) | Part::Saved(name, _) => set("topic_id", Some(name.into())),
            Part::Comments(id) | Part::Replies(id) => set("comments_of", Some(id.into())),
        }
        filter
    }

    /// What must come back, found by looking at every message.
    pub(super) fn expected(&self, server: &Server, direction: &str) -> Vec<Told> {
        let chat = match self.part {
            Part::Comments(_) => TALK,
            _ => self.chat,
        };
        // Parts and ids are those of the supergroup alone.
        let is_of_one_half = self.ids != (None, None);
        let found = server.history(chat).filter(|fact| {
            !(is_of_one_half && fact.chat != chat)
                && self.is_in_part(server, fact)
                && self.matches(fact)
        });
        let mut expected: Vec<Told> = found.map(Fact::told).collect();
        if direction == "desc" {
            expected.reverse();
        }
        expected
    }

    fn is_in_part(&self, server: &Server, fact: &Fact) -> bool {
        match self.part {
            Part::All => true,
            Part::Topic(_, id) => fact.topic == Some(id),
            Part::Comments(post) => fact.thread == Some(server.threads[&post]),
            Part::Replies(id) => fact.thread == Some(id),
            Part::Saved(_, chat) => fact.saved_from == Some(chat),
        }
    }

    fn matches(&self, fact: &Fact) -> bool {
        let within = |(least, most): (Option<i64>, Option<i64>), value: i64| {
            least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
        };
        let text = fact.text.to_lowercase();
        let has_word = |word: &str| text.split_whitespace().any(|it| it.starts_with(word));
        let sender = |(_, id): &(&str, i64)| *id == fact.sender;
        self.search
            .is_none_or(|words| words.split(' ').all(has_word))
            && (self.types.is_empty() || self.types.iter().any(|it| is_of_type(fact, it)))
            && self
                .has_media
                .is_none_or(|has| has != fact.media.is_empty())
            && (self.senders.is_empty() || self.senders.iter().any(sender))
            && (fact.pinned || !self.pinned)
            && !(fact.service && self.no_service)
            && within(self.ids, fact.id)
            && (self.views == (None, None) || fact.views.is_some_and(|it| within(self.views, it)))
            && self.dates.0.is_none_or(|from| fact.date >= from)
            && self.dates.1.is_none_or(|to| fact.date < to)
    }
}

fn is_of_type(fact: &Fact, wanted: &str) -> bool {
    let media = fact.media.as_str();
    match wanted {
        "text" => ["", "web_page"].contains(&media) && !fact.service && !fact.text.is_empty(),
        "link" => fact.link || media == "web_page",
        "location" => ["location", "venue"].contains(&media),
        other => media == other,
    }
}

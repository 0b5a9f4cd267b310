//! A world in which every string that a stranger controls says the same two things: characters that must not
//! arrive, and characters that must. Each is told from the others by a word of its own.

use grammers_client::tl::{Deserializable, Identifiable as _, enums, types};
use telegram_history_mcp::sim::World;
use telegram_history_mcp::sim::blank;
use telegram_history_mcp::sim::world::{Details, peer};

/// Begins every stranger's word, and nothing else begins so.
pub(crate) const MARK: &str = "zyxqv-";

/// What must not arrive: turns the text around, and begins a terminal's command.
pub(crate) const FORBIDDEN: [char; 2] = ['\u{202e}', '\u{1b}'];

/// A family, a Persian word with its joiner, the flags of England and of Iceland.
pub(crate) const KEPT: &str = "👨\u{200d}👩\u{200d}👧 می\u{200c}خواهم 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 🇮🇸";

/// The forum with a message of every kind.
pub(crate) const FORUM: i64 = -1_000_000_005_001;

/// The basic group with one message.
pub(crate) const GROUP: i64 = -5002;

/// The person who writes in both.
pub(crate) const PERSON: i64 = 5003;

const BOT: i64 = 5004;

/// The world, and the words that are in it.
pub(crate) struct Hostile {
    pub(crate) world: World,
    /// What is said beside each word.
    payload: String,
    /// Said by every page.
    pub(crate) words: Vec<&'static str>,
    /// Said by detailed pages.
    pub(crate) details: Vec<&'static str>,
}

/// What arrives of [`text`].
pub(crate) fn arrives(word: &str) -> String {
    format!("{MARK}{word} txt[2J {KEPT}")
}

/// TL's zeros after some words: absent, false and empty.
fn zeros<T: Deserializable>(words: &[u32]) -> T {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.resize(bytes.len() + 256, 0);
    T::from_bytes(&bytes).unwrap()
}

impl Hostile {
    /// Strangers who say what must not arrive, and what must.
    pub(crate) fn new() -> Self {
        let [turn, escape] = FORBIDDEN;
        Self::saying(&format!("{turn}txt{escape}[2J {KEPT}"))
    }

    /// Strangers who say this beside each word.
    pub(crate) fn saying(payload: &str) -> Self {
        let mut hostile = Self {
            world: World::empty(7),
            payload: payload.to_owned(),
            words: Vec::new(),
            details: Vec::new(),
        };
        hostile.add_chats();
        hostile.add_talk();
        hostile.add_files();
        hostile.add_media();
        hostile.add_offers();
        hostile.add_actions();
        hostile.world.log.clear();
        hostile
    }

    /// A stranger's text with this word in it.
    fn text(&self, word: &str) -> String {
        format!("{MARK}{word} {}", self.payload)
    }

    /// A text that every page must say.
    fn say(&mut self, word: &'static str) -> String {
        self.words.push(word);
        self.text(word)
    }

    fn boxed(&mut self, word: &'static str) -> enums::TextWithEntities {
        let text = self.say(word);
        let entities = Vec::new();
        types::TextWithEntities { text, entities }.into()
    }

    /// A text that only detailed pages say.
    fn detail(&mut self, word: &'static str) -> String {
        self.details.push(word);
        self.text(word)
    }

    fn add_chats(&mut self) {
        let (first, last) = (self.text("first"), self.text("last"));
        let person = self.world.add_user(&first, Some("hostile_person"), PERSON);
        person.last_name = Some(last);
        let bot = self
            .world
            .add_user(&self.text("bot"), Some("hostile_bot"), BOT);
        // The two share a flag.
        (bot.bot, bot.bot_info_version) = (true, Some(1));
        bot.contact = true;
        let name = Some("hostile_forum");
        let forum = self.world.add_channel(&self.text("title"), name, CHANNEL);
        (forum.megagroup, forum.forum) = (true, true);
        self.world.add_group(&self.text("group"), -GROUP);
        for (chat_id, topics) in [
            (FORUM, vec![(9, self.text("topic"))]),
            (GROUP, vec![]),
            (PERSON, vec![]),
        ] {
            let details = Details {
                about: self.text("about"),
                topics,
                ..Details::default()
            };
            self.world.details.insert(chat_id, details);
        }
        for chat_id in [GROUP, PERSON] {
            self.world
                .say(chat_id, Some(PERSON), &self.text("elsewhere"));
        }
    }

    /// Adds a message that is made from an empty one.
    fn add(&mut self, fill: impl FnOnce(&mut types::Message)) {
        let (id, now) = (self.world.next_id(FORUM), self.world.now());
        let mut message = blank::message(id, peer(FORUM), now);
        message.from_id = Some(peer(PERSON));
        fill(&mut message);
        self.world.insert(FORUM, message);
    }

    fn add_with(&mut self, media: impl Into<enums::MessageMedia>) {
        let media = media.into();
        self.add(|message| message.media = Some(media));
    }

    fn add_talk(&mut self) {
        self.words.extend(["title", "first", "last", "bot"]);
        let spoken = self.say("text");
        let link = types::MessageEntityTextUrl {
            offset: 0,
            length: 5,
            url: self.say("link"),
        };
        let code = types::MessageEntityPre {
            offset: 6,
            length: 4,
            language: self.detail("language"),
        };
        let old = types::MessageEntityDiffReplace {
            offset: 1,
            length: 2,
            old_text: self.say("old-text"),
        };
        let reply = types::MessageReplyHeader {
            quote: true,
            reply_to_msg_id: Some(1),
            quote_text: Some(self.say("quote")),
            ..blank::reply()
        };
        let forward = types::MessageFwdHeader {
            from_name: Some(self.say("forward-name")),
            post_author: Some(self.say("forward-author")),
            ..blank::forward(1_700_000_000)
        };
        let url = types::InlineButtonTypeUrl {
            url: self.say("button-url"),
        };
        let button = types::KeyboardInlineButton {
            style: None,
            text: self.say("button"),
            r#type: url.into(),
        };
        let row = types::KeyboardInlineButtonRow {
            buttons: vec![button.into()],
        };
        let buttons = types::ReplyInlineMarkup {
            force_reply: false,
            rows: vec![row.into()],
        };
        let emoji = types::ReactionEmoji {
            emoticon: self.say("reaction"),
        };
        let count = types::ReactionCount {
            chosen_order: None,
            reaction: emoji.into(),
            count: 2,
        };
        let author = self.say("author");
        self.add(|message| {
            message.message = spoken;
            message.entities = Some(vec![link.into(), code.into(), old.into()]);
            message.reply_to = Some(reply.into());
            message.fwd_from = Some(forward.into());
            message.reply_markup = Some(buttons.into());
            message.reactions = Some(
                types::MessageReactions {
                    results: vec![count.into()],
                    ..zeros(&[0, VECTOR])
                }
                .into(),
            );
            message.post_author = Some(author);
            message.via_bot_id = Some(BOT);
        });
        let rich = types::TextPlain {
            text: self.say("rich"),
        };
        let paragraph = types::PageBlockParagraph { text: rich.into() };
        self.add(|message| {
            let rich = types::RichMessage {
                rtl: false,
                part: false,
                blocks: vec![paragraph.into()],
                photos: Vec::new(),
                documents: Vec::new(),
            };
            message.rich_message = Some(rich.into());
        });
        let bare = types::MessageEntityUrl {
            offset: 0,
            length: 200,
        };
        let address = self.say("bare-link");
        self.add(|message| {
            message.message = address;
            message.entities = Some(vec![bare.into()]);
        });
    }

    fn add_document(&mut self, mime_type: String, attribute: enums::DocumentAttribute) {
        let document = types::Document {
            attributes: vec![attribute],
            ..blank::document(1, &mime_type, 10)
        };
        let media = types::MessageMediaDocument {
            document: Some(document.into()),
            ..zeros(&[])
        };
        let caption = self.say("caption");
        self.add(|message| {
            message.message = caption;
            message.media = Some(media.into());
        });
    }

    fn add_files(&mut self) {
        let mime_type = self.detail("mime-type");
        let file_name = self.say("file-name");
        self.add_document(
            mime_type,
            types::DocumentAttributeFilename { file_name }.into(),
        );
        let audio = types::DocumentAttributeAudio {
            voice: false,
            duration: 3,
            title: Some(self.say("track")),
            performer: Some(self.say("performer")),
            waveform: None,
        };
        self.add_document("audio/mpeg".to_owned(), audio.into());
        let sticker = types::DocumentAttributeSticker {
            mask: false,
            alt: self.say("sticker"),
            stickerset: enums::InputStickerSet::Empty,
            mask_coords: None,
        };
        self.add_document("image/webp".to_owned(), sticker.into());
    }

    fn add_media(&mut self) {
        let page = types::WebPage {
            url: self.say("page-url"),
            title: Some(self.say("page-title")),
            site_name: Some(self.detail("page-site")),
            description: Some(self.say("page-description")),
            ..zeros(&[])
        };
        self.add_with(types::MessageMediaWebPage {
            webpage: page.into(),
            force_large_media: false,
            force_small_media: false,
            manual: false,
            safe: false,
        });
        let contact = types::MessageMediaContact {
            phone_number: self.say("contact-phone"),
            first_name: self.say("contact-first"),
            last_name: self.say("contact-last"),
            vcard: self.text("contact-card"),
            user_id: 0,
        };
        self.add_with(contact);
        let point = types::GeoPoint {
            long: 4.0,
            lat: 5.0,
            access_hash: 0,
            accuracy_radius: None,
        };
        for (geo, title, address) in [
            (point.into(), "place", "place-address"),
            (enums::GeoPoint::Empty, "nowhere", "nowhere-address"),
        ] {
            let venue = types::MessageMediaVenue {
                geo,
                title: self.say(title),
                address: self.say(address),
                provider: self.text("provider"),
                venue_id: self.text("venue-id"),
                venue_type: self.text("venue-type"),
            };
            self.add_with(venue);
        }
        let dice = types::MessageMediaDice {
            value: 1,
            emoticon: self.say("dice"),
            game_outcome: None,
        };
        self.add_with(dice);
        let story = types::StoryItem {
            caption: Some(self.say("story")),
            ..zeros(&[0, 0, 0, 0, types::MessageMediaUnsupported::CONSTRUCTOR_ID])
        };
        self.add_with(types::MessageMediaStory {
            via_mention: false,
            peer: peer(PERSON),
            id: 4,
            story: Some(story.into()),
        });
    }

    fn add_offers(&mut self) {
        let answer = types::PollAnswer {
            text: self.boxed("poll-option"),
            option: vec![1],
            media: None,
            added_by: None,
            date: None,
        };
        let poll = types::Poll {
            question: self.boxed("poll-question"),
            answers: vec![answer.into()],
            ..zeros(&[
                0,
                0,
                0,
                types::TextWithEntities::CONSTRUCTOR_ID,
                0,
                VECTOR,
                0,
                VECTOR,
            ])
        };
        let results = types::PollResults {
            solution: Some(self.say("poll-solution")),
            solution_entities: Some(Vec::new()),
            ..zeros(&[])
        };
        self.add_with(types::MessageMediaPoll {
            poll: poll.into(),
            results: results.into(),
            attached_media: None,
        });
        let game = types::Game {
            title: self.say("game"),
            description: self.say("game-description"),
            ..zeros(&[0, 0, 0, 0, 0, 0, 0, 0, types::PhotoEmpty::CONSTRUCTOR_ID])
        };
        self.add_with(types::MessageMediaGame { game: game.into() });
        let invoice = types::MessageMediaInvoice {
            title: self.say("invoice"),
            description: self.say("invoice-description"),
            currency: self.say("invoice-currency"),
            start_param: self.text("start"),
            ..zeros(&[])
        };
        self.add_with(invoice);
        let item = types::TodoItem {
            id: 1,
            title: self.boxed("task"),
        };
        let list = types::TodoList {
            others_can_append: false,
            others_can_complete: false,
            title: self.boxed("tasks"),
            list: vec![item.into()],
        };
        self.add_with(types::MessageMediaToDo {
            todo: list.into(),
            completions: None,
        });
        let giveaway = types::MessageMediaGiveaway {
            prize_description: Some(self.say("prize")),
            ..zeros(&[0, VECTOR])
        };
        self.add_with(giveaway);
    }

    fn add_actions(&mut self) {
        let title = self.say("created");
        let users = vec![PERSON];
        self.happen(types::MessageActionChatCreate { title, users });
        let title = self.say("renamed");
        self.happen(types::MessageActionChatEditTitle { title });
        let title = self.say("channel-created");
        self.happen(types::MessageActionChannelCreate { title });
        let title = self.say("migrated");
        self.happen(types::MessageActionChannelMigrateFrom { title, chat_id: 3 });
        let title = self.say("topic-created");
        self.happen(types::MessageActionTopicCreate {
            title,
            ..zeros(&[])
        });
        let title = Some(self.say("topic-renamed"));
        self.happen(types::MessageActionTopicEdit {
            title,
            ..zeros(&[])
        });
        let message = self.say("custom");
        self.happen(types::MessageActionCustomAction { message });
        let text = self.say("web-view");
        self.happen(types::MessageActionWebViewDataSent { text });
        let domain = Some(self.say("domain"));
        self.happen(types::MessageActionBotAllowed {
            domain,
            ..zeros(&[])
        });
        let emoticon = self.say("theme");
        let theme = types::ChatTheme { emoticon }.into();
        self.happen(types::MessageActionSetChatTheme { theme });
        let currency = self.say("gift-currency");
        let message = Some(self.boxed("gift"));
        self.happen(types::MessageActionGiftPremium {
            currency,
            message,
            ..zeros(&[])
        });
        let currency = self.say("payment-currency");
        self.happen(types::MessageActionPaymentSent {
            currency,
            ..zeros(&[])
        });
        let title = self.boxed("appended");
        let list = vec![types::TodoItem { id: 2, title }.into()];
        self.happen(types::MessageActionTodoAppendTasks { list });
    }

    fn happen(&mut self, action: impl Into<enums::MessageAction>) {
        let (id, now) = (self.world.next_id(FORUM), self.world.now());
        let service = types::MessageService {
            from_id: Some(peer(PERSON)),
            ..blank::service(id, peer(FORUM), now, action)
        };
        self.world.insert(FORUM, service);
    }
}

const CHANNEL: i64 = 5001;

/// `Vector`'s constructor id.
const VECTOR: u32 = 0x1cb5_c415;

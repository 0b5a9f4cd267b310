//! What Telegram's own search finds: messages by the beginnings of their words, and the filters of
//! `messages.search` (<https://core.telegram.org/api/search>). Pure; it knows no chats and no pages.

pub(super) mod filter;

use grammers_tl_types::enums::{
    Document, DocumentAttribute, Game, Message, MessageMedia, Poll, TextWithEntities, TodoList,
    WebPage,
};

/// What stands before a hashtag and before a cashtag.
const TAGS: [char; 2] = ['#', '$'];

/// Whether a search for `query` finds this message: each of its words begins a word of the text or caption,
/// of a file's name or of the title of what is attached, in any case and order. A word with a `#` or `$` is
/// found as a hashtag or cashtag only. Service messages have no words; everything has an empty query.
pub fn matches(message: &Message, query: &str) -> bool {
    Query::new(query).finds(message)
}

/// A query, read once for all the messages of a chat.
pub(super) struct Query {
    words: Vec<String>,
    is_empty: bool,
}

impl Query {
    pub(super) fn new(query: &str) -> Self {
        Self {
            words: words(&query.to_lowercase()).map(str::to_owned).collect(),
            is_empty: query.trim().is_empty(),
        }
    }

    /// Whether it asks for nothing, and so for everything.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether it finds this message.
    pub(super) fn finds(&self, message: &Message) -> bool {
        if self.is_empty {
            return true;
        }
        let Message::Message(message) = message else {
            return false;
        };
        let mut texts = vec![message.message.as_str()];
        if let Some(media) = &message.media {
            titles(media, &mut texts);
        }
        self.begins(&texts)
    }

    /// Whether it finds something with this title.
    pub(super) fn finds_title(&self, title: &str) -> bool {
        self.is_empty || self.begins(&[title])
    }

    /// Whether each of its words begins a word of these texts; punctuation alone begins none.
    fn begins(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let begins = |wanted: &String| {
            texts.iter().flat_map(|text| words(text)).any(|word| {
                word.starts_with(wanted) || word.trim_start_matches(TAGS).starts_with(wanted)
            })
        };
        !self.words.is_empty() && self.words.iter().all(begins)
    }
}

/// The words of a text; those of a tag keep its sign.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !TAGS.contains(&c))
        .filter(|word| word.contains(char::is_alphanumeric))
}

/// The words that an attachment brings along.
fn titles<'a>(media: &'a MessageMedia, texts: &mut Vec<&'a str>) {
    match media {
        MessageMedia::Document(media) => {
            if let Some(Document::Document(document)) = &media.document {
                for attribute in &document.attributes {
                    names(attribute, texts);
                }
            }
        }
        MessageMedia::WebPage(media) => {
            if let WebPage::Page(page) = &media.webpage {
                texts.extend(page.title.as_deref());
            }
        }
        MessageMedia::Poll(media) => {
            let Poll::Poll(poll) = &media.poll;
            texts.push(plain(&poll.question));
        }
        MessageMedia::ToDo(media) => {
            let TodoList::List(list) = &media.todo;
            texts.push(plain(&list.title));
        }
        MessageMedia::Contact(contact) => {
            texts.extend([contact.first_name.as_str(), &contact.last_name]);
        }
        MessageMedia::Venue(venue) => texts.extend([venue.title.as_str(), &venue.address]),
        MessageMedia::Invoice(invoice) => texts.push(&invoice.title),
        MessageMedia::Game(media) => {
            let Game::Game(game) = &media.game;
            texts.push(&game.title);
        }
        _ => {}
    }
}

fn names<'a>(attribute: &'a DocumentAttribute, texts: &mut Vec<&'a str>) {
    match attribute {
        DocumentAttribute::Filename(name) => texts.push(&name.file_name),
        DocumentAttribute::Audio(audio) => {
            texts.extend(audio.title.as_deref());
            texts.extend(audio.performer.as_deref());
        }
        _ => {}
    }
}

fn plain(text: &TextWithEntities) -> &str {
    let TextWithEntities::Entities(text) = text;
    &text.text
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types;

    use super::*;
    use crate::sim::blank;
    use crate::sim::world::peer;

    fn text(text: &str) -> Message {
        types::Message {
            message: text.to_owned(),
            ..blank::message(1, peer(1), 0)
        }
        .into()
    }

    fn file(attributes: Vec<DocumentAttribute>) -> Message {
        let document = types::Document {
            attributes,
            ..blank::document(1, "application/pdf", 1)
        };
        types::Message {
            media: Some(blank::document_media(document).into()),
            ..blank::message(1, peer(1), 0)
        }
        .into()
    }

    #[test]
    fn every_word_of_the_query_begins_a_word_of_the_text_in_any_case_and_order() {
        let message = text("Straße frei: Courgettes, umsonst!");
        for found in ["courg", "FREI straße", "umsonst, courgettes", "  frei ", ""] {
            assert!(matches(&message, found), "{found}");
        }
        for missed in ["ourgettes", "frei haus", "courgettesx", "!?"] {
            assert!(!matches(&message, missed), "{missed}");
        }
    }

    #[test]
    fn words_of_every_script_are_found() {
        for (said, query) in [("Міцна кава", "КАВ"), ("قهوة صباحا", "قهوة")]
        {
            assert!(matches(&text(said), query), "{query}");
        }
    }

    #[test]
    fn a_tag_is_found_as_a_tag_only_and_a_word_also_inside_a_tag() {
        assert!(matches(&text("password #wifi"), "#wifi"));
        assert!(matches(&text("password #wifi"), "wifi"));
        assert!(!matches(&text("password wifi"), "#wifi"));
    }

    #[test]
    fn names_of_files_and_titles_of_music_are_found_too() {
        let file_name = "annual_report-2025.pdf".to_owned();
        let named = file(vec![types::DocumentAttributeFilename { file_name }.into()]);
        assert!(matches(&named, "report 2025"));
        assert!(!matches(&named, "invoice"));
        let song = file(vec![
            types::DocumentAttributeAudio {
                voice: false,
                duration: 1,
                title: Some("Otters at night".to_owned()),
                performer: Some("The Weirs".to_owned()),
                waveform: None,
            }
            .into(),
        ]);
        assert!(matches(&song, "weirs otters"));
    }

    #[test]
    fn service_messages_have_no_words() {
        let service = blank::service(1, peer(1), 0, types::MessageActionPinMessage {});
        assert!(!matches(&service.clone().into(), "pin"));
        assert!(matches(&service.into(), ""));
    }
}

//! What Telegram's own search finds: messages by the beginnings of their words, and the filters of
//! `messages.search` (<https://core.telegram.org/api/search>). Pure; it knows no chats and no pages.

pub(super) mod filter;

use grammers_tl_types::enums::{
    Document, DocumentAttribute, Game, Message, MessageMedia, Poll, TextWithEntities, TodoList,
    WebPage,
};

/// Whether a search for `query` finds this message: each of its words begins a word of the text or caption,
/// of a file's name or of the title of what is attached, in any case and order. A word with a `#` or `$` is
/// found as a hashtag or cashtag only. Service messages have no words; everything has an empty query.
pub fn matches(message: &Message, query: &str) -> bool {
    if query.trim().is_empty() {
        return true;
    }
    let Message::Message(message) = message else {
        return false;
    };
    let mut texts = vec![message.message.as_str()];
    if let Some(media) = &message.media {
        titles(media, &mut texts);
    }
    begin_words(&texts, query)
}

/// Whether a search for `query` finds something with this title.
pub(super) fn finds(title: &str, query: &str) -> bool {
    query.trim().is_empty() || begin_words(&[title], query)
}

/// Whether each word of the query begins a word of these texts; a query of no words begins none.
fn begin_words(texts: &[&str], query: &str) -> bool {
    let wanted = words(query);
    let there: Vec<String> = texts.iter().flat_map(|text| words(text)).collect();
    let begins = |wanted: &String| {
        let plain = |word: &str| word.trim_start_matches(TAGS).starts_with(wanted.as_str());
        there
            .iter()
            .any(|word| word.starts_with(wanted.as_str()) || plain(word))
    };
    !wanted.is_empty() && wanted.iter().all(begins)
}

/// What stands before a hashtag and before a cashtag.
const TAGS: [char; 2] = ['#', '$'];

/// The words of a text in lower case; those of a tag keep its sign.
fn words(text: &str) -> Vec<String> {
    let separates = |c: char| !c.is_alphanumeric() && !TAGS.contains(&c);
    text.to_lowercase()
        .split(separates)
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
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

//! Reads the light markup of the phrase tables into text and entities, and finds the links, names and
//! addresses in it, as Telegram's own servers do when a message is sent.

use grammers_tl_types::{enums::MessageEntity, types};

/// What may begin an entity.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '*' | '_' | '~' | '|' | '`' | '[' | '>' | '#' | '@' | '+' | '/'
    )
}

/// The text of `markup`, and its entities in UTF-16 units when there are any.
///
/// `**bold**`, `__italic__`, `~~struck~~`, `||spoiler||`, `` `code` ``, a `> ` quote, and `[words](target)` where the
/// target is an address, `user:ID` or `emoji:ID`.
pub(super) fn parse(markup: &str) -> (String, Option<Vec<MessageEntity>>) {
    if !markup.contains(is_mark) {
        return (markup.to_owned(), None);
    }
    let mut reader = Reader::default();
    reader.read(markup);
    let entities = Some(reader.entities).filter(|entities| !entities.is_empty());
    (reader.text, entities)
}

/// The length of `text` in UTF-16 units.
pub(super) fn units(text: &str) -> i32 {
    let units = if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    };
    i32::try_from(units).unwrap_or(i32::MAX)
}

#[derive(Default)]
struct Reader {
    text: String,
    units: i32,
    entities: Vec<MessageEntity>,
}

impl Reader {
    fn read(&mut self, markup: &str) {
        let mut rest = markup;
        while let Some(at) = rest.find(is_mark) {
            let (before, marked) = rest.split_at(at);
            self.push(before);
            let taken = self.mark(marked);
            rest = marked.get(taken..).unwrap_or_default();
        }
        self.push(rest);
    }

    fn push(&mut self, plain: &str) {
        self.text.push_str(plain);
        self.units += units(plain);
    }

    /// Reads what begins at a mark; answers how many bytes that took.
    fn mark(&mut self, marked: &str) -> usize {
        self.styled(marked)
            .or_else(|| self.target(marked))
            .or_else(|| self.found(marked))
            .unwrap_or_else(|| {
                let first = marked.chars().next().map_or(1, char::len_utf8);
                self.push(marked.get(..first).unwrap_or_default());
                first
            })
    }

    fn styled(&mut self, marked: &str) -> Option<usize> {
        if let Some(body) = marked.strip_prefix("> ")
            && (self.text.is_empty() || self.text.ends_with('\n'))
        {
            let line = body.lines().next().unwrap_or_default();
            self.wrap(line, |offset, length| {
                types::MessageEntityBlockquote {
                    collapsed: false,
                    offset,
                    length,
                }
                .into()
            });
            return Some(2 + line.len());
        }
        let fence = ["**", "__", "~~", "||", "`"]
            .into_iter()
            .find(|fence| marked.starts_with(fence))?;
        let body = marked.strip_prefix(fence)?;
        let inner = body.get(..body.find(fence)?)?;
        self.wrap(inner, |offset, length| match fence {
            "**" => types::MessageEntityBold { offset, length }.into(),
            "__" => types::MessageEntityItalic { offset, length }.into(),
            "~~" => types::MessageEntityStrike { offset, length }.into(),
            "||" => types::MessageEntitySpoiler { offset, length }.into(),
            _ => types::MessageEntityCode { offset, length }.into(),
        });
        Some(inner.len() + 2 * fence.len())
    }

    /// `[words](target)`.
    fn target(&mut self, marked: &str) -> Option<usize> {
        let (words, after) = marked.strip_prefix('[')?.split_once("](")?;
        let target = after.get(..after.find(')')?)?;
        self.wrap(words, |offset, length| {
            let id = |prefix: &str| target.strip_prefix(prefix)?.parse::<i64>().ok();
            if let Some(user_id) = id("user:") {
                types::MessageEntityMentionName {
                    offset,
                    length,
                    user_id,
                }
                .into()
            } else if let Some(document_id) = id("emoji:") {
                types::MessageEntityCustomEmoji {
                    offset,
                    length,
                    document_id,
                }
                .into()
            } else {
                types::MessageEntityTextUrl {
                    offset,
                    length,
                    url: target.to_owned(),
                }
                .into()
            }
        });
        Some(words.len() + target.len() + 4)
    }

    /// What needs no markup: `#tag`, `@name`, `/command`, an e-mail or web address, a phone number.
    fn found(&mut self, marked: &str) -> Option<usize> {
        let word_before = self.text.ends_with(|c: char| c.is_alphanumeric());
        let length_while = |accept: fn(char) -> bool| {
            let body = marked.get(1..).unwrap_or_default();
            1 + body.find(|c| !accept(c)).unwrap_or(body.len())
        };
        let name = |c: char| c.is_alphanumeric() || c == '_';
        if marked.starts_with('@') && word_before {
            return self.email(
                marked
                    .get(..length_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-'))?,
            );
        }
        if marked.starts_with("//") && (self.text.ends_with("https:")) {
            return self.address(marked.get(
                ..length_while(|c| !c.is_whitespace() && c != ')' && c != ',' && c != '"'),
            )?);
        }
        if word_before {
            return None;
        }
        let (length, make): (usize, fn(i32, i32) -> MessageEntity) = match marked.chars().next()? {
            '#' => (length_while(name), |offset, length| {
                types::MessageEntityHashtag { offset, length }.into()
            }),
            '@' => (length_while(name), |offset, length| {
                types::MessageEntityMention { offset, length }.into()
            }),
            '/' if self.text.is_empty() || self.text.ends_with(' ') => {
                (length_while(name), |offset, length| {
                    types::MessageEntityBotCommand { offset, length }.into()
                })
            }
            '+' => (
                length_while(|c| c.is_ascii_digit() || c == ' '),
                |offset, length| types::MessageEntityPhone { offset, length }.into(),
            ),
            _ => return None,
        };
        let found = marked.get(..length)?.trim_end();
        if found.len() < if found.starts_with('+') { 8 } else { 4 } {
            return None;
        }
        self.plain(found, make);
        Some(found.len())
    }

    fn email(&mut self, domain: &str) -> Option<usize> {
        let domain = domain.trim_end_matches('.');
        let local = self
            .text
            .rsplit(|c: char| c.is_whitespace() || c == '(')
            .next()?;
        if local.is_empty() || !domain.contains('.') {
            return None;
        }
        let offset = self.units - units(local);
        self.push(domain);
        self.entities.push(
            types::MessageEntityEmail {
                offset,
                length: self.units - offset,
            }
            .into(),
        );
        Some(domain.len())
    }

    /// The rest of a web address whose `https:` was already read.
    fn address(&mut self, rest: &str) -> Option<usize> {
        let rest = rest.trim_end_matches(['.', '!', '?', ':']);
        let offset = self.units - units("https:");
        self.push(rest);
        self.entities.push(
            types::MessageEntityUrl {
                offset,
                length: self.units - offset,
            }
            .into(),
        );
        Some(rest.len())
    }

    /// Reads `inner`, which may hold more markup, and puts an entity around it.
    fn wrap(&mut self, inner: &str, make: impl Fn(i32, i32) -> MessageEntity) {
        let (offset, at) = (self.units, self.entities.len());
        self.read(inner);
        self.entities.insert(at, make(offset, self.units - offset));
    }

    fn plain(&mut self, text: &str, make: fn(i32, i32) -> MessageEntity) {
        let offset = self.units;
        self.push(text);
        self.entities.push(make(offset, self.units - offset));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(markup: &str) -> Vec<(String, &'static str)> {
        let (text, entities) = parse(markup);
        let utf16: Vec<u16> = text.encode_utf16().collect();
        entities
            .unwrap_or_default()
            .iter()
            .map(|entity| {
                let (offset, length) = (entity.offset() as usize, entity.length() as usize);
                let word = String::from_utf16(&utf16[offset..offset + length]);
                (word.expect("whole characters"), kind(entity))
            })
            .collect()
    }

    fn kind(entity: &MessageEntity) -> &'static str {
        match entity {
            MessageEntity::Bold(_) => "bold",
            MessageEntity::TextUrl(_) => "text_url",
            MessageEntity::Url(_) => "url",
            MessageEntity::Hashtag(_) => "hashtag",
            MessageEntity::Mention(_) => "mention",
            MessageEntity::MentionName(_) => "mention_name",
            MessageEntity::Email(_) => "email",
            MessageEntity::Phone(_) => "phone",
            MessageEntity::CustomEmoji(_) => "custom_emoji",
            MessageEntity::Blockquote(_) => "quote",
            MessageEntity::Italic(_) => "italic",
            _ => "other",
        }
    }

    #[test]
    fn markup_becomes_entities_around_its_words() {
        assert_eq!(
            words("🚀 **Go __now__**, [read](https://a.example/b) #news"),
            [
                ("Go now".to_owned(), "bold"),
                ("now".to_owned(), "italic"),
                ("read".to_owned(), "text_url"),
                ("#news".to_owned(), "hashtag"),
            ]
        );
    }

    #[test]
    fn addresses_and_names_are_found_without_markup() {
        assert_eq!(
            words(
                "Ask @marta_k or mail us@brunnen.example, see https://a.example/x?y=1. Or +49 30 23125 016!"
            ),
            [
                ("@marta_k".to_owned(), "mention"),
                ("us@brunnen.example".to_owned(), "email"),
                ("https://a.example/x?y=1".to_owned(), "url"),
                ("+49 30 23125 016".to_owned(), "phone"),
            ]
        );
    }

    #[test]
    fn a_lone_mark_is_only_a_character() {
        assert_eq!(words("2 * 3 > 5, tea and/or # cake + @ [x"), []);
        assert_eq!(parse("2 * 3 [x").0, "2 * 3 [x");
    }

    #[test]
    fn people_and_custom_emoji_have_ids() {
        assert_eq!(
            words("> as [Mei](user:7) said\n[🌻](emoji:9)"),
            [
                ("as Mei said".to_owned(), "quote"),
                ("Mei".to_owned(), "mention_name"),
                ("🌻".to_owned(), "custom_emoji"),
            ]
        );
    }
}

//! The formatting of a text, and the addresses in it.

use grammers_tl_types as tl;
use tl::enums::MessageEntity as Raw;

use crate::model::{Entity, EntityKind as Kind, LongId};

use super::timestamp;

/// The entities, clipped to the text; what covers nothing is left out.
pub(super) fn entities(raw: &[Raw], text: &str) -> Vec<Entity> {
    let units = text.encode_utf16().count();
    raw.iter()
        .filter_map(|raw| clip(entity(raw), units))
        .collect()
}

/// The addresses that the text links to, as they are written, in order, each once.
pub(super) fn links(entities: &[Entity], text: &str) -> Vec<String> {
    let mut units: Option<Vec<u16>> = None;
    let mut links: Vec<String> = Vec::new();
    for entity in entities {
        let link = match (entity.kind, &entity.url) {
            (Kind::TextUrl, Some(url)) => url.clone(),
            (Kind::Url, _) => {
                let units = units.get_or_insert_with(|| text.encode_utf16().collect());
                slice(units, entity)
            }
            _ => continue,
        };
        if !link.is_empty() && !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

fn slice(units: &[u16], entity: &Entity) -> String {
    let (from, length) = (entity.offset as usize, entity.length as usize);
    let part = units.get(from..from.saturating_add(length));
    String::from_utf16_lossy(part.unwrap_or_default())
}

/// Formatting as Telegram gave it: place and details.
struct Place {
    kind: Kind,
    offset: i32,
    length: i32,
}

fn clip((place, detail): (Place, Entity), units: usize) -> Option<Entity> {
    let units = i64::try_from(units).unwrap_or(i64::MAX);
    let from = i64::from(place.offset).clamp(0, units);
    let to = (i64::from(place.offset) + i64::from(place.length)).clamp(from, units);
    Some(Entity {
        offset: u32::try_from(from).ok()?,
        length: u32::try_from(to - from).ok().filter(|&length| length > 0)?,
        ..detail
    })
}

fn entity(raw: &Raw) -> (Place, Entity) {
    let place = place(raw);
    let mut detail = Entity::new(place.kind, 0, 0);
    match raw {
        Raw::Pre(pre) => detail.language = super::non_empty(&pre.language),
        Raw::TextUrl(link) => detail.url = Some(link.url.clone()),
        Raw::MentionName(mention) => detail.user_id = Some(mention.user_id),
        Raw::CustomEmoji(emoji) => detail.custom_emoji_id = Some(LongId(emoji.document_id)),
        Raw::Blockquote(quote) => detail.collapsed = quote.collapsed,
        Raw::FormattedDate(date) => detail.date = Some(timestamp(date.date)),
        Raw::DiffReplace(diff) => detail.old_text = Some(diff.old_text.clone()),
        _ => {}
    }
    (place, detail)
}

fn place(raw: &Raw) -> Place {
    macro_rules! places {
        ($($variant:ident => $kind:ident),* $(,)?) => {
            match raw {
                $(Raw::$variant(it) => Place {
                    kind: Kind::$kind,
                    offset: it.offset,
                    length: it.length,
                },)*
            }
        };
    }
    places! {
        Unknown => Unknown,
        Mention => Mention,
        Hashtag => Hashtag,
        BotCommand => BotCommand,
        Url => Url,
        Email => Email,
        Bold => Bold,
        Italic => Italic,
        Code => Code,
        Pre => Pre,
        TextUrl => TextUrl,
        MentionName => MentionName,
        InputMessageEntityMentionName => MentionName,
        Phone => Phone,
        Cashtag => Cashtag,
        Underline => Underline,
        Strike => Strike,
        BankCard => BankCard,
        Spoiler => Spoiler,
        CustomEmoji => CustomEmoji,
        Blockquote => Blockquote,
        FormattedDate => FormattedDate,
        DiffInsert => DiffInsert,
        DiffReplace => DiffReplace,
        DiffDelete => DiffDelete,
        TonAddress => TonAddress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bold(offset: i32, length: i32) -> Raw {
        tl::types::MessageEntityBold { offset, length }.into()
    }

    fn url(offset: i32, length: i32) -> Raw {
        tl::types::MessageEntityUrl { offset, length }.into()
    }

    fn text_url(offset: i32, length: i32, url: &str) -> Raw {
        tl::types::MessageEntityTextUrl {
            offset,
            length,
            url: url.to_owned(),
        }
        .into()
    }

    #[test]
    fn entities_are_clipped_to_the_text() {
        let cases = [
            ("whole", 0, 4, Some((0, 4))),
            ("too long", 2, 100, Some((2, 2))),
            ("before the text", -2, 3, Some((0, 1))),
            ("empty", 1, 0, None),
            ("negative length", 2, -1, None),
            ("behind the text", 9, 1, None),
            ("overflowing", i32::MAX, i32::MAX, None),
            ("underflowing", i32::MIN, i32::MIN, None),
        ];
        for (case, offset, length, expected) in cases {
            let found = entities(&[bold(offset, length)], "😀ab");
            let place = found.first().map(|entity| (entity.offset, entity.length));
            assert_eq!(place, expected, "{case}");
        }
    }

    #[test]
    fn links_are_cut_out_in_utf_16_and_listed_once() {
        let text = "👨‍👩‍👧 example.org, here and example.org";
        let raw = [
            url(9, 11),
            text_url(22, 4, "https://rust-lang.org/"),
            url(31, 11),
            text_url(0, 1, ""),
        ];
        let entities = entities(&raw, text);
        assert_eq!(
            links(&entities, text),
            ["example.org", "https://rust-lang.org/"]
        );
    }

    #[test]
    fn details_come_along() {
        let raw = [
            tl::types::MessageEntityPre {
                offset: 0,
                length: 1,
                language: "rust".to_owned(),
            }
            .into(),
            tl::types::MessageEntityCustomEmoji {
                offset: 0,
                length: 1,
                document_id: i64::MAX,
            }
            .into(),
            tl::types::MessageEntityBlockquote {
                collapsed: true,
                offset: 0,
                length: 1,
            }
            .into(),
        ];
        let json = serde_json::to_value(entities(&raw, "x")).unwrap();
        assert_eq!(
            json,
            serde_json::json!([
                { "type": "pre", "offset": 0, "length": 1, "language": "rust" },
                { "type": "custom_emoji", "offset": 0, "length": 1, "custom_emoji_id": "9223372036854775807" },
                { "type": "blockquote", "offset": 0, "length": 1, "collapsed": true },
            ])
        );
    }
}

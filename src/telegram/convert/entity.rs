//! The formatting of a text.

use grammers_tl_types as tl;
use tl::enums::MessageEntity as Raw;

use crate::model::{Entity, EntityKind as Kind, LongId};

use super::timestamp;

/// The entities, clipped to the text and to whole characters; what covers nothing is left out.
pub(super) fn entities(raw: &[Raw], text: &str) -> Vec<Entity> {
    if raw.is_empty() {
        return Vec::new();
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    raw.iter()
        .filter_map(|raw| clip(entity(raw), &units))
        .collect()
}

/// Formatting as Telegram gave it: place and details.
struct Place {
    kind: Kind,
    offset: i32,
    length: i32,
}

fn clip((place, detail): (Place, Entity), units: &[u16]) -> Option<Entity> {
    let end = i64::from(place.offset) + i64::from(place.length);
    let from = inside(i64::from(place.offset), units);
    let to = inside(end, units);
    if to <= from {
        return None;
    }
    let from = from - usize::from(splits_a_character(units, from));
    let to = to + usize::from(splits_a_character(units, to));
    Some(Entity {
        offset: u32::try_from(from).ok()?,
        length: u32::try_from(to - from).ok()?,
        ..detail
    })
}

fn inside(place: i64, units: &[u16]) -> usize {
    usize::try_from(place.max(0)).map_or(units.len(), |place| place.min(units.len()))
}

/// Whether the place is between the two units of one character.
fn splits_a_character(units: &[u16], place: usize) -> bool {
    units
        .get(place)
        .is_some_and(|unit| (0xDC00..0xE000).contains(unit))
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

    #[test]
    fn entities_are_clipped_to_the_text() {
        let cases = [
            ("whole", 0, 4, Some((0, 4))),
            ("half of an emoji, its first", 0, 1, Some((0, 2))),
            ("half of an emoji, its second", 1, 1, Some((0, 2))),
            ("from inside an emoji", 1, 2, Some((0, 3))),
            ("too long", 2, 100, Some((2, 2))),
            ("before the text", -2, 3, Some((0, 2))),
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

    #[test]
    fn overlapping_formatting_stays_as_it_is() {
        let raw = [bold(0, 3), url(1, 4), bold(0, 3)];
        let found = entities(&raw, "abcdef");
        let places: Vec<_> = found.iter().map(|it| (it.offset, it.length)).collect();
        assert_eq!(places, [(0, 3), (1, 4), (0, 3)]);
    }
}

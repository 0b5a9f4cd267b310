//! The addresses that a text links to.

use super::{Entity, EntityKind};

/// More links than this are not listed: Telegram allows a hundred entities in a message.
const MAX_LINKS: usize = 1_000;
/// What is longer than this is no address.
const MAX_LINK_BYTES: usize = 16 << 10;

/// Addresses in order, each once.
#[derive(Debug, Default)]
pub struct Links(Vec<String>);

impl Links {
    /// The addresses that a text links to, as they are written there or in its entities.
    pub fn of(entities: &[Entity], text: &str) -> Self {
        let mut units: Option<Vec<u16>> = None;
        let mut links = Self::default();
        for entity in entities {
            if links.is_full() {
                break;
            }
            match (entity.kind, &entity.url) {
                (EntityKind::TextUrl, Some(url)) => links.add(url),
                (EntityKind::Url, _) => {
                    let units = units.get_or_insert_with(|| text.encode_utf16().collect());
                    links.add(&slice(units, entity));
                }
                _ => {}
            }
        }
        links
    }

    /// Adds one, if it is an address and not there yet.
    pub fn add(&mut self, link: &str) {
        let fits = !self.is_full() && (1..=MAX_LINK_BYTES).contains(&link.len());
        if fits && !self.0.iter().any(|known| known == link) {
            self.0.push(link.to_owned());
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MAX_LINKS
    }

    /// The addresses.
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }
}

/// The words under an entity; none when they are too many for an address.
fn slice(units: &[u16], entity: &Entity) -> String {
    let (from, length) = (entity.offset as usize, entity.length as usize);
    if length > MAX_LINK_BYTES {
        return String::new();
    }
    let part = units.get(from..from.saturating_add(length));
    String::from_utf16_lossy(part.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(offset: u32, length: u32) -> Entity {
        Entity::new(EntityKind::Url, offset, length)
    }

    #[test]
    fn links_are_cut_out_in_utf_16_and_listed_once() {
        let text_url = |offset, length, url: &str| Entity {
            url: Some(url.to_owned()),
            ..Entity::new(EntityKind::TextUrl, offset, length)
        };
        let text = "👨‍👩‍👧 example.org, here and example.org";
        let entities = [
            url(9, 11),
            text_url(22, 4, "https://rust-lang.org/"),
            url(31, 11),
            text_url(0, 1, ""),
        ];
        let links = Links::of(&entities, text).into_vec();
        assert_eq!(links, ["example.org", "https://rust-lang.org/"]);
    }

    #[test]
    fn links_without_end_are_a_bounded_list() {
        let text = "a".repeat(100_000);
        let long: Vec<Entity> = (0..5_000).map(|at| url(at, 100_000 - at)).collect();
        assert!(Links::of(&long, &text).into_vec().is_empty());
        let short: Vec<Entity> = (1..5_000).map(|length| url(0, length)).collect();
        assert_eq!(Links::of(&short, &text).into_vec().len(), MAX_LINKS);
    }
}

//! The way to ask Telegram: which method reads the fewest messages that hold all those wanted, and how else they
//! can be had.

use super::super::cursor::Cursor;
use super::super::filter::{ChatPart, Filter};
use super::super::window::Walk;
use super::part::Part;
use crate::telegram::convert::GENERAL_TOPIC;
use crate::telegram::peer::Peer;
use crate::telegram::{Search, SearchFilter, Source};

/// The sender to ask Telegram for, where it can be trusted to find all of theirs: in private chats it ignores
/// the sender, and who speaks as the chat itself is not searched for.
pub(super) fn sender_to_ask_for(senders: &[(i64, Option<Peer>)], chat: Peer) -> Option<Peer> {
    match senders {
        [(id, Some(peer))] if *id != chat.chat_id && chat.chat_id < 0 => Some(*peer),
        _ => None,
    }
}

/// The way to ask for the fewest messages that hold all those wanted.
///
/// A filter and a sender are never sent together, since Telegram fails on some such requests; the sender is then
/// looked for here. Types that Telegram has no filter for, several at once, and places, of which nobody says
/// whether venues are among them, are looked for here as well.
pub(super) fn choose(
    filter: &Filter,
    query: Option<String>,
    sender: Option<Peer>,
    part: &Part,
    walk: &Walk,
) -> Source {
    let kind = filter.search_filter();
    let is_comments = matches!(part.part, Some(ChatPart::Comments(_)));
    let narrows = kind != SearchFilter::Empty || sender.is_some();
    if query.is_some() || (narrows && !is_comments) {
        return Source::Search(Search {
            query: query.unwrap_or_default(),
            filter: kind,
            sender: sender.filter(|_| kind == SearchFilter::Empty),
            // Nobody says whether a search in General finds what says nothing of a topic.
            thread: part
                .thread
                .filter(|_| part.part != Some(ChatPart::Topic(GENERAL_TOPIC))),
            saved_dialog: part.dialog,
            min_date: walk.min_date(),
            max_date: walk.max_date(),
        });
    }
    everything(part.thread, part.dialog)
}

fn everything(thread: Option<i32>, dialog: Option<Peer>) -> Source {
    match (thread, dialog) {
        (Some(root), _) => Source::Thread(root),
        (None, Some(dialog)) => Source::SavedDialog(dialog),
        (None, None) => Source::History,
    }
}

impl Cursor {
    /// Reads more and picks here what is wanted, after Telegram has refused to; whether there is such a way.
    pub(in crate::history) fn fall_back(&mut self) -> bool {
        self.source = match (&self.source, self.filter.part) {
            (Source::Search(search), part) if search.query.is_empty() => match part {
                Some(ChatPart::Topic(topic)) => Source::Thread(topic),
                _ => everything(search.thread, search.saved_dialog),
            },
            // Every message of a forum says which topic it stands in.
            (Source::Thread(_), Some(ChatPart::Topic(_))) => Source::History,
            _ => return false,
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::history::window::{DateRange, Direction};

    const ADA: Peer = Peer {
        chat_id: 5,
        access_hash: 6,
    };

    fn chosen(filter: Value, query: Option<&str>, sender: Option<Peer>, part: &Part) -> Source {
        let mut filter = Filter::read(&serde_json::from_value(filter).unwrap()).unwrap();
        filter.part = part.part;
        let walk = Walk::new(Direction::Desc, DateRange::default());
        choose(&filter, query.map(str::to_owned), sender, part, &walk)
    }

    fn search(filter: SearchFilter) -> Search {
        Search {
            filter,
            ..Search::default()
        }
    }

    #[test]
    fn telegram_is_asked_for_what_it_can_be_trusted_to_find() {
        let photos = || json!({ "media_types": ["photo"] });
        let whole = || Part::default();
        let topic = || Part::topic(7);
        let general = || Part::topic(GENERAL_TOPIC);
        let comments = || Part {
            part: Some(ChatPart::Comments(9)),
            thread: Some(9),
            ..Part::default()
        };
        let table = [
            (json!({}), None, None, whole(), Source::History),
            (
                photos(),
                None,
                None,
                whole(),
                Source::Search(search(SearchFilter::Photos)),
            ),
            (
                json!({ "has_media": true }),
                None,
                None,
                whole(),
                Source::History,
            ),
            (
                json!({ "media_types": ["location"] }),
                None,
                None,
                whole(),
                Source::History,
            ),
            (
                json!({}),
                None,
                Some(ADA),
                whole(),
                Source::Search(Search {
                    sender: Some(ADA),
                    ..Search::default()
                }),
            ),
            // A filter and a sender are never sent together.
            (
                photos(),
                None,
                Some(ADA),
                whole(),
                Source::Search(search(SearchFilter::Photos)),
            ),
            (json!({}), None, None, topic(), Source::Thread(7)),
            (
                photos(),
                None,
                None,
                topic(),
                Source::Search(Search {
                    thread: Some(7),
                    ..search(SearchFilter::Photos)
                }),
            ),
            (
                photos(),
                None,
                None,
                general(),
                Source::Search(search(SearchFilter::Photos)),
            ),
            (
                json!({}),
                None,
                None,
                general(),
                Source::Thread(GENERAL_TOPIC),
            ),
            (photos(), None, Some(ADA), comments(), Source::Thread(9)),
            (
                json!({ "pinned_only": true }),
                Some("rain"),
                None,
                whole(),
                Source::Search(Search {
                    query: "rain".to_owned(),
                    ..search(SearchFilter::Pinned)
                }),
            ),
        ];
        for (filter, query, sender, part, source) in table {
            let context = format!("{filter} {query:?} {sender:?} {:?}", part.part);
            assert_eq!(chosen(filter, query, sender, &part), source, "{context}");
        }
    }

    #[test]
    fn nobody_is_searched_for_where_telegram_would_not_look() {
        let group = Peer::group(-77);
        let named = [(5, Some(ADA))];
        assert_eq!(sender_to_ask_for(&named, group), Some(ADA));
        // In a private chat, by an id that was never met, as the chat itself, and one of several.
        assert_eq!(sender_to_ask_for(&named, ADA), None);
        assert_eq!(sender_to_ask_for(&[(5, None)], group), None);
        assert_eq!(sender_to_ask_for(&[(-77, Some(group))], group), None);
        assert_eq!(sender_to_ask_for(&[(5, Some(ADA)), (6, None)], group), None);
    }
}

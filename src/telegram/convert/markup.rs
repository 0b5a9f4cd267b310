//! What hangs below a message: buttons and reactions.

use grammers_tl_types as tl;
use tl::enums::{ButtonType, InlineButtonType};

use crate::model::{Button, LongId, PeerRef, Reaction};

use super::peers::{Peers, marked_id};

/// The buttons, row after row.
pub(super) fn buttons(markup: &tl::enums::ReplyMarkup) -> Vec<Button> {
    use tl::enums::ReplyMarkup;
    match markup {
        ReplyMarkup::ReplyInlineMarkup(markup) => markup.rows.iter().flat_map(inline_row).collect(),
        ReplyMarkup::ReplyKeyboardMarkup(markup) => {
            markup.rows.iter().flat_map(keyboard_row).collect()
        }
        ReplyMarkup::ReplyKeyboardHide(_) | ReplyMarkup::ReplyKeyboardForceReply(_) => Vec::new(),
    }
}

fn inline_row(row: &tl::enums::KeyboardInlineButtonRow) -> impl Iterator<Item = Button> {
    let tl::enums::KeyboardInlineButtonRow::Row(row) = row;
    row.buttons.iter().map(|button| {
        let tl::enums::KeyboardInlineButton::Button(button) = button;
        Button {
            text: button.text.clone(),
            url: inline_url(&button.r#type),
        }
    })
}

fn keyboard_row(row: &tl::enums::KeyboardButtonRow) -> impl Iterator<Item = Button> {
    let tl::enums::KeyboardButtonRow::Row(row) = row;
    row.buttons.iter().map(|button| {
        let tl::enums::KeyboardButton::Button(button) = button;
        let url = match &button.r#type {
            ButtonType::SimpleWebView(view) => Some(view.url.clone()),
            _ => None,
        };
        Button {
            text: button.text.clone(),
            url,
        }
    })
}

fn inline_url(kind: &InlineButtonType) -> Option<String> {
    match kind {
        InlineButtonType::Url(it) => Some(it.url.clone()),
        InlineButtonType::UrlAuth(it) => Some(it.url.clone()),
        InlineButtonType::InputInlineButtonTypeUrlAuth(it) => Some(it.url.clone()),
        InlineButtonType::WebView(it) => Some(it.url.clone()),
        _ => None,
    }
}

/// The reactions; those without a kind are left out, Telegram does not show them either.
pub(super) fn reactions(reactions: &tl::enums::MessageReactions, peers: &Peers) -> Vec<Reaction> {
    let tl::enums::MessageReactions::Reactions(reactions) = reactions;
    let with_givers = |count: &tl::enums::ReactionCount| {
        let tl::enums::ReactionCount::Count(count) = count;
        Some(Reaction {
            by: givers(&count.reaction, reactions, peers),
            ..reaction(count)?
        })
    };
    reactions.results.iter().filter_map(with_givers).collect()
}

/// No more than so many are looked at; Telegram names a few.
const MAX_GIVERS: usize = 100;

/// Who gave a reaction, as far as Telegram says. Those who pay without showing it are not named.
fn givers(
    reaction: &tl::enums::Reaction,
    reactions: &tl::types::MessageReactions,
    peers: &Peers,
) -> Vec<PeerRef> {
    let recent = reactions.recent_reactions.iter().flatten().take(MAX_GIVERS);
    let recent = recent.filter_map(|recent| {
        let tl::enums::MessagePeerReaction::Reaction(recent) = recent;
        (recent.reaction == *reaction).then_some(&recent.peer_id)
    });
    let paid = *reaction == tl::enums::Reaction::Paid;
    let top = reactions.top_reactors.iter().flatten().take(MAX_GIVERS);
    let top = top.filter(|_| paid);
    let top = top.filter_map(|top| {
        let tl::enums::MessageReactor::Reactor(top) = top;
        top.peer_id.as_ref().filter(|_| !top.anonymous)
    });
    recent
        .chain(top)
        .map(|peer| peers.reference(marked_id(peer)))
        .collect()
}

fn reaction(count: &tl::types::ReactionCount) -> Option<Reaction> {
    let mut reaction = Reaction {
        emoji: None,
        custom_emoji_id: None,
        paid: false,
        count: count.count,
        chosen: count.chosen_order.is_some(),
        by: Vec::new(),
    };
    match &count.reaction {
        tl::enums::Reaction::Empty => return None,
        tl::enums::Reaction::Emoji(emoji) => reaction.emoji = Some(emoji.emoticon.clone()),
        tl::enums::Reaction::CustomEmoji(emoji) => {
            reaction.custom_emoji_id = Some(LongId(emoji.document_id));
        }
        tl::enums::Reaction::Paid => reaction.paid = true,
    }
    Some(reaction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(text: &str, kind: InlineButtonType) -> tl::enums::KeyboardInlineButton {
        tl::types::KeyboardInlineButton {
            style: None,
            text: text.to_owned(),
            r#type: kind,
        }
        .into()
    }

    #[test]
    fn buttons_of_all_rows_are_one_list() {
        let row = |button| {
            tl::types::KeyboardInlineButtonRow {
                buttons: vec![button],
            }
            .into()
        };
        let site = tl::types::InlineButtonTypeUrl {
            url: "https://example.org".to_owned(),
        };
        let markup = tl::types::ReplyInlineMarkup {
            force_reply: false,
            rows: vec![
                row(inline("Site", site.into())),
                row(inline("Play", InlineButtonType::Game)),
            ],
        };
        let json = serde_json::to_value(buttons(&markup.into())).unwrap();
        assert_eq!(
            json,
            serde_json::json!([{ "text": "Site", "url": "https://example.org" }, { "text": "Play" }])
        );
    }

    #[test]
    fn each_kind_of_reaction_is_counted() {
        let count = |reaction, chosen_order| {
            tl::types::ReactionCount {
                chosen_order,
                reaction,
                count: 2,
            }
            .into()
        };
        let heart = tl::types::ReactionEmoji {
            emoticon: "❤".to_owned(),
        };
        let custom = tl::types::ReactionCustomEmoji { document_id: 7 };
        let raw = tl::types::MessageReactions {
            min: false,
            can_see_list: false,
            reactions_as_tags: false,
            results: vec![
                count(heart.into(), Some(0)),
                count(custom.into(), None),
                count(tl::enums::Reaction::Paid, None),
                count(tl::enums::Reaction::Empty, None),
            ],
            recent_reactions: None,
            top_reactors: None,
        };
        let json = serde_json::to_value(reactions(&raw.into(), &Peers::default())).unwrap();
        assert_eq!(
            json,
            serde_json::json!([
                { "emoji": "❤", "count": 2, "chosen": true },
                { "custom_emoji_id": "7", "count": 2 },
                { "paid": true, "count": 2 },
            ])
        );
    }
}

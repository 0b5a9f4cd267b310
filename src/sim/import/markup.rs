//! What hangs below a message: reactions and the buttons of a bot.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use grammers_tl_types as tl;
use serde_json::Value;

use super::fields::{Fields, Taken};
use super::message::Context;
use super::{peers, text};

/// Takes the reactions; `zone` is what local times are ahead of UTC, in seconds.
pub(super) fn take_reactions(
    context: &mut Context<'_>,
    fields: &mut Fields,
    zone: i64,
) -> Taken<Option<tl::enums::MessageReactions>> {
    let mut results = Vec::new();
    let mut recent_reactions = Vec::new();
    for mut entry in fields.objects("reactions")? {
        let reaction = take_reaction(&mut entry)?;
        results.push(
            tl::types::ReactionCount {
                chosen_order: None,
                reaction: reaction.clone(),
                count: entry.count("count")?,
            }
            .into(),
        );
        for mut recent in entry.objects("recent")? {
            if let Some(peer_id) = context.peer(&mut recent, "from")? {
                let date = super::message::take_local(&mut recent, "date", zone)?.unwrap_or(0);
                recent_reactions.push(reacted(context, peer_id, date, reaction.clone()));
            }
        }
    }
    if results.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        tl::types::MessageReactions {
            min: false,
            can_see_list: !recent_reactions.is_empty(),
            reactions_as_tags: false,
            results,
            recent_reactions: Some(recent_reactions).filter(|recent| !recent.is_empty()),
            top_reactors: None,
        }
        .into(),
    ))
}

fn reacted(
    context: &Context<'_>,
    peer_id: tl::enums::Peer,
    date: i32,
    reaction: tl::enums::Reaction,
) -> tl::enums::MessagePeerReaction {
    tl::types::MessagePeerReaction {
        big: false,
        unread: false,
        my: crate::sim::world::marked(&peer_id) == context.world.me,
        peer_id,
        date,
        reaction,
    }
    .into()
}

/// One reaction; the first versions wrote no `type`.
fn take_reaction(entry: &mut Fields) -> Taken<tl::enums::Reaction> {
    let kind = entry.string("type")?;
    let emoji = entry.string("emoji")?;
    let document = entry.string("document_id")?;
    Ok(match (kind.as_deref(), emoji, document) {
        (Some("paid"), ..) => tl::enums::Reaction::Paid,
        (_, Some(emoticon), _) => tl::types::ReactionEmoji { emoticon }.into(),
        (_, None, Some(document)) => tl::types::ReactionCustomEmoji {
            document_id: text::document_id(&document),
        }
        .into(),
        (_, None, None) => tl::enums::Reaction::Empty,
    })
}

/// Takes the buttons under a message of a bot.
pub(super) fn take_buttons(fields: &mut Fields) -> Taken<Option<tl::enums::ReplyMarkup>> {
    const NAME: &str = "inline_bot_buttons";
    let mut rows = Vec::new();
    for row in fields.list(NAME)? {
        let Value::Array(row) = row else {
            return Err(fields.refuse(NAME, &row, "a list of lists of buttons"));
        };
        let mut buttons = Vec::new();
        for button in row {
            let mut button = fields.inner(NAME, button)?;
            buttons.push(
                tl::types::KeyboardInlineButton {
                    style: None,
                    text: button.string("text")?.unwrap_or_default(),
                    r#type: take_button_type(&mut button)?,
                }
                .into(),
            );
        }
        rows.push(tl::types::KeyboardInlineButtonRow { buttons }.into());
    }
    Ok((!rows.is_empty()).then(|| {
        tl::types::ReplyInlineMarkup {
            force_reply: false,
            rows,
        }
        .into()
    }))
}

fn take_button_type(button: &mut Fields) -> Taken<tl::enums::InlineButtonType> {
    use tl::types as t;
    let kind = button.string("type")?.unwrap_or_default();
    let encoded = button.string("dataBase64")?;
    let data = button.string("data")?.unwrap_or_default();
    Ok(match kind.as_str() {
        "url" => t::InlineButtonTypeUrl { url: data }.into(),
        "auth" => t::InlineButtonTypeUrlAuth {
            fwd_text: button.string("forward_text")?,
            url: data,
            button_id: button.count("button_id")?,
        }
        .into(),
        "callback" | "callback_with_password" => t::InlineButtonTypeCallback {
            requires_password: kind == "callback_with_password",
            data: encoded.map_or_else(|| data.into_bytes(), |encoded| decode(&encoded)),
        }
        .into(),
        "web_view" | "simple_web_view" => t::InlineButtonTypeWebView { url: data }.into(),
        "switch_inline" | "switch_inline_same" => t::InlineButtonTypeSwitchInline {
            same_peer: kind == "switch_inline_same",
            query: data,
            peer_types: None,
        }
        .into(),
        "user_profile" => t::InlineButtonTypeUserProfile {
            user_id: data.parse().unwrap_or(0),
        }
        .into(),
        "copy_text" => t::InlineButtonTypeCopy { copy_text: data }.into(),
        "game" => tl::enums::InlineButtonType::Game,
        "buy" => tl::enums::InlineButtonType::Buy,
        _ => tl::enums::InlineButtonType::Disabled,
    })
}

fn decode(encoded: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(encoded)
        .or_else(|_| URL_SAFE.decode(encoded))
        .unwrap_or_else(|_| encoded.as_bytes().to_vec())
}

/// Takes the header of a forwarded message. An export has neither the id of the source nor the time it was
/// sent there: the name stands alone, and the time is that of the message.
pub(super) fn take_forward(
    context: &mut Context<'_>,
    fields: &mut Fields,
    date: i32,
) -> Taken<Option<tl::enums::MessageFwdHeader>> {
    let mentioned = fields.mentions("forwarded_from") || fields.mentions("saved_from");
    if !mentioned && !fields.mentions("forwarded_from_id") {
        return Ok(None);
    }
    let from_id = peers::take_id(fields, "forwarded_from_id")?;
    let name = fields.string("forwarded_from")?;
    if let Some(id) = from_id {
        peers::meet(context.world, id, name.as_deref());
    }
    let saved_from_name = fields.string("saved_from")?;
    let from_name = name.unwrap_or_else(|| peers::DELETED.to_owned());
    Ok(Some(
        tl::types::MessageFwdHeader {
            from_id: from_id.map(crate::sim::world::peer),
            from_name: from_id.is_none().then_some(from_name),
            saved_from_name,
            ..crate::sim::blank::forward(date)
        }
        .into(),
    ))
}

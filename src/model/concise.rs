//! Less of a record: what one needs to read a conversation. Who, when, what, in reply to what, how it was received.

use super::{
    Action, Entity, EntityKind, Forward, Media, MediaKind, Message, PeerRef, ReplyTo, Sender,
    WebPage,
};

/// How many people an action names; of the others it tells how many they are.
const NAMED: usize = 10;

/// Up to how many UTF-16 units of a text stand in an entity once more; more can be found by their offset.
const MOST_COVERED: u32 = 200;

impl Message {
    /// The same without what a reader of the conversation does not miss: technical details, formatting that changes
    /// no meaning, ids beside names, and what the text itself or another field says too.
    #[must_use]
    pub fn concise(mut self) -> Self {
        self.entities.retain(changes_meaning);
        let text = &self.text;
        for entity in &mut self.entities {
            entity.text = (entity.length <= MOST_COVERED)
                .then(|| entity.covered(text).map(str::to_owned))
                .flatten();
        }
        self.links.retain(|link| !text.contains(link.as_str()));
        if let Some(media) = &mut self.media {
            media.trim(&self.text);
        }
        let is_chat = |id: i64| id == self.chat_id;
        if let Some(sender) = &mut self.sender {
            let is_known = self.outgoing || is_chat(sender.id);
            sender.trim(is_known);
            let is_note = |peer: &mut PeerRef| peer.id == sender.id;
            self.saved_peer.take_if(is_note);
        }
        if let Some(forward) = &mut self.forward {
            let signed = |name: &mut String| forward.author_signature.as_ref() == Some(name);
            self.author_signature.take_if(signed);
            forward.trim();
        }
        if let Some(reply_to) = &mut self.reply_to {
            reply_to.trim();
        }
        if let Some(action) = &mut self.action {
            action.trim();
        }
        for reaction in &mut self.reactions {
            reaction.custom_emoji_id = None;
            reaction.by.clear();
        }
        self.saved_peer.iter_mut().for_each(PeerRef::trim);
        self.called_by.iter_mut().for_each(PeerRef::trim);
        self.comments_chat_id = None;
        self.paid_stars = None;
        self.effect_id = None;
        self.silent = false;
        self.scheduled = false;
        self
    }
}

/// Whether a text reads differently with it: struck out, hidden, quoted, or changed.
fn changes_meaning(entity: &Entity) -> bool {
    matches!(
        entity.kind,
        EntityKind::Strike
            | EntityKind::Spoiler
            | EntityKind::Blockquote
            | EntityKind::DiffInsert
            | EntityKind::DiffReplace
            | EntityKind::DiffDelete
    )
}

impl Sender {
    /// The name stays, and the username too: others are called by it. Not where it is the chat's or the account's own.
    fn trim(&mut self, is_known: bool) {
        if is_known {
            self.username = None;
        }
        self.boosts = None;
    }
}

impl PeerRef {
    fn trim(&mut self) {
        if self.name.is_some() {
            self.username = None;
        }
    }
}

impl Forward {
    fn trim(&mut self) {
        if self.from_name.is_some() {
            self.from_id = None;
            self.message_id = None;
        }
        self.saved_from = None;
    }
}

impl ReplyTo {
    fn trim(&mut self) {
        if let Some(origin) = &mut self.origin {
            origin.trim();
        }
    }
}

impl Media {
    fn trim(&mut self, text: &str) {
        self.mime_type = None;
        self.width = None;
        self.height = None;
        if self.kind != MediaKind::Document {
            self.size_bytes = None;
        }
        if matches!(self.kind, MediaKind::Sticker | MediaKind::Animation) {
            self.file_name = None;
        }
        self.live_photo = false;
        if let Some(page) = &mut self.web_page {
            page.trim(text);
        }
        if let Some(poll) = &mut self.poll {
            poll.public = false;
            for option in &mut poll.options {
                option.by.clear();
                option.added_by = None;
            }
        }
        if let Some(location) = &mut self.location {
            location.accuracy_meters = None;
        }
        if let Some(invoice) = &mut self.invoice {
            invoice.receipt_message_id = None;
        }
        if let Some(giveaway) = &mut self.giveaway {
            giveaway.channels.iter_mut().for_each(PeerRef::trim);
            giveaway.winners.clear();
            giveaway.countries.clear();
            giveaway.launch_message_id = None;
        }
        for item in self.todo.iter_mut().flat_map(|todo| &mut todo.items) {
            item.done_by.iter_mut().for_each(PeerRef::trim);
            item.done_at = None;
        }
    }
}

impl WebPage {
    fn trim(&mut self, text: &str) {
        if text.contains(&self.url) {
            self.url.clear();
        }
        let is_said = |words: &mut String| text.contains(words.as_str());
        self.title.take_if(is_said);
        self.description.take_if(is_said);
        self.site_name = None;
        self.page_type = None;
    }
}

impl Action {
    fn trim(&mut self) {
        match self {
            Self::ChatCreate { users, more, .. }
            | Self::ChatAddUser { users, more }
            | Self::InviteToGroupCall { users, more } => {
                *more += users.len().saturating_sub(NAMED);
                users.truncate(NAMED);
                users.iter_mut().for_each(PeerRef::trim);
            }
            Self::ChatDeleteUser { user: peer }
            | Self::ChatJoinedByLink { inviter: peer }
            | Self::NewCreatorPending { user: peer }
            | Self::ChangeCreator { user: peer } => peer.trim(),
            Self::GeoProximityReached { from, to, .. } => {
                from.trim();
                to.trim();
            }
            Self::RequestedPeer { peers } | Self::ConferenceCall { others: peers, .. } => {
                peers.iter_mut().for_each(PeerRef::trim);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::model::samples;

    use super::*;

    #[test]
    fn a_concise_message_tells_who_what_when_and_how_it_was_received() {
        let concise = serde_json::to_value(samples::message().concise()).unwrap();
        insta::assert_json_snapshot!(concise);
        for always in ["id", "chat_id", "date", "type", "text", "link"] {
            assert_ne!(concise[always], Value::Null, "{always}");
        }
        for always in ["id", "kind", "name"] {
            assert_ne!(concise["sender"][always], Value::Null, "sender.{always}");
        }
    }

    #[test]
    fn what_the_text_says_is_not_said_again() {
        let mut message = samples::message();
        message.text = "A page: https://example.org/page".to_owned();
        message.links = vec![
            "https://example.org/page".to_owned(),
            "https://example.org/hidden".to_owned(),
        ];
        let concise = message.concise();
        assert_eq!(concise.links, ["https://example.org/hidden"]);
        let page = concise.media.unwrap().web_page.unwrap();
        assert_eq!(
            serde_json::to_value(page).unwrap(),
            json!({ "description": "About it", "author": "An author" })
        );
    }

    #[test]
    fn a_long_list_of_people_becomes_ten_and_a_number() {
        let PeerRef { id, .. } = samples::peer();
        let action = Action::ChatAddUser {
            users: vec![samples::peer(); 25],
            more: 0,
        };
        let message = Message {
            action: Some(action.into()),
            ..samples::message()
        };
        let once = message.concise();
        assert_eq!(once.clone().concise(), once);
        let action = serde_json::to_value(once.action).unwrap();
        assert_eq!(action["more"], 15);
        assert_eq!(action["users"].as_array().unwrap().len(), 10);
        assert_eq!(action["users"][0], json!({ "id": id, "name": "Gif Bot" }));
    }
}

//! Reaching every string of a record that a stranger can have written.
//!
//! What is not visited is ours or Telegram's: ids, dates, kinds, TL names, and links that hold nothing but ids.

mod action;
mod media;

use super::{Chat, Forward, Message, PeerRef};

/// What kind of text a string holds, so that masking can treat kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// Prose: poll options, button captions, descriptions, addresses.
    Text,
    /// The name of a person as a sender, forwarder or member.
    Name,
    /// The same, of somebody in the account's contacts.
    ContactName,
    /// A username, without `@`.
    Username,
    /// The title of a chat, wherever it is named, or of a topic, web page, track, game or list.
    Title,
    /// An address of a page.
    Url,
    /// A link to the record itself: ids, and a username where there is one.
    Link,
    /// A file's name.
    FileName,
    /// The passage of another message that a reply quotes.
    Quote,
    /// A phone number, as Telegram gives it for a shared contact.
    Phone,
    /// What is short and technical: emoji, MIME types, languages, currencies.
    Other,
}

/// What is called with every string of a record; it may change them in place.
pub type TextVisitor<'a> = dyn FnMut(TextKind, &mut String) + 'a;

impl Message {
    /// Visits every string that a stranger controls, except `text`: entity offsets belong to that one,
    /// so whoever changes it changes both, and does so by name.
    pub fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        if let Some(sender) = &mut self.sender {
            visit(
                name_kind(Some(sender.id), sender.is_contact),
                &mut sender.name,
            );
            each(&mut sender.username, TextKind::Username, visit);
            each(&mut sender.rank, TextKind::Title, visit);
        }
        each(&mut self.links, TextKind::Url, visit);
        for entity in &mut self.entities {
            each(&mut entity.url, TextKind::Url, visit);
            each(&mut entity.language, TextKind::Other, visit);
            each(&mut entity.old_text, TextKind::Text, visit);
            each(&mut entity.text, TextKind::Text, visit);
        }
        if let Some(reply_to) = &mut self.reply_to {
            each(&mut reply_to.quote, TextKind::Quote, visit);
            if let Some(origin) = &mut reply_to.origin {
                origin.visit_text(visit);
            }
        }
        if let Some(forward) = &mut self.forward {
            forward.visit_text(visit);
        }
        if let Some(media) = &mut self.media {
            media.visit_text(visit);
        }
        for reaction in &mut self.reactions {
            each(&mut reaction.emoji, TextKind::Other, visit);
            all(&mut reaction.by, visit);
        }
        all(&mut self.saved_peer, visit);
        all(&mut self.via_bot, visit);
        all(&mut self.via_business_bot, visit);
        all(&mut self.called_by, visit);
        each(&mut self.author_signature, TextKind::Name, visit);
        for button in &mut self.buttons {
            visit(TextKind::Text, &mut button.text);
            each(&mut button.url, TextKind::Url, visit);
        }
        if let Some(action) = &mut self.action {
            action.visit_text(visit);
        }
        if let Some(check) = &mut self.fact_check {
            visit(TextKind::Text, &mut check.text);
            each(&mut check.country, TextKind::Other, visit);
        }
        for restriction in &mut self.restrictions {
            visit(TextKind::Other, &mut restriction.platform);
            visit(TextKind::Other, &mut restriction.reason);
            visit(TextKind::Text, &mut restriction.text);
        }
        if let Some(price) = self
            .suggested_post
            .as_mut()
            .and_then(|it| it.price.as_mut())
        {
            visit(TextKind::Other, &mut price.currency);
        }
        visit(TextKind::Link, &mut self.link);
    }
}

impl Forward {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        let kind = name_kind(self.from_id, self.is_contact);
        each(&mut self.from_name, kind, visit);
        each(&mut self.author_signature, TextKind::Name, visit);
        each(&mut self.announcement, TextKind::Other, visit);
        if let Some(saved) = &mut self.saved_from {
            let kind = name_kind(saved.sender_id, saved.is_contact);
            each(&mut saved.sender_name, kind, visit);
        }
    }
}

impl Chat {
    /// Visits every string that a stranger controls.
    pub fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        let title = match self.is_contact {
            true => TextKind::ContactName,
            false if self.kind.is_private() => TextKind::Name,
            false => TextKind::Title,
        };
        visit(title, &mut self.title);
        each(&mut self.username, TextKind::Username, visit);
        each(&mut self.description, TextKind::Text, visit);
        for topic in &mut self.topics {
            visit(TextKind::Title, &mut topic.title);
        }
        each(&mut self.link, TextKind::Link, visit);
    }
}

impl PeerRef {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        let kind = name_kind(Some(self.id), self.is_contact);
        each(&mut self.name, kind, visit);
        each(&mut self.username, TextKind::Username, visit);
    }
}

/// The kind of a name: of a person, or of a group or a channel, whose marked id is negative.
fn name_kind(id: Option<i64>, is_contact: bool) -> TextKind {
    match id {
        Some(..0) => TextKind::Title,
        _ if is_contact => TextKind::ContactName,
        _ => TextKind::Name,
    }
}

fn all<'a>(peers: impl IntoIterator<Item = &'a mut PeerRef>, visit: &mut TextVisitor<'_>) {
    for peer in peers {
        peer.visit_text(visit);
    }
}

fn each<'a>(
    texts: impl IntoIterator<Item = &'a mut String>,
    kind: TextKind,
    visit: &mut TextVisitor<'_>,
) {
    for text in texts {
        visit(kind, text);
    }
}

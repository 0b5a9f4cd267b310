//! Reaching every string of a record that a stranger can have written.
//!
//! What is not visited is ours or Telegram's: ids, dates, kinds, TL names, and links that hold nothing but ids.

use super::{Action, Chat, Forward, Media, Message, PeerRef, Poll, Todo};

/// What kind of text a string holds, so that masking can treat kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// Prose: poll options, button captions, descriptions, addresses.
    Text,
    /// The name of a person, group or channel as a sender, forwarder or member.
    Name,
    /// The same, of somebody in the account's contacts.
    ContactName,
    /// A username, without `@`.
    Username,
    /// The title of a chat, topic, web page, track, game or list.
    Title,
    /// An address of a page, or a `t.me` link that may hold a username.
    Url,
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
            visit(name_kind(sender.is_contact), &mut sender.name);
            each(&mut sender.username, TextKind::Username, visit);
            each(&mut sender.rank, TextKind::Title, visit);
        }
        each(&mut self.links, TextKind::Url, visit);
        for entity in &mut self.entities {
            each(&mut entity.url, TextKind::Url, visit);
            each(&mut entity.language, TextKind::Other, visit);
            each(&mut entity.old_text, TextKind::Text, visit);
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
        visit(TextKind::Url, &mut self.link);
    }
}

impl Forward {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        each(&mut self.from_name, name_kind(self.is_contact), visit);
        each(&mut self.author_signature, TextKind::Name, visit);
        each(&mut self.announcement, TextKind::Other, visit);
        if let Some(saved) = &mut self.saved_from {
            each(&mut saved.sender_name, name_kind(saved.is_contact), visit);
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
        each(&mut self.link, TextKind::Url, visit);
    }
}

impl PeerRef {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        each(&mut self.name, name_kind(self.is_contact), visit);
        each(&mut self.username, TextKind::Username, visit);
    }
}

impl Media {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        each(&mut self.file_name, TextKind::FileName, visit);
        each(&mut self.mime_type, TextKind::Other, visit);
        each(&mut self.title, TextKind::Title, visit);
        each(&mut self.performer, TextKind::Title, visit);
        each(&mut self.description, TextKind::Text, visit);
        each(&mut self.emoji, TextKind::Other, visit);
        if let Some(page) = &mut self.web_page {
            visit(TextKind::Url, &mut page.url);
            each(&mut page.title, TextKind::Title, visit);
            each(&mut page.site_name, TextKind::Title, visit);
            each(&mut page.description, TextKind::Text, visit);
        }
        if let Some(poll) = &mut self.poll {
            poll.visit_text(visit);
        }
        if let Some(location) = &mut self.location {
            each(&mut location.title, TextKind::Title, visit);
            each(&mut location.address, TextKind::Text, visit);
        }
        if let Some(contact) = &mut self.contact {
            visit(TextKind::ContactName, &mut contact.first_name);
            each(&mut contact.last_name, TextKind::ContactName, visit);
            visit(TextKind::Phone, &mut contact.phone_number);
        }
        if let Some(dice) = &mut self.dice {
            visit(TextKind::Other, &mut dice.emoji);
        }
        if let Some(story) = &mut self.story {
            each(&mut story.caption, TextKind::Text, visit);
        }
        if let Some(invoice) = &mut self.invoice {
            visit(TextKind::Other, &mut invoice.currency);
        }
        if let Some(giveaway) = &mut self.giveaway {
            each(&mut giveaway.prize, TextKind::Text, visit);
        }
        if let Some(todo) = &mut self.todo {
            todo.visit_text(visit);
        }
    }
}

impl Poll {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        visit(TextKind::Text, &mut self.question);
        for option in &mut self.options {
            visit(TextKind::Text, &mut option.text);
        }
        each(&mut self.explanation, TextKind::Text, visit);
    }
}

impl Todo {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        for item in &mut self.items {
            visit(TextKind::Text, &mut item.text);
        }
    }
}

impl Action {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        match self {
            Self::ChatCreate { title, users } => {
                visit(TextKind::Title, title);
                all(users, visit);
            }
            Self::ChatEditTitle { title }
            | Self::ChannelCreate { title }
            | Self::TopicCreate { title }
            | Self::ChannelMigrateFrom { title, .. } => visit(TextKind::Title, title),
            Self::TopicEdit { title, .. } => each(title, TextKind::Title, visit),
            Self::ChatAddUser { users } | Self::InviteToGroupCall { users } => {
                all(users, visit);
            }
            Self::ChatDeleteUser { user: peer }
            | Self::ChatJoinedByLink { inviter: peer }
            | Self::ChangeCreator { user: peer } => peer.visit_text(visit),
            Self::GeoProximityReached { from, to, .. } => {
                from.visit_text(visit);
                to.visit_text(visit);
            }
            Self::Custom { text } | Self::WebViewDataSent { text } => visit(TextKind::Text, text),
            Self::BotAllowed { domain, app } => {
                each(domain, TextKind::Url, visit);
                each(app, TextKind::Title, visit);
            }
            Self::SetChatTheme { emoji } => each(emoji, TextKind::Other, visit),
            Self::GiftPremium { currency, text, .. } => {
                visit(TextKind::Other, currency);
                each(text, TextKind::Text, visit);
            }
            Self::GiftCode { text, .. } | Self::StarGift { text, .. } => {
                each(text, TextKind::Text, visit);
            }
            Self::PaymentSent { currency, .. } => visit(TextKind::Other, currency),
            Self::TodoAppendTasks { items } => {
                for item in items {
                    visit(TextKind::Text, &mut item.text);
                }
            }
            Self::ChatEditPhoto
            | Self::ChatDeletePhoto
            | Self::ChatJoinedByRequest
            | Self::ChatMigrateTo { .. }
            | Self::PinMessage { .. }
            | Self::HistoryClear
            | Self::PhoneCall { .. }
            | Self::ConferenceCall { .. }
            | Self::ScreenshotTaken
            | Self::SetMessagesTtl { .. }
            | Self::GroupCall { .. }
            | Self::GroupCallScheduled { .. }
            | Self::GameScore { .. }
            | Self::ContactSignUp
            | Self::SetChatWallPaper
            | Self::SuggestProfilePhoto
            | Self::GiftStars { .. }
            | Self::BoostApply { .. }
            | Self::GiveawayLaunch { .. }
            | Self::GiveawayResults { .. }
            | Self::TodoCompletions { .. }
            | Self::NoForwardsToggle { .. }
            | Self::Other { .. } => {}
        }
    }
}

fn name_kind(is_contact: bool) -> TextKind {
    match is_contact {
        true => TextKind::ContactName,
        false => TextKind::Name,
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

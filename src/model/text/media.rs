//! The texts of what is attached to a message.

use crate::model::{Media, Poll, TodoItem};

use super::{TextKind, TextVisitor, all, each, name_kind};

impl Media {
    pub(super) fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
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
            each(&mut page.author, TextKind::Name, visit);
            each(&mut page.page_type, TextKind::Other, visit);
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
            let kind = name_kind(Some(story.chat_id), story.is_contact);
            each(&mut story.chat_name, kind, visit);
            each(&mut story.caption, TextKind::Text, visit);
        }
        if let Some(invoice) = &mut self.invoice {
            visit(TextKind::Other, &mut invoice.currency);
        }
        if let Some(giveaway) = &mut self.giveaway {
            each(&mut giveaway.prize, TextKind::Text, visit);
            all(&mut giveaway.channels, visit);
            all(&mut giveaway.winners, visit);
            each(&mut giveaway.countries, TextKind::Other, visit);
        }
        if let Some(todo) = &mut self.todo {
            todo.items
                .iter_mut()
                .for_each(|item| item.visit_text(visit));
        }
    }
}

impl Poll {
    fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        visit(TextKind::Text, &mut self.question);
        for option in &mut self.options {
            visit(TextKind::Text, &mut option.text);
            all(&mut option.by, visit);
            all(&mut option.added_by, visit);
        }
        each(&mut self.explanation, TextKind::Text, visit);
    }
}

impl TodoItem {
    pub(super) fn visit_text(&mut self, visit: &mut TextVisitor<'_>) {
        visit(TextKind::Text, &mut self.text);
        all(&mut self.done_by, visit);
    }
}

//! The words of a rich message: its blocks as plain lines.
//!
//! Rich messages came with layer 229; their `message` is empty. Photos and files in them are not listed.

use grammers_tl_types as tl;
use tl::enums::{PageBlock, PageCaption, PageListItem, PageListOrderedItem, RichText};

use crate::model::Links;

/// Nesting beyond this is cut, and said to be.
const MAX_DEPTH: usize = 64;

/// The words of a rich message.
#[derive(Default)]
pub(super) struct Rich {
    pub(super) text: String,
    pub(super) links: Links,
    /// Telegram gave only a part, or it was nested too deeply to be read.
    pub(super) incomplete: bool,
}

pub(super) fn text(message: &tl::enums::RichMessage) -> Rich {
    let tl::enums::RichMessage::Message(message) = message;
    let mut rich = Rich {
        incomplete: message.part,
        ..Rich::default()
    };
    rich.blocks(&message.blocks, 0);
    rich.text.truncate(rich.text.trim_end().len());
    rich
}

impl Rich {
    fn blocks(&mut self, blocks: &[PageBlock], depth: usize) {
        if depth > MAX_DEPTH {
            self.incomplete = true;
            return;
        }
        for block in blocks {
            self.block(block, depth + 1);
        }
    }

    fn block(&mut self, block: &PageBlock, depth: usize) {
        if depth > MAX_DEPTH {
            self.incomplete = true;
            return;
        }
        match block {
            PageBlock::Title(it) => self.line(&it.text),
            PageBlock::Subtitle(it) => self.line(&it.text),
            PageBlock::AuthorDate(it) => self.line(&it.author),
            PageBlock::Header(it) => self.line(&it.text),
            PageBlock::Subheader(it) => self.line(&it.text),
            PageBlock::Paragraph(it) => self.line(&it.text),
            PageBlock::Preformatted(it) => self.line(&it.text),
            PageBlock::Footer(it) => self.line(&it.text),
            PageBlock::Kicker(it) => self.line(&it.text),
            PageBlock::Heading1(it) => self.line(&it.text),
            PageBlock::Heading2(it) => self.line(&it.text),
            PageBlock::Heading3(it) => self.line(&it.text),
            PageBlock::Heading4(it) => self.line(&it.text),
            PageBlock::Heading5(it) => self.line(&it.text),
            PageBlock::Heading6(it) => self.line(&it.text),
            PageBlock::Thinking(it) => self.line(&it.text),
            PageBlock::Math(it) => self.plain_line(&it.source),
            PageBlock::Blockquote(it) => self.lines([&it.text, &it.caption]),
            PageBlock::Pullquote(it) => self.lines([&it.text, &it.caption]),
            PageBlock::BlockquoteBlocks(it) => {
                self.blocks(&it.blocks, depth);
                self.line(&it.caption);
            }
            PageBlock::Details(it) => {
                self.line(&it.title);
                self.blocks(&it.blocks, depth);
            }
            PageBlock::List(it) => it.items.iter().for_each(|item| self.item(item, depth)),
            PageBlock::OrderedList(it) => {
                let first = it.start.unwrap_or(1);
                for (number, item) in (first..=i32::MAX).zip(&it.items) {
                    self.numbered(number, item, depth);
                }
            }
            PageBlock::Table(it) => self.table(it),
            PageBlock::Cover(it) => self.block(&it.cover, depth + 1),
            PageBlock::Collage(it) => {
                self.blocks(&it.items, depth);
                self.caption(&it.caption);
            }
            PageBlock::Slideshow(it) => {
                self.blocks(&it.items, depth);
                self.caption(&it.caption);
            }
            PageBlock::EmbedPost(it) => {
                self.plain_line(&it.author);
                self.blocks(&it.blocks, depth);
                self.caption(&it.caption);
            }
            PageBlock::Embed(it) => self.caption(&it.caption),
            PageBlock::Photo(it) => self.caption(&it.caption),
            PageBlock::Video(it) => self.caption(&it.caption),
            PageBlock::Audio(it) => self.caption(&it.caption),
            PageBlock::Document(it) => self.caption(&it.caption),
            PageBlock::Map(it) => self.caption(&it.caption),
            PageBlock::InputPageBlockMap(it) => self.caption(&it.caption),
            PageBlock::RelatedArticles(it) => {
                self.line(&it.title);
                for article in &it.articles {
                    let tl::enums::PageRelatedArticle::Article(article) = article;
                    self.plain_line(article.title.as_deref().unwrap_or(&article.url));
                }
            }
            PageBlock::ButtonRow(it) => {
                for button in &it.buttons {
                    let tl::enums::PageButton::Button(button) = button;
                    self.line(&button.text);
                }
            }
            PageBlock::Unsupported => self.incomplete = true,
            PageBlock::Divider | PageBlock::Anchor(_) | PageBlock::Channel(_) => {}
        }
    }

    fn item(&mut self, item: &PageListItem, depth: usize) {
        self.text.push_str("- ");
        match item {
            PageListItem::Text(item) => self.line(&item.text),
            PageListItem::Blocks(item) => self.blocks(&item.blocks, depth),
        }
    }

    fn numbered(&mut self, number: i32, item: &PageListOrderedItem, depth: usize) {
        self.text.push_str(&format!("{number}. "));
        match item {
            PageListOrderedItem::Text(item) => self.line(&item.text),
            PageListOrderedItem::Blocks(item) => self.blocks(&item.blocks, depth),
        }
    }

    fn table(&mut self, table: &tl::types::PageBlockTable) {
        self.line(&table.title);
        for row in &table.rows {
            let tl::enums::PageTableRow::Row(row) = row;
            for (column, cell) in row.cells.iter().enumerate() {
                let tl::enums::PageTableCell::Cell(cell) = cell;
                if column > 0 {
                    self.text.push_str(" | ");
                }
                if let Some(text) = &cell.text {
                    self.inline(text, 0);
                }
            }
            self.text.push('\n');
        }
    }

    fn caption(&mut self, caption: &PageCaption) {
        let PageCaption::Caption(caption) = caption;
        self.lines([&caption.text, &caption.credit]);
    }

    fn lines<const N: usize>(&mut self, texts: [&RichText; N]) {
        texts.into_iter().for_each(|text| self.line(text));
    }

    fn line(&mut self, text: &RichText) {
        let before = self.text.len();
        self.inline(text, 0);
        if self.text.len() > before {
            self.text.push('\n');
        }
    }

    fn plain_line(&mut self, text: &str) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }

    fn inline(&mut self, text: &RichText, depth: usize) {
        if depth > MAX_DEPTH {
            self.incomplete = true;
            return;
        }
        let inner = match text {
            RichText::TextEmpty | RichText::TextImage(_) => return,
            RichText::TextPlain(it) => return self.text.push_str(&it.text),
            RichText::TextMath(it) => return self.text.push_str(&it.source),
            RichText::TextCustomEmoji(it) => return self.text.push_str(&it.alt),
            RichText::TextConcat(it) => {
                return it
                    .texts
                    .iter()
                    .for_each(|text| self.inline(text, depth + 1));
            }
            RichText::TextUrl(it) => {
                self.links.add(&it.url);
                &it.text
            }
            RichText::TextAutoUrl(it) => {
                let from = self.text.len();
                self.inline(&it.text, depth + 1);
                let url = self.text.get(from..).unwrap_or_default();
                return self.links.add(url);
            }
            RichText::TextBold(it) => &it.text,
            RichText::TextItalic(it) => &it.text,
            RichText::TextUnderline(it) => &it.text,
            RichText::TextStrike(it) => &it.text,
            RichText::TextFixed(it) => &it.text,
            RichText::TextEmail(it) => &it.text,
            RichText::TextSubscript(it) => &it.text,
            RichText::TextSuperscript(it) => &it.text,
            RichText::TextMarked(it) => &it.text,
            RichText::TextPhone(it) => &it.text,
            RichText::TextAnchor(it) => &it.text,
            RichText::TextSpoiler(it) => &it.text,
            RichText::TextMention(it) => &it.text,
            RichText::TextHashtag(it) => &it.text,
            RichText::TextBotCommand(it) => &it.text,
            RichText::TextCashtag(it) => &it.text,
            RichText::TextAutoEmail(it) => &it.text,
            RichText::TextAutoPhone(it) => &it.text,
            RichText::TextBankCard(it) => &it.text,
            RichText::TextMentionName(it) => &it.text,
            RichText::TextDate(it) => &it.text,
            RichText::TextDiff(it) => &it.text,
            RichText::TextButton(it) => &it.text,
            RichText::TextTonAddress(it) => &it.text,
        };
        self.inline(inner, depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> RichText {
        tl::types::TextPlain {
            text: text.to_owned(),
        }
        .into()
    }

    fn message(blocks: Vec<PageBlock>) -> tl::enums::RichMessage {
        tl::types::RichMessage {
            rtl: false,
            part: false,
            blocks,
            photos: Vec::new(),
            documents: Vec::new(),
        }
        .into()
    }

    #[test]
    fn blocks_become_lines_and_links_are_kept() {
        let link = tl::types::TextUrl {
            text: plain("the page"),
            url: "https://example.org".to_owned(),
            webpage_id: 0,
        };
        let both = tl::types::TextConcat {
            texts: vec![plain("See "), RichText::TextUrl(Box::new(link))],
        };
        let item = |text| {
            tl::types::PageListItemText {
                checkbox: false,
                checked: false,
                text: plain(text),
            }
            .into()
        };
        let rich = text(&message(vec![
            tl::types::PageBlockHeading1 {
                text: plain("Plan"),
            }
            .into(),
            tl::types::PageBlockParagraph { text: both.into() }.into(),
            PageBlock::Divider,
            tl::types::PageBlockList {
                items: vec![item("one"), item("two")],
            }
            .into(),
        ]));
        assert_eq!(rich.text, "Plan\nSee the page\n- one\n- two");
        assert_eq!(rich.links.into_vec(), ["https://example.org"]);
        assert!(!rich.incomplete);
    }

    #[test]
    fn nesting_without_end_is_cut_and_said_to_be() {
        let mut nested = plain("core");
        for _ in 0..200 {
            nested = RichText::TextBold(Box::new(tl::types::TextBold { text: nested }));
        }
        let rich = text(&message(vec![
            tl::types::PageBlockParagraph { text: nested }.into(),
        ]));
        assert!(rich.incomplete);
    }

    #[test]
    fn blocks_within_blocks_end_somewhere() {
        let paragraph = tl::types::PageBlockParagraph {
            text: plain("core"),
        };
        let nest = |inner: PageBlock| -> PageBlock {
            tl::types::PageBlockDetails {
                open: false,
                blocks: vec![inner],
                title: plain("more"),
            }
            .into()
        };
        let nested = |depth| (0..depth).fold(paragraph.clone().into(), |inner, _| nest(inner));
        let shallow = text(&message(vec![nested(5)]));
        assert_eq!(shallow.text, "more\nmore\nmore\nmore\nmore\ncore");
        assert!(!shallow.incomplete);
        let deep = text(&message(vec![nested(500)]));
        assert!(deep.incomplete);
        assert!(deep.text.len() < 64 * "more\n".len());
    }

    #[test]
    fn a_wide_message_is_read_to_its_end() {
        let words = (0..100_000).map(|_| plain("x")).collect();
        let wide = tl::types::TextConcat { texts: words };
        let paragraph = tl::types::PageBlockParagraph { text: wide.into() };
        let rich = text(&message(vec![paragraph.into()]));
        assert_eq!(rich.text.len(), 100_000);
        assert!(!rich.incomplete);
    }
}

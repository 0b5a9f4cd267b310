//! Rich messages, which Desktop writes since layer 229 in place of the text: blocks of formatted text.
//! What a block shows beside its words (a photo, a map, a button's action) is not taken.

mod words;

use grammers_tl_types as tl;
use tl::enums::{PageBlock, RichText};

use self::words::take_text;
use super::fields::{Fields, Taken};
use super::warnings::Warnings;

/// Takes the rich message of a message, if it is one.
pub(super) fn take(
    fields: &mut Fields,
    warnings: &mut Warnings,
) -> Taken<Option<tl::enums::RichMessage>> {
    let Some(mut rich) = fields.object("rich_message")? else {
        return Ok(None);
    };
    Ok(Some(
        tl::types::RichMessage {
            rtl: rich.flag("rtl")?,
            part: rich.flag("part")?,
            blocks: take_blocks(&mut rich, "blocks", warnings)?,
            photos: Vec::new(),
            documents: Vec::new(),
        }
        .into(),
    ))
}

fn take_blocks(fields: &mut Fields, name: &str, warnings: &mut Warnings) -> Taken<Vec<PageBlock>> {
    let blocks = fields.objects(name)?;
    blocks
        .into_iter()
        .map(|block| take_block(block, warnings))
        .collect()
}

fn take_block(mut block: Fields, warnings: &mut Warnings) -> Taken<PageBlock> {
    use tl::types as t;
    let kind = block.string("type")?.unwrap_or_default();
    let mut text = |name: &str| take_text(&mut block, name);
    Ok(match kind.as_str() {
        "paragraph" => t::PageBlockParagraph {
            text: text("text")?,
        }
        .into(),
        "footer" => t::PageBlockFooter {
            text: text("text")?,
        }
        .into(),
        "thinking" => t::PageBlockThinking {
            text: text("text")?,
        }
        .into(),
        "heading" => take_heading(&mut block)?,
        "code" => t::PageBlockPreformatted {
            text: text("text")?,
            language: block.string("language")?.unwrap_or_default(),
        }
        .into(),
        "author_date" => t::PageBlockAuthorDate {
            author: text("author")?,
            published_date: block.count("date_unixtime")?,
        }
        .into(),
        "divider" => PageBlock::Divider,
        "anchor" => t::PageBlockAnchor {
            name: block.string("name")?.unwrap_or_default(),
        }
        .into(),
        "math" => t::PageBlockMath {
            source: block.string("formula")?.unwrap_or_default(),
        }
        .into(),
        "list" => take_list(&mut block, warnings)?,
        "quote" => take_quote(&mut block, warnings)?,
        "details" => t::PageBlockDetails {
            title: text("title")?,
            open: block.flag("open")?,
            blocks: take_blocks(&mut block, "blocks", warnings)?,
        }
        .into(),
        "table" => take_table(&mut block)?,
        "cover" => match block.object("block")? {
            Some(inner) => take_block(inner, warnings)?,
            None => PageBlock::Unsupported,
        },
        "collage" | "slideshow" => t::PageBlockCollage {
            items: take_blocks(&mut block, "items", warnings)?,
            caption: take_caption(&mut block)?,
        }
        .into(),
        "photo" | "video" | "audio" | "file" | "map" | "input_map" | "embed" | "embed_post" => {
            take_captioned(&mut block, &kind, warnings)?
        }
        "related_articles" => take_articles(&mut block)?,
        "button_row" => take_buttons(&mut block)?,
        "channel" | "unsupported" => PageBlock::Unsupported,
        other => {
            warnings.unknown(
                "blocks of rich messages that are not known, left out",
                other,
            );
            PageBlock::Unsupported
        }
    })
}

fn take_heading(block: &mut Fields) -> Taken<PageBlock> {
    use tl::types as t;
    let level = block.count("level")?;
    let text = take_text(block, "text")?;
    Ok(match level {
        1 => t::PageBlockHeading1 { text }.into(),
        2 => t::PageBlockHeading2 { text }.into(),
        3 => t::PageBlockHeading3 { text }.into(),
        4 => t::PageBlockHeading4 { text }.into(),
        5 => t::PageBlockHeading5 { text }.into(),
        _ => t::PageBlockHeading6 { text }.into(),
    })
}

fn take_list(block: &mut Fields, warnings: &mut Warnings) -> Taken<PageBlock> {
    let is_ordered = block.string("kind")?.as_deref() == Some("ordered");
    let (mut items, mut ordered) = (Vec::new(), Vec::new());
    for item in block.objects("items")? {
        if is_ordered {
            ordered.push(take_numbered(item, warnings)?);
        } else {
            items.push(take_item(item, warnings)?);
        }
    }
    Ok(if is_ordered {
        tl::types::PageBlockOrderedList {
            reversed: block.flag("reversed")?,
            items: ordered,
            start: block.small("start", "a whole number below 2147483648")?,
            r#type: block.string("list_type")?,
        }
        .into()
    } else {
        tl::types::PageBlockList { items }.into()
    })
}

/// Takes whether an item is a task, and whether it is done.
fn take_task(item: &mut Fields) -> Taken<(bool, bool)> {
    let state = item.string("task_state")?.unwrap_or_default();
    Ok((
        matches!(state.as_str(), "checked" | "unchecked"),
        state == "checked",
    ))
}

fn take_item(mut item: Fields, warnings: &mut Warnings) -> Taken<tl::enums::PageListItem> {
    let (checkbox, checked) = take_task(&mut item)?;
    Ok(if item.has("blocks") {
        tl::types::PageListItemBlocks {
            checkbox,
            checked,
            blocks: take_blocks(&mut item, "blocks", warnings)?,
        }
        .into()
    } else {
        tl::types::PageListItemText {
            checkbox,
            checked,
            text: take_text(&mut item, "text")?,
        }
        .into()
    })
}

fn take_numbered(
    mut item: Fields,
    warnings: &mut Warnings,
) -> Taken<tl::enums::PageListOrderedItem> {
    let (checkbox, checked) = take_task(&mut item)?;
    let (num, r#type) = (item.string("num")?, item.string("item_type")?);
    let value = item.small("value", "a whole number below 2147483648")?;
    Ok(if item.has("blocks") {
        tl::types::PageListOrderedItemBlocks {
            checkbox,
            checked,
            num,
            blocks: take_blocks(&mut item, "blocks", warnings)?,
            value,
            r#type,
        }
        .into()
    } else {
        tl::types::PageListOrderedItemText {
            checkbox,
            checked,
            num,
            text: take_text(&mut item, "text")?,
            value,
            r#type,
        }
        .into()
    })
}

fn take_quote(block: &mut Fields, warnings: &mut Warnings) -> Taken<PageBlock> {
    let caption = take_text(block, "caption")?;
    if block.has("blocks") {
        let blocks = take_blocks(block, "blocks", warnings)?;
        return Ok(tl::types::PageBlockBlockquoteBlocks { blocks, caption }.into());
    }
    let is_pullquote = block.flag("pullquote")?;
    let text = take_text(block, "text")?;
    Ok(if is_pullquote {
        tl::types::PageBlockPullquote { text, caption }.into()
    } else {
        tl::types::PageBlockBlockquote {
            collapsed: false,
            text,
            caption,
        }
        .into()
    })
}

fn take_table(block: &mut Fields) -> Taken<PageBlock> {
    let mut rows = Vec::new();
    for mut row in block.objects("rows")? {
        let mut cells = Vec::new();
        for mut cell in row.objects("cells")? {
            let text = cell.has("text").then(|| take_text(&mut cell, "text"));
            cells.push(
                tl::types::PageTableCell {
                    header: cell.flag("header")?,
                    align_center: false,
                    align_right: false,
                    valign_middle: false,
                    valign_bottom: false,
                    text: text.transpose()?,
                    colspan: cell.small("colspan", "a number of columns")?,
                    rowspan: cell.small("rowspan", "a number of rows")?,
                }
                .into(),
            );
        }
        rows.push(tl::types::PageTableRow { cells }.into());
    }
    Ok(tl::types::PageBlockTable {
        bordered: block.flag("bordered")?,
        striped: block.flag("striped")?,
        compact: block.flag("compact")?,
        title: take_text(block, "title")?,
        rows,
    }
    .into())
}

/// Something to look at, of which the caption is what can be read.
fn take_captioned(block: &mut Fields, kind: &str, warnings: &mut Warnings) -> Taken<PageBlock> {
    use tl::types as t;
    let caption = take_caption(block)?;
    Ok(match kind {
        "photo" => t::PageBlockPhoto {
            spoiler: block.flag("spoiler")?,
            photo_id: block.document_id("photo_id")?.unwrap_or(0),
            caption,
            url: None,
            webpage_id: None,
        }
        .into(),
        "video" => t::PageBlockVideo {
            autoplay: block.flag("autoplay")?,
            r#loop: block.flag("loop")?,
            spoiler: block.flag("spoiler")?,
            video_id: block.document_id("document_id")?.unwrap_or(0),
            caption,
        }
        .into(),
        "audio" => t::PageBlockAudio {
            audio_id: block.document_id("document_id")?.unwrap_or(0),
            caption,
        }
        .into(),
        "file" => t::PageBlockDocument {
            document_id: block.document_id("document_id")?.unwrap_or(0),
            caption,
        }
        .into(),
        "embed_post" => t::PageBlockEmbedPost {
            url: block.string("url")?.unwrap_or_default(),
            webpage_id: block.document_id("webpage_id")?.unwrap_or(0),
            author_photo_id: block.document_id("author_photo_id")?.unwrap_or(0),
            author: block.string("author")?.unwrap_or_default(),
            date: block.count("date_unixtime")?,
            blocks: take_blocks(block, "blocks", warnings)?,
            caption,
        }
        .into(),
        _ => t::PageBlockCollage {
            items: Vec::new(),
            caption,
        }
        .into(),
    })
}

fn take_caption(block: &mut Fields) -> Taken<tl::enums::PageCaption> {
    let (text, credit) = match block.object("caption")? {
        Some(mut caption) => (
            take_text(&mut caption, "text")?,
            take_text(&mut caption, "credit")?,
        ),
        None => (RichText::TextEmpty, RichText::TextEmpty),
    };
    Ok(tl::types::PageCaption { text, credit }.into())
}

fn take_articles(block: &mut Fields) -> Taken<PageBlock> {
    let title = take_text(block, "title")?;
    let mut articles = Vec::new();
    for mut article in block.objects("articles")? {
        articles.push(
            tl::types::PageRelatedArticle {
                url: article.string("url")?.unwrap_or_default(),
                webpage_id: article.document_id("webpage_id")?.unwrap_or(0),
                title: article.string("title")?,
                description: article.string("description")?,
                photo_id: None,
                author: article.string("author")?,
                published_date: None,
            }
            .into(),
        );
    }
    Ok(tl::types::PageBlockRelatedArticles { title, articles }.into())
}

fn take_buttons(block: &mut Fields) -> Taken<PageBlock> {
    let mut buttons = Vec::new();
    for mut button in block.objects("buttons")? {
        buttons.push(
            tl::types::PageButton {
                text: take_text(&mut button, "text")?,
                r#type: tl::enums::InlineButtonType::Disabled,
                style: None,
            }
            .into(),
        );
    }
    Ok(tl::types::PageBlockButtonRow {
        align_left: false,
        align_center: false,
        align_right: false,
        buttons,
    }
    .into())
}

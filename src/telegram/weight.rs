//! What it would take to read an answer, told from its bytes before grammers reads it. That one recurses as deep as the
//! bytes say, and the end of the stack is the end of the process; and what stands there in four bytes may be two
//! thousand here.
//!
//! TL is made of words of four bytes, and every object begins with the word of its constructor: whatever nests or grows
//! is there to be counted.

use grammers_tl_types::{Identifiable as _, enums, types};

/// How much stack the reading of an answer may take. [`STACK_BYTES`] has room for more.
const STACK_MAX: usize = STACK_BYTES / 4 * 3;
/// How much memory may be taken by objects that are much larger here than in their bytes.
const HEAP_MAX: usize = 128 << 20;

/// The stack of every thread that reads answers.
pub const STACK_BYTES: usize = 64 << 20;

/// What an object that may hold its like takes of the stack at most, as measured; without optimisation it is four
/// times as much.
const FRAME: usize = if cfg!(debug_assertions) {
    26 << 10
} else {
    6 << 10
};
/// The same for the parts of rich texts, which are smaller.
const SMALL_FRAME: usize = FRAME / 3;

/// The objects without fields, which have no type of their own.
const TEXT_EMPTY: u32 = 0xdc3d_824f;
const PAGE_BLOCK_UNSUPPORTED: u32 = 0x1356_7e8a;
const PAGE_BLOCK_DIVIDER: u32 = 0xdb20_b188;

/// What takes [`SMALL_FRAME`] of the stack.
const SMALL: &[u32] = &[
    types::TextBold::CONSTRUCTOR_ID,
    types::TextItalic::CONSTRUCTOR_ID,
    types::TextUnderline::CONSTRUCTOR_ID,
    types::TextStrike::CONSTRUCTOR_ID,
    types::TextFixed::CONSTRUCTOR_ID,
    types::TextUrl::CONSTRUCTOR_ID,
    types::TextEmail::CONSTRUCTOR_ID,
    types::TextConcat::CONSTRUCTOR_ID,
    types::TextSubscript::CONSTRUCTOR_ID,
    types::TextSuperscript::CONSTRUCTOR_ID,
    types::TextMarked::CONSTRUCTOR_ID,
    types::TextPhone::CONSTRUCTOR_ID,
    types::TextAnchor::CONSTRUCTOR_ID,
    types::TextSpoiler::CONSTRUCTOR_ID,
    types::TextMention::CONSTRUCTOR_ID,
    types::TextHashtag::CONSTRUCTOR_ID,
    types::TextBotCommand::CONSTRUCTOR_ID,
    types::TextCashtag::CONSTRUCTOR_ID,
    types::TextAutoUrl::CONSTRUCTOR_ID,
    types::TextAutoEmail::CONSTRUCTOR_ID,
    types::TextAutoPhone::CONSTRUCTOR_ID,
    types::TextBankCard::CONSTRUCTOR_ID,
    types::TextMentionName::CONSTRUCTOR_ID,
    types::TextDate::CONSTRUCTOR_ID,
    types::TextDiff::CONSTRUCTOR_ID,
    types::TextButton::CONSTRUCTOR_ID,
    types::TextTonAddress::CONSTRUCTOR_ID,
];

/// What takes [`FRAME`] of the stack.
const LARGE: &[u32] = &[
    types::InputPeerUserFromMessage::CONSTRUCTOR_ID,
    types::InputPeerChannelFromMessage::CONSTRUCTOR_ID,
    types::InputMediaInvoice::CONSTRUCTOR_ID,
    types::InputMediaPoll::CONSTRUCTOR_ID,
    types::InputMediaPaidMedia::CONSTRUCTOR_ID,
    types::MessageMediaWebPage::CONSTRUCTOR_ID,
    types::MessageMediaInvoice::CONSTRUCTOR_ID,
    types::MessageMediaPoll::CONSTRUCTOR_ID,
    types::MessageMediaStory::CONSTRUCTOR_ID,
    types::MessageMediaPaidMedia::CONSTRUCTOR_ID,
    types::WebPage::CONSTRUCTOR_ID,
    types::PageBlockList::CONSTRUCTOR_ID,
    types::PageBlockCover::CONSTRUCTOR_ID,
    types::PageBlockEmbedPost::CONSTRUCTOR_ID,
    types::PageBlockCollage::CONSTRUCTOR_ID,
    types::PageBlockSlideshow::CONSTRUCTOR_ID,
    types::PageBlockOrderedList::CONSTRUCTOR_ID,
    types::PageBlockDetails::CONSTRUCTOR_ID,
    types::PageBlockBlockquoteBlocks::CONSTRUCTOR_ID,
    types::SecureRequiredTypeOneOf::CONSTRUCTOR_ID,
    types::JsonObjectValue::CONSTRUCTOR_ID,
    types::JsonArray::CONSTRUCTOR_ID,
    types::JsonObject::CONSTRUCTOR_ID,
    types::PageListItemBlocks::CONSTRUCTOR_ID,
    types::PageListOrderedItemBlocks::CONSTRUCTOR_ID,
    types::PollAnswer::CONSTRUCTOR_ID,
    types::InputPollAnswer::CONSTRUCTOR_ID,
    types::Poll::CONSTRUCTOR_ID,
    types::PollResults::CONSTRUCTOR_ID,
    types::WebPageAttributeStory::CONSTRUCTOR_ID,
    types::MessageExtendedMedia::CONSTRUCTOR_ID,
    types::StoryItem::CONSTRUCTOR_ID,
];

/// What in a list takes much more than its bytes, and how much that is.
const GROWING: &[(u32, usize)] = &[
    (types::Message::CONSTRUCTOR_ID, size_of::<enums::Message>()),
    (
        types::MessageEmpty::CONSTRUCTOR_ID,
        size_of::<enums::Message>(),
    ),
    (
        types::MessageService::CONSTRUCTOR_ID,
        size_of::<enums::Message>(),
    ),
    (
        types::ForumTopicDeleted::CONSTRUCTOR_ID,
        size_of::<enums::ForumTopic>(),
    ),
    (types::UserEmpty::CONSTRUCTOR_ID, size_of::<enums::User>()),
    (types::ChatEmpty::CONSTRUCTOR_ID, size_of::<enums::Chat>()),
    (
        types::WebPageAttributeTheme::CONSTRUCTOR_ID,
        size_of::<enums::WebPageAttribute>(),
    ),
    // The smallest blocks have no text, or an empty one.
    (PAGE_BLOCK_UNSUPPORTED, size_of::<enums::PageBlock>()),
    (PAGE_BLOCK_DIVIDER, size_of::<enums::PageBlock>()),
    (TEXT_EMPTY, size_of::<enums::PageBlock>()),
];

/// How many low bits of a word say whether it is worth a look.
const GLANCE_BITS: u32 = 12;

/// Which words are worth a look, by their low bits: almost none are.
static SUSPECT: [bool; 1 << GLANCE_BITS] = {
    let mut table = [false; 1 << GLANCE_BITS];
    let mut at = 0;
    #[allow(clippy::indexing_slicing, reason = "a constant, checked when compiled")]
    while at < SMALL.len() + LARGE.len() + GROWING.len() {
        let constructor = if at < SMALL.len() {
            SMALL[at]
        } else if at < SMALL.len() + LARGE.len() {
            LARGE[at - SMALL.len()]
        } else {
            GROWING[at - SMALL.len() - LARGE.len()].0
        };
        table[glance(constructor)] = true;
        at += 1;
    }
    table
};

const fn glance(word: u32) -> usize {
    (word & ((1 << GLANCE_BITS) - 1)) as usize
}

/// Whether an answer can be read with the stack and the memory that there are.
pub fn is_bearable(answer: &[u8]) -> bool {
    let (words, _) = answer.as_chunks();
    let (mut stack, mut heap) = (0_usize, 0_usize);
    for word in words {
        let constructor = u32::from_le_bytes(*word);
        if SUSPECT.get(glance(constructor)) == Some(&true) {
            stack = stack.saturating_add(frame(constructor));
            heap = heap.saturating_add(size(constructor));
        }
    }
    stack <= STACK_MAX && heap <= HEAP_MAX
}

/// What the reading of this object takes of the stack, if it can hold its like.
fn frame(constructor: u32) -> usize {
    if SMALL.contains(&constructor) {
        SMALL_FRAME
    } else if LARGE.contains(&constructor) {
        FRAME
    } else {
        0
    }
}

/// What this object takes in a list, if that is much more than its bytes.
fn size(constructor: u32) -> usize {
    let mut growing = GROWING.iter();
    let found = growing.find(|(growing, _)| *growing == constructor);
    found.map_or(0, |(_, bytes)| *bytes)
}

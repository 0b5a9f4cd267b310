//! Makes answers fit: ends a page early, cuts what is too long alone, and marks what it cut.

#[cfg(test)]
mod tests;

use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// The longest line that is ever written; clients give up on longer ones.
const LINE_BYTES: usize = 1 << 20;

/// What a line holds besides the answer itself: id, result fields, `_meta`.
const FRAME_BYTES: usize = 16 << 10;

/// What is left for the answer itself.
pub(super) const ANSWER_BYTES: usize = LINE_BYTES - FRAME_BYTES;

/// The fields that a cut message keeps.
const MESSAGE_KEEPS: [&str; 6] = ["id", "chat_id", "date", "type", "text", "cut"];

/// The fields that a cut chat keeps.
const CHAT_KEEPS: [&str; 5] = ["chat_id", "kind", "title", "username", "content_protected"];

/// How much an answer takes: in characters of JSON, and in bytes of the line that carries it
/// twice, once as it is and once as text.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    chars: usize,
    line_bytes: usize,
}

impl Size {
    fn of(value: &Value) -> Self {
        let json = value.to_string();
        let as_text = Value::from(json.as_str()).to_string();
        Self {
            chars: json.chars().count(),
            line_bytes: json.len() + as_text.len(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            chars: self.chars + other.chars,
            line_bytes: self.line_bytes + other.line_bytes,
        }
    }
}

/// What an answer may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(Size);

impl Budget {
    /// A budget of `chars` characters, within the longest line.
    pub(super) fn new(chars: usize) -> Self {
        Self(Size {
            chars,
            line_bytes: ANSWER_BYTES,
        })
    }

    fn holds(self, size: Size) -> bool {
        size.chars <= self.0.chars && size.line_bytes <= self.0.line_bytes
    }

    fn without(self, size: Size) -> Self {
        Self(Size {
            chars: self.0.chars.saturating_sub(size.chars),
            line_bytes: self.0.line_bytes.saturating_sub(size.line_bytes),
        })
    }

    /// Half of it, for one of two parts.
    pub(super) fn half(self) -> Self {
        Self(Size {
            chars: self.0.chars / 2,
            line_bytes: self.0.line_bytes / 2,
        })
    }

    fn quarter(self) -> Self {
        Self(Size {
            chars: self.0.chars / 4,
            line_bytes: self.0.line_bytes / 4,
        })
    }
}

/// An answer that fits, and how many of its messages or chats it has.
pub(super) struct Fitted {
    pub(super) reply: Value,
    pub(super) kept: usize,
}

/// A page of as many of `messages` as fit. `envelope(kept)` is the answer without its messages
/// when the first `kept` of them stay. One message always stays, cut if it must be.
pub(super) fn page(
    mut messages: Vec<Value>,
    budget: Budget,
    envelope: impl Fn(usize) -> JsonObject,
) -> Fitted {
    let kept = how_many(&messages, budget, &envelope);
    messages.truncate(kept.max(1));
    if kept == 0
        && let Some(first) = messages.first_mut()
    {
        let room = budget.without(Size::of(&Value::Object(envelope(1))));
        cut_message(first, room);
    }
    let kept = messages.len();
    let mut reply = envelope(kept);
    reply.insert("messages".into(), Value::Array(messages));
    Fitted {
        reply: Value::Object(reply),
        kept,
    }
}

/// A page of as many chats of a list as fit, at least one; `envelope` as for [`page`].
pub(super) fn chats(
    mut chats: Vec<Value>,
    budget: Budget,
    envelope: impl Fn(usize) -> JsonObject,
) -> Fitted {
    chats.iter_mut().for_each(cap_texts);
    chats.truncate(how_many(&chats, budget, &envelope).max(1));
    let kept = chats.len();
    let mut reply = envelope(kept);
    reply.insert("chats".into(), Value::Array(chats));
    Fitted {
        reply: Value::Object(reply),
        kept,
    }
}

fn how_many(messages: &[Value], budget: Budget, envelope: &impl Fn(usize) -> JsonObject) -> usize {
    let comma = Size {
        chars: 1,
        line_bytes: 2,
    };
    // `spent` after 0, 1, 2… messages, for as long as they alone do not burst the budget.
    let mut spent = vec![Size::default()];
    let mut total = Size::default();
    for message in messages {
        total = total.plus(Size::of(message)).plus(comma);
        if !budget.holds(total) {
            break;
        }
        spent.push(total);
    }
    let fits = |(kept, spent): &(usize, Size)| {
        budget.holds(spent.plus(Size::of(&Value::Object(envelope(*kept)))))
    };
    let found = spent.into_iter().enumerate().rev().find(fits);
    found.map_or(0, |(kept, _)| kept)
}

/// Cuts a message until it fits: entities go first, since their offsets would lie; then whole
/// fields, the largest first; the text keeps as much as there is room for.
fn cut_message(message: &mut Value, room: Budget) {
    let Value::Object(record) = message else {
        return;
    };
    let text = record
        .get("text")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mark = json!({ "message_id": record.get("id"), "text_chars": text.chars().count() });
    record.insert("cut".into(), mark);
    record.remove("entities");
    if room.holds(size_of(record)) {
        return;
    }
    record.insert("text".into(), "…".into());
    drop_largest(record, &MESSAGE_KEEPS, room);

    let ends: Vec<_> = text.char_indices().map(|(index, _)| index).collect();
    let shortened = |end: &usize| format!("{}…", text.get(..*end).unwrap_or_default());
    let longest = ends.partition_point(|end| {
        record.insert("text".into(), shortened(end).into());
        room.holds(size_of(record))
    });
    let end = longest.checked_sub(1).and_then(|index| ends.get(index));
    record.insert("text".into(), shortened(end.unwrap_or(&0)).into());
}

/// The chat as it stands beside a page, without what would crowd out the messages.
pub(super) fn chat_beside_page(mut chat: Value, budget: Budget) -> Value {
    cap_texts(&mut chat);
    if let Value::Object(chat) = &mut chat {
        drop_largest(chat, &CHAT_KEEPS, budget.quarter());
    }
    chat
}

/// Shortens the texts of a chat that are longer than any that Telegram lets be written.
fn cap_texts(chat: &mut Value) {
    const MOST: usize = 512;
    let Value::Object(chat) = chat else { return };
    for field in ["title", "username", "description"] {
        if let Some(Value::String(text)) = chat.get_mut(field)
            && let Some((end, _)) = text.char_indices().nth(MOST)
        {
            text.truncate(end);
            text.push('…');
        }
    }
}

fn drop_largest(object: &mut JsonObject, keeps: &[&str], room: Budget) {
    while !room.holds(size_of(object)) {
        let droppable = object
            .iter()
            .filter(|(name, _)| !keeps.contains(&name.as_str()));
        let largest = droppable.max_by_key(|(_, value)| Size::of(value).chars);
        let Some((name, _)) = largest else { return };
        let name = name.clone();
        object.remove(&name);
    }
}

/// Shortens a chat's topics, or the candidates there are instead, until the answer fits; `cut` tells the full length.
pub(super) fn chat(mut reply: Value, budget: Budget) -> Value {
    for part in ["/chat", "/invite"] {
        reply.pointer_mut(part).map(cap_texts);
    }
    if let Some(Value::Array(candidates)) = reply.get_mut("candidates") {
        candidates.iter_mut().for_each(cap_texts);
    }
    shorten_list(&mut reply, "topics", "/chat/topics", budget);
    shorten_list(&mut reply, "candidates", "/candidates", budget);
    reply
}

/// Shortens the lists of ids of an export until its report fits, and to what is worth telling each time: how many
/// ranges are absent stands beside them, and the manifest has more.
pub(super) fn export(mut reply: Value, budget: Budget) -> Value {
    const ABSENT_RANGES: usize = 10;
    if let Some(Value::Array(ranges)) = reply.pointer_mut("/export/coverage/absent_ranges") {
        ranges.truncate(ABSENT_RANGES);
    }
    for field in ["unreadable", "absent_ranges"] {
        shorten_list(
            &mut reply,
            field,
            &format!("/export/coverage/{field}"),
            budget,
        );
    }
    reply
}

fn shorten_list(reply: &mut Value, field: &str, path: &str, budget: Budget) {
    if budget.holds(Size::of(reply)) {
        return;
    }
    let Some(Value::Array(whole)) = reply.pointer_mut(path).map(Value::take) else {
        return;
    };
    mark_cut(reply, field, whole.len());
    let lengths: Vec<_> = (1..=whole.len()).collect();
    let kept = lengths.partition_point(|length| {
        set_list(reply, path, whole.get(..*length));
        budget.holds(Size::of(reply))
    });
    set_list(reply, path, whole.get(..kept));
}

fn mark_cut(reply: &mut Value, field: &str, length: usize) {
    if let Value::Object(reply) = reply {
        let mark = reply.entry("cut").or_insert_with(|| json!({}));
        if let Value::Object(mark) = mark {
            mark.insert(field.into(), length.into());
        }
    }
}

fn set_list(reply: &mut Value, path: &str, items: Option<&[Value]>) {
    if let Some(list) = reply.pointer_mut(path) {
        *list = Value::Array(items.unwrap_or_default().to_vec());
    }
}

fn size_of(object: &JsonObject) -> Size {
    // `Value::Object` wants to own; serialising the map says the same without a copy.
    let json = serde_json::to_string(object).unwrap_or_default();
    let as_text = Value::from(json.as_str()).to_string();
    Size {
        chars: json.chars().count(),
        line_bytes: json.len() + as_text.len(),
    }
}

//! The search: each detector looks at windows around its triggers, in the order of [`DETECTORS`].
//!
//! What a detector sees is bounded by the window, so that the work grows with the text and not faster. What was
//! found is a wall, one byte for every detector from then on; those whose windows it changed look again, until
//! nothing more is found. That is what makes a second masking find nothing.

use std::ops::Range;

use rlibphonenumber::enums::Region;

use super::evidence::{char_at, char_before, is_spaced};
use super::view::{View, wall, walled};
use super::{Kind, Level, at_sign, invite, ip, login, numbers, secret, strict, token};

/// How much a detector sees before its trigger, in bytes.
pub(super) const BACK: usize = 256;

/// How much it sees from its trigger on.
pub(super) const AHEAD: usize = 512;

/// How many bytes make a trigger, at most.
const TRIGGER: usize = 32;

/// One kind of look at a text.
pub(super) struct Detector {
    /// The next place, from here on, that is worth a look.
    pub(super) next: fn(&[u8], usize) -> Option<usize>,
    /// What stands there.
    pub(super) look: fn(&Context, Window<'_>) -> Option<Hit>,
}

/// In this order: what an earlier one finds, a later one does not see.
const DETECTORS: &[Detector] = &[
    secret::BLOCK,
    token::DETECTOR,
    at_sign::DETECTOR,
    invite::DETECTOR,
    secret::ASSIGNED,
    ip::DETECTOR,
    numbers::DETECTOR,
];

const STRICT: &[Detector] = &[strict::HIDDEN_EMAILS, strict::USERNAMES];

const LOGIN: &[Detector] = &[login::DETECTOR];

/// What a detector knows besides the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) level: Level,
    pub(super) region: Option<Region>,
    /// Whether Telegram itself wrote the text.
    pub(super) is_login: bool,
}

/// A part of a text, around a trigger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'v> {
    pub(super) bytes: &'v [u8],
    /// The trigger.
    pub(super) at: usize,
}

impl<'v> Window<'v> {
    pub(super) fn get(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The byte before.
    pub(super) fn before(&self, at: usize) -> Option<u8> {
        self.get(at.checked_sub(1)?)
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'v [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The whole words before `at`, of these many bytes at most: half a word may read as another one.
    pub(super) fn words_before(&self, at: usize, reach: usize) -> &'v [u8] {
        let cut = at.saturating_sub(reach);
        let mut start = cut
            + self
                .slice(cut..at)
                .iter()
                .take_while(|it| !is_start(**it))
                .count();
        if char_before(self.slice(0..start)).is_some_and(is_spaced) {
            while let Some(c) = char_at(self.slice(start..at)).filter(|c| is_spaced(*c)) {
                start += c.len_utf8();
            }
        }
        self.slice(start..at)
    }

    /// The whole words from `at` on, of these many bytes at most.
    pub(super) fn words_behind(&self, at: usize, reach: usize) -> &'v [u8] {
        let mut end = self.bytes.len().min(at + reach);
        while end > at && self.get(end).is_some_and(|byte| !is_start(byte)) {
            end -= 1;
        }
        if char_at(self.slice(end..self.bytes.len())).is_some_and(is_spaced) {
            while let Some(c) = char_before(self.slice(at..end)).filter(|c| is_spaced(*c)) {
                end -= c.len_utf8();
            }
        }
        self.slice(at..end)
    }

    /// Where the bytes that are like this end, from `at` on.
    pub(super) fn skip(&self, at: usize, is_like: impl Fn(u8) -> bool) -> usize {
        let rest = self.slice(at..self.bytes.len());
        at + rest.iter().take_while(|byte| is_like(**byte)).count()
    }

    /// Where the bytes that are like this begin, up to `at`.
    pub(super) fn skip_back(&self, at: usize, is_like: impl Fn(u8) -> bool) -> usize {
        let before = self.slice(0..at);
        at - before
            .iter()
            .rev()
            .take_while(|byte| is_like(**byte))
            .count()
    }
}

/// Whether a character begins with this byte.
const fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// What a detector found, where in the window.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// The value in its canonical spelling.
    pub(super) value: String,
    /// How it goes on behind the window.
    pub(super) tail: Tail,
}

impl Hit {
    pub(super) const fn new(kind: Kind, range: Range<usize>, value: String) -> Self {
        Self {
            kind,
            range,
            value,
            tail: Tail::None,
        }
    }
}

/// How a value that may be longer than a window goes on. What is read for it is never read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// It does not.
    None,
    /// With the characters of tokens.
    Token,
    /// With the lines of a private key.
    Block,
}

impl Tail {
    fn len(self, rest: &[u8]) -> usize {
        let is_token = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(byte);
        match self {
            Self::None => 0,
            Self::Token => rest.iter().take_while(is_token).count(),
            Self::Block => secret::block_end(rest),
        }
    }
}

/// What was found in the text.
#[derive(Debug)]
pub(super) struct Find {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    pub(super) value: String,
}

pub(super) struct Search<'t> {
    context: Context,
    text: &'t str,
    view: View<'t>,
    /// In the order of the text.
    finds: Vec<Find>,
    /// Where the windows are that the last finds changed.
    changed: Vec<Range<usize>>,
    /// How often a detector looked.
    #[cfg(test)]
    looks: usize,
}

impl<'t> Search<'t> {
    pub(super) fn new(context: Context, text: &'t str, view: View<'t>) -> Self {
        Self {
            context,
            text,
            view,
            finds: Vec::new(),
            changed: Vec::new(),
            #[cfg(test)]
            looks: 0,
        }
    }

    /// Everything that is to be found, in the order of the text.
    pub(super) fn run(mut self) -> Vec<Find> {
        self.search();
        let Self {
            text, view, finds, ..
        } = self;
        let place = |mut find: Find| {
            find.range = view.original(text, find.range);
            find
        };
        finds.into_iter().map(place).collect()
    }

    fn search(&mut self) {
        self.round(0..self.view.bytes.len());
        while !self.changed.is_empty() {
            for range in merged(std::mem::take(&mut self.changed)) {
                self.round(range);
            }
        }
    }

    /// Lets every detector look at this part.
    fn round(&mut self, part: Range<usize>) {
        let strict = if self.context.level == Level::Strict {
            STRICT
        } else {
            &[]
        };
        let login = if self.context.is_login { LOGIN } else { &[] };
        for detector in DETECTORS.iter().chain(strict).chain(login) {
            let mut from = part.start;
            while let Some(at) = self.next(detector, from, part.end) {
                from = self.look(detector, at).unwrap_or(at + 1);
            }
        }
    }

    fn next(&self, detector: &Detector, from: usize, to: usize) -> Option<usize> {
        let end = self.view.bytes.len().min(to + TRIGGER);
        let at = (detector.next)(self.view.bytes.get(..end)?, from)?;
        (at < to).then_some(at)
    }

    /// Lets a detector look at one place: where what it found ends.
    fn look(&mut self, detector: &Detector, at: usize) -> Option<usize> {
        #[cfg(test)]
        {
            self.looks += 1;
        }
        let mut joined = Vec::new();
        let window = self.window(at, &mut joined);
        let middle = window.at;
        let hit = (detector.look)(&self.context, window)?;
        let start = (at + hit.range.start).checked_sub(middle)?;
        let end = (at + hit.range.end).checked_sub(middle)?;
        let rest = self.view.bytes.get(end..)?;
        let tail = rest.get(..hit.tail.len(rest))?;
        let value = hit.value + &String::from_utf8_lossy(tail);
        let (start, end) = self.whole_characters(start, end + tail.len());
        let touched = self.view.bytes.get(start.min(at)..end.max(at))?;
        if start >= end || touched.iter().any(|byte| walled(*byte).is_some()) {
            return None;
        }
        self.keep(Find {
            kind: hit.kind,
            range: start..end,
            value,
        });
        Some(end)
    }

    fn keep(&mut self, find: Find) {
        let range = find.range.clone();
        if let Some(part) = self.view.bytes.to_mut().get_mut(range.clone()) {
            part.fill(wall(find.kind));
        }
        let index = self.finds_before(range.start);
        self.finds.insert(index, find);
        let from = self.back(range.start, AHEAD);
        let to = self.ahead(range.end, BACK);
        self.changed.push(from..to);
    }

    /// The range with the rest of the characters that it cuts, as a window cuts them.
    fn whole_characters(&self, start: usize, end: usize) -> (usize, usize) {
        let is_inside = |at: &usize| {
            let byte = self.view.bytes.get(*at);
            byte.is_some_and(|byte| byte & 0xC0 == 0x80)
        };
        let first = (0..=start).rev().find(|at| !is_inside(at));
        let last = (end..).find(|at| !is_inside(at));
        (first.unwrap_or(start), last.unwrap_or(end))
    }

    /// How many finds end before `at`, or there.
    fn finds_before(&self, at: usize) -> usize {
        self.finds.partition_point(|find| find.range.end <= at)
    }

    /// What a detector sees from `at`: a part of the view as it is, or with its finds as one byte each.
    fn window<'w>(&'w self, at: usize, joined: &'w mut Vec<u8>) -> Window<'w> {
        let bytes = &self.view.bytes;
        let (from, to) = (
            at.saturating_sub(BACK),
            bytes.len().min(at.saturating_add(AHEAD)),
        );
        let next = self.finds.get(self.finds_before(from));
        if next.is_none_or(|find| find.range.start >= to) {
            return Window {
                bytes: bytes.get(from..to).unwrap_or_default(),
                at: at - from,
            };
        }
        self.join(self.back(at, BACK)..at, joined);
        let middle = joined.len();
        self.join(at..self.ahead(at, AHEAD), joined);
        Window {
            bytes: joined,
            at: middle,
        }
    }

    /// Appends a part of the view, with its finds as one byte each.
    fn join(&self, part: Range<usize>, joined: &mut Vec<u8>) {
        let mut from = part.start;
        let index = self.finds_before(part.start);
        for find in self.finds.iter().skip(index) {
            if find.range.start >= part.end {
                break;
            }
            joined.extend_from_slice(
                self.view
                    .bytes
                    .get(from..find.range.start)
                    .unwrap_or_default(),
            );
            joined.push(wall(find.kind));
            from = find.range.end;
        }
        joined.extend_from_slice(self.view.bytes.get(from..part.end).unwrap_or_default());
    }

    /// The place that stands so many bytes before `at`, a find counting as one.
    fn back(&self, at: usize, mut count: usize) -> usize {
        let mut place = at;
        let before = self.finds_before(at);
        for find in self.finds.iter().take(before).rev() {
            let between = place - find.range.end;
            if between >= count {
                break;
            }
            count -= between + 1;
            place = find.range.start;
        }
        place.saturating_sub(count)
    }

    /// The place that stands so many bytes behind `at`, a find counting as one.
    fn ahead(&self, at: usize, mut count: usize) -> usize {
        let mut place = at;
        let index = self.finds_before(at);
        for find in self.finds.iter().skip(index) {
            let between = find.range.start.saturating_sub(place);
            if between >= count {
                break;
            }
            count -= between + 1;
            place = find.range.end;
        }
        self.view.bytes.len().min(place + count)
    }
}

/// The parts in order, those that touch as one.
fn merged(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_unstable_by_key(|part| part.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.last_mut().filter(|last| last.end >= part.start) {
            Some(last) => last.end = last.end.max(part.end),
            None => merged.push(part),
        }
    }
    merged
}

#[cfg(test)]
impl Search<'_> {
    /// How often a detector looked at the text.
    pub(super) fn work(mut self) -> usize {
        self.search();
        self.looks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_within_reach_are_whole() {
        let text = "zyxqv-page пароль и код 验证码";
        let window = |at: usize| Window {
            bytes: text.as_bytes(),
            at,
        };
        let before = |at: usize, reach| String::from_utf8_lossy(window(at).words_before(at, reach));
        let behind = |at: usize, reach| String::from_utf8_lossy(window(at).words_behind(at, reach));
        assert_eq!(before(10, 6), "-page");
        assert_eq!(before(10, 10), "zyxqv-page");
        assert_eq!(before(10, 99), "zyxqv-page");
        assert_eq!(before(23, 11), "");
        assert_eq!(before(text.len(), 8), "证码");
        assert_eq!(behind(0, 4), "");
        assert_eq!(behind(0, 5), "zyxqv");
        assert_eq!(behind(0, 13), "zyxqv-page ");
        assert_eq!(behind(11, 12), "пароль");
        assert_eq!(behind(text.len() - 9, 7), "验证");
        assert_eq!(behind(11, 999), "пароль и код 验证码");
    }
}

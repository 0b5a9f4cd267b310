//! Removes the characters that show nothing and can carry a message to a model that no person sees.
//!
//! Removed: control characters except newline and tab; bidi overrides, embeddings and isolates; tag characters
//! outside the flags of England, Scotland, Wales and the like; word joiners, invisible operators, byte order marks,
//! soft hyphens (they say where a word may be broken, and split words that masking looks for) and the other
//! default-ignorable characters. `\r\n` becomes `\n`, and so do the line and paragraph separators.
//!
//! Kept where they carry meaning: joiners (ZWJ, ZWNJ) and direction marks, at most three together and not between
//! two characters of simple scripts; one variation selector behind a character that can have variants; the
//! zero-width space behind scripts that are written without spaces.

mod class;
mod flag;

use std::borrow::Cow;

use self::class::{Class, LAST_SIMPLE, class_of, has_no_spaces, takes_selector};
use super::{Edit, Edits};

/// A text without what is invisible, and what was changed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean<'a> {
    /// Borrowed when nothing was changed.
    pub text: Cow<'a, str>,
    /// What was changed, in UTF-16 units.
    pub edits: Edits,
}

/// Cleans a text of several lines.
pub fn text(text: &str) -> Clean<'_> {
    clean(text, '\n')
}

/// Cleans a name, a title or anything else of one line: line breaks and tabs become spaces.
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, ' ').text
}

/// As many joiners stand together in what Unicode describes: ZWJ, ZWNJ, ZWJ.
const MAX_JOINERS: usize = 3;

fn clean(text: &str, line_break: char) -> Clean<'_> {
    let is_visible = |c| class_of(c, line_break) == Class::Visible;
    if is_plain(text, line_break) || text.chars().all(is_visible) {
        return Clean {
            text: Cow::Borrowed(text),
            edits: Edits::default(),
        };
    }
    let mut pass = Pass::default();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match class_of(c, line_break) {
            Class::Visible => {
                pass.show(c, c);
                for tag in flag::tags(c, chars.as_str()).chars() {
                    pass.keep(tag);
                    chars.next();
                }
            }
            Class::Becomes(other) => pass.show(c, other),
            Class::Joiner => pass.join(c),
            Class::Selector => pass.attach(c, |base| takes_selector(base, c)),
            Class::Spacer => pass.attach(c, has_no_spaces),
            Class::Removed => pass.gap.push((c, false)),
        }
    }
    pass.close_gap(None);
    if pass.text == text {
        return Clean {
            text: Cow::Borrowed(text),
            edits: Edits::default(),
        };
    }
    Clean {
        text: Cow::Owned(pass.text),
        edits: pass.edits,
    }
}

/// Whether a text is made of visible ASCII, and of line breaks where they are kept.
fn is_plain(text: &str, line_break: char) -> bool {
    let breaks = line_break == '\n';
    // Without an early exit, so that it is a few operations on many bytes at once.
    text.bytes().fold(true, |all, byte| {
        all & ((b' '..=b'~').contains(&byte) | (breaks & (byte == b'\n')))
    })
}

/// One pass over a text. Every decision depends on what was kept, not on what was there, so that a second pass
/// finds nothing more to do.
#[derive(Default)]
struct Pass {
    text: String,
    edits: Edits,
    /// Where the pass stands in the old text, in UTF-16 units.
    position: usize,
    /// The last visible character.
    base: Option<char>,
    /// The last character that was kept is `base` itself, which can take a selector.
    at_base: bool,
    /// The invisible characters since, and whether each may be kept.
    gap: Vec<(char, bool)>,
    /// How many of them may be kept.
    joiners: usize,
}

impl Pass {
    /// A visible character, delivered as `shown`, of the same length in UTF-16.
    fn show(&mut self, c: char, shown: char) {
        self.close_gap(Some(shown));
        self.text.push(shown);
        self.position += c.len_utf16();
        self.base = Some(shown);
        self.at_base = true;
    }

    fn join(&mut self, c: char) {
        let kept = self.joiners < MAX_JOINERS;
        self.joiners += usize::from(kept);
        self.gap.push((c, kept));
    }

    /// A character that belongs to the base, and is kept when it stands right behind one that it fits.
    fn attach(&mut self, c: char, fits: impl Fn(char) -> bool) {
        let free = self.at_base && self.joiners == 0;
        if !(free && self.base.is_some_and(fits)) {
            return self.gap.push((c, false));
        }
        for (removed, _) in std::mem::take(&mut self.gap) {
            self.remove(removed);
        }
        self.keep(c);
        self.at_base = false;
    }

    fn keep(&mut self, c: char) {
        self.text.push(c);
        self.position += c.len_utf16();
    }

    fn remove(&mut self, c: char) {
        let end = self.position + c.len_utf16();
        self.edits.push(Edit {
            start: self.position,
            end,
            length: 0,
        });
        self.position = end;
    }

    /// Decides on the joiners before `next`: between simple scripts, or at an end of the text, they join nothing.
    fn close_gap(&mut self, next: Option<char>) {
        let is_simple = |c: Option<char>| c.is_none_or(|c| c <= LAST_SIMPLE);
        let joins = !(is_simple(self.base) && is_simple(next));
        self.joiners = 0;
        for (c, kept) in std::mem::take(&mut self.gap) {
            match kept && joins {
                true => self.keep(c),
                false => self.remove(c),
            }
        }
    }
}

#[cfg(test)]
mod tests;

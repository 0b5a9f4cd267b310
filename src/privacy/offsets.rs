//! Where the parts of a text are after it was changed, in UTF-16 units, as entities count.

use crate::model::Entity;

/// One change: this part of the old text became so many units of the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Where the part began in the old text.
    pub start: usize,
    /// Where it ended in the old text.
    pub end: usize,
    /// How long it is in the new one; 0 when it was removed.
    pub length: usize,
}

/// The changes that were made to a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    /// In order and without overlap, each with where it begins in the new text.
    edits: Vec<(Edit, usize)>,
}

impl Edits {
    /// Adds a change behind the last one. Removals that touch are one.
    pub fn push(&mut self, edit: Edit) {
        if let Some((last, _)) = self.edits.last_mut()
            && last.end == edit.start
            && last.length == 0
            && edit.length == 0
        {
            last.end = edit.end;
            return;
        }
        let start = self.start(edit.start);
        self.edits.push((edit, start));
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Moves entities to where their words are now, and drops those whose words are gone.
    ///
    /// An entity that ends inside a replaced part is widened to all of it.
    pub fn remap(&self, entities: &mut Vec<Entity>) {
        if self.is_empty() {
            return;
        }
        entities.retain_mut(|entity| {
            let old_start = entity.offset as usize;
            let start = self.start(old_start);
            let end = self.end(old_start.saturating_add(entity.length as usize));
            let (Ok(offset), Ok(length)) = (
                u32::try_from(start),
                u32::try_from(end.saturating_sub(start)),
            ) else {
                return false;
            };
            (entity.offset, entity.length) = (offset, length);
            length > 0
        });
    }

    /// Where what began at `old` begins now.
    fn start(&self, old: usize) -> usize {
        self.place(old, |_, start| start)
    }

    /// Where what ended at `old` ends now.
    fn end(&self, old: usize) -> usize {
        self.place(old, |edit, start| start + edit.length)
    }

    fn place(&self, old: usize, inside: impl Fn(&Edit, usize) -> usize) -> usize {
        let before = self.edits.partition_point(|(edit, _)| edit.start < old);
        match before.checked_sub(1).and_then(|last| self.edits.get(last)) {
            None => old,
            Some((edit, start)) if old < edit.end => inside(edit, *start),
            Some((edit, start)) => start + edit.length + (old - edit.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntityKind;

    #[test]
    fn entities_follow_their_words() {
        // "ab[xx]cd[yyy]ef", where xx goes away and yyy becomes five units.
        let mut edits = Edits::default();
        for (start, end, length) in [(2, 3, 0), (3, 4, 0), (6, 9, 5)] {
            edits.push(Edit { start, end, length });
        }
        let cases = [
            ("before", (0, 2), Some((0, 2))),
            ("over the removed", (1, 4), Some((1, 2))),
            ("starting with the removed", (2, 4), Some((2, 2))),
            ("starting inside the removed", (3, 2), Some((2, 1))),
            ("only the removed", (2, 2), None),
            ("between", (4, 2), Some((2, 2))),
            ("up to the replaced", (4, 5), Some((2, 7))),
            ("ending inside the replaced", (4, 3), Some((2, 7))),
            ("starting inside the replaced", (7, 4), Some((4, 7))),
            ("the replaced itself", (6, 3), Some((4, 5))),
            ("behind", (9, 2), Some((9, 2))),
            ("everything", (0, 11), Some((0, 11))),
        ];
        for (case, (offset, length), expected) in cases {
            let mut entities = vec![Entity::new(EntityKind::Bold, offset, length)];
            edits.remap(&mut entities);
            let place = entities.first().map(|it| (it.offset, it.length));
            assert_eq!(place, expected, "{case}");
        }
    }
}

//! What holds of any change to a text, under fuzzing.

use super::Edits;
use crate::model::{Entity, EntityKind};

/// Edits lead from one text to the other: whatever was formatted in the one stands within the other.
pub(crate) fn check_edits(old: &str, new: &str, edits: &Edits) {
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let (old, new) = (units(old), units(new));
    let steps = [0, old / 3, old / 2, old];
    for (start, end) in steps
        .iter()
        .flat_map(|start| steps.map(|end| (*start, end)))
    {
        if start >= end {
            continue;
        }
        let mut entities = vec![Entity::new(EntityKind::Bold, start, end - start)];
        edits.remap(&mut entities);
        for entity in &entities {
            assert!(
                entity.length > 0 && entity.offset + entity.length <= new,
                "{entity:?} in {new}, {edits:?}"
            );
        }
        let covered = entities.first().map_or(0, |entity| entity.length);
        assert!((start, end) != (0, old) || covered == new);
    }
}

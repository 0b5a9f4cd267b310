//! Everything that begins with a group of digits, in the order of how sure it is.

use super::engine::Detector;
use super::number::next_group;
use super::{card, code, iban, ip, phone};

pub(super) const DETECTOR: Detector = Detector {
    next: next_group,
    look: |context, window| {
        iban::look(window)
            .or_else(|| card::look(window))
            .or_else(|| ip::version_4(window))
            .or_else(|| code::look(context, window))
            .or_else(|| phone::look(context, window))
    },
};

//! Everything that begins with a group of digits, in the order of how sure it is.

use super::engine::{Detector, Window};
use super::number::next_group;
use super::{card, code, iban, ip, phone};

pub(super) const DETECTOR: Detector = Detector {
    next: next_group,
    look: |context, window| {
        if !is_worth_a_look(window) {
            return None;
        }
        iban::look(window)
            .or_else(|| card::look(window))
            .or_else(|| ip::version_4(window))
            .or_else(|| code::look(context, window))
            .or_else(|| phone::look(context, window))
    },
};

/// Nothing that is looked for has fewer digits, but an account number, behind whose country two stand alone.
const FEWEST: usize = 4;

/// How much is looked at to count them.
const GLANCE: usize = 24;

/// Whether digits enough stand together; most numbers in a text are small.
fn is_worth_a_look(window: Window<'_>) -> bool {
    let glance = window.slice(window.at..window.bytes.len().min(window.at + GLANCE));
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b" -.()/".contains(byte) || **byte >= 0x80;
    let number = glance.iter().take_while(is_part);
    let is_account = || {
        window
            .before(window.at)
            .is_some_and(|byte| byte.is_ascii_alphabetic())
    };
    number.filter(|byte| byte.is_ascii_digit()).count() >= FEWEST || is_account()
}

//! Long runs of letters, digits, `-` and `_`: keys and addresses of wallets are among them.

use super::crypto;
use super::engine::Detector;
use super::secret;

pub(super) const DETECTOR: Detector = Detector {
    next: next_run,
    look: |context, window| secret::token(context, window).or_else(|| crypto::look(window)),
};

/// No run that is shorter can be one of them.
const SHORTEST: usize = 16;

pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The next place, from `from` on, where a run of [`SHORTEST`] begins. A run that long covers a byte of every stride.
fn next_run(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + SHORTEST - 1;
    while let Some(byte) = bytes.get(at) {
        if !is_token(*byte) {
            at += SHORTEST;
            continue;
        }
        let before = bytes
            .get(..at)?
            .iter()
            .rev()
            .take_while(|byte| is_token(**byte));
        let start = at - before.take(SHORTEST).count();
        let behind = bytes.get(at..)?.iter().take_while(|byte| is_token(**byte));
        let is_start = start
            .checked_sub(1)
            .and_then(|it| bytes.get(it))
            .is_none_or(|byte| !is_token(*byte));
        let end = at + behind.take(usize::MAX).count();
        if is_start && start >= from && end - start >= SHORTEST {
            return Some(start);
        }
        at = end + SHORTEST;
    }
    None
}
